/* The exact solution by itself: chains against closed forms, equal rates too, rates that scale, water that changes, and
 * values between points. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "solvers/exact.h"
#include "solvers/forcing.h"
#include "tests/support/closed_forms.h"
#include "tests/support/hydraulics.h"
#include "tests/support/random_network.h"
#include "tests/support/solved.h"

static const double day = 86400;

static void assert_close(double found, double expected, double tolerance) {
    if (!(fabs(found - expected) <= tolerance))
        fail_msg("found %.12g, expected %.12g within %g", found, expected, tolerance);
}

/* A long river with loads at 400 km, so that its ends are not felt. */
enum { n_place = 6 };
static const double place[n_place] = {-5000, -1000, 0, 5000, 20000, 40000}; /* m from the loads */
static const double middle = 400e3, discharge = 10, velocity = 0.2;

static case_builder *long_river(size_t n_species, double dispersion) {
    case_builder *b = case_begin(n_species);
    case_reach(b, "R", "A", "Z", 800e3, discharge / velocity, dispersion);
    case_headwater(b, "A", discharge, 0);
    for (size_t k = 0; k < n_place; k++)
        case_section(b, "R", middle + place[k]);
    return b;
}

/* A chain of three with the loads 30, 50, 20 g/s and the rates k: every section, relative to its own value. */
static void check_chain(const double *k, double dispersion, double tolerance) {
    static const double load[] = {30, 50, 20};
    case_builder *b = long_river(3, dispersion);
    const qh_outfall *outfall = case_outfall(b, "R", middle, 0, 0);
    for (size_t i = 0; i < 3; i++) {
        case_give(outfall->input, i, true, load[i]);
        qh_constituent *c = case_constituent(b, i);
        c->k20 = k[i];
        c->has_product = i < 2;
        c->product = i + 1;
        c->yield = 1;
    }
    qh_case *c = case_end(b);
    c->solver.cell_length = 1000;
    solved *s = solve_case(c, "exact", 1, NULL);
    assert_int_equal(s->status, QH_OK);
    assert_true(s->worst < 1e-10);
    for (size_t p = 0; p < n_place; p++) {
        if (dispersion == 0 && place[p] < 0) continue;
        double expected[3];
        chain_steady(place[p], 3, load, k, discharge, velocity, dispersion, expected);
        for (size_t i = 0; i < 3; i++) {
            const double found = solved_section(s, 0, p, i);
            if (!(fabs(found - expected[i]) <= tolerance * expected[i]))
                fail_msg("species %d at %g m, D = %g: %.12g, expected %.12g", (int)i, place[p], dispersion, found,
                         expected[i]);
        }
    }
    solved_free(s);
    qh_case_destroy(c);
}

static void chain_of_three(void **state) {
    (void)state;
    const double k[] = {0.10 / day, 0.25 / day, 0.05 / day};
    double c[3];
    chain_steady(20000, 3, (const double[]){30, 50, 20}, k, 10, 0.2, 50, c); /* published figures of A7 */
    assert_close(c[0], 2.66486483009, 1e-10);
    assert_close(c[1], 4.00906648181, 1e-10);
    assert_close(c[2], 3.17008004259, 1e-10);
    check_chain(k, 0, 1e-9);
    check_chain(k, 50, 1e-9);
    check_chain(k, 500, 1e-9);
}

/* The closed form is a divided difference that chain_steady evaluates without cancellation. */
static void equal_and_nearly_equal_rates(void **state) {
    (void)state;
    for (int power = 0; power <= 16; power++) {
        const double gap = power == 16 ? 0 : pow(10, -power);
        const double two[] = {0.25 / day, 0.25 / day * (1 + gap), 0.05 / day};
        const double three[] = {0.25 / day, 0.25 / day * (1 + gap), 0.25 / day * (1 - gap / 3)};
        for (size_t d = 0; d < 3; d++) {
            const double dispersion = d == 0 ? 0 : d == 1 ? 50 : 500;
            check_chain(two, dispersion, 1e-9);
            check_chain(three, dispersion, 1e-9);
        }
    }
}

/* BOD and oxygen (A6, A6b): the demand is of negative sign, reaeration is a given rate towards a background. */
static void check_oxygen(double ka, double dispersion, double tolerance) {
    const double kd = 0.25 / day, saturation = 9.092, load[] = {200, 0};
    case_builder *b = long_river(2, dispersion);
    case_give(case_outfall(b, "R", middle, 0, 0)->input, 0, true, load[0]);
    qh_constituent *bod = case_constituent(b, 0), *oxygen = case_constituent(b, 1);
    bod->k20 = kd;
    bod->oxygen_demand = 1;
    oxygen->k20 = ka;
    oxygen->background = saturation;
    oxygen->is_oxygen = true;
    qh_case *c = case_end(b);
    case_give(c->headwater[0].input, 1, false, saturation);
    c->solver.cell_length = 1000;
    solved *s = solve_case(c, "exact", 1, NULL);
    assert_int_equal(s->status, QH_OK);
    for (size_t p = 0; p < n_place; p++) {
        if (dispersion == 0 && place[p] < 0) continue;
        const double k[] = {kd, ka};
        double expected[2];
        chain_steady(place[p], 2, load, k, discharge, velocity, dispersion, expected);
        assert_close(solved_section(s, 0, p, 0), expected[0], tolerance * expected[0]);
        assert_close(solved_section(s, 0, p, 1), saturation - expected[1], tolerance * saturation);
    }
    solved_free(s);
    qh_case_destroy(c);
}

static void oxygen_sag(void **state) {
    (void)state;
    check_oxygen(0.60 / day, 0, 1e-9);
    check_oxygen(0.60 / day, 50, 1e-9);
    check_oxygen(0.60 / day, 500, 1e-9);
    check_oxygen(0.25 / day, 50, 1e-9); /* equal rates */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chain_of_three),
        cmocka_unit_test(equal_and_nearly_equal_rates),
        cmocka_unit_test(oxygen_sag),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
