/* Transfers: what is taken at one place arrives at another with all that is in it, by every engine, steady and in time, and
 * on moving water; what the river keeps comes before. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "solvers/router.h"
#include "tests/support/case_builder.h"
#include "tests/support/levels_case.h"
#include "tests/support/random_network.h"
#include "tests/support/solved.h"
#include "tests/support/water_balance.h"

static const double DAY = 86400;

static void near(double value, double expected, double slack) {
    if (!(fabs(value - expected) <= slack * fmax(1, fabs(expected))))
        fail_msg("%.15g, expected %.15g within %g", value, expected, slack);
}

/* Two rivers side by side, 10 and 5 m3/s; 3 m3/s go from the first to the second. Constituents: one that keeps, 10 g/m3 in
 * the first river and 20 g/s more of an outfall there, 2 g/m3 in the second; a tracer of one; one that decays. */
static qh_case *two_rivers(bool unsteady) {
    case_builder *b = case_begin(3);
    case_reach(b, "r1", "a", "b", 10000, 30, 10);
    case_reach(b, "r2", "c", "d", 10000, 20, 10);
    const qh_headwater *first = case_headwater(b, "a", 10, 10);
    case_give(first->input, 1, false, 1);
    const qh_headwater *second = case_headwater(b, "c", 5, 2);
    case_give(second->input, 1, false, 1);
    const qh_outfall *o = case_outfall(b, "r1", 2000, 0, 20);
    case_give(o->input, 1, true, 0);
    case_constituent(b, 2)->k20 = 5e-5;
    case_transfer(b, "r1", 4000, "r2", 3000, 3);
    case_section(b, "r1", 9000);
    case_section(b, "r2", 9000);
    qh_case *c = case_end(b);
    c->solver.cell_length = 50;
    if (unsteady) case_unsteady(b, 6 * 3600, 3600, 3600);
    return case_end(b);
}

static void every_engine_carries_what_is_in_the_water(void **state) {
    (void)state;
    double decayed[2] = {0}; /* by the first engine, g/m3 */
    size_t n_solved = 0;
    for (int unsteady = 0; unsteady < 2; unsteady++) {
        qh_case *c = two_rivers(unsteady);
        for (size_t e = 0; qh_registry_engine[e]; e++) {
            if (strcmp(qh_registry_engine[e]->name, "moving") == 0) continue;
            solved *s = solve_case(c, qh_registry_engine[e]->name, 1, NULL);
            if (s->status == QH_OK) {
                const size_t last = s->n_sample - 1;
                near(solved_section(s, last, 0, 0), 12, 1e-6);
                near(solved_section(s, last, 1, 0), (5 * 2 + 3 * 12) / 8.0, 1e-6);
                for (size_t k = 0; k < 2; k++) {
                    near(solved_section(s, last, k, 1), 1, 1e-9);
                    const double now = solved_section(s, last, k, 2);
                    if (n_solved == 0) decayed[k] = now;
                    near(now, decayed[k], 2e-3);
                }
                assert_true(decayed[1] > 1 && decayed[1] < 4); /* 3.5 to 5.75, less what decays on the way */
                assert_true(s->worst < 1e-8);
                n_solved++;
            }
            solved_free(s);
        }
        qh_case_destroy(c);
    }
    assert_true(n_solved >= 4);
}

/* ---- moving water ---- */

/* At the head of the first river what arrives is what the series says: an intake of 3 m3/s is served first, the transfer
 * wants 6 and leaves 2 in the river. Farther down 0.5 feed a canal, which falls dry when the river has no more than 1.5. */
