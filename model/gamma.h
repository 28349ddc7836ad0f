/* The gamma distribution and the normal one: probabilities and quantiles. */
#ifndef QH_MODEL_GAMMA_H
#define QH_MODEL_GAMMA_H

#ifdef __cplusplus
extern "C" {
#endif

/* Regularised incomplete gamma functions P(a, x), lower, and Q(a, x) = 1 - P, upper [-]; shape a > 0, x >= 0. Each is
 * found without subtracting where it is the smaller of the two. */
double qh_gamma_lower(double shape, double x);
double qh_gamma_upper(double shape, double x);

/* x with P(shape, x) = probability, 0 < probability < 1, shape > 0. */
double qh_gamma_quantile(double shape, double probability);

/* z with Phi(z) = probability, 0 < probability < 1. */
double qh_normal_quantile(double probability);

#ifdef __cplusplus
}
#endif
#endif
