/* Quantile functions.
 *
 * Equations   uniform        x = a + p (b - a)
 *             loguniform     x = a (b/a)^p
 *             normal         x = mu + sigma Phi^-1(P(a) + p (P(b) - P(a))), P(x) = Phi((x - mu)/sigma)
 *             lognormal      the same for ln x, with sigma^2 = ln(1 + (sd/mean)^2), mu = ln mean - sigma^2/2
 *             triangular     x = a + sqrt(p (b-a)(m-a)) up to p = (m-a)/(b-a), then b - sqrt((1-p)(b-a)(b-m))
 *             empirical      straight line between the sorted values, at rank 1 + p (n - 1)
 *             mean and sd are those before the normal is cut. Where both bounds lie above the centre, probabilities
 *             are counted from the upper tail, whose digits would be lost under 1.
 * Source      Devroye (1986), Non-Uniform Random Variate Generation; Hyndman & Fan (1996), Am. Stat. 50, 361-365 (type 7).
 * Not for     joint distributions: quantities are independent of one another. */
#include "model/distribution.h"

#include <math.h>

#include "model/gamma.h"
#include "model/lang.h"

static double normal_below(double z) { return 0.5 * erfc(-z / sqrt(2)); }

static const char *prepare_normal(qh_distribution *d, double low, double high) {
    d->mirrored = low > d->centre;
    const double from = (low - d->centre) / d->spread, to = (high - d->centre) / d->spread;
    d->below = d->mirrored ? normal_below(-to) : normal_below(from);
    d->between = d->mirrored ? normal_below(-from) - d->below : normal_below(to) - d->below;
    return d->between > 0 ? NULL : QH_N("it has no value between its bounds");
}

static double cut_normal(const qh_distribution *d, double probability) {
    const double part = d->mirrored ? 1 - probability : probability;
    const double z = qh_normal_quantile(d->below + part * d->between);
    return d->centre + d->spread * (d->mirrored ? -z : z);
}

static const char *prepare_lognormal(qh_distribution *d) {
    if (!(d->mean > 0)) return QH_N("the mean must be over 0");
    if (isinf(d->low)) d->low = 0;
    if (d->low < 0) return QH_N("the lower bound must be at least 0");
    const double variance = log1p(d->sd / d->mean * (d->sd / d->mean));
    d->centre = log(d->mean) - 0.5 * variance;
    d->spread = sqrt(variance);
    return prepare_normal(d, d->low > 0 ? log(d->low) : -INFINITY, log(d->high));
}

static const char *check_values(const qh_distribution *d) {
    if (d->n_value < 2) return QH_N("it needs at least two values");
    if (!(d->value[d->n_value - 1] > d->value[0])) return QH_N("all its values are the same");
    return NULL;
}

const char *qh_distribution_prepare(qh_distribution *d) {
    if (d->kind == QH_EMPIRICAL) return check_values(d);
    if (!(d->low < d->high)) return QH_N("the range is empty: the lower bound must be below the upper one");
    const bool bell = d->kind == QH_NORMAL || d->kind == QH_LOGNORMAL;
    if (bell && !(d->sd > 0)) return QH_N("the standard deviation must be over 0; a fixed value needs no variable");
    switch (d->kind) {
    case QH_LOGUNIFORM: return d->low > 0 ? NULL : QH_N("the lower bound must be over 0");
    case QH_TRIANGULAR:
        return d->mode >= d->low && d->mode <= d->high ? NULL : QH_N("the mode must lie between the bounds");
    case QH_NORMAL:
        d->centre = d->mean;
        d->spread = d->sd;
        return prepare_normal(d, d->low, d->high);
    case QH_LOGNORMAL: return prepare_lognormal(d);
    default: return NULL;
    }
}

static double triangular(const qh_distribution *d, double p) {
    const double width = d->high - d->low;
    if (p * width <= d->mode - d->low) return d->low + sqrt(p * width * (d->mode - d->low));
    return d->high - sqrt((1 - p) * width * (d->high - d->mode));
}

static double empirical(const qh_distribution *d, double p) {
    const double rank = p * (double)(d->n_value - 1);
    const size_t k = (size_t)rank; /* p < 1, so that k + 1 is one of them */
    return d->value[k] + (rank - (double)k) * (d->value[k + 1] - d->value[k]);
}

static double within(const qh_distribution *d, double x) {
    /* The inverse may miss a bound by its last digit. */
    if (x < d->low) return d->low;
    return x > d->high ? d->high : x;
}

double qh_distribution_quantile(const qh_distribution *d, double probability) {
    switch (d->kind) {
    case QH_LOGUNIFORM: return within(d, d->low * exp(probability * log(d->high / d->low)));
    case QH_NORMAL: return within(d, cut_normal(d, probability));
    case QH_LOGNORMAL: return within(d, exp(cut_normal(d, probability)));
    case QH_TRIANGULAR: return within(d, triangular(d, probability));
    case QH_EMPIRICAL: return empirical(d, probability);
    default: return within(d, d->low + probability * (d->high - d->low));
    }
}

void qh_distribution_support(const qh_distribution *d, double *low, double *high) {
    *low = d->kind == QH_EMPIRICAL ? d->value[0] : d->low;
    *high = d->kind == QH_EMPIRICAL ? d->value[d->n_value - 1] : d->high;
    if (d->kind == QH_LOGNORMAL && *low < 0) *low = 0;
}
