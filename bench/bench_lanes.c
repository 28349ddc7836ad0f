/* What a scenario costs when several share a solve: the race case in 1, 4, 16 and 64 lanes, every engine that takes it.
 * The lanes differ in their loads. */
#include <stdio.h>

#include "bench/solve_case.h"

enum { N_COUNTS = 4 };
static const size_t lane_counts[N_COUNTS] = {1, 4, 16, 64};

static qh_case *race_of(bool steady) {
    qh_case *c = race_case(50, 1e-4);
    if (steady) c->run.type = QH_STEADY;
    return c;
}

/* Rows of one engine; nothing when it does not take the case. */
static void measure(const bench *b, const qh_engine *engine, bool steady) {
    ready_case ready[N_COUNTS];
    timed_solve solve[N_COUNTS];
    bench_runner runner[N_COUNTS];
    double best[N_COUNTS];
    size_t made = 0;
    for (; made < N_COUNTS; made++) {
        ready_make(race_of(steady), lane_counts[made], &ready[made]);
        solve[made] = (timed_solve){&ready[made], engine, {0}};
        runner[made] = (bench_runner){timed_solve_run, &solve[made]};
    }
    if (!engine->objection(&ready[0].problem)) {
        bench_take_turns(N_COUNTS, runner, 2, 0.01, best);
        for (size_t k = 0; k < N_COUNTS; k++) {
            char row[96];
            const double a_scenario = best[k] / (double)lane_counts[k];
            (void)snprintf(row, sizeof row, "%s, %zu lane%s, a scenario", engine->name, lane_counts[k], k ? "s" : "");
            const bench_row line =
                k == 0 ? bench_value(row, a_scenario, "s") : bench_against(row, a_scenario, "s", "1 lane", best[0]);
            bench_print(b, &line);
        }
    }
    for (size_t k = 0; k < made; k++)
        ready_free(&ready[k]);
}

int main(int argc, char **argv) {
    const bench b = bench_begin(argc, argv, "lanes");
    for (const qh_engine *const *engine = qh_registry_engine; *engine; engine++) {
        measure(&b, *engine, true);
        measure(&b, *engine, false);
    }
    return 0;
}
