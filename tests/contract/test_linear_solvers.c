/* The contract of the linear solvers: elimination in river order, KLU and dense elimination give the same solutions of
 * the same systems, which the transport operator makes on random networks; costs are linear; what cannot be solved is
 * reported. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "solvers/linear.h"
#include "solvers/transport.h"
#include "solvers/tree.h"
#include "tests/support/hydraulics.h"
#include "tests/support/random_network.h"

/* ---- systems from the transport operator ---- */

typedef struct systems {
    qh_case *river_case;
    hydraulics water;
    qh_forcing *forcing;
    qh_problem problem;
    qh_transport *transport;
    const qh_pattern *pattern;
    size_t n, nnz, m;
    double *value;   /* [nnz][m], Jacobians, 1/s */
    double *one;     /* [nnz], of one component */
    double *b, *x;   /* [n][m] */
    double fastest;  /* 1/s, largest diagonal entry of the Jacobians */
    double backward; /* -, allowed componentwise backward error; row pivots on wild blocks keep no such bound */
} systems;

static void *some(size_t count, size_t size) {
    void *memory = calloc(count + 1, size);
    assert_non_null(memory);
    return memory;
}

/* Jacobians of each component at a random state: a wandering one, where most limiters are on, with steps here and
 * there; with `frozen` the limiters as constants: M-matrices. */
static void draw_jacobians(systems *s, random_source *r, bool frozen) {
    double *y = some(s->n * s->m, sizeof *y);
    for (size_t j = 0; j < s->m; j++) {
        double level = 15, slope = 0;
        for (size_t i = 0; i < s->n; i++) {
            if (random_unit(r) < 0.05) level = random_between(r, 0, 30);
            if (random_unit(r) < 0.1) slope = random_between(r, -0.3, 0.3);
            level *= 1 + slope * random_unit(r);
            y[i * s->m + j] = level;
        }
    }
    s->fastest = 0;
    for (size_t j = 0; j < s->m; j++) {
        if (frozen) {
            qh_transport_frozen_jacobian(s->transport, y, j, s->one);
        } else {
            qh_transport_jacobian(s->transport, y, j, s->one);
        }
        for (size_t k = 0; k < s->nnz; k++)
            s->value[k * s->m + j] = s->one[k];
        for (size_t i = 0; i < s->n; i++)
            s->fastest = fmax(s->fastest, fabs(s->one[s->pattern->diagonal[i]]));
    }
    for (size_t k = 0; k < s->n * s->m; k++)
        s->b[k] = random_between(r, -1, 1);
    free(y);
}

static systems systems_of(case_builder *builder, size_t n_lane) {
    systems s = {.river_case = case_end(builder), .backward = 2e-13};
    s.water = hydraulics_of(s.river_case);
    assert_int_equal(qh_forcing_create(s.river_case, n_lane, &s.forcing), QH_OK);
    return s;
}

static void open_systems(systems *s) {
    s->problem = (qh_problem){.river_case = s->river_case,
                              .network = s->water.network,
                              .flow = s->water.flow,
                              .grid = s->water.grid,
                              .forcing = s->forcing};
    assert_int_equal(qh_transport_create(&s->problem, s->water.diag, &s->transport), QH_OK);
    qh_transport_set_time(s->transport, 0);
    s->pattern = qh_transport_pattern(s->transport);
    s->n = qh_transport_unknowns(s->transport);
    s->m = qh_transport_components(s->transport);
    s->nnz = (size_t)s->pattern->first[s->n];
    s->value = some(s->nnz * s->m, sizeof(double));
    s->one = some(s->nnz, sizeof(double));
    s->b = some(s->n * s->m, sizeof(double));
    s->x = some(s->n * s->m, sizeof(double));
}

static void close_systems(systems *s) {
    free(s->value);
    free(s->one);
    free(s->b);
    free(s->x);
    qh_transport_destroy(s->transport);
    qh_forcing_destroy(s->forcing);
    hydraulics_free(&s->water);
    qh_case_destroy(s->river_case);
}

/* ---- references ---- */

/* Entries of shift I + scale A of component j, in the pattern. */
static void matrix_of(const systems *s, size_t j, double shift, double scale, double *entries) {
    for (size_t k = 0; k < s->nnz; k++)
        entries[k] = scale * s->value[k * s->m + j];
    for (size_t i = 0; i < s->n; i++)
        entries[s->pattern->diagonal[i]] += shift;
}

