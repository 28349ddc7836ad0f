/* The water at the outfall: how far it takes to mix, Annex E beside the network, and the mixing zone.
 *
 * Equations   HJ 2.3-2018, Annex E (model/annex_e.h): mixing length; one-dimensional steady form; two-dimensional bank
 *             discharge with one reflection on either side. Ey = c H u*, c of the case or the reach.
 * Scheme      Channel state at the discharge below the outfall, taken to hold to the end of the mixing length. The zone
 *             over the limit ends where the concentration along the bank falls to it, which it does once: bisection.
 *
 * Not for a reach that changes within the mixing length (the state at the outfall is taken for all of it), nor for an
 * outfall far from the bank, whose plume the bank form overstates. */
#include <math.h>
#include <stdlib.h>

#include "model/kinetics.h"
#include "model/mixing.h"
#include "model/reach.h"
#include "scenarios/permit_internal.h"

enum { HALVINGS = 60, WIDTH_STEPS = 200 };

static const qh_reach *outfall_reach(const qh_permit_maker *m) { return &m->base->reach[m->proposal->outfall.reach]; }

/* First-order losses in the outfall's reach as they hold in this state. */
static qh_status find_rates(const qh_permit_maker *m, const qh_case *c, qh_permit_water *water) {
    const qh_reach *reach = outfall_reach(m);
    const double temperature = reach->temperature.given ? reach->temperature.value : c->run.temperature;
    qh_rate_parameters *parameters = calloc(c->n_constituent, sizeof *parameters);
    double *rate = qh_arena_alloc(m->arena, c->n_constituent, sizeof *rate);
    if (!parameters || !rate) {
        free(parameters);
        return QH_E_NOMEM;
    }
    qh_rate_parameters_of(c, m->proposal->outfall.reach, parameters);
    for (size_t i = 0; i < c->n_constituent; i++)
        rate[i] =
            parameters[i].k20 * pow(parameters[i].theta, temperature - 20) + parameters[i].settling / water->depth;
    free(parameters);
    water->rate = rate;
    return QH_OK;
}

qh_status qh_permit_find_water(qh_permit_maker *m, const qh_state_solution *with, qh_permit_water *water) {
    const qh_reach *reach = outfall_reach(m);
    const size_t point = with->network->outfall_point[with->project];
    qh_reach_water state;
    water->flow = with->flow->point_through[point];
    water->river = water->flow - m->proposal->outfall.flow;
    QH_TRY(qh_reach_water_at(reach, water->flow, m->diag, &state));
    water->width = state.state.width;
    water->depth = state.state.depth;
    water->area = state.state.area;
    water->velocity = state.state.velocity;
    water->dispersion = state.dispersion;
    QH_TRY(find_rates(m, with->river_case, water));
    water->has_transverse = reach->channel.slope.given && reach->channel.slope.value > 0;
    if (!water->has_transverse) return QH_OK;
    const double coefficient =
        reach->transverse_mixing.given ? reach->transverse_mixing.value : with->river_case->run.transverse_mixing;
    water->transverse =
        coefficient * water->depth * qh_shear_velocity(state.state.hydraulic_radius, reach->channel.slope.value);
    const double bank = fmin(m->proposal->bank_distance, water->width / 2); /* the nearer bank is never farther */
    water->mixing_length = qh_mixing_length(bank, water->width, water->velocity, water->transverse);
    water->mixed_at_accounting = m->place[0].distance >= water->mixing_length;
    return QH_OK;
}

static qh_annex_e_plane plane_of(const qh_permit_water *water, size_t species) {
    return (qh_annex_e_plane){.background = 0,
                              .depth = water->depth,
                              .width = water->width,
                              .velocity = water->velocity,
                              .transverse = water->transverse,
                              .rate = water->rate[species]};
}

static size_t reflections(void) { return (size_t)qh_annex_e_number_get(QH_ANNEX_E_REFLECTIONS).value; }

double qh_permit_bank(const qh_permit_water *water, size_t species, double distance) {
    const qh_annex_e_plane plane = plane_of(water, species);
    return qh_annex_e_bank(&plane, 1, reflections(), distance, 0);
}

/* ---- Annex E in one dimension ---- */

