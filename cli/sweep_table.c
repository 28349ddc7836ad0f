#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/sweep.h"
#include "cli/table.h"

/* Failures of one kind fill screens; --json has them all. */
enum { MOST_FAILURES = 5 };

/* Indices below this are left out of the table: they are noise of the sampling. */
static const double LEAST_INDEX = 0.01;

const char *qh_target_class_name(int target_class) {
    static const char *const name[] = {"-", "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ"};
    const int n = (int)(sizeof name / sizeof *name);
    return target_class > 0 && target_class < n ? name[target_class] : name[0];
}

/* ---- what it is ---- */

static void print_head(const qh_shown_sweep *shown) {
    const qh_lang lang = shown->app->lang;
    const qh_sweep_file_info *info = shown->info;
    const qh_sweep_layout *l = &info->layout;
    qh_table *table = qh_table_create(shown->app);
    qh_table_column(table, QH_LEFT, NULL);
    qh_table_column(table, QH_WRAP, NULL);
    qh_table_cell(table, "%s", qh_tr(lang, "plan"));
    qh_table_cell(table, "%s%s%s", l->plan_name, *l->title ? "  " : "", l->title);
    qh_table_cell(table, "%s", qh_tr(lang, "case"));
    qh_table_cell(table, "%s  %s%s%s", l->river_case->name, l->river_case->title, *l->river_case->note ? "  " : "",
                  l->river_case->note);
    qh_table_cell(table, "%s", qh_tr(lang, "scenarios"));
    qh_table_cell(table, qh_tr(lang, "%llu, %s, seed %llu; failed: %zu"), (unsigned long long)l->n_scenario,
                  qh_tr(lang, qh_design_words(l->design)), (unsigned long long)l->seed, info->n_failure);
    qh_table_cell(table, "%s", qh_tr(lang, "computed by"));
    qh_table_cell(table, "%s", qh_tr(lang, qh_method_words(l->path)));
    qh_table_cell(table, "%s", qh_tr(lang, "file"));
    qh_table_cell(table, "%s%s%s", info->path, info->complete ? "" : "  ",
                  info->complete ? "" : qh_tr(lang, "not complete: what is missing counts as nothing below"));
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

static void print_failures(const qh_shown_sweep *shown) {
    const qh_sweep_file_info *info = shown->info;
    for (size_t i = 0; i < info->n_failure && i < MOST_FAILURES; i++)
        printf(qh_tr(shown->app->lang, "scenario %llu failed: %s\n"), (unsigned long long)info->failure[i].scenario,
               info->failure[i].message);
    if (info->n_failure > MOST_FAILURES)
        printf(qh_tr(shown->app->lang, "and %zu more, which --json lists\n"), info->n_failure - MOST_FAILURES);
}

/* ---- attainment ---- */

static void probability_cells(qh_table *table, bool given, const qh_probability *p) {
    if (!given || p->n == 0) {
        qh_table_cell(table, "-");
        qh_table_cell(table, "-");
        return;
    }
    qh_table_cell(table, "%.2f", 100.0 * p->share);
    qh_table_cell(table, "%.2f - %.2f", 100.0 * p->low, 100.0 * p->high);
}

static void value_cells(qh_table *table, const qh_sweep_quantity *q) {
    const double given[] = {q->values.mean, q->values.sd, q->values.quantile[0], q->values.quantile[2],
                            q->values.quantile[4]};
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        if (q->has_values && isfinite(given[i]))
            qh_table_cell(table, "%.4g", given[i]);
        else
            qh_table_cell(table, "-");
    }
}