/* Dense elimination with row pivots in extended precision; false when singular. x [n]: right-hand side, then solution. */
static bool solve_dense(const systems *s, const double *entries, double *x) {
    const size_t n = s->n;
    long double *a = some(n * n, sizeof *a), *b = some(n, sizeof *b);
    for (size_t c = 0; c < n; c++) {
        b[c] = x[c];
        for (int k = s->pattern->first[c]; k < s->pattern->first[c + 1]; k++)
            a[(size_t)s->pattern->row[k] * n + c] = entries[k];
    }
    bool regular = true;
    for (size_t p = 0; p < n && regular; p++) {
        size_t best = p;
        for (size_t i = p + 1; i < n; i++) {
            if (fabsl(a[i * n + p]) > fabsl(a[best * n + p])) best = i;
        }
        regular = a[best * n + p] != 0;
        for (size_t c = p; c < n && best != p; c++) {
            const long double kept = a[p * n + c];
            a[p * n + c] = a[best * n + c];
            a[best * n + c] = kept;
        }
        const long double kept = b[p];
        b[p] = b[best];
        b[best] = kept;
        for (size_t i = p + 1; i < n && regular; i++) {
            const long double l = a[i * n + p] / a[p * n + p];
            if (l == 0) continue;
            for (size_t c = p + 1; c < n; c++)
                a[i * n + c] -= l * a[p * n + c];
            b[i] -= l * b[p];
        }
    }
    for (size_t p = n; p-- > 0 && regular;) {
        for (size_t c = p + 1; c < n; c++)
            b[p] -= a[p * n + c] * b[c];
        b[p] /= a[p * n + p];
        x[p] = (double)b[p];
    }
    free(a);
    free(b);
    return regular;
}

/* Largest |b - A x| of a row over |A| |x| + |b|: the backward error (Oettli & Prager). */
static double backward_error(const systems *s, size_t j, const double *entries, const double *x, size_t stride) {
    double *rest = some(s->n, sizeof *rest), *size = some(s->n, sizeof *size), worst = 0;
    for (size_t i = 0; i < s->n; i++) {
        rest[i] = s->b[i * s->m + j];
        size[i] = fabs(rest[i]);
    }
    for (size_t c = 0; c < s->n; c++) {
        for (int k = s->pattern->first[c]; k < s->pattern->first[c + 1]; k++) {
            rest[s->pattern->row[k]] -= entries[k] * x[c * stride];
            size[s->pattern->row[k]] += fabs(entries[k] * x[c * stride]);
        }
    }
    for (size_t i = 0; i < s->n; i++)
        worst = fmax(worst, size[i] > 0 ? fabs(rest[i]) / size[i] : isnan(rest[i]) ? INFINITY : 0);
    free(rest);
    free(size);
    return worst;
}

/* Largest difference over the largest value. */
static double difference(size_t n, const double *x, size_t stride, const double *reference) {
    double largest = 0, worst = 0;
    for (size_t i = 0; i < n; i++) {
        largest = fmax(largest, fabs(reference[i]));
        const double d = fabs(x[i * stride] - reference[i]);
        worst = isnan(d) ? INFINITY : fmax(worst, d);
    }
    return largest > 0 ? worst / largest : worst;
}

/* ---- agreement ---- */

typedef struct tally {
    size_t sound, unsound, ill;
} tally;

/* How far the solution moves when the diagonal is off by round-off: what no solver can know better. */
static double sensitivity(const systems *s, const double *entries, size_t j, const double *exact) {
    double *moved = some(s->nnz, sizeof *moved), *x = some(s->n, sizeof *x);
    memcpy(moved, entries, s->nnz * sizeof *moved);
    for (size_t i = 0; i < s->n; i++)
        moved[s->pattern->diagonal[i]] *= 1 + 2e-16;
    for (size_t i = 0; i < s->n; i++)
        x[i] = s->b[i * s->m + j];
    const double result = solve_dense(s, moved, x) ? difference(s->n, x, 1, exact) : INFINITY;
    free(moved);
    free(x);
    return result;
}

