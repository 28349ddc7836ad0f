/* Makes a state non-negative by moving mass between neighbours (see transport.h).
 *
 * Why        The semi-discrete equation keeps concentrations above zero, but no integrator of second order can for every
 *            step (Bolley & Crouzeix 1978, RAIRO Anal. Numer. 12:237); what falls below is of the size of its tolerance.
 * How        A cell below zero takes what it lacks from its upstream neighbour, then from the downstream one: as if the
 *            flux through their face had been corrected. What both cannot give comes from the whole reach in proportion.
 *            Oxygen that decay may consume without end is not touched in time: exchange would hide that it has run out.
 * Not for    a state that is wrong by more than a tolerance: the mass moved would hide it. */
#include <math.h>
#include <stdlib.h>

#include "solvers/oxygen_check.h"
#include "solvers/transport_internal.h"
#include "solvers/vector_internal.h"

/* Moves mass from `donor` to `cell` until the cell reaches 0 or the donor is empty. Volumes in m3. */
static void borrow(double *cell, double cell_volume, double *donor, double donor_volume) {
    if (*cell >= 0 || *donor <= 0) return;
    const double need = -*cell * cell_volume, there = *donor * donor_volume;
    if (there > need) {
        *donor -= need / donor_volume;
        if (*donor < 0) *donor = 0;
        *cell = 0;
    } else {
        *cell += there / cell_volume;
        *donor = 0;
    }
}

/* What exchange between neighbours could not mend is taken from the whole reach, storage zones included, in proportion
 * to what each part holds. False when the reach holds less than nothing. */
static bool scale_reach(const qh_transport *t, double *c, size_t first, size_t last) {
    double below = 0, above = 0;
    for (size_t i = first; i <= last; i++) {
        const size_t zone = zone_of_cell(t, i);
        const double mass[] = {c[i] * t->volume[i], zone == i ? 0 : c[zone] * t->volume[zone]};
        for (size_t part = 0; part < 2; part++) {
            below -= fmin(mass[part], 0);
            above += fmax(mass[part], 0);
        }
    }
    if (below == 0) return true;
    if (below > above) return false;
    const double keep = 1 - below / above;
    for (size_t i = first; i <= last; i++) {
        const size_t zone = zone_of_cell(t, i);
        c[i] = c[i] > 0 ? c[i] * keep : 0;
        if (zone != i) c[zone] = c[zone] > 0 ? c[zone] * keep : 0;
    }
    return true;
}

/* One component of one reach. */
static bool mend_reach(const qh_transport *t, double *c, size_t first, size_t last) {
    for (size_t i = first; i <= last; i++) {
        const size_t zone = zone_of_cell(t, i);
        if (zone == i) continue;
        borrow(&c[zone], t->volume[zone], &c[i], t->volume[i]);
        borrow(&c[i], t->volume[i], &c[zone], t->volume[zone]);
    }
    for (size_t i = first + 1; i <= last; i++)
        borrow(&c[i], t->volume[i], &c[i - 1], t->volume[i - 1]);
    for (size_t i = last; i > first; i--)
        borrow(&c[i - 1], t->volume[i - 1], &c[i], t->volume[i]);
    return scale_reach(t, c, first, last);
}

/* Takes what empty reaches lack from all that the network holds. */
static bool scale_network(const qh_transport *t, double *c) {
    double below = 0, above = 0;
    for (size_t i = 0; i < t->n_unknown; i++) {
        below -= fmin(c[i], 0) * t->volume[i];
        above += fmax(c[i], 0) * t->volume[i];
    }
    if (below > above) return false;
    const double keep = above > 0 ? 1 - below / above : 0;
    for (size_t i = 0; i < t->n_unknown; i++)
        c[i] = c[i] > 0 ? c[i] * keep : 0;
    return true;
}

/* Looks at many at a time, so that looking costs no branch a value. */
QH_VECTORS static bool any_below_zero(const double *y, size_t n) {
    enum { block = 256 };
    for (size_t first = 0; first < n; first += block) {
        const size_t end = first + block < n ? first + block : n;
        int below = 0;
        for (size_t k = first; k < end; k++)
            below |= y[k] < 0;
        if (below) return true;
    }
    return false;
}

bool qh_transport_is_positive(const qh_transport *t, const double *y) {
    return !any_below_zero(y, t->n_unknown * t->m);
}

bool qh_transport_make_positive(const qh_transport *t, const double *y, bool whole_network, double *correction) {
    const size_t m = t->m;
    const qh_network *network = t->problem->network;
    if (qh_transport_is_positive(t, y)) return true;
    double *c = malloc(t->n_unknown * sizeof *c);
    if (!c) return false;
    bool mended = true;
    const size_t exhaustible = whole_network ? t->n_species : qh_oxygen_exhaustible(t->problem->river_case);
    for (size_t j = 0; j < m && mended; j++) {
        if (j / t->n_lane == exhaustible) continue;
        for (size_t i = 0; i < t->n_unknown; i++)
            c[i] = y[i * m + j];
        for (size_t r = 0; r < t->problem->river_case->n_reach; r++) {
            const size_t first = t->grid->segment_first[network->reach_first[r]];
            const size_t last = t->grid->segment_first[network->reach_first[r + 1]] - 1;
            if (!mend_reach(t, c, first, last)) mended = false;
        }
        if (!mended && whole_network) mended = scale_network(t, c);
        for (size_t i = 0; i < t->n_unknown && mended; i++)
            correction[i * m + j] += c[i] - y[i * m + j];
    }
    free(c);
    return mended;
}
