/* Statistics of sweeps: known answers. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/random.h"
#include "model/sobol.h"
#include "scenarios/sweep_statistics.h"

static void test_wilson(void **state) {
    (void)state;
    signed char verdict[40];
    for (size_t k = 0; k < 40; k++)
        verdict[k] = k < 8 ? 1 : k < 10 ? 0 : -1;
    const qh_probability p = qh_probability_of(verdict, 40, 1, 0.95);
    assert_int_equal(p.n, 10);
    assert_int_equal(p.n_attained, 8);
    /* 8 of 10: 0.4902 .. 0.9433 (Brown, Cai & DasGupta 2001, and any table of Wilson's interval). */
    assert_true(fabs(p.share - 0.8) < 1e-15 && fabs(p.low - 0.49016) < 1e-4 && fabs(p.high - 0.94332) < 1e-4);
    const qh_probability all = qh_probability_of(verdict, 8, 1, 0.95);
    assert_true(all.share == 1 && all.high == 1 && fabs(all.low - 0.67559) < 1e-4);
    const qh_probability none = qh_probability_of(verdict + 8, 2, 1, 0.95);
    assert_true(none.share == 0 && none.low == 0 && none.high > 0.6);
    assert_true(isnan(qh_probability_of(verdict + 10, 30, 1, 0.95).share));
    const qh_probability half = qh_probability_of(verdict, 20, 2, 0.95); /* every other: 4 of 5 */
    assert_true(half.n == 5 && half.n_attained == 4);
}

/* The interval covers the truth about as often as it says. */
static void test_coverage(void **state) {
    (void)state;
    enum { TRIALS = 2000, N = 60 };
    size_t covered = 0;
    for (uint32_t t = 0; t < TRIALS; t++) {
        signed char verdict[N];
        for (size_t k = 0; k < N; k++)
            verdict[k] = qh_random_unit(5, t, k) < 0.9;
        const qh_probability p = qh_probability_of(verdict, N, 1, 0.95);
        covered += p.low <= 0.9 && p.high >= 0.9;
    }
    assert_true((double)covered > 0.93 * TRIALS && (double)covered < 0.975 * TRIALS);
}

static void test_summary(void **state) {
    (void)state;
    enum { N = 1001 };
    double value[2 * N];
    for (size_t k = 0; k < N; k++) {
        value[2 * k] = (double)((k * 617) % N) / (N - 1); /* 0 .. 1 in steps, shuffled */
        value[2 * k + 1] = NAN;
    }
    qh_distribution_summary s;
    assert_int_equal(qh_summarise(value, N, 2, &s), QH_OK);
    assert_true(s.n == N && s.n_failed == 0 && s.least == 0 && s.most == 1);
    assert_true(fabs(s.mean - 0.5) < 1e-12 && fabs(s.sd - sqrt(1002.0 * 1001 / 12) / 1000) < 1e-12);
    for (size_t k = 0; k < QH_QUANTILES; k++)
        assert_true(fabs(s.quantile[k] - qh_quantile_levels[k]) < 1e-12);
    assert_int_equal(qh_summarise(value, 2 * N, 1, &s), QH_OK);
    assert_true(s.n == N && s.n_failed == N && fabs(s.mean - 0.5) < 1e-12);
    assert_int_equal(qh_summarise(value + 1, N, 2, &s), QH_OK);
    assert_true(s.n == 0 && isnan(s.mean) && isnan(s.quantile[2]));
}

/* Ishigami and Homma's function, a = 7, b = 0.1: S = 0.3139, 0.4424, 0; T = 0.5576, 0.4424, 0.2437. */
static double ishigami(const double *u) {
    const double pi = 3.14159265358979323846;
    double x[3];
    for (size_t j = 0; j < 3; j++)
        x[j] = pi * (2 * u[j] - 1);
    return sin(x[0]) + 7 * sin(x[1]) * sin(x[1]) + 0.1 * pow(x[2], 4) * sin(x[0]);
}

