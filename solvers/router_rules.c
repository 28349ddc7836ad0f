#include "solvers/router_rules.h"

#include <math.h>

#include "model/release_log.h"
#include "model/structure.h"

/* ---- places ---- */

static size_t segment_at(const qh_network *net, size_t reach, double chainage) {
    size_t s = net->reach_first[reach];
    while (s + 1 < net->reach_first[reach + 1] && chainage > net->segment[s].x1)
        s++;
    return s;
}

/* Finds the faces beside the place that rule `i` looks at, and the steady flow there. */
static void place(qh_router_rules *rules, const qh_routing *routing, size_t i) {
    const qh_rule *rule = &rules->river_case->rule[i];
    const qh_grid *grid = routing->grid;
    const size_t s = segment_at(routing->network, rule->at_reach, rule->at_chainage);
    const size_t n = grid->segment_first[s + 1] - grid->segment_first[s];
    const double beyond = rule->at_chainage - routing->network->segment[s].x0;
    const double cells = fmin(fmax(beyond / grid->segment[s].length, 0), (double)n);
    const double above = fmin(floor(cells), (double)(n - 1));
    rules->face[i] = qh_first_face(grid, s) + (size_t)above;
    rules->below[i] = cells - above;
    rules->passes[i] = routing->flow->segment_upstream[s] + routing->flow->segment_lateral[s] * beyond;
}

void qh_router_rules_look(qh_router_rules *rules, const double *face) {
    for (size_t i = 0; i < rules->river_case->n_rule; i++) {
        if (!rules->river_case->rule[i].looks) continue;
        const double *at = &face[rules->face[i]];
        rules->passes[i] = (1 - rules->below[i]) * at[0] + rules->below[i] * at[1];
    }
}

qh_status qh_router_rules_create(const qh_routing *routing, qh_arena *arena, qh_router_rules *rules) {
    const qh_case *c = routing->river_case;
    qh_router_rules made = {.river_case = c,
                            .acts = qh_arena_alloc(arena, c->n_rule + 1, sizeof *made.acts),
                            .setting = qh_arena_alloc(arena, c->n_structure + 1, sizeof *made.setting),
                            .face = qh_arena_alloc(arena, c->n_rule + 1, sizeof *made.face),
                            .below = qh_arena_alloc(arena, c->n_rule + 1, sizeof *made.below),
                            .passes = qh_arena_alloc(arena, c->n_rule + 1, sizeof *made.passes)};
    if (!made.acts || !made.setting || !made.face || !made.below || !made.passes) return QH_E_NOMEM;
    for (size_t i = 0; i < c->n_rule; i++)
        if (c->rule[i].looks) place(&made, routing, i);
    *rules = made;
    return QH_OK;
}

/* ---- conditions ---- */

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

static bool by_place(const qh_router_rules *rules, size_t i) {
    const qh_rule *rule = &rules->river_case->rule[i];
    if (!rule->looks) return true;
    return !(rule->flow_over.given && rules->passes[i] <= rule->flow_over.value) &&
           !(rule->flow_under.given && rules->passes[i] >= rule->flow_under.value);
}

/* ---- settings ---- */

bool qh_router_rules_transfer(qh_router_rules *rules, size_t t, double level, double start, double *flow) {
    const qh_case *c = rules->river_case;
    bool found = false;
    for (size_t i = 0; i < c->n_rule; i++) {
        const qh_rule *rule = &c->rule[i];
        if (!rule->sets_transfer || rule->transfer != t) continue;
        rules->acts[i] = (rules->latched && rules->acts[i]) || by_level(rule, level, rules->acts[i]);
        if (found || !rules->acts[i] || !in_window(rule, qh_day_at(c, start)) || !by_place(rules, i)) continue;
        *flow = rule->flow.value;
        found = true;
    }
    return found;
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
        if (rule->sets_transfer || rule->structure != k) continue;
        rules->acts[i] = (rules->latched && rules->acts[i]) || by_level(rule, level, rules->acts[i]);
        if (found || !rules->acts[i] || !in_window(rule, day)) continue;
        if (!by_inflow(rule, inflow) || !by_place(rules, i)) continue;
        setting = by_flow ? rule->flow.value : rule->opening.value;
        found = true;
    }
    rules->setting[k] = setting;
}
