/* A few segments of the linear finite volumes as volumes of their own, for steps of their own (volumes_local.c).
 *
 * Coefficients are copied, in the order of the whole; single numbers of points and segments are referred to. Points at which
 * the part was cut off have a value that is given: rows like those of a first-type inlet, with a flow of 1 so that the load is
 * the value. Network, grid and flow hold no more than what steps ask of them.
 *
 * Not for    several lanes, bifurcations, diversions. */
#include <string.h>

#include "solvers/volumes_internal.h"

/* Cells of the part's segments out of an array of all: [n_cell] of one lane. */
static double *cells_of(const qh_volumes *whole, const volume_part *part, const double *from) {
    const qh_volumes *v = part->v;
    double *made = qh_arena_alloc(v->arena, v->n_cell, sizeof *made);
    for (size_t k = 0; made && k < v->n_segment; k++) {
        const size_t first = whole->segment[part->segment[k]].first;
        const volume_segment *s = &v->segment[k];
        memcpy(made + s->first, from + first, (s->last - s->first + 1) * sizeof *made);
    }
    return made;
}

/* ---- segments and points ---- */

typedef struct part_water {
    qh_problem problem;
    qh_network network;
    qh_grid grid;
    qh_flow flow;
    qh_forcing forcing;
} part_water;

static bool place_segments(const qh_volumes *whole, volume_part *part) {
    qh_volumes *v = part->v;
    v->segment = qh_arena_alloc(v->arena, v->n_segment, sizeof *v->segment);
    v->block_first = qh_arena_alloc(v->arena, v->n_segment + 1, sizeof *v->block_first);
    v->zone_first = qh_arena_alloc(v->arena, v->n_segment + 1, sizeof *v->zone_first);
    v->smallest = qh_arena_alloc(v->arena, v->n_segment, sizeof *v->smallest);
    v->live = qh_arena_alloc(v->arena, v->n_segment, sizeof *v->live);
    v->is_live = qh_arena_alloc(v->arena, v->n_segment, sizeof *v->is_live);
    v->range = qh_arena_alloc(v->arena, 1, sizeof *v->range);
    if (!v->segment || !v->block_first || !v->zone_first || !v->smallest || !v->live || !v->is_live || !v->range)
        return false;
    for (size_t k = 0; k < v->n_segment; k++) {
        const size_t s = part->segment[k];
        volume_segment *segment = &v->segment[k];
        const size_t count = whole->segment[s].last - whole->segment[s].first + 1;
        *segment = whole->segment[s];
        segment->first = v->n_cell;
        segment->last = v->n_cell + count - 1;
        segment->from = part->from[k];
        segment->to = part->to[k];
        v->n_cell += count;
        v->longest = count > v->longest ? count : v->longest;
        v->block_first[k + 1] = v->block_first[k] + whole->block_first[s + 1] - whole->block_first[s];
        v->zone_first[k + 1] = v->zone_first[k] + whole->zone_first[s + 1] - whole->zone_first[s];
        v->smallest[k] = whole->smallest[s];
        v->live[v->n_live++] = k;
        v->is_live[k] = true;
    }
    v->n_storage = v->zone_first[v->n_segment];
    v->range[v->n_range++] = (volume_range){0, v->n_cell};
    return true;
}

/* Lists of segments by point, in the order of the whole. */
static bool join(volume_part *part, qh_network *network) {
    qh_volumes *v = part->v;
    size_t *in = qh_arena_alloc(v->arena, v->n_segment, sizeof *in);
    size_t *out = qh_arena_alloc(v->arena, v->n_segment, sizeof *out);
    if (!in || !out) return false;
    for (size_t k = 0; k < v->n_segment; k++) {
        v->point[part->to[k]].in_count++;
        v->point[part->from[k]].out_count++;
    }
    size_t n_in = 0, n_out = 0;
    for (size_t p = 0; p < v->n_point; p++) {
        v->point[p].in_first = n_in;
        v->point[p].out_first = n_out;
        n_in += v->point[p].in_count;
        n_out += v->point[p].out_count;
        v->point[p].in_count = v->point[p].out_count = 0;
    }
    for (size_t k = 0; k < v->n_segment; k++) {
        volume_point *to = &v->point[part->to[k]], *from = &v->point[part->from[k]];
        in[to->in_first + to->in_count++] = k;
        out[from->out_first + from->out_count++] = k;
    }
    network->in_segment = in;
    network->out_segment = out;
    return true;
}

