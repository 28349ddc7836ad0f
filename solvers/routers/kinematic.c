/* Router "kinematic": the kinematic wave, with as much diffusion as the river has.
 *
 *     dA/dt + dQ/dx = q,   A = A(Q), the area of uniform flow at Q by the reach's law
 *
 * In cells, implicit in time (means over the step are the flows of its end), marching downstream:
 *
 *     V' + dt F = V + dt (I + L),   V' = dx A(x),   x = e (I + L) + (1 - e) F
 *
 * I and F enter and leave through the faces, L is distributed inflow. One equation with one unknown, F, a cell, whose left
 * side rises with F: Newton's method between bounds. The volume is then V' = dx A(x) and F what is left of the balance, so
 * that it holds to round-off and nothing turns negative.
 *
 * Diffusion. With celerity c = dQ/dA and Courant number Cr = c dt/dx the scheme has the numerical diffusion
 * c dx (1/2 - e + Cr/2). Where the river's slope S is known its own is D = Q/(2 B S) (Cunge), and e is chosen to give it,
 * as far as 0 <= e <= min(1, Cr) lets it: in these bounds no new extremes arise (coefficients of the linear scheme are not
 * negative). The least that a step of dt can have is c dx |Cr - 1|/2: steps of an hour smear a flood by c^2 dt/2, some
 * 2,000 m2/s at 1 m/s; shorter steps (run.routing_step) smear less. The most is c dx (1 + Cr)/2: on cells much shorter than
 * D/c floods stay steeper than the river's. Shocks have their speed, for volumes are conserved.
 *
 * Source: Cunge, J. Hydraul. Res. 7 (1969) 205-230; Todini, Hydrol. Earth Syst. Sci. 11 (2007) 1645-1659 (volume as the state).
 *
 * Not for backwater, tides or reversal, which a wave that only runs down does not know; nor for floods in very flat rivers
 * (S below some 1e-4), where D is no small correction: router "diffusive". */
#include <float.h>
#include <math.h>

#include "solvers/rating.h"
#include "solvers/router_ponds.h"

typedef struct kinematic {
    qh_routing routing;
    qh_arena *arena;
    qh_router_points points;
    qh_router_ponds ponds;
    qh_rating *rating;      /* [n_reach] */
    double now;             /* s */
    double *before, *after; /* [n_cell], m3, at the start and the end of the step */
    double *face;           /* [qh_face_count], m3/s */
    double *depth, *width;  /* [n_cell], m */
} kinematic;

static const char *objection(const qh_routing *routing) {
    if (routing->river_case->n_held_level > 0)
        return QH_N("the kinematic wave knows no levels, and a level is held at a node");
    for (size_t i = 0; i < routing->river_case->n_structure; i++)
        if (routing->river_case->structure[i].in_river)
            return QH_N("the kinematic wave knows no levels, and a structure stands in a river");
    return NULL;
}

/* ---- one cell ---- */

typedef struct cell_step {
    const qh_rating *rating;
    double length, step;   /* m, s */
    double volume, inflow; /* m3 at the start; m3/s, distributed inflow included */
    double last;           /* m3/s, that left in the step before */
} cell_step;

typedef struct cell_end {
    double volume;    /* m3 */
    double outflow;   /* m3/s */
    double discharge; /* m3/s, by which the volume is */
} cell_end;

/* The weight e of the inflow in the cell's discharge. */
static double weight_of(const cell_step *c) {
    const double q = fmax(c->last, c->inflow);
    double slope = 0;
    if (!(q > 0)) return 0;
    (void)qh_rating_area(c->rating, q, &slope);
    if (!(slope > 0)) return 0; /* a fixed area: no wave */
    const double courant = c->step / (slope * c->length);
    double wanted = 0.5 * (1 + courant);
    const qh_optional bed = c->rating->reach->channel.slope;
    if (bed.given && bed.value > 0) wanted -= q / (2 * qh_rating_width(c->rating, q) * bed.value) * slope / c->length;
    return fmax(0, fmin(wanted, fmin(1, courant)));
}

static double volume_at(const cell_step *c, double e, double outflow, double *slope) {
    double of_area = 0;
    const double area = qh_rating_area(c->rating, e * c->inflow + (1 - e) * outflow, &of_area);
    *slope = c->length * (1 - e) * of_area;
    return c->length * area;
}

/* F of the equation above, between 0 and all there is. */
static double outflow_of(const cell_step *c, double e, double all) {
    double low = 0, high = all / c->step, f = fmin(fmax(c->last, c->inflow), high);
    if (!(f > 0)) f = 0.5 * high;
    for (int i = 0; i < 60; i++) {
        double slope = 0;
        const double excess = volume_at(c, e, f, &slope) + c->step * f - all;
        if (excess > 0)
            high = f;
        else
            low = f;
        double next = f - excess / (slope + c->step);
        if (!(next >= low && next <= high)) next = low > 0 ? sqrt(low) * sqrt(high) : 0.125 * high;
        const double change = fabs(next - f);
        f = next;
        if (change <= 1e-12 * f || high <= DBL_MIN) break;
    }
    return f;
}

