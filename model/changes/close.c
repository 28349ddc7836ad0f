/* Outfalls that no longer discharge. They stay in the tables, without water and load, so that runs remain comparable. */
#include "model/overlay_internal.h"

static qh_status apply(qh_draft *draft, const qh_change *change) {
    for (size_t k = 0; k < change->n_source; k++) {
        const qh_draft_source source = qh_draft_source_of(draft, change->source[k]);
        QH_TRY(qh_draft_flow(draft, change, &source, 0.0));
        source.outfall->status = QH_REMEDIATION_CLOSED;
        for (size_t i = 0; i < draft->made->n_constituent; i++) {
            qh_input *input = &source.input[i];
            QH_TRY(qh_draft_number(draft, change, source.label, draft->made->constituent[i].name,
                                   input->is_load ? QH_DIM_LOAD : QH_DIM_CONCENTRATION, qh_draft_mean(&input->value),
                                   0.0, NULL));
            *input = (qh_input){.is_load = input->is_load};
        }
    }
    return QH_OK;
}

const qh_change_kind qh_change_close = {
    .name = "close",
    .title = QH_N("outfalls that no longer discharge"),
    .apply = apply,
};
