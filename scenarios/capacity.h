/* Permissible loads: by the closed forms of GB/T 25173-2010 beside what the network itself can take. */
#ifndef QH_SCENARIOS_CAPACITY_H
#define QH_SCENARIOS_CAPACITY_H

#include "model/series.h"
#include "scenarios/analysis.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A control section and constituent, with the stretch above it: from the head of its reach, or from the section before in
 * the same reach. Closed forms take the water that enters the stretch as it is, and one velocity and rate. */
typedef struct qh_section_capacity {
    size_t section, species;
    size_t reach;
    double from, to;                             /* m, chainages of the stretch */
    double initial;                              /* g/m3, at its head */
    double flow, outfall_flow;                   /* m3/s, entering at its head; of its outfalls */
    double velocity, rate;                       /* m/s, length over travel time; 1/s, mean over the travel time */
    double now;                                  /* g/s, of the outfalls in the stretch */
    double mixed, one_dimension, middle, spread; /* g/s, forms of model/permissible_load.h */
    qh_optional network; /* g/s, all outfalls of the stretch scaled together, all others as they are; not given
                                 * where the stretch has no load now */
} qh_section_capacity;

/* An outfall and a constituent. Loads may be negative: then even 0 is too much. */
typedef struct qh_outfall_capacity {
    size_t outfall, species;
    bool reaches;        /* it reaches a section with a target; what follows is meaningless unless it does */
    size_t next_section; /* whose class the closed form takes: the next one downstream, by the largest branch */
    bool has_next;
    double now;     /* g/s */
    double mixed;   /* g/s, (Cs - C0)(Q + Qp) at its place; meaningless unless has_next */
    double alone;   /* g/s, others as they are */
    size_t binding; /* section that binds `alone` */
    double equal;   /* g/s, all outfalls times the same factor */
    double largest; /* g/s, in the largest total; meaningless unless the constituent's programme is feasible */
} qh_outfall_capacity;

/* A constituent over the whole network; outfalls that reach no section are left out. */
typedef struct qh_species_capacity {
    bool counts;    /* an outfall reaches a target by it */
    double now;     /* g/s */
    double factor;  /* -, the largest on all its loads; may exceed 1, negative: even none is too much */
    size_t binding; /* section that binds it; n_section: none */
    bool feasible;  /* some loads >= 0 meet all targets that outfalls reach */
    double largest; /* g/s, the largest total; meaningless unless feasible */
} qh_species_capacity;

typedef struct qh_capacity {
    qh_arena *arena;
    size_t n_section, n_outfall;        /* rows */
    const qh_section_capacity *section; /* [n_section] */
    const qh_outfall_capacity *outfall; /* [n_outfall] */
    size_t n_species;
    const qh_species_capacity *species; /* [n_species] */
    size_t n_missed;                    /* targets that are missed now */
} qh_capacity;

qh_status qh_capacity_create(const qh_analysis *analysis, qh_diag *diag, qh_capacity **capacity);
void qh_capacity_destroy(qh_capacity *capacity);

#ifdef __cplusplus
}
#endif
#endif
