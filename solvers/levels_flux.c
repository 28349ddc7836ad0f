/* Flow through an edge by the levels on its two sides (levels.c has the equations).
 *
 * The depth at an edge is that of the cell the water comes from and, down a reach, of the cell below by as much as keeps
 * Newton's matrix an M-matrix and uniform flow free of swings (a hybrid of central and upwind differences: Spalding, Int. J.
 * Numer. Meth. Eng. 4 (1972) 551-559):
 *
 *     d = h_up + p (min(h_down, 2 h_up) - h_up)/2,   p = min(1, K/(K' S L))   S slope of the bed, K' = dK/dh
 *
 * K/(K' S L) is the river's own diffusion D over what upstream depths add, c L/2: where cells are short enough to resolve D
 * (L < 0.6 h/S or so) the scheme is central, of order 2, elsewhere it adds c L (1 - p)/2. With inertia p fades from a Froude
 * number of 1/2 to 1, beyond which nothing comes from below. d is 0 in a dry cell: it gives nothing. Up a reach, over a sill
 * and from reach to reach p is 0. p is that of the step's start. */
#include <math.h>

#include "solvers/levels_internal.h"

/* -, slope below which the diffusive wave's root is a straight line: Q is off by half of it over the slope. */
static const double FLAT = 1e-10;

typedef struct side {
    qh_stage_at at; /* of the water above the higher bed */
    bool wet;
} side;

static side side_of(const qh_levels *v, size_t cell, double bed, double depth) {
    side s = {.wet = true};
    if (bed <= v->bed[cell]) {
        s.at = v->at[cell];
        s.wet = depth > 0;
    } else {
        const double over = v->bed[cell] + depth - bed;
        s.wet = over > 0;
        s.at = qh_stage_find(v->stage[cell], over);
    }
    s.wet = s.wet && s.at.area > 0 && s.at.conveyance > 0;
    return s;
}

typedef struct passage {
    double q, u, dq_source,
        dq_drop; /* m3/s, m/s; by the depth of where it comes from, and by the drop of levels, m2/s */
} passage;

/* Of water that comes from `s` with the drop of levels `drop` [m] >= 0 along `length` [m]. */
static passage diffusive(const side *s, double drop, double length) {
    const double w = drop / length, root = sqrt(w + FLAT), f = w / root;
    return (passage){.q = s->at.conveyance * f,
                     .u = s->at.conveyance * f / s->at.area,
                     .dq_source = s->at.conveyance_slope * f,
                     .dq_drop = s->at.conveyance * (w + 2 * FLAT) / (2 * root * root * root * length)};
}

/* u + a u|u| = r, r [m/s] >= 0 the speed without friction, of which `by_drop` [1/s] a metre of drop; friction over dt. */
static passage inertial(const side *s, double r, double by_drop, double dt) {
    const double slope = s->at.area / s->at.conveyance, a = dt * QH_GRAVITY * slope * slope;
    const double u = 2 * r / (1 + sqrt(1 + 4 * a * r)), give = 1 / (1 + 2 * a * u);
    const double da = 2 * a * (s->at.width / s->at.area - s->at.conveyance_slope / s->at.conveyance);
    return (passage){.q = s->at.area * u,
                     .u = u,
                     .dq_source = s->at.width * u - s->at.area * give * u * u * da,
                     .dq_drop = s->at.area * give * by_drop};
}

static void set(qh_levels *v, size_t e, const passage *p, bool reversed) {
    v->q[e] = reversed ? -p->q : p->q;
    v->u[e] = reversed ? -p->u : p->u;
    v->dq_up[e] = reversed ? p->dq_drop : p->dq_source + p->dq_drop;
    v->dq_down[e] = reversed ? -(p->dq_source + p->dq_drop) : -p->dq_drop;
}

/* Of the depth between two cells, by how much it follows either. */
typedef struct follows {
    double up, down; /* - */
} follows;

/* Down a reach, by the depths of both cells. */
static side side_between(const qh_levels *v, const levels_edge *edge, double ahead, follows *by) {
    const double up = v->trial[edge->up], down = v->trial[edge->down], half = 0.5 * ahead;
    const bool much = down > 2 * up;
    *by = much ? (follows){1 + half, 0} : (follows){1 - half, half};
    const double depth = by->up * up + by->down * down;
    side s = {.at = qh_stage_find(v->stage[edge->up], depth), .wet = up > 0};
    s.wet = s.wet && s.at.area > 0 && s.at.conveyance > 0;
    return s;
}

