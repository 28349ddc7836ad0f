/* A reservoir down to its dead level: who gets what is above it and what arrives, by hand; nothing below it is drawn; every
 * balance closes; the days of the run tell. Routers with levels share by what they know at a step's start. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/structure.h"
#include "solvers/router.h"
#include "tests/support/solved.h"
#include "tests/support/water_balance.h"

static const double DAY = 86400;
static const double level[] = {100, 105, 110}, volume[] = {0, 200000, 700000};
static const qh_storage_curve curve = {.name = "c", .count = 3, .level = level, .volume = volume};

static qh_optional given(double value) { return (qh_optional){true, value}; }

static void near(double value, double expected, double slack) {
    if (!(fabs(value - expected) <= slack * fmax(1, fabs(expected))))
        fail_msg("%.15g, expected %.15g within %g", value, expected, slack);
}

/* One reach "up" with its dam at its middle, and a second river "side" for transfers. */
typedef struct dam {
    case_builder *b;
    qh_case *c;
    qh_reservoir reservoir;
    qh_structure structure[1];
    hydraulics h;
    qh_routing routing;
    void *self;
    qh_water water;
    size_t at; /* the reservoir's point */
} dam;

static const qh_router *kinematic(void) { return qh_router_find("kinematic"); }

static void dam_begin(dam *d, double inflow, double start_level) {
    *d = (dam){.b = case_begin(1)};
    case_reach(d->b, "up", "a", "o", 10000, 10, 2);
    case_reach(d->b, "side", "c", "e", 10000, 10, 2);
    case_headwater(d->b, "a", inflow, 1);
    case_headwater(d->b, "c", 2, 1);
    case_section(d->b, "up", 8000);
    d->reservoir = (qh_reservoir){
        .name = "res", .reach = 0, .chainage = 5000, .curve = &curve, .level = start_level, .dead_level = given(105)};
    d->structure[0] = (qh_structure){.code = "R", .kind = "release", .flow = given(0)};
}

static void dam_build(dam *d) {
    d->c = case_end(d->b);
    d->c->reservoir = &d->reservoir;
    d->c->n_reservoir = 1;
    d->c->structure = d->structure;
    d->c->n_structure = 1;
    d->c->run.month = 1;
}

static void dam_open(dam *d) {
    dam_build(d);
    d->h = hydraulics_of(d->c);
    d->routing = (qh_routing){.river_case = d->c, .network = d->h.network, .flow = d->h.flow, .grid = d->h.grid};
    d->at = d->h.network->reservoir_point[0];
    assert_int_equal(kinematic()->create(&d->routing, d->h.diag, &d->self), QH_OK);
}

static void dam_close(dam *d) {
    kinematic()->destroy(d->self);
    hydraulics_free(&d->h);
    qh_case_destroy(case_end(d->b));
}

static void step_to(dam *d, double until) {
    assert_int_equal(kinematic()->advance(d->self, until, d->h.diag, &d->water), QH_OK);
    const water_balance b = water_balance_of(&d->routing, &d->water);
    assert_true(b.point <= 1e-13 && b.cell <= 1e-13 && b.lowest >= 0);
    assert_true(d->water.pond_end[d->at] >= 200000 - 1e-6); /* nothing from below the dead level */
}

static double released(const dam *d) {
    const size_t s = d->h.network->out_segment[d->h.network->out_first[d->at]];
    return d->water.face[qh_first_face(d->h.grid, s)];
}

static qh_withdrawal *rank(qh_withdrawal *w, int priority) {
    w->has_priority = true;
    w->priority = priority;
    return w;
}

/* At the dead level 4 m3/s arrive: 1 for supply of priority 0, then the ecological flow of 2, then 1 is shared out between
 * two of priority 1 that ask for 3 and 6; that of priority 2 gets nothing. */
static void at_the_dead_level_claims_stand_in_line(void **state) {
    (void)state;
    dam d;
    dam_begin(&d, 4, 105);
    d.reservoir.eco_flow = given(2);
    rank(case_withdrawal(d.b, "up", 5000, 1), 2);
    rank(case_withdrawal(d.b, "up", 5000, 3), 1);
    rank(case_withdrawal(d.b, "up", 5000, 1), 0);
    rank(case_withdrawal(d.b, "up", 5000, 6), 1);
    dam_open(&d);
    for (int k = 1; k <= 10; k++) {
        step_to(&d, 3600.0 * k);
        near(d.water.taken[0], 0, 1e-12);
        near(d.water.taken[1], 1.0 / 3, 1e-12);
        near(d.water.taken[2], 1, 1e-12);
        near(d.water.taken[3], 2.0 / 3, 1e-12);
        near(released(&d), 2, 1e-12);
    }
    dam_close(&d);
}

