/* Class of a value: limits of every sense, equal limits, values at a limit. Numbers of GB 3838-2002, Table 1. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/standard.h"

static const qh_standard_item items[] = {
    {.code = "COD", .sense = QH_LIMIT_MAX, .limit = {15, 15, 20, 30, 40}},
    {.code = "NH3-N", .sense = QH_LIMIT_MAX, .limit = {0.15, 0.5, 1.0, 1.5, 2.0}},
    {.code = "DO", .sense = QH_LIMIT_MIN, .limit = {7.5, 6, 5, 3, 2}},
    {.code = "pH", .sense = QH_LIMIT_RANGE, .limit = {6, 6, 6, 6, 6}, .limit_high = {9, 9, 9, 9, 9}},
};
static const qh_standard standard = {.code = "GB3838-2002", .n_class = 5, .n_item = 4, .item = items};

static int class_of(const char *code, double value) {
    const qh_standard_item *item = qh_standard_item_find(&standard, code);
    assert_non_null(item);
    return qh_standard_class_of(&standard, item, value);
}

static void upper_limits(void **state) {
    (void)state;
    assert_int_equal(class_of("NH3-N", 0), 1);
    assert_int_equal(class_of("NH3-N", 0.15), 1);
    assert_int_equal(class_of("NH3-N", 0.151), 2);
    assert_int_equal(class_of("NH3-N", 0.5), 2);
    assert_int_equal(class_of("NH3-N", 0.7), 3);
    assert_int_equal(class_of("NH3-N", 1.2), 4);
    assert_int_equal(class_of("NH3-N", 2.0), 5);
    assert_int_equal(class_of("NH3-N", 2.01), 6);
}

static void equal_limits_give_the_better_class(void **state) {
    (void)state;
    assert_int_equal(class_of("COD", 14), 1);
    assert_int_equal(class_of("COD", 15), 1);
    assert_int_equal(class_of("COD", 15.1), 3);
}

static void lower_limits(void **state) {
    (void)state;
    assert_int_equal(class_of("DO", 12), 1);
    assert_int_equal(class_of("DO", 7.5), 1);
    assert_int_equal(class_of("DO", 7.4), 2);
    assert_int_equal(class_of("DO", 5), 3);
    assert_int_equal(class_of("DO", 2), 5);
    assert_int_equal(class_of("DO", 1.9), 6);
    assert_int_equal(class_of("DO", 0), 6);
}

static void ranges(void **state) {
    (void)state;
    assert_int_equal(class_of("pH", 7), 1);
    assert_int_equal(class_of("pH", 6), 1);
    assert_int_equal(class_of("pH", 9), 1);
    assert_int_equal(class_of("pH", 5.9), 6);
    assert_int_equal(class_of("pH", 9.1), 6);
}

static void round_off_does_not_decide_a_class(void **state) {
    (void)state;
    double value = 15;
    for (int i = 0; i < 1000; i++) {
        value = nextafter(value, 1e9);
    }
    assert_int_equal(class_of("COD", value), 1);
    assert_int_equal(class_of("COD", 15.000001), 3); /* but whatever can be printed does */
    assert_int_equal(class_of("DO", nextafter(7.5, 0)), 1);
    assert_int_equal(class_of("DO", 7.499999), 2);
    assert_int_equal(class_of("pH", nextafter(9, 10)), 1);
}

static void what_is_not_a_number_has_no_good_class(void **state) {
    (void)state;
    static const char *const codes[] = {"COD", "NH3-N", "DO", "pH"};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(class_of(codes[i], NAN), 6);
    }
    assert_int_equal(class_of("COD", INFINITY), 6);
}

static void items_are_found_by_their_code_only(void **state) {
    (void)state;
    assert_ptr_equal(qh_standard_item_find(&standard, "pH"), &items[3]);
    assert_null(qh_standard_item_find(&standard, "ph"));
    assert_null(qh_standard_item_find(&standard, ""));
    assert_null(qh_standard_item_find(&standard, "COD "));
}

static void destroying_frees_the_arena(void **state) {
    (void)state;
    qh_arena *arena = qh_arena_create();
    qh_standard *s = qh_arena_alloc(arena, 1, sizeof *s);
    s->arena = arena;
    qh_standard_destroy(s); /* the leak checker looks on */
    qh_standard_destroy(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(upper_limits),
        cmocka_unit_test(equal_limits_give_the_better_class),
        cmocka_unit_test(lower_limits),
        cmocka_unit_test(ranges),
        cmocka_unit_test(round_off_does_not_decide_a_class),
        cmocka_unit_test(what_is_not_a_number_has_no_good_class),
        cmocka_unit_test(items_are_found_by_their_code_only),
        cmocka_unit_test(destroying_frees_the_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
