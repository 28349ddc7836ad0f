/* Reservoirs of a router: balances, a pool that fills and spills against an integration, the ecological flow first, stations
 * by schedule, rules with two thresholds and by date, what stops a run, and a tracer of one through a pond that moves. */
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

static qh_optional given(double value) { return (qh_optional){true, value}; }

/* ---- a river with a reservoir in its middle ---- */

static const double level[] = {100, 105, 110}, volume[] = {0, 200000, 700000};
static const qh_storage_curve curve = {.name = "c", .count = 3, .level = level, .volume = volume};

typedef struct dam {
    case_builder *b;
    qh_case *c;
    qh_reservoir reservoir;
    qh_structure structure[2];
    qh_rule rule[3];
    hydraulics h;
    qh_routing routing;
    void *self;
    qh_water water;
    size_t at; /* the reservoir's point */
} dam;

static const qh_router *kinematic(void) { return qh_router_find("kinematic"); }

static qh_structure weir(double crest) {
    return (qh_structure){
        .code = "W", .kind = "weir", .crest = given(crest), .width = given(8), .coefficient = given(0.6)};
}

static qh_structure release(double flow) { return (qh_structure){.code = "R", .kind = "release", .flow = given(flow)}; }

static void dam_begin(dam *d, double inflow, double start_level) {
    *d = (dam){.b = case_begin(1)};
    case_reach(d->b, "up", "a", "o", 10000, 10, 2);
    case_headwater(d->b, "a", inflow, 1);
    case_section(d->b, "up", 8000);
    d->c = case_end(d->b);
    d->reservoir = (qh_reservoir){.name = "res", .reach = 0, .chainage = 5000, .curve = &curve, .level = start_level};
}

static void dam_build(dam *d, size_t n_structure, size_t n_rule) {
    d->c = case_end(d->b);
    d->c->reservoir = &d->reservoir;
    d->c->n_reservoir = 1;
    d->c->structure = d->structure;
    d->c->n_structure = n_structure;
    d->c->rule = d->rule;
    d->c->n_rule = n_rule;
    d->c->run.month = 1;
}

static void dam_open(dam *d, size_t n_structure, size_t n_rule) {
    dam_build(d, n_structure, n_rule);
    d->h = hydraulics_of(d->c);
    d->routing = (qh_routing){.river_case = d->c, .network = d->h.network, .flow = d->h.flow, .grid = d->h.grid};
    d->at = d->h.network->reservoir_point[0];
    assert_int_equal(kinematic()->create(&d->routing, d->h.diag, &d->self), QH_OK);
    kinematic()->state(d->self, &d->water);
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
}

static double level_now(const dam *d) { return qh_storage_level(&curve, d->water.pond_end[d->at]); }

static double released(const dam *d) {
    const size_t s = d->h.network->out_segment[d->h.network->out_first[d->at]];
    return d->water.face[qh_first_face(d->h.grid, s)];
}

/* ---- water ---- */

/* dV/dt = I - Q(z(V)) from below the crest, by Runge and Kutta with steps of a second. */
static double integrated(double inflow, double v, double until) {
    const qh_structure w = weir(104);
    for (double t = 0; t < until - 0.5; t += 1) {
        double k[4] = {0};
        for (int i = 0; i < 4; i++) {
            const double at = v + (i == 0 ? 0 : i == 3 ? k[2] : 0.5 * k[i - 1]);
            k[i] = inflow - qh_structure_find("weir")->passage(&w, 0, qh_storage_level(&curve, at), -INFINITY).flow;
        }
        v += (k[0] + 2 * k[1] + 2 * k[2] + k[3]) / 6;
    }
    return v;
}

static double filled(double step) {
    dam d;
    dam_begin(&d, 20, 103.5);
    d.structure[0] = weir(104);
    dam_open(&d, 1, 0);
    for (double t = step; t <= 14400; t += step)
        step_to(&d, t);
    const double v = d.water.pond_end[d.at];
    dam_close(&d);
    return v;
}

static void a_pool_fills_and_spills(void **state) {
    (void)state;
    double area = 0;
    const double exact = integrated(20, qh_storage_volume(&curve, 103.5, &area), 14400);
    const double coarse = fabs(filled(600) - exact), fine = fabs(filled(300) - exact);
    print_message("spilling pool: off by %.4g m3, %.4g m3 in half the step\n", coarse, fine);
    assert_true(exact > 180000 && coarse < 2000);
    assert_true(coarse / fine > 1.7 && coarse / fine < 2.3); /* first order, as stated */
}

static void what_enters_leaves_in_the_end(void **state) {
    (void)state;
    dam d;
    dam_begin(&d, 6, 101);
    d.structure[0] = weir(104);
    dam_open(&d, 1, 0);
    assert_true(released(&d) == 0);
    for (int k = 1; k <= 240; k++)
        step_to(&d, 3600.0 * k);
    const qh_structure w = weir(104);
    const double spilled = qh_structure_find("weir")->passage(&w, 0, level_now(&d), -INFINITY).flow;
    assert_true(fabs(spilled - 6) < 1e-9 && fabs(released(&d) - 6) < 1e-9);
    dam_close(&d);
}

