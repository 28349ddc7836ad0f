/* Linear solvers on the race case: a river of 100 km in 2,000 cells, ten days with hourly output.
 *
 *     factor, solve   ns a cell and component, for the matrix I - gamma J and one right-hand side, m components at once
 *     engine          every unsteady engine that takes steps, from start to end, ns a cell, time step and component */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/solve_case.h"
#include "solvers/transport.h"
#include "solvers/tree.h"

/* ---- factor and solve ---- */

typedef struct systems {
    const qh_pattern *pattern;
    size_t n, nnz, m;
    double *jacobian; /* [nnz][m], 1/s */
    double *system;   /* [nnz] */
    double *rhs, *x;  /* [n][m] */
} systems;

enum { rounds = 7 };

/* What one turn works on; `column` [n] is KLU's. */
typedef struct turn {
    systems *s;
    qh_tree *tree;
    qh_factors *klu;
    double gamma, *column;
} turn;

static void factor_by_tree(void *self) {
    const turn *t = self;
    bool sound[64];
    qh_tree_factor(t->tree, 1, -t->gamma, t->s->jacobian, sound);
}

static void factor_by_klu(void *self) {
    const turn *t = self;
    systems *s = t->s;
    for (size_t j = 0; j < s->m; j++) {
        for (size_t k = 0; k < s->nnz; k++)
            s->system[k] = -t->gamma * s->jacobian[k * s->m + j];
        for (size_t i = 0; i < s->n; i++)
            s->system[s->pattern->diagonal[i]] += 1;
        bench_must(qh_factors_compute(t->klu, j, s->system), "KLU");
    }
}

/* Both begin from the same right-hand side, so that no run goes on from the result of the one before. */
static void solve_by_tree(void *self) {
    const turn *t = self;
    memcpy(t->s->x, t->s->rhs, t->s->n * t->s->m * sizeof(double));
    qh_tree_solve(t->tree, t->s->x);
}

static void solve_by_klu(void *self) {
    const turn *t = self;
    systems *s = t->s;
    for (size_t j = 0; j < s->m; j++) {
        for (size_t i = 0; i < s->n; i++)
            t->column[i] = s->rhs[i * s->m + j];
        bench_must(qh_factors_solve(t->klu, j, t->column), "KLU");
        for (size_t i = 0; i < s->n; i++)
            s->x[i * s->m + j] = t->column[i];
    }
}

static void compare(const bench *b, systems *s, double gamma) {
    turn t = {.s = s, .gamma = gamma, .column = malloc(s->n * sizeof(double))};
    bench_must(t.column ? QH_OK : QH_E_NOMEM, "memory");
    bench_must(qh_tree_create(s->pattern, s->m, 4, &t.tree), "tree");
    bench_must(qh_factors_create(s->pattern, s->m, &t.klu), "KLU");
    factor_by_klu(&t); /* finds the ordering, once */
    const bench_runner runner[] = {{factor_by_tree, &t}, {factor_by_klu, &t}, {solve_by_tree, &t}, {solve_by_klu, &t}};
    static const char *const what[] = {"factor", "solve"};
    double best[4];
    bench_take_turns(4, runner, rounds, 2e-3, best);
    for (size_t k = 0; k < 2; k++) {
        const double scale = 1e9 / (double)s->n / (double)s->m;
        char name[96];
        (void)snprintf(name, sizeof name, "%s, %zu cells, %zu components, a cell and component", what[k], s->n, s->m);
        const bench_row row = bench_against(name, best[2 * k] * scale, "ns", "KLU", best[2 * k + 1] * scale);
        bench_print(b, &row);
    }
    free(t.column);
    qh_factors_destroy(t.klu);
    qh_tree_destroy(t.tree);
}

/* The Jacobian of a wave in the river, half the value of the steady state at its troughs. */
static void factor_and_solve(const bench *b, double cell_length, size_t m) {
    ready_case ready;
    qh_transport *transport = NULL;
    ready_make(race_case(cell_length, 1e-6), m, &ready);
    bench_must(qh_transport_create(&ready.problem, ready.water.diag, &transport), "transport");
    qh_transport_set_time(transport, 0);
    systems s = {.pattern = qh_transport_pattern(transport), .n = qh_transport_unknowns(transport), .m = m};
    s.nnz = (size_t)s.pattern->first[s.n];
    s.jacobian = malloc(s.nnz * m * sizeof(double));
    s.system = malloc(s.nnz * sizeof(double));
    s.rhs = malloc(s.n * m * sizeof(double));
    s.x = malloc(s.n * m * sizeof(double));
    bench_must(s.jacobian && s.system && s.rhs && s.x ? QH_OK : QH_E_NOMEM, "memory");
    for (size_t i = 0; i < s.n; i++) {
        for (size_t j = 0; j < m; j++)
            s.rhs[i * m + j] = 20 + 10 * sin(6e-5 * qh_grid_chainage(ready.water.grid, i) * (double)(1 + j));
    }
    for (size_t j = 0; j < m; j++) {
        qh_transport_jacobian(transport, s.rhs, j, s.system);
        for (size_t k = 0; k < s.nnz; k++)
            s.jacobian[k * m + j] = s.system[k];
    }
    compare(b, &s, 300);
    free(s.jacobian);
    free(s.system);
    free(s.rhs);
    free(s.x);
    qh_transport_destroy(transport);
    ready_free(&ready);
}

static void whole_run(const bench *b, const qh_engine *engine, size_t n_lane) {
    ready_case ready;
    ready_make(race_case(50, 1e-6), n_lane, &ready);
    if (!engine->objection(&ready.problem)) {
        timed_solve solve = {&ready, engine, {0}};
        const bench_runner runner = {timed_solve_run, &solve};
        double best = 0;
        bench_take_turns(1, &runner, 3, 0.01, &best);
        char name[96];
        (void)snprintf(name, sizeof name, "engine %s, %zu components, a cell-step and component", engine->name, n_lane);
        const double steps = solve.result.steps; /* NAN where an engine takes none */
        const bench_row row =
            bench_value(name, best / (double)ready.water.grid->n_cell / steps / (double)n_lane * 1e9, "ns");
        if (isfinite(row.value)) bench_print(b, &row);
    }
    ready_free(&ready);
}

int main(int argc, char **argv) {
    const bench b = bench_begin(argc, argv, "linear");
    factor_and_solve(&b, 50, 1);
    factor_and_solve(&b, 50, 2);
    factor_and_solve(&b, 50, 8);
    factor_and_solve(&b, 5, 1);
    factor_and_solve(&b, 5, 8);
    for (const qh_engine *const *engine = qh_registry_engine; *engine; engine++) {
        whole_run(&b, *engine, 1);
        whole_run(&b, *engine, 8);
    }
    return 0;
}
