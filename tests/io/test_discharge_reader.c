/* Discharge standards: those that ship, to the digit; a file of the user; slips of the pen in one.
 * The numbers stand in the test a second time on purpose. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/discharge_internal.h"

static qh_discharge_standard *read_standard(const char *name) {
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_discharge_standard *standard = NULL;
    const qh_status status = qh_discharge_read(name, diag, &standard);
    for (size_t i = 0; i < qh_diag_size(diag); i++)
        print_error("%s\n", qh_diag_line(diag, i));
    assert_int_equal(status, QH_OK);
    qh_diag_destroy(diag);
    return standard;
}

enum { NONE = -1 };

static void check_limits(const qh_discharge_standard *standard, const char *code, double temperature,
                         const double *limit) {
    const qh_discharge_item *item = qh_discharge_item_find(standard, code);
    assert_non_null(item);
    for (size_t g = 0; g < standard->n_grade; g++) {
        const qh_optional got = qh_discharge_limit(item, g, temperature);
        assert_true(got.given == (limit[g] != NONE));
        if (got.given) assert_true(got.value == limit[g]);
    }
}

static void gb18918_is_complete(void **state) {
    (void)state;
    static const struct {
        const char *code;
        double warm[4], cold[4]; /* mg/L: above 12 degC, and up to it; grades 1A, 1B, 2, 3 */
    } table1[] = {
        {"COD", {50, 60, 100, 120}, {50, 60, 100, 120}}, {"BOD5", {10, 20, 30, 60}, {10, 20, 30, 60}},
        {"SS", {10, 20, 30, 50}, {10, 20, 30, 50}},      {"TN", {15, 20, NONE, NONE}, {15, 20, NONE, NONE}},
        {"NH3-N", {5, 8, 25, NONE}, {8, 15, 30, NONE}},  {"TP", {0.5, 1, 3, 5}, {0.5, 1, 3, 5}},
    };
    qh_discharge_standard *standard = read_standard("GB18918-2002");
    assert_string_equal(standard->code, "GB18918-2002");
    assert_int_equal(standard->n_grade, 4);
    assert_int_equal(standard->n_item, sizeof table1 / sizeof table1[0]);
    for (size_t i = 0; i < sizeof table1 / sizeof table1[0]; i++) {
        check_limits(standard, table1[i].code, 12.1, table1[i].warm);
        check_limits(standard, table1[i].code, 12.0, table1[i].cold);
        assert_string_equal(qh_discharge_item_find(standard, table1[i].code)->confidence, "V");
    }
    size_t grade = 9;
    assert_true(qh_discharge_grade_find(standard, "一级B", &grade) && grade == 1);
    assert_true(qh_discharge_grade_find(standard, "1A", &grade) && grade == 0);
    assert_false(qh_discharge_grade_find(standard, "1C", &grade));
    assert_null(qh_discharge_item_find(standard, "Cu"));
    qh_discharge_standard_destroy(standard);
}

static void db51_says_that_it_was_not_read(void **state) {
    (void)state;
    qh_discharge_standard *standard = read_standard("DB51/2311-2016");
    static const double cod[] = {30, 40}, warm[] = {1.5, 3}, cold[] = {3, 5}, tn[] = {10, 15}, tp[] = {0.3, 0.5};
    static const double bod[] = {6, 10};
    check_limits(standard, "COD", 20, cod);
    check_limits(standard, "BOD5", 20, bod);
    check_limits(standard, "NH3-N", 12.5, warm);
    check_limits(standard, "NH3-N", 11, cold);
    check_limits(standard, "TN", 20, tn);
    check_limits(standard, "TP", 20, tp);
    for (size_t i = 0; i < standard->n_item; i++)
        assert_string_equal(standard->item[i].confidence, "M+");
    qh_discharge_standard_destroy(standard);
}

static void gb8978_has_the_row_of_other_dischargers(void **state) {
    (void)state;
    qh_discharge_standard *standard = read_standard("gb8978-1996");
    static const double cod[] = {100, 150, 500}, bod[] = {20, 30, 300}, ss[] = {70, 150, 400}, n[] = {15, 25, NONE};
    static const double p[] = {0.5, 1, NONE};
    check_limits(standard, "COD", 5, cod);
    check_limits(standard, "BOD5", 5, bod);
    check_limits(standard, "SS", 5, ss);
    check_limits(standard, "NH3-N", 5, n);
    check_limits(standard, "PO4-P", 5, p);
    assert_null(qh_discharge_item_find(standard, "TP")); /* phosphate is not total phosphorus */
    qh_discharge_standard_destroy(standard);
}

