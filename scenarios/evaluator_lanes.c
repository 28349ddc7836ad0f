/* Full runs of several scenarios side by side, in the lanes of one solve.
 *
 * Lanes share the water and the grid, which are those of the plan's case, and the engine's steps; loads, boundaries and
 * kinetics are their own. Which scenarios are solved together, and by which engine, follows from the plan: the bits of a
 * result do not depend on who asks for it.
 * Failures   A scenario whose case cannot be made leaves the others their lanes. Where the solve fails, each lane is run
 *            alone: one fails with its own message, the others are what they would have been.
 * Not for    scenarios that differ in their water. */
#include <stdlib.h>

#include "scenarios/evaluator_internal.h"
#include "solvers/engine.h"

/* Fewest units that a plan is cut into: the last of them keep all workers busy. */
enum { LEAST_UNITS = 8 };

size_t qh_lanes_of(const qh_evaluator *e) {
    const qh_case *c = e->plan->river_case;
    qh_forcing *forcing = NULL;
    const qh_engine *engine = NULL;
    if (!qh_plan_shares_water(e->plan) || qh_forcing_create(c, 1, &forcing) != QH_OK) return 1;
    const qh_problem problem = {c, e->prepared->network, e->prepared->flow, e->prepared->grid, forcing};
    size_t lanes = 1;
    if (qh_engine_choose(&problem, c->solver.engine, NULL, &engine) == QH_OK)
        lanes = qh_plan_changes_loads_only(e->plan) ? engine->wide : engine->varied;
    qh_forcing_destroy(forcing);
    if (lanes > QH_MOST_LANES) lanes = QH_MOST_LANES;
    while (lanes > 1 && e->plan->n_scenario < LEAST_UNITS * lanes)
        lanes /= 2;
    return lanes;
}

/* The scenarios of a unit. */
typedef struct unit {
    qh_evaluator *e;
    size_t n;                              /* of them */
    const double *value;                   /* [n][n_variable] */
    const qh_place_of_result *at;          /* [n] */
    size_t n_lane;                         /* those whose case could be made */
    size_t scenario[QH_MOST_LANES];        /* [n_lane], of the unit */
    const qh_case *changed[QH_MOST_LANES]; /* [n_lane] */
} unit;

static bool is_wanted(const qh_place_of_result *at) { return at->results != NULL; }

/* Each scenario's own case. */
static qh_status make_cases(unit *u) {
    for (size_t k = 0; k < u->n; k++) {
        qh_evaluator *e = u->e;
        qh_diag *diag = qh_diag_create(QH_EN);
        qh_case *changed = NULL;
        if (!diag) return QH_E_NOMEM;
        const double *value = u->value + k * e->layout.n_variable;
        const qh_status status = qh_overlay_apply(e->plan->river_case, qh_compose(e->composer, value), diag, &changed);
        if (status == QH_OK) {
            u->scenario[u->n_lane] = k;
            u->changed[u->n_lane++] = changed;
        } else if (status != QH_E_NOMEM && is_wanted(&u->at[k])) {
            qh_fail_scenario(e, status, diag, &u->at[k]);
        }
        qh_diag_destroy(diag);
        if (status == QH_E_NOMEM) return status;
    }
    return QH_OK;
}

static bool any_is_wanted(const unit *u) {
    for (size_t lane = 0; lane < u->n_lane; lane++)
        if (is_wanted(&u->at[u->scenario[lane]])) return true;
    return false;
}

/* All units have the same number of lanes, for which the engines are made: the last scenario fills what is left. */
static size_t fill_up(const unit *u, const qh_case **lane) {
    const size_t n_lane = u->e->layout.unit;
    for (size_t k = 0; k < n_lane; k++)
        lane[k] = u->changed[k < u->n_lane ? k : u->n_lane - 1];
    return n_lane;
}

/* Whether the engine gains by solving these lanes together. */
static bool pays(const qh_engine *engine, const qh_forcing *forcing) {
    if (!qh_forcing_is_uniform(forcing)) return false;
    return (qh_forcing_rates_differ(forcing) ? engine->varied : engine->wide) > 1;
}

/* *solved is false where they had better be run one by one. */
static qh_status solve_together(unit *u, const qh_forcing *forcing, const qh_progress *progress, bool *solved) {
    qh_evaluator *e = u->e;
    const qh_prepared *shared = e->prepared;
    const qh_problem problem = {u->changed[0], shared->network, shared->flow, shared->grid, forcing};
    const qh_engine *engine = NULL;
    qh_recorder r = {.evaluator = e, .n_lane = forcing->n_lane};
    for (size_t lane = 0; lane < u->n_lane; lane++)
        r.at[lane] = &u->at[u->scenario[lane]];
    const qh_sink sink = qh_recorder_sink(&r);
    qh_status status = qh_engine_choose(&problem, u->changed[0]->solver.engine, NULL, &engine);
    if (status == QH_OK && !pays(engine, forcing)) return QH_OK;
    if (status == QH_OK) status = engine->solve(&problem, progress, &sink, NULL);
    if (status == QH_OK) status = qh_recorder_judge(&r, qh_flows_met(shared->flow));
    if (status == QH_E_NOMEM || status == QH_E_INTERRUPTED) return status;
    *solved = status == QH_OK;
    return QH_OK;
}

static qh_status solve_alone(const unit *u, const qh_progress *progress) {
    for (size_t lane = 0; lane < u->n_lane; lane++) {
        const size_t k = u->scenario[lane];
        if (!is_wanted(&u->at[k])) continue;
        if (qh_progress_stop(progress, (double)lane / (double)u->n_lane)) return QH_E_INTERRUPTED;
        QH_TRY(qh_evaluate_run(u->e, u->value + k * u->e->layout.n_variable, &u->at[k]));
    }
    return QH_OK;
}

static qh_status solve_unit(unit *u, const qh_progress *progress) {
    qh_forcing *forcing = NULL;
    bool solved = false;
    QH_TRY(make_cases(u));
    if (!any_is_wanted(u)) return QH_OK;
    const qh_case *lane[QH_MOST_LANES];
    QH_TRY(qh_forcing_create_lanes(fill_up(u, lane), lane, &forcing));
    qh_status status = solve_together(u, forcing, progress, &solved);
    qh_forcing_destroy(forcing);
    if (status == QH_OK && !solved) status = solve_alone(u, progress);
    return status;
}

qh_status qh_evaluate_lanes(qh_evaluator *e, size_t n, const double *value, const qh_place_of_result *at,
                            const qh_progress *progress) {
    unit u = {.e = e, .n = n, .value = value, .at = at};
    const qh_status status = solve_unit(&u, progress);
    for (size_t lane = 0; lane < u.n_lane; lane++)
        qh_case_destroy((qh_case *)u.changed[lane]);
    return status;
}