/* Tree, KLU, both behind qh_linear, and dense, on shift I + scale A of every component. */
static void compare(systems *s, qh_tree *tree, qh_linear *linear, qh_factors *klu, double shift, double scale,
                    uint64_t seed, tally *count) {
    bool *sound = some(s->m, sizeof *sound);
    double *entries = some(s->nnz, sizeof *entries), *exact = some(s->n, sizeof *exact),
           *by_klu = some(s->n, sizeof *by_klu);
    double *both = some(s->n * s->m, sizeof *both);
    qh_tree_factor(tree, shift, scale, s->value, sound);
    assert_int_equal(qh_linear_factor(linear, shift, scale, s->value), QH_OK);
    memcpy(s->x, s->b, s->n * s->m * sizeof(double));
    memcpy(both, s->b, s->n * s->m * sizeof(double));
    qh_tree_solve(tree, s->x);
    assert_int_equal(qh_linear_solve(linear, both), QH_OK);
    size_t pivoted = 0;
    for (size_t j = 0; j < s->m; j++) {
        matrix_of(s, j, shift, scale, entries);
        for (size_t i = 0; i < s->n; i++)
            exact[i] = by_klu[i] = s->b[i * s->m + j];
        assert_true(solve_dense(s, entries, exact));
        assert_int_equal(qh_factors_compute(klu, j, entries), QH_OK);
        assert_int_equal(qh_factors_solve(klu, j, by_klu), QH_OK);
        const double allowed = fmax(1e-10, 30 * sensitivity(s, entries, j, exact));
        const double error = difference(s->n, both + j, s->m, exact), of_klu = difference(s->n, by_klu, 1, exact);
        const double backward = backward_error(s, j, entries, both + j, s->m);
        if (!(error <= allowed) || !(of_klu <= allowed) || !(backward <= s->backward)) {
            fail_msg("seed %d, component %d, shift %g, scale %g: %g off, KLU %g, allowed %g; backward %g", (int)seed,
                     (int)j, shift, scale, error, of_klu, allowed, backward);
        }
        if (allowed > 1e-10) count->ill++;
        if (sound[j]) {
            assert_true(difference(s->n, s->x + j, s->m, exact) <= allowed);
            count->sound++;
        } else {
            pivoted++;
            count->unsound++;
        }
    }
    assert_int_equal(qh_linear_pivoted(linear), pivoted);
    free(sound);
    free(entries);
    free(exact);
    free(by_klu);
    free(both);
}

/* Random networks with everything on them, Péclet numbers 1e-4 to 1e6: steady systems and time steps from a small part
 * of the fastest cell's time to a million times it. The M-matrices of Picard's steps always keep to the diagonal. */
static void solvers_agree(void **state) {
    (void)state;
    tally rough = {0}, smooth = {0};
    for (uint64_t seed = 1; seed <= 60; seed++) {
        random_options options = random_options_of(seed);
        options.most_reaches = 8;
        options.cell_length = 1500;
        options.least_peclet = 1e-4;
        options.most_peclet = 1e6;
        systems s = systems_of(random_network(&options), 1 + seed % 5);
        open_systems(&s);
        qh_tree *tree = NULL;
        qh_linear *linear = NULL;
        qh_factors *klu = NULL;
        assert_int_equal(qh_tree_create(s.pattern, s.m, 4, &tree), QH_OK);
        assert_int_equal(qh_linear_create(s.pattern, s.m, &linear), QH_OK);
        assert_int_equal(qh_factors_create(s.pattern, s.m, &klu), QH_OK);
        random_source r = {seed};
        const size_t most = s.n > 250 ? 1 : 4; /* dense elimination is slow */
        for (size_t round = 0; round < most; round++) {
            const bool frozen = round % 2 == 1;
            draw_jacobians(&s, &r, frozen);
            const double gamma = random_logarithmic(&r, 1e-2, 1e6) / s.fastest;
            compare(&s, tree, linear, klu, 1, -gamma, seed, frozen ? &smooth : &rough);
            compare(&s, tree, linear, klu, 0, 1, seed, frozen ? &smooth : &rough);
        }
        qh_tree_destroy(tree);
        qh_linear_destroy(linear);
        qh_factors_destroy(klu);
        close_systems(&s);
    }
    print_message("random states: %zu sound, %zu not; limiters constant: %zu sound, %zu not\n", rough.sound,
                  rough.unsound, smooth.sound, smooth.unsound);
    print_message("of them ill-conditioned: %zu and %zu\n", rough.ill, smooth.ill);
    assert_true(rough.unsound * 20 < rough.sound);
    assert_true((rough.ill + smooth.ill) * 10 < rough.sound + smooth.sound);
    assert_int_equal(smooth.unsound, 0);
}