static void all_that_ship_are_sound(void **state) {
    (void)state;
    qh_discharge_standard *standard = NULL;
    size_t n = 0;
    for (; qh_discharge_shipped(n, NULL, &standard) == QH_OK; n++) {
        assert_true(qh_discharge_ships(standard->code));
        for (size_t i = 0; i < standard->n_item; i++)
            assert_true(standard->item[i].clause[0] != '\0');
        qh_discharge_standard_destroy(standard);
    }
    assert_int_equal(n, 3);
    assert_int_equal(qh_discharge_shipped(n, NULL, &standard), QH_E_USAGE);
}

/* Messages of a text that is no standard, one a line. */
static void wrong(const char *text, const char *expected) {
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_discharge_standard *standard = NULL;
    assert_int_equal(qh_discharge_parse("s.yaml", strlen(text), text, diag, &standard), QH_E_INPUT);
    assert_null(standard);
    char got[2048] = "";
    for (size_t i = 0; i < qh_diag_size(diag); i++)
        (void)snprintf(got + strlen(got), sizeof got - strlen(got), "%s\n", qh_diag_line(diag, i));
    assert_string_equal(got, expected);
    qh_diag_destroy(diag);
}

#define HEAD "code: X\ntitle: {en: x, zh: x}\nsource: x\n"

static void slips_are_told_with_their_place(void **state) {
    (void)state;
    wrong(HEAD "grades: [a, b]\ngrades_zh: [a]\nitems: []\n",
          "s.yaml:5:12: error: 'grades_zh' has 1 values, there are 2 grades\n");
    wrong(HEAD "grades: [a, b]\ngrades_zh: [a, b]\nitems:\n"
               "- {code: COD, unit: mg/L, limits: [1], clause: c, confidence: V}\n"
               "- {code: COD, unit: kg, limits: [1, -2], clause: c, confidence: sure}\n",
          "s.yaml:7:35: error: 'limits' has 1 values, there are 2 grades\n"
          "s.yaml:8:3: error: item 'COD' stands already in line 7\n"
          "s.yaml:8:3: error: 'unit' is in kg, a unit of mass; a unit of concentration was expected: mg/L, g/m3, ug/L, "
          "mg/m3, ng/L, g/L, kg/m3\n"
          "s.yaml:8:37: error: 'limits' is -2; allowed is: over 0\n"
          "s.yaml:8:65: error: 'confidence' cannot be 'sure'; it is one of V, V2, M+, M~, M-\n");
    wrong(HEAD "grades: [a]\ngrades_zh: [a]\nitems:\n"
               "- {code: A, unit: mg/L, limits: ['-'], limits_cold: [2], clause: c, confidence: V}\n"
               "- {code: B, unit: mg/L, limits: [1], cold_until: 12 degC, clause: c, confidence: V}\n",
          "s.yaml:7:53: error: 'limits_cold' and 'cold_until' go together\n"
          "s.yaml:8:50: error: 'limits_cold' and 'cold_until' go together\n");
    wrong(HEAD "grades: []\ngrades_zh: a\nitems: x\n",
          "s.yaml:4:9: error: 'grades' has 0 entries; from 1 to 8 are allowed\n"
          "s.yaml:6:8: error: 'items' must be a list: lines that begin with `- `, or [a, b]\n");
}

static void what_is_not_there_is_nobodys_standard(void **state) {
    (void)state;
    qh_discharge_standard *standard = NULL;
    assert_int_equal(qh_discharge_read("GB1-2000", NULL, &standard), QH_E_IO);
    assert_int_equal(qh_discharge_read("tests", NULL, &standard), QH_E_INPUT); /* a folder */
    qh_nearest nearest = qh_nearest_begin("GB18918");
    qh_discharge_offer(&nearest);
    assert_null(standard);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gb18918_is_complete),
        cmocka_unit_test(db51_says_that_it_was_not_read),
        cmocka_unit_test(gb8978_has_the_row_of_other_dischargers),
        cmocka_unit_test(all_that_ship_are_sound),
        cmocka_unit_test(slips_are_told_with_their_place),
        cmocka_unit_test(what_is_not_there_is_nobodys_standard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
