/* Building the transport operator: volumes, ends, points and their balance. Scheme: see transport.c. */
#include <math.h>
#include <stdlib.h>

#include "solvers/transport_internal.h"

static bool allocate(qh_transport *t) {
    const qh_network *network = t->problem->network;
    qh_arena *a = t->arena;
    t->zone_volume = qh_arena_alloc(a, t->n_storage, sizeof(double));
    t->reach_volume = qh_arena_alloc(a, t->problem->river_case->n_reach, sizeof(double));
    t->reach_discharge = qh_arena_alloc(a, t->problem->river_case->n_reach, sizeof(double));
    t->forward = qh_arena_alloc(a, t->n_segment, sizeof(bool));
    t->central = qh_arena_alloc(a, t->n_segment, sizeof(bool));
    t->alike = qh_arena_alloc(a, t->n_segment, sizeof(bool));
    if (t->n_storage > 0) t->storage_of = qh_arena_alloc(a, t->n_cell, sizeof(size_t));
    t->storage_cell = qh_arena_alloc(a, t->n_storage, sizeof(size_t));
    t->end = qh_arena_alloc(a, 2 * t->n_segment, sizeof(segment_end));
    t->point = qh_arena_alloc(a, t->n_point, sizeof(mixing_point));
    t->point_end = qh_arena_alloc(a, 2 * t->n_segment, sizeof(size_t));
    t->arriving_link = qh_arena_alloc(a, network->n_link, sizeof(size_t));
    t->link_flow = qh_arena_alloc(a, network->n_link, sizeof(double));
    t->load = qh_arena_alloc(a, t->problem->forcing->n_source * t->m, sizeof(double));
    t->point_load = qh_arena_alloc(a, t->n_point * t->m, sizeof(double));
    t->headwater_load = qh_arena_alloc(a, t->n_point * t->m, sizeof(double));
    t->segment_load = qh_arena_alloc(a, t->n_segment * t->m, sizeof(double));
    t->mixed = qh_arena_alloc(a, t->n_point * t->m, sizeof(double));
    t->missing = qh_arena_alloc(a, t->n_point * t->m, sizeof(double));
    t->theta = qh_arena_alloc(a, t->n_point * t->m, sizeof(double));
    t->flux = qh_arena_alloc(a, 6 * t->m, sizeof(double));
    t->end_flux = qh_arena_alloc(a, 2 * t->n_segment * t->m, sizeof(double));
    t->reacted = qh_arena_alloc(a, t->problem->river_case->n_reach * t->m, sizeof(double));
    size_t longest = 0;
    for (size_t s = 0; s < t->n_segment; s++) {
        const size_t count = t->grid->segment_first[s + 1] - t->grid->segment_first[s];
        longest = count > longest ? count : longest;
    }
    t->face_flux = qh_arena_alloc(a, (longest + 1) * t->m, sizeof(double));
    if (!t->reach_volume || !t->reach_discharge || !t->forward || !t->central || !t->alike || !t->face_flux)
        return false;
    return t->zone_volume && (t->storage_of || t->n_storage == 0) && t->storage_cell && t->end && t->point &&
           t->point_end && t->arriving_link && t->link_flow && t->load && t->point_load && t->headwater_load &&
           t->segment_load && t->mixed && t->missing && t->theta && t->flux && t->end_flux && t->reacted;
}

static void set_faces(qh_transport *t) {
    const qh_grid *grid = t->grid;
    for (size_t s = 0; s < t->n_segment; s++) {
        t->forward[s] = t->central[s] = true;
        for (size_t i = grid->segment_first[s]; i < grid->segment_first[s + 1]; i++) {
            const double q = qh_grid_discharge_down(grid, i), g = qh_grid_conductance_down(grid, i);
            t->forward[s] = t->forward[s] && q >= 0;
            t->central[s] = t->central[s] && (fabs(q) <= 2 * g || i + 1 == grid->segment_first[s + 1]);
        }
    }
}

