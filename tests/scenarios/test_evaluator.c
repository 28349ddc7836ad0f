/* Evaluation of scenarios: the three ways agree with a run of the changed case, bits do not depend on the company, and a
 * scenario that fails stops nothing. Run from the root of the source tree. */
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

#define RIVER "examples/apengjiang"

static qh_evaluator *evaluator_of(const qh_sweep_plan *plan) {
    qh_evaluator *evaluator = NULL;
    assert_int_equal(qh_evaluator_create(plan, NULL, &evaluator), QH_OK);
    return evaluator;
}

/* The judged value of every section and constituent of a steady plan against runs, relative to the largest. */
static void compare_with_runs(const qh_sweep_plan *plan, qh_evaluator *evaluator, size_t count, double tolerance) {
    const qh_evaluator_layout *l = qh_evaluator_get_layout(evaluator);
    evaluated e = evaluate(evaluator, 0, count);
    for (size_t q = 0; q < count; q++) {
        ran t = plans_run(plan, q);
        assert_int_equal(e.r.status[q], QH_OK);
        for (size_t i = 0; i < l->n_species; i++) {
            double largest = 0;
            for (size_t s = 0; s < l->n_section; s++)
                largest = fmax(largest, fabs(t.section[s * l->n_species + i]));
            for (size_t s = 0; s < l->n_section; s++) {
                const double got = e.r.statistic[(i * l->n_statistic * l->n_section + s) * count + q];
                assert_true(fabs(got - t.section[s * l->n_species + i]) <= tolerance * largest);
            }
        }
        ran_free(&t);
    }
    evaluated_free(&e);
}

/* ---- plans ---- */

static const char loads[] =
    "design: latin-hypercube\ncount: 700\nseed: 5\nvariables:\n"
    "  - {name: w, change: {scale: all, load: $value}, distribution: lognormal, mean: 1, sd: 0.3, high: 9, each: yes}\n"
    "  - {name: set, change: {set: QJ-GY-001, COD: $value}, distribution: uniform, low: 20 mg/L, high: 60 mg/L}\n"
    "  - {name: nh, change: {scale: {headwater: all}, concentration: $value, constituent: NH3-N}, distribution: "
    "uniform, "
    "low: 0.5, high: 2}\n";

static const char upgrades[] = "design: factorial\nvariables:\n"
                               "  - {name: w, change: {scale: all, load: $value}, values: [0.7, 1, 1.3]}\n"
                               "  - {name: g, change: {upgrade: [QJ-SH-001, QJ-GY-001], standard: GB18918-2002, grade: "
                               "$value}, values: [1A, 1B]}\n";

static const char water[] =
    "design: latin-hypercube\ncount: 400\nseed: 5\nvariables:\n"
    "  - {name: q, change: {design_flow: $value}, distribution: uniform, low: 0.7, high: 1.5}\n"
    "  - {name: k, change: {kinetics: COD, factor: $value}, distribution: triangular, low: 0.5, mode: 1, high: 1.5}\n"
    "  - {name: t, change: {temperature: $value}, distribution: normal, mean: 13 degC, sd: 2 degC, low: 8 degC, high: "
    "18 "
    "degC}\n"
    "  - {name: w, change: {scale: all, load: $value}, distribution: lognormal, mean: 1, sd: 0.3, high: 9, each: "
    "yes}\n";

static void test_response(void **state) {
    (void)state;
    static const char *const texts[] = {loads, upgrades};
    plans p;
    plans_begin(&p);
    for (size_t k = 0; k < 2; k++) {
        qh_sweep_plan *plan = plans_good(&p, RIVER, texts[k]);
        qh_evaluator *evaluator = evaluator_of(plan);
        assert_string_equal(qh_evaluator_get_layout(evaluator)->method, "response");
        compare_with_runs(plan, evaluator, 6, 1e-9);
        qh_evaluator_destroy(evaluator);
        qh_sweep_plan_destroy(plan);
    }
    plans_end(&p);
}

static void test_steady(void **state) {
    (void)state;
    plans p;
    plans_begin(&p);
    qh_sweep_plan *plan = plans_good(&p, RIVER, water);
    qh_evaluator *evaluator = evaluator_of(plan);
    assert_string_equal(qh_evaluator_get_layout(evaluator)->method, "steady");
    compare_with_runs(plan, evaluator, 8, 2e-6);
    qh_evaluator_destroy(evaluator);
    qh_sweep_plan_destroy(plan);
    plans_end(&p);
}

