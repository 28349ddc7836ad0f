/* Linear finite volumes for transport, high and low order, for engine "linear".
 *
 * Equation   that of transport.h. For each constituent in steady flow it is linear:
 *                V dC/dt = F_up - F_down + W + V (gain - decay C + sum f C_parent) + E (C_s - C)
 * Face       between cells u (upwind) and d, f before u, discharge Q > 0, g = A D/dx:
 *            high order   F = Q [C_u + (1/2 - b)(C_u - C_f) + b (C_d - C_u)] + g (C_u - C_d),  b = 1/3: third order
 *                         where f is a point, at the upstream face of u: Q (-p/2 + 5 u/4 + d/4) (same parabola)
 *                         last face before a point where something enters: b = min(1/3, g/Q), so that C_d's weight is
 *                         not positive and a step of the point's value makes no waves upstream
 *            low order    F = Q [w (C_u + C_d)/2 + (1 - w) C_u] + g (C_u - C_d),   w = min(1, 2 g/Q)
 * Point      node or break point, fully mixed, no volume: a row of its own whose fluxes balance. With g over half a
 *            cell and w = min(1, g/Q):
 *                incoming end   F = Q [w C_p + (1 - w) C*] + g (C_u - C_p)
 *                outgoing end   F = Q C_p + g (C_p - C_d)
 *            C* = C_u + (C_u - C_inner)/2 for the high order, C_u for the low one. Outlets likewise, with
 *            Q C_p leaving. First-type inlets: C_p = load/through.
 * Low order  All off-diagonal weights of -A are <= 0 and its rows add up to decay + inflow >= 0: an M-matrix at any Péclet
 *            number, whose inverse has no negative entry. So one step of backward Euler keeps new values between the
 *            old ones and what enters, whatever its length (volumes_limit.c rests on this).
 * Order      rows of a state: cells downstream in each segment, then points, then storage zones; systems (a constituent
 *            and the lanes that share its kinetics) before those that depend on them. Lanes innermost.
 * Sources    van Leer (1977), J. Comput. Phys. 23:276 (the family of schemes, b = (1 + kappa)/4); Bencala & Walters
 *            (1983), Water Resour. Res. 19:718 (storage zones).
 * Not for    water that runs against the direction of its reach, circular kinetics, discharge that changes in time. */
#include <math.h>
#include <stdlib.h>

#include "model/kinetics.h"
#include "solvers/volumes_internal.h"

void qh_volumes_destroy(qh_volumes *v) {
    if (v) qh_arena_destroy(v->arena);
}

/* ---- faces ---- */

/* Whether the point's value may step away from what arrives: more than one way in, or something enters. */
static bool may_step(const qh_volumes *v, size_t p) {
    const volume_point *point = &v->point[p];
    if (point->in_count > 1 || point->link_count > 0) return true;
    return v->problem->flow->point_inflow[p] > 0;
}

static void set_high_faces(qh_volumes *v, size_t s, const bool *enters) {
    const qh_grid *grid = v->problem->grid;
    const volume_segment *segment = &v->segment[s];
    for (size_t i = segment->first; i <= segment->last; i++) {
        const double q = qh_grid_discharge_down(grid, i), g = qh_grid_conductance_down(grid, i);
        if (i == segment->last) {
            const double w = q > g ? g / q : 1, upwind = q * (1 - w);
            v->face[i] = (volume_face){q, -0.5 * upwind, q * w - g};
            continue;
        }
        const bool before_step = i + 1 == segment->last && enters[segment->to];
        double b = 1.0 / 3;
        if (before_step && g < q * b) b = g / q;
        if (i == segment->first) {
            /* the parabola through the point and both means; b < 1/3 gives way to a straight line */
            const double part = before_step ? b * 3 : 1, far = 0.5 * part + (1 - part);
            v->face[i] = (volume_face){q, -q * far, 0.25 * q * part - g};
        } else {
            v->face[i] = (volume_face){q, -q * (0.5 - b), q * b - g};
        }
    }
}

