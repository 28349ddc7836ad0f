/* Frequency analysis of a yearly quantity: L-moments, Weibull's plotting positions, Pearson's type III distribution.
 *
 * Samples stand in falling order: sample[m - 1] is reached or exceeded in a share m / (n + 1) of all years. */
#ifndef QH_MODEL_PEARSON3_H
#define QH_MODEL_PEARSON3_H

#include <stdbool.h>
#include <stddef.h>

#include "model/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_lmoments {
    double first;    /* mean, unit of the sample */
    double second;   /* L-scale, unit of the sample */
    double skewness; /* third over second, - */
    double kurtosis; /* fourth over second, - */
} qh_lmoments;

typedef struct qh_pearson3 {
    double mean;      /* unit of the sample */
    double deviation; /* standard deviation, unit of the sample, > 0; Cv is deviation / mean */
    double skewness;  /* Cs, - */
} qh_pearson3;

/* How a distribution lies to the points of its sample at Weibull's positions. */
typedef struct qh_fit_quality {
    double rmse;          /* root of the mean square deviation, unit of the sample */
    double largest;       /* largest deviation, unit of the sample */
    double determination; /* 1 - squares of deviations / squares about the mean, - */
} qh_fit_quality;

/* Exceedance probability m / (n + 1) of the m-th largest of n, from 1. */
double qh_weibull_position(size_t m, size_t n);

/* Value that a share `exceedance` of all years reaches, straight between the plotting positions. False when it lies
 * beyond the first or last of them: nothing is extrapolated. */
bool qh_weibull_quantile(size_t n, const double *sample, double exceedance, double *value);

/* Unbiased sample L-moments; n >= 4, sample [n] falling. */
qh_lmoments qh_sample_lmoments(size_t n, const double *sample);

/* The distribution with these L-moments. QH_E_NUMERIC when there is none: no spread, or |skewness| not under 1. */
qh_status qh_pearson3_of_lmoments(const qh_lmoments *moments, qh_pearson3 *distribution);

/* The distribution that lies nearest to the points in the sense of least squares (适线法, 离差平方和最小). n >= 4,
 * sample [n] falling. QH_E_NUMERIC when the sample has no spread. `at_edge`: Cs ran to the end of its search range, so
 * the fit is no minimum. */
qh_status qh_pearson3_of_curve(size_t n, const double *sample, qh_pearson3 *distribution, bool *at_edge);

/* The distribution with the sample's mean, standard deviation and skewness (of n - 1, as USGS takes them); n >= 3. */
qh_status qh_pearson3_of_moments(size_t n, const double *sample, qh_pearson3 *distribution);

/* Frequency factor (离均系数) Phi: (x - mean) / deviation of the value that is exceeded with this probability, 0 .. 1. */
double qh_pearson3_factor(double skewness, double exceedance);

/* The value itself, unit of the sample. */
double qh_pearson3_quantile(const qh_pearson3 *distribution, double exceedance);

qh_fit_quality qh_pearson3_quality(const qh_pearson3 *distribution, size_t n, const double *sample);

#ifdef __cplusplus
}
#endif
#endif
