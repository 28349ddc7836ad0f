/* What structures are set to in a step of a router: by the first of their rules that acts, else by their own opening or
 * flow. Rules act by the level and the inflow at the start of the step and by the date. */
#ifndef QH_SOLVERS_ROUTER_RULES_H
#define QH_SOLVERS_ROUTER_RULES_H

#include "model/arena.h"
#include "model/case.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_router_rules {
    const qh_case *river_case; /* borrowed */
    bool latched;    /* rules by level that have begun to act do not end: for a search of steady flow, which else may
                      * go round in circles */
    bool *acts;      /* [n_rule], of those with thresholds of level: whether it is between them, having begun */
    double *setting; /* [n_structure], m or m3/s, of the present step */
} qh_router_rules;

/* Memory of `arena`; no rule has begun to act. */
qh_status qh_router_rules_create(const qh_case *river_case, qh_arena *arena, qh_router_rules *rules);

/* Sets structure `k` for the step from `start` to `end` [s since the run's start], in which `level` [m] stands above it and
 * `inflow` [m3/s] arrives. The same step may be set several times. */
void qh_router_rules_set(qh_router_rules *rules, size_t k, double level, double inflow, double start, double end);

#ifdef __cplusplus
}
#endif
#endif
