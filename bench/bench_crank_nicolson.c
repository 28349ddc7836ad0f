/* The textbook loop itself: its speed and error as it is usually run (2,000 cells, 60 s), and its own best choice of cells
 * and steps for an error of 0.1 % and of 0.01 %, so that engines are compared with the loop at its best. */
#include <stdio.h>

#include "bench/bench.h"
#include "bench/crank_nicolson.h"

typedef struct run {
    size_t n_cell;
    double dt;
    race_series series;
} run;

static void go(void *self) {
    run *r = self;
    bench_must(crank_nicolson_run(r->n_cell, r->dt, r->series), "crank_nicolson_run");
}

static double seconds_of(run *r, size_t rounds) {
    double best = 0;
    const bench_runner runner = {go, r};
    bench_take_turns(1, &runner, rounds, 0.02, &best);
    return best;
}

static void usual(const bench *b, race_series reference) {
    static run r = {.n_cell = 2000, .dt = 60};
    const double seconds = seconds_of(&r, 5), steps = 3600 / r.dt * RACE_HOURS;
    bench_row row = bench_value("2,000 cells, 60 s", seconds, "s");
    row.error = race_error(reference, r.series);
    bench_print(b, &row);
    row = bench_value("2,000 cells, 60 s, a cell-step", seconds / (double)r.n_cell / steps * 1e9, "ns");
    bench_print(b, &row);
    row = bench_value("2,000 cells, 60 s, against the closed form at 10 km", race_closed_form_error(r.series), "-");
    bench_print(b, &row);
}

/* The fastest choice whose error is at most `wanted`, of all cells and steps tried. */
static void best_choice(const bench *b, race_series reference, double wanted, const char *what) {
    static const size_t cells[] = {500, 700, 1000, 1200, 1400, 1600, 1800, 2000, 2800, 4000, 5600};
    static const double steps[] = {1200, 900, 720, 600, 450, 360, 300, 240, 180, 120, 90, 60, 30};
    static run r;
    run best = {0};
    double least = INFINITY, error = NAN;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
            if ((double)cells[i] / steps[k] >= least) continue; /* no fewer cell-steps than the best so far */
            r.n_cell = cells[i];
            r.dt = steps[k];
            go(&r);
            if (race_error(reference, r.series) > wanted) continue;
            least = (double)r.n_cell / r.dt;
            best = r;
            error = race_error(reference, r.series);
        }
    }
    if (best.n_cell == 0) {
        bench_skip(b, what, "no choice that was tried is good enough");
        return;
    }
    char name[96];
    (void)snprintf(name, sizeof name, "%s: %zu cells, %g s", what, best.n_cell, best.dt);
    bench_row row = bench_value(name, seconds_of(&best, 5), "s");
    row.error = error;
    bench_print(b, &row);
}

int main(int argc, char **argv) {
    const bench b = bench_begin(argc, argv, "loop");
    static race_series reference;
    race_reference(reference);
    bench_row row = bench_value("reference against the closed form at 10 km", race_closed_form_error(reference), "-");
    row.mark = 1e-6;
    bench_print(&b, &row);
    usual(&b, reference);
    best_choice(&b, reference, 1e-3, "best for 0.1 %");
    best_choice(&b, reference, 1e-4, "best for 0.01 %");
    return 0;
}