static case_builder *falling_river(void) {
    static const double time[] = {0, 86400, 172800, 259200}, flow[] = {20, 10, 4, 1};
    case_builder *b = case_begin(1);
    levels_channel(case_reach(b, "r1", "a", "b", 4000, 10, 5), 8, 1, 1e-3, 0.03);
    levels_channel(case_reach(b, "r2", "c", "d", 4000, 10, 5), 8, 1, 1e-3, 0.03);
    case_headwater(b, "a", 20, 1)->flow_series = case_series(b, QH_STEP, 4, time, flow);
    case_headwater(b, "c", 2, 1);
    case_withdrawal(b, "r1", 0, 3);
    qh_transfer *t = case_transfer(b, "r1", 0, "r2", 1000, 6);
    t->leaves = (qh_optional){true, 2};
    levels_channel(case_reach(b, "canal", "e", "d", 2000, 10, 5), 2, 1, 1e-3, 0.03);
    case_transfer(b, "r1", 2000, "canal", 0, 0.5)->leaves = (qh_optional){true, 1.5};
    case_section(b, "r1", 3000);
    case_section(b, "r2", 3000);
    case_unsteady(b, 4 * DAY, 6 * 3600, 3600);
    return b;
}

static void keeps_what_is_left_to_it(const qh_case *c, const qh_router *router) {
    static const double taken[] = {3, 3, 3, 0.99}, carried[] = {6, 5, 0, 0};
    hydraulics h = hydraulics_of(c);
    const qh_routing routing = {.river_case = c, .network = h.network, .flow = h.flow, .grid = h.grid};
    void *self = NULL;
    qh_water water = {0};
    assert_null(router->objection(&routing));
    assert_int_equal(router->create(&routing, h.diag, &self), QH_OK);
    for (size_t hour = 1; hour <= 96; hour++) {
        while (water.end < (double)hour * 3600) {
            assert_int_equal(router->advance(self, (double)hour * 3600, h.diag, &water), QH_OK);
            near(water.taken[0], taken[(hour - 1) / 24], 1e-12);
            near(water.link[0], carried[(hour - 1) / 24], 1e-12);
            if (hour % 24 == 0) near(water.link[1], hour <= 48 ? 0.5 : 0, 1e-9);
            const water_balance balance = water_balance_of(&routing, &water);
            assert_true(balance.cell <= 1e-13 && balance.point <= 1e-13);
        }
    }
    router->destroy(self);
    hydraulics_free(&h);
}

static void on_moving_water_the_river_keeps_what_is_left_to_it(void **state) {
    (void)state;
    qh_case *c = case_end(falling_river());
    for (size_t i = 0; qh_registry_router[i]; i++)
        keeps_what_is_left_to_it(c, qh_registry_router[i]);
    qh_case_destroy(c);
}

static void a_tracer_of_one_stays_one_through_a_transfer(void **state) {
    (void)state;
    for (size_t i = 0; qh_registry_router[i]; i++) {
        case_builder *b = falling_river();
        qh_case *c = case_end(b);
        c->run.routing = qh_registry_router[i]->name;
        c->run.routing_step = 1800;
        solved *s = solve_moving(c, qh_registry_router[i], 1);
        assert_int_equal(s->status, QH_OK);
        near(s->lowest, 1, 1e-12);
        near(s->highest, 1, 1e-12);
        /* The second river carries 2 m3/s of its own and up to 6 of the first. */
        assert_true(s->highest_discharge > 7.9 && s->worst < 1e-10);
        solved_free(s);
        qh_case_destroy(c);
    }
}

/* ---- in networks of all kinds ---- */

/* Two transfers, each from a place of a reach to one farther down it, so that no water runs in a circle; and one out of the
 * reservoir of levels_build, where there is one. They ask for more than there is, often. */
