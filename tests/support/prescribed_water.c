#include "tests/support/prescribed_water.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/source.h"

prescribed prescribed_now;

typedef struct water_state {
    qh_routing routing;
    double t;
    double *volume[2], *pond[2], *face, *source, *lateral, *taken, *link, *outlet, *depth, *width, *arriving;
} water_state;

static double *zeros(size_t count) {
    double *made = calloc(count + 1, sizeof *made);
    if (!made) abort();
    return made;
}

static double wave(double t, size_t k) {
    const double phase = prescribed_now.alike ? 0 : 1.7 * (double)k;
    return prescribed_now.period > 0 ? sin(6.283185307179586 * t / prescribed_now.period + phase) : 0;
}

static void set_volumes(const water_state *w, double t, double *volume, double *pond) {
    const qh_grid *grid = w->routing.grid;
    const qh_network *network = w->routing.network;
    for (size_t i = 0; i < grid->n_cell; i++) {
        const double mean = grid->area[i] * qh_grid_length(grid, i);
        volume[i] = fmax(mean * (1 + prescribed_now.swelling * wave(t, i / 3)), 0);
    }
    if (prescribed_now.volume) prescribed_now.volume(grid, t, volume);
    for (size_t p = 0; p < network->n_point; p++) {
        const bool inner =
            network->in_first[p + 1] > network->in_first[p] && network->out_first[p + 1] > network->out_first[p];
        pond[p] = inner && network->point[p].is_node ? prescribed_now.pond * (1 + 0.5 * wave(t, p)) : 0;
    }
}

static void set_sources(water_state *w, double start, double end) {
    const qh_case *c = w->routing.river_case;
    const qh_grid *grid = w->routing.grid;
    memset(w->lateral, 0, grid->n_cell * sizeof(double));
    const double middle = 0.5 * (start + end);
    for (size_t k = 0; k < qh_source_count(c); k++) {
        w->source[k] = qh_source_get(c, k).flow * (1 + prescribed_now.hydrograph * wave(middle, k));
        if (prescribed_now.source) w->source[k] = prescribed_now.source(k, start, end);
    }
    const size_t first = c->n_headwater + c->n_tributary + c->n_outfall;
    for (size_t k = 0; k < c->n_lateral; k++) {
        const double per_metre = w->source[first + k] / (c->lateral[k].to - c->lateral[k].from);
        const qh_network *network = w->routing.network;
        for (size_t s = network->lateral_first[k]; s < network->lateral_end[k]; s++) {
            for (size_t i = grid->segment_first[s]; i < grid->segment_first[s + 1]; i++)
                w->lateral[i] += per_metre * qh_grid_length(grid, i);
        }
    }
}

static double inflow_of(const water_state *w, size_t p) {
    const qh_case *c = w->routing.river_case;
    const qh_network *network = w->routing.network;
    double sum = 0;
    size_t source = 0;
    for (size_t k = 0; k < c->n_headwater; k++, source++)
        sum += network->headwater_point[k] == p ? w->source[source] : 0;
    for (size_t k = 0; k < c->n_tributary; k++, source++)
        sum += network->tributary_point[k] == p ? w->source[source] : 0;
    for (size_t k = 0; k < c->n_outfall; k++, source++)
        sum += network->outfall_point[k] == p ? w->source[source] : 0;
    return sum;
}

static double route_segment(water_state *w, size_t s, double flow, double length) {
    const qh_grid *grid = w->routing.grid;
    const size_t first = grid->segment_first[s], f = qh_first_face(grid, s);
    w->face[f] = flow;
    for (size_t i = first; i < grid->segment_first[s + 1]; i++) {
        const double rise = length > 0 ? (w->volume[1][i] - w->volume[0][i]) / length : 0;
        flow += w->lateral[i] - rise;
        w->face[f + i - first + 1] = flow;
    }
    return flow;
}

