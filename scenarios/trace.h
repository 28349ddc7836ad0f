/* Source apportionment: who brings how much of what stands at a control section, and who would have to cut how much. */
#ifndef QH_SCENARIOS_TRACE_H
#define QH_SCENARIOS_TRACE_H

#include "model/source.h"
#include "scenarios/analysis.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum qh_trace_by {
    QH_BY_SOURCE,   /* every source on its own */
    QH_BY_KIND,     /* headwaters, tributaries, outfalls, distributed inflows */
    QH_BY_CATEGORY, /* outfalls by that attribute, other sources by kind; likewise below */
    QH_BY_DISTRICT,
    QH_BY_BODY
} qh_trace_by;

/* "source", "kind", "category", "district", "body". */
bool qh_trace_by_find(const char *name, qh_trace_by *by);

/* Sources that are counted together. */
typedef struct qh_trace_group {
    const char *code;   /* of a single outfall, else "" */
    const char *name;   /* of the source, or the value of the attribute; "" where outfalls lack it. Of a kind: its name,
                          * a catalogue key */
    bool is_kind;       /* name is a catalogue key */
    bool is_background; /* no source: what is there without any load (background levels, reaeration) */
    bool is_outfalls;   /* outfalls, which a cut is asked of */
    size_t n_source;
} qh_trace_group;

/* What the targets of one constituent ask of the outfalls. At a section that misses, all outfalls that reach it cut the
 * same percentage; one that reaches several sections follows the strictest. */
typedef struct qh_trace_cut {
    double factor;  /* -, on the loads, 0 .. 1, at the strictest section; 1: nothing to be cut */
    bool enough;    /* false: a target is missed even without any outfall */
    size_t section; /* the strictest; n_section: none asks for a cut */
} qh_trace_cut;

typedef struct qh_trace {
    qh_arena *arena;
    size_t n_section, n_species, n_group;
    const qh_trace_group *group; /* [n_group], the background last */
    const double *contribution;  /* [n_section][n_species][n_group], g/m3 */
    const double *sum;           /* [n_section][n_species], g/m3, of the contributions */
    const double *whole;         /* [n_section][n_species], g/m3, by a solve of its own */
    const double *load;          /* [n_group][n_species], g/s */
    const double *cut;           /* [n_group][n_species], g/s, asked of the group; 0 where it is no group of outfalls */
    const qh_trace_cut *demand;  /* [n_species], what targets of that constituent ask for */
    size_t n_missed;             /* targets that are missed */
} qh_trace;

qh_status qh_trace_create(const qh_analysis *analysis, qh_trace_by by, qh_trace **trace);
void qh_trace_destroy(qh_trace *trace);

static inline const double *qh_trace_at(const qh_trace *trace, size_t section, size_t species) {
    return trace->contribution + (section * trace->n_species + species) * trace->n_group;
}

#ifdef __cplusplus
}
#endif
#endif
