/* Steady discharge: balance at points, withdrawals, stations with their ecological flow, and what is reported. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/flow.h"
#include "tests/support/case_builder.h"

/* ------------------------------------------------------------------------------------------------- fixtures */

typedef struct solution {
    qh_case *river_case;
    qh_network *network;
    qh_flow *flow;
    qh_diag *diag;
} solution;

/* Solves a case that has a solution and must say exactly `count` lines. */
static solution solve(case_builder *b, size_t count, const char *const *line) {
    solution s = {.river_case = case_end(b), .diag = qh_diag_create(QH_EN)};
    assert_int_equal(qh_network_create(s.river_case, s.diag, &s.network), QH_OK);
    const qh_status status = qh_flow_solve(s.river_case, s.network, s.diag, &s.flow);
    for (size_t i = 0; i < qh_diag_size(s.diag); i++) {
        if (i >= count || strcmp(qh_diag_line(s.diag, i), line[i]) != 0) print_message("%s\n", qh_diag_line(s.diag, i));
        if (i < count) assert_string_equal(qh_diag_line(s.diag, i), line[i]);
    }
    assert_int_equal(qh_diag_size(s.diag), count);
    assert_int_equal(status, QH_OK);
    return s;
}

static void release(solution *s) {
    qh_flow_destroy(s->flow);
    qh_network_destroy(s->network);
    qh_diag_destroy(s->diag);
    qh_case_destroy(s->river_case);
}

/* A case without a solution: these lines, QH_E_INPUT, nothing written. */
static void expect_failure(case_builder *b, size_t count, const char *const *line) {
    qh_case *c = case_end(b);
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_network *net = NULL;
    static qh_flow untouched;
    qh_flow *flow = &untouched;
    assert_int_equal(qh_network_create(c, diag, &net), QH_OK);
    const qh_status status = qh_flow_solve(c, net, diag, &flow);
    for (size_t i = 0; i < qh_diag_size(diag); i++) {
        if (i >= count || strcmp(qh_diag_line(diag, i), line[i]) != 0) print_message("%s\n", qh_diag_line(diag, i));
        if (i < count) assert_string_equal(qh_diag_line(diag, i), line[i]);
    }
    assert_int_equal(qh_diag_size(diag), count);
    assert_int_equal(status, QH_E_INPUT);
    assert_ptr_equal(flow, &untouched);
    qh_network_destroy(net);
    qh_diag_destroy(diag);
    qh_case_destroy(c);
}

#define SOLVE(b, ...)                                                                                                  \
    solve((b), sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *), (const char *const[]){__VA_ARGS__})
#define EXPECT_FAILURE(b, ...)                                                                                         \
    expect_failure((b), sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *),                             \
                   (const char *const[]){__VA_ARGS__})

/* Discharge at the upstream end of a reach, and at its downstream end. */
static double head_of(const solution *s, size_t reach) {
    return s->flow->segment_upstream[s->network->reach_first[reach]];
}

static double foot_of(const solution *s, size_t reach) {
    const size_t last = s->network->reach_first[reach + 1] - 1;
    const qh_segment *segment = &s->network->segment[last];
    return s->flow->segment_upstream[last] + s->flow->segment_lateral[last] * (segment->x1 - segment->x0);
}

static void assert_near(double value, double expected) {
    if (!(fabs(value - expected) <= 1e-12 * fmax(1.0, fabs(expected))))
        fail_msg("%.17g, expected %.17g", value, expected);
}

static void assert_closed(const solution *s) {
    assert_near(s->flow->inflow, s->flow->outflow + s->flow->withdrawn);
    assert_true(fabs(s->flow->residual) <= 1e-12 * s->flow->inflow);
}

/* a --r1--> b --r2--> c, 10 km each, 10 m3/s. */
static case_builder *river(void) {
    case_builder *b = case_begin(1);
    case_reach(b, "r1", "a", "b", 10000.0, 20.0, 10.0);
    case_reach(b, "r2", "b", "c", 10000.0, 20.0, 10.0);
    case_headwater(b, "a", 10.0, 0.0);
    return b;
}

/* --------------------------------------------------------------------------------------------------- balance */

