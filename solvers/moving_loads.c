/* What enters moving water: loads as they are, concentrations with the water of the router's step. */
#include <string.h>

#include "solvers/moving_internal.h"

static void load_of(moving *v, size_t source, double t) {
    const qh_forcing_value *value = &v->problem->forcing->value[source * v->m];
    for (size_t j = 0; j < v->m; j++)
        v->source[j] =
            value[j].scale * (value[j].is_load ? 1 : v->water.source[source]) * qh_value_at(&value[j].value, t);
}

static void add_source(moving *v, size_t source, double t, size_t point, double *sum) {
    load_of(v, source, t);
    for (size_t j = 0; j < v->m; j++)
        sum[point * v->m + j] += v->source[j];
}

double qh_moving_water_of_sources(const moving *v, size_t p) {
    const qh_case *c = v->problem->river_case;
    const qh_network *network = v->problem->network;
    const qh_forcing *forcing = v->problem->forcing;
    double sum = 0;
    for (size_t k = 0; k < c->n_headwater; k++)
        sum += network->headwater_point[k] == p ? v->water.source[k] : 0;
    for (size_t k = 0; k < c->n_tributary; k++)
        sum += network->tributary_point[k] == p ? v->water.source[forcing->first_tributary + k] : 0;
    for (size_t k = 0; k < c->n_outfall; k++)
        sum += network->outfall_point[k] == p ? v->water.source[forcing->first_outfall + k] : 0;
    return sum;
}

/* A first-type inlet has the concentration of all that enters there; without water that of its headwater. */
static void set_inlet(moving *v, size_t headwater, double t) {
    const qh_forcing_value *value = &v->problem->forcing->value[headwater * v->m];
    const size_t p = v->problem->network->headwater_point[headwater];
    const double through = qh_moving_water_of_sources(v, p);
    for (size_t j = 0; j < v->m; j++)
        v->inlet[p * v->m + j] =
            through > 0 ? v->load[0][p * v->m + j] / through : value[j].scale * qh_value_at(&value[j].value, t);
}

static void add_laterals(moving *v, double t) {
    const qh_case *c = v->problem->river_case;
    const qh_network *network = v->problem->network;
    memset(v->lateral[0], 0, v->n_segment * v->m * sizeof(double));
    for (size_t k = 0; k < c->n_lateral; k++) {
        load_of(v, v->problem->forcing->first_lateral + k, t);
        const double per_metre = 1 / (c->lateral[k].to - c->lateral[k].from);
        for (size_t s = network->lateral_first[k]; s < network->lateral_end[k]; s++) {
            for (size_t j = 0; j < v->m; j++)
                v->lateral[0][s * v->m + j] += v->source[j] * per_metre;
        }
    }
}

static void add_outside(moving *v, double t) {
    const qh_case *c = v->problem->river_case;
    const size_t lanes = v->problem->forcing->n_lane;
    memset(v->outside[0], 0, v->n_point * v->m * sizeof(double));
    for (size_t k = 0; k < c->n_held_level; k++) {
        const size_t p = v->problem->network->node_point[c->held_level[k].node];
        if (!(v->entering[p] > 0)) continue;
        for (size_t j = 0; j < v->m; j++) {
            const double load = v->entering[p] * qh_value_at(&c->held_level[k].input[j / lanes].value, t);
            v->outside[0][p * v->m + j] += load;
            v->load[0][p * v->m + j] += load;
        }
    }
}

void qh_moving_loads(moving *v, double t) {
    const qh_case *c = v->problem->river_case;
    const qh_network *network = v->problem->network;
    const qh_forcing *forcing = v->problem->forcing;
    double *load = v->load[0];
    memset(load, 0, v->n_point * v->m * sizeof(double));
    for (size_t k = 0; k < c->n_headwater; k++)
        add_source(v, k, t, network->headwater_point[k], load);
    memcpy(v->headwater[0], load, v->n_point * v->m * sizeof(double));
    for (size_t k = 0; k < c->n_tributary; k++)
        add_source(v, forcing->first_tributary + k, t, network->tributary_point[k], load);
    for (size_t k = 0; k < c->n_outfall; k++)
        add_source(v, forcing->first_outfall + k, t, network->outfall_point[k], load);
    for (size_t k = 0; k < c->n_headwater; k++) {
        if (v->fixed[network->headwater_point[k]]) set_inlet(v, k, t);
    }
    add_outside(v, t);
    add_laterals(v, t);
}
