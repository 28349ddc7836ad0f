/* Full equations of flow: waves in time, and momentum through confluences. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs those above */
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/levels_internal.h"
#include "solvers/stage.h"
#include "tests/support/levels_case.h"
#include "tests/support/solved.h"
#include "tests/support/water_balance.h"

static const double PI = 3.14159265358979323846;

typedef struct water_way {
    case_builder *b;
    hydraulics h;
    qh_routing routing;
    qh_levels *l;
    qh_held_level held;
} water_way;

/* Routes what the builder has by the full equations, with a level held at node `outlet`. */
static void begin(water_way *w, size_t outlet, double level, const qh_series *levels, double dx) {
    qh_case *c = case_end(w->b);
    w->held = (qh_held_level){.node = outlet, .level = {level, levels}};
    c->held_level = &w->held;
    c->n_held_level = 1;
    c->solver.cell_length = dx;
    w->h = hydraulics_of(c);
    w->routing =
        (qh_routing){.river_case = w->h.river_case, .network = w->h.network, .flow = w->h.flow, .grid = w->h.grid};
    const qh_status status = qh_levels_create(&w->routing, true, w->h.diag, &w->l);
    for (size_t i = 0; i < qh_diag_size(w->h.diag); i++)
        print_message("  %s\n", qh_diag_line(w->h.diag, i));
    assert_int_equal(status, QH_OK);
}

static void end(water_way *w) {
    qh_levels_destroy(w->l);
    hydraulics_free(&w->h);
    qh_case_destroy(case_end(w->b));
}

static void advance_to(water_way *w, double until) {
    qh_water water;
    do {
        assert_int_equal(qh_levels_advance(w->l, until, w->h.diag, &water), QH_OK);
        const water_balance now = water_balance_of(&w->routing, &water);
        assert_true(now.cell <= 1e-12 && now.point <= 1e-12 && now.lowest >= 0);
    } while (water.end < until);
}

/* Rectangle of `width` m from node `from` to `to`. */
static void channel(water_way *w, const char *name, const char *from, const char *to, double length, double width,
                    double slope, double manning) {
    levels_channel(case_reach(w->b, name, from, to, length, 1, 1), width, 0, slope, manning);
}

/* ---- a long wave without friction ---- */

/* Bay of 20 km with a wall at its head: eta = a cos(k x) cos(w t), k = pi/(2 L), w = k sqrt(g h), two periods in steps of dt. */
typedef struct swing {
    double amplitude, phase; /* -, over the first; rad, over what theory says */
} swing;

static swing swing_of(int steps_in_period, double *y) {
    enum { PERIODS = 2 };
    const double length = 20000, dx = 200, depth = 10, a = 1e-3, g = 9.80665;
    const double k = PI / (2 * length), w = k * sqrt(g * depth), dt = 2 * PI / w / steps_in_period;
    water_way bay = {.b = case_begin(1)};
    channel(&bay, "r", "a", "o", length, 50, 1e-4, 0.03);
    const double time[] = {0, 1e-6, 1e7}, flow[] = {5, 0, 0};
    case_headwater(bay.b, "a", 5, 1)->flow_series = case_series(bay.b, QH_LINEAR, 3, time, flow);
    begin(&bay, 1, depth, NULL, dx);
    qh_levels *l = bay.l;
    qh_reach smooth = bay.routing.river_case->reach[0];
    smooth.channel.manning.value = 1e-6;
    qh_stage stage;
    assert_int_equal(qh_stage_create(&smooth, l->arena, &stage), QH_OK);
    for (size_t e = 0; e < l->n_edge; e++)
        l->edge[e].bed = l->edge[e].fall = 0;
    double eta[100];
    const size_t n = bay.h.grid->n_cell;
    assert_int_equal(n, 100);
    for (size_t i = 0; i < n; i++) {
        l->stage[i] = &stage;
        l->bed[i] = 0;
        eta[i] = depth + a * cos(k * qh_grid_chainage(bay.h.grid, i));
    }
    qh_levels_restart(l, eta, 1);
    for (int s = 1; s <= PERIODS * steps_in_period; s++)
        advance_to(&bay, 1 + s * dt);
    double even = 0, odd = 0, even2 = 0, odd2 = 0;
    for (size_t i = 0; i < n; i++) {
        const double shape = cos(k * qh_grid_chainage(bay.h.grid, i));
        even += shape * (l->depth[i] - depth);
        even2 += shape * shape;
    }
    for (size_t e = 0; e < l->n_edge; e++) {
        if (l->edge[e].kind != LEVELS_INNER) continue;
        const double shape = sin(k * dx * (double)l->edge[e].down);
        odd += shape * l->speed[e] * sqrt(depth / g);
        odd2 += shape * shape;
    }
    end(&bay);
    *y = w * dt;
    return (swing){hypot(even / even2, odd / odd2) / a, atan2(odd / odd2, even / even2)};
}

