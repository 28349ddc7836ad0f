/* Flux-corrected transport for a step on moving water: nothing negative and no new extremum, by proof.
 *
 * Low order  u: backward Euler with the low-order fluxes of moving_water.c, the step's mean loads and the volumes of its end.
 *            V1 + h A is an M-matrix, so u is a mean of old values and of what enters.
 * Limiter    (Zalesak 1979) as in volumes_limit.c: what the high order moves beyond the low one through each face, and what it
 *            reacts beyond it, passes as far as the cells at both sides stay within their bounds; all ends at a point share
 *            one factor, points joined by a link too, so that the point's balance holds for the mixture.
 * Bounds     u in the cell and beside it, old values there and upstream as far as water runs in the step, and the bounds of
 *            older states (moving_past.c), so that a smooth peak may come back to what it was.
 * Source     Zalesak (1979), J. Comput. Phys. 31:335. */
#include <math.h>
#include <string.h>

#include "solvers/moving_internal.h"

static const double nearly_all = 1 - 1e-13;
enum { longest_stretch = 16 };

static bool is_instant(const moving *v, size_t p) {
    return !(v->water.pond_start[p] > 0) && !(v->water.pond_end[p] > 0);
}

/* ---- where it is needed ---- */

typedef struct range {
    double low, high;
} range;

static void widen(range *r, double value) {
    r->low = value < r->low ? value : r->low;
    r->high = value > r->high ? value : r->high;
}

/* Old values of a component in the cell, beside it, and over the stretch that water runs; of points all stages'. */
static range old_range(const moving *v, size_t s, size_t k, size_t j) {
    const qh_segment *segment = &v->problem->network->segment[s];
    const size_t first = v->problem->grid->segment_first[s], n = moving_cells(v, s), m = v->m;
    const double flow = v->water.face[qh_first_face(v->problem->grid, s) + k];
    const double volume = fmin(v->volume[0][first + k], v->volume_end[first + k]);
    double run = volume > 0 ? fabs(flow) * v->h / volume + 2 : longest_stretch;
    const long reach = run < longest_stretch ? (long)run : longest_stretch;
    const long up = flow >= 0 ? reach : 1, down = flow >= 0 ? 1 : reach;
    range r = {INFINITY, -INFINITY};
    for (long i = (long)k - up; i <= (long)k + down; i++) {
        if (i >= 0 && i < (long)n) {
            widen(&r, v->now[(first + (size_t)i) * m + j]);
            continue;
        }
        const size_t p = (i < 0 ? segment->from : segment->to) * m + j;
        widen(&r, v->lowest[p]);
        widen(&r, v->highest[p]);
    }
    if (volume > 0) qh_moving_widen_by_past(v, s, k, j, flow * v->h / volume, &r.low, &r.high);
    return r;
}

/* How far reactions and distributed loads may carry a value in the step. */
static range stretched(const moving *v, size_t system, size_t i, size_t s, size_t j, range r) {
    const moving_system *y = &v->system[system];
    double gain = fmax(y->gain[i], 0);
    if (v->volume_end[i] > 0)
        gain += v->lateral[1][s * v->m + j] * qh_grid_length(v->problem->grid, i) / v->volume_end[i];
    r.low *= exp(-v->h * fmax(y->decay[i], 0));
    r.high += v->h * gain;
    return r;
}

static bool is_outside(const moving *v, size_t system, size_t s, size_t j) {
    const qh_solver_options *solver = &v->problem->river_case->solver;
    const size_t first = v->problem->grid->segment_first[s], n = moving_cells(v, s), m = v->m;
    const bool reacts = v->system[system].n_parent > 0;
    for (size_t k = 0; k < n; k++) {
        const size_t i = first + k;
        const double own = v->next[i * m + j];
        if (own < 0) return true;
        if (k == 0 || k + 1 == n) continue;
        const double up = v->next[(i - 1) * m + j], down = v->next[(i + 1) * m + j];
        if ((own - up) * (down - own) >= 0) continue; /* only extremes can be new */
        const range r = stretched(v, system, i, s, j, old_range(v, s, k, j));
        const double tolerance = solver->relative_tolerance * fabs(own) + solver->absolute_tolerance;
        if (own < r.low - tolerance || (!reacts && own > r.high + tolerance)) return true;
    }
    return false;
}

static bool needs_limit(const moving *v, size_t system) {
    for (size_t j = moving_component(v, system); j < moving_component(v, system) + v->lanes; j++) {
        for (size_t s = 0; s < v->n_segment; s++) {
            if (is_outside(v, system, s, j)) return true;
        }
        for (size_t p = 0; p < v->n_point; p++) {
            if (!is_instant(v, p) && v->next[(v->n_cell + p) * v->m + j] < 0) return true;
        }
    }
    return false;
}

/* ---- low order ---- */