static void the_ecological_flow_comes_first(void **state) {
    (void)state;
    dam d;
    dam_begin(&d, 2, 103);
    d.structure[0] = release(1);
    d.reservoir.eco_flow = given(1.5);
    dam_open(&d, 1, 0);
    step_to(&d, 3600);
    assert_true(released(&d) == 1.5); /* the larger of both, not their sum */
    dam_close(&d);
}

static void a_station_follows_its_schedule(void **state) {
    (void)state;
    dam d;
    dam_begin(&d, 5, 104);
    qh_station *station = case_station(d.b, "up", 5000, "up", 9000, 8, 1);
    const double time[] = {0, 6 * 3600, 12 * 3600}, flow[] = {0, 12, 2};
    station->turbine = given(0);
    station->turbine_series = case_series(d.b, QH_STEP, 3, time, flow);
    station->minimum_level = given(101);
    d.structure[0] = weir(109);
    dam_open(&d, 1, 0);
    step_to(&d, 6 * 3600);
    assert_true(d.water.link[0] == 0 && released(&d) == 1);
    assert_true(fabs(d.water.pond_end[d.at] - d.water.pond_start[d.at] - 4 * 6 * 3600) < 1e-6);
    step_to(&d, 12 * 3600);
    assert_true(d.water.link[0] == 8 && released(&d) == 1); /* more than its capacity it never takes */
    step_to(&d, 13 * 3600);
    assert_true(d.water.link[0] == 2);
    dam_close(&d);
}

static void below_its_minimum_level_a_station_stands(void **state) {
    (void)state;
    dam d;
    dam_begin(&d, 5, 104);
    qh_station *station = case_station(d.b, "up", 5000, "up", 9000, 8, 1);
    station->turbine = given(8);
    station->minimum_level = given(103.95);
    dam_open(&d, 0, 0);
    step_to(&d, 3600);
    assert_true(d.water.link[0] == 8 && level_now(&d) < 103.95);
    step_to(&d, 7200);
    assert_true(d.water.link[0] == 0);
    dam_close(&d);
}

static void a_station_without_schedule_leaves_the_pond_alone(void **state) {
    (void)state;
    dam d;
    dam_begin(&d, 5, 104);
    case_station(d.b, "up", 5000, "up", 9000, 8, 1);
    dam_open(&d, 0, 0);
    step_to(&d, 7200);
    assert_true(fabs(d.water.link[0] - 4) < 1e-12 && fabs(d.water.pond_end[d.at] - d.water.pond_start[d.at]) < 1e-6);
    dam_close(&d);
}

/* ---- rules ---- */

/* Opens at 104.2 m, shuts at 104 m: in between it does what it did before. */
static void rules_have_two_thresholds(void **state) {
    (void)state;
    dam d;
    dam_begin(&d, 4, 104.1);
    d.structure[0] = release(0);
    d.rule[0] = (qh_rule){.from = "", .to = "", .starts_at = given(104.2), .ends_at = given(104), .flow = given(10)};
    dam_open(&d, 1, 1);
    int begun = 0, ended = 0;
    double before = 0;
    for (int k = 1; k <= 24 * 12; k++) {
        const double at_start = level_now(&d);
        step_to(&d, 300.0 * k);
        const double now = released(&d);
        if (at_start >= 104.2) assert_true(now == 10);
        if (at_start < 104) assert_true(now == 0);
        if (at_start >= 104 && at_start < 104.2) assert_true(now == before);
        begun += now > before;
        ended += now < before;
        before = now;
    }
    print_message("opened %d times, shut %d times in a day\n", begun, ended);
    assert_true(begun >= 3 && ended >= 3);
    dam_close(&d);
}

static void rules_act_by_date_and_inflow_in_their_order(void **state) {
    (void)state;
    dam d;
    dam_begin(&d, 4, 104);
    const double time[] = {0, 86400, 2 * 86400}, flow[] = {4, 4, 7};
    d.c = case_end(d.b);
    ((qh_headwater *)(uintptr_t)d.c->headwater)->flow_series = case_series(d.b, QH_STEP, 3, time, flow);
    d.structure[0] = release(1);
    d.rule[0] = (qh_rule){.from = "12-31", .to = "12-31", .from_day = 1231, .to_day = 1231, .flow = given(2)};
    d.rule[1] = (qh_rule){.from = "", .to = "", .inflow_over = given(5), .flow = given(6)};
    d.rule[2] = (qh_rule){
        .from = "12-30", .to = "01-01", .from_day = 1230, .to_day = 101, .inflow_under = given(5), .flow = given(3)};
    d.c->run.start = "2023-12-31T00:00:00";
    dam_open(&d, 1, 3);
    step_to(&d, 86400);
    assert_true(released(&d) == 2);
    step_to(&d, 2 * 86400);
    assert_true(released(&d) == 3);
    step_to(&d, 2.5 * 86400); /* the river above has a fixed area: all that comes arrives at once */
    assert_true(released(&d) == 6);
    dam_close(&d);
}

