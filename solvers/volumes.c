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
 *            in all lanes) before those that depend on them. Lanes innermost, in coefficients too where each lane has water
 *            or kinetics of its own.
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

/* ---- water of a lane ---- */

static const qh_grid *grid_of(const qh_volumes *v, size_t lane) { return qh_problem_grid(v->problem, lane); }
static const qh_flow *flow_of(const qh_volumes *v, size_t lane) { return qh_problem_flow(v->problem, lane); }

/* ---- faces ---- */

static void put_face(const volume_faces *f, size_t at, volume_face face) {
    f->flow[at] = face.flow;
    f->far[at] = face.far;
    f->down[at] = face.down;
}

/* Whether the point's value may step away from what arrives: more than one way in, or something enters. */
static bool may_step(const qh_volumes *v, size_t p, size_t lane) {
    const volume_point *point = &v->point[p];
    if (point->in_count > 1 || point->link_count > 0) return true;
    return flow_of(v, lane)->point_inflow[p] > 0;
}

/* Points at which something enters in a lane: enters [n_point]. An outfall without water is a load all the same. */
static void find_entries(const qh_volumes *v, size_t lane, bool *enters) {
    const qh_case *river_case = v->problem->river_case;
    for (size_t p = 0; p < v->n_point; p++)
        enters[p] = may_step(v, p, lane);
    for (size_t k = 0; k < river_case->n_outfall; k++)
        enters[v->problem->network->outfall_point[k]] = true;
    for (size_t k = 0; k < river_case->n_tributary; k++)
        enters[v->problem->network->tributary_point[k]] = true;
}

static volume_face last_face(double q, double g) {
    const double w = q > g ? g / q : 1, upwind = q * (1 - w);
    return (volume_face){q, -0.5 * upwind, q * w - g};
}

/* The first face after a point: the parabola through the point and both means; b < 1/3 gives way to a straight line. */
static volume_face first_face(double q, double g, double b, bool before_step) {
    const double part = before_step ? b * 3 : 1, far = 0.5 * part + (1 - part);
    return (volume_face){q, -q * far, 0.25 * q * part - g};
}

static void set_high_faces(const qh_volumes *v, size_t s, size_t lane, const bool *enters) {
    const qh_grid *grid = grid_of(v, lane);
    const volume_segment *segment = &v->segment[s];
    for (size_t i = segment->first; i <= segment->last; i++) {
        const double q = qh_grid_discharge_down(grid, i), g = qh_grid_conductance_down(grid, i);
        const size_t at = volume_own(v, i, lane);
        if (i == segment->last) {
            put_face(&v->face, at, last_face(q, g));
            continue;
        }
        const bool before_step = i + 1 == segment->last && enters[segment->to];
        double b = 1.0 / 3;
        if (before_step && g < q * b) b = g / q;
        if (i == segment->first)
            put_face(&v->face, at, first_face(q, g, b, before_step));
        else
            put_face(&v->face, at, (volume_face){q, -q * (0.5 - b), q * b - g});
    }
}

static void set_low_faces(const qh_volumes *v, size_t s, size_t lane) {
    const qh_grid *grid = grid_of(v, lane);
    const volume_segment *segment = &v->segment[s];
    for (size_t i = segment->first; i <= segment->last; i++) {
        const double q = qh_grid_discharge_down(grid, i), g = qh_grid_conductance_down(grid, i);
        const double half = i == segment->last ? g : 2 * g; /* over the distance to where the value stands */
        const double w = q > half ? half / q : 1, part = i == segment->last ? w : 0.5 * w;
        v->low.down[volume_own(v, i, lane)] = q * part - g;
    }
}

static bool allocate_faces(const qh_volumes *v, volume_faces *f) {
    f->flow = qh_arena_alloc(v->arena, v->n_cell * v->n_own, sizeof(double));
    f->far = qh_arena_alloc(v->arena, v->n_cell * v->n_own, sizeof(double));
    f->down = qh_arena_alloc(v->arena, v->n_cell * v->n_own, sizeof(double));
    return f->flow && f->far && f->down;
}

