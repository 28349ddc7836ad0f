/* Inside of the linear finite volumes that engine "linear" integrates; the scheme stands at the top of volumes.c. */
#ifndef QH_SOLVERS_VOLUMES_INTERNAL_H
#define QH_SOLVERS_VOLUMES_INTERNAL_H

#include <stdint.h>

#include "solvers/engine.h"

/* Cells that share their bounds (volumes_bounds.c). */
enum { volume_block = 8 };

/* Coefficients are arrays [..][n_own]: n_own = n_lane where each lane has its own water or kinetics, else n_own = 1. */

/* Flux through the downstream face of a cell, positive downstream: flow C + far (C_far - C) + down (C_down - C), C the cell's
 * own value, C_far of what lies before it and C_down of what lies behind it, cell or point. All m3/s. */
typedef struct volume_face {
    double flow, far, down;
} volume_face;

/* Those of all cells: [n_cell][n_own] each; far NULL: 0 everywhere. */
typedef struct volume_faces {
    double *flow, *far, *down;
} volume_faces;

static inline volume_face volume_face_at(const volume_faces *f, size_t at) {
    return (volume_face){f->flow[at], f->far[at], f->down[at]};
}
static inline volume_face volume_low_face_at(const volume_faces *f, size_t at) {
    return (volume_face){f->flow[at], 0, f->down[at]};
}

/* Weight of the cell's own value, m3/s. */
static inline double volume_face_own(const volume_face *f) { return (f->flow - f->far) - f->down; }

static inline double volume_flux(const volume_face *f, double far, double own, double down) {
    return f->flow * own + (f->far * (far - own) + f->down * (down - own));
}

/* Cells in a row between two points. Flux through the upstream end: flow C_from + disperse (C_from - C_first), m3/s. */
typedef struct volume_segment {
    size_t first, last;      /* cells, at least two */
    size_t from, to;         /* points */
    double *flow, *disperse; /* [n_own] */
    /* Of all lanes: */
    double fastest;   /* 1/s, largest discharge over volume of its cells */
    double slowest;   /* 1/s, smallest of them */
    double stiffest;  /* 1/s, largest weight of a cell in its own fluxes over its volume */
    double spreading; /* 1/s, largest dispersion over the square of the cell length */
    bool is_short;    /* its cells are much shorter than the case asks for, since two points lie close together */
    double nominal;   /* 1/s, largest velocity over the length of cell that the case asks for */
} volume_segment;

typedef struct volume_point {
    bool fixed;                    /* first-type inlet: its value is load/through */
    double *through;               /* [n_own], m3/s, water from sources and links */
    double *taken, *outlet;        /* [n_own], m3/s, withdrawn and diverted; leaving the network here */
    size_t in_first, in_count;     /* segments that end here: in_segment[in_first ..) of the network */
    size_t out_first, out_count;   /* segments that begin here, likewise */
    size_t link_first, link_count; /* links that arrive: arriving_link[link_first ..) */
} volume_point;

/* Rows in sequence. */
typedef struct volume_range {
    size_t first, count;
} volume_range;

/* Largest and smallest of something over a segment's cells, counted from 0 up and down. */
typedef struct volume_extremes {
    double up, down;
} volume_extremes;

/* One constituent in all lanes: one matrix for all of them, or one each. */
typedef struct volume_system {
    size_t species;
    double *decay;               /* [n_cell][n_own], 1/s */
    double *gain;                /* [n_cell][n_own], g/m3/s; NULL: 0 everywhere */
    size_t n_parent;             /* constituents whose concentration its rate depends on */
    size_t *parent;              /* [n_parent], systems */
    double **from_parent;        /* [n_parent][n_cell][n_own], 1/s: dC/dt += from_parent * C_parent */
    double *most_decay;          /* [n_segment][n_own], 1/s, largest of the segment's cells, at least 0 */
    double *least_decay;         /* likewise, smallest, at least 0 */
    double *most_gain;           /* [n_segment][n_own], g/m3/s, likewise */
    volume_extremes **by_parent; /* [n_parent][n_segment][n_own], 1/s, of from_parent */
} volume_system;

