/* Permissible loads by pencil: one river, closed forms, one outfall alone, a common factor, the largest total. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scenarios/capacity.h"
#include "tests/support/analysis.h"
#include "tests/support/random_network.h"

#define assert_near(value, expected, tolerance)                                                                        \
    do {                                                                                                               \
        if (!(fabs((value) - (expected)) <= (tolerance)))                                                              \
            fail_msg("%s is %.17g, expected %.17g", #value, (double)(value), (double)(expected));                      \
    } while (0)

static const qh_margin NO_MARGIN = {QH_MARGIN_NONE, 0};

static qh_capacity *capacity_of(const qh_analysis *a) {
    qh_capacity *capacity = NULL;
    assert_int_equal(qh_capacity_create(a, NULL, &capacity), QH_OK);
    return capacity;
}

/* 10 m3/s of 10 mg/L COD; 1 m3/s with 100 g/s at 5 km; the section at 15 km, class Ⅲ: at most 20 mg/L. */
static void test_conservative(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->item = "COD";
    case_reach(b, "r", "A", "B", 20000, 20, 0);
    case_headwater(b, "A", 10, 10)->inlet = QH_INLET_FLUX;
    case_outfall(b, "r", 5000, 1, 100);
    case_section(b, "r", 15000);
    qh_case *c = case_end(b);
    qh_analysis *a = analysis_of(c, NO_MARGIN);
    qh_capacity *q = capacity_of(a);
    assert_int_equal(q->n_section, 1);
    const qh_section_capacity *s = &q->section[0];
    assert_near(s->from, 0, 0);
    assert_near(s->to, 15000, 0);
    assert_near(s->initial, 10, 1e-9);
    assert_near(s->flow, 10, 1e-12);
    assert_near(s->outfall_flow, 1, 0);
    assert_near(s->now, 100, 0);
    /* 5 km at 0.5 m/s and 10 km at 0.55 m/s. */
    assert_near(s->velocity, 15000 / (5000 / 0.5 + 10000 / 0.55), 1e-9);
    assert_near(s->mixed, 110, 1e-7);
    assert_near(s->one_dimension, 110, 1e-7);
    assert_near(s->middle, 100, 1e-7);
    assert_near(s->spread, 100, 1e-7);
    /* The network knows that its water dilutes too: (100 + W)/11 = 20. */
    assert_true(s->network.given);
    assert_near(s->network.value, 120, 1e-7);
    const qh_outfall_capacity *o = &q->outfall[0];
    assert_true(o->reaches && o->has_next);
    assert_near(o->mixed, 110, 1e-7);
    assert_near(o->alone, 120, 1e-7);
    assert_near(o->equal, 120, 1e-7);
    assert_near(o->largest, 120, 1e-6);
    assert_int_equal(o->binding, 0);
    assert_near(q->species[0].factor, 1.2, 1e-9);
    assert_int_equal(q->n_missed, 0);
    qh_capacity_destroy(q);
    qh_analysis_close(a);
    /* With 10 % kept free: 18 mg/L, (100 + W)/11 = 18. */
    a = analysis_of(c, (qh_margin){QH_MARGIN_SHARE, 0.1});
    q = capacity_of(a);
    assert_near(q->outfall[0].alone, 98, 1e-7);
    assert_near(q->section[0].mixed, 88, 1e-7);
    assert_int_equal(q->n_missed, 1);
    qh_capacity_destroy(q);
    qh_analysis_close(a);
    qh_case_destroy(c);
}

/* Two outfalls without water of their own; Q 10 m3/s, u 0.5 m/s, K 2e-5 1/s. R = e^(-K t)/Q. */
static void test_decay(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->item = "COD";
    case_constituent(b, 0)->k20 = 2e-5;
    case_reach(b, "r", "A", "B", 30000, 20, 0);
    case_headwater(b, "A", 10, 10)->inlet = QH_INLET_FLUX;
    case_outfall(b, "r", 5000, 0, 80);
    case_outfall(b, "r", 12000, 0, 40);
    case_outfall(b, "r", 29000, 0, 7); /* below all sections */
    case_section(b, "r", 15000);
    case_section(b, "r", 25000)->target_class = 2; /* at most 15 */
    qh_case *c = case_end(b);
    qh_analysis *a = analysis_of(c, NO_MARGIN);
    qh_capacity *q = capacity_of(a);
    const double k = 2e-5 / 0.5, first = exp(-k * 15000), t1 = exp(-k * 10000), t2 = exp(-k * 3000);
    const double second = exp(-k * 10000);
    assert_near(q->section[0].rate, 2e-5, 1e-12);
    assert_near(q->section[0].one_dimension, (20 - 10 * first) * 10, 1e-7);
    assert_near(q->section[0].middle, (20 - 10 * first) * exp(k * 7500) * 10, 1e-7);
    assert_near(q->section[1].from, 15000, 0);
    assert_false(q->section[1].network.given); /* no outfall between the sections */
    /* At section 1: 100 first + 80 t1 + 40 t2 <= 200; at section 2 the same times `second` <= 150. */
    const double room = fmin(200, 150 / second) - 100 * first;
    assert_near(q->outfall[0].alone, (room - 40 * t2) / t1, 1e-6);
    assert_near(q->outfall[1].alone, (room - 80 * t1) / t2, 1e-6);
    assert_false(q->outfall[2].reaches);
    assert_near(q->species[0].factor, room / (80 * t1 + 40 * t2), 1e-8);
    assert_near(q->outfall[1].equal, 40 * room / (80 * t1 + 40 * t2), 1e-6);
    /* The largest total: all from the upper one, of which more decays on the way. */
    assert_true(q->species[0].feasible);
    assert_near(q->species[0].largest, room / t1, 1e-5);
    assert_near(q->outfall[0].largest, room / t1, 1e-5);
    assert_near(q->outfall[1].largest, 0, 1e-6);
    assert_near(q->species[0].now, 120, 1e-9);
    qh_capacity_destroy(q);
    qh_analysis_close(a);
    qh_case_destroy(c);
}

