#include <stdio.h>

#include "cli/capacity.h"
#include "cli/table.h"

static void tonnes(qh_table *table, bool given, double load) {
    if (given)
        qh_table_cell(table, "%.4g", QH_TONNES_A_YEAR * load);
    else
        qh_table_cell(table, "-");
}

static const qh_case *case_of(const qh_shown_capacity *shown) { return shown->analysis->study->river_case; }

static const char *code_of(const qh_shown_capacity *shown, size_t section) {
    return section < case_of(shown)->n_section ? case_of(shown)->section[section].code : "-";
}

/* ---- sections ---- */

static void section_row(const qh_shown_capacity *shown, qh_table *table, const qh_section_capacity *row) {
    const qh_case *c = case_of(shown);
    const qh_target *target = qh_target_of(shown->analysis->targets, row->section, row->species);
    qh_table_cell(table, "%s", c->section[row->section].code);
    qh_table_cell(table, "%s", c->section[row->section].name);
    qh_table_cell(table, "%s %.4g-%.4g", c->reach[row->reach].name, row->from / 1000, row->to / 1000);
    qh_table_cell(table, "%.4g", target->allowed);
    const double whole = shown->analysis->response->whole[row->species * c->n_section + row->section];
    qh_table_cell(table, "%.4g", whole);
    const bool met = qh_target_met(target, whole);
    qh_table_verdict_cell(table, met, qh_tr(shown->app->lang, met ? "attained" : "missed"));
    qh_table_cell(table, "%.4g", row->initial);
    qh_table_cell(table, "%.4g", row->flow);
    qh_table_cell(table, "%.3g", row->velocity);
    qh_table_cell(table, "%.3g", 86400 * row->rate);
    tonnes(table, true, row->now);
    tonnes(table, true, row->mixed);
    tonnes(table, true, row->one_dimension);
    tonnes(table, true, row->middle);
    tonnes(table, row->network.given, row->network.value);
}

static void print_sections(const qh_shown_capacity *shown, size_t species) {
    const qh_lang lang = shown->app->lang;
    qh_table *table = qh_table_create(shown->app);
    qh_table_column(table, QH_LEFT, qh_tr(lang, "code"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "section"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "stretch [km]"));
    qh_table_column(table, QH_RIGHT, "Cs [mg/L]");
    qh_table_column(table, QH_RIGHT, "C [mg/L]");
    qh_table_column(table, QH_LEFT, qh_tr(lang, "target"));
    qh_table_column(table, QH_RIGHT, "C0 [mg/L]");
    qh_table_column(table, QH_RIGHT, "Q [m3/s]");
    qh_table_column(table, QH_RIGHT, "u [m/s]");
    qh_table_column(table, QH_RIGHT, "K [1/d]");
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "now"));
    qh_table_column(table, QH_RIGHT, "0-D");
    qh_table_column(table, QH_RIGHT, "1-D");
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "mid-reach"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "network"));
    for (size_t i = 0; i < shown->capacity->n_section; i++)
        if (shown->capacity->section[i].species == species) section_row(shown, table, &shown->capacity->section[i]);
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

/* ---- outfalls ---- */

static void outfall_row(const qh_shown_capacity *shown, qh_table *table, const qh_outfall_capacity *row,
                        bool feasible) {
    const qh_outfall *o = &case_of(shown)->outfall[row->outfall];
    qh_table_cell(table, "%s", o->code);
    qh_table_cell(table, "%s", o->name);
    tonnes(table, true, row->now);
    tonnes(table, row->has_next, row->mixed);
    tonnes(table, row->reaches, row->alone);
    qh_table_cell(table, "%s", row->reaches ? code_of(shown, row->binding) : "-");
    tonnes(table, row->reaches, row->equal);
    tonnes(table, row->reaches && feasible, row->largest);
}

static void print_outfalls(const qh_shown_capacity *shown, size_t species) {
    const qh_lang lang = shown->app->lang;
    const qh_species_capacity *whole = &shown->capacity->species[species];
    qh_table *table = qh_table_create(shown->app);
    qh_table_column(table, QH_LEFT, qh_tr(lang, "code"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "outfall"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "now"));
    qh_table_column(table, QH_RIGHT, "0-D");
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "alone"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "bound by"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "same factor"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "largest total"));
    for (size_t i = 0; i < shown->capacity->n_outfall; i++)
        if (shown->capacity->outfall[i].species == species)
            outfall_row(shown, table, &shown->capacity->outfall[i], whole->feasible);
    qh_table_cell(table, " ");
    qh_table_cell(table, "%s", qh_tr(lang, "sum"));
    tonnes(table, true, whole->now);
    qh_table_cell(table, " ");
    qh_table_cell(table, " ");
    qh_table_cell(table, "%s", code_of(shown, whole->binding));
    tonnes(table, true, whole->factor * whole->now);
    tonnes(table, whole->feasible, whole->largest);
    qh_table_print(table, stdout);
    qh_table_destroy(table);
    printf(qh_tr(lang, "Largest common factor on all loads that reach a section: %.4g, bound by %s\n"), whole->factor,
           code_of(shown, whole->binding));
    if (!whole->feasible) puts(qh_tr(lang, "No loads of the outfalls, not even 0, meet all targets: see qinghe trace"));
}

void qh_print_capacity(const qh_shown_capacity *shown) {
    const qh_lang lang = shown->app->lang;
    qh_print_analysis_head(shown->app, shown->analysis, shown->margin);
    puts(qh_tr(lang, "Loads in t/a. Closed forms by GB/T 25173-2010 [M+], of the stretch above the section:"));
    puts(qh_tr(lang,
               "0-D (Cs - C0)(Q + Qp); 1-D (Cs - C0 e^(-KL/u))(Q + Qp); mid-reach (Cs - C0 e^(-KL/u)) e^(KL/2u) Q."));
    puts(qh_tr(lang,
               "Network: by the response of all sections, other outfalls as they are. Negative: even 0 is too much."));
    for (size_t i = 0; i < shown->capacity->n_species; i++) {
        const qh_constituent *constituent = &case_of(shown)->constituent[i];
        if (!shown->capacity->species[i].counts) continue;
        qh_print_part(shown->app, lang == QH_ZH ? constituent->title : constituent->name);
        print_sections(shown, i);
        putchar('\n');
        print_outfalls(shown, i);
    }
}
