/* Distributed inflow by the series (area and dispersion stay, only the discharge grows) against the division of segments. A
 * velocity that follows the discharge to the power 1 - 1e-12 makes an area that is the same but in its last digits: there
 * segments are divided. */
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
#include "tests/support/case_builder.h"
#include "tests/support/solved.h"

static void assert_close(double found, double expected, double tolerance) {
    if (!(fabs(found - expected) <= tolerance))
        fail_msg("found %.12g, expected %.12g within %g", found, expected, tolerance);
}

static void make_divided(qh_reach *reach, double area) {
    reach->channel = (qh_channel){.law = "power",
                                  .velocity_coefficient = {true, 1 / area},
                                  .velocity_exponent = {true, 1 - 1e-12},
                                  .depth_coefficient = {true, 1},
                                  .depth_exponent = {true, 0}};
}

typedef struct choice {
    double dispersion;  /* m2/s */
    double growth;      /* -, of the discharge along the second reach */
    double decay;       /* 1/s */
    bool divided, zone; /* zone: transient storage */
    bool between;       /* sections also between, where divided */
} choice;

/* Places in the second reach, m. Between points divided segments are known to the second power of a piece only: there the
 * divided river has sections, and its points. So many also make its pieces short against D/u, without which division
 * gains little. */
enum { n_between = 89 };
static double between(size_t k) { return 100 * (double)k + 77; }

/* Three reaches, the second with inflow, the third with more of it from its middle on; a chain of two. */
static case_builder *begin_river(const choice *of) {
    static const double length[] = {3000, 9000, 6000}, area[] = {12, 15, 18};
    static const char *const name[] = {"R1", "R2", "R3"}, *const node[] = {"A", "B", "C", "Z"};
    case_builder *b = case_begin(2);
    for (size_t k = 0; k < 3; k++) {
        qh_reach *r = case_reach(b, name[k], node[k], node[k + 1], length[k], area[k], of->dispersion);
        if (of->divided) make_divided(r, area[k]);
        if (!of->zone) continue;
        r->storage_area = (qh_optional){true, 0.5 * area[k]};
        r->storage_exchange = (qh_optional){true, 2e-5};
    }
    qh_constituent *first = case_constituent(b, 0), *second = case_constituent(b, 1);
    first->k20 = of->decay;
    second->k20 = 0.4 * of->decay;
    first->has_product = true;
    first->product = 1;
    first->yield = 0.6;
    case_headwater(b, "A", 4, 20);
    case_lateral(b, "R2", 0, 9000, 4 * of->growth, 3);
    case_lateral(b, "R3", 3000, 6000, 0.3, 8);
    case_outfall(b, "R2", 4000, 0.05, 6);
    case_section(b, "R1", 3000);
    case_section(b, "R2", 6000);
    case_section(b, "R2", 9000);
    case_section(b, "R3", 5500);
    for (size_t k = 0; of->divided && of->between && k < n_between; k++)
        case_section(b, "R2", between(k));
    return b;
}

static void compare_steady(const choice *of) {
    double value[2][4 + n_between][2], bound = 1;
    for (int divided = 0; divided < 2; divided++) {
        choice own = *of;
        own.divided = divided;
        qh_case *c = case_end(begin_river(&own));
        hydraulics water = hydraulics_of(c);
        qh_forcing *forcing = NULL;
        qh_exact *exact = NULL;
        assert_int_equal(qh_forcing_create(c, 1, &forcing), QH_OK);
        double *load = calloc(forcing->n_source * 2, sizeof *load);
        assert_non_null(load);
        qh_forcing_loads(forcing, 0, load);
        assert_int_equal(qh_exact_create(c, water.network, water.flow, NULL, 1, NULL, &exact), QH_OK);
        assert_int_equal(qh_exact_solve(exact, load, NULL), QH_OK);
        if (divided)
            assert_true(qh_exact_refinements(exact) > 1);
        else
            assert_int_equal(qh_exact_refinements(exact), 1);
        qh_exact_sections(exact, value[divided][0]);
        if (divided) bound = qh_exact_error_bound(exact);
        for (size_t k = 0; k < n_between && !divided; k++)
            assert_int_equal(qh_exact_value(exact, 1, between(k), value[0][4 + k]), QH_OK);
        qh_exact_destroy(exact);
        qh_forcing_destroy(forcing);
        hydraulics_free(&water);
        free(load);
        qh_case_destroy(c);
    }
    assert_true(bound < 1e-7);
    for (size_t k = 0; k < 4 + n_between; k++)
        for (size_t i = 0; i < 2; i++)
            assert_close(value[0][k][i], value[1][k][i], (1e-11 + 5 * bound) * 20);
}

static void steady_states_agree(void **state) {
    (void)state;
    static const double dispersion[] = {0, 2}, growth[] = {0.003, 0.3, 2};
    for (size_t d = 0; d < 2; d++)
        for (size_t g = 0; g < 3; g++)
            for (size_t k = 0; k < 2; k++)
                compare_steady(&(choice){.between = true,
                                         .dispersion = dispersion[d],
                                         .growth = growth[g],
                                         .decay = k == 0   ? 0
                                                  : k == 1 ? 3e-6
                                                           : 2e-4});
    compare_steady(&(choice){.between = true, .dispersion = 20, .growth = 0.3, .decay = 5e-5});
}

/* From a trickle to a hundred times its discharge: divided. A tracer of 1 stays 1, and its budget closes. */
static void trickle_that_grows(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "R", "A", "Z", 5000, 5, 0);
    case_headwater(b, "A", 0.02, 1);
    case_lateral(b, "R", 0, 5000, 2, 1);
    case_section(b, "R", 2500);
    qh_case *c = case_end(b);
    solved *s = solve_case(c, "exact", 1, NULL);
    assert_int_equal(s->status, QH_OK);
    assert_true(s->worst < 1e-11);
    assert_close(s->lowest, 1, 1e-11);
    assert_close(s->highest, 1, 1e-11);
    solved_free(s);
    qh_case_destroy(c);
}

