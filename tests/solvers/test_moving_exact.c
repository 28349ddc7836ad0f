/* Transport on moving water against closed forms.
 *
 * The water is that of validation case A8b without its lateral inflow, for which continuity holds exactly:
 *     A = A0 (1 + 0.2 cos 2 pi (x/L - t/T)),   Q = Q0 + 0.2 A0 (L/T) cos 2 pi (x/L - t/T),   A_t + Q_x = 0.
 * Without dispersion a parcel keeps its place in the order of the water: the one at x entered at t_in, with
 *     integral of Q(0, s) over t_in .. t = integral of A(x', t) over 0 .. x,
 * and has decayed since. The inflow C0 exp(-k t) (1 + 0.8 sin^4(pi t/P)) over a river that begins at C0 gives
 *     C = C0 exp(-k t) (1 + 0.8 sin^4(pi t_in/P)),   the bracket 1 where t_in < 0. */
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

#include "tests/support/case_builder.h"
#include "tests/support/prescribed_water.h"
#include "tests/support/solved.h"

static const double pi = 3.14159265358979323846;
static const double A0 = 50, Q0 = 10, L = 10000, T = 21600, C0 = 5, k_decay = 5e-5, P = 40000, duration = 60000;

static double wave(double x, double t) { return 2 * pi * (x / L - t / T); }

/* m3, of water between 0 and x. */
static double volume_to(double x, double t) {
    return A0 * (x + 0.2 * L / (2 * pi) * (sin(wave(x, t)) - sin(wave(0, t))));
}

/* m3, through the inlet between s and t. */
static double passed(double s, double t) {
    return Q0 * (t - s) + 0.2 * A0 * (L / T) * T / (2 * pi) * (sin(2 * pi * t / T) - sin(2 * pi * s / T));
}

static double inlet_flow(size_t source, double start, double end) {
    (void)source;
    if (end > start) return passed(start, end) / (end - start);
    return Q0 + 0.2 * A0 * (L / T) * cos(2 * pi * start / T);
}

static void cell_volumes(const qh_grid *grid, double t, double *volume) {
    for (size_t i = 0; i < grid->n_cell; i++) {
        const double half = 0.5 * qh_grid_length(grid, i), x = qh_grid_chainage(grid, i);
        volume[i] = volume_to(x + half, t) - volume_to(x - half, t);
    }
}

static double shape(double t) { return t > 0 ? 1 + 0.8 * pow(sin(pi * t / P), 4) : 1; }

static double exact(double x, double t) {
    const double wanted = volume_to(x, t);
    double low = -2e5, high = t; /* passed() falls as its beginning moves on: the inflow stays positive */
    for (int i = 0; i < 100; i++) {
        const double middle = 0.5 * (low + high);
        if (passed(middle, t) > wanted)
            low = middle;
        else
            high = middle;
    }
    return C0 * exp(-k_decay * t) * shape(0.5 * (low + high));
}

enum { ENTRIES = 6001 };

/* Mean absolute error of the cells at the end, g/m3, on `n` cells with router steps of the same refinement. */
static double error_of(size_t n) {
    static double time[ENTRIES], value[ENTRIES];
    for (size_t i = 0; i < ENTRIES; i++) {
        time[i] = (double)i * duration / (ENTRIES - 1);
        value[i] = C0 * exp(-k_decay * time[i]) * shape(time[i]);
    }
    case_builder *b = case_begin(1);
    case_reach(b, "r", "a", "o", L, A0, 0);
    qh_headwater *head = case_headwater(b, "a", Q0, C0);
    case_give_series(head->input, 0, false, case_series(b, QH_LINEAR, ENTRIES, time, value));
    case_constituent(b, 0)->k20 = k_decay;
    case_initial(b, 0, C0);
    case_unsteady(b, duration, duration, duration);
    case_initial(b, 0, C0);
    qh_case *c = case_end(b);
    c->run.routing_step = 1200.0 * 50 / (double)n;
    c->solver.cell_length = L / (double)n * (1 + 1e-9);
    c->solver.relative_tolerance = c->solver.absolute_tolerance = 1e-7;
    prescribed_now = (prescribed){.volume = cell_volumes, .source = inlet_flow};
    solved *s = solve_moving(c, &prescribed_router, 1);
    assert_int_equal(s->status, QH_OK);
    assert_int_equal(s->water.grid->n_cell, n);
    assert_true(s->worst <= 1e-12);
    assert_true(s->lowest >= 0);
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        const double x = ((double)i + 0.5) * L / (double)n, half = 0.5 * L / (double)n;
        const double mean = (exact(x - half, duration) + 4 * exact(x, duration) + exact(x + half, duration)) / 6;
        sum += fabs(s->cell[i] - mean);
    }
    solved_free(s);
    qh_case_destroy(c);
    return sum / (double)n;
}

