/* Properties that need no reference, by every engine that takes the case, on random networks. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/random_network.h"
#include "tests/support/solved.h"

static const char *const steady_engine[] = {"steady", "exact"};
enum { n_steady_engine = sizeof steady_engine / sizeof *steady_engine };
static const char *const unsteady_engine[] = {"general", "linear"};
enum { n_unsteady_engine = sizeof unsteady_engine / sizeof *unsteady_engine };

static random_options wild(uint64_t seed) {
    random_options options = random_options_of(seed);
    options.least_peclet = 0.1;
    options.most_peclet = 1e6;
    return options;
}

/* Unsteady runs are short and small: a few cells' travel times, inputs that jump. */
static case_builder *wild_unsteady(uint64_t seed) {
    random_options options = wild(seed);
    options.most_reaches = 10;
    options.cell_length = 500;
    case_builder *b = random_network(&options);
    case_unsteady(b, 6 * 3600, 3600, 1800);
    return b;
}

/* 1e-12; more only where two break points lie centimetres apart, so that the exchange between their cells is many
 * thousand times the discharge and its last digit counts. */
static double continuity_tolerance(const qh_grid *grid) {
    double ratio = 0;
    for (size_t i = 0; i < grid->n_cell; i++) {
        ratio = fmax(ratio, fmax(qh_grid_conductance_up(grid, i), qh_grid_conductance_down(grid, i)) /
                                fabs(qh_grid_discharge_up(grid, i)));
    }
    return fmax(1e-12, 1e-15 * ratio);
}

static void check_uniform(const solved *s, uint64_t seed) {
    if (s->status != QH_OK) fail_msg("seed %d: status %d", (int)seed, s->status);
    const double tolerance = continuity_tolerance(s->water.grid);
    if (!(s->lowest >= 1 - tolerance && s->highest <= 1 + tolerance)) {
        fail_msg("seed %d: a tracer of 1 lies between 1%+g and 1%+g, tolerance %g", (int)seed, s->lowest - 1,
                 s->highest - 1, tolerance);
    }
}

static void tracer_of_one_steady(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        const random_options options = wild(seed);
        case_builder *b = random_network(&options);
        make_uniform(b, 1);
        qh_case *c = case_end(b);
        for (size_t e = 0; e < n_steady_engine; e++) {
            solved *s = solve_case(c, steady_engine[e], 1, NULL);
            check_uniform(s, seed);
            solved_free(s);
        }
        qh_case_destroy(c);
    }
}

static void tracer_of_one_unsteady(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        case_builder *b = wild_unsteady(seed);
        make_uniform(b, 1);
        case_initial(b, 0, 1);
        case_initial(b, 1, 1);
        qh_case *c = case_end(b);
        for (size_t e = 0; e < n_unsteady_engine; e++) {
            solved *s = solve_case(c, unsteady_engine[e], 1, NULL);
            check_uniform(s, seed);
            solved_free(s);
        }
        qh_case_destroy(c);
    }
}

static void steady_budget_and_positivity(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        random_options options = wild(seed);
        qh_case *c = case_end(random_network(&options));
        for (size_t e = 0; e < n_steady_engine; e++) {
            solved *s = solve_case(c, steady_engine[e], 1, NULL);
            if (s->status != QH_OK || !(s->worst <= 1e-10) || !(s->lowest >= 0) || !isfinite(s->highest)) {
                fail_msg("%s, seed %d: status %d, residual %g, lowest %g", steady_engine[e], (int)seed, s->status,
                         s->worst, s->lowest);
            }
            solved_free(s);
        }
        qh_case_destroy(c);
    }
}

static void unsteady_budget_and_positivity(void **state) {
    (void)state;
    const double time[] = {0, 5000, 9000, 12000}, value[] = {0, 80, 3, 0};
    for (uint64_t seed = 1; seed <= 40; seed++) {
        case_builder *b = wild_unsteady(seed);
        case_initial(b, 0, 0);
        case_initial(b, 1, 5);
        const qh_series *series = case_series(b, seed % 2 ? QH_STEP : QH_LINEAR, 4, time, value);
        qh_case *c = case_end(b);
        case_give_series(c->headwater[0].input, 0, false, series);
        for (size_t e = 0; e < n_unsteady_engine; e++) {
            solved *s = solve_case(c, unsteady_engine[e], 1, NULL);
            if (s->status != QH_OK || !(s->worst <= 1e-10) || !(s->lowest >= 0) || !isfinite(s->highest)) {
                fail_msg("%s, seed %d: status %d, residual %g, lowest %g", unsteady_engine[e], (int)seed, s->status,
                         s->worst, s->lowest);
            }
            solved_free(s);
        }
        qh_case_destroy(c);
    }
}

