#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/trace.h"

#include "cli/messages.h"
#include "cli/table.h"

const char *qh_trace_group_name(const qh_app *app, const qh_trace_group *group) {
    if (group->is_kind) return qh_tr(app->lang, group->name);
    return *group->name ? group->name : qh_tr(app->lang, "(not given)");
}

double qh_trace_share(double part, double whole) { return whole != 0.0 ? part / whole : 0.0; }

static const char *constituent_name(const qh_shown_trace *shown, size_t i) {
    const qh_constituent *c = &shown->analysis->study->river_case->constituent[i];
    return shown->app->lang == QH_ZH ? c->title : c->name;
}

/* ---- sections ---- */

static void section_columns(const qh_shown_trace *shown, qh_table *table) {
    const qh_lang lang = shown->app->lang;
    qh_table_column(table, QH_LEFT, qh_tr(lang, "code"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "source"));
    for (size_t i = 0; i < shown->trace->n_species; i++) {
        char header[256];
        (void)snprintf(header, sizeof header, "%s [mg/L]", constituent_name(shown, i));
        qh_table_column(table, QH_RIGHT, header);
        qh_table_column(table, QH_RIGHT, "%");
    }
}

static bool matters(const qh_trace *t, size_t section, size_t group) {
    for (size_t i = 0; i < t->n_species; i++) {
        const double whole = t->whole[section * t->n_species + i];
        if (fabs(qh_trace_at(t, section, i)[group]) > 5e-7 * fabs(whole)) return true;
    }
    return false;
}

static void limit_row(const qh_shown_trace *shown, qh_table *table, size_t section) {
    qh_table_cell(table, " ");
    qh_table_cell(table, "%s", qh_tr(shown->app->lang, "allowed"));
    for (size_t i = 0; i < shown->trace->n_species; i++) {
        const qh_target *target = qh_target_of(shown->analysis->targets, section, i);
        const double whole = shown->trace->whole[section * shown->trace->n_species + i];
        if (!target->given) {
            qh_table_cell(table, "-");
            qh_table_cell(table, " ");
            continue;
        }
        qh_table_cell(table, "%s %.4g", target->sense > 0 ? "<=" : ">=", target->allowed);
        const bool met = qh_target_met(target, whole);
        qh_table_verdict_cell(table, met, qh_tr(shown->app->lang, met ? "attained" : "missed"));
    }
}

static void print_section(const qh_shown_trace *shown, size_t section) {
    const qh_trace *t = shown->trace;
    const qh_section *s = &shown->analysis->study->river_case->section[section];
    char title[512];
    const char *class_name = shown->analysis->standard->class_name[s->target_class - 1];
    (void)snprintf(title, sizeof title, qh_tr(shown->app->lang, "Section %s %s, target %s"), s->code, s->name,
                   class_name);
    qh_print_part(shown->app, title);
    qh_table *table = qh_table_create(shown->app);
    section_columns(shown, table);
    for (size_t g = 0; g < t->n_group; g++) {
        if (!matters(t, section, g)) continue;
        qh_table_cell(table, "%s", *t->group[g].code ? t->group[g].code : " ");
        qh_table_cell(table, "%s", qh_trace_group_name(shown->app, &t->group[g]));
        for (size_t i = 0; i < t->n_species; i++) {
            const double part = qh_trace_at(t, section, i)[g], whole = t->whole[section * t->n_species + i];
            qh_table_cell(table, "%.4g", part);
            qh_table_cell(table, "%.2f", 100 * qh_trace_share(part, whole));
        }
    }
    qh_table_cell(table, " ");
    qh_table_cell(table, "%s", qh_tr(shown->app->lang, "sum"));
    for (size_t i = 0; i < t->n_species; i++) {
        const double sum = t->sum[section * t->n_species + i], whole = t->whole[section * t->n_species + i];
        qh_table_cell(table, "%.4g", sum);
        qh_table_cell(table, "%.2f", 100 * qh_trace_share(sum, whole));
    }
    limit_row(shown, table, section);
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

/* ---- loads ---- */

static void load_row(qh_table *table, size_t n, const double *load, const double *cut, bool outfalls) {
    for (size_t k = 0; k < n; k++) {
        qh_table_cell(table, "%.4g", QH_TONNES_A_YEAR * load[k]);
        if (outfalls)
            qh_table_cell(table, "%.4g", QH_TONNES_A_YEAR * cut[k]);
        else
            qh_table_cell(table, "-");
    }
}

static void print_loads(const qh_shown_trace *shown) {
    const qh_trace *t = shown->trace;
    const qh_lang lang = shown->app->lang;
    double *sum = qh_need(calloc(2 * t->n_species + 1, sizeof *sum)), *load = sum, *cut = sum + t->n_species;
    qh_print_part(
        shown->app,
        qh_tr(lang,
              "Loads [t/a], and the cut when at each section that misses all outfalls above cut the same percentage"));
    qh_table *table = qh_table_create(shown->app);
    qh_table_column(table, QH_LEFT, qh_tr(lang, "code"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "source"));
    for (size_t i = 0; i < t->n_species; i++) {
        qh_table_column(table, QH_RIGHT, constituent_name(shown, i));
        qh_table_column(table, QH_RIGHT, qh_tr(lang, "cut"));
    }
    for (size_t g = 0; g < t->n_group; g++) {
        const qh_trace_group *group = &t->group[g];
        if (group->is_background) continue;
        qh_table_cell(table, "%s", *group->code ? group->code : " ");
        qh_table_cell(table, "%s", qh_trace_group_name(shown->app, group));
        load_row(table, t->n_species, t->load + g * t->n_species, t->cut + g * t->n_species, group->is_outfalls);
        for (size_t k = 0; k < t->n_species; k++) {
            load[k] += t->load[g * t->n_species + k];
            cut[k] += t->cut[g * t->n_species + k];
        }
    }
    qh_table_cell(table, " ");
    qh_table_cell(table, "%s", qh_tr(lang, "sum"));
    load_row(table, t->n_species, load, cut, true);
    free(sum);
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

static void print_demand(const qh_shown_trace *shown) {
    const qh_trace *t = shown->trace;
    const qh_lang lang = shown->app->lang;
    putchar('\n');
    for (size_t i = 0; i < t->n_species; i++) {
        const qh_trace_cut *d = &t->demand[i];
        const char *name = constituent_name(shown, i);
        const char *code =
            d->section < t->n_section ? shown->analysis->study->river_case->section[d->section].code : "";
        if (!*code)
            printf(qh_tr(lang, "%s: nothing is to be cut\n"), name);
        else if (d->enough)
            printf(qh_tr(lang, "%s: section %s asks for most, a cut of %.1f %%\n"), name, code, 100 * (1 - d->factor));
        else
            printf(qh_tr(lang, "%s: section %s misses its target even without any outfall\n"), name, code);
    }
    /* Round-off: its digits differ from machine to machine, its size does not. */
    const double bound = pow(10, fmax(-12, ceil(log10(shown->analysis->response->sum_error + 1e-300))));
    printf(
        qh_tr(lang,
              "Sum of contributions against a solve of its own: they differ by less than %.0e of the largest value\n"),
        bound);
}

void qh_print_trace(const qh_shown_trace *shown) {
    qh_print_analysis_head(shown->app, shown->analysis, shown->margin);
    for (size_t s = 0; s < shown->trace->n_section; s++)
        if (shown->section_chosen[s]) print_section(shown, s);
    print_loads(shown);
    print_demand(shown);
}
