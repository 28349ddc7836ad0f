/* The scenarios of a plan as the source of a sweep: what is kept of each, and how it is computed. */
#ifndef QH_SCENARIOS_PLAN_SOURCE_H
#define QH_SCENARIOS_PLAN_SOURCE_H

#include "scenarios/evaluator.h"
#include "scenarios/sweep.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_plan_source qh_plan_source;

/* Fields, in this order, as far as the plan keeps them: "status"; "sampled", the values of the variables (inner units; an
 * index where the variable is no number); of each constituent its statistics "COD_value" ... [section]; of each
 * constituent "COD_attained" [section]; "section_attained" [section]; "attained"; of each constituent "COD_series"
 * [section][sample] and "COD_profile" [frame][point]. QH_E_INPUT as qh_evaluator_create says. The plan is borrowed. */
qh_status qh_plan_source_create(const qh_sweep_plan *plan, qh_diag *diag, qh_plan_source **source);
void qh_plan_source_destroy(qh_plan_source *source); /* NULL is allowed */

const qh_sweep_source *qh_plan_source_get(const qh_plan_source *source);

/* Seconds that a scenario takes, from some that are computed for it and thrown away. */
qh_status qh_plan_source_measure(qh_plan_source *source, qh_diag *diag, double *seconds);

/* Ending of the design's name in a file whose scenarios are those of Sobol' indices. */
#define QH_WITH_INDICES " with indices"

#ifdef __cplusplus
}
#endif
#endif