/* Long reaches, of which elimination looks at the ends only: solutions hold all the same, in loops too, with one component
 * and several; and the solver holds little beside the factors. */
static void long_reaches_agree(void **state) {
    (void)state;
    size_t sound = 0, unsound = 0;
    for (uint64_t seed = 1; seed <= 24; seed++) {
        random_options options = random_options_of(seed);
        options.most_reaches = 12;
        options.cell_length = seed % 2 ? 40 : 150;
        options.least_peclet = 1e-2;
        options.most_peclet = 1e4;
        systems s = systems_of(random_network(&options), 1 + seed % 3);
        open_systems(&s);
        qh_tree *tree = NULL;
        assert_int_equal(qh_tree_create(s.pattern, s.m, 4, &tree), QH_OK);
        bool *good = some(s.m, sizeof *good);
        double *entries = some(s.nnz, sizeof *entries);
        random_source r = {seed};
        for (int frozen = 0; frozen < 2; frozen++) {
            draw_jacobians(&s, &r, frozen);
            const double gamma = random_logarithmic(&r, 1e-2, 1e4) / s.fastest;
            qh_tree_factor(tree, 1, -gamma, s.value, good);
            memcpy(s.x, s.b, s.n * s.m * sizeof(double));
            qh_tree_solve(tree, s.x);
            for (size_t j = 0; j < s.m; j++) {
                sound += good[j];
                unsound += !good[j];
                matrix_of(&s, j, 1, -gamma, entries);
                if (good[j]) assert_true(backward_error(&s, j, entries, s.x + j, s.m) < 1e-12);
                assert_true(good[j] || !frozen);
            }
        }
        free(good);
        free(entries);
        qh_tree_destroy(tree);
        close_systems(&s);
    }
    print_message("%zu sound, %zu not\n", sound, unsound);
    assert_true(unsound * 20 < sound);
    case_builder *b = case_begin(1);
    case_reach(b, "R", "A", "Z", 200000, 40, 20);
    case_headwater(b, "A", 20, 10);
    systems s = systems_of(b, 1);
    open_systems(&s);
    qh_tree *tree = NULL;
    assert_int_equal(qh_tree_create(s.pattern, 1, 4, &tree), QH_OK);
    const qh_tree_cost cost = qh_tree_get_cost(tree);
    assert_true(cost.bytes < cost.entries * sizeof(double) + 4000);
    qh_tree_destroy(tree);
    close_systems(&s);
}

/* ---- cells of several unknowns ---- */

/* Couples the constituents of each cell at random: some pairs, one way or both ways, stronger than exchange in some
 * cells. Rows: unknown i of species k is i * n + k. The transport's own values stand between cells. */
static void draw_blocks(systems *s, size_t n, size_t n_lane, random_source *r, qh_arena *arena, qh_pattern **pattern,
                        double **value) {
    const size_t n_entry = s->nnz * n + s->n * n * n;
    int *row = some(n_entry, sizeof *row), *column = some(n_entry, sizeof *column), *slot = some(n_entry, sizeof *slot);
    bool coupled[16];
    for (size_t k = 0; k < n * n; k++)
        coupled[k] = random_unit(r) < 0.6;
    size_t count = 0;
    for (size_t c = 0; c < s->n; c++) {
        for (int k = s->pattern->first[c]; k < s->pattern->first[c + 1]; k++) {
            for (size_t a = 0; a < n; a++, count++) {
                row[count] = (int)((size_t)s->pattern->row[k] * n + a);
                column[count] = (int)(c * n + a);
            }
        }
    }
    const size_t first_cross = count;
    for (size_t i = 0; i < s->n; i++) {
        for (size_t k = 0; k < n * n; k++) {
            if (!coupled[k] || k / n == k % n) continue;
            row[count] = (int)(i * n + k / n);
            column[count++] = (int)(i * n + k % n);
        }
    }
    assert_int_equal(qh_pattern_create(arena, s->n * n, count, row, column, slot, pattern), QH_OK);
    *value = some((size_t)(*pattern)->first[(*pattern)->n] * n_lane, sizeof(double));
    for (size_t k = 0; k < count; k++) {
        for (size_t lane = 0; lane < n_lane; lane++) {
            const size_t component = k % n * n_lane + lane;
            const double strength = random_logarithmic(r, 1e-6, 2) * s->fastest * (random_unit(r) < 0.3 ? -1 : 1);
            (*value)[(size_t)slot[k] * n_lane + lane] = k < first_cross ? s->value[k / n * s->m + component] : strength;
        }
    }
    free(row);
    free(column);
    free(slot);
}

