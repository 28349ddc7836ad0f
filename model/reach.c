#include "model/reach.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "model/mixing.h"

static qh_status check_dispersion(const qh_reach *reach, qh_diag *diag) {
    const char *formula = reach->dispersion_formula;
    if (reach->dispersion.given) {
        if (formula) {
            qh_diag_add(diag, QH_WARNING, reach->place, "reach %s: its dispersion is given, the formula %s is not used",
                        reach->name, formula);
        }
        QH_CHECK(reach->dispersion.value >= 0 && isfinite(reach->dispersion.value), QH_E_INPUT, diag, reach->place,
                 "reach %s: %s must not be negative, it is %g", reach->name, "dispersion", reach->dispersion.value);
        return QH_OK;
    }
    QH_CHECK(formula, QH_E_INPUT, diag, reach->place, "reach %s needs dispersion or dispersion_formula", reach->name);
    QH_CHECK(qh_dispersion_find(formula), QH_E_INPUT, diag, reach->place, "reach %s: there is no dispersion formula %s",
             reach->name, formula);
    QH_CHECK(reach->channel.slope.given, QH_E_INPUT, diag, reach->place,
             "reach %s: the dispersion formula %s needs slope, for the shear velocity", reach->name, formula);
    return QH_OK;
}

static qh_status check_storage(const qh_reach *reach, qh_diag *diag) {
    const qh_optional area = reach->storage_area, exchange = reach->storage_exchange;
    QH_CHECK(area.given == exchange.given, QH_E_INPUT, diag, reach->place,
             "reach %s: storage_area and storage_exchange must be given together", reach->name);
    if (!area.given) return QH_OK;
    QH_CHECK(area.value >= 0 && isfinite(area.value), QH_E_INPUT, diag, reach->place,
             "reach %s: %s must not be negative, it is %g", reach->name, "storage_area", area.value);
    QH_CHECK(exchange.value >= 0 && isfinite(exchange.value), QH_E_INPUT, diag, reach->place,
             "reach %s: %s must not be negative, it is %g", reach->name, "storage_exchange", exchange.value);
    return QH_OK;
}

static qh_status check_law(const qh_reach *reach, qh_diag *diag) {
    const char *name = reach->channel.law;
    const qh_channel_law *law = name ? qh_channel_law_find(name) : NULL;
    QH_CHECK(law, QH_E_INPUT, diag, reach->place, "reach %s: there is no hydraulic law %s", reach->name,
             name ? name : "\"\"");
    return law->check(reach, diag);
}

qh_status qh_reach_check(const qh_reach *reach, qh_diag *diag) {
    const qh_status statuses[] = {check_law(reach, diag), check_dispersion(reach, diag), check_storage(reach, diag)};
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        if (statuses[i] != QH_OK) return statuses[i];
    }
    return QH_OK;
}

qh_status qh_reach_laws_of(const qh_reach *reach, qh_diag *diag, qh_reach_laws *laws) {
    const char *name = reach->channel.law, *formula = reach->dispersion_formula;
    const qh_reach_laws found = {.channel = name ? qh_channel_law_find(name) : NULL,
                                 .dispersion =
                                     !reach->dispersion.given && formula ? qh_dispersion_find(formula) : NULL};
    QH_CHECK(found.channel, QH_E_INPUT, diag, reach->place, "reach %s: there is no hydraulic law %s", reach->name,
             name ? name : "\"\"");
    QH_CHECK(reach->dispersion.given || formula, QH_E_INPUT, diag, reach->place,
             "reach %s needs dispersion or dispersion_formula", reach->name);
    QH_CHECK(reach->dispersion.given || found.dispersion, QH_E_INPUT, diag, reach->place,
             "reach %s: there is no dispersion formula %s", reach->name, formula);
    *laws = found;
    return QH_OK;
}

static qh_status disperse(const qh_reach *reach, const qh_reach_laws *laws, const qh_channel_state *state,
                          qh_diag *diag, qh_dispersion_input *input, double *dispersion) {
    *dispersion = reach->dispersion.value;
    if (!laws->dispersion) return QH_OK;
    input->velocity = state->velocity;
    input->depth = state->depth;
    input->width = state->width;
    input->shear_velocity = qh_shear_velocity(state->hydraulic_radius, reach->channel.slope.value);
    *dispersion = laws->dispersion->coefficient(input);
    QH_CHECK(*dispersion > 0 && *dispersion <= DBL_MAX, QH_E_NUMERIC, diag, reach->place,
             "reach %s: the dispersion formula %s gives no usable value (%g m2/s)", reach->name,
             reach->dispersion_formula, *dispersion);
    return QH_OK;
}

qh_status qh_reach_waters_by(const qh_reach *const *reach, const qh_reach_laws *laws, size_t count,
                             const double *discharge, qh_diag *diag, qh_reach_water *water) {
    qh_channel_state state[QH_CHANNEL_STATES];
    qh_dispersion_input input[QH_CHANNEL_STATES];
    double dispersion[QH_CHANNEL_STATES];
    QH_TRY(qh_channel_states_by(reach, laws->channel, count, discharge, diag, state));
    for (size_t k = 0; k < count; k++)
        QH_TRY(disperse(reach[k], laws, &state[k], diag, &input[k], &dispersion[k]));
    for (size_t k = 0; k < count; k++) {
        water[k].state = state[k];
        water[k].dispersion = dispersion[k];
        water[k].formula = laws->dispersion;
        if (laws->dispersion) water[k].input = input[k];
    }
    return QH_OK;
}

qh_status qh_reach_water_at(const qh_reach *reach, double discharge, qh_diag *diag, qh_reach_water *water) {
    qh_reach_laws laws = {0};
    QH_TRY(qh_reach_laws_of(reach, diag, &laws));
    return qh_reach_waters_by(&reach, &laws, 1, &discharge, diag, water);
}
