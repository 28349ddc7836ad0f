/* Routers with levels: balances, still water, backwater curves, drying, and a tracer of one. */
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
#include "tests/support/random_network.h"
#include "tests/support/solved.h"
#include "tests/support/water_balance.h"

static qh_routing routing_of(const hydraulics *h) {
    return (qh_routing){.river_case = h->river_case, .network = h->network, .flow = h->flow, .grid = h->grid};
}

static const char *const both[] = {"diffusive", "dynamic"};

static void print_messages(qh_diag *diag) {
    for (size_t i = 0; i < qh_diag_size(diag); i++)
        print_message("  %s\n", qh_diag_line(diag, i));
}

/* ---- the table ---- */

static void the_table_is_the_law(void **state) {
    (void)state;
    double worst = 0;
    case_builder *b = case_begin(1);
    qh_reach *reach = case_reach(b, "r", "a", "o", 1000, 1, 1);
    qh_arena *arena = qh_arena_create();
    for (double side = 0; side < 4; side += 1.3) {
        levels_channel(reach, side > 0 && side < 2 ? 0 : 7, side, 1e-3, 0.03);
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
        case_builder *b = levels_random_case(seed, 0);
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
    print_message("%s: cells %.2g, points %.2g; lowest volume %g m3; %zu steps\n", router->name, worst.cell,
                  worst.point, worst.lowest, n_step);
    assert_true(worst.cell <= 1e-12 && worst.point <= 1e-12);
    assert_true(worst.lowest >= 0);
}

static void every_balance_closes(void **state) {
    (void)state;
    balances_of(qh_router_find("diffusive"), 40);
    balances_of(qh_router_find("dynamic"), 6);
}

/* ---- one river ---- */

typedef struct river {
    case_builder *b;
    hydraulics h;
    qh_routing routing;
    const qh_router *router;
    qh_levels *l;
    qh_held_level held;
} river;

/* Rectangle of `width` m, `slope`, Manning 0.03, `length` m on cells of `dx` m, fed by a series; a level [m above the bed at
 * the outlet] is held where it is positive. */
static river *river_of(const char *router, double length, double dx, double width, double slope, const qh_series *flow,
                       const qh_series *level) {
    river *r = calloc(1, sizeof *r);
    assert_non_null(r);
    r->b = case_begin(1);
    qh_reach *reach = case_reach(r->b, "r", "a", "o", length, 1, 1);
    reach->channel = (qh_channel){.law = "trapezoid",
                                  .bottom_width = {true, width},
                                  .side_slope = {true, 0},
                                  .slope = {true, slope},
                                  .manning = {true, 0.03}};
    qh_headwater *head = case_headwater(r->b, "a", flow->value[0], 1);
    head->flow_series = case_series(r->b, QH_LINEAR, flow->count, flow->time, flow->value);
    if (level) {
        const qh_series *kept = case_series(r->b, QH_LINEAR, level->count, level->time, level->value);
        r->held = (qh_held_level){.node = 1, .level = {level->value[0], kept}};
        case_end(r->b)->held_level = &r->held;
        case_end(r->b)->n_held_level = 1;
    }
    case_end(r->b)->solver.cell_length = dx;
    r->h = hydraulics_of(case_end(r->b));
    r->routing = routing_of(&r->h);
    r->router = qh_router_find(router);
    void *self = NULL;
    const qh_status status = r->router->create(&r->routing, r->h.diag, &self);
    print_messages(r->h.diag);
    assert_int_equal(status, QH_OK);
    r->l = self;
    return r;
}

static void river_free(river *r) {
    r->router->destroy(r->l);
    hydraulics_free(&r->h);
    qh_case_destroy(case_end(r->b));
    free(r);
}

static void advance_to(river *r, double until, qh_water *water) {
    do {
        const qh_status status = r->router->advance(r->l, until, r->h.diag, water);
        if (status != QH_OK) print_messages(r->h.diag);
        assert_int_equal(status, QH_OK);
        const water_balance now = water_balance_of(&r->routing, water);
        if (!(now.cell <= 1e-12 && now.point <= 1e-12 && now.lowest >= 0))
            print_error("balance of cells %g, of points %g, lowest %g\n", now.cell, now.point, now.lowest);
        assert_true(now.cell <= 1e-12 && now.point <= 1e-12 && now.lowest >= 0);
    } while (water->end < until);
}

static const double times[] = {0, 1e7};
#define CONSTANT(v)                                                                                                    \
    &(qh_series) {                                                                                                     \
        .count = 2, .time = times, .value = (const double[]) { v, v }                                                  \
    }

/* Depth in a rectangle: dh/dx = (S - Sf)/(1 - Fr2), upward from the outlet; without acceleration Fr counts as 0. */
static double slope_of_depth(double h, double q, double width, double slope, bool inertia) {
    const double area = h * width, radius = area / (width + 2 * h), u = q / area;
    const double friction = 0.03 * 0.03 * u * u / pow(radius, 4.0 / 3);
    return (slope - friction) / (1 - (inertia ? u * u / (9.80665 * h) : 0));
}

/* Largest difference of a start from the integrated curve over the cells, m. */
static double off_the_curve(const char *router, double held, double dx) {
    const double length = 10000, q = 40, width = 30, slope = 4e-4;
    river *r = river_of(router, length, dx, width, slope, CONSTANT(q), CONSTANT(held));
    const bool inertia = strcmp(router, "dynamic") == 0;
    double worst = 0, h = held, at = length;
    for (size_t i = r->h.grid->n_cell; i > 0; i--) {
        const double centre = qh_grid_chainage(r->h.grid, i - 1), step = (centre - at) / 50;
        for (int k = 0; k < 50; k++) { /* Runge-Kutta, fourth order */
            const double k1 = slope_of_depth(h, q, width, slope, inertia);
            const double k2 = slope_of_depth(h + 0.5 * step * k1, q, width, slope, inertia);
            const double k3 = slope_of_depth(h + 0.5 * step * k2, q, width, slope, inertia);
            const double k4 = slope_of_depth(h + step * k3, q, width, slope, inertia);
            h += step / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
        }
        at = centre;
        worst = fmax(worst, fabs(r->l->depth[i - 1] - h));
    }
    river_free(r);
    return worst;
}

static void backwater_is_the_integrated_curve(void **state) {
    (void)state;
    for (size_t n = 0; n < 2; n++) {
        for (int kind = 0; kind < 2; kind++) { /* normal depth is 1.55 m, critical 0.57 m */
            const double held = kind == 0 ? 3.0 : 1.1;
            const double coarse = off_the_curve(both[n], held, 100), fine = off_the_curve(both[n], held, 25);
            print_message("%s, M%d: off by %.2g m on cells of 100 m, %.2g m on 25 m, order %.2f\n", both[n], kind + 1,
                          coarse, fine, log(coarse / fine) / log(4));
            assert_true(fine <= (n == 0 ? 3e-4 : 2e-3)); /* the diffusive wave is of second order, momentum of first */
            assert_true(log(coarse / fine) / log(4) >= (n == 0 ? 1.75 : 1.0));
        }
    }
}

static void uniform_flow_is_the_laws(void **state) {
    (void)state;
    for (size_t n = 0; n < 2; n++) {
        for (int steep = 0; steep < 2; steep++) {
            river *r = river_of(both[n], 5000, 100, 30, steep ? 0.02 : 5e-4, CONSTANT(40.0), NULL);
            double worst = 0;
            for (size_t i = 0; i < r->h.grid->n_cell; i++)
                worst = fmax(worst, fabs(r->l->after[i] / (r->h.grid->area[i] * 100) - 1));
            print_message("%s, %s: uniform flow off by %.2g\n", both[n], steep ? "steep" : "flat", worst);
            assert_true(worst <= 5e-4); /* friction is linear below 0.1 mm/s */
            river_free(r);
        }
    }
}

/* ---- dam break (Stoker 1957) ---- */

static double wave_equation(double h, double high, double low) {
    const double g = 9.80665;
    return 2 * (sqrt(g * high) - sqrt(g * h)) - (h - low) * sqrt(0.5 * g * (h + low) / (h * low));
}

static double broken_dam(double x, double t, double high, double low) { /* depth, m; dry bed: Ritter */
    const double g = 9.80665, c0 = sqrt(g * high);
    double middle = 0, front = 2 * c0;
    if (low > 0) {
        double a = low, b = high;
        for (int i = 0; i < 100; i++) {
            middle = 0.5 * (a + b);
            *(wave_equation(middle, high, low) > 0 ? &a : &b) = middle;
        }
        front = 2 * (c0 - sqrt(g * middle)) * middle / (middle - low);
    }
    if (x <= -c0 * t) return high;
    const double fan = (2 * c0 - x / t) * (2 * c0 - x / t) / (9 * g);
    if (low > 0) return x > front * t ? low : fmax(fan, middle);
    return x > front * t ? 0 : fan;
}

/* Mean difference of the depths 20 s after the dam broke in the middle of 1 km. */
static double dam_error(double low, double dx) {
    const double high = 6;
    const qh_series none = {.count = 3, .time = (const double[]){0, 1e-6, 1e7}, .value = (const double[]){5, 0, 0}};
    river *r = river_of("dynamic", 1000, dx, 10, 1e-3, &none, low > 0 ? CONSTANT(low) : NULL);
    const size_t n = r->h.grid->n_cell;
    qh_levels *l = r->l;
    qh_reach smooth = r->routing.river_case->reach[0];
    smooth.channel.manning.value = 1e-6;
    qh_stage stage;
    assert_int_equal(qh_stage_create(&smooth, l->arena, &stage), QH_OK);
    for (size_t e = 0; e < l->n_edge; e++)
        l->edge[e].bed = l->edge[e].fall = 0;
    double *depth = calloc(n, sizeof *depth);
    assert_non_null(depth);
    for (size_t i = 0; i < n; i++) {
        l->stage[i] = &stage;
        l->bed[i] = 0;
        depth[i] = qh_grid_chainage(r->h.grid, i) < 500 ? high : low;
    }
    qh_levels_restart(r->l, depth, 1);
    free(depth);
    qh_water water;
    const int steps = (int)lround(20 / (0.05 * dx)); /* Courant number of the wave 0.4 */
    for (int k = 1; k <= steps; k++)
        advance_to(r, 1 + 20.0 * k / steps, &water);
    double off = 0;
    for (size_t i = 0; i < n; i++)
        off += fabs(r->l->depth[i] - broken_dam(qh_grid_chainage(r->h.grid, i) - 500, 20, high, low)) * dx / 1000;
    river_free(r);
    return off;
}

static void a_dam_breaks_as_stoker_and_ritter_say(void **state) {
    (void)state;
    for (int dry = 0; dry < 2; dry++) {
        const double coarse = dam_error(dry ? 0 : 2, 10), fine = dam_error(dry ? 0 : 2, 2.5);
        const double order = log(coarse / fine) / log(4);
        print_message("%s: mean error %.3g m on 10 m, %.3g m on 2.5 m, order %.2f\n", dry ? "Ritter" : "Stoker", coarse,
                      fine, order);
        assert_true(fine <= (dry ? 0.021 : 0.0075));
        assert_true(order >= (dry ? 0.5 : 0.8));
    }
}

/* ---- steady channels made to measure (MacDonald, Baines, Nichols and Samuels 1997) ---- */

/* The depth is chosen, and the bed that makes it the steady one follows: S = (1 - Fr2) h' + Sf. Rectangle of 10 m, 20 m3/s,
 * Manning 0.03, 1 km. */
enum { MADE_REACHES = 100 };
static const double made_length = 1000, made_width = 10, made_flow = 20;

typedef double depth_along(double x);
static double critical_depth(void) { return cbrt(4 / 9.80665); }
static double subcritical(double x) { return critical_depth() * (1 + 0.5 * exp(-16 * pow(x / made_length - 0.5, 2))); }
static double supercritical(double x) {
    return critical_depth() * (1 - 0.2 * exp(-36 * pow(x / made_length - 0.5, 2)));
}
static double through_critical(double x) { /* from slow to fast, critical in the middle */
    return critical_depth() * (1 - 0.3 * tanh(3 * (x / made_length - 0.5)));
}
static double with_jump(double x) { /* fast, at 0.7 of the critical depth; from 500 m on its conjugate depth and more */
    const double fast = 0.7 * critical_depth(), froude2 = 4 / (9.80665 * fast * fast * fast);
    return x < 500 ? fast : 0.5 * fast * (sqrt(1 + 8 * froude2) - 1) * (1 + 0.3 * (x - 500) / 500);
}

static double made_slope(depth_along *depth, double x) {
    const double h = depth(x), step = 1e-3, q = made_flow / made_width;
    const double rise = (depth(x + step) - depth(x - step)) / (2 * step);
    const double radius = made_width * h / (made_width + 2 * h), u = q / h;
    const bool jumps = fabs(rise) > 10;
    return (jumps ? 0 : (1 - q * q / (9.80665 * h * h * h)) * rise) + 0.03 * 0.03 * u * u / pow(radius, 4.0 / 3);
}

/* What is left of the start has passed when a minute changes no depth by a hundredth of a millimetre; within the hour. */
static void run_until_steady(qh_levels *l, size_t n, qh_diag *diag) {
    double *before = malloc(n * sizeof *before), moved = INFINITY;
    assert_non_null(before);
    qh_water water = {0};
    for (int minute = 1; moved > 1e-5 && minute <= 60; minute++) {
        memcpy(before, l->depth, n * sizeof *before);
        while (water.end < 60.0 * minute)
            assert_int_equal(qh_levels_advance(l, 60.0 * minute, diag, &water), QH_OK);
        moved = 0;
        for (size_t i = 0; i < n; i++)
            moved = fmax(moved, fabs(l->depth[i] - before[i]));
    }
    assert_true(moved <= 1e-5);
    free(before);
}

/* Mean difference of the depth from the one that was chosen, over its mean, on cells of 5 m or 2.5 m. */
static double made_error(depth_along *depth, double dx) {
    case_builder *b = case_begin(1);
    char name[16], from[16], to[16];
    double bed[MADE_REACHES + 1] = {0};
    const double each = made_length / MADE_REACHES;
    for (int i = MADE_REACHES; i > 0; i--) {
        double fall = 0;
        for (int k = 0; k < 100; k++)
            fall += made_slope(depth, each * (i - 1 + (k + 0.5) / 100)) * each / 100;
        bed[i - 1] = bed[i] + fall;
    }
    for (int i = 0; i < MADE_REACHES; i++) {
        (void)snprintf(name, sizeof name, "r%d", i);
        (void)snprintf(from, sizeof from, "n%d", i);
        (void)snprintf(to, sizeof to, "n%d", i + 1);
        levels_channel(case_reach(b, name, from, to, each, 1, 1), made_width, 0,
                       fmax((bed[i] - bed[i + 1]) / each, 1e-6), 0.03);
    }
    (void)case_headwater(b, "n0", made_flow, 1);
    qh_case *c = case_end(b);
    for (int i = 0; i <= MADE_REACHES; i++)
        ((qh_node *)c->node)[i].bed = (qh_optional){true, bed[i]};
    const qh_held_level held = {.node = MADE_REACHES, .level = {.constant = depth(made_length)}};
    if (depth != supercritical && depth != through_critical) {
        c->held_level = &held;
        c->n_held_level = 1;
    }
    c->solver.cell_length = dx;
    hydraulics h = hydraulics_of(c);
    const qh_routing routing = routing_of(&h);
    qh_levels *l = NULL;
    assert_int_equal(qh_levels_create(&routing, true, h.diag, &l), QH_OK);
    run_until_steady(l, h.grid->n_cell, h.diag);
    double off = 0, all = 0;
    for (size_t i = 0; i < h.grid->n_cell; i++) {
        const double exact = depth(each * (double)qh_grid_reach(h.grid, i) + qh_grid_chainage(h.grid, i));
        off += fabs(l->depth[i] - exact);
        all += exact;
    }
    qh_levels_destroy(l);
    hydraulics_free(&h);
    qh_case_destroy(case_end(b));
    return off / all;
}

static void channels_made_to_measure(void **state) {
    (void)state;
    const struct {
        const char *name;
        depth_along *depth;
        double most;
    } made[] = {{"subcritical", subcritical, 0.002},
                {"supercritical", supercritical, 0.002},
                {"through critical depth", through_critical, 0.002},
                {"with a jump", with_jump, 0.004}};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        const double coarse = made_error(made[i].depth, 5), fine = made_error(made[i].depth, 1.25);
        print_message("%s: depth off by %.3f %% on 5 m, %.3f %% on 1.25 m, order %.2f\n", made[i].name, 100 * coarse,
                      100 * fine, log(coarse / fine) / log(4));
        assert_true(coarse <= made[i].most);
        assert_true(log(coarse / fine) / log(4) >= 0.8);
    }
}