static bool place_points(const qh_volumes *whole, volume_part *part, qh_network *network) {
    qh_volumes *v = part->v;
    v->point = qh_arena_alloc(v->arena, v->n_point, sizeof *v->point);
    v->order = qh_arena_alloc(v->arena, v->n_point, sizeof *v->order);
    v->is_still = qh_arena_alloc(v->arena, v->n_point, sizeof *v->is_still);
    double *given = qh_arena_alloc(v->arena, 2, sizeof *given); /* m3/s: through a given point, and taken from it */
    if (!v->point || !v->order || !v->is_still || !given || !join(part, network)) return false;
    given[0] = 1;
    for (size_t p = 0; p < v->n_point; p++) {
        volume_point *point = &v->point[p];
        const volume_point *of = &whole->point[part->point[p]];
        point->fixed = part->given[p] || of->fixed;
        point->through = part->given[p] ? given : of->through;
        point->taken = part->given[p] ? given + 1 : of->taken;
        point->outlet = part->given[p] ? given + 1 : of->outlet;
        v->order[v->n_order++] = p;
    }
    return true;
}

static bool place_zones(const qh_volumes *whole, volume_part *part) {
    qh_volumes *v = part->v;
    v->storage_cell = qh_arena_alloc(v->arena, v->n_storage, sizeof *v->storage_cell);
    v->zone_volume = qh_arena_alloc(v->arena, v->n_storage, sizeof *v->zone_volume);
    v->exchange = qh_arena_alloc(v->arena, v->n_storage, sizeof *v->exchange);
    v->live_zone = qh_arena_alloc(v->arena, v->n_storage, sizeof *v->live_zone);
    if (!v->storage_cell || !v->zone_volume || !v->exchange || !v->live_zone) return false;
    for (size_t k = 0; k < v->n_segment; k++) {
        const size_t s = part->segment[k];
        for (size_t z = whole->zone_first[s]; z < whole->zone_first[s + 1]; z++) {
            const size_t made = v->n_live_zone++;
            v->storage_cell[made] = whole->storage_cell[z] - whole->segment[s].first + v->segment[k].first;
            v->zone_volume[made] = whole->zone_volume[z];
            v->exchange[made] = whole->exchange[z];
            v->live_zone[made] = made;
        }
    }
    return true;
}

/* ---- coefficients ---- */

static bool copy_system(const qh_volumes *whole, volume_part *part, size_t index) {
    qh_volumes *v = part->v;
    const volume_system *of = &whole->system[index];
    volume_system *s = &v->system[index];
    *s = *of;
    s->decay = cells_of(whole, part, of->decay);
    s->gain = of->gain ? cells_of(whole, part, of->gain) : NULL;
    s->most_decay = qh_arena_alloc(v->arena, v->n_segment, sizeof *s->most_decay);
    s->least_decay = qh_arena_alloc(v->arena, v->n_segment, sizeof *s->least_decay);
    s->most_gain = qh_arena_alloc(v->arena, v->n_segment, sizeof *s->most_gain);
    s->from_parent = qh_arena_alloc(v->arena, of->n_parent, sizeof *s->from_parent);
    s->by_parent = qh_arena_alloc(v->arena, of->n_parent, sizeof *s->by_parent);
    if (!s->decay || (of->gain && !s->gain) || !s->most_decay || !s->least_decay) return false;
    if (!s->most_gain || !s->from_parent || !s->by_parent) return false;
    for (size_t k = 0; k < v->n_segment; k++) {
        s->most_decay[k] = of->most_decay[part->segment[k]];
        s->least_decay[k] = of->least_decay[part->segment[k]];
        s->most_gain[k] = of->most_gain[part->segment[k]];
    }
    for (size_t a = 0; a < of->n_parent; a++) {
        s->from_parent[a] = cells_of(whole, part, of->from_parent[a]);
        s->by_parent[a] = qh_arena_alloc(v->arena, v->n_segment, sizeof *s->by_parent[a]);
        if (!s->from_parent[a] || !s->by_parent[a]) return false;
        for (size_t k = 0; k < v->n_segment; k++)
            s->by_parent[a][k] = of->by_parent[a][part->segment[k]];
    }
    return true;
}

static bool copy_cells(const qh_volumes *whole, volume_part *part) {
    qh_volumes *v = part->v;
    v->volume = cells_of(whole, part, whole->volume);
    v->face.flow = cells_of(whole, part, whole->face.flow);
    v->face.far = cells_of(whole, part, whole->face.far);
    v->face.down = cells_of(whole, part, whole->face.down);
    v->low = (volume_faces){v->face.flow, NULL, cells_of(whole, part, whole->low.down)};
    v->system = qh_arena_alloc(v->arena, v->n_system, sizeof *v->system);
    if (!v->volume || !v->face.flow || !v->face.far || !v->face.down || !v->low.down || !v->system) return false;
    for (size_t k = 0; k < v->n_system; k++)
        if (!copy_system(whole, part, k)) return false;
    return true;
}

