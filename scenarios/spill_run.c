/* Bringing a spill's cases to an engine, and keeping what comes out at the sections. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/spill_internal.h"
#include "solvers/engine.h"
#include "solvers/moving.h"

static const double MOST_STEPS = 3000;      /* of engine "moving" in a window */
static const double FINEST_OF_STEPS = 1e-7; /* tolerance that steps in time still reach quickly */

static qh_status keep_layout(void *self, const qh_run_layout *layout) {
    spill_samples *s = self;
    s->n_section = layout->river_case->n_section * layout->n_species;
    s->count = 0; /* of an engine that failed */
    return QH_OK;
}

static qh_status keep_frame(void *self, const qh_frame *frame) {
    (void)self, (void)frame;
    return QH_OK;
}

qh_status qh_spill_keep(spill_samples *s, double sample_time, const double *section) {
    if (s->count == s->capacity) {
        const size_t capacity = s->capacity ? 2 * s->capacity : 512;
        double *time = realloc(s->time, capacity * sizeof *time);
        if (time) s->time = time;
        double *value = realloc(s->value, capacity * (s->n_section + 1) * sizeof *value);
        if (value) s->value = value;
        if (!time || !value) return QH_E_NOMEM;
        s->capacity = capacity;
    }
    s->time[s->count] = sample_time;
    memcpy(s->value + s->count * s->n_section, section, s->n_section * sizeof *s->value);
    s->count++;
    return QH_OK;
}

static qh_status keep_sample(void *self, const qh_sample *sample) {
    return qh_spill_keep(self, sample->time, sample->section);
}

static qh_status keep_result(void *self, const qh_run_result *result) {
    (void)self, (void)result;
    return QH_OK;
}

void qh_spill_samples_free(spill_samples *s) {
    free(s->time);
    free(s->value);
    *s = (spill_samples){0};
}

static qh_status by_engine(const qh_problem *problem, const char *name, const qh_sink *sink, qh_diag *diag,
                           const char **engine_used) {
    const qh_engine *engine = NULL;
    QH_TRY(qh_engine_choose(problem, name, diag, &engine));
    *engine_used = engine->name;
    return engine->solve(problem, NULL, sink, diag);
}

static qh_status by_standing_water(const qh_problem *problem, const qh_sink *sink, qh_diag *diag,
                                   const char **engine_used) {
    const char *objection = qh_moving_objection(problem);
    QH_CHECK(!objection, QH_E_INPUT, diag, QH_NOWHERE, "the spill cannot be followed through the reservoirs below: %s",
             qh_tr(diag ? qh_diag_lang(diag) : QH_EN, objection));
    *engine_used = "moving";
    return qh_moving_solve(problem, &qh_spill_standing_water, NULL, sink, diag);
}

/* Solves on a grid of this cell length [m] with the engine of that name, NULL: on moving water that stands. */
static qh_status try_engine(const qh_problem *water, const char *name, double cell_length, qh_diag *diag,
                            spill_samples *kept, const char **engine_used) {
    qh_problem problem = *water;
    qh_grid *grid = NULL;
    qh_forcing *forcing = NULL;
    qh_status status = qh_grid_create(problem.river_case, problem.network, problem.flow, cell_length, diag, &grid);
    if (status == QH_OK) status = qh_forcing_create(problem.river_case, 1, &forcing);
    if (status == QH_OK) {
        problem.grid = grid;
        problem.forcing = forcing;
        const qh_sink sink = {kept, keep_layout, keep_frame, keep_sample, keep_result};
        status = name ? by_engine(&problem, name, &sink, diag, engine_used)
                      : by_standing_water(&problem, &sink, diag, engine_used);
    }
    qh_forcing_destroy(forcing);
    qh_grid_destroy(grid);
    return status;
}

qh_status qh_spill_run(const qh_case *c, const qh_network *network, const qh_flow *flow, const double *pond,
                       qh_diag *diag, spill_samples *samples, const char **engine) {
    static const double coarse = 1e9; /* m: the spectral engine needs no cells */
    qh_case own = *c;
    const qh_problem water = {.river_case = &own, .network = network, .flow = flow, .pond = pond};
    if (c->run.type == QH_STEADY) return try_engine(&water, "auto", c->solver.cell_length, diag, samples, engine);
    /* Silently: where its bound misses the tolerance it may do so by ten times, where it objects another one is asked. */
    for (int attempt = 0; attempt < 2; attempt++) {
        const qh_status status = try_engine(&water, "spectral", coarse, NULL, samples, engine);
        if (status == QH_OK || status == QH_E_NOMEM) return status;
        if (status != QH_E_NUMERIC) break;
        own.solver.relative_tolerance *= 10;
    }
    own.solver.relative_tolerance = fmax(c->solver.relative_tolerance, FINEST_OF_STEPS);
    if (pond) { /* it takes a step a sample at least */
        own.run.sample_interval = fmax(c->run.sample_interval, c->run.duration / MOST_STEPS);
        own.run.routing_step = own.run.sample_interval;
    }
    return try_engine(&water, pond ? NULL : "auto", c->solver.cell_length, diag, samples, engine);
}