/* ---- a flood ---- */

typedef struct pass {
    double mass, mean, variance; /* m3 above the base flow, s, s2 */
} pass;

/* What passes the lower end of 80 km above the base flow of 40 m3/s, after a triangle of 2 h and 0.02 m3/s at the upper end; and of the
 * water at the base flow its celerity c = dQ/dA, Q/A, Q/(2 B S) and B. */
static pass flood_of(const char *router, double dx, double dt, double *c, double *velocity, double *d, double *width) {
    const double base = 40, rise = 0.02, slope = 0.001;
    const qh_series flow = {.count = 5,
                            .time = (const double[]){0, 3600, 7200, 10800, 1e7},
                            .value = (const double[]){base, base, base + rise, base, base}};
    river *r = river_of(router, 80000, dx, 30, slope, &flow, NULL);
    const qh_reach *reach = &r->routing.river_case->reach[0];
    qh_channel_state low, high, at;
    assert_int_equal(qh_channel_state_of(reach, base * 0.999, NULL, &low), QH_OK);
    assert_int_equal(qh_channel_state_of(reach, base * 1.001, NULL, &high), QH_OK);
    assert_int_equal(qh_channel_state_of(reach, base, NULL, &at), QH_OK);
    *c = 0.002 * base / (high.area - low.area);
    *velocity = base / at.area;
    *width = at.width;
    *d = base / (2 * at.width * slope);
    pass p = {0, 0, 0};
    qh_water water;
    for (double t = 0; t < 1.2e5; t = water.end) {
        advance_to(r, t + dt, &water);
        const double volume = (water.face[r->h.grid->n_cell] - base) * (water.end - t), middle = 0.5 * (t + water.end);
        p.mass += volume;
        p.mean += volume * middle;
        p.variance += volume * middle * middle;
    }
    p.mean /= p.mass;
    p.variance = p.variance / p.mass - p.mean * p.mean;
    river_free(r);
    return p;
}

