/* Plans of the shipped example from the file of the plan to the file of the sweep, by one process: what scenarios cost, and
 * what part of it the store is. And unsteady plans: scenarios in lanes against runs one by one. With an argument only the
 * latter. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/month_case.h"
#include "scenarios/plan_source.h"
#include "tests/support/plans.h"

/* All scenarios computed and thrown away, in the blocks in which a sweep has them at most. */
static double seconds_without_store(const qh_sweep_source *source) {
    enum { BLOCK = 4096 };
    const qh_sweep_layout *l = &source->layout;
    qh_arena *arena = qh_arena_create();
    void **values = qh_arena_alloc(arena, l->n_field, sizeof *values);
    qh_sweep_failure *failure = qh_arena_alloc(arena, BLOCK, sizeof *failure);
    for (size_t f = 0; f < l->n_field; f++)
        values[f] = qh_arena_alloc(arena, qh_sweep_rows(l, f) * BLOCK, qh_sweep_size(&l->field[f]));
    const double begin = bench_now();
    for (uint64_t first = 0; first < l->n_scenario; first += BLOCK) {
        const uint64_t left = l->n_scenario - first;
        qh_sweep_results results = {first, left < BLOCK ? left : BLOCK, values, 0, failure, arena};
        bench_must(source->evaluate(source->self, &results, NULL, NULL), "scenarios");
    }
    const double seconds = bench_now() - begin;
    qh_arena_destroy(arena);
    return seconds;
}

static double seconds_with_store(const qh_sweep_source *source, const char *path) {
    uint64_t counter = 0;
    const qh_crew crew = qh_crew_alone(&counter);
    qh_sweep *sweep = NULL;
    const double begin = bench_now();
    bench_must(qh_sweep_open(&(qh_sweep_options){.output = path}, source, &sweep), "opening");
    bench_must(qh_sweep_begin(sweep, &crew, NULL), "beginning");
    bench_must(qh_sweep_finish(sweep, &crew, qh_sweep_work(sweep, &crew, NULL, NULL), NULL), "finishing");
    qh_sweep_close(sweep);
    return bench_now() - begin;
}

static void measure(const bench *b, const char *plan_path, const char *path, const char *name, double mark) {
    qh_sweep_plan *plan = NULL;
    qh_plan_source *source = NULL;
    const double begin = bench_now();
    bench_must(qh_sweep_plan_read(plan_path, 0, NULL, NULL, &plan), plan_path);
    bench_must(qh_plan_source_create(plan, NULL, &source), plan_path);
    const double read = bench_now() - begin;
    const double stored = seconds_with_store(qh_plan_source_get(source), path);
    const double plain = seconds_without_store(qh_plan_source_get(source));
    char text[128];
    (void)snprintf(text, sizeof text, "%s, from the plan to the closed file", name);
    bench_row row = bench_value(text, read + stored, "s");
    row.mark = mark;
    bench_print(b, &row);
    (void)snprintf(text, sizeof text, "%s: with store over without", name);
    row = bench_value(text, stored / plain, "-");
    bench_print(b, &row);
    (void)remove(path);
    qh_plan_source_destroy(source);
    qh_sweep_plan_destroy(plan);
}

/* ---- full runs, in lanes and one by one ---- */

typedef struct full_runs {
    const qh_sweep_plan *plan;
    qh_evaluator *evaluator;
    size_t unit;
} full_runs;

static void run_in_lanes(void *self) {
    const full_runs *f = self;
    evaluated e = evaluate(f->evaluator, 0, f->unit);
    evaluated_free(&e);
}

static void run_one_by_one(void *self) {
    const full_runs *f = self;
    for (size_t i = 0; i < f->unit; i++) {
        ran r = plans_run(f->plan, i);
        bench_must(r.status, "a run");
        ran_free(&r);
    }
}

#define LOADS                                                                                                          \
    "  - {name: w, change: {scale: all, load: $value}, distribution: uniform, low: 0.5, high: 1.5, each: yes}\n"
#define RATES "  - {name: k, change: {kinetics: COD, factor: $value}, distribution: uniform, low: 0.5, high: 1.5}\n"
#define FLOW  "  - {name: q, change: {design_flow: $value}, distribution: uniform, low: 0.8, high: 1.2}\n"

/* A scenario of a plan over unsteady runs of a case, when its whole unit is computed, against a run of it alone. */
static void compare_lanes(const bench *b, const char *name, const char *river, const char *variables, double mark) {
    char text[1024], row[128];
    (void)snprintf(text, sizeof text, "design: latin-hypercube\ncount: 128\nvariables:\n%s", variables);
    plans p;
    plans_begin(&p);
    qh_sweep_plan *plan = plans_good(&p, river, text);
    full_runs f = {.plan = plan};
    bench_must(qh_evaluator_create(plan, NULL, &f.evaluator), river);
    f.unit = qh_evaluator_get_layout(f.evaluator)->unit;
    const bench_runner runner[] = {{run_in_lanes, &f}, {run_one_by_one, &f}};
    double best[2];
    bench_take_turns(2, runner, 3, 0.2, best);
    (void)snprintf(row, sizeof row, "%s, %zu in lanes, a scenario", name, f.unit);
    bench_row line = bench_against(row, best[0] / (double)f.unit, "s", "one by one", best[1] / (double)f.unit);
    line.mark = mark;
    bench_print(b, &line);
    qh_evaluator_destroy(f.evaluator);
    qh_sweep_plan_destroy(plan);
    plans_end(&p);
}

int main(int argc, char **argv) {
    const bench b = bench_begin(argc, argv, "plan");
    char folder[] = "/tmp/qinghe-bench-XXXXXX", path[64];
    if (!mkdtemp(folder)) bench_must(QH_E_IO, "a folder");
    (void)snprintf(path, sizeof path, "%s/s.h5", folder);
    if (b.argc == 0) measure(&b, "examples/apengjiang/plans/不确定性.yaml", path, "10,000 Latin hypercube", 4.0);
    if (b.argc == 0) measure(&b, "examples/apengjiang/plans/负荷.yaml", path, "1,000,000 loads only", 5.0);
    (void)rmdir(folder);
    char month[64];
    month_case_make(month);
    compare_lanes(&b, "a month, loads", month, LOADS, 2.5);
    compare_lanes(&b, "a month, loads and rates", month, LOADS RATES, 2);
    compare_lanes(&b, "a month, loads, rates and flow", month, LOADS RATES FLOW, 2);
    month_case_remove(month);
    compare_lanes(&b, "a year of moving water, loads", "examples/apengjiang-year", LOADS, 2);
    return 0;
}
