/* The scenarios of a plan: designs, sampling, the changes that values become. Run from the root of the source tree. */
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

#define GOOD "tests/cases/good"

static const char three[] =
    "  - {name: a, change: {design_flow: $value}, distribution: uniform, low: 0.5, high: 1.5}\n"
    "  - {name: b, change: {temperature: $value}, distribution: normal, mean: 15 degC, sd: 2 "
    "degC, low: 8 degC, high: 22 degC}\n"
    "  - {name: c, change: {scale: W1, load: $value}, distribution: loguniform, low: 0.1, high: "
    "10}\n";

static qh_sweep_plan *drawn_plan(plans *p, const char *head) {
    char text[2048];
    (void)snprintf(text, sizeof text, "%s\nvariables:\n%s", head, three);
    return plans_good(p, GOOD, text);
}

static double *values_of(const qh_sweep_plan *plan, uint64_t first, size_t count) {
    qh_sampler *sampler = NULL;
    double *value = calloc(count * plan->n_variable, sizeof *value);
    assert_non_null(value);
    assert_int_equal(qh_sampler_create(plan, &sampler), QH_OK);
    qh_sampler_values(sampler, first, count, value);
    qh_sampler_destroy(sampler);
    return value;
}

/* Coordinate of a value of variable `a` (uniform on 0.5 .. 1.5). */
static double coordinate_a(const double *value) { return value[0] - 0.5; }

static void test_latin_hypercube(void **state) {
    (void)state;
    plans p;
    plans_begin(&p);
    enum { N = 137 };
    qh_sweep_plan *plan = drawn_plan(&p, "design: latin-hypercube\ncount: 137\nseed: 3");
    assert_int_equal(plan->n_scenario, N);
    double *value = values_of(plan, 0, N);
    for (size_t j = 0; j < 3; j += 2) { /* a, and c by its logarithm: one value in each of N ranges */
        unsigned char seen[N + 1] = {0};
        for (size_t i = 0; i < N; i++) {
            const double u = j == 0 ? coordinate_a(value + 3 * i) : (log10(value[3 * i + 2]) + 1) / 2;
            const size_t cell = (size_t)(u * N);
            assert_true(cell < N && !seen[cell]);
            seen[cell] = 1;
        }
    }
    /* The columns are shuffled against one another. */
    double product = 0;
    for (size_t i = 0; i < N; i++)
        product += (coordinate_a(value + 3 * i) - 0.5) * ((log10(value[3 * i + 2]) + 1) / 2 - 0.5);
    assert_true(fabs(product / N * 12) < 4 / sqrt(N));
    free(value);
    qh_sweep_plan_destroy(plan);
    plans_end(&p);
}

/* Any scenario can be asked for alone; another seed gives others. */
static void test_random_access(void **state) {
    (void)state;
    plans p;
    plans_begin(&p);
    static const char *const heads[] = {"design: latin-hypercube\ncount: 50", "design: sobol\ncount: 64",
                                        "design: random\ncount: 50", "design: sobol\ncount: 8\nindices: yes"};
    for (size_t k = 0; k < sizeof heads / sizeof heads[0]; k++) {
        qh_sweep_plan *plan = drawn_plan(&p, heads[k]);
        double *all = values_of(plan, 0, 40);
        for (size_t i = 40; i > 0; i--) {
            double *one = values_of(plan, i - 1, 1);
            assert_memory_equal(one, all + 3 * (i - 1), 3 * sizeof *one);
            free(one);
        }
        char head[128];
        (void)snprintf(head, sizeof head, "%s\nseed: 2", heads[k]);
        qh_sweep_plan *other = drawn_plan(&p, head);
        double *others = values_of(other, 0, 40);
        for (size_t i = 0; i < 120; i++)
            assert_true(others[i] != all[i]);
        free(all);
        free(others);
        qh_sweep_plan_destroy(plan);
        qh_sweep_plan_destroy(other);
    }
    plans_end(&p);
}

/* A shifted net stays a net: 64 points have one in each of 64 cells, in every variable. */
static void test_sobol(void **state) {
    (void)state;
    plans p;
    plans_begin(&p);
    enum { N = 64 };
    qh_sweep_plan *plan = drawn_plan(&p, "design: sobol\ncount: 64");
    double *value = values_of(plan, 0, N);
    unsigned char seen[N + 1] = {0};
    for (size_t i = 0; i < N; i++) {
        const size_t cell = (size_t)(coordinate_a(value + 3 * i) * N);
        assert_true(cell < N && !seen[cell]);
        seen[cell] = 1;
    }
    free(value);
    qh_sweep_plan_destroy(plan);
    plans_end(&p);
}

