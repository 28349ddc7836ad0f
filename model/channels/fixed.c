/* A section whose area and width are given and do not change with the discharge: canals, impounded reaches, tracer
 * tests. The velocity follows from continuity, the wetted perimeter is that of a rectangle. Not where the depth changes
 * with the flow. */
#include "model/channel_internal.h"

static qh_status check(const qh_reach *reach, qh_diag *diag) {
    static const qh_need need[QH_CHANNEL_PARAMETERS] = {
        [QH_CHANNEL_SLOPE] = QH_NEED_OPTIONAL,
        [QH_CHANNEL_AREA] = QH_NEED_POSITIVE,
        [QH_CHANNEL_WIDTH] = QH_NEED_POSITIVE,
    };
    return qh_channel_check_parameters(reach, need, diag);
}

static qh_status state(const qh_reach *reach, double discharge, qh_diag *diag, qh_channel_state *out) {
    (void)diag;
    const double area = reach->channel.area.value, width = reach->channel.width.value;
    *out = qh_channel_state_from(discharge, area, width, width + 2 * (area / width));
    return QH_OK;
}

const qh_channel_law qh_channel_fixed = {
    .name = "fixed",
    .title = QH_N("given area and width"),
    .source = "continuity",
    .check = check,
    .state = state,
};
