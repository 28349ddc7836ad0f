/* Engine "linear": unsteady transport with linear kinetics in steady flow, by linear finite volumes (solvers/volumes.c), an
 * L-stable one-step method of order 5 with factors that are kept (volumes_step.c), and flux-corrected transport where a
 * step would pass its bounds (volumes_limit.c).
 *
 * Steps end where a load or boundary jumps or bends, not at outputs: these are taken from the step's own solution. In large
 * networks parts take shorter steps (volumes_local.c); there steps end at profiles too.
 * A river at rest is crossed in one step. Wrong choice for nonlinear kinetics, and slower than engine "general" where
 * inputs bend more often than the river needs steps. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/kinetics.h"
#include "solvers/oxygen_check.h"
#include "solvers/volumes_internal.h"

/* g/m3; what the errors of the method may leave below zero */
static const double least_oxygen = -1e-3;

/* Of the steps to a steady state that stays above zero: as in volumes_pace.c. */
static const double safety = 0.9, most_growth = 4, most_cut = 0.2;

typedef struct linear {
    const qh_problem *problem;
    const qh_progress *progress;
    const qh_sink *sink;
    qh_diag *diag;
    qh_volumes *v;
    volume_step *step;
    qh_budget *budget;
    double *point, *section; /* what the sink gets, [..][n_species][n_lane] */
    double t;                /* s */
    volume_pace pace;
    double after_jump; /* s, that of the last first step after a jump; 0: none yet */
    double window_end; /* s, next jump or bend: before it the values that held until then count */
    size_t next_frame, next_sample, since_output;
    volume_watch watch;  /* samples that fall into a step, where parts of the network take shorter ones */
    double *watch_time;  /* [n_sample], s since the step's begin; NULL: all take the same steps */
    size_t most_watched; /* samples that `watch` has room for */
    double steps, rejected;
} linear;

/* ---- building ---- */

static qh_status open_linear(linear *e) {
    const qh_problem *problem = e->problem;
    const qh_forcing *forcing = problem->forcing;
    const size_t n_section = problem->river_case->n_section;
    QH_TRY(qh_volumes_create(problem, &e->v));
    QH_TRY(qh_volume_step_create(e->v, &e->step));
    QH_TRY(qh_budget_create(problem->river_case->n_reach, forcing->n_species, forcing->n_lane, false, &e->budget));
    const size_t m = e->v->m;
    e->point = malloc(e->v->n_point * m * sizeof(double));
    e->section = malloc((n_section ? n_section : 1) * m * sizeof(double));
    return e->point && e->section ? QH_OK : QH_E_NOMEM;
}

static void close_linear(linear *e) {
    free(e->watch_time);
    free(e->watch.value);
    free(e->watch.known);
    free(e->point);
    free(e->section);
    qh_budget_destroy(e->budget);
    qh_volume_step_destroy(e->step);
    qh_volumes_destroy(e->v);
}

static void set_loads(const linear *e, double t, size_t side) {
    const double before = nextafter(e->window_end, -INFINITY);
    qh_volumes_loads_set(e->v, side == 1 && t >= e->window_end ? before : t, side, &e->step->loads);
}

/* ---- output ---- */

/* A system's part of a state at a time inside the step: `now` or `next` at its ends, else the mean's place, which the step
 * no longer needs, and which the callers fill. */
static double *state_at(const linear *e, size_t index, double part) {
    const size_t offset = index * e->v->n_row * e->v->n_lane;
    return (part <= 0 ? e->step->now : part >= 1 ? e->step->next : e->step->mean) + offset;
}

/* Where parts of the network have taken shorter steps, sections there have their values from these. */
static void take_watched(const linear *e, double time) {
    const volume_watch *w = &e->watch;
    for (size_t k = 0; k < w->n_time; k++) {
        if (w->time[k] != time - e->t) continue;
        for (size_t s = 0; s < w->n_point; s++) {
            const size_t at = k * w->n_point + s;
            if (w->known[at]) memcpy(e->section + s * e->v->m, w->value + at * e->v->m, e->v->m * sizeof(double));
        }
    }
}

