/* Constituents that react with one another, by finite volumes: oxygen balance and nitrogen chain against closed forms
 * (A6, A6b, A7 of the published tables, whose printed figures are checked first), Monod's law against an integration of
 * its own. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/case_builder.h"
#include "tests/support/closed_forms.h"
#include "tests/support/solved.h"

static const double day = 86400;

static void assert_close(double found, double expected, double tolerance) {
    if (!(fabs(found - expected) <= tolerance)) {
        fail_msg("found %.12g, expected %.12g within %g", found, expected, tolerance);
    }
}

enum { bod, oxygen };

/* BOD whose decay needs oxygen, and oxygen that tends to `saturation` [g/m3]; rates 1/s, the river is 1 m deep. */
static void set_oxygen_balance(case_builder *b, double removal, double decay, double reaeration, double saturation) {
    qh_constituent *c = case_constituent(b, bod), *o = case_constituent(b, oxygen);
    c->k20 = decay;
    c->settling = removal - decay;
    c->oxygen_demand = 1;
    o->is_oxygen = true;
    o->k20 = reaeration;
    o->background = saturation;
}

/* ---- A6: load of BOD with dispersion, both ways ---- */

static void oxygen_balance_with_dispersion(void **state) {
    (void)state;
    const double kr = 0.30 / day, kd = 0.25 / day, ka = 0.60 / day, cs = 9.092, rates[] = {kr, ka};
    /* the published table */
    assert_close(steady_load(-1000, 200, 10, 0.2, 50, kr), 0.356949773692, 1e-11);
    assert_close(kd / kr * steady_chain(2, rates, -1000, 200, 10, 0.2, 500), 0.82136335072, 1e-10);
    const double position[] = {-5000, -2000, -1000, 0, 1000, 5000, 20000, 40000, 80000}, upstream = 60000;
    const double dispersion[] = {50, 500};
    const size_t count = sizeof position / sizeof *position;
    for (size_t v = 0; v < 2; v++) {
        const double d = dispersion[v];
        case_builder *b = case_begin(2);
        case_reach(b, "R", "A", "Z", 180000, 50, d);
        set_oxygen_balance(b, kr, kd, ka, cs);
        case_give(case_headwater(b, "A", 10, 0)->input, oxygen, false, cs);
        const qh_outfall *load = case_outfall(b, "R", upstream, 0, 200);
        case_give(load->input, oxygen, true, 0);
        for (size_t i = 0; i < count; i++)
            case_section(b, "R", upstream + position[i]);
        qh_case *c = case_end(b);
        c->solver.cell_length = 50;
        solved *s = solve_case(c, "steady", 1, NULL);
        assert_int_equal(s->status, QH_OK);
        for (size_t i = 0; i < count; i++) {
            const double deficit = kd / kr * steady_chain(2, rates, position[i], 200, 10, 0.2, d);
            const double peak = steady_load(0, 200, 10, 0.2, d, kr);
            assert_close(solved_section(s, 0, i, bod), steady_load(position[i], 200, 10, 0.2, d, kr), 1e-3 * peak);
            assert_close(solved_section(s, 0, i, oxygen), cs - deficit, 1e-3 * cs);
        }
        assert_true(s->worst < 1e-12);
        solved_free(s);
        qh_case_destroy(c);
    }
}

/* ---- A6b: Streeter and Phelps ---- */

static double sag(double x, double l0, double d0, double u, double k, double ka) {
    return k * l0 / (ka - k) * (exp(-k * x / u) - exp(-ka * x / u)) + d0 * exp(-ka * x / u);
}

