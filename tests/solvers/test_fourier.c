/* Transforms of many lengths against the sums that they stand for. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "solvers/complex_internal.h"
#include "solvers/fourier_internal.h"
#include "tests/support/random_network.h"

enum { STRIDE = 3 };

static long double complex sum_at(const double complex *from, size_t n, size_t j, int sign) {
    long double complex sum = 0;
    for (size_t k = 0; k < n; k++) {
        const long double turn = 2 * 3.14159265358979323846264338L * (long double)(j * k % n) / (long double)n;
        const long double complex root = __builtin_complex(cosl(turn), sign * sinl(turn));
        sum += from[k * STRIDE] * root;
    }
    return sum;
}

/* Sums [some j] of random numbers within +-1, by all three calls. */
static void check_length(size_t n, size_t n_sum) {
    qh_arena *arena = qh_arena_create();
    fourier *transform = NULL;
    double complex *from = calloc(n * STRIDE + 1, sizeof *from), *to = calloc(3 * n, sizeof *to);
    random_source r = {n};
    assert_true(from && to);
    assert_int_equal(fourier_create(arena, n, &transform), QH_OK);
    for (size_t k = 0; k <= n * STRIDE; k++)
        from[k] = CMPLX(random_between(&r, -1, 1), random_between(&r, -1, 1));
    double complex *close = to + n, *real = close + n, *row = calloc(n, sizeof *row);
    assert_non_null(row);
    for (size_t k = 0; k < n; k++)
        row[k] = from[k * STRIDE];
    fourier_sum(transform, from, STRIDE, to);
    fourier_transform(transform, row, close);
    fourier_real_sums(transform, from, STRIDE, real);
    const double tolerance = 1e-15 * sqrt((double)n) * (2 + log2((double)n)); /* sums are some sqrt(n) */
    for (size_t s = 0; s < n_sum; s++) {
        const size_t j = n_sum == n ? s : random_index(&r, n);
        const long double complex plus = sum_at(from, n, j, 1), second = sum_at(from + 1, n, j, 1);
        const long double complex minus = sum_at(from, n, j, -1);
        const double error = (double)fmaxl(cabsl(to[j] - plus), cabsl(close[j] - minus));
        const double pair = (double)fmaxl(fabsl(creal(real[j]) - creall(plus)), fabsl(cimag(real[j]) - creall(second)));
        if (!(error <= tolerance && pair <= tolerance))
            fail_msg("length %d, sum %d: wrong by %g and %g", (int)n, (int)j, error, pair);
    }
    free(row);
    free(from);
    free(to);
    qh_arena_destroy(arena);
}

static void every_short_length(void **state) {
    (void)state;
    for (size_t n = 1; n <= 130; n++)
        check_length(n, n);
}

/* Smooth ones, primes, and twice a prime. */
static void long_lengths(void **state) {
    (void)state;
    static const size_t n[] = {1024, 5760, 1439, 2878, 5762, 10007, 16384, 65537};
    for (size_t k = 0; k < sizeof n / sizeof *n; k++)
        check_length(n[k], 12);
}

static void lengths_without_large_factors(void **state) {
    (void)state;
    assert_int_equal(fourier_length(1), 1);
    assert_int_equal(fourier_length(7), 8);
    assert_int_equal(fourier_length(11), 12);
    assert_int_equal(fourier_length(5762), 5832);
    assert_int_equal(fourier_length(5760), 5760);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_short_length),
        cmocka_unit_test(long_lengths),
        cmocka_unit_test(lengths_without_large_factors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