/* Sources without loads (concentrations only) that jump between 1 and 9, no reactions: nothing may leave these bounds. */
static void no_new_extremum(void **state) {
    (void)state;
    const double time[] = {0, 5000, 9000, 12000}, value[] = {1, 9, 2, 1};
    for (uint64_t seed = 1; seed <= 20; seed++) {
        case_builder *b = wild_unsteady(seed);
        make_uniform(b, 5);
        case_initial(b, 0, 4);
        case_initial(b, 1, 8);
        const qh_series *series = case_series(b, QH_STEP, 4, time, value);
        qh_case *c = case_end(b);
        case_give_series(c->headwater[0].input, 0, false, series);
        solved *s = solve_case(c, "linear", 1, NULL);
        if (s->status != QH_OK || !(s->lowest >= 1 - 1e-9 && s->highest <= 9 + 1e-9)) {
            fail_msg("seed %d: status %d, %.12g to %.12g", (int)seed, s->status, s->lowest, s->highest);
        }
        solved_free(s);
        qh_case_destroy(c);
    }
}

/* The order in which the tables list their rows changes nothing but round-off. */
static void order_of_rows_does_not_matter(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        const random_options options = random_options_of(seed);
        qh_case *original = case_end(random_network(&options));
        qh_case *shuffled = shuffled_case(original, seed + 1000, NULL);
        solved *s = solve_case(original, "steady", 1, NULL), *t = solve_case(shuffled, "steady", 1, NULL);
        assert_int_equal(s->status, QH_OK);
        assert_int_equal(t->status, QH_OK);
        for (size_t i = 0; i < original->n_section; i++) {
            for (size_t j = 0; j < s->m; j++) {
                const double a = solved_section(s, 0, i, j), b = solved_section(t, 0, i, j);
                if (!(fabs(a - b) <= 1e-9 * s->highest)) fail_msg("seed %d: %.15g and %.15g", (int)seed, a, b);
            }
        }
        solved_free(s);
        solved_free(t);
        qh_case_destroy(shuffled);
        qh_case_destroy(original);
    }
}

static void double_all(qh_forcing *forcing) {
    for (size_t source = 0; source < forcing->n_source; source++) {
        for (size_t species = 0; species < forcing->n_species; species++) {
            for (size_t lane = 0; lane < forcing->n_lane; lane++) {
                qh_forcing_scale(forcing, source, species, lane, 2);
            }
        }
    }
}

/* Twice every input, no background: twice every concentration. Limiters are homogeneous, so this is exact in theory. */
static void doubling_loads_doubles_concentrations(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        random_options options = wild(seed);
        options.flags &= ~(unsigned)RANDOM_DECAY;
        case_builder *b = random_network(&options);
        case_constituent(b, 0)->k20 = 3e-5;
        qh_case *c = case_end(b);
        solved *s = solve_case(c, "steady", 1, NULL), *t = solve_case(c, "steady", 1, double_all);
        assert_int_equal(s->status, QH_OK);
        assert_int_equal(t->status, QH_OK);
        for (size_t i = 0; i < c->n_section * s->m; i++) {
            if (!(fabs(2 * s->sample[i] - t->sample[i]) <= 1e-9 * t->highest)) fail_msg("seed %d", (int)seed);
        }
        solved_free(s);
        solved_free(t);
        qh_case_destroy(c);
    }
}

/* Thickness [m] of the thinnest layer that dispersion keeps upstream of a load: D/u. */
static double thinnest_layer(const qh_grid *grid) {
    double least = INFINITY;
    for (size_t i = 0; i < grid->n_cell; i++)
        least = fmin(least, grid->dispersion[i] * grid->area[i] / fabs(qh_grid_discharge_up(grid, i)));
    return least;
}

/* Cells of which the shortest segment has four and the thinnest layer one, 0 when they would be too short (what disperses
 * then exceeds what flows so much that budgets lose digits) or too many. */
static double cells_that_see_all(const hydraulics *water) {
    enum { too_many = 3000 };
    double shortest = INFINITY, all = 0;
    for (size_t s = 0; s < water->network->n_segment; s++) {
        const double length = water->network->segment[s].x1 - water->network->segment[s].x0;
        shortest = fmin(shortest, length);
        all += length;
    }
    const double cell = fmin(fmin(20, shortest / 4), thinnest_layer(water->grid));
    return cell < 0.5 || all / cell > too_many ? 0 : cell;
}

