/* qinghe formula: closed formulas of the standards, worked out with their clause. */
#include <stdio.h>
#include <string.h>

#include "cli/json.h"
#include "cli/messages.h"
#include "cli/notes.h"
#include "cli/options.h"
#include "cli/table.h"
#include "io/quantity.h"
#include "model/formula.h"

extern const qh_command qh_command_formula;

enum { MOST_OPERANDS = QH_MOST_FORMULA_QUANTITIES + 8 };

typedef struct request {
    const qh_formula *formula;
    double input[QH_MOST_FORMULA_QUANTITIES];  /* inner units */
    double output[QH_MOST_FORMULA_QUANTITIES]; /* inner units */
    bool json;
} request;

/* A quantity in the unit it is shown in. */
static double shown(const qh_formula_quantity *q, double inner) {
    const qh_unit *unit = q->dimension == QH_DIM_NONE ? NULL : qh_unit_find(q->unit, q->dimension);
    return unit ? inner / unit->factor : inner;
}

/* ---- what is given ---- */

static size_t find_input(const qh_formula *formula, const char *name, size_t length) {
    size_t i = 0;
    while (i < formula->n_input &&
           !(strlen(formula->input[i].name) == length && strncmp(formula->input[i].name, name, length) == 0))
        i++;
    return i;
}

static bool unknown_input(const qh_formula *formula, const char *operand, qh_diag *diag) {
    char known[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < formula->n_input && used < sizeof known; i++)
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", formula->input[i].name);
    qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "'%s' is no input of %s; write name=value, names are %s", operand,
                formula->name, known);
    return false;
}

/* Every name=value, and whether all are there; all that is wrong is told. */
static bool read_inputs(request *r, size_t n, const char *const *operand, qh_diag *diag) {
    const qh_formula *formula = r->formula;
    bool good = true, given[QH_MOST_FORMULA_QUANTITIES] = {false};
    for (size_t k = 0; k < n; k++) {
        const char *equal = strchr(operand[k], '=');
        const size_t i = equal ? find_input(formula, operand[k], (size_t)(equal - operand[k])) : formula->n_input;
        if (i == formula->n_input) {
            good = unknown_input(formula, operand[k], diag);
            continue;
        }
        const qh_formula_quantity *q = &formula->input[i];
        if (given[i]) {
            qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "'%s' is given twice", q->name);
            good = false;
        }
        given[i] = true;
        good = qh_quantity_read(q->name, equal + 1, q->dimension, q->low, q->high, q->low_open, diag, &r->input[i]) &&
               good;
    }
    for (size_t i = 0; i < formula->n_input; i++) {
        if (given[i]) continue;
        const qh_formula_quantity *q = &formula->input[i];
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "'%s' is missing: %s%s%s%s", q->name,
                    qh_tr(qh_diag_lang(diag), q->meaning), q->unit[0] ? " [" : "", q->unit, q->unit[0] ? "]" : "");
        good = false;
    }
    return good;
}

/* ---- what is shown ---- */

