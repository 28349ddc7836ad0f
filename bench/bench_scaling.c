/* Time over the number of cells, 10^3 to 10^6, on one long river and on a tree of reaches: the exponent of a power law.
 *
 * Steady solves, and unsteady ones of six hours with an hourly wave at every headwater, each with its set-up. The river is
 * as long as its cells of 50 m make it, so that physics and accuracy stay what they are. Every size is solved several times
 * in memory that the process keeps: small cases do so anyway, large ones would fetch their pages from the system each time. */
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "bench/solve_case.h"
#include "tests/support/case_builder.h"

enum { N_SIZES = 4, CELLS_A_REACH = 100, NAME = 32 };
static const size_t sizes[N_SIZES] = {1000, 10000, 100000, 1000000};
static const double cell_length = 50;

static const qh_series *wave_of(case_builder *b) {
    static const double time[] = {0, 3600, 7200, 10800, 21600}, value[] = {10, 20, 15, 25, 10};
    return case_series(b, QH_LINEAR, 5, time, value);
}

static case_builder *begin(bool steady) {
    case_builder *b = case_begin(1);
    case_constituent(b, 0)->k20 = 0.25 / 86400;
    if (!steady) case_unsteady(b, 6 * 3600, 6 * 3600, 3600);
    return b;
}

static qh_case *end(case_builder *b, bool steady) {
    qh_case *c = case_end(b);
    const qh_series *wave = steady ? NULL : wave_of(b);
    c->solver.cell_length = cell_length;
    c->solver.relative_tolerance = c->solver.absolute_tolerance = 1e-4;
    for (size_t h = 0; wave && h < c->n_headwater; h++)
        case_give_series(c->headwater[h].input, 0, false, wave);
    return c;
}

static qh_case *long_river(size_t n_cell, bool steady) {
    case_builder *b = begin(steady);
    case_reach(b, "R", "A", "Z", cell_length * (double)n_cell, 40, 20);
    case_headwater(b, "A", 20, 10);
    case_section(b, "R", cell_length * (double)n_cell);
    return end(b, steady);
}

/* Headwaters above reach r of the tree. */
static size_t headwaters_above(size_t r, size_t n_reach) {
    size_t count = 0, first = r, end = r + 1; /* reaches of one level above r */
    for (; first < n_reach; first = 2 * first + 1, end = 2 * end + 1) {
        for (size_t k = first; k < end && k < n_reach; k++)
            count += 2 * k + 1 >= n_reach;
    }
    return count;
}

/* Reach r flows into reach (r - 1) / 2: a binary tree, the outlet below reach 0. The channel is as wide as the water it
 * carries asks for, so that velocities are the same in trees of all sizes. */
static qh_case *tree(size_t n_cell, bool steady) {
    case_builder *b = begin(steady);
    const size_t n_reach = n_cell / CELLS_A_REACH;
    const double length = cell_length * CELLS_A_REACH;
    for (size_t r = 0; r < n_reach; r++) {
        char name[NAME], from[NAME], to[NAME];
        (void)snprintf(name, sizeof name, "R%zu", r);
        (void)snprintf(from, sizeof from, "N%zu", r);
        (void)snprintf(to, sizeof to, "N%zu", r > 0 ? (r - 1) / 2 : n_reach);
        case_reach(b, name, from, to, length, 2 * (double)headwaters_above(r, n_reach), 20);
        if (2 * r + 1 >= n_reach) case_headwater(b, from, 1, 10);
    }
    case_section(b, "R0", length);
    return end(b, steady);
}

/* ---- */

typedef qh_case *(*shape)(size_t n_cell, bool steady);

static void measure(const bench *b, const qh_engine *engine, const char *what, shape make, bool steady) {
    double cells[N_SIZES], seconds[N_SIZES];
    char name[96];
    (void)snprintf(name, sizeof name, "%s, %s", engine->name, what);
    for (size_t k = 0; k < N_SIZES; k++) {
        ready_case ready;
        ready_make(make(sizes[k], steady), 1, &ready);
        if (engine->objection(&ready.problem)) {
            ready_free(&ready);
            return;
        }
        timed_solve solve = {&ready, engine, {0}};
        const bench_runner runner = {timed_solve_run, &solve};
        bench_take_turns(1, &runner, 3, 0.01, &seconds[k]);
        cells[k] = (double)ready.water.grid->n_cell;
        bench_point(b, "scaling", name, cells[k], seconds[k]);
        ready_free(&ready);
    }
    char row[128];
    (void)snprintf(row, sizeof row, "%s, a million cells", name);
    bench_row line = bench_value(row, seconds[N_SIZES - 1], "s");
    bench_print(b, &line);
    (void)snprintf(row, sizeof row, "%s, exponent of time over cells", name);
    line = bench_value(row, bench_exponent(N_SIZES, cells, seconds), "-");
    line.mark = 1.05;
    bench_print(b, &line);
}

int main(int argc, char **argv) {
    const bench b = bench_begin(argc, argv, "scaling");
    (void)mallopt(M_MMAP_MAX, 0);
    (void)mallopt(M_TRIM_THRESHOLD, INT_MAX);
    for (const qh_engine *const *engine = qh_registry_engine; *engine; engine++) {
        measure(&b, *engine, "one river, steady", long_river, true);
        measure(&b, *engine, "tree, steady", tree, true);
        measure(&b, *engine, "one river, 6 h", long_river, false);
        measure(&b, *engine, "tree, 6 h", tree, false);
    }
    return 0;
}
