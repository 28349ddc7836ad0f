/* Quantile functions: against their probabilities, which are written here anew, and against known values. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/distribution.h"
#include "model/gamma.h"

static double phi(double z) { return 0.5 * erfc(-z / sqrt(2)); }

/* Probability of a value no larger than x, straight from the definitions. */
static double probability_of(const qh_distribution *d, double x) {
    switch (d->kind) {
    case QH_UNIFORM: return (x - d->low) / (d->high - d->low);
    case QH_LOGUNIFORM: return log(x / d->low) / log(d->high / d->low);
    case QH_NORMAL: {
        const double a = phi((d->low - d->mean) / d->sd), b = phi((d->high - d->mean) / d->sd);
        return (phi((x - d->mean) / d->sd) - a) / (b - a);
    }
    case QH_LOGNORMAL: {
        const double s = sqrt(log(1 + pow(d->sd / d->mean, 2))), m = log(d->mean) - s * s / 2;
        const double a = d->low > 0 ? phi((log(d->low) - m) / s) : 0,
                     b = isinf(d->high) ? 1 : phi((log(d->high) - m) / s);
        return (phi((log(x) - m) / s) - a) / (b - a);
    }
    default: {
        const double w = d->high - d->low;
        if (x <= d->mode) return (x - d->low) * (x - d->low) / (w * (d->mode - d->low));
        return 1 - (d->high - x) * (d->high - x) / (w * (d->high - d->mode));
    }
    }
}

static const qh_distribution good[] = {
    {.kind = QH_UNIFORM, .low = -2, .high = 5},
    {.kind = QH_LOGUNIFORM, .low = 0.01, .high = 10},
    {.kind = QH_NORMAL, .mean = 13, .sd = 1.5, .low = 9, .high = 17},
    {.kind = QH_NORMAL, .mean = 0, .sd = 1, .low = 2, .high = 3}, /* the upper tail alone */
    {.kind = QH_NORMAL, .mean = 0, .sd = 1, .low = -1e9, .high = -1},
    {.kind = QH_LOGNORMAL, .mean = 1, .sd = 0.2, .low = -INFINITY, .high = INFINITY},
    {.kind = QH_LOGNORMAL, .mean = 1, .sd = 0.5, .low = 0.5, .high = 2},
    {.kind = QH_TRIANGULAR, .low = 0.5, .mode = 1, .high = 2},
    {.kind = QH_TRIANGULAR, .low = 0, .mode = 1e-9, .high = 1},
};

static void test_inverse(void **state) {
    (void)state;
    for (size_t k = 0; k < sizeof good / sizeof good[0]; k++) {
        qh_distribution d = good[k];
        assert_null(qh_distribution_prepare(&d));
        double before = -INFINITY, low = 0, high = 0;
        qh_distribution_support(&d, &low, &high);
        for (int i = 1; i < 2000; i++) {
            const double p = i / 2000.0, x = qh_distribution_quantile(&d, p);
            assert_true(x > before && x >= low && x <= high);
            assert_true(fabs(probability_of(&d, x) - p) < 1e-9);
            before = x;
        }
        /* The ends of all that can be drawn. */
        assert_true(qh_distribution_quantile(&d, 0x1p-53) >= low);
        assert_true(qh_distribution_quantile(&d, 1 - 0x1p-53) <= high);
    }
}

/* 40 standard deviations out, where Phi is 0 or 1 to a double: the upper tail must not collapse. */
static void test_far_tail(void **state) {
    (void)state;
    qh_distribution d = {.kind = QH_NORMAL, .mean = 0, .sd = 1, .low = 30, .high = 31};
    assert_null(qh_distribution_prepare(&d));
    const double x = qh_distribution_quantile(&d, 0.5);
    /* Beyond 30 the tail falls like exp(-30 x): the median lies ln 2 / 30 above, less the curvature. */
    assert_true(fabs(x - 30 - log(2) / 30) < 1e-4);
}

