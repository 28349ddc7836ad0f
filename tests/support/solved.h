/* A case solved in memory, for tests: hydraulics, engine, and all that the sink was given. */
#ifndef QH_TESTS_SUPPORT_SOLVED_H
#define QH_TESTS_SUPPORT_SOLVED_H

#include "solvers/moving.h"
#include "tests/support/hydraulics.h"

typedef struct solved {
    hydraulics water;
    qh_forcing *forcing;
    qh_status status;
    const qh_engine *engine;
    size_t n_species, n_lane, m; /* m = n_species * n_lane */
    size_t n_frame, n_sample, begins, ends;
    double *sample_time;                        /* [n_sample], s */
    double *sample;                             /* [n_sample][n_section][m], g/m3 */
    double *cell;                               /* [n_cell][m], g/m3, last frame */
    double *point;                              /* [n_point][m], g/m3, last frame */
    double lowest;                              /* g/m3, over all frames and samples */
    double highest;                             /* g/m3, likewise */
    double lowest_discharge, highest_discharge; /* m3/s, through sections of moving water */
    double steps_of_parts;                      /* of the engine's statistics; 0 where it has none */
    double worst;                               /* of the budget, residual over throughput */
    qh_storage_record storage;                  /* of the first reservoir of moving water */
    qh_release_record storage_release;          /* likewise, beside its ecological flow */
    qh_transfer_record moved;                   /* likewise of the first transfer */
    qh_transfer_cause cause[8];                 /* likewise, of the first days */
    qh_budget budget;                           /* of the end; freed with the rest */
} solved;

/* Solves `river_case` (borrowed) by the engine of that name or "auto" in `n_lane` lanes. `prepare`, when not NULL, may
 * change the forcing before the solve (lanes that differ). A status other than QH_OK is left in `status`. */
solved *solve_case(const qh_case *river_case, const char *engine, size_t n_lane, void (*prepare)(qh_forcing *forcing));
/* One lane on steady water, which holds `volume` [m3], fully mixed, at the point of that section. */
solved *solve_pond(const qh_case *river_case, const char *engine, size_t section, double volume);
/* The same on moving water of `router`, by solvers/moving.h. */
solved *solve_moving(const qh_case *river_case, const qh_router *router, size_t n_lane);
void solved_free(solved *s);

/* Concentration at a section in sample k, g/m3. */
double solved_section(const solved *s, size_t k, size_t section, size_t component);

#endif
