/* Twelve ecological flows, one a month, as an approval or a release schedule lists them.
 *
 * Source: SL/T 712-2021, which replaces SL/Z 712-2014 [M+]; the numbers are those of the station's schedule. */
#include "model/ecoflow.h"

static double flow(const qh_station *station, int month) {
    return month >= 1 && month <= 12 ? station->monthly[month - 1].value : 0;
}

const qh_ecoflow_rule qh_ecoflow_monthly = {
    .name = "monthly",
    .title = QH_N("a flow for every month"),
    .source = "SL/T 712-2021; the station's release schedule",
    .confidence = "M+",
    .monthly = true,
    .needs = QH_ECOFLOW_MONTHLY,
    .allows = QH_ECOFLOW_MEAN,
    .flow = flow,
};
