/* Values of the points between segments, from the cells around them (mixing equation: volumes.c, "Point"), within bounds. */
#include <math.h>

#include "solvers/volumes_internal.h"

static double lower(double a, double b) { return a < b ? a : b; }
static double higher(double a, double b) { return a > b ? a : b; }

/* Value of the mixing equation at a point with the fluxes of `face`. */
static double mixture(const volume_step *step, const volume_face *face, size_t index, size_t p, size_t side,
                      const double *state, size_t l) {
    const qh_volumes *v = step->v;
    const qh_network *network = v->problem->network;
    const volume_point *point = &v->point[p];
    const size_t lanes = v->n_lane;
    double sum = step->loads.point[side][p * v->m + volume_component(v, &v->system[index]) + l];
    for (size_t k = 0; k < point->link_count; k++) {
        const size_t link = v->arriving_link[point->link_first + k];
        sum += v->link_flow[link] * state[(v->n_cell + network->link[link].from) * lanes + l];
    }
    if (point->fixed) return sum / point->through;
    double own = point->taken + point->outlet;
    for (size_t k = 0; k < point->in_count; k++) {
        const volume_segment *s = &v->segment[network->in_segment[point->in_first + k]];
        const volume_face f = face[s->last];
        sum += f.far * state[(s->last - 1) * lanes + l] + volume_face_own(&f) * state[s->last * lanes + l];
        own -= f.down;
    }
    for (size_t k = 0; k < point->out_count; k++) {
        const volume_segment *s = &v->segment[network->out_segment[point->out_first + k]];
        sum += s->disperse * state[s->first * lanes + l];
        own += s->flow + s->disperse;
    }
    return sum / own;
}

/* Weights of the low order, from those of the high one: the slope of the last cell taken out again. */
static double plain_mixture(const volume_step *step, size_t index, size_t p, size_t side, const double *state,
                            size_t l) {
    const qh_volumes *v = step->v;
    const qh_network *network = v->problem->network;
    const volume_point *point = &v->point[p];
    const size_t lanes = v->n_lane;
    double value = mixture(step, v->face, index, p, side, state, l);
    if (point->fixed) return value;
    double own = point->taken + point->outlet, slope = 0;
    for (size_t k = 0; k < point->in_count; k++) {
        const volume_segment *s = &v->segment[network->in_segment[point->in_first + k]];
        slope += v->face[s->last].far * (state[(s->last - 1) * lanes + l] - state[s->last * lanes + l]);
        own -= v->face[s->last].down;
    }
    for (size_t k = 0; k < point->out_count; k++) {
        const volume_segment *s = &v->segment[network->out_segment[point->out_first + k]];
        own += s->flow + s->disperse;
    }
    return value - slope / own;
}

/* The plain mixture is a mean of cells and inputs with positive weights. Slopes count when the value they give lies
 * between it and the cells around the point. */
static void mix_point(const volume_step *step, size_t index, size_t p, size_t side, double *state) {
    const qh_volumes *v = step->v;
    const qh_network *network = v->problem->network;
    const volume_point *point = &v->point[p];
    const size_t lanes = v->n_lane;
    for (size_t l = 0; l < lanes; l++) {
        const double plain = plain_mixture(step, index, p, side, state, l);
        const double value = mixture(step, v->face, index, p, side, state, l);
        double lo = plain, hi = plain;
        for (size_t k = 0; k < point->out_count; k++) {
            const double c =
                state[v->segment[network->out_segment[point->out_first + k]].first * lanes + l];
            lo = lower(lo, c);
            hi = higher(hi, c);
        }
        if (point->out_count == 0) {
            for (size_t k = 0; k < point->in_count; k++) {
                const double c = state[v->segment[network->in_segment[point->in_first + k]].last * lanes + l];
                lo = lower(lo, 0.999 * c);
                hi = higher(hi, 1.001 * c);
            }
        }
        state[(v->n_cell + p) * lanes + l] = value >= lo && value <= hi ? value : plain;
    }
}

void qh_volume_step_mix(const volume_step *step, size_t index, size_t side, double *state) {
    const qh_volumes *v = step->v;
    double *own = state + index * v->n_row * v->n_lane;
    for (size_t k = 0; k < v->n_point; k++)
        mix_point(step, index, v->problem->network->point_order[k], side, own);
}
