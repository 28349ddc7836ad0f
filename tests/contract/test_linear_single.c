/* Jacobians and factors in single precision against those in double: entries, solutions of time steps however stiff, and
 * what an iteration that improves on itself makes of them. On random networks with limiters at work. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "solvers/linear.h"
#include "solvers/transport.h"
#include "tests/support/hydraulics.h"
#include "tests/support/random_network.h"

typedef struct systems {
    qh_case *river_case;
    hydraulics water;
    qh_forcing *forcing;
    qh_problem problem;
    qh_transport *transport;
    const qh_pattern *pattern;
    size_t n, nnz, count, block; /* unknowns of a system, its entries, systems */
    double *y;                   /* [n][count] */
    double *value;               /* [nnz][count], 1/s */
    float *single;               /* [nnz][count], 1/s, sums of rows on the diagonal */
    double *sum, *size;          /* [n][count], 1/s, of the entries of a row and of their sizes */
    double fastest;              /* 1/s */
    qh_linear *in_double, *in_single;
} systems;

static void *some(size_t count, size_t size) {
    void *memory = calloc(count + 1, size);
    assert_non_null(memory);
    return memory;
}

static void draw_state(systems *s, random_source *r, bool smooth) {
    for (size_t j = 0; j < s->count; j++) {
        double level = 15;
        for (size_t i = 0; i < s->n; i++) {
            if (!smooth && random_unit(r) < 0.05) level = random_between(r, 0.1, 30);
            if (!smooth) level *= 1 + random_between(r, -0.2, 0.2);
            s->y[i * s->count + j] = level;
        }
    }
}

static void find_jacobians(systems *s) {
    double *workspace = some(s->n, sizeof *workspace);
    qh_transport_jacobians(s->transport, s->y, NULL, s->value);
    qh_transport_jacobians_single(s->transport, s->y, workspace, s->single);
    free(workspace);
    memset(s->sum, 0, s->n * s->count * sizeof *s->sum);
    memset(s->size, 0, s->n * s->count * sizeof *s->size);
    s->fastest = 0;
    for (size_t k = 0; k < s->nnz; k++) {
        for (size_t j = 0; j < s->count; j++) {
            const size_t row = (size_t)s->pattern->row[k] * s->count + j;
            s->sum[row] += s->value[k * s->count + j];
            s->size[row] += fabs(s->value[k * s->count + j]);
            s->fastest = fmax(s->fastest, fabs(s->value[k * s->count + j]));
        }
    }
}

/* Every third network has a chain of constituents: a system a lane. */
static systems open_systems(uint64_t seed) {
    random_options options = random_options_of(seed);
    options.most_reaches = 8;
    options.cell_length = 500;
    options.least_peclet = 1e-4;
    options.most_peclet = 1e6;
    case_builder *b = random_network(&options);
    if (seed % 3 == 0) {
        qh_constituent *first = case_constituent(b, 0);
        first->has_product = true;
        first->product = 1;
        first->yield = 0.6;
    }
    systems s = {.river_case = case_end(b)};
    s.water = hydraulics_of(s.river_case);
    assert_int_equal(qh_forcing_create(s.river_case, 1 + seed % 3, &s.forcing), QH_OK);
    return s;
}

/* The problem points into what stays where it is from here on. */
static void fill_systems(systems *s) {
    s->problem = (qh_problem){.river_case = s->river_case,
                              .network = s->water.network,
                              .flow = s->water.flow,
                              .grid = s->water.grid,
                              .forcing = s->forcing};
    assert_int_equal(qh_transport_create(&s->problem, s->water.diag, &s->transport), QH_OK);
    const qh_transport_systems of = qh_transport_systems_of(s->transport);
    s->pattern = of.pattern;
    s->n = (size_t)of.pattern->n;
    s->nnz = (size_t)of.pattern->first[s->n];
    s->count = of.count;
    s->block = of.block;
    s->y = some(s->n * s->count, sizeof(double));
    s->value = some(s->nnz * s->count, sizeof(double));
    s->single = some(s->nnz * s->count, sizeof(float));
    s->sum = some(s->n * s->count, sizeof(double));
    s->size = some(s->n * s->count, sizeof(double));
    assert_int_equal(qh_linear_create_blocks(s->pattern, s->block, s->count, &s->in_double), QH_OK);
    assert_int_equal(qh_linear_create_single(s->pattern, s->block, s->count, &s->in_single), QH_OK);
}

static void close_systems(systems *s) {
    free(s->y);
    free(s->value);
    free(s->single);
    free(s->sum);
    free(s->size);
    qh_linear_destroy(s->in_double);
    qh_linear_destroy(s->in_single);
    qh_transport_destroy(s->transport);
    qh_forcing_destroy(s->forcing);
    hydraulics_free(&s->water);
    qh_case_destroy(s->river_case);
}

static void entries_are_those_of_double(void **state) {
    (void)state;
    size_t cancelled = 0, coupled = 0;
    for (uint64_t seed = 1; seed <= 24; seed++) {
        systems s = open_systems(seed);
        fill_systems(&s);
        random_source r = {seed * 31};
        draw_state(&s, &r, false);
        find_jacobians(&s);
        for (int c = 0; c < s.pattern->n; c++) {
            for (int k = s.pattern->first[c]; k < s.pattern->first[c + 1]; k++) {
                for (size_t j = 0; j < s.count; j++) {
                    const size_t row = (size_t)s.pattern->row[k] * s.count + j, at = (size_t)k * s.count + j;
                    const bool own = s.pattern->row[k] == c;
                    const double wanted = own ? s.sum[row] : s.value[at];
                    /* terms of a row cancel to the round-off of double on the diagonal, elsewhere of single */
                    const double most = 1e-6 * fabs(wanted) + (own ? 1e-13 : 1e-6) * s.size[row];
                    assert_true(fabs((double)s.single[at] - wanted) <= most);
                    cancelled += own && fabs(wanted) < 1e-4 * s.size[row];
                }
            }
        }
        coupled += s.block > 1;
        close_systems(&s);
    }
    assert_true(cancelled > 1000 && coupled >= 6);
}

