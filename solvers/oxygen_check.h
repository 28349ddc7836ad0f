/* Whether oxygen has run out where decay does not wait for it: the linear law then gives less than nothing, and the
 * answer is wrong by more than a sign. For every engine. */
#ifndef QH_SOLVERS_OXYGEN_CHECK_H
#define QH_SOLVERS_OXYGEN_CHECK_H

#include "solvers/engine.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The constituent that is oxygen, where something that has no oxygen_half consumes it; n_constituent where oxygen is
 * not modelled or cannot run out. */
size_t qh_oxygen_exhaustible(const qh_case *river_case);

/* QH_E_NUMERIC, with a message naming constituent, value and place, where oxygen lies below `least` [g/m3, < 0 by what
 * the engine's errors may leave] in any lane. Points [n_point][n_species][n_lane, g/m3] and cells [n_cell][n_species]
 * [n_lane, g/m3, more after them are not looked at], each may be NULL. */
qh_status qh_oxygen_check(const qh_problem *problem, double least, const double *point, const double *cell,
                          qh_diag *diag);

/* QH_E_NUMERIC with a message: a constituent has `value` [g/m3] < 0 by more than any error. */
qh_status qh_tell_exhausted(const qh_problem *problem, size_t species, double value, qh_diag *diag);

/* Values [rows][n_species][n_lane, g/m3] that are known to within `error` [g/m3]. One below zero by no more has no sign
 * that could be told: 0 lies within its error, is given instead, and *raised grows to the largest amount [g/m3] by which
 * this was done, for the run's statistics. One further below is an error as above. */
qh_status qh_judge_signs(const qh_problem *problem, double error, double *value, size_t rows, double *raised,
                         qh_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
