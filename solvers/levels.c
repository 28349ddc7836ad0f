/* Flow by water levels.
 *
 *     dA/dt + dQ/dx = q
 *     du/dt + u du/dx + g dz/dx + g u|u| A^2/K^2 = 0        (without inertia: Q = K sqrt(-dz/dx), against the slope)
 *
 * z level, A area, K Manning's conveyance, u = Q/A. Staggered: volumes and levels in cells, flows at edges between them.
 * All but advection is implicit:
 *
 *     V_i(h') = V_i + dt (sum in Q' - sum out Q' + q)
 *     Q' = A(d') u',   u' + dt g (A/K)^2 u'|u'| = u - dt adv(u) + dt g (z'_up - z'_down)/L
 *
 * d' is the depth, above the higher of both beds, of the cell that the water comes from. V rises with h and Q with the
 * level above, falls with the level below: Newton's matrix is an M-matrix on the graph of cells, eliminated in river order
 * (solvers/linear.h). The volume of a cell is what its balance says, and the root of the system has no depth below 0, for
 * nothing leaves a dry cell: wetting and drying need no threshold. Still water stays still over any bed. There is no limit
 * of the step from gravity waves or from floods. Advection conserves momentum (Stelling and Duinmeijer; levels_flux.c); with
 * it steps are no longer than 0.8 L/u, which are taken by themselves. Order 1 in space and time.
 *
 * At points the cells beside share one level, that of a host cell (levels_internal.h): no momentum is carried through
 * confluences and bifurcations. A river divides by its levels; shares in the case only serve the steady flow.
 *
 * Start: steady non-uniform flow, by implicit steps without inertia that grow until nothing changes.
 *
 * Source: Casulli, Int. J. Numer. Meth. Fluids 60 (2009) 391-408; Stelling and Duinmeijer, Int. J. Numer. Meth. Fluids 43
 * (2003) 1329-1354. Not for tidal waves of high accuracy: implicit Euler damps what is shorter than some steps. */
#include "solvers/levels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/bed.h"
#include "solvers/levels_internal.h"

const char *qh_levels_objection(const qh_routing *routing) {
    const qh_case *c = routing->river_case;
    if (c->n_reservoir > 0)
        return QH_N("the routers with levels know no reservoirs and structures; the router kinematic does");
    for (size_t r = 0; r < c->n_reach; r++)
        if (!qh_channel_law_find(c->reach[r].channel.law)->section)
            return QH_N("a router with levels needs channels with a cross-section, and a reach has none");
    return NULL;
}

/* ---- the graph ---- */

static double share_of(const qh_levels *v, size_t segment) { return v->routing.flow->segment_upstream[segment]; }

/* The largest river that begins at the point, else the largest that ends there. */
static levels_host host_of(const qh_levels *v, size_t p) {
    const qh_network *net = v->routing.network;
    const qh_grid *grid = v->routing.grid;
    size_t best = SIZE_MAX;
    for (size_t i = net->out_first[p]; i < net->out_first[p + 1]; i++)
        if (best == SIZE_MAX || share_of(v, net->out_segment[i]) > share_of(v, best)) best = net->out_segment[i];
    if (best != SIZE_MAX) return (levels_host){grid->segment_first[best], qh_first_face(grid, best), true};
    for (size_t i = net->in_first[p]; i < net->in_first[p + 1]; i++)
        if (best == SIZE_MAX || share_of(v, net->in_segment[i]) > share_of(v, best)) best = net->in_segment[i];
    return (levels_host){grid->segment_first[best + 1] - 1, qh_first_face(grid, best + 1) - 1, false};
}

static void add_edge(qh_levels *v, size_t up, size_t down, size_t face) {
    v->edge[v->n_edge++] = (levels_edge){.kind = LEVELS_INNER,
                                         .up = up,
                                         .down = down,
                                         .face = face,
                                         .length = 0.5 * (v->length[up] + v->length[down]),
                                         .bed = fmax(v->bed[up], v->bed[down]),
                                         .fall = v->bed[up] - v->bed[down]};
}