static void set_cells(qh_transport *t) {
    const qh_grid *grid = t->grid;
    size_t storage = 0;
    for (size_t i = 0; i < t->n_cell; i++) {
        if (t->storage_of) t->storage_of[i] = i;
        const size_t reach = qh_grid_reach(grid, i);
        if (t->storage_of && qh_grid_storage_area(grid, i) > 0) {
            t->storage_of[i] = t->n_cell + storage;
            t->zone_volume[storage] = qh_grid_storage_area(grid, i) * qh_grid_length(grid, i);
            t->reach_volume[reach] += t->zone_volume[storage];
            t->storage_cell[storage++] = i;
        }
        t->reach_volume[reach] += qh_grid_volume(grid, i);
        t->reach_discharge[reach] = fmax(t->reach_discharge[reach], fabs(qh_grid_discharge_up(grid, i)));
    }
}

static bool same(const double *value, size_t first, size_t last) {
    for (size_t k = first + 1; k <= last; k++) {
        if (value[k] != value[k - 1]) return false;
    }
    return true;
}

static void find_alike(qh_transport *t) {
    for (size_t s = 0; s < t->n_segment; s++) {
        const size_t first = t->grid->segment_first[s], last = t->grid->segment_first[s + 1] - 1;
        t->alike[s] = t->rates_alike[s] && same(t->grid->area, first, last);
        if (last < first + 2) continue; /* the first face has a point upstream, the last one is an end */
        t->alike[s] = t->alike[s] && same(discharge_down(t, s), first + 1, last - 1) &&
                      same(conductance_down(t, s), first + 1, last - 1);
    }
}

static void set_ends(qh_transport *t) {
    const qh_network *network = t->problem->network;
    const qh_grid *grid = t->grid;
    for (size_t s = 0; s < t->n_segment; s++) {
        const size_t first = grid->segment_first[s], last = grid->segment_first[s + 1] - 1;
        const double q_up = qh_grid_discharge_up(grid, first), q_down = qh_grid_discharge_down(grid, last);
        t->end[2 * s] = (segment_end){.point = network->segment[s].from,
                                      .cell = first,
                                      .inner = first + 1,
                                      .into_point = q_up < 0,
                                      .discharge = fabs(q_up),
                                      .conductance = qh_grid_conductance_up(grid, first),
                                      .length = qh_grid_length(grid, first)};
        t->end[2 * s + 1] = (segment_end){.point = network->segment[s].to,
                                          .cell = last,
                                          .inner = last - 1,
                                          .into_point = q_down >= 0,
                                          .discharge = fabs(q_down),
                                          .conductance = qh_grid_conductance_down(grid, last),
                                          .length = qh_grid_length(grid, last)};
        for (size_t e = 2 * s; e < 2 * s + 2; e++) {
            segment_end *end = &t->end[e];
            end->central = end->discharge > end->conductance ? end->conductance / end->discharge : 1;
        }
    }
}

/* Lists the ends of a point with the wanted direction; returns how many. */
static size_t list_ends(qh_transport *t, size_t p, bool into_point, size_t first) {
    const qh_network *network = t->problem->network;
    size_t count = 0;
    for (size_t k = network->in_first[p]; k < network->in_first[p + 1]; k++) {
        const size_t e = 2 * network->in_segment[k] + 1;
        if (t->end[e].into_point == into_point) t->point_end[first + count++] = e;
    }
    for (size_t k = network->out_first[p]; k < network->out_first[p + 1]; k++) {
        const size_t e = 2 * network->out_segment[k];
        if (t->end[e].into_point == into_point) t->point_end[first + count++] = e;
    }
    return count;
}

/* Of the ends at a point the one with the largest exchange. */
static segment_end *widest_end(qh_transport *t, const mixing_point *point) {
    segment_end *widest = NULL;
    for (size_t k = 0; k < point->in_count + point->out_count; k++) {
        const size_t at = k < point->in_count ? point->in_first + k : point->out_first + (k - point->in_count);
        segment_end *end = &t->end[t->point_end[at]];
        if (!widest || end->conductance > widest->conductance) widest = end;
    }
    return widest;
}