static void rivers_add_up_where_they_meet(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "r1", "n1", "J", 5000.0, 30.0, 20.0);
    case_reach(b, "r2", "n2", "J", 3000.0, 16.0, 10.0);
    case_reach(b, "r3", "J", "O", 8000.0, 40.0, 30.0);
    case_headwater(b, "n1", 6.0, 10.0);
    case_headwater(b, "n2", 4.0, 40.0);
    case_tributary(b, "r1", 2500.0, 1.5, 0.0);
    case_outfall(b, "r1", 5000.0, 0.25, 0.0);
    solution s = solve(b, 0, NULL);
    assert_near(head_of(&s, 0), 6.0);
    assert_near(foot_of(&s, 0), 7.5);
    assert_near(head_of(&s, 1), 4.0);
    assert_near(head_of(&s, 2), 11.75);
    const size_t meeting = s.network->outfall_point[0];
    assert_near(s.flow->point_inflow[meeting], 0.25);
    assert_near(s.flow->point_through[meeting], 11.75);
    assert_near(s.flow->point_taken[meeting], 0.0);
    assert_near(s.flow->inflow, 11.75);
    assert_near(s.flow->outflow, 11.75);
    assert_closed(&s);
    release(&s);
}

static void a_river_divides_by_its_shares(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "r1", "n1", "J", 4000.0, 40.0, 30.0);
    case_branch(b, "r2", "J", "K", 6000.0, 30.0, 20.0, 0.6);
    case_branch(b, "r3", "J", "O2", 9000.0, 25.0, 15.0, 0.3);
    case_branch(b, "r4", "J", "K", 3000.0, 25.0, 15.0, 0.1);
    case_reach(b, "r5", "K", "O1", 1000.0, 40.0, 30.0);
    case_headwater(b, "n1", 10.0, 50.0);
    solution s = solve(b, 0, NULL);
    assert_near(head_of(&s, 1), 6.0);
    assert_near(head_of(&s, 2), 3.0);
    assert_near(head_of(&s, 3), 1.0);
    assert_near(head_of(&s, 4), 7.0);
    assert_near(s.flow->outflow, 10.0);
    assert_closed(&s);
    release(&s);
}

static void shares_that_add_up_to_nearly_one_lose_no_water(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "r1", "n1", "J", 4000.0, 40.0, 30.0);
    case_branch(b, "r2", "J", "O1", 6000.0, 30.0, 20.0, 1.0 / 3.0 - 0.8e-9);
    case_branch(b, "r3", "J", "O2", 9000.0, 25.0, 15.0, 2.0 / 3.0);
    case_headwater(b, "n1", 10.0, 50.0);
    solution s = solve(b, 0, NULL);
    assert_closed(&s);
    release(&s);
}

static void lateral_inflow_spreads_over_its_stretch(void **state) {
    (void)state;
    case_builder *b = river();
    case_section(b, "r1", 4000.0);
    case_lateral(b, "r1", 2000.0, 6000.0, 1.0, 0.0);
    case_lateral(b, "r1", 4000.0, 10000.0, 0.6, 0.0); /* overlaps: the two add up */
    solution s = solve(b, 0, NULL);
    const double upstream[] = {10.0, 10.0, 10.5, 11.2};         /* cut at 2, 4 and 6 km */
    const double rate[] = {0.0, 0.25e-3, 0.25e-3 + 1e-4, 1e-4}; /* m2/s */
    for (size_t i = 0; i < 4; i++) {
        assert_near(s.flow->segment_upstream[i], upstream[i]);
        assert_near(s.flow->segment_lateral[i], rate[i]);
    }
    assert_near(foot_of(&s, 0), 11.6);
    assert_near(head_of(&s, 1), 11.6);
    assert_closed(&s);
    release(&s);
}

static void large_and_small_waters_close(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "r1", "a", "b", 10000.0, 20.0, 10.0);
    case_headwater(b, "a", 30000.0, 0.0);
    for (int i = 1; i < 1000; i++)
        case_outfall(b, "r1", 10.0 * i, 1.0 / 86400.0, 0.0);
    solution s = solve(b, 0, NULL);
    assert_near(s.flow->inflow, 30000.0 + 999.0 / 86400.0);
    assert_closed(&s);
    release(&s);
}

