/* What the results of many scenarios say: probability of attainment, quantiles, Sobol's sensitivity indices.
 *
 * Works on plain arrays, one quantity at a time: of a store larger than memory a caller reads one section and constituent
 * and asks for its statistics. Scenarios that failed (NaN, or a verdict below 0) are left out and counted. */
#ifndef QH_SCENARIOS_SWEEP_STATISTICS_H
#define QH_SCENARIOS_SWEEP_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

#include "model/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A share with its confidence interval. */
typedef struct qh_probability {
    size_t n, n_attained; /* scenarios with a verdict, and those that attain */
    double share;         /* -; NaN when n is 0, and likewise below */
    double low, high;     /* -, Wilson's interval */
} qh_probability;

/* Of verdicts [count] with `stride` between them: 1 attained, 0 missed, below 0 left out. `confidence` [-, 0 .. 1], 0.95 say.
 * The interval is that of independent draws; for Latin hypercubes and Sobol's sequence it is on the safe side. */
qh_probability qh_probability_of(const signed char *verdict, size_t count, size_t stride, double confidence);

enum { QH_QUANTILES = 5 };
extern const double qh_quantile_levels[QH_QUANTILES]; /* 0.05, 0.25, 0.5, 0.75, 0.95 */

typedef struct qh_distribution_summary {
    size_t n, n_failed; /* numbers, and NaNs that were left out */
    double mean, sd;    /* in the unit of the values; sd with n - 1; NaN without numbers */
    double least, most;
    double quantile[QH_QUANTILES]; /* straight lines between the sorted values (type 7 of Hyndman and Fan) */
} qh_distribution_summary;

/* Of values [count] with `stride` between them. QH_E_NOMEM. */
qh_status qh_summarise(const double *value, size_t count, size_t stride, qh_distribution_summary *summary);

/* One index with its confidence interval. */
typedef struct qh_sobol_index {
    double value, low, high; /* -; low and high of the bootstrap */
} qh_sobol_index;

typedef struct qh_sobol_indices {
    size_t n_point;  /* points all of whose scenarios have a number */
    double variance; /* of A and B together, unit of the value squared */
    size_t n_variable;
    qh_sobol_index *first, *total; /* [n_variable]; NaN where nothing varies */
} qh_sobol_indices;

/* First-order and total indices of values [n_point (n_variable + 2)] with `stride` between them, in the order of
 * qh_saltelli (scenarios/plan.h). first and total of `indices` [n_variable] are the caller's memory. `n_resample`
 * bootstrap samples of the points (0: intervals are NaN), drawn by `seed`. */
qh_status qh_sobol_indices_of(const double *value, size_t n_point, size_t n_variable, size_t stride, size_t n_resample,
                              uint64_t seed, double confidence, qh_sobol_indices *indices);

#ifdef __cplusplus
}
#endif
#endif
