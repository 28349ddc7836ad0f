/* Steady transport against a manufactured solution with everything variable (validation case A8c), by finite volumes:
 *     (Q C)_x = (A D C_x)_x - k A C + q CL + S
 *     A = A0 (1 + 0.5 sin(pi x/L)),   Q = Q0 + q x,   D = D0 (1 + x/L),   C = C0 (1 + cos(pi x/L))
 * so that C_x = 0 at both ends. S is brought as distributed loads along short stretches, below zero in places, which no user may write
 * but the equations do not mind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs those above */
#include <cmocka.h>
#include <math.h>

#include "tests/support/case_builder.h"
#include "tests/support/varied_river.h"

static const double pi = 3.14159265358979323846;
static const double A0 = 50, Q0 = 10, q = 5e-4, L = 10000, D0 = 20, C0 = 5, k_decay = 5e-5, CL = 2;

static double area(double x) { return A0 * (1 + 0.5 * sin(pi * x / L)); }
static double dispersion(double x) { return D0 * (1 + x / L); }
static double solution(double x) { return C0 * (1 + cos(pi * x / L)); }

/* g/m/s */
static double source(double x) {
    const double w = pi / L, a = area(x), d = dispersion(x), c = solution(x);
    const double c_x = -C0 * w * sin(w * x), c_xx = -C0 * w * w * cos(w * x);
    const double a_x = 0.5 * A0 * w * cos(w * x), d_x = D0 / L;
    return (Q0 + q * x) * c_x + q * c - (a_x * d + a * d_x) * c_x - a * d * c_xx + k_decay * a * c - q * CL;
}

/* The validation table: x [m], A [m2], Q [m3/s], C [g/m3], S [g/m/s]. */
static void the_formulas_give_the_published_figures(void **state) {
    (void)state;
    static const double row[][5] = {
        {0, 50.0000000000, 10.0000000000, 10.0000000000, 0.0294934802201},
        {1000, 57.7254248594, 10.5000000000, 9.75528258148, 0.0276691376115},
        {2000, 64.6946313073, 11.0000000000, 9.04508497187, 0.0235049054275},
        {3000, 70.2254248594, 11.5000000000, 7.93892626146, 0.0170916025074},
        {4000, 73.7764129074, 12.0000000000, 6.54508497187, 0.00912615916801},
        {5000, 75.0000000000, 12.5000000000, 5.00000000000, 0.000850665364083},
        {6000, 73.7764129074, 13.0000000000, 3.45491502813, -0.00620449648906},
        {7000, 70.2254248594, 13.5000000000, 2.06107373854, -0.0106018326898},
        {8000, 64.6946313073, 14.0000000000, 0.954915028125, -0.0113812733979},
        {9000, 57.7254248594, 14.5000000000, 0.244717418524, -0.00832090007318},
        {10000, 50.0000000000, 15.0000000000, 0, -0.00198696044011},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        const double x = row[i][0], found[] = {area(x), Q0 + q * x, solution(x), source(x)};
        for (size_t n = 0; n < 4; n++) {
            if (!(fabs(found[n] - row[i][1 + n]) <= 1e-11 * fmax(fabs(row[i][1 + n]), 0.1)))
                fail_msg("x %g, number %zu: %.12g, not %.12g", x, n, found[n], row[i][1 + n]);
        }
    }
}

/* Mean error of the cells, g/m3. */
static double error_of(size_t n) {
    varied_river r = {.from = 0,
                      .to = L,
                      .n_cell = n,
                      .area = area,
                      .dispersion = dispersion,
                      .lateral = q,
                      .concentration = CL,
                      .loaded = true};
    case_builder *b = varied_begin(&r, Q0, solution(0));
    case_constituent(b, 0)->k20 = k_decay;
    for (size_t k = 0; k < varied_reaches(&r); k++) {
        const double x0 = varied_end(&r, k), x1 = varied_end(&r, k + 1), middle = 0.5 * (x0 + x1);
        const double load = (x1 - x0) * (source(x0) + 4 * source(middle) + source(x1)) / 6;
        case_give(r.river_case->lateral[2 * k + 1].input, 0, true, load);
    }
    solved *s = solve_case(r.river_case, "steady", 1, NULL);
    assert_int_equal(s->status, QH_OK);
    assert_int_equal(s->water.grid->n_cell, n);
    assert_true(s->worst <= 1e-10);
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += fabs(s->cell[i] - solution(varied_middle(&r, s->water.grid, i)));
    solved_free(s);
    varied_free(&r);
    return sum / (double)n;
}

static void finite_volumes_converge(void **state) {
    (void)state;
    double before = 0;
    for (size_t n = 100; n <= 1600; n *= 2) {
        const double error = error_of(n), order = log2(before / error);
        print_message("%zu cells: mean error %.3g g/m3, order %.2f\n", n, error, n > 100 ? order : NAN);
        if (n > 100 && !(order >= 1.9)) fail_msg("order %.2f", order);
        before = error;
    }
    assert_true(before <= 1e-6 * C0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_formulas_give_the_published_figures),
        cmocka_unit_test(finite_volumes_converge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