/* A small flood on a large flow obeys dq/dt + c dq/dx = D d2q/dx2 with D = Q/(2 B S), by the full equations times
 * 1 - (c - U)^2 B/(g A) (Dooge and Napiorkowski 1987, Lighthill and Whitham 1955): its mean arrives L/c later and its variance grows by
 * 2 D L/c^3; the schemes add nothing, neither of their cells (c dx/2 were they of first order) nor of their steps (c^2 dt/2). */
static void a_flood_spreads_as_the_river_does(void **state) {
    (void)state;
    const double length = 80000, dx = 200, dt[] = {600, 100};
    for (size_t n = 0; n < 2; n++) {
        double c, velocity, d, width;
        const pass p = flood_of(both[n], dx, dt[n], &c, &velocity, &d, &width);
        const double relative = c - velocity,
                     inertia = n == 1 ? relative * relative * width / (9.81 * 40 / velocity) : 0;
        const double growth = p.variance - 3600.0 * 3600.0 / 6, expected = 2 * d * (1 - inertia) * length / (c * c * c);
        print_message("%s, flood: mass %.6f, arrives after %.1f s (L/c %.1f), variance grows by %.4g s2, expected "
                      "%.4g; inertia takes %.3g of D\n",
                      both[n], p.mass / (0.02 * 3600), p.mean - 7200, length / c, growth, expected, inertia);
        assert_true(fabs((p.mean - 7200) / (length / c) - 1) <= 0.01);
        assert_true(fabs(growth / expected - 1) <= (n == 0 ? 0.03 : 0.06)); /* advection is of first order */
    }
}