static void a_pulse_on_a_wave_of_water_converges(void **state) {
    (void)state;
    double before = error_of(50);
    for (size_t n = 100; n <= 400; n *= 2) {
        const double error = error_of(n), order = log2(before / error);
        print_message("%zu cells: error %.3g g/m3, order %.2f\n", n, error, order);
        assert_true(order >= 1.9);
        before = error;
    }
    assert_true(before <= 2e-4 * C0);
}

/* 1000 -> 2000 -> 1000 m3/s and back past zero: water leaves through the inlet's end of the outlet, and comes back. */
static double flood(size_t source, double start, double end) {
    (void)source;
    const double t = 0.5 * (start + end) / 86400;
    return t < 1 ? 1000 + 1000 * t : t < 2 ? 3000 - 1000 * t : 1000;
}

/* The river swells so fast on the third day that the outlet draws water in. */
static void tide(const qh_grid *grid, double t, double *volume) {
    const double swell = t < 2 * 86400 ? 0 : 0.5 - 0.5 * cos(2 * pi * (t / 86400 - 2));
    for (size_t i = 0; i < grid->n_cell; i++)
        volume[i] = grid->area[i] * qh_grid_length(grid, i) * (1 + 0.9 * swell);
}

static void a_constant_stays_constant_through_flood_and_reversal(void **state) {
    (void)state;
    case_builder *b = case_begin(2);
    case_reach(b, "r", "a", "m", 30000, 2000, 50);
    case_reach(b, "s", "m", "o", 30000, 2500, 80);
    case_headwater(b, "a", 1000, 7);
    case_section(b, "s", 29000);
    case_unsteady(b, 3 * 86400.0, 86400, 3600);
    qh_case *c = case_end(b);
    const qh_input outside[2] = {{.value = {.constant = 7}}, {.value = {.constant = 7}}};
    const qh_held_level held = {.node = case_node(b, "o"), .input = outside};
    c->held_level = &held;
    c->n_held_level = 1;
    c->run.routing_step = 3600;
    prescribed_now = (prescribed){.volume = tide, .source = flood};
    solved *s = solve_moving(c, &prescribed_router, 1);
    assert_int_equal(s->status, QH_OK);
    assert_true(s->lowest_discharge < -100); /* the test means nothing without reversal */
    assert_true(s->highest_discharge > 1900);
    print_message("7 g/m3: off by %.2g\n", fmax(fabs(s->lowest - 7), fabs(s->highest - 7)));
    assert_true(fabs(s->lowest - 7) <= 7e-12 && fabs(s->highest - 7) <= 7e-12);
    assert_true(s->worst <= 1e-12);
    solved_free(s);
    qh_case_destroy(c);
}

/* Without concentrations of the outside water the run must stop, and say where and when. */
static void reversal_without_a_concentration_is_told(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "r", "a", "o", 30000, 2000, 50);
    case_headwater(b, "a", 1000, 7);
    case_unsteady(b, 3 * 86400.0, 86400, 3600);
    qh_case *c = case_end(b);
    c->run.routing_step = 3600;
    prescribed_now = (prescribed){.volume = tide, .source = flood};
    solved *s = solve_moving(c, &prescribed_router, 1);
    assert_int_equal(s->status, QH_E_NUMERIC);
    const char *line = qh_diag_line(s->water.diag, qh_diag_size(s->water.diag) - 1);
    assert_non_null(strstr(line, "through the outlet o at"));
    solved_free(s);
    qh_case_destroy(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pulse_on_a_wave_of_water_converges),
        cmocka_unit_test(a_constant_stays_constant_through_flood_and_reversal),
        cmocka_unit_test(reversal_without_a_concentration_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
