/* Inside of transport on moving water; the scheme stands at the top of moving.c. */
#ifndef QH_SOLVERS_MOVING_INTERNAL_H
#define QH_SOLVERS_MOVING_INTERNAL_H

#include "solvers/linear.h"
#include "solvers/moving.h"

enum { moving_stages = 4 };

/* Flux through face k of a segment, positive downstream, of the values in the places k-2, k-1, k, k+1 of its line: place 0 is
 * the first cell, place -1 the point above, place n the point below. m3/s; they add up to the face's discharge. */
typedef struct moving_face {
    double weight[4];
} moving_face;

/* Rows of a state [n_row][m], g/m3: cells in the grid's order, then points. m components, species * n_lane + lane. A
 * system is a species in the lanes that share its kinetics: `lanes` components in sequence, one matrix. */
typedef struct moving_system {
    size_t species;
    double *decay; /* [n_row], 1/s */
    double *gain;  /* [n_row], g/m3/s */
    size_t n_parent;
    size_t *parent;       /* [n_parent], systems whose concentration its rate depends on */
    double **from_parent; /* [n_parent][n_row], 1/s */
} moving_system;

/* Factors of volume + sigma A, and what a segment answers to a value of 1 at the points at its ends. */
typedef struct moving_factors {
    double sigma;    /* s */
    double *lower;   /* [n_cell][2][n_system], -, multipliers of the two rows above */
    double *upper;   /* [n_cell][2][n_system], m3 */
    double *inverse; /* [n_cell][n_system], 1/m3 */
    double *answer;  /* [n_cell][2][n_system], -, to the points above and below */
    double *value;   /* [nnz of the points][m] */
    const moving_face *face;
} moving_factors;

/* A state kept for bounds (moving_past.c), of a time of its own in every segment, and what has happened there since. */
typedef struct moving_origin {
    double *longest, *shortest;         /* [n_segment], cells, ways of the segment's water, negative upstream */
    double *spread;                     /* [n_segment], cells squared, dispersion times time */
    double *most_decay, *least_decay;   /* [n_segment][n_system], -, decay times time */
    double *rise;                       /* [n_segment][m], g/m3, by other things than transport */
    double *from_lowest, *from_highest; /* [n_segment][m], g/m3, of what has been at the point above or entered along */
    double *to_lowest, *to_highest;     /* [n_segment][m], g/m3, at the point below */
    double *block_lowest, *block_highest; /* [n_block][m], g/m3, then */
} moving_origin;

typedef struct moving_past {
    bool begun;
    size_t *block_first, n_block; /* [n_segment + 1] */
    moving_origin younger, older;
} moving_past;

typedef struct moving {
    const qh_problem *problem;
    qh_arena *arena;
    qh_diag *diag;
    size_t n_cell, n_point, n_segment, n_face, n_row, m, lanes, n_system, n_source;
    size_t *order; /* [n_system], those that others depend on first */
    moving_system *system;
    bool independent;          /* no constituent makes another */
    bool kinetics_of_water;    /* rates depend on depth or velocity */
    bool *fixed;               /* [n_point], first-type inlet */
    bool *step_down, *step_up; /* [n_point], whether its value may step away from what arrives from above, from below */
    double *perimeter;         /* [n_cell], -, hydraulic radius over area/(width + 2 depth) at the start */

    /* of the present step of the router */
    qh_water water;
    double *depth_before;    /* [n_cell], m */
    double *depth, *area;    /* [n_cell], m and m2, in the middle of the step */
    double *conductance;     /* [n_face], m3/s */
    double *outlet, *taken;  /* [n_point], m3/s */
    double *entering;        /* [n_point], m3/s, through an outlet, from outside */
    double *link_out;        /* [n_point], m3/s, to tailraces */
    bool *still;             /* [n_row], no water is in it nor passes it: it keeps its value */
    moving_face *high, *low; /* [n_face] */

    /* points as a system of their own */
    qh_pattern *pattern;
    int *slot; /* [2 n_segment + n_link + n_point]: (to,from), (from,to), links (to,from), diagonal */
    qh_linear *linear;
    moving_factors factors;

    /* one step */
    double h, t;                         /* s */
    double *now, *next;                  /* [n_row][m], g/m3 */
    double *stage, *rate[moving_stages]; /* [n_row][m]: g/m3; g/s, of cells and ponds */
    double *mean, *mass;                 /* [n_row][m]: mean over the step, g/m3; mean of volume times value, g */
    double *low_value;                   /* [n_row][m], g/m3 */
    double *volume[2];                   /* [n_row], m3, at the step's begin, at a stage */
    double *volume_end;                  /* [n_row], m3 */
    double *load[2];                     /* [n_point][m], g/s: at a stage, mean */
    double *headwater[2];                /* [n_point][m], g/s: of it from headwaters */
    double *outside[2];                  /* [n_point][m], g/s: of it through outlets, from outside */
    double *inlet;                       /* [n_point][m], g/m3, of first-type inlets, at a stage */
    double *lateral[2];                  /* [n_segment][m], g/s/m, likewise */
    double *source;                      /* [m], g/s */
    double *lowest, *highest;            /* [n_point][m], g/m3, over the stages */
    double *flux;                        /* [n_face][m], g/s, mean of the step, as it counts */
    double *difference;                  /* [n_face][m], g, antidiffusive */
    double *raise, *fall;                /* [n_row][m], - */
    double *alpha;                       /* [n_point][m], - */
    moving_past past;                    /* states of some steps ago */
    double *reacted;                     /* [n_row][m], g, net loss in the step, as it counts */
    double error;                        /* -, of the step over what is allowed */
    double limited, steps, rejected, factorisations; /* counted */
    qh_budget *budget;
} moving;

