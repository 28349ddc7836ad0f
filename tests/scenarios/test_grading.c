/* Table 1 of GB 3838-2002 as it ships, and the grading rules of 环办〔2011〕22号 that stand beside it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "io/standard_reader.h"
#include "scenarios/assess_internal.h"

static qh_standard *gb3838;

#define assert_near(value, expected, tolerance)                                                                        \
    do {                                                                                                               \
        if (!(fabs((value) - (expected)) <= (tolerance)))                                                              \
            fail_msg("%s is %.17g, expected %.17g", #value, (double)(value), (double)(expected));                      \
    } while (0)

/* ------------------------------------------------------------------------------------------------- the limits */

/* Typed a second time, so that a slip in the data file shows. */
static const struct {
    const char *code;
    double limit[5];
    bool evaluated;
} table_1[] = {
    {"pH", {6, 6, 6, 6, 6}, true},
    {"DO", {7.5, 6, 5, 3, 2}, true},
    {"CODMn", {2, 4, 6, 10, 15}, true},
    {"COD", {15, 15, 20, 30, 40}, true},
    {"BOD5", {3, 3, 4, 6, 10}, true},
    {"NH3-N", {0.15, 0.5, 1.0, 1.5, 2.0}, true},
    {"TP", {0.02, 0.1, 0.2, 0.3, 0.4}, true},
    {"TP-lake", {0.01, 0.025, 0.05, 0.1, 0.2}, true},
    {"TN", {0.2, 0.5, 1.0, 1.5, 2.0}, false},
    {"Cu", {0.01, 1, 1, 1, 1}, true},
    {"Zn", {0.05, 1, 1, 2, 2}, true},
    {"F-", {1, 1, 1, 1.5, 1.5}, true},
    {"Se", {0.01, 0.01, 0.01, 0.02, 0.02}, true},
    {"As", {0.05, 0.05, 0.05, 0.1, 0.1}, true},
    {"Hg", {0.00005, 0.00005, 0.0001, 0.001, 0.001}, true},
    {"Cd", {0.001, 0.005, 0.005, 0.005, 0.01}, true},
    {"Cr6+", {0.01, 0.05, 0.05, 0.05, 0.1}, true},
    {"Pb", {0.01, 0.01, 0.05, 0.05, 0.1}, true},
    {"CN-", {0.005, 0.05, 0.2, 0.2, 0.2}, true},
    {"phenol", {0.002, 0.002, 0.005, 0.01, 0.1}, true},
    {"oil", {0.05, 0.05, 0.05, 0.5, 1}, true},
    {"LAS", {0.2, 0.2, 0.2, 0.3, 0.3}, true},
    {"S2-", {0.05, 0.1, 0.2, 0.5, 1}, true},
    {"coliform", {200, 2000, 10000, 20000, 40000}, false},
    {"temperature-change", {-2, -2, -2, -2, -2}, false},
};

static void table_1_is_complete(void **state) {
    (void)state;
    assert_int_equal(gb3838->n_class, 5);
    assert_int_equal(gb3838->n_item, sizeof table_1 / sizeof *table_1);
    size_t evaluated = 0;
    for (size_t i = 0; i < sizeof table_1 / sizeof *table_1; i++) {
        const qh_standard_item *item = qh_standard_item_find(gb3838, table_1[i].code);
        if (!item) fail_msg("no item %s", table_1[i].code);
        for (size_t k = 0; k < 5; k++)
            assert_near(item->limit[k] / item->factor, table_1[i].limit[k], 1e-15);
        assert_int_equal(item->evaluated, table_1[i].evaluated);
        evaluated += item->evaluated;
        assert_true(*item->clause && *item->title && *item->title_zh);
        assert_non_null(strstr("|V|V2|M+|M~|M-|", item->confidence));
    }
    assert_int_equal(evaluated, 21 + 1); /* the 21 of the rules; total phosphorus stands twice, for rivers and lakes */
}

/* ------------------------------------------------------------------------------------------------- main items */

enum { MAX_VERDICT = 16 };

static qh_verdict verdict_of(const char *code, double value) {
    const qh_standard_item *item = qh_standard_item_find(gb3838, code);
    assert_non_null(item);
    return (qh_verdict){.judged = true,
                        .counts = item->evaluated,
                        .item = item,
                        .value = value * item->factor,
                        .actual_class = qh_standard_class_of(gb3838, item, value * item->factor),
                        .exceedance_defined = item->sense == QH_LIMIT_MAX,
                        .exceedance_national = qh_exceedance_national(gb3838, item, value * item->factor)};
}

/* Main items of a section, as "COD NH3-N". */
static void expect_main(size_t n, const qh_verdict *verdict, const char *expected, const char *grade) {
    qh_section_verdict section = {.n_verdict = n, .judged = true};
    for (size_t i = 0; i < n; i++)
        if (verdict[i].actual_class > section.actual_class) section.actual_class = verdict[i].actual_class;
    qh_grade_section(gb3838, verdict, &section);
    char got[128] = "";
    for (size_t i = 0; i < section.n_main; i++) {
        if (i) strcat(got, " ");
        strcat(got, verdict[section.main_verdict[i]].item->code);
    }
    assert_string_equal(got, expected);
    assert_string_equal(section.grade->title_zh, grade);
}

