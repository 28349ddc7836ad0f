/* Grades of HJ 2.3-2018, pollution equivalents, and what zones forbid: the numbers stand here a second time on purpose. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/impact_grade.h"
#include "model/permit_number.h"
#include "model/zone.h"

static void check(qh_grade_input input, qh_impact_grade grade, qh_grade_reason reason) {
    const qh_graded got = qh_grade_of(&input);
    assert_int_equal(got.grade, grade);
    assert_int_equal(got.reason, reason);
    assert_true(strlen(qh_grade_reason_text(got.reason)) > 10);
}

/* HJ 2.3-2018, Table 1, at its bounds. */
static void grades_turn_at_their_bounds(void **state) {
    (void)state;
    check((qh_grade_input){.direct = true, .flow = 20000, .equivalents = 0}, QH_GRADE_1, QH_GRADE_BY_FLOW);
    check((qh_grade_input){.direct = true, .flow = 19999.9, .equivalents = 0}, QH_GRADE_2, QH_GRADE_BY_OTHER);
    check((qh_grade_input){.direct = true, .flow = 10, .equivalents = 600000}, QH_GRADE_1, QH_GRADE_BY_EQUIVALENTS);
    check((qh_grade_input){.direct = true, .flow = 10, .equivalents = 599999}, QH_GRADE_2, QH_GRADE_BY_OTHER);
    check((qh_grade_input){.direct = true, .flow = 199.9, .equivalents = 5999.9}, QH_GRADE_3A, QH_GRADE_BY_SMALL);
    check((qh_grade_input){.direct = true, .flow = 200, .equivalents = 5999.9}, QH_GRADE_2, QH_GRADE_BY_OTHER);
    check((qh_grade_input){.direct = true, .flow = 199.9, .equivalents = 6000}, QH_GRADE_2, QH_GRADE_BY_OTHER);
}

static void rules_beside_the_table(void **state) {
    (void)state;
    check((qh_grade_input){.direct = false, .flow = 50000, .class_1 = true}, QH_GRADE_3B, QH_GRADE_BY_INDIRECT);
    check((qh_grade_input){.direct = true, .flow = 1, .class_1 = true}, QH_GRADE_1, QH_GRADE_BY_CLASS_1);
    check((qh_grade_input){.direct = true, .flow = 1, .target = true}, QH_GRADE_2, QH_GRADE_BY_TARGET);
    check((qh_grade_input){.direct = true, .flow = 1, .exceeded = true}, QH_GRADE_2, QH_GRADE_BY_EXCEEDED);
    /* Neither raises what is 1 or 2 already. */
    check((qh_grade_input){.direct = true, .flow = 30000, .target = true}, QH_GRADE_1, QH_GRADE_BY_FLOW);
}

/* W: COD 10950 kg/a / 1 = 10950; NH3-N 1095 / 0.8 = 1368.75; TP 109.5 / 0.25 = 438: COD's counts. */
static void equivalents_take_the_largest(void **state) {
    (void)state;
    const qh_equivalent *const three[] = {qh_equivalent_find("NH3-N"), qh_equivalent_find("化学需氧量"),
                                          qh_equivalent_find("TP")};
    const double mass[] = {1095, 10950, 109.5};
    size_t largest = 9;
    assert_true(qh_equivalents_of(3, three, mass, &largest) == 10950);
    assert_int_equal(largest, 1);
    assert_true(qh_equivalents_of(1, three, mass, NULL) == 1368.75);
    assert_true(qh_equivalents_of(0, three, mass, NULL) == 0);
}

/* Class 1 counts as a sum: Hg 0.5/0.0005 = 1000, As 20/0.02 = 1000, together 2000 over COD's 1500, under its 2500. */
static void class_1_is_summed(void **state) {
    (void)state;
    const qh_equivalent *const three[] = {qh_equivalent_find("Hg"), qh_equivalent_find("COD"),
                                          qh_equivalent_find("As")};
    double mass[] = {0.5, 1500, 20};
    size_t largest = 9;
    assert_true(fabs(qh_equivalents_of(3, three, mass, &largest) - 2000) < 1e-9);
    assert_int_equal(largest, 3);
    mass[1] = 2500;
    assert_true(qh_equivalents_of(3, three, mass, &largest) == 2500);
    assert_int_equal(largest, 1);
}