static void set_low_faces(const qh_volumes *v, size_t s) {
    const qh_grid *grid = v->problem->grid;
    const volume_segment *segment = &v->segment[s];
    for (size_t i = segment->first; i <= segment->last; i++) {
        const double q = qh_grid_discharge_down(grid, i), g = qh_grid_conductance_down(grid, i);
        const double half = i == segment->last ? g : 2 * g; /* over the distance to where the value stands */
        const double w = q > half ? half / q : 1, part = i == segment->last ? w : 0.5 * w;
        v->low[i] = (volume_face){q, 0, q * part - g};
    }
}

qh_status qh_volumes_make_low(qh_volumes *v) {
    if (v->low) return QH_OK;
    v->low = qh_arena_alloc(v->arena, v->n_cell, sizeof *v->low);
    if (!v->low) return QH_E_NOMEM;
    for (size_t s = 0; s < v->n_segment; s++)
        set_low_faces(v, s);
    return QH_OK;
}

/* ---- points and segments ---- */

static void set_points(qh_volumes *v) {
    const qh_network *network = v->problem->network;
    const qh_flow *flow = v->problem->flow;
    const qh_case *river_case = v->problem->river_case;
    for (size_t k = 0; k < network->n_link; k++) {
        v->link_flow[k] = flow->link[k];
        v->point[network->link[k].to].link_count++;
    }
    size_t n_link = 0;
    for (size_t p = 0; p < v->n_point; p++) {
        volume_point *point = &v->point[p];
        point->in_first = network->in_first[p];
        point->in_count = network->in_first[p + 1] - network->in_first[p];
        point->out_first = network->out_first[p];
        point->out_count = network->out_first[p + 1] - network->out_first[p];
        point->link_first = n_link;
        n_link += point->link_count;
        point->link_count = 0;
        point->taken = flow->point_taken[p];
        point->through = flow->point_inflow[p];
    }
    for (size_t k = 0; k < network->n_link; k++) {
        volume_point *to = &v->point[network->link[k].to];
        v->arriving_link[to->link_first + to->link_count++] = k;
        to->through += v->link_flow[k];
    }
    for (size_t h = 0; h < river_case->n_headwater; h++) {
        if (river_case->headwater[h].inlet == QH_INLET_CONCENTRATION)
            v->point[network->headwater_point[h]].fixed = true;
    }
}

/* What leaves a point is what arrives less what the reaches take, to the last digit: else constants would drift. */
static void close_points(qh_volumes *v) {
    const qh_network *network = v->problem->network;
    const qh_grid *grid = v->problem->grid;
    for (size_t p = 0; p < v->n_point; p++) {
        volume_point *point = &v->point[p];
        double in = 0, out = 0;
        for (size_t k = 0; k < point->in_count; k++)
            in += qh_grid_discharge_down(grid, v->segment[network->in_segment[point->in_first + k]].last);
        for (size_t k = 0; k < point->out_count; k++)
            out += qh_grid_discharge_up(grid, v->segment[network->out_segment[point->out_first + k]].first);
        if (point->out_count == 0) {
            point->outlet = in + point->through - point->taken;
        } else if (point->taken > 0) {
            point->taken = in + point->through - out;
        }
        if (!(point->fixed) && (point->out_count > 1 || point->link_count > 0)) v->special[v->n_special++] = p;
        if (point->fixed && point->link_count > 0) v->special[v->n_special++] = p;
    }
}