static qh_status give_sample(const linear *e, double time, double part) {
    const qh_volumes *v = e->v;
    const size_t lanes = v->n_lane;
    for (size_t index = 0; index < v->n_system; index++) {
        double *state = state_at(e, index, part);
        const size_t component = volume_component(v, &v->system[index]);
        for (size_t s = 0; s < e->problem->river_case->n_section; s++) {
            const size_t p = e->problem->network->section_point[s];
            if (part > 0 && part < 1) qh_volume_step_sample(e->step, index, p, part, state);
            memcpy(e->section + s * v->m + component, state + (v->n_cell + p) * lanes, lanes * sizeof(double));
        }
    }
    if (e->step->local && part > 0 && part < 1) take_watched(e, time);
    const qh_sample given = {.time = time, .section = e->section};
    return e->sink->sample(e->sink->self, &given);
}

/* Rows of a system into a table of all components. */
static void copy_rows(const qh_volumes *v, size_t index, const double *rows, size_t count, double *table) {
    const size_t component = volume_component(v, &v->system[index]);
    for (size_t k = 0; k < count; k++)
        memcpy(table + k * v->m + component, rows + k * v->n_lane, v->n_lane * sizeof(double));
}

/* Tables of a profile, [n_cell][m] each; storage: NULL where there is none. At the ends of a step the solutions of the pair of poles
 * are not needed any more, or not yet: the tables stand in their place. */
static qh_status open_tables(const linear *e, bool inside, double **cell, double **storage) {
    const qh_volumes *v = e->v;
    const size_t size = v->n_cell * v->m;
    *cell = e->step->y.re;
    *storage = v->n_storage > 0 ? e->step->y.im : NULL;
    if (!inside) return QH_OK;
    QH_TRY(qh_volume_step_spare(e->step, v->n_storage > 0 ? 2 * size : size, cell));
    *storage = v->n_storage > 0 ? *cell + size : NULL;
    return QH_OK;
}

/* What is still has no changes there. */
static void close_tables(const linear *e) {
    const size_t size = volume_state_size(e->v) * sizeof(double);
    memset(e->step->y.re, 0, size);
    memset(e->step->y.im, 0, size);
}

static qh_status give_frame(const linear *e, double time, double part) {
    const qh_volumes *v = e->v;
    const bool inside = part > 0 && part < 1;
    double *cell, *storage;
    QH_TRY(open_tables(e, inside, &cell, &storage));
    for (size_t index = 0; index < v->n_system; index++) {
        double *state = state_at(e, index, part);
        if (inside) qh_volume_step_interpolate(e->step, index, part, state);
        const double *zone = state + (v->n_cell + v->n_point) * v->n_lane;
        copy_rows(v, index, state, v->n_cell, cell);
        copy_rows(v, index, state + v->n_cell * v->n_lane, v->n_point, e->point);
        if (!storage) continue;
        copy_rows(v, index, state, v->n_cell, storage);
        for (size_t z = 0; z < v->n_storage; z++)
            copy_rows(v, index, zone + z * v->n_lane, 1, storage + v->storage_cell[z] * v->m);
    }
    QH_TRY(qh_oxygen_check(e->problem, least_oxygen, e->point, cell, e->diag));
    const qh_frame given = {.time = time, .cell = cell, .storage = storage, .point = e->point};
    QH_TRY(e->sink->frame(e->sink->self, &given));
    if (!inside) close_tables(e);
    return QH_OK;
}

/* The k-th multiple of the interval, the run's end included. */
static double output_time(const qh_run_options *run, double interval, size_t k) {
    const double t = (double)k * interval;
    return t > run->duration * (1 - 1e-12) ? run->duration : t;
}

