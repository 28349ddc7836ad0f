/* Rates of the transport operator: forcing at a time, fluxes through faces and ends, kinetics, storage zones. Scheme: see
 * transport.c, "Face". */
#include <math.h>
#include <string.h>

#include "solvers/transport_internal.h"
#include "solvers/vector_internal.h"

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

/* Fluxes are what the water carries and an exchange of differences: between short cells the exchange is many thousand times
 * the discharge, and the last digits of its two parts would not cancel. A constant comes through to those of the discharge. */

void qh_transport_end_flux(const qh_transport *t, size_t e, const double *y, double *flux) {
    const segment_end *end = &t->end[e];
    const size_t m = t->m;
    const double *mixed = t->mixed + end->point * m, *theta = t->theta + end->point * m;
    const double *cell = y + end->cell * m, *inner = y + end->inner * m, *missing = t->missing + end->point * m;
    const double q = end->discharge, g = end->conductance;
    const double sign = (end->into_point == (e % 2 == 1)) ? 1 : -1;
    if (!end->into_point) {
        for (size_t j = 0; j < m; j++)
            flux[j] = sign * (q * mixed[j] + g * (mixed[j] - cell[j]) + (end->balances ? missing[j] : 0));
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
        flux[j] = sign * (q * cell[j] + back * (cell[j] - mixed[j]) + upwind * slope);
    }
}

/* Flux through the downstream face of cell i inside a segment with cells first..last. */
static void face_flux(const qh_transport *t, size_t s, size_t i, size_t first, size_t last, const double *y,
                      double *restrict flux) {
    const size_t m = t->m;
    const double q = discharge_down(t, s)[i];
    const face_weights w = weights_of_face(q, conductance_down(t, s)[i]);
    const double *left = y + i * m, *right = left + m;
    const bool forward = w.limited >= 0;
    const double *up = forward ? left : right, *down = forward ? right : left;
    const bool at_point = forward ? i == first : i + 1 == last;
    const double *far = at_point  ? t->mixed + t->end[2 * s + (forward ? 0 : 1)].point * m
                        : forward ? left - m
                                  : right + m;
    const double stretch = at_point ? 2 : 1; /* the point is only half a cell away */
    for (size_t j = 0; j < m; j++) {
        const double phi = harmonic_slope(stretch * (up[j] - far[j]), down[j] - up[j]);
        flux[j] = q * left[j] + w.right * (right[j] - left[j]) + w.limited * phi;
    }
}

/* harmonic_slope without a branch, which would keep compilers from vectors. */
static inline double slope_between(double a, double b) {
    const double same_sign = a * b > 0 ? 1 : 0, sum = a * b > 0 ? a + b : 1;
    return same_sign * (2 * a * (b / sum));
}

/* The same for faces of cells begin..end-1 that have a cell upstream, water running downstream; flux of face i at
 * flux + (i - begin) m. One component: cells side by side; `alike`: with the weights of the first one. */
QH_INLINE void limited_faces(const qh_transport *t, size_t s, size_t begin, size_t end, const double *y,
                             double *restrict flux, bool alike) {
    const double *q = discharge_down(t, s), *g = conductance_down(t, s);
    for (size_t i = begin; i < end; i++) {
        const size_t k = alike ? begin : i;
        const face_weights w = weights_of_face(q[k], g[k]);
        const double step = y[i + 1] - y[i], phi = slope_between(y[i] - y[i - 1], step);
        flux[i - begin] = q[k] * y[i] + w.right * step + w.limited * phi;
    }
}

QH_VECTORS static void faces_of_one(const qh_transport *t, size_t s, size_t begin, size_t end, const double *y,
                                    double *restrict flux) {
    if (t->alike[s])
        limited_faces(t, s, begin, end, y, flux, true);
    else
        limited_faces(t, s, begin, end, y, flux, false);
}

/* Several: components side by side. */
QH_VECTORS static void faces_of_many(const qh_transport *t, size_t s, size_t begin, size_t end, const double *y,
                                     double *restrict flux) {
    const size_t m = t->m;
    for (size_t i = begin; i < end; i++, flux += m) {
        const double q = discharge_down(t, s)[i];
        const face_weights w = weights_of_face(q, conductance_down(t, s)[i]);
        const double *far = y + (i - 1) * m, *left = y + i * m, *right = left + m;
        for (size_t j = 0; j < m; j++) {
            const double step = right[j] - left[j], phi = slope_between(left[j] - far[j], step);
            flux[j] = q * left[j] + w.right * step + w.limited * phi;
        }
    }
}

/* Central faces only: no slopes. */
QH_INLINE void plain_faces(const qh_transport *t, size_t s, size_t begin, size_t end, const double *y,
                           double *restrict flux, bool alike) {
    const double *q = discharge_down(t, s), *g = conductance_down(t, s);
    for (size_t i = begin; i < end; i++) {
        const size_t k = alike ? begin : i;
        flux[i - begin] = q[k] * y[i] + (0.5 * q[k] - g[k]) * (y[i + 1] - y[i]);
    }
}

