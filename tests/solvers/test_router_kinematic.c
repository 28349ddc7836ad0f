/* The kinematic wave: balances, steady water, a shock's speed, the diffusion of a flood wave, drying, and a tracer of one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs those above */
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/rating.h"
#include "tests/support/random_network.h"
#include "tests/support/solved.h"
#include "tests/support/water_balance.h"

static const qh_router *kinematic(void) { return qh_router_find("kinematic"); }

static qh_routing routing_of(const hydraulics *h) {
    return (qh_routing){.river_case = h->river_case, .network = h->network, .flow = h->flow, .grid = h->grid};
}

static case_builder *random_case(uint64_t seed) {
    random_options options = random_options_of(seed);
    options.flags = RANDOM_EVERYTHING & ~(unsigned)RANDOM_STORAGE;
    return random_network(&options);
}

/* ---- the table ---- */

static void the_table_is_the_law(void **state) {
    (void)state;
    double worst = 0;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        case_builder *b = random_case(seed);
        const qh_case *c = case_end(b);
        qh_arena *arena = qh_arena_create();
        for (size_t r = 0; r < c->n_reach; r++) {
            qh_rating rating;
            assert_int_equal(qh_rating_create(&c->reach[r], 1e-4, 500, arena, NULL, &rating), QH_OK);
            for (double q = 2e-4; q < 400; q *= 1.37) {
                qh_channel_state law;
                double slope = 0;
                assert_int_equal(qh_channel_state_of(&c->reach[r], q, NULL, &law), QH_OK);
                worst = fmax(worst, fabs(qh_rating_area(&rating, q, &slope) / law.area - 1));
                worst = fmax(worst, fabs(qh_rating_width(&rating, q) / law.width - 1));
            }
        }
        qh_arena_destroy(arena);
        qh_case_destroy(case_end(b));
    }
    print_message("table against law: %.2g\n", worst);
    assert_true(worst <= 2e-6);
}

/* ---- balances ---- */

static void every_balance_closes(void **state) {
    (void)state;
    water_balance worst = {.lowest = INFINITY};
    for (uint64_t seed = 1; seed <= 60; seed++) {
        case_builder *b = random_case(seed);
        give_hydrographs(b, seed % 2 ? 1.0 : 0.6, 172800, 40);
        hydraulics h = hydraulics_of(case_end(b));
        const qh_routing routing = routing_of(&h);
        assert_null(kinematic()->objection(&routing));
        void *self = NULL;
        assert_int_equal(kinematic()->create(&routing, h.diag, &self), QH_OK);
        qh_water water;
        double at = 0;
        for (size_t k = 0; at < 172800; k++) {
            const double end = at + (k % 3 == 0 ? 3600 : k % 3 == 1 ? 60 : 900);
            assert_int_equal(kinematic()->advance(self, end, h.diag, &water), QH_OK);
            assert_true(water.start == at && water.end > at);
            const water_balance now = water_balance_of(&routing, &water);
            worst.cell = fmax(worst.cell, now.cell);
            worst.point = fmax(worst.point, now.point);
            worst.lowest = fmin(worst.lowest, now.lowest);
            at = water.end;
        }
        kinematic()->destroy(self);
        hydraulics_free(&h);
        qh_case_destroy(case_end(b));
    }
    print_message("balances: cells %.2g, points %.2g; lowest volume %g m3\n", worst.cell, worst.point, worst.lowest);
    assert_true(worst.cell <= 1e-14 && worst.point <= 1e-14);
    assert_true(worst.lowest >= 0);
}

static void steady_water_stays(void **state) {
    (void)state;
    double worst = 0;
    for (uint64_t seed = 101; seed <= 130; seed++) {
        case_builder *b = random_case(seed);
        hydraulics h = hydraulics_of(case_end(b));
        const qh_routing routing = routing_of(&h);
        void *self = NULL;
        assert_int_equal(kinematic()->create(&routing, h.diag, &self), QH_OK);
        qh_water water;
        for (int k = 1; k <= 24; k++)
            assert_int_equal(kinematic()->advance(self, 3600.0 * k, h.diag, &water), QH_OK);
        for (size_t i = 0; i < h.grid->n_cell; i++) {
            const double flow = qh_grid_discharge_down(h.grid, i);
            worst = fmax(worst, fabs(water.face[qh_grid_face(h.grid, i) + 1] / flow - 1));
        }
        kinematic()->destroy(self);
        hydraulics_free(&h);
        qh_case_destroy(case_end(b));
    }
    print_message("steady water: flows off by %.2g\n", worst);
    assert_true(worst <= 1e-11);
}

/* ---- one long river ---- */

typedef struct river {
    case_builder *b;
    hydraulics h;
    qh_routing routing;
    void *self;
} river;

