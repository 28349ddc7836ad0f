/* Budget of the transport operator: rates of gain and loss by reach and for the network, and the mass held.
 *
 * The fluxes are those that move the cells (transport.c), so the terms add up to the change of mass to round-off. */
#include <stdlib.h>
#include <string.h>

#include "solvers/transport_internal.h"
#include "solvers/vector_internal.h"

/* term[row][species][which][lane] += amount[component] */
static void add_term(const qh_transport *t, double *term, size_t row, qh_budget_term which, const double *amount) {
    for (size_t species = 0, j = 0; species < t->n_species; species++) {
        double *lane_term = term + ((row * t->n_species + species) * QH_BUDGET_TERMS + (size_t)which) * t->n_lane;
        for (size_t lane = 0; lane < t->n_lane; lane++, j++)
            lane_term[lane] += amount[j];
    }
}

/* The same for one component without couplings: partial sums instead of compensation, which would make each cell wait for
 * the one before. */
QH_VECTORS static double reaction_of_one(const qh_transport *t, size_t first, size_t last, const double *y) {
    enum { sums = 8 };
    const double *k = t->decay, *gain = t->gain, *volume = t->volume;
    double sum[sums] = {0};
    size_t i = first;
    for (; i + sums <= last && !gain; i += sums) {
        for (size_t p = 0; p < sums; p++)
            sum[p] += k[i + p] * y[i + p] * volume[i + p];
    }
    for (; i + sums <= last && gain; i += sums) {
        for (size_t p = 0; p < sums; p++)
            sum[p] += (k[i + p] * y[i + p] - gain[i + p]) * volume[i + p];
    }
    for (; i < last; i++)
        sum[0] += (k[i] * y[i] - gain_at(t, i)) * volume[i];
    double zones = 0;
    for (i = first; i < last && t->n_storage > 0; i++) {
        const size_t zone = zone_of_cell(t, i);
        if (zone != i) zones += (k[i] * y[zone] - gain_at(t, i)) * volume[zone];
    }
    return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7])) + zones;
}

/* Adds to compensated sums what reacts in lanes of one kind in a cell and its zone; beyond decay and gain: `more`. */
QH_INLINE void add_reaction(size_t count, double k, double gain, const double *c, const double *more, double volume,
                            const double *zone, const double *more_in_zone, double zone_volume, double *restrict sum,
                            double *restrict lost) {
    for (size_t j = 0; j < count; j++) {
        const double amount =
            (k * c[j] - gain - more[j]) * volume + (k * zone[j] - gain - more_in_zone[j]) * zone_volume;
        const double next = sum[j] + (amount - lost[j]);
        lost[j] = (next - sum[j]) - (amount - lost[j]);
        sum[j] = next;
    }
}

/* Compensated sum of what reactions take minus what they give over the cells of a reach, storage zones included:
 * reacted [m], g/s; workspace [3 m]. */
QH_VECTORS static void reaction_of_reach(const qh_transport *t, size_t first, size_t last, const double *y,
                                         double *reacted, double *workspace) {
    const size_t m = t->m;
    double *lost = workspace, *in_cell = workspace + m,
           *in_zone = workspace + 2 * m; /* g/m3/s, beyond decay and gain */
    memset(lost, 0, 3 * m * sizeof(double));
    for (size_t j = 0; j < m; j++)
        reacted[j] = 0;
    for (size_t i = first; i < last; i++) {
        const size_t zone = zone_of_cell(t, i);
        const double zone_volume = zone == i ? 0 : t->volume[zone];
        if (t->coupled) {
            memset(in_cell, 0, 2 * m * sizeof(double));
            qh_transport_add_reaction(t, i, y + i * m, in_cell);
            if (zone != i) qh_transport_add_reaction(t, i, y + zone * m, in_zone);
        }
        for (size_t kind = 0, j = 0; kind < t->n_rate; kind++) {
            const double k = t->decay[i * t->n_rate + kind], gain = gain_at(t, i * t->n_rate + kind);
            add_reaction(t->rate_lanes, k, gain, y + i * m + j, in_cell + j, t->volume[i], y + zone * m + j,
                         in_zone + j, zone_volume, reacted + j, lost + j);
            j += t->rate_lanes;
        }
    }
}

static void budget_of_reaches(qh_transport *t, const qh_transport_parts *parts, double *term) {
    const qh_network *network = t->problem->network;
    const size_t m = t->m, n_reach = t->problem->river_case->n_reach;
    double *amount = t->flux;
    for (size_t r = 0; r < n_reach; r++) {
        const size_t s0 = network->reach_first[r], s1 = network->reach_first[r + 1];
        add_term(t, term, r, QH_BUDGET_IN, parts->end_flux + 2 * s0 * m);
        add_term(t, term, r, QH_BUDGET_OUT, parts->end_flux + (2 * (s1 - 1) + 1) * m);
        for (size_t s = s0; s < s1; s++) {
            const double length = network->segment[s].x1 - network->segment[s].x0;
            for (size_t j = 0; j < m; j++)
                amount[j] = t->segment_load[s * m + j] * length;
            add_term(t, term, r, QH_BUDGET_LATERAL, amount);
            add_term(t, term, n_reach, QH_BUDGET_LATERAL, amount);
        }
        add_term(t, term, r, QH_BUDGET_REACTED, parts->reacted + r * m);
        add_term(t, term, n_reach, QH_BUDGET_REACTED, parts->reacted + r * m);
    }
}

