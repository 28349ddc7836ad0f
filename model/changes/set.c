/* Flow, concentrations and loads of sources, as new numbers. */
#include "model/overlay_internal.h"

/* 3 kg/d is no successor of 50 mg/L: a number of another kind is told without the one before it. */
static qh_status set_input(qh_draft *draft, const qh_change *change, const qh_draft_source *source, size_t i) {
    const qh_input before = source->input[i], after = change->input[i].input;
    const char *name = draft->made->constituent[i].name;
    const qh_dimension dimension = after.is_load ? QH_DIM_LOAD : QH_DIM_CONCENTRATION;
    source->input[i] = after;
    if (before.is_load != after.is_load)
        return qh_draft_new_number(draft, change, source->label, name, dimension, after.value.constant);
    return qh_draft_number(draft, change, source->label, name, dimension, qh_draft_mean(&before.value),
                           after.value.constant, NULL);
}

static qh_status apply(qh_draft *draft, const qh_change *change) {
    for (size_t k = 0; k < change->n_source; k++) {
        const qh_draft_source source = qh_draft_source_of(draft, change->source[k]);
        if (change->flow.given) QH_TRY(qh_draft_flow(draft, change, &source, change->flow.value));
        for (size_t i = 0; i < draft->made->n_constituent; i++) {
            if (change->input[i].given) QH_TRY(set_input(draft, change, &source, i));
        }
    }
    return QH_OK;
}

const qh_change_kind qh_change_set = {
    .name = "set",
    .title = QH_N("flow, concentrations and loads of sources, as new numbers"),
    .apply = apply,
};