static void set_points(qh_transport *t) {
    const qh_network *network = t->problem->network;
    const qh_flow *flow = t->problem->flow;
    for (size_t k = 0; k < network->n_link; k++) {
        t->link_flow[k] = flow->link[k];
        t->point[network->link[k].to].link_count++;
    }
    size_t n_end = 0, n_link = 0;
    for (size_t p = 0; p < t->n_point; p++) {
        mixing_point *point = &t->point[p];
        point->in_first = n_end;
        point->in_count = list_ends(t, p, true, n_end);
        point->out_first = n_end + point->in_count;
        point->out_count = list_ends(t, p, false, point->out_first);
        n_end = point->out_first + point->out_count;
        point->link_first = n_link;
        n_link += point->link_count;
        point->link_count = 0;
        point->taken = flow->point_taken[p];
        point->through = flow->point_inflow[p];
    }
    for (size_t k = 0; k < network->n_link; k++) {
        mixing_point *to = &t->point[network->link[k].to];
        t->arriving_link[to->link_first + to->link_count++] = k;
        to->through += t->link_flow[k];
    }
    const qh_case *river_case = t->problem->river_case;
    for (size_t h = 0; h < river_case->n_headwater; h++) {
        if (river_case->headwater[h].inlet == QH_INLET_CONCENTRATION)
            t->point[network->headwater_point[h]].fixed = true;
    }
    for (size_t p = 0; p < t->n_point; p++) {
        mixing_point *point = &t->point[p];
        double sum_in = 0, sum_in_length = 0, sum_out = 0, longest_out = 0;
        for (size_t k = 0; k < point->in_count; k++) {
            const segment_end *end = &t->end[t->point_end[point->in_first + k]];
            sum_in += end->discharge;
            sum_in_length += end->discharge * end->length;
            point->denominator += end->conductance - end->discharge * end->central;
        }
        for (size_t k = 0; k < point->out_count; k++) {
            const segment_end *end = &t->end[t->point_end[point->out_first + k]];
            sum_out += end->discharge;
            longest_out = fmax(longest_out, end->length);
            point->denominator += end->discharge + end->conductance;
        }
        if (point->out_count > 0 && !point->fixed) {
            segment_end *widest = widest_end(t, point);
            widest->balances = point->balanced = !widest->into_point;
        }
        if (point->out_count == 0) {
            for (size_t k = 0; k < point->in_count; k++)
                t->end[t->point_end[point->in_first + k]].outlet = t->n_outlet++;
            point->outlet = sum_in + point->through - point->taken;
        } else if (point->taken > 0) {
            /* what is left may be little: the balance must hold to its last digit */
            point->taken = sum_in + point->through - sum_out;
        }
        point->denominator += point->taken + point->outlet;
        const double length_in = sum_in > 0 ? sum_in_length / sum_in : 0;
        point->share = length_in > 0 ? fmin(length_in / (length_in + longest_out), largest_share) : 0;
    }
}

qh_status qh_transport_create(const qh_problem *problem, qh_diag *diag, qh_transport **transport) {
    (void)diag; /* nothing is refused yet; callers need not change when something is */
    qh_arena *arena = qh_arena_create();
    qh_transport *t = arena ? qh_arena_alloc(arena, 1, sizeof *t) : NULL;
    if (!t) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    const qh_grid *grid = problem->grid;
    t->arena = arena;
    t->problem = problem;
    t->grid = grid;
    t->n_cell = grid->n_cell;
    for (size_t i = 0; i < t->n_cell; i++)
        t->n_storage += qh_grid_storage_area(grid, i) > 0;
    t->n_unknown = t->n_cell + t->n_storage;
    t->n_species = problem->forcing->n_species;
    t->n_lane = problem->forcing->n_lane;
    t->m = t->n_species * t->n_lane;
    t->n_point = problem->network->n_point;
    t->n_segment = problem->network->n_segment;
    qh_status status = allocate(t) ? QH_OK : QH_E_NOMEM;
    if (status == QH_OK) {
        set_cells(t);
        set_faces(t);
        set_ends(t);
        set_points(t);
        status = qh_transport_set_kinetics(t);
    }
    if (status == QH_OK) find_alike(t);
    if (status == QH_OK) status = qh_transport_find_pattern(t);
    if (status != QH_OK) {
        qh_transport_destroy(t);
        return status;
    }
    qh_transport_set_time(t, 0);
    *transport = t;
    return QH_OK;
}
