/* What is said of bad plans: every problem at once, with line and column. Run from the root of the source tree. Line 1 of
 * each plan is `case: tests/cases/good` unless it says another; what follows is the text below. */
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
#define LHS  "design: latin-hypercube\ncount: 10\n"

typedef struct bad {
    const char *name, *text;
    const char *said[8]; /* lines of the messages, the path before line:column left out; NULL past the end */
} bad;

static const bad bad_plans[] = {
    {"unknown outfall",
     LHS "variables:\n  - {name: w, change: {scale: W9, load: $value}, distribution: uniform, low: 0, high: 1}\n",
     {"5:31: error: 'scale' is 'W9', but there is no such outfall; did you mean 'W1'?"}},
    {"empty range",
     LHS "variables:\n  - {name: q, change: {design_flow: $value}, distribution: uniform, low: 2, high: 2}\n",
     {"5:60: error: the distribution 'uniform' is not possible: the range is empty: the lower bound must be below the "
      "upper one"}},
    {"singular distribution",
     LHS
     "variables:\n  - {name: t, change: {temperature: $value}, distribution: normal, mean: 15 degC, sd: 0 degC, low: "
     "10 degC, high: 20 degC}\n",
     {"5:60: error: the distribution 'normal' is not possible: the standard deviation must be over 0; a fixed value "
      "needs "
      "no variable"}},
    {"missing key of a change",
     LHS "variables:\n  - {name: m, change: {move: W1, chainage: $value}, values: [1 km, 2 km]}\n",
     {"5:23: error: 'reach' is missing"}},
    {"unknown key of a change",
     LHS "variables:\n  - {name: m, change: {scale: W1, lod: $value}, values: [1, 2]}\n",
     {"5:35: error: unknown key 'lod'; did you mean 'load'?"}},
    {"count 0",
     "design: random\ncount: 0\nvariables:\n  - {name: q, change: {design_flow: $value}, values: [1]}\n",
     {"3:8: error: 'count' is 0; allowed is: from 1 to 1e+09"}},
    {"count missing",
     "design: sobol\nvariables:\n  - {name: q, change: {design_flow: $value}, values: [1]}\n",
     {"1:1: error: 'count' is missing: the design 'sobol' needs it"}},
    {"count too much",
     "design: lists\ncount: 3\nvariables:\n  - {name: q, change: {design_flow: $value}, values: [1]}\n",
     {"3:8: error: the design 'lists' counts its scenarios itself; leave 'count' out"}},
    {"name twice",
     LHS "variables:\n  - {name: q, change: {design_flow: $value}, values: [1]}\n"
         "  - {name: q, change: {temperature: $value}, values: [1 degC]}\n",
     {"6:5: error: variable 'q' stands already in line 5"}},
    {"out of the key's range",
     LHS "variables:\n  - {name: t, change: {temperature: $value}, values: [10 degC, 50 degC]}\n",
     {"5:64: error: 't' is 50 degC; allowed is: from 0 to 45 degC"}},
    {"no upper bound",
     LHS "variables:\n  - {name: q, change: {design_flow: $value}, distribution: lognormal, mean: 1, sd: 0.2}\n",
     {"5:60: error: the distribution 'lognormal' has no upper bound, but 'design_flow' takes at most 1000: give "
      "'high'"}},
    {"bounds of a normal are needed",
     LHS "variables:\n  - {name: t, change: {temperature: $value}, distribution: normal, mean: 15 degC, sd: 2 degC}\n",
     {"5:5: error: 'low' is missing: the distribution 'normal' needs it",
      "5:5: error: 'high' is missing: the distribution 'normal' needs it"}},
    {"a parameter too much",
     LHS
     "variables:\n  - {name: q, change: {design_flow: $value}, distribution: uniform, low: 0.5, high: 2, mean: 1}\n",
     {"5:94: error: the distribution 'uniform' has no 'mean'"}},
    {"unit of something else",
     LHS "variables:\n  - {name: t, change: {temperature: $value}, distribution: uniform, low: 5 degC, high: 3 km}\n",
     {"5:88: error: 'high' is in km, a unit of length; a unit of temperature was expected: degC"}},
    {"concentration and load",
     LHS "variables:\n  - {name: w, change: {set: W1, COD: $value}, values: [10 mg/L, 20 kg/d]}\n",
     {"5:65: error: 'w' is '20 kg/d', a load, where a concentration was expected as in the values before"}},
    {"no placeholder",
     LHS "variables:\n  - {name: q, change: {design_flow: 0.8}, values: [1]}\n",
     {"5:23: error: the change has no $value: write it where the value stands"}},
    {"a distribution of texts",
     LHS
     "variables:\n  - {name: g, change: {upgrade: W1, standard: GB18918-2002, grade: $value}, distribution: uniform, "
     "low: 0, high: 1}\n",
     {"5:91: error: $value stands for no number here: give values"}},
    {"a distribution in a list design",
     "design: factorial\nvariables:\n  - {name: q, change: {design_flow: $value}, distribution: uniform, low: 0.5, "
     "high: "
     "1}\n",
     {"4:60: error: the design 'factorial' takes lists of values, no distributions"}},
    {"neither",
     LHS "variables:\n  - {name: q, change: {design_flow: $value}}\n",
     {"5:5: error: the variable has neither values nor a distribution"}},
    {"unequal lists",
     "design: lists\nvariables:\n  - {name: q, change: {design_flow: $value}, values: [1, 2]}\n"
     "  - {name: t, change: {temperature: $value}, values: [1 degC]}\n",
     {"5:5: error: 't' has 1 values, 'q' has 2; lists side by side must be as long"}},
    {"scenario that is not there",
     LHS "variables:\n  - {name: s, change: {scenario: $value}, values: [none, x]}\n",
     {"error: there is no scenario 'x': the case folder has no file scenarios/x.yaml",
      "5:58: error: 's' is 'x', a scenario that cannot be used"}},
    {"unknown grade",
     LHS "variables:\n  - {name: g, change: {upgrade: W1, standard: GB18918-2002, grade: $value}, values: [1A, 9]}\n",
     {"5:90: error: 'grade' cannot be '9'; grades of GB18918-2002 are 1A, 1B, 2, 3"}},
    {"design",
     "design: sobl\ncount: 4\nvariables:\n  - {name: q, change: {design_flow: $value}, values: [1]}\n",
     {"2:9: error: 'design' cannot be 'sobl'; it is one of factorial, lists, table, latin-hypercube, sobol, random"}},
    {"keep",
     LHS "keep: [all]\nvariables:\n  - {name: q, change: {design_flow: $value}, values: [1]}\n",
     {"4:8: error: 'keep' can be statistics, verdicts, series and fields"}},
    {"indices of a list design",
     "design: lists\nindices: yes\nvariables:\n  - {name: q, change: {design_flow: $value}, values: [1]}\n",
     {"1:1: error: Sobol's indices need a design that draws: latin-hypercube, sobol or random"}},
    {"nothing varies", LHS "variables: []\n", {"4:12: error: the plan varies nothing: 'variables' is empty"}},
    {"table where there is none",
     LHS "table: a.csv\nvariables:\n  - {name: q, change: {design_flow: $value}, values: [1]}\n",
     {"4:8: error: 'table' goes with the design table"}},
    {"each of no sources",
     LHS "variables:\n  - {name: q, change: {design_flow: $value}, values: [1, 2], each: yes}\n",
     {"5:68: error: 'each' goes with one change of sources by a number"}},
    {"everything at once",
     "design: random\nseeds: 3\ncount: many\nvariables:\n"
     "  - {name: q, change: {design_flow: $value}, distribution: uniform, low: -1, high: 2}\n"
     "  - {name: w, change: {scale: W9, load: $value}, values: [1]}\n",
     {"3:1: error: unknown key 'seeds'; did you mean 'seed'?",
      "4:8: error: 'count' is 'many'; a whole number was expected",
      "6:74: error: 'low' is -1; allowed is: over 0 and at most 1000",
      "7:31: error: 'scale' is 'W9', but there is no such outfall; did you mean 'W1'?"}},
};

