/* Structures and reservoirs between levels.
 *
 *     Q = sum of the laws' discharges at z_up, z_down (model/structure.h); out of a reservoir no less than the ecological flow
 *     V(z') = V + dt (sum in Q' + I - W - L - Q')           a reservoir: its level is an unknown like that of a cell
 *
 * implicit like all the rest. The law of a structure takes the place of the momentum equation: what passes a weir or a gate
 * brings the mean speed of the cell that it enters. A river that ends in a reservoir feels its level; where that is lower than
 * the river's end the water falls freely. Water comes over the higher of sill and bed of the cell it comes from, so that
 * nothing leaves a dry cell. Where levels are even to a thousandth of a millimetre the laws, whose slope is infinite there,
 * are straight lines.
 *
 * Rules, the ecological flow, withdrawals and stations: solvers/router_ponds.h. Not for hydraulic jumps under a gate, nor for
 * reservoirs whose curve holds again what stands in the river above the dam: that is in its cells. */
#include <math.h>

#include "solvers/levels_internal.h"

static const double EVEN = 1e-6; /* m */

/* ---- laws ---- */

static qh_passage law_of(const qh_levels *v, size_t structure, double sill, double up, double down) {
    qh_structure raised = v->routing.river_case->structure[structure];
    if (raised.crest.given) raised.crest.value = fmax(raised.crest.value, sill);
    return qh_structure_find(raised.kind)->passage(&raised, v->ponds.rules.setting[structure], up, down);
}

static void add(qh_passage *sum, qh_passage through) {
    sum->flow += through.flow;
    sum->by_up += through.by_up;
    sum->by_down += through.by_down;
}

/* Of one structure in a river. */
static qh_passage through_one(const qh_levels *v, size_t e, size_t structure, double up, double down) {
    const levels_edge *edge = &v->edge[e];
    const bool inner = !levels_leads_outside(edge);
    const double sill = up >= down || !inner ? v->bed[edge->up] : v->bed[edge->down];
    return law_of(v, structure, sill, up, down);
}

static qh_passage through_all(const qh_levels *v, size_t e, double up, double down) {
    const levels_edge *edge = &v->edge[e];
    qh_passage sum = {0};
    if (edge->up >= v->n_cell) return qh_router_ponds_released(&v->pond[edge->up - v->n_cell], up, down);
    for (size_t k = edge->structure; k > 0; k = v->next_structure[k - 1])
        add(&sum, through_one(v, e, k - 1, up, down));
    return sum;
}

/* A straight line between the flows at EVEN to either side; what a release sets does not change on it. */
static qh_passage through_even(const qh_levels *v, size_t e, double up, double down) {
    const double middle = 0.5 * (up + down), part = 0.5 * (up - down) / EVEN + 0.5;
    const qh_passage high = through_all(v, e, middle + 0.5 * EVEN, middle - 0.5 * EVEN);
    const qh_passage low = through_all(v, e, middle - 0.5 * EVEN, middle + 0.5 * EVEN);
    const double slope = 0.5 * (high.flow - low.flow) / EVEN;
    return (qh_passage){low.flow + part * (high.flow - low.flow), slope, -slope};
}

static double level_below(const qh_levels *v, const levels_edge *edge, double end) {
    if (!levels_leads_outside(edge)) return levels_level(v, edge->down);
    return edge->held ? qh_value_at(&edge->held->level, end) : -INFINITY;
}

void levels_flow_works(qh_levels *v, size_t e, double end) {
    const levels_edge *edge = &v->edge[e];
    const double up = levels_level(v, edge->up), down = level_below(v, edge, end);
    const qh_passage p = fabs(up - down) < EVEN ? through_even(v, e, up, down) : through_all(v, e, up, down);
    v->q[e] = p.flow;
    v->dq_up[e] = p.by_up;
    v->dq_down[e] = p.by_down;
    const size_t into = p.flow < 0 ? edge->up : edge->down;
    const bool cell = into < v->n_cell && v->at[into].area > 0;
    v->u[e] = cell ? p.flow / v->at[into].area : 0;
}

/* ---- a step ---- */

/* What came to the place of an edge just before the step, m3/s. */
static double arrived_at(const qh_levels *v, const levels_edge *edge) {
    const qh_network *net = v->routing.network;
    double sum = v->points.inflow[edge->point] + qh_router_points_linked(&v->points, edge->point);
    for (size_t i = net->in_first[edge->point]; i < net->in_first[edge->point + 1]; i++)
        sum += fmax(v->face[qh_first_face(v->routing.grid, net->in_segment[i] + 1) - 1], 0);
    return sum;
}

void levels_set_works(qh_levels *v, double end) {
    for (size_t e = 0; e < v->n_edge; e++) {
        const levels_edge *edge = &v->edge[e];
        if (edge->kind != LEVELS_WORKS) continue;
        const double level = v->bed[edge->up] + v->depth[edge->up], arriving = arrived_at(v, edge);
        if (edge->up >= v->n_cell) qh_router_ponds_set(&v->ponds, edge->up - v->n_cell, level, arriving, v->now, end);
        for (size_t k = edge->structure; k > 0; k = v->next_structure[k - 1])
            qh_router_rules_set(&v->ponds.rules, k - 1, level, arriving, v->now, end);
    }
    for (size_t i = 0; i < v->n_pond; i++) {
        const size_t p = v->routing.network->reservoir_point[i];
        levels_take_from_pond(v, p, arrived_at(v, &v->edge[v->works[i]]), v->now, end);
    }
}

void levels_take_from_pond(qh_levels *v, size_t point, double arriving, double start, double end) {
    const size_t i = v->ponds.reservoir_at[point] - 1, at = v->n_cell + i;
    v->pond[i] = qh_router_ponds_claims(&v->ponds, point, v->bed[at] + v->depth[at], arriving, start, end);
    v->pond[i].volume = v->before[at];
}

/* ---- what stops a run ---- */

qh_status levels_check_ponds(const qh_levels *v, qh_diag *diag) {
    for (size_t i = 0; i < v->n_pond; i++) {
        const qh_pond_step *d = &v->pond[i];
        const double volume = v->after[v->n_cell + i], released = v->q[v->works[i]];
        if (volume < d->curve->volume[0]) return qh_router_ponds_empty(d, released, diag);
        if (volume > d->curve->volume[d->curve->count - 1]) return qh_router_ponds_overtopped(d, released, diag);
    }
    return QH_OK;
}

bool levels_blame_works(const qh_levels *v, qh_diag *diag) {
    static const double dry = 0.01; /* m */
    const qh_case *c = v->routing.river_case;
    for (size_t e = 0; e < v->n_edge; e++) {
        if (v->edge[e].kind != LEVELS_WORKS || v->edge[e].up >= v->n_cell || v->depth[v->edge[e].up] > dry) continue;
        for (size_t k = v->edge[e].structure; k > 0; k = v->next_structure[k - 1]) {
            const qh_structure *s = &c->structure[k - 1];
            if (!qh_structure_find(s->kind)->by_flow) continue;
            qh_diag_add(diag, QH_ERROR, s->place,
                        "structure %s, %.6g h after the start: it is set to pass %.4g m3/s, and the river above it has "
                        "run dry",
                        s->code, v->now / 3600, v->ponds.rules.setting[k - 1]);
            return true;
        }
    }
    return false;
}
