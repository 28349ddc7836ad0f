/* What the routers by levels share: all but how they begin (solvers/levels.h). */
#ifndef QH_SOLVERS_ROUTERS_BY_LEVELS_INTERNAL_H
#define QH_SOLVERS_ROUTERS_BY_LEVELS_INTERNAL_H

#include "solvers/levels.h"

#define BY_LEVELS_SOURCE                                                                                               \
    "Casulli (2009), Int. J. Numer. Meth. Fluids 60:391; Stelling and Duinmeijer (2003), ibid. 43:1329"

/* Of a qh_router; `self` is a qh_levels. */
void by_levels_state(const void *self, qh_water *water);
qh_status by_levels_advance(void *self, double until, qh_diag *diag, qh_water *water);
void by_levels_destroy(void *self);

#endif
