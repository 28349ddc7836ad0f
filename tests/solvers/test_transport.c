/* The transport operator on random networks: its Jacobian against differences, constants, mass. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "solvers/transport.h"
#include "tests/support/hydraulics.h"
#include "tests/support/random_network.h"

typedef struct bench {
    qh_case *c;
    hydraulics water;
    qh_forcing *forcing;
    qh_problem problem;
    qh_transport *transport;
    size_t n, m;
} bench;

static bench bench_of(case_builder *b, size_t n_lane) {
    bench t = {.c = case_end(b)};
    t.water = hydraulics_of(t.c);
    assert_int_equal(qh_forcing_create(t.c, n_lane, &t.forcing), QH_OK);
    t.problem = (qh_problem){.river_case = t.c,
                             .network = t.water.network,
                             .flow = t.water.flow,
                             .grid = t.water.grid,
                             .forcing = t.forcing};
    return t;
}

static void open_transport(bench *t) {
    assert_int_equal(qh_transport_create(&t->problem, t->water.diag, &t->transport), QH_OK);
    t->n = qh_transport_unknowns(t->transport);
    t->m = qh_transport_components(t->transport);
}

static void bench_free(bench *t) {
    qh_transport_destroy(t->transport);
    qh_forcing_destroy(t->forcing);
    hydraulics_free(&t->water);
    qh_case_destroy(t->c);
}

/* A smooth state with rises and falls, and steps at random cells. */
static void fill_state(const bench *t, random_source *r, double *y) {
    double level = 5;
    for (size_t i = 0; i < t->n; i++) {
        level *= 1 + 0.2 * (random_unit(r) - 0.5);
        if (random_unit(r) < 0.02) level = random_between(r, 0.1, 30);
        for (size_t j = 0; j < t->m; j++)
            y[i * t->m + j] = level * (1 + 0.3 * (double)j);
    }
}

/* What round-off may leave of a rate [g/m3/s] where all concentrations are at most `level`. */
static double round_off(const bench *t, size_t unknown, double level) {
    const qh_grid *grid = t->water.grid;
    if (unknown >= grid->n_cell) return 1e-13 * level; /* a storage zone; its exchange is far slower than 1 s */
    const double exchange = qh_grid_conductance_up(grid, unknown) + qh_grid_conductance_down(grid, unknown) +
                            fabs(qh_grid_discharge_down(grid, unknown));
    return 1e-14 * level * exchange / (grid->area[unknown] * qh_grid_length(grid, unknown)) + 1e-15 * level;
}

static void jacobian_is_the_derivative(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        random_options options = random_options_of(seed);
        options.most_reaches = 12;
        options.cell_length = 800;
        bench t = bench_of(random_network(&options), 1);
        open_transport(&t);
        const qh_pattern *pattern = qh_transport_pattern(t.transport);
        const size_t nnz = (size_t)pattern->first[pattern->n], size = t.n * t.m;
        double *y = malloc(size * sizeof *y), *up = malloc(size * sizeof *up), *down = malloc(size * sizeof *down);
        double *value = malloc(nnz * sizeof *value), *column = malloc(t.n * sizeof *column);
        assert_true(y && up && down && value && column);
        random_source r = {seed * 77};
        fill_state(&t, &r, y);
        const size_t component = seed % t.m;
        qh_transport_jacobian(t.transport, y, component, value);
        double scale = 0;
        for (size_t k = 0; k < nnz; k++)
            scale = fmax(scale, fabs(value[k]));
        size_t checked = 0, wrong = 0;
        for (int c = 0; c < pattern->n; c++) {
            const size_t at = (size_t)c * t.m + component;
            const double kept = y[at], h = 1e-6 * kept;
            y[at] = kept + h;
            qh_transport_rate(t.transport, y, up);
            y[at] = kept - h;
            qh_transport_rate(t.transport, y, down);
            y[at] = kept;
            for (size_t i = 0; i < t.n; i++)
                column[i] = 0;
            for (int k = pattern->first[c]; k < pattern->first[c + 1]; k++)
                column[pattern->row[k]] = value[k];
            for (size_t i = 0; i < t.n; i++) {
                const double difference = (up[i * t.m + component] - down[i * t.m + component]) / (2 * h);
                checked++;
                if (fabs(difference - column[i]) > 1e-5 * scale) wrong++;
                for (size_t j = 0; j < t.m; j++) { /* components do not see one another */
                    if (j != component) assert_true(up[i * t.m + j] == down[i * t.m + j]);
                }
            }
        }
        /* a difference across a limiter's kink is no derivative; such places are few */
        if (wrong > checked / 2000) {
            fail_msg("seed %d: %zu of %zu entries differ from differences", (int)seed, wrong, checked);
        }
        free(y);
        free(up);
        free(down);
        free(value);
        free(column);
        bench_free(&t);
    }
}

