/* The run on moving water: the router's steps, the transport's steps within each, and what the sink is given. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/structure.h"
#include "solvers/moving_internal.h"
#include "solvers/moving_log_internal.h"
#include "solvers/oxygen_check.h"

/* g/m3; what the errors of the method may leave below zero */
static const double least_oxygen = -1e-3;
static const double safety = 0.9, most_growth = 4, most_cut = 0.2;

typedef struct run {
    moving *v;
    const qh_router *router;
    void *state; /* the router's */
    const qh_progress *progress;
    const qh_sink *sink;
    double wanted;     /* s */
    double window_end; /* s, next jump or bend of an input */
    size_t next_frame, next_sample, since_output;
    double water_steps;
    double *shown, *section;     /* [n_row][m], [n_section][m], g/m3 */
    double *discharge, *through; /* [n_cell], [n_section], m3/s */
    double *level, *released;    /* [n_reservoir], m, m3/s */
    moving_log log;
} run;

/* ---- output ---- */

/* Water through a point: that, and what withdrawals and stations take, m3/s. */
static double through(const moving *v, size_t p) { return moving_goes_on(v, p) + v->taken[p] + v->link_out[p]; }

static void show_reservoirs(const run *r) {
    const moving *v = r->v;
    const qh_case *c = v->problem->river_case;
    for (size_t i = 0; i < c->n_reservoir; i++) {
        const size_t p = v->problem->network->reservoir_point[i];
        r->level[i] = qh_storage_level(c->reservoir[i].curve, v->water.pond_end[p]);
        r->released[i] = moving_goes_on(v, p);
    }
}

static qh_frame_water water_of(const run *r) {
    const moving *v = r->v;
    for (size_t i = 0; i < v->n_cell; i++) {
        const size_t face = qh_grid_face(v->problem->grid, i);
        r->discharge[i] = 0.5 * v->water.face[face] + 0.5 * v->water.face[face + 1];
    }
    return (qh_frame_water){
        .discharge = r->discharge, .depth = v->water.depth, .volume = v->water.volume_end, .level = v->water.level};
}

static qh_status give(run *r, double t, bool frame, bool sample) {
    moving *v = r->v;
    const size_t m = v->m;
    const double *point = r->shown + v->n_cell * m;
    memcpy(r->shown, v->now, v->n_row * m * sizeof(double));
    qh_moving_show(v, r->shown);
    if (sample) {
        for (size_t s = 0; s < v->problem->river_case->n_section; s++)
            memcpy(r->section + s * m, point + v->problem->network->section_point[s] * m, m * sizeof(double));
        for (size_t s = 0; s < v->problem->river_case->n_section; s++)
            r->through[s] = through(v, v->problem->network->section_point[s]);
        show_reservoirs(r);
        const qh_sample given = {.time = t,
                                 .section = r->section,
                                 .discharge = r->through,
                                 .reservoir_level = r->level,
                                 .reservoir_released = r->released};
        QH_TRY(r->sink->sample(r->sink->self, &given));
    }
    r->since_output = 0;
    if (!frame) return QH_OK;
    QH_TRY(qh_oxygen_check(v->problem, least_oxygen, point, r->shown, v->diag));
    const qh_frame_water water = water_of(r);
    const qh_frame given = {.time = t, .cell = r->shown, .point = point, .water = &water};
    return r->sink->frame(r->sink->self, &given);
}

/* The k-th multiple of the interval, the run's end included. */
static double output_time(const qh_run_options *options, double interval, size_t k) {
    const double t = (double)k * interval;
    return t > options->duration * (1 - 1e-12) ? options->duration : t;
}

/* ---- steps ---- */

