/* Scenarios side by side: each is what a run of its own is, within the tolerance of the steps that they share; bits are a
 * matter of the plan alone; one that fails has its own message and spoils no other. Run from the root of the source tree. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/plans.h"

static qh_evaluator *evaluator_of(const qh_sweep_plan *plan) {
    qh_evaluator *evaluator = NULL;
    assert_int_equal(qh_evaluator_create(plan, NULL, &evaluator), QH_OK);
    return evaluator;
}

/* ---- plans ---- */

#define WHOLE "design: latin-hypercube\nseed: 3\nkeep: [statistics, verdicts, series, fields]\n"
#define LOADS                                                                                                          \
    "  - {name: w, change: {scale: all, load: $value}, distribution: uniform, low: 0, high: 3, each: yes}\n"           \
    "  - {name: c, change: {scale: {headwater: all}, concentration: $value}, distribution: uniform, low: 0.5, high: "  \
    "2}\n"

#define RATES                                                                                                          \
    "  - {name: k, change: {kinetics: COD, factor: $value}, distribution: uniform, low: 0.5, high: 2}\n"               \
    "  - {name: t, change: {temperature: $value}, distribution: uniform, low: 5 degC, high: 25 degC}\n"
#define FLOW     "  - {name: q, change: {design_flow: $value}, distribution: uniform, low: 0.5, high: 2}\n"
#define DEMAND   "  - {name: k, change: {kinetics: BOD5, factor: $value}, distribution: uniform, low: 0.5, high: 2}\n"
#define COUNT_64 WHOLE "count: 64\nvariables:\n"
#define COUNT_68 WHOLE "count: 68\nvariables:\n"

/* A case, a plan, how many of its scenarios are looked at, and what part of the largest value they may be wrong by. */
typedef struct example {
    const char *name, *river, *text;
    size_t count;
    double tolerance;
    size_t n_setting;
    qh_setting setting[2];
} example;

static const example examples[] = {
    {"linear", "tests/cases/unsteady", COUNT_68 LOADS, 68, 2e-3, 0, {{0}}},
    {"linear, rates", "tests/cases/unsteady", COUNT_68 LOADS RATES, 68, 2e-3, 0, {{0}}},
    {"linear, water", "tests/cases/unsteady", COUNT_68 LOADS RATES FLOW, 68, 2e-3, 0, {{0}}},
    {"moving", "tests/cases/moving", WHOLE "count: 36\nvariables:\n" LOADS, 36, 2e-4, 0, {{0}}},
    {"spectral",
     "examples/uvas-creek",
     WHOLE "count: 16\nvariables:\n"
           "  - {name: c, change: {scale: {headwater: all}, concentration: $value}, distribution: uniform, low: 0.5, "
           "high: 2}\n",
     4,
     1e-6,
     0,
     {{0}}},
    {"exact", "tests/cases/oxygen", COUNT_64 LOADS, 64, 1e-9, 0, {{0}}},
    {"steady", "tests/cases/oxygen", COUNT_64 LOADS, 64, 1e-9, 1, {{"solver.engine", "steady"}}},
    {"steady, rates", "tests/cases/oxygen", COUNT_64 LOADS DEMAND, 64, 1e-9, 1, {{"solver.engine", "steady"}}},
};
enum { N_EXAMPLE = sizeof examples / sizeof *examples };

static qh_sweep_plan *plan_of(plans *p, const example *x) {
    p->n_setting = x->n_setting;
    p->setting = x->setting;
    return plans_good(p, x->river, x->text);
}

/* ---- agreement ---- */

/* Series at the sections against a run of the scenario alone, relative to the largest of the constituent. */
static double difference(const qh_evaluator_layout *l, const evaluated *e, size_t q, const ran *alone) {
    double worst = 0;
    for (size_t i = 0; i < l->n_species; i++) {
        double largest = 0, off = 0;
        for (size_t s = 0; s < l->n_section; s++) {
            for (size_t k = 0; k < l->n_sample; k++) {
                const double own = alone->section[(k * l->n_section + s) * l->n_species + i];
                const double got = e->r.series[((i * l->n_section + s) * l->n_sample + k) * e->count + q];
                largest = fmax(largest, fabs(own));
                off = fmax(off, fabs(got - own));
            }
        }
        worst = fmax(worst, largest > 0 ? off / largest : off);
    }
    return worst;
}

