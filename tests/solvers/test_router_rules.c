/* Rules that look at the discharge of a place anywhere in the network: what they see, and when transfers and structures obey. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "solvers/router_rules.h"
#include "tests/support/case_builder.h"
#include "tests/support/hydraulics.h"
#include "tests/support/levels_case.h"

static const double HOUR = 3600;

static qh_optional given(double value) { return (qh_optional){true, value}; }

static void near(double value, double expected, double slack) {
    if (!(fabs(value - expected) <= slack * fmax(1, fabs(expected))))
        fail_msg("%.15g, expected %.15g within %g", value, expected, slack);
}

static qh_routing routing_of(const hydraulics *h) {
    return (qh_routing){.river_case = h->river_case, .network = h->network, .flow = h->flow, .grid = h->grid};
}

/* 5 m3/s, 2 more in a brook at 3 km, 4 m3/s along 4 to 8 km: what passes at 2, 3.5, 5 and 9.99 km. */
static void a_place_anywhere_in_a_reach_is_seen(void **state) {
    (void)state;
    static const double at[] = {2000, 3500, 5000, 9990}, flow[] = {5, 7, 8, 11};
    case_builder *b = case_begin(1);
    case_reach(b, "r", "a", "b", 10000, 20, 5);
    case_headwater(b, "a", 5, 0);
    case_tributary(b, "r", 3000, 2, 0);
    case_lateral(b, "r", 4000, 8000, 4, 0);
    qh_case *c = case_end(b);
    qh_rule rule[4];
    for (size_t i = 0; i < 4; i++)
        rule[i] = (qh_rule){.looks = true, .at_chainage = at[i], .flow_over = given(1), .flow = given(1)};
    c->rule = rule;
    c->n_rule = 4;
    c->solver.cell_length = 300;
    hydraulics h = hydraulics_of(c);
    const qh_routing routing = routing_of(&h);
    qh_arena *arena = qh_arena_create();
    qh_router_rules rules;
    assert_int_equal(qh_router_rules_create(&routing, arena, &rules), QH_OK);
    for (size_t i = 0; i < 4; i++)
        near(rules.passes[i], flow[i], 1e-12); /* steady flow */
    void *self = NULL;
    qh_water water;
    const qh_router *router = qh_router_find("kinematic");
    assert_int_equal(router->create(&routing, h.diag, &self), QH_OK);
    assert_int_equal(router->advance(self, HOUR, h.diag, &water), QH_OK);
    qh_router_rules_look(&rules, water.face);
    for (size_t i = 0; i < 4; i++)
        near(rules.passes[i], flow[i], 1e-9); /* the same by its faces */
    router->destroy(self);
    qh_arena_destroy(arena);
    hydraulics_free(&h);
    qh_case_destroy(c);
}

/* The second river carries 5 m3/s, 2 for a day, 5 again. A transfer from the first sends it 4 while less than 3 pass its head, 1
 * while over 4 do, but for the first of January; its own flow of 0.5 holds otherwise. Rules see what passed in the step before. */
static void helps_where_water_is_short(const qh_routing *routing, qh_diag *diag, const qh_router *router) {
    const bool whole_steps = strcmp(router->name, "kinematic") == 0; /* others take steps of less than an hour */
    void *self = NULL;
    qh_water water = {0};
    assert_null(router->objection(routing));
    assert_int_equal(router->create(routing, diag, &self), QH_OK);
    for (size_t hour = 1; hour <= 72; hour++) {
        while (water.end < (double)hour * HOUR)
            assert_int_equal(router->advance(self, (double)hour * HOUR, diag, &water), QH_OK);
        /* Hour 25 sees the 5 of hour 24, on the second of January; hour 49 the 2 of hour 48. */
        const double expected = hour <= 24 ? 0.5 : hour == 25 ? 1 : hour <= 49 ? 4 : 1;
        if (whole_steps || hour % 24 != 1) near(water.link[0], expected, 1e-12);
    }
    router->destroy(self);
}

static void a_transfer_helps_where_water_is_short(void **state) {
    (void)state;
    static const double time[] = {0, 86400, 172800}, flow[] = {5, 2, 5};
    case_builder *b = case_begin(1);
    levels_channel(case_reach(b, "r1", "a", "b", 5000, 20, 5), 15, 1, 1e-3, 0.03);
    levels_channel(case_reach(b, "r2", "c", "d", 5000, 20, 5), 15, 1, 1e-3, 0.03);
    case_headwater(b, "a", 20, 0);
    case_headwater(b, "c", 5, 0)->flow_series = case_series(b, QH_STEP, 3, time, flow);
    case_transfer(b, "r1", 1000, "r2", 2000, 6)->flow = given(0.5);
    case_unsteady(b, 3 * 86400, HOUR, HOUR);
    qh_case *c = case_end(b);
    qh_rule rule[2] = {{.sets_transfer = true, .looks = true, .at_reach = 1, .flow_under = given(3), .flow = given(4)},
                       {.sets_transfer = true,
                        .from_day = 102,
                        .to_day = 1231,
                        .looks = true,
                        .at_reach = 1,
                        .flow_over = given(4),
                        .flow = given(1)}};
    c->rule = rule;
    c->n_rule = 2;
    c->run.start = "2024-01-01T00:00:00";
    hydraulics h = hydraulics_of(c);
    const qh_routing routing = routing_of(&h);
    for (size_t i = 0; qh_registry_router[i]; i++)
        helps_where_water_is_short(&routing, h.diag, qh_registry_router[i]);
    hydraulics_free(&h);
    qh_case_destroy(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_anywhere_in_a_reach_is_seen),
        cmocka_unit_test(a_transfer_helps_where_water_is_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
