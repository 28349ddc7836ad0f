/* Plans of cuts by pencil: smallest, cheapest by the tonne and by levels, equal ones, impossible ones; prices. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scenarios/optimise.h"
#include "scenarios/trade.h"
#include "tests/support/analysis.h"
#include "tests/support/random_network.h"

#define assert_near(value, expected, tolerance)                                                                        \
    do {                                                                                                               \
        if (!(fabs((value) - (expected)) <= (tolerance)))                                                              \
            fail_msg("%s is %.17g, expected %.17g", #value, (double)(value), (double)(expected));                      \
    } while (0)

static const qh_margin NO_MARGIN = {QH_MARGIN_NONE, 0};
static const double YEAR = 31.536; /* t/a in a g/s */

static qh_plan *plan_of(const qh_analysis *a, qh_objective objective, const qh_costs *costs) {
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_plan *plan = NULL;
    const qh_status status = qh_plan_create(a, objective, costs, 1, diag, &plan);
    for (size_t i = 0; status != QH_OK && i < qh_diag_size(diag); i++)
        (void)fprintf(stderr, "%s\n", qh_diag_line(diag, i));
    assert_int_equal(status, QH_OK);
    qh_diag_destroy(diag);
    return plan;
}

/* A table of costs, written to a file and read as a user's. */
static qh_costs *costs_of(const qh_case *c, const char *text) {
    char path[512];
    const char *folder = getenv("TMPDIR");
    (void)snprintf(path, sizeof path, "%s/costs.csv", folder ? folder : "/tmp");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0 && fclose(file) == 0);
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_costs *costs = NULL;
    const qh_status status = qh_costs_read(path, c, diag, &costs);
    for (size_t i = 0; status != QH_OK && i < qh_diag_size(diag); i++)
        (void)fprintf(stderr, "%s\n", qh_diag_line(diag, i));
    assert_int_equal(status, QH_OK);
    qh_diag_destroy(diag);
    (void)remove(path);
    return costs;
}

/* 10 m3/s with `headwater` mg/L of COD; P1 90 g/s at 5 km, P2 60 g/s at 12 km; the section at 15 km, at most 20. */
static qh_case *two_outfalls(double headwater, double k) {
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->item = "COD";
    case_constituent(b, 0)->k20 = k;
    case_reach(b, "r", "A", "B", 20000, 20, 0);
    case_headwater(b, "A", 10, headwater)->inlet = QH_INLET_FLUX;
    case_outfall(b, "r", 5000, 0, 90);
    case_outfall(b, "r", 12000, 0, 60);
    case_section(b, "r", 15000);
    return case_end(b);
}

/* 25 mg/L must become 20: 50 g/s less, whoever gives them; 1 mg/L more would save 10 g/s. */
static void test_least_cut(void **state) {
    (void)state;
    qh_case *c = two_outfalls(10, 0);
    qh_analysis *a = analysis_of(c, NO_MARGIN);
    qh_plan *p = plan_of(a, QH_LEAST_CUT, NULL);
    assert_true(p->feasible && p->attained);
    assert_near(p->before[0] + p->before[1] - p->after[0] - p->after[1], 50, 3e-4);
    assert_near(p->limit[0].price, 10, 1e-6);
    assert_true(p->limit[0].binds);
    assert_near(p->limit[0].before, 25, 1e-9);
    assert_near(p->limit[0].after, 20, 2e-5);
    assert_true(p->limit[0].after <= 20 + 1e-8);
    qh_plan_destroy(p);
    qh_analysis_close(a);
    qh_case_destroy(c);
}

/* With decay the nearer outfall counts more: only P2 is cut. */
static void test_decay(void **state) {
    (void)state;
    const double k = 1e-5, u = 0.5;
    qh_case *c = two_outfalls(14, k);
    qh_analysis *a = analysis_of(c, NO_MARGIN);
    qh_plan *p = plan_of(a, QH_LEAST_CUT, NULL);
    const double r1 = exp(-k * 10000 / u) / 10, r2 = exp(-k * 3000 / u) / 10;
    const double whole = 14 * exp(-k * 15000 / u) + 90 * r1 + 60 * r2;
    assert_true(whole > 20 && (whole - 20) / r2 < 60);
    assert_near(p->after[0], 90, 0);
    assert_near(p->before[1] - p->after[1], (whole - 20) / r2, 1e-4);
    assert_near(p->limit[0].price, 1 / r2, 1e-6);
    assert_true(p->attained);
    qh_plan_destroy(p);
    qh_analysis_close(a);
    qh_case_destroy(c);
}