static void set_segments(qh_volumes *v) {
    const double longest = v->problem->river_case->solver.cell_length;
    const qh_network *network = v->problem->network;
    const qh_grid *grid = v->problem->grid;
    for (size_t i = 0; i < v->n_cell; i++)
        v->volume[i] = qh_grid_volume(grid, i);
    for (size_t s = 0; s < v->n_segment; s++) {
        volume_segment *segment = &v->segment[s];
        segment->first = grid->segment_first[s];
        segment->last = grid->segment_first[s + 1] - 1;
        segment->from = network->segment[s].from;
        segment->to = network->segment[s].to;
        segment->flow = qh_grid_discharge_up(grid, segment->first);
        segment->disperse = qh_grid_conductance_up(grid, segment->first);
        const size_t count = segment->last - segment->first + 1;
        segment->is_short = qh_grid_length(grid, segment->first) < longest / 8;
        if (count > v->longest) v->longest = count;
        v->block_first[s + 1] = v->block_first[s] + (count + volume_block - 1) / volume_block;
        segment->narrowest = INFINITY;
        const double dx = qh_grid_length(grid, segment->first);
        for (size_t i = segment->first; i <= segment->last; i++) {
            const double q = qh_grid_discharge_down(grid, i);
            const double passing = 2 * q + qh_grid_conductance_up(grid, i) + qh_grid_conductance_down(grid, i);
            segment->fastest = fmax(segment->fastest, q / v->volume[i]);
            segment->stiffest = fmax(segment->stiffest, passing / v->volume[i]);
            segment->spreading = fmax(segment->spreading, grid->dispersion[i] / (dx * dx));
            segment->narrowest = fmin(segment->narrowest, grid->area[i]);
            segment->nominal = fmax(segment->nominal, q / grid->area[i] / longest);
        }
    }
}

static void set_zones(qh_volumes *v) {
    const qh_grid *grid = v->problem->grid;
    size_t zone = 0;
    for (size_t s = 0; s < v->n_segment; s++) {
        v->zone_first[s] = zone;
        for (size_t i = v->segment[s].first; i <= v->segment[s].last; i++) {
            if (!(qh_grid_storage_area(grid, i) > 0)) continue;
            v->storage_cell[zone] = i;
            v->zone_volume[zone] = qh_grid_storage_area(grid, i) * qh_grid_length(grid, i);
            v->exchange[zone++] = qh_grid_storage_exchange(grid, i) * v->volume[i];
        }
    }
    v->zone_first[v->n_segment] = zone;
}

/* ---- kinetics ---- */

typedef struct kinetics_work {
    qh_rate_parameters *parameters; /* [n_species] */
    double *zero, *rate, *jacobian; /* [n_species], [n_species], [n_species][n_species] */
} kinetics_work;

static void kinetics_of_group(qh_volumes *v, size_t group, size_t first_system, const kinetics_work *w) {
    const qh_problem *problem = v->problem;
    const qh_grid *grid = problem->grid;
    const qh_forcing *forcing = problem->forcing;
    const size_t n = forcing->n_species, lane = group * v->n_lane;
    for (size_t i = 0; i < v->n_cell; i++) {
        const bool new_reach = i == 0 || qh_grid_reach(grid, i) != qh_grid_reach(grid, i - 1);
        if (new_reach) {
            qh_forcing_rate_parameters(forcing, lane, qh_grid_reach(grid, i), w->parameters);
        }
        if (new_reach || !qh_grid_is_alike(grid, i, i - 1)) {
            const qh_process_input input = {.n_species = n,
                                            .parameters = w->parameters,
                                            .temperature =
                                                qh_forcing_temperature(forcing, lane, qh_grid_reach(grid, i)),
                                            .depth = grid->depth[i],
                                            .velocity = qh_grid_velocity(grid, i)};
            qh_kinetics_rates(&input, w->zero, w->rate, w->jacobian);
        }
        for (size_t k = first_system; k < first_system + n; k++) {
            volume_system *s = &v->system[k];
            s->decay[i] = -w->jacobian[s->species * n + s->species];
            if (s->gain) s->gain[i] = w->rate[s->species];
            for (size_t a = 0; a < s->n_parent; a++)
                s->from_parent[a][i] = w->jacobian[s->species * n + v->system[s->parent[a]].species];
        }
    }
}

