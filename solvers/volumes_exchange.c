/* Checks a step of the linear finite volumes against its bounds (volumes_bounds.c), and mends what is off by less than the
 * error allowed by an exchange between neighbours: as if the flux between them had been wrong by that much. No mass is
 * made. Wrong choice for what is off by more: the limiter (volumes_limit.c). */
#include <stdint.h>
#include <string.h>

#include "solvers/volumes_internal.h"

enum { block_cells = volume_block };

static double higher(double a, double b) { return a > b ? a : b; }

/* ---- exchange between neighbours ---- */

/* One system in one lane. */
typedef struct exchange {
    volume_step *step;
    const qh_volumes *v;
    size_t index, lane;
    double *next; /* row i at next[i * n_lane] */
    double *end;  /* end e at end[e * n_lane] */
} exchange;

static double volume_of(const exchange *x, size_t i) { return x->v->volume[volume_own(x->v, i, x->lane)]; }

/* What a row lacks to the bounds of cell i of segment s, or has too much (negative), g/m3. */
static double lack(const exchange *x, size_t s, size_t i, size_t row, double *within) {
    const size_t b = x->v->block_first[s] + (i - x->v->segment[s].first) / block_cells;
    const double value = x->next[row * x->v->n_lane];
    const double low = x->step->block_lowest[b * x->v->n_lane + x->lane];
    const double high = x->step->block_highest[b * x->v->n_lane + x->lane];
    *within = value < low ? low : value > high ? high : value;
    return *within - value;
}

static void zones_take(const exchange *x, size_t s) {
    for (size_t z = x->v->zone_first[s]; z < x->v->zone_first[s + 1]; z++) {
        const size_t row = x->v->n_cell + x->v->n_point + z, i = x->v->storage_cell[z];
        double within;
        const double lacking = lack(x, s, i, row, &within);
        if (lacking == 0) continue;
        x->next[i * x->v->n_lane] -= lacking * (x->v->zone_volume[z] / volume_of(x, i));
        x->next[row * x->v->n_lane] = within;
    }
}

static double take_from(const exchange *x, size_t s, size_t i, size_t neighbour) {
    double within;
    const double mass = lack(x, s, i, i, &within) * volume_of(x, i);
    if (mass == 0) return 0;
    x->next[neighbour * x->v->n_lane] -= mass / volume_of(x, neighbour);
    x->next[i * x->v->n_lane] = within;
    return mass;
}

/* The same across a point without volume: both ends pass the mass. */
static void take_across(const exchange *x, size_t s, size_t from, bool upstream) {
    const volume_segment *own = &x->v->segment[s], *other = &x->v->segment[from];
    const size_t lanes = x->v->n_lane;
    if (upstream) {
        const double mass = take_from(x, s, own->first, other->last);
        x->end[2 * s * lanes] += mass;
        x->end[(2 * from + 1) * lanes] += mass;
    } else {
        const double mass = take_from(x, s, own->last, other->first);
        x->end[(2 * s + 1) * lanes] -= mass;
        x->end[2 * from * lanes] -= mass;
    }
}

/* Segment that brings, or takes, the most water at a point; SIZE_MAX where there is none. */
static size_t main_segment(const qh_volumes *v, size_t p, size_t l, bool upstream) {
    const qh_network *network = v->problem->network;
    const volume_point *point = &v->point[p];
    const size_t *list = upstream ? network->in_segment + point->in_first : network->out_segment + point->out_first;
    const size_t count = upstream ? point->in_count : point->out_count;
    size_t found = SIZE_MAX;
    double most = 0;
    for (size_t k = 0; k < count; k++) {
        const volume_segment *s = &v->segment[list[k]];
        const double q = v->face.flow[volume_own(v, upstream ? s->last : s->first, l)];
        if (q <= most) continue;
        most = q;
        found = list[k];
    }
    return found;
}

static void sweep_upstream(const exchange *x, size_t s) {
    const volume_segment *segment = &x->v->segment[s];
    for (size_t i = segment->last; i > segment->first; i--)
        (void)take_from(x, s, i, i - 1);
    if (x->v->is_still[segment->from]) return;
    const size_t from = main_segment(x->v, segment->from, x->lane, true);
    if (from != SIZE_MAX) take_across(x, s, from, true);
}

static void sweep_downstream(const exchange *x, size_t s) {
    const volume_segment *segment = &x->v->segment[s];
    for (size_t i = segment->first; i < segment->last; i++)
        (void)take_from(x, s, i, i + 1);
    const size_t to = main_segment(x->v, segment->to, x->lane, false);
    if (to != SIZE_MAX) take_across(x, s, to, false);
}

static bool is_aside(const bool *aside, size_t s) { return aside && aside[s]; }

/* Brings values back within bounds: what a cell lacks, or has too much, its neighbour gives, upstream through the whole
 * network and then downstream, as if the flux between them had been wrong by that much. No mass is made. False where
 * there is no room for that. Segments `aside` (NULL: none) are not looked at. */