/* A, B, and A with one column of B each. */
static void test_saltelli(void **state) {
    (void)state;
    plans p;
    plans_begin(&p);
    static const char *const designs[] = {"sobol", "latin-hypercube", "random"};
    for (size_t d = 0; d < 3; d++) {
        char head[128];
        (void)snprintf(head, sizeof head, "design: %s\ncount: 16\nindices: yes", designs[d]);
        qh_sweep_plan *plan = drawn_plan(&p, head);
        assert_int_equal(plan->n_scenario, 16 * 5);
        double *value = values_of(plan, 0, 80);
        for (size_t n = 0; n < 16; n++) {
            const double *a = value + n * 15, *b = a + 3;
            for (size_t j = 0; j < 3; j++) {
                assert_true(a[j] != b[j]);
                for (size_t i = 0; i < 3; i++)
                    assert_true(a[6 + 3 * j + i] == (i == j ? b[i] : a[i]));
            }
        }
        free(value);
        qh_sweep_plan_destroy(plan);
    }
    plans_end(&p);
}

static void test_factorial_and_lists(void **state) {
    (void)state;
    plans p;
    plans_begin(&p);
    static const char variables[] =
        "variables:\n"
        "  - {name: t, change: {temperature: $value}, values: [10 degC, 15 degC, 20 degC]}\n"
        "  - {name: g, change: {upgrade: W1, standard: GB18918-2002, grade: $value}, values: "
        "[1A, 1B, 2]}\n";
    char text[1024];
    (void)snprintf(text, sizeof text, "design: factorial\n%s", variables);
    qh_sweep_plan *plan = plans_good(&p, GOOD, text);
    assert_int_equal(plan->n_scenario, 9);
    double *value = values_of(plan, 0, 9);
    for (size_t i = 0; i < 9; i++) {
        assert_true(value[2 * i] == 10 + 5 * (double)(i / 3));
        assert_true(value[2 * i + 1] == (double)(i % 3));
    }
    assert_string_equal(plan->variable[1].label[2], "2");
    free(value);
    qh_sweep_plan_destroy(plan);
    (void)snprintf(text, sizeof text, "design: lists\n%s", variables);
    plan = plans_good(&p, GOOD, text);
    assert_int_equal(plan->n_scenario, 3);
    value = values_of(plan, 0, 3);
    for (size_t i = 0; i < 3; i++)
        assert_true(value[2 * i] == 10 + 5 * (double)i && value[2 * i + 1] == (double)i);
    free(value);
    qh_sweep_plan_destroy(plan);
    plans_end(&p);
}

/* Units of the header and of the cell; a variable for each source. */
static void test_table(void **state) {
    (void)state;
    plans p;
    plans_begin(&p);
    plans_write(&p, "table.csv", "t,load[W1] [kg/d],load[W2] [t/d],#note\n12 degC,100,0.2,x\n13 degC,300,0.4,y\n");
    qh_sweep_plan *plan = plans_good(&p, GOOD,
                                     "design: table\ntable: table.csv\nvariables:\n"
                                     "  - {name: t, change: {temperature: $value}}\n"
                                     "  - {name: load, change: {set: all, COD: $value}, each: yes}\n");
    assert_int_equal(plan->n_scenario, 2);
    assert_int_equal(plan->n_variable, 3);
    assert_string_equal(plan->variable[2].name, "load[W2]");
    double *value = values_of(plan, 0, 2);
    assert_true(value[0] == 12 && value[3] == 13);
    assert_true(fabs(value[4] - 300e3 / 86400) < 1e-12 && fabs(value[5] - 0.4e6 / 86400) < 1e-12);
    free(value);
    qh_sweep_plan_destroy(plan);
    plans_end(&p);
}

/* Lists under a drawn design: every value comes, equally often but for the ends of the strata. */
static void test_drawn_levels(void **state) {
    (void)state;
    plans p;
    plans_begin(&p);
    qh_sweep_plan *plan =
        plans_good(&p, GOOD,
                   "design: latin-hypercube\ncount: 300\nvariables:\n"
                   "  - {name: t, change: {temperature: $value}, values: [10 degC, 15 degC, 20 degC]}\n");
    double *value = values_of(plan, 0, 300);
    size_t count[3] = {0};
    for (size_t i = 0; i < 300; i++)
        count[(size_t)((value[i] - 10) / 5)]++;
    for (size_t k = 0; k < 3; k++)
        assert_int_equal(count[k], 100);
    free(value);
    qh_sweep_plan_destroy(plan);
    plans_end(&p);
}

static void test_ids(void **state) {
    (void)state;
    plans p;
    plans_begin(&p);
    qh_sweep_plan *plan = drawn_plan(&p, "design: random\ncount: 1000");
    double *value = values_of(plan, 41, 2);
    char first[QH_SCENARIO_ID], again[QH_SCENARIO_ID], next[QH_SCENARIO_ID];
    qh_scenario_id(plan, 41, value, sizeof first, first);
    qh_scenario_id(plan, 41, value, sizeof again, again);
    qh_scenario_id(plan, 42, value + 3, sizeof next, next);
    assert_memory_equal(first, "041-", 4);
    assert_int_equal(strlen(first), 12);
    assert_string_equal(first, again);
    assert_string_not_equal(first + 4, next + 4);
    free(value);
    qh_sweep_plan_destroy(plan);
    plans_end(&p);
}