/* The systems as one of `pattern`, so that what is above serves them. */
static systems expanded(const systems *s, const qh_pattern *pattern, double *value, size_t n, size_t n_lane) {
    systems e = {
        .pattern = pattern, .n = s->n * n, .m = n_lane, .value = value, .fastest = s->fastest, .backward = INFINITY};
    e.nnz = (size_t)pattern->first[pattern->n];
    e.one = some(e.nnz, sizeof(double));
    e.b = s->b; /* [n][n_species][n_lane] is [n n_species][n_lane] */
    e.x = s->x;
    return e;
}

/* 1 to 4 constituents, 1 to 17 lanes, networks with loops among them. */
static void blocks_agree(void **state) {
    (void)state;
    tally count = {0};
    for (uint64_t seed = 1; seed <= 51; seed++) {
        const size_t n = 1 + seed % 4, n_lane = 1 + seed % 17;
        random_options options = random_options_of(seed);
        options.most_reaches = 5;
        options.cell_length = 4000;
        options.n_constituent = n;
        options.least_peclet = 1e-2;
        options.most_peclet = 1e4;
        systems s = systems_of(random_network(&options), n_lane);
        open_systems(&s);
        random_source r = {seed};
        draw_jacobians(&s, &r, seed % 2 == 0);
        qh_arena *arena = qh_arena_create();
        qh_pattern *pattern = NULL;
        double *value = NULL;
        draw_blocks(&s, n, n_lane, &r, arena, &pattern, &value);
        systems e = expanded(&s, pattern, value, n, n_lane);
        qh_tree *tree = NULL;
        qh_linear *linear = NULL;
        qh_factors *klu = NULL;
        assert_int_equal(qh_tree_create_blocks(pattern, n, n_lane, 4, &tree), QH_OK);
        assert_int_equal(qh_linear_create_blocks(pattern, n, n_lane, &linear), QH_OK);
        assert_int_equal(qh_factors_create(pattern, n_lane, &klu), QH_OK);
        if (e.n <= 400) { /* dense elimination is slow */
            compare(&e, tree, linear, klu, 1, -random_logarithmic(&r, 1e-2, 0.3) / s.fastest, seed, &count);
            compare(&e, tree, linear, klu, 1, -random_logarithmic(&r, 0.3, 1e3) / s.fastest, seed, &count);
        }
        qh_tree_destroy(tree);
        qh_linear_destroy(linear);
        qh_factors_destroy(klu);
        free(value);
        free(e.one);
        qh_arena_destroy(arena);
        close_systems(&s);
    }
    print_message("blocks: %zu sound, %zu not, %zu ill-conditioned\n", count.sound, count.unsound, count.ill);
    assert_true(count.sound > 200 && count.ill * 5 < count.sound + count.unsound);
}

/* Constituents that are coupled make no entries outside of the blocks of their cells. */
static void blocks_do_not_fill(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        const size_t n = 3;
        random_options options = random_options_of(seed);
        options.most_reaches = 30;
        options.n_constituent = n;
        options.flags = RANDOM_EVERYTHING & ~(RANDOM_BIFURCATIONS | RANDOM_STATIONS);
        systems s = systems_of(random_network(&options), 1);
        open_systems(&s);
        random_source r = {seed};
        qh_arena *arena = qh_arena_create();
        qh_pattern *pattern = NULL;
        double *value = NULL;
        draw_blocks(&s, n, 1, &r, arena, &pattern, &value);
        qh_tree *tree = NULL;
        assert_int_equal(qh_tree_create_blocks(pattern, n, 1, 4, &tree), QH_OK);
        const qh_tree_cost cost = qh_tree_get_cost(tree);
        assert_int_equal(cost.fill, 0);
        assert_true(cost.entries <= s.nnz * n * n);
        qh_tree_destroy(tree);
        free(value);
        qh_arena_destroy(arena);
        close_systems(&s);
    }
}

