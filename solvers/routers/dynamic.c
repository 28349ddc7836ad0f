/* Router "dynamic": full equations of Saint-Venant (solvers/levels.c). */
#include "solvers/levels.h"

static qh_status create(const qh_routing *routing, qh_diag *diag, void **self) {
    return qh_levels_create(routing, true, diag, (qh_levels **)self);
}

static void state(const void *self, qh_water *water) { qh_levels_state(self, water); }

static qh_status advance(void *self, double until, qh_diag *diag, qh_water *water) {
    return qh_levels_advance(self, until, diag, water);
}

static void destroy(void *self) { qh_levels_destroy(self); }

const qh_router qh_router_dynamic = {
    .name = "dynamic",
    .title = QH_N("full equations of Saint-Venant"),
    .source = "Casulli (2009), Int. J. Numer. Meth. Fluids 60:391; Stelling and Duinmeijer (2003), ibid. 43:1329",
    .objection = qh_levels_objection,
    .create = create,
    .state = state,
    .advance = advance,
    .destroy = destroy,
};