static void streeter_and_phelps(void **state) {
    (void)state;
    const double k = 0.3 / day, ka = 0.6 / day, cs = 9.092, u = 0.2;
    assert_close(sag(5000, 20, 1, u, k, ka), 2.36525599128, 1e-10);
    assert_close(sag(36970.78384, 20, 1, u, k, ka), 5.263157895, 1e-8);
    case_builder *b = case_begin(2);
    case_reach(b, "R", "A", "Z", 100000, 50, 0);
    set_oxygen_balance(b, k, k, ka, cs);
    case_give(case_headwater(b, "A", 10, 20)->input, oxygen, false, cs - 1);
    for (size_t i = 0; i < 10; i++)
        case_section(b, "R", 10000 * (double)i);
    qh_case *c = case_end(b);
    solved *s = solve_case(c, "steady", 1, NULL);
    assert_int_equal(s->status, QH_OK);
    for (size_t i = 0; i < 10; i++) {
        const double x = 10000 * (double)i;
        assert_close(solved_section(s, 0, i, bod), 20 * exp(-k * x / u), 1e-3 * 20);
        assert_close(solved_section(s, 0, i, oxygen), cs - sag(x, 20, 1, u, k, ka), 1e-3 * cs);
    }
    solved_free(s);
    qh_case_destroy(c);
}

/* ---- A7: organic nitrogen, ammonia, nitrate ---- */

static void nitrogen_chain(void **state) {
    (void)state;
    const double k[] = {0.10 / day, 0.25 / day, 0.05 / day}, load[] = {30, 50, 20};
    const double position[] = {-1000, 0, 5000, 10000, 20000, 40000, 80000}, upstream = 60000;
    double expected[7][3] = {{0}};
    const double dispersion[] = {50, 500};
    for (size_t v = 0; v < 2; v++) {
        const double d = dispersion[v];
        for (size_t i = 0; i < 7; i++) {
            for (size_t last = 0; last < 3; last++) {
                expected[i][last] = 0;
                for (size_t first = 0; first <= last; first++)
                    expected[i][last] +=
                        steady_chain(last - first + 1, k + first, position[i], load[first], 10, 0.2, d);
            }
        }
        if (d == 50) { /* the published table */
            assert_close(expected[3][1], 4.46093404887, 1e-10);
            assert_close(expected[6][2], 5.02414380464, 1e-10);
        }
        case_builder *b = case_begin(3);
        case_reach(b, "R", "A", "Z", 180000, 50, d);
        case_headwater(b, "A", 10, 0);
        const qh_outfall *outfall = case_outfall(b, "R", upstream, 0, 0);
        for (size_t n = 0; n < 3; n++) {
            qh_constituent *own = case_constituent(b, n);
            own->k20 = k[n];
            own->has_product = n < 2;
            own->product = n + 1;
            own->yield = 1;
            case_give(outfall->input, n, true, load[n]);
        }
        for (size_t i = 0; i < 7; i++)
            case_section(b, "R", upstream + position[i]);
        qh_case *c = case_end(b);
        c->solver.cell_length = 50;
        solved *s = solve_case(c, "steady", 1, NULL);
        assert_int_equal(s->status, QH_OK);
        for (size_t i = 0; i < 7; i++) {
            for (size_t n = 0; n < 3; n++)
                assert_close(solved_section(s, 0, i, n), expected[i][n], 1e-3 * expected[1][n]);
        }
        /* nitrogen is lost by denitrification alone: what decays comes back as product */
        const double lost = s->budget.term[qh_budget_index(&s->budget, 1, 2, QH_BUDGET_REACTED, 0)];
        const double made = -s->budget.term[qh_budget_index(&s->budget, 1, 0, QH_BUDGET_REACTED, 0)] -
                            s->budget.term[qh_budget_index(&s->budget, 1, 1, QH_BUDGET_REACTED, 0)];
        assert_true(lost < 0 && made < 0); /* nitrate gains more than it loses */
        assert_true(s->worst < 1e-12);
        solved_free(s);
        qh_case_destroy(c);
    }
}

/* ---- Monod: decay that waits for oxygen ---- */

typedef struct monod {
    double k, half, ka, cs; /* 1/s, g/m3, 1/s, g/m3 */
} monod;