static bool repair(volume_step *step, size_t index, size_t l, const bool *aside) {
    const qh_volumes *v = step->v;
    const qh_network *network = v->problem->network;
    const exchange x = {.step = step,
                        .v = v,
                        .index = index,
                        .lane = l,
                        .next = step->next + index * v->n_row * v->n_lane + l,
                        .end = step->parts.end + index * 2 * v->n_segment * v->n_lane + l};
    for (size_t k = 0; k < v->n_live; k++)
        if (!is_aside(aside, v->live[k])) zones_take(&x, v->live[k]);
    for (size_t k = v->n_order; k-- > 0;) {
        const volume_point *point = &v->point[v->order[k]];
        for (size_t n = 0; n < point->out_count; n++) {
            const size_t s = network->out_segment[point->out_first + n];
            if (!is_aside(aside, s)) sweep_upstream(&x, s);
        }
    }
    for (size_t k = 0; k < v->n_order; k++) {
        const volume_point *point = &v->point[v->order[k]];
        for (size_t n = 0; n < point->out_count; n++) {
            const size_t s = network->out_segment[point->out_first + n];
            if (!is_aside(aside, s)) sweep_downstream(&x, s);
        }
    }
    for (size_t k = 0; k < v->n_live; k++) {
        double distance;
        if (is_aside(aside, v->live[k])) continue;
        qh_volume_step_distances(step, (volume_lanes){index, l, 1}, v->live[k], &distance);
        if (distance > 0) return false;
    }
    return true;
}

/* ---- the checks ---- */

/* How far lanes are from their bounds by what counts, and how far water runs where they are, by lane [count]. */
static void look(volume_step *step, volume_lanes some, double *distance, double *courant) {
    const qh_volumes *v = step->v;
    double *own = step->bound.work + 2 * v->n_lane;
    qh_volume_step_find_bounds(step, some);
    memset(distance, 0, some.count * sizeof *distance);
    memset(courant, 0, some.count * sizeof *courant);
    for (size_t k = 0; k < v->n_live; k++) {
        const size_t s = v->live[k];
        const double passed = step->h * v->segment[s].nominal, share = higher(1, passed);
        qh_volume_step_distances(step, some, s, own);
        for (size_t l = 0; l < some.count; l++) {
            if (own[l] == 0) continue;
            distance[l] = higher(distance[l], own[l] / share);
            courant[l] = higher(courant[l], passed);
        }
    }
}

/* Whether a lane is within bounds, or has been brought back; `touched` tells whether an exchange was tried in vain. An
 * exchange may mend the tolerance for every cell that water passes: steps of one cell each might mend it every time. */
static bool mend_lane(volume_step *step, size_t index, size_t l, double tolerance, double distance, double courant,
                      bool *touched) {
    if (distance == 0) return true;
    if (distance <= tolerance) {
        if (repair(step, index, l, NULL)) return true;
        *touched = true;
    }
    step->courant = higher(step->courant, courant);
    return false;
}

bool qh_volume_step_in_bounds(volume_step *step, size_t index, const double *tolerance) {
    const qh_volumes *v = step->v;
    bool inside = true, touched = false;
    double *distance = step->bound.work + 3 * v->n_lane, *courant = step->bound.work + 4 * v->n_lane;
    look(step, (volume_lanes){index, 0, v->n_lane}, distance, courant);
    for (size_t l = 0; l < v->n_lane; l++) {
        step->outside[l] = !mend_lane(step, index, l, tolerance[l], distance[l], courant[l], &touched);
        inside = inside && !step->outside[l];
    }
    if (touched) { /* the limiter needs those lanes as they were */
        qh_volume_step_move(step, index);
        look(step, (volume_lanes){index, 0, v->n_lane}, distance, courant);
        for (size_t l = 0; l < v->n_lane; l++) {
            if (!step->outside[l]) (void)mend_lane(step, index, l, tolerance[l], distance[l], courant[l], &touched);
        }
    }
    if (inside) qh_volume_step_mix(step, index, 1, step->next + index * v->n_row * v->n_lane);
    return inside;
}

void qh_volume_step_mend(volume_step *step, size_t index, double tolerance, const bool *aside, bool *beyond) {
    const qh_volumes *v = step->v;
    const volume_lanes some = {index, 0, 1};
    bool any = false, worse = false;
    qh_volume_step_find_bounds(step, some);
    for (size_t k = 0; k < v->n_live; k++) {
        const size_t s = v->live[k];
        double distance;
        if (is_aside(aside, s)) continue;
        qh_volume_step_distances(step, some, s, &distance);
        if (distance == 0) continue;
        any = true;
        if (distance <= tolerance * (aside ? higher(1, step->h * v->segment[s].nominal) : 1)) continue;
        beyond[s] = worse = true;
    }
    if (!any || worse || repair(step, index, 0, aside)) return;
    for (size_t k = 0; k < v->n_live; k++) { /* where there was no room */
        double distance;
        if (is_aside(aside, v->live[k])) continue;
        qh_volume_step_distances(step, some, v->live[k], &distance);
        beyond[v->live[k]] = beyond[v->live[k]] || distance > 0;
    }
}