/* Summed plainly, a tenth taken 100,000 times is 1e-12 off. */
static void many_inflows_at_one_place_add_up(void **state) {
    (void)state;
    case_builder *b = river();
    for (int i = 0; i < 100000; i++)
        case_outfall(b, "r1", 5000.0, 0.1, 0.0);
    solution s = solve(b, 0, NULL);
    const double expected = 10.0 + 100000.0 * 0.1;
    assert_true(fabs(foot_of(&s, 0) - expected) <= 1e-14 * expected);
    assert_true(fabs(s.flow->inflow - expected) <= 1e-14 * expected);
    release(&s);
}

/* ----------------------------------------------------------------------------------------------- withdrawals */

static void a_withdrawal_takes_what_it_asks_for(void **state) {
    (void)state;
    case_builder *b = river();
    case_withdrawal(b, "r1", 5000.0, 4.0);
    case_withdrawal(b, "r1", 10000.0, 1.0);
    solution s = solve(b, 0, NULL);
    assert_near(foot_of(&s, 0), 6.0);
    assert_near(head_of(&s, 1), 5.0);
    assert_near(s.flow->withdrawal[0].asked, 4.0);
    assert_near(s.flow->withdrawal[0].taken, 4.0);
    assert_near(s.flow->withdrawal[0].deficit, 0.0);
    assert_near(s.flow->point_taken[s.network->withdrawal_point[0]], 4.0);
    assert_near(s.flow->withdrawn, 5.0);
    assert_closed(&s);
    release(&s);
}

static void a_withdrawal_leaves_a_hundredth(void **state) {
    (void)state;
    case_builder *b = river();
    case_withdrawal(b, "r1", 5000.0, 12.5);
    solution s = SOLVE(b, "withdrawal:2:1: warning: withdrawal W1 at 5 km of reach r1 asks for 12.5 m3/s where 10 m3/s "
                          "are left: it gets 9.9 m3/s, 2.6 m3/s short");
    assert_near(s.flow->withdrawal[0].taken, 9.9);
    assert_near(s.flow->withdrawal[0].deficit, 2.6);
    assert_near(foot_of(&s, 0), 10.0 * QH_LEFT_BY_WITHDRAWALS);
    assert_closed(&s);
    release(&s);
}

static void asking_for_all_but_the_hundredth_is_no_shortage(void **state) {
    (void)state;
    for (int flow = 1; flow <= 50; flow++) { /* whatever the rounding of the decimal fractions */
        case_builder *b = case_begin(1);
        case_reach(b, "r1", "a", "b", 10000.0, 20.0, 10.0);
        case_headwater(b, "a", flow, 0.0);
        case_withdrawal(b, "r1", 5000.0, 99.0 * flow / 100.0);
        solution s = solve(b, 0, NULL);
        assert_true(s.flow->withdrawal[0].deficit == 0.0);
        release(&s);
    }
}

static void withdrawals_at_one_place_are_served_in_order(void **state) {
    (void)state;
    case_builder *b = river();
    case_withdrawal(b, "r1", 5000.0, 6.0);
    case_withdrawal(b, "r1", 5000.0, 5.0);
    case_withdrawal(b, "r1", 5000.0, 1.0);
    solution s = SOLVE(b,
                       "withdrawal:3:1: warning: withdrawal W2 at 5 km of reach r1 asks for 5 m3/s where 4 m3/s are "
                       "left: it gets 3.9 m3/s, 1.1 m3/s short",
                       "withdrawal:4:1: warning: withdrawal W3 at 5 km of reach r1 asks for 1 m3/s where 0.1 m3/s are "
                       "left: it gets 0 m3/s, 1 m3/s short");
    assert_near(s.flow->withdrawal[0].taken, 6.0);
    assert_near(s.flow->withdrawal[1].taken, 3.9);
    assert_near(s.flow->withdrawal[2].taken, 0.0);
    assert_near(foot_of(&s, 0), 0.1);
    assert_closed(&s);
    release(&s);
}

/* The tributary at the very place counts for the withdrawal, and the river goes on below. */
static void a_tributary_at_the_place_is_there_to_be_withdrawn(void **state) {
    (void)state;
    case_builder *b = river();
    case_withdrawal(b, "r1", 5000.0, 11.0);
    case_tributary(b, "r1", 5000.0, 2.0, 0.0);
    case_tributary(b, "r1", 7000.0, 3.0, 0.0);
    solution s = solve(b, 0, NULL);
    assert_near(s.flow->withdrawal[0].taken, 11.0);
    assert_near(foot_of(&s, 0), 4.0);
    assert_closed(&s);
    release(&s);
}