qh_status qh_volumes_make_low(qh_volumes *v) {
    if (v->low.down) return QH_OK;
    double *down = qh_arena_alloc(v->arena, v->n_cell * v->n_own, sizeof(double));
    if (!down) return QH_E_NOMEM;
    v->low = (volume_faces){v->face.flow, NULL, down};
    for (size_t s = 0; s < v->n_segment; s++) {
        for (size_t lane = 0; lane < v->n_own; lane++)
            set_low_faces(v, s, lane);
    }
    return QH_OK;
}

static qh_status set_faces(const qh_volumes *v) {
    bool *enters = calloc(v->n_point + 1, sizeof *enters);
    if (!enters) return QH_E_NOMEM;
    for (size_t lane = 0; lane < v->n_own; lane++) {
        find_entries(v, lane, enters);
        for (size_t s = 0; s < v->n_segment; s++)
            set_high_faces(v, s, lane, enters);
    }
    free(enters);
    return QH_OK;
}

/* ---- points and segments ---- */

static void place_points(qh_volumes *v) {
    const qh_network *network = v->problem->network;
    const qh_case *river_case = v->problem->river_case;
    for (size_t k = 0; k < network->n_link; k++)
        v->point[network->link[k].to].link_count++;
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
    }
    for (size_t k = 0; k < network->n_link; k++) {
        volume_point *to = &v->point[network->link[k].to];
        v->arriving_link[to->link_first + to->link_count++] = k;
    }
    for (size_t h = 0; h < river_case->n_headwater; h++) {
        if (river_case->headwater[h].inlet == QH_INLET_CONCENTRATION)
            v->point[network->headwater_point[h]].fixed = true;
    }
    for (size_t p = 0; p < v->n_point; p++) {
        const volume_point *point = &v->point[p];
        if (!point->fixed && (point->out_count > 1 || point->link_count > 0)) v->special[v->n_special++] = p;
        if (point->fixed && point->link_count > 0) v->special[v->n_special++] = p;
    }
}

static void set_points(const qh_volumes *v, size_t lane) {
    const qh_network *network = v->problem->network;
    const qh_flow *flow = flow_of(v, lane);
    for (size_t p = 0; p < v->n_point; p++) {
        v->point[p].taken[lane] = flow->point_taken[p];
        v->point[p].through[lane] = flow->point_inflow[p];
    }
    for (size_t k = 0; k < network->n_link; k++) {
        v->link_flow[k * v->n_own + lane] = flow->link[k];
        v->point[network->link[k].to].through[lane] += flow->link[k];
    }
}

/* What leaves a point is what arrives less what the reaches take, to the last digit: else constants would drift. */
static void close_points(const qh_volumes *v, size_t lane) {
    const qh_network *network = v->problem->network;
    const qh_grid *grid = grid_of(v, lane);
    for (size_t p = 0; p < v->n_point; p++) {
        const volume_point *point = &v->point[p];
        double in = 0, out = 0;
        for (size_t k = 0; k < point->in_count; k++)
            in += qh_grid_discharge_down(grid, v->segment[network->in_segment[point->in_first + k]].last);
        for (size_t k = 0; k < point->out_count; k++)
            out += qh_grid_discharge_up(grid, v->segment[network->out_segment[point->out_first + k]].first);
        if (point->out_count == 0) {
            point->outlet[lane] = in + point->through[lane] - point->taken[lane];
        } else if (point->taken[lane] > 0) {
            point->taken[lane] = in + point->through[lane] - out;
        }
    }
}

