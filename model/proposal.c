#include "model/proposal.h"

const char *qh_proposal_kind_name(qh_proposal_kind kind) {
    static const char *const name[] = {QH_N("new"), QH_N("rebuilt"), QH_N("expanded"), QH_N("existing")};
    return name[kind];
}

const char *qh_season_name(qh_season season) {
    static const char *const name[] = {QH_N("not stated"), QH_N("wet"), QH_N("normal"), QH_N("dry")};
    return name[season];
}

const char *qh_flow_basis_name(qh_flow_basis basis) {
    static const char *const name[] = {QH_N("not stated"), QH_N("seasonal mean"), QH_N("driest month at 90 %"),
                                       QH_N("driest month of ten years"), QH_N("ecological flow")};
    return name[basis];
}

static qh_status fill(const qh_case *c, size_t outfall, const char *period_name, qh_proposal *p) {
    const qh_outfall *of = &c->outfall[outfall];
    qh_discharged *discharged = qh_arena_alloc(p->arena, c->n_constituent, sizeof *discharged);
    qh_input *input = qh_arena_alloc(p->arena, c->n_constituent, sizeof *input);
    qh_proposal_period *period = qh_arena_alloc(p->arena, 1, sizeof *period);
    if (!discharged || !input || !period) return QH_E_NOMEM;
    for (size_t i = 0; i < c->n_constituent; i++) {
        const double value = of->input[i].value.constant;
        const double load = of->input[i].is_load ? value : value * of->flow;
        const double concentration = of->flow > 0 ? load / of->flow : 0;
        discharged[i] = (qh_discharged){of->place, c->constituent[i].name, true, i, concentration, load, load};
        input[i] = of->input[i];
    }
    char *name = qh_arena_strdup(p->arena, period_name);
    if (!name) return QH_E_NOMEM;
    *period = (qh_proposal_period){.place = QH_NOWHERE, .name = name, .scenario = ""};
    *p = (qh_proposal){.arena = p->arena,
                       .file = "",
                       .title = "",
                       .note = "",
                       .kind = QH_PROPOSAL_EXISTING,
                       .outfall = *of,
                       .direct = true,
                       .days = 365,
                       .has_replaced = true,
                       .replaced = outfall,
                       .standard_name = of->standard,
                       .n_discharged = c->n_constituent,
                       .discharged = discharged,
                       .n_period = 1,
                       .period = period,
                       .cuts = "",
                       .approved = ""};
    p->outfall.input = input;
    p->outfall.limit = NULL;
    return QH_OK;
}

qh_status qh_proposal_of_outfall(const qh_case *river_case, size_t outfall, const char *period_name,
                                 qh_proposal **proposal) {
    qh_arena *arena = qh_arena_create();
    qh_proposal *made = arena ? qh_arena_alloc(arena, 1, sizeof *made) : NULL;
    if (made) made->arena = arena;
    if (!made || fill(river_case, outfall, period_name, made) != QH_OK) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    *proposal = made;
    return QH_OK;
}

void qh_proposal_destroy(qh_proposal *proposal) {
    if (!proposal) return;
    qh_discharge_standard_destroy(proposal->standard);
    qh_arena_destroy(proposal->arena);
}