/* The part of a line behind the file's name. */
static const char *without_file(const char *line) {
    const size_t length = strlen("plan.yaml:");
    return strncmp(line, "plan.yaml:", length) == 0 ? line + length : line;
}

static void show(const char *name, qh_diag *diag) {
    for (size_t i = 0; i < qh_diag_size(diag); i++)
        print_message("%s: %s\n", name, qh_diag_line(diag, i));
}

static void test_bad_plans(void **state) {
    (void)state;
    plans p;
    plans_begin(&p);
    bool good = true;
    for (size_t k = 0; k < sizeof bad_plans / sizeof bad_plans[0]; k++) {
        const bad *b = &bad_plans[k];
        qh_sweep_plan *plan = NULL;
        const qh_status status = plans_read(&p, GOOD, b->text, &plan);
        size_t n_said = 0;
        while (n_said < 8 && b->said[n_said])
            n_said++;
        bool same = status == QH_E_INPUT && !plan && qh_diag_size(p.diag) == n_said;
        for (size_t i = 0; same && i < n_said; i++)
            same = strstr(without_file(qh_diag_line(p.diag, i)), b->said[i]) != NULL;
        if (!same) show(b->name, p.diag);
        good = good && same;
        qh_sweep_plan_destroy(plan);
    }
    assert_true(good);
    plans_end(&p);
}

