/* A new outfall. */
#include "model/overlay_internal.h"

static qh_status apply(qh_draft *draft, const qh_change *change) {
    const size_t n = draft->made->n_constituent;
    qh_outfall *made = &draft->outfall[draft->made->n_outfall++]; /* there is room: begin() counted them */
    qh_input *input = qh_arena_alloc(draft->arena, n, sizeof *input);
    qh_optional *limit = qh_arena_alloc(draft->arena, n, sizeof *limit);
    if (!input || !limit) return QH_E_NOMEM;
    *made = change->outfall;
    made->place = change->place;
    made->input = input;
    made->limit = limit;
    QH_TRY(qh_draft_new_number(draft, change, made->code, QH_N("flow"), QH_DIM_FLOW, made->flow));
    for (size_t i = 0; i < n; i++) {
        input[i] = change->input[i].input;
        QH_TRY(qh_draft_new_number(draft, change, made->code, draft->made->constituent[i].name,
                                   input[i].is_load ? QH_DIM_LOAD : QH_DIM_CONCENTRATION, input[i].value.constant));
    }
    return QH_OK;
}

const qh_change_kind qh_change_add = {
    .name = "add",
    .title = QH_N("a new outfall"),
    .apply = apply,
};
