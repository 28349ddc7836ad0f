/* Engine "exact": steady transport by exponentials on segments (exact.c); no grid, no numerical dispersion.
 *
 * Wrong choice for unsteady cases and for distributed inflow, which it refuses; so far it is chosen by name only, as a
 * cross-check of the finite volumes. */
#include <stdlib.h>
#include <string.h>

#include "solvers/exact_internal.h"
#include "solvers/frames_internal.h"

static const char *objection(const qh_problem *problem) {
    if (problem->river_case->run.type != QH_STEADY) return QH_N("the run is unsteady");
    if (problem->river_case->n_lateral > 0) return QH_N("there is distributed inflow");
    return qh_transport_objection(problem);
}

static qh_status give_frame(const qh_problem *problem, const qh_transport *transport, const qh_sink *sink,
                            const double *points, const double *state) {
    const size_t m = qh_transport_components(transport), n_section = problem->river_case->n_section;
    const size_t n_value = problem->grid->n_cell * m;
    double *section = malloc((n_section * m + 1) * sizeof *section), *cell = malloc(n_value * sizeof *cell);
    double *storage = qh_transport_has_storage(transport) ? malloc(n_value * sizeof *storage) : NULL;
    qh_status status = section && cell && (storage || !qh_transport_has_storage(transport)) ? QH_OK : QH_E_NOMEM;
    if (status == QH_OK) {
        for (size_t s = 0; s < n_section; s++)
            memcpy(section + s * m, points + problem->network->section_point[s] * m, m * sizeof(double));
        qh_transport_split(transport, state, cell, storage);
        const qh_sample sample = {.time = 0, .section = section};
        const qh_frame frame = {.time = 0, .cell = cell, .storage = storage, .point = points};
        status = sink->sample(sink->self, &sample);
        if (status == QH_OK) status = sink->frame(sink->self, &frame);
    }
    free(section);
    free(cell);
    free(storage);
    return status;
}

static qh_status give_result(const qh_frames *frames, const qh_exact *exact, const double *result, qh_diag *diag) {
    const qh_problem *problem = frames->problem;
    QH_TRY(give_frame(problem, frames->transport, frames->sink, qh_exact_points(exact, result),
                      qh_exact_state(exact, result)));
    qh_budget *budget = NULL;
    QH_TRY(qh_budget_create(problem->river_case->n_reach, problem->forcing->n_species, problem->forcing->n_lane, true,
                            &budget));
    const qh_transport_parts parts = qh_exact_parts(exact, result);
    qh_transport_budget_of(frames->transport, &parts, budget->term);
    const char *const name[] = {"unknowns"};
    const double value[] = {(double)problem->network->n_point};
    const qh_status status = qh_frames_end(frames, budget, 1, name, value, diag);
    qh_budget_destroy(budget);
    return status;
}

static qh_status solve(const qh_problem *problem, const qh_progress *progress, const qh_sink *sink, qh_diag *diag) {
    qh_transport *transport = NULL;
    qh_exact *exact = NULL;
    double *result = NULL;
    QH_TRY(qh_transport_create(problem, diag, &transport));
    const qh_frames frames = {.problem = problem, .transport = transport, .sink = sink};
    qh_status status = qh_progress_stop(progress, 0) ? QH_E_INTERRUPTED : QH_OK;
    if (status == QH_OK) status = qh_frames_begin(&frames, "exact");
    if (status == QH_OK) status = qh_exact_create(problem, transport, diag, &exact);
    if (status == QH_OK) {
        result = malloc(qh_exact_result_size(exact) * sizeof *result);
        status = result ? qh_exact_solve(exact, result) : QH_E_NOMEM;
        if (status == QH_E_NUMERIC) {
            qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "the steady state has no solution: its equations are singular");
        }
    }
    if (status == QH_OK) status = give_result(&frames, exact, result, diag);
    if (status == QH_OK) (void)qh_progress_stop(progress, 1);
    free(result);
    qh_exact_destroy(exact);
    qh_transport_destroy(transport);
    return status;
}

const qh_engine qh_engine_exact = {
    .name = "exact",
    .title = QH_N("steady state by exponentials, without a grid"),
    .source = "Thomann & Mueller (1987)",
    .preference = 5,
    .objection = objection,
    .solve = solve,
};
