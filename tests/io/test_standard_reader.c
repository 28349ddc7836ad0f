/* Standards: the one that ships, to the digit; a file of the user; slips of the pen in one.
 * The numbers of GB 3838-2002, Table 1 stand in the test a second time on purpose. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/standard_internal.h"

static qh_standard *shipped(void) {
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_standard *standard = NULL;
    const qh_status status = qh_standard_read("GB3838-2002", diag, &standard);
    for (size_t i = 0; i < qh_diag_size(diag); i++)
        print_error("%s\n", qh_diag_line(diag, i));
    assert_int_equal(status, QH_OK);
    qh_diag_destroy(diag);
    return standard;
}

static void the_shipped_standard_is_complete(void **state) {
    (void)state;
    static const struct {
        const char *code;
        double limit[5]; /* as the standard writes them */
    } table1[] = {
        {"DO", {7.5, 6, 5, 3, 2}},
        {"CODMn", {2, 4, 6, 10, 15}},
        {"COD", {15, 15, 20, 30, 40}},
        {"BOD5", {3, 3, 4, 6, 10}},
        {"NH3-N", {0.15, 0.5, 1.0, 1.5, 2.0}},
        {"TP", {0.02, 0.1, 0.2, 0.3, 0.4}},
        {"TN", {0.2, 0.5, 1.0, 1.5, 2.0}},
        {"Cu", {0.01, 1, 1, 1, 1}},
        {"Zn", {0.05, 1, 1, 2, 2}},
        {"F-", {1, 1, 1, 1.5, 1.5}},
        {"Se", {0.01, 0.01, 0.01, 0.02, 0.02}},
        {"As", {0.05, 0.05, 0.05, 0.1, 0.1}},
        {"Hg", {0.00005, 0.00005, 0.0001, 0.001, 0.001}},
        {"Cd", {0.001, 0.005, 0.005, 0.005, 0.01}},
        {"Cr6+", {0.01, 0.05, 0.05, 0.05, 0.1}},
        {"Pb", {0.01, 0.01, 0.05, 0.05, 0.1}},
        {"CN-", {0.005, 0.05, 0.2, 0.2, 0.2}},
        {"phenol", {0.002, 0.002, 0.005, 0.01, 0.1}},
        {"oil", {0.05, 0.05, 0.05, 0.5, 1.0}},
        {"LAS", {0.2, 0.2, 0.2, 0.3, 0.3}},
        {"S2-", {0.05, 0.1, 0.2, 0.5, 1.0}},
        {"coliform", {200, 2000, 10000, 20000, 40000}},
    };
    qh_standard *standard = shipped();
    assert_string_equal(standard->code, "GB3838-2002");
    assert_string_equal(standard->title_zh, "地表水环境质量标准");
    assert_int_equal(standard->n_class, 5);
    assert_string_equal(standard->class_name[3], "Ⅳ");
    assert_int_equal(standard->exceedance_base_class, 3);
    for (size_t i = 0; i < sizeof table1 / sizeof table1[0]; i++) {
        const qh_standard_item *item = qh_standard_item_find(standard, table1[i].code);
        assert_non_null(item);
        assert_true(strstr(item->clause, "GB 3838-2002") == item->clause && strstr(item->clause, "Table 1"));
        for (size_t k = 0; k < 5; k++)
            assert_true(item->limit[k] == item->factor * table1[i].limit[k]);
    }
    const qh_standard_item *ph = qh_standard_item_find(standard, "pH");
    assert_int_equal(ph->sense, QH_LIMIT_RANGE);
    assert_true(ph->limit[4] == 6.0 && ph->limit_high[4] == 9.0);
    assert_int_equal(qh_standard_item_find(standard, "DO")->sense, QH_LIMIT_MIN);
    qh_standard_destroy(standard);
}

/* 环办〔2011〕22号 evaluates 21 items: Table 1 without water temperature, total nitrogen and coliforms. */
static void twenty_one_items_are_evaluated(void **state) {
    (void)state;
    qh_standard *standard = shipped();
    size_t evaluated = 0;
    for (size_t i = 0; i < standard->n_item; i++) {
        const bool is_lake = strcmp(standard->item[i].code, "TP-lake") == 0; /* TP a second time */
        evaluated += standard->item[i].evaluated && !is_lake;
    }
    assert_int_equal(evaluated, 21);
    assert_false(qh_standard_item_find(standard, "TN")->evaluated);
    assert_true(qh_standard_item_find(standard, "Hg")->toxic);
    assert_false(qh_standard_item_find(standard, "COD")->toxic);
    qh_standard_destroy(standard);
}

static void the_grading_is_read(void **state) {
    (void)state;
    qh_standard *standard = shipped();
    const qh_grading *grading = &standard->grading;
    assert_int_equal(grading->n_grade, 5);
    assert_string_equal(grading->grade[0].title_zh, "优");
    assert_true(grading->grade[0].good_from == 0.90 && isinf(grading->grade[0].worst_below));
    assert_true(grading->grade[2].good_from == 0.0 && grading->grade[2].worst_below == 0.20);
    static const size_t class_grade[] = {0, 0, 1, 2, 3, 4};
    for (size_t k = 0; k < 6; k++)
        assert_int_equal(grading->class_grade[k], class_grade[k]);
    assert_int_equal(grading->good_class, 3);
    assert_int_equal(grading->min_sections, 5);
    assert_int_equal(grading->max_main_items, 3);
    qh_standard_destroy(standard);
}

