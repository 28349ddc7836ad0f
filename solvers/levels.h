/* Flow by water levels: the diffusive wave and the full Saint-Venant equations, by one scheme (solvers/levels.c). What the
 * routers "diffusive" and "dynamic" are made of. */
#ifndef QH_SOLVERS_LEVELS_H
#define QH_SOLVERS_LEVELS_H

#include "solvers/router.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_levels qh_levels;

/* Why the case cannot be routed by levels (a catalogue key), or NULL. */
const char *qh_levels_objection(const qh_routing *routing);

/* Steady non-uniform flow of the run's start. `inertia`: the full equations, else the diffusive wave. QH_E_INPUT where beds
 * are missing, QH_E_NUMERIC where no steady flow is found. */
qh_status qh_levels_create(const qh_routing *routing, bool inertia, qh_diag *diag, qh_levels **levels);
void qh_levels_destroy(qh_levels *levels);

void qh_levels_state(const qh_levels *levels, qh_water *water);
qh_status qh_levels_advance(qh_levels *levels, double until, qh_diag *diag, qh_water *water);

/* For tests: begins anew at time `now` [s] from these depths [n_cell, m] and still water. */
void qh_levels_restart(qh_levels *levels, const double *depth, double now);
/* Level of the bed [n_cell], m. */
const double *qh_levels_bed(const qh_levels *levels);

#ifdef __cplusplus
}
#endif
#endif