/* Gives all outputs up to `end`, where the step that is not yet accepted ends. */
static qh_status give_until(linear *e, double end) {
    const qh_run_options *run = &e->problem->river_case->run;
    const double begin = e->t;
    double last = begin;
    while (last < run->duration) {
        const double frame = output_time(run, run->output_interval, e->next_frame);
        const double sample = output_time(run, run->sample_interval, e->next_sample);
        const double time = fmin(frame, sample);
        if (time > end) break;
        const double part = time >= end ? 1 : (time - begin) / (end - begin);
        if (sample <= time) QH_TRY(give_sample(e, time, part));
        if (frame <= time) QH_TRY(give_frame(e, time, part));
        e->next_sample += sample <= time;
        e->next_frame += frame <= time;
        e->since_output = 0;
        last = time;
    }
    return QH_OK;
}

/* ---- the march ---- */

/* Lists the samples inside of a step of length h, for parts of the network that take shorter ones. */
static qh_status watch_samples(linear *e, double h) {
    const qh_run_options *run = &e->problem->river_case->run;
    const size_t n_section = e->problem->river_case->n_section, m = e->v->m;
    const size_t room = (size_t)(h / run->sample_interval) + 2;
    if (room > e->most_watched) {
        double *time = realloc(e->watch_time, room * sizeof *time);
        if (time) e->watch_time = time;
        double *value = realloc(e->watch.value, room * n_section * m * sizeof *value + 1);
        if (value) e->watch.value = value;
        bool *known = realloc(e->watch.known, room * n_section * sizeof *known + 1);
        if (known) e->watch.known = known;
        if (!time || !value || !known) return QH_E_NOMEM;
        e->most_watched = room;
    }
    e->watch.time = e->watch_time;
    e->watch.point = e->problem->network->section_point;
    e->watch.n_point = n_section;
    e->watch.n_time = 0;
    for (size_t k = e->next_sample; e->watch.n_time < room; k++) {
        const double time = output_time(run, run->sample_interval, k);
        if (time >= e->t + h) break;
        e->watch_time[e->watch.n_time++] = time - e->t;
    }
    return QH_OK;
}

/* Where the next step must end at the latest: a jump or bend, and a profile where parts of the network take shorter steps, since
 * inside of a step only samples are known there. */
static double latest_end(const linear *e) {
    const qh_run_options *run = &e->problem->river_case->run;
    const double end = fmin(e->window_end, run->duration);
    return e->step->local ? fmin(end, output_time(run, run->output_interval, e->next_frame)) : end;
}

/* One attempt; tells whether `next` may be taken and sets the length wanted. */
static qh_status attempt(linear *e, double h, double target, bool *good, double *end) {
    const qh_solver_options *solver = &e->problem->river_case->solver;
    *end = target - (e->t + h) < 1e-9 * h ? target : e->t + h;
    set_loads(e, *end, 1);
    if (e->step->local) QH_TRY(watch_samples(e, h));
    QH_TRY(qh_volume_step_try(e->step, h, solver->relative_tolerance, solver->absolute_tolerance));
    *good = qh_volume_pace_judge(&e->pace, e->step);
    return QH_OK;
}

static qh_status advance(linear *e, double target) {
    const size_t most = e->problem->river_case->solver.max_steps;
    const double duration = e->problem->river_case->run.duration;
    bool good = false;
    double end = e->t;
    while (!good) {
        QH_CHECK(e->since_output++ < most, QH_E_NUMERIC, e->diag, QH_NOWHERE,
                 "more than %zu time steps were needed between two outputs, at %.6g s: see solver.max_steps", most,
                 e->t);
        if (qh_progress_stop(e->progress, e->t / duration)) return QH_E_INTERRUPTED;
        QH_TRY(attempt(e, qh_volume_pace_length(&e->pace, e->step, target - e->t), target, &good, &end));
        e->rejected += !good;
    }
    e->steps++;
    QH_TRY(give_until(e, end));
    qh_volume_step_accept(e->step);
    e->t = end;
    return QH_OK;
}

