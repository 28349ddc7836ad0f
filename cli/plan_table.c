#include <stdio.h>

#include "cli/plan.h"
#include "cli/table.h"

static const qh_case *case_of(const qh_shown_plan *shown) { return shown->analysis->study->river_case; }

static const char *constituent_name(const qh_shown_plan *shown, size_t i) {
    const qh_constituent *c = &case_of(shown)->constituent[i];
    return shown->app->lang == QH_ZH ? c->title : c->name;
}

const char *qh_plan_level_name(const qh_shown_plan *shown, size_t outfall, size_t size, char *buffer) {
    const size_t none = shown->costs ? shown->costs->n_level : 0, level = shown->plan->level[outfall];
    if (level >= none) return NULL;
    const qh_cost_level *own = &shown->costs->level[level];
    (void)snprintf(buffer, size, "%s %s", own->standard->code,
                   shown->app->lang == QH_ZH ? own->standard->grade_zh[own->grade] : own->standard->grade[own->grade]);
    return buffer;
}

/* ---- cuts ---- */

static bool is_cut(const qh_plan *plan, size_t outfall, size_t species) {
    const size_t q = outfall * plan->n_species + species;
    return plan->after[q] < plan->before[q];
}

static void cut_row(const qh_shown_plan *shown, qh_table *table, size_t outfall, size_t species) {
    const qh_plan *plan = shown->plan;
    const qh_outfall *o = &case_of(shown)->outfall[outfall];
    const size_t q = outfall * plan->n_species + species;
    const double before = plan->before[q], after = plan->after[q];
    char level[128];
    const char *name = qh_plan_level_name(shown, outfall, sizeof level, level);
    qh_table_cell(table, "%s", o->code);
    qh_table_cell(table, "%s", o->name);
    qh_table_cell(table, "%s", constituent_name(shown, species));
    qh_table_cell(table, "%.4g", QH_TONNES_A_YEAR * before);
    qh_table_cell(table, "%.4g", QH_TONNES_A_YEAR * after);
    qh_table_cell(table, "%.4g", QH_TONNES_A_YEAR * (before - after));
    qh_table_cell(table, "%.2f", 100 * (1 - after / before));
    if (o->flow > 0)
        qh_table_cell(table, "%.4g", after / o->flow);
    else
        qh_table_cell(table, "-");
    qh_table_cell(table, "%s", name ? name : "-");
}

static void print_cuts(const qh_shown_plan *shown) {
    const qh_lang lang = shown->app->lang;
    const qh_plan *plan = shown->plan;
    qh_table *table = qh_table_create(shown->app);
    qh_table_column(table, QH_LEFT, qh_tr(lang, "code"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "outfall"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "item"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "now [t/a]"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "plan [t/a]"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "cut [t/a]"));
    qh_table_column(table, QH_RIGHT, "%");
    qh_table_column(table, QH_RIGHT, "C [mg/L]");
    qh_table_column(table, QH_LEFT, qh_tr(lang, "upgrade"));
    size_t n = 0;
    for (size_t j = 0; j < plan->n_outfall; j++) {
        for (size_t k = 0; k < plan->n_species; k++) {
            if (!is_cut(plan, j, k)) continue;
            cut_row(shown, table, j, k);
            n++;
        }
    }
    qh_print_part(shown->app, qh_tr(lang, "Plan"));
    if (n > 0)
        qh_table_print(table, stdout);
    else
        puts(qh_tr(lang, "nothing is to be cut"));
    qh_table_destroy(table);
    for (size_t k = 0; k < plan->n_species; k++) {
        double cut = 0, before = 0;
        for (size_t j = 0; j < plan->n_outfall; j++) {
            before += plan->before[j * plan->n_species + k];
            cut += plan->before[j * plan->n_species + k] - plan->after[j * plan->n_species + k];
        }
        if (cut > 0)
            printf(qh_tr(lang, "%s: %.4g of %.4g t/a are cut (%.1f %%)\n"), constituent_name(shown, k),
                   QH_TONNES_A_YEAR * cut, QH_TONNES_A_YEAR * before, 100 * cut / before);
    }
    if (shown->costs) printf(qh_tr(lang, "Cost: %.6g a year\n"), plan->cost);
}

