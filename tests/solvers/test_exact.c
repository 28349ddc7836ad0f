/* The exact solution by itself: chains against closed forms, equal rates too, rates that scale, water that changes, and
 * values between points. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
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

/* ---- scenarios by the public calls ---- */

typedef struct setup {
    qh_case *c;
    hydraulics water;
    qh_forcing *forcing;
    double *load; /* [n_source][n_species][n_lane] */
} setup;

static setup set_up(uint64_t seed, size_t n_lane) {
    setup s = {0};
    random_options options = random_options_of(seed);
    options.most_reaches = 6;
    s.c = case_end(random_network(&options));
    s.water = hydraulics_of(s.c);
    assert_int_equal(qh_forcing_create(s.c, n_lane, &s.forcing), QH_OK);
    s.load = calloc(s.forcing->n_source * s.forcing->n_species * n_lane + 1, sizeof *s.load);
    assert_non_null(s.load);
    qh_forcing_loads(s.forcing, 0, s.load);
    return s;
}

static void tear_down(setup *s) {
    free(s->load);
    qh_forcing_destroy(s->forcing);
    hydraulics_free(&s->water);
    qh_case_destroy(s->c);
}

/* Given another flow and back, an object gives what one gives that is made for that flow. */
static void water_that_changes(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        setup s = set_up(seed, 1);
        const size_t count = s.water.network->n_point * s.forcing->n_species;
        double *fresh = calloc(3 * count, sizeof *fresh), *other = fresh + count, *again = other + count;
        assert_non_null(fresh);
        qh_exact *exact = NULL, *made = NULL;
        assert_int_equal(qh_exact_create(s.c, s.water.network, s.water.flow, NULL, 1, NULL, &exact), QH_OK);
        assert_int_equal(qh_exact_solve(exact, s.load, NULL), QH_OK);
        qh_exact_points(exact, fresh);
        qh_headwater *head = (qh_headwater *)s.c->headwater; /* rows of the builder can be written */
        const double usual = head[0].flow;
        head[0].flow = 1.7 * usual;
        qh_flow *flow = NULL;
        assert_int_equal(qh_flow_solve(s.c, s.water.network, NULL, &flow), QH_OK);
        assert_int_equal(qh_exact_set_water(exact, flow, NULL), QH_OK);
        assert_int_equal(qh_exact_solve(exact, s.load, NULL), QH_OK);
        qh_exact_points(exact, again);
        assert_int_equal(qh_exact_create(s.c, s.water.network, flow, NULL, 1, NULL, &made), QH_OK);
        assert_int_equal(qh_exact_solve(made, s.load, NULL), QH_OK);
        qh_exact_points(made, other);
        double largest = 0, change = 0;
        for (size_t k = 0; k < count; k++)
            largest = fmax(largest, other[k]);
        for (size_t k = 0; k < count; k++) {
            assert_close(again[k], other[k], 1e-9 * largest); /* their pieces may differ in number */
            change = fmax(change, fabs(other[k] - fresh[k]));
        }
        assert_true(change > 1e-6 * largest);
        head[0].flow = usual;
        assert_int_equal(qh_exact_set_water(exact, s.water.flow, NULL), QH_OK);
        assert_int_equal(qh_exact_solve(exact, s.load, NULL), QH_OK);
        qh_exact_points(exact, again);
        for (size_t k = 0; k < count; k++)
            assert_true(again[k] == fresh[k]);
        qh_exact_destroy(exact);
        qh_exact_destroy(made);
        qh_flow_destroy(flow);
        free(fresh);
        tear_down(&s);
    }
}

/* The outfall's closed form at places that no break point marks, upstream and downstream of it. */
static void values_between_points(void **state) {
    (void)state;
    const double k = 1e-4, d = 50;
    case_builder *b = case_begin(1);
    case_reach(b, "R", "A", "Z", 800e3, discharge / velocity, d);
    case_headwater(b, "A", discharge, 0);
    case_constituent(b, 0)->k20 = k;
    case_give(case_outfall(b, "R", middle, 0, 0)->input, 0, true, 50);
    qh_case *c = case_end(b);
    c->solver.cell_length = 1000;
    hydraulics water = hydraulics_of(c);
    const double load[] = {0, 50};
    qh_exact *exact = NULL;
    assert_int_equal(qh_exact_create(c, water.network, water.flow, NULL, 1, NULL, &exact), QH_OK);
    double value = -1;
    assert_int_equal(qh_exact_value(exact, 0, 1, &value), QH_E_INPUT); /* not solved yet */
    assert_int_equal(qh_exact_solve(exact, load, NULL), QH_OK);
    static const double x[] = {-3210.5, -17, 0, 1, 12345.678, 98765};
    for (size_t i = 0; i < sizeof x / sizeof *x; i++) {
        double expected;
        chain_steady(x[i], 1, load + 1, &k, discharge, velocity, d, &expected);
        assert_int_equal(qh_exact_value(exact, 0, middle + x[i], &value), QH_OK);
        assert_close(value, expected, 1e-10 * expected);
    }
    value = -1;
    assert_int_equal(qh_exact_value(exact, 0, 800e3 + 1, &value), QH_E_INPUT);
    assert_int_equal(qh_exact_value(exact, 1, 5, &value), QH_E_INPUT);
    assert_true(value == -1);
    qh_exact_destroy(exact);
    hydraulics_free(&water);
    qh_case_destroy(c);
}

/* Lanes that scale the decay rates equal a case whose rates are those. */
static void scale_first_rate(qh_forcing *forcing) { qh_forcing_scale_rate(forcing, 0, 1, 2.5); }

