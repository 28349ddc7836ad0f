/* What it costs to clean outfalls better: a CSV table of upgrade levels and of costs by the tonne. docs/scenarios.md. */
#ifndef QH_IO_COSTS_READER_H
#define QH_IO_COSTS_READER_H

#include "model/case.h"
#include "model/discharge.h"

#ifdef __cplusplus
extern "C" {
#endif

/* An upgrade that can be bought for an outfall: all constituents that the grade limits come down to its limits. */
typedef struct qh_cost_level {
    qh_place place;
    size_t outfall;
    const qh_discharge_standard *standard; /* owned by the costs */
    size_t grade;
    double cost; /* money a year, >= 0 */
} qh_cost_level;

/* A cut of one constituent at an outfall by any amount. */
typedef struct qh_cost_cut {
    qh_place place;
    size_t outfall, species;
    double cost; /* money for a g/s, >= 0; written for a tonne a year */
    double most; /* -, part of the load that can be cut, 0 .. 1 */
} qh_cost_cut;

typedef struct qh_costs {
    qh_arena *arena;
    size_t n_level, n_cut, n_standard;
    const qh_cost_level *level;       /* [n_level] */
    const qh_cost_cut *cut;           /* [n_cut] */
    qh_discharge_standard **standard; /* [n_standard] */
} qh_costs;

/* Reads `path`. Columns outfall, cost and either standard and grade, or constituent and (if not all) most; all problems
 * go to diag with their place. QH_E_INPUT, or QH_E_IO when there is no such file. */
qh_status qh_costs_read(const char *path, const qh_case *river_case, qh_diag *diag, qh_costs **costs);
void qh_costs_destroy(qh_costs *costs);

#ifdef __cplusplus
}
#endif
#endif
