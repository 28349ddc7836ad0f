#include "solvers/router_rules.h"

#include "model/release_log.h"
#include "model/structure.h"

qh_status qh_router_rules_create(const qh_case *river_case, qh_arena *arena, qh_router_rules *rules) {
    bool *acts = qh_arena_alloc(arena, river_case->n_rule + 1, sizeof *acts);
    double *setting = qh_arena_alloc(arena, river_case->n_structure + 1, sizeof *setting);
    if (!acts || !setting) return QH_E_NOMEM;
    *rules = (qh_router_rules){.river_case = river_case, .acts = acts, .setting = setting};
    return QH_OK;
}

static bool in_window(const qh_rule *rule, int day) {
    if (rule->from_day == 0) return true;
    if (rule->from_day <= rule->to_day) return day >= rule->from_day && day <= rule->to_day;
    return day >= rule->from_day || day <= rule->to_day;
}

/* Begins at one threshold and goes on until the other. */
static bool by_level(const qh_rule *rule, double level, bool acts) {
    if (!rule->starts_at.given) return true;
    const double start = rule->starts_at.value, end = rule->ends_at.value;
    const bool rising = end < start;
    if (rising ? level >= start : level <= start) return true;
    return acts && (rising ? level >= end : level <= end);
}

static bool by_inflow(const qh_rule *rule, double inflow) {
    return !(rule->inflow_over.given && inflow <= rule->inflow_over.value) &&
           !(rule->inflow_under.given && inflow >= rule->inflow_under.value);
}

static double mean_of(qh_optional constant, const qh_series *series, double start, double end) {
    const qh_value value = {constant.value, series};
    return end > start ? qh_value_mean(&value, start, end) : qh_value_at(&value, start);
}

void qh_router_rules_set(qh_router_rules *rules, size_t k, double level, double inflow, double start, double end) {
    const qh_case *c = rules->river_case;
    const qh_structure *s = &c->structure[k];
    const bool by_flow = qh_structure_find(s->kind)->by_flow;
    const int day = qh_day_at(c, start);
    double setting =
        by_flow ? mean_of(s->flow, s->flow_series, start, end) : mean_of(s->opening, s->opening_series, start, end);
    bool found = false;
    for (size_t i = 0; i < c->n_rule; i++) {
        const qh_rule *rule = &c->rule[i];
        if (rule->structure != k) continue;
        rules->acts[i] = (rules->latched && rules->acts[i]) || by_level(rule, level, rules->acts[i]);
        if (found || !rules->acts[i] || !in_window(rule, day) || !by_inflow(rule, inflow)) continue;
        setting = by_flow ? rule->flow.value : rule->opening.value;
        found = true;
    }
    rules->setting[k] = setting;
}