static void lanes_scale_rates(void **state) {
    (void)state;
    case_builder *b = case_begin(2);
    case_reach(b, "R", "A", "Z", 20000, 30, 8);
    case_headwater(b, "A", 6, 12);
    qh_constituent *first = case_constituent(b, 0);
    first->k20 = 4e-5;
    first->has_product = true;
    first->product = 1;
    first->yield = 0.5;
    case_constituent(b, 1)->k20 = 1e-5;
    case_section(b, "R", 15000);
    qh_case *c = case_end(b);
    solved *lanes = solve_case(c, "exact", 2, scale_first_rate);
    assert_int_equal(lanes->status, QH_OK);
    for (size_t lane = 0; lane < 2; lane++) {
        ((qh_constituent *)c->constituent)[0].k20 = lane ? 1e-4 : 4e-5;
        solved *alone = solve_case(c, "exact", 1, NULL);
        for (size_t i = 0; i < 2; i++)
            assert_close(solved_section(lanes, 0, 0, 2 * i + lane), solved_section(alone, 0, 0, i), 1e-12);
        solved_free(alone);
    }
    assert_true(fabs(lanes->sample[0] - lanes->sample[1]) > 0.1);
    solved_free(lanes);
    qh_case_destroy(c);
}

static void refuses_what_it_cannot_solve(void **state) {
    (void)state;
    case_builder *b = case_begin(2);
    case_reach(b, "R", "A", "Z", 20000, 30, 8);
    case_headwater(b, "A", 6, 12);
    qh_case *c = case_end(b);
    qh_constituent *species = (qh_constituent *)c->constituent;
    assert_null(qh_exact_objection(c));
    species[0].has_product = species[1].has_product = true;
    species[0].product = 1;
    species[1].product = 0;
    species[0].yield = species[1].yield = 1;
    assert_non_null(qh_exact_objection(c));
    solved *s = solve_case(c, "exact", 1, NULL);
    assert_int_equal(s->status, QH_E_INPUT);
    assert_int_equal(s->begins, 0);
    solved_free(s);
    /* oxygen that runs out: 12 g/m3 of a demand of 3 against 12 g/m3 of oxygen without reaeration */
    species[0].has_product = species[1].has_product = false;
    species[0].k20 = 1e-3;
    species[0].oxygen_demand = 3;
    species[1].is_oxygen = true;
    s = solve_case(c, "exact", 1, NULL);
    assert_int_equal(s->status, QH_E_NUMERIC);
    assert_non_null(strstr(qh_diag_line(s->water.diag, qh_diag_size(s->water.diag) - 1), "C2 falls to"));
    solved_free(s);
    qh_case_destroy(c);
}

/* What nobody chooses: exact where the kinetics are linear, chains and oxygen too; finite volumes where they are not. */
static void default_of_steady_cases(void **state) {
    (void)state;
    case_builder *b = case_begin(3);
    case_reach(b, "R", "A", "Z", 20000, 30, 8);
    case_headwater(b, "A", 6, 12);
    qh_constituent *first = case_constituent(b, 0), *last = case_constituent(b, 2);
    first->k20 = 1e-6;
    first->has_product = true;
    first->product = 1;
    first->yield = 1;
    case_constituent(b, 1)->k20 = 2e-6;
    first->oxygen_demand = 1;
    last->is_oxygen = true;
    qh_case *c = case_end(b);
    c->solver.cell_length = 1000;
    for (int nonlinear = 0; nonlinear < 2; nonlinear++) {
        if (nonlinear) ((qh_constituent *)c->constituent)[0].oxygen_half = (qh_optional){true, 0.5};
        solved *s = solve_case(c, "auto", 1, NULL);
        assert_int_equal(s->status, QH_OK);
        assert_string_equal(s->engine->name, nonlinear ? "steady" : "exact");
        solved_free(s);
    }
    qh_case_destroy(c);
}

/* Thousands of segments with distributed inflow are left to finite volumes; a few are not. */
static void default_of_long_lists_of_inflow(void **state) {
    (void)state;
    for (size_t n = 20; n < 2000; n += 1180) {
        case_builder *b = case_begin(1);
        char reach[32], from[32], to[32];
        for (size_t i = 0; i < n; i++) {
            (void)snprintf(reach, sizeof reach, "r%zu", i);
            (void)snprintf(from, sizeof from, "n%zu", i);
            (void)snprintf(to, sizeof to, "n%zu", i + 1);
            case_reach(b, reach, from, to, 200, 30, 8);
            case_lateral(b, reach, 0, 200, 0.001, 1);
        }
        case_headwater(b, "n0", 6, 12);
        qh_case *c = case_end(b);
        c->solver.cell_length = 100;
        hydraulics h = hydraulics_of(c);
        qh_forcing *forcing = NULL;
        assert_int_equal(qh_forcing_create(c, 1, &forcing), QH_OK);
        const qh_problem problem = {
            .river_case = c, .network = h.network, .flow = h.flow, .grid = h.grid, .forcing = forcing};
        const qh_engine *engine = NULL;
        assert_int_equal(qh_engine_choose(&problem, "auto", NULL, &engine), QH_OK);
        assert_string_equal(engine->name, n > 1000 ? "steady" : "exact");
        qh_forcing_destroy(forcing);
        hydraulics_free(&h);
        qh_case_destroy(c);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chain_of_three),
        cmocka_unit_test(equal_and_nearly_equal_rates),
        cmocka_unit_test(oxygen_sag),
        cmocka_unit_test(water_that_changes),
        cmocka_unit_test(values_between_points),
        cmocka_unit_test(lanes_scale_rates),
        cmocka_unit_test(refuses_what_it_cannot_solve),
        cmocka_unit_test(default_of_steady_cases),
        cmocka_unit_test(default_of_long_lists_of_inflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
