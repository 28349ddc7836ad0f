/* What happens at the points of the network in one step of a router: sources bring their mean over the step, withdrawals
 * come first (model/claims.h), then the station with its ecological flow, then the river divides by its shares: the rules
 * of steady flow (model/flow.h), with flows of the moment. */
#ifndef QH_SOLVERS_ROUTER_POINTS_H
#define QH_SOLVERS_ROUTER_POINTS_H

#include "model/claims.h"
#include "solvers/router.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_router_points {
    const qh_routing *routing;
    size_t n_source;
    /* Means over the step, m3/s; borrowed by qh_water. */
    double *source;  /* [n_source], in the order of qh_forcing */
    double *lateral; /* [n_cell], of it what enters each cell */
    double *taken;   /* [qh_claim_count], withdrawals and then transfers */
    double *link;    /* [n_link] */
    double *outlet;  /* [n_point] */
    double *inflow;  /* [n_point], of sources other than laterals */

    /* Prepared. */
    qh_claims claims;
    double *asked;                              /* [qh_claim_count], m3/s, mean over the step */
    double *target;                             /* [n_station], m3/s, ecological flows at the step's start */
    size_t *first_withdrawal, *next_withdrawal; /* [n_point], [qh_claim_count]: chains in the case's order, plus one */
    size_t *link_at;                            /* [n_point], of stations, plus one; 0 where there is none */
    size_t *first_arriving, *next_arriving;     /* [n_point], [n_link]: links that end there, plus one */
    double *share;                              /* [n_segment], -, of the water that leaves its upper point */
} qh_router_points;

/* Memory of `arena`. The routing is borrowed. */
qh_status qh_router_points_create(const qh_routing *routing, qh_arena *arena, qh_router_points *points);

/* What sources bring and withdrawals ask for from `start` to `end` [s since the run's start]; for start = end that moment. */
void qh_router_points_begin(qh_router_points *points, double start, double end);

/* Water [m3/s] that links from above bring to `point`: they have been passed before it. */
double qh_router_points_linked(const qh_router_points *points, size_t point);

/* `arriving` [m3/s, >= 0] is all that comes to the point, sources and links included. What withdrawals and the station take
 * is noted; what is left leaves by the segments that begin there, each with its share, or by the outlet, which is noted. */
double qh_router_points_pass(qh_router_points *points, size_t point, double arriving, double start, double end);

/* What transfers took at a point goes through their links; qh_router_points_pass does so itself. */
void qh_router_points_transfer(qh_router_points *points, size_t point);

/* The ecological flow [m3/s] that the station of `link` leaves in the river at time `t` [s since the run's start]. */
double qh_router_points_ecoflow(const qh_router_points *points, size_t link, double t);

/* What that station wants to divert [m3/s], its capacity at most, mean over the step. */
double qh_router_points_wanted(const qh_router_points *points, size_t link, double start, double end);

/* The largest discharge that anything in the case can bring [m3/s]: the sum of the largest of every source. */
double qh_router_points_most(const qh_routing *routing);

#ifdef __cplusplus
}
#endif
#endif
