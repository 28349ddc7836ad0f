/* Source apportionment on rivers whose answer is known by pencil; margins. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scenarios/trace.h"
#include "tests/support/analysis.h"
#include "tests/support/random_network.h"

#define assert_near(value, expected, tolerance)                                                                        \
    do {                                                                                                               \
        if (!(fabs((value) - (expected)) <= (tolerance)))                                                              \
            fail_msg("%s is %.17g, expected %.17g", #value, (double)(value), (double)(expected));                      \
    } while (0)

static const qh_margin NO_MARGIN = {QH_MARGIN_NONE, 0};

/* 10 m3/s of 10 mg/L COD, no decay. P1 90 g/s and P2 60 g/s stand above the section (Ⅲ, at most 20), P3 30 g/s below it:
 * 25 mg/L there. */
static case_builder *two_outfalls(double headwater) {
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->item = "COD";
    case_reach(b, "r", "A", "B", 30000, 20, 1);
    case_headwater(b, "A", 10, headwater)->inlet = QH_INLET_FLUX;
    qh_outfall *p = case_outfall(b, "r", 2000, 0, 90);
    p->district = "东", p->category = "a", p->body = "x";
    p = case_outfall(b, "r", 5000, 0, 60);
    p->district = "西", p->category = "a", p->body = "y";
    p = case_outfall(b, "r", 25000, 0, 30);
    p->district = "东", p->category = "b", p->body = "";
    case_section(b, "r", 15000);
    return b;
}

static qh_trace *trace_of(const qh_analysis *a, qh_trace_by by) {
    qh_trace *t = NULL;
    assert_int_equal(qh_trace_create(a, by, &t), QH_OK);
    return t;
}

static void test_sources(void **state) {
    (void)state;
    qh_case *c = case_end(two_outfalls(10));
    qh_analysis *a = analysis_of(c, NO_MARGIN);
    qh_trace *t = trace_of(a, QH_BY_SOURCE);
    assert_int_equal(t->n_group, 5); /* headwater, three outfalls, background */
    const double *part = qh_trace_at(t, 0, 0);
    assert_near(part[0], 10, 1e-9);
    assert_near(part[1], 9, 1e-9);
    assert_near(part[2], 6, 1e-9);
    assert_near(part[3], 0, 1e-9);
    assert_near(part[4], 0, 0);
    assert_near(t->sum[0], 25, 1e-9);
    assert_near(t->whole[0], t->sum[0], 1e-11);
    assert_int_equal(t->n_missed, 1);
    /* 20 = 10 + 15 x: both cut a third, P3 below the section nothing. */
    assert_near(t->demand[0].factor, 2.0 / 3, 1e-9);
    assert_true(t->demand[0].enough);
    assert_int_equal(t->demand[0].section, 0);
    assert_near(t->cut[1], 30, 1e-7);
    assert_near(t->cut[2], 20, 1e-7);
    assert_near(t->cut[3], 0, 0);
    assert_near(t->cut[0], 0, 0);
    assert_near(t->load[3], 30, 1e-12);
    qh_trace_destroy(t);
    qh_analysis_close(a);
    qh_case_destroy(c);
}

static const qh_trace_group *group_named(const qh_trace *t, const char *name, size_t *index) {
    for (*index = 0; *index < t->n_group; ++*index)
        if (strcmp(t->group[*index].name, name) == 0) return &t->group[*index];
    fail_msg("no group %s", name);
    return NULL;
}

static void test_groups(void **state) {
    (void)state;
    qh_case *c = case_end(two_outfalls(10));
    qh_analysis *a = analysis_of(c, NO_MARGIN);
    size_t g = 0;
    qh_trace *t = trace_of(a, QH_BY_DISTRICT);
    assert_int_equal(t->n_group, 4); /* headwater, 东, 西, background */
    assert_int_equal(group_named(t, "东", &g)->n_source, 2);
    assert_near(qh_trace_at(t, 0, 0)[g], 9, 1e-9);
    assert_near(t->load[g], 120, 1e-12);
    assert_near(t->cut[g], 30, 1e-7);
    qh_trace_destroy(t);
    t = trace_of(a, QH_BY_CATEGORY);
    assert_int_equal(group_named(t, "a", &g)->n_source, 2);
    assert_near(qh_trace_at(t, 0, 0)[g], 15, 1e-9);
    qh_trace_destroy(t);
    t = trace_of(a, QH_BY_BODY);
    assert_int_equal(t->n_group, 5); /* one without a responsible body */
    (void)group_named(t, "", &g);
    assert_true(t->group[g].is_outfalls && !t->group[g].is_kind);
    qh_trace_destroy(t);
    t = trace_of(a, QH_BY_KIND);
    assert_int_equal(group_named(t, "outfall", &g)->n_source, 3);
    assert_true(t->group[g].is_kind && t->group[g].is_outfalls);
    qh_trace_destroy(t);
    qh_analysis_close(a);
    qh_case_destroy(c);
}

static void test_not_enough(void **state) {
    (void)state;
    qh_case *c = case_end(two_outfalls(21));
    qh_analysis *a = analysis_of(c, NO_MARGIN);
    qh_trace *t = trace_of(a, QH_BY_SOURCE);
    assert_false(t->demand[0].enough);
    assert_near(t->demand[0].factor, 0, 0);
    assert_near(t->cut[1], 90, 0);
    qh_trace_destroy(t);
    qh_analysis_close(a);
    qh_case_destroy(c);
}

