/* A river whose area and dispersion change along it, as a chain of short reaches of equal length that have them constant, for
 * tests of variable coefficients: of second order in the length of the reaches, as the finite volumes are. */
#ifndef QH_TESTS_SUPPORT_VARIED_RIVER_H
#define QH_TESTS_SUPPORT_VARIED_RIVER_H

#include "tests/support/case_builder.h"
#include "tests/support/solved.h"

enum { varied_cells = 2 }; /* in a reach: the fewest that a stretch between points has */

typedef struct varied_river {
    double from, to;                /* m */
    size_t n_cell;                  /* even */
    double (*area)(double x);       /* m2 */
    double (*dispersion)(double x); /* m2/s */
    double lateral;                 /* m3/s/m of water all along, >= 0; 0: none */
    double concentration;           /* g/m3, of that water */
    bool loaded; /* every reach has a lateral without water besides, for a load; it stands behind that with */
    qh_case *river_case;
    char (*name)[16]; /* [n_reach], of the reaches */
} varied_river;

static inline size_t varied_reaches(const varied_river *r) { return r->n_cell / varied_cells; }
/* m, upper end of reach k, and the middle of a cell. */
double varied_end(const varied_river *r, size_t k);
double varied_middle(const varied_river *r, const qh_grid *grid, size_t cell);

/* Makes the case of one constituent: the chain with nodes "n0", "n1" ..., its water along, a first-type inlet of `flow` [m3/s] and
 * `inlet` [g/m3]; more can be added to what is returned. */
case_builder *varied_begin(varied_river *r, double flow, double inlet);
void varied_free(varied_river *r);

#endif
