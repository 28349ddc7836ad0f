/* The textbook loop that every engine is measured against; see crank_nicolson.c. */
#ifndef QH_BENCH_CRANK_NICOLSON_H
#define QH_BENCH_CRANK_NICOLSON_H

#include "bench/race_case.h"

/* Runs the race case on `n_cell` cells (a multiple of 10, so that sections and outfalls lie on faces) with steps of `dt`
 * [s] (a divisor of an hour). */
qh_status crank_nicolson_run(size_t n_cell, double dt, race_series series);

#endif
