/* The attainment calendar of one section: its class day by day, month by month and over the year. */
#ifndef QH_SCENARIOS_ATTAINMENT_H
#define QH_SCENARIOS_ATTAINMENT_H

#include "io/store.h"
#include "model/standard.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Classes are those of the worst item that counts, of its mean over the period; 0 where no item counts. Periods are complete
 * days and calendar months of the run's own time, as in scenarios/assess.h. */
typedef struct qh_attainment {
    int target_class;
    size_t n_day;
    const double *day;    /* [n_day + 1], s since start: day i is day[i] .. day[i+1] */
    const int *day_class; /* [n_day], 1.., n_class + 1 */
    size_t n_month;
    const double *month;                            /* [n_month + 1], s since start */
    const int *month_class;                         /* [n_month] */
    const size_t *month_days, *month_days_attained; /* [n_month], its days, and those that attain the target */
    int year_class;            /* of the mean of the first 12 complete months; 0 where there are fewer */
    double year_from, year_to; /* s since start; meaningless without a year */
} qh_attainment;

/* Reads the samples of one section of an unsteady run. Arrays live in `arena`; no day and no month for a steady run or one
 * without complete ones, or where samples are rarer than a day. */
qh_status qh_attainment_of(qh_store *store, const qh_standard *standard, size_t section, qh_arena *arena, qh_diag *diag,
                           qh_attainment *attainment);

/* Year, month (1..12) and day (1..31) at `time` [s since `start`]; false when there is no start date. */
bool qh_date_at(const char *start, double time, int *year, int *month, int *day);

#ifdef __cplusplus
}
#endif
#endif
