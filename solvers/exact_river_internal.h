/* The river as the exact solution sees it: pieces of constant coefficients between points, kinetics as eigenvectors, and
 * the order in which the points are eliminated. Nothing here depends on the rate at which it is evaluated. */
#ifndef QH_SOLVERS_EXACT_RIVER_INTERNAL_H
#define QH_SOLVERS_EXACT_RIVER_INTERNAL_H

#include "model/flow.h"
#include "model/kinetics.h"
#include "model/reach.h"

/* Kinetics of a reach at one depth and velocity, species in the order in which they depend on one another (position).
 * The Jacobian J is lower triangular there: -J = X diag(decay) X^-1 with X lower triangular, its diagonal 1. Where rates
 * are so close that X would lose digits, the last ones are shifted by some small steps and results are averaged with
 * weights that add up to 1 (see exact_kinetics.c): shifts of the kinetics, one otherwise. */
typedef struct exact_kinetics {
    size_t n_shift;
    double *weight;  /* [n_shift], - */
    double *decay;   /* [n_shift][n], 1/s */
    double *vector;  /* [n_shift][n][n], X, -; NULL where nothing couples */
    double *inverse; /* [n_shift][n][n], X^-1, -; NULL likewise */
    double *gain;    /* [n], g/m3/s: rate at a concentration of 0 */
} exact_kinetics;

enum { EXACT_SHIFTS = 12 };

/* More constituents than this in one case have no exact solution here (workspace on the stack). */
enum { EXACT_SPECIES = 64 };

/* Pieces whose discharge grows while all else stays: nodes of Gauss's formula, terms of the series. */
enum { EXACT_WKB_NODES = 6, EXACT_WKB_TERMS = 8 };

typedef struct exact_piece {
    size_t segment, reach;
    double start, length;               /* m in the segment, m */
    double discharge, area, dispersion; /* m3/s, m2, m2/s of the middle */
    double velocity, steepness;         /* m/s; s/m2, 1/(2 dispersion), unused without */
    double inflow;                      /* m2/s, distributed */
    double exchange, back;              /* 1/s: alpha and alpha A/A_s of a storage zone; 0 without */
    double zone;                        /* m2, area of the storage zone; 0 without */
    const exact_kinetics *kinetics;
    bool wkb;       /* discharge grows along it, by the series of exact_inflow_body_internal.h */
    size_t wkb_row; /* number among such pieces */
} exact_piece;

typedef struct exact_point {
    bool fixed;     /* first-type inlet */
    double through; /* m3/s, water from sources and links */
    double taken;   /* m3/s, withdrawn and diverted */
    double outlet;  /* m3/s, leaving the network */
    double pond;    /* m3, held and fully mixed */
} exact_point;

/* Elimination without pivoting: unknowns in order of least degree, so that a tree of rivers has no fill. */
typedef struct exact_order {
    size_t n, n_entry;
    size_t *place;         /* [n_point], position of a point in the order */
    size_t *first;         /* [n + 1], entries of unknown p: first[p] .. first[p+1]-1 */
    size_t *column;        /* [n_entry], later unknowns that p is coupled with, ascending */
    size_t *update;        /* entries that pairs of p's entries change, in order of elimination */
    size_t *segment_entry; /* [n_segment], entry of (from, to) */
    size_t *link_entry;    /* [n_link] */
} exact_order;

typedef struct exact_river {
    qh_arena *arena;
    const qh_case *river_case;
    const qh_network *network;
    const qh_flow *flow;
    size_t n, n_piece, n_point, n_segment, division; /* n species */
    size_t *species;                                 /* [n], species at each position */
    size_t *position;                                /* [n], position of each species */
    double *rate_scale;                              /* [n_species], -, factor of k20 */
    bool coupled;
    bool feeds;               /* some piece has inflow, a gain, or coupled species: fluxes with constant parts */
    qh_reach_laws *laws;      /* [n_reach] */
    size_t *segment_piece;    /* [n_segment + 1] */
    bool *wkb;                /* [n_segment], its pieces are taken by the series */
    size_t n_wkb;             /* pieces of that kind */
    bool divides;             /* some segment's inflow is refined by dividing it */
    double wkb_bound;         /* -, error of an exponent that the series leaves */
    bool outgrown;            /* the water no longer suits the series: build the river again */
    exact_piece *piece;       /* [n_piece] */
    exact_kinetics *kinetics; /* [n_reach + n_piece]: of reaches, and of pieces where they feel the water */
    bool *feels_water;        /* [n_reach] */
    bool any_feels_water, gains;
    exact_point *point;             /* [n_point] */
    double *pond_decay, *pond_gain; /* [n] by position, 1/s and g/m3/s, by the case's rates, without settling and air */
    double *link_flow;              /* [n_link], m3/s */
    exact_order order;
    qh_rate_parameters *parameters; /* [n_reach + 1][n], scaled, by species; the last of ponds */
    double *scratch;                /* [n + 2 n n], workspace of the kinetics */
} exact_river;

/* Cuts segments with distributed inflow into a multiple of `division` pieces, unless the series holds there. `rate_scale` [n_species] may be NULL.
 * Everything else is borrowed. */
qh_status exact_river_create(const qh_case *river_case, const qh_network *network, const qh_flow *flow,
                             const double *rate_scale, size_t division, qh_diag *diag, exact_river **river);
void exact_river_destroy(exact_river *river);

/* Takes another flow of the same network: channel state, dispersion and rates anew; allocates nothing. Look at `outgrown`
 * afterwards. */
qh_status exact_river_set_water(exact_river *river, const qh_flow *flow, qh_diag *diag);

/* Lets points hold water: pond [n_point, m3]. Not for coupled constituents. */
void exact_river_set_ponds(exact_river *river, const double *pond);

/* Order of elimination and the places of all entries. */
qh_status exact_order_create(qh_arena *arena, const qh_network *network, exact_order *order);

/* Room for the kinetics of one water. */
qh_status exact_kinetics_create(qh_arena *arena, size_t n, bool coupled, exact_kinetics *kinetics);

/* Kinetics from the Jacobian [n][n, 1/s] and the gain [n, g/m3/s] by species; `species` [n] is the order. Water stays
 * about `time` [s], which decides how far rates that are too close may be shifted. */
void exact_kinetics_set(size_t n, const size_t *species, const double *gain, const double *jacobian, double time,
                        exact_kinetics *kinetics);

/* Why no exact solution exists for a case (a catalogue key), or NULL. */
const char *exact_objection(const qh_case *river_case);

#endif