/* -------------------------------------------------------------------------------------------------- stations */

typedef struct operation {
    double capacity, eco_flow;          /* m3/s */
    double released, diverted, deficit; /* m3/s, of 10 that arrive */
} operation;

static void a_station_leaves_the_ecological_flow_first(void **state) {
    (void)state;
    const operation cases[] = {
        {6.0, 2.0, 4.0, 6.0, 0.0},    /* capacity binds: the rest passes the dam */
        {20.0, 2.0, 2.0, 8.0, 0.0},   /* the ecological flow binds */
        {8.0, 2.0, 2.0, 8.0, 0.0},    /* both at once */
        {0.0, 2.0, 10.0, 0.0, 0.0},   /* out of service */
        {20.0, 10.0, 10.0, 0.0, 0.0}, /* just enough for the river */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        case_builder *b = river();
        case_station(b, "r1", 3000.0, "r1", 7000.0, cases[i].capacity, cases[i].eco_flow);
        solution s = solve(b, 0, NULL);
        const qh_station_flow *f = &s.flow->station[0];
        assert_near(f->arriving, 10.0);
        assert_near(f->target, cases[i].eco_flow);
        assert_near(f->released, cases[i].released);
        assert_near(f->diverted, cases[i].diverted);
        assert_near(f->deficit, cases[i].deficit);
        assert_near(s.flow->segment_upstream[1], cases[i].released); /* the dewatered reach */
        assert_near(s.flow->segment_upstream[2], 10.0);              /* below the tailrace */
        assert_near(s.flow->point_taken[s.network->link[0].from], cases[i].diverted);
        assert_near(s.flow->point_through[s.network->link[0].to], 10.0);
        assert_near(s.flow->withdrawn, 0.0);
        assert_closed(&s);
        release(&s);
    }
}

static void an_unmet_ecological_flow_is_reported(void **state) {
    (void)state;
    case_builder *b = river();
    case_station(b, "r1", 3000.0, "r1", 7000.0, 6.0, 12.5);
    solution s =
        SOLVE(b, "station:2:1: warning: station D1 at 3 km of reach r1: 10 m3/s arrive, the ecological flow is "
                 "12.5 m3/s: all of it is released, 2.5 m3/s short");
    assert_near(s.flow->station[0].released, 10.0);
    assert_near(s.flow->station[0].diverted, 0.0);
    assert_near(s.flow->station[0].deficit, 2.5);
    release(&s);
}

static void a_diversion_may_feed_another_river(void **state) {
    (void)state;
    case_builder *b = river();
    case_reach(b, "other", "x", "y", 5000.0, 20.0, 10.0);
    case_headwater(b, "x", 1.0, 0.0);
    case_reach(b, "canal", "k", "b", 500.0, 20.0, 10.0);
    case_station(b, "r1", 2000.0, "other", 1000.0, 3.0, 2.0);
    case_station(b, "r1", 4000.0, "canal", 0.0, 4.0, 2.0);
    solution s = solve(b, 0, NULL);
    assert_near(foot_of(&s, 0), 3.0);
    assert_near(foot_of(&s, 2), 4.0);
    assert_near(head_of(&s, 3), 4.0);
    assert_near(head_of(&s, 1), 7.0);
    assert_near(s.flow->outflow, 11.0);
    assert_closed(&s);
    release(&s);
}

static void stations_follow_one_another(void **state) {
    (void)state;
    case_builder *b = river();
    /* The tailrace of the first stands below the dam of the second. */
    case_station(b, "r1", 2000.0, "r1", 6000.0, 5.0, 2.0);
    case_station(b, "r1", 4000.0, "r2", 5000.0, 100.0, 1.0);
    solution s = solve(b, 0, NULL);
    assert_near(s.flow->station[0].diverted, 5.0);
    assert_near(s.flow->station[1].arriving, 5.0);
    assert_near(s.flow->station[1].diverted, 4.0);
    assert_near(foot_of(&s, 0), 6.0);
    assert_near(foot_of(&s, 1), 10.0);
    release(&s);
}

static void withdrawals_at_a_dam_come_before_the_station(void **state) {
    (void)state;
    case_builder *b = river();
    case_station(b, "r1", 2000.0, "r1", 6000.0, 5.0, 2.0);
    case_withdrawal(b, "r1", 2000.0, 4.0);
    solution s = solve(b, 0, NULL);
    assert_near(s.flow->station[0].arriving, 6.0);
    assert_near(s.flow->station[0].released, 2.0);
    assert_near(s.flow->station[0].diverted, 4.0);
    assert_near(s.flow->point_taken[s.network->link[0].from], 8.0);
    release(&s);
}

