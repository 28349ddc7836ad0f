/* Inside of the transport operator; shared by transport.c, transport_jacobian.c and transport_budget.c. */
#ifndef QH_SOLVERS_TRANSPORT_INTERNAL_H
#define QH_SOLVERS_TRANSPORT_INTERNAL_H

#include <math.h>

#include "model/kinetics.h"
#include "solvers/transport.h"

/* Where a segment meets a point. End 2s is the upstream end of segment s, end 2s+1 its downstream end. */
typedef struct segment_end {
    size_t point;
    size_t cell, inner; /* the cell at the point and the next one inward */
    bool into_point;    /* water runs from the cell into the point */
    double discharge;   /* m3/s, magnitude */
    double conductance; /* m3/s, A D / half a cell */
    double central;     /* -, weight of the point's value in the advective value of the face, 0..1; into_point only */
    double length;      /* m, of the cell */
    size_t outlet;      /* number among the ends at outlets; meaningless elsewhere */
    bool balances;      /* going on, with the largest exchange at its point: takes what round-off leaves there */
} segment_end;

/* A point: fully mixed, without volume. */
typedef struct mixing_point {
    bool balanced;                       /* one of its ends takes what round-off leaves of its balance */
    bool fixed;                          /* first-type inlet: its value is what flows in, whatever disperses */
    double through;                      /* m3/s, water from sources and links, for the fixed value */
    double taken;                        /* m3/s, withdrawn and diverted */
    double outlet;                       /* m3/s, leaving the network here */
    double denominator;                  /* m3/s, of the mixing equation */
    double share;                        /* -, part of the way from the incoming cells' centres to the next ones' */
    size_t in_first, in_count;           /* incoming ends: point_end[in_first .. +in_count) */
    size_t out_first, out_count;         /* outgoing ends, likewise */
    size_t link_first, link_count;       /* links that arrive: arriving_link[link_first ..) */
    size_t stencil_first, stencil_count; /* cells its value depends on: stencil_cell[...] */
} mixing_point;

/* The rate of species `of` depends on the concentration of species `on`, another one. */
typedef struct species_pair {
    size_t of, on;
} species_pair;

struct qh_transport {
    qh_arena *arena;
    const qh_problem *problem;
    size_t n_cell, n_storage, n_unknown, n_species, n_lane, m; /* m = n_species * n_lane */
    size_t n_point, n_segment;
    const qh_grid *grid;

    double *zone_volume; /* [n_storage], m3 */
    /* [n_segment], whether discharge and conductance of its inner faces, areas and rates are those of its first to the last
     * digit: the rates of one component then fetch none of them. */
    bool *alike;
    bool *forward, *central; /* [n_segment], whether all discharge is downstream, whether no inner face is limited */
    double *reach_volume, *reach_discharge; /* [n_reach], m3, m3/s: the largest of a cell */
    /* [rows][n_rate]: dC/dt = gain - decay C; 1/s, g/m3/s; of component j at j / rate_lanes. A row a cell, or one for all
     * cells of a segment where they are the same (rate_row). gain is NULL where nothing comes from nothing. */
    double *decay, *gain;
    size_t *rate_first; /* [n_segment], row of its first cell */
    bool *rates_alike;  /* [n_segment], whether it is that of the others */
    size_t n_rate;      /* n_species; m where lanes differ in their kinetics */
    size_t rate_lanes;  /* lanes that share decay and gain: n_lane, or 1 */
    size_t
        *storage_of; /* [n_cell], unknown of the cell's storage zone; own index where there is none; NULL: no zones */
    size_t *storage_cell;  /* [n_storage], cell of each storage unknown */
    segment_end *end;      /* [2 n_segment] */
    mixing_point *point;   /* [n_point] */
    size_t *point_end;     /* ends by point, incoming first */
    size_t *arriving_link; /* links by arrival point */
    size_t *stencil_cell;
    size_t n_stencil;
    double *link_flow; /* [n_link], m3/s */

