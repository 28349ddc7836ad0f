/* Complete days, months and years of a run, and time means over them.
 *
 * The mean over a period [a, b] is (1/(b-a)) times the integral of the samples joined by straight lines (trapezoids,
 * exact for these), split where a boundary falls between two samples. It is the arithmetic mean of the samples in the
 * limit of many; where samples are fewer than the changes between them it is as wrong as they are. */
#include <math.h>
#include <stdio.h>

#include "model/calendar.h"
#include "scenarios/assess_internal.h"

/* Sample times are sums of steps: a period counts as complete when it misses by less than this. */
static const double SLACK = 1e-3; /* s */
static const double DAY = 86400.0;

typedef struct date {
    int year, month, day;   /* 1-based month and day */
    double second_of_month; /* s since the first of the month, 00:00 */
} date;

/* A whole number of `digits` digits at *text, which moves past it and the separator that follows; -1 when there is none. */
static int read_number(const char **text, int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++, (*text)++) {
        if (**text < '0' || **text > '9') return -1;
        value = 10 * value + (**text - '0');
    }
    if (**text == '-' || **text == 'T' || **text == ' ' || **text == ':') (*text)++;
    return value;
}

/* "2024-01-31", "2024-01-31T06:00", "2024-01-31T06:00:00" */
static bool read_date(const char *text, date *out) {
    if (!text) return false;
    const int year = read_number(&text, 4);
    const int month = year < 0 ? -1 : read_number(&text, 2), day = month < 0 ? -1 : read_number(&text, 2);
    if (day < 1 || month < 1 || month > 12) return false;
    const int hour = read_number(&text, 2), minute = hour < 0 ? -1 : read_number(&text, 2);
    const int second = minute < 0 ? -1 : read_number(&text, 2);
    const double time = fmax(hour, 0) * 3600.0 + fmax(minute, 0) * 60.0 + fmax(second, 0);
    *out = (date){year, month, day, (day - 1) * DAY + time};
    return true;
}

const char *qh_time_text(const char *start, double time, size_t size, char *buffer) {
    date d;
    if (!read_date(start, &d)) {
        snprintf(buffer, size, "%.6g d", time / DAY);
        return buffer;
    }
    /* Minutes: what happens is not known to the second. */
    double minutes = floor((d.second_of_month + time) / 60.0 + 0.5);
    while (minutes < 0.0) {
        d.year -= d.month == 1;
        d.month = d.month == 1 ? 12 : d.month - 1;
        minutes += qh_days_in_month(d.year, d.month) * 1440.0;
    }
    while (minutes >= qh_days_in_month(d.year, d.month) * 1440.0) {
        minutes -= qh_days_in_month(d.year, d.month) * 1440.0;
        d.year += d.month == 12;
        d.month = d.month % 12 + 1;
    }
    const int m = (int)minutes;
    snprintf(buffer, size, "%04d-%02d-%02d %02d:%02d", d.year, d.month, m / 1440 + 1, m / 60 % 24, m % 60);
    return buffer;
}

/* Keeps, of `count + 1` boundaries, the run of periods that lie within first .. last. */
static qh_periods complete(double *boundary, size_t count, double first, double last) {
    size_t begin = 0;
    while (begin < count && boundary[begin] < first - SLACK)
        begin++;
    size_t end = begin;
    while (end < count && boundary[end + 1] <= last + SLACK)
        end++;
    if (end == begin) return (qh_periods){0, NULL};
    if (boundary[begin] < first) boundary[begin] = first;
    if (boundary[end] > last) boundary[end] = last;
    return (qh_periods){end - begin, boundary + begin};
}

qh_status qh_days_of(const char *start, double first, double last, qh_arena *arena, qh_periods *periods) {
    date from;
    const double midnight = read_date(start, &from) ? 0 - fmod(from.second_of_month, DAY) : 0.0;
    const size_t count = last > midnight ? (size_t)ceil((last - midnight) / DAY) : 0;
    double *boundary = qh_arena_alloc(arena, count + 1, sizeof *boundary);
    if (!boundary) return QH_E_NOMEM;
    for (size_t i = 0; i <= count; i++)
        boundary[i] = midnight + (double)i * DAY;
    *periods = complete(boundary, count, first, last);
    return QH_OK;
}

qh_status qh_months_of(const char *start, double first, double last, qh_arena *arena, qh_periods *periods) {
    date from;
    if (!read_date(start, &from)) {
        *periods = (qh_periods){0, NULL};
        return QH_OK;
    }
    const size_t count = last > 0.0 ? (size_t)(last / (28.0 * DAY)) + 2 : 0;
    double *boundary = qh_arena_alloc(arena, count + 1, sizeof *boundary);
    if (!boundary) return QH_E_NOMEM;
    double time = 0 - from.second_of_month; /* 0, not -0, for a run that starts with a month */
    int year = from.year, month = from.month;
    for (size_t i = 0; i <= count; i++) {
        boundary[i] = time;
        time += qh_days_in_month(year, month) * DAY;
        year += month == 12;
        month = month % 12 + 1;
    }
    *periods = complete(boundary, count, first, last);
    return QH_OK;
}

void qh_period_means_begin(qh_period_means *means, const qh_periods *periods, double *mean) {
    *means = (qh_period_means){.periods = periods};
    means->mean = mean;
}

void qh_period_means_add(qh_period_means *means, double t0, double c0, double t1, double c1) {
    const qh_periods *p = means->periods;
    while (means->current < p->count) {
        const double from = p->boundary[means->current], to = p->boundary[means->current + 1];
        const double a = fmax(t0, from), b = fmin(t1, to);
        if (b <= a) return; /* the line ends before the period begins */
        const double slope = (c1 - c0) / (t1 - t0);
        means->integral += (b - a) * (c0 + slope * (0.5 * (a + b) - t0));
        if (t1 < to) return;
        means->mean[means->current++] = means->integral / (to - from);
        means->integral = 0.0;
    }
}