/* Any number of components gives what each gives alone, to the last bit. */
static void components_do_not_feel_one_another(void **state) {
    (void)state;
    for (size_t n_lane = 1; n_lane <= 11; n_lane++) {
        random_options options = random_options_of(n_lane);
        options.most_reaches = 10;
        systems s = systems_of(random_network(&options), n_lane);
        open_systems(&s);
        random_source r = {n_lane};
        draw_jacobians(&s, &r, true);
        qh_tree *all = NULL, *alone = NULL;
        bool *sound = some(s.m, sizeof *sound), one_sound = false;
        double *x = some(s.n, sizeof *x);
        assert_int_equal(qh_tree_create(s.pattern, s.m, 4, &all), QH_OK);
        assert_int_equal(qh_tree_create(s.pattern, 1, 4, &alone), QH_OK);
        qh_tree_factor(all, 1, -500, s.value, sound);
        memcpy(s.x, s.b, s.n * s.m * sizeof(double));
        qh_tree_solve(all, s.x);
        for (size_t j = 0; j < s.m; j++) {
            for (size_t k = 0; k < s.nnz; k++)
                s.one[k] = s.value[k * s.m + j];
            for (size_t i = 0; i < s.n; i++)
                x[i] = s.b[i * s.m + j];
            qh_tree_factor(alone, 1, -500, s.one, &one_sound);
            qh_tree_solve(alone, x);
            assert_true(sound[j] && one_sound);
            for (size_t i = 0; i < s.n; i++)
                assert_true(x[i] == s.x[i * s.m + j]);
        }
        free(sound);
        free(x);
        qh_tree_destroy(all);
        qh_tree_destroy(alone);
        close_systems(&s);
    }
}

/* ---- costs ---- */

static qh_tree_cost cost_of(const random_options *options, size_t *n, size_t *nnz) {
    systems s = systems_of(random_network(options), 1);
    open_systems(&s);
    qh_tree *tree = NULL;
    assert_int_equal(qh_tree_create(s.pattern, s.m, 4, &tree), QH_OK);
    const qh_tree_cost cost = qh_tree_get_cost(tree);
    *n = s.n;
    *nnz = s.nnz;
    qh_tree_destroy(tree);
    close_systems(&s);
    return cost;
}

/* Rivers that only meet: no new entries at all. With stations, divisions and what rejoins: few. */
static void trees_do_not_fill(void **state) {
    (void)state;
    double worst = 0;
    for (uint64_t seed = 1; seed <= 150; seed++) {
        size_t n, nnz;
        random_options options = random_options_of(seed);
        options.most_reaches = 60;
        options.flags = RANDOM_EVERYTHING & ~(RANDOM_BIFURCATIONS | RANDOM_STATIONS);
        const qh_tree_cost plain = cost_of(&options, &n, &nnz);
        assert_int_equal(plain.fill, 0);
        assert_int_equal(plain.entries, nnz);
        options.flags = RANDOM_EVERYTHING;
        const qh_tree_cost full = cost_of(&options, &n, &nnz);
        assert_int_equal(full.entries, nnz + full.fill);
        worst = fmax(worst, (double)full.fill / (double)nnz);
    }
    print_message("largest fill: %.3f of the pattern\n", worst);
    assert_true(worst < 1.5);
}

/* A lake: a hundred rivers in one node. What meets there is a full block, and nothing beside it. */
static void hubs_do_not_fill(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    for (int k = 0; k < 100; k++) {
        char reach[16], node[16];
        (void)snprintf(reach, sizeof reach, "R%d", k);
        (void)snprintf(node, sizeof node, "N%d", k);
        case_reach(b, reach, node, "lake", 2000, 10, 5);
        case_headwater(b, node, 2, 1 + k);
    }
    case_reach(b, "out", "lake", "sea", 5000, 100, 20);
    systems s = systems_of(b, 1);
    open_systems(&s);
    qh_tree *tree = NULL;
    assert_int_equal(qh_tree_create(s.pattern, 1, 4, &tree), QH_OK);
    assert_int_equal(qh_tree_get_cost(tree).fill, 0);
    bool sound = false;
    random_source r = {3};
    draw_jacobians(&s, &r, true);
    matrix_of(&s, 0, 0, 1, s.one);
    memcpy(s.x, s.b, s.n * sizeof(double));
    qh_tree_factor(tree, 0, 1, s.value, &sound);
    qh_tree_solve(tree, s.x);
    assert_true(sound && backward_error(&s, 0, s.one, s.x, 1) < 1e-13);
    qh_tree_destroy(tree);
    close_systems(&s);
}

