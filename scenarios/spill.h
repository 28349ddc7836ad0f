/* A spill (突发环境事件): mass let go at one place, and when it arrives, peaks and has passed at sections and intakes. */
#ifndef QH_SCENARIOS_SPILL_H
#define QH_SCENARIOS_SPILL_H

#include "model/case.h"
#include "model/standard.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Let go within less, mass counts as let go within this: sections are minutes away at least. */
#define QH_SHORTEST_RELEASE 60.0 /* s */

typedef struct qh_release {
    size_t reach;
    double chainage;   /* m from the reach's upstream end */
    double mass;       /* g, > 0 */
    double duration;   /* s, >= QH_SHORTEST_RELEASE, over which it flows out evenly */
    bool has_species;  /* a constituent of the case, with its kinetics; else a substance of its own */
    size_t species;    /* index of the constituent; meaningless unless has_species */
    const char *name;  /* of the substance; meaningless with has_species */
    double decay;      /* 1/s, first order, at the water's temperature; meaningless with has_species */
    double edge;       /* -, in 0..1: it has arrived and has passed at this part of the peak */
    qh_optional limit; /* g/m3, for all places; else that of each section's class where the standard has one */
    const qh_standard *standard;
} qh_release;

/* Three answers: by the dispersion of the case, and by the smallest and the largest of the formulas in whose range each
 * reach lies (the case's own among them). What is spread more arrives earlier, is lower and stays longer. */
typedef enum qh_spill_answer { QH_SPILL_OWN, QH_SPILL_LEAST, QH_SPILL_MOST } qh_spill_answer;
enum { QH_SPILL_ANSWERS = 3 };

/* How it passes one place. Times in s after the release began. */
typedef struct qh_pass {
    double arrival;   /* s, rising through edge * peak */
    double peak_time; /* s */
    double peak;      /* g/m3, what the release adds */
    double passed;    /* s, falling through edge * peak for the last time */
    bool exceeds;     /* background + peak is above the limit */
    double over_from; /* s, above the limit from .. to; meaningless unless exceeds */
    double over_to;   /* s */
} qh_pass;

/* A section or an intake that the water reaches. */
typedef struct qh_spill_target {
    bool is_intake; /* a withdrawal of kind "intake", else a control section */
    const char *code, *name;
    size_t reach;
    double chainage;        /* m */
    double distance;        /* m, by the shortest way */
    double travel_time;     /* s, of the water itself by that way, storage zones included */
    qh_optional limit;      /* g/m3 */
    qh_optional background; /* g/m3, steady, without the spill; given where the case knows the constituent */
    qh_pass pass[QH_SPILL_ANSWERS];
    size_t n_time;
    const double *time;                    /* [n_time], s */
    const double *added[QH_SPILL_ANSWERS]; /* [n_time] each, g/m3 */
} qh_spill_target;

typedef struct qh_spill {
    qh_arena *arena;
    qh_release release;
    const char *name;   /* of the substance */
    double discharge;   /* m3/s at the place of release */
    const char *engine; /* that solved it */
    size_t n_target;
    const qh_spill_target *target; /* [n_target], in the order of travel times */
    size_t n_dry;                  /* sections and intakes that the water does not reach */
    size_t n_reach;
    const qh_optional *dispersion[QH_SPILL_ANSWERS]; /* [n_reach] each, m2/s; not given above the release */
    const size_t *n_formula; /* [n_reach], formulas in whose range a reach below the release lies */
} qh_spill;

/* Solves it on the steady water of the case. QH_E_INPUT with messages when the place is not on the reach, the constituent
 * decays nonlinearly or is dissolved oxygen, or nothing lies below. The case must outlive the result. */
qh_status qh_spill_solve(const qh_case *river_case, const qh_release *release, qh_diag *diag, qh_spill **spill);
void qh_spill_destroy(qh_spill *spill);

/* Least and most over the three answers, of a member of qh_pass. */
typedef struct qh_band {
    double low, high;
} qh_band;
qh_band qh_spill_arrival(const qh_spill_target *target);
qh_band qh_spill_peak_time(const qh_spill_target *target);
qh_band qh_spill_peak(const qh_spill_target *target);
qh_band qh_spill_passed(const qh_spill_target *target);

#ifdef __cplusplus
}
#endif
#endif
