#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/assessment.h"
#include "cli/comparison.h"
#include "cli/messages.h"
#include "cli/table.h"

bool qh_comparison_shows(const qh_shown_comparison *shown, const qh_difference *d) {
    if (!shown->missed_only) return true;
    return d->transition != QH_NOT_JUDGED && d->transition != QH_STAYS_ATTAINED;
}

const char *qh_run_label(const qh_app *app, const qh_store_info *info) {
    return *info->scenario ? info->scenario : qh_tr(app->lang, "the case as it is");
}

static void heading(const qh_app *app, const char *text, const char *more) {
    printf(app->color ? "\n\033[1m%s%s\033[0m\n" : "\n%s%s\n", text, more);
}

static const char *class_text(const qh_shown_comparison *shown, int water_class, size_t size, char *buffer) {
    if (water_class < 1) return "-";
    if ((size_t)water_class <= shown->standard->n_class) return shown->standard->class_name[water_class - 1];
    (void)snprintf(buffer, size, qh_tr(shown->app->lang, "worse than %s"),
                   shown->standard->class_name[shown->standard->n_class - 1]);
    return buffer;
}

/* In Chinese the item's or the case's title, else the name that the case gives it. */
static const char *item_name(const qh_shown_comparison *shown, const qh_verdict *v) {
    const qh_stored_constituent *constituent = &shown->run[0].info->constituent[v->constituent];
    if (shown->app->lang != QH_ZH) return constituent->name;
    return v->judged && strcmp(constituent->name, v->item->code) == 0 ? v->item->title_zh : constituent->title;
}

static bool is_good(qh_transition t) { return t != QH_STAYS_MISSED && t != QH_BECOMES_MISSED; }

/* ---- runs ---- */

static void print_runs(const qh_shown_comparison *shown) {
    const qh_lang lang = shown->app->lang;
    const qh_comparison *c = shown->comparison;
    qh_table *table = qh_table_create(shown->app);
    qh_table_column(table, QH_LEFT, qh_tr(lang, "file"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "scenario"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "sections attained"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "now attained"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "now missed"));
    qh_table_column(table, QH_WRAP, qh_tr(lang, "title"));
    for (size_t i = 0; i < c->n_run; i++) {
        const qh_store_info *info = shown->run[i].info;
        qh_table_cell(table, "%s", info->path);
        qh_table_cell(table, "%s", qh_run_label(shown->app, info));
        qh_table_cell(table, "%zu/%zu", c->run[i].n_attained, c->run[i].n_judged);
        if (i == 0) {
            qh_table_cell(table, "-");
            qh_table_cell(table, "-");
        } else {
            qh_table_cell(table, "%zu", c->run[i].n_gained);
            qh_table_cell(table, "%zu", c->run[i].n_lost);
        }
        qh_table_cell(table, "%s", *info->scenario_title ? info->scenario_title : info->case_title);
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

/* ---- one run against the base ---- */

/* A change that the value's own digits do not show is none: solvers leave a last digit open. */
static void change_cells(qh_table *table, const qh_difference *d, double factor) {
    if (d->change == 0.0 || (d->has_ratio && fabs(d->relative) < 5e-5)) {
        qh_table_cell(table, "0");
        qh_table_cell(table, "0.0 %%");
        return;
    }
    qh_table_cell(table, "%+.3g", d->change / factor);
    if (d->has_ratio)
        qh_table_cell(table, "%+.1f %%", 100.0 * d->relative);
    else
        qh_table_cell(table, "-");
}

static void row(const qh_shown_comparison *shown, qh_table *table, const qh_difference *d) {
    const qh_lang lang = shown->app->lang;
    const qh_stored_section *section = &shown->run[0].info->section[d->base->section];
    const double factor = d->base->judged ? d->base->item->factor : 1.0;
    char a[64], b[64], target[64];
    qh_table_cell(table, "%s", section->code);
    qh_table_cell(table, "%s", section->name);
    qh_table_cell(table, "%s", item_name(shown, d->base));
    qh_table_cell(table, "%s", class_text(shown, d->base->target_class, sizeof target, target));
    qh_table_cell(table, "%.4g", d->base->value / factor);
    qh_table_class_cell(table, d->base->actual_class, "%s", class_text(shown, d->base->actual_class, sizeof a, a));
    qh_table_cell(table, "%.4g", d->other->value / factor);
    qh_table_class_cell(table, d->other->actual_class, "%s", class_text(shown, d->other->actual_class, sizeof b, b));
    qh_table_cell(table, "%s", qh_verdict_unit(d->base));
    change_cells(table, d, factor);
    qh_table_verdict_cell(table, is_good(d->transition), qh_tr(lang, qh_transition_name(d->transition)));
}

static void print_run(const qh_shown_comparison *shown, size_t index) {
    const qh_lang lang = shown->app->lang;
    const qh_compared_run *run = &shown->comparison->run[index];
    char title[512];
    (void)snprintf(title, sizeof title, qh_tr(lang, "%s (%s) against %s (%s)"), shown->run[index].info->path,
                   qh_run_label(shown->app, shown->run[index].info), shown->run[0].info->path,
                   qh_run_label(shown->app, shown->run[0].info));
    heading(shown->app, title, "");
    qh_table *table = qh_table_create(shown->app);
    qh_table_column(table, QH_LEFT, qh_tr(lang, "code"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "section"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "item"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "target"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "before"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "class"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "after"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "class"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "unit"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "change"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "by"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "verdict"));
    size_t n = 0;
    for (size_t i = 0; i < shown->comparison->n_difference; i++) {
        if (!qh_comparison_shows(shown, &run->difference[i])) continue;
        row(shown, table, &run->difference[i]);
        n++;
    }
    if (n > 0)
        qh_table_print(table, stdout);
    else
        puts(qh_tr(lang, "no target is missed in either run"));
    qh_table_destroy(table);
}

void qh_print_comparison(const qh_shown_comparison *shown) {
    const qh_standard *standard = shown->standard;
    const qh_lang lang = shown->app->lang;
    printf(qh_tr(lang, "Standard: %s, %s (%s)\n"), standard->code, lang == QH_ZH ? standard->title_zh : standard->title,
           standard->source);
    putchar('\n');
    print_runs(shown);
    for (size_t i = 1; i < shown->comparison->n_run; i++)
        print_run(shown, i);
}
