#include "tests/support/solved.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *grown(void *memory, size_t count, size_t size) {
    void *result = realloc(memory, (count ? count : 1) * size);
    if (!result) abort();
    return result;
}

static void note_range(solved *s, const double *c, size_t count) {
    for (size_t k = 0; k < count; k++) {
        s->lowest = fmin(s->lowest, c[k]);
        s->highest = fmax(s->highest, c[k]);
        if (!isfinite(c[k])) s->lowest = -INFINITY; /* fmin would pass over it */
    }
}

static qh_status begin(void *self, const qh_run_layout *layout) {
    solved *s = self;
    s->begins++;
    s->n_species = layout->n_species;
    s->n_lane = layout->n_lane;
    s->m = layout->n_species * layout->n_lane;
    return QH_OK;
}

static qh_status frame(void *self, const qh_frame *given) {
    solved *s = self;
    const size_t cells = s->water.grid->n_cell * s->m, points = s->water.network->n_point * s->m;
    s->cell = grown(s->cell, cells, sizeof(double));
    s->point = grown(s->point, points, sizeof(double));
    memcpy(s->cell, given->cell, cells * sizeof(double));
    memcpy(s->point, given->point, points * sizeof(double));
    note_range(s, given->cell, cells);
    note_range(s, given->point, points);
    if (given->storage) note_range(s, given->storage, cells);
    s->n_frame++;
    return QH_OK;
}

static qh_status sample(void *self, const qh_sample *given) {
    solved *s = self;
    const size_t row = s->water.river_case->n_section * s->m;
    s->sample_time = grown(s->sample_time, s->n_sample + 1, sizeof(double));
    s->sample = grown(s->sample, (s->n_sample + 1) * row, sizeof(double));
    s->sample_time[s->n_sample] = given->time;
    if (row) memcpy(s->sample + s->n_sample * row, given->section, row * sizeof(double));
    note_range(s, given->section, row);
    for (size_t k = 0; given->discharge && k < s->water.river_case->n_section; k++) {
        s->lowest_discharge = fmin(s->lowest_discharge, given->discharge[k]);
        s->highest_discharge = fmax(s->highest_discharge, given->discharge[k]);
    }
    s->n_sample++;
    return QH_OK;
}

static void keep_days(solved *s, const qh_run_result *result) {
    const qh_case *c = s->water.river_case;
    if (result->storage && c->n_reservoir > 0) {
        const qh_optional dead = c->reservoir[0].dead_level;
        s->storage = qh_storage_record_of(result->storage, 0, dead.given ? dead.value : -INFINITY, -INFINITY);
        s->storage_release = qh_release_record_of(&result->storage->release, 0);
    }
    if (!result->transfer || c->n_transfer == 0) return;
    const bool stored =
        c->n_reservoir > 0 && s->water.network->reservoir_point[0] == s->water.network->link[c->n_station].from;
    s->moved = qh_transfer_record_of(result->transfer, 0, stored);
    for (size_t d = 0; d < result->transfer->moved.n_day && d < sizeof s->cause / sizeof *s->cause; d++)
        s->cause[d] = qh_transfer_cause_of(result->transfer, 0, d, stored);
}

static qh_status end(void *self, const qh_run_result *result) {
    solved *s = self;
    const qh_budget *budget = result->budget;
    keep_days(s, result);
    s->ends++;
    s->worst = qh_budget_worst(budget);
    for (size_t k = 0; k < result->n_statistic; k++) {
        if (strcmp(result->statistic_name[k], "steps_of_parts") == 0) s->steps_of_parts = result->statistic[k];
    }
    const size_t rows = budget->n_row * budget->n_species * budget->n_lane;
    s->budget = *budget;
    s->budget.arena = NULL;
    s->budget.term = grown(NULL, rows * QH_BUDGET_TERMS, sizeof(double));
    s->budget.residual = grown(NULL, rows, sizeof(double));
    s->budget.throughput = grown(NULL, rows, sizeof(double));
    memcpy(s->budget.term, budget->term, rows * QH_BUDGET_TERMS * sizeof(double));
    memcpy(s->budget.residual, budget->residual, rows * sizeof(double));
    memcpy(s->budget.throughput, budget->throughput, rows * sizeof(double));
    return QH_OK;
}

static solved *open_solved(const qh_case *river_case, size_t n_lane) {
    solved *s = calloc(1, sizeof *s);
    if (!s) abort();
    s->lowest = INFINITY;
    s->highest = -INFINITY;
    s->lowest_discharge = INFINITY;
    s->highest_discharge = -INFINITY;
    s->water = hydraulics_of(river_case);
    if (qh_forcing_create(river_case, n_lane, &s->forcing) != QH_OK) abort();
    return s;
}

static qh_problem problem_of(const solved *s) {
    return (qh_problem){.river_case = s->water.river_case,
                        .network = s->water.network,
                        .flow = s->water.flow,
                        .grid = s->water.grid,
                        .forcing = s->forcing};
}

static void tell(const solved *s) {
    for (size_t k = 0; s->status != QH_OK && k < qh_diag_size(s->water.diag); k++)
        fprintf(stderr, "%s\n", qh_diag_line(s->water.diag, k));
}

solved *solve_case(const qh_case *river_case, const char *engine, size_t n_lane, void (*prepare)(qh_forcing *forcing)) {
    solved *s = open_solved(river_case, n_lane);
    if (prepare) prepare(s->forcing);
    const qh_problem problem = problem_of(s);
    const qh_sink sink = {.self = s, .begin = begin, .frame = frame, .sample = sample, .end = end};
    s->status = qh_engine_choose(&problem, engine, s->water.diag, &s->engine);
    if (s->status == QH_OK) s->status = s->engine->solve(&problem, NULL, &sink, s->water.diag);
    tell(s);
    return s;
}

solved *solve_pond(const qh_case *river_case, const char *engine, size_t section, double volume) {
    solved *s = open_solved(river_case, 1);
    double *pond = calloc(s->water.network->n_point, sizeof *pond);
    if (!pond) abort();
    pond[s->water.network->section_point[section]] = volume;
    qh_problem problem = problem_of(s);
    problem.pond = pond;
    const qh_sink sink = {.self = s, .begin = begin, .frame = frame, .sample = sample, .end = end};
    s->status = qh_engine_choose(&problem, engine, NULL, &s->engine);
    if (s->status == QH_OK) s->status = s->engine->solve(&problem, NULL, &sink, s->water.diag);
    free(pond);
    return s;
}

solved *solve_moving(const qh_case *river_case, const qh_router *router, size_t n_lane) {
    solved *s = open_solved(river_case, n_lane);
    const qh_problem problem = problem_of(s);
    const qh_sink sink = {.self = s, .begin = begin, .frame = frame, .sample = sample, .end = end};
    s->status = qh_moving_solve(&problem, router, NULL, &sink, s->water.diag);
    tell(s);
    return s;
}

void solved_free(solved *s) {
    if (!s) return;
    qh_forcing_destroy(s->forcing);
    hydraulics_free(&s->water);
    free(s->sample_time);
    free(s->sample);
    free(s->cell);
    free(s->point);
    free(s->budget.term);
    free(s->budget.residual);
    free(s->budget.throughput);
    free(s);
}

double solved_section(const solved *s, size_t k, size_t section, size_t component) {
    return s->sample[(k * s->water.river_case->n_section + section) * s->m + component];
}