static void rules_change_by_month(void **state) {
    (void)state;
    for (int month = 1; month <= 12; month++) {
        case_builder *b = river();
        qh_station *station = case_station(b, "r1", 2000.0, "r1", 6000.0, 100.0, 0.0);
        station->rule = "monthly";
        station->eco_flow.given = false;
        for (int m = 0; m < 12; m++)
            station->monthly[m] = (qh_optional){true, 0.5 * (m + 1)};
        case_end(b)->run.month = month;
        solution s = solve(b, 0, NULL);
        assert_near(s.flow->station[0].released, 0.5 * month);
        release(&s);
    }
}

static void a_withdrawal_from_the_ecological_flow_is_reported(void **state) {
    (void)state;
    case_builder *b = river();
    case_station(b, "r1", 2000.0, "r1", 6000.0, 100.0, 2.0);
    case_tributary(b, "r1", 3000.0, 1.0, 0.0);
    case_withdrawal(b, "r1", 3500.0, 1.0);  /* what the tributary brought */
    case_withdrawal(b, "r1", 4000.0, 0.5);  /* more than that */
    case_withdrawal(b, "r1", 9000.0, 8.5);  /* below the tailrace: not the station's matter */
    case_withdrawal(b, "r1", 5000.0, 0.25); /* more again, two at a place */
    case_withdrawal(b, "r1", 5000.0, 0.25);
    case_withdrawal(b, "r1", 5500.0, 0.0); /* out of use */
    solution s = SOLVE(b,
                       "withdrawal:3:1: warning: withdrawal W2 at 4 km of reach r1 takes from the ecological flow of "
                       "station D1: 1.5 m3/s are left of 2 m3/s",
                       "withdrawal:5:1: warning: withdrawal W4 at 5 km of reach r1 takes from the ecological flow of "
                       "station D1: 1 m3/s are left of 2 m3/s",
                       "withdrawal:6:1: warning: withdrawal W5 at 5 km of reach r1 takes from the ecological flow of "
                       "station D1: 1 m3/s are left of 2 m3/s");
    release(&s);
}

/* --------------------------------------------------------------------------------------------------- priority */

static qh_withdrawal *ranked(case_builder *b, double chainage, double flow, int priority) {
    qh_withdrawal *w = case_withdrawal(b, "r1", chainage, flow);
    w->has_priority = true;
    w->priority = priority;
    return w;
}

/* 10 m3/s, a hundredth of which stays: 3 for the first, the 6.9 left are shared as 4 : 8. */
static void priorities_go_before_the_table_and_equal_ones_share(void **state) {
    (void)state;
    case_builder *b = river();
    ranked(b, 5000.0, 4.0, 2);
    ranked(b, 5000.0, 3.0, 1);
    ranked(b, 5000.0, 8.0, 2);
    ranked(b, 5000.0, 1.0, 3);
    solution s =
        SOLVE(b,
              "withdrawal:2:1: warning: withdrawal W1 at 5 km of reach r1 asks for 4 m3/s where 7 m3/s are left: "
              "it gets 2.3 m3/s, 1.7 m3/s short",
              "withdrawal:4:1: warning: withdrawal W3 at 5 km of reach r1 asks for 8 m3/s where 7 m3/s are left: "
              "it gets 4.6 m3/s, 3.4 m3/s short",
              "withdrawal:5:1: warning: withdrawal W4 at 5 km of reach r1 asks for 1 m3/s where 0.1 m3/s are "
              "left: it gets 0 m3/s, 1 m3/s short");
    static const double taken[] = {2.3, 3.0, 4.6, 0.0};
    for (size_t i = 0; i < 4; i++) {
        assert_near(s.flow->withdrawal[i].taken, taken[i]);
        assert_near(s.flow->withdrawal[i].deficit, s.flow->withdrawal[i].asked - taken[i]);
    }
    assert_closed(&s);
    release(&s);
}

