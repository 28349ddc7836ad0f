/* The spectral engine: solve only, output kept in memory.
 *     race    the race case against the textbook loop of 2,000 cells and a minute, at an error of 1e-6 or less; with
 *             profiles on cells of 1 km (the wanted result are the series) and of 50 m
 *     stream  Uvas-like: 619 m with transient storage, a pulse of 3 h, six sites, a sample a minute over a day */
#include <stdio.h>
#include <string.h>

#include "bench/crank_nicolson.h"
#include "bench/solve_case.h"
#include "io/case_reader.h"
#include "tests/support/case_builder.h"

enum { ROUNDS = 5, N_TOLERANCES = 5 };
static const double wanted = 1e-6; /* error */
static const double tolerances[N_TOLERANCES] = {1e-4, 1e-5, 1e-6, 1e-7, 1e-8};

static qh_case *stream_case(void) {
    static const double time[] = {0, 8 * 3600.0, 11 * 3600.0}, value[] = {3.7, 11.4, 3.7};
    static const double site[] = {38, 105, 281, 433, 500, 619};
    case_builder *b = case_begin(1);
    qh_reach *r = case_reach(b, "R", "A", "Z", 669, 0.36, 0.24);
    r->storage_area = (qh_optional){true, 0.36};
    r->storage_exchange = (qh_optional){true, 3e-5};
    case_headwater(b, "A", 0.0125, 3.7);
    for (size_t k = 0; k < 6; k++)
        case_section(b, "R", site[k]);
    case_unsteady(b, 24 * 3600, 24 * 3600, 60);
    qh_case *c = case_end(b);
    case_give_series(c->headwater[0].input, 0, false, case_series(b, QH_STEP, 3, time, value));
    return c;
}

static const qh_engine *find(const char *name) {
    for (const qh_engine *const *engine = qh_registry_engine; *engine; engine++) {
        if (strcmp((*engine)->name, name) == 0) return *engine;
    }
    return NULL;
}

static void loop(void *self) { bench_must(crank_nicolson_run(2000, 60, *(race_series *)self), "crank_nicolson_run"); }

/* The loosest tolerance that reaches the wanted error, else the tightest. */
static double choose(const qh_engine *engine, race_series reference) {
    static race_series series;
    for (size_t k = 0; k < N_TOLERANCES; k++) {
        ready_case ready;
        ready_make(race_case(1000, tolerances[k]), 1, &ready);
        solve_result result = {.series = &series};
        ready_solve(&ready, engine, &result);
        ready_free(&ready);
        if (race_error(reference, series) <= wanted) return tolerances[k];
    }
    return tolerances[N_TOLERANCES - 1];
}

static void race_rows(const bench *b, const qh_engine *engine) {
    static race_series reference, plain, coarse, fine;
    race_reference(reference);
    const double tolerance = choose(engine, reference);
    ready_case ready[2];
    ready_make(race_case(1000, tolerance), 1, &ready[0]);
    ready_make(race_case(50, tolerance), 1, &ready[1]);
    timed_solve solve[2] = {{&ready[0], engine, {.series = &coarse}}, {&ready[1], engine, {.series = &fine}}};
    const bench_runner runner[] = {{loop, &plain}, {timed_solve_run, &solve[0]}, {timed_solve_run, &solve[1]}};
    double best[3] = {0};
    bench_take_turns(3, runner, ROUNDS, 0.02, best);
    const char *baseline = "Crank-Nicolson loop: 2000 cells, 60 s";
    char name[96];
    (void)snprintf(name, sizeof name, "race, tolerance %g, profiles on 1 km", tolerance);
    bench_row row = bench_against(name, best[1], "s", baseline, best[0]);
    row.mark = 40;
    row.error = race_error(reference, coarse);
    bench_print(b, &row);
    (void)snprintf(name, sizeof name, "race, tolerance %g, profiles on 50 m", tolerance);
    row = bench_against(name, best[2], "s", baseline, best[0]);
    row.error = race_error(reference, fine);
    bench_print(b, &row);
    row = bench_value("race, error against the reference", race_error(reference, coarse), "-");
    row.mark = wanted;
    bench_print(b, &row);
    ready_free(&ready[0]);
    ready_free(&ready[1]);
}

static void stream_row(const bench *b, const qh_engine *engine) {
    qh_case *c = stream_case();
    c->solver.cell_length = 10;
    ready_case ready;
    ready_make(c, 1, &ready);
    timed_solve solve = {&ready, engine, {0}};
    const bench_runner runner = {timed_solve_run, &solve};
    double seconds = 0;
    bench_take_turns(1, &runner, ROUNDS, 0.02, &seconds);
    bench_row row = bench_value("Uvas-like stream, a day, a sample a minute", seconds, "s");
    row.mark = 5e-3;
    bench_print(b, &row);
    ready_free(&ready);
}

/* The real stream, with distributed inflow. Profiles only at the end, or as the case has them. */
static void creek_row(const bench *b, const qh_engine *engine, bool profiles) {
    qh_case *c = NULL;
    if (qh_case_read("examples/uvas-creek", 0, NULL, NULL, &c) != QH_OK) {
        bench_skip(b, "Uvas Creek", "examples/uvas-creek is not in the current folder");
        return;
    }
    if (!profiles) {
        c->run.output_interval = c->run.duration;
        c->solver.cell_length = 10; /* m; only the profile at the end is on cells */
    }
    ready_case ready;
    ready_make(c, 1, &ready);
    timed_solve solve = {&ready, engine, {0}};
    const bench_runner runner = {timed_solve_run, &solve};
    double seconds = 0;
    bench_take_turns(1, &runner, ROUNDS, 0.02, &seconds);
    bench_row row = bench_value(profiles ? "Uvas Creek, the same with 97 profiles on 1 m"
                                         : "Uvas Creek, a day, a sample every 3 min at 5 sites",
                                seconds, "s");
    if (!profiles) row.mark = 5e-3;
    bench_print(b, &row);
    ready_free(&ready);
}

int main(int argc, char **argv) {
    const bench b = bench_begin(argc, argv, "spectral");
    const qh_engine *engine = find("spectral");
    if (!engine) {
        bench_skip(&b, "race", "there is no engine \"spectral\"");
        return 0;
    }
    race_rows(&b, engine);
    stream_row(&b, engine);
    creek_row(&b, engine, false);
    creek_row(&b, engine, true);
    return 0;
}
