/* The plan of cuts: what each outfall gives up, which sections bind, and what their limits cost. */
#include <math.h>

#include "viz/report/report_internal.h"

static void put_level(const qh_costs *costs, size_t level, qh_json out) {
    const bool bought = costs && level < costs->n_level;
    const qh_cost_level *const own = bought ? &costs->level[level] : NULL;
    qh_page_text(out, "level", own ? own->standard->grade[own->grade] : "");
    qh_page_text(out, "level_zh", own ? own->standard->grade_zh[own->grade] : "");
    qh_page_text(out, "level_standard", own ? own->standard->code : "");
}

static void put_load(const qh_plan *plan, const qh_costs *costs, const qh_case *c, size_t outfall, size_t species,
                     qh_json array) {
    const size_t at = outfall * plan->n_species + species;
    const double before = plan->before[at], after = plan->after[at], flow = c->outfall[outfall].flow;
    const qh_json out = qh_page_object(array, NULL);
    qh_page_count(out, "outfall", outfall);
    qh_page_text(out, "constituent", c->constituent[species].name);
    qh_page_number(out, "before_ta", QH_REPORT_TONNES * before);
    qh_page_number(out, "after_ta", QH_REPORT_TONNES * after);
    qh_page_number(out, "concentration", flow > 0 ? after / flow : (double)NAN);
    put_level(costs, plan->level[outfall], out);
}

static void put_limit(const qh_analysis *analysis, const qh_plan *plan, const qh_plan_limit *limit, bool reached,
                      qh_json array) {
    const qh_target *const target = qh_target_of(analysis->targets, limit->section, limit->species);
    const bool ran = reached && plan->feasible;
    const double price = plan->objective == QH_LEAST_COST ? limit->price : QH_REPORT_TONNES * limit->price;
    const qh_json out = qh_page_object(array, NULL);
    qh_page_count(out, "section", limit->section);
    qh_page_text(out, "constituent", analysis->study->river_case->constituent[limit->species].name);
    qh_page_bool(out, "at_least", target->sense < 0);
    qh_page_number(out, "allowed", limit->allowed);
    qh_page_number(out, "before", limit->before);
    qh_page_number(out, "after", ran ? limit->after : (double)NAN);
    qh_page_bool(out, "attained", ran && qh_target_met(target, limit->after));
    qh_page_bool(out, "reached", reached);
    qh_page_bool(out, "binds", limit->binds);
    qh_page_number(out, "price", price);
    qh_page_number(out, "short_by", limit->short_by > 0 ? limit->short_by : (double)NAN);
}

static const char *objective_name(qh_objective objective) {
    switch (objective) {
    case QH_LEAST_COST: return "least-cost";
    case QH_EQUAL_PERCENT: return "equal-percent";
    case QH_EQUAL_CONCENTRATION: return "equal-concentration";
    default: return "least-cut";
    }
}

void qh_report_plan(const qh_analysis *analysis, const qh_plan *plan, const qh_costs *costs, qh_json out) {
    const qh_case *const c = analysis->study->river_case;
    const qh_json made = qh_page_object(out, "plan");
    qh_page_text(made, "objective", objective_name(plan->objective));
    qh_page_bool(made, "feasible", plan->feasible);
    qh_page_bool(made, "attained", plan->feasible && plan->attained);
    qh_page_number(made, "cost", costs && plan->feasible ? plan->cost : (double)NAN);
    const qh_json loads = qh_page_array(made, "loads"), limits = qh_page_array(made, "limits");
    for (size_t j = 0; plan->feasible && j < plan->n_outfall; j++) {
        for (size_t k = 0; k < plan->n_species; k++) {
            if (!analysis->targets->is_oxygen[k]) put_load(plan, costs, c, j, k, loads);
        }
    }
    for (size_t i = 0; i < plan->n_limit; i++)
        put_limit(analysis, plan, &plan->limit[i], true, limits);
    for (size_t i = 0; i < plan->n_beyond; i++)
        put_limit(analysis, plan, &plan->beyond[i], false, limits);
}
