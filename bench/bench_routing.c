/* A year of hourly flow on a river of 1,000 cells: the water alone by each router, and with two constituents. */
#include <math.h>
#include <stdlib.h>

#include "bench/bench.h"
#include "solvers/moving.h"
#include "tests/support/case_builder.h"
#include "tests/support/hydraulics.h"

enum { N_HOUR = 8760, N_CELL = 1000 };
#define DX 200.0 /* m */

static const qh_series *hydrograph(void) {
    static double time[N_HOUR + 1], flow[N_HOUR + 1];
    for (size_t i = 0; i <= N_HOUR; i++) { /* wet and dry seasons, and a flood every ten days */
        const double day = (double)i / 24, phase = fmod(day, 10);
        time[i] = 3600.0 * (double)i;
        flow[i] = 30 - 20 * cos(2 * 3.14159265358979 * day / 365) + 60 * phase * exp(1 - 2 * phase);
    }
    static const qh_series series = {
        .name = "q", .interpolation = QH_LINEAR, .count = N_HOUR + 1, .time = time, .value = flow};
    return &series;
}

static qh_case *river_of(case_builder *b) {
    qh_reach *reach = case_reach(b, "r", "a", "o", N_CELL * DX, 1, 1);
    reach->channel = (qh_channel){.law = "trapezoid",
                                  .bottom_width = {true, 30},
                                  .side_slope = {true, 1.5},
                                  .slope = {true, 8e-4},
                                  .manning = {true, 0.032}};
    reach->dispersion = (qh_optional){true, 20};
    for (size_t k = 0; k < 2; k++)
        case_constituent(b, k)->k20 = 0.2 / 86400;
    qh_headwater *head = case_headwater(b, "a", hydrograph()->value[0], 5);
    head->flow_series = hydrograph();
    (void)case_outfall(b, "r", 50000, 0, 20);
    (void)case_section(b, "r", N_CELL * DX - 1000);
    case_unsteady(b, 3600.0 * N_HOUR, 3600.0 * N_HOUR, 3600);
    qh_case *c = case_end(b);
    c->solver.cell_length = DX;
    c->run.routing_step = 3600;
    return c;
}

typedef struct routed {
    const qh_routing *routing;
    const qh_router *router;
} routed;

static void run_router(void *self) {
    const routed *r = self;
    void *state = NULL;
    bench_must(r->router->create(r->routing, NULL, &state), r->router->name);
    qh_water water;
    for (double at = 0; at < 3600.0 * N_HOUR; at = water.end)
        bench_must(r->router->advance(state, 3600 * (floor(at / 3600) + 1), NULL, &water), r->router->name);
    r->router->destroy(state);
}

static void measure(const bench *b, bench_runner runner, size_t rounds, const char *row, double mark) {
    double seconds;
    bench_take_turns(1, &runner, rounds, 0, &seconds);
    bench_row r = bench_value(row, seconds, "s");
    r.mark = mark;
    bench_print(b, &r);
}

static void route(const bench *b, const qh_routing *routing, const char *name, const char *row, double mark) {
    routed r = {routing, qh_router_find(name)};
    measure(b, (bench_runner){run_router, &r}, 3, row, mark);
}

static qh_status begin_run(void *self, const qh_run_layout *layout) {
    (void)self, (void)layout;
    return QH_OK;
}
static qh_status take_frame(void *self, const qh_frame *frame) {
    (void)self, (void)frame;
    return QH_OK;
}
static qh_status take_sample(void *self, const qh_sample *sample) {
    (void)self, (void)sample;
    return QH_OK;
}
static qh_status end_run(void *self, const qh_run_result *result) {
    (void)self, (void)result;
    return QH_OK;
}

static void run_moving(void *self) {
    const qh_problem *problem = self;
    const qh_sink sink = {NULL, begin_run, take_frame, take_sample, end_run};
    bench_must(qh_moving_solve(problem, qh_router_find("kinematic"), NULL, &sink, NULL), "moving");
}

static void carry(const bench *b, qh_case *c, const hydraulics *h, double tolerance, const char *row, double mark) {
    c->solver.relative_tolerance = c->solver.absolute_tolerance = tolerance;
    qh_forcing *forcing = NULL;
    bench_must(qh_forcing_create(c, 1, &forcing), "forcing");
    qh_problem problem = {.river_case = c, .network = h->network, .flow = h->flow, .grid = h->grid, .forcing = forcing};
    measure(b, (bench_runner){run_moving, &problem}, 2, row, mark);
    qh_forcing_destroy(forcing);
}

int main(int argc, char **argv) {
    const bench b = bench_begin(argc, argv, "routing");
    case_builder *builder = case_begin(2);
    qh_case *c = river_of(builder);
    hydraulics h = hydraulics_of(c);
    const qh_routing routing = {.river_case = c, .network = h.network, .flow = h.flow, .grid = h.grid};
    route(&b, &routing, "kinematic", "a year of hours, 1,000 cells: kinematic", 1.5);
    route(&b, &routing, "diffusive", "a year of hours, 1,000 cells: diffusive", (double)NAN);
    carry(&b, c, &h, 1e-4, "with two constituents, tolerance 1e-4", 5.0);
    carry(&b, c, &h, 1e-6, "with two constituents, tolerance 1e-6", 5.0);
    hydraulics_free(&h);
    qh_case_destroy(c);
    return 0;
}
