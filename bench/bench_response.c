/* The response matrix: what it costs, and how fast load scenarios are as matrix products; OpenBLAS on one thread. */
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/bench.h"
#include "scenarios/response.h"
#include "solvers/exact.h"
#include "solvers/forcing.h"
#include "tests/support/case_builder.h"

/* Not in every cblas.h. */
void openblas_set_num_threads(int number); /* NOLINT(readability-redundant-declaration) */

enum { ROUNDS = 7 };

static double time_of(void (*run)(void *self), void *self) {
    const bench_runner runner = {run, self};
    double best = 0;
    bench_take_turns(1, &runner, ROUNDS, 0.02, &best);
    return best;
}

/* A main river of 25 reaches with a tributary at each node but the first: 100 outfalls, 30 sections, two constituents. */
static qh_case *river(void) {
    enum { N = 25 };
    case_builder *b = case_begin(2);
    for (size_t k = 0; k < 2; k++)
        case_constituent(b, k)->k20 = (0.25 - 0.1 * (double)k) / 86400;
    char main_reach[8], branch[8], from[8], to[8], head[8];
    for (int k = 0; k < N; k++) {
        (void)snprintf(main_reach, sizeof main_reach, "m%d", k);
        (void)snprintf(branch, sizeof branch, "t%d", k);
        (void)snprintf(from, sizeof from, "n%d", k);
        (void)snprintf(to, sizeof to, "n%d", k + 1);
        (void)snprintf(head, sizeof head, "h%d", k);
        case_reach(b, main_reach, from, to, 4000, 20 + k, 15);
        case_reach(b, branch, head, from, 6000, 4, 5);
        case_headwater(b, head, 0.5 + 0.02 * k, 3);
        for (int i = 0; i < 4; i++)
            case_outfall(b, i < 2 ? main_reach : branch, 700 + 900.0 * i, 0.01, 4 + i);
        case_section(b, main_reach, 3500);
        if (k % 5 == 0) case_section(b, branch, 5500);
    }
    return case_end(b);
}

/* ---- scenarios as products ---- */

typedef struct product {
    const qh_response *response;
    size_t first, count, n_scenario;
    double *load, *section, *rest;
} product;

static void evaluate(void *self) {
    const product *p = self;
    qh_response_evaluate(p->response, p->first, p->count, p->rest, p->n_scenario, p->load, p->section);
}

static void products(const bench *b, const qh_response *r) {
    product p = {.response = r, .first = r->first_outfall, .n_scenario = 100000};
    p.count = r->first_lateral - p.first;
    const size_t n = r->n_species, scenarios = p.n_scenario;
    p.load = malloc(n * scenarios * p.count * sizeof *p.load);
    p.section = malloc(n * scenarios * r->n_section * sizeof *p.section);
    p.rest = malloc(n * r->n_section * sizeof *p.rest);
    if (!p.load || !p.section || !p.rest) exit(1);
    for (size_t k = 0; k < n * scenarios * p.count; k++)
        p.load[k] = 1 + 0.01 * (double)(k % 997);
    qh_response_rest(r, p.first, p.count, p.rest);
    const double best = time_of(evaluate, &p);
    bench_row row = bench_value("a scenario-section, 100 outfalls", best / (double)(scenarios * r->n_section * n), "s");
    row.mark = 1 / 30e6;
    bench_print(b, &row);
    row = bench_value("a million scenarios, one constituent", 1e6 / (double)(scenarios * n) * best, "s");
    bench_print(b, &row);
    free(p.load);
    free(p.section);
    free(p.rest);
}

/* ---- the matrix, and one solve with its factors, which an adjoint way would need too before its first section ---- */

typedef struct whole {
    const qh_prepared *prepared;
    const double *load;
    qh_response *response;
} whole;

static void make_matrix(void *self) {
    whole *w = self;
    qh_response_destroy(w->response);
    bench_must(qh_response_create(w->prepared, NULL, &w->response), "qh_response_create");
}

static void solve_once(void *self) {
    const whole *w = self;
    const qh_prepared *p = w->prepared;
    qh_exact *exact = NULL;
    bench_must(qh_exact_create(p->river_case, p->network, p->flow, NULL, 1, NULL, &exact), "qh_exact_create");
    bench_must(qh_exact_solve(exact, w->load, NULL), "qh_exact_solve");
    qh_exact_destroy(exact);
}

int main(int argc, char **argv) {
    const bench b = bench_begin(argc, argv, "response");
    openblas_set_num_threads(1);
    qh_case *c = river();
    qh_prepared *p = NULL;
    qh_forcing *forcing = NULL;
    bench_must(qh_prepare(c, NULL, &p), "qh_prepare");
    bench_must(qh_forcing_create(p->river_case, 1, &forcing), "qh_forcing_create");
    double *load = malloc(forcing->n_source * forcing->n_species * sizeof *load);
    if (!load) exit(1);
    qh_forcing_loads(forcing, 0, load);
    whole w = {.prepared = p, .load = load};
    bench_row row = bench_value("one solve with its factors", time_of(solve_once, &w), "s");
    bench_print(&b, &row);
    row = bench_value("matrix of 125 sources and 30 sections", time_of(make_matrix, &w), "s");
    bench_print(&b, &row);
    row = bench_value("sum of contributions against the whole", w.response->sum_error, "-");
    bench_print(&b, &row);
    products(&b, w.response);
    qh_response_destroy(w.response);
    free(load);
    qh_forcing_destroy(forcing);
    qh_prepared_destroy(p);
    qh_case_destroy(c);
    return 0;
}
