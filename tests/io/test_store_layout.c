/* The drawing of a network without positions: what runs on one line does not overlap, and no line nearer to the middle
 * would have been free. Checked pair by pair on trees of every shape. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "io/store_internal.h"
#include "tests/support/case_builder.h"
#include "tests/support/hydraulics.h"

enum { N_REACH = 400 };

typedef struct drawn {
    qh_case *river_case;
    double x[N_REACH + 1], y[N_REACH + 1];
    bool overlap[N_REACH][N_REACH];
} drawn;

typedef size_t (*parent)(size_t reach, uint32_t *state);

static uint32_t next(uint32_t *state) { return *state = *state * 1664525U + 1013904223U; }

static size_t of_binary(size_t reach, uint32_t *state) {
    (void)state;
    return (reach - 1) / 2;
}
static size_t of_comb(size_t reach, uint32_t *state) {
    (void)state;
    return reach % 2 ? reach - 1 : reach - 2;
}
static size_t of_star(size_t reach, uint32_t *state) {
    (void)reach, (void)state;
    return 0;
}
static size_t of_random(size_t reach, uint32_t *state) { return (next(state) >> 8) % reach; }

/* Reach r runs from node r to node of its parent; node 0 leads to the outlet. */
static qh_case *tree_of(parent find, uint32_t *state) {
    case_builder *b = case_begin(1);
    bool fed[N_REACH] = {false};
    for (size_t n = 0; n < N_REACH;
         n++) { /* so that nodes have the numbers of their reaches, and the outlet the last */
        char name[16];
        (void)snprintf(name, sizeof name, "N%zu", n);
        assert_int_equal(case_node(b, name), n);
    }
    for (size_t r = 0; r < N_REACH; r++) {
        char name[16], from[16], to[16] = "outlet";
        const size_t below = r > 0 ? find(r, state) : 0;
        (void)snprintf(name, sizeof name, "R%zu", r);
        (void)snprintf(from, sizeof from, "N%zu", r);
        if (r > 0) (void)snprintf(to, sizeof to, "N%zu", below);
        if (r > 0) fed[below] = true;
        case_reach(b, name, from, to, 500.0 + (double)(next(state) >> 20), 10, 10);
    }
    for (size_t r = 0; r < N_REACH; r++) {
        char from[16];
        (void)snprintf(from, sizeof from, "N%zu", r);
        if (!fed[r]) case_headwater(b, from, 1 + 1e-6 * (double)r, 1);
    }
    return case_end(b);
}

static void draw(drawn *d, parent find, uint32_t seed) {
    d->river_case = tree_of(find, &seed);
    hydraulics water = hydraulics_of(d->river_case);
    qh_arena *arena = qh_arena_create();
    bool geographic = true;
    assert_int_equal(qh_store_layout(d->river_case, water.network, water.flow, arena, &geographic, d->x, d->y), QH_OK);
    assert_false(geographic);
    qh_arena_destroy(arena);
    hydraulics_free(&water);
    const qh_reach *reach = d->river_case->reach;
    for (size_t a = 0; a < N_REACH; a++) {
        assert_true(d->x[reach[a].from] < d->x[reach[a].to]);
        for (size_t c = 0; c < N_REACH; c++)
            d->overlap[a][c] = d->x[reach[a].from] < d->x[reach[c].to] && d->x[reach[c].from] < d->x[reach[a].to];
    }
}

/* Whether anything on line y overlaps with the stream that begins with reach r, whose own line is another one. */
static bool taken(const drawn *d, size_t r, double y) {
    const qh_reach *reach = d->river_case->reach;
    for (size_t part = r;; part = reach[part].to) { /* node n leads to reach n */
        for (size_t c = 0; c < N_REACH; c++) {
            if (d->y[reach[c].from] == y && d->overlap[part][c]) return true;
        }
        if (reach[part].to == N_REACH || d->y[reach[part].to] != d->y[reach[part].from]) return false;
    }
}

static void check(parent find, uint32_t seed) {
    static drawn d;
    draw(&d, find, seed);
    const qh_reach *reach = d.river_case->reach;
    double spacing = INFINITY;
    for (size_t r = 0; r < N_REACH; r++) {
        if (d.y[r] > 0) spacing = fmin(spacing, d.y[r]);
        for (size_t c = 0; c < r; c++) {
            if (d.y[reach[c].from] == d.y[reach[r].from] && d.overlap[r][c])
                fail_msg("seed %u: R%zu and R%zu lie upon each other", (unsigned)seed, c, r);
        }
    }
    for (size_t h = 0; h < d.river_case->n_headwater; h++) {
        const size_t r = d.river_case->headwater[h].node;
        const long line = lround(d.y[r] / spacing);
        for (long k = -labs(line); k <= labs(line); k++) {
            const bool nearer = labs(k) < labs(line) || (line < 0 && k == -line);
            if (nearer && !taken(&d, r, (double)k * spacing))
                fail_msg("seed %u: R%zu lies on line %ld though %ld is free", (unsigned)seed, r, line, k);
        }
    }
    qh_case_destroy(d.river_case);
}

static void shapes(void **state) {
    (void)state;
    check(of_binary, 1);
    check(of_comb, 2);
    check(of_star, 3);
}

static void random_trees(void **state) {
    (void)state;
    for (uint32_t seed = 1; seed <= 20; seed++)
        check(of_random, seed);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(shapes), cmocka_unit_test(random_trees)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
