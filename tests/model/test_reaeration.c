/* Oxygen saturation, each reaeration formula at known values, and what must hold for every formula that is ever added. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/lang.h"
#include "model/oxygen.h"
#include "model/reaeration.h"

static double a_day(const char *formula, double velocity, double depth) {
    return 86400 * qh_reaeration_find(formula)->coefficient(velocity, depth);
}

static void close_to(double value, double expected, double relative) {
    if (!(fabs(value - expected) <= relative * fabs(expected))) fail_msg("%.12g is not %.12g", value, expected);
}

/* APHA, Standard Methods, 4500-O (Benson and Krause 1984): fresh water at 1 atm. */
static void saturation_is_that_of_the_tables(void **state) {
    (void)state;
    static const double table[][2] = {
        {0, 14.6208337002},  {5, 12.7710003568},  {10, 11.2879473731}, {15, 10.083858341},
        {20, 9.09242604289}, {25, 8.26345669782}, {30, 7.55879604783}, {35, 6.94931784904},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const double here = qh_oxygen_saturation(table[i][0]);
        if (!(fabs(here - table[i][1]) <= 0.01)) fail_msg("%.4g mg/L at %g degC", here, table[i][0]);
    }
    for (double t = 0; t < 40; t += 0.5)
        assert_true(qh_oxygen_saturation(t + 0.5) < qh_oxygen_saturation(t));
}

static void formulas_are_what_they_say(void **state) {
    (void)state;
    close_to(a_day("oconnor-dobbins", 0.25, 4), 3.93 * 0.5 / 8, 1e-12);
    close_to(a_day("churchill", 1, 1), 5.026, 1e-12);
    close_to(a_day("churchill", 0.8, 2), 5.026 * 0.8 * exp(-1.67 * log(2)), 1e-12);
    close_to(a_day("owens-gibbs", 1, 1), 5.32, 1e-12);
    close_to(a_day("owens-gibbs", 0.2, 0.5), 5.32 * exp(0.67 * log(0.2) + 1.85 * log(2)), 1e-12);
}

/* Values by hand, 1/d: a shallow stream, a slow river, a fast one. */
static void covar_takes_the_formula_of_the_place(void **state) {
    (void)state;
    close_to(a_day("covar", 0.3, 0.4), 12.94, 5e-4);
    close_to(a_day("covar", 0.3, 2), 0.761, 5e-4);
    close_to(a_day("covar", 1.5, 1), 7.539, 5e-4);
    assert_true(a_day("covar", 0.3, 0.4) == a_day("owens-gibbs", 0.3, 0.4));
    assert_true(a_day("covar", 0.3, 2) == a_day("oconnor-dobbins", 0.3, 2));
    assert_true(a_day("covar", 1.5, 1) == a_day("churchill", 1.5, 1));
    assert_true(a_day("covar", 0.3, 0.6099) == a_day("owens-gibbs", 0.3, 0.6099));
    assert_true(a_day("covar", 0.3, 0.6101) == a_day("oconnor-dobbins", 0.3, 0.6101));
    assert_true(a_day("covar", 1, 3.449) == a_day("churchill", 1, 3.449));
    assert_true(a_day("covar", 1, 3.451) == a_day("oconnor-dobbins", 1, 3.451));
}

/* ------------------------------------------------------------------------------ every formula of the registry */

static void every_formula_is_documented(void **state) {
    (void)state;
    size_t count = 0;
    for (const qh_reaeration_formula *const *f = qh_registry_reaeration; *f; f++, count++) {
        assert_ptr_equal(qh_reaeration_find((*f)->name), *f);
        assert_true((*f)->title[0] && (*f)->equation[0] && (*f)->source[0] && (*f)->range[0]);
        assert_non_null(strstr("V V2 M+ M~ M-", (*f)->confidence));
        assert_string_not_equal(qh_tr(QH_ZH, (*f)->title), (*f)->title);
        assert_string_not_equal(qh_tr(QH_ZH, (*f)->range), (*f)->range);
        if (count > 0) assert_true(strcmp(f[-1]->name, (*f)->name) < 0);
    }
    assert_true(count >= 4);
    assert_null(qh_reaeration_find("churchil"));
    assert_null(qh_reaeration_find(""));
}

static void faster_and_shallower_water_takes_more(void **state) {
    (void)state;
    for (const qh_reaeration_formula *const *f = qh_registry_reaeration; *f; f++) {
        if (strcmp((*f)->name, "covar") == 0) continue; /* it jumps where it changes formulas */
        for (double velocity = 0.02; velocity < 3; velocity *= 1.3) {
            for (double depth = 0.05; depth < 20; depth *= 1.3) {
                const double here = (*f)->coefficient(velocity, depth);
                assert_true(here > 0 && isfinite(here));
                assert_true((*f)->coefficient(1.1 * velocity, depth) > here);
                assert_true((*f)->coefficient(velocity, 1.1 * depth) < here);
            }
        }
    }
}

/* Inside its range a coefficient is one that has been measured: 0.01 to 200 a day. */
static void ranges_hold_somewhere_and_not_everywhere(void **state) {
    (void)state;
    for (const qh_reaeration_formula *const *f = qh_registry_reaeration; *f; f++) {
        size_t inside = 0;
        for (double velocity = 0.02; velocity < 3; velocity *= 1.1) {
            for (double depth = 0.05; depth < 20; depth *= 1.1) {
                if (!(*f)->in_range(velocity, depth)) continue;
                inside++;
                const double rate = 86400 * (*f)->coefficient(velocity, depth);
                if (!(rate > 0.01 && rate < 200)) fail_msg("%s: %g 1/d", (*f)->name, rate);
            }
        }
        assert_true(inside > 20);
        assert_false((*f)->in_range(5, 0.01));
        assert_false((*f)->in_range(0.001, 50));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(saturation_is_that_of_the_tables),
        cmocka_unit_test(formulas_are_what_they_say),
        cmocka_unit_test(covar_takes_the_formula_of_the_place),
        cmocka_unit_test(every_formula_is_documented),
        cmocka_unit_test(faster_and_shallower_water_takes_more),
        cmocka_unit_test(ranges_hold_somewhere_and_not_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