static void test_agreement(void **state) {
    (void)state;
    plans p;
    plans_begin(&p);
    for (size_t n = 0; n < N_EXAMPLE; n++) {
        qh_sweep_plan *plan = plan_of(&p, &examples[n]);
        qh_evaluator *evaluator = evaluator_of(plan);
        const qh_evaluator_layout *l = qh_evaluator_get_layout(evaluator);
        assert_string_equal(l->method, "lanes");
        assert_true(l->unit > 1 && plan->n_scenario >= 8 * l->unit);
        evaluated e = evaluate(evaluator, 0, examples[n].count);
        double worst = 0, spread = 0;
        for (size_t q = 0; q < examples[n].count; q++) {
            ran alone = plans_run(plan, q);
            assert_int_equal(alone.status, QH_OK);
            assert_int_equal(e.r.status[q], QH_OK);
            assert_int_equal(alone.n_sample, l->n_sample);
            worst = fmax(worst, difference(l, &e, q, &alone));
            spread = fmax(spread, difference(l, &e, (q + 1) % examples[n].count, &alone));
            ran_free(&alone);
        }
        printf("%s: lanes of %zu differ from runs by %.2g at most, scenarios by %.2g\n", examples[n].name, l->unit,
               worst, spread);
        assert_true(worst <= examples[n].tolerance);
        assert_true(spread > 0.01); /* the scenarios do differ */
        evaluated_free(&e);
        qh_evaluator_destroy(evaluator);
        qh_sweep_plan_destroy(plan);
    }
    plans_end(&p);
}

/* ---- bits ---- */

static void same_rows(const double *all, const double *part, size_t n_row, size_t n_all, size_t first, size_t n) {
    for (size_t row = 0; row < n_row; row++)
        assert_memory_equal(part + row * n, all + row * n_all + first, n * sizeof(double));
}

/* Parts that begin and end anywhere, by an evaluator of their own, have the bits of the whole. */
static void test_bits(void **state) {
    (void)state;
    static const size_t part[][2] = {{0, 1}, {1, 2}, {3, 9}, {15, 18}, {31, 5}};
    plans p;
    plans_begin(&p);
    for (size_t n = 0; n < 4; n++) { /* the engines that share steps */
        qh_sweep_plan *plan = plan_of(&p, &examples[n]);
        qh_evaluator *one = evaluator_of(plan), *other = evaluator_of(plan);
        const qh_evaluator_layout *l = qh_evaluator_get_layout(one);
        evaluated all = evaluate(one, 0, examples[n].count);
        const size_t items = l->n_species * l->n_section;
        for (size_t k = sizeof part / sizeof *part; k-- > 0;) {
            const size_t first = part[k][0], count = part[k][1], whole = examples[n].count;
            evaluated e = evaluate(other, first, count);
            same_rows(all.r.variable, e.r.variable, l->n_variable, whole, first, count);
            same_rows(all.r.statistic, e.r.statistic, items * l->n_statistic, whole, first, count);
            same_rows(all.r.series, e.r.series, items * l->n_sample, whole, first, count);
            same_rows(all.r.field, e.r.field, l->n_frame * l->n_species * l->n_point, whole, first, count);
            for (size_t row = 0; row < items; row++)
                assert_memory_equal(e.r.item + row * count, all.r.item + row * whole + first, count);
            assert_memory_equal(e.r.whole, all.r.whole + first, count);
            evaluated_free(&e);
        }
        evaluated_free(&all);
        qh_evaluator_destroy(one);
        qh_evaluator_destroy(other);
        qh_sweep_plan_destroy(plan);
    }
    plans_end(&p);
}

/* ---- failures ---- */

/* One scenario's case cannot be made (an infinite load), another one's oxygen runs out in the solve. */
static void test_failures(void **state) {
    (void)state;
    enum { COUNT = 16 };
    static const char text[] =
        "design: lists\nkeep: [statistics, verdicts, series]\nvariables:\n"
        "  - {name: set, change: {set: W1, BOD5: $value}, values: [30 mg/L, 31 mg/L, 32 mg/L, 33 mg/L, 34 mg/L, 35 "
        "mg/L, 36 mg/L, 37 mg/L, 38 mg/L, 39 mg/L, 40 mg/L, 41 mg/L, 42 mg/L, 43 mg/L, 44 mg/L, 1e304 mg/L]}\n"
        "  - {name: w, change: {scale: W1, load: $value, constituent: BOD5}, values: [1, 1, 1, 900, 1, 2, 1, 3, "
        "1, 1, 1, 1.5, 1, 1, 1, 900]}\n"
        "  - {name: v, change: {scale: W1, load: $value, constituent: BOD5}, values: [1, 1, 1, 1, 1, 1, 1, 1, "
        "1, 1, 1, 1, 1, 1, 1, 900]}\n";
    plans p;
    plans_begin(&p);
    qh_sweep_plan *plan = plans_good(&p, "tests/cases/oxygen", text);
    qh_evaluator *evaluator = evaluator_of(plan);
    const qh_evaluator_layout *l = qh_evaluator_get_layout(evaluator);
    assert_string_equal(l->method, "lanes");
    evaluated e = evaluate(evaluator, 0, COUNT);
    size_t failed = 0;
    for (size_t q = 0; q < COUNT; q++) {
        ran alone = plans_run(plan, q);
        assert_int_equal(e.r.status[q], alone.status);
        assert_string_equal(e.r.message[q], alone.message);
        failed += alone.status != QH_OK;
        if (alone.status == QH_OK) assert_true(difference(l, &e, q, &alone) <= 1e-9);
        if (alone.status != QH_OK) assert_true(isnan(e.r.series[q]) && e.r.whole[q] == QH_NOT_JUDGED);
        ran_free(&alone);
    }
    assert_int_equal(failed, 2);
    assert_non_null(strstr(e.r.message[3], "DO"));
    assert_non_null(strstr(e.r.message[15], "infinite"));
    evaluated_free(&e);
    qh_evaluator_destroy(evaluator);
    qh_sweep_plan_destroy(plan);
    plans_end(&p);
}

