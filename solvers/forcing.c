#include "solvers/forcing.h"

#include <math.h>

/* Value list of one source: its inputs repeated over the lanes. */
static void fill_source(qh_forcing_value *value, const qh_input *input, size_t n_species, size_t n_lane) {
    for (size_t species = 0; species < n_species; species++) {
        for (size_t lane = 0; lane < n_lane; lane++) {
            value[species * n_lane + lane] =
                (qh_forcing_value){.is_load = input[species].is_load, .scale = 1.0, .value = input[species].value};
        }
    }
}

qh_status qh_forcing_create(const qh_case *river_case, size_t n_lane, qh_forcing **forcing) {
    qh_arena *arena = qh_arena_create();
    if (!arena) return QH_E_NOMEM;
    const size_t n_species = river_case->n_constituent;
    const size_t n_source =
        river_case->n_headwater + river_case->n_tributary + river_case->n_outfall + river_case->n_lateral;
    qh_forcing *made = qh_arena_alloc(arena, 1, sizeof *made);
    double *flow = qh_arena_alloc(arena, n_source, sizeof *flow);
    qh_forcing_value *value = qh_arena_alloc(arena, n_source * n_species * n_lane, sizeof *value);
    double *rate_scale = qh_arena_alloc(arena, n_species * n_lane, sizeof *rate_scale);
    if (!made || !flow || !value || !rate_scale) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    const size_t stride = n_species * n_lane;
    for (size_t k = 0; k < stride; k++)
        rate_scale[k] = 1;
    size_t source = 0;
    for (size_t i = 0; i < river_case->n_headwater; i++, source++) {
        flow[source] = river_case->headwater[i].flow;
        fill_source(value + source * stride, river_case->headwater[i].input, n_species, n_lane);
    }
    for (size_t i = 0; i < river_case->n_tributary; i++, source++) {
        flow[source] = river_case->tributary[i].flow;
        fill_source(value + source * stride, river_case->tributary[i].input, n_species, n_lane);
    }
    for (size_t i = 0; i < river_case->n_outfall; i++, source++) {
        flow[source] = river_case->outfall[i].flow;
        fill_source(value + source * stride, river_case->outfall[i].input, n_species, n_lane);
    }
    for (size_t i = 0; i < river_case->n_lateral; i++, source++) {
        flow[source] = river_case->lateral[i].flow;
        fill_source(value + source * stride, river_case->lateral[i].input, n_species, n_lane);
    }
    *made = (qh_forcing){
        .arena = arena,
        .n_source = n_source,
        .n_species = n_species,
        .n_lane = n_lane,
        .first_tributary = river_case->n_headwater,
        .first_outfall = river_case->n_headwater + river_case->n_tributary,
        .first_lateral = river_case->n_headwater + river_case->n_tributary + river_case->n_outfall,
        .flow = flow,
        .value = value,
        .rate_scale = rate_scale,
    };
    *forcing = made;
    return QH_OK;
}

void qh_forcing_destroy(qh_forcing *forcing) {
    if (forcing) qh_arena_destroy(forcing->arena);
}

void qh_forcing_loads(const qh_forcing *forcing, double t, double *load) {
    const size_t stride = forcing->n_species * forcing->n_lane;
    for (size_t source = 0; source < forcing->n_source; source++) {
        for (size_t k = source * stride; k < (source + 1) * stride; k++) {
            const qh_forcing_value *input = &forcing->value[k];
            const double weight = input->is_load ? 1.0 : forcing->flow[source];
            load[k] = input->scale * weight * qh_value_at(&input->value, t);
        }
    }
}

double qh_forcing_next_break(const qh_forcing *forcing, double t) {
    double next = INFINITY;
    const size_t count = forcing->n_source * forcing->n_species * forcing->n_lane;
    for (size_t k = 0; k < count; k++) {
        const double candidate = qh_value_next_break(&forcing->value[k].value, t);
        if (candidate < next) next = candidate;
    }
    return next;
}

bool qh_forcing_jumps_at(const qh_forcing *forcing, double t) {
    const size_t count = forcing->n_source * forcing->n_species * forcing->n_lane;
    const double before = nextafter(t, -INFINITY);
    for (size_t k = 0; k < count; k++) {
        const qh_value *value = &forcing->value[k].value;
        if (!value->series || value->series->interpolation != QH_STEP) continue;
        if (qh_value_next_break(value, before) == t) return true;
    }
    return false;
}

void qh_forcing_scale(qh_forcing *forcing, size_t source, size_t species, size_t lane, double factor) {
    forcing->value[(source * forcing->n_species + species) * forcing->n_lane + lane].scale *= factor;
}

void qh_forcing_scale_rate(qh_forcing *forcing, size_t species, size_t lane, double factor) {
    forcing->rate_scale[species * forcing->n_lane + lane] *= factor;
}

bool qh_forcing_rates_differ(const qh_forcing *forcing) {
    for (size_t species = 0; species < forcing->n_species; species++) {
        const double *scale = forcing->rate_scale + species * forcing->n_lane;
        for (size_t lane = 1; lane < forcing->n_lane; lane++) {
            if (scale[lane] != scale[0]) return true;
        }
    }
    return false;
}
