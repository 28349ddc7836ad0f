/* Reservoirs below a spill on steady flow: each is a fully mixed tank at its dam,
 *
 *     V dC/dt = sum of what enters - Q C - k V C,
 *
 * V its volume at the level of the run's start, Q all that leaves it, k the case's decay: what enters at once leaves as
 * exp(-(Q/V + k) t) (residence times of a stirred tank: Danckwerts, Chem. Eng. Sci. 2 (1953) 1-13). Engine "spectral"
 * multiplies by 1/(1 + (s + k) V/Q); where it objects, engine "moving" takes the water from a router that stands still.
 *
 * Not for reservoirs in layers, or so long that a cloud passes them as in a river: there the real one comes later, and
 * higher. The stretch above the dam keeps its own volume besides, that of uniform flow. */
#include <string.h>

#include "model/source.h"
#include "model/structure.h"
#include "scenarios/spill_internal.h"

static double volume_of(const qh_reservoir *reservoir) {
    double area = 0;
    return qh_storage_volume(reservoir->curve, reservoir->level, &area);
}

qh_status qh_spill_ponds(qh_arena *arena, const qh_case *spill_case, const qh_network *network, const double **pond) {
    if (spill_case->n_reservoir == 0) return QH_OK;
    double *volume = qh_arena_alloc(arena, network->n_point, sizeof *volume);
    if (!volume) return QH_E_NOMEM;
    for (size_t i = 0; i < spill_case->n_reservoir; i++)
        volume[network->reservoir_point[i]] = volume_of(&spill_case->reservoir[i]);
    *pond = volume;
    return QH_OK;
}

/* ---- water that stands, for engine "moving" ---- */

typedef struct standing {
    qh_arena *arena;
    qh_water water;
} standing;

static const char *no_objection(const qh_routing *routing) {
    (void)routing;
    return NULL;
}

static void fill_cells(const qh_grid *grid, double *volume, double *depth, double *width, double *face) {
    for (size_t i = 0; i < grid->n_cell; i++) {
        volume[i] = qh_grid_volume(grid, i);
        depth[i] = grid->depth[i];
        width[i] = qh_grid_width(grid, i);
    }
    memcpy(face, grid->discharge, qh_face_count(grid) * sizeof *face);
}

static void fill_points(const qh_routing *routing, double *pond, double *source, double *taken, double *outlet) {
    const qh_case *c = routing->river_case;
    const qh_network *network = routing->network;
    for (size_t i = 0; i < c->n_reservoir; i++)
        pond[network->reservoir_point[i]] = volume_of(&c->reservoir[i]);
    for (size_t k = 0; k < qh_source_count(c); k++)
        source[k] = qh_source_get(c, k).flow;
    for (size_t k = 0; k < c->n_withdrawal; k++)
        taken[k] = routing->flow->withdrawal[k].taken;
    for (size_t p = 0; p < network->n_point; p++)
        if (network->out_first[p] == network->out_first[p + 1])
            outlet[p] = routing->flow->point_through[p] - routing->flow->point_taken[p];
}

static qh_status create(const qh_routing *routing, qh_diag *diag, void **self) {
    (void)diag;
    const qh_grid *grid = routing->grid;
    const size_t n_cell = grid->n_cell, n_point = routing->network->n_point;
    qh_arena *arena = qh_arena_create();
    standing *made = arena ? qh_arena_alloc(arena, 1, sizeof *made) : NULL;
    double *memory =
        arena ? qh_arena_alloc(arena, 4 * n_cell + 2 * n_point + qh_face_count(grid), sizeof *memory) : NULL;
    double *source = arena ? qh_arena_alloc(arena, qh_source_count(routing->river_case) + 1, sizeof *source) : NULL;
    double *taken = arena ? qh_arena_alloc(arena, routing->river_case->n_withdrawal + 1, sizeof *taken) : NULL;
    if (!made || !memory || !source || !taken) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    double *volume = memory, *depth = volume + n_cell, *width = depth + n_cell, *lateral = width + n_cell;
    double *pond = lateral + n_cell, *outlet = pond + n_point, *face = outlet + n_point;
    fill_cells(grid, volume, depth, width, face);
    fill_points(routing, pond, source, taken, outlet);
    *made = (standing){.arena = arena,
                       .water = {.volume_start = volume,
                                 .volume_end = volume,
                                 .pond_start = pond,
                                 .pond_end = pond,
                                 .face = face,
                                 .source = source,
                                 .lateral = lateral,
                                 .taken = taken,
                                 .link = routing->flow->link,
                                 .outlet = outlet,
                                 .depth = depth,
                                 .width = width}};
    *self = made;
    return QH_OK;
}

static void state(const void *self, qh_water *water) { *water = ((const standing *)self)->water; }

static qh_status advance(void *self, double until, qh_diag *diag, qh_water *water) {
    (void)diag;
    standing *s = self;
    s->water.start = s->water.end;
    s->water.end = until;
    *water = s->water;
    return QH_OK;
}

static void destroy(void *self) { qh_arena_destroy(((standing *)self)->arena); }

const qh_router qh_spill_standing_water = {.name = "standing",
                                           .title = "water that does not change",
                                           .source = "",
                                           .objection = no_objection,
                                           .create = create,
                                           .state = state,
                                           .advance = advance,
                                           .destroy = destroy};