/* What steps ask of the grid and the flow: lengths and distributed inflow. */
static bool copy_water(const qh_volumes *whole, volume_part *part, part_water *water) {
    const qh_volumes *v = part->v;
    const qh_problem *problem = whole->problem;
    qh_grid_segment *segment = qh_arena_alloc(v->arena, v->n_segment, sizeof *segment);
    uint32_t *segment_of = qh_arena_alloc(v->arena, v->n_cell, sizeof *segment_of);
    double *lateral = qh_arena_alloc(v->arena, v->n_segment, sizeof *lateral);
    if (!segment || !segment_of || !lateral) return false;
    for (size_t k = 0; k < v->n_segment; k++) {
        segment[k] = problem->grid->segment[part->segment[k]];
        lateral[k] = problem->flow->segment_lateral[part->segment[k]];
        for (size_t i = v->segment[k].first; i <= v->segment[k].last; i++)
            segment_of[i] = (uint32_t)k;
    }
    water->grid.segment = segment;
    water->grid.segment_of = segment_of;
    water->flow.segment_lateral = lateral;
    water->forcing = *problem->forcing;
    water->forcing.n_source = 0; /* loads are set by who takes the steps */
    water->problem = (qh_problem){.river_case = problem->river_case,
                                  .network = &water->network,
                                  .flow = &water->flow,
                                  .grid = &water->grid,
                                  .forcing = &water->forcing};
    return true;
}

qh_status qh_volumes_make_part(const qh_volumes *whole, volume_part *part) {
    qh_arena *arena = qh_arena_create();
    qh_volumes *v = arena ? qh_arena_alloc(arena, 1, sizeof *v) : NULL;
    part_water *water = v ? qh_arena_alloc(arena, 1, sizeof *water) : NULL;
    if (!water) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    *v = (qh_volumes){.arena = arena,
                      .problem = &water->problem,
                      .n_point = part->n_point,
                      .n_segment = part->n_segment,
                      .n_lane = 1,
                      .n_own = 1,
                      .n_system = whole->n_system,
                      .m = whole->m};
    part->v = v;
    bool complete = place_segments(whole, part) && place_points(whole, part, &water->network) &&
                    place_zones(whole, part) && copy_cells(whole, part) && copy_water(whole, part, water);
    v->n_row = v->n_cell + v->n_point + v->n_storage;
    if (complete) complete = qh_volume_step_create(v, &part->step) == QH_OK;
    if (!complete) qh_volumes_close_part(part);
    return complete ? QH_OK : QH_E_NOMEM;
}

void qh_volumes_close_part(volume_part *part) {
    qh_volume_step_destroy(part->step);
    qh_volumes_destroy(part->v);
    part->step = NULL;
    part->v = NULL;
}

/* ---- states ---- */

/* Copies the rows of a system from the whole to the part, or back; points only there. */
void qh_volumes_fill_part(const qh_volumes *whole, const volume_part *part, size_t index, const double *from,
                          double *state) {
    const qh_volumes *v = part->v;
    from += index * whole->n_row;
    state += index * v->n_row;
    for (size_t k = 0; k < v->n_segment; k++) {
        const volume_segment *s = &v->segment[k], *of = &whole->segment[part->segment[k]];
        memcpy(state + s->first, from + of->first, (s->last - s->first + 1) * sizeof *state);
        const size_t z = v->zone_first[k], zones = v->zone_first[k + 1] - z;
        memcpy(state + v->n_cell + v->n_point + z,
               from + whole->n_cell + whole->n_point + whole->zone_first[part->segment[k]], zones * sizeof *state);
    }
    for (size_t p = 0; p < v->n_point; p++)
        state[v->n_cell + p] = from[whole->n_cell + part->point[p]];
}

void qh_volumes_take_part(const qh_volumes *whole, const volume_part *part, size_t index, const double *from,
                          double *state) {
    const qh_volumes *v = part->v;
    from += index * v->n_row;
    state += index * whole->n_row;
    for (size_t k = 0; k < v->n_segment; k++) {
        const volume_segment *s = &v->segment[k], *of = &whole->segment[part->segment[k]];
        memcpy(state + of->first, from + s->first, (s->last - s->first + 1) * sizeof *state);
        const size_t z = v->zone_first[k], zones = v->zone_first[k + 1] - z;
        memcpy(state + whole->n_cell + whole->n_point + whole->zone_first[part->segment[k]],
               from + v->n_cell + v->n_point + z, zones * sizeof *state);
    }
}
