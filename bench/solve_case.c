#include "bench/solve_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ready_make(qh_case *river_case, size_t n_lane, ready_case *ready) {
    *ready = (ready_case){.river_case = river_case, .water = hydraulics_of(river_case)};
    bench_must(qh_forcing_create(river_case, n_lane, &ready->forcing), "qh_forcing_create");
    for (size_t source = 0; source < ready->forcing->n_source; source++) {
        for (size_t species = 0; species < ready->forcing->n_species; species++) {
            for (size_t lane = 1; lane < n_lane; lane++)
                qh_forcing_scale(ready->forcing, source, species, lane, 1 - 0.5 * (double)lane / (double)n_lane);
        }
    }
    ready->problem = (qh_problem){.river_case = river_case,
                                  .network = ready->water.network,
                                  .flow = ready->water.flow,
                                  .grid = ready->water.grid,
                                  .forcing = ready->forcing};
}

void ready_free(ready_case *ready) {
    qh_forcing_destroy(ready->forcing);
    hydraulics_free(&ready->water);
    qh_case_destroy(ready->river_case);
    *ready = (ready_case){0};
}

/* ---- a sink that keeps what is wanted ---- */

typedef struct keeper {
    solve_result *result;
    size_t n_section, m; /* m = species * lanes */
} keeper;

static qh_status begin(void *self, const qh_run_layout *layout) {
    keeper *k = self;
    k->n_section = layout->river_case->n_section;
    k->m = layout->n_species * layout->n_lane;
    return QH_OK;
}

static qh_status frame(void *self, const qh_frame *given) {
    (void)self, (void)given;
    return QH_OK;
}

static qh_status sample(void *self, const qh_sample *given) {
    keeper *k = self;
    solve_result *result = k->result;
    const bool wanted = result->series && result->n_sample <= RACE_HOURS && k->n_section == RACE_SECTIONS;
    for (size_t s = 0; s < k->n_section; s++) {
        if (wanted) (*result->series)[result->n_sample][s] = given->section[s * k->m];
        if (result->section) result->section[s] = given->section[s * k->m];
    }
    result->n_sample++;
    return QH_OK;
}

static qh_status end(void *self, const qh_run_result *given) {
    keeper *k = self;
    for (size_t i = 0; i < given->n_statistic; i++) {
        if (strcmp(given->statistic_name[i], "steps") == 0) k->result->steps = given->statistic[i];
    }
    return QH_OK;
}

void ready_solve(const ready_case *ready, const qh_engine *engine, solve_result *result) {
    keeper k = {.result = result};
    const qh_sink sink = {&k, begin, frame, sample, end};
    result->n_sample = 0;
    result->steps = NAN;
    const qh_status status = engine->solve(&ready->problem, NULL, &sink, ready->water.diag);
    if (status == QH_OK) return;
    for (size_t i = 0; i < qh_diag_size(ready->water.diag); i++)
        (void)fprintf(stderr, "  %s\n", qh_diag_line(ready->water.diag, i));
    bench_must(status, engine->name);
}

void timed_solve_run(void *self) {
    timed_solve *t = self;
    ready_solve(t->ready, t->engine, &t->result);
}
