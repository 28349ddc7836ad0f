/* Numbers and times as files write them, and the nearest name to a slip of the pen. */
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/names_internal.h"
#include "io/number_internal.h"

static void numbers_are_read(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double value;
        const char *rest;
    } good[] = {{"0", 0.0, ""},         {"-3", -3.0, ""},
                {"+1.5e3", 1500.0, ""}, {".5", 0.5, ""},
                {"5.", 5.0, ""},        {"12 degC", 12.0, "degC"},
                {"10d", 10.0, "d"},     {"0.2 1/d", 0.2, "1/d"},
                {"1e", 1.0, "e"},       {"0x10", 0.0, "x10"},
                {"1E-5", 1e-5, ""},     {"3　km", 3.0, "km"},
                {"0.1", 0.1, ""},       {"-0", 0.0, ""},
                {"0e-999", 0.0, ""},    {"2.2250738585072014e-308", 2.2250738585072014e-308, ""}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        double value = -1.0;
        const char *rest = NULL;
        assert_int_equal(qh_number_read(good[i].text, &value, &rest), QH_NUMBER_FINE);
        assert_true(value == good[i].value);
        assert_string_equal(rest, good[i].rest);
    }
}

static void what_is_no_number_says_why(void **state) {
    (void)state;
    static const struct {
        const char *text;
        qh_number_fault fault;
    } bad[] = {{"", QH_NUMBER_NONE},           {"abc", QH_NUMBER_NONE},        {"-", QH_NUMBER_NONE},
               {".", QH_NUMBER_NONE},          {"e5", QH_NUMBER_NONE},         {"1,5", QH_NUMBER_COMMA},
               {"1,000", QH_NUMBER_COMMA},     {"１２", QH_NUMBER_FULL_WIDTH}, {"1２", QH_NUMBER_FULL_WIDTH},
               {"－5", QH_NUMBER_FULL_WIDTH},  {"1．5", QH_NUMBER_FULL_WIDTH}, {"nan", QH_NUMBER_NOT_FINITE},
               {"-Inf", QH_NUMBER_NOT_FINITE}, {".NaN", QH_NUMBER_NOT_FINITE}, {"infinity", QH_NUMBER_NOT_FINITE},
               {"1e999", QH_NUMBER_OVERFLOW},  {"-1e999", QH_NUMBER_OVERFLOW}, {"1e-999", QH_NUMBER_UNDERFLOW},
               {"1e-310", QH_NUMBER_UNDERFLOW}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        double value = 7.0;
        const char *rest = NULL;
        assert_int_equal(qh_number_read(bad[i].text, &value, &rest), bad[i].fault);
        assert_true(value == 7.0 && rest == NULL);
    }
}

/* A locale whose decimal sign is a comma must change nothing. Skipped where the system has none. */
static void numbers_do_not_depend_on_the_locale(void **state) {
    (void)state;
    static const char *const locales[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "fr_FR", "ru_RU.UTF-8"};
    bool set = false;
    for (size_t i = 0; i < 5 && !set; i++)
        set = setlocale(LC_ALL, locales[i]) != NULL;
    if (!set) skip();
    double value = 0.0;
    const char *rest = NULL;
    assert_int_equal(qh_number_read("1.5", &value, &rest), QH_NUMBER_FINE);
    assert_true(value == 1.5);
    setlocale(LC_ALL, "C");
}

static void times_go_there_and_back(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds;
        const char *full;
    } good[] = {{"1970-01-01", 0, "1970-01-01T00:00:00"},
                {"2024-01-01T00:00", 1704067200, "2024-01-01T00:00:00"},
                {"2024-02-29 23:59:58", 1709251198, "2024-02-29T23:59:58"},
                {"2000-02-29", 951782400, "2000-02-29T00:00:00"},
                {"1969-12-31T23:59:59", -1, "1969-12-31T23:59:59"},
                {"1900-03-01", -2203891200, "1900-03-01T00:00:00"}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        int64_t seconds = 0;
        char full[32];
        assert_true(qh_time_read(good[i].text, &seconds));
        assert_true(seconds == good[i].seconds);
        qh_time_write(seconds, sizeof full, full);
        assert_string_equal(full, good[i].full);
    }
    for (int64_t day = -200000; day < 200000; day += 1) {
        char full[32];
        int64_t seconds = 0;
        qh_time_write(day * 86400 + 43210, sizeof full, full);
        assert_true(qh_time_read(full, &seconds) && seconds == day * 86400 + 43210);
    }
}

