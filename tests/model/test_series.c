/* Series: value, break points and means of constants, steps and lines. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/series.h"

static const double times[] = {10, 20, 40, 50}, values[] = {1, 3, -1, 5};

static qh_series series_of(qh_interpolation interpolation) {
    return (qh_series){.name = "s", .interpolation = interpolation, .count = 4, .time = times, .value = values};
}

static void a_step_holds_to_the_next_entry(void **state) {
    (void)state;
    const qh_series s = series_of(QH_STEP);
    assert_true(qh_series_at(&s, 10) == 1);
    assert_true(qh_series_at(&s, nextafter(20, 0)) == 1);
    assert_true(qh_series_at(&s, 20) == 3); /* right-continuous */
    assert_true(qh_series_at(&s, 39.9) == 3);
    assert_true(qh_series_at(&s, 50) == 5);
}

static void a_line_joins_the_entries(void **state) {
    (void)state;
    const qh_series s = series_of(QH_LINEAR);
    for (size_t i = 0; i < 4; i++) {
        assert_true(qh_series_at(&s, times[i]) == values[i]);
    }
    assert_true(qh_series_at(&s, 15) == 2);
    assert_true(qh_series_at(&s, 30) == 1);
    assert_true(fabs(qh_series_at(&s, 49) - 4.4) < 1e-15);
}

static void outside_its_entries_the_ends_hold(void **state) {
    (void)state;
    for (int i = QH_STEP; i <= QH_LINEAR; i++) {
        const qh_series s = series_of((qh_interpolation)i);
        assert_true(qh_series_at(&s, -1e9) == 1);
        assert_true(qh_series_at(&s, 9.99) == 1);
        assert_true(qh_series_at(&s, 50.01) == 5);
        assert_true(qh_series_at(&s, 1e9) == 5);
    }
}

static void breaks_are_the_entries_strictly_later(void **state) {
    (void)state;
    const qh_series s = series_of(QH_STEP);
    const qh_value value = {0, &s}, constant = {7, NULL};
    assert_true(qh_value_next_break(&value, 0) == 10);
    assert_true(qh_value_next_break(&value, 10) == 20);
    assert_true(qh_value_next_break(&value, nextafter(20, 0)) == 20);
    assert_true(qh_value_next_break(&value, 25) == 40);
    assert_true(isinf(qh_value_next_break(&value, 50)));
    assert_true(isinf(qh_value_next_break(&constant, 0)));
}

static void a_constant_is_constant(void **state) {
    (void)state;
    const qh_value constant = {7, NULL};
    assert_true(qh_value_at(&constant, -5) == 7);
    assert_true(qh_value_mean(&constant, 0, 9) == 7);
}

static void means_are_exact_integrals(void **state) {
    (void)state;
    const qh_series steps = series_of(QH_STEP), lines = series_of(QH_LINEAR);
    const qh_value step = {0, &steps}, line = {0, &lines};
    assert_true(fabs(qh_value_mean(&step, 10, 50) - (10 * 1 + 20 * 3 + 10 * -1) / 40.0) < 1e-15);
    assert_true(fabs(qh_value_mean(&line, 10, 50) - (10 * 2 + 20 * 1 + 10 * 2) / 40.0) < 1e-15);
    assert_true(qh_value_mean(&step, 12, 18) == 1);
    assert_true(qh_value_mean(&line, 12, 18) == 2);
    /* past both ends, where the end values hold */
    assert_true(fabs(qh_value_mean(&step, 0, 60) - (10 * 1 + 10 * 1 + 20 * 3 + 10 * -1 + 10 * 5) / 60.0) < 1e-15);
    assert_true(qh_value_mean(&line, -20, 5) == 1);
    assert_true(qh_value_mean(&line, 55, 60) == 5);
    assert_true(qh_value_mean(&step, 50, 60) == 5);
}

static void means_agree_with_fine_sampling(void **state) {
    (void)state;
    const qh_series lines = series_of(QH_LINEAR);
    const qh_value line = {0, &lines};
    for (int k = 0; k < 50; k++) {
        const double t0 = 0.9 * k, t1 = t0 + 3 + 0.3 * k;
        double sum = 0;
        for (int i = 0; i < 20000; i++) {
            sum += qh_value_at(&line, t0 + (i + 0.5) / 20000 * (t1 - t0));
        }
        assert_true(fabs(qh_value_mean(&line, t0, t1) - sum / 20000) < 1e-6);
    }
}

static void equal_entries_stay_equal_to_the_bit(void **state) {
    (void)state;
    static const double t[] = {0, 3, 7}, v[] = {0.1, 0.1, 0.1};
    const qh_series s = {.interpolation = QH_LINEAR, .count = 3, .time = t, .value = v};
    for (int i = 0; i < 700; i++) {
        assert_true(qh_series_at(&s, 0.01 * i) == 0.1);
    }
}

static void a_line_to_zero_is_never_negative(void **state) {
    (void)state;
    static const double t[] = {0, 3}, v[] = {0.1, 0};
    const qh_series s = {.interpolation = QH_LINEAR, .count = 2, .time = t, .value = v};
    for (double x = 3, step = 1e-16; x > 0; x -= step, step *= 1.7) {
        assert_true(qh_series_at(&s, x) >= 0);
    }
}

static void a_single_entry_is_a_constant(void **state) {
    (void)state;
    static const double t[] = {5}, v[] = {2};
    for (int i = QH_STEP; i <= QH_LINEAR; i++) {
        const qh_series s = {.interpolation = (qh_interpolation)i, .count = 1, .time = t, .value = v};
        const qh_value value = {0, &s};
        assert_true(qh_series_at(&s, 0) == 2 && qh_series_at(&s, 5) == 2 && qh_series_at(&s, 9) == 2);
        assert_true(qh_value_mean(&value, 0, 10) == 2);
        assert_true(qh_value_next_break(&value, 0) == 5);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_holds_to_the_next_entry),
        cmocka_unit_test(a_line_joins_the_entries),
        cmocka_unit_test(outside_its_entries_the_ends_hold),
        cmocka_unit_test(breaks_are_the_entries_strictly_later),
        cmocka_unit_test(a_constant_is_constant),
        cmocka_unit_test(means_are_exact_integrals),
        cmocka_unit_test(means_agree_with_fine_sampling),
        cmocka_unit_test(equal_entries_stay_equal_to_the_bit),
        cmocka_unit_test(a_line_to_zero_is_never_negative),
        cmocka_unit_test(a_single_entry_is_a_constant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
