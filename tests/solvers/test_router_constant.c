/* A constant concentration on water that changes, by every router of the registry: a flood from 1,000 to 2,000 m3/s and back, and,
 * where a router knows levels, a tide at the outlet that turns the river round and brings water of that concentration in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs those above */
#include <cmocka.h>
#include <math.h>

#include "tests/support/levels_case.h"
#include "tests/support/solved.h"

static const double day = 86400, concentration = 7;

/* 60 km in two reaches of other widths; about 4 m deep at 1,000 m3/s. */
static case_builder *flooded_river(void) {
    const double time[] = {0, 86400, 172800, 345600}, flow[] = {1000, 2000, 1000, 1000};
    case_builder *b = case_begin(1);
    levels_channel(case_reach(b, "r", "a", "m", 30000, 2000, 50), 200, 1, 2e-4, 0.03);
    levels_channel(case_reach(b, "s", "m", "o", 30000, 2500, 80), 250, 2, 2e-4, 0.03);
    case_headwater(b, "a", 1000, concentration)->flow_series = case_series(b, QH_LINEAR, 4, time, flow);
    case_section(b, "s", 29000);
    case_unsteady(b, 3 * day, day, 3600);
    qh_case *c = case_end(b);
    levels_beds(c);
    c->solver.cell_length = 500;
    c->run.routing_step = 1800;
    return b;
}

static void check(const char *what, const qh_router *router, const qh_case *c, double lowest_discharge) {
    solved *s = solve_moving(c, router, 1);
    assert_int_equal(s->status, QH_OK);
    const double off = fmax(concentration - s->lowest, s->highest - concentration);
    print_message("%s, %s: %.4g to %.4g m3/s, off by %.2g g/m3, budget by %.2g\n", router->name, what,
                  s->lowest_discharge, s->highest_discharge, off, s->worst);
    assert_true(s->highest_discharge >= 1850); /* nothing is shown by water that stands still */
    assert_true(s->lowest_discharge <= lowest_discharge);
    assert_true(off <= 1e-12 * concentration);
    assert_true(s->worst <= 1e-12);
    solved_free(s);
}

static void a_flood_leaves_a_constant_alone(void **state) {
    (void)state;
    size_t count = 0;
    for (const qh_router *const *r = qh_registry_router; *r; r++, count++) {
        case_builder *b = flooded_river();
        check("flood", *r, case_end(b), 1001);
        qh_case_destroy(case_end(b));
    }
    assert_true(count >= 3);
}

static void reversal_leaves_a_constant_alone(void **state) {
    (void)state;
    size_t count = 0;
    for (const qh_router *const *r = qh_registry_router; *r; r++) {
        case_builder *b = flooded_river();
        qh_case *c = case_end(b);
        const double bed = c->node[case_node(b, "o")].bed.value;
        const double time[] = {0, 180000, 190000, 205000, 345600},
                     level[] = {bed + 4, bed + 4, bed + 13, bed + 4, bed + 4};
        const qh_input outside = {.value = {.constant = concentration}};
        const qh_held_level held = {.node = case_node(b, "o"),
                                    .level = {.series = case_series(b, QH_LINEAR, 5, time, level)},
                                    .input = &outside};
        c->held_level = &held;
        c->n_held_level = 1;
        hydraulics h = hydraulics_of(c);
        const qh_routing routing = {.river_case = c, .network = h.network, .flow = h.flow, .grid = h.grid};
        const bool can = !(*r)->objection(&routing);
        hydraulics_free(&h);
        if (can) check("reversal", *r, c, -100);
        count += can;
        qh_case_destroy(c);
    }
    assert_true(count >= 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flood_leaves_a_constant_alone),
        cmocka_unit_test(reversal_leaves_a_constant_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
