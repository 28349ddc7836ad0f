/* Plans of the shipped example from the file of the plan to the file of the sweep, by one process: what scenarios cost, and
 * what part of it the store is. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/bench.h"
#include "scenarios/plan_source.h"

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

int main(int argc, char **argv) {
    const bench b = bench_begin(argc, argv, "plan");
    char folder[] = "/tmp/qinghe-bench-XXXXXX", path[64];
    if (!mkdtemp(folder)) bench_must(QH_E_IO, "a folder");
    (void)snprintf(path, sizeof path, "%s/s.h5", folder);
    measure(&b, "examples/apengjiang/plans/不确定性.yaml", path, "10,000 Latin hypercube", 4.0);
    measure(&b, "examples/apengjiang/plans/负荷.yaml", path, "1,000,000 loads only", 5.0);
    (void)rmdir(folder);
    return 0;
}