/* Rows of a state: cells, points, storage zones. A state is [n_system][n_row][n_lane], g/m3. */
typedef struct qh_volumes {
    const qh_problem *problem;
    qh_arena *arena;
    size_t n_cell, n_point, n_segment, n_storage, n_row;
    size_t n_lane;
    size_t n_own;            /* lanes that have coefficients of their own: 1 where all share them, else n_lane */
    size_t n_system;         /* constituents */
    size_t m;                /* components of the problem */
    double *volume;          /* [n_cell][n_own], m3 */
    volume_faces face;       /* high order */
    volume_faces low;        /* low order: flow that of the high one, far NULL; down NULL until it is wanted */
    volume_segment *segment; /* [n_segment] */
    volume_point *point;     /* [n_point] */
    size_t n_special;        /* points with a coupling that elimination leaves out */
    size_t *special;         /* [n_special] */
    size_t *arriving_link;   /* [n_link], by arrival point */
    double *link_flow;       /* [n_link][n_own], m3/s */
    size_t *storage_cell;    /* [n_storage] */
    double *zone_volume;     /* [n_storage], m3 */
    double *exchange;        /* [n_storage][n_own], m3/s, of a zone with its cell */
    double *smallest;        /* [n_segment][n_own], m2, least area of its cells */
    size_t *zone_first;      /* [n_segment + 1], zones of segment k: zone_first[k] .. zone_first[k+1]-1 */
    size_t longest;          /* cells of the longest segment */
    size_t *block_first;     /* [n_segment + 1], blocks of volume_block cells that bounds are found for */
    volume_system *system;   /* [n_system], those that others depend on first */
    size_t *live, n_live; /* [n_segment], segments that may change, ascending; the others are still (volumes_still.c) */
    size_t *order, n_order; /* [n_point], points that may change or begin such a segment, upstream before downstream */
    volume_range *range;    /* [n_segment], cells of those segments */
    size_t n_range;
    size_t *live_zone, n_live_zone; /* [n_storage], zones of those segments */
    bool *is_live;                  /* [n_segment] */
    bool *is_still;                 /* [n_point] */
} qh_volumes;

/* Loads over a step, as lines from its begin to its end. */
typedef struct volume_loads {
    double *source;       /* [n_source][m], g/s, workspace */
    double *point[2];     /* [n_point][m], g/s */
    double *headwater[2]; /* [n_point][m], g/s, of it from headwaters */
    double *segment[2];   /* [n_segment][m], g/s/m */
} volume_loads;

/* Factors of pole V/h - A for every system, pole a number of the complex plane. */
typedef struct volume_factors {
    bool is_complex;
    double re, im;    /* pole */
    double rate;      /* 1/s, 1/h */
    double *inverse;  /* [n_system][n_row][n_own] or, complex, [n_system][n_row][2][n_own]: inverse pivots, s/m3 */
    double *capacity; /* [n_system][n_own][n_special][n_special][2], couplings left out, inverted */
    double *work[2];  /* [n_row][n_lane] real and imaginary, workspace; NULL without couplings left out */
    double *kappa[2]; /* [2][n_special][n_lane], likewise */
} volume_factors;

/* A state with real and imaginary part, im NULL where there is none: [n_system][n_row][n_lane]. */
typedef struct volume_vector {
    double *re, *im;
} volume_vector;

static inline size_t volume_component(const qh_volumes *v, const volume_system *s) { return s->species * v->n_lane; }

/* Place of a lane's coefficient in a row, and in an array of one row. */
static inline size_t volume_own(const qh_volumes *v, size_t row, size_t lane) {
    return v->n_own == 1 ? row : row * v->n_own + lane;
}
static inline size_t volume_lane(const qh_volumes *v, size_t lane) { return v->n_own == 1 ? 0 : lane; }

/* Lanes that have loops of their own, of constant length; the others have one of any length. */
enum { volume_width = 8 };
static inline size_t volume_state_size(const qh_volumes *v) { return v->n_system * v->n_row * v->n_lane; }