static inline size_t moving_cells(const moving *v, size_t s) {
    return v->problem->grid->segment_first[s + 1] - v->problem->grid->segment_first[s];
}
static inline size_t moving_component(const moving *v, size_t system) { return system * v->lanes; }

/* ---- moving.c ---- */
qh_status qh_moving_create(const qh_problem *problem, qh_diag *diag, moving **made);
void qh_moving_destroy(moving *v);

/* ---- moving_water.c: what a step of the router means for transport ---- */
qh_status qh_moving_take_water(moving *v, const qh_water *water);
/* Volumes [n_row, m3] at time t of that step. */
void qh_moving_volumes(const moving *v, double t, double *volume);

/* ---- moving_kinetics.c ---- */
qh_status qh_moving_create_kinetics(moving *v);
qh_status qh_moving_set_kinetics(moving *v);

/* ---- moving_loads.c ---- */
/* What enters at time t into `load`, `headwater` and `lateral`, first of each. */
void qh_moving_loads(moving *v, double t);
/* Water of all sources that enter at a point, laterals left out, m3/s. */
double qh_moving_water_of_sources(const moving *v, size_t p);

/* ---- moving_solve.c ---- */
/* Factors volume + sigma (A + volume kinetics) with the fluxes of `face`; volume [n_row]. */
qh_status qh_moving_factor(moving *v, const moving_face *face, double sigma, const double *volume);
/* Solves for one system in place, x [n_row][m]: right-hand side in g (points without volume: g/s), `old` gives what dry
 * rows keep. */
qh_status qh_moving_solve_system(moving *v, size_t system, double *x);
/* Likewise all systems at once, none of which sees another. */
qh_status qh_moving_solve_all(moving *v, double *x);

/* ---- moving_step.c ---- */
/* Tries a step of length h from v->t: fills next, mean, mass, error, flux, reacted. `end_of_loads`: time at which loads are
 * taken that stand for the step's end. */
qh_status qh_moving_try(moving *v, double h, double last_load);
/* Points' values from the cells of `state` under the present loads, for the stages, and between their neighbours, for
 * people; ponds keep theirs. */
void qh_moving_mix(moving *v, const moving_face *face, double *state);
void qh_moving_show(moving *v, double *state);
/* The state of rest under the present loads and water into `now`: of the high order, or, where that is negative beside a sharp
 * step, of the low one, from which the river must then be let run (not settled). */
qh_status qh_moving_steady(moving *v, bool *settled);
/* ---- moving_rows.c ---- */
/* Fluxes [g/s] of `state` through all faces, by `face`. */
void qh_moving_fluxes(const moving *v, const moving_face *face, const double *state, double *flux);
/* What cells gain [g/s] by these fluxes and what enters along them; then what all rows gain by reactions on top. */
void qh_moving_gains(const moving *v, const double *flux, double *rate);
void qh_moving_reactions(const moving *v, const double *volume, const double *state, double *rate);
/* What a stage has before its own rate [g]: the mass at the step's begin and h sum w_k rate_k of the stages before it. */
void qh_moving_known(const moving *v, size_t stage, const double *w, double *result);
/* Of cells: x from the rates [g/s] of `stage` to what its equation lacks [g]; still ones lack nothing. */
void qh_moving_left_over(const moving *v, double sigma, const double *volume, const double *given, double *x);
/* A stage's rate [g/s], in the place of what was known [g]. */
void qh_moving_slopes(const moving *v, double sigma, double *rate);
/* Adds a stage to the means of the step with its weight b. */
void qh_moving_take_rows(moving *v, double b, const double *volume);
/* Of cells: h sum w_k rate_k [g]; 0 where it is still. */
void qh_moving_difference(const moving *v, const double *w, double *error);

/* ---- moving_limit.c ---- */
qh_status qh_moving_limit(moving *v);

/* ---- moving_past.c ---- */
qh_status qh_moving_create_past(moving *v);
/* Keeps the present state as the only one. */
void qh_moving_begin_past(moving *v);
/* Takes an accepted step into account, whose new state is the present one by now. */
void qh_moving_advance_past(moving *v);
/* Widens the bounds of component j in cell k of a segment, whose water runs that many cells in the step, by those of older states. */
void qh_moving_widen_by_past(const moving *v, size_t segment, size_t k, size_t j, double run, double *low,
                             double *high);

/* ---- moving_budget.c ---- */
void qh_moving_count(moving *v);
void qh_moving_stored(moving *v, double sign);

#endif