/* The same rivers in 1e3 to 1e5 cells, and more rivers in cells of the same size: work and storage a cell stay. */
static void cost_is_linear(void **state) {
    (void)state;
    for (int divided = 0; divided < 2; divided++) {
        double entries = 0, updates = 0;
        for (double length = 1500; length > 1; length *= 0.1) {
            size_t n, nnz;
            random_options options = random_options_of(5);
            options.least_reaches = options.most_reaches = 100;
            options.cell_length = length;
            options.n_constituent = 1;
            if (!divided) options.flags &= ~(unsigned)(RANDOM_BIFURCATIONS | RANDOM_STATIONS);
            const qh_tree_cost cost = cost_of(&options, &n, &nnz);
            print_message("%zu cells: %.2f entries and %.2f updates a cell\n", n, (double)cost.entries / (double)n,
                          (double)cost.updates / (double)n);
            if (length < 1500) {
                assert_true((double)cost.entries / (double)n < 1.1 * entries);
                assert_true((double)cost.updates / (double)n < 1.1 * updates);
            }
            entries = (double)cost.entries / (double)n;
            updates = (double)cost.updates / (double)n;
        }
        assert_true(divided || updates < 4.5);
    }
    double updates[2];
    for (size_t k = 0; k < 2; k++) {
        size_t n, nnz;
        random_options options = random_options_of(8);
        options.least_reaches = options.most_reaches = k == 0 ? 300 : 6000;
        options.n_constituent = 1;
        options.flags = RANDOM_EVERYTHING & ~(RANDOM_BIFURCATIONS | RANDOM_STATIONS);
        const qh_tree_cost cost = cost_of(&options, &n, &nnz);
        updates[k] = (double)cost.updates / (double)n;
        print_message("%zu cells of many rivers: %.2f updates a cell\n", n, updates[k]);
    }
    assert_true(updates[1] < 1.1 * updates[0]);
}

/* ---- what cannot be solved ---- */

typedef struct small {
    qh_arena *arena;
    qh_pattern *pattern;
    int slot[4096];
} small;

static small *small_of(size_t n, size_t n_entry, const int *row, const int *column) {
    small *s = some(1, sizeof *s);
    s->arena = qh_arena_create();
    assert_int_equal(qh_pattern_create(s->arena, n, n_entry, row, column, s->slot, &s->pattern), QH_OK);
    return s;
}
static void small_free(small *s) {
    qh_arena_destroy(s->arena);
    free(s);
}

