/* Linear and mixed-integer programmes, by CLP and CBC (COIN-OR): the only file that knows them is programme.c. */
#ifndef QH_SCENARIOS_PROGRAMME_H
#define QH_SCENARIOS_PROGRAMME_H

#include <stdbool.h>
#include <stddef.h>

#include "model/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Minimise cost . x where row_low <= A x <= row_high, column_low <= x <= column_high. Infinite bounds: -INFINITY, INFINITY.
 * Rows are best of the order of 1: they are met to 1e-9 (linear) or 1e-7 (integers). */
typedef struct qh_programme {
    size_t n_column, n_row;
    const double *cost, *column_low, *column_high; /* [n_column] */
    const bool *is_integer;                        /* [n_column]; NULL: none is */
    const double *row_low, *row_high;              /* [n_row] */
    const double *matrix;                          /* [n_row][n_column] */
} qh_programme;

typedef enum qh_programme_state { QH_OPTIMAL, QH_INFEASIBLE, QH_UNBOUNDED } qh_programme_state;

/* Solves it. When QH_OPTIMAL: x [n_column], integers rounded; and price [n_row], what a unit more of a row's bound changes
 * the cost by (NULL: not wanted; with integers: that of the programme in which they may be broken). QH_E_NUMERIC
 * when the solver gives up. */
qh_status qh_programme_solve(const qh_programme *programme, qh_programme_state *state, double *x, double *price);

#ifdef __cplusplus
}
#endif
#endif
