/* What every entry of a registry must have: a name of its own by which it is found, a title in both languages, a
 * source, and a confidence that docs/standards.md knows. New entries are seen by themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/channel.h"
#include "model/dispersion.h"
#include "model/ecoflow.h"
#include "model/formula.h"
#include "model/kinetics.h"

static void assert_text(const char *name, const char *what, const char *text) {
    if (!text || text[0] == '\0') fail_msg("%s has no %s", name, what);
}

static void assert_translated(const char *name, const char *text) {
    assert_text(name, "text", text);
    if (qh_tr(QH_ZH, text) == text) fail_msg("%s: \"%s\" has no Chinese", name, text);
}

static void assert_confidence(const char *name, const char *confidence) {
    static const char *const known[] = {"V", "V2", "M+", "M~", "M-"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (confidence && strcmp(confidence, known[i]) == 0) return;
    }
    fail_msg("%s: confidence %s is not one of V, V2, M+, M~, M-", name, confidence ? confidence : "is not given and");
}

/* Names are written by users: lower-case words, joined by dashes. */
static void assert_name(const char *name) {
    assert_text("an entry", "name", name);
    assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(name));
}

static void channel_laws(void **state) {
    (void)state;
    size_t n = 0;
    for (; qh_registry_channel[n]; n++) {
        const qh_channel_law *law = qh_registry_channel[n];
        assert_name(law->name);
        assert_ptr_equal(qh_channel_law_find(law->name), law); /* so no two share a name */
        assert_translated(law->name, law->title);
        assert_text(law->name, "source", law->source);
        assert_true(law->check && law->state);
    }
    assert_true(n >= 4);
    assert_null(qh_channel_law_find("no such law"));
    assert_null(qh_channel_law_find(""));
}

static void dispersion_formulas(void **state) {
    (void)state;
    size_t n = 0;
    for (; qh_registry_dispersion[n]; n++) {
        const qh_dispersion_formula *formula = qh_registry_dispersion[n];
        assert_name(formula->name);
        assert_ptr_equal(qh_dispersion_find(formula->name), formula);
        assert_translated(formula->name, formula->title);
        assert_translated(formula->name, formula->range);
        assert_text(formula->name, "equation", formula->equation);
        assert_text(formula->name, "source", formula->source);
        assert_confidence(formula->name, formula->confidence);
        assert_true(formula->coefficient && formula->in_range);
    }
    assert_true(n >= 8);
    assert_null(qh_dispersion_find("no such formula"));
}

static void ecological_flow_rules(void **state) {
    (void)state;
    size_t n = 0;
    for (; qh_registry_ecoflow[n]; n++) {
        const qh_ecoflow_rule *rule = qh_registry_ecoflow[n];
        assert_name(rule->name);
        assert_ptr_equal(qh_ecoflow_find(rule->name), rule);
        assert_translated(rule->name, rule->title);
        assert_text(rule->name, "source", rule->source);
        assert_confidence(rule->name, rule->confidence);
        assert_true(rule->needs && rule->flow);
        assert_true((rule->needs & rule->allows) == 0);
    }
    assert_true(n >= 4);
    assert_null(qh_ecoflow_find("no such rule"));
}

static void quantities(const char *name, size_t n, const qh_formula_quantity *quantity) {
    assert_true(n > 0 && n <= QH_MOST_FORMULA_QUANTITIES);
    for (size_t i = 0; i < n; i++) {
        const qh_formula_quantity *q = &quantity[i];
        assert_text(name, "name of a quantity", q->name);
        assert_translated(name, q->meaning);
        assert_true(q->low == 0 || q->low <= q->high);
        const qh_unit *unit = qh_unit_find(q->unit, q->dimension);
        assert_true(q->dimension == QH_DIM_NONE ? q->unit[0] == '\0' : unit && unit->dimension == q->dimension);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(q->name, quantity[k].name);
    }
}

/* Beside what every entry has: all inputs in the middle of their bounds give finite outputs. */
static void formulas(void **state) {
    (void)state;
    size_t n = 0;
    for (; qh_registry_formula[n]; n++) {
        const qh_formula *formula = qh_registry_formula[n];
        assert_name(formula->name);
        assert_ptr_equal(qh_formula_find(formula->name), formula);
        assert_translated(formula->name, formula->title);
        assert_translated(formula->name, formula->range);
        assert_text(formula->name, "equation", formula->equation);
        assert_text(formula->name, "clause", formula->clause);
        assert_confidence(formula->name, formula->confidence);
        quantities(formula->name, formula->n_input, formula->input);
        quantities(formula->name, formula->n_output, formula->output);
        double input[QH_MOST_FORMULA_QUANTITIES], output[QH_MOST_FORMULA_QUANTITIES];
        for (size_t i = 0; i < formula->n_input; i++)
            input[i] = 1;
        input[0] = 0.4;
        assert_int_equal(formula->evaluate(input, NULL, output), QH_OK);
        for (size_t i = 0; i < formula->n_output; i++)
            assert_true(output[i] - output[i] == 0); /* neither infinite nor NaN */
        qh_constant c;
        for (size_t i = 0; formula->constant && formula->constant(i, &c); i++) {
            assert_translated(formula->name, c.meaning);
            assert_text(formula->name, "clause of a number", c.clause);
            assert_confidence(formula->name, c.confidence);
        }
    }
    assert_true(n >= 10);
}

static void processes(void **state) {
    (void)state;
    size_t n = 0;
    for (; qh_registry_process[n]; n++) {
        const qh_process *process = qh_registry_process[n];
        assert_name(process->name);
        for (size_t i = 0; i < n; i++) {
            assert_string_not_equal(process->name, qh_registry_process[i]->name);
        }
        assert_translated(process->name, process->title);
        assert_text(process->name, "equation", process->equation);
        assert_text(process->name, "source", process->source);
        assert_true(process->rates != NULL);
    }
    assert_true(n >= 2);
}

static void entries_stand_in_the_order_of_their_names(void **state) {
    (void)state;
    for (size_t i = 1; qh_registry_dispersion[i]; i++) {
        assert_true(strcmp(qh_registry_dispersion[i - 1]->name, qh_registry_dispersion[i]->name) < 0);
    }
    for (size_t i = 1; qh_registry_channel[i]; i++) {
        assert_true(strcmp(qh_registry_channel[i - 1]->name, qh_registry_channel[i]->name) < 0);
    }
    for (size_t i = 1; qh_registry_ecoflow[i]; i++) {
        assert_true(strcmp(qh_registry_ecoflow[i - 1]->name, qh_registry_ecoflow[i]->name) < 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(channel_laws),
        cmocka_unit_test(dispersion_formulas),
        cmocka_unit_test(ecological_flow_rules),
        cmocka_unit_test(formulas),
        cmocka_unit_test(processes),
        cmocka_unit_test(entries_stand_in_the_order_of_their_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