/* At the dam 2 m3/s belong to the river: 8 of the 10 are there for priority 1, all but a hundredth for priority 0. */
static void the_ecological_flow_stands_between_priority_0_and_1(void **state) {
    (void)state;
    static const double taken[] = {9.0, 8.0}, deficit[] = {1.0, 0.0};
    for (int priority = 0; priority <= 1; priority++) {
        case_builder *b = river();
        case_station(b, "r1", 2000.0, "r1", 6000.0, 5.0, 2.0);
        ranked(b, 2000.0, 9.0, priority);
        solution s =
            priority == 0
                ? SOLVE(b, "station:2:1: warning: station D1 at 2 km of reach r1: 1 m3/s arrive, the ecological "
                           "flow is 2 m3/s: all of it is released, 1 m3/s short")
                : SOLVE(b, "withdrawal:2:1: warning: withdrawal W1 at 2 km of reach r1 asks for 9 m3/s where 10 "
                           "m3/s are left, and the ecological flow of 2 m3/s comes first: it gets 8 m3/s, 1 m3/s "
                           "short");
        assert_near(s.flow->withdrawal[0].taken, taken[priority]);
        assert_near(s.flow->station[0].deficit, deficit[priority]);
        assert_near(s.flow->station[0].diverted, 0.0);
        release(&s);
    }
}

/* Below the dam as well, until the tailrace: what the brook brings is free, the release is not. */
static void a_dewatered_reach_keeps_its_release_from_priority_1(void **state) {
    (void)state;
    case_builder *b = river();
    case_station(b, "r1", 2000.0, "r1", 6000.0, 100.0, 2.0);
    ranked(b, 2500.0, 0.5, 1);
    case_tributary(b, "r1", 3000.0, 1.0, 0.0);
    ranked(b, 4000.0, 1.5, 1);
    ranked(b, 7000.0, 4.0, 1);
    solution s =
        SOLVE(b,
              "withdrawal:2:1: warning: withdrawal W1 at 2.5 km of reach r1 asks for 0.5 m3/s where 2 m3/s are "
              "left, and the ecological flow of 2 m3/s comes first: it gets 0 m3/s, 0.5 m3/s short",
              "withdrawal:3:1: warning: withdrawal W2 at 4 km of reach r1 asks for 1.5 m3/s where 3 m3/s are "
              "left, and the ecological flow of 2 m3/s comes first: it gets 1 m3/s, 0.5 m3/s short");
    static const double taken[] = {0.0, 1.0, 4.0};
    for (size_t i = 0; i < 3; i++)
        assert_near(s.flow->withdrawal[i].taken, taken[i]);
    assert_near(s.flow->station[0].diverted, 8.0);
    assert_near(foot_of(&s, 0), 6.0);
    assert_closed(&s);
    release(&s);
}

/* -------------------------------------------------------------------------------------------------- transfers */

static case_builder *two_rivers(void) {
    case_builder *b = river();
    case_reach(b, "r3", "d", "e", 10000.0, 20.0, 10.0);
    case_headwater(b, "d", 5.0, 0.0);
    return b;
}

static void a_transfer_moves_water_between_rivers(void **state) {
    (void)state;
    case_builder *b = two_rivers();
    case_transfer(b, "r3", 2000.0, "r2", 4000.0, 2.0)->flow.given = false; /* its capacity, then */
    solution s = solve(b, 0, NULL);
    assert_near(foot_of(&s, 2), 3.0);
    assert_near(head_of(&s, 1), 10.0);
    assert_near(foot_of(&s, 1), 12.0);
    assert_near(s.flow->transfer[0].taken, 2.0);
    assert_near(s.flow->link[0], 2.0);
    assert_near(s.flow->withdrawn, 0.0);
    assert_closed(&s);
    release(&s);
}

/* Intake and transfer of one rank fill alike until 4 m3/s are left, 3 each; there the transfer must stop. */
static void a_transfer_leaves_its_flow_while_others_go_on(void **state) {
    (void)state;
    case_builder *b = two_rivers();
    ranked(b, 5000.0, 6.0, 1);
    qh_transfer *t = case_transfer(b, "r1", 5000.0, "r3", 1000.0, 6.0);
    t->leaves = (qh_optional){true, 4.0};
    t->has_priority = true;
    t->priority = 1;
    solution s =
        SOLVE(b, "transfer:2:1: warning: transfer X1 at 5 km of reach r1 asks for 6 m3/s where 10 m3/s are left, "
                 "and leaves 4 m3/s in the river: it gets 3 m3/s, 3 m3/s short");
    assert_near(s.flow->withdrawal[0].taken, 6.0);
    assert_near(s.flow->transfer[0].taken, 3.0);
    assert_near(foot_of(&s, 1), 1.0);
    assert_near(foot_of(&s, 2), 8.0);
    assert_closed(&s);
    release(&s);
}

