/* Reservoirs in one step of a router: storage nodes that fill and empty by the balance of their water.
 *
 *     dV/dt = I - W - L - R,   R = max(E, sum of the structures' discharges at the level z(V))
 *
 * I arrives, W is what withdrawals ask for, L what the station wants to divert, R what goes on into the river below: the
 * structures, and never less than the ecological flow E, the first claim. Implicit in time (R by the level of the step's
 * end), one equation with one unknown whose left side rises with z: Newton's method between bounds. The volume is then
 * what the balance with that R gives, to round-off.
 *
 * With a dead level z0 what it can give in the step is shared:
 *
 *     a = I + max(0, V - V(z0)) / dt;   W by rank out of a, E among the claims (model/claims.h);   L <= a - W - E
 *     R = min(max(E, sum), a - W - L)
 *
 * so that its level never falls below z0: the operator shuts the gates. While transfers take from it that must leave a flow
 * of their own in the river, E is no less than that.
 *
 * Without one a reservoir gives what is asked of it as long as its storage curve has water below its level; it holds as
 * long as the curve goes on above it. Beyond either end the run stops, with place, time and cause: what a real operator would then do
 * is for the case to say (a rule, a minimum level of the station, a weir, a longer curve).
 *
 * Rules act by the level and the inflow at the start of the step and by the date (solvers/router_rules.h).
 *
 * qh_router_ponds_pass is for a router that marches downstream and knows no levels in the river: structures discharge freely.
 * A router with levels solves a reservoir's level together with theirs and uses the parts.
 *
 * Not for reservoirs that stratify. */
#ifndef QH_SOLVERS_ROUTER_PONDS_H
#define QH_SOLVERS_ROUTER_PONDS_H

#include "model/structure.h"
#include "solvers/router_points.h"
#include "solvers/router_rules.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_router_ponds {
    qh_router_points *points; /* borrowed */
    double *start, *end;      /* [n_point], m3, held at the step's start and end; 0 where there is no reservoir */
    double *released;         /* [n_reservoir], m3/s, R */
    size_t *reservoir_at;     /* [n_point], plus one; 0 where there is none */
    qh_router_rules rules;
} qh_router_ponds;

/* Memory of `arena`; reservoirs at their level of the run's start. */
qh_status qh_router_ponds_create(qh_router_points *points, qh_arena *arena, qh_router_ponds *ponds);

/* A new step: what was its end is its start. */
void qh_router_ponds_begin(qh_router_ponds *ponds);

/* What transfers want in the step from `start` on [s since the run's start], where rules set it. `held` [n_reservoir], m3, in
 * the reservoirs then; NULL: what the ponds themselves hold. */
void qh_router_ponds_transfers(qh_router_ponds *ponds, double start, const double *held);

/* As qh_router_points_pass, at a point with or without a reservoir: what leaves by the segments that begin there into
 * `leaving` [m3/s]. For start = end the flows of that moment. QH_E_NUMERIC where a reservoir empties or overtops. */
qh_status qh_router_ponds_pass(qh_router_ponds *ponds, size_t point, double arriving, double start, double end,
                               qh_diag *diag, double *leaving);

/* ---- parts ---- */

/* One reservoir in one step. */
typedef struct qh_pond_step {
    qh_router_ponds *all;
    const qh_storage_curve *curve;
    size_t reservoir;
    double volume;          /* m3, at the start */
    double inflow;          /* m3/s, that stays in it: arriving less what is taken and diverted */
    double ecoflow;         /* m3/s */
    double arriving;        /* m3/s */
    double taken, diverted; /* m3/s */
    double start, end;      /* s since the run's start */
    bool has_dead;          /* the reservoir has a dead level */
    double most;            /* m3/s, of it: what may go on into the river; meaningless without one */
} qh_pond_step;

/* Sets the structures of a reservoir for a step, in which it begins at `level` [m] while `arriving` [m3/s] comes. */
void qh_router_ponds_set(qh_router_ponds *ponds, size_t reservoir, double level, double arriving, double start,
                         double end);

/* What withdrawals and the station take from the reservoir at `point`, which is noted; its volume is that of `level`. */
qh_pond_step qh_router_ponds_claims(qh_router_ponds *ponds, size_t point, double level, double arriving, double start,
                                    double end);

/* What goes on into the river, between the levels above and below [m; -INFINITY: free]: through the structures as they are
 * set, or the ecological flow where that is more. */
qh_passage qh_router_ponds_released(const qh_pond_step *step, double up, double down);

/* A reservoir that cannot give what is asked of it, or cannot hold what comes: tells so and returns QH_E_NUMERIC. */
qh_status qh_router_ponds_empty(const qh_pond_step *step, double released, qh_diag *diag);
qh_status qh_router_ponds_overtopped(const qh_pond_step *step, double released, qh_diag *diag);

/* The largest discharge that reservoirs can add to what sources bring [m3/s]: all that passes at their highest levels. */
double qh_router_ponds_most(const qh_routing *routing);

#ifdef __cplusplus
}
#endif
#endif
