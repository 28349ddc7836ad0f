/* Pearson's type III distribution, a shifted gamma distribution:
 *
 *     x = mean + deviation Phi(Cs, P),   Phi = (G - a) / sqrt(a) sign(Cs),   a = 4 / Cs^2,   G the gamma quantile
 *
 * of probability 1 - P for Cs > 0 and P for Cs < 0, where P is that of exceedance.
 *
 * From L-moments: a from the L-skewness by Hosking's rational functions (5e-5 relative), then deviation and mean.
 * From the curve: for a given Cs the points x_m = mean + deviation Phi(Cs, m/(n+1)) are linear in mean and deviation, so
 * least squares leaves one unknown, Cs, which is scanned and then refined by golden section.
 * Sources: J. R. M. Hosking and J. R. Wallis, Regional Frequency Analysis (1997), 2.7 and A.9; the least-squares criterion
 * is that of SL 44-2006 [M+]. Not for records of a few years: three parameters are drawn from the points, and the
 * skewness of fewer than some 30 is hardly known. */
#include "model/pearson3.h"

#include <math.h>

#include "model/gamma.h"

double qh_weibull_position(size_t m, size_t n) { return (double)m / (double)(n + 1); }

bool qh_weibull_quantile(size_t n, const double *sample, double exceedance, double *value) {
    const double rank = exceedance * (double)(n + 1), slack = 1e-9;
    if (!(rank >= 1 - slack && rank <= (double)n + slack)) return false;
    const double at = fmin(fmax(rank, 1), (double)n);
    const size_t above = (size_t)at, below = above < n ? above + 1 : n;
    *value = sample[above - 1] + (at - (double)above) * (sample[below - 1] - sample[above - 1]);
    return true;
}

qh_lmoments qh_sample_lmoments(size_t n, const double *sample) {
    double b[4] = {0};
    for (size_t j = 1; j <= n; j++) { /* j-th smallest */
        double weight = 1 / (double)n;
        for (size_t r = 0; r < 4; r++) {
            b[r] += weight * sample[n - j];
            weight *= ((double)j - 1 - (double)r) / (double)(n - 1 - r); /* zero from j = r + 1 on */
            if (n == r + 1) break;
        }
    }
    const double second = 2 * b[1] - b[0];
    return (qh_lmoments){.first = b[0],
                         .second = second,
                         .skewness = (6 * b[2] - 6 * b[1] + b[0]) / second,
                         .kurtosis = (20 * b[3] - 30 * b[2] + 12 * b[1] - b[0]) / second};
}

/* Gamma(a + 1/2) / Gamma(a). */
static double half_step(double a) {
    if (a < 100) return tgamma(a + 0.5) / tgamma(a);
    const double r = 1 / (8 * a); /* asymptotic, 1e-13 from a = 100 on */
    return sqrt(a) * (1 - r + r * r / 2 + 5 * r * r * r / 2 - 21 * r * r * r * r / 8);
}

/* Whether a sample or its moments have a spread that is more than rounding. */
static bool has_spread(double scale, double mean) { return scale > 1e-12 * fabs(mean) && scale > 0; }

qh_status qh_pearson3_of_lmoments(const qh_lmoments *moments, qh_pearson3 *distribution) {
    const double pi = 3.141592653589793;
    const double t = fabs(moments->skewness);
    if (!has_spread(moments->second, moments->first) || !(t < 1)) return QH_E_NUMERIC;
    qh_pearson3 made = {.mean = moments->first, .deviation = sqrt(pi) * moments->second, .skewness = 0};
    if (t > 1e-6) {
        double a = 0;
        if (t < 1.0 / 3) {
            const double z = 3 * pi * t * t;
            a = (1 + 0.2906 * z) / (z * (1 + z * (0.1882 + z * 0.0442)));
        } else {
            const double z = 1 - t;
            a = z * (0.36067 + z * (-0.59567 + z * 0.25361)) / (1 + z * (-2.78861 + z * (2.56096 - z * 0.77045)));
        }
        made.deviation = sqrt(pi) * moments->second * sqrt(a) / half_step(a);
        made.skewness = copysign(2 / sqrt(a), moments->skewness);
    }
    *distribution = made;
    return QH_OK;
}