    double *load;           /* [n_source][m], g/s, at the time set */
    double *point_load;     /* [n_point][m], g/s, all sources of a point */
    double *headwater_load; /* [n_point][m], g/s, of it from headwaters */
    double *segment_load;   /* [n_segment][m], g/s/m, distributed inflow */

    double *mixed; /* [n_point][m], g/m3, value of each point, by mix_points */
    double *
        missing; /* [n_point][m], g/s, what round-off of the mixture leaves of the point's balance; see transport_points.c */
    double *theta; /* [n_point][m], limiter of the slopes that run into it, with the sign of those it lets through */
    double *flux;  /* [6][m], workspace */
    double *face_flux;          /* [largest segment + 1][m], workspace */
    double *end_flux, *reacted; /* [2 n_segment][m] and [n_reach][m], workspace of the budget */

    /* Kinetics beyond decay and gain (transport_kinetics.c). Of a nonlinear case decay and gain are 0. */
    bool coupled;                   /* constituents react with one another, or rates are not linear */
    bool nonlinear;                 /* rates are evaluated anew at every state */
    qh_rate_parameters *parameters; /* [n_reach][n_lane / rate_lanes][n_species] */
    species_pair *pair;             /* [n_pair], closed: with (a, b) and (b, c) also (a, c) */
    size_t n_pair;
    double *coupling;                        /* [n_cell][n_pair][n_lane / rate_lanes], 1/s; linear cases only */
    size_t n_outlet;                         /* ends at outlets; end.outlet counts them */
    double *outlet_constant, *outlet_factor; /* [n_outlet][m], extrapolations at the state mixed last */
    double *outlet_cross;                    /* [n_outlet][n_pair][n_lane], of other constituents */
    double *own_derivative;                  /* [n_unknown][m], 1/s, of the nonlinear rates; with cross_derivative */
    double *cross_derivative;                /* [n_unknown][n_pair][n_lane], 1/s; both by find_derivatives */
    double *reaction;                        /* workspace of one evaluation */

    qh_pattern *pattern; /* `whole`, of one component; first and row are NULL while they are released */
    qh_pattern whole;
    qh_arena *pattern_arena; /* NULL while released */
    int *diagonal;           /* [n_unknown], the pattern's, once it has been released */
    size_t n_entry;          /* of the pattern */
    int *place;              /* entries that the Jacobian's assembly adds to at points and zones, in its order */
    qh_pattern *system;      /* of all constituents; NULL unless coupled */
    int *system_slot;        /* [nnz][n_species], entry of the system */
    int *pair_slot;          /* [n_unknown][n_pair], likewise */
    double *one_value;       /* [nnz], workspace; coupled cases only */
    double *grad_mixed, *grad_theta, *grad_base; /* [n_stencil], workspace of the Jacobian */
};

/* Unknown of a cell's storage zone; its own index where there is none. */
static inline size_t zone_of_cell(const qh_transport *t, size_t cell) {
    return t->storage_of ? t->storage_of[cell] : cell;
}

/* m3, of an unknown's water. */
static inline double volume_of(const qh_transport *t, size_t unknown) {
    return unknown < t->n_cell ? qh_grid_volume(t->grid, unknown) : t->zone_volume[unknown - t->n_cell];
}

/* The flux through a face (transport.c, "Face") as left C_left + right C_right + limited phi, all m3/s; of the sign of q is
 * `limited`, 0 where the face is central: |q| <= 2 g. */
typedef struct face_weights {
    double left, right, limited;
} face_weights;

static inline face_weights weights_of_face(double q, double g) {
    const double half = 0.5 * q, size = half < 0 ? -half : half;
    const double most = g > size ? g : size, least = g > size ? size : g;
    return (face_weights){half + most, half - most, half < 0 ? half + least : half - least};
}

/* Discharge and conductance of the downstream faces of cells of segment s, by cell: those of its last one are its end's. */
static inline const double *discharge_down(const qh_transport *t, size_t s) { return t->grid->discharge + s + 1; }
static inline const double *conductance_down(const qh_transport *t, size_t s) { return t->grid->conductance + s + 1; }

