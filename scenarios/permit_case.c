/* The case of one state of the evaluation before a permit: the period's scenario and flows on the case, the scenarios of
 * cuts and of approved outfalls on that, and the project. */
#include <string.h>

#include "io/overlay_reader.h"
#include "scenarios/permit_internal.h"

qh_status qh_case_with_project(qh_arena *arena, const qh_case *base, const qh_proposal *proposal, bool with_outfall,
                               bool without_replaced, qh_case **made) {
    qh_case *c = qh_arena_alloc(arena, 1, sizeof *c);
    qh_outfall *outfall = qh_arena_alloc(arena, base->n_outfall + 1, sizeof *outfall);
    qh_input *none = qh_arena_alloc(arena, base->n_constituent, sizeof *none);
    qh_optional *limit = qh_arena_alloc(arena, base->n_constituent, sizeof *limit);
    if (!c || !outfall || !none || !limit) return QH_E_NOMEM;
    *c = *base;
    c->arena = NULL; /* of the permit: never destroyed as a case */
    if (base->n_outfall > 0) memcpy(outfall, base->outfall, base->n_outfall * sizeof *outfall);
    if (without_replaced && proposal->has_replaced) {
        outfall[proposal->replaced].flow = 0;
        outfall[proposal->replaced].input = none;
    }
    if (with_outfall) {
        outfall[base->n_outfall] = proposal->outfall;
        outfall[base->n_outfall].limit = limit;
        c->n_outfall++;
    }
    c->outfall = outfall;
    *made = c;
    return QH_OK;
}

void qh_layers_free(qh_layers *chain) {
    while (chain->count > 0) {
        chain->count--;
        qh_case_destroy(chain->made[chain->count]);
        qh_overlay_destroy(chain->overlay[chain->count]);
    }
}

qh_status qh_layers_lay(qh_layers *chain, const char *scenario, qh_diag *diag, const qh_case **c) {
    if (scenario[0] == '\0') return QH_OK;
    qh_overlay *overlay = NULL;
    qh_case *made = NULL;
    QH_TRY(qh_overlay_read(*c, scenario, diag, &overlay));
    const qh_status status = qh_overlay_apply(*c, overlay, diag, &made);
    if (status != QH_OK) {
        qh_overlay_destroy(overlay);
        return status;
    }
    chain->made[chain->count] = made;
    chain->overlay[chain->count++] = overlay;
    *c = made;
    return QH_OK;
}

/* Flows and month of the period on a case, in `arena`. */
static qh_status give_period(qh_arena *arena, const qh_proposal_period *period, const qh_case **c) {
    qh_case *made = qh_arena_alloc(arena, 1, sizeof *made);
    qh_headwater *headwater = qh_arena_alloc(arena, (*c)->n_headwater, sizeof *headwater);
    if (!made || !headwater) return QH_E_NOMEM;
    *made = **c;
    made->arena = NULL;
    memcpy(headwater, (*c)->headwater, (*c)->n_headwater * sizeof *headwater);
    for (size_t i = 0; i < period->n_flow; i++)
        headwater[period->flow[i].headwater].flow = period->flow[i].flow;
    made->headwater = headwater;
    if (period->month != 0) made->run.month = period->month;
    *c = made;
    return QH_OK;
}

static bool has_cuts(qh_permit_state state) { return state == QH_STATE_CUTS || state == QH_STATE_ALL; }
static bool has_approved(qh_permit_state state) { return state == QH_STATE_CUMULATIVE || state == QH_STATE_ALL; }

/* The accident's discharge in the place of the proposal's. */
static qh_status accident_case(qh_arena *arena, const qh_proposal *proposal, qh_case *c) {
    qh_outfall *o = (qh_outfall *)&c->outfall[c->n_outfall - 1]; /* of the copy that was just made */
    qh_input *input = qh_arena_alloc(arena, c->n_constituent, sizeof *input);
    if (!input) return QH_E_NOMEM;
    for (size_t i = 0; i < c->n_constituent; i++)
        input[i].value.constant = proposal->accident.concentration[i];
    o->flow = proposal->accident.flow;
    o->input = input;
    return QH_OK;
}

qh_status qh_permit_state_case(qh_arena *arena, const qh_state_asked *asked, qh_layers *chain, qh_diag *diag,
                               qh_case **made) {
    const qh_proposal *p = asked->proposal;
    const qh_proposal_period *period = &p->period[asked->period];
    const qh_case *c = asked->base;
    QH_TRY(qh_layers_lay(chain, period->scenario, diag, &c));
    QH_TRY(give_period(arena, period, &c));
    if (has_approved(asked->state)) QH_TRY(qh_layers_lay(chain, p->approved, diag, &c));
    if (has_cuts(asked->state)) QH_TRY(qh_layers_lay(chain, p->cuts, diag, &c));
    const bool with = asked->state != QH_STATE_WITHOUT;
    const bool without_replaced = with || p->kind == QH_PROPOSAL_EXISTING;
    QH_TRY(qh_case_with_project(arena, c, p, with, without_replaced, made));
    return asked->state == QH_STATE_ACCIDENT ? accident_case(arena, p, *made) : QH_OK;
}

void qh_permit_pass_errors(qh_diag *from, qh_diag *to) {
    for (size_t i = 0; i < qh_diag_size(from); i++) {
        const qh_message *message = qh_diag_get(from, i);
        if (message->severity == QH_ERROR) qh_diag_add(to, QH_ERROR, message->place, "%s", message->text);
    }
}
