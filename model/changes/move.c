/* An outfall that discharges at another place. */
#include "model/overlay_internal.h"

static const char *where(qh_draft *draft, size_t reach, double chainage) {
    const char *text = qh_arena_printf(draft->arena, "%s %.6g km", draft->made->reach[reach].name, chainage / 1000.0);
    return text ? text : "";
}

static qh_status apply(qh_draft *draft, const qh_change *change) {
    for (size_t k = 0; k < change->n_source; k++) {
        qh_outfall *outfall = qh_draft_source_of(draft, change->source[k]).outfall;
        QH_TRY(qh_draft_text(draft, change, outfall->code, QH_N("place"),
                             where(draft, outfall->reach, outfall->chainage),
                             where(draft, change->reach, change->chainage)));
        outfall->reach = change->reach;
        outfall->chainage = change->chainage;
        outfall->has_position = false; /* its coordinates are those of the old place */
    }
    return QH_OK;
}

const qh_change_kind qh_change_move = {
    .name = "move",
    .title = QH_N("an outfall that discharges at another place"),
    .apply = apply,
};
