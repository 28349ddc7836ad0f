/* Transport on moving water against a manufactured solution (validation case A8b): area and discharge run as a wave, water of another
 * concentration enters all along the river, dispersion grows downstream, there is decay, and a source of its own:
 *     (A C)_t + (Q C)_x = (A D C_x)_x - k A C + q CL + S(x, t),     A_t + Q_x = q
 *     A = A0 (1 + 0.2 cos 2 pi (x/L - t/T)),   Q = Q0 + q x + 0.2 A0 (L/T) cos 2 pi (x/L - t/T),   D = D0 (1 + x/L)
 *     C = C0 (2 + sin(2 pi x/L) exp(-t/tau))
 * S follows from these. The router's record holds volumes and flows integrated exactly. S is what a case can bring: distributed loads
 * along short stretches, as series in time; below zero in places, which no user may write but the equations do not mind. The state
 * at the start is let go as such loads in the first millisecond. The river goes on below L, so that its outlet, where
 * nothing but water leaves, is not felt: at 1.2 L its layer of D/u = 150 m is 13 times as far away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs those above */
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "tests/support/case_builder.h"
#include "tests/support/prescribed_water.h"
#include "tests/support/varied_river.h"

static const double pi = 3.14159265358979323846;
static const double A0 = 50, Q0 = 10, q = 5e-4, L = 10000, T = 21600, D0 = 20, C0 = 5, k_decay = 5e-5, CL = 2,
                    tau = 43200;
static const double duration = 21600, beginning = 1e-3; /* s, the latter of the first load */

static double phase(double x, double t) { return 2 * pi * (x / L - t / T); }
static double area(double x, double t) { return A0 * (1 + 0.2 * cos(phase(x, t))); }
static double discharge(double x, double t) { return Q0 + q * x + 0.2 * A0 * (L / T) * cos(phase(x, t)); }
static double dispersion(double x) { return D0 * (1 + x / L); }
static double solution(double x, double t) { return C0 * (2 + sin(2 * pi * x / L) * exp(-t / tau)); }

/* g/m/s. With continuity the left side is A C_t + Q C_x + q C. */
static double source(double x, double t) {
    const double w = 2 * pi / L, wave = C0 * exp(-t / tau), a = area(x, t), d = dispersion(x);
    const double c = solution(x, t), c_t = -wave * sin(w * x) / tau, c_x = wave * w * cos(w * x),
                 c_xx = -wave * w * w * sin(w * x);
    const double a_x = -0.2 * A0 * w * sin(phase(x, t)), d_x = D0 / L;
    return a * c_t + discharge(x, t) * c_x + q * c - (a_x * d + a * d_x) * c_x - a * d * c_xx + k_decay * a * c -
           q * CL;
}

