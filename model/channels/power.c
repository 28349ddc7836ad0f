/* Hydraulic geometry by power laws of the discharge.
 *
 *     U = a Q^b,   H = c Q^d,   A = Q / U,   B = A / H
 *
 * a, b, c and d are fitted to gaugings at the site. b + d <= 1, else the river would grow narrower as it rises. The
 * wetted perimeter is that of a rectangle, B + 2 H.
 *
 * Source: L. B. Leopold and T. Maddock, The hydraulic geometry of stream channels, USGS Professional Paper 252, 1953.
 * Not for discharges outside the range of the gaugings. */
#include <math.h>

#include "model/channel_internal.h"

static qh_status check(const qh_reach *reach, qh_diag *diag) {
    static const qh_need need[QH_CHANNEL_PARAMETERS] = {
        [QH_CHANNEL_SLOPE] = QH_NEED_OPTIONAL,
        [QH_CHANNEL_VELOCITY_COEFFICIENT] = QH_NEED_POSITIVE,
        [QH_CHANNEL_VELOCITY_EXPONENT] = QH_NEED_NOT_NEGATIVE,
        [QH_CHANNEL_DEPTH_COEFFICIENT] = QH_NEED_POSITIVE,
        [QH_CHANNEL_DEPTH_EXPONENT] = QH_NEED_NOT_NEGATIVE,
    };
    QH_TRY(qh_channel_check_parameters(reach, need, diag));
    const double sum = reach->channel.velocity_exponent.value + reach->channel.depth_exponent.value;
    QH_CHECK(sum <= 1 + 1e-12, QH_E_INPUT, diag, reach->place,
             "reach %s: velocity_exponent and depth_exponent add up to %g, more than 1: the river would grow narrower "
             "as it rises",
             reach->name, sum);
    return QH_OK;
}

static qh_status state(const qh_reach *reach, double discharge, qh_diag *diag, qh_channel_state *out) {
    (void)diag;
    const qh_channel *channel = &reach->channel;
    const double velocity =
        channel->velocity_coefficient.value * pow(discharge, channel->velocity_exponent.value);            /* m/s */
    const double depth = channel->depth_coefficient.value * pow(discharge, channel->depth_exponent.value); /* m */
    const double area = discharge / velocity, width = area / depth;
    *out = qh_channel_state_from(discharge, area, width, width + 2 * depth);
    return QH_OK;
}

const qh_channel_law qh_channel_power = {
    .name = "power",
    .title = QH_N("velocity and depth by power laws of the discharge"),
    .source = "Leopold and Maddock, USGS Professional Paper 252, 1953",
    .check = check,
    .state = state,
};
