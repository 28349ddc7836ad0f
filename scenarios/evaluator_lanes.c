/* Full runs of several scenarios side by side, in the lanes of one solve.
 *
 * Lanes share the cells and the engine's steps; loads, boundaries and kinetics are their own, and the water too where the
 * engine takes it (qh_engine.apart): else a plan that changes the water has no lanes. Which scenarios are solved together, and by
 * which engine, follows from the plan: the bits of a result do not depend on who asks for it.
 * Failures   A scenario whose case cannot be made leaves the others their lanes. Where the solve fails, each lane is run
 *            alone: one fails with its own message, the others are what they would have been.
 * Not for    scenarios that differ in where outfalls lie. */
#include <stdlib.h>

#include "scenarios/evaluator_internal.h"
#include "solvers/engine.h"

/* Fewest units that a plan is cut into: the last of them keep all workers busy. */
enum { LEAST_UNITS = 8 };

/* The engine that a run of the case takes. */
static qh_status engine_of(const qh_case *c, const qh_network *network, const qh_flow *flow, const qh_grid *grid,
                           const qh_engine **engine) {
    qh_forcing *forcing = NULL;
    QH_TRY(qh_forcing_create(c, 1, &forcing));
    const qh_problem problem = {.river_case = c, .network = network, .flow = flow, .grid = grid, .forcing = forcing};
    const qh_status status = qh_engine_choose(&problem, c->solver.engine, NULL, engine);
    qh_forcing_destroy(forcing);
    return status;
}

size_t qh_lanes_of(const qh_evaluator *e) {
    const qh_case *c = e->plan->river_case;
    const qh_engine *engine = NULL;
    if (e->plan->adds_or_moves) return 1;
    if (engine_of(c, e->prepared->network, e->prepared->flow, e->prepared->grid, &engine) != QH_OK) return 1;
    size_t lanes = engine->apart;
    if (qh_plan_shares_water(e->plan)) lanes = engine->varied;
    if (qh_plan_changes_loads_only(e->plan)) lanes = engine->wide;
    if (lanes > QH_MOST_LANES) lanes = QH_MOST_LANES;
    while (lanes > 1 && e->plan->n_scenario < LEAST_UNITS * lanes)
        lanes /= 2;
    return lanes;
}

/* The scenarios of a unit. */
typedef struct unit {
    qh_evaluator *e;
    bool apart;                     /* each has its own water */
    size_t n;                       /* scenarios */
    const double *value;            /* [n][n_variable] */
    const qh_place_of_result *at;   /* [n] */
    size_t n_lane;                  /* those whose case could be made */
    size_t scenario[QH_MOST_LANES]; /* [n_lane], of the unit */
    /* [n_lane], then those of the last scenario once more in all lanes of the unit: */
    qh_case *changed[QH_MOST_LANES];
    qh_flow *flow[QH_MOST_LANES]; /* where they share the water that of the plan's case */
    qh_grid *grid[QH_MOST_LANES]; /* likewise */
} unit;

static bool is_wanted(const qh_place_of_result *at) { return at->results != NULL; }

/* Case, flow and grid of scenario k into the next lane. */
static qh_status make_lane(unit *u, size_t k, qh_diag *diag) {
    const qh_evaluator *e = u->e;
    const qh_network *network = e->prepared->network;
    const size_t lane = u->n_lane;
    const double *value = u->value + k * e->layout.n_variable;
    QH_TRY(qh_overlay_apply(e->plan->river_case, qh_compose(e->composer, value), diag, &u->changed[lane]));
    const qh_case *c = u->changed[lane];
    u->scenario[lane] = k;
    u->flow[lane] = e->prepared->flow;
    u->grid[lane] = e->prepared->grid;
    if (!u->apart) return QH_OK;
    u->flow[lane] = NULL;
    u->grid[lane] = NULL;
    QH_TRY(qh_flow_solve(c, network, diag, &u->flow[lane]));
    return qh_grid_create(c, network, u->flow[lane], c->solver.cell_length, diag, &u->grid[lane]);
}

static void drop_lane(unit *u, size_t lane) {
    if (u->apart) {
        qh_grid_destroy(u->grid[lane]);
        qh_flow_destroy(u->flow[lane]);
    }
    qh_case_destroy(u->changed[lane]);
    u->changed[lane] = NULL;
    u->flow[lane] = NULL;
    u->grid[lane] = NULL;
}

