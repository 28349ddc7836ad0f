#include "cli/trade.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/json_print.h"
#include "cli/messages.h"
#include "cli/table.h"

static void print_table(const qh_app *app, const qh_case *c, const qh_trade_rate *rate, size_t count) {
    const qh_lang lang = app->lang;
    qh_table *table = qh_table_create(app);
    qh_table_column(table, QH_LEFT, qh_tr(lang, "item"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "code"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "outfall"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "now [t/a]"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "cut a unit"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "bound by"));
    for (size_t i = 0; i < count; i++) {
        const qh_trade_rate *r = &rate[i];
        if (!(r->available > 0)) continue;
        const qh_constituent *constituent = &c->constituent[r->species];
        qh_table_cell(table, "%s", lang == QH_ZH ? constituent->title : constituent->name);
        qh_table_cell(table, "%s", c->outfall[r->seller].code);
        qh_table_cell(table, "%s", c->outfall[r->seller].name);
        qh_table_cell(table, "%.4g", QH_TONNES_A_YEAR * r->available);
        if (r->covers)
            qh_table_cell(table, "%.4g", r->rate);
        else
            qh_table_cell(table, "%s", qh_tr(lang, "no"));
        qh_table_cell(table, "%s", c->section[r->section].code);
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

static void put_rates(const qh_case *c, json_t *array, const qh_trade_rate *rate, size_t count) {
    for (size_t i = 0; i < count; i++) {
        json_t *o = qh_json_append_object(array);
        qh_json_put(o, "constituent", json_string(c->constituent[rate[i].species].name));
        qh_json_put(o, "outfall", json_string(c->outfall[rate[i].seller].code));
        qh_json_put_real(o, "available_t_a", QH_TONNES_A_YEAR * rate[i].available);
        qh_json_put(o, "covers", json_boolean(rate[i].covers));
        qh_json_put(o, "rate", rate[i].covers ? json_real(rate[i].rate) : json_null());
        qh_json_put(o, "bound_by", json_string(c->section[rate[i].section].code));
    }
}

void qh_print_trades(const qh_app *app, const qh_analysis *analysis, const char *margin, size_t buyer, bool json) {
    const qh_case *c = analysis->study->river_case;
    qh_trade_rate *rate = qh_need(calloc(c->n_outfall * c->n_constituent + 1, sizeof *rate));
    size_t count = 0;
    qh_trade_rates(analysis, buyer, rate, &count);
    if (json) {
        json_t *root = json_object();
        qh_json_put_head(root, analysis, margin);
        qh_json_put(root, "trade", json_string(c->outfall[buyer].code));
        put_rates(c, qh_json_array(root, "rates"), rate, count);
        qh_json_print(root);
    } else {
        qh_print_analysis_head(app, analysis, margin);
        printf(qh_tr(app->lang,
                     "For every unit that %s %s adds, one of these cuts as much, and no section with a target gets "
                     "worse:\n\n"),
               c->outfall[buyer].code, c->outfall[buyer].name);
        print_table(app, c, rate, count);
    }
    free(rate);
}
