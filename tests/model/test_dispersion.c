/* Dispersion formulas: published column of values, and what must hold for every formula that is ever added. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/dispersion.h"
#include "model/mixing.h"

static const qh_dispersion_input sample = {.velocity = 0.5, .depth = 2, .width = 50, .shear_velocity = 0.05};

typedef struct expectation {
    const char *name, *coefficient; /* m2/s, with the digits that the reference prints */
} expectation;

static void the_reference_column_is_reproduced_to_its_digits(void **state) {
    (void)state;
    static const expectation column[] = {
        {"elder", "0.593"},    {"fischer", "68.75"},     {"liu", "35.58"},   {"koussis-rodriguez-mirasol", "37.5"},
        {"iwasa-aya", "25.0"}, {"seo-cheong", "116.59"}, {"deng", "103.74"}, {"kashefipour-falconer", "109.27"},
    };
    size_t n = 0;
    for (; n < sizeof column / sizeof *column; n++) {
        const qh_dispersion_formula *formula = qh_dispersion_find(column[n].name);
        assert_non_null(formula);
        const int digits = (int)strlen(strchr(column[n].coefficient, '.') + 1);
        char printed[32];
        (void)snprintf(printed, sizeof printed, "%.*f", digits, formula->coefficient(&sample));
        assert_string_equal(printed, column[n].coefficient);
    }
    size_t registered = 0;
    while (qh_registry_dispersion[registered]) {
        registered++;
    }
    if (registered > n) fail_msg("%zu formulas have no reference value in this test", registered - n);
}

static void kashefipour_and_falconer_change_at_a_width_of_50_depths(void **state) {
    (void)state;
    const qh_dispersion_formula *formula = qh_dispersion_find("kashefipour-falconer");
    const qh_dispersion_input wide = {.velocity = 0.5, .depth = 1, .width = 50, .shear_velocity = 0.05};
    assert_true(fabs(formula->coefficient(&wide) - 10.612 * 1 * 0.5 * 10) < 1e-12);
    const qh_dispersion_input narrow = {.velocity = 0.5, .depth = 1, .width = 49, .shear_velocity = 0.05};
    const double factor = 7.428 + 1.775 * pow(49, 0.620) * pow(0.1, 0.572);
    assert_true(fabs(formula->coefficient(&narrow) - factor * 0.5 * 10) < 1e-12);
}

static void coefficients_are_positive_everywhere(void **state) {
    (void)state;
    for (const qh_dispersion_formula *const *f = qh_registry_dispersion; *f; f++) {
        for (double u = 0.01; u < 5; u *= 3) {
            for (double h = 0.05; h < 30; h *= 4) {
                for (double b = 0.5; b < 3000; b *= 5) {
                    for (double s = 0.001; s < 0.5; s *= 6) {
                        const qh_dispersion_input in = {.velocity = u, .depth = h, .width = b, .shear_velocity = s};
                        const double d = (*f)->coefficient(&in);
                        if (!(d > 0) || !isfinite(d)) fail_msg("%s gives %g", (*f)->name, d);
                    }
                }
            }
        }
    }
}

/* In other units of length and time the same river has the same coefficient: D scales as length^2/time. A formula with
 * a slip in its dimensions (B/H^0.62 for (B/H)^0.62) fails here. */
static void formulas_are_right_by_dimension(void **state) {
    (void)state;
    const double length = 3.28, time = 60;
    for (const qh_dispersion_formula *const *f = qh_registry_dispersion; *f; f++) {
        const qh_dispersion_input scaled = {.velocity = sample.velocity * length / time,
                                            .depth = sample.depth * length,
                                            .width = sample.width * length,
                                            .shear_velocity = sample.shear_velocity * length / time};
        const double expected = (*f)->coefficient(&sample) * length * length / time;
        if (!(fabs((*f)->coefficient(&scaled) / expected - 1) < 1e-13)) fail_msg("%s is not", (*f)->name);
        assert_int_equal((*f)->in_range(&scaled), (*f)->in_range(&sample));
    }
}

static void ranges_say_yes_and_no(void **state) {
    (void)state;
    const qh_dispersion_input ditch = {.velocity = 0.3, .depth = 1, .width = 1.5, .shear_velocity = 0.05};
    for (const qh_dispersion_formula *const *f = qh_registry_dispersion; *f; f++) {
        assert_false((*f)->in_range(&ditch));
        /* Elder's plane flow is no river at all. */
        assert_int_equal((*f)->in_range(&sample), strcmp((*f)->name, "elder") != 0);
    }
}

static void mixing_lengths_follow_the_guideline(void **state) {
    (void)state;
    /* At the bank (0.11 + 0.7 sqrt(0.5 - 1.1/4)) = 0.4420; in the middle 0.11 + 0. Worked by hand. */
    assert_true(fabs(qh_mixing_length(0, 50, 0.5, 0.06) / (0.5 * 2500 / 0.06) - (0.11 + 0.7 * sqrt(0.225))) < 1e-14);
    assert_true(fabs(qh_mixing_length(25, 50, 0.5, 0.06) / (0.5 * 2500 / 0.06) - 0.11) < 1e-14);
    assert_true(fabs(qh_mixing_length(0, 50, 0.5, 0.06) - 9209.2) < 0.1);
    assert_true(fabs(qh_shear_velocity(1.5, 0.001) - sqrt(9.81 * 0.0015)) < 1e-16);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reference_column_is_reproduced_to_its_digits),
        cmocka_unit_test(kashefipour_and_falconer_change_at_a_width_of_50_depths),
        cmocka_unit_test(coefficients_are_positive_everywhere),
        cmocka_unit_test(formulas_are_right_by_dimension),
        cmocka_unit_test(ranges_say_yes_and_no),
        cmocka_unit_test(mixing_lengths_follow_the_guideline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
