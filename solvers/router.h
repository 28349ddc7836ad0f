/* Routers: flow that changes in time, on the cells of the grid. One router a file in routers/.
 *
 * Whatever equations a router solves, what it hands over balances to round-off, step by step:
 *
 *     cell:   volume_end - volume_start = dt (face_up - face_down + lateral)
 *     point:  pond_end - pond_start     = dt (segments in - segments out + links in - links out + sources - taken - outlet)
 *
 * so that transport with these volumes and these flows keeps a constant concentration constant. Flows are means over the
 * step; a flow may be negative (reversed). */
#ifndef QH_SOLVERS_ROUTER_H
#define QH_SOLVERS_ROUTER_H

#include "model/grid.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a router starts from; everything is borrowed and const. */
typedef struct qh_routing {
    const qh_case *river_case;
    const qh_network *network;
    const qh_flow *flow; /* steady, of the flows at the run's start */
    const qh_grid *grid; /* its cells; its hydraulics are those of `flow` */
} qh_routing;

/* Faces of segment s are the n + 1 entries from qh_first_face on, downstream: the first cell's upstream face is that to
 * the point the segment comes from. n_face = n_cell + n_segment. */
static inline size_t qh_first_face(const qh_grid *grid, size_t segment) {
    return grid->segment_first[segment] + segment;
}
static inline size_t qh_face_count(const qh_grid *grid) { return grid->n_cell + grid->n_segment; }

/* One step of moving water. Arrays live in the router and hold until its next call. */
typedef struct qh_water {
    double start, end;          /* s since the run's start */
    const double *volume_start; /* [n_cell], m3 */
    const double *volume_end;   /* [n_cell], m3 */
    const double *pond_start;   /* [n_point], m3, held by the point itself (reservoirs); 0 elsewhere */
    const double *pond_end;     /* [n_point], m3 */
    const double *face;         /* [qh_face_count], m3/s, positive downstream */
    const double *source;       /* [n_source], m3/s, in the order of qh_forcing; laterals: over the whole stretch */
    const double *lateral;      /* [n_cell], m3/s, of it what enters each cell */
    const double *taken;        /* [n_withdrawal], m3/s */
    const double *link;         /* [n_link], m3/s, through stations and transfers */
    const double *set;          /* [n_transfer], m3/s, what transfers want as rules set them; NULL: by their own flow */
    const double *outlet;       /* [n_point], m3/s, leaving the network; negative: entering through an outlet */
    /* At the step's end, for what depends on them: kinetics, reaeration, dispersion, level plots. */
    const double *depth; /* [n_cell], m, hydraulic depth area/width */
    const double *width; /* [n_cell], m, at the surface */
    const double *level; /* [n_cell], m above the case's datum; NULL: the router knows no levels */
} qh_water;

typedef struct qh_router {
    const char *name;
    const char *title;  /* English, a catalogue key */
    const char *source; /* method's reference */
    /* NULL when the router can do the case, else why not (English, a catalogue key). */
    const char *(*objection)(const qh_routing *routing);
    /* The state at the run's start: the steady flow, with backwater where the router knows it. Messages to diag. */
    qh_status (*create)(const qh_routing *routing, qh_diag *diag, void **self);
    /* Water as it stands, as a step of no length: start = end, flows those of the moment. */
    void (*state)(const void *self, qh_water *water);
    /* One step, to `until` [s] or less where accuracy or stability asks for it. QH_E_NUMERIC with place, time and cause
     * when the equations cannot be solved or the model does not hold (a reach falls dry where it must not). */
    qh_status (*advance)(void *self, double until, qh_diag *diag, qh_water *water);
    void (*destroy)(void *self);
} qh_router;

/* All routers, NULL-terminated, by name. Generated. */
extern const qh_router *const qh_registry_router[];

/* The router of that name, NULL when there is none. */
const qh_router *qh_router_find(const char *name);

#ifdef __cplusplus
}
#endif
#endif