static void mix_all(const linear *e) {
    for (size_t index = 0; index < e->v->n_system; index++)
        qh_volume_step_mix(e->step, index, 0, e->step->now + index * e->v->n_row * e->v->n_lane);
}

static qh_status march(linear *e) {
    const qh_run_options *run = &e->problem->river_case->run;
    const qh_forcing *forcing = e->problem->forcing;
    bool jumped = true;
    e->next_frame = e->next_sample = 0;
    set_loads(e, 0, 0);
    mix_all(e);
    qh_volume_step_note_largest(e->step);
    e->pace = (volume_pace){run->duration, run->duration};
    QH_TRY(give_sample(e, 0, 0));
    QH_TRY(give_frame(e, 0, 0));
    e->next_frame = e->next_sample = 1;
    QH_TRY(qh_volume_local_create(e->step, &e->step->local));
    if (e->step->local) e->step->local->watch = &e->watch;
    while (e->t < run->duration) {
        if (jumped && e->after_jump > 0) e->pace.wanted = fmin(e->pace.wanted, e->after_jump);
        QH_TRY(advance(e, latest_end(e)));
        if (jumped) e->after_jump = e->step->h;
        jumped = e->t >= e->window_end && qh_forcing_jumps_at(forcing, e->t);
        if (e->t >= e->window_end) e->window_end = qh_forcing_next_break(forcing, e->t);
        set_loads(e, e->t, 0);
        if (jumped) mix_all(e);
    }
    return QH_OK;
}

/* ---- beginning and end ---- */

/* Below zero, in a constituent that no other one consumes. */
static bool is_negative(const linear *e) {
    const qh_volumes *v = e->v;
    for (size_t index = 0; index < v->n_system; index++) {
        if (e->problem->river_case->constituent[v->system[index].species].is_oxygen) continue;
        const double *now = e->step->now + index * v->n_row * v->n_lane;
        for (size_t k = 0; k < v->n_row * v->n_lane; k++) {
            if (now[k] < 0) return true;
        }
    }
    return false;
}

static void fill_given(const linear *e) {
    const qh_volumes *v = e->v;
    for (size_t index = 0; index < v->n_system; index++) {
        const double value = e->problem->river_case->constituent[v->system[index].species].initial.value;
        double *now = e->step->now + index * v->n_row * v->n_lane;
        for (size_t k = 0; k < v->n_row * v->n_lane; k++)
            now[k] = value;
    }
}

/* The steady state of the high order may fall below zero beside a sharp step. Then the river is let run from that of the
 * low order, which cannot, until it rests or has been passed through: nothing of this is given out or counted. */
static qh_status settle(linear *e) {
    const qh_solver_options *solver = &e->problem->river_case->solver;
    QH_TRY(qh_volume_step_steady(e->step, true));
    set_loads(e, 0, 1);
    double passing = 0; /* s, twice the sum of all travel times: more than the longest way */
    for (size_t s = 0; s < e->v->n_segment; s++) {
        const volume_segment *segment = &e->v->segment[s];
        passing += 2 * (double)(segment->last - segment->first + 1) / segment->fastest;
    }
    mix_all(e);
    qh_volume_step_note_largest(e->step);
    double t = 0, h = passing / 1000;
    for (size_t k = 0; t < passing && k < solver->max_steps; k++) {
        QH_TRY(qh_volume_step_try(e->step, h, solver->relative_tolerance, solver->absolute_tolerance));
        const double factor = fmax(most_cut, fmin(most_growth, safety * pow(fmax(e->step->error, 1e-9), -0.2)));
        const bool good = e->step->error <= 1 && e->step->courant <= 1;
        if (good) {
            qh_volume_step_accept(e->step);
            t += h;
        }
        h *= e->step->courant > 1 ? fmax(most_cut, fmin(0.5, safety / e->step->courant)) : fmin(factor, good ? 1.5 : 1);
        if (qh_progress_stop(e->progress, 0)) return QH_E_INTERRUPTED;
    }
    qh_volume_step_forget(e->step);
    return QH_OK;
}