/* What headwaters give at a point: their load, or for a first-type inlet whatever the point must supply. */
static void headwater_input(const qh_transport *t, size_t p, const qh_transport_parts *parts, double *amount) {
    const mixing_point *point = &t->point[p];
    const size_t m = t->m;
    if (!point->fixed) {
        memcpy(amount, t->headwater_load + p * m, m * sizeof(double));
        return;
    }
    for (size_t j = 0; j < m; j++) {
        amount[j] = (point->taken + point->outlet) * parts->mixed[p * m + j] -
                    (t->point_load[p * m + j] - t->headwater_load[p * m + j]);
    }
    for (size_t k = 0; k < point->link_count; k++) {
        const size_t link = t->arriving_link[point->link_first + k];
        const size_t from = t->problem->network->link[link].from;
        for (size_t j = 0; j < m; j++)
            amount[j] -= t->link_flow[link] * parts->mixed[from * m + j];
    }
    for (size_t k = 0; k < point->in_count + point->out_count; k++) {
        const size_t e = t->point_end[point->in_first + k];
        const double *flux = parts->end_flux + e * m;
        const double sign = e % 2 == 0 ? 1 : -1; /* fluxes are positive downstream: away from p at an upstream end */
        for (size_t j = 0; j < m; j++)
            amount[j] += sign * flux[j];
    }
}

static void budget_of_points(qh_transport *t, const qh_transport_parts *parts, double *term) {
    const qh_network *network = t->problem->network;
    const size_t m = t->m, n_reach = t->problem->river_case->n_reach;
    double *amount = t->flux;
    for (size_t p = 0; p < t->n_point; p++) {
        const mixing_point *point = &t->point[p];
        const double *mixed = parts->mixed + p * m;
        for (size_t j = 0; j < m; j++)
            amount[j] = point->outlet * mixed[j];
        add_term(t, term, n_reach, QH_BUDGET_OUT, amount);
        for (size_t j = 0; j < m; j++)
            amount[j] = t->point_load[p * m + j] - t->headwater_load[p * m + j];
        add_term(t, term, n_reach, QH_BUDGET_SOURCE, amount);
        if (!network->point[p].is_node) add_term(t, term, network->point[p].reach, QH_BUDGET_SOURCE, amount);
        for (size_t j = 0; j < m; j++)
            amount[j] = point->taken * mixed[j];
        add_term(t, term, n_reach, QH_BUDGET_TAKEN, amount);
        if (!network->point[p].is_node) add_term(t, term, network->point[p].reach, QH_BUDGET_TAKEN, amount);
        headwater_input(t, p, parts, amount);
        add_term(t, term, n_reach, QH_BUDGET_IN, amount);
    }
    /* A diversion is taken at the dam and returned at the tailrace: inside the network it is neither. */
    for (size_t k = 0; k < network->n_link; k++) {
        const size_t from = network->link[k].from, to = network->link[k].to;
        for (size_t j = 0; j < m; j++)
            amount[j] = t->link_flow[k] * parts->mixed[from * m + j];
        if (!network->point[to].is_node) add_term(t, term, network->point[to].reach, QH_BUDGET_SOURCE, amount);
        for (size_t j = 0; j < m; j++)
            amount[j] = -amount[j];
        add_term(t, term, n_reach, QH_BUDGET_TAKEN, amount);
    }
}

void qh_transport_budget_of(qh_transport *t, const qh_transport_parts *parts, double *term) {
    const size_t rows = t->problem->river_case->n_reach + 1;
    memset(term, 0, rows * t->n_species * QH_BUDGET_TERMS * t->n_lane * sizeof(double));
    budget_of_reaches(t, parts, term);
    budget_of_points(t, parts, term);
}

void qh_transport_budget(qh_transport *t, const double *y, double *term) {
    const qh_network *network = t->problem->network;
    const size_t m = t->m;
    qh_transport_mix(t, y);
    for (size_t e = 0; e < 2 * t->n_segment; e++)
        qh_transport_end_flux(t, e, y, t->end_flux + e * m);
    for (size_t r = 0; r < t->problem->river_case->n_reach; r++) {
        const size_t first = t->grid->segment_first[network->reach_first[r]];
        const size_t last = t->grid->segment_first[network->reach_first[r + 1]];
        if (m == 1 && !t->coupled) {
            t->reacted[r] = reaction_of_one(t, first, last, y);
        } else {
            reaction_of_reach(t, first, last, y, t->reacted + r * m, t->flux);
        }
    }
    const qh_transport_parts parts = {.end_flux = t->end_flux, .mixed = t->mixed, .reacted = t->reacted};
    qh_transport_budget_of(t, &parts, term);
}

void qh_transport_mass(const qh_transport *t, const double *y, double *mass) {
    const size_t m = t->m, n_reach = t->problem->river_case->n_reach;
    memset(mass, 0, (n_reach + 1) * m * sizeof(double));
    for (size_t i = 0; i < t->n_cell; i++) {
        double *reach = mass + qh_grid_reach(t->grid, i) * m;
        for (size_t j = 0; j < m; j++)
            reach[j] += y[i * m + j] * t->volume[i];
    }
    for (size_t z = 0; z < t->n_storage; z++) {
        const size_t i = t->storage_cell[z];
        double *reach = mass + qh_grid_reach(t->grid, i) * m;
        for (size_t j = 0; j < m; j++)
            reach[j] += y[(t->n_cell + z) * m + j] * t->volume[t->n_cell + z];
    }
    for (size_t r = 0; r < n_reach; r++)
        for (size_t j = 0; j < m; j++)
            mass[n_reach * m + j] += mass[r * m + j];
}