static void place_segments(qh_volumes *v) {
    const double longest = v->problem->river_case->solver.cell_length;
    const qh_network *network = v->problem->network;
    const qh_grid *grid = v->problem->grid;
    for (size_t s = 0; s < v->n_segment; s++) {
        volume_segment *segment = &v->segment[s];
        segment->first = grid->segment_first[s];
        segment->last = grid->segment_first[s + 1] - 1;
        segment->from = network->segment[s].from;
        segment->to = network->segment[s].to;
        const size_t count = segment->last - segment->first + 1;
        segment->is_short = qh_grid_length(grid, segment->first) < longest / 8;
        if (count > v->longest) v->longest = count;
        v->block_first[s + 1] = v->block_first[s] + (count + volume_block - 1) / volume_block;
    }
}

static void set_segments(const qh_volumes *v, size_t lane) {
    const double longest = v->problem->river_case->solver.cell_length;
    const qh_grid *grid = grid_of(v, lane);
    for (size_t s = 0; s < v->n_segment; s++) {
        volume_segment *segment = &v->segment[s];
        segment->flow[lane] = qh_grid_discharge_up(grid, segment->first);
        segment->disperse[lane] = qh_grid_conductance_up(grid, segment->first);
        const double dx = qh_grid_length(grid, segment->first);
        double smallest = INFINITY;
        for (size_t i = segment->first; i <= segment->last; i++) {
            const double q = qh_grid_discharge_down(grid, i), volume = qh_grid_volume(grid, i);
            const double passing = 2 * q + qh_grid_conductance_up(grid, i) + qh_grid_conductance_down(grid, i);
            v->volume[i * v->n_own + lane] = volume;
            segment->fastest = fmax(segment->fastest, q / volume);
            segment->slowest = i == segment->first && lane == 0 ? q / volume : fmin(segment->slowest, q / volume);
            segment->stiffest = fmax(segment->stiffest, passing / volume);
            segment->spreading = fmax(segment->spreading, grid->dispersion[i] / (dx * dx));
            segment->nominal = fmax(segment->nominal, q / grid->area[i] / longest);
            smallest = fmin(smallest, grid->area[i]);
        }
        v->smallest[s * v->n_own + lane] = smallest;
    }
}

static void place_zones(qh_volumes *v) {
    const qh_grid *grid = v->problem->grid;
    size_t zone = 0;
    for (size_t s = 0; s < v->n_segment; s++) {
        v->zone_first[s] = zone;
        for (size_t i = v->segment[s].first; i <= v->segment[s].last; i++) {
            if (!(qh_grid_storage_area(grid, i) > 0)) continue;
            v->storage_cell[zone] = i;
            v->zone_volume[zone++] = qh_grid_storage_area(grid, i) * qh_grid_length(grid, i);
        }
    }
    v->zone_first[v->n_segment] = zone;
}

static void set_zones(const qh_volumes *v, size_t lane) {
    for (size_t z = 0; z < v->n_storage; z++) {
        const size_t i = v->storage_cell[z];
        v->exchange[z * v->n_own + lane] =
            qh_grid_storage_exchange(v->problem->grid, i) * v->volume[i * v->n_own + lane];
    }
}

/* ---- kinetics ---- */

typedef struct kinetics_work {
    qh_rate_parameters *parameters; /* [n_species] */
    double *zero, *rate, *jacobian; /* [n_species], [n_species], [n_species][n_species] */
} kinetics_work;

static void enter_kinetics(const qh_volumes *v, size_t i, size_t lane, const kinetics_work *w) {
    const size_t n = v->n_system, at = i * v->n_own + lane;
    for (size_t k = 0; k < n; k++) {
        const volume_system *s = &v->system[k];
        s->decay[at] = -w->jacobian[s->species * n + s->species];
        if (s->gain) s->gain[at] = w->rate[s->species];
        for (size_t a = 0; a < s->n_parent; a++)
            s->from_parent[a][at] = w->jacobian[s->species * n + v->system[s->parent[a]].species];
    }
}