/* An outfall that moves makes another network: a full run. */
static void test_run(void **state) {
    (void)state;
    plans p;
    plans_begin(&p);
    qh_sweep_plan *plan =
        plans_good(&p, "tests/cases/good",
                   "design: factorial\nvariables:\n"
                   "  - {name: where, change: {move: W2, reach: R2, chainage: $value}, values: [1 km, 3 "
                   "km]}\n");
    qh_evaluator *evaluator = evaluator_of(plan);
    assert_string_equal(qh_evaluator_get_layout(evaluator)->method, "run");
    compare_with_runs(plan, evaluator, 2, 0);
    qh_evaluator_destroy(evaluator);
    qh_sweep_plan_destroy(plan);
    plans_end(&p);
}

/* ---- independence ---- */

/* Bits of scenario i, evaluated among others, are those of i alone, by another evaluator. */
static void check_bits(plans *p, const char *river, const char *text, size_t count, size_t step) {
    qh_sweep_plan *plan = plans_good(p, river, text);
    qh_evaluator *all = evaluator_of(plan), *alone = evaluator_of(plan);
    const qh_evaluator_layout *l = qh_evaluator_get_layout(all);
    evaluated e = evaluate(all, 0, count);
    const size_t n_row = l->n_species * l->n_statistic * l->n_section;
    for (size_t i = count; i >= step; i -= step) {
        evaluated one = evaluate(alone, i - 1, 1);
        for (size_t row = 0; row < n_row; row++)
            assert_memory_equal(&one.r.statistic[row], &e.r.statistic[row * count + i - 1], sizeof(double));
        for (size_t row = 0; row < l->n_species * l->n_section; row++)
            assert_int_equal(one.r.item[row], e.r.item[row * count + i - 1]);
        for (size_t row = 0; row < l->n_variable; row++)
            assert_memory_equal(&one.r.variable[row], &e.r.variable[row * count + i - 1], sizeof(double));
        assert_int_equal(one.r.whole[0], e.r.whole[i - 1]);
        evaluated_free(&one);
    }
    evaluated_free(&e);
    qh_evaluator_destroy(all);
    qh_evaluator_destroy(alone);
    qh_sweep_plan_destroy(plan);
}

static const char unsteady[] =
    "design: sobol\ncount: 16\nkeep: [statistics, verdicts, series, fields]\nvariables:\n"
    "  - {name: q, change: {scale: {headwater: all}, flow: $value}, distribution: uniform, low: "
    "0.8, high: 1.2}\n"
    "  - {name: w, change: {scale: W1, load: $value}, distribution: uniform, low: 0, high: 3}\n";

static void test_bits(void **state) {
    (void)state;
    plans p;
    plans_begin(&p);
    check_bits(&p, RIVER, loads, 700, 37);
    check_bits(&p, RIVER, water, 60, 7);
    check_bits(&p, "tests/cases/unsteady", unsteady, 6, 2);
    plans_end(&p);
}

/* ---- verdicts ---- */

/* Verdicts are those of the values under the standard, and a whole scenario attains when all of it does. */
static void test_verdicts(void **state) {
    (void)state;
    plans p;
    plans_begin(&p);
    qh_sweep_plan *plan = plans_good(&p, RIVER, loads);
    qh_evaluator *evaluator = evaluator_of(plan);
    const qh_evaluator_layout *l = qh_evaluator_get_layout(evaluator);
    const qh_standard *standard = qh_evaluator_standard(evaluator);
    const qh_case *c = plan->river_case;
    evaluated e = evaluate(evaluator, 0, 700);
    size_t attained = 0, missed = 0;
    for (size_t q = 0; q < 700; q++) {
        bool all = true;
        for (size_t s = 0; s < l->n_section; s++) {
            bool section = true;
            for (size_t i = 0; i < l->n_species; i++) {
                const qh_standard_item *item = qh_standard_item_find(standard, c->constituent[i].item);
                const double value = e.r.statistic[(i * l->n_section + s) * 700 + q];
                const bool met = qh_standard_class_of(standard, item, value) <= c->section[s].target_class;
                assert_int_equal(e.r.item[(i * l->n_section + s) * 700 + q], met);
                section = section && met;
            }
            assert_int_equal(e.r.section[s * 700 + q], section);
            all = all && section;
        }
        /* Ecological flows may be missed on top. */
        assert_true(e.r.whole[q] == 0 || all);
        attained += all;
        missed += !all;
    }
    assert_true(attained + missed == 700 && missed > 0);
    evaluated_free(&e);
    qh_evaluator_destroy(evaluator);
    qh_sweep_plan_destroy(plan);
    plans_end(&p);
}

/* ---- unsteady ---- */