/* The stability function of SDIRK2 says what is lost: 0.00368 y4 of the amplitude and 0.0404 y3 of the phase a step, y = w dt
 * (Euler's implicit method loses y2/2: nearly the whole wave). */
static void a_long_wave_swings_on(void **state) {
    (void)state;
    swing s[2];
    for (int i = 0; i < 2; i++) {
        const int steps = i == 0 ? 20 : 40;
        double y = 0;
        s[i] = swing_of(steps, &y);
        const double lost = 0.00368 * pow(y, 4) * 2 * steps, behind = 0.0404 * pow(y, 3) * 2 * steps;
        print_message("%d steps a period: amplitude %.5f (theory %.5f), %.5f rad behind (theory %.5f)\n", steps,
                      s[i].amplitude, 1 - lost, -s[i].phase, behind);
        assert_true(fabs(1 - s[i].amplitude - lost) <= 0.15 * lost + 2e-4);
        assert_true(fabs(-s[i].phase - behind) <= 0.1 * behind + 5e-4);
    }
    assert_true(log2(s[0].phase / s[1].phase) >= 1.9);
}

/* ---- a tide in a rough river ---- */

enum { TIDE_POINTS = 8000, TIDE_LOOKS = 12 };
static const double tide_period = 12.42 * 3600;

/* Levels and speeds along the river at TIDE_LOOKS times of the second tide. */
static size_t tide(double dt, double *seen) {
    double time[TIDE_POINTS], level[TIDE_POINTS];
    for (int i = 0; i < TIDE_POINTS; i++) {
        time[i] = 2 * tide_period * i / (TIDE_POINTS - 1);
        level[i] = 4 + sin(2 * PI * time[i] / tide_period) * (1 - exp(-time[i] / 7200));
    }
    water_way w = {.b = case_begin(1)};
    channel(&w, "r", "a", "o", 40000, 50, 1e-4, 0.03);
    (void)case_headwater(w.b, "a", 50, 1);
    begin(&w, 1, 4, case_series(w.b, QH_LINEAR, TIDE_POINTS, time, level), 800);
    size_t n = 0;
    for (double at = 0; n < TIDE_LOOKS * (w.h.grid->n_cell + w.l->n_edge);) {
        for (const double next = at + 3200; at < next;)
            advance_to(&w, at = fmin(at + dt, next));
        if (at < 38400) continue;
        for (size_t i = 0; i < w.h.grid->n_cell; i++)
            seen[n++] = w.l->depth[i];
        for (size_t e = 0; e < w.l->n_edge; e++)
            seen[n++] = w.l->speed[e];
    }
    end(&w);
    return n;
}

static void a_tide_is_of_second_order_in_time(void **state) {
    (void)state;
    enum { MOST = 4096 };
    static const double step[] = {25, 200, 400};
    double *seen[3], off[3] = {0};
    size_t n = 0;
    for (int i = 0; i < 3; i++) {
        seen[i] = calloc(MOST, sizeof **seen);
        assert_non_null(seen[i]);
        n = tide(step[i], seen[i]);
        assert_true(n <= MOST);
        for (size_t k = 0; k < n; k++)
            off[i] = fmax(off[i], fabs(seen[i][k] - seen[0][k]));
    }
    print_message("tide of 1 m: off by %.2g (m, m/s) in steps of 400 s, %.2g in 200 s, order %.2f\n", off[2], off[1],
                  log2(off[2] / off[1]));
    assert_true(off[2] <= 0.002);
    assert_true(log2(off[2] / off[1]) >= 1.8);
    for (int i = 0; i < 3; i++)
        free(seen[i]);
}

