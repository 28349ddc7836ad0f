/* Ways from a release down the water: how far, how long, and how much a cloud spreads.
 *
 * Along a segment of discharge Q, area A, dispersion D and storage ratio beta = A_s/A with exchange alpha the time of a
 * particle has
 *
 *     mean      L/U (1 + beta)
 *     variance  2 D L/U^3 (1 + beta)^2 + 2 beta^2/alpha L/U
 *
 * and a reservoir of volume V the mean V/Q and the variance (V/Q)^2, that of a stirred tank
 * (moments of advection and dispersion with first-order exchange, without decay: Nordin & Troutman, Water Resour. Res. 16
 * (1980) 123-128). They only choose time windows; the concentrations come from an engine. */
#include <math.h>

#include "model/mixing.h"
#include "model/reach.h"
#include "scenarios/spill_internal.h"

static size_t release_point(const qh_case *spill_case, const qh_network *network) {
    return network->outfall_point[spill_case->n_outfall - 1];
}

/* Discharge [m3/s] in the middle of a segment. */
static double discharge_of(const qh_network *network, const qh_flow *flow, size_t s) {
    const qh_segment *segment = &network->segment[s];
    return flow->segment_upstream[s] + 0.5 * flow->segment_lateral[s] * (segment->x1 - segment->x0);
}

/* ---- dispersion ---- */

static void widen(qh_optional *range_low, qh_optional *range_high, double value) {
    if (!range_low->given || value < range_low->value) *range_low = (qh_optional){true, value};
    if (!range_high->given || value > range_high->value) *range_high = (qh_optional){true, value};
}

/* Dispersion of a reach at one discharge: the case's own, and those formulas in whose range it lies. */
static qh_status ask_formulas(const qh_reach *reach, double discharge, qh_diag *diag, size_t r,
                              spill_dispersion *dispersion) {
    qh_reach_water water;
    QH_TRY(qh_reach_water_at(reach, discharge, diag, &water));
    dispersion->own[r] = (qh_optional){true, water.dispersion};
    widen(&dispersion->least[r], &dispersion->most[r], water.dispersion);
    if (!reach->channel.slope.given) return QH_OK; /* no shear velocity: no formula */
    const qh_dispersion_input input = {.velocity = water.state.velocity,
                                       .depth = water.state.depth,
                                       .width = water.state.width,
                                       .shear_velocity =
                                           qh_shear_velocity(water.state.hydraulic_radius, reach->channel.slope.value)};
    for (const qh_dispersion_formula *const *formula = qh_registry_dispersion; *formula; formula++) {
        if (!(*formula)->in_range(&input)) continue;
        const double value = (*formula)->coefficient(&input);
        if (!(value > 0) || !isfinite(value)) continue;
        widen(&dispersion->least[r], &dispersion->most[r], value);
        dispersion->n_formula[r]++;
    }
    return QH_OK;
}

/* The discharge that stands for a reach: the mean over its segments by their length. */
static double mean_discharge(const qh_network *network, const qh_flow *flow, size_t reach) {
    double sum = 0, length = 0;
    for (size_t s = network->reach_first[reach]; s < network->reach_first[reach + 1]; s++) {
        const double part = network->segment[s].x1 - network->segment[s].x0;
        sum += discharge_of(network, flow, s) * part;
        length += part;
    }
    return sum / length;
}

qh_status qh_spill_dispersion(qh_arena *arena, const qh_case *spill_case, const qh_network *network,
                              const qh_flow *flow, qh_diag *diag, spill_dispersion *dispersion) {
    const size_t n = spill_case->n_reach;
    *dispersion = (spill_dispersion){.own = qh_arena_alloc(arena, n, sizeof(qh_optional)),
                                     .least = qh_arena_alloc(arena, n, sizeof(qh_optional)),
                                     .most = qh_arena_alloc(arena, n, sizeof(qh_optional)),
                                     .n_formula = qh_arena_alloc(arena, n, sizeof(size_t))};
    bool *below = qh_arena_alloc(arena, network->n_point, sizeof *below);
    if (!dispersion->own || !dispersion->least || !dispersion->most || !dispersion->n_formula || !below)
        return QH_E_NOMEM;
    below[release_point(spill_case, network)] = true;
    for (size_t k = 0; k < network->n_point; k++) {
        const size_t p = network->point_order[k];
        if (!below[p]) continue;
        for (size_t i = network->out_first[p]; i < network->out_first[p + 1]; i++) {
            const qh_segment *segment = &network->segment[network->out_segment[i]];
            below[segment->to] = true;
            if (dispersion->own[segment->reach].given) continue;
            QH_TRY(ask_formulas(&spill_case->reach[segment->reach], mean_discharge(network, flow, segment->reach), diag,
                                segment->reach, dispersion));
        }
        for (size_t i = 0; i < network->n_link; i++)
            if (network->link[i].from == p && flow->link[i] > 0) below[network->link[i].to] = true;
    }
    return QH_OK;
}

