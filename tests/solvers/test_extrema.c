/* What engines "linear" and "moving" make of peaks. Uniform river, u = 0.5 m/s, no decay; the cell Péclet number is u dx/D. A smooth peak
 * must not be clipped as it runs from cell to cell; a sharp one must not rise above what entered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs those above */
#include <cmocka.h>
#include <complex.h>
#include <math.h>
#include <string.h>

#include "tests/support/case_builder.h"
#include "tests/support/prescribed_water.h"
#include "tests/support/solved.h"

static const double u = 0.5, length = 60e3, section = 50e3, interval = 300, pi = 3.14159265358979323846;

static solved *solve(qh_case *c, const char *engine) {
    c->run.routing_step = 3600;
    prescribed_now = (prescribed){0}; /* water that does not change in time */
    solved *s = strcmp(engine, "moving") == 0 ? solve_moving(c, &prescribed_router, 1) : solve_case(c, engine, 1, NULL);
    assert_int_equal(s->status, QH_OK);
    assert_true(s->lowest >= 0);
    return s;
}

/* ---- smooth: a Gaussian of standard deviation 600 m at the inlet, D = 1 m2/s ---- */

static const double d = 1;

static double gaussian(double x, double t) {
    const double variance = 600 * 600 + 2 * d * t, off = x - (u * t - 6e3);
    return 600 / sqrt(variance) * 100 * exp(-0.5 * off * off / variance);
}

/* The settled answer to an inflow of 50 + 40 sin(omega t). */
static double wave(double x, double t) {
    const double omega = 2 * pi / 14400;
    const double complex root = csqrt(u * u + 4 * I * omega * d);
    return 50 + 40 * cimag(cexp(I * omega * t - 2 * I * omega * x / (u + root)));
}

typedef struct outcome {
    double mean, peak, found; /* g/m3: mean error, highest of the closed form and of the run */
} outcome;

static outcome run_smooth(const char *engine, double (*value)(double x, double t), double knot, double cell,
                          double duration, double from) {
    static double time[2001], entering[2001];
    const size_t n = (size_t)lround(duration / knot) + 1;
    assert_true(n <= 2001);
    for (size_t k = 0; k < n; k++) {
        time[k] = (double)k * knot;
        entering[k] = value(0, time[k]);
    }
    case_builder *b = case_begin(1);
    case_reach(b, "R", "A", "Z", length, 40, d);
    case_unsteady(b, duration, duration, interval);
    case_initial(b, 0, entering[0]);
    case_give_series(case_headwater(b, "A", u * 40, 0)->input, 0, false, case_series(b, QH_LINEAR, n, time, entering));
    case_section(b, "R", section);
    qh_case *c = case_end(b);
    c->solver.cell_length = cell;
    c->solver.relative_tolerance = c->solver.absolute_tolerance = 1e-5;
    solved *s = solve(c, engine);
    outcome o = {0, 0, 0};
    size_t count = 0;
    for (size_t k = 0; k < s->n_sample; k++) {
        if (s->sample_time[k] < from) continue;
        const double exact = value(section, s->sample_time[k]), found = solved_section(s, k, 0, 0);
        o.mean += fabs(found - exact);
        o.peak = fmax(o.peak, exact);
        o.found = fmax(o.found, found);
        count++;
    }
    assert_true(count > 40);
    o.mean /= (double)count;
    solved_free(s);
    qh_case_destroy(c);
    return o;
}

typedef struct wanted {
    const char *name;
    double (*value)(double x, double t);
    double knot, duration, from, cell[2], most_loss[2], most_error;
} wanted;

static void keeps(const char *engine, const wanted *w) {
    double before = 0;
    for (size_t g = 0; g < 2; g++) {
        const outcome o = run_smooth(engine, w->value, w->knot, w->cell[g], w->duration, w->from);
        const double loss = 1 - o.found / o.peak, order = log2(before / o.mean);
        print_message("%s, %s, %g m: mean error %.3g, loss of peak %.3f %%, order %.2f\n", engine, w->name, w->cell[g],
                      o.mean, 100 * loss, g ? order : NAN);
        assert_true(fabs(loss) <= w->most_loss[g]);
        assert_true(g == 0 || (order >= 2 && o.mean <= w->most_error));
        before = o.mean;
    }
}

/* Bounds from the present state alone clip the peak at every cell it passes: on these cells the Gaussian then loses 6.1 and 1.6 %
 * with `linear`, 6.1 and 2.3 % with `moving`, and the mean errors on the finer ones are 0.027 and 0.42, 0.037 and 0.51. */
static void a_smooth_peak_is_not_clipped(void **state) {
    (void)state;
    static const wanted given[] = {
        {"Gaussian", gaussian, 60, 120e3, 1, {100, 50}, {0.035, 0.005}, 0.015},
        {"wave", wave, 120, 200e3, 170e3, {200, 100}, {0.012, 0.002}, 0.07},
    };
    for (size_t k = 0; k < sizeof given / sizeof *given; k++) {
        keeps("linear", &given[k]);
        keeps("moving", &given[k]);
    }
}
/* ---- sharp, D = 0.05 m2/s: Péclet number 1000 ---- */

/* 100 g/m3 for 2 h, clean water for 4 h, 50 g/m3 for 2 h: the second pulse may not rise above 50 by the first one's leave. The
 * exchange between neighbours may move the tolerance. */
static void a_sharp_peak_does_not_rise(void **state) {
    (void)state;
    const double time[] = {0, 3600, 10800, 25200, 32400}, value[] = {0, 100, 0, 50, 0};
    case_builder *b = case_begin(1);
    case_reach(b, "R", "A", "Z", length, 40, 0.05);
    case_unsteady(b, 160e3, 3600, interval);
    case_initial(b, 0, 0);
    case_give_series(case_headwater(b, "A", u * 40, 0)->input, 0, false, case_series(b, QH_STEP, 5, time, value));
    case_section(b, "R", section);
    qh_case *c = case_end(b);
    solved *s = solve(c, "linear");
    double first = 0, second = 0;
    for (size_t k = 0; k < s->n_sample; k++) {
        const double found = solved_section(s, k, 0, 0), passed = s->sample_time[k] - section / u;
        if (passed < 18e3)
            first = fmax(first, found);
        else
            second = fmax(second, found);
    }
    print_message("100 and 50 g/m3 arrive as %.9g and %.9g\n", first, second);
    assert_true(s->highest <= 100 * (1 + 1e-6));
    assert_true(second <= 50 * (1 + 1e-6));
    assert_true(first >= 99.9 && second >= 49.9); /* the plateaus arrive */
    solved_free(s);
    qh_case_destroy(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_smooth_peak_is_not_clipped),
        cmocka_unit_test(a_sharp_peak_does_not_rise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