/* What bounds ask of a segment's kinetics, once for all steps. */
static void find_extremes(const qh_volumes *v, volume_system *s) {
    for (size_t k = 0; k < v->n_segment; k++) {
        for (size_t i = v->segment[k].first; i <= v->segment[k].last; i++) {
            s->most_decay[k] = fmax(s->most_decay[k], s->decay[i]);
            if (s->gain) s->most_gain[k] = fmax(s->most_gain[k], s->gain[i]);
            for (size_t a = 0; a < s->n_parent; a++) {
                volume_extremes *e = &s->by_parent[a][k];
                e->up = fmax(e->up, s->from_parent[a][i]);
                e->down = fmax(e->down, -s->from_parent[a][i]);
            }
        }
    }
}

static bool allocate_system(qh_volumes *v, size_t index, const size_t *order, size_t place) {
    const qh_case *river_case = v->problem->river_case;
    const size_t n = river_case->n_constituent, first = index - place;
    volume_system *s = &v->system[index];
    s->species = order[place];
    s->group = first / n;
    s->decay = qh_arena_alloc(v->arena, v->n_cell, sizeof(double));
    s->parent = qh_arena_alloc(v->arena, n, sizeof(size_t));
    s->from_parent = qh_arena_alloc(v->arena, n, sizeof(double *));
    s->most_decay = qh_arena_alloc(v->arena, v->n_segment, sizeof(double));
    s->most_gain = qh_arena_alloc(v->arena, v->n_segment, sizeof(double));
    s->by_parent = qh_arena_alloc(v->arena, n, sizeof(volume_extremes *));
    if (!s->decay || !s->parent || !s->from_parent || !s->most_decay || !s->most_gain || !s->by_parent) return false;
    if (qh_kinetics_gains(river_case, s->species)) {
        s->gain = qh_arena_alloc(v->arena, v->n_cell, sizeof(double));
        if (!s->gain) return false;
    }
    for (size_t k = 0; k < place; k++) {
        if (!qh_kinetics_couples(river_case, s->species, order[k])) continue;
        s->parent[s->n_parent] = first + k;
        s->from_parent[s->n_parent] = qh_arena_alloc(v->arena, v->n_cell, sizeof(double));
        s->by_parent[s->n_parent] = qh_arena_alloc(v->arena, v->n_segment, sizeof(volume_extremes));
        if (!s->from_parent[s->n_parent] || !s->by_parent[s->n_parent]) return false;
        s->n_parent++;
    }
    return true;
}

static qh_status set_kinetics(qh_volumes *v) {
    const size_t n = v->problem->forcing->n_species, some = n ? n : 1;
    size_t *order = calloc(some, sizeof *order);
    const kinetics_work w = {calloc(some, sizeof(qh_rate_parameters)), calloc(some, sizeof(double)),
                             calloc(some, sizeof(double)), calloc(some * some, sizeof(double))};
    bool complete = order && w.parameters && w.zero && w.rate && w.jacobian;
    if (complete) (void)qh_kinetics_order(v->problem->river_case, order); /* the engine objects to circles */
    for (size_t k = 0; k < v->n_system && complete; k++)
        complete = allocate_system(v, k, order, k % some);
    for (size_t group = 0; group < v->n_group && complete; group++)
        kinetics_of_group(v, group, group * n, &w);
    for (size_t k = 0; k < v->n_system && complete; k++)
        find_extremes(v, &v->system[k]);
    free(order);
    free(w.parameters);
    free(w.zero);
    free(w.rate);
    free(w.jacobian);
    return complete ? QH_OK : QH_E_NOMEM;
}

/* ---- all together ---- */

