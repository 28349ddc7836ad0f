/* The scenarios of a plan: which values the variables have in the i-th, and what it changes.
 *
 * Scenario i is a function of the plan and i alone: it can be asked for in any order, by anyone. */
#ifndef QH_SCENARIOS_PLAN_H
#define QH_SCENARIOS_PLAN_H

#include <stdint.h>

#include "io/plan_reader.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_sampler qh_sampler;

/* The plan is borrowed. */
qh_status qh_sampler_create(const qh_sweep_plan *plan, qh_sampler **sampler);
void qh_sampler_destroy(qh_sampler *sampler);

/* Values of the variables in scenarios first .. first+count-1: value [count][n_variable], a number in its inner unit, or
 * the index of a level (whole number) where the variable is none. */
void qh_sampler_values(const qh_sampler *sampler, uint64_t first, size_t count, double *value);

enum { QH_SCENARIO_ID = 32 };

/* Name of scenario `index`: its number with leading zeros and a hash of its values [n_variable], "00041-9f3c02d1". */
void qh_scenario_id(const qh_sweep_plan *plan, uint64_t index, const double *value, size_t size, char *id);

/* What a sampling design calls one scenario of a plan with indices: point n of matrix A, of B, or of A with column j of B. */
typedef struct qh_saltelli {
    uint64_t point;
    size_t block; /* 0: A, 1: B, 2 + j: A with column j of B */
} qh_saltelli;
static inline qh_saltelli qh_saltelli_of(const qh_sweep_plan *plan, uint64_t index) {
    return (qh_saltelli){index / (plan->n_variable + 2), (size_t)(index % (plan->n_variable + 2))};
}

/* Makes overlays of values, one at a time, in memory of its own. */
typedef struct qh_composer qh_composer;
qh_status qh_composer_create(const qh_sweep_plan *plan, qh_composer **composer);
void qh_composer_destroy(qh_composer *composer);

/* The overlay of plan->river_case for values [n_variable]; it stands until the next call. */
const qh_overlay *qh_compose(qh_composer *composer, const double *value);

#ifdef __cplusplus
}
#endif
#endif
