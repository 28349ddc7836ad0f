/* The response matrix: what it costs, and how fast load scenarios are as matrix products.
 *
 * One process, OpenBLAS on one thread; each row is the best of its rounds. `--json` prints one object a line:
 * {"group","row","value","unit","mark","holds"}; rows without a mark have null there. */
#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "scenarios/response.h"
#include "solvers/exact.h"
#include "solvers/forcing.h"
#include "tests/support/case_builder.h"

void openblas_set_num_threads(int number); /* not in every cblas.h */

static double now(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void must(qh_status status) {
    if (status == QH_OK) return;
    (void)fprintf(stderr, "bench_response: %s\n", qh_status_text(status));
    exit(1);
}

static void tell(bool json, const char *row, double value, const char *unit, double mark) {
    const bool marked = mark > 0;
    if (!json) {
        (void)printf("%-44s %12.4g %s", row, value, unit);
        if (marked) (void)printf("   mark %g: %s", mark, value >= mark ? "holds" : "missed");
        (void)putchar('\n');
        return;
    }
    (void)printf("{\"group\":\"response\",\"row\":\"%s\",\"value\":%.6g,\"unit\":\"%s\",", row, value, unit);
    if (marked)
        (void)printf("\"mark\":%g,\"holds\":%s}\n", mark, value >= mark ? "true" : "false");
    else
        (void)printf("\"mark\":null,\"holds\":null}\n");
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

static void products(const qh_response *r, bool json) {
    enum { N = 100000, ROUNDS = 7 };
    const size_t first = r->first_outfall, count = r->first_lateral - first, n = r->n_species;
    double *load = malloc(n * N * count * sizeof *load), *section = malloc(n * N * r->n_section * sizeof *section);
    double *rest = malloc(n * r->n_section * sizeof *rest);
    if (!load || !section || !rest) exit(1);
    for (size_t k = 0; k < n * N * count; k++)
        load[k] = 1 + 0.01 * (double)(k % 997);
    qh_response_rest(r, first, count, rest);
    double best = INFINITY;
    for (int round = 0; round < ROUNDS; round++) {
        const double start = now();
        qh_response_evaluate(r, first, count, rest, N, load, section);
        best = fmin(best, now() - start);
    }
    tell(json, "scenario-sections a second, 100 outfalls", (double)N * (double)(r->n_section * n) / best, "1/s", 30e6);
    tell(json, "time of a million scenarios, one constituent", 1e6 / N * best / (double)n, "s", 0);
    free(load);
    free(section);
    free(rest);
}

/* The factors and one solve, which an adjoint way would need too before its first section. */
static double one_solve(const qh_prepared *p) {
    const qh_case *c = p->river_case;
    qh_forcing *forcing = NULL;
    must(qh_forcing_create(c, 1, &forcing));
    double *load = malloc(forcing->n_source * forcing->n_species * sizeof *load), best = INFINITY;
    if (!load) exit(1);
    qh_forcing_loads(forcing, 0, load);
    for (int round = 0; round < 5; round++) {
        const double start = now();
        qh_exact *exact = NULL;
        must(qh_exact_create(c, p->network, p->flow, NULL, 1, NULL, &exact));
        must(qh_exact_solve(exact, load, NULL));
        qh_exact_destroy(exact);
        best = fmin(best, now() - start);
    }
    free(load);
    qh_forcing_destroy(forcing);
    return best;
}

int main(int argc, char **argv) {
    const bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
    openblas_set_num_threads(1);
    qh_case *c = river();
    qh_prepared *p = NULL;
    must(qh_prepare(c, NULL, &p));
    double best = INFINITY;
    qh_response *r = NULL;
    for (int round = 0; round < 5; round++) {
        qh_response_destroy(r);
        const double start = now();
        must(qh_response_create(p, NULL, &r));
        best = fmin(best, now() - start);
    }
    tell(json, "one solve with its factors", 1e3 * one_solve(p), "ms", 0);
    tell(json, "matrix of 125 sources and 30 sections", 1e3 * best, "ms", 0);
    tell(json, "sum of contributions against the whole", r->sum_error, "-", 0);
    products(r, json);
    qh_response_destroy(r);
    qh_prepared_destroy(p);
    qh_case_destroy(c);
    return 0;
}
