/* Engine "steady": the steady state by finite volumes, one Newton iteration with direct solves (steady_state.c).
 * Wrong choice for unsteady cases; later engines solve linear steady cases exactly and without a grid. */
#include <stdlib.h>

#include "solvers/frames_internal.h"
#include "solvers/steady_state.h"

static const char *objection(const qh_problem *problem) {
    return problem->river_case->run.type == QH_STEADY ? NULL : QH_N("the run is unsteady");
}

static qh_status give_result(qh_frames *frames, const double *y, double iterations, qh_diag *diag) {
    const qh_problem *problem = frames->problem;
    qh_budget *budget = NULL;
    QH_TRY(qh_budget_create(problem->river_case->n_reach, problem->forcing->n_species, problem->forcing->n_lane, true,
                            &budget));
    qh_transport_budget(frames->transport, y, budget->term);
    const char *const name[] = {"newton_iterations", "unknowns"};
    const double value[] = {iterations, (double)qh_transport_unknowns(frames->transport)};
    qh_status status = qh_frames_give(frames, 0, y, true, true);
    if (status == QH_OK) status = qh_frames_end(frames, budget, 2, name, value, diag);
    qh_budget_destroy(budget);
    return status;
}

static qh_status solve(const qh_problem *problem, const qh_progress *progress, const qh_sink *sink, qh_diag *diag) {
    qh_transport *transport = NULL;
    QH_TRY(qh_transport_create(problem, diag, &transport));
    qh_frames frames = {0};
    size_t iterations = 0;
    double *y = malloc(qh_transport_unknowns(transport) * qh_transport_components(transport) * sizeof *y);
    qh_status status = y ? qh_frames_open(problem, transport, NULL, sink, &frames) : QH_E_NOMEM;
    if (status == QH_OK && qh_progress_stop(progress, 0)) status = QH_E_INTERRUPTED;
    if (status == QH_OK) status = qh_frames_begin(&frames, "steady");
    if (status == QH_OK) status = qh_steady_state(transport, diag, y, &iterations);
    if (status == QH_OK) status = give_result(&frames, y, (double)iterations, diag);
    if (status == QH_OK) (void)qh_progress_stop(progress, 1);
    qh_frames_close(&frames);
    qh_transport_destroy(transport);
    free(y);
    return status;
}

static int preference(const qh_problem *problem) {
    (void)problem;
    return 10;
}

const qh_engine qh_engine_steady = {
    .name = "steady",
    .title = QH_N("steady state by finite volumes and a direct solve"),
    .source = "van Leer (1977); Davis & Palamadai Natarajan (2010), ACM TOMS 37:36 (KLU)",
    .wide = 8,
    .varied = 8,
    .apart = 1,
    .preference = preference,
    .objection = objection,
    .solve = solve,
};