/* ---- drying, reversal ---- */

static void a_river_dries_and_fills_again(void **state) {
    (void)state;
    const qh_series flow = {.count = 5,
                            .time = (const double[]){0, 3600, 864000, 867600, 1e7},
                            .value = (const double[]){20, 0, 0, 20, 20}};
    for (size_t n = 0; n < 2; n++) {
        river *r = river_of(both[n], 20000, 200, 15, 0.01, &flow, NULL);
        const double before = r->l->after[50];
        qh_water water;
        for (int k = 1; k <= 240; k++)
            advance_to(r, 3600.0 * k, &water);
        const double least = water.face[r->h.grid->n_cell];
        assert_true(least >= 0 && least < 1e-2);
        advance_to(r, 864000 * 2, &water);
        print_message("%s: dried to %.2g m3/s, back to %.9f of its volume\n", both[n], least, r->l->after[50] / before);
        assert_true(fabs(r->l->after[50] / before - 1) <= 1e-6);
        river_free(r);
    }
}

static void a_rising_lake_turns_the_river_round(void **state) {
    (void)state;
    const qh_series level = {
        .count = 5, .time = (const double[]){0, 3600, 10800, 18000, 1e7}, .value = (const double[]){2, 2, 5, 2, 2}};
    for (size_t n = 0; n < 2; n++) {
        river *r = river_of(both[n], 10000, 100, 30, 1e-4, CONSTANT(5.0), &level);
        const size_t last = r->h.grid->n_cell;
        qh_water water;
        double least = INFINITY, most = 0;
        for (double at = 600; at <= 36000; at += 600) {
            advance_to(r, at, &water);
            least = fmin(least, water.outlet[r->routing.network->segment[0].to]);
            most = fmax(most, water.face[last]);
        }
        advance_to(r, 864000, &water);
        print_message("%s: outlet from %.1f to %.1f m3/s, in the end %.9f\n", both[n], least, most, water.face[last]);
        assert_true(least < -50 && most > 50);
        assert_true(fabs(water.face[last] - 5) <= 1e-5);
        river_free(r);
    }
}

