#include "solvers/routers/by_levels_internal.h"

void by_levels_state(const void *self, qh_water *water) { qh_levels_state(self, water); }

qh_status by_levels_advance(void *self, double until, qh_diag *diag, qh_water *water) {
    return qh_levels_advance(self, until, diag, water);
}

void by_levels_destroy(void *self) { qh_levels_destroy(self); }