/* Adds the differences at the sections on cells of two lengths, over the largest value; false when the network is passed
 * over. */
static bool compare_with_exact(uint64_t seed, double *difference) {
    random_options options = random_options_of(seed);
    options.least_reaches = 1;
    options.most_reaches = 3;
    options.n_constituent = 1;
    qh_case *c = case_end(random_network(&options));
    c->solver.balance_tolerance = 1e-7; /* short cells cost the finite volumes digits; budgets have a test above */
    solved *exact = solve_case(c, "exact", 1, NULL);
    assert_int_equal(exact->status, QH_OK);
    const double cell = cells_that_see_all(&exact->water);
    for (size_t g = 0; cell > 0 && g < 2; g++) {
        double sum = 0;
        c->solver.cell_length = g == 0 ? cell : cell / 2;
        solved *s = solve_case(c, "steady", 1, NULL);
        assert_int_equal(s->status, QH_OK);
        for (size_t k = 0; k < c->n_section * s->m; k++)
            sum += fabs(s->sample[k] - exact->sample[k]) / exact->highest;
        if (sum > 0.01) fail_msg("seed %d: %g away from the exact solution", (int)seed, sum);
        difference[g] += sum;
        solved_free(s);
    }
    solved_free(exact);
    qh_case_destroy(c);
    return cell > 0;
}

/* Finite volumes against the exact engine on 1,000 networks, with their loops, stations, inflows and storage zones: the sum
 * of the differences at the sections falls with the square of the cells, and none is large. Péclet numbers of 200 m cells
 * lie between 0.1 and 1,000; cells are no longer than the layers D/u, for what reacts in a layer that no cell sees is lost
 * on any cells (tests/convergence shows how much). Networks whose cells would be too many are passed over. */
static void volumes_converge_to_exact(void **state) {
    (void)state;
    double difference[2] = {0};
    size_t count = 0;
    for (uint64_t seed = 1; count < 1000; seed++)
        count += compare_with_exact(seed, difference) ? 1 : 0;
    const double order = log2(difference[0] / difference[1]);
    print_message("finite volumes approach the exact engine with order %.2f on 1,000 networks\n", order);
    assert_true(order >= 1.9);
}

/* Reaches whose Péclet numbers differ by up to sixteen orders of magnitude in one network: finite and never negative. */
static void exact_at_mixed_peclet(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 1000; seed++) {
        random_options options = random_options_of(seed + 5000);
        options.least_peclet = 1e-8;
        options.most_peclet = 1e8;
        options.most_reaches = 6;
        options.cell_length = 2000;
        qh_case *c = case_end(random_network(&options));
        c->solver.balance_tolerance = 1; /* as below */
        solved *s = solve_case(c, "exact", 1, NULL);
        assert_int_equal(s->status, QH_OK);
        if (!(s->lowest >= 0 && s->highest < 1e4)) fail_msg("seed %d: %g to %g", (int)seed, s->lowest, s->highest);
        solved_free(s);
        qh_case_destroy(c);
    }
}

/* No overflow and no nonsense at any Péclet number from 1e-8 to 1e8. */
static void exact_at_any_peclet(void **state) {
    (void)state;
    for (int power = -8; power <= 8; power++) {
        random_options options = random_options_of((uint64_t)(power + 100));
        options.least_peclet = options.most_peclet = pow(10, power);
        qh_case *c = case_end(random_network(&options));
        c->solver.balance_tolerance =
            1; /* at 1e-8 what disperses is 1e8 times what flows: its last digit is not small */
        solved *s = solve_case(c, "exact", 1, NULL);
        assert_int_equal(s->status, QH_OK);
        if (!(s->lowest >= 0 && s->highest < 1e4)) fail_msg("Péclet 1e%d: %g to %g", power, s->lowest, s->highest);
        solved_free(s);
        qh_case_destroy(c);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tracer_of_one_steady),
        cmocka_unit_test(tracer_of_one_unsteady),
        cmocka_unit_test(steady_budget_and_positivity),
        cmocka_unit_test(unsteady_budget_and_positivity),
        cmocka_unit_test(order_of_rows_does_not_matter),
        cmocka_unit_test(doubling_loads_doubles_concentrations),
        cmocka_unit_test(volumes_converge_to_exact),
        cmocka_unit_test(exact_at_mixed_peclet),
        cmocka_unit_test(no_new_extremum),
        cmocka_unit_test(exact_at_any_peclet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