static cell_end advance_cell(const cell_step *c) {
    const double all = c->volume + c->step * c->inflow;
    double e = weight_of(c), slope = 0;
    /* A cell that fills from next to nothing: the inflow's part alone would be more than there is. */
    if (e > 0 && volume_at(c, e, 0, &slope) > all) e = 0;
    const double f = e < 1 ? outflow_of(c, e, all) : 0;
    const double volume = fmin(volume_at(c, e, f, &slope), all);
    return (cell_end){.volume = volume, .outflow = (all - volume) / c->step, .discharge = e * c->inflow + (1 - e) * f};
}

/* ---- segments and points ---- */

static qh_status over_the_top(const kinematic *k, size_t cell, double q, double t, qh_diag *diag) {
    const qh_reach *reach = &k->routing.river_case->reach[qh_grid_reach(k->routing.grid, cell)];
    qh_channel_state state;
    qh_diag_add(diag, QH_ERROR, reach->place, "reach %s at %.6g km, %.6g h after the start: %.6g m3/s arrive",
                reach->name, qh_grid_chainage(k->routing.grid, cell) / 1000, t / 3600, q);
    const qh_status status = qh_channel_state_of(reach, q, diag, &state);
    return status == QH_E_NOMEM ? status : QH_E_NUMERIC;
}

static qh_status advance_segment(kinematic *k, size_t s, double inflow, double step, qh_diag *diag) {
    const qh_grid *grid = k->routing.grid;
    const size_t first = grid->segment_first[s], end = grid->segment_first[s + 1];
    double *face = &k->face[qh_first_face(grid, s)];
    *face = inflow;
    cell_step c = {.rating = &k->rating[grid->segment[s].reach], .length = grid->segment[s].length, .step = step};
    for (size_t i = first; i < end; i++, face++) {
        c.volume = k->before[i];
        c.inflow = face[0] + k->points.lateral[i];
        c.last = face[1];
        if (!(fmax(c.inflow, c.last) < c.rating->highest))
            return over_the_top(k, i, fmax(c.inflow, c.last), k->now, diag);
        const cell_end to = advance_cell(&c);
        if (!(to.outflow < c.rating->highest)) return over_the_top(k, i, to.outflow, k->now, diag);
        k->after[i] = to.volume;
        face[1] = to.outflow;
        k->width[i] = qh_rating_width(c.rating, to.discharge);
        k->depth[i] = k->width[i] > 0 ? to.volume / (c.length * k->width[i]) : 0;
    }
    return QH_OK;
}

static double arriving_at(const kinematic *k, size_t p) {
    const qh_network *net = k->routing.network;
    double sum = k->points.inflow[p] + qh_router_points_linked(&k->points, p);
    for (size_t i = net->in_first[p]; i < net->in_first[p + 1]; i++)
        sum += k->face[qh_first_face(k->routing.grid, net->in_segment[i] + 1) - 1];
    return sum;
}

static void show(const kinematic *k, double start, qh_water *water) {
    *water = (qh_water){.start = start,
                        .end = k->now,
                        .volume_start = k->before,
                        .volume_end = k->after,
                        .pond_start = k->ponds.start,
                        .pond_end = k->ponds.end,
                        .face = k->face,
                        .source = k->points.source,
                        .lateral = k->points.lateral,
                        .taken = k->points.taken,
                        .link = k->points.link,
                        .set = k->points.asked + k->routing.river_case->n_withdrawal,
                        .outlet = k->points.outlet,
                        .depth = k->depth,
                        .width = k->width};
}

static qh_status advance(void *self, double until, qh_diag *diag, qh_water *water) {
    kinematic *k = self;
    const qh_network *net = k->routing.network;
    const double start = k->now, step = until - start;
    double *const swap = k->before;
    k->before = k->after;
    k->after = swap;
    qh_router_points_begin(&k->points, start, until);
    qh_router_ponds_begin(&k->ponds);
    qh_router_rules_look(&k->ponds.rules, k->face);
    qh_router_ponds_transfers(&k->ponds, start, NULL);
    for (size_t i = 0; i < net->n_point; i++) {
        const size_t p = net->point_order[i];
        double leaving = 0;
        QH_TRY(qh_router_ponds_pass(&k->ponds, p, arriving_at(k, p), start, until, diag, &leaving));
        for (size_t j = net->out_first[p]; j < net->out_first[p + 1]; j++) {
            const size_t s = net->out_segment[j];
            QH_TRY(advance_segment(k, s, leaving * k->points.share[s], step, diag));
        }
    }
    k->now = until;
    show(k, start, water);
    return QH_OK;
}

