/* Scenarios one by one: by the exact steady solution, or by a full run into memory.
 *
 * Each is computed from nothing but its own case, so that its bits are those of a run alone. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/evaluator_internal.h"
#include "solvers/exact.h"
#include "solvers/forcing.h"

/* -, of the largest concentration: how far the last two extrapolations of the exact solution may differ. A run asks for
 * 1e-11, which takes some sixty times as long where inflow is distributed; what is drawn is not known to six digits. */
static const double AGREEMENT = 1e-6;

/* ---- steady and exact ---- */

/* Fields of a steady scenario: its points. */
static qh_status take_points(const qh_evaluator *e, const qh_exact *exact, const qh_place_of_result *at) {
    const qh_evaluator_layout *l = &e->layout;
    if (!at->results->field || l->n_frame == 0) return QH_OK;
    double *point = malloc((l->n_point * l->n_species + 1) * sizeof *point);
    if (!point) return QH_E_NOMEM;
    qh_exact_points(exact, point);
    for (size_t i = 0; i < l->n_species; i++)
        for (size_t p = 0; p < l->n_point; p++)
            at->results->field[(i * l->n_point + p) * at->count + at->q] = point[p * l->n_species + i];
    free(point);
    return QH_OK;
}

static qh_status solve_water(const qh_evaluator *e, const qh_case *changed, const qh_flow *flow, qh_diag *diag,
                             const qh_place_of_result *at) {
    qh_exact *exact = NULL;
    qh_forcing *forcing = NULL;
    QH_TRY(qh_exact_create(changed, e->prepared->network, flow, NULL, 1, diag, &exact));
    qh_exact_set_agreement(exact, AGREEMENT);
    qh_status status = qh_forcing_create(changed, 1, &forcing);
    double *load = status == QH_OK ? malloc((forcing->n_source * forcing->n_species + 1) * sizeof *load) : NULL;
    if (status == QH_OK && !load) status = QH_E_NOMEM;
    if (status == QH_OK) {
        qh_forcing_loads(forcing, 0, load);
        status = qh_exact_solve(exact, load, diag);
    }
    if (status == QH_OK) {
        qh_exact_sections(exact, e->section);
        status = take_points(e, exact, at);
    }
    free(load);
    qh_forcing_destroy(forcing);
    qh_exact_destroy(exact);
    return status;
}

static qh_status solve_steady(qh_evaluator *e, const double *value, qh_diag *diag, const qh_place_of_result *at) {
    qh_case *changed = NULL;
    qh_flow *flow = NULL;
    QH_TRY(qh_overlay_apply(e->plan->river_case, qh_compose(e->composer, value), diag, &changed));
    qh_status status = qh_flow_solve(changed, e->prepared->network, diag, &flow);
    if (status == QH_OK) status = solve_water(e, changed, flow, diag, at);
    if (status == QH_OK) {
        qh_judge_scenario(e, e->section, qh_flows_met(flow), at);
        qh_note_steady_series(e, at);
    }
    qh_flow_destroy(flow);
    qh_case_destroy(changed);
    return status;
}

qh_status qh_evaluate_steady(qh_evaluator *e, const double *value, const qh_place_of_result *at) {
    qh_status status = solve_steady(e, value, NULL, at);
    if (status == QH_OK || status == QH_E_NOMEM) return status;
    /* Again, for the reason: telling it every time would cost more than the solution. */
    qh_diag *diag = qh_diag_create(QH_EN);
    if (!diag) return QH_E_NOMEM;
    status = solve_steady(e, value, diag, at);
    if (status != QH_OK && status != QH_E_NOMEM) {
        qh_fail_scenario(e, status, diag, at);
        status = QH_OK;
    }
    qh_diag_destroy(diag);
    return status;
}

/* ---- a full run ---- */

static qh_status run(qh_evaluator *e, const double *value, qh_diag *diag, const qh_place_of_result *at) {
    qh_case *changed = NULL;
    qh_prepared *prepared = NULL;
    qh_recorder r = {.evaluator = e, .n_lane = 1, .at = {at}};
    const qh_sink sink = qh_recorder_sink(&r);
    QH_TRY(qh_overlay_apply(e->plan->river_case, qh_compose(e->composer, value), diag, &changed));
    qh_status status = qh_prepare(changed, diag, &prepared);
    if (status == QH_OK) status = qh_run(prepared, NULL, &sink, diag);
    if (status == QH_OK) status = qh_recorder_judge(&r, &(const qh_flow *){prepared->flow});
    qh_prepared_destroy(prepared);
    qh_case_destroy(changed);
    return status;
}

qh_status qh_evaluate_run(qh_evaluator *e, const double *value, const qh_place_of_result *at) {
    qh_diag *diag = qh_diag_create(QH_EN);
    if (!diag) return QH_E_NOMEM;
    qh_status status = run(e, value, diag, at);
    if (status != QH_OK && status != QH_E_NOMEM && status != QH_E_INTERRUPTED) {
        qh_fail_scenario(e, status, diag, at);
        status = QH_OK;
    }
    qh_diag_destroy(diag);
    return status;
}