static void what_is_no_time_is_refused(void **state) {
    (void)state;
    static const char *const bad[] = {"",
                                      "2024",
                                      "2024-1-1",
                                      "2024/01/01",
                                      "2023-02-29",
                                      "1900-02-29",
                                      "2024-13-01",
                                      "2024-00-01",
                                      "2024-04-31",
                                      "2024-01-01T",
                                      "2024-01-01T24:00",
                                      "2024-01-01T12:60",
                                      "2024-01-01T12:00:60",
                                      "2024-01-01T12:00Z",
                                      "2024-01-01T12:00+08:00",
                                      "2024-01-01T12",
                                      "0000-01-01",
                                      "2024-01-01  12:00"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t seconds = 42;
        assert_false(qh_time_read(bad[i], &seconds));
        assert_true(seconds == 42);
    }
}

static void distance_counts_characters(void **state) {
    (void)state;
    assert_int_equal(qh_edit_distance("flow", "flow", 3), 0);
    assert_int_equal(qh_edit_distance("flwo", "flow", 3), 1); /* neighbours swapped */
    assert_int_equal(qh_edit_distance("COD", "cod", 3), 0);
    assert_int_equal(qh_edit_distance("里成", "里程", 3), 1);
    assert_int_equal(qh_edit_distance("abc", "xyz", 2), 3); /* limit + 1 */
    assert_int_equal(qh_edit_distance("", "ab", 5), 2);
}

static void the_nearest_is_near_or_none(void **state) {
    (void)state;
    static const char *const names[] = {"name", "reach", "chainage", "flow", "河段"};
    static const struct {
        const char *wanted, *nearest;
    } rows[] = {{"chanage", "chainage"}, {"flows", "flow"}, {"colour", ""},
                {"河断", "河段"},        {"x", ""},         {"rech", "reach"}};
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        qh_nearest nearest = qh_nearest_begin(rows[r].wanted);
        for (size_t i = 0; i < 5; i++)
            qh_nearest_offer(&nearest, names[i]);
        assert_string_equal(nearest.best, rows[r].nearest);
    }
}

static void names_are_found_among_many(void **state) {
    (void)state;
    qh_arena *arena = qh_arena_create();
    qh_names names = {.arena = arena};
    size_t index = 0;
    assert_false(qh_names_find(&names, "R0", &index));
    for (size_t i = 0; i < 5000; i++) {
        size_t known = 0;
        assert_int_equal(qh_names_add(&names, qh_arena_printf(arena, "R%zu", i), i, &known), QH_OK);
        assert_int_equal(known, i);
    }
    size_t known = 0;
    assert_int_equal(qh_names_add(&names, "R77", 9999, &known), QH_OK);
    assert_int_equal(known, 77);
    assert_true(qh_names_find(&names, "R4999", &index));
    assert_int_equal(index, 4999);
    assert_false(qh_names_find(&names, "R5000", &index));
    qh_nearest nearest = qh_nearest_begin("R499X"); /* R4990 .. R4999 are as near: the first added wins */
    qh_names_offer(&names, &nearest);
    assert_string_equal(nearest.best, "R499");
    qh_arena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read),
        cmocka_unit_test(what_is_no_number_says_why),
        cmocka_unit_test(numbers_do_not_depend_on_the_locale),
        cmocka_unit_test(times_go_there_and_back),
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(distance_counts_characters),
        cmocka_unit_test(the_nearest_is_near_or_none),
        cmocka_unit_test(names_are_found_among_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