/* Values of tables: Phi^-1(0.975) and the quantiles of 10^-10 and 10^-300 (Wichura 1988 and Mathematica's digits). */
static void test_normal_quantile(void **state) {
    (void)state;
    assert_true(fabs(qh_normal_quantile(0.975) - 1.959963984540054) < 1e-14);
    assert_true(fabs(qh_normal_quantile(0.25) + 0.6744897501960817) < 1e-14);
    assert_true(fabs(qh_normal_quantile(0.001) + 3.090232306167814) < 1e-13);
    assert_true(fabs(qh_normal_quantile(1e-20) + 9.262340089798408) < 1e-12);
    for (int e = 1; e < 300; e++) {
        const double p = pow(10, -e), z = qh_normal_quantile(p);
        assert_true(fabs(0.5 * erfc(-z / sqrt(2)) / p - 1) < 1e-11);
    }
}

static void test_moments(void **state) {
    (void)state;
    qh_distribution d = {.kind = QH_LOGNORMAL, .mean = 3, .sd = 0.6, .low = -INFINITY, .high = INFINITY};
    assert_null(qh_distribution_prepare(&d));
    enum { N = 20000 };
    double sum = 0, square = 0;
    for (int i = 0; i < N; i++)
        sum += qh_distribution_quantile(&d, (i + 0.5) / N);
    for (int i = 0; i < N; i++)
        square += pow(qh_distribution_quantile(&d, (i + 0.5) / N) - sum / N, 2);
    assert_true(fabs(sum / N - 3) < 1e-3);
    assert_true(fabs(sqrt(square / N) - 0.6) < 2e-3);
}

static void test_empirical(void **state) {
    (void)state;
    static const double value[] = {1, 2, 4, 8, 9};
    qh_distribution d = {.kind = QH_EMPIRICAL, .n_value = 5, .value = value};
    assert_null(qh_distribution_prepare(&d));
    assert_true(qh_distribution_quantile(&d, 0.25) == 2);
    assert_true(qh_distribution_quantile(&d, 0.375) == 3);
    assert_true(qh_distribution_quantile(&d, 0.75) == 8);
    assert_true(qh_distribution_quantile(&d, 1 - 0x1p-53) <= 9);
    assert_true(qh_distribution_quantile(&d, 0x1p-53) >= 1);
}

static void test_impossible(void **state) {
    (void)state;
    static const double same[] = {3, 3, 3};
    const qh_distribution bad[] = {
        {.kind = QH_UNIFORM, .low = 2, .high = 2},
        {.kind = QH_UNIFORM, .low = 3, .high = 2},
        {.kind = QH_LOGUNIFORM, .low = 0, .high = 2},
        {.kind = QH_NORMAL, .mean = 1, .sd = 0, .low = 0, .high = 2},
        {.kind = QH_NORMAL, .mean = 1, .sd = -1, .low = 0, .high = 2},
        {.kind = QH_NORMAL, .mean = 0, .sd = 1, .low = 50, .high = 60},
        {.kind = QH_LOGNORMAL, .mean = 0, .sd = 1, .low = -INFINITY, .high = INFINITY},
        {.kind = QH_LOGNORMAL, .mean = 1, .sd = 1, .low = -1, .high = INFINITY},
        {.kind = QH_TRIANGULAR, .low = 0, .mode = 3, .high = 2},
        {.kind = QH_EMPIRICAL, .n_value = 3, .value = same},
        {.kind = QH_EMPIRICAL, .n_value = 1, .value = same},
    };
    for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
        qh_distribution d = bad[k];
        assert_non_null(qh_distribution_prepare(&d));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inverse), cmocka_unit_test(test_far_tail),  cmocka_unit_test(test_normal_quantile),
        cmocka_unit_test(test_moments), cmocka_unit_test(test_empirical), cmocka_unit_test(test_impossible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