static void monod_rates(const monod *p, const double *c, double *rate) {
    const double r = p->k * c[oxygen] / (p->half + c[oxygen]) * c[bod];
    rate[bod] = -r;
    rate[oxygen] = -r + p->ka * (p->cs - c[oxygen]);
}

/* Runge and Kutta's fourth-order method in 20,000 steps. */
static void integrate_monod(const monod *p, double duration, double *c) {
    enum { steps = 20000 };
    const double h = duration / steps;
    for (size_t n = 0; n < steps; n++) {
        double k[4][2], at[2];
        for (size_t stage = 0; stage < 4; stage++) {
            const double part = stage == 0 ? 0 : stage == 3 ? h : h / 2;
            for (size_t i = 0; i < 2; i++)
                at[i] = c[i] + (stage > 0 ? part * k[stage - 1][i] : 0);
            monod_rates(p, at, k[stage]);
        }
        for (size_t i = 0; i < 2; i++)
            c[i] += h / 6 * (k[0][i] + 2 * k[1][i] + 2 * k[2][i] + k[3][i]);
    }
}

static const monod law = {.k = 1.5 / 86400, .half = 0.5, .ka = 0.8 / 86400, .cs = 9};

static case_builder *monod_river(double length) {
    case_builder *b = case_begin(2);
    case_reach(b, "R", "A", "Z", length, 50, 0);
    set_oxygen_balance(b, law.k, law.k, law.ka, law.cs);
    case_constituent(b, bod)->oxygen_half = (qh_optional){true, law.half};
    case_give(case_headwater(b, "A", 10, 40)->input, oxygen, false, 8);
    return b;
}

/* Along a river without dispersion: the time of travel is the law's time. Oxygen falls to 0.4 mg/L. */
static void monod_steady(void **state) {
    (void)state;
    case_builder *b = monod_river(80000);
    for (size_t i = 1; i <= 7; i++)
        case_section(b, "R", 10000 * (double)i);
    qh_case *c = case_end(b);
    solved *s = solve_case(c, "steady", 1, NULL);
    assert_int_equal(s->status, QH_OK);
    double lowest = 9;
    for (size_t i = 0; i < 7; i++) {
        double expected[] = {40, 8};
        integrate_monod(&law, 10000 * (double)(i + 1) / 0.2, expected);
        assert_close(solved_section(s, 0, i, bod), expected[bod], 1e-3 * 40);
        assert_close(solved_section(s, 0, i, oxygen), expected[oxygen], 1e-3 * 9);
        lowest = fmin(lowest, expected[oxygen]);
    }
    print_message("oxygen falls to %.3f mg/L\n", lowest);
    assert_true(lowest < 1 && lowest > 0 && s->lowest >= 0);
    solved_free(s);
    qh_case_destroy(c);
}

/* Water that has not yet heard of the inlet reacts as in a bottle. */
static void monod_unsteady(void **state) {
    (void)state;
    case_builder *b = monod_river(30000);
    case_section(b, "R", 29000);
    case_unsteady(b, 86400, 86400, 10800);
    case_initial(b, bod, 25);
    case_initial(b, oxygen, 7);
    qh_case *c = case_end(b);
    c->solver.cell_length = 250;
    solved *s = solve_case(c, "general", 1, NULL);
    assert_int_equal(s->status, QH_OK);
    for (size_t k = 0; k < s->n_sample; k++) {
        double expected[] = {25, 7};
        integrate_monod(&law, s->sample_time[k], expected);
        assert_close(solved_section(s, k, 0, bod), expected[bod], 1e-4 * 25);
        assert_close(solved_section(s, k, 0, oxygen), expected[oxygen], 1e-4 * 7);
    }
    assert_true(s->worst < 1e-11 && s->lowest >= 0);
    solved_free(s);
    qh_case_destroy(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oxygen_balance_with_dispersion),
        cmocka_unit_test(streeter_and_phelps),
        cmocka_unit_test(nitrogen_chain),
        cmocka_unit_test(monod_steady),
        cmocka_unit_test(monod_unsteady),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