/* Cells and budgets of the steady engine, and series, cells and budgets of the unsteady one. */
static void compare_runs(const choice *of, const char *engine, double tolerance) {
    static const double time[] = {0, 2 * 3600.0, 5 * 3600.0}, value[] = {20, 50, 20};
    solved *s[2];
    qh_case *c[2];
    for (int divided = 0; divided < 2; divided++) {
        choice own = *of;
        own.divided = divided;
        case_builder *b = begin_river(&own);
        if (strcmp(engine, "spectral") == 0) case_unsteady(b, 86400, 21600, 1800);
        c[divided] = case_end(b);
        c[divided]->solver.cell_length = 50;
        if (strcmp(engine, "spectral") == 0) {
            c[divided]->solver.relative_tolerance = 1e-5;
            case_give_series(c[divided]->headwater[0].input, 0, false, case_series(b, QH_STEP, 3, time, value));
        }
        s[divided] = solve_case(c[divided], engine, 1, NULL);
        assert_int_equal(s[divided]->status, QH_OK);
        assert_true(s[divided]->worst < 1e-10);
    }
    for (size_t k = 0; k < s[0]->n_sample; k++)
        for (size_t i = 0; i < 4 * s[0]->m; i++)
            assert_close(solved_section(s[0], k, i / s[0]->m, i % s[0]->m),
                         solved_section(s[1], k, i / s[0]->m, i % s[0]->m), tolerance);
    for (size_t k = 0; k < s[0]->water.grid->n_cell * s[0]->m; k++) /* see above */
        assert_close(s[0]->cell[k], s[1]->cell[k], fmax(tolerance, 1e-4));
    const qh_budget *one = &s[0]->budget, *other = &s[1]->budget;
    for (size_t r = 0; r < one->n_row; r++)
        for (size_t k = 0; k < QH_BUDGET_TERMS * s[0]->m; k++) {
            const double a = one->term[r * QH_BUDGET_TERMS * s[0]->m + k];
            const double z = other->term[r * QH_BUDGET_TERMS * s[0]->m + k];
            assert_close(a, z, tolerance / 20 * fmax(fabs(z), one->throughput[0]));
        }
    for (int divided = 0; divided < 2; divided++) {
        solved_free(s[divided]);
        qh_case_destroy(c[divided]);
    }
}

static void cells_and_budgets_agree(void **state) {
    (void)state;
    compare_runs(&(choice){.dispersion = 5, .growth = 0.2, .decay = 5e-5}, "exact", 1e-6);
    compare_runs(&(choice){.dispersion = 0, .growth = 0.2, .decay = 5e-5}, "exact", 1e-6);
    compare_runs(&(choice){.dispersion = 5, .growth = 0.2, .decay = 0}, "exact", 1e-6);
}

static void series_agree(void **state) {
    (void)state;
    compare_runs(&(choice){.dispersion = 10, .growth = 0.1, .decay = 5e-5}, "spectral", 2e-4);
    compare_runs(&(choice){.dispersion = 10, .growth = 0.1, .decay = 0, .zone = true}, "spectral", 2e-4);
}

/* Under low water the terms of the series grow and segments are divided, under high water they are not: always as if the
 * river had been made for that water. */
static void water_that_outgrows_the_series(void **state) {
    (void)state;
    const choice of = {.dispersion = 20, .growth = 0.05, .decay = 2e-5};
    qh_case *c = case_end(begin_river(&of));
    hydraulics water = hydraulics_of(c);
    const double load[4 * 2 + 2] = {80, 80, 6, 6, 0.6, 0.6, 2.4, 2.4, 0, 0};
    qh_exact *exact = NULL, *fresh = NULL;
    assert_int_equal(qh_exact_create(c, water.network, water.flow, NULL, 1, NULL, &exact), QH_OK);
    assert_int_equal(qh_exact_solve(exact, load, NULL), QH_OK);
    assert_int_equal(qh_exact_refinements(exact), 1);
    qh_headwater *head = (qh_headwater *)c->headwater; /* rows of the builder can be written */
    for (size_t k = 0; k < 2; k++) {
        head[0].flow = k == 0 ? 0.3 : 4;
        qh_flow *flow = NULL;
        double own[4][2], other[4][2];
        assert_int_equal(qh_flow_solve(c, water.network, NULL, &flow), QH_OK);
        assert_int_equal(qh_exact_set_water(exact, flow, NULL), QH_OK);
        assert_int_equal(qh_exact_solve(exact, load, NULL), QH_OK);
        assert_true((qh_exact_refinements(exact) == 1) == (k == 1));
        qh_exact_sections(exact, own[0]);
        assert_int_equal(qh_exact_create(c, water.network, flow, NULL, 1, NULL, &fresh), QH_OK);
        assert_int_equal(qh_exact_solve(fresh, load, NULL), QH_OK);
        qh_exact_sections(fresh, other[0]);
        assert_memory_equal(own, other, sizeof own);
        qh_exact_destroy(fresh);
        assert_int_equal(qh_exact_set_water(exact, water.flow, NULL), QH_OK);
        qh_flow_destroy(flow);
    }
    qh_exact_destroy(exact);
    hydraulics_free(&water);
    qh_case_destroy(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steady_states_agree),
        cmocka_unit_test(trickle_that_grows),
        cmocka_unit_test(cells_and_budgets_agree),
        cmocka_unit_test(series_agree),
        cmocka_unit_test(water_that_outgrows_the_series),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