static void main_items_of_a_section(void **state) {
    (void)state;
    const qh_verdict good[] = {verdict_of("COD", 20), verdict_of("NH3-N", 0.9)};
    expect_main(2, good, "", "良好"); /* III: none are named */
    const qh_verdict clean[] = {verdict_of("COD", 8)};
    expect_main(1, clean, "", "优");
    /* worst class first, then by multiple: COD V (0.5), NH3-N IV (0.4), TP IV (0.45) */
    const qh_verdict classes[] = {verdict_of("NH3-N", 1.4), verdict_of("COD", 31), verdict_of("TP", 0.29)};
    expect_main(3, classes, "COD TP NH3-N", "中度污染");
    /* three at most */
    const qh_verdict many[] = {verdict_of("NH3-N", 2.2), verdict_of("COD", 60), verdict_of("TP", 0.9),
                               verdict_of("BOD5", 20)};
    expect_main(4, many, "BOD5 TP COD", "重度污染");
    /* lead goes first though it is of a better class and a smaller multiple */
    const qh_verdict lead[] = {verdict_of("COD", 60), verdict_of("Pb", 0.06), verdict_of("TP", 0.9),
                               verdict_of("BOD5", 20)};
    expect_main(4, lead, "Pb BOD5 TP", "重度污染");
    const qh_verdict two[] = {verdict_of("COD", 25), verdict_of("CODMn", 8)};
    expect_main(2, two, "CODMn COD", "轻度污染");
}

static void no_multiple_for_oxygen(void **state) {
    (void)state;
    const qh_verdict v[] = {verdict_of("DO", 1.0), verdict_of("pH", 5.0)};
    assert_near(v[0].exceedance_national, 0.0, 0.0);
    assert_near(v[1].exceedance_national, 0.0, 0.0);
    expect_main(2, v, "DO pH", "重度污染");
}

/* ----------------------------------------------------------------------------------------------------- rivers */

/* A COD that gives the class. */
static const double cod_of_class[] = {10, 10, 18, 25, 35, 50};

/* Grade of a river with `n[k]` sections in class k+1 (Ⅰ, Ⅱ and worse than Ⅴ included). */
static qh_river_verdict river_of(const size_t n[6], qh_arena *arena) {
    size_t total = 0;
    for (int k = 0; k < 6; k++)
        total += n[k];
    qh_verdict *verdict = qh_arena_alloc(arena, total, sizeof *verdict);
    qh_section_verdict *section = qh_arena_alloc(arena, total, sizeof *section);
    size_t *index = qh_arena_alloc(arena, total, sizeof *index);
    size_t i = 0;
    for (int k = 0; k < 6; k++) {
        for (size_t c = 0; c < n[k]; c++, i++) {
            verdict[i] = verdict_of("COD", cod_of_class[k]);
            section[i] =
                (qh_section_verdict){.first_verdict = i, .n_verdict = 1, .judged = true, .actual_class = k + 1};
            index[i] = i;
        }
    }
    qh_river_verdict river = {.name = ""};
    assert_int_equal(qh_grade_river(gb3838, verdict, section, total, index, arena, &river), QH_OK);
    return river;
}

static void shares_of_classes(void **state) {
    (void)state;
    static const struct {
        size_t n[6]; /* sections in I, II, III, IV, V, worse */
        const char *grade;
    } cases[] = {
        {{0, 5, 5, 0, 0, 0}, "优"},        {{0, 0, 9, 1, 0, 0}, "优"},    /* 90 % */
        {{0, 0, 9, 0, 0, 1}, "优"},        {{0, 0, 17, 3, 0, 0}, "良好"}, /* 85 % */
        {{0, 0, 15, 5, 0, 0}, "良好"},                                    /* 75 % */
        {{0, 0, 15, 0, 0, 5}, "良好"},     /* the rule looks at the worst share only under 75 % */
        {{0, 0, 14, 6, 0, 0}, "轻度污染"}, /* 70 % */
        {{0, 0, 14, 3, 0, 3}, "轻度污染"}, /* 15 % worst */
        {{0, 0, 14, 2, 0, 4}, "中度污染"}, /* 20 % worst */
        {{0, 0, 10, 0, 3, 7}, "中度污染"}, /* 35 % */
        {{0, 0, 10, 0, 2, 8}, "重度污染"}, /* 40 % */
        {{0, 0, 0, 0, 0, 20}, "重度污染"},
    };
    qh_arena *arena = qh_arena_create();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const qh_river_verdict river = river_of(cases[i].n, arena);
        assert_false(river.grade_by_mean);
        if (strcmp(river.grade->title_zh, cases[i].grade) != 0)
            fail_msg("case %zu: %s, expected %s", i, river.grade->title_zh, cases[i].grade);
    }
    qh_arena_destroy(arena);
}

