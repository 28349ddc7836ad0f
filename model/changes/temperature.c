/* Another water temperature, where a reach gives none of its own. */
#include "model/overlay_internal.h"

static qh_status apply(qh_draft *draft, const qh_change *change) {
    double *temperature = &draft->made->run.temperature;
    QH_TRY(qh_draft_number(draft, change, "", QH_N("water temperature"), QH_DIM_TEMPERATURE, *temperature,
                           change->temperature.value, NULL));
    *temperature = change->temperature.value;
    return QH_OK;
}

const qh_change_kind qh_change_temperature = {
    .name = "temperature",
    .title = QH_N("another water temperature"),
    .is_condition = true,
    .apply = apply,
};