/* Rectangle of `width` m, slope 0.001, Manning 0.03, `km` long on cells of `dx` m, fed by a series. */
static river river_of(double km, double dx, double width, size_t n, const double *time, const double *flow) {
    river r = {.b = case_begin(1)};
    qh_reach *reach = case_reach(r.b, "r", "a", "o", 1000 * km, 1, 1);
    reach->channel = (qh_channel){.law = "trapezoid",
                                  .bottom_width = {true, width},
                                  .side_slope = {true, 0},
                                  .slope = {true, 0.001},
                                  .manning = {true, 0.03}};
    qh_headwater *head = case_headwater(r.b, "a", flow[0], 1);
    head->flow_series = case_series(r.b, QH_LINEAR, n, time, flow);
    case_end(r.b)->solver.cell_length = dx;
    r.h = hydraulics_of(case_end(r.b));
    r.routing = routing_of(&r.h);
    assert_int_equal(kinematic()->create(&r.routing, r.h.diag, &r.self), QH_OK);
    return r;
}

static void river_free(river *r) {
    kinematic()->destroy(r->self);
    hydraulics_free(&r->h);
    qh_case_destroy(case_end(r->b));
}

/* Where the flow crosses `q`, m. */
static double front_at(const river *r, const qh_water *water, double q) {
    const size_t n = r->h.grid->n_cell;
    const double dx = qh_grid_length(r->h.grid, 0);
    for (size_t i = 0; i < n; i++)
        if (water->face[i + 1] < q)
            return dx * ((double)i + (water->face[i] - q) / (water->face[i] - water->face[i + 1]));
    return dx * (double)n;
}

/* A step from 5 to 50 m3/s runs down as a shock: w = (Q2 - Q1)/(A2 - A1), faster than the water, whatever the grid. */
static void a_shock_has_its_speed(void **state) {
    (void)state;
    const double time[] = {0, 1, 1e6}, flow[] = {5, 50, 50};
    river r = river_of(60, 100, 30, 3, time, flow);
    qh_channel_state low, high;
    assert_int_equal(qh_channel_state_of(&r.routing.river_case->reach[0], 5, NULL, &low), QH_OK);
    assert_int_equal(qh_channel_state_of(&r.routing.river_case->reach[0], 50, NULL, &high), QH_OK);
    const double speed = 45 / (high.area - low.area);
    double at[2] = {0, 0};
    qh_water water;
    for (int k = 1; k <= 240; k++) { /* steps of 100 s, Cr about 1.5 */
        assert_int_equal(kinematic()->advance(r.self, 100.0 * k, r.h.diag, &water), QH_OK);
        if (k == 120) at[0] = front_at(&r, &water, 27.5);
        if (k == 240) at[1] = front_at(&r, &water, 27.5);
    }
    const double found = (at[1] - at[0]) / 12000;
    print_message("shock: %.5f m/s, Rankine-Hugoniot %.5f m/s\n", found, speed);
    assert_true(fabs(found / speed - 1) <= 2e-3);
    river_free(&r);
}

typedef struct moments {
    double mass, mean, variance; /* m3 above the base flow, s, s2 */
} moments;

/* Of what passes the lower end, above the base flow. */
static moments pass_of(double step, double dx) {
    enum { KM = 80 };
    const double base = 40, rise = 0.02; /* small, so that the wave is linear */
    const double time[] = {0, 3600, 7200, 10800, 1e7}, flow[] = {base, base, base + rise, base, base};
    river r = river_of(KM, dx, 30, 5, time, flow);
    moments m = {0};
    qh_water water;
    const size_t last = r.h.grid->n_cell;
    for (double t = 0; t < 4e5;) {
        assert_int_equal(kinematic()->advance(r.self, t + step, r.h.diag, &water), QH_OK);
        const double volume = (water.face[last] - base) * step, middle = water.end - 0.5 * step;
        m.mass += volume;
        m.mean += volume * middle;
        m.variance += volume * middle * middle;
        t = water.end;
    }
    m.mean /= m.mass;
    m.variance = m.variance / m.mass - m.mean * m.mean;
    river_free(&r);
    return m;
}

/* A small flood on a large flow obeys dq/dt + c dq/dx = D d2q/dx2: its mean arrives L/c later, and its variance grows by
 * 2 D L/c^3, with c = dQ/dA and D = Q/(2 B S) (moments of the exact solution of the half line). */