static const char head[] = "code: T1\n"
                           "title: {en: test, zh: 试验}\n"
                           "source: none\n"
                           "classes: [Ⅰ, Ⅱ]\n"
                           "exceedance: {base_class: 2, clause: c, confidence: V}\n"
                           "items:\n";

static void check_messages(const char *items, size_t count, const char *const *line) {
    char text[4096];
    (void)snprintf(text, sizeof text, "%s%s", head, items);
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_standard *standard = NULL;
    assert_int_equal(qh_standard_parse("t.yaml", strlen(text), text, diag, &standard), count > 0 ? QH_E_INPUT : QH_OK);
    for (size_t i = 0; i < count && i < qh_diag_size(diag); i++)
        assert_string_equal(qh_diag_line(diag, i), line[i]);
    assert_int_equal(qh_diag_size(diag), count);
    assert_true((standard != NULL) == (count == 0));
    qh_standard_destroy(standard);
    qh_diag_destroy(diag);
}

#define ITEM(code, rest) "  - {code: " code ", title: {en: a, zh: 甲}, " rest ", clause: c, confidence: V}\n"

static void slips_in_limits_are_found(void **state) {
    (void)state;
    check_messages(ITEM("A", "unit: mg/L, sense: max, limits: [1, 2]"), 0, NULL);
    check_messages(
        ITEM("A", "unit: mg/L, sense: max, limits: [2, 1]") ITEM("B", "unit: mg/L, sense: min, limits: [2, 3]")
            ITEM("C", "unit: mg/L, sense: max, limits: [1, 2, 3]") ITEM("A", "unit: mg/L, sense: max, limits: [1, 2]"),
        4,
        (const char *[]){
            "t.yaml:7:70: error: limits of 'A' fall from 2 to 1; a worse class cannot be stricter",
            "t.yaml:8:70: error: limits of 'B' rise from 2 to 3; a worse class cannot be stricter",
            "t.yaml:9:70: error: 'limits' of 'C' has 3 values, there are 2 classes",
            "t.yaml:10:5: error: item 'A' stands already in line 7",
        });
    check_messages(
        ITEM("A", "unit: \"-\", sense: range, limits: [6, 6]")
            ITEM("B", "unit: \"-\", sense: range, limits: [6, 6], limits_high: [9, 5]")
                ITEM("C", "unit: mg/L, sense: max, limits: [1, 2], limits_high: [9, 9]")
                    ITEM("D", "unit: pounds, sense: most, limits: [1, x]"),
        6,
        (const char *[]){
            "t.yaml:7:5: error: 'limits_high' is missing: `sense: range` needs it",
            "t.yaml:8:92: error: 'limits_high' of 'B' is below its lower limit",
            "t.yaml:9:91: error: 'limits_high' goes with `sense: range` only",
            "t.yaml:10:5: error: 'D' has the unknown unit 'pounds'; units of concentration are mg/L, ug/L, -, degC, "
            "1/L",
            "t.yaml:10:59: error: 'sense' cannot be 'most'; it is one of max, min, range",
            "t.yaml:10:77: error: 'limits' is 'x'; a number was expected",
        });
}

static void other_standards_are_files_or_none(void **state) {
    (void)state;
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_standard *standard = NULL;
    assert_true(qh_standard_ships("GB3838-2002"));
    assert_false(qh_standard_ships("GB3838"));
    assert_int_equal(qh_standard_read("GB3838-2003", diag, &standard), QH_E_IO);
    assert_string_equal(qh_diag_line(diag, 0),
                        "error: there is no standard 'GB3838-2003'; did you mean 'GB3838-2002'?");
    assert_int_equal(qh_standard_read("no/such.yaml", diag, &standard), QH_E_IO);
    assert_null(standard);
    qh_diag_destroy(diag);

    char path[] = "/tmp/qinghe-standard-XXXXXX";
    const int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    FILE *file = fdopen(descriptor, "w");
    assert_non_null(file);
    assert_true(fputs(head, file) >= 0 && fputs(ITEM("A", "unit: ug/L, sense: max, limits: [1, 2]"), file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(qh_standard_read(path, NULL, &standard), QH_OK);
    assert_int_equal(standard->n_class, 2);
    assert_true(fabs(standard->item[0].limit[1] - 0.002) < 1e-18); /* g/m3 */
    qh_standard_destroy(standard);
    (void)remove(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_standard_is_complete),
        cmocka_unit_test(twenty_one_items_are_evaluated),
        cmocka_unit_test(the_grading_is_read),
        cmocka_unit_test(slips_in_limits_are_found),
        cmocka_unit_test(other_standards_are_files_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