qh_status qh_pearson3_of_moments(size_t n, const double *sample, qh_pearson3 *distribution) {
    double mean = 0, square = 0, cube = 0;
    for (size_t i = 0; i < n; i++)
        mean += sample[i] / (double)n;
    for (size_t i = 0; i < n; i++) {
        const double d = sample[i] - mean;
        square += d * d;
        cube += d * d * d;
    }
    const double count = (double)n, deviation = n > 1 ? sqrt(square / (count - 1)) : 0;
    if (n < 3 || !has_spread(deviation, mean)) return QH_E_NUMERIC;
    *distribution =
        (qh_pearson3){mean, deviation, count * cube / ((count - 1) * (count - 2) * deviation * deviation * deviation)};
    return QH_OK;
}

double qh_pearson3_factor(double skewness, double exceedance) {
    const double size = fabs(skewness);
    if (size < 1e-4) { /* Cornish and Fisher, to Cs^2; what is left out is under 1e-12 */
        const double z = qh_normal_quantile(1 - exceedance), s = skewness;
        return z + (z * z - 1) * s / 6 + z * (z * z - 7) * s * s / 144;
    }
    const double shape = 4 / (size * size);
    if (skewness > 0) return (qh_gamma_quantile(shape, 1 - exceedance) - shape) / sqrt(shape);
    return -(qh_gamma_quantile(shape, exceedance) - shape) / sqrt(shape);
}

double qh_pearson3_quantile(const qh_pearson3 *distribution, double exceedance) {
    return distribution->mean + distribution->deviation * qh_pearson3_factor(distribution->skewness, exceedance);
}

/* ---- least squares ---- */

/* The line through the points for one Cs; returns the sum of squares, INFINITY where the line would fall. */
static double fit_line(size_t n, const double *sample, double skewness, qh_pearson3 *line) {
    double mean_x = 0, mean_f = 0, ff = 0, fx = 0, xx = 0;
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < n; i++) {
            const double f = qh_pearson3_factor(skewness, qh_weibull_position(i + 1, n));
            if (pass == 0) {
                mean_f += f / (double)n;
                mean_x += sample[i] / (double)n;
            } else {
                ff += (f - mean_f) * (f - mean_f);
                fx += (f - mean_f) * (sample[i] - mean_x);
                xx += (sample[i] - mean_x) * (sample[i] - mean_x);
            }
        }
    }
    const double slope = fx / ff;
    *line = (qh_pearson3){mean_x - slope * mean_f, slope, skewness};
    return slope > 0 ? fmax(xx - slope * fx, 0) : INFINITY;
}

qh_status qh_pearson3_of_curve(size_t n, const double *sample, qh_pearson3 *distribution, bool *at_edge) {
    enum { SCAN = 60, REFINE = 40 };
    static const double least = -2, most = 6; /* of Cs: beyond what any river shows */
    const double step = (most - least) / SCAN;
    if (n < 4 || !has_spread(sample[0] - sample[n - 1], sample[0])) return QH_E_NUMERIC;
    qh_pearson3 line = {0};
    int best = 0;
    double best_squares = INFINITY;
    for (int i = 0; i <= SCAN; i++) {
        const double squares = fit_line(n, sample, least + i * step, &line);
        if (squares < best_squares) {
            best_squares = squares;
            best = i;
        }
    }
    const double golden = 0.6180339887498949;
    double low = fmax(least, least + (best - 1) * step), high = fmin(most, least + (best + 1) * step);
    for (int i = 0; i < REFINE; i++) {
        const double a = high - golden * (high - low), b = low + golden * (high - low);
        if (fit_line(n, sample, a, &line) <= fit_line(n, sample, b, &line))
            high = b;
        else
            low = a;
    }
    (void)fit_line(n, sample, 0.5 * (low + high), &line);
    *distribution = line;
    *at_edge = best == 0 || best == SCAN;
    return QH_OK;
}

qh_fit_quality qh_pearson3_quality(const qh_pearson3 *distribution, size_t n, const double *sample) {
    double squares = 0, largest = 0, mean = 0, spread = 0;
    for (size_t i = 0; i < n; i++)
        mean += sample[i] / (double)n;
    for (size_t i = 0; i < n; i++) {
        const double d = sample[i] - qh_pearson3_quantile(distribution, qh_weibull_position(i + 1, n));
        squares += d * d;
        largest = fmax(largest, fabs(d));
        spread += (sample[i] - mean) * (sample[i] - mean);
    }
    return (qh_fit_quality){sqrt(squares / (double)n), largest, 1 - squares / spread};
}