/* Series are those of a run; statistics are those of the series. */
static void test_unsteady(void **state) {
    (void)state;
    plans p;
    plans_begin(&p);
    const qh_setting alone = {"solver.engine", "general"}; /* which gains nothing by lanes */
    p.n_setting = 1;
    p.setting = &alone;
    qh_sweep_plan *plan = plans_good(&p, "tests/cases/unsteady", unsteady);
    qh_evaluator *evaluator = evaluator_of(plan);
    const qh_evaluator_layout *l = qh_evaluator_get_layout(evaluator);
    assert_string_equal(l->method, "run");
    assert_int_equal(l->n_sample, 49);
    assert_int_equal(l->n_frame, 9);
    assert_int_equal(l->judged, QH_STAT_MEAN);
    evaluated e = evaluate(evaluator, 3, 2);
    for (size_t q = 0; q < 2; q++) {
        ran t = plans_run(plan, 3 + q);
        assert_int_equal(t.n_sample, 49);
        double integral = 0, least = INFINITY, most = -INFINITY, day[2] = {0};
        for (size_t k = 0; k < 49; k++) {
            const double value = e.r.series[k * 2 + q];
            assert_true(value == t.section[k]);
            least = fmin(least, value);
            most = fmax(most, value);
            if (k == 0) continue;
            const double part = 0.5 * (value + e.r.series[(k - 1) * 2 + q]);
            integral += part / 48;
            day[(k - 1) / 24] += part / 24;
        }
        const double *row = e.r.statistic + q;
        assert_true(fabs(row[0] - integral) < 1e-12 * most && row[2] == row[0]);
        assert_true(row[4] == least && row[6] == most);
        assert_true(row[8] >= row[0] && row[8] <= most);
        const double limit = 20; /* COD, class III */
        assert_true(row[10] == 0.5 * ((day[0] <= limit) + (day[1] <= limit)));
        ran_free(&t);
    }
    evaluated_free(&e);
    qh_evaluator_destroy(evaluator);
    qh_sweep_plan_destroy(plan);
    plans_end(&p);
}

/* ---- failures ---- */

/* A station that leaves nothing in the river makes a dry reach: that scenario fails, its neighbours do not. */
static void test_failure(void **state) {
    (void)state;
    plans p;
    plans_begin(&p);
    qh_sweep_plan *plan =
        plans_good(&p, RIVER,
                   "design: lists\nvariables:\n"
                   "  - {name: e, change: {release: 嘉禾电站, rule: fixed, eco_flow: $value}, values: [2 "
                   "m3/s, 0 m3/s, 3 m3/s]}\n");
    qh_evaluator *evaluator = evaluator_of(plan);
    const qh_evaluator_layout *l = qh_evaluator_get_layout(evaluator);
    evaluated e = evaluate(evaluator, 0, 3);
    assert_int_equal(e.r.status[0], QH_OK);
    assert_int_equal(e.r.status[1], QH_E_INPUT);
    assert_int_equal(e.r.status[2], QH_OK);
    assert_non_null(strstr(e.r.message[1], "dry"));
    assert_string_equal(e.r.message[0], "");
    for (size_t row = 0; row < l->n_species * l->n_section; row++) {
        assert_true(isnan(e.r.statistic[row * 3 + 1]) && isfinite(e.r.statistic[row * 3]));
        assert_int_equal(e.r.item[row * 3 + 1], QH_NOT_JUDGED);
    }
    assert_int_equal(e.r.whole[1], QH_NOT_JUDGED);
    evaluated_free(&e);
    qh_evaluator_destroy(evaluator);
    qh_sweep_plan_destroy(plan);
    plans_end(&p);
}

static bool stop(void *self, double done) {
    (void)self;
    (void)done;
    return false;
}

static void test_interruption(void **state) {
    (void)state;
    plans p;
    plans_begin(&p);
    qh_sweep_plan *plan = plans_good(&p, RIVER, water);
    qh_evaluator *evaluator = evaluator_of(plan);
    const qh_progress progress = {NULL, stop};
    const qh_evaluation nothing = {0};
    assert_int_equal(qh_evaluator_run(evaluator, 0, 10, &progress, &nothing), QH_E_INTERRUPTED);
    assert_int_equal(qh_evaluator_run(evaluator, 0, 3, NULL, &nothing), QH_OK); /* nothing wanted, nothing written */
    qh_evaluator_destroy(evaluator);
    qh_sweep_plan_destroy(plan);
    plans_end(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_response), cmocka_unit_test(test_steady),       cmocka_unit_test(test_run),
        cmocka_unit_test(test_bits),     cmocka_unit_test(test_verdicts),     cmocka_unit_test(test_unsteady),
        cmocka_unit_test(test_failure),  cmocka_unit_test(test_interruption),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
