/* Results of an exact steady solve that the engine needs beside the points. */
#ifndef QH_SOLVERS_EXACT_INTERNAL_H
#define QH_SOLVERS_EXACT_INTERNAL_H

#include "model/budget.h"
#include "model/grid.h"
#include "solvers/exact.h"
#include "solvers/exact_river_internal.h"
#include "solvers/forcing.h"

/* Means over the cells of a grid: cell and storage [n_cell][n_species][n_lane], g/m3; storage may be NULL, is the cell's
 * own value where there is no zone. QH_E_NOMEM. */
qh_status exact_cells(qh_exact *exact, const qh_grid *grid, double *cell, double *storage);

/* What a budget is made of, by species and lane of one run: fluxes at the ends of segments [2 n_segment][m, g/s, positive
 * downstream; 2s upstream end of segment s], points [n_point][m, g/m3], losses by reaction [n_reach][m, g/s], increase of
 * what is stored [n_reach][m, g/s; NULL: 0], loads [n_source][m, g/s]; and the losses and the increase in what points hold [n_point][m, g/s; NULL: 0]. Quantities
 * integrated over time serve as well. */
typedef struct exact_parts {
    size_t m;
    const double *end_flux, *point, *reacted, *stored, *load, *pond_reacted, *pond_stored;
} exact_parts;

/* Fluxes and losses after a solve, arrays as in exact_parts. */
qh_status exact_terms(qh_exact *exact, double *end_flux, double *reacted);

/* The budget of these parts; its terms must be 0 on entry. QH_E_NOMEM. */
qh_status exact_budget(const exact_river *river, const exact_parts *parts, qh_budget *budget);

/* Weights of `count` solves in their extrapolation (see exact.c). */
enum { EXACT_LEVELS = 8 };
void exact_weights(size_t count, double *weight);

const exact_river *exact_river_of(const qh_exact *exact);

#endif
