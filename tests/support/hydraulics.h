/* Everything between a case and a solver, in one call, for tests. */
#ifndef QH_TESTS_SUPPORT_HYDRAULICS_H
#define QH_TESTS_SUPPORT_HYDRAULICS_H

#include "model/grid.h"

typedef struct hydraulics {
    const qh_case *river_case;
    qh_diag *diag;
    qh_network *network;
    qh_flow *flow;
    qh_grid *grid;
} hydraulics;

/* Network, flow and grid of a case that is known to be right, on cells of at most river_case->solver.cell_length.
 * Prints the messages and aborts when it is not right after all. */
hydraulics hydraulics_of(const qh_case *river_case);

/* Frees what hydraulics_of made; the case stays its owner's. */
void hydraulics_free(hydraulics *h);

#endif
