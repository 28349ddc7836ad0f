/* One step in time: Newton's method for the depths of all cells (levels.c has the equations). */
#include <float.h>
#include <math.h>
#include <string.h>

#include "solvers/levels_internal.h"

enum { MOST_ITERATIONS = 60 };
/* -, of what is in a cell and passes it in the step: volumes are those of the balance whatever this is. Where a deep pool has
 * hardly any slope, the last digits of its depth decide more: after some iterations the second is enough, or what those
 * digits move. */
static const double CLOSE = 1e-11, CLOSE_ENOUGH = 1e-7;
enum { PATIENCE = 20 };
static const double NOTHING = 1e-9;    /* m3 */
static const double DRY_FROM = 1e-9;   /* -, of what was in a cell and passed it: less has no digits of its own */
static const double FIRST_FILM = 1e-4; /* m, where a search for the depth of a dry cell begins */

/* ---- points ---- */

/* What comes to a point by all faces but the host's own, which follows from it; at an outlet what leaves there. What a
 * reservoir takes back from below is none of it: no host's face counts. */
static double arriving_at(const qh_levels *v, size_t p) {
    const qh_network *net = v->routing.network;
    const qh_grid *grid = v->routing.grid;
    double sum = v->points.inflow[p] + qh_router_points_linked(&v->points, p);
    for (size_t i = net->in_first[p]; i < net->in_first[p + 1]; i++) {
        const size_t face = qh_first_face(grid, net->in_segment[i] + 1) - 1;
        if (face != v->host[p].face) sum += fmax(v->face[face], 0);
    }
    for (size_t i = net->out_first[p]; i < net->out_first[p + 1]; i++) {
        const size_t face = qh_first_face(grid, net->out_segment[i]);
        if (face != v->host[p].face) sum += fmax(-v->face[face], 0);
    }
    return sum + fmax(v->points.outlet[p], 0);
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

static double from_above(const qh_levels *v, size_t p) {
    const qh_network *net = v->routing.network;
    double sum = 0;
    for (size_t i = net->in_first[p]; i < net->in_first[p + 1]; i++) {
        const size_t face = qh_first_face(v->routing.grid, net->in_segment[i] + 1) - 1;
        if (face != v->host[p].face) sum += v->face[face];
    }
    return sum;
}

/* The host's face has what the balance of its point leaves; below a reservoir, what its structures pass. */
static void close_point(qh_levels *v, size_t p) {
    const qh_network *net = v->routing.network;
    const qh_grid *grid = v->routing.grid;
    const levels_host *host = &v->host[p];
    const size_t reservoir = v->ponds.reservoir_at[p];
    if (host->face == LEVELS_NO_FACE) return;
    double net_in =
        reservoir > 0 ? v->q[v->works[reservoir - 1]] : levels_entering(v, p) - v->points.outlet[p] + from_above(v, p);
    for (size_t i = net->out_first[p]; i < net->out_first[p + 1]; i++) {
        const size_t face = qh_first_face(grid, net->out_segment[i]);
        if (face != host->face) net_in -= v->face[face];
    }
    v->face[host->face] = host->is_below ? net_in : -net_in;
}

/* What is taken at the point when so much arrives, m3/s. */
static double through(qh_levels *v, size_t p, double arriving, double start) {
    const double outlet = v->points.outlet[p];
    if (v->ponds.reservoir_at[p] > 0)
        levels_take_from_pond(v, p, arriving, start, v->until);
    else
        (void)qh_router_points_pass(&v->points, p, arriving, start, v->until);
    v->points.outlet[p] = outlet;
    return taken_at(v, p);
}

/* The flow of the links that begin at a point, times `sign`, is added to `sum` [n_link]. */
static void add_links(const qh_levels *v, size_t p, double sign, double *sum) {
    for (size_t l = v->first_leaving[p]; l > 0; l = v->next_leaving[l - 1])
        sum[l - 1] += sign * v->points.link[l - 1];
}

/* Withdrawals, transfers and the station at the point take of what arrives; and what they take of a little more. */
static void take_at(qh_levels *v, size_t p, double start) {
    static const double little = 1e-7; /* -, of what arrives */
    const double arriving = arriving_at(v, p), change = arriving * little;
    for (size_t l = v->first_leaving[p]; l > 0; l = v->next_leaving[l - 1])
        v->diverts[l - 1] = 0;
    v->stays[p] = 1;
    if (!(arriving > 0) || (v->points.first_withdrawal[p] == 0 && v->points.link_at[p] == 0)) {
        (void)through(v, p, arriving, start);
        return;
    }
    const double less = through(v, p, arriving - change, start);
    add_links(v, p, -1, v->diverts);
    const double all = through(v, p, arriving, start);
    add_links(v, p, 1, v->diverts);
    v->stays[p] = 1 - fmin(fmax((all - less) / change, 0), 1);
    for (size_t l = v->first_leaving[p]; l > 0; l = v->next_leaving[l - 1])
        v->diverts[l - 1] = fmin(fmax(v->diverts[l - 1] / change, 0), 1);
}

void levels_faces(qh_levels *v, double start, bool take) {
    memset(v->points.outlet, 0, v->n_point * sizeof *v->points.outlet);
    for (size_t e = 0; e < v->n_edge; e++)
        if (v->edge[e].face != LEVELS_NO_FACE) v->face[v->edge[e].face] = v->q[e];
    for (size_t e = 0; e < v->n_edge; e++)
        if (levels_leads_outside(&v->edge[e])) v->points.outlet[v->edge[e].point] = v->q[e];
    for (size_t i = 0; take && i < v->n_point; i++)
        take_at(v, v->routing.network->point_order[i], start);
    for (size_t p = 0; p < v->n_point; p++)
        close_point(v, p);
}

/* ---- the system ---- */

typedef struct parts {
    double up, down; /* -, of what an edge brings, that stays there */
} parts;

/* Of what comes to a point through an edge that part reaches its owner which nothing takes. */
static parts parts_of(const qh_levels *v, const levels_edge *edge, double q) {
    parts p = {1, 1};
    if (levels_leads_outside(edge) && edge->up < v->n_cell) p.up = 2 - v->stays[edge->point];
    if (edge->joins && edge->host_above && q < 0) p.up = v->stays[edge->point];
    if (((edge->joins && !edge->host_above) || edge->kind == LEVELS_POND) && q > 0) p.down = v->stays[edge->point];
    return p;
}

static void add_edges(qh_levels *v, double dt) {
    for (size_t e = 0; e < v->n_edge; e++) {
        const levels_edge *edge = &v->edge[e];
        const double volume = dt * v->q[e];
        const parts into = parts_of(v, edge, volume);
        v->change[edge->up] += volume;
        v->scale[edge->up] += fabs(volume);
        v->value[v->pattern->diagonal[edge->up]] += dt * v->dq_up[e] * into.up;
        if (levels_leads_outside(edge)) continue;
        v->change[edge->down] -= volume;
        v->scale[edge->down] += fabs(volume);
        v->value[v->pattern->diagonal[edge->down]] -= dt * v->dq_down[e] * into.down;
        v->value[edge->slot[0]] += dt * v->dq_down[e] * into.up;
        v->value[edge->slot[1]] -= dt * v->dq_up[e] * into.down;
    }
}

static void add_returns(qh_levels *v, double dt) {
    for (size_t i = 0; i < v->n_return; i++) {
        const levels_return *r = &v->returns[i];
        const levels_edge *edge = &v->edge[r->edge];
        const double brings = edge->joins && edge->host_above ? -1 : 1; /* when its flow has this sign */
        if (!(v->q[r->edge] * brings > 0)) continue;
        const double part = dt * v->diverts[r->link] * v->stays[r->point] * brings;
        v->value[r->slot[0]] -= part * v->dq_up[r->edge];
        v->value[r->slot[1]] -= part * v->dq_down[r->edge];
    }
}

/* While the start is sought reservoirs are as wide as the sea. */
static void keep_ponds(qh_levels *v) {
    for (size_t i = v->n_cell; i < v->n; i++) {
        v->change[i] = 0;
        v->value[v->pattern->diagonal[i]] = 1e30;
    }
}

/* Residuals [m3] in `change`, their scale, and the matrix of their slopes [m2]. */
static void assemble(qh_levels *v, double dt) {
    memset(v->value, 0, (size_t)v->pattern->first[v->pattern->n] * sizeof *v->value);
    for (size_t i = 0; i < v->n; i++) {
        const double volume = v->length[i] * v->at[i].area;
        v->change[i] = volume - v->base[i];
        v->scale[i] = volume + v->base[i];
        v->value[v->pattern->diagonal[i]] = v->length[i] * v->at[i].width;
    }
    for (size_t i = 0; i < v->n_cell; i++) {
        v->change[i] -= dt * v->points.lateral[i];
        v->scale[i] += dt * v->points.lateral[i];
    }
    for (size_t p = 0; p < v->n_point; p++) {
        const double volume = dt * levels_entering(v, p);
        const size_t owner = levels_owner(v, p);
        v->change[owner] -= volume;
        v->scale[owner] += fabs(volume);
    }
    add_edges(v, dt);
    add_returns(v, dt);
    if (v->starting) keep_ponds(v);
}

double levels_rounding(const qh_levels *v, size_t unknown) {
    return 4 * DBL_EPSILON * fabs(v->trial[unknown]) * v->value[v->pattern->diagonal[unknown]];
}

/* Whether the step is solved; `sum` is that of the residuals, `all` of their scales, m3. */
static bool is_close(const qh_levels *v, bool patient, double *sum, double *all) {
    const double part = patient ? CLOSE_ENOUGH : CLOSE;
    bool close = true;
    *sum = *all = 0;
    for (size_t i = 0; i < v->n; i++) {
        const double off = fabs(v->change[i]);
        *sum += off;
        *all += v->scale[i];
        close = close && off <= part * v->scale[i] + NOTHING + (patient ? levels_rounding(v, i) : 0);
    }
    return close;
}

/* Depths stay above 0 and do not leap: the curves of conveyance are steep. Storage curves are not, and go on below their
 * ends: what a reservoir cannot give is found out after the step. */
static void move(qh_levels *v, double part) {
    for (size_t i = 0; i < v->n_cell; i++) {
        const double h = v->trial[i], to = h - part * v->change[i];
        v->trial[i] = to > 0.1 * h ? fmin(to, 3 * h + 0.1) : 0.1 * h;
    }
    for (size_t i = v->n_cell; i < v->n; i++)
        v->trial[i] -= part * v->change[i];
}

/* Whether a stage over dt that ends at time `end` [s] settles. Where levels are nearly even the root in Q makes full steps swing from side to side: they are halved
 * until the residuals fall. */
static bool search(qh_levels *v, double dt, double end) {
    double last = INFINITY, part = 1;
    for (int k = 0; k < MOST_ITERATIONS; k++) {
        levels_flows(v, dt, end);
        levels_faces(v, v->now, true);
        assemble(v, dt);
        double off = 0, all = 0;
        if (is_close(v, k >= PATIENCE, &off, &all)) return true;
        const double most = k < PATIENCE ? 1 : 0.5; /* else it may go round in circles of full and half steps */
        part = off > 0.9 * last && off > 1e-7 * all ? fmax(0.5 * part, 0.0625) : fmin(2 * part, most);
        last = off;
        if (qh_linear_factor(v->linear, 0.0, 1.0, v->value) != QH_OK || qh_linear_solve(v->linear, v->change) != QH_OK)
            return false;
        move(v, part);
    }
    return false;
}

/* ---- volumes ---- */

/* By the balance; `all` is what was in the cell and passed it, for the rounding of the sum. */
static double volume_of(const qh_levels *v, size_t i, double dt, double *all) {
    const size_t f = qh_grid_face(v->routing.grid, i);
    const double in = v->face[f], out = v->face[f + 1], lateral = v->points.lateral[i];
    *all = v->before[i] + dt * (fabs(in) + fabs(out) + lateral);
    return v->before[i] + dt * (in - out + lateral);
}

/* Of a reservoir, likewise. */
static double volume_of_pond(const qh_levels *v, size_t reservoir, double dt) {
    const qh_network *net = v->routing.network;
    const size_t p = net->reservoir_point[reservoir];
    return v->before[v->n_cell + reservoir] +
           dt * (levels_entering(v, p) + from_above(v, p) - v->q[v->works[reservoir]]);
}

/* A cell gives no more than it has: what was solved to a tolerance may ask for some drops more, and its outflows are cut by
 * `missing` [m3]. Below 0: the drops that are left of a cell that runs dry, which would be all rounding, run on as well. So
 * the balance of cells and points holds to the last digit. False where it is no matter of drops, or nothing flows out. */
static bool give_less(qh_levels *v, size_t cell, double missing, double dt) {
    if (missing > 10 * (CLOSE_ENOUGH * v->scale[cell] + NOTHING)) return false;
    double out = 0;
    for (size_t k = v->first_edge[cell]; k < v->first_edge[cell + 1]; k++) {
        const size_t e = v->edge_of[k];
        out += fmax(v->edge[e].up == cell ? v->q[e] : -v->q[e], 0);
    }
    if (!(out > 0)) return false;
    const double part = fmin(missing / (dt * out), 1);
    for (size_t k = v->first_edge[cell]; k < v->first_edge[cell + 1]; k++) {
        const size_t e = v->edge_of[k];
        if ((v->edge[e].up == cell ? v->q[e] : -v->q[e]) > 0) v->q[e] *= 1 - part;
    }
    return true;
}

/* Flows that are nothing, as a search leaves them between dry cells, do not pass; nor, `take`, is anything taken of them. */
static void forget_nothings(qh_levels *v, double dt, bool take) {
    for (size_t e = 0; e < v->n_edge; e++)
        if (dt * fabs(v->q[e]) < NOTHING) v->q[e] = v->u[e] = 0;
    levels_faces(v, v->now, take);
}

/* Volumes by the balance itself. */
static bool balance(qh_levels *v, double dt) {
    enum { MOST_PASSES = 200 }; /* drops run on to the next cell, which may be as dry */
    for (int pass = 0; pass < MOST_PASSES; pass++) {
        bool cut = false;
        for (size_t i = 0; i < v->n_cell; i++) {
            double all = 0;
            const double volume = v->after[i] = volume_of(v, i, dt, &all);
            if (fabs(volume) <= 1e-15 * all) {
                v->after[i] = 0; /* the rounding of the sum itself */
            } else if (volume < 0) {
                if (!give_less(v, i, -volume, dt)) return false;
                cut = true;
            } else if (volume < DRY_FROM * all) {
                cut = give_less(v, i, -volume, dt) || cut;
            }
        }
        for (size_t i = 0; i < v->n_pond; i++)
            v->after[v->n_cell + i] = v->starting ? v->before[v->n_cell + i] : volume_of_pond(v, i, dt);
        if (!cut) return true;
        levels_faces(v, v->now, false);
    }
    return false;
}

/* ---- stages ---- */

static void begin_search(qh_levels *v) {
    for (size_t i = 0; i < v->n_cell; i++)
        v->trial[i] = fmax(v->depth[i], FIRST_FILM);
    memcpy(v->trial + v->n_cell, v->depth + v->n_cell, v->n_pond * sizeof *v->trial);
}

static void keep_last(qh_levels *v) {
    memcpy(v->last_q, v->q, v->n_edge * sizeof *v->last_q);
    memcpy(v->last_face, v->face, qh_face_count(v->routing.grid) * sizeof *v->last_face);
}

/* By implicit Euler. */
static bool one_stage(qh_levels *v, double dt) {
    v->base = v->before;
    levels_push(v, dt, 1);
    begin_search(v);
    if (!search(v, dt, v->until)) return false;
    keep_last(v);
    return true;
}

/* What the second stage begins with, dt after the step's start by the flows of the first; false: not all cells have that. */
static bool begin_second(qh_levels *v, double dt) {
    for (size_t i = 0; i < v->n; i++)
        v->second[i] = v->before[i] + (i < v->n_cell ? dt * v->points.lateral[i] : 0);
    for (size_t p = 0; p < v->n_point; p++)
        v->second[levels_owner(v, p)] += dt * levels_entering(v, p);
    for (size_t e = 0; e < v->n_edge; e++) {
        v->second[v->edge[e].up] -= dt * v->q[e];
        if (!levels_leads_outside(&v->edge[e])) v->second[v->edge[e].down] += dt * v->q[e];
    }
    bool enough = true;
    for (size_t i = 0; i < v->n_cell; i++)
        enough = enough && v->second[i] >= 0;
    return enough;
}

/* What the stages disagree about, part of what a cell holds with a film of water over it: the error of a step of first order,
 * an upper bound of that of second. `part` of the step belongs to the second. */
static double roughness(const qh_levels *v, double part) {
    static const double film = 0.01; /* m */
    double worst = 0;
    for (size_t i = 0; i < v->n_cell; i++) {
        const double volume = v->length[i] * v->at[i].area, all = volume + film * v->length[i] * v->at[i].width;
        const double first = (v->second[i] - v->before[i]) / (1 - part), second = (volume - v->second[i]) / part;
        if (all > 0) worst = fmax(worst, part * fabs(second - first) / all);
    }
    return worst;
}

static void mean_of(size_t n, const double *first, double part, double *second) {
    for (size_t i = 0; i < n; i++)
        second[i] = (1 - part) * first[i] + part * second[i];
}

/* Of second order (levels.c). The step's flows are the means of both. */
static bool two_stages(qh_levels *v, double dt) {
    static const double smooth = 0.02; /* -: a flood at the end of 200 km is then 1 % off (bench_routing_sundials.c) */
    const double part = 1 - sqrt(0.5);
    v->base = v->before;
    levels_push(v, dt, part);
    begin_search(v);
    if (!search(v, part * dt, v->now + part * dt)) return false;
    forget_nothings(v, dt, true); /* else a dry cell would have less than nothing, and all the network one stage */
    if (!begin_second(v, (1 - part) * dt)) return false;
    memcpy(v->first, v->q, v->n_edge * sizeof *v->first);
    memcpy(v->first_taken, v->points.taken, qh_claim_count(v->routing.river_case) * sizeof *v->first_taken);
    memcpy(v->first_link, v->points.link, v->routing.network->n_link * sizeof *v->first_link);
    v->base = v->second;
    levels_push_again(v, dt, part);
    if (!search(v, part * dt, v->until)) return false;
    v->rough = dt > 1.01 * LEVELS_SHORT_STEP ? roughness(v, part) / smooth : 0;
    if (v->rough > 1) return false;
    keep_last(v);
    mean_of(v->n_edge, v->first, part, v->q);
    mean_of(qh_claim_count(v->routing.river_case), v->first_taken, part, v->points.taken);
    mean_of(v->routing.network->n_link, v->first_link, part, v->points.link);
    return true;
}

static bool finish(qh_levels *v, double dt, bool take) {
    forget_nothings(v, dt, take);
    return balance(v, dt);
}

qh_status levels_step(qh_levels *v, double dt) {
    const bool second_order = !v->starting;
    v->until = v->starting ? v->now : v->now + dt;
    levels_set_works(v, v->until);
    levels_look_ahead(v);
    v->rough = 0;
    const bool solved = (second_order && two_stages(v, dt) && finish(v, dt, false)) ||
                        (v->rough <= 1 && one_stage(v, dt) && finish(v, dt, true));
    if (!solved) {
        memcpy(v->q, v->mean, v->n_edge * sizeof *v->q); /* the next try sees the state before the step */
        levels_faces(v, v->now, true);
        return QH_E_NUMERIC;
    }
    memcpy(v->depth, v->trial, v->n * sizeof *v->depth);
    memcpy(v->mean, v->q, v->n_edge * sizeof *v->mean);
    memcpy(v->flow, v->last_q, v->n_edge * sizeof *v->flow);
    memcpy(v->end_face, v->last_face, qh_face_count(v->routing.grid) * sizeof *v->end_face);
    memcpy(v->speed, v->u, v->n_edge * sizeof *v->speed);
    return QH_OK;
}
