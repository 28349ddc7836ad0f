/* Puts mass back into a reach, where it disturbs least (see transport.h).
 *
 * Equation   dC_i = s |C_i|,   s = sum V R / sum V |C| over the cells and storage zones of the reach, R the remainder
 * Why        a change in proportion to what is there keeps clean water clean and what is positive positive, and is as
 *            smooth as the river: each cell's own remainder, put back where it stood, would excite the fastest exchange.
 * Not for    remainders that are large: they move mass along the reach. */
#include <math.h>
#include <string.h>

#include "solvers/transport_internal.h"
#include "solvers/vector_internal.h"

/* Adds volume times remainder and volume times |y| of unknowns first .. end-1, whose volumes are weight[0 ..] times
 * `length`: lost, held [m], g. One component: partial sums, so that no cell waits for the one before. */
QH_INLINE void add_up_one(const double *weight, double length, const double *y, const double *remainder, size_t count,
                          double *lost, double *held) {
    enum { sums = 4 };
    double r[sums] = {0}, h[sums] = {0};
    size_t i = 0;
    for (; i + sums <= count; i += sums) {
        for (size_t k = 0; k < sums; k++) {
            r[k] += weight[i + k] * remainder[i + k];
            h[k] += weight[i + k] * fabs(y[i + k]);
        }
    }
    for (; i < count; i++) {
        r[0] += weight[i] * remainder[i];
        h[0] += weight[i] * fabs(y[i]);
    }
    *lost += ((r[0] + r[1]) + (r[2] + r[3])) * length;
    *held += ((h[0] + h[1]) + (h[2] + h[3])) * length;
}

QH_VECTORS static void add_up(const qh_transport *t, const double *weight, double length, size_t first, size_t end,
                              const double *y, const double *remainder, double *restrict lost, double *restrict held) {
    const size_t m = t->m;
    if (m == 1) {
        add_up_one(weight, length, y + first, remainder + first, end - first, lost, held);
        return;
    }
    for (size_t i = first; i < end; i++) {
        const double volume = weight[i - first] * length;
        for (size_t j = 0; j < m; j++) {
            lost[j] += volume * remainder[i * m + j];
            held[j] += volume * fabs(y[i * m + j]);
        }
    }
}

/* The storage zones of a reach's cells are in sequence, as the cells are. */
static void zones_of(const qh_transport *t, size_t first, size_t end, size_t *zone_first, size_t *zone_end) {
    *zone_first = *zone_end = 0;
    for (size_t i = first; i < end; i++) {
        const size_t zone = zone_of_cell(t, i);
        if (zone == i) continue;
        if (*zone_end == 0) *zone_first = zone;
        *zone_end = zone + 1;
    }
}

/* correction += by_mass |y| + by_volume, both [m] */
QH_VECTORS static void change(const qh_transport *t, size_t first, size_t end, const double *y, const double *by_mass,
                              const double *by_volume, double *restrict correction) {
    const size_t m = t->m;
    if (m == 1) { /* cells side by side */
        const double part = by_mass[0], rest = by_volume[0];
        for (size_t i = first; i < end; i++)
            correction[i] += part * fabs(y[i]) + rest;
        return;
    }
    for (size_t i = first; i < end; i++) {
        for (size_t j = 0; j < m; j++)
            correction[i * m + j] += by_mass[j] * fabs(y[i * m + j]) + by_volume[j];
    }
}

/* What is far below any tolerance of a budget is no mass: parts of what is there, and of what the water carries in the step.
 * (What cells exchange is found from differences, to the last digits of those.) Less would be put back step by step, and
 * each time the next step would have it to follow: a third more iterations. */
static const double part_held = 1e-13, part_carried = 1e-12;

/* Turns lost and held of a reach into what each cell gets, by mass and by volume; false when nothing is to be done. A
 * reach that holds less than is to be added gets it in equal parts; from one that holds less than is to be taken, when a cloud
 * has left it, nothing is: it would fall below zero. */
static bool share_out(const qh_transport *t, size_t reach, double gamma, double *lost, double *held) {
    bool any = false;
    for (size_t j = 0; j < t->m; j++) {
        const double carried = gamma * t->reach_discharge[reach] * held[j] / t->reach_volume[reach];
        const bool counts = fabs(lost[j]) > part_held * held[j] + part_carried * carried && lost[j] > -held[j],
                   by_mass = fabs(lost[j]) < held[j];
        const double amount = counts ? lost[j] : 0;
        lost[j] = by_mass ? amount / held[j] : 0;
        held[j] = by_mass ? 0 : amount / t->reach_volume[reach];
        any = any || counts;
    }
    return any;
}

void qh_transport_spread(const qh_transport *t, const double *y, const double *remainder, double gamma,
                         double *correction) {
    const qh_network *network = t->problem->network;
    double *lost = t->flux, *held = t->flux + t->m;
    for (size_t r = 0; r < t->problem->river_case->n_reach; r++) {
        const size_t first = t->grid->segment_first[network->reach_first[r]];
        const size_t end = t->grid->segment_first[network->reach_first[r + 1]];
        size_t zone_first = 0, zone_end = 0;
        if (t->n_storage > 0) zones_of(t, first, end, &zone_first, &zone_end);
        memset(lost, 0, 2 * t->m * sizeof(double));
        for (size_t k = network->reach_first[r]; k < network->reach_first[r + 1]; k++) {
            const size_t own = t->grid->segment_first[k], next = t->grid->segment_first[k + 1];
            add_up(t, t->grid->area + own, t->grid->segment[k].length, own, next, y, remainder, lost, held);
        }
        if (zone_end > zone_first) {
            const double *volume = t->zone_volume + (zone_first - t->n_cell);
            add_up(t, volume, 1, zone_first, zone_end, y, remainder, lost, held);
        }
        if (!share_out(t, r, gamma, lost, held)) continue;
        change(t, first, end, y, lost, held, correction);
        change(t, zone_first, zone_end, y, lost, held, correction);
    }
}