/* Still water over an uneven bed: nothing moves, to round-off. */
static void a_lake_at_rest_rests(void **state) {
    (void)state;
    enum { N = 40 };
    for (size_t n = 0; n < 2; n++) {
        case_builder *b = case_begin(1);
        static char name[N + 1][16];
        for (int i = 0; i <= N; i++)
            (void)snprintf(name[i], sizeof name[i], "n%d", i);
        for (int i = 0; i < N; i++) {
            char reach[16];
            (void)snprintf(reach, sizeof reach, "r%d", i);
            levels_channel(case_reach(b, reach, name[i], name[i + 1], 100, 1, 1), 12, 0.5, 1e-3, 0.03);
        }
        qh_case *c = case_end(b);
        for (size_t i = 0; i < c->n_node; i++) /* one of them an island */
            ((qh_node *)c->node)[i].bed = (qh_optional){true, i == 20 ? 8 : 2 + 2.5 * sin(0.37 * (double)i)};
        qh_headwater *head = case_headwater(b, name[0], 1, 1);
        const double time[] = {0, 1e-6, 1e7}, flow[] = {1, 0, 0};
        head->flow_series = case_series(b, QH_LINEAR, 3, time, flow);
        const qh_held_level held = {.node = case_node(b, name[N]), .level = {.constant = 6}};
        c = case_end(b);
        c->held_level = &held;
        c->n_held_level = 1;
        c->solver.cell_length = 50;
        hydraulics h = hydraulics_of(c);
        const qh_routing routing = routing_of(&h);
        qh_levels *l = NULL;
        assert_int_equal(qh_levels_create(&routing, n == 1, h.diag, &l), QH_OK);
        double *depth = calloc(h.grid->n_cell, sizeof *depth);
        assert_non_null(depth);
        for (size_t i = 0; i < h.grid->n_cell; i++)
            depth[i] = fmax(6 - l->bed[i], 0);
        qh_levels_restart(l, depth, 1);
        qh_water water;
        for (double at = 1; at < 86400; at = water.end)
            assert_int_equal(qh_levels_advance(l, fmin(86400, at + 3600), h.diag, &water), QH_OK);
        double fastest = 0, off = 0;
        for (size_t e = 0; e < l->n_edge; e++)
            fastest = fmax(fastest, fabs(l->speed[e]));
        for (size_t i = 0; i < h.grid->n_cell; i++)
            off = fmax(off, fabs(l->depth[i] - depth[i]));
        print_message("%s: still water moves by %.2g m/s, its depth by %.2g m\n", both[n], fastest, off);
        /* the last digit of a level, through the root that is straight there; with inertia hardly anything damps its waves */
        assert_true(fastest <= 1e-9 && off <= (n == 0 ? 1e-14 : 1e-12));
        free(depth);
        qh_levels_destroy(l);
        hydraulics_free(&h);
        qh_case_destroy(case_end(b));
    }
}

