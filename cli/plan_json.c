#include "cli/json_print.h"
#include "cli/plan.h"

static const qh_case *case_of(const qh_shown_plan *shown) { return shown->analysis->study->river_case; }

static void put_limit(const qh_shown_plan *shown, json_t *array, const qh_plan_limit *limit, bool reached) {
    const bool ran = reached && shown->plan->feasible;
    const qh_target *target = qh_target_of(shown->analysis->targets, limit->section, limit->species);
    json_t *o = qh_json_append_object(array);
    qh_json_put(o, "section", json_string(case_of(shown)->section[limit->section].code));
    qh_json_put(o, "constituent", json_string(case_of(shown)->constituent[limit->species].name));
    qh_json_put_real(o, "allowed_mg_L", limit->allowed);
    qh_json_put_real(o, "before_mg_L", limit->before);
    qh_json_put(o, "after_mg_L", ran ? json_real(limit->after) : json_null());
    qh_json_put(o, "attained", ran ? json_boolean(qh_target_met(target, limit->after)) : json_null());
    qh_json_put(o, "reached_by_outfalls", json_boolean(reached));
    qh_json_put(o, "binds", json_boolean(limit->binds));
    qh_json_put_real(o, "price", shown->costs ? limit->price : QH_TONNES_A_YEAR * limit->price);
    qh_json_put_real(o, "short_by_mg_L", limit->short_by);
}

static void put_load(const qh_shown_plan *shown, json_t *array, size_t outfall, size_t species) {
    const qh_plan *plan = shown->plan;
    const size_t q = outfall * plan->n_species + species;
    char level[128];
    json_t *o = qh_json_append_object(array);
    qh_json_put(o, "outfall", json_string(case_of(shown)->outfall[outfall].code));
    qh_json_put(o, "constituent", json_string(case_of(shown)->constituent[species].name));
    qh_json_put_real(o, "before_t_a", QH_TONNES_A_YEAR * plan->before[q]);
    qh_json_put_real(o, "after_t_a", QH_TONNES_A_YEAR * plan->after[q]);
    qh_json_put_real(o, "factor", plan->factor[q]);
    qh_json_put_text(o, "upgrade", qh_plan_level_name(shown, outfall, sizeof level, level));
}

void qh_print_plan_json(const qh_shown_plan *shown) {
    const qh_plan *plan = shown->plan;
    json_t *root = json_object();
    qh_json_put_head(root, shown->analysis, shown->margin);
    qh_json_put(root, "objective", json_string(shown->objective));
    qh_json_put(root, "feasible", json_boolean(plan->feasible));
    qh_json_put(root, "attained", json_boolean(plan->feasible && plan->attained));
    qh_json_put(root, "cost", shown->costs && plan->feasible ? json_real(plan->cost) : json_null());
    json_t *loads = qh_json_array(root, "loads"), *limits = qh_json_array(root, "limits");
    for (size_t j = 0; plan->feasible && j < plan->n_outfall; j++)
        for (size_t k = 0; k < plan->n_species; k++)
            put_load(shown, loads, j, k);
    for (size_t l = 0; l < plan->n_limit; l++)
        put_limit(shown, limits, &plan->limit[l], true);
    for (size_t i = 0; i < plan->n_beyond; i++)
        put_limit(shown, limits, &plan->beyond[i], false);
    qh_json_print(root);
}