static void give_transfers(case_builder *b, uint64_t seed) {
    random_source r = {seed + 1000};
    qh_case *c = case_end(b);
    const size_t n = c->n_reach;
    for (size_t k = 0; k < 2; k++) {
        const qh_reach *reach = &c->reach[random_index(&r, n)];
        const double from = random_between(&r, 0.1, 0.5), to = random_between(&r, 0.55, 0.9);
        qh_transfer *t = case_transfer(b, reach->name, from * reach->length, reach->name, to * reach->length,
                                       random_logarithmic(&r, 0.05, 10));
        if (k == 1) t->leaves = (qh_optional){true, random_logarithmic(&r, 0.05, 2)};
    }
    if (c->n_reservoir == 0) return;
    const qh_reservoir *pond = &c->reservoir[0];
    const qh_reach *reach = &c->reach[pond->reach];
    case_transfer(b, reach->name, pond->chainage, reach->name, 0.95 * reach->length, 0.2);
}

typedef struct seen {
    water_balance worst;
    size_t n_full, n_short, n_none; /* steps of a transfer: all of what it asks for, a part, nothing */
} seen;

static void look(const qh_case *c, const qh_routing *routing, const qh_water *water, seen *all) {
    const water_balance now = water_balance_of(routing, water);
    all->worst.cell = fmax(all->worst.cell, now.cell);
    all->worst.point = fmax(all->worst.point, now.point);
    all->worst.lowest = fmin(all->worst.lowest, now.lowest);
    for (size_t t = 0; t < c->n_transfer; t++) {
        const double flow = water->link[c->n_station + t], asked = c->transfer[t].flow.value;
        assert_true(flow >= 0 && flow <= asked * (1 + 1e-14));
        *(flow >= asked * (1 - 1e-14) ? &all->n_full : flow > 0 ? &all->n_short : &all->n_none) += 1;
    }
}

static void move_networks(const qh_router *router, bool builds, uint64_t last, seen *all) {
    for (uint64_t seed = 1; seed <= last; seed++) {
        case_builder *b = levels_random_case(seed, builds ? RANDOM_STATIONS : 0);
        levels_works works;
        if (builds) levels_build(case_end(b), seed, &works);
        give_transfers(b, seed);
        give_hydrographs(b, 0.8, 6 * 3600, 40);
        qh_case *c = case_end(b);
        hydraulics h = hydraulics_of(c);
        const qh_routing routing = {.river_case = c, .network = h.network, .flow = h.flow, .grid = h.grid};
        void *self = NULL;
        qh_water water = {0};
        if (!router->objection(&routing)) {
            assert_int_equal(router->create(&routing, h.diag, &self), QH_OK);
            for (double until = 600; water.end < 6 * 3600; until = water.end + 600) {
                const qh_status status = router->advance(self, until, h.diag, &water);
                if (status != QH_OK) print_error("%s seed %d: %s\n", router->name, (int)seed, qh_diag_line(h.diag, 0));
                assert_int_equal(status, QH_OK);
                look(c, &routing, &water, all);
            }
            router->destroy(self);
        }
        hydraulics_free(&h);
        qh_case_destroy(case_end(b));
    }
}

static void transfers_balance_in_networks_of_all_kinds(void **state) {
    (void)state;
    for (size_t i = 0; qh_registry_router[i]; i++) {
        const qh_router *router = qh_registry_router[i];
        const uint64_t last = strcmp(router->name, "dynamic") == 0 ? 4 : 12;
        seen all = {.worst = {.lowest = INFINITY}};
        move_networks(router, false, last, &all);
        move_networks(router, true, last, &all);
        print_message("%s: cells %.2g, points %.2g; transfers in full %zu, in part %zu, not at all %zu\n", router->name,
                      all.worst.cell, all.worst.point, all.n_full, all.n_short, all.n_none);
        assert_true(all.worst.cell <= 1e-12 && all.worst.point <= 1e-12 && all.worst.lowest >= 0);
        assert_true(all.n_full > 50 && all.n_short > 50 && all.n_none > 10);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_engine_carries_what_is_in_the_water),
        cmocka_unit_test(on_moving_water_the_river_keeps_what_is_left_to_it),
        cmocka_unit_test(a_tracer_of_one_stays_one_through_a_transfer),
        cmocka_unit_test(transfers_balance_in_networks_of_all_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
