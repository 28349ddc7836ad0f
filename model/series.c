#include "model/series.h"

#include <math.h>

/* Number of entries with time <= t. */
static size_t entries_until(const qh_series *series, double t) {
    size_t low = 0, high = series->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (series->time[middle] <= t) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Value at t, where `i` entries lie at or before t and 0 < i < count. */
static double between(const qh_series *series, size_t i, double t) {
    const double t0 = series->time[i - 1], t1 = series->time[i];
    const double v0 = series->value[i - 1], v1 = series->value[i];
    if (series->interpolation == QH_STEP) return v0;
    const double part = (t - t0) / (t1 - t0);
    return v0 + part * (v1 - v0); /* exactly v0 where both are the same, and never below 0 where neither is */
}

double qh_series_at(const qh_series *series, double t) {
    const size_t i = entries_until(series, t);
    if (i == 0) return series->value[0];
    if (i == series->count) return series->value[series->count - 1];
    return between(series, i, t);
}

double qh_value_at(const qh_value *value, double t) {
    return value->series ? qh_series_at(value->series, t) : value->constant;
}

double qh_value_next_break(const qh_value *value, double t) {
    if (!value->series) return INFINITY;
    const size_t i = entries_until(value->series, t);
    return i < value->series->count ? value->series->time[i] : INFINITY;
}

double qh_value_mean(const qh_value *value, double t0, double t1) {
    const qh_series *series = value->series;
    if (!series) return value->constant;
    double integral = 0.0;
    double start = t0;
    size_t i = entries_until(series, t0);
    while (start < t1) {
        const double end = i < series->count && series->time[i] < t1 ? series->time[i] : t1;
        /* Straight between two entries, constant before the first and behind the last: the midpoint is exact. */
        const double middle = i == 0               ? series->value[0]
                              : i == series->count ? series->value[series->count - 1]
                                                   : between(series, i, start + 0.5 * (end - start));
        integral += middle * (end - start);
        start = end;
        i++;
    }
    return integral / (t1 - t0);
}

/* Between two breaks both run on straight lines: Simpson's rule is exact. Just before a break the lines are those of the
 * middle and the left end. */
double qh_value_mean_product(const qh_value *a, const qh_value *b, double t0, double t1) {
    double sum = 0;
    for (double t = t0; t < t1;) {
        const double next = fmin(t1, fmin(qh_value_next_break(a, t), qh_value_next_break(b, t)));
        const double middle = 0.5 * (t + next);
        const double a0 = qh_value_at(a, t), am = qh_value_at(a, middle), a1 = 2 * am - a0;
        const double b0 = qh_value_at(b, t), bm = qh_value_at(b, middle), b1 = 2 * bm - b0;
        sum += (next - t) / 6 * (a0 * b0 + 4 * am * bm + a1 * b1);
        t = next;
    }
    return sum / (t1 - t0);
}
