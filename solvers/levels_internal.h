/* What the parts of the solver of levels share. */
#ifndef QH_SOLVERS_LEVELS_INTERNAL_H
#define QH_SOLVERS_LEVELS_INTERNAL_H

#include "solvers/levels.h"
#include "solvers/linear.h"
#include "solvers/router_ponds.h"
#include "solvers/stage.h"

#define QH_GRAVITY 9.80665 /* m/s2 */

typedef enum levels_kind {
    LEVELS_INNER, /* between two cells */
    LEVELS_POND,  /* from a cell into the reservoir below it */
    LEVELS_WORKS, /* through the structures of a place */
    LEVELS_HELD,  /* from a cell to a level held at the outlet below it */
    LEVELS_NORMAL /* out of a cell at the outlet, at the slope of its bed */
} levels_kind;

/* Where an edge leads that has nothing below it but the world outside; a face that is none of the grid. */
#define LEVELS_OUTSIDE SIZE_MAX
#define LEVELS_NO_FACE SIZE_MAX

/* Unknowns are levels: of cells, then of reservoirs, each written as the depth over a bed; a reservoir's bed is where its
 * storage curve begins. Water passes from one to the other through edges. At a point without a reservoir one of the cells
 * beside it, its host, has the point's level: there is an edge to it from every other cell beside the point, and what passes
 * the host's own face at the point follows from the balance there. At a reservoir the cells above lead into it, and one edge
 * of structures to the host, which is a cell below. */
typedef struct levels_edge {
    levels_kind kind;
    size_t up, down;        /* unknowns; down may be LEVELS_OUTSIDE */
    size_t face;            /* of the grid: where its flow passes; LEVELS_NO_FACE: none */
    size_t point;           /* of all but edges between the cells of a segment */
    bool joins, host_above; /* it joins cells beside a point; their host is `up` */
    double length;          /* m, between the two levels */
    double bed;             /* m, the higher of both beds */
    double fall;            /* m, of the bed from `up` to `down` (LEVELS_INNER): levels near 1000 m keep their digits */
    double mouth;           /* m, bed at the end of the river (LEVELS_POND): a lower pool leaves a free fall */
    double slope_root;      /* -, square root of the bed's slope (LEVELS_NORMAL) */
    const qh_held_level *held; /* LEVELS_HELD; of LEVELS_WORKS out of the network NULL where nothing is held */
    size_t structure;          /* its first in a river, plus one; 0: those of the reservoir above (LEVELS_WORKS) */
    bool shares[2];            /* the cell above, or below, has other edges to that side or beside this one */
    int slot[2];               /* entries (up, down) and (down, up) of the matrix, unless it leads outside */
} levels_edge;

/* Of what an edge brings to a dam or an intake a link may take a part elsewhere: a station to its tailrace, a transfer to
 * where it leads. The balance there answers to the levels beside the edge. */
typedef struct levels_return {
    size_t edge, link; /* the edge joins cells beside the link's beginning */
    size_t to, point;  /* where it ends: unknown and point */
    int slot[2];       /* entries (to, up) and (to, down) of the matrix */
} levels_return;

typedef struct levels_host {
    size_t cell, face;
    bool is_below; /* the host lies below the point: the face is its upper one */
} levels_host;

struct qh_levels {
    qh_routing routing;
    qh_arena *arena;
    qh_router_points points;
    qh_router_ponds ponds;
    bool inertia;
    bool starting;            /* the start is sought: all is as at its moment, and reservoirs keep their level */
    size_t n_cell, n_pond, n; /* n = n_cell + n_pond unknowns */
    size_t n_point, n_edge;
    const qh_stage **stage; /* [n_cell] */
    double *bed, *length;   /* [n], m; the length of a reservoir is 1, its area the volume */
    double *node_bed;       /* [n_node], m */
    qh_pond_step *pond;     /* [n_pond], of the present step */
    levels_return *returns; /* [n_return] */
    size_t n_return;
    size_t *first_leaving, *next_leaving; /* [n_point], [n_link]: links that begin there, plus one */
    size_t *works;                        /* [n_pond], edge of its structures */
    size_t *next_structure;               /* [n_structure], of those at one place of a river, plus one; 0: the last */
    levels_edge *edge;                    /* [n_edge] */
    levels_host *host;                    /* [n_point] */
    size_t *edge_above, *edge_below;      /* [n], the single edge through its upper and lower side, plus one; 0: none */
    size_t *first_edge, *edge_of; /* [n + 1], edges of an unknown: edge_of[first_edge[i] .. first_edge[i + 1]) */
    qh_pattern *pattern;
    qh_linear *linear;
    double *stays;   /* [n_point], -, part of a little more water that nothing takes there */
    double *diverts; /* [n_link], -, part of a little more water at its beginning that the link takes */
    double *value;   /* [entries of the pattern] */
    double *change;  /* [n], right-hand side, then the step of Newton's method, m */

