#include "model/kinetics.h"

void qh_rate_parameters_of(const qh_case *river_case, size_t reach, qh_rate_parameters *parameters) {
    for (size_t i = 0; i < river_case->n_constituent; i++) {
        const qh_constituent *c = &river_case->constituent[i];
        parameters[i] = (qh_rate_parameters){c->k20, c->theta, c->settling, c->background};
    }
    for (size_t i = 0; i < river_case->n_override; i++) {
        const qh_kinetics_override *change = &river_case->override[i];
        if (change->reach != reach) continue;
        qh_rate_parameters *p = &parameters[change->constituent];
        if (change->k20.given) p->k20 = change->k20.value;
        if (change->theta.given) p->theta = change->theta.value;
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
