/* A fixed ecological flow: the value approved for the station, all the year.
 *
 * Source: 环评函〔2006〕4号 (guideline for the ecological flow of river-type hydro-power) [V2]; the number itself is the
 * one of the station's approval. Not where the approval names a value a season or a month: use `monthly`. */
#include "model/ecoflow.h"

static double flow(const qh_station *station, int month) {
    (void)month;
    return station->eco_flow.value;
}

const qh_ecoflow_rule qh_ecoflow_fixed = {
    .name = "fixed",
    .title = QH_N("a fixed flow all the year"),
    .source = "环评函〔2006〕4号; the station's approval",
    .confidence = "V2",
    .monthly = false,
    .needs = QH_ECOFLOW_FLOW,
    .allows = QH_ECOFLOW_MEAN,
    .flow = flow,
};