static void test_bad_tables(void **state) {
    (void)state;
    static const struct {
        const char *table, *said;
    } tables[] = {
        {"t,x\n10 degC,1\n", "the table has no column 'q'"},
        {"t,q,extra\n10 degC,1,5\n", "table.csv:1:5: error: no variable is called 'extra'"},
        {"t,q\n", "table.csv: the table is empty"},
        {"t,q\n10 degC,\n", "table.csv:2:9: error: 'q' is empty; a value is required"},
        {"t,q\n10 degC,much\n", "table.csv:2:9: error: 'q' is 'much'; a number was expected"},
        {"t [km],q\n10,1\n",
         "table.csv:2:1: error: 't' is in km, a unit of length; a unit of temperature was expected"},
        {"t [degC],q\n10,1\n60,1\n", "table.csv:3:1: error: 't' is 60 degC; allowed is"},
    };
    plans p;
    plans_begin(&p);
    for (size_t k = 0; k < sizeof tables / sizeof tables[0]; k++) {
        plans_write(&p, "table.csv", tables[k].table);
        qh_sweep_plan *plan = NULL;
        assert_int_equal(plans_read(&p, GOOD,
                                    "design: table\ntable: table.csv\nvariables:\n"
                                    "  - {name: t, change: {temperature: $value}}\n"
                                    "  - {name: q, change: {design_flow: $value}}\n",
                                    &plan),
                         QH_E_INPUT);
        bool found = false;
        for (size_t i = 0; i < qh_diag_size(p.diag); i++)
            found = found || strstr(qh_diag_line(p.diag, i), tables[k].said);
        if (!found) show(tables[k].said, p.diag);
        assert_true(found);
    }
    plans_end(&p);
}

static void test_no_plan(void **state) {
    (void)state;
    qh_sweep_plan *plan = NULL;
    assert_int_equal(qh_sweep_plan_read("/nowhere/plan.yaml", 0, NULL, NULL, &plan), QH_E_IO);
    assert_null(plan);
}

static void test_empirical(void **state) {
    (void)state;
    plans p;
    plans_begin(&p);
    plans_write(&p, "table.csv", "day,flow [m3/d]\n1,300\n2,100\n3,200\n");
    qh_sweep_plan *plan = plans_good(
        &p, GOOD,
        LHS "variables:\n  - {name: q, change: {set: W2, flow: $value}, distribution: empirical, file: "
            "table.csv, column: flow}\n"
            "  - {name: t, change: {temperature: $值}, distribution: empirical, values: [9 degC, 8 degC]}\n");
    const qh_distribution *d = &plan->variable[0].distribution;
    assert_int_equal(d->n_value, 3);
    assert_true(d->value[0] == 100 / 86400.0 && d->value[2] == 300 / 86400.0);
    assert_string_equal(plan->variable[0].unit, "m3/d");
    assert_true(plan->variable[1].distribution.value[0] == 8);
    assert_int_equal(plan->n_file, 2);
    qh_sweep_plan_destroy(plan);
    plans_end(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_plans),
        cmocka_unit_test(test_bad_tables),
        cmocka_unit_test(test_no_plan),
        cmocka_unit_test(test_empirical),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
