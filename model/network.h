/* The network: reaches cut at every place where something happens.
 *
 * Points are the nodes of the case and the break points inside reaches (outfall, tributary, withdrawal, dam, tailrace,
 * control section, end of a distributed inflow). Segments join them; along a segment nothing but the distributed inflow
 * changes. A link carries water from a dam to its tailrace, or by a pumped
 * transfer, without passing the reaches between. The graph of segments
 * and links, directed downstream, has no cycle. */
#ifndef QH_MODEL_NETWORK_H
#define QH_MODEL_NETWORK_H

#include "model/case.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_point {
    bool is_node;
    size_t node;     /* index in the case; meaningful when is_node */
    size_t reach;    /* meaningful unless is_node */
    double chainage; /* m, in that reach; meaningful unless is_node */
} qh_point;

typedef struct qh_segment {
    size_t reach;
    double x0, x1;   /* m, chainages in the reach, x0 < x1 */
    size_t from, to; /* points at x0 and x1 */
} qh_segment;

typedef struct qh_link {
    bool is_transfer; /* a pumped transfer, not a station */
    size_t station;   /* index in the case; meaningless for a transfer */
    size_t transfer;  /* index in the case; meaningless for a station */
    size_t from, to;  /* points of dam and tailrace, of intake and outlet */
} qh_link;

typedef struct qh_network {
    qh_arena *arena;
    size_t n_point, n_segment, n_link;
    const qh_point *point;     /* [n_point] */
    const qh_segment *segment; /* [n_segment], a reach's segments together and downstream */
    const qh_link *link;       /* [n_link], one a station, then one a transfer, in the case's order */

    const size_t *point_order;           /* [n_point], downstream: every segment and link goes from earlier to later */
    const size_t *reach_first;           /* [n_reach + 1], segments reach_first[r] .. reach_first[r+1]-1 are reach r */
    const size_t *in_first, *in_segment; /* segments that end in a point: in_segment[in_first[p] .. in_first[p+1]) */
    const size_t *out_first, *out_segment; /* segments that begin in a point, likewise */

    /* Points of the case's rows, in the case's order. */
    const size_t *headwater_point, *tributary_point, *outfall_point, *withdrawal_point, *section_point,
        *reservoir_point, *structure_point; /* a structure's at a reservoir is the reservoir's */
    const size_t *node_point;               /* [n_node] */

    /* [n_lateral] each: a distributed inflow feeds the segments lateral_first[i] .. lateral_end[i]-1 of its reach. */
    const size_t *lateral_first, *lateral_end;
} qh_network;

/* Cuts the case's reaches into segments. Adds every topological error to diag (a cycle, a source node without
 * headwater, a headwater where water already arrives, a node that nothing reaches, a bifurcation without shares or
 * whose shares do not add up to 1 ...) and returns QH_E_INPUT if there is one. */
qh_status qh_network_create(const qh_case *river_case, qh_diag *diag, qh_network **network);
void qh_network_destroy(qh_network *network);

#ifdef __cplusplus
}
#endif
#endif