/* ---- volumes.c ---- */
qh_status qh_volumes_create(const qh_problem *problem, qh_volumes **volumes);
void qh_volumes_destroy(qh_volumes *volumes);
qh_status qh_volumes_make_low(qh_volumes *v); /* makes `low` where there is none */

/* ---- volumes_loads.c ---- */
qh_status qh_volumes_loads_create(const qh_volumes *v, qh_arena *arena, volume_loads *loads);
/* Loads at time t [s since run start] into the step's begin (side 0) or end (side 1). */
void qh_volumes_loads_set(const qh_volumes *v, double t, size_t side, volume_loads *loads);

/* ---- volumes_solve.c ---- */
qh_status qh_volumes_factors_create(const qh_volumes *v, bool is_complex, qh_arena *arena, volume_factors *f);
/* Factors with the fluxes of `face`. QH_E_NUMERIC when a pivot is 0 or no number. */
qh_status qh_volumes_factor(const qh_volumes *v, const volume_faces *face, double re, double im, double rate,
                            volume_factors *f);
/* Solves one system in place, x: its part [n_row][n_lane]; right-hand side in g/s, solution in g/m3. */
void qh_volumes_solve(const qh_volumes *v, const volume_faces *face, const volume_factors *f, size_t system,
                      volume_vector x);

/* ---- volumes_step.c: one step, from `now` to `next` ---- */

/* Time integrals of what passes and reacts [g], by parts: ends [n_system][2 n_segment][n_lane] positive downstream, point
 * [n_system][n_point][n_lane, g s/m3], reacted [n_system][n_segment][n_lane]. */
typedef struct volume_parts {
    double *end, *point, *reacted;
} volume_parts;

/* What else than transport may change a segment's values in the step, for its bounds. */
typedef struct volume_bound {
    double *keep;             /* [n_segment][n_own], -, what decay leaves at least */
    double *rise, *drop;      /* [n_segment][n_lane], g/m3 */
    double *lowest, *highest; /* [n_segment][n_lane], g/m3, of distributed inflow; none: of no effect */
    double *work;             /* [5][n_lane] */
} volume_bound;

/* What has happened since some time to what stood in a segment then, and what has entered there: for bounds. */
typedef struct volume_since {
    double *rise, *drop;      /* [n_system][n_segment][n_lane], g/m3, what else may have changed it by */
    double *lowest, *highest; /* likewise, g/m3, of what entered from the point above or along the segment */
} volume_since;

/* A state kept, of a time of its own in every segment. */
typedef struct volume_origin {
    double *elapsed; /* [n_segment], s, since then */
    volume_since since;
    double *block_lowest, *block_highest; /* [n_system][n_block][n_lane], g/m3, then */
} volume_origin;

typedef struct volume_past {
    bool begun;
    volume_origin younger, older;
    volume_since step; /* what happens in the present step */
} volume_past;

struct volume_local;