static void mark_edge(qh_levels *v, size_t point, bool host_above) {
    levels_edge *edge = &v->edge[v->n_edge - 1];
    edge->joins = true;
    edge->point = point;
    edge->host_above = host_above;
}

static const qh_held_level *held_at(const qh_case *c, const qh_point *point) {
    for (size_t k = 0; k < c->n_held_level && point->is_node; k++)
        if (c->held_level[k].node == point->node) return &c->held_level[k];
    return NULL;
}

static qh_status add_outlet(qh_levels *v, size_t p, qh_diag *diag) {
    const qh_case *c = v->routing.river_case;
    const size_t cell = v->host[p].cell;
    const qh_reach *reach = &c->reach[qh_grid_reach(v->routing.grid, cell)];
    levels_edge edge = {
        .kind = LEVELS_NORMAL, .up = cell, .point = p, .length = 0.5 * v->length[cell], .bed = v->bed[cell]};
    edge.held = held_at(c, &v->routing.network->point[p]);
    if (edge.held) {
        edge.kind = LEVELS_HELD;
    } else {
        QH_CHECK(reach->channel.slope.given, QH_E_INPUT, diag, reach->place,
                 "reach %s ends at an outlet without a held level and needs a slope", reach->name);
        edge.slope_root = sqrt(reach->channel.slope.value);
    }
    v->edge[v->n_edge++] = edge;
    return QH_OK;
}

static qh_status join_point(qh_levels *v, size_t p, qh_diag *diag) {
    const qh_network *net = v->routing.network;
    const qh_grid *grid = v->routing.grid;
    const levels_host host = v->host[p] = host_of(v, p);
    for (size_t i = net->in_first[p]; i < net->in_first[p + 1]; i++) {
        const size_t s = net->in_segment[i], cell = grid->segment_first[s + 1] - 1;
        const size_t face = qh_first_face(grid, s + 1) - 1;
        if (face == host.face) continue;
        add_edge(v, cell, host.cell, face);
        mark_edge(v, p, false);
    }
    for (size_t i = net->out_first[p]; i < net->out_first[p + 1]; i++) {
        const size_t s = net->out_segment[i], face = qh_first_face(grid, s);
        if (face == host.face) continue;
        add_edge(v, host.cell, grid->segment_first[s], face);
        mark_edge(v, p, true);
    }
    return net->out_first[p + 1] == net->out_first[p] ? add_outlet(v, p, diag) : QH_OK;
}

/* Through which edges water comes to a cell and leaves it, where there is one of each at most. */
static qh_status find_neighbours(qh_levels *v) {
    enum { SEVERAL = 2 };
    unsigned char *n = calloc(2 * v->n_cell + 1, 1); /* above, below */
    if (!n) return QH_E_NOMEM;
    for (size_t e = 0; e < v->n_edge; e++) {
        const levels_edge *edge = &v->edge[e];
        unsigned char *below = &n[2 * edge->up + 1];
        *below = (unsigned char)(*below < SEVERAL ? *below + 1 : SEVERAL);
        v->edge_below[edge->up] = e + 1;
        if (edge->kind != LEVELS_INNER) continue;
        unsigned char *above = &n[2 * edge->down];
        *above = (unsigned char)(*above < SEVERAL ? *above + 1 : SEVERAL);
        v->edge_above[edge->down] = e + 1;
    }
    for (size_t e = 0; e < v->n_edge; e++) {
        levels_edge *edge = &v->edge[e];
        edge->carries = edge->kind == LEVELS_INNER && n[2 * edge->up] < SEVERAL && n[2 * edge->up + 1] < SEVERAL &&
                        n[2 * edge->down] < SEVERAL && n[2 * edge->down + 1] < SEVERAL;
    }
    free(n);
    return QH_OK;
}

