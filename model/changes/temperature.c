/* Another water temperature, where a reach gives none of its own. */
#include "model/overlay_internal.h"

static qh_status apply(qh_draft *draft, const qh_change *change) {
    qh_run_options *run = &draft->made->run;
    const qh_value before = {run->temperature, run->temperature_series};
    QH_TRY(qh_draft_number(draft, change, "", QH_N("water temperature"), QH_DIM_TEMPERATURE, qh_draft_mean(&before),
                           change->temperature.value, NULL));
    run->temperature = change->temperature.value;
    run->temperature_series = NULL;
    return QH_OK;
}

const qh_change_kind qh_change_temperature = {
    .name = "temperature",
    .title = QH_N("another water temperature"),
    .is_condition = true,
    .apply = apply,
};