static void equivalents_are_those_of_the_law(void **state) {
    (void)state;
    static const struct {
        const char *name;
        int pollutant_class;
        double mass; /* kg */
    } some[] = {{"Hg", 1, 0.0005}, {"Cr6+", 1, 0.02}, {"Ag", 1, 0.02},     {"SS", 2, 4},      {"BOD5", 2, 0.5},
                {"COD", 2, 1},     {"oil", 2, 0.1},   {"phenol", 2, 0.08}, {"NH3-N", 2, 0.8}, {"TP", 2, 0.25},
                {"LAS", 2, 0.2},   {"Cu", 2, 0.1},    {"Zn", 2, 0.2},      {"F-", 2, 0.5},    {"S2-", 2, 0.125}};
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        const qh_equivalent *e = qh_equivalent_find(some[i].name);
        assert_non_null(e);
        assert_int_equal(e->pollutant_class, some[i].pollutant_class);
        assert_true(e->mass == some[i].mass);
    }
    assert_null(qh_equivalent_find("XYZ"));
    size_t n = 0;
    for (; qh_equivalent_get(n); n++)
        assert_true(qh_equivalent_get(n)->mass > 0 && qh_equivalent_find(qh_equivalent_get(n)->name));
    assert_int_equal(n, 36);
}

/* HJ 2.3-2018, Table 4: grade 1 wet, normal and dry (wet and dry at least), 2 wet and dry (dry at least), 3A dry. */
static void grades_ask_for_periods(void **state) {
    (void)state;
    const qh_grade_rule *one = qh_grade_rule_get(QH_GRADE_1), *two = qh_grade_rule_get(QH_GRADE_2);
    const qh_grade_rule *a = qh_grade_rule_get(QH_GRADE_3A), *b = qh_grade_rule_get(QH_GRADE_3B);
    assert_true(one->asked.wet && one->asked.normal && one->asked.dry);
    assert_true(one->least.wet && !one->least.normal && one->least.dry);
    assert_true(two->asked.wet && !two->asked.normal && two->asked.dry && !two->least.wet && two->least.dry);
    assert_true(!a->asked.wet && a->asked.dry && a->least.dry && !b->asked.dry);
    assert_string_equal(a->name_zh, "三级A");
}

static void zones_forbid_by_kind(void **state) {
    (void)state;
    for (int k = 0; k < QH_ZONE_KINDS; k++) {
        const qh_zone_rule rule = qh_zone_rule_get((qh_zone_kind)k);
        assert_true(rule.title && rule.clause[0] && rule.confidence[0]);
        assert_true(rule.ban_any == (k == QH_ZONE_SOURCE_1 || k == QH_ZONE_SOURCE_2));
        assert_true(!rule.ban_any || rule.ban_new);
        assert_true(rule.raises_grade);
    }
    assert_false(qh_zone_rule_get(QH_ZONE_SOURCE_QUASI).ban_new);
    assert_true(qh_zone_rule_get(QH_ZONE_SOURCE_QUASI).no_increase);
    assert_false(qh_zone_rule_get(QH_ZONE_HABITAT).no_increase);
    assert_int_equal(qh_zone_rule_get(QH_ZONE_SOURCE_1).target_class, 2);
    assert_string_equal(qh_zone_rule_get(QH_ZONE_SOURCE_1).confidence, "V");
}

static void numbers_name_their_clause(void **state) {
    (void)state;
    for (int k = 0; k < QH_PERMIT_NUMBERS; k++) {
        const qh_constant c = qh_permit_number_get((qh_permit_number)k);
        assert_true(c.meaning && c.clause[0] && c.confidence[0] && c.name[0]);
    }
    for (int k = 0; k < QH_GRADE_NUMBERS; k++)
        assert_non_null(qh_grade_number_get((qh_grade_number)k).meaning);
    assert_true(qh_permit_number_get(QH_PERMIT_ACCOUNTING_FREE).value == 2000);
    assert_true(qh_permit_number_get(QH_PERMIT_ACCOUNTING_BACKWATER).value == 1000);
    assert_true(qh_permit_number_get(QH_PERMIT_REPLACE_DOUBLE).value == 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grades_turn_at_their_bounds),
        cmocka_unit_test(rules_beside_the_table),
        cmocka_unit_test(equivalents_take_the_largest),
        cmocka_unit_test(class_1_is_summed),
        cmocka_unit_test(equivalents_are_those_of_the_law),
        cmocka_unit_test(grades_ask_for_periods),
        cmocka_unit_test(zones_forbid_by_kind),
        cmocka_unit_test(numbers_name_their_clause),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