static void test_equal(void **state) {
    (void)state;
    qh_case *c = two_outfalls(10, 0);
    qh_analysis *a = analysis_of(c, NO_MARGIN);
    qh_plan *p = plan_of(a, QH_EQUAL_PERCENT, NULL);
    assert_near(p->factor[0], 0.666666, 1e-12);
    assert_near(p->factor[1], 0.666666, 1e-12);
    assert_true(p->feasible && p->attained);
    qh_plan_destroy(p);
    /* They have no water: no concentration can be made equal. */
    qh_diag *diag = qh_diag_create(QH_EN);
    p = NULL;
    assert_int_equal(qh_plan_create(a, QH_EQUAL_CONCENTRATION, NULL, 1, diag, &p), QH_E_INPUT);
    assert_null(p);
    assert_non_null(strstr(qh_diag_line(diag, 0), "without flow"));
    qh_diag_destroy(diag);
    qh_analysis_close(a);
    qh_case_destroy(c);
}

/* 50 of 150 g/s must go: of at most 35 % of each load that is possible, of 30 % it is not, by 5 g/s in 10 m3/s. */
static void test_most(void **state) {
    (void)state;
    qh_case *c = two_outfalls(10, 0);
    qh_analysis *a = analysis_of(c, NO_MARGIN);
    for (int way = QH_LEAST_CUT; way <= QH_EQUAL_PERCENT; way += 2) {
        qh_plan *p = NULL;
        assert_int_equal(qh_plan_create(a, (qh_objective)way, NULL, 0.35, NULL, &p), QH_OK);
        assert_true(p->feasible && p->attained);
        assert_true(p->after[0] >= 0.65 * 90 - 1e-4 && p->after[1] >= 0.65 * 60 - 1e-4);
        assert_near(150 - p->after[0] - p->after[1], 50, 3e-4);
        qh_plan_destroy(p);
        p = NULL;
        assert_int_equal(qh_plan_create(a, (qh_objective)way, NULL, 0.3, NULL, &p), QH_OK);
        assert_false(p->feasible);
        assert_near(p->limit[0].short_by, 0.5, 1e-6);
        qh_plan_destroy(p);
    }
    qh_analysis_close(a);
    qh_case_destroy(c);
}

static void test_tonnes(void **state) {
    (void)state;
    qh_case *c = two_outfalls(10, 0);
    qh_analysis *a = analysis_of(c, NO_MARGIN);
    /* All 50 g/s from P1, which is cheaper. */
    qh_costs *costs = costs_of(c, "outfall,constituent,cost\nP1,C1,1\nP2,C1,3\n");
    qh_plan *p = plan_of(a, QH_LEAST_COST, costs);
    assert_near(p->before[0] - p->after[0], 50, 3e-4);
    assert_near(p->after[1], 60, 0);
    assert_near(p->cost, 50 * YEAR, 1e-4);
    assert_near(p->limit[0].price, 10 * YEAR, 1e-5); /* 10 g/s of P1 */
    qh_plan_destroy(p);
    qh_costs_destroy(costs);
    /* P1 can give 40 %, 36 g/s, the other 14 come from P2. */
    costs = costs_of(c, "排污口,组分,费用,最大削减\nP1,C1,1,40%\nP2,C1,3,1\n");
    p = plan_of(a, QH_LEAST_COST, costs);
    assert_near(p->before[0] - p->after[0], 36, 3e-4);
    assert_near(p->before[1] - p->after[1], 14, 3e-4);
    assert_near(p->cost, (36 + 3 * 14) * YEAR, 1e-3);
    assert_near(p->limit[0].price, 30 * YEAR, 1e-5);
    assert_true(p->attained);
    qh_plan_destroy(p);
    qh_costs_destroy(costs);
    qh_analysis_close(a);
    qh_case_destroy(c);
}

