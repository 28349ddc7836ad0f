/* What structures and transfers are set to in a step of a router: by the first of their rules that acts, else by their own
 * opening or flow. Rules act by the level and the inflow at the start of the step, by what passed a place of the network in
 * the step before, and by the date. */
#ifndef QH_SOLVERS_ROUTER_RULES_H
#define QH_SOLVERS_ROUTER_RULES_H

#include "model/arena.h"
#include "solvers/router.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_router_rules {
    const qh_case *river_case; /* borrowed */
    bool latched;    /* rules by level that have begun to act do not end: for a search of steady flow, which else may
                      * go round in circles */
    bool *acts;      /* [n_rule], of those with thresholds of level: whether it is between them, having begun */
    double *setting; /* [n_structure], m or m3/s, of the present step */
    /* Where rules look, of those that do. */
    size_t *face;   /* [n_rule], above the place */
    double *below;  /* [n_rule], -, weight of the next face, by the place between them */
    double *passes; /* [n_rule], m3/s, there at the step's start */
} qh_router_rules;

/* Memory of `arena`; no rule has begun to act, and rules see the steady flow. */
qh_status qh_router_rules_create(const qh_routing *routing, qh_arena *arena, qh_router_rules *rules);

/* Rules see these discharges [qh_face_count, m3/s] in the step that begins. */
void qh_router_rules_look(qh_router_rules *rules, const double *face);

/* Sets structure `k` for the step from `start` to `end` [s since the run's start], in which `level` [m] stands above it and
 * `inflow` [m3/s] arrives. The same step may be set several times. */
void qh_router_rules_set(qh_router_rules *rules, size_t k, double level, double inflow, double start, double end);

/* Whether a rule sets transfer `t` at time `start` [s since the run's start], and to what: `flow` [m3/s], left alone if not.
 * `level` [m] stands in the reservoir that it takes from; meaningless where it takes from none, as no rule asks then. */
bool qh_router_rules_transfer(qh_router_rules *rules, size_t t, double level, double start, double *flow);

#ifdef __cplusplus
}
#endif
#endif
