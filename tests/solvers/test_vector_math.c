/* Exponentials, sines and what they lack to 1, against the C library's long double, over the whole range. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "solvers/vector_math_internal.h"
#include "tests/support/random_network.h"

enum { N_DRAW = 100000 };

static double error_of(double found, long double expected) { return (double)fabsl((found - expected) / expected); }

/* x of both signs, from 1e-18 to the ends of the range, and multiples of ln 2/2, where n changes. */
static void exponentials(void **state) {
    (void)state;
    random_source r = {1};
    double worst = 0, worst_lack = 0;
    for (size_t k = 0; k < N_DRAW; k++) {
        double x = random_logarithmic(&r, 1e-18, 708) * (k % 3 ? -1 : 1), lack;
        if (k % 10 == 0) x = (double)((int)random_index(&r, 2000) - 1000) * 0.34657359027997264 * (1 + 1e-15);
        if (fabs(x) >= 708) continue;
        worst = fmax(worst, error_of(vector_exp(x, &lack), expl((long double)x)));
        if (x != 0) worst_lack = fmax(worst_lack, error_of(lack, -expm1l((long double)x)));
    }
    if (!(worst <= 4e-16 && worst_lack <= 4e-16)) fail_msg("exp by %g, 1 - exp by %g", worst, worst_lack);
}

static void ends_of_the_range(void **state) {
    (void)state;
    double lack;
    assert_true(vector_exp(0, &lack) == 1 && lack == 0);
    assert_true(vector_exp(-709, &lack) == 0 && lack == 1);
    assert_true(vector_exp(-1e300, &lack) == 0 && lack == 1);
    assert_true(vector_exp(-INFINITY, &lack) == 0 && lack == 1);
    assert_true(vector_exp(-708, &lack) > 0);
    assert_true(isinf(vector_exp(1e300, &lack)) && lack == -INFINITY);
    assert_true(isnan(vector_exp(NAN, &lack)));
    double sine;
    assert_true(vector_cos(0, &sine, &lack) == 1 && sine == 0 && lack == 0);
    assert_true(isnan(vector_cos(NAN, &sine, &lack)));
}

/* Angles to the largest that is promised, and multiples of pi/4, where the quarter changes. */
static void angles(void **state) {
    (void)state;
    random_source r = {2};
    double worst = 0, worst_lack = 0;
    for (size_t k = 0; k < N_DRAW; k++) {
        double b = random_logarithmic(&r, 1e-12, VECTOR_MOST_ANGLE) * (k % 2 ? -1 : 1), sine, lack;
        if (k % 10 == 0) b = (double)((int)random_index(&r, 20000) - 10000) * 0.7853981633974483;
        const double cosine = vector_cos(b, &sine, &lack);
        const long double half = sinl(0.5L * b), missing = 2 * half * half;
        worst = fmax(worst, (double)fmaxl(fabsl(cosine - cosl((long double)b)), fabsl(sine - sinl((long double)b))));
        if (b != 0 && fabs(b) < 0.78) worst_lack = fmax(worst_lack, error_of(lack, missing));
        if (fabs(b) >= 0.78) worst_lack = fmax(worst_lack, 0.5 * (double)fabsl(lack - missing));
        if (b != 0 && fabs(b) < 1) worst = fmax(worst, error_of(sine, sinl((long double)b)));
    }
    if (!(worst <= 3e-16 && worst_lack <= 4e-16)) fail_msg("sin and cos by %g, 1 - cos by %g", worst, worst_lack);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exponentials),
        cmocka_unit_test(ends_of_the_range),
        cmocka_unit_test(angles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