static void a_transfer_feeds_a_canal_and_a_station_stands_beside_it(void **state) {
    (void)state;
    case_builder *b = river();
    case_reach(b, "canal", "k", "l", 3000.0, 5.0, 2.0);
    case_station(b, "r1", 2000.0, "r1", 6000.0, 4.0, 2.0);
    case_transfer(b, "r1", 2000.0, "canal", 0.0, 3.0);
    solution s = solve(b, 0, NULL);
    assert_near(head_of(&s, 2), 3.0);
    assert_near(s.flow->station[0].arriving, 7.0);
    assert_near(s.flow->station[0].diverted, 4.0);
    assert_near(foot_of(&s, 0), 7.0);
    assert_closed(&s);
    release(&s);
}

/* What runs in a circle has no order in which to be computed. */
static void a_transfer_upstream_is_a_circle(void **state) {
    (void)state;
    case_builder *b = river();
    case_transfer(b, "r2", 2000.0, "r1", 3000.0, 1.0);
    qh_case *c = case_end(b);
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_network *net = NULL;
    assert_int_equal(qh_network_create(c, diag, &net), QH_E_INPUT);
    assert_int_equal(qh_diag_size(diag), 1);
    assert_string_equal(qh_diag_line(diag, 0),
                        "transfer:2:1: error: the water runs in a circle: r1 > r2 > transfer X1");
    qh_diag_destroy(diag);
    qh_case_destroy(c);
}

/* ---------------------------------------------------------------------------------------------------- errors */

static void an_unknown_rule(void **state) {
    (void)state;
    case_builder *b = river();
    case_station(b, "r1", 2000.0, "r1", 6000.0, 5.0, 2.0)->rule = "generous";
    EXPECT_FAILURE(b, "station:2:1: error: station D1: there is no ecological-flow rule generous");
}

static void a_rule_without_its_parameters(void **state) {
    (void)state;
    case_builder *b = river();
    case_station(b, "r1", 2000.0, "r1", 6000.0, 5.0, 2.0)->eco_flow.given = false;
    qh_case *c = case_end(b);
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_network *net = NULL;
    qh_flow *flow = NULL;
    assert_int_equal(qh_network_create(c, diag, &net), QH_OK);
    assert_int_equal(qh_flow_solve(c, net, diag, &flow), QH_E_INPUT);
    assert_int_equal(qh_diag_count(diag, QH_ERROR), 1);
    assert_int_equal(qh_flow_solve(c, net, NULL, &flow), QH_E_INPUT);
    assert_null(flow);
    qh_network_destroy(net);
    qh_diag_destroy(diag);
    qh_case_destroy(c);
}

static void a_monthly_rule_without_a_month(void **state) {
    (void)state;
    case_builder *b = river();
    qh_station *station = case_station(b, "r1", 2000.0, "r1", 6000.0, 5.0, 2.0);
    station->rule = "tennant";
    station->eco_flow.given = false;
    station->tennant_grade = "good";
    station->mean_annual_flow = (qh_optional){true, 10.0};
    case_end(b)->run.month = 0;
    EXPECT_FAILURE(b, "error: station D1: its ecological flow changes by month, and the month of the run is not given");
}

static void a_reach_below_a_dam_that_leaves_nothing(void **state) {
    (void)state;
    case_builder *b = river();
    case_station(b, "r1", 3000.0, "r1", 7000.0, 20.0, 1e-7);
    case_section(b, "r1", 5000.0); /* one message, not one a segment */
    EXPECT_FAILURE(b, "station:2:1: error: reach r1 falls dry below station D1 at 3 km: it diverts 10 m3/s of 10 m3/s, "
                      "and its ecological flow is 1e-07 m3/s; a dry reach cannot be computed, leave it some water");
}

static void a_canal_without_water(void **state) {
    (void)state;
    case_builder *b = river();
    case_reach(b, "canal", "k", "c", 500.0, 20.0, 10.0);
    case_station(b, "r1", 3000.0, "canal", 0.0, 0.0, 2.0);
    EXPECT_FAILURE(b,
                   "reach:4:1: error: reach canal is dry: the station or transfer that enters at 0 km brings nothing");
}