/* ---- with transport ---- */

static void a_tracer_of_one_stays_one(void **state) {
    (void)state;
    for (size_t n = 0; n < 2; n++) {
        double worst = 0, budget = 0;
        for (uint64_t seed = 1; seed <= 4; seed++) {
            case_builder *b = levels_random_case(seed, 0);
            make_uniform(b, 1);
            give_hydrographs(b, 0.9, 86400, 40);
            case_unsteady(b, 21600, 21600, 10800);
            case_end(b)->run.routing_step = 3600;
            solved *s = solve_moving(case_end(b), qh_router_find(both[n]), 1);
            assert_int_equal(s->status, QH_OK);
            const double off = fmax(fabs(s->lowest - 1), fabs(s->highest - 1));
            if (off > 1e-12) print_error("seed %d: %g\n", (int)seed, off);
            for (size_t i = 0; i < s->water.grid->n_cell; i++)
                if (fabs(s->cell[i] - 1) > 1e-12) print_error("cell %zu %g\n", i, s->cell[i] - 1);
            worst = fmax(worst, off);
            budget = fmax(budget, s->worst);
            solved_free(s);
            qh_case_destroy(case_end(b));
        }
        print_message("%s: tracer of 1 off by %.2g, budget by %.2g\n", both[n], worst, budget);
        assert_true(worst <= 1e-12);
        assert_true(budget <= 1e-12);
    }
}

static void areas_alone_are_refused(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "r", "a", "o", 5000, 10, 1);
    case_headwater(b, "a", 1, 1);
    hydraulics h = hydraulics_of(case_end(b));
    const qh_routing routing = routing_of(&h);
    const char *no = qh_router_find("dynamic")->objection(&routing);
    assert_non_null(no);
    assert_non_null(strstr(no, "cross-section"));
    hydraulics_free(&h);
    qh_case_destroy(case_end(b));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_the_law),
        cmocka_unit_test(every_balance_closes),
        cmocka_unit_test(uniform_flow_is_the_laws),
        cmocka_unit_test(backwater_is_the_integrated_curve),
        cmocka_unit_test(a_dam_breaks_as_stoker_and_ritter_say),
        cmocka_unit_test(channels_made_to_measure),
        cmocka_unit_test(a_flood_spreads_as_the_river_does),
        cmocka_unit_test(a_river_dries_and_fills_again),
        cmocka_unit_test(a_rising_lake_turns_the_river_round),
        cmocka_unit_test(a_lake_at_rest_rests),
        cmocka_unit_test(a_tracer_of_one_stays_one),
        cmocka_unit_test(areas_alone_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