/* A closed chain (singular), the same with an outlet, a matrix that needs row pivots, one of zeros, one with a NaN. */
static void singular_is_reported(void **state) {
    (void)state;
    enum { n = 3, entries = 4, m = 5 };
    const int row[entries] = {0, 1, 1, 2}, column[entries] = {1, 0, 2, 1};
    small *s = small_of(n, entries, row, column);
    const qh_pattern *p = s->pattern;
    const size_t nnz = (size_t)p->first[n];
    double value[7 * m] = {0};
    assert_int_equal(nnz, 7);
    for (int i = 0; i < n; i++) {
        value[p->diagonal[i] * m + 0] = value[p->diagonal[i] * m + 1] = i == 1 ? 2 : 1;
        value[p->diagonal[i] * m + 2] = i == 2 ? 1 : 0;
    }
    value[p->diagonal[2] * m + 1] = 1.5;
    for (size_t k = 0; k < entries; k++) {
        value[s->slot[k] * m + 0] = value[s->slot[k] * m + 1] = value[s->slot[k] * m + 4] = -1;
        value[s->slot[k] * m + 2] = k < 2 ? 1 : 0;
    }
    value[p->diagonal[1] * m + 4] = NAN;
    qh_tree *tree = NULL;
    bool sound[m];
    assert_int_equal(qh_tree_create(p, m, 4, &tree), QH_OK);
    qh_tree_factor(tree, 0, 1, value, sound);
    assert_true(!sound[0] && sound[1] && !sound[2] && !sound[3] && !sound[4]);
    qh_linear *linear = NULL;
    assert_int_equal(qh_linear_create(p, m, &linear), QH_OK);
    assert_int_equal(qh_linear_factor(linear, 0, 1, value), QH_E_NUMERIC);
    qh_linear_destroy(linear);
    /* only the two that can be solved: the one in river order, the other with KLU's pivots */
    double two[7 * 2], x[n * 2] = {1, 1, 2, 2, 3, 3};
    for (size_t k = 0; k < nnz; k++) {
        two[2 * k] = value[k * m + 1];
        two[2 * k + 1] = value[k * m + 2];
    }
    assert_int_equal(qh_linear_create(p, 2, &linear), QH_OK);
    assert_int_equal(qh_linear_factor(linear, 0, 1, two), QH_OK);
    assert_int_equal(qh_linear_pivoted(linear), 1);
    assert_int_equal(qh_linear_solve(linear, x), QH_OK);
    const double wanted[n * 2] = {16, 2, 15, 1, 12, 3};
    for (size_t k = 0; k < n * 2; k++)
        assert_true(fabs(x[k] - wanted[k]) < 1e-12);
    /* and afterwards both in river order, by the shift */
    assert_int_equal(qh_linear_factor(linear, 10, 1, two), QH_OK);
    assert_int_equal(qh_linear_pivoted(linear), 0);
    qh_linear_destroy(linear);
    qh_tree_destroy(tree);
    small_free(s);
}

/* A mesh is no river: the tree refuses it, and KLU solves it behind the same calls. */
static void meshes_go_to_klu(void **state) {
    (void)state;
    enum { side = 24, n = side * side, entries = 4 * side * (side - 1) };
    int row[entries], column[entries];
    size_t count = 0;
    for (int i = 0; i < n; i++) {
        const int beside[] = {i % side + 1 < side ? i + 1 : -1, i + side < n ? i + side : -1};
        for (size_t k = 0; k < 2; k++) {
            if (beside[k] < 0) continue;
            row[count] = column[count + 1] = i;
            column[count] = row[count + 1] = beside[k];
            count += 2;
        }
    }
    small *s = small_of(n, count, row, column);
    const size_t nnz = (size_t)s->pattern->first[n];
    qh_tree *tree = NULL;
    assert_int_equal(qh_tree_create(s->pattern, 1, 1.5, &tree), QH_E_NUMERIC);
    assert_null(tree);
    qh_linear *linear = NULL;
    assert_int_equal(qh_linear_create(s->pattern, 2, &linear), QH_OK);
    double *value = some(nnz * 2, sizeof *value), x[n * 2];
    for (size_t k = 0; k < 2 * nnz; k++)
        value[k] = -1;
    for (size_t i = 0; i < n; i++)
        value[s->pattern->diagonal[i] * 2] = value[s->pattern->diagonal[i] * 2 + 1] = 0;
    for (int i = 0; i < n; i++)
        x[2 * i] = x[2 * i + 1] = 1;
    for (int c = 0; c < n; c++) {
        for (int k = s->pattern->first[c]; k < s->pattern->first[c + 1]; k++) {
            const int i = s->pattern->row[k];
            if (i == c) continue;
            value[s->pattern->diagonal[i] * 2] += 1;
            value[s->pattern->diagonal[i] * 2 + 1] += 2;
            value[k * 2 + 1] = -2;
        }
    }
    assert_int_equal(qh_linear_factor(linear, 4, 1, value), QH_OK);
    assert_int_equal(qh_linear_solve(linear, x), QH_OK);
    for (size_t i = 0; i < n * 2; i++)
        assert_true(fabs(x[i] - 0.25) < 1e-14);
    free(value);
    qh_linear_destroy(linear);
    small_free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_agree),      cmocka_unit_test(blocks_do_not_fill),
        cmocka_unit_test(solvers_agree),     cmocka_unit_test(components_do_not_feel_one_another),
        cmocka_unit_test(trees_do_not_fill), cmocka_unit_test(hubs_do_not_fill),
        cmocka_unit_test(cost_is_linear),    cmocka_unit_test(singular_is_reported),
        cmocka_unit_test(meshes_go_to_klu),  cmocka_unit_test(long_reaches_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
