/* A case brought to an engine, for measurements: everything up to the solve is made once and timed apart from it. */
#ifndef QH_BENCH_SOLVE_CASE_H
#define QH_BENCH_SOLVE_CASE_H

#include "bench/bench.h"
#include "bench/race_case.h"
#include "solvers/engine.h"
#include "tests/support/hydraulics.h"

typedef struct ready_case {
    qh_case *river_case;
    hydraulics water;
    qh_forcing *forcing;
    qh_problem problem;
} ready_case;

/* Hydraulics and forcing of a case in `n_lane` lanes, whose loads differ from lane to lane; takes the case over. The
 * object stays where it is: the problem points into it. */
void ready_make(qh_case *river_case, size_t n_lane, ready_case *ready);
void ready_free(ready_case *ready);

/* What a solve gave. */
typedef struct solve_result {
    size_t n_sample;
    race_series *series; /* samples of lane 0 of the first constituent; NULL: not wanted. Only of cases with
                            RACE_SECTIONS sections and at most RACE_HOURS + 1 samples */
    double *section;     /* the last sample, lane 0 of the first constituent [n_section]; NULL: not wanted */
    double steps;        /* as the engine counts them; NAN when it does not */
} solve_result;

/* Solves by the engine, and ends the program when it fails. */
void ready_solve(const ready_case *ready, const qh_engine *engine, solve_result *result);

/* A solve to be timed. */
typedef struct timed_solve {
    const ready_case *ready;
    const qh_engine *engine;
    solve_result result;
} timed_solve;

/* A bench_runner's function; self is a timed_solve. */
void timed_solve_run(void *self);

#endif
