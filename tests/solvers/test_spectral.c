/* Unsteady closed forms by the spectral engine, to 1e-6 of the largest value and better; networks against the general and
 * the exact engine; what it must refuse. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/case_builder.h"
#include "tests/support/closed_forms.h"
#include "tests/support/random_network.h"
#include "tests/support/solved.h"

static void assert_close(double found, double expected, double tolerance) {
    if (!(fabs(found - expected) <= tolerance))
        fail_msg("found %.12g, expected %.12g within %g", found, expected, tolerance);
}

static solved *solve_spectral(const qh_case *c) {
    solved *s = solve_case(c, "spectral", 1, NULL);
    assert_int_equal(s->status, QH_OK);
    assert_true(s->lowest >= 0);
    assert_true(s->worst < 1e-11);
    return s;
}

/* A1: 100 g/m3 at x = 0 from the start on. */
static void check_front(double k) {
    const double x[] = {1000, 2000, 4000, 6000, 8000, 12000, 16000};
    const size_t count = sizeof x / sizeof *x;
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->k20 = k;
    case_reach(b, "R", "A", "Z", 30000, 20, 10);
    case_headwater(b, "A", 10, 100);
    case_unsteady(b, 28800, 28800, 3600);
    case_initial(b, 0, 0);
    for (size_t i = 0; i < count; i++)
        case_section(b, "R", x[i]);
    qh_case *c = case_end(b);
    c->solver.cell_length = 100;
    solved *s = solve_spectral(c);
    for (size_t n = 1; n < s->n_sample; n++)
        for (size_t i = 0; i < count; i++)
            assert_close(solved_section(s, n, i, 0), ogata_banks(x[i], s->sample_time[n], 100, 0.5, 10, k), 1e-5);
    solved_free(s);
    qh_case_destroy(c);
}

static void step_front(void **state) {
    (void)state;
    check_front(0);
    check_front(5e-5);
}

/* A3: 10 kg let go evenly within 30 s: the mean of slugs, by four points of Gauss. */
static double released(double x, double t, double k) {
    static const double node[] = {0.3399810435848563, 0.8611363115940526};
    static const double weight[] = {0.6521451548625461, 0.3478548451374538};
    double sum = 0;
    for (size_t i = 0; i < 4; i++) {
        const double at = 15 + 15 * (i < 2 ? node[i] : -node[i - 2]);
        sum += 0.5 * weight[i % 2] * slug(x, t - at, 10000, 20, 0.5, 10, k);
    }
    return sum;
}

static void slug_of_ten_kilograms(void **state) {
    (void)state;
    const double origin = 6000, x[] = {1500, 2000, 3500, 4000, 7000, 7500}, k = 5e-5;
    const double time[] = {0, 30}, load[] = {10000.0 / 30, 0};
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->k20 = k;
    case_reach(b, "R", "A", "Z", 25000, 20, 10);
    case_headwater(b, "A", 10, 0);
    case_unsteady(b, 14400, 14400, 3600);
    case_initial(b, 0, 0);
    const qh_series *series = case_series(b, QH_STEP, 2, time, load);
    case_give_series(case_outfall(b, "R", origin, 0, 0)->input, 0, true, series);
    for (size_t i = 0; i < 6; i++)
        case_section(b, "R", origin + x[i]);
    qh_case *c = case_end(b);
    c->solver.cell_length = 100;
    solved *s = solve_spectral(c);
    double peak = 0;
    for (size_t n = 1; n < s->n_sample; n++)
        for (size_t i = 0; i < 6; i++)
            peak = fmax(peak, released(x[i], s->sample_time[n], k));
    for (size_t n = 1; n < s->n_sample; n++)
        for (size_t i = 0; i < 6; i++)
            assert_close(solved_section(s, n, i, 0), released(x[i], s->sample_time[n], k), 1e-6 * peak);
    solved_free(s);
    qh_case_destroy(c);
}

/* A4, from the steady state at rest and from a given one: the same. */
static void finite_pulse(void **state) {
    (void)state;
    const double time[] = {0, 3600, 3 * 3600}, value[] = {0, 100, 0};
    for (int given = 0; given < 2; given++) {
        case_builder *b = case_begin(1);
        case_constituent(b, 0)->k20 = 1e-4;
        case_reach(b, "R", "A", "Z", 5000, 1, 5);
        case_unsteady(b, 12 * 3600, 3600, 900);
        if (given) case_initial(b, 0, 0);
        const qh_series *series = case_series(b, QH_STEP, 3, time, value);
        case_give_series(case_headwater(b, "A", 0.1, 0)->input, 0, false, series);
        case_section(b, "R", 100);
        case_section(b, "R", 2000);
        qh_case *c = case_end(b);
        c->solver.cell_length = 50;
        solved *s = solve_spectral(c);
        for (size_t n = 1; n < s->n_sample; n++) {
            const double t = s->sample_time[n];
            assert_close(solved_section(s, n, 0, 0), pulse(100, t, 100, 0.1, 5, 1e-4, 3600, 3 * 3600), 1e-5);
            assert_close(solved_section(s, n, 1, 0), pulse(2000, t, 100, 0.1, 5, 1e-4, 3600, 3 * 3600), 1e-5);
        }
        /* cells: their means by the middles, which differ by (dx/L)^2/24 */
        for (size_t i = 2; i < s->water.grid->n_cell - 10; i++)
            assert_close(s->cell[i], pulse(s->water.grid->chainage[i], 12 * 3600, 100, 0.1, 5, 1e-4, 3600, 3 * 3600), 0.01);
        solved_free(s);
        qh_case_destroy(c);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(step_front),
        cmocka_unit_test(slug_of_ten_kilograms),
        cmocka_unit_test(finite_pulse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
