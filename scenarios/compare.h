/* Comparison of stored runs: what changes at each section against the first of them. */
#ifndef QH_SCENARIOS_COMPARE_H
#define QH_SCENARIOS_COMPARE_H

#include "scenarios/assess.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What becomes of a target. */
typedef enum qh_transition {
    QH_NOT_JUDGED,
    QH_STAYS_ATTAINED,
    QH_STAYS_MISSED,
    QH_BECOMES_ATTAINED,
    QH_BECOMES_MISSED
} qh_transition;

/* "not judged", "attained", "still missed", "now attained", "now missed"; catalogue keys. */
const char *qh_transition_name(qh_transition transition);

/* One section and constituent of one run against the base. */
typedef struct qh_difference {
    const qh_verdict *base, *other;
    double change;   /* inner unit of the item, other - base */
    bool has_ratio;  /* false: the base is 0 */
    double relative; /* -, change / base; meaningless unless has_ratio */
    qh_transition transition;
} qh_difference;

/* One run against the base. */
typedef struct qh_compared_run {
    const qh_difference *difference; /* [n_difference], in the order of the base's verdicts */
    size_t n_attained, n_judged;     /* sections */
    size_t n_gained, n_lost;         /* sections whose target becomes attained, becomes missed */
    const qh_transition *section;    /* [n_section], in the order of the base's sections */
    const size_t *section_of;        /* [n_section], index of each section of the base in this run */
} qh_compared_run;

typedef struct qh_comparison {
    qh_arena *arena;
    size_t n_run, n_difference, n_section;
    const qh_compared_run *run; /* [n_run]; the first is the base, against itself */
    bool any_lost;              /* a target that the base attains is missed in another run */
} qh_comparison;

/* A run to be compared: its store's info and its assessment, both borrowed. */
typedef struct qh_assessed_run {
    const qh_store_info *info;
    const qh_assessment *assessment;
} qh_assessed_run;

/* Compares run [n_run] with the first of them; n_run >= 2. Sections are matched by code, constituents by name.
 * QH_E_INPUT with all reasons when they cannot be compared: other sections or constituents, steady against unsteady. */
qh_status qh_compare(size_t n_run, const qh_assessed_run *run, qh_diag *diag, qh_comparison **comparison);
void qh_comparison_destroy(qh_comparison *comparison);

#ifdef __cplusplus
}
#endif
#endif
