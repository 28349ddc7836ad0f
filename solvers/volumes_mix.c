/* Values of the points between segments, from the cells around them (mixing equation: volumes.c, "Point"), within bounds. */
#include <math.h>

#include "solvers/volumes_internal.h"

static double higher(double a, double b) { return a > b ? a : b; }

/* Value of the mixing equation at a point with the fluxes of `face`. */
static double mixture(const volume_step *step, const volume_faces *face, size_t index, size_t p, double part,
                      const double *state, size_t l) {
    const qh_volumes *v = step->v;
    const qh_network *network = v->problem->network;
    const volume_point *point = &v->point[p];
    const size_t lanes = v->n_lane;
    const size_t at = p * v->m + volume_component(v, &v->system[index]) + l, lane = volume_lane(v, l);
    const double first = step->loads.point[0][at], last = step->loads.point[1][at];
    double sum = first + part * (last - first);
    for (size_t k = 0; k < point->link_count; k++) {
        const size_t link = v->arriving_link[point->link_first + k];
        sum += v->link_flow[volume_own(v, link, l)] * state[(v->n_cell + network->link[link].from) * lanes + l];
    }
    if (point->fixed) return sum / point->through[lane];
    double own = point->taken[lane] + point->outlet[lane];
    for (size_t k = 0; k < point->in_count; k++) {
        const volume_segment *s = &v->segment[network->in_segment[point->in_first + k]];
        const volume_face f = volume_face_at(face, volume_own(v, s->last, l));
        sum += f.far * state[(s->last - 1) * lanes + l] + volume_face_own(&f) * state[s->last * lanes + l];
        own -= f.down;
    }
    for (size_t k = 0; k < point->out_count; k++) {
        const volume_segment *s = &v->segment[network->out_segment[point->out_first + k]];
        sum += s->disperse[lane] * state[s->first * lanes + l];
        own += s->flow[lane] + s->disperse[lane];
    }
    return sum / own;
}

/* Weights of the low order, from those of the high one: the slope of the last cell taken out again. */
static double plain_mixture(const volume_step *step, size_t index, size_t p, double part, const double *state,
                            size_t l) {
    const qh_volumes *v = step->v;
    const qh_network *network = v->problem->network;
    const volume_point *point = &v->point[p];
    const size_t lanes = v->n_lane, lane = volume_lane(v, l);
    double value = mixture(step, &v->face, index, p, part, state, l);
    if (point->fixed) return value;
    double own = point->taken[lane] + point->outlet[lane], slope = 0;
    for (size_t k = 0; k < point->in_count; k++) {
        const volume_segment *s = &v->segment[network->in_segment[point->in_first + k]];
        const volume_face f = volume_face_at(&v->face, volume_own(v, s->last, l));
        slope += f.far * (state[(s->last - 1) * lanes + l] - state[s->last * lanes + l]);
        own -= f.down;
    }
    for (size_t k = 0; k < point->out_count; k++) {
        const volume_segment *s = &v->segment[network->out_segment[point->out_first + k]];
        own += s->flow[lane] + s->disperse[lane];
    }
    return value - slope / own;
}

/* Step from the plain mixture to the nearest next cell; 0 where next cells do not lie on the same side of it. */
static double next_step(const qh_volumes *v, size_t p, const double *state, size_t l, double plain) {
    const volume_point *point = &v->point[p];
    double step = 0;
    for (size_t k = 0; k < point->out_count; k++) {
        const size_t i = v->segment[v->problem->network->out_segment[point->out_first + k]].first;
        const double candidate = state[i * v->n_lane + l] - plain;
        if (k > 0 && candidate * step <= 0) return 0;
        if (k == 0 || fabs(candidate) < fabs(step)) step = candidate;
    }
    return step;
}

/* What is left by decay on the last half cell before an outlet, -. */
static double outlet_keeps(const qh_volumes *v, size_t index, size_t p, size_t l) {
    double least = 1;
    for (size_t k = 0; k < v->point[p].in_count; k++) {
        const size_t s = v->problem->network->in_segment[v->point[p].in_first + k];
        const size_t at = volume_own(v, v->segment[s].last, l);
        const double travel = 0.5 * v->volume[at] / v->face.flow[at];
        least = fmin(least, 1 / (1 + travel * fmax(v->system[index].decay[at], 0)));
    }
    return least;
}

/* The plain mixture is a mean of cells and inputs with positive weights. Slopes move the value no farther than to the next
 * cell; at an outlet, which has none, neither below what decay leaves of it nor above all that has been. */
static void mix_point(const volume_step *step, size_t index, size_t p, double part, double *state) {
    const qh_volumes *v = step->v;
    const size_t lanes = v->n_lane;
    for (size_t l = 0; l < lanes; l++) {
        const double plain = plain_mixture(step, index, p, part, state, l);
        const double value = mixture(step, &v->face, index, p, part, state, l), added = value - plain;
        double *result = &state[(v->n_cell + p) * lanes + l];
        *result = plain;
        if (v->point[p].out_count == 0) {
            const double high = higher(step->scale[index * lanes + l], plain),
                         low = plain * outlet_keeps(v, index, p, l);
            *result = value > high ? high : value < low ? low : value;
            continue;
        }
        const double most = next_step(v, p, state, l, plain);
        if (added * most > 0) *result = fabs(added) < fabs(most) ? value : plain + most;
    }
}

void qh_volume_step_mix(const volume_step *step, size_t index, double part, double *state) {
    const qh_volumes *v = step->v;
    for (size_t k = 0; k < v->n_order; k++) {
        if (!v->is_still[v->order[k]]) mix_point(step, index, v->order[k], part, state);
    }
}

void qh_volume_step_sample(const volume_step *step, size_t index, size_t p, double part, double *state) {
    const qh_volumes *v = step->v;
    const qh_network *network = v->problem->network;
    const volume_point *point = &v->point[p];
    const size_t lanes = v->n_lane;
    if (v->is_still[p]) return;                    /* where it stands already */
    for (size_t k = 0; k < point->link_count; k++) /* dams lie upstream of their tailraces: this comes to an end */
        qh_volume_step_sample(step, index, network->link[v->arriving_link[point->link_first + k]].from, part, state);
    for (size_t k = 0; k < point->in_count; k++) {
        const size_t i = v->segment[network->in_segment[point->in_first + k]].last - 1;
        qh_volume_step_between(step, index, i, 2, part, state + i * lanes);
    }
    for (size_t k = 0; k < point->out_count; k++) {
        const size_t i = v->segment[network->out_segment[point->out_first + k]].first;
        qh_volume_step_between(step, index, i, 1, part, state + i * lanes);
    }
    mix_point(step, index, p, part, state);
}

void qh_volume_step_interpolate(const volume_step *step, size_t index, double part, double *state) {
    const qh_volumes *v = step->v;
    const size_t zones = v->n_cell + v->n_point;
    qh_volume_step_between(step, index, 0, v->n_cell, part, state);
    qh_volume_step_between(step, index, zones, v->n_storage, part, state + zones * v->n_lane);
    qh_volume_step_mix(step, index, part, state);
}