/* What bounds ask of a segment's kinetics, once for all steps. */
static void find_extremes(const qh_volumes *v, const volume_system *s, size_t lane) {
    for (size_t k = 0; k < v->n_segment; k++) {
        const size_t own = k * v->n_own + lane;
        for (size_t i = v->segment[k].first; i <= v->segment[k].last; i++) {
            const size_t at = i * v->n_own + lane;
            const double least = fmax(s->decay[at], 0);
            s->most_decay[own] = fmax(s->most_decay[own], s->decay[at]);
            s->least_decay[own] = i == v->segment[k].first ? least : fmin(s->least_decay[own], least);
            if (s->gain) s->most_gain[own] = fmax(s->most_gain[own], s->gain[at]);
            for (size_t a = 0; a < s->n_parent; a++) {
                volume_extremes *e = &s->by_parent[a][own];
                e->up = fmax(e->up, s->from_parent[a][at]);
                e->down = fmax(e->down, -s->from_parent[a][at]);
            }
        }
    }
}

static void kinetics_of_lane(const qh_volumes *v, size_t lane, const kinetics_work *w) {
    const qh_grid *grid = grid_of(v, lane);
    const qh_forcing *forcing = v->problem->forcing;
    for (size_t i = 0; i < v->n_cell; i++) {
        const size_t reach = qh_grid_reach(grid, i);
        const bool new_reach = i == 0 || reach != qh_grid_reach(grid, i - 1);
        if (new_reach) qh_forcing_rate_parameters(forcing, lane, reach, w->parameters);
        if (new_reach || !qh_grid_is_alike(grid, i, i - 1)) {
            const qh_process_input input = {.n_species = v->n_system,
                                            .parameters = w->parameters,
                                            .temperature = qh_forcing_temperature(forcing, lane, reach),
                                            .depth = grid->depth[i],
                                            .velocity = qh_grid_velocity(grid, i)};
            qh_kinetics_rates(&input, w->zero, w->rate, w->jacobian);
        }
        enter_kinetics(v, i, lane, w);
    }
    for (size_t k = 0; k < v->n_system; k++)
        find_extremes(v, &v->system[k], lane);
}

static bool allocate_system(qh_volumes *v, size_t index, const size_t *order) {
    const qh_case *river_case = v->problem->river_case;
    const size_t n = river_case->n_constituent, cells = v->n_cell * v->n_own;
    volume_system *s = &v->system[index];
    s->species = order[index];
    s->decay = qh_arena_alloc(v->arena, cells, sizeof(double));
    s->most_decay = qh_arena_alloc(v->arena, v->n_segment * v->n_own, sizeof(double));
    s->least_decay = qh_arena_alloc(v->arena, v->n_segment * v->n_own, sizeof(double));
    s->most_gain = qh_arena_alloc(v->arena, v->n_segment * v->n_own, sizeof(double));
    s->by_parent = qh_arena_alloc(v->arena, n, sizeof(volume_extremes *));
    s->parent = qh_arena_alloc(v->arena, n, sizeof(size_t));
    s->from_parent = qh_arena_alloc(v->arena, n, sizeof(double *));
    if (!s->decay || !s->parent || !s->from_parent || !s->most_decay || !s->most_gain || !s->by_parent) return false;
    if (!s->least_decay) return false;
    if (qh_kinetics_gains(river_case, s->species)) {
        s->gain = qh_arena_alloc(v->arena, cells, sizeof(double));
        if (!s->gain) return false;
    }
    for (size_t k = 0; k < index; k++) {
        if (!qh_kinetics_couples(river_case, s->species, order[k])) continue;
        s->parent[s->n_parent] = k;
        s->from_parent[s->n_parent] = qh_arena_alloc(v->arena, cells, sizeof(double));
        s->by_parent[s->n_parent] = qh_arena_alloc(v->arena, v->n_segment * v->n_own, sizeof(volume_extremes));
        if (!s->from_parent[s->n_parent] || !s->by_parent[s->n_parent]) return false;
        s->n_parent++;
    }
    return true;
}

