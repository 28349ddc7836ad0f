/* Pieces of an assessment that read on their own. */
#ifndef QH_SCENARIOS_ASSESS_INTERNAL_H
#define QH_SCENARIOS_ASSESS_INTERNAL_H

#include "scenarios/assess.h"

/* ---- periods.c: complete days, months and years of a run, and means over them ---- */

/* Consecutive periods: period i is boundary[i] .. boundary[i+1], s since the run's start. */
typedef struct qh_periods {
    size_t count;
    const double *boundary; /* [count + 1]; NULL when count is 0 */
} qh_periods;

/* Complete days (months) between `first` and `last` [s since start] of a run that starts at the local time `start`
 * ("2024-01-01T00:00:00"). Without a start days count from time 0 and there are no months. */
qh_status qh_days_of(const char *start, double first, double last, qh_arena *arena, qh_periods *periods);
qh_status qh_months_of(const char *start, double first, double last, qh_arena *arena, qh_periods *periods);

/* Means over periods of a function given by points in time order, joined by straight lines. */
typedef struct qh_period_means {
    const qh_periods *periods;
    double *mean;    /* [periods->count], filled as the points pass */
    size_t current;  /* period that is being filled */
    double integral; /* of it, so far */
} qh_period_means;

void qh_period_means_begin(qh_period_means *means, const qh_periods *periods, double *mean);
/* The straight line from (t0, c0) to (t1, c1); t0 < t1, each line begins where the last one ended. */
void qh_period_means_add(qh_period_means *means, double t0, double c0, double t1, double c1);

/* ---- grading.c: main pollution items and grades ---- */

/* Fills main items and grade of a section from its verdicts. */
void qh_grade_section(const qh_standard *standard, const qh_verdict *verdict, qh_section_verdict *section);

/* Fills all but the name of a river from the verdicts of its sections: section [n], indices into `all`. */
qh_status qh_grade_river(const qh_standard *standard, const qh_verdict *verdict, const qh_section_verdict *all,
                         size_t n, const size_t *section, qh_arena *arena, qh_river_verdict *river);

/* The national multiple of exceedance, 0 where there is none. */
double qh_exceedance_national(const qh_standard *standard, const qh_standard_item *item, double value);

#endif