/* What values become: the case under the composed overlay has them where the plan says. */
static void test_compose(void **state) {
    (void)state;
    plans p;
    plans_begin(&p);
    qh_sweep_plan *plan = plans_good(
        &p, GOOD,
        "design: factorial\nvariables:\n"
        "  - {name: k, change: {kinetics: COD, factor: $value}, values: [0.5, 2]}\n"
        "  - {name: wet, change: [{design_flow: $value}, {scale: W2, flow: $value}], values: [1, 1.5]}\n"
        "  - {name: cod, change: {set: W1, COD: $value}, values: [20 mg/L, 40 mg/L]}\n"
        "  - {name: where, change: {move: W2, reach: R1, chainage: $value}, values: [1 km, 2 km]}\n"
        "  - {name: new, change: {add: N1, reach: R2, chainage: 3 km, flow: $value, COD: 10 mg/L, NH3-N: 1 mg/L}, "
        "values: [100 m3/d, 200 m3/d]}\n");
    assert_true(plan->adds_or_moves);
    assert_int_equal(plan->n_added, 1);
    qh_composer *composer = NULL;
    assert_int_equal(qh_composer_create(plan, &composer), QH_OK);
    double *value = values_of(plan, 31, 1); /* the second of each */
    qh_case *changed = NULL;
    assert_int_equal(qh_overlay_apply(plan->river_case, qh_compose(composer, value), NULL, &changed), QH_OK);
    const qh_case *base = plan->river_case;
    assert_true(fabs(changed->constituent[0].k20 / base->constituent[0].k20 - 2) < 1e-15);
    for (size_t i = 0; i < base->n_override; i++) {
        if (base->override[i].constituent != 0 || !base->override[i].k20.given) continue;
        assert_true(fabs(changed->override[i].k20.value / base->override[i].k20.value - 2) < 1e-15);
    }
    assert_true(fabs(changed->headwater[0].flow / base->headwater[0].flow - 1.5) < 1e-15);
    assert_true(fabs(changed->outfall[1].flow / base->outfall[1].flow - 1.5) < 1e-15);
    assert_true(changed->outfall[0].flow == base->outfall[0].flow);
    assert_true(changed->outfall[0].input[0].value.constant == 40 && !changed->outfall[0].input[0].is_load);
    assert_true(changed->outfall[1].reach == 0 && changed->outfall[1].chainage == 2000);
    assert_int_equal(changed->n_outfall, base->n_outfall + 1);
    assert_true(fabs(changed->outfall[base->n_outfall].flow - 200 / 86400.0) < 1e-15);
    free(value);
    qh_case_destroy(changed);
    qh_composer_destroy(composer);
    qh_sweep_plan_destroy(plan);
    plans_end(&p);
}

/* Whole scenarios as a choice, over a base scenario, on the shipped example. */
static void test_scenarios(void **state) {
    (void)state;
    plans p;
    plans_begin(&p);
    qh_sweep_plan *plan = plans_good(&p, "examples/apengjiang",
                                     "design: factorial\nscenario: 更枯\nvariables:\n"
                                     "  - {name: measure, change: {scenario: $value}, values: [none, 截流]}\n");
    assert_int_equal(plan->n_scenario, 2);
    assert_int_equal(plan->variable[0].level[0].n_change, 0);
    assert_true(plan->variable[0].level[1].n_change > 0);
    assert_int_equal(plan->n_file, 3); /* the plan, and what 截流 is made of */
    qh_composer *composer = NULL;
    assert_int_equal(qh_composer_create(plan, &composer), QH_OK);
    const double value = 1;
    qh_case *changed = NULL;
    assert_int_equal(qh_overlay_apply(plan->river_case, qh_compose(composer, &value), NULL, &changed), QH_OK);
    size_t closed = 0;
    for (size_t i = 0; i < changed->n_outfall; i++)
        closed += strcmp(changed->outfall[i].name, "城区合流制溢流口") == 0 && changed->outfall[i].flow == 0;
    assert_int_equal(closed, 1);
    qh_case_destroy(changed);
    qh_composer_destroy(composer);
    qh_sweep_plan_destroy(plan);
    plans_end(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_latin_hypercube), cmocka_unit_test(test_random_access),
        cmocka_unit_test(test_sobol),           cmocka_unit_test(test_saltelli),
        cmocka_unit_test(test_table),           cmocka_unit_test(test_factorial_and_lists),
        cmocka_unit_test(test_drawn_levels),    cmocka_unit_test(test_ids),
        cmocka_unit_test(test_compose),         cmocka_unit_test(test_scenarios),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