static qh_status attempt(run *r, double target, bool *good) {
    moving *v = r->v;
    const double left = target - v->t, h = left / ceil(left / r->wanted * (1 - 1e-9));
    const double end = target - (v->t + h) < 1e-9 * h ? target : v->t + h;
    const double last = end >= r->window_end ? nextafter(r->window_end, -INFINITY) : end;
    QH_TRY(qh_moving_try(v, end - v->t, last));
    *good = v->error <= 1;
    double factor = v->error > 0 ? safety * pow(v->error, -1.0 / 3) : most_growth;
    if (!(factor > most_cut)) factor = most_cut;
    r->wanted = h * fmin(factor, most_growth);
    if (!*good) {
        v->rejected++;
        return QH_OK;
    }
    v->steps++;
    qh_moving_count(v);
    double *now = v->now;
    v->now = v->next;
    v->next = now;
    v->t = end;
    qh_moving_advance_past(v);
    return QH_OK;
}

static qh_status cross_water(run *r) {
    moving *v = r->v;
    const qh_case *c = v->problem->river_case;
    while (v->t < v->water.end) {
        const double target = fmin(v->water.end, r->window_end);
        bool good = false;
        while (!good) {
            QH_CHECK(r->since_output++ < c->solver.max_steps, QH_E_NUMERIC, v->diag, QH_NOWHERE,
                     "more than %zu time steps were needed between two outputs, at %.6g s: see solver.max_steps",
                     c->solver.max_steps, v->t);
            QH_TRY(attempt(r, target, &good));
        }
        if (v->t >= r->window_end) r->window_end = qh_forcing_next_break(v->problem->forcing, v->t);
    }
    return QH_OK;
}

static qh_status march(run *r) {
    moving *v = r->v;
    const qh_run_options *options = &v->problem->river_case->run;
    QH_TRY(give(r, 0, true, true));
    r->next_frame = r->next_sample = 1;
    while (v->t < options->duration) {
        if (qh_progress_stop(r->progress, v->t / options->duration)) return QH_E_INTERRUPTED;
        const double frame = output_time(options, options->output_interval, r->next_frame);
        const double sample = output_time(options, options->sample_interval, r->next_sample);
        const double until = fmin(v->t + options->routing_step, fmin(frame, sample));
        qh_water water;
        QH_TRY(r->router->advance(r->state, until, v->diag, &water));
        QH_TRY(qh_moving_take_water(v, &water));
        moving_log_step(&r->log, v);
        r->water_steps++;
        QH_TRY(cross_water(r));
        qh_moving_loads(v, v->t);
        if (v->t >= fmin(frame, sample)) QH_TRY(give(r, v->t, v->t >= frame, v->t >= sample));
        r->next_frame += v->t >= frame;
        r->next_sample += v->t >= sample;
    }
    return QH_OK;
}

/* ---- beginning and end ---- */

/* Twice the sum of all travel times, s: more than the longest way. */
static double passing_time(const moving *v) {
    double sum = 0;
    for (size_t s = 0; s < v->n_segment; s++) {
        const size_t first = v->problem->grid->segment_first[s], face = qh_first_face(v->problem->grid, s);
        for (size_t i = first; i < v->problem->grid->segment_first[s + 1]; i++) {
            const double q = fabs(v->water.face[face + i - first]);
            if (q > 0) sum += 2 * v->water.volume_start[i] / q;
        }
    }
    return sum;
}

/* Lets the river run from the low order's state of rest under the first instant's water and loads; nothing is given out. */
static qh_status settle(run *r) {
    moving *v = r->v;
    const double passing = passing_time(v);
    double t = 0, h = passing / 1000;
    for (size_t k = 0; t < passing && k < v->problem->river_case->solver.max_steps; k++) {
        QH_TRY(qh_moving_try(v, h, 0));
        const bool good = v->error <= 1;
        if (good) {
            double *now = v->now;
            v->now = v->next;
            v->next = now;
            t += h;
        }
        const double factor = safety * pow(fmax(v->error, 1e-9), -1.0 / 3);
        h *= fmax(most_cut, fmin(factor, good ? 1.5 : 1));
        if (qh_progress_stop(r->progress, 0)) return QH_E_INTERRUPTED;
    }
    v->limited = v->factorisations = 0;
    return QH_OK;
}

