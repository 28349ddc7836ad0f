/* The grid: segments cut into cells, with the hydraulics of each cell and face.
 *
 * It stands in model/ because both the solvers and the store need it. Cells are ordered as the network's segments are,
 * downstream in each. Inside a segment all cells have the same length. */
#ifndef QH_MODEL_GRID_H
#define QH_MODEL_GRID_H

#include "model/flow.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_grid {
    qh_arena *arena;
    size_t n_cell, n_segment;
    const size_t *segment_first; /* [n_segment + 1], cells of segment s: segment_first[s] .. segment_first[s+1]-1 */

    /* [n_cell] each */
    const size_t *reach;
    const double *chainage;         /* m, of the cell's centre */
    const double *length;           /* m */
    const double *area;             /* m2 */
    const double *depth;            /* m */
    const double *width;            /* m */
    const double *velocity;         /* m/s */
    const double *dispersion;       /* m2/s */
    const double *discharge_up;     /* m3/s through the upstream face */
    const double *discharge_down;   /* m3/s through the downstream face; = discharge_up + lateral inflow of the cell */
    const double *conductance_up;   /* m3/s, A D / distance, from this centre to the next one upstream; in the first */
    const double *conductance_down; /* cell of a segment to the point itself, half a cell away; down likewise */
    const double *storage_area;     /* m2, transient storage zone, 0 where there is none */
    const double *storage_exchange; /* 1/s */
    const double *temperature;      /* degC */
} qh_grid;

/* Cuts every segment into equal cells no longer than `cell_length` [m] (at least two a segment) and evaluates channel and dispersion
 * in each. Dispersion formulas out of their range are reported once a reach (advice). */
qh_status qh_grid_create(const qh_case *river_case, const qh_network *network, const qh_flow *flow, double cell_length,
                         qh_diag *diag, qh_grid **grid);
void qh_grid_destroy(qh_grid *grid);

/* Advice before a solve: cell Péclet numbers, Courant number at the output interval, mixing length of outfalls and
 * tributaries against the distance to the next section. Adds to diag; solves nothing. */
void qh_grid_advise(const qh_case *river_case, const qh_network *network, const qh_flow *flow, const qh_grid *grid,
                    qh_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
