/* Steady closed forms: a point load with dispersion both ways (A5), confluence and bifurcation (A9). The references
 * are evaluated here from their formulas; printed figures of the published tables are checked against them first. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/case_builder.h"
#include "tests/support/solved.h"

/* Tolerances relative to the scale of each problem: finite volumes on 10 m, and the exact engine. */
static const struct {
    const char *engine;
    double tolerance;
} engines[] = {{"steady", 1e-3}, {"exact", 2e-11}};
enum { n_engine = sizeof engines / sizeof *engines };

static void assert_close(double found, double expected, double tolerance) {
    if (!(fabs(found - expected) <= tolerance)) {
        fail_msg("found %.12g, expected %.12g within %g", found, expected, tolerance);
    }
}

/* C = W/(Q m) exp(u x/(2D) (1 +- m)), m = sqrt(1 + 4 k D/u^2); + upstream, - downstream. */
static double outfall_steady(double x, double load, double q, double u, double d, double k) {
    const double m = sqrt(1 + 4 * k * d / (u * u));
    return load / (q * m) * exp(u * x / (2 * d) * (x < 0 ? 1 + m : 1 - m));
}

static void check_outfall(double k) {
    const double upstream = 20000, position[] = {-2000, -1000, -500, -250, -100, 0, 1000, 2000, 5000, 10000, 20000};
    const size_t count = sizeof position / sizeof *position;
    case_builder *b = case_begin(1);
    case_reach(b, "R", "A", "Z", 60000, 50, 50);
    case_constituent(b, 0)->k20 = k;
    case_headwater(b, "A", 10, 0);
    case_outfall(b, "R", upstream, 0, 50);
    for (size_t i = 0; i < count; i++)
        case_section(b, "R", upstream + position[i]);
    qh_case *c = case_end(b);
    c->solver.cell_length = 10;
    const double peak = outfall_steady(0, 50, 10, 0.2, 50, k);
    for (size_t e = 0; e < n_engine; e++) {
        solved *s = solve_case(c, engines[e].engine, 1, NULL);
        assert_int_equal(s->status, QH_OK);
        for (size_t i = 0; i < count; i++) {
            const double expected = outfall_steady(position[i], 50, 10, 0.2, 50, k);
            /* the exact engine is held to its own value, far upstream too */
            const double scale = strcmp(engines[e].engine, "exact") == 0 ? expected : peak;
            assert_close(solved_section(s, 0, i, 0), expected, engines[e].tolerance * scale);
        }
        assert_true(s->worst < 1e-11);
        solved_free(s);
    }
    qh_case_destroy(c);
}

static void outfall_with_dispersion_both_sides(void **state) {
    (void)state;
    assert_close(outfall_steady(-500, 50, 10, 0.2, 50, 5e-6), 0.660121592132, 1e-12);
    assert_close(outfall_steady(10000, 50, 10, 0.2, 50, 1e-4), 0.045584293187, 1e-13);
    check_outfall(5e-6);
    check_outfall(1e-4);
}

/* Published values of the confluence and bifurcation problems: x in m, C in g/m3. */
typedef struct probe {
    const char *reach;
    double x, c;
} probe;

static void check_probes(case_builder *b, const probe *probes, size_t count, double scale) {
    for (size_t i = 0; i < count; i++)
        case_section(b, probes[i].reach, probes[i].x);
    qh_case *c = case_end(b);
    c->solver.cell_length = 10;
    for (size_t e = 0; e < n_engine; e++) {
        solved *s = solve_case(c, engines[e].engine, 1, NULL);
        assert_int_equal(s->status, QH_OK);
        for (size_t i = 0; i < count; i++) {
            assert_close(solved_section(s, 0, i, 0), probes[i].c, engines[e].tolerance * scale);
        }
        assert_true(s->worst < 1e-10);
        solved_free(s);
    }
    qh_case_destroy(c);
}

static case_builder *confluence(double k, double load) {
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->k20 = k;
    case_reach(b, "r1", "n1", "J", 5000, 30, 20);
    case_reach(b, "r2", "n2", "J", 3000, 16, 10);
    case_reach(b, "r3", "J", "O", 8000, 40, 30);
    case_headwater(b, "n1", 6, 10);
    case_headwater(b, "n2", 4, 40);
    if (load > 0) case_outfall(b, "r3", 0, 0, load);
    return b;
}

static void confluence_with_decay(void **state) {
    (void)state;
    const probe probes[] = {{"r1", 1250, 8.66720169988}, {"r1", 2500, 7.51203853073}, {"r1", 4500, 6.03736417522},
                            {"r1", 5000, 15.3872236254}, {"r2", 1500, 34.8307700533}, {"r2", 2700, 31.1726384655},
                            {"r3", 2000, 12.8117851927}, {"r3", 6000, 8.88195185386}, {"r3", 8000, 7.47572764027}};
    check_probes(confluence(2 / 86400.0, 0), probes, sizeof probes / sizeof *probes, 15);
}

static void confluence_with_load(void **state) {
    (void)state;
    const probe probes[] = {{"r1", 3750, 6.51089847257}, {"r1", 4500, 6.09978987121}, {"r1", 5000, 25.1975677378},
                            {"r2", 2250, 32.5023391778}, {"r2", 2700, 31.1779163058}, {"r3", 0, 25.1975677378},
                            {"r3", 4000, 17.4685713206}, {"r3", 7200, 13.0311153592}, {"r3", 8000, 12.2419845315}};
    check_probes(confluence(2 / 86400.0, 100), probes, sizeof probes / sizeof *probes, 25);
}