static qh_status begin(run *r) {
    moving *v = r->v;
    const qh_case *c = v->problem->river_case;
    qh_water water;
    r->router->state(r->state, &water);
    QH_TRY(qh_moving_take_water(v, &water));
    r->window_end = qh_forcing_next_break(v->problem->forcing, 0);
    r->wanted = c->run.routing_step;
    qh_moving_loads(v, 0);
    moving_log_begin(&r->log, v);
    if (c->run.initial == QH_INITIAL_STEADY) {
        bool settled = false;
        QH_TRY(qh_moving_steady(v, &settled));
        if (!settled) QH_TRY(settle(r));
    } else {
        for (size_t k = 0; k < v->n_row * v->m; k++)
            v->now[k] = c->constituent[k % v->m / v->problem->forcing->n_lane].initial.value;
    }
    qh_moving_stored(v, -1);
    qh_moving_begin_past(v);
    const qh_run_layout layout = {.river_case = c,
                                  .network = v->problem->network,
                                  .flow = v->problem->flow,
                                  .grid = v->problem->grid,
                                  .engine = "moving",
                                  .n_species = v->problem->forcing->n_species,
                                  .n_lane = v->problem->forcing->n_lane,
                                  .water_moves = true,
                                  .water_has_levels = water.level != NULL};
    return r->sink->begin(r->sink->self, &layout);
}

static qh_status finish(run *r) {
    moving *v = r->v;
    qh_moving_stored(v, 1);
    qh_budget_close(v->budget);
    const char *const name[] = {"steps",          "rejected_steps", "routing_steps",
                                "factorisations", "limited_steps",  "unknowns"};
    const double value[] = {v->steps, v->rejected, r->water_steps, v->factorisations, v->limited, (double)v->n_row};
    const qh_run_result result = {.budget = v->budget,
                                  .release = &r->log.release,
                                  .take = &r->log.take,
                                  .transfer = &r->log.transfer,
                                  .storage = &r->log.storage,
                                  .n_statistic = sizeof value / sizeof *value,
                                  .statistic_name = name,
                                  .statistic = value};
    QH_TRY(r->sink->end(r->sink->self, &result));
    const qh_case *c = v->problem->river_case;
    return qh_budget_check(v->budget, c, c->solver.balance_tolerance, v->diag);
}

static qh_status allocate(run *r) {
    const qh_case *c = r->v->problem->river_case;
    const size_t n_section = c->n_section;
    r->shown = qh_arena_alloc(r->v->arena, r->v->n_row * r->v->m, sizeof(double));
    r->section = qh_arena_alloc(r->v->arena, n_section * r->v->m, sizeof(double));
    r->discharge = qh_arena_alloc(r->v->arena, r->v->n_cell, sizeof(double));
    r->through = qh_arena_alloc(r->v->arena, n_section, sizeof(double));
    r->level = qh_arena_alloc(r->v->arena, c->n_reservoir + 1, sizeof(double));
    r->released = qh_arena_alloc(r->v->arena, c->n_reservoir + 1, sizeof(double));
    QH_TRY(moving_log_create(&r->log, r->v));
    return r->shown && r->section && r->discharge && r->through && r->level && r->released ? QH_OK : QH_E_NOMEM;
}

qh_status qh_moving_solve(const qh_problem *problem, const qh_router *router, const qh_progress *progress,
                          const qh_sink *sink, qh_diag *diag) {
    run r = {.router = router, .progress = progress, .sink = sink};
    const qh_routing routing = {
        .river_case = problem->river_case, .network = problem->network, .flow = problem->flow, .grid = problem->grid};
    QH_TRY(qh_moving_create(problem, diag, &r.v));
    qh_status status = allocate(&r);
    if (status == QH_OK) status = router->create(&routing, diag, &r.state);
    if (status == QH_OK) {
        status = begin(&r);
        if (status == QH_OK) status = march(&r);
        if (status == QH_OK) status = finish(&r);
        router->destroy(r.state);
    }
    qh_moving_destroy(r.v);
    return status;
}