/* Each cell's edges, by counting. */
static void list_edges(qh_levels *v) {
    size_t *first = v->first_edge;
    for (size_t e = 0; e < v->n_edge; e++) {
        first[v->edge[e].up + 1]++;
        if (v->edge[e].kind == LEVELS_INNER) first[v->edge[e].down + 1]++;
    }
    for (size_t i = 0; i < v->n_cell; i++)
        first[i + 1] += first[i];
    for (size_t e = 0; e < v->n_edge; e++) {
        v->edge_of[first[v->edge[e].up]++] = e;
        if (v->edge[e].kind == LEVELS_INNER) v->edge_of[first[v->edge[e].down]++] = e;
    }
    for (size_t i = v->n_cell; i > 0; i--)
        first[i] = first[i - 1];
    first[0] = 0;
}

static qh_status join_cells(qh_levels *v, qh_diag *diag) {
    const qh_grid *grid = v->routing.grid;
    for (size_t s = 0; s < grid->n_segment; s++)
        for (size_t i = grid->segment_first[s]; i + 1 < grid->segment_first[s + 1]; i++)
            add_edge(v, i, i + 1, qh_grid_face(grid, i) + 1);
    for (size_t p = 0; p < v->n_point; p++)
        QH_TRY(join_point(v, p, diag));
    list_edges(v);
    return find_neighbours(v);
}

static qh_status make_system(qh_levels *v) {
    size_t n = 0;
    int *row = malloc((6 * v->n_edge + 1) * sizeof *row), *column = row ? row + 2 * v->n_edge : NULL;
    int *slot = row ? row + 4 * v->n_edge : NULL;
    if (!row) return QH_E_NOMEM;
    for (size_t e = 0; e < v->n_edge; e++) {
        if (v->edge[e].kind != LEVELS_INNER) continue;
        const int up = (int)v->edge[e].up, down = (int)v->edge[e].down;
        row[n] = up;
        column[n++] = down;
        row[n] = down;
        column[n++] = up;
    }
    qh_status status = qh_pattern_create(v->arena, v->n_cell, n, row, column, slot, &v->pattern);
    for (size_t e = 0, k = 0; status == QH_OK && e < v->n_edge; e++) {
        if (v->edge[e].kind != LEVELS_INNER) continue;
        v->edge[e].slot[0] = slot[k++];
        v->edge[e].slot[1] = slot[k++];
    }
    free(row);
    if (status == QH_OK) status = qh_linear_create(v->pattern, 1, &v->linear);
    if (status != QH_OK) return status;
    v->value = qh_arena_alloc(v->arena, (size_t)v->pattern->first[v->pattern->n], sizeof *v->value);
    return v->value ? QH_OK : QH_E_NOMEM;
}

/* ---- the start ---- */

static void settle_state(qh_levels *v) {
    for (size_t i = 0; i < v->n_cell; i++) {
        const qh_stage_at at = qh_stage_find(v->stage[i], v->depth[i]);
        v->width[i] = at.width;
        v->hydraulic_depth[i] = at.width > 0 ? v->after[i] / (v->length[i] * at.width) : 0;
        v->level[i] = v->bed[i] + v->depth[i];
    }
}

/* Uniform flow, or a lake behind a held level where that is deeper. */
static void guess(qh_levels *v) {
    for (size_t i = 0; i < v->n_cell; i++)
        v->depth[i] = qh_stage_depth(v->stage[i], v->routing.grid->area[i]);
    for (size_t e = 0; e < v->n_edge; e++) {
        if (v->edge[e].kind != LEVELS_HELD) continue;
        const double level = qh_value_at(&v->edge[e].held->level, 0);
        const size_t r = qh_grid_reach(v->routing.grid, v->edge[e].up);
        for (size_t i = 0; i < v->n_cell; i++)
            if (qh_grid_reach(v->routing.grid, i) == r) v->depth[i] = fmax(v->depth[i], level - v->bed[i]);
    }
    for (size_t i = 0; i < v->n_cell; i++)
        v->after[i] = v->length[i] * qh_stage_find(v->stage[i], v->depth[i]).area;
}