static void a_flood_spreads_as_the_river_does(void **state) {
    (void)state;
    const double length = 80000, base = 40;
    case_builder *b = case_begin(1);
    qh_reach *reach = case_reach(b, "r", "a", "o", length, 1, 1);
    reach->channel = (qh_channel){.law = "trapezoid",
                                  .bottom_width = {true, 30},
                                  .side_slope = {true, 0},
                                  .slope = {true, 0.001},
                                  .manning = {true, 0.03}};
    qh_channel_state low, high, at;
    assert_int_equal(qh_channel_state_of(reach, base * 0.999, NULL, &low), QH_OK);
    assert_int_equal(qh_channel_state_of(reach, base * 1.001, NULL, &high), QH_OK);
    assert_int_equal(qh_channel_state_of(reach, base, NULL, &at), QH_OK);
    const double c = 0.002 * base / (high.area - low.area), d = base / (2 * at.width * 0.001);
    qh_case_destroy(case_end(b));

    const moments fine = pass_of(120, 200), coarse = pass_of(600, 1000), large = pass_of(3600, 200);
    const double inlet_mean = 7200, inlet_variance = 3600.0 * 3600.0 / 6; /* of the triangle */
    const double spread = 2 * d * length / (c * c * c);
    print_message("c %.4f m/s, D %.1f m2/s; mean %.1f s (exact %.1f), growth of variance %.4g s2 (exact %.4g); small "
                  "cells %.4g; steps "
                  "of an hour %.4g\n",
                  c, d, fine.mean - inlet_mean, length / c, coarse.variance - inlet_variance, spread,
                  fine.variance - inlet_variance, large.variance - inlet_variance);
    assert_true(fabs(fine.mass / (0.02 * 3600) - 1) <= 1e-6);
    assert_true(fabs((fine.mean - inlet_mean) / (length / c) - 1) <= 5e-3);
    assert_true(fabs((coarse.variance - inlet_variance) / spread - 1) <= 0.01);
    /* In place of D an hour's step has the least that it can, c (c dt - dx)/2, which is more, and small cells have the most
     * that they can, c (c dt + dx)/2, which is less: as the router's file says. */
    const double least = (c * 3600 - 200) * length / (c * c), most = (c * 120 + 200) * length / (c * c);
    assert_true(least > spread && most < spread);
    assert_true(fabs((large.variance - inlet_variance) / least - 1) <= 0.02);
    assert_true(fabs((fine.variance - inlet_variance) / most - 1) <= 0.02);
}

static void a_river_dries_and_fills_again(void **state) {
    (void)state;
    const double time[] = {0, 3600, 864000, 867600, 1e7}, flow[] = {20, 0, 0, 20, 20};
    river r = river_of(20, 200, 15, 5, time, flow);
    qh_water water;
    double lowest = INFINITY, least = INFINITY;
    for (int k = 1; k <= 24 * 20; k++) {
        assert_int_equal(kinematic()->advance(r.self, 3600.0 * k, r.h.diag, &water), QH_OK);
        const water_balance now = water_balance_of(&r.routing, &water);
        assert_true(now.cell <= 1e-14 && now.point <= 1e-14);
        lowest = fmin(lowest, now.lowest);
        least = fmin(least, water.face[r.h.grid->n_cell]);
        for (size_t i = 0; i < r.h.grid->n_cell; i++)
            assert_true(water.depth[i] >= 0 && isfinite(water.depth[i]) && isfinite(water.width[i]));
    }
    print_message("drying: least outflow %.3g m3/s, least volume %.3g m3; back to %.6f m3/s\n", least, lowest,
                  water.face[r.h.grid->n_cell]);
    assert_true(lowest >= 0 && least >= 0 && least < 0.01);
    assert_true(fabs(water.face[r.h.grid->n_cell] / 20 - 1) <= 1e-9);
    river_free(&r);
}

/* ---- with transport ---- */

static void a_tracer_of_one_stays_one(void **state) {
    (void)state;
    double worst = 0, budget = 0;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        random_options options = random_options_of(seed);
        options.flags = RANDOM_EVERYTHING & ~(unsigned)RANDOM_STORAGE;
        options.most_reaches = 12;
        case_builder *b = random_network(&options);
        make_uniform(b, 1);
        give_hydrographs(b, 0.9, 86400, 40);
        case_unsteady(b, 86400, 21600, 10800);
        case_end(b)->run.routing_step = 3600;
        solved *s = solve_moving(case_end(b), kinematic(), 1);
        if (s->status != QH_OK) print_error("seed %llu\n", (unsigned long long)seed);
        assert_int_equal(s->status, QH_OK);
        worst = fmax(worst, fmax(fabs(s->lowest - 1), fabs(s->highest - 1)));
        budget = fmax(budget, s->worst);
        solved_free(s);
        qh_case_destroy(case_end(b));
    }
    print_message("tracer of 1: off by %.2g, budget by %.2g\n", worst, budget);
    assert_true(worst <= 1e-12);
    assert_true(budget <= 1e-12);
}

static void a_held_level_is_refused(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "r", "a", "o", 5000, 10, 1);
    case_headwater(b, "a", 1, 1);
    const qh_held_level held = {.node = 1};
    case_end(b)->held_level = &held;
    case_end(b)->n_held_level = 1;
    hydraulics h = hydraulics_of(case_end(b));
    const qh_routing routing = routing_of(&h);
    const char *no = kinematic()->objection(&routing);
    assert_non_null(no);
    assert_non_null(strstr(no, "knows no levels"));
    hydraulics_free(&h);
    qh_case_destroy(case_end(b));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_the_law),
        cmocka_unit_test(every_balance_closes),
        cmocka_unit_test(steady_water_stays),
        cmocka_unit_test(a_shock_has_its_speed),
        cmocka_unit_test(a_flood_spreads_as_the_river_does),
        cmocka_unit_test(a_river_dries_and_fills_again),
        cmocka_unit_test(a_tracer_of_one_stays_one),
        cmocka_unit_test(a_held_level_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