static void confluence_without_decay(void **state) {
    (void)state;
    const probe probes[] = {{"r1", 3750, 10.0000447198}, {"r1", 4500, 10.080855364}, {"r1", 5000, 22},
                            {"r2", 2700, 39.9900444813}, {"r3", 2000, 22},           {"r3", 8000, 22}};
    check_probes(confluence(0, 0), probes, sizeof probes / sizeof *probes, 22);
}

static void bifurcation(void **state) {
    (void)state;
    const probe probes[] = {{"r1", 2000, 41.6312438942}, {"r1", 4000, 34.6215663002}, {"r2", 3000, 24.5615675139},
                            {"r2", 5400, 18.663547266},  {"r2", 6000, 17.621842842},  {"r3", 4500, 18.2111442963},
                            {"r3", 8100, 10.8925598534}, {"r3", 9000, 9.70568378058}};
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->k20 = 2 / 86400.0;
    case_reach(b, "r1", "n1", "J", 4000, 40, 30);
    case_branch(b, "r2", "J", "O1", 6000, 30, 20, 0.6);
    case_branch(b, "r3", "J", "O2", 9000, 25, 15, 0.4);
    case_headwater(b, "n1", 10, 50);
    check_probes(b, probes, sizeof probes / sizeof *probes, 35);
}

/* Third-type inlet: Q C - A D dC/dx = Q C_in, steady with decay: C(0) = C_in 2/(1 + m). */
static void flux_inlet(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->k20 = 1e-4;
    case_reach(b, "R", "A", "Z", 40000, 50, 100);
    case_headwater(b, "A", 10, 20)->inlet = QH_INLET_FLUX;
    case_section(b, "R", 0);
    case_section(b, "R", 5000);
    qh_case *c = case_end(b);
    c->solver.cell_length = 10;
    const double u = 0.2, d = 100, m = sqrt(1 + 4 * 1e-4 * d / (u * u)), inlet = 20 * 2 / (1 + m);
    for (size_t e = 0; e < n_engine; e++) {
        solved *s = solve_case(c, engines[e].engine, 1, NULL);
        assert_int_equal(s->status, QH_OK);
        assert_close(solved_section(s, 0, 0, 0), inlet, engines[e].tolerance * inlet);
        assert_close(solved_section(s, 0, 1, 0), inlet * exp(u * 5000 / (2 * d) * (1 - m)),
                     engines[e].tolerance * inlet);
        solved_free(s);
    }
    qh_case_destroy(c);
}

/* Distributed clean inflow dilutes: Q(x) C(x) = Q0 C0 without decay, at a high Péclet number. */
static void distributed_inflow_dilutes(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "R", "A", "Z", 10000, 10, 1e-3);
    case_headwater(b, "A", 2, 30);
    case_lateral(b, "R", 2000, 8000, 4, 0);
    const double x[] = {2000, 3500, 5000, 8000, 10000};
    for (size_t i = 0; i < 5; i++)
        case_section(b, "R", x[i]);
    qh_case *c = case_end(b);
    c->solver.cell_length = 20;
    /* the river has a dispersion of 1e-3 m2/s, the formula none: (D/u)(q/Q) = 2e-6 of C0 at the bend */
    const double tolerance[] = {1e-3, 3e-6};
    for (size_t e = 0; e < n_engine; e++) {
        solved *s = solve_case(c, engines[e].engine, 1, NULL);
        assert_int_equal(s->status, QH_OK);
        for (size_t i = 0; i < 5; i++) {
            const double q = 2 + 4 * fmin(fmax((x[i] - 2000) / 6000, 0), 1);
            assert_close(solved_section(s, 0, i, 0), 60 / q, tolerance[e] * 30);
        }
        solved_free(s);
    }
    qh_case_destroy(c);
}

/* Distributed inflow with decay in plug flow: Q = Q0 + q x, A fixed: d(QC)/dx = q C_L - k A C gives
 * C = C_e + (C0 - C_e)(Q0/Q)^(1 + k A/q), C_e = C_L/(1 + k A/q). */
static void distributed_inflow_with_decay(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->k20 = 5e-5;
    case_reach(b, "R", "A", "Z", 9000, 10, 0);
    case_headwater(b, "A", 2, 30);
    case_lateral(b, "R", 0, 8000, 4, 5);
    const double x[] = {0, 1500, 4000, 8000};
    for (size_t i = 0; i < 4; i++)
        case_section(b, "R", x[i]);
    qh_case *c = case_end(b);
    c->solver.cell_length = 10;
    for (size_t e = 0; e < n_engine; e++) {
        solved *s = solve_case(c, engines[e].engine, 1, NULL);
        assert_int_equal(s->status, QH_OK);
        const double inflow = 4.0 / 8000, power = 1 + 5e-5 * 10 / inflow, level = 5 / power;
        for (size_t i = 0; i < 4; i++) {
            const double exact = level + (30 - level) * pow(2 / (2 + inflow * x[i]), power);
            assert_close(solved_section(s, 0, i, 0), exact, engines[e].tolerance * 30);
        }
        assert_true(s->worst < 1e-10);
        solved_free(s);
    }
    qh_case_destroy(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outfall_with_dispersion_both_sides),
        cmocka_unit_test(confluence_with_decay),
        cmocka_unit_test(confluence_with_load),
        cmocka_unit_test(confluence_without_decay),
        cmocka_unit_test(bifurcation),
        cmocka_unit_test(flux_inlet),
        cmocka_unit_test(distributed_inflow_dilutes),
        cmocka_unit_test(distributed_inflow_with_decay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