typedef struct volume_step {
    qh_volumes *v;
    qh_arena *arena;
    double h; /* s */
    volume_loads loads;
    volume_factors real, pair; /* of the real pole, or in its place of backward Euler; of the complex poles */
    double factored;           /* s, step that `pair` is for; 0: none */
    double real_factored,
        low_factored;                 /* s, step that `real` is for by the high or the low order; 0: not for that one */
    double still_time;                /* s, of all steps accepted, for what is still */
    double *now, *next, *mean;        /* states; mean: over the step */
    volume_vector x, y;               /* states; solutions for the two poles */
    volume_parts parts, sums;         /* of this step; of all steps accepted */
    double *load_sum, *headwater_sum; /* [n_point][m], g, over all steps accepted */
    double *segment_sum;              /* [n_segment][m], g/m, likewise */
    double *scale;                    /* [n_system][n_lane], g/m3, largest value */
    double *least;                    /* likewise, lowest value of the present state */
    bool *outside;                    /* [n_lane], lanes that the limiter is to mend, workspace */
    double *lowest, *highest;         /* [n_point][n_lane], g/m3, of what passes a point, workspace */
    double *end_lowest, *end_highest; /* [n_segment][n_lane], likewise at segments' lower ends */
    double *alpha;                    /* [n_point][n_lane], -, part of the high-order flux, workspace */
    double *lane;                     /* [8][n_lane], workspace */
    volume_bound bound;               /* workspace of the bounds */
    double *block;                    /* [2][longest/volume_block + 1][n_lane], g/m3, likewise */
    double *block_lowest, *block_highest; /* [n_block][n_lane], g/m3, likewise */
    volume_past past;                     /* states of some steps ago, likewise */
    double *spare;                        /* workspace, never two users at a time; NULL until it is wanted */
    size_t n_spare;                       /* its numbers */
    double error;                         /* -, of the step over what is allowed */
    double courant;                       /* -, cells that water passes where bounds are violated by more than the error
                                       * allowed; by cells of the length the case asks for. 0: nowhere */
    double factorisations, solves, limitings; /* counted */
    struct volume_local *local;               /* NULL: all take the same steps */
} volume_step;

qh_status qh_volume_step_create(qh_volumes *v, volume_step **step);
void qh_volume_step_destroy(volume_step *step);

/* Workspace of `count` numbers for whoever needs it now: the limiter, or tables for output. What stood there is lost. */
qh_status qh_volume_step_spare(volume_step *step, size_t count, double **spare);

/* Tries a step of length h under the loads set: fills next, mean, parts and error; tolerances - and g/m3. */
qh_status qh_volume_step_try(volume_step *step, double h, double relative, double absolute);

/* Brings a step whose error is allowed within its bounds, by exchange or by the limiter; step->courant as below. */
qh_status qh_volume_step_keep_bounds(volume_step *step, double relative, double absolute);

/* Moves the cells of one segment by the fluxes of the mean; its parts. */
void qh_volume_step_move_segment(volume_step *step, size_t system, size_t segment);

/* From the solutions of a system to its next, mean and parts. */
void qh_volume_step_move(volume_step *step, size_t system);

/* Takes the present state into account in `scale`. */
void qh_volume_step_note_largest(volume_step *step);

/* Makes `next` the present state and adds up what passed. */
void qh_volume_step_accept(volume_step *step);

/* The state whose time derivative is 0 under the loads at the step's begin, by the high or the low order, into `now`. */
qh_status qh_volume_step_steady(volume_step *step, bool low);

/* Sets all sums back to 0. */
void qh_volume_step_forget(volume_step *step);

/* Right-hand side of a system: the present state times V rate, and the loads (first at the begin, change over the step)
 * times their weights. */
void qh_volume_step_load(const volume_step *step, size_t system, double rate, double first, double change, double *x);

/* Adds what the constituents that this one depends on give it; given: a whole state. */
void qh_volumes_add_parents(const qh_volumes *v, size_t system, const double *given, double *x);

/* Value between begin and end, part [-] in 0..1, of `count` rows from `row` on: value [count][n_lane], g/m3. */
void qh_volume_step_between(const volume_step *step, size_t system, size_t row, size_t count, double part,
                            double *value);

/* ---- volumes_pace.c ---- */

typedef struct volume_pace {
    double wanted;  /* s, length of the next step */
    double ceiling; /* s, longest step until it has grown again after one that was too long for the limiter */
} volume_pace;

/* Length of the next step: the one wanted, or the one that factors are at hand for, in equal parts of what is `left` [s]. */
double qh_volume_pace_length(const volume_pace *pace, const volume_step *step, double left);

/* Whether the step tried may be taken; sets the length wanted next. */
bool qh_volume_pace_judge(volume_pace *pace, const volume_step *step);

/* ---- volumes_part.c ---- */

/* Some segments with volumes and steps of their own; one lane. */
typedef struct volume_part {
    size_t n_segment, n_point;
    const size_t *segment;   /* [n_segment], of the whole, ascending */
    const size_t *from, *to; /* [n_segment], points of the part */
    const size_t *point;     /* [n_point], of the whole, upstream before downstream */
    const bool *given;       /* [n_point], where the part was cut off: the value is given, as load */
    qh_volumes *v;           /* these two are made, and owned */
    volume_step *step;
} volume_part;

