/* Gamma and normal quantiles against tables and closed forms, L-moments and Pearson III against published fits, the
 * least-squares fit against a sample made from a known distribution. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "model/gamma.h"
#include "model/pearson3.h"

static void assert_close(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance * fabs(expected)))
        fail_msg("%.17g, expected %.17g within %g", value, expected, tolerance);
}

/* ---- gamma and normal ---- */

static void normal_quantiles(void **state) {
    (void)state;
    assert_close(qh_normal_quantile(0.975), 1.959963984540054, 1e-14);
    assert_close(qh_normal_quantile(0.9), 1.2815515655446004, 1e-14);
    assert_close(qh_normal_quantile(0.001), -3.090232306167813, 1e-14);
    assert_true(fabs(qh_normal_quantile(0.5)) < 1e-15);
    for (double p = 0.003; p < 0.5; p += 0.007)
        assert_close(qh_normal_quantile(p), -qh_normal_quantile(1 - p), 1e-12);
}

/* Chi-square tables: x = 2 G(df / 2). */
static void chi_square_table(void **state) {
    (void)state;
    static const struct {
        double freedom, probability, x;
    } table[] = {{1, 0.95, 3.841458820694124},
                 {5, 0.95, 11.070497693516351},
                 {10, 0.95, 18.307038053275146},
                 {10, 0.05, 3.940299136119060},
                 {100, 0.95, 124.34211340400407}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_close(2 * qh_gamma_quantile(table[i].freedom / 2, table[i].probability), table[i].x, 1e-12);
}

/* Shape 1 is the exponential distribution, shape n Erlang's, shape 1/2 half the square of a normal number. */
static void closed_forms(void **state) {
    (void)state;
    for (double p = 0.0004; p < 1; p += 0.0037) {
        assert_close(qh_gamma_quantile(1, p), -log1p(-p), 1e-13);
        const double z = qh_normal_quantile(0.5 + 0.5 * p);
        assert_close(qh_gamma_quantile(0.5, p), 0.5 * z * z, 1e-10);
    }
    for (int shape = 2; shape <= 40; shape += 19) {
        for (double x = 0.3; x < 90; x *= 1.7) {
            double term = exp(-x), upper = 0;
            for (int i = 0; i < shape; i++) {
                upper += term;
                term *= x / (i + 1);
            }
            assert_close(qh_gamma_upper(shape, x), upper, 1e-12);
            assert_true(fabs(qh_gamma_lower(shape, x) + qh_gamma_upper(shape, x) - 1) < 1e-14);
        }
    }
}

static void quantile_inverts_probability_and_rises(void **state) {
    (void)state;
    for (double shape = 0.05; shape < 2e6; shape *= 3.1) {
        double before = 0;
        for (double p = 0.0005; p < 1; p += 0.0333) {
            const double x = qh_gamma_quantile(shape, p);
            assert_true(x > before);
            before = x;
            assert_close(qh_gamma_lower(shape, x), p, 1e-10);
        }
    }
}

/* ---- Pearson III ---- */

/* Sample and results: J. R. M. Hosking's routines, as the test of the lmoments package for Python prints them. */
static const double published[] = {7.1, 5.5, 5.4, 4.0, 3.0, 2.4, 2.2, 2.0, 1.5, 1.3, 1.2};
enum { N_PUBLISHED = sizeof published / sizeof *published };

static void lmoments_and_fit_as_published(void **state) {
    (void)state;
    const qh_lmoments m = qh_sample_lmoments(N_PUBLISHED, published);
    assert_true(fabs(m.first - 3.23636364) < 5e-9);
    assert_true(fabs(m.second - 1.14181818) < 5e-9);
    assert_true(fabs(m.skewness - 0.27388535) < 5e-9);
    assert_true(fabs(m.kurtosis - 0.02335456) < 5e-9);
    qh_pearson3 d;
    assert_int_equal(qh_pearson3_of_lmoments(&m, &d), QH_OK);
    assert_true(fabs(d.mean - 3.236364) < 5e-7);
    assert_true(fabs(d.deviation - 2.199489) < 5e-7);
    assert_true(fabs(d.skewness - 1.646184) < 5e-7);
    static const double quantile[] = {1.447672, 2.663015, 4.705896}; /* not reached in 20, 50, 80 % of years */
    for (int i = 0; i < 3; i++)
        assert_true(fabs(qh_pearson3_quantile(&d, 0.8 - 0.3 * i) - quantile[i]) < 1.5e-6);
}

/* Frequency factors of the Chinese table (离均系数 Φ 值表), two decimals. */
static void table_of_frequency_factors(void **state) {
    (void)state;
    static const struct {
        double skewness, percent, factor;
    } table[] = {{0, 1, 2.33}, {0, 90, -1.28}, {1, 1, 3.02},   {1, 50, -0.16}, {1, 90, -1.13}, {1, 99, -1.59},
                 {2, 1, 3.60}, {2, 90, -0.90}, {2, 99, -0.99}, {3, 1, 4.05},   {3, 95, -0.67}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const double factor = qh_pearson3_factor(table[i].skewness, table[i].percent / 100);
        if (fabs(factor - table[i].factor) > 0.0055)
            fail_msg("Phi(%g, %g %%) is %.4f, expected %.2f", table[i].skewness, table[i].percent, factor,
                     table[i].factor);
    }
    /* Cs = 2 is the exponential distribution less its mean. */
    for (double p = 0.01; p < 1; p += 0.01)
        assert_true(fabs(qh_pearson3_factor(2, p) - (-log(p) - 1)) < 1e-12);
}

static void factors_mirror_and_pass_through_zero_skewness(void **state) {
    (void)state;
    for (double p = 0.01; p < 1; p += 0.049) {
        for (double s = 0.01; s < 5; s *= 2)
            assert_true(fabs(qh_pearson3_factor(-s, p) + qh_pearson3_factor(s, 1 - p)) < 1e-11);
        /* The expansion for small skewness meets the gamma quantile. */
        assert_true(fabs(qh_pearson3_factor(0.99e-4, p) - qh_pearson3_factor(1.01e-4, p)) < 2e-6);
        assert_true(fabs(qh_pearson3_factor(0, p) - qh_normal_quantile(1 - p)) < 1e-15);
    }
    for (double s = -1.7; s < 5; s += 0.31) {
        double before = HUGE_VAL;
        for (double p = 0.005; p < 1; p += 0.01) {
            const double factor = qh_pearson3_factor(s, p);
            assert_true(factor < before); /* what is reached more often is lower */
            before = factor;
        }
    }
}

/* L-moments of a distribution taken by integrating its quantiles give the distribution back. */
static void fit_by_lmoments_gives_the_distribution_back(void **state) {
    (void)state;
    enum { POINTS = 20000 };
    static const double skewness[] = {-0.8, 0.3, 1, 2.5};
    for (size_t s = 0; s < sizeof skewness / sizeof *skewness; s++) {
        const qh_pearson3 made = {10, 3, skewness[s]};
        double b[3] = {0};
        for (int i = 0; i < POINTS; i++) {
            const double f = (i + 0.5) / POINTS, x = qh_pearson3_quantile(&made, 1 - f) / POINTS;
            b[0] += x;
            b[1] += x * f;
            b[2] += x * f * f;
        }
        const qh_lmoments m = {b[0], 2 * b[1] - b[0], (6 * b[2] - 6 * b[1] + b[0]) / (2 * b[1] - b[0]), 0};
        qh_pearson3 found;
        assert_int_equal(qh_pearson3_of_lmoments(&m, &found), QH_OK);
        assert_true(fabs(found.mean - 10) < 2e-3 && fabs(found.deviation - 3) < 3e-3);
        assert_true(fabs(found.skewness - skewness[s]) < 4e-3);
    }
}

/* Points that lie on a curve are found again to many digits, and no deviation is left. */
static void fit_by_curve_gives_the_distribution_back(void **state) {
    (void)state;
    enum { N = 35 };
    static const double skewness[] = {-0.5, 0.05, 0.97, 2.6};
    for (size_t s = 0; s < sizeof skewness / sizeof *skewness; s++) {
        const qh_pearson3 made = {8, 2.4, skewness[s]};
        double sample[N];
        for (size_t i = 0; i < N; i++)
            sample[i] = qh_pearson3_quantile(&made, qh_weibull_position(i + 1, N));
        qh_pearson3 found;
        bool at_edge = true;
        assert_int_equal(qh_pearson3_of_curve(N, sample, &found, &at_edge), QH_OK);
        assert_false(at_edge);
        assert_true(fabs(found.mean - 8) < 1e-5 && fabs(found.deviation - 2.4) < 1e-5);
        assert_true(fabs(found.skewness - skewness[s]) < 1e-5);
        const qh_fit_quality q = qh_pearson3_quality(&found, N, sample);
        assert_true(q.rmse < 1e-5 && q.largest < 1e-4 && q.determination > 1 - 1e-9);
    }
}

static void least_squares_lies_nearer_than_any_neighbour(void **state) {
    (void)state;
    qh_pearson3 best, m;
    bool at_edge = true;
    const qh_lmoments moments = qh_sample_lmoments(N_PUBLISHED, published);
    assert_int_equal(qh_pearson3_of_curve(N_PUBLISHED, published, &best, &at_edge), QH_OK);
    assert_int_equal(qh_pearson3_of_lmoments(&moments, &m), QH_OK);
    const double rmse = qh_pearson3_quality(&best, N_PUBLISHED, published).rmse;
    assert_true(rmse < qh_pearson3_quality(&m, N_PUBLISHED, published).rmse);
    for (int i = 0; i < 27; i++) {
        const qh_pearson3 near = {best.mean * (1 + 0.01 * (i % 3 - 1)), best.deviation * (1 + 0.01 * (i / 3 % 3 - 1)),
                                  best.skewness * (1 + 0.02 * (i / 9 - 1))};
        assert_true(qh_pearson3_quality(&near, N_PUBLISHED, published).rmse >= rmse * (1 - 1e-9));
    }
}

static void scaled_samples_give_scaled_flows(void **state) {
    (void)state;
    double scaled[N_PUBLISHED];
    for (size_t i = 0; i < N_PUBLISHED; i++)
        scaled[i] = 1000 * published[i];
    qh_pearson3 a, b;
    bool edge = false;
    assert_int_equal(qh_pearson3_of_curve(N_PUBLISHED, published, &a, &edge), QH_OK);
    assert_int_equal(qh_pearson3_of_curve(N_PUBLISHED, scaled, &b, &edge), QH_OK);
    assert_close(qh_pearson3_quantile(&b, 0.9), 1000 * qh_pearson3_quantile(&a, 0.9), 1e-7);
    assert_int_equal(qh_pearson3_of_moments(N_PUBLISHED, published, &a), QH_OK);
    assert_int_equal(qh_pearson3_of_moments(N_PUBLISHED, scaled, &b), QH_OK);
    assert_close(qh_pearson3_quantile(&b, 0.9), 1000 * qh_pearson3_quantile(&a, 0.9), 1e-12);
}

/* By hand: mean 3, squares 10, so s^2 = 2.5; cubes of (7, 2, 2, 2, 2) less 3: 64 - 4 = 60, n = 5. */
static void product_moments_by_hand(void **state) {
    (void)state;
    static const double line[] = {5, 4, 3, 2, 1}, skewed[] = {7, 2, 2, 2, 2};
    qh_pearson3 d;
    assert_int_equal(qh_pearson3_of_moments(5, line, &d), QH_OK);
    assert_close(d.mean, 3, 1e-14);
    assert_close(d.deviation, sqrt(2.5), 1e-14);
    assert_true(fabs(d.skewness) < 1e-14);
    assert_int_equal(qh_pearson3_of_moments(5, skewed, &d), QH_OK);
    assert_close(d.skewness, 5.0 * 60 / (4 * 3 * pow(5, 1.5)), 1e-13);
}

static void samples_without_spread_have_no_distribution(void **state) {
    (void)state;
    static const double flat[] = {3.3, 3.3, 3.3, 3.3, 3.3};
    qh_pearson3 d = {1, 2, 3};
    bool edge = true;
    const qh_lmoments m = qh_sample_lmoments(5, flat);
    assert_int_equal(qh_pearson3_of_lmoments(&m, &d), QH_E_NUMERIC);
    assert_int_equal(qh_pearson3_of_curve(5, flat, &d, &edge), QH_E_NUMERIC);
    assert_int_equal(qh_pearson3_of_moments(5, flat, &d), QH_E_NUMERIC);
    const qh_lmoments impossible = {10, 1, 1.2, 0};
    assert_int_equal(qh_pearson3_of_lmoments(&impossible, &d), QH_E_NUMERIC);
    assert_true(d.mean == 1 && d.deviation == 2 && d.skewness == 3 && edge); /* untouched */
}

/* Nine years: rank 0.9 x 10 = 9 is the lowest of them; between ranks straight. */
static void weibull_by_hand(void **state) {
    (void)state;
    static const double sample[] = {19, 17, 15, 13, 11, 9, 7, 5, 3};
    double value = -1;
    assert_true(qh_weibull_quantile(9, sample, 0.9, &value) && value == 3);
    assert_true(qh_weibull_quantile(9, sample, 0.1, &value) && value == 19);
    assert_true(qh_weibull_quantile(9, sample, 0.55, &value) && fabs(value - 10) < 1e-12);
    value = -1;
    assert_false(qh_weibull_quantile(9, sample, 0.95, &value)); /* needs 19 years */
    assert_false(qh_weibull_quantile(9, sample, 0.05, &value));
    assert_false(qh_weibull_quantile(8, sample, 0.9, &value));
    assert_true(value == -1);
    assert_close(qh_weibull_position(3, 9), 0.3, 1e-15);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normal_quantiles),
        cmocka_unit_test(chi_square_table),
        cmocka_unit_test(closed_forms),
        cmocka_unit_test(quantile_inverts_probability_and_rises),
        cmocka_unit_test(lmoments_and_fit_as_published),
        cmocka_unit_test(table_of_frequency_factors),
        cmocka_unit_test(factors_mirror_and_pass_through_zero_skewness),
        cmocka_unit_test(fit_by_lmoments_gives_the_distribution_back),
        cmocka_unit_test(fit_by_curve_gives_the_distribution_back),
        cmocka_unit_test(least_squares_lies_nearer_than_any_neighbour),
        cmocka_unit_test(scaled_samples_give_scaled_flows),
        cmocka_unit_test(product_moments_by_hand),
        cmocka_unit_test(samples_without_spread_have_no_distribution),
        cmocka_unit_test(weibull_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
