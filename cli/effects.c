#include "cli/effects.h"

#include <math.h>
#include <stdio.h>

#include "cli/messages.h"
#include "cli/table.h"
#include "io/schema.h"

enum { MOST_ROWS = 60 }; /* more than that nobody reads on a terminal */

/* The unit a quantity is shown in; small flows are those of outfalls. */
static const char *shown_unit(const qh_effect *e) {
    switch (e->dimension) {
    case QH_DIM_FLOW: return e->after < 1.0 && (!e->has_before || e->before < 1.0) ? "m3/d" : "m3/s";
    case QH_DIM_CONCENTRATION: return "mg/L";
    case QH_DIM_LOAD: return "kg/d";
    case QH_DIM_RATE: return "1/d";
    case QH_DIM_VELOCITY: return "m/d";
    default: return qh_dimension_unit(e->dimension);
    }
}

static void number_cells(qh_table *table, const qh_effect *e) {
    const char *symbol = shown_unit(e);
    const qh_unit *unit = qh_unit_find(symbol, e->dimension);
    const double factor = unit ? unit->factor : 1.0;
    if (e->has_before)
        qh_table_cell(table, "%.5g", e->before / factor);
    else
        qh_table_cell(table, "-");
    qh_table_cell(table, "%.5g", e->after / factor);
    qh_table_cell(table, "%s", symbol);
    if (e->has_before && e->before > 0.0 && e->dimension != QH_DIM_TEMPERATURE)
        qh_table_cell(table, "%+.1f %%", 100.0 * (e->after / e->before - 1.0));
    else
        qh_table_cell(table, "-");
}

/* As a scenario's file calls it in the reader's language. */
static void kind_cell(qh_table *table, qh_lang lang, const char *kind) {
    char alias[128] = "";
    const qh_key *key = qh_schema_find_key(qh_schema_find_table("scenario.changes"), kind);
    if (lang == QH_ZH && key) qh_key_alias(key->aliases, sizeof alias, alias);
    qh_table_cell(table, "%s", *alias ? alias : kind);
}

static void limit_cell(qh_table *table, const qh_effect *e) {
    const bool verified = e->confidence[0] == 'V' && e->confidence[1] == '\0';
    if (*e->clause && !verified)
        qh_table_cell(table, "%s [%s]", e->clause, e->confidence);
    else
        qh_table_cell(table, "%s", e->clause);
}

void qh_print_effects(const qh_app *app, const qh_case *river_case) {
    const qh_scenario *scenario = river_case->scenario;
    if (!scenario) return;
    const qh_lang lang = app->lang;
    printf("%s: %s%s%s\n\n", qh_tr(lang, "scenario"), scenario->name, *scenario->title ? "  " : "", scenario->title);
    qh_table *table = qh_table_create(app);
    qh_table_column(table, QH_LEFT, qh_tr(lang, "change"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "of"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "quantity"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "before"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "after"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "unit"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "by"));
    qh_table_column(table, QH_WRAP, qh_tr(lang, "limit"));
    const size_t n = scenario->n_effect < MOST_ROWS ? scenario->n_effect : MOST_ROWS;
    for (size_t i = 0; i < n; i++) {
        const qh_effect *e = &scenario->effect[i];
        kind_cell(table, lang, e->kind);
        qh_table_cell(table, "%s", *e->object ? e->object : qh_tr(lang, "the case"));
        qh_table_cell(table, "%s", qh_tr(lang, e->quantity));
        if (e->is_text) {
            qh_table_cell(table, "%s", e->text_before);
            qh_table_cell(table, "%s", e->text_after);
            qh_table_cell(table, " ");
            qh_table_cell(table, "-");
        } else {
            number_cells(table, e);
        }
        limit_cell(table, e);
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
    if (n < scenario->n_effect) printf(qh_tr(lang, "... and %zu more\n"), scenario->n_effect - n);
    if (scenario->n_effect == 0) puts(qh_tr(lang, "the scenario leaves everything as it is"));
    putchar('\n');
}