/* The validation table: x [m], t [s], A [m2], Q [m3/s], C [g/m3], S [g/m/s]. */
static const double table[][6] = {
    {0, 0, 60.0000000000, 14.6296296296, 10.0000000000, 0.0795833458508},
    {1250, 0, 57.0710678119, 13.8986425055, 13.5355339059, 0.0723572161833},
    {2500, 0, 50.0000000000, 11.2500000000, 15.0000000000, 0.0406803640632},
    {5000, 0, 40.0000000000, 7.87037037037, 10.0000000000, -0.000474170324299},
    {7500, 0, 50.0000000000, 13.7500000000, 5.00000000000, 0.0163326754967},
    {10000, 0, 60.0000000000, 19.6296296296, 10.0000000000, 0.0952913091187},
    {0, 5400, 50.0000000000, 10.0000000000, 10.0000000000, 0.0560988174686},
    {1250, 5400, 57.0710678119, 13.8986425055, 13.1200977210, 0.0672860998823},
    {2500, 5400, 60.0000000000, 15.8796296296, 14.4124845129, 0.0459282136769},
    {5000, 5400, 50.0000000000, 12.5000000000, 10.0000000000, -0.00590092146492},
    {7500, 5400, 40.0000000000, 9.12037037037, 5.58751548708, 0.0146156518381},
    {10000, 5400, 50.0000000000, 15.0000000000, 10.0000000000, 0.0696126505859},
    {0, 10800, 40.0000000000, 5.37037037037, 10.0000000000, 0.0369438159668},
    {1250, 10800, 42.9289321881, 7.35135749451, 12.7534765745, 0.0434619655268},
    {2500, 10800, 50.0000000000, 11.2500000000, 13.8940039154, 0.0380966766790},
    {5000, 10800, 60.0000000000, 17.1296296296, 10.0000000000, -0.00761703249035},
    {7500, 10800, 50.0000000000, 13.7500000000, 6.10599608464, 0.0191346777574},
    {10000, 10800, 40.0000000000, 10.3703703704, 10.0000000000, 0.0491771900604},
    {0, 21600, 60.0000000000, 14.6296296296, 10.0000000000, 0.0616476968308},
    {1250, 21600, 57.0710678119, 13.8986425055, 12.1444097124, 0.0566886051285},
    {2500, 21600, 50.0000000000, 11.2500000000, 13.0326532986, 0.0360844989210},
    {5000, 21600, 40.0000000000, 7.87037037037, 10.0000000000, 0.00915566532728},
    {7500, 21600, 50.0000000000, 13.7500000000, 6.96734670144, 0.0213168793122},
    {10000, 21600, 60.0000000000, 19.6296296296, 10.0000000000, 0.0711750581544},
};
enum { N_TABLE = sizeof table / sizeof *table };

static void the_formulas_give_the_published_figures(void **state) {
    (void)state;
    for (size_t i = 0; i < N_TABLE; i++) {
        const double x = table[i][0], t = table[i][1];
        const double found[] = {area(x, t), discharge(x, t), solution(x, t), source(x, t)};
        for (size_t k = 0; k < 4; k++) {
            const double given = table[i][2 + k];
            if (!(fabs(found[k] - given) <= 1e-11 * fmax(fabs(given), 1e-1)))
                fail_msg("x %g, t %g, number %zu: %.12g, not %.12g", x, t, k, found[k], given);
        }
    }
}

/* ---- the router's record ---- */

static varied_river river;

/* m3, of water between 0 and x. */
static double volume_to(double x, double t) {
    return A0 * (x + 0.2 * L / (2 * pi) * (sin(phase(x, t)) - sin(phase(0, t))));
}

static void cell_volumes(const qh_grid *grid, double t, double *volume) {
    for (size_t i = 0; i < grid->n_cell; i++) {
        const double half = 0.5 * qh_grid_length(grid, i), x = varied_middle(&river, grid, i);
        volume[i] = volume_to(x + half, t) - volume_to(x - half, t);
    }
}

/* Through the inlet the mean over the step, along the river what enters by the case's table. */
static double entering(size_t k, double start, double end) {
    if (k > 0) return k % 2 ? q * (varied_end(&river, 1) - varied_end(&river, 0)) : 0;
    if (!(end > start)) return discharge(0, start);
    return Q0 + 0.2 * A0 * (L / T) * T / (2 * pi) * (sin(2 * pi * end / T) - sin(2 * pi * start / T)) / (end - start);
}

/* ---- the case ---- */

static double area_at_rest(double x) {
    (void)x;
    return A0;
}

/* Integral of f over x0 .. x1, by Gauss at three points. */
static double integral(double (*f)(double x, double t), double x0, double x1, double t) {
    const double middle = 0.5 * (x0 + x1), half = 0.5 * (x1 - x0), off = half * sqrt(0.6);
    return half * (5 * f(middle - off, t) + 8 * f(middle, t) + 5 * f(middle + off, t)) / 9;
}

static double held(double x, double t) { return area(x, t) * solution(x, t); }

/* The source of each reach: knots at the ends of the router's steps. */
typedef struct loads {
    size_t count;
    double *time, *value; /* [count], [n_reach][count] */
    qh_series *series;    /* [n_reach] */
} loads;