static void print_quantities(const qh_app *app, size_t n, const qh_formula_quantity *quantity, const double *value) {
    qh_table *table = qh_table_create(app);
    qh_table_column(table, QH_LEFT, NULL);
    qh_table_column(table, QH_RIGHT, NULL);
    qh_table_column(table, QH_LEFT, NULL);
    qh_table_column(table, QH_WRAP, NULL);
    for (size_t i = 0; i < n; i++) {
        qh_table_cell(table, "  %s", quantity[i].name);
        if (value)
            qh_table_cell(table, "%.6g", shown(&quantity[i], value[i]));
        else
            qh_table_cell(table, "%s", "");
        qh_table_cell(table, "%s", quantity[i].unit);
        qh_table_cell(table, "%s", qh_tr(app->lang, quantity[i].meaning));
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

static void print_source(const qh_app *app, const qh_formula *formula) {
    printf("\n%s\n", formula->equation);
    printf(qh_tr(app->lang, "\nSource: %s (%s: %s)\nHolds for: %s\n"), formula->clause, formula->confidence,
           qh_tr(app->lang, qh_confidence_text(formula->confidence)), qh_tr(app->lang, formula->range));
    qh_constant c;
    for (size_t i = 0; formula->constant && formula->constant(i, &c); i++)
        printf("  %s = %.6g %s: %s; %s (%s)\n", c.name, c.value, c.unit, qh_tr(app->lang, c.meaning), c.clause,
               c.confidence);
}

static void print_inputs_asked(const qh_app *app, const qh_formula *formula) {
    printf("%s: %s\n", formula->name, qh_tr(app->lang, formula->title));
    print_source(app, formula);
    printf("\n%s\n", qh_tr(app->lang, "Inputs, as name=value with a unit:"));
    print_quantities(app, formula->n_input, formula->input, NULL);
    printf("%s\n", qh_tr(app->lang, "Results:"));
    print_quantities(app, formula->n_output, formula->output, NULL);
}

static void print_text(const qh_app *app, const request *r) {
    const qh_formula *formula = r->formula;
    printf("%s\n", qh_tr(app->lang, formula->title));
    print_quantities(app, formula->n_output, formula->output, r->output);
    printf("%s\n", qh_tr(app->lang, "with"));
    print_quantities(app, formula->n_input, formula->input, r->input);
    print_source(app, formula);
}

static void put_quantities(json_t *object, const char *key, size_t n, const qh_formula_quantity *quantity,
                           const double *value) {
    json_t *list = qh_json_object(object, key);
    for (size_t i = 0; i < n; i++) {
        json_t *q = qh_json_object(list, quantity[i].name);
        qh_json_number(q, "value", true, shown(&quantity[i], value[i]));
        qh_json_text(q, "unit", quantity[i].unit);
    }
}

static void print_json(const request *r) {
    const qh_formula *formula = r->formula;
    json_t *root = qh_need(json_object());
    qh_json_text(root, "formula", formula->name);
    put_quantities(root, "result", formula->n_output, formula->output, r->output);
    put_quantities(root, "input", formula->n_input, formula->input, r->input);
    qh_json_text(root, "equation", formula->equation);
    qh_json_text(root, "clause", formula->clause);
    qh_json_text(root, "confidence", formula->confidence);
    json_t *constants = qh_json_object(root, "constants");
    qh_constant c;
    for (size_t i = 0; formula->constant && formula->constant(i, &c); i++) {
        json_t *number = qh_json_object(constants, c.name);
        qh_json_number(number, "value", true, c.value);
        qh_json_text(number, "unit", c.unit);
        qh_json_text(number, "clause", c.clause);
        qh_json_text(number, "confidence", c.confidence);
    }
    (void)json_dumpf(root, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
    fputc('\n', stdout);
    json_decref(root);
}

static void list_formulas(const qh_app *app) {
    qh_table *table = qh_table_create(app);
    qh_table_column(table, QH_LEFT, qh_tr(app->lang, "name"));
    qh_table_column(table, QH_LEFT, qh_tr(app->lang, "formula"));
    qh_table_column(table, QH_WRAP, qh_tr(app->lang, "source"));
    for (size_t i = 0; qh_registry_formula[i]; i++) {
        const qh_formula *formula = qh_registry_formula[i];
        qh_table_cell(table, "%s", formula->name);
        qh_table_cell(table, "%s", qh_tr(app->lang, formula->title));
        qh_table_cell(table, "%s (%s)", formula->clause, formula->confidence);
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

/* ---- the command ---- */

static int no_formula(const qh_app *app, const char *name) {
    const char *names[64];
    size_t n = 0;
    for (; n < sizeof names / sizeof *names && qh_registry_formula[n]; n++)
        names[n] = qh_registry_formula[n]->name;
    const char *closest = qh_closest(name, n, names);
    if (closest)
        return qh_wrong_use(app, "formula", qh_tr(app->lang, "there is no formula '%s'; did you mean '%s'?"), name,
                            closest);
    return qh_wrong_use(app, "formula", qh_tr(app->lang, "there is no formula '%s'"), name);
}

static int work_out(const qh_app *app, request *r, size_t n, const char *const *operand) {
    qh_diag *diag = qh_need(qh_diag_create(app->lang));
    qh_status status = read_inputs(r, n, operand, diag) ? QH_OK : QH_E_USAGE;
    if (status == QH_OK) status = r->formula->evaluate(r->input, diag, r->output);
    int code = 0;
    if (status != QH_OK) {
        code = qh_fail(app, diag, status);
    } else {
        qh_print_messages(diag);
        if (r->json)
            print_json(r);
        else
            print_text(app, r);
    }
    qh_diag_destroy(diag);
    return code;
}

static int formula_main(const qh_app *app, int argc, char **argv) {
    request r = {.formula = NULL};
    const qh_option table[] = {
        {0, "json", NULL, QH_N("print JSON"), NULL, NULL, &r.json, NULL, NULL},
    };
    const qh_usage usage = {
        .command = &qh_command_formula,
        .description = QH_N(
            "Works out a closed formula of HJ 2.3-2018, Annex E, or of GB/T 25173-2010 and prints the result with\n"
            "its equation, clause and confidence. Without a name: all formulas. With a name alone: what it takes."),
        .examples = "qinghe formula\n"
                    "qinghe formula steady-1d\n"
                    "qinghe formula mixing Qp=1m3/s Cp=100mg/L Qh=3m3/s Ch=15mg/L\n"
                    "qinghe formula load-1d Cs=20mg/L C0=15mg/L Q=7.3m3/s Qp=0.2m3/s u=0.3m/s K=0.2/d L=8km",
        .exit_codes = "02",
        .min_operands = 0,
        .max_operands = MOST_OPERANDS,
        .n_option = sizeof table / sizeof *table,
        .option = table,
    };
    const char *operand[MOST_OPERANDS] = {NULL};
    size_t n_operand = 0;
    const int code = qh_options_parse(app, &usage, argc, argv, operand, &n_operand);
    if (code >= 0) return code;
    if (n_operand == 0) {
        list_formulas(app);
        return 0;
    }
    r.formula = qh_formula_find(operand[0]);
    if (!r.formula) return no_formula(app, operand[0]);
    if (n_operand == 1) {
        print_inputs_asked(app, r.formula);
        return 0;
    }
    return work_out(app, &r, n_operand - 1, operand + 1);
}

const qh_command qh_command_formula = {
    .name = "formula",
    .arguments = "[NAME [KEY=VALUE]...] [--json]",
    .summary = QH_N("work out a closed formula of HJ 2.3-2018 or GB/T 25173-2010"),
    .order = 70,
    .main = formula_main,
};