static bool allocate(qh_volumes *v) {
    const qh_network *network = v->problem->network;
    qh_arena *a = v->arena;
    v->volume = qh_arena_alloc(a, v->n_cell, sizeof(double));
    v->face = qh_arena_alloc(a, v->n_cell, sizeof(volume_face));
    v->segment = qh_arena_alloc(a, v->n_segment, sizeof(volume_segment));
    v->point = qh_arena_alloc(a, v->n_point, sizeof(volume_point));
    v->special = qh_arena_alloc(a, v->n_point, sizeof(size_t));
    v->arriving_link = qh_arena_alloc(a, network->n_link, sizeof(size_t));
    v->link_flow = qh_arena_alloc(a, network->n_link, sizeof(double));
    v->storage_cell = qh_arena_alloc(a, v->n_storage, sizeof(size_t));
    v->zone_volume = qh_arena_alloc(a, v->n_storage, sizeof(double));
    v->exchange = qh_arena_alloc(a, v->n_storage, sizeof(double));
    v->zone_first = qh_arena_alloc(a, v->n_segment + 1, sizeof(size_t));
    v->block_first = qh_arena_alloc(a, v->n_segment + 1, sizeof(size_t));
    v->system = qh_arena_alloc(a, v->n_system, sizeof(volume_system));
    v->live = qh_arena_alloc(a, v->n_segment, sizeof(size_t));
    v->order = qh_arena_alloc(a, v->n_point, sizeof(size_t));
    v->range = qh_arena_alloc(a, v->n_segment, sizeof(volume_range));
    v->live_zone = qh_arena_alloc(a, v->n_storage, sizeof(size_t));
    v->is_live = qh_arena_alloc(a, v->n_segment, sizeof(bool));
    v->is_still = qh_arena_alloc(a, v->n_point, sizeof(bool));
    if (!v->live || !v->order || !v->live_zone || !v->range || !v->is_live || !v->is_still) return false;
    return v->zone_first && v->block_first && v->volume && v->face && v->segment && v->point && v->special &&
           v->arriving_link && v->link_flow && v->storage_cell && v->zone_volume && v->exchange && v->system;
}

static qh_status set_faces(qh_volumes *v) {
    bool *enters = calloc(v->n_point ? v->n_point : 1, sizeof *enters);
    if (!enters) return QH_E_NOMEM;
    for (size_t p = 0; p < v->n_point; p++)
        enters[p] = may_step(v, p);
    const qh_case *river_case = v->problem->river_case;
    for (size_t k = 0; k < river_case->n_outfall; k++) /* an outfall without water is a load all the same */
        enters[v->problem->network->outfall_point[k]] = true;
    for (size_t k = 0; k < river_case->n_tributary; k++)
        enters[v->problem->network->tributary_point[k]] = true;
    for (size_t s = 0; s < v->n_segment; s++)
        set_high_faces(v, s, enters);
    free(enters);
    return QH_OK;
}

qh_status qh_volumes_create(const qh_problem *problem, qh_volumes **volumes) {
    qh_arena *arena = qh_arena_create();
    qh_volumes *v = arena ? qh_arena_alloc(arena, 1, sizeof *v) : NULL;
    if (!v) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    const qh_grid *grid = problem->grid;
    const qh_forcing *forcing = problem->forcing;
    v->arena = arena;
    v->problem = problem;
    v->n_cell = grid->n_cell;
    v->n_point = problem->network->n_point;
    v->n_segment = problem->network->n_segment;
    for (size_t i = 0; i < v->n_cell; i++)
        v->n_storage += qh_grid_storage_area(grid, i) > 0;
    v->n_row = v->n_cell + v->n_point + v->n_storage;
    v->n_group = qh_forcing_rates_differ(forcing) ? forcing->n_lane : 1;
    v->n_lane = forcing->n_lane / v->n_group;
    v->n_system = forcing->n_species * v->n_group;
    v->m = forcing->n_species * forcing->n_lane;
    qh_status status = allocate(v) ? QH_OK : QH_E_NOMEM;
    if (status == QH_OK) {
        set_points(v);
        set_segments(v);
        set_zones(v);
        close_points(v);
        status = set_faces(v);
    }
    if (status == QH_OK) status = set_kinetics(v);
    if (status == QH_OK) status = qh_volumes_list_all(v);
    if (status != QH_OK) {
        qh_volumes_destroy(v);
        return status;
    }
    *volumes = v;
    return QH_OK;
}
