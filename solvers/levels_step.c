/* One step in time: Newton's method for the depths of all cells (levels.c has the equations). */
#include <math.h>
#include <string.h>

#include "solvers/levels_internal.h"

enum { MOST_ITERATIONS = 60, FROZEN_FROM = 8 };
static const double CLOSE = 1e-11;     /* -, of what is in a cell and passes it in the step: volumes are those of the balance */
static const double NOTHING = 1e-9;    /* m3 */
static const double FIRST_FILM = 1e-4; /* m, where a search for the depth of a dry cell begins */

/* ---- points ---- */

static double arriving_at(const qh_levels *v, size_t p) {
    const qh_network *net = v->routing.network;
    const qh_grid *grid = v->routing.grid;
    double sum = v->points.inflow[p] + qh_router_points_linked(&v->points, p);
    for (size_t i = net->in_first[p]; i < net->in_first[p + 1]; i++)
        sum += fmax(v->face[qh_first_face(grid, net->in_segment[i] + 1) - 1], 0);
    for (size_t i = net->out_first[p]; i < net->out_first[p + 1]; i++)
        sum += fmax(-v->face[qh_first_face(grid, net->out_segment[i])], 0);
    return sum;
}

static double taken_at(const qh_levels *v, size_t p) {
    double sum = 0;
    for (size_t i = v->points.first_withdrawal[p]; i > 0; i = v->points.next_withdrawal[i - 1])
        sum += v->points.taken[i - 1];
    return v->points.link_at[p] > 0 ? sum + v->points.link[v->points.link_at[p] - 1] : sum;
}

double levels_entering(const qh_levels *v, size_t p) {
    return v->points.inflow[p] + qh_router_points_linked(&v->points, p) - taken_at(v, p);
}

/* The host's face has what the balance of its point leaves. */
static void close_point(qh_levels *v, size_t p) {
    const qh_network *net = v->routing.network;
    const qh_grid *grid = v->routing.grid;
    const levels_host *host = &v->host[p];
    double net_in = levels_entering(v, p) - v->points.outlet[p];
    for (size_t i = net->in_first[p]; i < net->in_first[p + 1]; i++) {
        const size_t face = qh_first_face(grid, net->in_segment[i] + 1) - 1;
        if (face != host->face) net_in += v->face[face];
    }
    for (size_t i = net->out_first[p]; i < net->out_first[p + 1]; i++) {
        const size_t face = qh_first_face(grid, net->out_segment[i]);
        if (face != host->face) net_in -= v->face[face];
    }
    v->face[host->face] = host->is_below ? net_in : -net_in;
}

void levels_faces(qh_levels *v, double start, bool take) {
    memset(v->points.outlet, 0, v->n_point * sizeof *v->points.outlet);
    for (size_t e = 0; e < v->n_edge; e++)
        if (v->edge[e].kind == LEVELS_INNER) v->face[v->edge[e].face] = v->q[e];
    for (size_t i = 0; take && i < v->n_point; i++) {
        const size_t p = v->routing.network->point_order[i];
        (void)qh_router_points_pass(&v->points, p, arriving_at(v, p), start);
        v->points.outlet[p] = 0;
    }
    for (size_t e = 0; e < v->n_edge; e++)
        if (v->edge[e].kind != LEVELS_INNER) v->points.outlet[v->edge[e].point] = v->q[e];
    for (size_t p = 0; p < v->n_point; p++)
        close_point(v, p);
}

/* ---- the system ---- */

static void add_edges(qh_levels *v, double dt) {
    for (size_t e = 0; e < v->n_edge; e++) {
        const levels_edge *edge = &v->edge[e];
        const double volume = dt * v->q[e];
        v->change[edge->up] += volume;
        v->scale[edge->up] += fabs(volume);
        v->value[v->pattern->diagonal[edge->up]] += dt * v->dq_up[e];
        if (edge->kind != LEVELS_INNER) continue;
        v->change[edge->down] -= volume;
        v->scale[edge->down] += fabs(volume);
        v->value[v->pattern->diagonal[edge->down]] -= dt * v->dq_down[e];
        v->value[edge->slot[0]] += dt * v->dq_down[e];
        v->value[edge->slot[1]] -= dt * v->dq_up[e];
    }
}

/* Residuals [m3] in `change`, their scale, and the matrix of their slopes [m2]. */
static void assemble(qh_levels *v, double dt) {
    memset(v->value, 0, (size_t)v->pattern->first[v->pattern->n] * sizeof *v->value);
    for (size_t i = 0; i < v->n_cell; i++) {
        const double lateral = dt * v->points.lateral[i], volume = v->length[i] * v->at[i].area;
        v->change[i] = volume - v->before[i] - lateral;
        v->scale[i] = volume + v->before[i] + lateral;
        v->value[v->pattern->diagonal[i]] = v->length[i] * v->at[i].width;
    }
    for (size_t p = 0; p < v->n_point; p++) {
        const double volume = dt * levels_entering(v, p);
        v->change[v->host[p].cell] -= volume;
        v->scale[v->host[p].cell] += fabs(volume);
    }
    add_edges(v, dt);
}