/* Weight of the central value at a face with discharge q and conductance g, both m3/s. */
static inline double central_weight(double q, double g) { return fabs(q) > 2 * g ? 2 * g / fabs(q) : 1; }

/* van Leer's harmonic mean: a slope between a and b, 0 at an extremum. */
static inline double harmonic_slope(double a, double b) { return a * b > 0 ? 2 * a * (b / (a + b)) : 0; }

/* van Albada's function of r = n/s; smooth, 1 at r = 1 and at infinity, 0 for r <= 0. Its slope is at most 1.26, so
 * that with share <= largest_share a point never follows the next cell by more than that cell moves. */
static inline double albada(double n, double s) {
    if (!(n * s > 0)) return 0;
    const double r = n / s;
    if (r > 1e8) return 1;
    return r * (r + 1) / (r * r + 1);
}
static const double largest_share = 0.75;

/* Increment from the last centre to the point: half the difference over the last cells, where it has theta's sign. */
static inline double limited_increment(double theta, double difference) {
    return theta * difference > 0 || theta == 0 ? 0.5 * fabs(theta) * difference : 0;
}

/* Value of the points and their limiters at y, upstream to downstream. */
void qh_transport_mix(qh_transport *t, const double *y);

/* Flux [m, g/s] through an end, positive downstream, after qh_transport_mix. */
void qh_transport_end_flux(const qh_transport *t, size_t end, const double *y, double *flux);

/* Increment from the centre of the last cell to an outlet, by the cell's own kinetics: *constant + *slope * c. */
void qh_transport_outlet_extrapolation(const qh_transport *t, size_t end, size_t component, double *constant,
                                       double *slope);

/* ---- kinetics (transport_kinetics.c) ---- */

/* Row of a cell of segment s in decay and gain. */
static inline size_t rate_row(const qh_transport *t, size_t s, size_t cell) {
    return t->rate_first[s] + (t->rates_alike[s] ? 0 : cell - t->grid->segment_first[s]);
}

/* Place of component j of a cell in decay and gain. */
static inline size_t rate_index(const qh_transport *t, size_t cell, size_t j) {
    return rate_row(t, t->grid->segment_of[cell], cell) * t->n_rate + j / t->rate_lanes;
}

/* g/m3/s, at that place. */
static inline double gain_at(const qh_transport *t, size_t index) { return t->gain ? t->gain[index] : 0; }

/* Parameters, decay and gain of all cells, and what couples; called once by create, after set_ends. */
qh_status qh_transport_set_kinetics(qh_transport *t);

/* Adds to rate [m, g/m3/s] what reactions of coupled cases change in water of cell `cell` with c [m, g/m3], beyond
 * gain - decay c. */
void qh_transport_add_reaction(const qh_transport *t, size_t cell, const double *c, double *rate);

/* The same for all unknowns: y and dydt [n_unknown][m]. */
void qh_transport_add_reactions(const qh_transport *t, const double *y, double *dydt);

/* Fills own_derivative and cross_derivative at y, outlets included. After qh_transport_mix. */
void qh_transport_find_derivatives(qh_transport *t, const double *y);

/* Fills outlet_constant, outlet_factor and outlet_cross at y. */
void qh_transport_extrapolate_outlets(qh_transport *t, const double *y);

/* What a budget is made of: fluxes through the ends of the segments [2 n_segment][m, g/s, positive downstream], values
 * of the points [n_point][m, g/m3] and losses of the reaches [n_reach][m, g/s]. */
typedef struct qh_transport_parts {
    const double *end_flux, *mixed, *reacted;
} qh_transport_parts;

/* The budget of these parts under the forcing set last; laid out as in qh_transport_budget. */
void qh_transport_budget_of(qh_transport *t, const qh_transport_parts *parts, double *term);

/* Cells that each point depends on; the pattern of all constituents (transport_pattern.c). */
qh_status qh_transport_find_stencils(qh_transport *t);
qh_status qh_transport_find_system(qh_transport *t);

/* Runs the Jacobian's assembly without values to find its pattern; called once by create. */
qh_status qh_transport_find_pattern(qh_transport *t);

#endif