static qh_permit_closed close_form(const qh_permit_maker *m, const qh_permit_water *water, size_t species,
                                   double background, double network) {
    const qh_permit_place *accounting = &m->place[0];
    const qh_annex_e_outfall outfall = {m->proposal->outfall.flow, m->proposal->discharged[species].concentration};
    const qh_annex_e_river river = {.flow = water->river,
                                    .concentration = background,
                                    .velocity = water->velocity,
                                    .width = water->width,
                                    .area = water->area,
                                    .dispersion = water->dispersion,
                                    .rate = water->rate[species]};
    if (accounting->reach != m->proposal->outfall.reach || !(water->dispersion > 0) || !(water->river > 0))
        return (qh_permit_closed){.given = false};
    const qh_annex_e_steady steady = qh_annex_e_steady_choose(&outfall, &river);
    return (qh_permit_closed){.given = true,
                              .network = network,
                              .annex = qh_annex_e_steady_superposed(&steady, accounting->distance),
                              .regime = steady.regime,
                              .alpha = steady.alpha,
                              .peclet = steady.peclet};
}

/* ---- the mixing zone ---- */

/* Where f, which falls from over `level` at `low` to under it at `high`, passes it. */
typedef struct fall {
    const qh_annex_e_plane *plane;
    double load, x; /* x > 0: over y at this x; else along the bank */
} fall;

static double at(const fall *f, double where) {
    return f->x > 0 ? qh_annex_e_bank(f->plane, f->load, reflections(), f->x, where)
                    : qh_annex_e_bank(f->plane, f->load, reflections(), where, 0);
}

static double passes(const fall *f, double level, double low, double high) {
    for (int i = 0; i < HALVINGS; i++) {
        const double middle = (low + high) / 2;
        if (at(f, middle) > level)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

static qh_permit_mixing_zone zone_of(const qh_permit_maker *m, const qh_permit_water *water, size_t species,
                                     const qh_target *target, double background) {
    if (!target->given || target->sense < 0 || !water->has_transverse)
        return (qh_permit_mixing_zone){.state = QH_MIXING_UNKNOWN};
    const double level = target->limit - background; /* that the project may add */
    if (level <= 0) return (qh_permit_mixing_zone){.state = QH_MIXING_EXCEEDED};
    const qh_annex_e_plane plane = plane_of(water, species);
    const double load = m->proposal->discharged[species].load, end = water->mixing_length;
    const fall along = {&plane, load, 0};
    if (at(&along, end) > level) return (qh_permit_mixing_zone){.state = QH_MIXING_OPEN};
    const double start = end * 1e-6;
    if (!(load > 0) || at(&along, start) <= level) return (qh_permit_mixing_zone){.state = QH_MIXING_NONE};
    qh_permit_mixing_zone zone = {.state = QH_MIXING_BOUNDED, .length = passes(&along, level, start, end)};
    for (int i = 1; i < WIDTH_STEPS; i++) {
        const fall across = {&plane, load, zone.length * i / WIDTH_STEPS};
        if (at(&across, plane.width) > level) zone.to_bank = true;
        const double width = zone.to_bank ? plane.width : passes(&across, level, 0, plane.width);
        zone.width = fmax(zone.width, width);
    }
    return zone;
}

qh_status qh_permit_find_mixing(qh_permit_maker *m, size_t period, const qh_state_solution *without,
                                const qh_state_solution *with) {
    const size_t n = m->made->n_species;
    qh_permit_closed *closed = qh_arena_alloc(m->arena, n, sizeof *closed);
    qh_permit_mixing_zone *zone = qh_arena_alloc(m->arena, n, sizeof *zone);
    double *here = malloc(n * without->n_lane * sizeof *here);
    if (!closed || !zone || !here) {
        free(here);
        return QH_E_NOMEM;
    }
    const qh_permit_water *water = &m->period[period].water;
    const qh_status status =
        qh_exact_value(without->exact, m->proposal->outfall.reach, m->proposal->outfall.chainage, here);
    for (size_t i = 0; i < n && status == QH_OK; i++) {
        const double background = here[i * without->n_lane + QH_LANE_AS_IS];
        closed[i] = close_form(m, water, i, background, with->mean[i * with->n_lane + QH_LANE_AS_IS]);
        zone[i] = zone_of(m, water, i, &m->made->target[i], background);
    }
    free(here);
    QH_TRY(status);
    m->period[period].closed = closed;
    m->period[period].zone = zone;
    return QH_OK;
}
