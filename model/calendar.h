/* Dates of the proleptic Gregorian calendar as numbers of days. */
#ifndef QH_MODEL_CALENDAR_H
#define QH_MODEL_CALENDAR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_date {
    int64_t year;
    int month, day; /* from 1 */
} qh_date;

/* Days from 1970-01-01 to a date, negative before it. */
int64_t qh_day_number(qh_date date);

/* The date of a number of days since 1970-01-01. */
qh_date qh_day_date(int64_t day);

/* 28 ... 31; month 1..12. */
int qh_days_in_month(int64_t year, int month);

#ifdef __cplusplus
}
#endif
#endif
