/* Scenarios by the exact steady solution: 100 reaches (a main river and its tributaries), 200 outfalls, 100 sections, two
 * constituents, trapezoid channels with Manning's law, dispersion by Fischer's formula.
 *
 * One process, one thread, best of rounds.
 *     everything   us a scenario: discharge, channel state, dispersion, rates, factors, solution at all points
 *     loads only   scenarios a second: solution at all points, in batches of n lanes */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "solvers/exact.h"
#include "solvers/forcing.h"
#include "tests/support/case_builder.h"
#include "tests/support/hydraulics.h"

static double now(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void must(qh_status status) {
    if (status == QH_OK) return;
    (void)fprintf(stderr, "bench_exact: %s\n", qh_status_text(status));
    exit(1);
}

static void make_channel(qh_reach *r, double width) {
    r->channel = (qh_channel){.law = "trapezoid",
                              .manning = {true, 0.035},
                              .bottom_width = {true, width},
                              .side_slope = {true, 2},
                              .slope = {true, 5e-4}};
    r->dispersion = (qh_optional){0};
    r->dispersion_formula = "fischer";
}

/* 50 reaches of a main river, and a tributary of one reach at each of its nodes. */
static qh_case *river(void) {
    enum { n_main = 50 };
    static char name[2 * n_main + 2][8];
    case_builder *b = case_begin(2);
    case_constituent(b, 0)->k20 = 2e-6;
    case_constituent(b, 0)->theta = 1.047;
    case_constituent(b, 1)->k20 = 1e-6;
    case_constituent(b, 1)->theta = 1.08;
    for (size_t k = 0; k <= n_main; k++)
        (void)snprintf(name[k], sizeof name[k], "n%d", (int)k);
    for (size_t k = 0; k < n_main; k++) {
        char reach[8], tributary[8], head[8];
        (void)snprintf(reach, sizeof reach, "m%d", (int)k);
        (void)snprintf(tributary, sizeof tributary, "t%d", (int)k);
        (void)snprintf(head, sizeof head, "h%d", (int)k);
        make_channel(case_reach(b, reach, name[k], name[k + 1], 3000, 1, 1), 5 + 0.4 * (double)k);
        make_channel(case_reach(b, tributary, head, name[k], 4000, 1, 1), 3);
        case_headwater(b, head, 0.5 + 0.01 * (double)k, 2);
        for (size_t i = 0; i < 4; i++)
            case_outfall(b, i < 2 ? reach : tributary, 500 + 900 * (double)(i % 2) + 7 * (double)k, 0.01,
                         5 + (double)i);
        case_section(b, reach, 2500);
        case_section(b, tributary, 3500);
    }
    return case_end(b);
}

int main(void) {
    enum { rounds = 9, times = 200 };
    qh_case *c = river();
    hydraulics water = hydraulics_of(c);
    (void)printf("%zu reaches, %zu outfalls, %zu sections, %zu points, %zu segments\n", c->n_reach, c->n_outfall,
                 c->n_section, water.network->n_point, water.network->n_segment);
    qh_forcing *forcing = NULL;
    must(qh_forcing_create(c, 1, &forcing));
    double *load = malloc(forcing->n_source * 2 * 64 * sizeof *load),
           *section = malloc(c->n_section * 2 * 64 * sizeof *section);
    if (!load || !section) return 1;
    qh_exact *exact = NULL;
    must(qh_exact_create(c, water.network, water.flow, NULL, 1, NULL, &exact));
    qh_forcing_loads(forcing, 0, load);
    double whole = INFINITY, discharge = INFINITY, state = INFINITY;
    for (size_t round = 0; round < rounds; round++) {
        double flow_time = 0, water_time = 0;
        const double start = now();
        for (size_t k = 0; k < times; k++) {
            const double t0 = now();
            qh_flow *flow = NULL;
            must(qh_flow_solve(c, water.network, NULL, &flow));
            const double t1 = now();
            must(qh_exact_set_water(exact, flow, NULL));
            const double t2 = now();
            must(qh_exact_solve(exact, load, NULL));
            qh_exact_sections(exact, section);
            qh_flow_destroy(flow);
            flow_time += t1 - t0;
            water_time += t2 - t1;
        }
        whole = fmin(whole, (now() - start) / times);
        discharge = fmin(discharge, flow_time / times);
        state = fmin(state, water_time / times);
    }
    (void)printf("everything   %8.1f us a scenario (discharge %.1f, channels and factors %.1f)\n", 1e6 * whole,
                 1e6 * discharge, 1e6 * state);
    qh_exact_destroy(exact);
    for (size_t lanes = 1; lanes <= 64; lanes *= 4) {
        must(qh_exact_create(c, water.network, water.flow, NULL, lanes, NULL, &exact));
        for (size_t k = 0; k < forcing->n_source * 2 * lanes; k++)
            load[k] = 1 + 0.01 * (double)(k % 97);
        double best = INFINITY;
        for (size_t round = 0; round < rounds; round++) {
            const double start = now();
            for (size_t k = 0; k < times; k++) {
                load[k] *= 1.01; /* another scenario */
                must(qh_exact_solve(exact, load, NULL));
                qh_exact_sections(exact, section);
            }
            best = fmin(best, (now() - start) / (double)(times * lanes));
        }
        (void)printf("loads only   %8.0f scenarios a second, %zu lanes\n", 1 / best, lanes);
        qh_exact_destroy(exact);
    }
    free(load);
    free(section);
    qh_forcing_destroy(forcing);
    hydraulics_free(&water);
    qh_case_destroy(c);
    return 0;
}