/* b = (I - gamma A) 1 is small where what flows in flows out: 1 comes back however long the step, for sums of rows are not
 * disturbed. In rows of which each entry is rounded by itself nothing is left of it at 1e9 times the fastest cell's time. */
static void constants_come_back(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 24; seed++) {
        systems s = open_systems(seed);
        fill_systems(&s);
        random_source r = {seed};
        draw_state(&s, &r, true);
        find_jacobians(&s);
        double *x = some(s.n * s.count, sizeof *x);
        for (double far = 1e-2; far < 1e10; far *= 1e3) {
            const double gamma = far / s.fastest;
            for (size_t k = 0; k < s.n * s.count; k++)
                x[k] = 1 - gamma * s.sum[k];
            assert_int_equal(qh_linear_factor_single(s.in_single, 1, -gamma, s.single), QH_OK);
            assert_int_equal(qh_linear_solve(s.in_single, x), QH_OK);
            for (size_t k = 0; k < s.n * s.count; k++) {
                if (!(fabs(x[k] - 1) <= 1e-3)) fail_msg("seed %d, step %g: %g", (int)seed, far, x[k] - 1);
            }
        }
        free(x);
        close_systems(&s);
    }
}

/* left = b - (I - gamma A) x */
static void find_left(const systems *s, double gamma, const double *b, const double *x, double *left) {
    for (size_t k = 0; k < s->n * s->count; k++)
        left[k] = b[k] - x[k];
    for (int c = 0; c < s->pattern->n; c++) {
        for (int k = s->pattern->first[c]; k < s->pattern->first[c + 1]; k++) {
            for (size_t j = 0; j < s->count; j++)
                left[(size_t)s->pattern->row[k] * s->count + j] +=
                    gamma * s->value[(size_t)k * s->count + j] * x[(size_t)c * s->count + j];
        }
    }
}

static double largest(size_t n, const double *x, const double *y) {
    double most = 0;
    for (size_t k = 0; k < n; k++)
        most = fmax(most, fabs(x[k] - (y ? y[k] : 0)));
    return most;
}

/* Steps to 3e4 times the fastest cell's time, limiters on. */
static void iterations_reach_double(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        systems s = open_systems(seed);
        fill_systems(&s);
        random_source r = {seed * 7};
        draw_state(&s, &r, false);
        find_jacobians(&s);
        const size_t size = s.n * s.count;
        double *b = some(size, sizeof *b), *x = some(size, sizeof *x), *left = some(size, sizeof *left),
               *wanted = some(size, sizeof *wanted);
        const double gamma = random_logarithmic(&r, 1, 3e4) / s.fastest;
        for (size_t k = 0; k < size; k++)
            wanted[k] = b[k] = random_between(&r, -1, 1);
        assert_int_equal(qh_linear_factor(s.in_double, 1, -gamma, s.value), QH_OK);
        assert_int_equal(qh_linear_solve(s.in_double, wanted), QH_OK);
        assert_int_equal(qh_linear_factor_single(s.in_single, 1, -gamma, s.single), QH_OK);
        const double height = largest(size, wanted, NULL);
        for (size_t k = 0; k < 4; k++) {
            find_left(&s, gamma, b, x, left);
            assert_int_equal(qh_linear_solve(s.in_single, left), QH_OK);
            for (size_t i = 0; i < size; i++)
                x[i] += left[i];
            const double off = largest(size, x, wanted) / height;
            if (!(off <= (k == 0 ? 1e-2 : k == 3 ? 1e-8 : 1))) fail_msg("seed %d, %zu: %g off", (int)seed, k, off);
            if (k == 0) assert_true(off > 1e-14); /* in double there would be nothing to improve */
        }
        free(b);
        free(x);
        free(left);
        free(wanted);
        close_systems(&s);
    }
}

/* Nothing on the diagonal: pivots must be sought. */
static void klu_takes_over(void **state) {
    (void)state;
    qh_arena *arena = qh_arena_create();
    qh_pattern *pattern = NULL;
    const int row[] = {0, 1}, column[] = {1, 0};
    assert_int_equal(qh_pattern_create(arena, 2, 2, row, column, NULL, &pattern), QH_OK);
    qh_linear *linear = NULL;
    assert_int_equal(qh_linear_create_single(pattern, 1, 1, &linear), QH_OK);
    const float value[] = {4, 2, 4, 2}; /* of [0 4; 2 0], sums 4 and 2 on the diagonal: columns (4, 2), (4, 2) */
    double x[] = {12, 10};
    assert_int_equal(qh_linear_factor_single(linear, 0, 1, value), QH_OK);
    assert_int_equal(qh_linear_pivoted(linear), 1);
    assert_int_equal(qh_linear_solve(linear, x), QH_OK);
    assert_true(fabs(x[0] - 5) < 1e-12 && fabs(x[1] - 3) < 1e-12);
    qh_linear_destroy(linear);
    qh_arena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_those_of_double),
        cmocka_unit_test(constants_come_back),
        cmocka_unit_test(iterations_reach_double),
        cmocka_unit_test(klu_takes_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
