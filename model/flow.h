/* Steady discharge down the network: mass balance with inflows, withdrawals, bifurcations and diversions that leave
 * the ecological flow first. */
#ifndef QH_MODEL_FLOW_H
#define QH_MODEL_FLOW_H

#include "model/claims.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Ecological flow and diversion of one station. */
typedef struct qh_station_flow {
    double arriving; /* m3/s, reaching the dam, after withdrawals there */
    double target;   /* m3/s, ecological flow that its rule asks for */
    double released; /* m3/s, left in the river below the dam */
    double diverted; /* m3/s, through the station to the tailrace */
    double deficit;  /* m3/s, target - released where positive, else 0 */
} qh_station_flow;

/* A discharge of less is dry. */
#define QH_DRY 1e-6 /* m3/s */

typedef struct qh_withdrawal_flow {
    double asked;   /* m3/s */
    double taken;   /* m3/s */
    double deficit; /* m3/s, asked - taken */
} qh_withdrawal_flow;

typedef struct qh_flow {
    qh_arena *arena;
    size_t n_segment, n_point, n_station, n_withdrawal, n_transfer, n_link;
    const double *segment_upstream;       /* [n_segment], m3/s at the upstream end */
    const double *segment_lateral;        /* [n_segment], m2/s, distributed inflow per length */
    const double *point_taken;            /* [n_point], m3/s, withdrawn, transferred and diverted there */
    const double *point_inflow;           /* [n_point], m3/s, headwaters, tributaries and outfalls entering there */
    const double *point_through;          /* [n_point], m3/s, all that arrives: segments, links and inflow */
    const qh_station_flow *station;       /* [n_station] */
    const qh_withdrawal_flow *withdrawal; /* [n_withdrawal] */
    const qh_withdrawal_flow *transfer;   /* [n_transfer], claims as well */
    const double *link;                /* [n_link], m3/s, through stations and transfers, as the network orders them */
    double inflow, outflow, withdrawn; /* m3/s, of the whole network: all sources, all outlets, all withdrawals */
    double residual;                   /* m3/s, inflow - outflow - withdrawn */
} qh_flow;

/* Solves the discharge. At a point withdrawals come first, as model/claims.h shares the water among them, then the station
 * with its ecological flow, then the river divides by its shares. Transfers are claims among the withdrawals. Withdrawals that get less than they ask for are reported
 * (warning) with place and deficit; an unmet
 * ecological flow likewise, and a withdrawal below a dam that spoils the ecological flow released there. A reach that
 * would fall dry all the same (a station whose rule leaves nothing, a tailrace canal without water) is an error
 * (QH_E_INPUT), and so is a rule without its parameters. */
qh_status qh_flow_solve(const qh_case *river_case, const qh_network *network, qh_diag *diag, qh_flow **flow);
void qh_flow_destroy(qh_flow *flow);

#ifdef __cplusplus
}
#endif
#endif
