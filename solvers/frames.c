#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/frames_internal.h"

qh_status qh_frames_open(const qh_problem *problem, qh_transport *transport, double *state, const qh_sink *sink,
                         qh_frames *frames) {
    const size_t m = qh_transport_components(transport), n = qh_transport_unknowns(transport);
    const size_t n_section = problem->river_case->n_section;
    *frames = (qh_frames){.problem = problem, .transport = transport, .sink = sink};
    frames->own = state ? NULL : malloc(n * m * sizeof(double));
    frames->state = state ? state : frames->own;
    frames->point = malloc(problem->network->n_point * m * sizeof(double));
    frames->section = malloc((n_section ? n_section : 1) * m * sizeof(double));
    bool complete = frames->state && frames->point && frames->section;
    if (qh_transport_has_storage(transport)) {
        frames->storage = malloc(problem->grid->n_cell * m * sizeof(double));
        complete = complete && frames->storage;
    }
    if (complete) return QH_OK;
    qh_frames_close(frames);
    return QH_E_NOMEM;
}

void qh_frames_close(qh_frames *frames) {
    free(frames->own);
    free(frames->storage);
    free(frames->point);
    free(frames->section);
    *frames = (qh_frames){0};
}

qh_status qh_frames_begin(const qh_frames *frames, const char *engine) {
    const qh_problem *problem = frames->problem;
    const qh_run_layout layout = {.river_case = problem->river_case,
                                  .network = problem->network,
                                  .flow = problem->flow,
                                  .grid = problem->grid,
                                  .engine = engine,
                                  .n_species = problem->forcing->n_species,
                                  .n_lane = problem->forcing->n_lane};
    return frames->sink->begin(frames->sink->self, &layout);
}

static const double round_off = 1e-15; /* of the largest value: 0 lies within the error of what is below zero by less */

/* The integrator's projection leaves round-off of the size of the last bit; what is given out has none below zero. Where
 * there is less than nothing in the network, the caller's checks say so. */
static void copy_positive(qh_frames *frames, const double *y) {
    const size_t count = qh_transport_unknowns(frames->transport) * qh_transport_components(frames->transport);
    if (y != frames->state) memcpy(frames->state, y, count * sizeof(double));
    for (size_t k = 0; k < count; k++)
        frames->largest = fmax(frames->largest, frames->state[k]);
    if (qh_transport_make_positive(frames->transport, frames->state, true, frames->state)) return;
    for (size_t k = 0; k < count; k++) { /* a cloud has left, and its last digits are less than nothing */
        if (frames->state[k] < 0 && -frames->state[k] <= round_off * frames->largest) frames->state[k] = 0;
    }
}

qh_status qh_frames_give(qh_frames *frames, double t, const double *y, bool frame, bool sample) {
    const qh_problem *problem = frames->problem;
    const size_t m = qh_transport_components(frames->transport);
    copy_positive(frames, y);
    qh_transport_points(frames->transport, frames->state, frames->point);
    if (sample) {
        for (size_t s = 0; s < problem->river_case->n_section; s++) {
            memcpy(frames->section + s * m, frames->point + problem->network->section_point[s] * m, m * sizeof(double));
        }
        const qh_sample given = {.time = t, .section = frames->section};
        QH_TRY(frames->sink->sample(frames->sink->self, &given));
    }
    if (!frame) return QH_OK;
    if (frames->storage) qh_transport_zones(frames->transport, frames->state, frames->storage);
    const qh_frame given = {.time = t, .cell = frames->state, .storage = frames->storage, .point = frames->point};
    return frames->sink->frame(frames->sink->self, &given);
}

qh_status qh_frames_end(const qh_frames *frames, qh_budget *budget, size_t n_statistic, const char *const *name,
                        const double *statistic, qh_diag *diag) {
    qh_budget_close(budget);
    const qh_run_result result = {
        .budget = budget, .n_statistic = n_statistic, .statistic_name = name, .statistic = statistic};
    QH_TRY(frames->sink->end(frames->sink->self, &result));
    const qh_case *river_case = frames->problem->river_case;
    return qh_budget_check(budget, river_case, river_case->solver.balance_tolerance, diag);
}
