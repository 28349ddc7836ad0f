/* A router whose water is prescribed, for tests of transport on moving water: sources rise and fall with a hydrograph, cells
 * swell and shrink as told, and the flows follow from the balance of every cell and point, downstream. */
#ifndef QH_TESTS_SUPPORT_PRESCRIBED_WATER_H
#define QH_TESTS_SUPPORT_PRESCRIBED_WATER_H

#include "solvers/router.h"

typedef struct prescribed {
    double hydrograph; /* -, part by which sources rise and fall, < 1 */
    double swelling;   /* -, part by which volumes do; 1: they fall dry for an instant */
    double period;     /* s, of both; every cell and source has its own phase */
    double pond;       /* m3, mean of what nodes inside the network hold, which swells likewise; 0: none */
    bool alike;        /* all cells and sources in phase */
    /* NULL, or volumes of all cells [n_cell, m3] at a time, in place of `swelling`. */
    void (*volume)(const qh_grid *grid, double t, double *volume);
    /* NULL, or the mean flow [m3/s] of source k over a step, in place of `hydrograph`. */
    double (*source)(size_t k, double start, double end);
} prescribed;

/* What the router below does; a test sets it before it solves. */
extern prescribed prescribed_now;
extern const qh_router prescribed_router;

#endif