static void fill_ishigami(size_t n_point, double *value) {
    uint32_t direction[6][QH_SOBOL_BITS];
    qh_sobol_directions(6, direction[0]);
    for (size_t n = 0; n < n_point; n++) {
        double u[6];
        for (size_t j = 0; j < 6; j++)
            u[j] = (qh_sobol_point(direction[j], n) + 0.5) * 0x1p-32;
        for (size_t block = 0; block < 5; block++) {
            double x[3];
            for (size_t j = 0; j < 3; j++)
                x[j] = u[block == 1 || block == 2 + j ? 3 + j : j];
            value[5 * n + block] = ishigami(x);
        }
    }
}

static void test_ishigami(void **state) {
    (void)state;
    enum { N = 4096 };
    static const double first[] = {0.313905, 0.442411, 0}, total[] = {0.557589, 0.442411, 0.243684};
    double *value = malloc(5 * N * sizeof *value);
    assert_non_null(value);
    fill_ishigami(N, value);
    qh_sobol_index s[3], t[3];
    qh_sobol_indices indices = {.first = s, .total = t};
    assert_int_equal(qh_sobol_indices_of(value, N, 3, 1, 100, 9, 0.95, &indices), QH_OK);
    assert_int_equal(indices.n_point, N);
    assert_true(fabs(indices.variance - 13.844588) < 0.05);
    for (size_t j = 0; j < 3; j++) {
        assert_true(fabs(s[j].value - first[j]) < 0.01 && fabs(t[j].value - total[j]) < 0.01);
        assert_true(s[j].low < first[j] && first[j] < s[j].high && s[j].high - s[j].low < 0.15);
        assert_true(t[j].low < total[j] && total[j] < t[j].high && t[j].high - t[j].low < 0.1);
    }
    /* A scenario that failed takes its point with it, and nothing else. */
    value[5 * 17 + 3] = NAN;
    assert_int_equal(qh_sobol_indices_of(value, N, 3, 1, 0, 9, 0.95, &indices), QH_OK);
    assert_true(indices.n_point == N - 1 && fabs(s[0].value - first[0]) < 0.01 && isnan(s[0].low));
    for (size_t k = 0; k < 5 * N; k++)
        value[k] = 3;
    assert_int_equal(qh_sobol_indices_of(value, N, 3, 1, 10, 9, 0.95, &indices), QH_OK);
    assert_true(isnan(s[0].value) && isnan(t[2].value) && isnan(t[2].low));
    free(value);
}

/* y = x1 + 2 x2: shares of the variance 1/5 and 4/5, first order and total alike. */
static void test_additive(void **state) {
    (void)state;
    enum { N = 2048 };
    double *value = malloc(4 * N * sizeof *value);
    assert_non_null(value);
    for (size_t n = 0; n < N; n++) {
        double u[4];
        for (uint32_t j = 0; j < 4; j++)
            u[j] = qh_random_unit(11, j, n);
        value[4 * n] = u[0] + 2 * u[1];
        value[4 * n + 1] = u[2] + 2 * u[3];
        value[4 * n + 2] = u[2] + 2 * u[1];
        value[4 * n + 3] = u[0] + 2 * u[3];
    }
    qh_sobol_index s[2], t[2];
    qh_sobol_indices indices = {.first = s, .total = t};
    assert_int_equal(qh_sobol_indices_of(value, N, 2, 1, 200, 1, 0.99, &indices), QH_OK);
    assert_true(s[0].low < 0.2 && s[0].high > 0.2 && t[0].low < 0.2 && t[0].high > 0.2);
    assert_true(s[1].low < 0.8 && s[1].high > 0.8 && t[1].low < 0.8 && t[1].high > 0.8);
    assert_true(fabs(t[1].value - 0.8) < 0.05 && fabs(s[0].value - 0.2) < 0.1);
    free(value);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wilson),   cmocka_unit_test(test_coverage), cmocka_unit_test(test_summary),
        cmocka_unit_test(test_ishigami), cmocka_unit_test(test_additive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