    double now, step;                        /* s; the step that went well last */
    double *depth;                           /* [n], m */
    double *before, *after;                  /* [n], m3 */
    double *face;                            /* [faces], m3/s, means of the last step */
    double *mean;                            /* [n_edge], m3/s, likewise */
    double *flow, *speed, *end_face;         /* [n_edge], m3/s, m/s; [faces], m3/s: at the end of the last step */
    double *hydraulic_depth, *width, *level; /* [n_cell], m */

    /* Of the step that is being tried. */
    double until;                    /* s, its end */
    const double *base;              /* [n], m3, what the present stage begins with */
    double *second;                  /* [n], m3, that of the second stage */
    double *first;                   /* [n_edge], m3/s, flows of the first stage */
    double *first_taken;             /* [qh_claim_count], m3/s, likewise */
    double *first_link;              /* [n_link], m3/s */
    double rough;                    /* -, what the two stages disagree about over what they may; 0 with one stage */
    double *trial;                   /* [n], m, depths */
    qh_stage_at *at;                 /* [n] */
    double *q, *u, *dq_up, *dq_down; /* [n_edge], m3/s, m/s, m2/s: by the level above and below */
    double *ahead;                   /* [n_edge], -, twice the part that the depth below has in that at the edge */
    double *push;                    /* [n_edge], m/s: speed before the stage less what advection takes */
    double *less;                    /* [n_edge], -, part of other forces that counts where advection is implicit */
    bool *quick;                     /* [n_edge], advection is implicit */
    double *rate, *brings;           /* [n_edge], 1/s, m/s2: advection is rate u - brings */
    double *area;                    /* [n_cell], m2, of the moment advection is asked for */
    double *first_push, *first_advection; /* [n_edge], m/s, m/s2, of the first stage */
    double *last_q, *last_face;           /* [n_edge], [faces], m3/s: flows of the last stage */
    double *scale;                        /* [n], m3: what passes in the step, for the residual */
};

static inline bool levels_leads_outside(const levels_edge *edge) { return edge->down == LEVELS_OUTSIDE; }

/* ---- levels_graph.c ---- */

/* Edges and the system. QH_E_INPUT where an outlet has no slope, or a structure a sill below the bed. */
qh_status levels_join(qh_levels *v, qh_diag *diag);

/* ---- levels_start.c ---- */

/* The state of the start. QH_E_NUMERIC where none is found. */
qh_status levels_begin(qh_levels *v, qh_diag *diag);
/* What follows from depths and volumes for whoever reads the water. */
void levels_settle(qh_levels *v);

/* ---- levels_flux.c ---- */

/* Flows of all edges at the trial's depths, over a step of dt [s] whose end is at `end` [s]. */
void levels_flows(qh_levels *v, double dt, double end);
/* By the water before a step: how much of the depth below an edge counts in it. */
void levels_look_ahead(qh_levels *v);

/* ---- levels_advection.c ---- */

/* What speeds are before the first stage of a step of dt [s], `part` of it long; zeros without inertia. */
void levels_push(qh_levels *v, double dt, double part);
/* Before the second, by the flows of the first. */
void levels_push_again(qh_levels *v, double dt, double part);
/* The longest step [s] that is good for advection. */
double levels_courant_step(const qh_levels *v);

/* ---- levels_works.c ---- */

/* The unknown that the balance of a point belongs to: its reservoir, else its host cell. */
static inline size_t levels_owner(const qh_levels *v, size_t point) {
    const size_t reservoir = v->ponds.reservoir_at[point];
    return reservoir > 0 ? v->n_cell + reservoir - 1 : v->host[point].cell;
}
/* Level [m] of an unknown at the trial's depths. */
static inline double levels_level(const qh_levels *v, size_t unknown) { return v->bed[unknown] + v->trial[unknown]; }

/* Opens and shuts structures for the step from v->now to `end` by what stands and flows before it. */
void levels_set_works(qh_levels *v, double end);
/* Flow through the structures of an edge at the trial's depths. */
void levels_flow_works(qh_levels *v, size_t edge, double end);
/* What is taken from the reservoir at a point to which `arriving` [m3/s] comes. */
void levels_take_from_pond(qh_levels *v, size_t point, double arriving, double start, double end);
/* Whether every reservoir is within its curve after the step; QH_E_NUMERIC with place, time and cause where not. */
qh_status levels_check_ponds(const qh_levels *v, qh_diag *diag);
/* A structure in a river that is to pass what the river has not: tells so. False where there is none. */
bool levels_blame_works(const qh_levels *v, qh_diag *diag);

/* ---- levels_step.c ---- */

/* Gives every face its flow; `take`: withdrawals and stations take by the flows of the moment, else what they took last. */
void levels_faces(qh_levels *v, double start, bool take);
/* What enters the owner of each point besides the flows of edges: sources less what is taken, m3/s. */
double levels_entering(const qh_levels *v, size_t point);

/* What the last digits of an unknown's level move in a step, m3, by the matrix of the last iteration. */
double levels_rounding(const qh_levels *v, size_t unknown);

/* Steps are not made shorter than this for accuracy alone, s. */
#define LEVELS_SHORT_STEP 60.0

/* One step of dt from v->now; QH_E_NUMERIC, with nothing changed, when Newton's method does not settle. */
qh_status levels_step(qh_levels *v, double dt);

#endif