/* A scenario without water in a reach, among others that differ in theirs. */
static void test_dry_lane(void **state) {
    (void)state;
    enum { COUNT = 16 };
    static const qh_setting unsteady[] = {{"run.type", "unsteady"},        {"run.start", "2024-01-01T00:00"},
                                          {"run.initial", "steady"},       {"run.duration", "6 h"},
                                          {"run.output_interval", "6 h"},  {"run.sample_interval", "1 h"},
                                          {"solver.cell_length", "500 m"}, {"solver.engine", "linear"}};
    plans p;
    plans_begin(&p);
    p.n_setting = sizeof unsteady / sizeof *unsteady;
    p.setting = unsteady;
    qh_sweep_plan *plan = plans_good(
        &p, "examples/apengjiang",
        "design: lists\nkeep: [statistics, verdicts, series]\nvariables:\n"
        "  - {name: e, change: {release: 嘉禾电站, rule: fixed, eco_flow: $value}, values: [2 m3/s, 0 m3/s, 3 m3/s, 2 "
        "m3/s, 2 m3/s, 2 m3/s, 2 m3/s, 2 m3/s, 2 m3/s, 2 m3/s, 2 m3/s, 2 m3/s, 2 m3/s, 2 m3/s, 2 m3/s, 2 m3/s]}\n");
    qh_evaluator *evaluator = evaluator_of(plan);
    const qh_evaluator_layout *l = qh_evaluator_get_layout(evaluator);
    assert_string_equal(l->method, "lanes");
    evaluated e = evaluate(evaluator, 0, COUNT);
    for (size_t q = 0; q < 4; q++) {
        ran alone = plans_run(plan, q);
        assert_int_equal(e.r.status[q], q == 1 ? QH_E_INPUT : QH_OK);
        assert_int_equal(alone.status, e.r.status[q]);
        assert_string_equal(e.r.message[q], alone.message);
        if (alone.status == QH_OK) assert_true(difference(l, &e, q, &alone) <= 1e-9);
        ran_free(&alone);
    }
    assert_non_null(strstr(e.r.message[1], "dry"));
    evaluated_free(&e);
    qh_evaluator_destroy(evaluator);
    qh_sweep_plan_destroy(plan);
    plans_end(&p);
}

/* ---- what does not run in lanes ---- */

static void test_one_by_one(void **state) {
    (void)state;
    static const struct {
        const char *river, *change;
        qh_setting engine;
    } given[] = {
        {"tests/cases/moving", "{design_flow: $value}", {"solver.engine", "auto"}},
        {"examples/uvas-creek", "{design_flow: $value}", {"solver.engine", "spectral"}},
        {"tests/cases/unsteady", "{scale: W1, load: $value}", {"solver.engine", "general"}},
    };
    plans p;
    plans_begin(&p);
    for (size_t k = 0; k < sizeof given / sizeof *given; k++) {
        char text[256];
        (void)snprintf(text, sizeof text,
                       "design: latin-hypercube\ncount: 64\nvariables:\n"
                       "  - {name: a, change: %s, distribution: uniform, low: 0.5, high: 1}\n",
                       given[k].change);
        p.n_setting = 1;
        p.setting = &given[k].engine;
        qh_sweep_plan *plan = plans_good(&p, given[k].river, text);
        qh_evaluator *evaluator = evaluator_of(plan);
        assert_string_equal(qh_evaluator_get_layout(evaluator)->method, "run");
        assert_int_equal(qh_evaluator_get_layout(evaluator)->unit, 1);
        qh_evaluator_destroy(evaluator);
        qh_sweep_plan_destroy(plan);
    }
    plans_end(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agreement), cmocka_unit_test(test_bits),       cmocka_unit_test(test_failures),
        cmocka_unit_test(test_dry_lane),  cmocka_unit_test(test_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