/* P1 1 m3/s of 100 mg/L, P2 0.5 m3/s of 120; with 10 m3/s of 8 mg/L that is 240 g/s in 11.5 m3/s. Levels of GB 18918 by
 * COD: 1B 60, 1A 50: P1 -40 for 10, -50 for 15; P2 -30 for 6, -35 for 12. */
static const char LEVELS[] = "outfall,standard,grade,cost,#note\n"
                             "P1,GB18918-2002,1B,10,\nP1,GB18918-2002,1A,15,\n"
                             "P2,GB18918-2002,1B,6,\nP2,GB18918-2002,一级A,12,\n";

static qh_case *plants(void) {
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->item = "COD";
    case_reach(b, "r", "A", "B", 20000, 20, 0);
    case_headwater(b, "A", 10, 8)->inlet = QH_INLET_FLUX;
    case_outfall(b, "r", 5000, 1, 100);
    case_outfall(b, "r", 12000, 0.5, 60);
    case_section(b, "r", 15000);
    return case_end(b);
}

static void try_levels(const qh_case *c, double margin, double cost, double after_1, double after_2) {
    qh_analysis *a = analysis_of(c, (qh_margin){QH_MARGIN_SHARE, margin});
    qh_costs *costs = costs_of(c, LEVELS);
    qh_plan *p = plan_of(a, QH_LEAST_COST, costs);
    assert_true(p->feasible && p->attained);
    assert_near(p->cost, cost, 1e-9);
    assert_near(p->after[0], after_1, 1e-9);
    assert_near(p->after[1], after_2, 1e-9);
    assert_near(p->limit[0].after, (80 + after_1 + after_2) / 11.5, 1e-9);
    qh_plan_destroy(p);
    qh_costs_destroy(costs);
    qh_analysis_close(a);
}

static void test_levels(void **state) {
    (void)state;
    qh_case *c = plants();
    try_levels(c, 0, 6, 100, 30);   /* 230 are allowed, 10 less: P2 to 1B */
    try_levels(c, 0.2, 16, 60, 30); /* 184, 56 less: both to 1B */
    try_levels(c, 0.3, 21, 50, 30); /* 161, 79 less: P1 to 1A, P2 to 1B */
    /* 149.5, 90.5 less: 85 is all there is. */
    qh_analysis *a = analysis_of(c, (qh_margin){QH_MARGIN_SHARE, 0.35});
    qh_costs *costs = costs_of(c, LEVELS);
    qh_plan *p = plan_of(a, QH_LEAST_COST, costs);
    assert_false(p->feasible);
    assert_near(p->limit[0].short_by, 5.5 / 11.5, 1e-5);
    assert_null(p->overlay);
    qh_plan_destroy(p);
    qh_costs_destroy(costs);
    qh_analysis_close(a);
    qh_case_destroy(c);
}

static void test_equal_concentration(void **state) {
    (void)state;
    qh_case *c = plants();
    qh_analysis *a = analysis_of(c, NO_MARGIN); /* 10 less: P2 comes down to 100 mg/L, where P1 is */
    qh_plan *p = plan_of(a, QH_EQUAL_CONCENTRATION, NULL);
    assert_true(p->feasible && p->attained);
    assert_near(p->after[0], 100, 2e-4);
    assert_near(p->after[1], 50, 2e-4);
    qh_plan_destroy(p);
    qh_analysis_close(a);
    a = analysis_of(c, (qh_margin){QH_MARGIN_SHARE, 0.2}); /* 56 less: 104 g/s in 1.5 m3/s */
    p = plan_of(a, QH_EQUAL_CONCENTRATION, NULL);
    assert_near(p->after[0], 104 / 1.5, 2e-4);
    assert_near(p->after[1], 52 / 1.5, 2e-4);
    qh_plan_destroy(p);
    qh_analysis_close(a);
    qh_case_destroy(c);
}