static qh_status make_lanes(unit *u) {
    for (size_t k = 0; k < u->n; k++) {
        qh_diag *diag = qh_diag_create(QH_EN);
        if (!diag) return QH_E_NOMEM;
        const qh_status status = make_lane(u, k, diag);
        if (status == QH_OK) {
            u->n_lane++;
        } else {
            drop_lane(u, u->n_lane);
            if (is_wanted(&u->at[k])) qh_fail_scenario(u->e, status, diag, &u->at[k]);
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

/* All units have the same number of lanes, for which the engines are made. */
static void fill_up(unit *u) {
    const size_t last = u->n_lane - 1;
    for (size_t lane = u->n_lane; lane < u->e->layout.unit; lane++) {
        u->changed[lane] = u->changed[last];
        u->flow[lane] = u->flow[last];
        u->grid[lane] = u->grid[last];
    }
}

/* The engine that takes these lanes together and gains by it; NULL: none does. */
static qh_status choose(const unit *u, const qh_forcing *forcing, const qh_engine **engine) {
    *engine = NULL;
    if (!qh_forcing_is_uniform(forcing)) return QH_OK;
    const qh_status status = engine_of(u->changed[0], u->e->prepared->network, u->flow[0], u->grid[0], engine);
    if (status == QH_E_NOMEM) return status;
    if (status != QH_OK) return QH_OK;
    const size_t lanes = u->apart                           ? (*engine)->apart
                         : qh_forcing_rates_differ(forcing) ? (*engine)->varied
                                                            : (*engine)->wide;
    if (lanes < 2) *engine = NULL;
    return QH_OK;
}

/* *solved is false where they had better be run one by one. */
static qh_status solve_together(const unit *u, const qh_forcing *forcing, const qh_progress *progress, bool *solved) {
    const qh_flow *flow[QH_MOST_LANES];
    const qh_grid *grid[QH_MOST_LANES];
    qh_recorder r = {.evaluator = u->e, .n_lane = forcing->n_lane};
    for (size_t lane = 0; lane < r.n_lane; lane++) {
        flow[lane] = u->flow[lane];
        grid[lane] = u->grid[lane];
        if (lane < u->n_lane) r.at[lane] = &u->at[u->scenario[lane]];
    }
    const qh_problem problem = {.river_case = u->changed[0],
                                .network = u->e->prepared->network,
                                .flow = u->flow[0],
                                .grid = u->grid[0],
                                .forcing = forcing,
                                .lane_flow = u->apart ? flow : NULL,
                                .lane_grid = u->apart ? grid : NULL};
    const qh_sink sink = qh_recorder_sink(&r);
    const qh_engine *engine = NULL;
    QH_TRY(choose(u, forcing, &engine));
    if (!engine || engine->objection(&problem)) return QH_OK;
    qh_status status = engine->solve(&problem, progress, &sink, NULL);
    if (status == QH_OK) status = qh_recorder_judge(&r, flow);
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
    const qh_case *lane_case[QH_MOST_LANES];
    qh_forcing *forcing = NULL;
    bool solved = false;
    QH_TRY(make_lanes(u));
    if (!any_is_wanted(u)) return QH_OK;
    fill_up(u);
    for (size_t lane = 0; lane < u->e->layout.unit; lane++)
        lane_case[lane] = u->changed[lane];
    QH_TRY(qh_forcing_create_lanes(u->e->layout.unit, lane_case, &forcing));
    qh_status status = solve_together(u, forcing, progress, &solved);
    qh_forcing_destroy(forcing);
    if (status == QH_OK && !solved) status = solve_alone(u, progress);
    return status;
}

qh_status qh_evaluate_lanes(qh_evaluator *e, size_t n, const double *value, const qh_place_of_result *at,
                            const qh_progress *progress) {
    unit u = {.e = e, .apart = !qh_plan_shares_water(e->plan), .n = n, .value = value, .at = at};
    const qh_status status = solve_unit(&u, progress);
    for (size_t lane = 0; lane < u.n_lane; lane++)
        drop_lane(&u, lane);
    return status;
}