static qh_status set_kinetics(qh_volumes *v) {
    const size_t n = v->n_system, some = n ? n : 1;
    size_t *order = calloc(some, sizeof *order);
    const kinetics_work w = {calloc(some, sizeof(qh_rate_parameters)), calloc(some, sizeof(double)),
                             calloc(some, sizeof(double)), calloc(some * some, sizeof(double))};
    bool complete = order && w.parameters && w.zero && w.rate && w.jacobian;
    if (complete) (void)qh_kinetics_order(v->problem->river_case, order); /* the engine objects to circles */
    for (size_t k = 0; k < n && complete; k++)
        complete = allocate_system(v, k, order);
    for (size_t lane = 0; lane < v->n_own && complete; lane++)
        kinetics_of_lane(v, lane, &w);
    free(order);
    free(w.parameters);
    free(w.zero);
    free(w.rate);
    free(w.jacobian);
    return complete ? QH_OK : QH_E_NOMEM;
}

/* ---- all together ---- */

/* What points and segments have of each lane. */
static bool allocate_rows(const qh_volumes *v) {
    const size_t n = v->n_own;
    double *of_point = qh_arena_alloc(v->arena, 3 * n * v->n_point, sizeof(double));
    double *of_segment = qh_arena_alloc(v->arena, 2 * n * v->n_segment, sizeof(double));
    if (!of_point || !of_segment) return false;
    for (size_t p = 0; p < v->n_point; p++, of_point += 3 * n) {
        v->point[p].through = of_point;
        v->point[p].taken = of_point + n;
        v->point[p].outlet = of_point + 2 * n;
    }
    for (size_t s = 0; s < v->n_segment; s++, of_segment += 2 * n) {
        v->segment[s].flow = of_segment;
        v->segment[s].disperse = of_segment + n;
    }
    return true;
}

static bool allocate(qh_volumes *v) {
    const qh_network *network = v->problem->network;
    qh_arena *a = v->arena;
    v->volume = qh_arena_alloc(a, v->n_cell * v->n_own, sizeof(double));
    v->segment = qh_arena_alloc(a, v->n_segment, sizeof(volume_segment));
    v->point = qh_arena_alloc(a, v->n_point, sizeof(volume_point));
    v->special = qh_arena_alloc(a, v->n_point, sizeof(size_t));
    v->arriving_link = qh_arena_alloc(a, network->n_link, sizeof(size_t));
    v->link_flow = qh_arena_alloc(a, network->n_link * v->n_own, sizeof(double));
    v->storage_cell = qh_arena_alloc(a, v->n_storage, sizeof(size_t));
    v->zone_volume = qh_arena_alloc(a, v->n_storage, sizeof(double));
    v->smallest = qh_arena_alloc(a, v->n_segment * v->n_own, sizeof(double));
    v->exchange = qh_arena_alloc(a, v->n_storage * v->n_own, sizeof(double));
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
    if (!v->zone_first || !v->block_first || !v->volume || !v->segment || !v->point || !v->special) return false;
    return v->arriving_link && v->link_flow && v->storage_cell && v->zone_volume && v->exchange && v->smallest &&
           v->system && allocate_faces(v, &v->face) && allocate_rows(v);
}

static void set_water(qh_volumes *v) {
    place_points(v);
    place_segments(v);
    place_zones(v);
    for (size_t lane = 0; lane < v->n_own; lane++) {
        set_points(v, lane);
        set_segments(v, lane);
        set_zones(v, lane);
        close_points(v, lane);
    }
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
    v->n_lane = forcing->n_lane;
    v->n_own = problem->lane_grid || qh_forcing_rates_differ(forcing) ? forcing->n_lane : 1;
    v->n_system = forcing->n_species;
    v->m = forcing->n_species * forcing->n_lane;
    qh_status status = allocate(v) ? QH_OK : QH_E_NOMEM;
    if (status == QH_OK) {
        set_water(v);
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
