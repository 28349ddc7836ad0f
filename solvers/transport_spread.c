/* Puts mass back into a reach, where it disturbs least (see transport.h).
 *
 * Equation   dC_i = s |C_i|,   s = sum V R / sum V |C| over the cells and storage zones of the reach, R the remainder
 * Why        a change in proportion to what is there keeps clean water clean and what is positive positive, and is as
 *            smooth as the river: each cell's own remainder, put back where it stood, would excite the fastest exchange.
 * Not for    remainders that are large: they move mass along the reach. */
#include <math.h>

#include "solvers/transport_internal.h"

/* Adds volume times remainder and volume times |y| of unknowns first .. end-1, one component. */
static void add_up(const qh_transport *t, size_t first, size_t end, size_t j, const double *y, const double *remainder,
                   double *lost, double *held) {
    enum { sums = 4 };
    const size_t m = t->m;
    double r[sums] = {0}, h[sums] = {0};
    size_t i = first;
    for (; i + sums <= end; i += sums) {
        for (size_t k = 0; k < sums; k++) {
            r[k] += t->volume[i + k] * remainder[(i + k) * m + j];
            h[k] += t->volume[i + k] * fabs(y[(i + k) * m + j]);
        }
    }
    for (; i < end; i++) {
        r[0] += t->volume[i] * remainder[i * m + j];
        h[0] += t->volume[i] * fabs(y[i * m + j]);
    }
    *lost += (r[0] + r[1]) + (r[2] + r[3]);
    *held += (h[0] + h[1]) + (h[2] + h[3]);
}

/* The storage zones of a reach's cells are in sequence, as the cells are. */
static void zones_of(const qh_transport *t, size_t first, size_t end, size_t *zone_first, size_t *zone_end) {
    *zone_first = *zone_end = 0;
    for (size_t i = first; i < end; i++) {
        if (t->storage_of[i] == i) continue;
        if (*zone_end == 0) *zone_first = t->storage_of[i];
        *zone_end = t->storage_of[i] + 1;
    }
}

static void change(const qh_transport *t, size_t first, size_t end, size_t j, const double *y, double part,
                   bool by_volume, double *correction) {
    const size_t m = t->m;
    for (size_t i = first; i < end; i++)
        correction[i * m + j] += by_volume ? part : part * fabs(y[i * m + j]);
}

/* A few units in the last place of what is exchanged: in short cells this is much, and none of it is mass. */
static const double round_off = 1e-14;

void qh_transport_spread(const qh_transport *t, const double *y, const double *remainder, double gamma,
                         double *correction) {
    const qh_network *network = t->problem->network;
    for (size_t r = 0; r < t->problem->river_case->n_reach; r++) {
        const size_t first = t->grid->segment_first[network->reach_first[r]];
        const size_t end = t->grid->segment_first[network->reach_first[r + 1]];
        size_t zone_first = 0, zone_end = 0;
        if (t->n_storage > 0) zones_of(t, first, end, &zone_first, &zone_end);
        for (size_t j = 0; j < t->m; j++) {
            double lost = 0, held = 0;
            add_up(t, first, end, j, y, remainder, &lost, &held);
            add_up(t, zone_first, zone_end, j, y, remainder, &lost, &held);
            const double exchanged = gamma * t->reach_exchange[r] * held / t->reach_volume[r];
            if (fabs(lost) <= round_off * exchanged) continue;
            /* a reach that holds less than is to be added: in equal parts */
            const bool by_volume = !(fabs(lost) < held);
            const double part = lost / (by_volume ? t->reach_volume[r] : held);
            change(t, first, end, j, y, part, by_volume, correction);
            change(t, zone_first, zone_end, j, y, part, by_volume, correction);
        }
    }
}
