#include "solvers/forcing.h"

#include <math.h>
#include <stdlib.h>

/* Where one table of the case stands among the sources, and what its rows give. */
typedef struct source_table {
    size_t count;
    double (*flow)(const qh_case *river_case, size_t row);
    const qh_input *(*input)(const qh_case *river_case, size_t row);
} source_table;

#define TABLE_OF(name)                                                                                                 \
    static double name##_flow(const qh_case *c, size_t row) { return c->name[row].flow; }                              \
    static const qh_input *name##_input(const qh_case *c, size_t row) { return c->name[row].input; }
TABLE_OF(headwater)
TABLE_OF(tributary)
TABLE_OF(outfall)
TABLE_OF(lateral)

enum { N_TABLE = 4 };
static void tables_of(const qh_case *c, source_table table[N_TABLE]) {
    table[0] = (source_table){c->n_headwater, headwater_flow, headwater_input};
    table[1] = (source_table){c->n_tributary, tributary_flow, tributary_input};
    table[2] = (source_table){c->n_outfall, outfall_flow, outfall_input};
    table[3] = (source_table){c->n_lateral, lateral_flow, lateral_input};
}

/* Inputs of one source in all lanes. */
static void fill_source(qh_forcing *f, const source_table *table, size_t row, size_t source, qh_forcing_value *value) {
    for (size_t lane = 0; lane < f->n_lane; lane++) {
        const qh_input *input = table->input(f->river_case[lane], row);
        for (size_t species = 0; species < f->n_species; species++)
            value[(source * f->n_species + species) * f->n_lane + lane] =
                (qh_forcing_value){.is_load = input[species].is_load, .scale = 1.0, .value = input[species].value};
    }
}

qh_status qh_forcing_create_lanes(size_t n_lane, const qh_case *const *river_case, qh_forcing **forcing) {
    qh_arena *arena = qh_arena_create();
    if (!arena) return QH_E_NOMEM;
    const qh_case *c = river_case[0];
    const size_t n_species = c->n_constituent;
    const size_t n_source = c->n_headwater + c->n_tributary + c->n_outfall + c->n_lateral;
    qh_forcing *made = qh_arena_alloc(arena, 1, sizeof *made);
    const qh_case **lane_case = qh_arena_alloc(arena, n_lane, sizeof *lane_case);
    double *flow = qh_arena_alloc(arena, n_source * n_lane, sizeof *flow);
    qh_forcing_value *value = qh_arena_alloc(arena, n_source * n_species * n_lane, sizeof *value);
    double *rate_scale = qh_arena_alloc(arena, n_species * n_lane, sizeof *rate_scale);
    if (!made || !lane_case || !flow || !value || !rate_scale) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    for (size_t lane = 0; lane < n_lane; lane++)
        lane_case[lane] = river_case[lane];
    for (size_t k = 0; k < n_species * n_lane; k++)
        rate_scale[k] = 1;
    *made = (qh_forcing){
        .arena = arena,
        .n_source = n_source,
        .n_species = n_species,
        .n_lane = n_lane,
        .river_case = lane_case,
        .first_tributary = c->n_headwater,
        .first_outfall = c->n_headwater + c->n_tributary,
        .first_lateral = c->n_headwater + c->n_tributary + c->n_outfall,
        .flow = flow,
        .value = value,
        .rate_scale = rate_scale,
    };
    source_table table[N_TABLE];
    tables_of(c, table);
    size_t source = 0;
    for (size_t k = 0; k < N_TABLE; k++) {
        for (size_t row = 0; row < table[k].count; row++, source++) {
            for (size_t lane = 0; lane < n_lane; lane++)
                flow[source * n_lane + lane] = table[k].flow(river_case[lane], row);
            fill_source(made, &table[k], row, source, value);
        }
    }
    *forcing = made;
    return QH_OK;
}

qh_status qh_forcing_create(const qh_case *river_case, size_t n_lane, qh_forcing **forcing) {
    const qh_case **same = malloc((n_lane + 1) * sizeof *same);
    if (!same) return QH_E_NOMEM;
    for (size_t lane = 0; lane < n_lane; lane++)
        same[lane] = river_case;
    const qh_status status = qh_forcing_create_lanes(n_lane, same, forcing);
    free(same);
    return status;
}

