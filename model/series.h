/* Time series: a value at any time between its first and last entry; never extrapolated. */
#ifndef QH_MODEL_SERIES_H
#define QH_MODEL_SERIES_H

#include <stdbool.h>
#include <stddef.h>

#include "model/diag.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum qh_interpolation {
    QH_STEP,  /* value[i] holds from time[i] up to time[i+1] (right-continuous); the last one holds on */
    QH_LINEAR /* straight lines between entries */
} qh_interpolation;

typedef struct qh_series {
    const char *name;
    qh_place place;
    qh_interpolation interpolation;
    size_t count;        /* >= 1 */
    const double *time;  /* [count], s since the start of the run, strictly increasing */
    const double *value; /* [count], inner unit of its dimension */
    int dimension;       /* a qh_dimension */
} qh_series;

/* A quantity that is constant or follows a series. */
typedef struct qh_value {
    double constant;         /* inner unit; used when series is NULL */
    const qh_series *series; /* NULL: constant */
} qh_value;

/* A number that may be absent. */
typedef struct qh_optional {
    bool given;
    double value; /* inner unit; meaningless unless given */
} qh_optional;

/* Value at time `t` (s since run start), inner unit. Outside its entries a series holds its end value; that the
 * series covers the run is checked when the case is read. */
double qh_series_at(const qh_series *series, double t);
double qh_value_at(const qh_value *value, double t);

/* First entry time strictly later than `t`, where the value or its slope may jump; INFINITY when there is none. */
double qh_value_next_break(const qh_value *value, double t);

/* Time mean over [t0, t1], inner unit; t1 > t0. */
double qh_value_mean(const qh_value *value, double t0, double t1);

/* Time mean of the product over [t0, t1]; t1 > t0. */
double qh_value_mean_product(const qh_value *a, const qh_value *b, double t0, double t1);

#ifdef __cplusplus
}
#endif
#endif