void levels_look_ahead(qh_levels *v) {
    for (size_t e = 0; e < v->n_edge; e++) {
        const levels_edge *edge = &v->edge[e];
        v->ahead[e] = 0;
        if (edge->kind != LEVELS_INNER || edge->fall < 0 || v->stage[edge->up] != v->stage[edge->down]) continue;
        const qh_stage_at at = qh_stage_find(v->stage[edge->up], v->depth[edge->up]);
        if (!(at.conveyance > 0)) continue;
        v->ahead[e] = fmin(1, at.conveyance / (at.conveyance_slope * edge->fall));
        const double froude2 = v->speed[e] * v->speed[e] * at.width / (QH_GRAVITY * at.area);
        if (v->inertia) v->ahead[e] = fmin(v->ahead[e], fmax(0, (1 - froude2) / 0.75));
    }
}

/* Down to a depth `below` over the bed of cell `cell_below`, which lies `fall` [m] under that of the upper cell. */
static void flow_between(qh_levels *v, size_t e, double dt, double fall, double below, size_t cell_below) {
    const levels_edge *edge = &v->edge[e];
    const double drop = fall + (v->trial[edge->up] - below);
    const double less = v->inertia ? v->less[e] : 1, by_drop = dt * less * QH_GRAVITY / edge->length;
    const double speed = v->inertia ? v->push[e] + by_drop * drop : drop;
    const bool reversed = speed < 0;
    const size_t cell = reversed ? cell_below : edge->up;
    const bool between = !reversed && v->ahead[e] > 0;
    follows by = {1, 0};
    side s;
    if (between) {
        s = side_between(v, edge, v->ahead[e], &by);
    } else if (reversed && edge->kind != LEVELS_INNER) {
        s.at = qh_stage_find(v->stage[cell], below);
        s.wet = s.at.area > 0 && s.at.conveyance > 0;
    } else {
        s = side_of(v, cell, edge->bed, reversed ? below : v->trial[cell]);
    }
    passage p = {0};
    if (s.wet) p = v->inertia ? inertial(&s, fabs(speed), by_drop, dt * less) : diffusive(&s, fabs(drop), edge->length);
    set(v, e, &p, reversed);
    if (!between) return;
    v->dq_up[e] = p.dq_source * by.up + p.dq_drop;
    v->dq_down[e] = p.dq_source * by.down - p.dq_drop;
}

static void flow_out(qh_levels *v, size_t e) {
    const levels_edge *edge = &v->edge[e];
    const qh_stage_at *at = &v->at[edge->up];
    v->q[e] = at->conveyance * edge->slope_root;
    v->u[e] = at->area > 0 ? v->q[e] / at->area : 0;
    v->dq_up[e] = at->conveyance_slope * edge->slope_root;
    v->dq_down[e] = 0;
}

/* Into a reservoir. Where it stands lower than the river's end the water falls freely, by its own depth. */
static void flow_into_pond(qh_levels *v, size_t e, double dt) {
    const levels_edge *edge = &v->edge[e];
    const double level = levels_level(v, edge->down), below = fmax(level, edge->mouth) - edge->bed;
    flow_between(v, e, dt, 0, below, edge->up);
    if (level < edge->mouth) v->dq_down[e] = 0;
}

static void flow_of(qh_levels *v, size_t e, double dt, double end) {
    const levels_edge *edge = &v->edge[e];
    switch (edge->kind) {
    case LEVELS_INNER: flow_between(v, e, dt, edge->fall, v->trial[edge->down], edge->down); break;
    case LEVELS_POND: flow_into_pond(v, e, dt); break;
    case LEVELS_WORKS: levels_flow_works(v, e, end); break;
    case LEVELS_HELD:
        flow_between(v, e, dt, 0, qh_value_at(&edge->held->level, end) - v->bed[edge->up], edge->up);
        break;
    case LEVELS_NORMAL: flow_out(v, e); break;
    }
}

void levels_flows(qh_levels *v, double dt, double end) {
    for (size_t i = 0; i < v->n_cell; i++)
        v->at[i] = qh_stage_find(v->stage[i], v->trial[i]);
    for (size_t i = 0; i < v->n_pond; i++) {
        qh_stage_at *at = &v->at[v->n_cell + i];
        at->area =
            qh_storage_volume(v->routing.river_case->reservoir[i].curve, levels_level(v, v->n_cell + i), &at->width);
    }
    for (size_t e = 0; e < v->n_edge; e++)
        flow_of(v, e, dt, end);
}
