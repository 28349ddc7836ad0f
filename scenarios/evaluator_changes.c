/* What the changes of a plan touch. */
#include <string.h>

#include "scenarios/evaluator_internal.h"

typedef bool (*test_of_change)(const qh_change *change);

static bool all_pass(size_t n, const qh_change *change, test_of_change test) {
    for (size_t k = 0; k < n; k++)
        if (!test(&change[k])) return false;
    return true;
}

static bool plan_passes(const qh_sweep_plan *p, test_of_change test) {
    for (size_t j = 0; j < p->n_variable; j++) {
        const qh_plan_variable *v = &p->variable[j];
        if (!all_pass(v->n_change, v->change, test)) return false;
        for (size_t i = 0; v->level && i < v->n_value; i++)
            if (!all_pass(v->level[i].n_change, v->level[i].change, test)) return false;
    }
    return true;
}

static bool is_load(const qh_change *change) {
    const char *kind = change->kind->name;
    const bool load = strcmp(kind, "scale") == 0 || strcmp(kind, "set") == 0 || strcmp(kind, "upgrade") == 0;
    return load && !change->flow_factor.given && !change->flow.given;
}

static bool is_load_or_rate(const qh_change *change) {
    const char *kind = change->kind->name;
    return is_load(change) || strcmp(kind, "kinetics") == 0 || strcmp(kind, "temperature") == 0;
}

bool qh_plan_changes_loads_only(const qh_sweep_plan *plan) { return plan_passes(plan, is_load); }

bool qh_plan_shares_water(const qh_sweep_plan *plan) { return plan_passes(plan, is_load_or_rate); }