/* The river itself has 21: every way says that 1 mg/L is missing, and where. A section above all outfalls is beyond them. */
static void test_impossible(void **state) {
    (void)state;
    qh_case *c = two_outfalls(21, 0);
    qh_analysis *a = analysis_of(c, NO_MARGIN);
    const qh_objective every[] = {QH_LEAST_CUT, QH_EQUAL_PERCENT};
    for (size_t i = 0; i < 2; i++) {
        qh_plan *p = plan_of(a, every[i], NULL);
        assert_false(p->feasible);
        assert_near(p->limit[0].short_by, 1, 1e-6);
        assert_int_equal(p->n_beyond, 0);
        qh_plan_destroy(p);
    }
    qh_analysis_close(a);
    qh_case_destroy(c);
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->item = "COD";
    case_reach(b, "r", "A", "B", 20000, 20, 0);
    case_headwater(b, "A", 10, 18)->inlet = QH_INLET_FLUX;
    case_outfall(b, "r", 5000, 0, 50);
    case_section(b, "r", 15000);
    case_section(b, "r", 1000)->target_class = 2; /* at most 15 */
    c = case_end(b);
    a = analysis_of(c, NO_MARGIN);
    qh_plan *p = plan_of(a, QH_LEAST_CUT, NULL);
    assert_true(p->feasible);
    assert_false(p->attained);
    assert_int_equal(p->n_beyond, 1);
    assert_int_equal(p->beyond[0].section, 1);
    assert_near(p->beyond[0].short_by, 3, 1e-9);
    assert_near(p->before[0] - p->after[0], 30, 3e-4);
    qh_plan_destroy(p);
    qh_analysis_close(a);
    qh_case_destroy(c);
}

static void test_nothing_to_do(void **state) {
    (void)state;
    qh_case *c = two_outfalls(2, 0);
    qh_analysis *a = analysis_of(c, NO_MARGIN);
    for (int o = QH_LEAST_CUT; o <= QH_EQUAL_PERCENT; o++) {
        if (o == QH_LEAST_COST) continue;
        qh_plan *p = plan_of(a, (qh_objective)o, NULL);
        assert_true(p->feasible && p->attained);
        assert_int_equal(p->overlay->n_change, 0);
        qh_arena *arena = qh_arena_create();
        assert_string_equal(qh_plan_yaml(p, c, "a \"b\"", "", arena), "title: \"a \\\"b\\\"\"\nchanges: []\n");
        qh_arena_destroy(arena);
        qh_plan_destroy(p);
    }
    qh_analysis_close(a);
    qh_case_destroy(c);
}

/* Targets that ask for a little less than there is: every plan holds in its full run, and none cuts less than the least. */
static void tighten(qh_analysis *a) {
    qh_target *target = (qh_target *)a->targets->target; /* this test's own */
    for (size_t s = 0; s < a->targets->n_section; s++) {
        qh_target *t = &target[s * a->targets->n_species];
        double least = 0;
        for (size_t j = a->response->first_outfall; j < a->response->first_lateral; j++)
            least += qh_response_contribution(a->response, s, 0, j);
        t->limit = t->allowed = a->response->whole[s] - 0.4 * least + 1e-9;
    }
}

static double total_cut(const qh_plan *p) {
    double sum = 0;
    for (size_t q = 0; q < p->n_outfall * p->n_species; q++)
        sum += p->before[q] - p->after[q];
    return sum;
}

static void test_random(void **state) {
    (void)state;
    size_t tried = 0;
    for (uint64_t seed = 300; seed < 315; seed++) {
        random_options options = random_options_of(seed);
        options.least_reaches = 8;
        options.flags &= ~(unsigned)RANDOM_LATERALS; /* full runs of the exact engine, quick */
        case_builder *b = random_network(&options);
        case_constituent(b, 0)->item = "COD";
        qh_case *c = case_end(b);
        c->solver.engine = "exact";
        if (c->n_section > 0 && c->n_outfall > 0) {
            qh_analysis *a = analysis_of(c, NO_MARGIN);
            tighten(a);
            qh_plan *least = plan_of(a, QH_LEAST_CUT, NULL), *equal = plan_of(a, QH_EQUAL_PERCENT, NULL);
            if (least->n_limit > 0) {
                tried++;
                assert_true(least->feasible && equal->feasible);
                assert_true(total_cut(least) <= total_cut(equal) * (1 + 1e-5) + 1e-6);
                for (size_t l = 0; l < least->n_limit; l++) {
                    const double hair = 1e-8 * least->limit[l].allowed;
                    assert_true(least->limit[l].after <= least->limit[l].allowed + hair);
                    assert_true(equal->limit[l].after <= equal->limit[l].allowed + hair);
                }
            }
            qh_plan_destroy(least);
            qh_plan_destroy(equal);
            qh_analysis_close(a);
        }
        qh_case_destroy(c);
    }
    assert_true(tried > 5);
}