static void test_attained(void **state) {
    (void)state;
    qh_case *c = case_end(two_outfalls(4));
    qh_analysis *a = analysis_of(c, NO_MARGIN);
    qh_trace *t = trace_of(a, QH_BY_SOURCE);
    assert_int_equal(t->n_missed, 0);
    assert_near(t->demand[0].factor, 1, 0);
    assert_int_equal(t->demand[0].section, t->n_section);
    qh_trace_destroy(t);
    qh_analysis_close(a);
    /* 19 of at most 20 misses with a margin of 10 %: 18 = 4 + 15 x. */
    a = analysis_of(c, (qh_margin){QH_MARGIN_SHARE, 0.1});
    t = trace_of(a, QH_BY_SOURCE);
    assert_int_equal(t->n_missed, 1);
    assert_near(t->demand[0].factor, 14.0 / 15, 1e-9);
    qh_trace_destroy(t);
    qh_analysis_close(a);
    qh_case_destroy(c);
}

/* Organic matter uses oxygen: what must be cut is the organic matter, never the oxygen of the effluent. The section is met
 * by the cut, which a second trace of the cut river shows. */
static case_builder *oxygen_river(double factor) {
    case_builder *b = case_begin(2);
    case_constituent(b, 0)->item = "BOD5";
    case_constituent(b, 0)->k20 = 0.8 / 86400;
    case_constituent(b, 0)->oxygen_demand = 1;
    case_constituent(b, 1)->item = "DO";
    case_constituent(b, 1)->is_oxygen = true;
    case_constituent(b, 1)->k20 = 0.5 / 86400;
    case_constituent(b, 1)->background = 9;
    case_reach(b, "r", "A", "B", 60000, 20, 5);
    const qh_headwater *h = case_headwater(b, "A", 5, 2);
    case_give(h->input, 1, false, 8);
    const qh_outfall *p = case_outfall(b, "r", 1000, 0.3, 0);
    case_give(p->input, 0, true, 60 * factor);
    case_give(p->input, 1, true, 1.2);
    case_section(b, "r", 50000)->target_class = 3; /* at least 5 mg/L */
    case_section(b, "r", 58000)->target_class = 5;
    return b;
}

static void test_oxygen(void **state) {
    (void)state;
    qh_case *c = case_end(oxygen_river(1));
    qh_analysis *a = analysis_of(c, NO_MARGIN);
    qh_trace *t = trace_of(a, QH_BY_SOURCE);
    assert_true(t->whole[1] < 5);
    assert_true(t->demand[1].factor > 0 && t->demand[1].factor < 1);
    assert_near(t->cut[1 * 2 + 1], 0, 0); /* oxygen of the outfall */
    const double left = 1 - t->cut[1 * 2 + 0] / 60;
    assert_true(left < 1);
    assert_near(qh_trace_at(t, 0, 1)[0] + qh_trace_at(t, 0, 1)[1] + qh_trace_at(t, 0, 1)[2], t->whole[1], 1e-9);
    qh_trace_destroy(t);
    qh_analysis_close(a);
    qh_case_destroy(c);
    c = case_end(oxygen_river(left));
    a = analysis_of(c, NO_MARGIN);
    t = trace_of(a, QH_BY_SOURCE);
    assert_int_equal(t->n_missed, 0);
    qh_trace_destroy(t);
    qh_analysis_close(a);
    qh_case_destroy(c);
}

/* The sum is the whole on any network, and the parts of a group are those of its sources. */
static void test_random(void **state) {
    (void)state;
    for (uint64_t seed = 100; seed < 120; seed++) {
        random_options options = random_options_of(seed);
        options.least_reaches = 6;
        case_builder *b = random_network(&options);
        case_constituent(b, 0)->item = "COD";
        qh_case *c = case_end(b);
        if (c->n_section > 0) {
            qh_analysis *a = analysis_of(c, NO_MARGIN);
            qh_trace *one = trace_of(a, QH_BY_SOURCE), *kind = trace_of(a, QH_BY_KIND);
            for (size_t row = 0; row < one->n_section * one->n_species; row++) {
                const double whole = one->whole[row], large = 1e-9 * (1 + fabs(whole));
                assert_near(one->sum[row], whole, large);
                assert_near(kind->sum[row], whole, large);
            }
            qh_trace_destroy(one);
            qh_trace_destroy(kind);
            qh_analysis_close(a);
        }
        qh_case_destroy(c);
    }
}

static void test_margins(void **state) {
    (void)state;
    qh_margin m;
    assert_true(qh_margin_parse("none", &m) && m.rule == QH_MARGIN_NONE);
    assert_true(qh_margin_parse("10%", &m) && m.rule == QH_MARGIN_SHARE);
    assert_near(m.share, 0.1, 1e-15);
    assert_true(qh_margin_parse("8 %", &m));
    assert_near(m.share, 0.08, 1e-15);
    assert_true(qh_margin_parse("0.25", &m));
    assert_near(m.share, 0.25, 0);
    const char *const wrong[] = {"", "%", "ten", "-1%", "100%", "nan", "10%%", "hj", "1e999"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(qh_margin_parse(wrong[i], &m));
    assert_true(qh_margin_parse("hj2.3", &m));
    assert_near(qh_margin_of(m, "COD", 3, false), 0.10, 0);
    assert_near(qh_margin_of(m, "TP", 4, false), 0.08, 0);
    assert_near(qh_margin_of(m, "NH3-N", 5, true), 0.10, 0);
    assert_near(qh_margin_of(m, "Cu", 3, false), 0, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sources),  cmocka_unit_test(test_groups), cmocka_unit_test(test_not_enough),
        cmocka_unit_test(test_attained), cmocka_unit_test(test_oxygen), cmocka_unit_test(test_random),
        cmocka_unit_test(test_margins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