static qh_status set_initial(linear *e) {
    e->window_end = qh_forcing_next_break(e->problem->forcing, 0);
    set_loads(e, 0, 0);
    if (e->problem->river_case->run.initial != QH_INITIAL_STEADY) {
        fill_given(e);
        return QH_OK;
    }
    QH_TRY(qh_volume_step_steady(e->step, false));
    if (is_negative(e)) return settle(e);
    qh_volume_step_note_largest(e->step);
    return qh_volume_step_find_still(e->step);
}

static qh_status finish(linear *e) {
    const qh_case *river_case = e->problem->river_case;
    qh_volume_step_add_still(e->step);
    qh_volume_step_budget(e->step, e->budget);
    qh_volume_step_add_stored(e->step, 1, e->budget);
    qh_budget_close(e->budget);
    const volume_local *local = e->step->local;
    const char *const name[] = {"steps",         "rejected_steps", "factorisations", "solves",
                                "limited_steps", "steps_of_parts", "unknowns"};
    const double value[] = {e->steps,           e->rejected,        e->step->factorisations,
                            e->step->solves,    e->step->limitings, local ? local->part_steps : 0,
                            (double)e->v->n_row};
    const qh_run_result result = {
        .budget = e->budget, .n_statistic = sizeof value / sizeof *value, .statistic_name = name, .statistic = value};
    QH_TRY(e->sink->end(e->sink->self, &result));
    return qh_budget_check(e->budget, river_case, river_case->solver.balance_tolerance, e->diag);
}

static const char *objection(const qh_problem *problem) {
    const qh_case *river_case = problem->river_case;
    if (river_case->run.type != QH_UNSTEADY) return QH_N("the run is steady");
    if (problem->river_case->run.routing) return QH_N("the flow changes in time");
    if (!qh_kinetics_is_linear(river_case)) return QH_N("a process is nonlinear");
    size_t *order = malloc((river_case->n_constituent + 1) * sizeof *order);
    const bool ordered = order && qh_kinetics_order(river_case, order);
    free(order);
    if (!ordered) return QH_N("constituents depend on one another in a circle");
    const size_t n_water = problem->lane_grid ? problem->forcing->n_lane : 1;
    for (size_t lane = 0; lane < n_water; lane++) {
        const qh_grid *grid = qh_problem_grid(problem, lane);
        for (size_t i = 0; i < grid->n_cell; i++) {
            if (!(qh_grid_discharge_up(grid, i) > 0)) return QH_N("water runs against the direction of its reach");
        }
    }
    return NULL;
}

static qh_status solve(const qh_problem *problem, const qh_progress *progress, const qh_sink *sink, qh_diag *diag) {
    linear e = {.problem = problem, .progress = progress, .sink = sink, .diag = diag};
    const qh_run_layout layout = {.river_case = problem->river_case,
                                  .network = problem->network,
                                  .flow = problem->flow,
                                  .grid = problem->grid,
                                  .engine = "linear",
                                  .n_species = problem->forcing->n_species,
                                  .n_lane = problem->forcing->n_lane};
    qh_status status = open_linear(&e);
    if (status == QH_OK) status = set_initial(&e);
    if (status == QH_OK) {
        qh_volume_step_add_stored(e.step, -1, e.budget);
        status = sink->begin(sink->self, &layout);
    }
    if (status == QH_OK) status = march(&e);
    if (status == QH_OK) status = finish(&e);
    close_linear(&e);
    return status;
}

static int preference(const qh_problem *problem) {
    (void)problem;
    return 20;
}

const qh_engine qh_engine_linear = {
    .name = "linear",
    .title = QH_N("unsteady transport by linear finite volumes and an L-stable method of order 5"),
    .source = "Hairer, Wanner (1996), Solving Ordinary Differential Equations II, IV.8; Zalesak (1979), "
              "J. Comput. Phys. 31:335",
    .wide = 16,
    .varied = 8,
    .apart = 8,
    .preference = preference,
    .objection = objection,
    .solve = solve,
};