/* ---- sections ---- */

/* A price as the objective has it: money, or t/a, for 1 mg/L more. */
static void price_cell(const qh_shown_plan *shown, qh_table *table, const qh_plan_limit *limit) {
    if (limit->price > 0)
        qh_table_cell(table, "%.4g", shown->costs ? limit->price : QH_TONNES_A_YEAR * limit->price);
    else
        qh_table_cell(table, "-");
}

static void limit_row(const qh_shown_plan *shown, qh_table *table, const qh_plan_limit *limit) {
    const qh_lang lang = shown->app->lang;
    const qh_target *target = qh_target_of(shown->analysis->targets, limit->section, limit->species);
    const bool met = qh_target_met(target, limit->after);
    qh_table_cell(table, "%s", case_of(shown)->section[limit->section].code);
    qh_table_cell(table, "%s", case_of(shown)->section[limit->section].name);
    qh_table_cell(table, "%s", constituent_name(shown, limit->species));
    qh_table_cell(table, "%s %.4g", target->sense > 0 ? "<=" : ">=", limit->allowed);
    qh_table_cell(table, "%.4g", limit->before);
    qh_table_cell(table, "%.4g", limit->after);
    qh_table_verdict_cell(table, met, qh_tr(lang, met ? "attained" : "missed"));
    qh_table_cell(table, "%s", limit->binds ? qh_tr(lang, "binds") : " ");
    price_cell(shown, table, limit);
}

static void print_limits(const qh_shown_plan *shown) {
    const qh_lang lang = shown->app->lang;
    const qh_plan *plan = shown->plan;
    qh_print_part(shown->app, qh_tr(lang, "Sections, by a full run of the plan"));
    qh_table *table = qh_table_create(shown->app);
    qh_table_column(table, QH_LEFT, qh_tr(lang, "code"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "section"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "item"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "allowed"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "now [mg/L]"));
    qh_table_column(table, QH_RIGHT, qh_tr(lang, "plan [mg/L]"));
    qh_table_column(table, QH_LEFT, qh_tr(lang, "verdict"));
    qh_table_column(table, QH_LEFT, "");
    qh_table_column(table, QH_RIGHT,
                    qh_tr(lang, shown->costs ? QH_N("price [cost a mg/L]") : QH_N("price [t/a a mg/L]")));
    for (size_t l = 0; l < plan->n_limit; l++)
        limit_row(shown, table, &plan->limit[l]);
    qh_table_print(table, stdout);
    qh_table_destroy(table);
    puts(qh_tr(lang, plan->attained ? QH_N("The full run attains every target.")
                                    : QH_N("The full run does not attain every target.")));
}

static void print_infeasible(const qh_shown_plan *shown) {
    const qh_lang lang = shown->app->lang;
    const qh_plan *plan = shown->plan;
    const qh_section *section = case_of(shown)->section;
    if (!plan->feasible) {
        qh_print_part(shown->app, qh_tr(lang, "No plan: not even the largest cuts attain every target"));
        for (size_t l = 0; l < plan->n_limit; l++) {
            const qh_plan_limit *own = &plan->limit[l];
            if (!(own->short_by > 0)) continue;
            printf(qh_tr(lang, "section %s %s: %s is still off by %.4g mg/L (allowed %.4g mg/L)\n"),
                   section[own->section].code, section[own->section].name, constituent_name(shown, own->species),
                   own->short_by, own->allowed);
        }
    }
    for (size_t i = 0; i < plan->n_beyond; i++) {
        const qh_plan_limit *own = &plan->beyond[i];
        printf(qh_tr(lang, "section %s %s: no outfall reaches it, %s is off by %.4g mg/L (allowed %.4g mg/L)\n"),
               section[own->section].code, section[own->section].name, constituent_name(shown, own->species),
               own->short_by, own->allowed);
    }
}

void qh_print_plan(const qh_shown_plan *shown) {
    qh_print_analysis_head(shown->app, shown->analysis, shown->margin);
    printf("%s: %s\n", qh_tr(shown->app->lang, "Objective"), shown->objective);
    if (shown->plan->feasible) {
        print_cuts(shown);
        print_limits(shown);
    }
    print_infeasible(shown);
}