/* What enters every cell leaves it, but for this part of it. */
static bool is_still(const qh_levels *v, double part) {
    for (size_t i = 0; i < v->n_cell; i++)
        if (fabs(v->after[i] - v->before[i]) > part * v->scale[i] + 1e-6) return false;
    return true;
}

/* From there to the steady flow of the full equations; what is left of it passes in the first hours. */
static void settle_inertia(qh_levels *v) {
    enum { MOST_STEPS = 3000 };
    double dt = 60;
    bool still = false;
    for (int k = 0; k < MOST_STEPS && !still; k++) {
        memcpy(v->before, v->after, v->n_cell * sizeof *v->before);
        if (levels_step(v, dt) != QH_OK) {
            dt *= 0.25;
            if (dt < 1) return;
            continue;
        }
        still = dt >= 3600 && is_still(v, 1e-9);
        dt = fmin(dt * 1.2, 3600);
    }
}

/* ---- flows of the start ---- */

typedef struct downhill {
    qh_levels *v;
    size_t *waiting; /* [n_point], segments and links that have yet to bring their water */
    size_t *ready;   /* [n_point], points whose water is known */
    size_t n_ready;
} downhill;

static bool runs_down(const qh_levels *v, size_t s) {
    return v->face[qh_first_face(v->routing.grid, s)] + v->face[qh_first_face(v->routing.grid, s + 1) - 1] >= 0;
}

/* The segment's face at point `p`, and its flow away from there. */
static double *face_at(const qh_levels *v, size_t s, size_t p) {
    const bool begins = v->routing.network->segment[s].from == p;
    return &v->face[begins ? qh_first_face(v->routing.grid, s) : qh_first_face(v->routing.grid, s + 1) - 1];
}

static bool leaves(const qh_levels *v, size_t s, size_t p) {
    return (v->routing.network->segment[s].from == p) == runs_down(v, s);
}

static void arrived(downhill *d, size_t p) {
    if (--d->waiting[p] == 0) d->ready[d->n_ready++] = p;
}

/* Lets `flow` run from the end of the segment where it enters to the other. */
static void run_through(downhill *d, size_t s, double flow) {
    qh_levels *v = d->v;
    const qh_grid *grid = v->routing.grid;
    const size_t first = grid->segment_first[s], end = grid->segment_first[s + 1], f = qh_first_face(grid, s);
    if (runs_down(v, s)) {
        v->face[f] = flow;
        for (size_t c = first; c < end; c++)
            v->face[f + c - first + 1] = v->face[f + c - first] + v->points.lateral[c];
        arrived(d, v->routing.network->segment[s].to);
    } else {
        v->face[f + end - first] = -flow;
        for (size_t c = end; c > first; c--)
            v->face[f + c - first - 1] = v->face[f + c - first] - v->points.lateral[c - 1];
        arrived(d, v->routing.network->segment[s].from);
    }
}

static size_t n_beside(const qh_network *net, size_t p) {
    return net->in_first[p + 1] - net->in_first[p] + (net->out_first[p + 1] - net->out_first[p]);
}

static size_t segment_beside(const qh_network *net, size_t p, size_t i) {
    const size_t n_in = net->in_first[p + 1] - net->in_first[p];
    return i < n_in ? net->in_segment[net->in_first[p] + i] : net->out_segment[net->out_first[p] + i - n_in];
}

