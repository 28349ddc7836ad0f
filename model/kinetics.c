#include "model/kinetics.h"

void qh_rate_parameters_of(const qh_case *river_case, size_t reach, qh_rate_parameters *parameters) {
    for (size_t i = 0; i < river_case->n_constituent; i++) {
        const qh_constituent *c = &river_case->constituent[i];
        parameters[i] = (qh_rate_parameters){
            .k20 = c->k20,
            .theta = c->theta,
            .k2_20 = c->k2_20,
            .settling = c->settling,
            .background = c->background,
            .has_product = c->has_product,
            .product = c->product,
            .yield = c->yield,
            .oxygen_demand = c->oxygen_demand,
            .oxygen_half = c->oxygen_half.given ? c->oxygen_half.value : 0,
            .is_oxygen = c->is_oxygen,
            .reaeration = c->reaeration ? qh_reaeration_find(c->reaeration) : NULL,
        };
    }
    for (size_t i = 0; i < river_case->n_override; i++) {
        const qh_kinetics_override *change = &river_case->override[i];
        if (change->reach != reach) continue;
        qh_rate_parameters *p = &parameters[change->constituent];
        if (change->k20.given) p->k20 = change->k20.value;
        if (change->theta.given) p->theta = change->theta.value;
        if (change->k2_20.given) p->k2_20 = change->k2_20.value;
        if (change->settling.given) p->settling = change->settling.value;
        if (change->background.given) p->background = change->background.value;
    }
}

void qh_kinetics_rates(const qh_process_input *input, const double *c, double *dcdt, double *jacobian) {
    const size_t n = input->n_species;
    for (size_t i = 0; i < n; i++) {
        dcdt[i] = 0;
    }
    for (size_t i = 0; i < n * n; i++) {
        jacobian[i] = 0;
    }
    for (const qh_process *const *process = qh_registry_process; *process; process++) {
        (*process)->rates(input, c, dcdt, jacobian);
    }
}

bool qh_kinetics_is_linear(const qh_case *river_case) {
    for (const qh_process *const *process = qh_registry_process; *process; process++) {
        if ((*process)->nonlinear && (*process)->nonlinear(river_case)) return false;
    }
    return true;
}

bool qh_kinetics_couples(const qh_case *river_case, size_t of, size_t on) {
    for (const qh_process *const *process = qh_registry_process; *process; process++) {
        if (of != on && (*process)->couples && (*process)->couples(river_case, of, on)) return true;
    }
    return false;
}

bool qh_kinetics_gains(const qh_case *river_case, size_t species) {
    const qh_constituent *c = &river_case->constituent[species];
    if (c->background != 0 || c->is_oxygen) return true;
    for (size_t k = 0; k < river_case->n_override; k++) {
        const qh_kinetics_override *o = &river_case->override[k];
        if (o->constituent == species && o->background.given && o->background.value != 0) return true;
    }
    return false;
}

static bool is_placed(const size_t *order, size_t count, size_t species) {
    for (size_t k = 0; k < count; k++) {
        if (order[k] == species) return true;
    }
    return false;
}

static bool is_free(const qh_case *river_case, const size_t *order, size_t count, size_t species) {
    for (size_t on = 0; on < river_case->n_constituent; on++) {
        if (qh_kinetics_couples(river_case, species, on) && !is_placed(order, count, on)) return false;
    }
    return true;
}

bool qh_kinetics_order(const qh_case *river_case, size_t *order) {
    const size_t n = river_case->n_constituent;
    for (size_t count = 0; count < n; count++) {
        size_t next = 0;
        while (next < n && (is_placed(order, count, next) || !is_free(river_case, order, count, next)))
            next++;
        if (next == n) return false;
        order[count] = next;
    }
    return true;
}
