/* Points of the transport operator: the mixing equation, its limiter, outlets. Scheme: see transport.c, "Point". */
#include <math.h>
#include <string.h>

#include "solvers/transport_internal.h"

void qh_transport_outlet_extrapolation(const qh_transport *t, size_t e, size_t component, double *constant,
                                       double *slope) {
    const segment_end *end = &t->end[e];
    const size_t i = end->cell, s = e / 2;
    if (t->coupled) { /* found for all constituents at once by qh_transport_extrapolate_outlets */
        *constant = t->outlet_constant[end->outlet * t->m + component];
        *slope = t->outlet_factor[end->outlet * t->m + component];
        return;
    }
    const double travel = end->discharge > 0 ? 0.5 * qh_grid_volume(t->grid, i) / end->discharge : 0;
    const double dilution = t->problem->flow->segment_lateral[s] / t->grid->area[i];
    const double decay = t->decay[rate_index(t, i, component)] + dilution;
    const double gain =
        gain_at(t, rate_index(t, i, component)) + t->segment_load[s * t->m + component] / t->grid->area[i];
    *constant = travel * gain / (1 + travel * decay);
    *slope = -travel * decay / (1 + travel * decay);
}

/* What the limiter allows: the step from the mixture to the nearest next cell, where all next cells agree in sign. */
static double allowed_step(const qh_transport *t, const mixing_point *point, const double *y, size_t j,
                           double mixture) {
    double step = 0;
    for (size_t k = 0; k < point->out_count; k++) {
        const segment_end *end = &t->end[t->point_end[point->out_first + k]];
        const double candidate = y[end->cell * t->m + j] - mixture;
        if (k > 0 && candidate * step <= 0) return 0;
        if (k == 0 || fabs(candidate) < fabs(step)) step = candidate;
    }
    return step;
}

static void mix_fixed_point(qh_transport *t, size_t p, const double *load) {
    for (size_t j = 0; j < t->m; j++) {
        t->mixed[p * t->m + j] = load[j] / t->point[p].through;
        t->theta[p * t->m + j] = 0;
    }
}

/* The mixture as a sum of what cannot be negative: for values so near 0 that the difference has no sign. */
static double plain_mixture(const qh_transport *t, size_t p, const double *y, size_t j) {
    const mixing_point *point = &t->point[p];
    const size_t m = t->m;
    double sum = t->point_load[p * m + j];
    for (size_t k = 0; k < point->link_count; k++) {
        const size_t link = t->arriving_link[point->link_first + k];
        sum += t->link_flow[link] * t->mixed[t->problem->network->link[link].from * m + j];
    }
    for (size_t k = 0; k < point->in_count; k++) {
        const segment_end *end = &t->end[t->point_end[point->in_first + k]];
        sum += (end->discharge * (1 - end->central) + end->conductance) * y[end->cell * m + j];
    }
    for (size_t k = 0; k < point->out_count; k++) {
        const segment_end *end = &t->end[t->point_end[point->out_first + k]];
        sum += end->conductance * y[end->cell * m + j];
    }
    return sum / point->denominator;
}

/* An outlet: mixture of what arrives, each end extrapolated by its own kinetics. */
static void mix_outlet(qh_transport *t, size_t p, const double *y, const double *near, const double *sum) {
    const mixing_point *point = &t->point[p];
    for (size_t j = 0; j < t->m; j++) {
        double extra = 0;
        for (size_t k = 0; k < point->in_count; k++) {
            const size_t e = t->point_end[point->in_first + k];
            const segment_end *end = &t->end[e];
            double constant, factor;
            qh_transport_outlet_extrapolation(t, e, j, &constant, &factor);
            extra += end->discharge * (1 - end->central) * (constant + factor * y[end->cell * t->m + j]);
        }
        double mixture = near[j] + (sum[j] + extra) / point->denominator;
        if (mixture < 0) mixture = plain_mixture(t, p, y, j) + extra / point->denominator;
        t->mixed[p * t->m + j] = mixture;
        t->theta[p * t->m + j] = 0;
    }
}

/* Values of a cell beside a point [m]: mixtures are found as differences from it, for the same reason as fluxes. */
static const double *beside(const qh_transport *t, const mixing_point *point, const double *y) {
    const size_t e = point->in_count > 0 ? point->in_first : point->out_first;
    return y + t->end[t->point_end[e]].cell * t->m;
}

