/* Another design flow: the discharge of every headwater, tributary and distributed inflow times one factor. What they
 * give stays as it is written: concentrations where the case has concentrations, loads where it has loads. */
#include "model/overlay_internal.h"

/* Scales the sources of one table; their flows before and after are added to the sums [m3/s]. */
static qh_status scale_flow(qh_draft *draft, const qh_change *change, qh_source_kind kind, size_t count, double *before,
                            double *after) {
    for (size_t i = 0; i < count; i++) {
        const qh_draft_source source = qh_draft_source_of(draft, (qh_source_index){kind, i});
        qh_value flow = {*source.flow, *source.flow_series};
        QH_TRY(qh_draft_check_flow(draft, change, &source, *source.flow * change->flow_factor.value));
        *before += qh_draft_mean(&flow);
        QH_TRY(qh_draft_scale(draft, change->flow_factor.value, &flow));
        *after += qh_draft_mean(&flow);
        *source.flow = flow.constant;
        *source.flow_series = flow.series;
    }
    return QH_OK;
}

/* Told as one sum: a basin has hundreds of them. */
static qh_status apply(qh_draft *draft, const qh_change *change) {
    const qh_case *made = draft->made;
    double before = 0.0, after = 0.0;
    QH_TRY(scale_flow(draft, change, QH_SOURCE_HEADWATER, made->n_headwater, &before, &after));
    QH_TRY(scale_flow(draft, change, QH_SOURCE_TRIBUTARY, made->n_tributary, &before, &after));
    QH_TRY(scale_flow(draft, change, QH_SOURCE_LATERAL, made->n_lateral, &before, &after));
    return qh_draft_number(draft, change, "", QH_N("sum of natural inflows"), QH_DIM_FLOW, before, after, NULL);
}

const qh_change_kind qh_change_design_flow = {
    .name = "design_flow",
    .title = QH_N("the flow of all headwaters, tributaries and distributed inflows times a factor"),
    .apply = apply,
};
