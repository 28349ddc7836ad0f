/* Router "dynamic": full equations of Saint-Venant (solvers/levels.c). */
#include "solvers/routers/by_levels_internal.h"

static qh_status create(const qh_routing *routing, qh_diag *diag, void **self) {
    return qh_levels_create(routing, true, diag, (qh_levels **)self);
}

const qh_router qh_router_dynamic = {
    .name = "dynamic",
    .title = QH_N("full equations of Saint-Venant"),
    .source = BY_LEVELS_SOURCE,
    .objection = qh_levels_objection,
    .create = create,
    .state = by_levels_state,
    .advance = by_levels_advance,
    .destroy = by_levels_destroy,
};