static void low_right_side(const moving *v, size_t system, double *u) {
    const moving_system *y = &v->system[system];
    const size_t m = v->m;
    for (size_t s = 0; s < v->n_segment; s++) {
        for (size_t i = v->problem->grid->segment_first[s]; i < v->problem->grid->segment_first[s + 1]; i++) {
            for (size_t j = moving_component(v, system); j < moving_component(v, system) + v->lanes; j++)
                u[i * m + j] = v->h * v->lateral[1][s * m + j] * qh_grid_length(v->problem->grid, i);
        }
    }
    for (size_t i = 0; i < v->n_row; i++) {
        const double volume = 0.5 * (v->volume[0][i] + v->volume_end[i]);
        const size_t p = i - v->n_cell;
        for (size_t l = 0; l < v->lanes; l++) {
            const size_t j = moving_component(v, system) + l;
            double *x = &u[i * m + j];
            if (i >= v->n_cell) *x = (is_instant(v, p) ? 1 : v->h) * v->load[1][p * m + j];
            if (i >= v->n_cell && v->fixed[p]) *x = v->mean[i * m + j];
            if (v->still[i]) *x = v->now[i * m + j];
            if (v->still[i] || (i >= v->n_cell && is_instant(v, p))) continue;
            *x += v->volume[0][i] * v->now[i * m + j] + v->h * volume * y->gain[i];
            for (size_t a = 0; a < y->n_parent; a++)
                *x += v->h * v->volume_end[i] * y->from_parent[a][i] *
                      v->next[i * m + moving_component(v, y->parent[a]) + l];
        }
    }
}

/* ---- the limiter, of one component ---- */

typedef struct limiter {
    moving *v;
    size_t system, j, lane;
    const double *u;
    double *more; /* [n_row][m], g, reactions of the low order beyond those of the high one: a gain */
} limiter;

static double low_reacted(const limiter *a, size_t i) {
    const moving *v = a->v;
    const moving_system *y = &v->system[a->system];
    const double volume = 0.5 * (v->volume[0][i] + v->volume_end[i]);
    double loss = v->volume_end[i] * y->decay[i] * a->u[i * v->m + a->j] - volume * y->gain[i];
    for (size_t k = 0; k < y->n_parent; k++)
        loss -=
            v->volume_end[i] * y->from_parent[k][i] * v->next[i * v->m + moving_component(v, y->parent[k]) + a->lane];
    return v->h * loss;
}

static double ratio(double room, double wanted) {
    if (!(wanted > 0)) return 1;
    const double part = room > 0 ? nearly_all * room / wanted : 0;
    return part < 1 ? part : 1;
}

static void limit_cells(const limiter *a, size_t s) {
    moving *v = a->v;
    const qh_segment *segment = &v->problem->network->segment[s];
    const size_t first = v->problem->grid->segment_first[s], n = moving_cells(v, s), m = v->m, j = a->j;
    const double *difference = v->difference + qh_first_face(v->problem->grid, s) * m + j;
    for (size_t k = 0; k < n; k++) {
        const size_t i = first + k;
        range r = old_range(v, s, k, j);
        widen(&r, a->u[i * m + j]);
        widen(&r, a->u[(k > 0 ? i - 1 : v->n_cell + segment->from) * m + j]);
        widen(&r, a->u[(k + 1 < n ? i + 1 : v->n_cell + segment->to) * m + j]);
        r = stretched(v, a->system, i, s, j, r);
        if (r.low < 0) r.low = 0;
        const double in = difference[k * m], out = difference[(k + 1) * m], more = a->more[i * m + j];
        const double rise = fmax(in, 0) + fmax(-out, 0) + fmax(more, 0);
        const double fall = fmax(-in, 0) + fmax(out, 0) + fmax(-more, 0);
        v->raise[i * m + j] = ratio(v->volume_end[i] * (r.high - a->u[i * m + j]), rise);
        v->fall[i * m + j] = ratio(v->volume_end[i] * (a->u[i * m + j] - r.low), fall);
    }
    double *from = &v->alpha[segment->from * m + j], *to = &v->alpha[segment->to * m + j];
    const double in = difference[0], out = difference[n * m];
    *from = fmin(*from, in > 0 ? v->raise[first * m + j] : v->fall[first * m + j]);
    *to = fmin(*to, out > 0 ? v->fall[(first + n - 1) * m + j] : v->raise[(first + n - 1) * m + j]);
}