static void constant_stays_constant(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        random_options options = random_options_of(seed);
        options.least_peclet = 1e-3;
        options.most_peclet = 1e6;
        case_builder *b = random_network(&options);
        make_uniform(b, 1);
        bench t = bench_of(b, 1);
        open_transport(&t);
        double *y = malloc(t.n * t.m * sizeof *y), *rate = malloc(t.n * t.m * sizeof *rate);
        assert_true(y && rate);
        for (size_t k = 0; k < t.n * t.m; k++)
            y[k] = 1;
        qh_transport_rate(t.transport, y, rate);
        for (size_t i = 0; i < t.water.grid->n_cell; i++) {
            const double volume = t.water.grid->area[i] * qh_grid_length(t.water.grid, i);
            const double exchange = qh_grid_conductance_up(t.water.grid, i) +
                                    qh_grid_conductance_down(t.water.grid, i) +
                                    fabs(qh_grid_discharge_down(t.water.grid, i));
            if (fabs(rate[i * t.m]) * volume > 1e-13 * exchange) {
                fail_msg("seed %d cell %zu: rate %g of %g", (int)seed, i, rate[i * t.m] * volume, exchange);
            }
        }
        free(y);
        free(rate);
        bench_free(&t);
    }
}

/* The budget's terms add up to the change of mass that the rates mean, for any state. */
static void budget_is_the_change_of_mass(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        random_options options = random_options_of(seed);
        bench t = bench_of(random_network(&options), 1);
        open_transport(&t);
        const size_t rows = t.c->n_reach + 1;
        double *y = malloc(t.n * t.m * sizeof *y), *rate = malloc(t.n * t.m * sizeof *rate);
        double *mass = malloc(rows * t.m * sizeof *mass);
        qh_budget *budget = NULL;
        assert_int_equal(qh_budget_create(t.c->n_reach, t.m, 1, false, &budget), QH_OK);
        assert_true(y && rate && mass);
        random_source r = {seed};
        fill_state(&t, &r, y);
        qh_transport_rate(t.transport, y, rate);
        qh_transport_mass(t.transport, rate, mass); /* of rates: the change of mass */
        qh_transport_budget(t.transport, y, budget->term);
        for (size_t row = 0; row < rows; row++) {
            for (size_t j = 0; j < t.m; j++) {
                budget->term[qh_budget_index(budget, row, j, QH_BUDGET_STORED, 0)] = mass[row * t.m + j];
            }
        }
        qh_budget_close(budget);
        const double worst = qh_budget_worst(budget);
        if (!(worst < 1e-11)) fail_msg("seed %d: residual %g", (int)seed, worst);
        qh_budget_destroy(budget);
        free(y);
        free(rate);
        free(mass);
        bench_free(&t);
    }
}

/* The rate of a cell is never below zero where its concentration is zero and all others are not: nothing can turn
 * negative in continuous time, at any Péclet number. */
static void empty_cells_do_not_lose(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        random_options options = random_options_of(seed);
        options.least_peclet = 1e-6;
        options.most_peclet = 1e8;
        bench t = bench_of(random_network(&options), 1);
        open_transport(&t);
        double *y = malloc(t.n * t.m * sizeof *y), *rate = malloc(t.n * t.m * sizeof *rate);
        assert_true(y && rate);
        random_source r = {seed * 3};
        for (size_t k = 0; k < t.n * t.m; k++)
            y[k] = random_unit(&r) < 0.5 ? 0 : random_between(&r, 0, 50);
        qh_transport_rate(t.transport, y, rate);
        for (size_t k = 0; k < t.n * t.m; k++) {
            if (y[k] == 0 && rate[k] < -round_off(&t, k / t.m, 50))
                fail_msg("seed %d: unknown %zu loses %g", (int)seed, k / t.m, rate[k]);
        }
        free(y);
        free(rate);
        bench_free(&t);
    }
}