/* The mixture is known to its last digit, and that times an exchange of many thousand times the discharge would be mass: what
 * is left of the balance goes on through one end. `brought` [m]: by sources and links. */
static void balance_point(qh_transport *t, size_t p, const double *y, const double *brought) {
    const mixing_point *point = &t->point[p];
    const size_t m = t->m;
    double *missing = t->missing + p * m, *flux = t->flux + 3 * m;
    const double *mixed = t->mixed + p * m;
    for (size_t j = 0; j < m; j++)
        missing[j] = 0;
    for (size_t k = 0; k < point->in_count + point->out_count; k++) {
        const bool in = k < point->in_count;
        const size_t e = t->point_end[in ? point->in_first + k : point->out_first + (k - point->in_count)];
        qh_transport_end_flux(t, e, y, flux); /* positive downstream */
        const double sign = (t->end[e].into_point == (e % 2 == 1)) == in ? 1 : -1;
        for (size_t j = 0; j < m; j++)
            flux[m + j] = (k > 0 ? flux[m + j] : 0) + sign * flux[j];
    }
    for (size_t j = 0; j < m; j++)
        missing[j] = brought[j] - (point->taken + point->outlet) * mixed[j] + flux[m + j];
}

static void mix_point(qh_transport *t, size_t p, const double *y) {
    const mixing_point *point = &t->point[p];
    const size_t m = t->m;
    double *mixed = t->mixed + p * m, *theta = t->theta + p * m;
    double *restrict sum = t->flux, *restrict rising = t->flux + m, *restrict falling = t->flux + 2 * m;
    memcpy(sum, t->point_load + p * m, m * sizeof(double));
    memset(rising, 0, 2 * m * sizeof(double));
    for (size_t k = 0; k < point->link_count; k++) {
        const size_t link = t->arriving_link[point->link_first + k];
        const double *from = t->mixed + t->problem->network->link[link].from * m;
        for (size_t j = 0; j < m; j++)
            sum[j] += t->link_flow[link] * from[j];
    }
    if (point->fixed) {
        mix_fixed_point(t, p, sum);
        return;
    }
    const double *near = beside(t, point, y);
    double *brought = t->flux + 5 * m;
    memcpy(brought, sum, m * sizeof *brought);
    for (size_t j = 0; j < m; j++)
        sum[j] -= point->through * near[j];
    for (size_t k = 0; k < point->in_count; k++) {
        const segment_end *end = &t->end[t->point_end[point->in_first + k]];
        const double *cell = y + end->cell * m, *inner = y + end->inner * m;
        const double upwind = end->discharge * (1 - end->central);
        for (size_t j = 0; j < m; j++) {
            const double slope = 0.5 * upwind * (cell[j] - inner[j]);
            sum[j] += (upwind + end->conductance) * (cell[j] - near[j]);
            rising[j] += fmax(slope, 0);
            falling[j] += fmin(slope, 0);
        }
    }
    if (point->out_count == 0) {
        mix_outlet(t, p, y, near, sum);
        return;
    }
    for (size_t k = 0; k < point->out_count; k++) {
        const segment_end *end = &t->end[t->point_end[point->out_first + k]];
        for (size_t j = 0; j < m; j++)
            sum[j] += end->conductance * (y[end->cell * m + j] - near[j]);
    }
    for (size_t j = 0; j < m; j++) {
        double mixture = near[j] + sum[j] / point->denominator;
        if (mixture < 0) mixture = plain_mixture(t, p, y, j);
        const double step = point->share * allowed_step(t, point, y, j, mixture);
        const double added = (step > 0 ? rising[j] : falling[j]) / point->denominator;
        const double limiter = albada(step, added);
        theta[j] = step > 0 ? limiter : -limiter;
        mixed[j] = mixture + limiter * added;
    }
    if (point->balanced) balance_point(t, p, y, brought);
}

void qh_transport_mix(qh_transport *t, const double *y) {
    const size_t *order = t->problem->network->point_order;
    if (t->coupled) qh_transport_extrapolate_outlets(t, y);
    for (size_t k = 0; k < t->n_point; k++)
        mix_point(t, order[k], y);
}

void qh_transport_points(qh_transport *t, const double *y, double *point) {
    qh_transport_mix(t, y);
    memcpy(point, t->mixed, t->n_point * t->m * sizeof(double));
}
