/* Flow, concentration or load of sources times a factor.
 *
 * A concentration factor is that of C, a load factor that of Q C, whatever the case writes; where flow and one of the
 * two change together, the other follows:
 *     C' = a C:  written as a load, W' = a (Q'/Q) W         W' = b W:  written as a concentration, C' = b (Q/Q') C
 * A flow factor alone leaves what is written as it is written. */
#include <math.h>

#include "model/overlay_internal.h"

/* Factor of the number as it is written; false when it would be infinite. */
static bool factor_of(const qh_change *change, const qh_input *input, double *factor) {
    const double flow = change->flow_factor.given ? change->flow_factor.value : 1.0;
    if (change->concentration_factor.given) {
        *factor = change->concentration_factor.value * (input->is_load ? flow : 1.0);
        return true;
    }
    if (!change->load_factor.given) {
        *factor = 1.0;
        return true;
    }
    const double load = change->load_factor.value;
    if (input->is_load)
        *factor = load;
    else if (flow > 0.0)
        *factor = load / flow;
    else
        *factor = 0.0;
    return input->is_load || flow > 0.0 || load == 0.0;
}

static qh_status scale_input(qh_draft *draft, const qh_change *change, const qh_draft_source *source, size_t i) {
    qh_input *input = &source->input[i];
    const char *name = draft->made->constituent[i].name;
    double factor = 1.0;
    QH_CHECK(factor_of(change, input, &factor), QH_E_INPUT, draft->diag, change->place,
             "%s: without flow there is no concentration that gives the load of %s; scale it as a concentration",
             source->label, name);
    const double before = qh_draft_mean(&input->value);
    if (factor != 1.0) QH_TRY(qh_draft_scale(draft, factor, &input->value));
    QH_CHECK(isfinite(qh_draft_mean(&input->value)), QH_E_INPUT, draft->diag, change->place,
             "%s would have an infinite amount of %s", source->label, name);
    return qh_draft_number(draft, change, source->label, name, input->is_load ? QH_DIM_LOAD : QH_DIM_CONCENTRATION,
                           before, qh_draft_mean(&input->value), NULL);
}

static qh_status apply(qh_draft *draft, const qh_change *change) {
    for (size_t k = 0; k < change->n_source; k++) {
        const qh_draft_source source = qh_draft_source_of(draft, change->source[k]);
        for (size_t i = 0; i < draft->made->n_constituent; i++) {
            if (qh_change_touches(change, i)) QH_TRY(scale_input(draft, change, &source, i));
        }
        if (!change->flow_factor.given) continue;
        QH_TRY(qh_draft_scale_flow(draft, change, &source, change->flow_factor.value));
    }
    return QH_OK;
}

const qh_change_kind qh_change_scale = {
    .name = "scale",
    .title = QH_N("flow, concentration or load of sources times a factor"),
    .apply = apply,
};
