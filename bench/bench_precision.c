/* Work against precision on the race case: for every engine of the registry that takes it, time and error over cells and
 * tolerances; and the textbook loop over its cells and steps. A row a program and a wanted error: the fastest choice that
 * reaches it. Steady: the engines on the same river at its first instant, against the closed form's equations. */
#include <stdio.h>
#include <string.h>

#include "bench/crank_nicolson.h"
#include "bench/solve_case.h"

static const double cell_lengths[] = {200, 100, 50, 25, 12.5}; /* m */
static const double tolerances[] = {1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7};
static const double wanted[] = {1e-3, 1e-4, 1e-5};
enum { N_LENGTHS = 5, N_TOLERANCES = 6, N_WANTED = 3 };

/* The fastest of what was tried, for each wanted error. */
typedef struct champion {
    double seconds, error; /* s, -; NAN: none yet */
    char how[64];
} champion;

typedef struct field {
    champion best[N_WANTED];
} field;

static void field_clear(field *f) {
    for (size_t k = 0; k < N_WANTED; k++)
        f->best[k] = (champion){.seconds = INFINITY, .error = NAN};
}

static void field_offer(field *f, double seconds, double error, const char *how) {
    for (size_t k = 0; k < N_WANTED; k++) {
        champion *best = &f->best[k];
        if (!(error <= wanted[k]) || seconds >= best->seconds) continue;
        best->seconds = seconds;
        best->error = error;
        (void)snprintf(best->how, sizeof best->how, "%s", how);
    }
}

/* ---- the loop ---- */

typedef struct loop_run {
    size_t n_cell;
    double dt;
    race_series series;
} loop_run;

static void go(void *self) {
    loop_run *r = self;
    bench_must(crank_nicolson_run(r->n_cell, r->dt, r->series), "crank_nicolson_run");
}

static void try_loop(const bench *b, race_series reference, field *f) {
    static const size_t cells[] = {500, 1000, 1400, 2000, 2800, 4000};
    static const double steps[] = {600, 300, 180, 120, 60, 30};
    static loop_run r;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        r.n_cell = cells[i];
        for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
            r.dt = steps[k];
            double seconds = 0;
            const bench_runner runner = {go, &r};
            bench_take_turns(1, &runner, 2, 0, &seconds);
            const double error = race_error(reference, r.series);
            char how[64];
            (void)snprintf(how, sizeof how, "%zu cells, %g s", r.n_cell, r.dt);
            bench_point(b, "precision", "Crank-Nicolson loop", error, seconds);
            field_offer(f, seconds, error, how);
        }
    }
}

/* ---- engines ---- */

static void try_choice(const bench *b, const qh_engine *engine, double cell_length, double tolerance,
                       race_series reference, field *f) {
    static race_series series;
    ready_case ready;
    ready_make(race_case(cell_length, tolerance), 1, &ready);
    timed_solve solve = {&ready, engine, {.series = &series}};
    double seconds = 0;
    const bench_runner runner = {timed_solve_run, &solve};
    bench_take_turns(1, &runner, 2, 0.01, &seconds);
    const double error = race_error(reference, series);
    char how[64], curve[64];
    (void)snprintf(how, sizeof how, "%g m, tolerance %g", cell_length, tolerance);
    (void)snprintf(curve, sizeof curve, "%s, %g m", engine->name, cell_length);
    bench_point(b, "precision", curve, error, seconds);
    field_offer(f, seconds, error, how);
    ready_free(&ready);
}

static bool takes_race(const qh_engine *engine) {
    ready_case ready;
    ready_make(race_case(200, 1e-3), 1, &ready);
    const bool takes = !engine->objection(&ready.problem);
    ready_free(&ready);
    return takes;
}

static void report(const bench *b, const char *name, const field *f, const field *loop) {
    for (size_t k = 0; k < N_WANTED; k++) {
        const champion *best = &f->best[k], *other = loop ? &loop->best[k] : NULL;
        char row[128], baseline[128];
        (void)snprintf(row, sizeof row, "%s, error %g", name, wanted[k]);
        if (isnan(best->error)) {
            bench_skip(b, row, "not reached by any choice that was tried");
            continue;
        }
        (void)snprintf(row, sizeof row, "%s, error %g: %s", name, wanted[k], best->how);
        bench_row line = bench_value(row, best->seconds, "s");
        if (other && !isnan(other->error)) {
            (void)snprintf(baseline, sizeof baseline, "Crank-Nicolson loop: %s", other->how);
            line = bench_against(row, best->seconds, "s", baseline, other->seconds);
        }
        line.error = best->error;
        bench_print(b, &line);
    }
}

static void unsteady(const bench *b) {
    static race_series reference;
    race_reference(reference);
    field loop;
    field_clear(&loop);
    try_loop(b, reference, &loop);
    report(b, "Crank-Nicolson loop", &loop, NULL);
    for (const qh_engine *const *engine = qh_registry_engine; *engine; engine++) {
        if (!takes_race(*engine)) continue;
        field f;
        field_clear(&f);
        for (size_t i = 0; i < N_LENGTHS; i++) {
            for (size_t k = 0; k < N_TOLERANCES; k++)
                try_choice(b, *engine, cell_lengths[i], tolerances[k], reference, &f);
        }
        report(b, (*engine)->name, &f, &loop);
    }
}

/* ---- steady ---- */

static qh_case *steady_case(double cell_length) {
    qh_case *c = race_case(cell_length, 1e-6);
    c->run.type = QH_STEADY;
    return c;
}

/* Engines that need no grid give the reference, once it agrees with the finest finite volumes to their own error. */
static void steady(const bench *b) {
    double reference[RACE_SECTIONS] = {0}, result[RACE_SECTIONS] = {0};
    const qh_engine *exact = NULL;
    for (const qh_engine *const *engine = qh_registry_engine; *engine; engine++) {
        if (strcmp((*engine)->name, "exact") == 0) exact = *engine;
    }
    if (!exact) {
        bench_skip(b, "steady", "there is no exact engine to compare with");
        return;
    }
    for (const qh_engine *const *engine = qh_registry_engine; *engine; engine++) {
        for (size_t i = 0; i < N_LENGTHS; i++) {
            ready_case ready;
            ready_make(steady_case(cell_lengths[i]), 1, &ready);
            if ((*engine)->objection(&ready.problem)) {
                ready_free(&ready);
                break;
            }
            timed_solve solve = {&ready, exact, {.section = reference}};
            timed_solve_run(&solve);
            solve.engine = *engine;
            solve.result.section = result;
            double seconds = 0, error = 0;
            const bench_runner runner = {timed_solve_run, &solve};
            bench_take_turns(1, &runner, 3, 0.01, &seconds);
            for (size_t s = 0; s < RACE_SECTIONS; s++)
                error = fmax(error, fabs(result[s] - reference[s]) / race.inflow[1]);
            char row[96];
            (void)snprintf(row, sizeof row, "steady, %s, %g m, with all cells' output", (*engine)->name,
                           cell_lengths[i]);
            bench_row line = bench_value(row, seconds, "s");
            if (*engine != exact) line.error = error;
            bench_print(b, &line);
            ready_free(&ready);
        }
    }
}

int main(int argc, char **argv) {
    const bench b = bench_begin(argc, argv, "precision");
    unsteady(&b);
    steady(&b);
    return 0;
}