static void route_point(water_state *w, size_t p, double length) {
    const qh_case *c = w->routing.river_case;
    const qh_network *network = w->routing.network;
    const qh_flow *steady = w->routing.flow;
    double here = w->arriving[p] + inflow_of(w, p);
    if (length > 0) here -= (w->pond[1][p] - w->pond[0][p]) / length;
    const double part = fmax(here, 0) / fmax(steady->point_through[p], 1e-12);
    for (size_t k = 0; k < c->n_withdrawal; k++) {
        if (network->withdrawal_point[k] != p) continue;
        w->taken[k] = 0.5 * part * steady->withdrawal[k].taken;
        here -= w->taken[k];
    }
    for (size_t k = 0; k < network->n_link; k++) {
        if (network->link[k].from != p) continue;
        w->link[k] = 0.5 * part * steady->link[k];
        here -= w->link[k];
        w->arriving[network->link[k].to] += w->link[k];
    }
    double all = 0, left = here;
    for (size_t k = network->out_first[p]; k < network->out_first[p + 1]; k++)
        all += steady->segment_upstream[network->out_segment[k]];
    for (size_t k = network->out_first[p]; k < network->out_first[p + 1]; k++) {
        const size_t s = network->out_segment[k];
        const double flow = k + 1 == network->out_first[p + 1] ? left : here * (steady->segment_upstream[s] / all);
        left -= flow;
        w->arriving[network->segment[s].to] += route_segment(w, s, flow, length);
    }
    w->outlet[p] = network->out_first[p] == network->out_first[p + 1] ? here : 0;
}

static void show(const water_state *w, double start, double end, qh_water *water) {
    *water = (qh_water){.start = start,
                        .end = end,
                        .volume_start = w->volume[0],
                        .volume_end = w->volume[1],
                        .pond_start = w->pond[0],
                        .pond_end = w->pond[1],
                        .face = w->face,
                        .source = w->source,
                        .lateral = w->lateral,
                        .taken = w->taken,
                        .link = w->link,
                        .outlet = w->outlet,
                        .depth = w->depth,
                        .width = w->width};
}

static void move(water_state *w, double end) {
    const qh_grid *grid = w->routing.grid;
    const qh_network *network = w->routing.network;
    memset(w->arriving, 0, network->n_point * sizeof(double));
    set_volumes(w, w->t, w->volume[0], w->pond[0]);
    set_volumes(w, end, w->volume[1], w->pond[1]);
    set_sources(w, w->t, end);
    for (size_t k = 0; k < network->n_point; k++)
        route_point(w, network->point_order[k], end - w->t);
    for (size_t i = 0; i < grid->n_cell; i++) {
        w->width[i] = qh_grid_width(grid, i);
        w->depth[i] = w->volume[1][i] / qh_grid_length(grid, i) / qh_grid_width(grid, i);
    }
}

static const char *no_objection(const qh_routing *routing) {
    (void)routing;
    return NULL;
}

static qh_status create(const qh_routing *routing, qh_diag *diag, void **self) {
    (void)diag;
    const size_t cells = routing->grid->n_cell, points = routing->network->n_point;
    water_state *w = calloc(1, sizeof *w);
    if (!w) abort();
    *w = (water_state){.routing = *routing,
                       .volume = {zeros(cells), zeros(cells)},
                       .pond = {zeros(points), zeros(points)},
                       .face = zeros(qh_face_count(routing->grid)),
                       .source = zeros(qh_source_count(routing->river_case)),
                       .lateral = zeros(cells),
                       .taken = zeros(routing->river_case->n_withdrawal),
                       .link = zeros(routing->network->n_link),
                       .outlet = zeros(points),
                       .depth = zeros(cells),
                       .width = zeros(cells),
                       .arriving = zeros(points)};
    move(w, 0);
    *self = w;
    return QH_OK;
}

static void state(const void *self, qh_water *water) { show(self, 0, 0, water); }

static qh_status advance(void *self, double until, qh_diag *diag, qh_water *water) {
    (void)diag;
    water_state *w = self;
    const double start = w->t;
    move(w, until);
    w->t = until;
    show(w, start, until, water);
    return QH_OK;
}

static void destroy(void *self) {
    water_state *w = self;
    double *const all[] = {w->volume[0], w->volume[1], w->pond[0], w->pond[1], w->face,  w->source,  w->lateral,
                           w->taken,     w->link,      w->outlet,  w->depth,   w->width, w->arriving};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        free(all[k]);
    free(w);
}

const qh_router prescribed_router = {.name = "prescribed",
                                     .title = "prescribed",
                                     .source = "",
                                     .objection = no_objection,
                                     .create = create,
                                     .state = state,
                                     .advance = advance,
                                     .destroy = destroy};
