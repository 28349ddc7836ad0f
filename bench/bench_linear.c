/* Linear solvers on the race case: a river of 100 km in 2,000 cells, ten days with hourly output.
 *
 * One process, one thread; the solvers take turns and each row is the best of its rounds, so that what else runs on the
 * machine touches both alike.
 *     factor, solve   ns a cell and component, for the matrix I - gamma J and one right-hand side, m components at once
 *     whole run       engine "general" from start to end, ns a cell and time step */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "solvers/engine.h"
#include "solvers/transport.h"
#include "solvers/tree.h"
#include "tests/support/case_builder.h"
#include "tests/support/hydraulics.h"

static double now(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void must(qh_status status) {
    if (status == QH_OK) return;
    (void)fprintf(stderr, "bench_linear: %s\n", qh_status_text(status));
    exit(1);
}

/* 100 km, 20 m3/s, 40 m2, 20 m2/s, 0.25 1/d; 15 mg/L that step to 30 after a day; outfalls at 20 and 60 km. */
static qh_case *race_case(double cell_length) {
    static const double time[] = {0, 86400}, value[] = {15, 30};
    const double per_day = 1 / 86400.0;
    case_builder *b = case_begin(1);
    case_reach(b, "R", "A", "Z", 100e3, 40, 20);
    case_headwater(b, "A", 20, 15);
    case_constituent(b, 0)->k20 = 0.25 * per_day;
    case_outfall(b, "R", 20e3, 0.5, 25);
    case_outfall(b, "R", 60e3, 0.8, 24);
    for (size_t k = 0; k < 5; k++)
        case_section(b, "R", k == 4 ? 99e3 : 10e3 + 20e3 * (double)k);
    case_unsteady(b, 10 * 86400, 864000, 3600);
    qh_case *c = case_end(b);
    c->solver.cell_length = cell_length;
    case_give_series(c->headwater[0].input, 0, false, case_series(b, QH_STEP, 2, time, value));
    return c;
}

/* ---- factor and solve ---- */

typedef struct systems {
    const qh_pattern *pattern;
    size_t n, nnz, m;
    double *jacobian; /* [nnz][m], 1/s */
    double *system;   /* [nnz] */
    double *rhs, *x;  /* [n][m] */
} systems;

enum { rounds = 7, times = 100 };

/* ns a cell and component, of the best round */
static double per_cell(const systems *s, double seconds) { return seconds / times / (double)s->n / (double)s->m * 1e9; }

static void factor_by_klu(systems *s, qh_factors *klu, double gamma) {
    for (size_t j = 0; j < s->m; j++) {
        for (size_t k = 0; k < s->nnz; k++)
            s->system[k] = -gamma * s->jacobian[k * s->m + j];
        for (size_t i = 0; i < s->n; i++)
            s->system[s->pattern->diagonal[i]] += 1;
        must(qh_factors_compute(klu, j, s->system));
    }
}

static void solve_by_klu(systems *s, qh_factors *klu, double *column) {
    for (size_t j = 0; j < s->m; j++) {
        for (size_t i = 0; i < s->n; i++)
            column[i] = s->x[i * s->m + j];
        must(qh_factors_solve(klu, j, column));
        for (size_t i = 0; i < s->n; i++)
            s->x[i * s->m + j] = column[i];
    }
}

static void compare(systems *s, double gamma) {
    qh_tree *tree = NULL;
    qh_factors *klu = NULL;
    bool sound[64];
    double *column = malloc(s->n * sizeof *column);
    double factor[2] = {INFINITY, INFINITY}, solve[2] = {INFINITY, INFINITY};
    must(column ? QH_OK : QH_E_NOMEM);
    must(qh_tree_create(s->pattern, s->m, 4, &tree));
    must(qh_factors_create(s->pattern, s->m, &klu));
    factor_by_klu(s, klu, gamma);
    for (size_t round = 0; round < rounds; round++) {
        double begun = now();
        for (size_t k = 0; k < times; k++)
            qh_tree_factor(tree, 1, -gamma, s->jacobian, sound);
        factor[0] = fmin(factor[0], now() - begun);
        begun = now();
        for (size_t k = 0; k < times; k++)
            factor_by_klu(s, klu, gamma);
        factor[1] = fmin(factor[1], now() - begun);
        memcpy(s->x, s->rhs, s->n * s->m * sizeof(double));
        begun = now();
        for (size_t k = 0; k < times; k++)
            qh_tree_solve(tree, s->x);
        solve[0] = fmin(solve[0], now() - begun);
        memcpy(s->x, s->rhs, s->n * s->m * sizeof(double));
        begun = now();
        for (size_t k = 0; k < times; k++)
            solve_by_klu(s, klu, column);
        solve[1] = fmin(solve[1], now() - begun);
    }
    printf("%zu cells, m = %zu: factor %.1f ns by tree, %.1f by KLU (%.1f times); solve %.1f and %.1f (%.1f times)\n",
           s->n, s->m, per_cell(s, factor[0]), per_cell(s, factor[1]), factor[1] / factor[0], per_cell(s, solve[0]),
           per_cell(s, solve[1]), solve[1] / solve[0]);
    free(column);
    qh_factors_destroy(klu);
    qh_tree_destroy(tree);
}

/* The Jacobian of a wave in the river, half the value of the steady state at its troughs. */
static void factor_and_solve(double cell_length, size_t m) {
    qh_case *c = race_case(cell_length);
    hydraulics water = hydraulics_of(c);
    qh_forcing *forcing = NULL;
    qh_transport *transport = NULL;
    must(qh_forcing_create(c, m, &forcing));
    const qh_problem problem = {c, water.network, water.flow, water.grid, forcing};
    must(qh_transport_create(&problem, water.diag, &transport));
    qh_transport_set_time(transport, 0);
    systems s = {.pattern = qh_transport_pattern(transport), .n = qh_transport_unknowns(transport), .m = m};
    s.nnz = (size_t)s.pattern->first[s.n];
    s.jacobian = malloc(s.nnz * m * sizeof(double));
    s.system = malloc(s.nnz * sizeof(double));
    s.rhs = malloc(s.n * m * sizeof(double));
    s.x = malloc(s.n * m * sizeof(double));
    must(s.jacobian && s.system && s.rhs && s.x ? QH_OK : QH_E_NOMEM);
    for (size_t i = 0; i < s.n; i++) {
        for (size_t j = 0; j < m; j++)
            s.rhs[i * m + j] = 20 + 10 * sin(6e-5 * water.grid->chainage[i] * (double)(1 + j));
    }
    for (size_t j = 0; j < m; j++) {
        qh_transport_jacobian(transport, s.rhs, j, s.system);
        for (size_t k = 0; k < s.nnz; k++)
            s.jacobian[k * m + j] = s.system[k];
    }
    compare(&s, 300);
    free(s.jacobian);
    free(s.system);
    free(s.rhs);
    free(s.x);
    qh_transport_destroy(transport);
    qh_forcing_destroy(forcing);
    hydraulics_free(&water);
    qh_case_destroy(c);
}

/* ---- whole run: a sink that keeps the statistics only ---- */

typedef struct tally {
    double steps, newton, factorisations;
} tally;

static qh_status ignore_begin(void *self, const qh_run_layout *layout) {
    (void)self, (void)layout;
    return QH_OK;
}
static qh_status ignore_frame(void *self, const qh_frame *frame) {
    (void)self, (void)frame;
    return QH_OK;
}
static qh_status ignore_sample(void *self, const qh_sample *sample) {
    (void)self, (void)sample;
    return QH_OK;
}
static qh_status note_end(void *self, const qh_run_result *result) {
    tally *t = self;
    for (size_t k = 0; k < result->n_statistic; k++) {
        const char *name = result->statistic_name[k];
        if (strcmp(name, "steps") == 0) t->steps = result->statistic[k];
        if (strcmp(name, "newton_iterations") == 0) t->newton = result->statistic[k];
        if (strcmp(name, "factorisations") == 0) t->factorisations = result->statistic[k];
    }
    return QH_OK;
}

static void whole_run(size_t n_lane) {
    qh_case *c = race_case(50);
    hydraulics water = hydraulics_of(c);
    qh_forcing *forcing = NULL;
    const qh_engine *engine = NULL;
    must(qh_forcing_create(c, n_lane, &forcing));
    const qh_problem problem = {c, water.network, water.flow, water.grid, forcing};
    must(qh_engine_choose(&problem, "general", water.diag, &engine));
    tally t = {0};
    const qh_sink sink = {&t, ignore_begin, ignore_frame, ignore_sample, note_end};
    double best = INFINITY;
    for (size_t round = 0; round < 5; round++) {
        const double begun = now();
        must(engine->solve(&problem, NULL, &sink, water.diag));
        best = fmin(best, now() - begun);
    }
    printf("whole run, m = %zu: %.4f s, %zu cells, %.0f steps, %.0f Newton, %.0f factorisations, "
           "%.1f ns a cell-step and component\n",
           n_lane, best, water.grid->n_cell, t.steps, t.newton, t.factorisations,
           best / (double)water.grid->n_cell / t.steps / (double)n_lane * 1e9);
    qh_forcing_destroy(forcing);
    hydraulics_free(&water);
    qh_case_destroy(c);
}

int main(void) {
    factor_and_solve(50, 1);
    factor_and_solve(50, 2);
    factor_and_solve(50, 8);
    factor_and_solve(5, 1);
    factor_and_solve(5, 8);
    whole_run(1);
    whole_run(2);
    whole_run(8);
    return 0;
}
