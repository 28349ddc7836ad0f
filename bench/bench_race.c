/* Engine "linear" on the race case against the loop of the textbooks: that of 2,000 cells and a minute, and the loop at its
 * own best for an error of 0.1 %; and 16 scenarios in one solve against one. Choices of both are tried first, then the
 * chosen ones take turns. */
#include <stdio.h>
#include <string.h>

#include "bench/crank_nicolson.h"
#include "bench/solve_case.h"

static const double wanted = 1e-3; /* error */
enum { TRIES = 2, ROUNDS = 5 };

typedef struct loop_run {
    size_t n_cell;
    double dt; /* s */
    race_series series;
} loop_run;

static void go(void *self) {
    loop_run *r = self;
    bench_must(crank_nicolson_run(r->n_cell, r->dt, r->series), "crank_nicolson_run");
}

static double time_of(bench_runner runner) {
    double seconds = 0;
    bench_take_turns(1, &runner, TRIES, 0, &seconds);
    return seconds;
}

/* Cheapest loop within the wanted error; false when none is. */
static bool choose_loop(race_series reference, loop_run *chosen) {
    static const size_t cells[] = {1000, 1250, 1400, 1600, 1800, 2000, 2500};
    static const double steps[] = {60, 120, 180, 240, 300};
    double best = INFINITY;
    static loop_run tried;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
            tried.n_cell = cells[i] - cells[i] % 10; /* faces at the sections */
            tried.dt = steps[k];
            const double seconds = time_of((bench_runner){go, &tried});
            if (seconds >= best || !(race_error(reference, tried.series) <= wanted)) continue;
            best = seconds;
            chosen->n_cell = tried.n_cell;
            chosen->dt = tried.dt;
        }
    }
    return best < INFINITY;
}

static bool choose_engine(race_series reference, const qh_engine *engine, double *length, double *tolerance) {
    static const double lengths[] = {50, 80, 100, 125, 160, 200, 250}, tolerances[] = {1e-5, 3e-5, 1e-4, 3e-4};
    static race_series series;
    double best = INFINITY;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        for (size_t k = 0; k < sizeof tolerances / sizeof *tolerances; k++) {
            ready_case ready;
            ready_make(race_case(lengths[i], tolerances[k]), 1, &ready);
            timed_solve solve = {&ready, engine, {.series = &series}};
            const double seconds = time_of((bench_runner){timed_solve_run, &solve});
            ready_free(&ready);
            if (seconds >= best || !(race_error(reference, series) <= wanted)) continue;
            best = seconds;
            *length = lengths[i];
            *tolerance = tolerances[k];
        }
    }
    return best < INFINITY;
}

static void print(const bench *b, bench_row row, double mark, double error) {
    row.mark = mark;
    row.error = error;
    bench_print(b, &row);
}

static const qh_engine *find(const char *name) {
    for (const qh_engine *const *engine = qh_registry_engine; *engine; engine++) {
        if (strcmp((*engine)->name, name) == 0) return *engine;
    }
    return NULL;
}

int main(int argc, char **argv) {
    const bench b = bench_begin(argc, argv, "race");
    static race_series reference, series;
    static loop_run fixed = {.n_cell = 2000, .dt = 60}, own;
    const qh_engine *engine = find("linear");
    double length = 0, tolerance = 0;
    race_reference(reference);
    if (!engine || !choose_loop(reference, &own) || !choose_engine(reference, engine, &length, &tolerance)) {
        bench_skip(&b, "linear, error 0.001", "not reached by any choice that was tried");
        return 0;
    }
    ready_case one, sixteen;
    ready_make(race_case(length, tolerance), 1, &one);
    ready_make(race_case(length, tolerance), 16, &sixteen);
    timed_solve alone = {&one, engine, {.series = &series}}, many = {&sixteen, engine, {0}};
    const bench_runner runner[] = {{go, &fixed}, {go, &own}, {timed_solve_run, &alone}, {timed_solve_run, &many}};
    double best[4] = {0};
    bench_take_turns(4, runner, ROUNDS, 0.02, best);
    const double error = race_error(reference, series);
    char name[96], baseline[96];
    (void)snprintf(name, sizeof name, "linear, %g m, tolerance %g", length, tolerance);
    print(&b, bench_against(name, best[2], "s", "Crank-Nicolson loop: 2000 cells, 60 s", best[0]), 10, error);
    (void)snprintf(baseline, sizeof baseline, "its best for 0.001: %zu cells, %g s", own.n_cell, own.dt);
    print(&b, bench_against(name, best[2], "s", baseline, best[1]), 3, error);
    print(&b, bench_against("linear, 16 lanes, a scenario", best[3] / 16, "s", "1 lane", best[2]), 4, NAN);
    ready_free(&one);
    ready_free(&sixteen);
    return 0;
}