static void state(const void *self, qh_water *water) {
    const kinematic *k = self;
    show(k, k->now, water);
    water->volume_start = k->after;
    water->pond_start = k->ponds.end;
}

/* ---- start ---- */

/* Uniform flow of the steady discharge, by the same tables as later. */
static qh_status begin_segment(kinematic *k, size_t s, double inflow, qh_diag *diag) {
    const qh_grid *grid = k->routing.grid;
    const qh_rating *rating = &k->rating[grid->segment[s].reach];
    double *face = &k->face[qh_first_face(grid, s)];
    *face = inflow;
    for (size_t i = grid->segment_first[s]; i < grid->segment_first[s + 1]; i++, face++) {
        double slope = 0;
        const double q = face[0] + k->points.lateral[i];
        if (!(q < rating->highest)) return over_the_top(k, i, q, k->now, diag);
        face[1] = q;
        const double area = qh_rating_area(rating, q, &slope);
        k->after[i] = area * grid->segment[s].length;
        k->width[i] = qh_rating_width(rating, q);
        k->depth[i] = k->width[i] > 0 ? area / k->width[i] : 0;
    }
    return QH_OK;
}

static qh_status begin(kinematic *k, qh_diag *diag) {
    const qh_network *net = k->routing.network;
    qh_router_points_begin(&k->points, 0, 0);
    qh_router_ponds_transfers(&k->ponds, 0, NULL);
    for (size_t i = 0; i < net->n_point; i++) {
        const size_t p = net->point_order[i];
        double leaving = 0;
        QH_TRY(qh_router_ponds_pass(&k->ponds, p, arriving_at(k, p), 0, 0, diag, &leaving));
        for (size_t j = net->out_first[p]; j < net->out_first[p + 1]; j++)
            QH_TRY(begin_segment(k, net->out_segment[j], leaving * k->points.share[net->out_segment[j]], diag));
    }
    return QH_OK;
}

static qh_status rate(kinematic *k, qh_diag *diag) {
    const qh_case *c = k->routing.river_case;
    /* No discharge is larger than all sources together, nor counts that is a millionth of a millionth of them. */
    const double most = fmax(qh_router_points_most(&k->routing) + qh_router_ponds_most(&k->routing), QH_DRY);
    for (size_t r = 0; r < c->n_reach; r++)
        QH_TRY(qh_rating_create(&c->reach[r], most * 1e-7, most * 2, k->arena, diag, &k->rating[r]));
    return QH_OK;
}

static qh_status set_up(kinematic *k, qh_diag *diag) {
    const qh_grid *grid = k->routing.grid;
    k->rating = qh_arena_alloc(k->arena, k->routing.river_case->n_reach, sizeof *k->rating);
    k->before = qh_arena_alloc(k->arena, grid->n_cell, sizeof *k->before);
    k->after = qh_arena_alloc(k->arena, grid->n_cell, sizeof *k->after);
    k->face = qh_arena_alloc(k->arena, qh_face_count(grid), sizeof *k->face);
    k->depth = qh_arena_alloc(k->arena, grid->n_cell, sizeof *k->depth);
    k->width = qh_arena_alloc(k->arena, grid->n_cell, sizeof *k->width);
    if (!k->rating || !k->before || !k->after || !k->face || !k->depth || !k->width) return QH_E_NOMEM;
    QH_TRY(qh_router_points_create(&k->routing, k->arena, &k->points));
    QH_TRY(qh_router_ponds_create(&k->points, k->arena, &k->ponds));
    QH_TRY(rate(k, diag));
    return begin(k, diag);
}

static void destroy(void *self) {
    kinematic *k = self;
    if (k) qh_arena_destroy(k->arena);
}

static qh_status create(const qh_routing *routing, qh_diag *diag, void **self) {
    qh_arena *arena = qh_arena_create();
    kinematic *k = arena ? qh_arena_alloc(arena, 1, sizeof *k) : NULL;
    if (!k) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    *k = (kinematic){.routing = *routing, .arena = arena};
    const qh_status status = set_up(k, diag);
    if (status != QH_OK) {
        destroy(k);
        return status;
    }
    *self = k;
    return QH_OK;
}

const qh_router qh_router_kinematic = {
    .name = "kinematic",
    .title = QH_N("kinematic wave with the river's own diffusion"),
    .source = "Cunge (1969), J. Hydraul. Res. 7:205; Todini (2007), Hydrol. Earth Syst. Sci. 11:1645",
    .objection = objection,
    .create = create,
    .state = state,
    .advance = advance,
    .destroy = destroy,
};
