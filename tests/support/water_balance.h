/* Whether what a router hands over balances, cell by cell and point by point (solvers/router.h). */
#ifndef QH_TESTS_SUPPORT_WATER_BALANCE_H
#define QH_TESTS_SUPPORT_WATER_BALANCE_H

#include "solvers/router.h"
#include "tests/support/case_builder.h"

typedef struct water_balance {
    double cell, point; /* -, worst residual over the largest term of its balance */
    double lowest;      /* m3, of all volumes and ponds */
} water_balance;

/* Of one step; steps of no length have no balance. */
water_balance water_balance_of(const qh_routing *routing, const qh_water *water);

/* Gives sources hydrographs that rise and fall between (1 - swing) and (1 + swing) of their flow, with which they begin, each
 * with a period of its own of some hours; all of them up to `most` series. */
void give_hydrographs(case_builder *b, double swing, double duration, size_t most);

#endif