/* Whether the step is solved; `sum` is that of the residuals, m3. */
static bool is_close(const qh_levels *v, double *sum) {
    bool close = true;
    *sum = 0;
    for (size_t i = 0; i < v->n_cell; i++) {
        const double off = fabs(v->change[i]);
        *sum += off;
        close = close && off <= CLOSE * v->scale[i] + NOTHING;
    }
    return close;
}

/* Depths stay above 0 and do not leap: the curves of conveyance are steep. */
static void move(qh_levels *v, double part) {
    for (size_t i = 0; i < v->n_cell; i++) {
        const double h = v->trial[i], to = h - part * v->change[i];
        v->trial[i] = to > 0.1 * h ? fmin(to, 3 * h + 0.1) : 0.1 * h;
    }
}

/* Whether it settles. Where levels are nearly even the root in Q makes full steps swing from side to side: they are halved
 * until the residuals fall. What withdrawals take follows the search at first, and then stays: it is not in the matrix. */
static bool search(qh_levels *v, double dt) {
    double last = INFINITY, part = 1;
    for (int k = 0; k < MOST_ITERATIONS; k++) {
        levels_flows(v, dt, v->now + dt);
        levels_faces(v, v->now, k < FROZEN_FROM);
        assemble(v, dt);
        double off = 0;
        if (is_close(v, &off)) return true;
        part = off > 0.9 * last ? fmax(0.5 * part, 0.0625) : fmin(2 * part, 1);
        last = off;
        if (qh_linear_factor(v->linear, 0.0, 1.0, v->value) != QH_OK ||
            qh_linear_solve(v->linear, v->change) != QH_OK)
            return false;
        move(v, part);
    }
    return false;
}

/* ---- volumes ---- */

static double volume_of(const qh_levels *v, size_t i, double dt) {
    const size_t f = qh_grid_face(v->routing.grid, i);
    return v->before[i] + dt * (v->face[f] - v->face[f + 1] + v->points.lateral[i]);
}

/* A cell gives no more than it has: what was solved to a tolerance may ask for some drops more. Its outflows are cut, so that
 * the balance of cells and points holds to the last digit all the same. False where it is no matter of drops. */
static bool give_less(qh_levels *v, size_t cell, double missing, double dt) {
    if (missing > 10 * (CLOSE * v->scale[cell] + NOTHING)) return false;
    double out = 0;
    for (size_t k = v->first_edge[cell]; k < v->first_edge[cell + 1]; k++) {
        const size_t e = v->edge_of[k];
        out += fmax(v->edge[e].up == cell ? v->q[e] : -v->q[e], 0);
    }
    if (!(out > 0)) return false;
    const double part = fmin(missing * (1 + 1e-15) / (dt * out), 1);
    for (size_t k = v->first_edge[cell]; k < v->first_edge[cell + 1]; k++) {
        const size_t e = v->edge_of[k];
        if ((v->edge[e].up == cell ? v->q[e] : -v->q[e]) > 0) v->q[e] *= 1 - part;
    }
    return true;
}

/* Volumes by the balance itself. */
static bool balance(qh_levels *v, double dt) {
    enum { MOST_PASSES = 200 }; /* drops run on to the next cell, which may be as dry */
    for (int pass = 0; pass < MOST_PASSES; pass++) {
        bool cut = false;
        for (size_t i = 0; i < v->n_cell; i++) {
            v->after[i] = volume_of(v, i, dt);
            if (v->after[i] >= 0) continue;
            if (v->after[i] >= -1e-15 * v->scale[i]) {
                v->after[i] = 0; /* the rounding of the sum itself */
                continue;
            }
            if (!give_less(v, i, -v->after[i], dt)) return false;
            cut = true;
        }
        if (!cut) return true;
        levels_faces(v, v->now, false);
    }
    return false;
}

qh_status levels_step(qh_levels *v, double dt) {
    for (size_t i = 0; i < v->n_cell; i++)
        v->trial[i] = fmax(v->depth[i], FIRST_FILM);
    levels_push(v, dt);
    /* Withdrawals begin the search as they were; push has read the faces of the step before. */
    if (!search(v, dt) || !balance(v, dt)) {
        memcpy(v->q, v->flow, v->n_edge * sizeof *v->q); /* the next try sees the state before the step */
        levels_faces(v, v->now, true);
        return QH_E_NUMERIC;
    }
    memcpy(v->depth, v->trial, v->n_cell * sizeof *v->depth);
    memcpy(v->flow, v->q, v->n_edge * sizeof *v->flow);
    memcpy(v->speed, v->u, v->n_edge * sizeof *v->speed);
    return QH_OK;
}
