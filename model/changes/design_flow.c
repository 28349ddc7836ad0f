/* Another design flow: the discharge of every headwater, tributary and distributed inflow times one factor. What they
 * give stays as it is written: concentrations where the case has concentrations, loads where it has loads. */
#include "model/overlay_internal.h"

static qh_status scale_flow(qh_draft *draft, const qh_change *change, qh_source_kind kind, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const qh_draft_source source = qh_draft_source_of(draft, (qh_source_index){kind, i});
        QH_TRY(qh_draft_flow(draft, change, &source, *source.flow * change->flow_factor.value));
    }
    return QH_OK;
}

static qh_status apply(qh_draft *draft, const qh_change *change) {
    QH_TRY(scale_flow(draft, change, QH_SOURCE_HEADWATER, draft->made->n_headwater));
    QH_TRY(scale_flow(draft, change, QH_SOURCE_TRIBUTARY, draft->made->n_tributary));
    return scale_flow(draft, change, QH_SOURCE_LATERAL, draft->made->n_lateral);
}

const qh_change_kind qh_change_design_flow = {
    .name = "design_flow",
    .title = QH_N("the flow of all headwaters, tributaries and distributed inflows times a factor"),
    .apply = apply,
};