/* A pond moves from u towards the high order's value; it must stay positive and between old value, u and its neighbours'. */
static void limit_ponds(const limiter *a) {
    moving *v = a->v;
    const qh_network *network = v->problem->network;
    for (size_t p = 0; p < v->n_point; p++) {
        if (is_instant(v, p)) continue;
        const size_t at = (v->n_cell + p) * v->m + a->j;
        const double u = a->u[at], high = v->next[at];
        range r = {fmin(u, v->now[at]), fmax(u, v->now[at])};
        for (size_t k = network->in_first[p]; k < network->in_first[p + 1]; k++)
            widen(&r, a->u[(v->problem->grid->segment_first[network->in_segment[k] + 1] - 1) * v->m + a->j]);
        if (r.low < 0) r.low = 0;
        const double part = high > u ? ratio(r.high - u, high - u) : ratio(u - r.low, u - high);
        v->alpha[p * v->m + a->j] = fmin(v->alpha[p * v->m + a->j], part);
    }
}

static void share_along_links(const limiter *a) {
    moving *v = a->v;
    const qh_network *network = v->problem->network;
    bool changed = true;
    while (changed) {
        changed = false;
        for (size_t k = 0; k < network->n_link; k++) {
            if (!(v->water.link[k] > 0)) continue;
            double *from = &v->alpha[network->link[k].from * v->m + a->j];
            double *to = &v->alpha[network->link[k].to * v->m + a->j];
            if (*from == *to) continue;
            *from = *to = fmin(*from, *to);
            changed = true;
        }
    }
}

/* What passes of a face's difference; kept in its place. */
static void pass_faces(const limiter *a, size_t s) {
    moving *v = a->v;
    const qh_segment *segment = &v->problem->network->segment[s];
    const size_t first = v->problem->grid->segment_first[s], n = moving_cells(v, s), m = v->m, j = a->j;
    const size_t face = qh_first_face(v->problem->grid, s);
    for (size_t k = 0; k <= n; k++) {
        double *difference = &v->difference[(face + k) * m + j];
        double part = 0;
        if (k == 0) {
            part = v->alpha[segment->from * m + j];
        } else if (k == n) {
            part = v->alpha[segment->to * m + j];
        } else {
            const size_t up = (first + k - 1) * m + j, down = up + m;
            part = *difference > 0 ? fmin(v->fall[up], v->raise[down]) : fmin(v->raise[up], v->fall[down]);
        }
        const double passed = part * *difference;
        v->flux[(face + k) * m + j] -= (*difference - passed) / v->h; /* from the high order's towards the low one's */
        *difference = passed;
    }
    for (size_t k = 0; k < n; k++) {
        const size_t i = first + k, at = i * m + j;
        const double more = a->more[at], part = more > 0 ? v->raise[at] : v->fall[at];
        const double gained = v->difference[(face + k) * m + j] - v->difference[(face + k + 1) * m + j] + part * more;
        v->reacted[at] += (1 - part) * more;
        v->next[at] = v->volume_end[i] > 0 ? a->u[at] + gained / v->volume_end[i] : a->u[at];
    }
}

static void pass_points(const limiter *a) {
    moving *v = a->v;
    for (size_t p = 0; p < v->n_point; p++) {
        const size_t at = (v->n_cell + p) * v->m + a->j;
        const double part = v->alpha[p * v->m + a->j];
        v->mean[at] = a->u[at] + part * (v->mean[at] - a->u[at]);
        v->reacted[at] += (1 - part) * a->more[at];
        v->next[at] = a->u[at] + part * (v->next[at] - a->u[at]);
    }
}

static void limit_component(moving *v, size_t system, size_t lane) {
    const limiter a = {v, system, moving_component(v, system) + lane, lane, v->low_value, v->mass};
    const size_t m = v->m, j = a.j;
    for (size_t p = 0; p < v->n_point; p++)
        v->alpha[p * m + j] = 1;
    for (size_t i = 0; i < v->n_row; i++)
        a.more[i * m + j] = low_reacted(&a, i) - v->reacted[i * m + j]; /* the high order's reacted less is a gain */
    for (size_t f = 0; f < v->n_face; f++)
        v->difference[f * m + j] = v->h * (v->flux[f * m + j] - v->difference[f * m + j]);
    for (size_t s = 0; s < v->n_segment; s++)
        limit_cells(&a, s);
    limit_ponds(&a);
    share_along_links(&a);
    for (size_t s = 0; s < v->n_segment; s++)
        pass_faces(&a, s);
    pass_points(&a);
}

qh_status qh_moving_limit(moving *v) {
    bool factored = false;
    for (size_t k = 0; k < v->n_system; k++) {
        const size_t system = v->order[k];
        if (!needs_limit(v, system)) continue;
        if (!factored) QH_TRY(qh_moving_factor(v, v->low, v->h, v->volume_end));
        factored = true;
        low_right_side(v, system, v->low_value);
        QH_TRY(qh_moving_solve_system(v, system, v->low_value));
        qh_moving_fluxes(v, v->low, v->low_value, v->difference);
        for (size_t lane = 0; lane < v->lanes; lane++)
            limit_component(v, system, lane);
    }
    v->limited += factored;
    return QH_OK;
}
