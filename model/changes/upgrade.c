/* Outfalls held to a grade of a discharge standard.
 *
 *     C' = min(C, limit)
 * A load is compared with the limit times the flow. The limit may depend on the water's temperature: that given with the
 * change, else that of the outfall's reach, else that of the run. The permitted concentration follows. */
#include <stdint.h>

#include "model/overlay_internal.h"

static double temperature_of(const qh_draft *draft, const qh_change *change, const qh_outfall *outfall) {
    if (change->temperature.given) return change->temperature.value;
    const qh_optional of_reach = draft->made->reach[outfall->reach].temperature;
    return of_reach.given ? of_reach.value : draft->made->run.temperature;
}

/* What a user signs must not rest on a limit that nobody read, without being told so. */
static void tell_confidence(const qh_draft *draft, const qh_change *change, const qh_discharge_item *item) {
    if (item->confidence[0] == 'V' && item->confidence[1] == '\0') return;
    qh_diag_add(draft->diag, QH_WARNING, change->place,
                "the limit of %s (%s) was not read in the standard's own text: confidence %s", item->code, item->clause,
                item->confidence);
}

static qh_status cap_input(qh_draft *draft, const qh_change *change, const qh_draft_source *source, size_t i,
                           const qh_discharge_item *item) {
    const qh_constituent *c = &draft->made->constituent[i];
    const double temperature = temperature_of(draft, change, source->outfall);
    const qh_optional limit = qh_discharge_limit(item, change->grade, temperature);
    if (!limit.given) return QH_OK;
    qh_input *input = &source->input[i];
    QH_CHECK(!input->is_load || *source->flow > 0.0 || qh_draft_mean(&input->value) == 0.0, QH_E_INPUT, draft->diag,
             change->place, "%s gives %s as a load without flow: it has no concentration that a limit could hold",
             source->label, c->name);
    QH_CHECK(
        !input->is_load || !*source->flow_series, QH_E_INPUT, draft->diag, change->place,
        "%s gives %s as a load on a flow that changes in time: give it as a concentration, so that a limit can hold "
        "it",
        source->label, c->name);
    const double before = qh_draft_mean(&input->value);
    QH_TRY(qh_draft_cap(draft, input->is_load ? limit.value * *source->flow : limit.value, &input->value));
    tell_confidence(draft, change, item);
    qh_optional *permitted = (qh_optional *)(uintptr_t)&source->outfall->limit[i];
    if (!permitted->given || permitted->value > limit.value) *permitted = limit;
    return qh_draft_number(draft, change, source->label, c->name, input->is_load ? QH_DIM_LOAD : QH_DIM_CONCENTRATION,
                           before, qh_draft_mean(&input->value), item);
}

static qh_status own_limits(qh_draft *draft, qh_outfall *outfall) {
    const size_t n = draft->made->n_constituent;
    qh_optional *limit = qh_arena_alloc(draft->arena, n, sizeof *limit);
    if (!limit) return QH_E_NOMEM;
    for (size_t i = 0; outfall->limit && i < n; i++)
        limit[i] = outfall->limit[i];
    outfall->limit = limit;
    return QH_OK;
}

static qh_status upgrade(qh_draft *draft, const qh_change *change, const qh_draft_source *source) {
    QH_TRY(own_limits(draft, source->outfall));
    for (size_t i = 0; i < draft->made->n_constituent; i++) {
        const qh_discharge_item *item = qh_discharge_item_find(change->standard, draft->made->constituent[i].item);
        if (item && qh_change_touches(change, i)) QH_TRY(cap_input(draft, change, source, i, item));
    }
    const char *held_to =
        qh_arena_printf(draft->arena, "%s %s", change->standard->code, change->standard->grade_zh[change->grade]);
    if (!held_to) return QH_E_NOMEM;
    QH_TRY(qh_draft_text(draft, change, source->label, QH_N("discharge standard"), source->outfall->standard, held_to));
    source->outfall->standard = held_to;
    return QH_OK;
}

static qh_status apply(qh_draft *draft, const qh_change *change) {
    qh_status status = QH_OK;
    for (size_t k = 0; k < change->n_source; k++) {
        const qh_draft_source source = qh_draft_source_of(draft, change->source[k]);
        const qh_status one = upgrade(draft, change, &source);
        if (one != QH_OK && one != QH_E_INPUT) return one;
        if (one != QH_OK) status = one;
    }
    return status;
}

const qh_change_kind qh_change_upgrade = {
    .name = "upgrade",
    .title = QH_N("outfalls held to a grade of a discharge standard"),
    .apply = apply,
};
