/* Rates of the transport operator: forcing at a time, fluxes through faces and ends, kinetics, storage zones. Scheme: see
 * transport.c, "Face". */
#include <math.h>
#include <string.h>

#include "solvers/transport_internal.h"

static void add_point_load(qh_transport *t, size_t source, size_t point) {
    for (size_t j = 0; j < t->m; j++)
        t->point_load[point * t->m + j] += t->load[source * t->m + j];
}

/* A lateral's load per metre goes to every segment of its stretch; the network was cut at its ends. */
static void add_lateral(qh_transport *t, size_t source, size_t row) {
    const qh_network *network = t->problem->network;
    const qh_lateral *lateral = &t->problem->river_case->lateral[row];
    for (size_t s = network->lateral_first[row]; s < network->lateral_end[row]; s++) {
        const double per_metre = 1 / (lateral->to - lateral->from);
        for (size_t j = 0; j < t->m; j++)
            t->segment_load[s * t->m + j] += t->load[source * t->m + j] * per_metre;
    }
}

void qh_transport_set_time(qh_transport *t, double time) {
    const qh_case *river_case = t->problem->river_case;
    const qh_network *network = t->problem->network;
    const qh_forcing *forcing = t->problem->forcing;
    qh_forcing_loads(forcing, time, t->load);
    memset(t->point_load, 0, t->n_point * t->m * sizeof(double));
    memset(t->segment_load, 0, t->n_segment * t->m * sizeof(double));
    for (size_t h = 0; h < river_case->n_headwater; h++)
        add_point_load(t, h, network->headwater_point[h]);
    memcpy(t->headwater_load, t->point_load, t->n_point * t->m * sizeof(double));
    for (size_t k = 0; k < river_case->n_tributary; k++)
        add_point_load(t, forcing->first_tributary + k, network->tributary_point[k]);
    for (size_t k = 0; k < river_case->n_outfall; k++)
        add_point_load(t, forcing->first_outfall + k, network->outfall_point[k]);
    for (size_t k = 0; k < river_case->n_lateral; k++)
        add_lateral(t, forcing->first_lateral + k, k);
}

/* ---- fluxes and rates ---- */

void qh_transport_end_flux(const qh_transport *t, size_t e, const double *y, double *flux) {
    const segment_end *end = &t->end[e];
    const size_t m = t->m;
    const double *mixed = t->mixed + end->point * m, *theta = t->theta + end->point * m;
    const double *cell = y + end->cell * m, *inner = y + end->inner * m;
    const double q = end->discharge, g = end->conductance;
    const double sign = (end->into_point == (e % 2 == 1)) ? 1 : -1;
    if (!end->into_point) {
        for (size_t j = 0; j < m; j++)
            flux[j] = sign * ((q + g) * mixed[j] - g * cell[j]);
        return;
    }
    const double upwind = q * (1 - end->central), back = g - q * end->central;
    const bool outlet = t->point[end->point].out_count == 0;
    for (size_t j = 0; j < m; j++) {
        double slope = limited_increment(theta[j], cell[j] - inner[j]);
        if (outlet) {
            double constant, factor;
            qh_transport_outlet_extrapolation(t, e, j, &constant, &factor);
            slope = constant + factor * cell[j];
        }
        flux[j] = sign * (upwind * (cell[j] + slope) + g * cell[j] - back * mixed[j]);
    }
}

/* Flux through the downstream face of cell i inside a segment with cells first..last. */
static void face_flux(const qh_transport *t, size_t s, size_t i, size_t first, size_t last, const double *y,
                      double *restrict flux) {
    const size_t m = t->m;
    const double q = t->grid->discharge_down[i], g = t->grid->conductance_down[i], w = t->face_central[i];
    const double *left = y + i * m, *right = left + m;
    if (w >= 1) {
        for (size_t j = 0; j < m; j++)
            flux[j] = 0.5 * q * (left[j] + right[j]) + g * (left[j] - right[j]);
        return;
    }
    const bool forward = q >= 0;
    const double *up = forward ? left : right, *down = forward ? right : left;
    const bool at_point = forward ? i == first : i + 1 == last;
    const double *far = at_point  ? t->mixed + t->end[2 * s + (forward ? 0 : 1)].point * m
                        : forward ? left - m
                                  : right + m;
    const double stretch = at_point ? 2 : 1; /* the point is only half a cell away */
    for (size_t j = 0; j < m; j++) {
        const double phi = harmonic_slope(stretch * (up[j] - far[j]), down[j] - up[j]);
        const double value = 0.5 * w * (up[j] + down[j]) + (1 - w) * (up[j] + 0.5 * phi);
        flux[j] = q * value + g * (left[j] - right[j]);
    }
}

static void rate_of_segment(const qh_transport *t, size_t s, const double *y, double *dydt) {
    const size_t m = t->m;
    const size_t first = t->grid->segment_first[s], last = t->grid->segment_first[s + 1] - 1;
    const double *lateral = t->segment_load + s * m;
    double *restrict in = t->flux, *restrict out = t->flux + m;
    qh_transport_end_flux(t, 2 * s, y, in);
    for (size_t i = first; i <= last; i++) {
        if (i < last) {
            face_flux(t, s, i, first, last, y, out);
        } else {
            qh_transport_end_flux(t, 2 * s + 1, y, out);
        }
        const double per_volume = 1 / t->volume[i], per_area = 1 / t->grid->area[i];
        const double *c = y + i * m;
        double *restrict rate = dydt + i * m;
        for (size_t kind = 0, j = 0; kind < t->n_rate; kind++) {
            const double k = t->decay[i * t->n_rate + kind], gain = t->gain[i * t->n_rate + kind];
            for (size_t lane = 0; lane < t->rate_lanes; lane++, j++) {
                rate[j] = (in[j] - out[j]) * per_volume + lateral[j] * per_area + gain - k * c[j];
                in[j] = out[j];
            }
        }
    }
}

static void add_storage(const qh_transport *t, const double *y, double *dydt) {
    const size_t m = t->m;
    for (size_t z = 0; z < t->n_storage; z++) {
        const size_t i = t->storage_cell[z];
        const double alpha = t->grid->storage_exchange[i];
        const double back = alpha * t->grid->area[i] / t->grid->storage_area[i];
        const double *c = y + i * m, *zone = y + (t->n_cell + z) * m;
        double *rate = dydt + i * m, *zone_rate = dydt + (t->n_cell + z) * m;
        for (size_t j = 0; j < m; j++) {
            const double k = t->decay[rate_index(t, i, j)], gain = t->gain[rate_index(t, i, j)];
            rate[j] += alpha * (zone[j] - c[j]);
            zone_rate[j] = back * (c[j] - zone[j]) + gain - k * zone[j];
        }
    }
}

void qh_transport_rate(qh_transport *t, const double *y, double *dydt) {
    qh_transport_mix(t, y);
    for (size_t s = 0; s < t->n_segment; s++)
        rate_of_segment(t, s, y, dydt);
    add_storage(t, y, dydt);
    if (t->coupled) qh_transport_add_reactions(t, y, dydt);
}
