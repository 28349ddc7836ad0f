/* The state at the run's start: steady non-uniform flow, by implicit steps without inertia that grow until nothing changes;
 * reservoirs keep their level of the start meanwhile. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/levels_internal.h"

static const double FILM = 1e-3; /* m */

void levels_settle(qh_levels *v) {
    for (size_t i = 0; i < v->n_cell; i++) {
        const qh_stage_at at = qh_stage_find(v->stage[i], v->depth[i]);
        v->width[i] = at.width;
        v->hydraulic_depth[i] = at.width > 0 ? v->after[i] / (v->length[i] * at.width) : 0;
        v->level[i] = v->bed[i] + v->depth[i];
    }
    for (size_t i = 0; i < v->n_pond; i++) {
        const size_t p = v->routing.network->reservoir_point[i];
        v->ponds.start[p] = v->before[v->n_cell + i];
        v->ponds.end[p] = v->after[v->n_cell + i];
    }
}

/* The reach of an edge, from its upper end to there, is filled to `level` [m]. */
static void fill(qh_levels *v, const levels_edge *edge, double level) {
    const size_t r = qh_grid_reach(v->routing.grid, edge->up);
    for (size_t i = 0; i <= edge->up; i++)
        if (qh_grid_reach(v->routing.grid, i) == r) v->depth[i] = fmax(v->depth[i], level - v->bed[i]);
}

/* Uniform flow, or a lake behind a held level or in a reservoir where that is deeper. */
static void guess(qh_levels *v) {
    for (size_t i = 0; i < v->n_cell; i++)
        v->depth[i] = qh_stage_depth(v->stage[i], v->routing.grid->area[i]);
    for (size_t e = 0; e < v->n_edge; e++) {
        const levels_edge *edge = &v->edge[e];
        if (edge->held && edge->up < v->n_cell) fill(v, edge, qh_value_at(&edge->held->level, 0));
        if (edge->kind == LEVELS_POND) fill(v, edge, v->bed[edge->down] + v->depth[edge->down]);
    }
    for (size_t i = 0; i < v->n_cell; i++)
        v->after[i] = v->length[i] * qh_stage_find(v->stage[i], v->depth[i]).area;
}

/* What enters every cell leaves it, but for this part of it. The film that is left of a river that dries takes ages to be
 * gone: it is nothing. */
static bool is_still(const qh_levels *v, double part) {
    for (size_t i = 0; i < v->n_cell; i++) {
        const double change = fabs(v->after[i] - v->before[i]);
        if (change > part * v->scale[i] + 1e-6 + levels_rounding(v, i) && v->depth[i] > FILM) return false;
    }
    return true;
}

/* What stands a millimetre deep and does not flow is dry: its concentration would be anything. */
static void dry_films(qh_levels *v) {
    for (size_t i = 0; i < v->n_cell; i++) {
        const size_t f = qh_grid_face(v->routing.grid, i);
        if (v->depth[i] > FILM || v->face[f] != 0 || v->face[f + 1] != 0 || v->points.lateral[i] > 0) continue;
        v->depth[i] = v->before[i] = v->after[i] = 0;
        for (size_t k = v->first_edge[i]; k < v->first_edge[i + 1]; k++)
            v->mean[v->edge_of[k]] = v->flow[v->edge_of[k]] = v->speed[v->edge_of[k]] = 0;
    }
}

/* From there to the steady flow of the full equations; what is left of it passes in the first hours. */
static void settle_inertia(qh_levels *v) {
    enum { MOST_STEPS = 3000 };
    double dt = 60;
    bool still = false;
    for (int k = 0; k < MOST_STEPS && !still; k++) {
        memcpy(v->before, v->after, v->n * sizeof *v->before);
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

/* Links from there have their flow. */
static void pass_links(downhill *d, size_t p) {
    for (size_t l = d->v->first_leaving[p]; l > 0; l = d->v->next_leaving[l - 1])
        arrived(d, d->v->routing.network->link[l - 1].to);
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

/* A reservoir fills or empties by what comes and goes: its flows stay what they are. */
static void pass_pond(downhill *d, size_t p, double arriving) {
    qh_levels *v = d->v;
    const qh_network *net = v->routing.network;
    levels_take_from_pond(v, p, arriving, 0, 0);
    for (size_t i = 0; i < n_beside(net, p); i++) {
        const size_t s = segment_beside(net, p, i);
        if (leaves(v, s, p)) run_through(d, s, fabs(*face_at(v, s, p)));
    }
    pass_links(d, p);
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
    if (v->ponds.reservoir_at[p] > 0) {
        pass_pond(d, p, arriving);
        return;
    }
    const double leaving = qh_router_points_pass(&v->points, p, arriving, 0, 0);
    v->points.outlet[p] = from_outside > 0 ? -from_outside : n_leaving == 0 ? leaving : 0;
    for (size_t i = 0; i < n_beside(net, p); i++) {
        const size_t s = segment_beside(net, p, i);
        if (!leaves(v, s, p)) continue;
        const double part = n_leaving == 1 ? 1 : parts > 0 ? fabs(*face_at(v, s, p)) / parts : 0;
        run_through(d, s, leaving * part);
    }
    pass_links(d, p);
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

/* Whether it is found by steps that grow. */
static bool settle_levels(qh_levels *v) {
    static const double long_enough = 1e6, longest = 1e7; /* s */
    /* -: in a pool with hardly any slope the last digits of the levels move more water than the fine one allows. */
    static const double fine = 1e-9, coarse = 1e-5;
    int n_long = 0;
    double dt = 60;
    for (int k = 0; k < 400 && dt > 1e-3; k++) {
        memcpy(v->before, v->after, v->n * sizeof *v->before);
        if (levels_step(v, dt) != QH_OK) {
            dt *= 0.25;
            continue;
        }
        if (dt >= long_enough) n_long++;
        if (dt >= long_enough && is_still(v, n_long > 20 ? coarse : fine)) return true;
        dt = fmin(dt * 3, longest);
    }
    return false;
}

static qh_status no_start(const qh_levels *v, qh_diag *diag) {
    const qh_case *c = v->routing.river_case;
    for (size_t e = 0; e < v->n_edge; e++) {
        if (v->edge[e].kind != LEVELS_WORKS || v->edge[e].structure == 0) continue;
        const qh_structure *s = &c->structure[v->edge[e].structure - 1];
        QH_CHECK(false, QH_E_NUMERIC, diag, s->place,
                 "no steady flow is found for the run's start, from which it begins: what arrives must be able to pass "
                 "structure %s, as it is set at the start; check its crest and opening, beds, slopes and held levels",
                 s->code);
    }
    QH_CHECK(false, QH_E_NUMERIC, diag, c->run.place,
             "no steady flow is found for the run's start: check beds, slopes and held levels");
}

qh_status levels_begin(qh_levels *v, qh_diag *diag) {
    const bool inertia = v->inertia;
    v->inertia = false;
    v->starting = v->ponds.rules.latched = true;
    v->now = 0;
    guess(v);
    qh_router_points_begin(&v->points, 0, 0);
    qh_router_ponds_transfers(&v->ponds, 0, NULL);
    const bool found = settle_levels(v);
    v->inertia = inertia;
    if (!found) return no_start(v, diag);
    if (inertia) settle_inertia(v);
    QH_TRY(balance_start(v));
    dry_films(v);
    memcpy(v->end_face, v->face, qh_face_count(v->routing.grid) * sizeof *v->end_face);
    levels_settle(v);
    v->starting = v->ponds.rules.latched = false;
    return QH_OK;
}