/* ---- confluences ---- */

/* Depths along a river that is drawn down to a low level, with a node in it that a ditch may join. */
static size_t drawn_down(bool joined, double *depth) {
    water_way w = {.b = case_begin(1)};
    channel(&w, "r1", "a", "m", 500, 20, 2e-4, 0.02);
    channel(&w, "r2", "m", "o", 250, 20, 2e-4, 0.02);
    (void)case_headwater(w.b, "a", 50, 1);
    if (joined) {
        channel(&w, "t", "b", "m", 250, 5, 2e-4, 0.02);
        (void)case_headwater(w.b, "b", 1e-6, 1);
    }
    begin(&w, case_node(w.b, "o"), 1.0, NULL, 12.5);
    size_t n = 0;
    for (size_t i = 0; i < w.h.grid->n_cell; i++)
        if (qh_grid_reach(w.h.grid, i) < 2) depth[n++] = w.l->depth[i];
    end(&w);
    return n;
}

/* A ditch that brings nothing changes nothing, whatever the speed of the river it joins (1.5 to 2.5 m/s). */
static void a_ditch_does_not_slow_the_river(void **state) {
    (void)state;
    double alone[64] = {0}, joined[64] = {0}, worst = 0;
    const size_t n = drawn_down(false, alone);
    assert_int_equal(n, 60);
    assert_int_equal(drawn_down(true, joined), n);
    for (size_t i = 0; i < n; i++)
        worst = fmax(worst, fabs(alone[i] - joined[i]));
    print_message("a ditch beside 50 m3/s: depths from %.3f m to %.3f m, changed by %.2g m\n", alone[0], alone[n - 1],
                  worst);
    assert_true(alone[0] - alone[n - 1] > 0.5);
    assert_true(worst <= 1e-5);
}

/* Two rivers of Q and depth h1 become one of 2 Q and h2, all `width` wide, in line and without friction (Taylor 1944 for an
 * angle of 0; levels above are even): g width (h1^2 - h2^2)/2 = 2 Q (2 Q/(width h2)) - 2 Q (Q/(width h1)). */
static double depth_above(double q, double width, double h2) {
    double h1 = h2;
    for (int i = 0; i < 200; i++) {
        const double rise = 2 * q * (2 * q / (width * h2)) - 2 * q * (q / (width * h1));
        h1 = sqrt(h2 * h2 + 2 * rise / (9.80665 * width));
    }
    return h1;
}

static void rivers_bring_their_momentum(void **state) {
    (void)state;
    const double q = 20, width = 10, dx = 5;
    for (int deep = 0; deep < 2; deep++) {
        const double h2 = deep ? 4 : 2.5;
        water_way w = {.b = case_begin(1)};
        channel(&w, "r1", "a", "m", 200, width, 1e-6, 0.001);
        channel(&w, "r2", "b", "m", 200, width, 1e-6, 0.001);
        channel(&w, "r3", "m", "o", 200, width, 1e-6, 0.001);
        (void)case_headwater(w.b, "a", q, 1);
        (void)case_headwater(w.b, "b", q, 1);
        begin(&w, case_node(w.b, "o"), h2, NULL, dx);
        const double above = w.l->depth[20], below = w.l->depth[w.h.grid->n_cell - 20];
        const double expected = depth_above(q, width, below) - below, rise = above - below;
        print_message("two rivers of 20 m3/s in line, %.3f m deep below: %.4f m higher above (theory %.4f m)\n", below,
                      rise, expected);
        assert_true(fabs(rise - expected) <= 0.02 * expected);
        end(&w);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_wave_swings_on),
        cmocka_unit_test(a_tide_is_of_second_order_in_time),
        cmocka_unit_test(a_ditch_does_not_slow_the_river),
        cmocka_unit_test(rivers_bring_their_momentum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