QH_VECTORS static void central_faces(const qh_transport *t, size_t s, size_t begin, size_t end, const double *y,
                                     double *restrict flux) {
    const size_t m = t->m;
    if (m == 1 && t->alike[s]) {
        plain_faces(t, s, begin, end, y, flux, true);
        return;
    }
    if (m == 1) {
        plain_faces(t, s, begin, end, y, flux, false);
        return;
    }
    for (size_t i = begin; i < end; i++, flux += m) {
        const double q = discharge_down(t, s)[i], by_step = 0.5 * q - conductance_down(t, s)[i];
        const double *left = y + i * m, *right = left + m;
        for (size_t j = 0; j < m; j++)
            flux[j] = q * left[j] + by_step * (right[j] - left[j]);
    }
}

static void inner_faces(const qh_transport *t, size_t s, size_t first, size_t last, const double *y, double *flux) {
    const size_t m = t->m;
    if (!t->forward[s]) {
        for (size_t i = first; i < last; i++)
            face_flux(t, s, i, first, last, y, flux + (i - first) * m);
        return;
    }
    face_flux(t, s, first, first, last, y, flux); /* a point is upstream of it */
    if (t->central[s]) {
        central_faces(t, s, first + 1, last, y, flux + m);
    } else if (m == 1) {
        faces_of_one(t, s, first + 1, last, y, flux + 1);
    } else {
        faces_of_many(t, s, first + 1, last, y, flux + m);
    }
}

/* Lateral inflow enters: g/s and cell. `rates_alike`: all decay as the first one does. */
QH_INLINE void rates_of_cells(const qh_transport *t, size_t s, size_t first, size_t last, const double *y,
                              double enters, const double *restrict flux, double *restrict dydt, bool alike,
                              bool rates_alike) {
    const double *area = t->grid->area, *decay = t->decay + t->rate_first[s];
    const double length = t->grid->segment[s].length, per_volume = 1 / (area[first] * length);
    for (size_t i = first; i <= last; i++) {
        const double k = decay[rates_alike ? 0 : i - first], own = alike ? per_volume : 1 / (area[i] * length);
        dydt[i] = ((flux[i - first] - flux[i - first + 1]) + enters) * own - k * y[i];
    }
}

QH_VECTORS static void rates_of_one(const qh_transport *t, size_t s, size_t first, size_t last, const double *y,
                                    double enters, const double *restrict flux, double *restrict dydt) {
    if (t->alike[s]) {
        rates_of_cells(t, s, first, last, y, enters, flux, dydt, true, true);
    } else if (t->rates_alike[s]) {
        rates_of_cells(t, s, first, last, y, enters, flux, dydt, false, true);
    } else {
        rates_of_cells(t, s, first, last, y, enters, flux, dydt, false, false);
    }
    for (size_t i = first; i <= last && t->gain; i++)
        dydt[i] += t->gain[rate_row(t, s, i)];
}

/* The same for lanes of one kind in a cell. */
QH_INLINE void rates_of_row(size_t count, double per_volume, double k, double gain, double length, const double *c,
                            const double *in, const double *out, const double *lateral, double *restrict rate) {
    for (size_t j = 0; j < count; j++)
        rate[j] = ((in[j] - out[j]) + lateral[j] * length) * per_volume + gain - k * c[j];
}

QH_VECTORS static void rates_of_many(const qh_transport *t, size_t s, size_t first, size_t last, const double *y,
                                     const double *lateral, double length, const double *flux, double *dydt) {
    const size_t m = t->m, lanes = t->rate_lanes;
    for (size_t i = first; i <= last; i++) {
        const double *c = y + i * m, *in = flux + (i - first) * m, per_volume = 1 / (t->grid->area[i] * length);
        for (size_t kind = 0; kind < t->n_rate; kind++) {
            const size_t at = rate_row(t, s, i) * t->n_rate + kind, j = kind * lanes;
            rates_of_row(lanes, per_volume, t->decay[at], gain_at(t, at), length, c + j, in + j, in + m + j,
                         lateral + j, dydt + i * m + j);
        }
    }
}

static void rate_of_segment(const qh_transport *t, size_t s, const double *y, double *dydt) {
    const size_t m = t->m;
    const size_t first = t->grid->segment_first[s], last = t->grid->segment_first[s + 1] - 1;
    const double *lateral = t->segment_load + s * m, length = qh_grid_length(t->grid, first);
    double *flux = t->face_flux; /* of the upstream end, the inner faces, the downstream end */
    qh_transport_end_flux(t, 2 * s, y, flux);
    inner_faces(t, s, first, last, y, flux + m);
    qh_transport_end_flux(t, 2 * s + 1, y, flux + (last - first + 1) * m);
    if (m == 1) {
        rates_of_one(t, s, first, last, y, lateral[0] * length, flux, dydt);
    } else {
        rates_of_many(t, s, first, last, y, lateral, length, flux, dydt);
    }
}

static void add_storage(const qh_transport *t, const double *y, double *dydt) {
    const size_t m = t->m;
    for (size_t z = 0; z < t->n_storage; z++) {
        const size_t i = t->storage_cell[z];
        const double alpha = qh_grid_storage_exchange(t->grid, i);
        const double back = alpha * t->grid->area[i] / qh_grid_storage_area(t->grid, i);
        const double *c = y + i * m, *zone = y + (t->n_cell + z) * m;
        double *rate = dydt + i * m, *zone_rate = dydt + (t->n_cell + z) * m;
        for (size_t j = 0; j < m; j++) {
            const double k = t->decay[rate_index(t, i, j)], gain = gain_at(t, rate_index(t, i, j));
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