static void pass_point(downhill *d, size_t p) {
    qh_levels *v = d->v;
    const qh_network *net = v->routing.network;
    const double from_outside = fmax(-v->points.outlet[p], 0);
    double arriving = v->points.inflow[p] + qh_router_points_linked(&v->points, p) + from_outside, parts = 0;
    size_t n_leaving = 0;
    for (size_t i = 0; i < n_beside(net, p); i++) {
        const size_t s = segment_beside(net, p, i);
        const double flow = fabs(*face_at(v, s, p));
        if (leaves(v, s, p)) {
            parts += flow;
            n_leaving++;
        } else {
            arriving += flow;
        }
    }
    const double leaving = qh_router_points_pass(&v->points, p, arriving, 0, 0);
    v->points.outlet[p] = from_outside > 0 ? -from_outside : n_leaving == 0 ? leaving : 0;
    for (size_t i = 0; i < n_beside(net, p); i++) {
        const size_t s = segment_beside(net, p, i);
        if (!leaves(v, s, p)) continue;
        const double part = n_leaving == 1 ? 1 : parts > 0 ? fabs(*face_at(v, s, p)) / parts : 0;
        run_through(d, s, leaving * part);
    }
    if (v->points.link_at[p] > 0) arrived(d, net->link[v->points.link_at[p] - 1].to);
}

/* The flows of the start are those of the levels to their tolerance; transport begins with them, and a constant must stay one.
 * Following the water from point to point they are made to balance to the last digit, rivers dividing as the levels say.
 * Water runs from high to low, so that an order is found; where stations lift it against that, flows stay as they are. */
static qh_status balance_start(qh_levels *v) {
    const qh_network *net = v->routing.network;
    downhill d = {
        .v = v, .waiting = calloc(v->n_point + 1, sizeof *d.waiting), .ready = calloc(v->n_point + 1, sizeof *d.ready)};
    double *const kept = malloc(qh_face_count(v->routing.grid) * sizeof *kept);
    if (d.waiting && d.ready && kept) {
        memcpy(kept, v->face, qh_face_count(v->routing.grid) * sizeof *kept);
        for (size_t s = 0; s < net->n_segment; s++)
            d.waiting[runs_down(v, s) ? net->segment[s].to : net->segment[s].from]++;
        for (size_t l = 0; l < net->n_link; l++)
            d.waiting[net->link[l].to]++;
        for (size_t p = 0; p < v->n_point; p++)
            if (d.waiting[p] == 0) d.ready[d.n_ready++] = p;
        for (size_t k = 0; k < d.n_ready; k++)
            pass_point(&d, d.ready[k]);
        if (d.n_ready < v->n_point) memcpy(v->face, kept, qh_face_count(v->routing.grid) * sizeof *kept);
    }
    const bool enough = d.waiting && d.ready && kept;
    free(d.waiting);
    free(d.ready);
    free(kept);
    return enough ? QH_OK : QH_E_NOMEM;
}

static qh_status begin(qh_levels *v, qh_diag *diag) {
    static const double long_enough = 1e6, longest = 1e7; /* s */
    /* -: in a pool with hardly any slope the last digits of the levels move more water than the fine one allows. */
    static const double fine = 1e-9, coarse = 1e-5;
    int n_long = 0;
    const bool inertia = v->inertia;
    v->inertia = false;
    v->now = 0;
    guess(v);
    qh_router_points_begin(&v->points, 0, 0);
    double dt = 60;
    bool found = false;
    for (int k = 0; k < 400 && !found && dt > 1e-3; k++) {
        memcpy(v->before, v->after, v->n_cell * sizeof *v->before);
        if (levels_step(v, dt) != QH_OK) {
            dt *= 0.25;
            continue;
        }
        if (dt >= long_enough) n_long++;
        found = dt >= long_enough && is_still(v, n_long > 20 ? coarse : fine);
        dt = fmin(dt * 3, longest);
    }
    v->inertia = inertia;
    if (inertia) settle_inertia(v);
    QH_CHECK(found, QH_E_NUMERIC, diag, v->routing.river_case->run.place,
             "no steady flow is found for the run's start: check beds, slopes and held levels");
    v->now = 0;
    settle_state(v);
    return balance_start(v);
}

/* ---- memory ---- */

