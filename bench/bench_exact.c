/* Scenarios by the exact steady solution: 100 reaches (a main river and its tributaries), 200 outfalls, 100 sections, two
 * constituents, trapezoid channels with Manning's law, dispersion by Fischer's formula.
 *
 *     everything   s a scenario: discharge, channel state, dispersion, rates, factors, solution at all points
 *     loads only   s a scenario: solution at all points, in batches of n lanes */
#include <stdio.h>
#include <stdlib.h>

#include "bench/bench.h"
#include "solvers/exact.h"
#include "solvers/forcing.h"
#include "tests/support/case_builder.h"
#include "tests/support/hydraulics.h"

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

typedef struct scenario {
    const qh_case *c;
    const hydraulics *water;
    qh_exact *exact;
    double *load, *section; /* [n_source, species, lanes], [n_section, species, lanes] */
    size_t n_load, next;
} scenario;

static void solve_discharge(void *self) {
    const scenario *s = self;
    qh_flow *flow = NULL;
    bench_must(qh_flow_solve(s->c, s->water->network, NULL, &flow), "qh_flow_solve");
    qh_flow_destroy(flow);
}

static void solve_everything(void *self) {
    const scenario *s = self;
    qh_flow *flow = NULL;
    bench_must(qh_flow_solve(s->c, s->water->network, NULL, &flow), "qh_flow_solve");
    bench_must(qh_exact_set_water(s->exact, flow, NULL), "qh_exact_set_water");
    bench_must(qh_exact_solve(s->exact, s->load, NULL), "qh_exact_solve");
    qh_exact_sections(s->exact, s->section);
    qh_flow_destroy(flow);
}

static void solve_loads(void *self) {
    scenario *s = self;
    s->load[s->next] = 1 + 0.01 * (double)(s->next % 89); /* another scenario */
    s->next = (s->next + 1) % s->n_load;
    bench_must(qh_exact_solve(s->exact, s->load, NULL), "qh_exact_solve");
    qh_exact_sections(s->exact, s->section);
}

static void print(const bench *b, const char *name, double seconds, double mark) {
    bench_row row = bench_value(name, seconds, "s");
    row.mark = mark;
    bench_print(b, &row);
}

int main(int argc, char **argv) {
    enum { ROUNDS = 5, LANES = 64 };
    const bench b = bench_begin(argc, argv, "exact");
    const double least = 0.03; /* s, a round */
    qh_case *c = river();
    hydraulics water = hydraulics_of(c);
    qh_forcing *forcing = NULL;
    bench_must(qh_forcing_create(c, 1, &forcing), "qh_forcing_create");
    scenario s = {.c = c, .water = &water, .n_load = forcing->n_source * 2};
    s.load = malloc(s.n_load * LANES * sizeof *s.load);
    s.section = malloc(c->n_section * 2 * LANES * sizeof *s.section);
    if (!s.load || !s.section) exit(1);
    bench_must(qh_exact_create(c, water.network, water.flow, NULL, 1, NULL, &s.exact), "qh_exact_create");
    qh_forcing_loads(forcing, 0, s.load);
    const bench_runner whole[] = {{solve_everything, &s}, {solve_discharge, &s}};
    double best[2] = {0};
    bench_take_turns(2, whole, ROUNDS, least, best);
    print(&b, "everything, a scenario", best[0], 50e-6);
    print(&b, "of it the discharge", best[1], NAN);
    qh_exact_destroy(s.exact);
    for (size_t lanes = 1; lanes <= LANES; lanes *= 4) {
        bench_must(qh_exact_create(c, water.network, water.flow, NULL, lanes, NULL, &s.exact), "qh_exact_create");
        for (size_t k = 0; k < s.n_load * lanes; k++)
            s.load[k] = 1 + 0.01 * (double)(k % 97);
        const bench_runner runner = {solve_loads, &s};
        bench_take_turns(1, &runner, ROUNDS, least, best);
        char name[64];
        (void)snprintf(name, sizeof name, "loads only, %zu lane%s, a scenario", lanes, lanes > 1 ? "s" : "");
        print(&b, name, best[0] / (double)lanes, lanes == 16 ? 1 / 200e3 : NAN);
        qh_exact_destroy(s.exact);
    }
    free(s.load);
    free(s.section);
    qh_forcing_destroy(forcing);
    hydraulics_free(&water);
    qh_case_destroy(c);
    return 0;
}