/* No extremum grows: at a cell that is the highest of all, without sources or reactions, the rate is not positive. */
static void extrema_do_not_grow(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        random_options options = random_options_of(seed);
        options.least_peclet = 1e-6;
        options.most_peclet = 1e8;
        case_builder *b = random_network(&options);
        make_uniform(b, 10);
        bench t = bench_of(b, 1);
        open_transport(&t);
        double *y = malloc(t.n * t.m * sizeof *y), *rate = malloc(t.n * t.m * sizeof *rate);
        double *point = malloc(t.water.network->n_point * t.m * sizeof *point);
        assert_true(y && rate && point);
        random_source r = {seed * 5};
        const double low = 2, high = 20;
        for (size_t k = 0; k < t.n * t.m; k++) {
            const double draw = random_unit(&r);
            y[k] = draw < 0.3 ? low : draw < 0.6 ? high : random_between(&r, low, high);
        }
        qh_transport_rate(t.transport, y, rate);
        qh_transport_points(t.transport, y, point);
        for (size_t i = 0; i < t.n; i++) {
            const double tiny = round_off(&t, i, high);
            if (y[i * t.m] == high) assert_true(rate[i * t.m] <= tiny);
            if (y[i * t.m] == low) assert_true(rate[i * t.m] >= -tiny);
        }
        for (size_t p = 0; p < t.water.network->n_point; p++) {
            if (!(point[p * t.m] >= low - 1e-9 && point[p * t.m] <= high + 1e-9)) {
                fail_msg("seed %d: point %zu at %g", (int)seed, p, point[p * t.m]);
            }
        }
        free(y);
        free(rate);
        free(point);
        bench_free(&t);
    }
}

/* Making a state positive moves mass, makes none, and leaves states without negatives alone. */
static void making_positive_keeps_mass(void **state) {
    (void)state;
    size_t impossible = 0;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        random_options options = random_options_of(seed);
        bench t = bench_of(random_network(&options), 1);
        open_transport(&t);
        const size_t rows = t.c->n_reach + 1, size = t.n * t.m;
        double *y = malloc(size * sizeof *y), *change = calloc(size, sizeof *change);
        double *before = malloc(rows * t.m * sizeof *before), *after = malloc(rows * t.m * sizeof *after);
        assert_true(y && change && before && after);
        random_source r = {seed};
        for (size_t k = 0; k < size; k++)
            y[k] = random_unit(&r);
        assert_true(qh_transport_make_positive(t.transport, y, false, change));
        for (size_t k = 0; k < size; k++)
            assert_true(change[k] == 0);
        for (size_t k = 0; k < size; k++) {
            if (random_unit(&r) < 0.1) y[k] = -0.01 * random_unit(&r);
        }
        qh_transport_mass(t.transport, y, before);
        bool possible = true;
        for (size_t k = 0; k < (rows - 1) * t.m; k++)
            possible = possible && before[k] >= 0;
        assert_int_equal(qh_transport_make_positive(t.transport, y, false, change), possible);
        impossible += !possible;
        for (size_t k = 0; k < size && possible; k++) {
            y[k] += change[k];
            assert_true(y[k] >= 0);
        }
        qh_transport_mass(t.transport, y, after);
        for (size_t k = 0; k < rows * t.m && possible; k++)
            assert_true(fabs(after[k] - before[k]) <= 1e-11 * fabs(before[k]));
        for (size_t k = 0; k < size; k++)
            y[k] = -1;
        assert_false(qh_transport_make_positive(t.transport, y, false, change));
        free(y);
        free(change);
        free(before);
        free(after);
        bench_free(&t);
    }
    assert_true(impossible < 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jacobian_is_the_derivative),   cmocka_unit_test(constant_stays_constant),
        cmocka_unit_test(budget_is_the_change_of_mass), cmocka_unit_test(empty_cells_do_not_lose),
        cmocka_unit_test(extrema_do_not_grow),          cmocka_unit_test(making_positive_keeps_mass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
