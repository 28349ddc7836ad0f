/* Ecological flow over time: what stations release by day beside what they must, and how long they fall short. */
#ifndef QH_MODEL_RELEASE_LOG_H
#define QH_MODEL_RELEASE_LOG_H

#include "model/calendar.h"
#include "model/case.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The rule's flow [m3/s] of a station at time `t` [s since the run's start], by the month of that moment; in a run without
 * a date by run.month. */
double qh_ecoflow_at(const qh_case *river_case, size_t station, double t);

/* Day of the year of time `t`, 100 month + day; 100 run.month + 1 in a run without a date. */
int qh_day_at(const qh_case *river_case, double t);

/* Means over each whole day since the run's start; a part of a day at its end does not count. Also of withdrawals, then
 * with what they ask for as target and what they take as released. */
typedef struct qh_release_log {
    size_t n_day, n_station, n_withdrawal; /* days; stations, or withdrawals in a log of their own */
    double *arriving;                      /* [n_day][n_station], m3/s, released + diverted */
    double *target;                        /* [n_day][n_station], m3/s */
    double *released;                      /* [n_day][n_station], m3/s */
    double *deficit; /* [n_day][n_station], m3/s, mean of what was missing at every moment: hours of plenty make up for
                       * nothing */
    double *taken;   /* [n_day][n_withdrawal], m3/s, by withdrawals; NULL when a run's file does not tell */
} qh_release_log;

/* Of `duration` [s]; memory of `arena`. */
qh_status qh_release_log_create(double duration, size_t n_station, size_t n_withdrawal, qh_arena *arena,
                                qh_release_log *log);

/* From `start` to `end` [s] station `station` released and diverted this much, where `target` was due; m3/s. */
void qh_release_log_add(qh_release_log *log, size_t station, double start, double end, double target, double released,
                        double diverted);

/* From `start` to `end` [s] withdrawal `withdrawal` took `taken` [m3/s]. */
void qh_release_log_take(qh_release_log *log, size_t withdrawal, double start, double end, double taken);

/* How one station kept to it. A day is kept when nothing was missing at any moment of it, to 1e-9 of the target. */
typedef struct qh_release_record {
    size_t days, kept;
    double missing;        /* m3, over all days */
    size_t longest;        /* days in sequence on which something was missing */
    size_t longest_begins; /* the first of them, days since the run's start; meaningless when longest is 0 */
    size_t worst;          /* day with the largest deficit; meaningless when nothing was missing */
    double worst_deficit;  /* m3/s */
} qh_release_record;

qh_release_record qh_release_record_of(const qh_release_log *log, size_t station);

/* Whether every day was kept; true of a log without days. */
bool qh_release_kept(const qh_release_log *log, size_t station);

/* How one station kept to it in one calendar month. A day belongs to the month in which it begins. */
typedef struct qh_release_month {
    int64_t year;
    int month;                         /* 1..12 */
    size_t first_day, days, kept;      /* days since the run's start; of the month that the run covers */
    double missing;                    /* m3, over these days */
    double arriving, target, released; /* m3/s, means over these days */
} qh_release_month;

/* The months of a run that starts at `start` ("2024-01-01T00:00:00"), in order: month [n_month], memory of `arena`. None
 * without a start or a whole day. */
qh_status qh_release_months_of(const qh_release_log *log, size_t station, const char *start, qh_arena *arena,
                               size_t *n_month, const qh_release_month **month);

/* The date on which day `d` of a log begins; false without a start. */
bool qh_release_day_date(const char *start, size_t d, qh_date *date);

#ifdef __cplusplus
}
#endif
#endif
