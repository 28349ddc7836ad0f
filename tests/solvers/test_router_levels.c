/* Routers with levels: balances, still water, backwater curves, drying, and a tracer of one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs those above */
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/levels.h"
#include "solvers/stage.h"
#include "tests/support/random_network.h"
#include "tests/support/solved.h"
#include "tests/support/water_balance.h"


static qh_routing routing_of(const hydraulics *h) {
    return (qh_routing){.river_case = h->river_case, .network = h->network, .flow = h->flow, .grid = h->grid};
}

static void set_channel(qh_reach *reach, double width, double side, double slope, double manning) {
    reach->channel = (qh_channel){.law = "trapezoid",
                                  .bottom_width = {true, width},
                                  .side_slope = {true, side},
                                  .slope = {true, slope},
                                  .manning = {true, manning}};
}

/* A random network whose reaches all have cross-sections. */
static case_builder *random_case(uint64_t seed, unsigned without) {
    random_options options = random_options_of(seed);
    options.flags = RANDOM_EVERYTHING & ~(unsigned)(RANDOM_STORAGE | RANDOM_CHANNELS) & ~without;
    options.most_reaches = 12;
    case_builder *b = random_network(&options);
    qh_case *c = case_end(b);
    random_source r = {seed};
    for (size_t i = 0; i < c->n_reach; i++)
        set_channel((qh_reach *)&c->reach[i], random_logarithmic(&r, 2, 30), random_between(&r, 0, 3),
                    random_logarithmic(&r, 2e-4, 2e-2), random_between(&r, 0.02, 0.05));
    return b;
}

/* ---- the table ---- */

static void the_table_is_the_law(void **state) {
    (void)state;
    double worst = 0;
    case_builder *b = case_begin(1);
    qh_reach *reach = case_reach(b, "r", "a", "o", 1000, 1, 1);
    qh_arena *arena = qh_arena_create();
    for (double side = 0; side < 4; side += 1.3) {
        set_channel(reach, side > 0 && side < 2 ? 0 : 7, side, 1e-3, 0.03);
        qh_stage stage;
        assert_int_equal(qh_stage_create(reach, arena, &stage), QH_OK);
        for (double q = 1e-3; q < 2e3; q *= 1.7) {
            qh_channel_state law;
            assert_int_equal(qh_channel_state_of(reach, q, NULL, &law), QH_OK);
            const double h = qh_stage_depth(&stage, law.area);
            const qh_stage_at at = qh_stage_find(&stage, h);
            worst = fmax(worst, fabs(at.conveyance * sqrt(1e-3) / q - 1));
            worst = fmax(worst, fabs(at.area / law.area - 1));
            worst = fmax(worst, fabs(at.width / law.width - 1));
        }
    }
    print_message("stage table against law: %.2g\n", worst);
    assert_true(worst <= 1e-5);
    qh_arena_destroy(arena);
    qh_case_destroy(case_end(b));
}

/* ---- balances ---- */

static void balances_of(const qh_router *router, uint64_t last) {
    water_balance worst = {.lowest = INFINITY};
    size_t n_step = 0;
    for (uint64_t seed = 1; seed <= last; seed++) {
        case_builder *b = random_case(seed, 0);
        give_hydrographs(b, seed % 2 ? 1.0 : 0.6, 86400, 40);
        hydraulics h = hydraulics_of(case_end(b));
        const qh_routing routing = routing_of(&h);
        assert_null(router->objection(&routing));
        void *self = NULL;
        qh_status status = router->create(&routing, h.diag, &self);
        if (status != QH_OK) print_error("%s seed %llu: no start\n", router->name, (unsigned long long)seed);
        assert_int_equal(status, QH_OK);
        qh_water water;
        double at = 0;
        for (size_t k = 0; at < 86400;) {
            const double end = fmin(86400, ceil((at + 1) / 3600) * 3600);
            status = router->advance(self, end, h.diag, &water);
            for (size_t i = 0; status != QH_OK && i < qh_diag_size(h.diag); i++)
                print_error("%s seed %llu: %s\n", router->name, (unsigned long long)seed, qh_diag_line(h.diag, i));
            assert_int_equal(status, QH_OK);
            assert_true(water.start == at && water.end > at && water.end <= end);
            const water_balance now = water_balance_of(&routing, &water);
            worst.cell = fmax(worst.cell, now.cell);
            worst.point = fmax(worst.point, now.point);
            worst.lowest = fmin(worst.lowest, now.lowest);
            at = water.end;
            n_step++;
            assert_true(k++ < 200000);
        }
        router->destroy(self);
        hydraulics_free(&h);
        qh_case_destroy(case_end(b));
    }
    print_message("%s: cells %.2g, points %.2g; lowest volume %g m3; %zu steps\n", router->name, worst.cell, worst.point,
                  worst.lowest, n_step);
    assert_true(worst.cell <= 1e-12 && worst.point <= 1e-12);
    assert_true(worst.lowest >= 0);
}

static void every_balance_closes(void **state) {
    (void)state;
    balances_of(qh_router_find("diffusive"), 40);
    balances_of(qh_router_find("dynamic"), 6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_the_law),
        cmocka_unit_test(every_balance_closes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
