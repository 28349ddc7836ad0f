/* What the parts of the solver of levels share. */
#ifndef QH_SOLVERS_LEVELS_INTERNAL_H
#define QH_SOLVERS_LEVELS_INTERNAL_H

#include "solvers/levels.h"
#include "solvers/linear.h"
#include "solvers/router_points.h"
#include "solvers/stage.h"

#define QH_GRAVITY 9.80665 /* m/s2 */

typedef enum levels_kind {
    LEVELS_INNER, /* between two cells */
    LEVELS_HELD,  /* from a cell to a level held at the outlet below it */
    LEVELS_NORMAL /* out of a cell at the outlet, at the slope of its bed */
} levels_kind;

enum { LEVELS_NONE = -1 };

/* Water passes from cell to cell through edges. One of the cells beside a point, its host, has the point's level: there is an
 * edge to it from every other cell beside the point, and what passes the host's own face at the point follows from the
 * balance there. */
typedef struct levels_edge {
    levels_kind kind;
    size_t up, down;        /* cells; down is meaningless but for LEVELS_INNER */
    size_t face;            /* of the grid: where its flow passes; that of an outlet is its point's */
    size_t point;           /* of outlets, and of edges that join cells beside a point */
    bool joins, host_above; /* it joins such cells; their host is `up` */
    double length;          /* m, between the two levels */
    double bed;             /* m, the higher of both beds */
    double fall;            /* m, of the bed from `up` to `down` (LEVELS_INNER): levels near 1000 m keep their digits */
    double slope_root;      /* -, square root of the bed's slope (LEVELS_NORMAL) */
    const qh_held_level *held; /* LEVELS_HELD */
    bool carries;              /* momentum from its neighbours: one edge before it and one behind at most */
    int slot[2];               /* entries (up, down) and (down, up) of the matrix (LEVELS_INNER) */
} levels_edge;

typedef struct levels_host {
    size_t cell, face;
    bool is_below; /* the host lies below the point: the face is its upper one */
} levels_host;

struct qh_levels {
    qh_routing routing;
    qh_arena *arena;
    qh_router_points points;
    bool inertia;
    size_t n_cell, n_point, n_edge;
    const qh_stage **stage;          /* [n_cell] */
    double *bed, *length;            /* [n_cell], m */
    levels_edge *edge;               /* [n_edge] */
    levels_host *host;               /* [n_point] */
    size_t *edge_above, *edge_below; /* [n_cell], the single edge through its upper and lower side, plus one; 0: none */
    size_t *first_edge, *edge_of;    /* [n_cell + 1], edges of a cell: edge_of[first_edge[i] .. first_edge[i + 1]) */
    qh_pattern *pattern;
    qh_linear *linear;
    double *stays;  /* [n_point], -, part of a little more water that nothing takes there */
    double *value;  /* [entries of the pattern] */
    double *change; /* [n_cell], right-hand side, then the step of Newton's method, m */

    double now, step;                        /* s; the step that went well last */
    double *depth;                           /* [n_cell], m */
    double *before, *after;                  /* [n_cell], m3 */
    double *flow, *speed;                    /* [n_edge], m3/s, m/s: at the end of the last step */
    double *face;                            /* [faces], m3/s */
    double *pond;                            /* [n_point], zeros */
    double *hydraulic_depth, *width, *level; /* [n_cell], m */

    /* Of the step that is being tried. */
    double until;                    /* s, its end */
    double *trial;                   /* [n_cell], m, depths */
    qh_stage_at *at;                 /* [n_cell] */
    double *q, *u, *dq_up, *dq_down; /* [n_edge], m3/s, m/s, m2/s: by the level above and below */
    double *push;                    /* [n_edge], m/s: speed before the step less what advection takes */
    double *less;                    /* [n_edge], -, part of other forces that counts where advection is implicit */
    double *scale;                   /* [n_cell], m3: what passes in the step, for the residual */
};

/* Flows of all edges at the trial's depths, over a step of dt [s] whose end is at `end` [s]. */
void levels_flows(qh_levels *v, double dt, double end);
/* What speeds are before the step, with advection over dt; zeros without inertia. */
void levels_push(qh_levels *v, double dt);
/* The longest step [s] that is good for advection. */
double levels_courant_step(const qh_levels *v);

/* Gives every face its flow; `take`: withdrawals and stations take by the flows of the moment, else what they took last. */
void levels_faces(qh_levels *v, double start, bool take);
/* What enters the host cell of each point besides the flows of edges: sources less what is taken, m3/s. */
double levels_entering(const qh_levels *v, size_t point);

/* One step of dt from v->now; QH_E_NUMERIC, with nothing changed, when Newton's method does not settle. */
qh_status levels_step(qh_levels *v, double dt);

#endif