/* Makes volumes and steps; the lists are borrowed. */
qh_status qh_volumes_make_part(const qh_volumes *whole, volume_part *part);
void qh_volumes_close_part(volume_part *part);

/* Copies a system's rows of a state of the whole into one of the part, and cells and storage zones back. */
void qh_volumes_fill_part(const qh_volumes *whole, const volume_part *part, size_t system, const double *from,
                          double *state);
void qh_volumes_take_part(const qh_volumes *whole, const volume_part *part, size_t system, const double *from,
                          double *state);

/* ---- volumes_local.c ---- */

/* Values wanted inside of a step, where parts of the network have taken shorter ones. */
typedef struct volume_watch {
    size_t n_time, n_point;
    const double *time;  /* [n_time], s since the step's begin, ascending */
    const size_t *point; /* [n_point] */
    double *value;       /* [n_time][n_point][m], g/m3 */
    bool *known;         /* [n_time][n_point], whether `value` is set; else the step's own solution holds */
} volume_watch;

/* Shorter steps where the common one is too long. */
typedef struct volume_local {
    const volume_watch *watch; /* borrowed; NULL: nothing is wanted */
    bool apart;                /* whether the last step was one that leaves parts to shorter ones */
    double work;               /* -, cell-steps of the parts in it, over the cells that may change */
    double parts, part_steps;  /* counted */
    double *ratio;             /* [n_segment], -, error in the step over what is allowed */
    double *first;             /* [n_segment], -, of the step, that a part begins with; 1: not wanted shorter */
    double *reach;             /* [n_segment], s, time left of what runs on from a segment; workspace */
    bool *taken;               /* [n_segment], that take shorter steps */
    bool *beyond;              /* [n_segment], workspace */
    size_t *stack;             /* [n_segment], workspace */
    size_t *rank;              /* [n_point], place in downstream order */
    size_t *place;             /* [n_point], in the part that is being made, from 1 on; else 0 */
    size_t *segment, *from, *to,
        *point;  /* [n_segment], [n_segment], [n_segment], [n_point + n_segment], lists of a part */
    bool *given; /* [n_point + n_segment], likewise */
    size_t live_cells;
} volume_local;

/* For a step whose lists of what may change are set; NULL where local steps do not pay, or cannot be taken. */
qh_status qh_volume_local_create(volume_step *step, volume_local **local);

/* From the solutions of all systems: leaves segments to shorter steps, where they are few, and brings all within bounds.
 * step->error and step->courant tell, as always, whether the step may be taken. */
qh_status qh_volume_step_refine(volume_step *step, double relative, double absolute);

/* ---- volumes_choose.c ---- */

static inline size_t volume_cells(const qh_volumes *v, size_t s) {
    return v->segment[s].last - v->segment[s].first + 1;
}

/* The segment that begins in a point; SIZE_MAX where none does. No bifurcations. */
static inline size_t volume_out(const qh_volumes *v, size_t p) {
    return v->point[p].out_count > 0 ? v->problem->network->out_segment[v->point[p].out_first] : SIZE_MAX;
}

/* The k-th segment that ends in a point. */
static inline size_t volume_into(const qh_volumes *v, size_t p, size_t k) {
    return v->problem->network->in_segment[v->point[p].in_first + k];
}

/* Sets `taken` by `first`, where that is below 1; cells of all segments taken. */
size_t qh_volume_local_choose(const volume_step *step);

/* Lists the segments that hang together with `seed`, and takes them out of those `left` [n_segment]. */
qh_status qh_volume_local_gather(const volume_step *step, size_t seed, bool *left, volume_part *part);

/* ---- volumes_still.c ---- */

/* Lists all as changing. */
qh_status qh_volumes_list_all(qh_volumes *v);