void qh_forcing_destroy(qh_forcing *forcing) {
    if (forcing) qh_arena_destroy(forcing->arena);
}

void qh_forcing_loads(const qh_forcing *forcing, double t, double *load) {
    const size_t stride = forcing->n_species * forcing->n_lane;
    for (size_t source = 0; source < forcing->n_source; source++) {
        for (size_t k = source * stride; k < (source + 1) * stride; k++) {
            const qh_forcing_value *input = &forcing->value[k];
            const double weight = input->is_load ? 1.0 : forcing->flow[source * forcing->n_lane + k % forcing->n_lane];
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

void qh_forcing_rate_parameters(const qh_forcing *forcing, size_t lane, size_t reach, qh_rate_parameters *parameters) {
    qh_rate_parameters_of(forcing->river_case[lane], reach, parameters);
    for (size_t k = 0; k < forcing->n_species; k++)
        parameters[k].k20 *= forcing->rate_scale[k * forcing->n_lane + lane];
}

double qh_forcing_temperature(const qh_forcing *forcing, size_t lane, size_t reach) {
    const qh_case *c = forcing->river_case[lane];
    return c->reach[reach].temperature.given ? c->reach[reach].temperature.value : c->run.temperature;
}

static bool constituents_differ(const qh_case *a, const qh_case *b) {
    for (size_t i = 0; i < a->n_constituent; i++) {
        const qh_constituent *x = &a->constituent[i], *y = &b->constituent[i];
        if (x->k20 != y->k20 || x->theta != y->theta || x->k2_20 != y->k2_20 || x->settling != y->settling ||
            x->background != y->background)
            return true;
    }
    return false;
}

static bool optionals_differ(qh_optional a, qh_optional b) {
    return a.given != b.given || (a.given && a.value != b.value);
}

static bool overrides_differ(const qh_case *a, const qh_case *b) {
    if (a->n_override != b->n_override) return true;
    for (size_t i = 0; i < a->n_override; i++) {
        const qh_kinetics_override *x = &a->override[i], *y = &b->override[i];
        if (x->reach != y->reach || x->constituent != y->constituent || optionals_differ(x->k20, y->k20) ||
            optionals_differ(x->theta, y->theta) || optionals_differ(x->k2_20, y->k2_20) ||
            optionals_differ(x->settling, y->settling) || optionals_differ(x->background, y->background))
            return true;
    }
    return false;
}

static bool kinetics_differ(const qh_case *a, const qh_case *b) {
    if (a == b) return false;
    return a->run.temperature != b->run.temperature || a->run.temperature_series != b->run.temperature_series ||
           constituents_differ(a, b) || overrides_differ(a, b);
}

bool qh_forcing_rates_differ(const qh_forcing *forcing) {
    for (size_t lane = 1; lane < forcing->n_lane; lane++) {
        if (kinetics_differ(forcing->river_case[0], forcing->river_case[lane])) return true;
    }
    for (size_t species = 0; species < forcing->n_species; species++) {
        const double *scale = forcing->rate_scale + species * forcing->n_lane;
        for (size_t lane = 1; lane < forcing->n_lane; lane++) {
            if (scale[lane] != scale[0]) return true;
        }
    }
    return false;
}

static bool overrides_settle(const qh_case *c) {
    for (size_t i = 0; i < c->n_override; i++)
        if (c->override[i].settling.given && c->override[i].settling.value > 0) return true;
    return false;
}

static bool forms_differ(const qh_case *a, const qh_case *b) {
    if (qh_kinetics_is_linear(a) != qh_kinetics_is_linear(b)) return true;
    for (size_t i = 0; i < a->n_constituent; i++) {
        if (qh_kinetics_gains(a, i) != qh_kinetics_gains(b, i)) return true;
        if ((a->constituent[i].settling > 0) != (b->constituent[i].settling > 0)) return true;
        for (size_t k = 0; k < a->n_constituent; k++)
            if (qh_kinetics_couples(a, i, k) != qh_kinetics_couples(b, i, k)) return true;
    }
    return overrides_settle(a) != overrides_settle(b);
}

bool qh_forcing_is_uniform(const qh_forcing *forcing) {
    for (size_t lane = 1; lane < forcing->n_lane; lane++) {
        const qh_case *a = forcing->river_case[0], *b = forcing->river_case[lane];
        if (a != b && forms_differ(a, b)) return false;
    }
    return true;
}
