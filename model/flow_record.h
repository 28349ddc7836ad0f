/* A flow record of a gauge, daily or monthly, and its means by month and by year. */
#ifndef QH_MODEL_FLOW_RECORD_H
#define QH_MODEL_FLOW_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/arena.h"
#include "model/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum qh_record_step { QH_RECORD_DAILY, QH_RECORD_MONTHLY } qh_record_step;

/* Without holes: what is missing is there and marked. */
typedef struct qh_flow_record {
    const char *file; /* for messages */
    qh_record_step step;
    int64_t first;      /* daily: days since 1970-01-01; monthly: qh_month_number */
    size_t count;       /* days or months, >= 1 */
    const double *flow; /* [count], m3/s; 0 where not known */
    const bool *known;  /* [count] */
} qh_flow_record;

/* Months are counted from January of year 0. */
static inline int64_t qh_month_number(int64_t year, int month) { return 12 * year + month - 1; }

typedef struct qh_flow_month {
    int64_t number;  /* qh_month_number */
    int days, known; /* of the month; those with a flow */
    bool usable;     /* lacks no more days than a month may */
    double mean;     /* m3/s, of the days known; 0 where there is none */
} qh_flow_month;

/* A year of twelve months; it may begin in any of them, so that a dry season stays in one piece. */
typedef struct qh_flow_year {
    int64_t year;       /* in which it begins */
    size_t first_month; /* index of its first month in the months of the record */
    bool complete;      /* all twelve months are usable */
    double mean;        /* m3/s, weighted by days; of a complete year */
    size_t driest;      /* index of the month with the lowest mean, of a complete year */
    bool has_week;      /* daily records, complete years: there are seven days in a row */
    double week;        /* m3/s, lowest 7-day mean of windows inside the year */
    int64_t week_first; /* first day of that window, days since 1970-01-01 */
} qh_flow_year;

typedef struct qh_flow_calendar {
    size_t n_month;
    const qh_flow_month *month; /* [n_month], in a row, from the first to the last of the record */
    size_t n_year;
    const qh_flow_year *year; /* [n_year], those whose twelve months all lie within the record's span */
    int begins;               /* month 1..12 in which a year begins */
} qh_flow_calendar;

static inline int64_t qh_month_year(int64_t number) { return (number - (number % 12 + 12) % 12) / 12; }
static inline int qh_month_of_year(int64_t number) { return (int)((number % 12 + 12) % 12) + 1; }

/* Months and years of a record, in `arena`. A month lacking more than `missing_days` days has no mean; years begin with
 * month `begins`, 1..12. Only fails when out of memory. */
qh_status qh_flow_calendar_build(qh_arena *arena, const qh_flow_record *record, int begins, int missing_days,
                                 qh_flow_calendar *calendar);

#ifdef __cplusplus
}
#endif
#endif