/* Finds what no change can reach. The present state is steady, by the high order, and its factors are those of that. */
qh_status qh_volume_step_find_still(volume_step *step);

/* Adds to the sums what passed and reacted where it is still; `next` and `mean` are workspace then. */
void qh_volume_step_add_still(volume_step *step);

/* ---- volumes_bounds.c ---- */

/* Lanes first .. first + count - 1 of a system: all of them, or one that is looked at again. */
typedef struct volume_lanes {
    size_t index; /* of the system */
    size_t first, count;
} volume_lanes;

/* Finds the bounds of all blocks; fills lowest, highest, end_lowest, end_highest. */
void qh_volume_step_find_bounds(volume_step *step, volume_lanes some);

/* Lowest and highest of a segment's blocks, storage zones included, in the present state: low and high [n_block of the
 * segment][n_lane], of which the lanes asked for are filled. */
void qh_volume_step_extremes(const volume_step *step, volume_lanes some, size_t segment, double *low, double *high);

/* Largest distance of new values of a segment from these bounds by lane [count], g/m3; where there is one, the bounds are widened
 * first by those of older states. */
void qh_volume_step_distances(const volume_step *step, volume_lanes some, size_t segment, double *largest);

/* Calls `mark` for the cells whose new values in a lane lie outside of these bounds, and for those beside them; whether
 * there is one. */
bool qh_volume_step_outside(volume_step *step, size_t system, size_t lane,
                            void (*mark)(void *self, size_t segment, size_t cell, size_t lane), void *self);

/* ---- volumes_past.c ---- */

qh_status qh_volume_past_create(const qh_volumes *v, qh_arena *arena, volume_past *past);

/* Keeps the present state as the only one. */
void qh_volume_past_begin(volume_step *step);

/* Notes what the bounds of the present step say happens in it, for when it is accepted. */
void qh_volume_past_note(const volume_step *step, volume_lanes some);

/* Makes the states kept older by the step that was accepted, and keeps the new one where it is time to. */
void qh_volume_past_advance(volume_step *step);

/* Widens the bounds of a segment's blocks by those of the older state kept; what happens in the step has been noted. */
void qh_volume_past_widen(const volume_step *step, volume_lanes some, size_t segment);

/* ---- volumes_exchange.c ---- */

/* Whether all new values lie between those nearby before the step and what entered, where need be after an exchange
 * between neighbours of no more than `tolerance` [n_lane, g/m3]. If not, step->courant tells how far water runs where they do
 * not. Fills lowest, highest, end_lowest, end_highest for the limiter. */
bool qh_volume_step_in_bounds(volume_step *step, size_t system, const double *tolerance);

/* The same where segments may be left to shorter steps, one lane: those that are off by more than `tolerance` [g/m3] are
 * marked in `beyond` [n_segment], and nothing is mended if there is one. When some have been, they
 * are `aside` [n_segment] and passed over, and the others may be off by that much for every cell that water passes; before, NULL. */
void qh_volume_step_mend(volume_step *step, size_t system, double tolerance, const bool *aside, bool *beyond);

/* ---- volumes_mix.c ---- */

/* Values of the points from the cells of `state` (a system's part) and the loads at `part` [-] of the step, within bounds. */
void qh_volume_step_mix(const volume_step *step, size_t system, double part, double *state);

/* Value of one point at that part of the step, and of all rows; into `state`, a system's part. */
void qh_volume_step_sample(const volume_step *step, size_t system, size_t point, double part, double *state);
void qh_volume_step_interpolate(const volume_step *step, size_t system, double part, double *state);

/* ---- volumes_limit.c ---- */
qh_status qh_volume_step_limit(volume_step *step, size_t system);

/* ---- volumes_budget.c ---- */

/* Enters all that was summed up, but for what is stored. */
void qh_volume_step_budget(const volume_step *step, qh_budget *budget);

/* Adds sign times the mass held [g]: -1 at the start, then 1 at the end, which also makes the network's sum. */
void qh_volume_step_add_stored(const volume_step *step, double sign, qh_budget *budget);

#endif