static void few_sections_by_their_mean(void **state) {
    (void)state;
    qh_arena *arena = qh_arena_create();
    const size_t four[6] = {0, 2, 0, 0, 0, 2}; /* 10, 10, 50, 50: mean 30, IV; five sections would be graded by share */
    qh_river_verdict river = river_of(four, arena);
    assert_true(river.grade_by_mean);
    assert_int_equal(river.grade_class, 4);
    assert_string_equal(river.grade->title_zh, "轻度污染");
    assert_int_equal(river.n_main, 1);
    assert_near(river.main_item[0].exceedance_national, 0.5, 1e-12);
    const size_t five[6] = {0, 3, 0, 0, 0, 2};
    river = river_of(five, arena);
    assert_false(river.grade_by_mean);
    assert_string_equal(river.grade->title_zh, "重度污染"); /* 60 % good, 40 % worst */
    qh_arena_destroy(arena);
}

static void main_items_of_a_river_by_share_of_sections(void **state) {
    (void)state;
    enum { N = 6 };
    qh_verdict v[3 * N];
    qh_section_verdict section[N];
    size_t index[N];
    for (size_t i = 0; i < N; i++) {
        v[3 * i] = verdict_of("COD", i < 1 ? 100 : 10);        /* one section, far over */
        v[3 * i + 1] = verdict_of("NH3-N", i < 3 ? 1.1 : 0.5); /* three sections, a little */
        v[3 * i + 2] = verdict_of("TP", 0.1);                  /* none */
        section[i] = (qh_section_verdict){.first_verdict = 3 * i,
                                          .n_verdict = 3,
                                          .judged = true,
                                          .actual_class = i < 1   ? 6
                                                          : i < 3 ? 4
                                                                  : 2};
        section[i].attained = i >= 3;
        index[i] = i;
    }
    qh_arena *arena = qh_arena_create();
    qh_river_verdict river = {.name = ""};
    assert_int_equal(qh_grade_river(gb3838, v, section, N, index, arena, &river), QH_OK);
    assert_int_equal(river.n_main, 2);
    assert_string_equal(river.main_item[0].item->code, "NH3-N");
    assert_true(river.main_item[0].by_rate);
    assert_near(river.main_item[0].rate, 0.5, 1e-15);
    assert_string_equal(river.main_item[1].item->code, "COD");
    assert_near(river.main_item[1].rate, 1.0 / 6.0, 1e-15);
    assert_near(river.attainment_rate, 0.5, 1e-15);
    assert_int_equal(river.n_class[1], 3);
    qh_arena_destroy(arena);
}

/* The numbers of the rules are data: other data, other verdicts. */
static void rules_are_data(void **state) {
    (void)state;
    const qh_standard kept = *gb3838;
    qh_arena *arena = qh_arena_create();
    const size_t four[6] = {0, 2, 0, 0, 0, 2};
    gb3838->grading.min_sections = 4;
    qh_river_verdict river = river_of(four, arena);
    assert_false(river.grade_by_mean);
    gb3838->grading.grade[3].worst_below = 0.6;
    river = river_of(four, arena);
    assert_string_equal(river.grade->title_zh, "中度污染");
    gb3838->grading.max_main_items = 1;
    const qh_verdict two[] = {verdict_of("COD", 25), verdict_of("CODMn", 8)};
    expect_main(2, two, "CODMn", "轻度污染");
    gb3838->exceedance_base_class = 4;
    assert_near(verdict_of("COD", 36).exceedance_national, 0.2, 1e-12);
    gb3838->grading.n_grade = 0; /* a standard without grading */
    river = river_of(four, arena);
    assert_null(river.grade);
    assert_near(river.attainment_rate, 0.0, 0.0);
    *gb3838 = kept;
    qh_arena_destroy(arena);
}

static int load_standard(void **state) {
    (void)state;
    qh_diag *diag = qh_diag_create(QH_EN);
    const qh_status status = qh_standard_read("GB3838-2002", diag, &gb3838);
    for (size_t i = 0; i < qh_diag_size(diag); i++)
        print_error("%s\n", qh_diag_line(diag, i));
    qh_diag_destroy(diag);
    return status == QH_OK ? 0 : -1;
}

static int free_standard(void **state) {
    (void)state;
    qh_standard_destroy(gb3838);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_1_is_complete),
        cmocka_unit_test(main_items_of_a_section),
        cmocka_unit_test(no_multiple_for_oxygen),
        cmocka_unit_test(shares_of_classes),
        cmocka_unit_test(few_sections_by_their_mean),
        cmocka_unit_test(main_items_of_a_river_by_share_of_sections),
        cmocka_unit_test(rules_are_data),
    };
    return cmocka_run_group_tests(tests, load_standard, free_standard);
}