static qh_status allocate(qh_levels *v) {
    const size_t n = v->n_cell, most_edge = qh_face_count(v->routing.grid) + v->n_point;
    bool enough = true;
#define ALLOCATE(field, count)                                                                                         \
    enough = (v->field = qh_arena_alloc(v->arena, (count) + 1, sizeof *v->field)) != NULL && enough
    ALLOCATE(stage, n);
    ALLOCATE(bed, n);
    ALLOCATE(length, n);
    ALLOCATE(edge, most_edge);
    ALLOCATE(host, v->n_point);
    ALLOCATE(stays, v->n_point);
    ALLOCATE(first_edge, n + 1);
    ALLOCATE(edge_of, 2 * most_edge);
    ALLOCATE(edge_above, n);
    ALLOCATE(edge_below, n);
    ALLOCATE(change, n);
    ALLOCATE(depth, n);
    ALLOCATE(before, n);
    ALLOCATE(after, n);
    ALLOCATE(flow, most_edge);
    ALLOCATE(speed, most_edge);
    ALLOCATE(face, qh_face_count(v->routing.grid));
    ALLOCATE(pond, v->n_point);
    ALLOCATE(hydraulic_depth, n);
    ALLOCATE(width, n);
    ALLOCATE(level, n);
    ALLOCATE(trial, n);
    ALLOCATE(at, n);
    ALLOCATE(q, most_edge);
    ALLOCATE(u, most_edge);
    ALLOCATE(dq_up, most_edge);
    ALLOCATE(dq_down, most_edge);
    ALLOCATE(push, most_edge);
    ALLOCATE(less, most_edge);
    ALLOCATE(scale, n);
#undef ALLOCATE
    return enough ? QH_OK : QH_E_NOMEM;
}

static qh_status make_stages(qh_levels *v) {
    const qh_case *c = v->routing.river_case;
    qh_stage *stage = qh_arena_alloc(v->arena, c->n_reach, sizeof *stage);
    if (!stage) return QH_E_NOMEM;
    for (size_t r = 0; r < c->n_reach; r++)
        QH_TRY(qh_stage_create(&c->reach[r], v->arena, &stage[r]));
    for (size_t i = 0; i < v->n_cell; i++) {
        v->stage[i] = &stage[qh_grid_reach(v->routing.grid, i)];
        v->length[i] = qh_grid_length(v->routing.grid, i);
    }
    return QH_OK;
}

static qh_status set_up(qh_levels *v, qh_diag *diag) {
    QH_TRY(allocate(v));
    double *node = qh_arena_alloc(v->arena, v->routing.river_case->n_node, sizeof *node);
    if (!node) return QH_E_NOMEM;
    QH_TRY(qh_bed_levels(v->routing.river_case, v->routing.network, v->routing.grid, diag, v->bed, node));
    QH_TRY(make_stages(v));
    QH_TRY(qh_router_points_create(&v->routing, v->arena, &v->points));
    QH_TRY(join_cells(v, diag));
    QH_TRY(make_system(v));
    return begin(v, diag);
}

qh_status qh_levels_create(const qh_routing *routing, bool inertia, qh_diag *diag, qh_levels **levels) {
    qh_arena *arena = qh_arena_create();
    qh_levels *v = arena ? qh_arena_alloc(arena, 1, sizeof *v) : NULL;
    if (!v) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    *v = (qh_levels){.routing = *routing,
                     .arena = arena,
                     .inertia = inertia,
                     .n_cell = routing->grid->n_cell,
                     .n_point = routing->network->n_point,
                     .step = INFINITY};
    const qh_status status = set_up(v, diag);
    if (status != QH_OK) {
        qh_levels_destroy(v);
        return status;
    }
    *levels = v;
    return QH_OK;
}

void qh_levels_destroy(qh_levels *levels) {
    if (!levels) return;
    qh_linear_destroy(levels->linear);
    qh_arena_destroy(levels->arena);
}

