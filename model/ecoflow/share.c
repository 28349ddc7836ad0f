/* A share of the natural mean annual flow at the dam, all the year.
 *
 *     Q_eco = share * Q_mean
 *
 * Source: 环办函〔2006〕11号 [V2]: at least 10 % of the multi-year mean at the control section, at least 5 % where the mean
 * is more than 80 m3/s; uses below the dam come on top. Less is allowed here and answered with advice. */
#include "model/ecoflow.h"

static double flow(const qh_station *station, int month) {
    (void)month;
    return station->share.value * station->mean_annual_flow.value;
}

const qh_ecoflow_rule qh_ecoflow_share = {
    .name = "share",
    .title = QH_N("a share of the mean annual flow"),
    .source = "环办函〔2006〕11号",
    .confidence = "V2",
    .monthly = false,
    .needs = QH_ECOFLOW_MEAN | QH_ECOFLOW_SHARE,
    .flow = flow,
};
