/* Engine "exact": steady transport by exponentials on segments (exact.c); no grid, no numerical dispersion.
 *
 * Without distributed inflow one solve is the answer. With it, solves with 1, 2, 4 ... times as many pieces are
 * extrapolated (Richardson: the error expands in powers 2, 3, 4 ... of the piece) until two extrapolations agree; their
 * difference is the bound that is kept with the run. Cell means are those of the finest solve.
 *
 * Wrong choice for unsteady cases. So far it is chosen by name only, as a cross-check of the finite volumes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/exact_internal.h"
#include "solvers/frames_internal.h"

static const char *objection(const qh_problem *problem) {
    if (problem->river_case->run.type != QH_STEADY) return QH_N("the run is unsteady");
    return qh_transport_objection(problem);
}

enum { least_levels = 3, most_levels = 8 };
static const double agreement = 1e-11; /* of the largest concentration: done */

/* Solves of growing division and their extrapolation. */
typedef struct levels {
    qh_exact *exact;          /* of the finest solve */
    double *finest;           /* [size], its result */
    double *row[most_levels]; /* [size] each: row k extrapolates the last k + 1 solves */
    double *spare;            /* [size] */
    size_t count, size;
    double bound; /* -, of the points: difference of the last two extrapolations over the largest value */
} levels;

static void close_levels(levels *l) {
    qh_exact_destroy(l->exact);
    free(l->finest);
    free(l->spare);
    for (size_t k = 0; k < most_levels; k++)
        free(l->row[k]);
}

static double largest(const double *value, size_t count) {
    double most = 0;
    for (size_t k = 0; k < count; k++)
        most = fmax(most, fabs(value[k]));
    return most;
}

/* Takes the finest result into the tableau; `n_point` numbers decide the bound. */
static void extrapolate(levels *l, size_t n_point) {
    double factor = 2;
    memcpy(l->spare, l->finest, l->size * sizeof *l->spare);
    double change = 0;
    for (size_t k = 0; k < l->count; k++) {
        factor *= 2;
        change = 0;
        for (size_t i = 0; i < l->size; i++) {
            const double better = l->spare[i] + (l->spare[i] - l->row[k][i]) / (factor - 1);
            if (i < n_point) change = fmax(change, fabs(better - l->row[k][i]));
            l->row[k][i] = l->spare[i];
            l->spare[i] = better;
        }
    }
    memcpy(l->row[l->count], l->spare, l->size * sizeof *l->spare);
    const double scale = largest(l->spare, n_point); /* the points come first in a result */
    l->bound = l->count > 0 && scale > 0 ? change / scale : 0;
    l->count++;
}

static qh_status solve_level(const qh_problem *problem, qh_transport *transport, levels *l, qh_diag *diag) {
    qh_exact_destroy(l->exact);
    l->exact = NULL;
    QH_TRY(qh_exact_create(problem, transport, (size_t)1 << l->count, diag, &l->exact));
    l->size = qh_exact_result_size(l->exact);
    if (!l->finest) l->finest = malloc(l->size * sizeof *l->finest);
    if (!l->spare) l->spare = malloc(l->size * sizeof *l->spare);
    l->row[l->count] = malloc(l->size * sizeof *l->row[0]);
    if (!l->finest || !l->spare || !l->row[l->count]) return QH_E_NOMEM;
    QH_TRY(qh_exact_solve(l->exact, l->finest));
    extrapolate(l, problem->network->n_point * qh_transport_components(transport));
    return QH_OK;
}

static bool has_inflow(const qh_problem *problem) {
    for (size_t s = 0; s < problem->network->n_segment; s++) {
        if (problem->flow->segment_lateral[s] > 0) return true;
    }
    return false;
}

static qh_status solve_levels(const qh_problem *problem, qh_transport *transport, levels *l, qh_diag *diag) {
    const size_t most = has_inflow(problem) ? most_levels : 1;
    while (l->count < most) {
        QH_TRY(solve_level(problem, transport, l, diag));
        if (l->count >= least_levels && l->bound <= agreement) break;
    }
    /* Extrapolation may leave -1e-20 where the finest solve, which is never negative, has 1e-25. */
    double *best = l->row[l->count - 1];
    for (size_t i = 0; i < problem->network->n_point * qh_transport_components(transport); i++) {
        if (best[i] < 0) best[i] = l->finest[i];
    }
    return QH_OK;
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

static qh_status give_result(const qh_frames *frames, const levels *l, qh_diag *diag) {
    const qh_problem *problem = frames->problem;
    const double *best = l->row[l->count - 1];
    QH_TRY(give_frame(problem, frames->transport, frames->sink, qh_exact_points(l->exact, best),
                      qh_exact_state(l->exact, l->finest)));
    qh_budget *budget = NULL;
    QH_TRY(qh_budget_create(problem->river_case->n_reach, problem->forcing->n_species, problem->forcing->n_lane, true,
                            &budget));
    const qh_transport_parts parts = qh_exact_parts(l->exact, best);
    qh_transport_budget_of(frames->transport, &parts, budget->term);
    const char *const name[] = {"unknowns", "levels", "error_bound"};
    const double value[] = {(double)problem->network->n_point, (double)l->count, l->bound};
    const qh_status status = qh_frames_end(frames, budget, 3, name, value, diag);
    qh_budget_destroy(budget);
    return status;
}

static qh_status solve(const qh_problem *problem, const qh_progress *progress, const qh_sink *sink, qh_diag *diag) {
    qh_transport *transport = NULL;
    QH_TRY(qh_transport_create(problem, diag, &transport));
    levels l = {0};
    const qh_frames frames = {.problem = problem, .transport = transport, .sink = sink};
    qh_status status = qh_progress_stop(progress, 0) ? QH_E_INTERRUPTED : QH_OK;
    if (status == QH_OK) status = qh_frames_begin(&frames, "exact");
    if (status == QH_OK) {
        status = solve_levels(problem, transport, &l, diag);
        if (status == QH_E_NUMERIC) {
            qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "the steady state has no solution: its equations are singular");
        }
    }
    if (status == QH_OK) status = give_result(&frames, &l, diag);
    if (status == QH_OK) (void)qh_progress_stop(progress, 1);
    close_levels(&l);
    qh_transport_destroy(transport);
    return status;
}

static int preference(const qh_problem *problem) {
    (void)problem;
    return 5;
}

const qh_engine qh_engine_exact = {
    .name = "exact",
    .title = QH_N("steady state by exponentials, without a grid"),
    .source = "Thomann & Mueller (1987); Richardson (1911)",
    .preference = preference,
    .objection = objection,
    .solve = solve,
};