/* ---- in time ---- */

static void show(const qh_levels *v, double start, qh_water *water) {
    *water = (qh_water){.start = start,
                        .end = v->now,
                        .volume_start = start < v->now ? v->before : v->after,
                        .volume_end = v->after,
                        .pond_start = v->pond,
                        .pond_end = v->pond,
                        .face = v->face,
                        .source = v->points.source,
                        .lateral = v->points.lateral,
                        .taken = v->points.taken,
                        .link = v->points.link,
                        .outlet = v->points.outlet,
                        .depth = v->hydraulic_depth,
                        .width = v->width,
                        .level = v->level};
}

void qh_levels_state(const qh_levels *levels, qh_water *water) { show(levels, levels->now, water); }

static qh_status check_banks(const qh_levels *v, qh_diag *diag) {
    for (size_t i = 0; i < v->n_cell; i++) {
        const qh_stage *stage = v->stage[i];
        QH_CHECK(v->depth[i] <= stage->top, QH_E_NUMERIC, diag, stage->reach->place,
                 "reach %s at %.6g km, %.6g h after the start: the water stands %.3g m deep, over the lower bank of "
                 "cross-section %s, %.3g m above its lowest point; survey it higher",
                 stage->reach->name, qh_grid_chainage(v->routing.grid, i) / 1000, v->now / 3600, v->depth[i],
                 stage->reach->channel.cross_section->name, stage->top);
    }
    return QH_OK;
}

static qh_status step_in_vain(const qh_levels *v, qh_diag *diag) {
    size_t worst = 0;
    for (size_t i = 1; i < v->n_cell; i++)
        if (fabs(v->change[i]) > fabs(v->change[worst])) worst = i;
    const qh_reach *reach = v->stage[worst]->reach;
    qh_diag_add(
        diag, QH_ERROR, reach->place,
        "reach %s at %.6g km, %.6g h after the start: the equations of flow cannot be solved, not even with steps "
        "of a second",
        reach->name, qh_grid_chainage(v->routing.grid, worst) / 1000, v->now / 3600);
    return QH_E_NUMERIC;
}

qh_status qh_levels_advance(qh_levels *v, double until, qh_diag *diag, qh_water *water) {
    const double start = v->now, least = 1.0; /* s */
    double *const swap = v->before;
    v->before = v->after;
    v->after = swap;
    double dt = fmin(fmin(until - start, v->step), levels_courant_step(v));
    bool halved = false;
    for (;;) {
        /* All of it, rather than a small rest. */
        const bool ends = start + dt * (1 + 1e-9) >= until;
        dt = (ends ? until : start + dt) - start; /* what the times say, to the last digit */
        qh_router_points_begin(&v->points, start, ends ? until : start + dt);
        const qh_status status = levels_step(v, dt);
        if (status == QH_OK) {
            v->now = ends ? until : start + dt;
            break;
        }
        if (dt <= least) return step_in_vain(v, diag);
        dt *= 0.5;
        halved = true;
    }
    v->step = halved ? dt : 2 * dt;
    settle_state(v);
    QH_TRY(check_banks(v, diag));
    show(v, start, water);
    return QH_OK;
}

/* ---- for tests ---- */

void qh_levels_restart(qh_levels *v, const double *depth, double now) {
    memcpy(v->depth, depth, v->n_cell * sizeof *v->depth);
    for (size_t i = 0; i < v->n_cell; i++)
        v->after[i] = v->length[i] * qh_stage_find(v->stage[i], depth[i]).area;
    memset(v->flow, 0, v->n_edge * sizeof *v->flow);
    memset(v->speed, 0, v->n_edge * sizeof *v->speed);
    memset(v->face, 0, qh_face_count(v->routing.grid) * sizeof *v->face);
    v->now = now;
    v->step = INFINITY;
    settle_state(v);
}

const double *qh_levels_bed(const qh_levels *levels) { return levels->bed; }
