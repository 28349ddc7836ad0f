/* The flow of the driest month that nine years of ten reach (Q90 method), all the year.
 *
 * Source: SL/T 712-2021: driest month of every year of 30 or more years of natural flow, at an assurance of 90 or 95 %
 * [V2]. In a case it is a number, or worked out of a record: `design(Q90 FILE)`, as model/hydrology.h does. Not for a
 * record that dams or withdrawals have changed, unless it was put back to its natural state (还原). */
#include "model/ecoflow.h"

static double flow(const qh_station *station, int month) {
    (void)month;
    return station->q90_flow.value;
}

const qh_ecoflow_rule qh_ecoflow_q90 = {
    .name = "q90",
    .title = QH_N("the driest month's flow at an assurance of 90 %"),
    .source = "SL/T 712-2021",
    .confidence = "V2",
    .monthly = false,
    .needs = QH_ECOFLOW_Q90,
    .allows = QH_ECOFLOW_MEAN,
    .flow = flow,
};
