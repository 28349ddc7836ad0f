/* Distributions of uncertain quantities: what is written in a plan, and its quantile function. */
#ifndef QH_MODEL_DISTRIBUTION_H
#define QH_MODEL_DISTRIBUTION_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum qh_distribution_kind {
    QH_UNIFORM,    /* low, high */
    QH_LOGUNIFORM, /* low > 0, high: the logarithm is uniform */
    QH_NORMAL,     /* mean, sd; cut to low .. high */
    QH_LOGNORMAL,  /* mean > 0, sd of the quantity itself, not of its logarithm; cut to low .. high */
    QH_TRIANGULAR, /* low, mode, high */
    QH_EMPIRICAL   /* value: straight lines between the sorted values, each of which has the same weight */
} qh_distribution_kind;

/* All in the quantity's inner unit. */
typedef struct qh_distribution {
    qh_distribution_kind kind;
    double low, high; /* -INFINITY, INFINITY: no bound */
    double mean, sd, mode;
    size_t n_value;
    const double *value; /* [n_value], rising */

    /* Filled by qh_distribution_prepare: of the normal variable (of the logarithm) */
    double centre, spread;
    double below, between; /* -, probability below the lower bound, and between the bounds */
    bool mirrored;         /* both bounds lie above the centre: counted from the upper tail */
} qh_distribution;

/* Checks and completes it. What is wrong (English, a catalogue key), or NULL. */
const char *qh_distribution_prepare(qh_distribution *distribution);

/* The value below which a part `probability` (0 < probability < 1) of a prepared distribution lies. */
double qh_distribution_quantile(const qh_distribution *distribution, double probability);

/* The range of its values. */
void qh_distribution_support(const qh_distribution *distribution, double *low, double *high);

#ifdef __cplusplus
}
#endif
#endif