/* ---- ways ---- */

/* Takes a way into account that goes on from `from` over `length` [m] in `time` [s] with these variances [s2]. */
static void go_on(const spill_way *from, double length, double time, const double *variance, spill_way *to) {
    if (!to->reached || from->distance + length < to->distance) {
        to->distance = from->distance + length;
        to->soonest = from->soonest + time;
    }
    to->latest = fmax(to->latest, from->latest + time);
    to->held = fmax(to->held, from->held);
    const double rising = from->rising + variance[0];
    to->rising = to->reached ? fmin(to->rising, rising) : rising;
    const double least = from->variance[0] + variance[0];
    to->variance[0] = to->reached ? fmin(to->variance[0], least) : least;
    to->variance[1] = fmax(to->variance[1], from->variance[1] + variance[1]);
    to->reached = true;
}

/* A stirred tank: the mean of the time that is spent in it is also its standard deviation. */
static void stay_in(spill_way *way, double residence) {
    way->soonest += residence;
    way->held += residence;
    way->variance[0] += residence * residence;
    way->variance[1] += residence * residence;
}

static qh_status along(const qh_case *spill_case, const qh_network *network, const qh_flow *flow,
                       const spill_dispersion *dispersion, size_t s, qh_diag *diag, spill_way *way) {
    const qh_segment *segment = &network->segment[s];
    const qh_reach *reach = &spill_case->reach[segment->reach];
    qh_channel_state state;
    QH_TRY(qh_channel_state_of(reach, discharge_of(network, flow, s), diag, &state));
    const double length = segment->x1 - segment->x0, bare = length / state.velocity;
    const double beta = reach->storage_area.given ? reach->storage_area.value / state.area : 0;
    const double slow = 1 + beta;
    const double stay = beta > 0 ? 2 * beta * beta / reach->storage_exchange.value * bare : 0;
    const double spread = 2 * slow * slow * bare / (state.velocity * state.velocity);
    const double variance[2] = {dispersion->least[segment->reach].value * spread + stay,
                                dispersion->most[segment->reach].value * spread + stay};
    go_on(&way[segment->from], length, bare * slow, variance, &way[segment->to]);
    return QH_OK;
}

qh_status qh_spill_ways(const qh_case *spill_case, const qh_network *network, const qh_flow *flow,
                        const spill_dispersion *dispersion, const double *pond, qh_diag *diag, spill_way *way) {
    for (size_t p = 0; p < network->n_point; p++)
        way[p] = (spill_way){0};
    way[release_point(spill_case, network)].reached = true;
    for (size_t k = 0; k < network->n_point; k++) {
        const size_t p = network->point_order[k];
        if (!way[p].reached) continue;
        if (pond && pond[p] > 0) stay_in(&way[p], pond[p] / flow->point_through[p]);
        for (size_t i = network->out_first[p]; i < network->out_first[p + 1]; i++)
            QH_TRY(along(spill_case, network, flow, dispersion, network->out_segment[i], diag, way));
        for (size_t i = 0; i < network->n_link; i++) {
            static const double at_once[2] = {0, 0};
            if (network->link[i].from == p && flow->link[i] > 0)
                go_on(&way[p], 0, 0, at_once, &way[network->link[i].to]);
        }
    }
    return QH_OK;
}

/* ---- mixing ---- */

qh_status qh_spill_mixing(const qh_case *spill_case, const qh_release *release, double discharge, qh_diag *diag,
                          qh_optional *length) {
    const qh_reach *reach = &spill_case->reach[release->reach];
    qh_channel_state state;
    QH_TRY(qh_channel_state_of(reach, discharge, diag, &state));
    const double coefficient =
        reach->transverse_mixing.given ? reach->transverse_mixing.value : spill_case->run.transverse_mixing;
    if (!reach->channel.slope.given || !(reach->channel.slope.value > 0) || !(coefficient > 0)) return QH_OK;
    const double transverse =
        coefficient * state.depth * qh_shear_velocity(state.hydraulic_radius, reach->channel.slope.value);
    *length = (qh_optional){true, qh_mixing_length(0, state.width, state.velocity, transverse)};
    return QH_OK;
}