/* ---- what stops a run ---- */

static void stops(dam *d, const char *expected) {
    qh_status status = QH_OK;
    for (int k = 1; k <= 200 && status == QH_OK; k++)
        status = kinematic()->advance(d->self, 3600.0 * k, d->h.diag, &d->water);
    assert_int_equal(status, QH_E_NUMERIC);
    const char *line = qh_diag_line(d->h.diag, qh_diag_size(d->h.diag) - 1);
    if (!strstr(line, expected)) fail_msg("%s", line);
    dam_close(d);
}

static void a_reservoir_that_empties_stops_the_run(void **state) {
    (void)state;
    dam d;
    dam_begin(&d, 2, 101);
    d.structure[0] = release(4);
    dam_open(&d, 1, 0);
    stops(&d,
          "reservoir res is empty 6 h after the start: 2 m3/s arrive; the river below gets 4 m3/s"); /* 40000/7200 */
}

static void a_reservoir_that_overtops_stops_the_run(void **state) {
    (void)state;
    dam d;
    dam_begin(&d, 10, 109);
    d.structure[0] = release(4);
    dam_open(&d, 1, 0);
    stops(&d, "reservoir res overtops 5 h after the start: 10 m3/s arrive"); /* 100000/21600 */
}

/* ---- with transport ---- */

static void a_tracer_of_one_passes_the_pond(void **state) {
    (void)state;
    dam d;
    dam_begin(&d, 5, 103);
    qh_station *station = case_station(d.b, "up", 5000, "up", 9000, 8, 1);
    const double time[] = {0, 6 * 3600, 12 * 3600, 18 * 3600}, flow[] = {0, 8, 2, 7};
    station->turbine = given(0);
    station->turbine_series = case_series(d.b, QH_STEP, 4, time, flow);
    station->minimum_level = given(101);
    d.structure[0] = weir(103.2);
    case_unsteady(d.b, 2 * 86400, 21600, 3600);
    dam_build(&d, 1, 0);
    d.c->run.routing_step = 1800;
    solved *s = solve_moving(d.c, kinematic(), 1);
    assert_int_equal(s->status, QH_OK);
    print_message("tracer of 1: %.3g to %.3g over it, budget %.2g\n", s->lowest - 1, s->highest - 1, s->worst);
    assert_true(fabs(s->lowest - 1) <= 1e-12 && fabs(s->highest - 1) <= 1e-12 && s->worst <= 1e-12);
    solved_free(s);
    qh_case_destroy(case_end(d.b));
}

/* A pulse is held back: full mixing in V with Q through it has the time V/Q. */
static void the_pond_mixes(void **state) {
    (void)state;
    dam d;
    dam_begin(&d, 5, 105);
    d.structure[0] = release(5);
    const double time[] = {0, 3600}, value[] = {1, 3};
    case_give_series(case_end(d.b)->headwater[0].input, 0, false, case_series(d.b, QH_STEP, 2, time, value));
    case_unsteady(d.b, 2 * 86400, 21600, 3600);
    dam_build(&d, 1, 0);
    d.c->run.routing_step = 1800;
    solved *s = solve_moving(d.c, kinematic(), 1);
    assert_int_equal(s->status, QH_OK);
    /* 5 km above the pond and 3 km below at 0.5 m/s, then the pond's answer to a step. */
    const double arrival = 3600 + 8000 / 0.5, t = s->sample_time[40], held = 200000 / 5.0;
    const double expected = 1 + 2 * (1 - exp(-(t - arrival) / held));
    print_message("pond: %.5g g/m3 where %.5g are expected\n", solved_section(s, 40, 0, 0), expected);
    assert_true(fabs(solved_section(s, 40, 0, 0) - expected) < 0.01);
    solved_free(s);
    qh_case_destroy(case_end(d.b));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pool_fills_and_spills),
        cmocka_unit_test(what_enters_leaves_in_the_end),
        cmocka_unit_test(the_ecological_flow_comes_first),
        cmocka_unit_test(a_station_follows_its_schedule),
        cmocka_unit_test(below_its_minimum_level_a_station_stands),
        cmocka_unit_test(a_station_without_schedule_leaves_the_pond_alone),
        cmocka_unit_test(rules_have_two_thresholds),
        cmocka_unit_test(rules_act_by_date_and_inflow_in_their_order),
        cmocka_unit_test(a_reservoir_that_empties_stops_the_run),
        cmocka_unit_test(a_reservoir_that_overtops_stops_the_run),
        cmocka_unit_test(a_tracer_of_one_passes_the_pond),
        cmocka_unit_test(the_pond_mixes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
