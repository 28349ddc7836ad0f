/* Bed levels of a network: where the lowest point of the channel lies, at the ends of reaches and in cells. */
#ifndef QH_SOLVERS_BED_H
#define QH_SOLVERS_BED_H

#include "model/grid.h"

#ifdef __cplusplus
extern "C" {
#endif

/* From the nodes whose bed is given, and else upwards from the outlets with the slopes of the reaches; an outlet whose bed is
 * not given lies at 0 m. A reach between two given nodes runs straight from one to the other; another one hangs on its
 * lower node. A node that is not given lies as low as the lowest of the reaches that begin there: what begins higher has a
 * step. bed [n_cell], m, at the centres; node [n_node], m. QH_E_INPUT with messages where a reach has no slope. */
qh_status qh_bed_levels(const qh_case *river_case, const qh_network *network, const qh_grid *grid, qh_diag *diag,
                        double *bed, double *node);

#ifdef __cplusplus
}
#endif
#endif
