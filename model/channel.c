#include "model/channel.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "model/channel_internal.h"

const qh_channel_law *qh_channel_law_find(const char *name) {
    for (const qh_channel_law *const *law = qh_registry_channel; *law; law++) {
        if (strcmp((*law)->name, name) == 0) return *law;
    }
    return NULL;
}

static const char *parameter_name(qh_channel_parameter parameter) {
    switch (parameter) {
    case QH_CHANNEL_MANNING: return "manning";
    case QH_CHANNEL_SLOPE: return "slope";
    case QH_CHANNEL_BOTTOM_WIDTH: return "bottom_width";
    case QH_CHANNEL_SIDE_SLOPE: return "side_slope";
    case QH_CHANNEL_CROSS_SECTION: return "cross_section";
    case QH_CHANNEL_VELOCITY_COEFFICIENT: return "velocity_coefficient";
    case QH_CHANNEL_VELOCITY_EXPONENT: return "velocity_exponent";
    case QH_CHANNEL_DEPTH_COEFFICIENT: return "depth_coefficient";
    case QH_CHANNEL_DEPTH_EXPONENT: return "depth_exponent";
    case QH_CHANNEL_AREA: return "area";
    case QH_CHANNEL_WIDTH: return "width";
    case QH_CHANNEL_PARAMETERS: break;
    }
    return "";
}

/* A cross-section counts as given with the value 1. */
static qh_optional parameter_of(const qh_channel *channel, qh_channel_parameter parameter) {
    switch (parameter) {
    case QH_CHANNEL_MANNING: return channel->manning;
    case QH_CHANNEL_SLOPE: return channel->slope;
    case QH_CHANNEL_BOTTOM_WIDTH: return channel->bottom_width;
    case QH_CHANNEL_SIDE_SLOPE: return channel->side_slope;
    case QH_CHANNEL_CROSS_SECTION: return (qh_optional){channel->cross_section != NULL, 1.0};
    case QH_CHANNEL_VELOCITY_COEFFICIENT: return channel->velocity_coefficient;
    case QH_CHANNEL_VELOCITY_EXPONENT: return channel->velocity_exponent;
    case QH_CHANNEL_DEPTH_COEFFICIENT: return channel->depth_coefficient;
    case QH_CHANNEL_DEPTH_EXPONENT: return channel->depth_exponent;
    case QH_CHANNEL_AREA: return channel->area;
    case QH_CHANNEL_WIDTH: return channel->width;
    case QH_CHANNEL_PARAMETERS: break;
    }
    return (qh_optional){false, 0.0};
}

static qh_status check_parameter(const qh_reach *reach, qh_channel_parameter parameter, qh_need need, qh_diag *diag) {
    const char *law = reach->channel.law, *name = parameter_name(parameter);
    const qh_optional given = parameter_of(&reach->channel, parameter);
    if (!given.given) {
        QH_CHECK(need == QH_NEED_NONE || need == QH_NEED_OPTIONAL, QH_E_INPUT, diag, reach->place,
                 "reach %s: law %s needs %s", reach->name, law, name);
        return QH_OK;
    }
    if (need == QH_NEED_NONE) {
        qh_diag_add(diag, QH_WARNING, reach->place, "reach %s: law %s does not use %s", reach->name, law, name);
        return QH_OK;
    }
    if (need == QH_NEED_NOT_NEGATIVE) {
        QH_CHECK(given.value >= 0 && isfinite(given.value), QH_E_INPUT, diag, reach->place,
                 "reach %s: %s must not be negative, it is %g", reach->name, name, given.value);
        return QH_OK;
    }
    QH_CHECK(given.value > 0 && isfinite(given.value), QH_E_INPUT, diag, reach->place,
             "reach %s: %s must be greater than 0, it is %g", reach->name, name, given.value);
    return QH_OK;
}

qh_status qh_channel_check_parameters(const qh_reach *reach, const qh_need *need, qh_diag *diag) {
    qh_status worst = QH_OK;
    for (int p = 0; p < QH_CHANNEL_PARAMETERS; p++) {
        const qh_status status = check_parameter(reach, (qh_channel_parameter)p, need[p], diag);
        if (status != QH_OK) worst = status;
    }
    return worst;
}

double qh_channel_wanted_conveyance(const qh_reach *reach, double discharge) {
    return discharge * reach->channel.manning.value / sqrt(reach->channel.slope.value);
}

qh_channel_state qh_channel_state_from(double discharge, double area, double width, double perimeter) {
    return (qh_channel_state){.area = area,
                              .depth = area / width,
                              .width = width,
                              .hydraulic_radius = area / perimeter,
                              .velocity = discharge / area};
}

static bool is_physical(const qh_channel_state *s) {
    const double most = DBL_MAX;
    return s->area > 0 && s->depth > 0 && s->width > 0 && s->hydraulic_radius > 0 && s->velocity > 0 &&
           s->area <= most && s->depth <= most && s->width <= most && s->hydraulic_radius <= most &&
           s->velocity <= most;
}

qh_status qh_channel_states_by(const qh_reach *const *reach, const qh_channel_law *law, size_t count,
                               const double *discharge, qh_diag *diag, qh_channel_state *state) {
    double size[QH_CHANNEL_STATES] = {0};
    qh_channel_state found[QH_CHANNEL_STATES];
    if (count == 0 || count > QH_CHANNEL_STATES) return QH_E_INPUT;
    for (size_t k = 0; k < count; k++) {
        size[k] = fabs(discharge[k]);
        QH_CHECK(size[k] > 0 && size[k] <= DBL_MAX, QH_E_NUMERIC, diag, reach[k]->place,
                 "reach %s has no channel state at a discharge of %g m3/s", reach[k]->name, size[k]);
    }
    if (law->states) QH_TRY(law->states(reach, count, size, diag, found));
    for (size_t k = 0; k < count; k++) {
        if (!law->states) QH_TRY(law->state(reach[k], size[k], diag, &found[k]));
        QH_CHECK(is_physical(&found[k]), QH_E_NUMERIC, diag, reach[k]->place,
                 "reach %s: law %s gives no usable state at %g m3/s (area %g m2, depth %g m, velocity %g m/s)",
                 reach[k]->name, law->name, size[k], found[k].area, found[k].depth, found[k].velocity);
    }
    memcpy(state, found, count * sizeof *state);
    return QH_OK;
}

qh_status qh_channel_state_of(const qh_reach *reach, double discharge, qh_diag *diag, qh_channel_state *state) {
    const char *name = reach->channel.law;
    const qh_channel_law *law = name ? qh_channel_law_find(name) : NULL;
    QH_CHECK(law, QH_E_INPUT, diag, reach->place, "reach %s: there is no hydraulic law %s", reach->name,
             name ? name : "\"\"");
    return qh_channel_states_by(&reach, law, 1, &discharge, diag, state);
}