/* Organic matter takes too much oxygen: it is cut until 5 mg/L are left, and the oxygen of the effluent stays. */
static void test_oxygen(void **state) {
    (void)state;
    case_builder *b = case_begin(2);
    case_constituent(b, 0)->item = "BOD5";
    case_constituent(b, 0)->k20 = 0.8 / 86400;
    case_constituent(b, 0)->oxygen_demand = 1;
    case_constituent(b, 1)->item = "DO";
    case_constituent(b, 1)->is_oxygen = true;
    case_constituent(b, 1)->k20 = 0.5 / 86400;
    case_constituent(b, 1)->background = 9;
    case_reach(b, "r", "A", "B", 60000, 20, 5);
    case_give(case_headwater(b, "A", 5, 2)->input, 1, false, 8);
    const qh_outfall *o = case_outfall(b, "r", 1000, 0.3, 0);
    case_give(o->input, 0, true, 60);
    case_give(o->input, 1, true, 1.2);
    case_section(b, "r", 50000);
    qh_case *c = case_end(b);
    qh_analysis *a = analysis_of(c, NO_MARGIN);
    const qh_response *r = a->response;
    const double unit = qh_response_block(r, 1, 0)[r->first_outfall * r->n_section]; /* mg/L for a g/s, below 0 */
    assert_true(r->whole[1] < 5 && unit < 0 && r->whole[0] < 4);
    for (int way = QH_LEAST_CUT; way <= QH_EQUAL_PERCENT; way += 2) {
        qh_plan *p = plan_of(a, (qh_objective)way, NULL);
        assert_true(p->feasible && p->attained);
        assert_near(p->before[0] - p->after[0], (r->whole[1] - 5) / unit, 2e-4);
        assert_near(p->after[1], 1.2, 0);
        for (size_t l = 0; l < p->n_limit; l++) {
            if (p->limit[l].species != 1) continue;
            assert_near(p->limit[l].after, 5, 1e-4);
            assert_true(p->limit[l].after >= 5 - 1e-8);
            if (way == QH_LEAST_CUT) assert_near(p->limit[l].price, -1 / unit, 1e-6 / fabs(unit));
        }
        qh_plan_destroy(p);
    }
    qh_analysis_close(a);
    qh_case_destroy(c);
}

/* K 1e-5 1/s at 0.5 m/s: a unit of P2, 7 km nearer, weighs e^(K 14000 s) of P1; and P3 below the section cannot pay. */
static void test_trade(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->item = "COD";
    case_constituent(b, 0)->k20 = 1e-5;
    case_reach(b, "r", "A", "B", 30000, 20, 0);
    case_headwater(b, "A", 10, 10)->inlet = QH_INLET_FLUX;
    case_outfall(b, "r", 5000, 0, 90);
    case_outfall(b, "r", 12000, 0, 60);
    case_outfall(b, "r", 25000, 0, 60);
    case_section(b, "r", 15000);
    qh_case *c = case_end(b);
    qh_analysis *a = analysis_of(c, NO_MARGIN);
    qh_trade_rate rate[2];
    size_t count = 0;
    qh_trade_rates(a, 0, rate, &count);
    assert_int_equal(count, 2);
    assert_int_equal(rate[0].seller, 1);
    assert_true(rate[0].covers);
    assert_near(rate[0].rate, exp(-1e-5 * 14000), 1e-9);
    assert_near(rate[0].available, 60, 0);
    assert_false(rate[1].covers);
    assert_int_equal(rate[1].section, 0);
    qh_trade_rates(a, 1, rate, &count);
    assert_near(rate[0].rate, exp(1e-5 * 14000), 1e-9);
    qh_trade_rates(a, 2, rate, &count);
    assert_int_equal(count, 0);
    qh_analysis_close(a);
    qh_case_destroy(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_least_cut),
        cmocka_unit_test(test_decay),
        cmocka_unit_test(test_equal),
        cmocka_unit_test(test_tonnes),
        cmocka_unit_test(test_most),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_equal_concentration),
        cmocka_unit_test(test_impossible),
        cmocka_unit_test(test_nothing_to_do),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_trade),
        cmocka_unit_test(test_oxygen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
