/* The plan of cuts: finds it, makes it a scenario, runs that. */
#include "scenarios/optimise.h"

#include <math.h>
#include <string.h>

#include "scenarios/optimise_internal.h"

bool qh_objective_find(const char *name, qh_objective *objective) {
    static const char *const known[] = {"least-cut", "least-cost", "equal-percent", "equal-concentration"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i], name) != 0) continue;
        *objective = (qh_objective)i;
        return true;
    }
    return false;
}

double qh_plan_level_load(const qh_planner *p, const qh_cost_level *level, size_t species) {
    const qh_outfall *outfall = &p->river_case->outfall[level->outfall];
    const double load = p->before[level->outfall * p->made->n_species + species];
    const qh_discharge_item *item = qh_discharge_item_find(level->standard, p->river_case->constituent[species].item);
    if (!item) return load;
    const qh_optional of_reach = p->river_case->reach[outfall->reach].temperature;
    const double temperature = of_reach.given ? of_reach.value : p->river_case->run.temperature;
    const qh_optional limit = qh_discharge_limit(item, level->grade, temperature);
    return limit.given ? fmin(load, limit.value * outfall->flow) : load;
}

double qh_plan_room(const qh_planner *p, size_t limit, const double *after) {
    const size_t n = p->made->n_species;
    double room = p->limit[limit].room;
    for (size_t j = 0; j < p->made->n_outfall; j++)
        for (size_t k = 0; k < n; k++)
            room += qh_limit_response(p->analysis, &p->limit[limit], j, k) * (p->before[j * n + k] - after[j * n + k]);
    return room;
}

/* ---- before ---- */

static qh_plan_limit plan_limit(const qh_planner *p, size_t section, size_t species) {
    const qh_response *r = p->analysis->response;
    return (qh_plan_limit){.section = section,
                           .species = species,
                           .before = r->whole[species * r->n_section + section],
                           .allowed = qh_target_of(p->analysis->targets, section, species)->allowed};
}

static bool is_limit(const qh_planner *p, size_t section, size_t species) {
    for (size_t l = 0; l < p->n_limit; l++)
        if (p->limit[l].section == section && p->limit[l].species == species) return true;
    return false;
}

/* Targets that miss and that no outfall could mend. */
static qh_status find_beyond(qh_planner *p) {
    const qh_response *r = p->analysis->response;
    qh_plan_limit *beyond = qh_arena_alloc(p->made->arena, r->n_section * r->n_species, sizeof *beyond);
    if (!beyond) return QH_E_NOMEM;
    for (size_t s = 0; s < r->n_section; s++) {
        for (size_t i = 0; i < r->n_species; i++) {
            const qh_target *target = qh_target_of(p->analysis->targets, s, i);
            if (!target->given || is_limit(p, s, i)) continue;
            qh_plan_limit own = plan_limit(p, s, i);
            own.short_by = target->sense * (own.before - own.allowed);
            if (!qh_target_met(target, own.before)) beyond[p->made->n_beyond++] = own;
        }
    }
    p->made->beyond = beyond;
    return QH_OK;
}

static qh_status begin(qh_planner *p) {
    const qh_case *c = p->river_case;
    qh_arena *arena = p->made->arena;
    const size_t n = c->n_constituent, pairs = c->n_outfall * n;
    p->made->n_species = n;
    p->made->n_outfall = c->n_outfall;
    p->limit = qh_arena_alloc(arena, c->n_section * n, sizeof *p->limit);
    p->plan_limit = qh_arena_alloc(arena, c->n_section * n, sizeof *p->plan_limit);
    p->before = qh_arena_alloc(arena, pairs, sizeof *p->before);
    p->after = qh_arena_alloc(arena, pairs, sizeof *p->after);
    p->factor = qh_arena_alloc(arena, pairs, sizeof *p->factor);
    p->level = qh_arena_alloc(arena, c->n_outfall, sizeof *p->level);
    if (!p->limit || !p->plan_limit || !p->before || !p->after || !p->factor || !p->level) return QH_E_NOMEM;
    p->n_limit = qh_limits_find(p->analysis, p->limit);
    for (size_t l = 0; l < p->n_limit; l++)
        p->plan_limit[l] = plan_limit(p, p->limit[l].section, p->limit[l].species);
    for (size_t j = 0; j < c->n_outfall; j++) {
        p->level[j] = p->costs ? p->costs->n_level : 0;
        for (size_t k = 0; k < n; k++)
            p->before[j * n + k] = p->after[j * n + k] = qh_limit_load(p->analysis, j, k);
    }
    return find_beyond(p);
}

/* ---- after ---- */

/* Factors of six decimals, rounded down: what is printed, written and run are the same numbers. */
static void round_factors(const qh_planner *p) {
    const size_t n = p->made->n_species;
    const size_t none = p->costs ? p->costs->n_level : 0;
    for (size_t j = 0; j < p->made->n_outfall; j++) {
        for (size_t k = 0; k < n; k++) {
            const size_t q = j * n + k;
            p->factor[q] = p->before[q] > 0 ? p->after[q] / p->before[q] : 1;
            if (p->level[j] != none) continue; /* an upgrade has the limit's own digits */
            p->factor[q] = p->factor[q] > 1 - 1e-9 ? 1 : fmax(0, floor(1e6 * p->factor[q] + 1e-7) / 1e6);
            p->after[q] = p->factor[q] * p->before[q];
        }
    }
}

static qh_status finish(qh_planner *p) {
    qh_plan *plan = p->made;
    plan->n_limit = p->n_limit;
    plan->limit = p->plan_limit;
    plan->before = p->before, plan->after = p->after, plan->factor = p->factor, plan->level = p->level;
    if (!plan->feasible) return QH_OK;
    round_factors(p);
    for (size_t l = 0; l < p->n_limit; l++)
        p->plan_limit[l].binds = qh_plan_room(p, l, p->after) < 1e-5 * p->limit[l].scale;
    QH_TRY(qh_plan_make_overlay(p));
    return qh_plan_verify(p);
}

static qh_status find_plan(qh_planner *p) {
    QH_TRY(begin(p));
    const bool equal = p->made->objective == QH_EQUAL_PERCENT || p->made->objective == QH_EQUAL_CONCENTRATION;
    QH_TRY(equal ? qh_plan_equally(p) : qh_plan_by_programme(p));
    return finish(p);
}

qh_status qh_plan_create(const qh_analysis *analysis, qh_objective objective, const qh_costs *costs, double most,
                         qh_diag *diag, qh_plan **plan) {
    qh_arena *arena = qh_arena_create();
    qh_plan *made = arena ? qh_arena_alloc(arena, 1, sizeof *made) : NULL;
    if (!made) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    made->arena = arena;
    made->objective = objective;
    qh_planner p = {.analysis = analysis,
                    .river_case = analysis->study->river_case,
                    .costs = objective == QH_LEAST_COST ? costs : NULL,
                    .most = most,
                    .diag = diag,
                    .made = made};
    const qh_status status = find_plan(&p);
    if (status != QH_OK) {
        qh_plan_destroy(made);
        return status;
    }
    *plan = made;
    return QH_OK;
}

void qh_plan_destroy(qh_plan *plan) {
    if (plan) qh_arena_destroy(plan->arena);
}
