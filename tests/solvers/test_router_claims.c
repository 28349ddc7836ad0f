/* Who gets the water when it moves: the kinematic router shares a falling river by priority as steady flow does, with the
 * ecological flow in its place, and every balance closes. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "solvers/router.h"
#include "tests/support/random_network.h"
#include "tests/support/solved.h"
#include "tests/support/water_balance.h"

static const double DAY = 86400;

static const qh_router *kinematic(void) { return qh_router_find("kinematic"); }

static qh_routing routing_of(const hydraulics *h) {
    return (qh_routing){.river_case = h->river_case, .network = h->network, .flow = h->flow, .grid = h->grid};
}

static void near(double value, double expected) {
    if (!(fabs(value - expected) <= 1e-12 * fmax(1, fabs(expected))))
        fail_msg("%.17g, expected %.17g", value, expected);
}

static void rank(qh_withdrawal *w, int priority) {
    w->has_priority = true;
    w->priority = priority;
}

/* ---- by hand: all stands at the head of the river, where what arrives is what the series says ---- */

static void a_falling_river_is_shared_by_priority(void **state) {
    (void)state;
    static const double time[] = {0, 1, 2, 3}, flow[] = {20, 10, 4, 1};
    /* ecological flow 2; W1: 3 m3/s of priority 1, W2: 1 of priority 0, W3: 6 of priority 1; the station takes 5 at most */
    static const double taken[4][3] = {{3, 1, 6}, {7.0 / 3, 1, 14.0 / 3}, {1.0 / 3, 1, 2.0 / 3}, {0, 0.99, 0}};
    static const double diverted[4] = {5, 0, 0, 0};
    case_builder *b = case_begin(1);
    double seconds[4];
    for (size_t i = 0; i < 4; i++)
        seconds[i] = time[i] * DAY;
    case_reach(b, "r", "a", "b", 5000, 10, 5);
    case_headwater(b, "a", 20, 1)->flow_series = case_series(b, QH_STEP, 4, seconds, flow);
    case_station(b, "r", 0, "r", 4000, 5, 2);
    rank(case_withdrawal(b, "r", 0, 3), 1);
    rank(case_withdrawal(b, "r", 0, 1), 0);
    rank(case_withdrawal(b, "r", 0, 6), 1);
    hydraulics h = hydraulics_of(case_end(b));
    const qh_routing routing = routing_of(&h);
    void *self = NULL;
    qh_water water;
    assert_int_equal(kinematic()->create(&routing, h.diag, &self), QH_OK);
    for (size_t day = 0; day < 4; day++) {
        for (int hour = 1; hour <= 24; hour++) {
            assert_int_equal(kinematic()->advance(self, (double)day * DAY + hour * 3600.0, h.diag, &water), QH_OK);
            for (size_t i = 0; i < 3; i++)
                near(water.taken[i], taken[day][i]);
            near(water.link[0], diverted[day]);
        }
    }
    kinematic()->destroy(self);
    hydraulics_free(&h);
    qh_case_destroy(case_end(b));
}

/* ---- balances ---- */

/* A canal whose station finds nothing to divert, or a river pumped over and over, is dry: steady flow refuses it. */
static bool falls_dry(const qh_case *c) {
    qh_network *network = NULL;
    qh_flow *flow = NULL;
    assert_int_equal(qh_network_create(c, NULL, &network), QH_OK);
    const qh_status status = qh_flow_solve(c, network, NULL, &flow);
    qh_flow_destroy(flow);
    qh_network_destroy(network);
    return status != QH_OK;
}

static void balances_close_whatever_the_priorities(void **state) {
    (void)state;
    water_balance worst = {.lowest = INFINITY};
    size_t shared = 0, networks = 0;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        random_options options = random_options_of(seed);
        options.flags = RANDOM_EVERYTHING & ~(unsigned)RANDOM_STORAGE;
        case_builder *b = random_network(&options);
        qh_case *c = case_end(b);
        qh_withdrawal *w = (qh_withdrawal *)(uintptr_t)c->withdrawal;
        give_hydrographs(b, 0.9, DAY, 40);
        for (size_t i = 0; i < c->n_withdrawal; i++) {
            rank(&w[i], (int)((seed + i) % 3));
            if (i % 3 == 0) w[i].flow *= 2;
        }
        if (falls_dry(c)) {
            qh_case_destroy(c);
            continue;
        }
        networks++;
        hydraulics h = hydraulics_of(c);
        const qh_routing routing = routing_of(&h);
        void *self = NULL;
        assert_int_equal(kinematic()->create(&routing, h.diag, &self), QH_OK);
        for (double t = 900; t <= DAY; t += 900) {
            qh_water water;
            assert_int_equal(kinematic()->advance(self, t, h.diag, &water), QH_OK);
            const water_balance now = water_balance_of(&routing, &water);
            worst.cell = fmax(worst.cell, now.cell);
            worst.point = fmax(worst.point, now.point);
            worst.lowest = fmin(worst.lowest, now.lowest);
            for (size_t i = 0; i < c->n_withdrawal; i++) {
                const qh_value flow = {w[i].flow, w[i].flow_series};
                const double asked = qh_value_mean(&flow, water.start, water.end);
                assert_true(water.taken[i] >= 0 && water.taken[i] <= asked * (1 + 1e-12));
                shared += water.taken[i] < asked;
            }
        }
        kinematic()->destroy(self);
        hydraulics_free(&h);
        qh_case_destroy(c);
    }
    print_message("balances: cells %.2g, points %.2g; short %zu times in %zu networks\n", worst.cell, worst.point,
                  shared, networks);
    assert_true(worst.cell <= 1e-14 && worst.point <= 1e-14 && worst.lowest >= 0);
    assert_true(shared > 100 && networks >= 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_falling_river_is_shared_by_priority),
        cmocka_unit_test(balances_close_whatever_the_priorities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