static void a_trickle(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "r1", "n1", "J", 4000.0, 40.0, 30.0);
    case_branch(b, "r2", "J", "O1", 6000.0, 30.0, 20.0, 0.9);
    case_branch(b, "r3", "J", "O2", 9000.0, 25.0, 15.0, 0.1);
    case_headwater(b, "n1", 2e-6, 50.0);
    EXPECT_FAILURE(b, "reach:4:1: error: reach r3 falls dry at 0 km: 2e-06 m3/s arrive, 0 m3/s are taken");
}

static void a_headwater_without_water(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "r1", "n1", "n2", 4000.0, 40.0, 30.0);
    case_headwater(b, "n1", 1e-7, 50.0);
    EXPECT_FAILURE(b, "reach:2:1: error: reach r1 falls dry at 0 km: 1e-07 m3/s arrive, 0 m3/s are taken");
}

static void messages_speak_chinese(void **state) {
    (void)state;
    case_builder *b = river();
    case_withdrawal(b, "r1", 5000.0, 12.5);
    qh_case *c = case_end(b);
    qh_diag *diag = qh_diag_create(QH_ZH);
    qh_network *net = NULL;
    qh_flow *flow = NULL;
    assert_int_equal(qh_network_create(c, diag, &net), QH_OK);
    assert_int_equal(qh_flow_solve(c, net, diag, &flow), QH_OK);
    assert_string_equal(
        qh_diag_get(diag, 0)->text,
        "取水口 W1（里程 5 km，河段 r1）需取水 12.5 m3/s，该处仅余 10 m3/s：实取 9.9 m3/s，缺水 2.6 m3/s");
    qh_flow_destroy(flow);
    qh_network_destroy(net);
    qh_diag_destroy(diag);
    qh_case_destroy(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rivers_add_up_where_they_meet),
        cmocka_unit_test(a_river_divides_by_its_shares),
        cmocka_unit_test(shares_that_add_up_to_nearly_one_lose_no_water),
        cmocka_unit_test(lateral_inflow_spreads_over_its_stretch),
        cmocka_unit_test(large_and_small_waters_close),
        cmocka_unit_test(many_inflows_at_one_place_add_up),
        cmocka_unit_test(a_withdrawal_takes_what_it_asks_for),
        cmocka_unit_test(a_withdrawal_leaves_a_hundredth),
        cmocka_unit_test(asking_for_all_but_the_hundredth_is_no_shortage),
        cmocka_unit_test(withdrawals_at_one_place_are_served_in_order),
        cmocka_unit_test(a_tributary_at_the_place_is_there_to_be_withdrawn),
        cmocka_unit_test(a_station_leaves_the_ecological_flow_first),
        cmocka_unit_test(an_unmet_ecological_flow_is_reported),
        cmocka_unit_test(a_diversion_may_feed_another_river),
        cmocka_unit_test(stations_follow_one_another),
        cmocka_unit_test(withdrawals_at_a_dam_come_before_the_station),
        cmocka_unit_test(rules_change_by_month),
        cmocka_unit_test(a_withdrawal_from_the_ecological_flow_is_reported),
        cmocka_unit_test(priorities_go_before_the_table_and_equal_ones_share),
        cmocka_unit_test(the_ecological_flow_stands_between_priority_0_and_1),
        cmocka_unit_test(a_dewatered_reach_keeps_its_release_from_priority_1),
        cmocka_unit_test(a_transfer_moves_water_between_rivers),
        cmocka_unit_test(a_transfer_leaves_its_flow_while_others_go_on),
        cmocka_unit_test(a_transfer_feeds_a_canal_and_a_station_stands_beside_it),
        cmocka_unit_test(a_transfer_upstream_is_a_circle),
        cmocka_unit_test(an_unknown_rule),
        cmocka_unit_test(a_rule_without_its_parameters),
        cmocka_unit_test(a_monthly_rule_without_a_month),
        cmocka_unit_test(a_reach_below_a_dam_that_leaves_nothing),
        cmocka_unit_test(a_canal_without_water),
        cmocka_unit_test(a_trickle),
        cmocka_unit_test(a_headwater_without_water),
        cmocka_unit_test(messages_speak_chinese),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