/* Without priorities the ecological flow is first; what comes is less than it, so that it is cut, and others get nothing. */
static void the_ecological_flow_takes_what_there_is(void **state) {
    (void)state;
    dam d;
    dam_begin(&d, 1.5, 105);
    d.reservoir.eco_flow = given(2);
    case_withdrawal(d.b, "up", 5000, 1);
    dam_open(&d);
    step_to(&d, 3600);
    near(released(&d), 1.5, 1e-12);
    near(d.water.taken[0], 0, 1e-12);
    dam_close(&d);
}

/* What is stored above the dead level lasts just as long as a balance says: 36,000 m3 at 1 + 2 - 0.5 m3/s are gone after
 * 4 h; in the step that crosses it the release is cut to what is left, and the next has what arrives. */
static void what_is_stored_is_used_up_to_the_drop(void **state) {
    (void)state;
    dam d;
    dam_begin(&d, 0.5, 105.36);
    d.structure[0].flow = given(2);
    case_withdrawal(d.b, "up", 5000, 1);
    dam_open(&d);
    for (int k = 1; k <= 4; k++) {
        step_to(&d, 3600.0 * k);
        near(d.water.taken[0], 1, 1e-12);
        near(released(&d), 2, 1e-9);
    }
    near(d.water.pond_end[d.at], 200000, 1e-9);
    step_to(&d, 5 * 3600.0);
    near(d.water.taken[0], 0.5, 1e-9); /* no ecological flow is due: the withdrawal gets what arrives */
    near(released(&d), 0, 1e-9);
    dam_close(&d);
}

/* A station gets what is left; one above its minimum level draws the storage down to the dead level and no farther. */
static void the_station_comes_last(void **state) {
    (void)state;
    dam d;
    dam_begin(&d, 5, 105.01);
    qh_station *station = case_station(d.b, "up", 5000, "up", 9000, 8, 1);
    station->turbine = given(8);
    case_withdrawal(d.b, "up", 5000, 1.5);
    dam_open(&d);
    step_to(&d, 3600);
    near(d.water.link[0], 5 + 1000.0 / 3600 - 1 - 1.5, 1e-9); /* 1000 m3 stand above the dead level */
    step_to(&d, 7200);
    near(d.water.link[0], 2.5, 1e-9);
    near(d.water.taken[0], 1.5, 1e-12);
    near(released(&d), 1, 1e-12);
    dam_close(&d);
}

/* While it runs a transfer leaves 1.5 m3/s below the dam, more than the ecological flow of 1; when no more than that is
 * there it stops, and the river gets what is due. */
static void what_a_transfer_leaves_is_released(void **state) {
    (void)state;
    static const double time[] = {0, 86400}, flow[] = {4, 1.2};
    dam d;
    dam_begin(&d, 4, 105);
    ((qh_headwater *)(uintptr_t)case_end(d.b)->headwater)->flow_series = case_series(d.b, QH_STEP, 2, time, flow);
    d.reservoir.eco_flow = given(1);
    case_transfer(d.b, "up", 5000, "side", 3000, 2)->leaves = given(1.5);
    dam_open(&d);
    step_to(&d, 43200);
    near(d.water.link[0], 2, 1e-12);
    near(released(&d), 1.5, 1e-12);
    near(d.water.pond_end[d.at], 200000 + 0.5 * 43200, 1e-9); /* what is over stays in it */
    step_to(&d, 86400);
    step_to(&d, 2 * DAY);
    step_to(&d, 2 * DAY + 3600);
    step_to(&d, 2 * DAY + 7200);
    near(d.water.link[0], 0, 1e-12);
    near(released(&d), 1, 1e-9);
    near(d.water.set[0], 2, 1e-12); /* what it wants still */
    dam_close(&d);
}

/* A rule shuts a transfer off from 105.3 m down until 105.5 m: it runs at 3 m3/s from 105.6 m while 1 arrives, 2 m3/s out of
 * 100,000 m2, stops in the step that begins below 105.3 and starts again, not at once, when 1 m3/s has filled the pond. */
static void a_rule_shuts_a_transfer_by_level(void **state) {
    (void)state;
    dam d;
    dam_begin(&d, 1, 105.6);
    case_transfer(d.b, "up", 5000, "side", 3000, 3);
    qh_rule rule = {.sets_transfer = true,
                    .from = "",
                    .to = "",
                    .starts_at = given(105.3),
                    .ends_at = given(105.5),
                    .flow = given(0)};
    dam_build(&d);
    d.c->rule = &rule;
    d.c->n_rule = 1;
    d.h = hydraulics_of(d.c);
    d.routing = (qh_routing){.river_case = d.c, .network = d.h.network, .flow = d.h.flow, .grid = d.h.grid};
    d.at = d.h.network->reservoir_point[0];
    assert_int_equal(kinematic()->create(&d.routing, d.h.diag, &d.self), QH_OK);
    int begun = 0, ended = 0;
    double before = 3, at_start = 105.6;
    for (int k = 1; k <= 24; k++) {
        step_to(&d, 3600.0 * k);
        const double now = d.water.link[0];
        if (at_start <= 105.3) near(now, 0, 1e-12);
        if (at_start > 105.5) near(now, 3, 1e-12);
        if (at_start > 105.3 && at_start <= 105.5) near(now, before, 1e-12);
        near(d.water.set[0], now, 1e-12);
        begun += now > before;
        ended += now < before;
        before = now;
        at_start = qh_storage_level(&curve, d.water.pond_end[d.at]);
    }
    assert_true(begun >= 1 && ended >= 2);
    dam_close(&d);
}

