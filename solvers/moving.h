/* Quality on moving water: transport on the volumes and face flows of a router, step by step. */
#ifndef QH_SOLVERS_MOVING_H
#define QH_SOLVERS_MOVING_H

#include "solvers/engine.h"
#include "solvers/router.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Why a problem cannot be solved on moving water (a catalogue key), or NULL when it can. The router is not asked. */
const char *qh_moving_objection(const qh_problem *problem);

/* Solves the problem on the water of `router` and fills the sink; as qh_engine.solve. The problem's flow is that of the
 * run's start. */
qh_status qh_moving_solve(const qh_problem *problem, const qh_router *router, const qh_progress *progress,
                          const qh_sink *sink, qh_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
