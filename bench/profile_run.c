/* One solve of the race case, for bench/profile: profile_run ENGINE CELL_LENGTH LANES steady|unsteady. Prints cells, steps
 * (1 where an engine counts none) and components; the solve itself is ready_solve, which the profiler looks for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/solve_case.h"

static int usage(void) {
    (void)fprintf(stderr, "profile_run ENGINE CELL_LENGTH LANES steady|unsteady; engines:");
    for (const qh_engine *const *engine = qh_registry_engine; *engine; engine++)
        (void)fprintf(stderr, " %s", (*engine)->name);
    (void)fprintf(stderr, "\n");
    return 2;
}

int main(int argc, char **argv) {
    if (argc != 5) return usage();
    const double cell_length = strtod(argv[2], NULL);
    const size_t n_lane = strtoul(argv[3], NULL, 10);
    if (!(cell_length > 0) || n_lane == 0) return usage();
    qh_case *c = race_case(cell_length, 1e-5);
    if (strcmp(argv[4], "steady") == 0) c->run.type = QH_STEADY;
    ready_case ready;
    ready_make(c, n_lane, &ready);
    const qh_engine *engine = NULL;
    if (qh_engine_choose(&ready.problem, argv[1], ready.water.diag, &engine) != QH_OK) {
        (void)fprintf(stderr, "%s\n", qh_diag_line(ready.water.diag, qh_diag_size(ready.water.diag) - 1));
        ready_free(&ready);
        return usage();
    }
    solve_result result = {0};
    ready_solve(&ready, engine, &result);
    const double steps = isnan(result.steps) ? 1 : result.steps;
    printf("%zu %.0f %zu\n", ready.water.grid->n_cell, steps, ready.forcing->n_species * n_lane);
    ready_free(&ready);
    return 0;
}