/* The river alone misses: no load is small enough, and the numbers say by how much. */
static void test_impossible(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->item = "COD";
    case_reach(b, "r", "A", "B", 20000, 20, 0);
    case_headwater(b, "A", 10, 22)->inlet = QH_INLET_FLUX;
    case_outfall(b, "r", 5000, 0, 50);
    case_section(b, "r", 15000);
    qh_case *c = case_end(b);
    qh_analysis *a = analysis_of(c, NO_MARGIN);
    qh_capacity *q = capacity_of(a);
    assert_false(q->species[0].feasible);
    assert_near(q->outfall[0].alone, -20, 1e-7);
    assert_near(q->section[0].mixed, -20, 1e-7);
    assert_near(q->species[0].factor, -0.4, 1e-9);
    qh_capacity_destroy(q);
    qh_analysis_close(a);
    qh_case_destroy(c);
}

/* Targets of 1.2 times what there is: then every programme has an answer. */
static void loosen(qh_analysis *a) {
    qh_target *target = (qh_target *)a->targets->target; /* this test's own */
    for (size_t s = 0; s < a->targets->n_section; s++) {
        qh_target *t = &target[s * a->targets->n_species];
        t->limit = t->allowed = 1.2 * a->response->whole[s] + 1e-6;
    }
}

/* The loads of the largest total, evaluated: all targets hold, one of them with no room left. */
static void check_largest(const qh_analysis *a, const qh_capacity *q) {
    const qh_response *r = a->response;
    const size_t n = r->first_lateral - r->first_outfall, m = r->n_section;
    double *load = calloc(r->n_species * n + 1, sizeof *load), *section = calloc(r->n_species * m, sizeof *section);
    double *rest = calloc(r->n_species * m, sizeof *rest);
    assert_true(load && section && rest);
    for (size_t k = 0; k < r->n_species; k++)
        for (size_t j = 0; j < n; j++)
            load[k * n + j] = k == 0 ? q->outfall[j].largest : r->load[k * r->n_source + r->first_outfall + j];
    qh_response_rest(r, r->first_outfall, n, rest);
    qh_response_evaluate(r, r->first_outfall, n, rest, 1, load, section);
    double fullest = 0;
    for (size_t s = 0; s < m; s++) {
        const qh_target *t = qh_target_of(a->targets, s, 0);
        assert_true(section[s] <= t->allowed * (1 + 1e-8));
        fullest = fmax(fullest, section[s] / t->allowed);
    }
    assert_near(fullest, 1, 1e-7);
    free(load);
    free(section);
    free(rest);
}

/* On any network, and the total is no less than that of the common factor. */
static void test_random(void **state) {
    (void)state;
    size_t tried = 0;
    for (uint64_t seed = 200; seed < 230; seed++) {
        random_options options = random_options_of(seed);
        options.least_reaches = 8;
        case_builder *b = random_network(&options);
        case_constituent(b, 0)->item = "COD";
        qh_case *c = case_end(b);
        if (c->n_section > 0 && c->n_outfall > 0) {
            qh_analysis *a = analysis_of(c, NO_MARGIN);
            loosen(a);
            qh_capacity *q = capacity_of(a);
            const qh_species_capacity *whole = &q->species[0];
            assert_true(whole->feasible || !whole->counts);
            if (whole->counts) {
                tried++;
                assert_true(whole->largest >= fmin(whole->factor, 1e6) * whole->now * (1 - 1e-6));
                check_largest(a, q);
            }
            qh_capacity_destroy(q);
            qh_analysis_close(a);
        }
        qh_case_destroy(c);
    }
    assert_true(tried > 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_conservative), cmocka_unit_test(test_decay),
                                       cmocka_unit_test(test_impossible), cmocka_unit_test(test_random)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