static loads loads_of(double step) {
    const size_t n = varied_reaches(&river), steps = (size_t)lround(duration / step);
    loads w = {.count = steps + 2};
    w.time = calloc(w.count, sizeof(double));
    w.value = calloc(n * w.count, sizeof(double));
    w.series = calloc(n, sizeof *w.series);
    assert_true(w.time && w.value && w.series);
    w.time[1] = beginning;
    for (size_t k = 1; k <= steps; k++)
        w.time[k + 1] = (double)k * step;
    for (size_t r = 0; r < n; r++) {
        const double x0 = varied_end(&river, r), x1 = varied_end(&river, r + 1);
        double *value = w.value + r * w.count;
        for (size_t k = 1; k < w.count; k++)
            value[k] = integral(source, x0, x1, w.time[k]);
        value[0] = 2 * integral(held, x0, x1, 0) / beginning - value[1]; /* falls to the source's own */
        w.series[r] =
            (qh_series){.name = "S", .interpolation = QH_LINEAR, .count = w.count, .time = w.time, .value = value};
        const qh_lateral *row = &river.river_case->lateral[2 * r + 1];
        case_give_series(row->input, 0, true, &w.series[r]);
    }
    return w;
}

typedef struct outcome {
    double error, spots; /* g/m3, mean of the cells at the end; largest of the table's places and times */
} outcome;

static outcome run(size_t n, bool spots) {
    const double step = 1200.0 * 100 / (double)n;
    river = (varied_river){.from = 0,
                           .to = 1.2 * L,
                           .n_cell = n + n / 5,
                           .area = area_at_rest,
                           .dispersion = dispersion,
                           .lateral = q,
                           .concentration = CL,
                           .loaded = true};
    case_builder *b = varied_begin(&river, Q0, solution(0, 0));
    case_constituent(b, 0)->k20 = k_decay;
    case_initial(b, 0, 0);
    case_unsteady(b, duration, duration, 5400);
    for (size_t i = 0; spots && i < 6; i++) {
        const double length = varied_end(&river, 1);
        case_section(b, river.name[(size_t)lround(table[i][0] / length)], 0);
    }
    loads w = loads_of(step);
    qh_case *c = river.river_case;
    c->run.routing_step = step;
    c->solver.relative_tolerance = c->solver.absolute_tolerance = 1e-7;
    prescribed_now = (prescribed){.volume = cell_volumes, .source = entering};
    solved *s = solve_moving(c, &prescribed_router, 1);
    assert_int_equal(s->status, QH_OK);
    assert_int_equal(s->water.grid->n_cell, n + n / 5);
    assert_true(s->worst <= 1e-12);
    outcome o = {0, 0};
    for (size_t i = 0; i < n; i++) {
        const double half = 0.5 * L / (double)n, x = varied_middle(&river, s->water.grid, i);
        const double mean = integral(held, x - half, x + half, duration) / integral(area, x - half, x + half, duration);
        o.error += fabs(s->cell[i] - mean) / (double)n;
    }
    for (size_t k = 0; spots && k < N_TABLE; k++) {
        const size_t sample = (size_t)lround(table[k][1] / 5400);
        if (sample == 0) continue; /* before anything is let go */
        o.spots = fmax(o.spots, fabs(solved_section(s, sample, k % 6, 0) - table[k][4]));
    }
    solved_free(s);
    free(w.time);
    free(w.value);
    free(w.series);
    varied_free(&river);
    return o;
}

static void water_that_gains_and_a_source_converge(void **state) {
    (void)state;
    double before = 0;
    for (size_t n = 100; n <= 1600; n *= 2) {
        const outcome o = run(n, n == 800);
        const double order = log2(before / o.error);
        print_message("%zu cells: mean error %.3g g/m3, order %.2f\n", n, o.error, n > 100 ? order : NAN);
        if (n > 100 && !(order >= 1.9)) fail_msg("order %.2f", order);
        if (n == 800) {
            print_message("the table's places and times: %.2g g/m3\n", o.spots);
            assert_true(o.spots <= 1e-4 * C0);
        }
        before = o.error;
    }
    assert_true(before <= 1e-5 * C0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_formulas_give_the_published_figures),
        cmocka_unit_test(water_that_gains_and_a_source_converge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
