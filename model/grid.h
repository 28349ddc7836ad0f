/* The grid: segments cut into cells, with the hydraulics of each cell and face.
 *
 * It stands in model/ because both the solvers and the store need it. Cells are ordered as the network's segments are,
 * downstream in each. Inside a segment all cells have the same length, and what is alike is held once: of a cell there are
 * 44 bytes, and functions give the rest. */
#ifndef QH_MODEL_GRID_H
#define QH_MODEL_GRID_H

#include <stdbool.h>
#include <stdint.h>

#include "model/flow.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What all cells of a segment share. */
typedef struct qh_grid_segment {
    size_t reach;
    double start;            /* m, chainage of the upstream end */
    double length;           /* m, of each cell */
    double storage_area;     /* m2, transient storage zone, 0 where there is none */
    double storage_exchange; /* 1/s */
    double temperature;      /* degC */
} qh_grid_segment;

typedef struct qh_grid {
    qh_arena *arena;
    size_t n_cell, n_segment;
    const size_t *segment_first;    /* [n_segment + 1], segment s: segment_first[s] .. segment_first[s+1]-1 */
    const qh_grid_segment *segment; /* [n_segment] */

    /* [n_cell] each */
    const uint32_t *segment_of;
    const double *area;       /* m2 */
    const double *depth;      /* m */
    const double *dispersion; /* m2/s */

    /* [n_cell + n_segment] each, faces: those of segment s from segment_first[s] + s on, downstream */
    const double *discharge; /* m3/s; of two faces of a cell the lower has its lateral inflow besides */
    const double
        *conductance; /* m3/s, A D / distance, from centre to centre; at the ends of a segment from the centre */
                      /* to the point itself, half a cell away */
} qh_grid;

/* ---- of one cell ---- */

/* Its upstream face; the downstream one follows. */
static inline size_t qh_grid_face(const qh_grid *grid, size_t cell) { return cell + grid->segment_of[cell]; }

static inline const qh_grid_segment *qh_grid_segment_at(const qh_grid *grid, size_t cell) {
    return &grid->segment[grid->segment_of[cell]];
}
static inline size_t qh_grid_reach(const qh_grid *grid, size_t cell) { return qh_grid_segment_at(grid, cell)->reach; }

/* m */
static inline double qh_grid_length(const qh_grid *grid, size_t cell) { return qh_grid_segment_at(grid, cell)->length; }

/* m, of the centre */
static inline double qh_grid_chainage(const qh_grid *grid, size_t cell) {
    const qh_grid_segment *segment = qh_grid_segment_at(grid, cell);
    const size_t first = grid->segment_first[grid->segment_of[cell]];
    return segment->start + ((double)(cell - first) + 0.5) * segment->length;
}

/* m3/s through the upstream and the downstream face, and their mean */
static inline double qh_grid_discharge_up(const qh_grid *grid, size_t cell) {
    return grid->discharge[qh_grid_face(grid, cell)];
}
static inline double qh_grid_discharge_down(const qh_grid *grid, size_t cell) {
    return grid->discharge[qh_grid_face(grid, cell) + 1];
}
static inline double qh_grid_discharge(const qh_grid *grid, size_t cell) {
    return 0.5 * qh_grid_discharge_up(grid, cell) + 0.5 * qh_grid_discharge_down(grid, cell);
}

/* m3/s, of the upstream and the downstream face */
static inline double qh_grid_conductance_up(const qh_grid *grid, size_t cell) {
    return grid->conductance[qh_grid_face(grid, cell)];
}
static inline double qh_grid_conductance_down(const qh_grid *grid, size_t cell) {
    return grid->conductance[qh_grid_face(grid, cell) + 1];
}

/* m/s, of the mean discharge */
static inline double qh_grid_velocity(const qh_grid *grid, size_t cell) {
    return qh_grid_discharge(grid, cell) / grid->area[cell];
}

/* m, of the water's surface: depth is area over width */
static inline double qh_grid_width(const qh_grid *grid, size_t cell) { return grid->area[cell] / grid->depth[cell]; }

/* m2, m3 */
static inline double qh_grid_storage_area(const qh_grid *grid, size_t cell) {
    return qh_grid_segment_at(grid, cell)->storage_area;
}
static inline double qh_grid_volume(const qh_grid *grid, size_t cell) {
    return grid->area[cell] * qh_grid_length(grid, cell);
}

/* 1/s */
static inline double qh_grid_storage_exchange(const qh_grid *grid, size_t cell) {
    return qh_grid_segment_at(grid, cell)->storage_exchange;
}

/* degC */
static inline double qh_grid_temperature(const qh_grid *grid, size_t cell) {
    return qh_grid_segment_at(grid, cell)->temperature;
}

/* Whether the water of two cells is alike to whatever reacts in it: reach, temperature, depth and velocity. */
static inline bool qh_grid_is_alike(const qh_grid *grid, size_t a, size_t b) {
    return qh_grid_reach(grid, a) == qh_grid_reach(grid, b) && grid->depth[a] == grid->depth[b] &&
           qh_grid_velocity(grid, a) == qh_grid_velocity(grid, b) &&
           qh_grid_temperature(grid, a) == qh_grid_temperature(grid, b);
}

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