static void print_attainment(const qh_shown_sweep *shown) {
    const qh_lang lang = shown->app->lang;
    const qh_sweep_summary *summary = shown->summary;
    const qh_case *c = shown->info->layout.river_case;
    qh_table *table = qh_table_create(shown->app);
    qh_table_column(table, QH_LEFT, qh_tr(lang, "code"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "section"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "target"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "item"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "attained [%]"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "interval, 95 %"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "mean"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "sd"));
    qh_table_column(table, QH_RIGHT, "5 %");
    qh_table_column(table, QH_RIGHT, "50 %");
    qh_table_column(table, QH_RIGHT, "95 %");
    for (size_t i = 0; i < summary->n_section * summary->n_species; i++) {
        const qh_sweep_quantity *q = &summary->quantity[i];
        const qh_section *section = &c->section[q->section];
        qh_table_cell(table, "%s", section->code);
        qh_table_cell(table, "%s", section->name);
        qh_table_cell(table, "%s", qh_target_class_name(section->target_class));
        qh_table_cell(table, "%s", c->constituent[q->species].name);
        probability_cells(table, q->has_verdicts, &q->attained);
        value_cells(table, q);
    }
    puts("");
    printf("%s\n", qh_tr(lang, "Attainment by section and item; concentrations in mg/L"));
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

static void print_sections(const qh_shown_sweep *shown) {
    const qh_sweep_summary *summary = shown->summary;
    if (!summary->has_verdicts) return;
    const qh_lang lang = shown->app->lang;
    const qh_case *c = shown->info->layout.river_case;
    qh_table *table = qh_table_create(shown->app);
    qh_table_column(table, QH_LEFT, qh_tr(lang, "code"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "section"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "target"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "attained [%]"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "interval, 95 %"));
    for (size_t s = 0; summary->section && s < summary->n_section; s++) {
        qh_table_cell(table, "%s", c->section[s].code);
        qh_table_cell(table, "%s", c->section[s].name);
        qh_table_cell(table, "%s", qh_target_class_name(c->section[s].target_class));
        probability_cells(table, true, &summary->section[s]);
    }
    qh_table_cell(table, " ");
    qh_table_cell(table, "%s", qh_tr(lang, "the whole network"));
    qh_table_cell(table, " ");
    probability_cells(table, true, &summary->whole);
    puts("");
    printf("%s\n", qh_tr(lang, "All items together; the whole network with ecological flows and withdrawals"));
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

/* ---- sensitivity ---- */

static size_t index_rows(const qh_shown_sweep *shown, qh_table *table, const qh_sweep_quantity *q) {
    const qh_sweep_layout *l = &shown->info->layout;
    size_t n_left_out = 0;
    for (size_t v = 0; v < l->n_variable; v++) {
        const qh_sobol_index *first = &q->indices->first[v], *total = &q->indices->total[v];
        if (!(total->value >= LEAST_INDEX)) {
            n_left_out++;
            continue;
        }
        qh_table_cell(table, "%s", l->river_case->section[q->section].code);
        qh_table_cell(table, "%s", l->river_case->constituent[q->species].name);
        qh_table_cell(table, "%s", l->variable[v].title);
        qh_table_cell(table, "%.3f", first->value);
        qh_table_cell(table, "%.3f - %.3f", first->low, first->high);
        qh_table_cell(table, "%.3f", total->value);
        qh_table_cell(table, "%.3f - %.3f", total->low, total->high);
    }
    return n_left_out;
}

static void print_indices(const qh_shown_sweep *shown) {
    const qh_sweep_summary *summary = shown->summary;
    const size_t n = summary->n_section * summary->n_species;
    if (n == 0 || !summary->quantity[0].indices) return;
    const qh_lang lang = shown->app->lang;
    qh_table *table = qh_table_create(shown->app);
    qh_table_column(table, QH_LEFT, qh_tr(lang, "code"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "item"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "variable"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "first order"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "interval, 95 %"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "total"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "interval, 95 %"));
    size_t n_left_out = 0;
    for (size_t i = 0; i < n; i++)
        n_left_out += index_rows(shown, table, &summary->quantity[i]);
    puts("");
    printf("%s\n",
           qh_tr(lang, "Sobol' indices: the part of the variance that a variable makes alone, and with others"));
    qh_table_print(table, stdout);
    qh_table_destroy(table);
    if (n_left_out > 0)
        printf(qh_tr(lang, "%zu indices below %.2g are left out; --csv and --json have all\n"), n_left_out,
               LEAST_INDEX);
}

void qh_print_sweep(const qh_shown_sweep *shown) {
    print_head(shown);
    print_failures(shown);
    print_attainment(shown);
    print_sections(shown);
    print_indices(shown);
}