/* Without a dead level nothing changes: withdrawals are served first, whatever their rank, until the run stops. */
static void without_a_dead_level_all_get_what_they_ask_for(void **state) {
    (void)state;
    dam d;
    dam_begin(&d, 1.5, 104);
    d.reservoir.dead_level.given = false;
    d.reservoir.eco_flow = given(2);
    rank(case_withdrawal(d.b, "up", 5000, 3), 4);
    dam_build(&d);
    d.h = hydraulics_of(d.c);
    d.routing = (qh_routing){.river_case = d.c, .network = d.h.network, .flow = d.h.flow, .grid = d.h.grid};
    d.at = d.h.network->reservoir_point[0];
    assert_int_equal(kinematic()->create(&d.routing, d.h.diag, &d.self), QH_OK);
    qh_status status = QH_OK;
    double t = 0;
    while ((status = kinematic()->advance(d.self, t += 3600, d.h.diag, &d.water)) == QH_OK) {
        near(d.water.taken[0], 3, 1e-12);
        near(released(&d), 2, 1e-12);
    }
    assert_int_equal(status, QH_E_NUMERIC);
    near(t, 13 * 3600, 1e-12); /* 160,000 m3 at 3.5 m3/s last 12.7 h */
    dam_close(&d);
}

/* ---- the days, and transport ---- */

/* 50,000 m3 stand above the dead level. The first day all asked for (1, 1 and 3 m3/s) arrives; the second 4 m3/s are drawn
 * from the storage until it is gone in the seventh half hour, which has 3.78 m3/s of it; the third the ecological flow too
 * is short by half. */
static void a_run_tells_its_days_and_keeps_a_tracer(void **state) {
    (void)state;
    dam d;
    dam_begin(&d, 5, 105.5);
    const double time[] = {0, DAY, 2 * DAY}, flow[] = {5, 1, 0.5};
    ((qh_headwater *)(uintptr_t)case_end(d.b)->headwater)->flow_series = case_series(d.b, QH_STEP, 3, time, flow);
    d.reservoir.eco_flow = given(1);
    case_transfer(d.b, "up", 5000, "side", 3000, 3);
    case_withdrawal(d.b, "up", 5000, 1);
    case_unsteady(d.b, 3 * DAY, 21600, 3600);
    dam_build(&d);
    d.c->run.routing_step = 1800;
    solved *s = solve_moving(d.c, kinematic(), 1);
    assert_int_equal(s->status, QH_OK);
    assert_true(fabs(s->lowest - 1) <= 1e-12 && fabs(s->highest - 1) <= 1e-12 && s->worst <= 1e-12);
    near(s->moved.moved, 3 * DAY + 6 * 1800 * 3 + 5000, 1e-9);
    near(s->moved.missing, 2 * 3 * DAY - 6 * 1800 * 3 - 5000, 1e-9);
    assert_true(s->cause[0] == QH_TRANSFER_SERVED && s->cause[1] == QH_TRANSFER_LEVEL &&
                s->cause[2] == QH_TRANSFER_LEVEL);
    near(s->storage.lowest, 105, 1e-9);
    assert_true(s->storage.lowest_day >= 1 && s->storage.days_at_dead == 2);
    near(s->storage.volume_start - s->storage.volume_end, 50000, 1e-9);
    near(s->storage.inflow, 6.5 * DAY, 1e-9);
    near(s->storage.released, 2.5 * DAY, 1e-9);
    near(s->storage.taken, 6.5 * DAY - 2.5 * DAY + 50000, 1e-9);
    assert_true(s->storage.spilled == 0 && s->storage.diverted == 0 && fabs(s->storage.residual) < 1e-6);
    assert_true(s->storage_release.kept == 2);
    near(s->storage_release.missing, 0.5 * DAY, 1e-9);
    solved_free(s);
    qh_case_destroy(case_end(d.b));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_the_dead_level_claims_stand_in_line),
        cmocka_unit_test(the_ecological_flow_takes_what_there_is),
        cmocka_unit_test(what_is_stored_is_used_up_to_the_drop),
        cmocka_unit_test(the_station_comes_last),
        cmocka_unit_test(what_a_transfer_leaves_is_released),
        cmocka_unit_test(a_rule_shuts_a_transfer_by_level),
        cmocka_unit_test(without_a_dead_level_all_get_what_they_ask_for),
        cmocka_unit_test(a_run_tells_its_days_and_keeps_a_tracer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
