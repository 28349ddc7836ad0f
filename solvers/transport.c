/* Finite volumes for advection, dispersion, first-order kinetics and transient storage on a river network.
 *
 * Equation   see transport.h. In a cell of volume V = A dx, with upstream and downstream face fluxes F:
 *                V dC/dt = F_up - F_down + W_lateral + V (gain - decay C) + V alpha (C_s - C)
 * Face       between cells u (upwind) and d, far f upwind of u, discharge Q > 0 from u to d, g = A D/dx:
 *                F = Q [ w (C_u + C_d)/2 + (1 - w)(C_u + phi/2) ] + g (C_u - C_d),   phi = harmonic mean of
 *                C_u - C_f and C_d - C_u (van Leer), 0 at an extremum;   w = min(1, 2 g/Q).
 *            With a cell Péclet number up to 2 (w = 1) this is the central scheme, linear and second order everywhere;
 *            above it becomes the limited upwind scheme by degrees. Both parts keep dC/dt of a cell a combination of
 *            differences to its neighbours with coefficients >= 0 (Harten 1983; LED of Jameson 1995): no new
 *            extremum, nothing negative, at any Péclet number, and nothing is clamped.
 * Point      node or break point, fully mixed, no volume: sum of fluxes = 0 gives its value
 *                C_p = [ sum_in(Q (1-w) C* + g C_u) + sum_out g C_d + W ] / [ sum_in(g - Q w) + sum_out(Q + g) + taken + outlet ]
 *            with g over half a cell, w = min(1, g/Q), C* = C_u + theta (C_u - C_inner)/2. At high Péclet numbers this
 *            is exact mixing, at low ones the common concentration with balanced fluxes. theta compares what the slopes
 *            would add to C_p with the step from the unextrapolated mixture to the next cell downstream (van Albada,
 *            smooth), so a confluence keeps second order where a limiter on one branch alone would see a false
 *            extremum. Slopes against the sense of that step do not count. C_p stays between mixture and next cell.
 * Inlet      first type: C_p = C_in. Third type: the point's equation with W = Q C_in.
 * Outlet     dC/dx = 0 for dispersion; the last half cell is extrapolated by its own kinetics, which needs no
 *            neighbour beyond the end: C* = (C_u + T gain)/(1 + T decay), T = half the cell's travel time.
 * Order      unknowns: cells downstream in each segment, then storage zones. Components (species, lane) innermost.
 * Sources    van Leer (1974, 1977), J. Comput. Phys. 14:361 and 23:276; van Albada et al. (1982), Astron. Astrophys.
 *            108:76; Jameson (1995), Int. J. Comput. Fluid Dyn. 4:171; Bencala & Walters (1983), Water Resour. Res.
 *            19:718 for the storage zone. Blending by Péclet number and the limiter at points are this program's own.
 * Not for    discharge that changes in time (areas are constants here), or kinetics that couple constituents. */
#include "solvers/transport.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/kinetics.h"
#include "solvers/transport_internal.h"

/* ---- creation ---- */

const char *qh_transport_objection(const qh_problem *problem) {
    (void)problem;
    for (const qh_process *const *process = qh_registry_process; *process; process++) {
        if (!(*process)->linear || (*process)->coupled) {
            return QH_N("a process is nonlinear or couples constituents");
        }
    }
    return NULL;
}

static bool allocate(qh_transport *t) {
    const qh_network *network = t->problem->network;
    qh_arena *a = t->arena;
    t->volume = qh_arena_alloc(a, t->n_unknown, sizeof(double));
    t->face_central = qh_arena_alloc(a, t->n_cell, sizeof(double));
    t->decay = qh_arena_alloc(a, t->n_cell * t->n_species, sizeof(double));
    t->gain = qh_arena_alloc(a, t->n_cell * t->n_species, sizeof(double));
    t->storage_of = qh_arena_alloc(a, t->n_cell, sizeof(size_t));
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
    t->theta = qh_arena_alloc(a, t->n_point * t->m, sizeof(double));
    t->flux = qh_arena_alloc(a, 3 * t->m, sizeof(double));
    return t->volume && t->face_central && t->decay && t->gain && t->storage_of && t->storage_cell && t->end &&
           t->point && t->point_end && t->arriving_link && t->link_flow && t->load && t->point_load &&
           t->headwater_load && t->segment_load && t->mixed && t->theta && t->flux;
}

static void set_cells(qh_transport *t) {
    const qh_grid *grid = t->grid;
    size_t storage = 0;
    for (size_t i = 0; i < t->n_cell; i++) {
        t->volume[i] = grid->area[i] * grid->length[i];
        const double q = fabs(grid->discharge_down[i]);
        t->face_central[i] = q > 2 * grid->conductance_down[i] ? 2 * grid->conductance_down[i] / q : 1;
        t->storage_of[i] = i;
        if (grid->storage_area[i] > 0) {
            t->storage_of[i] = t->n_cell + storage;
            t->volume[t->n_cell + storage] = grid->storage_area[i] * grid->length[i];
            t->storage_cell[storage++] = i;
        }
    }
}

/* Linear coefficients of the kinetics, evaluated once a cell, or once a reach where nothing differs between cells. */
static qh_status set_kinetics(qh_transport *t) {
    const qh_grid *grid = t->grid;
    const size_t n = t->n_species;
    qh_rate_parameters *parameters = calloc(n ? n : 1, sizeof *parameters);
    double *zero = calloc(n ? n : 1, sizeof *zero), *rate = calloc(n ? n : 1, sizeof *rate);
    double *jacobian = calloc(n ? n * n : 1, sizeof *jacobian);
    qh_status status = parameters && zero && rate && jacobian ? QH_OK : QH_E_NOMEM;
    for (size_t i = 0; i < t->n_cell && status == QH_OK; i++) {
        const bool new_reach = i == 0 || grid->reach[i] != grid->reach[i - 1];
        if (new_reach) qh_rate_parameters_of(t->problem->river_case, grid->reach[i], parameters);
        if (new_reach || grid->depth[i] != grid->depth[i - 1] || grid->velocity[i] != grid->velocity[i - 1] ||
            grid->temperature[i] != grid->temperature[i - 1]) {
            const qh_process_input input = {.n_species = n,
                                            .parameters = parameters,
                                            .temperature = grid->temperature[i],
                                            .depth = grid->depth[i],
                                            .velocity = grid->velocity[i]};
            qh_kinetics_rates(&input, zero, rate, jacobian);
        }
        for (size_t species = 0; species < n; species++) {
            t->gain[i * n + species] = rate[species];
            t->decay[i * n + species] = -jacobian[species * n + species];
        }
    }
    free(parameters);
    free(zero);
    free(rate);
    free(jacobian);
    return status;
}

static void set_ends(qh_transport *t) {
    const qh_network *network = t->problem->network;
    const qh_grid *grid = t->grid;
    for (size_t s = 0; s < t->n_segment; s++) {
        const size_t first = grid->segment_first[s], last = grid->segment_first[s + 1] - 1;
        const double q_up = grid->discharge_up[first], q_down = grid->discharge_down[last];
        t->end[2 * s] = (segment_end){.point = network->segment[s].from,
                                      .cell = first,
                                      .inner = first + 1,
                                      .into_point = q_up < 0,
                                      .discharge = fabs(q_up),
                                      .conductance = grid->conductance_up[first],
                                      .length = grid->length[first]};
        t->end[2 * s + 1] = (segment_end){.point = network->segment[s].to,
                                          .cell = last,
                                          .inner = last - 1,
                                          .into_point = q_down >= 0,
                                          .discharge = fabs(q_down),
                                          .conductance = grid->conductance_down[last],
                                          .length = grid->length[last]};
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

static void set_points(qh_transport *t) {
    const qh_network *network = t->problem->network;
    const qh_flow *flow = t->problem->flow;
    for (size_t k = 0; k < network->n_link; k++) {
        t->link_flow[k] = flow->station[network->link[k].station].diverted;
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
        if (point->out_count == 0) {
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
    const char *objection = qh_transport_objection(problem);
    QH_CHECK(!objection, QH_E_INPUT, diag, QH_NOWHERE, "finite volumes cannot solve this case: %s",
             qh_tr(diag ? qh_diag_lang(diag) : QH_EN, objection));
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
        t->n_storage += grid->storage_area[i] > 0;
    t->n_unknown = t->n_cell + t->n_storage;
    t->n_species = problem->forcing->n_species;
    t->n_lane = problem->forcing->n_lane;
    t->m = t->n_species * t->n_lane;
    t->n_point = problem->network->n_point;
    t->n_segment = problem->network->n_segment;
    qh_status status = allocate(t) ? QH_OK : QH_E_NOMEM;
    if (status == QH_OK) status = set_kinetics(t);
    if (status == QH_OK) {
        set_cells(t);
        set_ends(t);
        set_points(t);
        status = qh_transport_find_pattern(t);
    }
    if (status != QH_OK) {
        qh_transport_destroy(t);
        return status;
    }
    qh_transport_set_time(t, 0);
    *transport = t;
    return QH_OK;
}

void qh_transport_destroy(qh_transport *transport) {
    if (transport) qh_arena_destroy(transport->arena);
}

size_t qh_transport_unknowns(const qh_transport *transport) { return transport->n_unknown; }
size_t qh_transport_components(const qh_transport *transport) { return transport->m; }
bool qh_transport_has_storage(const qh_transport *transport) { return transport->n_storage > 0; }
const double *qh_transport_volumes(const qh_transport *transport) { return transport->volume; }
const qh_pattern *qh_transport_pattern(const qh_transport *transport) { return transport->pattern; }

/* ---- forcing ---- */

static void add_point_load(qh_transport *t, size_t source, size_t point) {
    for (size_t j = 0; j < t->m; j++)
        t->point_load[point * t->m + j] += t->load[source * t->m + j];
}

/* A lateral's load per metre goes to every segment of its stretch; the network was cut at its ends. */
static void add_lateral(qh_transport *t, size_t source, const qh_lateral *lateral) {
    const qh_network *network = t->problem->network;
    for (size_t s = network->reach_first[lateral->reach]; s < network->reach_first[lateral->reach + 1]; s++) {
        const double middle = 0.5 * (network->segment[s].x0 + network->segment[s].x1);
        if (middle < lateral->from || middle > lateral->to) continue;
        const double per_metre = 1 / (lateral->to - lateral->from);
        for (size_t j = 0; j < t->m; j++)
            t->segment_load[s * t->m + j] += t->load[source * t->m + j] * per_metre;
    }
}

void qh_transport_set_time(qh_transport *t, double time) {
    const qh_case *river_case = t->problem->river_case;
    const qh_network *network = t->problem->network;
    const qh_forcing *forcing = t->problem->forcing;
    qh_forcing_loads(forcing, time, t->load);
    memset(t->point_load, 0, t->n_point * t->m * sizeof(double));
    memset(t->segment_load, 0, t->n_segment * t->m * sizeof(double));
    for (size_t h = 0; h < river_case->n_headwater; h++)
        add_point_load(t, h, network->headwater_point[h]);
    memcpy(t->headwater_load, t->point_load, t->n_point * t->m * sizeof(double));
    for (size_t k = 0; k < river_case->n_tributary; k++)
        add_point_load(t, forcing->first_tributary + k, network->tributary_point[k]);
    for (size_t k = 0; k < river_case->n_outfall; k++)
        add_point_load(t, forcing->first_outfall + k, network->outfall_point[k]);
    for (size_t k = 0; k < river_case->n_lateral; k++)
        add_lateral(t, forcing->first_lateral + k, &river_case->lateral[k]);
}

/* ---- points ---- */

void qh_transport_outlet_extrapolation(const qh_transport *t, size_t e, size_t component, double *constant,
                                       double *slope) {
    const segment_end *end = &t->end[e];
    const size_t i = end->cell, species = component / t->n_lane, s = e / 2;
    const double travel = end->discharge > 0 ? 0.5 * t->volume[i] / end->discharge : 0;
    const double dilution = t->problem->flow->segment_lateral[s] / t->grid->area[i];
    const double decay = t->decay[i * t->n_species + species] + dilution;
    const double gain = t->gain[i * t->n_species + species] + t->segment_load[s * t->m + component] / t->grid->area[i];
    *constant = travel * gain / (1 + travel * decay);
    *slope = -travel * decay / (1 + travel * decay);
}

/* What the limiter allows: the step from the mixture to the nearest next cell, where all next cells agree in sign. */
static double allowed_step(const qh_transport *t, const mixing_point *point, const double *y, size_t j,
                           double mixture) {
    double step = 0;
    for (size_t k = 0; k < point->out_count; k++) {
        const segment_end *end = &t->end[t->point_end[point->out_first + k]];
        const double candidate = y[end->cell * t->m + j] - mixture;
        if (k > 0 && candidate * step <= 0) return 0;
        if (k == 0 || fabs(candidate) < fabs(step)) step = candidate;
    }
    return step;
}

static void mix_fixed_point(qh_transport *t, size_t p, const double *load) {
    for (size_t j = 0; j < t->m; j++) {
        t->mixed[p * t->m + j] = load[j] / t->point[p].through;
        t->theta[p * t->m + j] = 0;
    }
}

/* An outlet: mixture of what arrives, each end extrapolated by its own kinetics. */
static void mix_outlet(qh_transport *t, size_t p, const double *y, const double *sum) {
    const mixing_point *point = &t->point[p];
    for (size_t j = 0; j < t->m; j++) {
        double total = sum[j];
        for (size_t k = 0; k < point->in_count; k++) {
            const size_t e = t->point_end[point->in_first + k];
            const segment_end *end = &t->end[e];
            double constant, factor;
            qh_transport_outlet_extrapolation(t, e, j, &constant, &factor);
            total += end->discharge * (1 - end->central) * (constant + factor * y[end->cell * t->m + j]);
        }
        t->mixed[p * t->m + j] = total / point->denominator;
        t->theta[p * t->m + j] = 0;
    }
}

static void mix_point(qh_transport *t, size_t p, const double *y) {
    const mixing_point *point = &t->point[p];
    const size_t m = t->m;
    double *mixed = t->mixed + p * m, *theta = t->theta + p * m;
    double *restrict sum = t->flux, *restrict rising = t->flux + m, *restrict falling = t->flux + 2 * m;
    memcpy(sum, t->point_load + p * m, m * sizeof(double));
    memset(rising, 0, 2 * m * sizeof(double));
    for (size_t k = 0; k < point->link_count; k++) {
        const size_t link = t->arriving_link[point->link_first + k];
        const double *from = t->mixed + t->problem->network->link[link].from * m;
        for (size_t j = 0; j < m; j++)
            sum[j] += t->link_flow[link] * from[j];
    }
    if (point->fixed) {
        mix_fixed_point(t, p, sum);
        return;
    }
    for (size_t k = 0; k < point->in_count; k++) {
        const segment_end *end = &t->end[t->point_end[point->in_first + k]];
        const double *cell = y + end->cell * m, *inner = y + end->inner * m;
        const double upwind = end->discharge * (1 - end->central);
        for (size_t j = 0; j < m; j++) {
            const double slope = 0.5 * upwind * (cell[j] - inner[j]);
            sum[j] += (upwind + end->conductance) * cell[j];
            rising[j] += fmax(slope, 0);
            falling[j] += fmin(slope, 0);
        }
    }
    if (point->out_count == 0) {
        mix_outlet(t, p, y, sum);
        return;
    }
    for (size_t k = 0; k < point->out_count; k++) {
        const segment_end *end = &t->end[t->point_end[point->out_first + k]];
        for (size_t j = 0; j < m; j++)
            sum[j] += end->conductance * y[end->cell * m + j];
    }
    for (size_t j = 0; j < m; j++) {
        const double mixture = sum[j] / point->denominator;
        const double step = point->share * allowed_step(t, point, y, j, mixture);
        const double added = (step > 0 ? rising[j] : falling[j]) / point->denominator;
        const double limiter = albada(step, added);
        theta[j] = step > 0 ? limiter : -limiter;
        mixed[j] = mixture + limiter * added;
    }
}

void qh_transport_mix(qh_transport *t, const double *y) {
    const size_t *order = t->problem->network->point_order;
    for (size_t k = 0; k < t->n_point; k++)
        mix_point(t, order[k], y);
}

void qh_transport_points(qh_transport *t, const double *y, double *point) {
    qh_transport_mix(t, y);
    memcpy(point, t->mixed, t->n_point * t->m * sizeof(double));
}

/* ---- fluxes and rates ---- */

void qh_transport_end_flux(const qh_transport *t, size_t e, const double *y, double *flux) {
    const segment_end *end = &t->end[e];
    const size_t m = t->m;
    const double *mixed = t->mixed + end->point * m, *theta = t->theta + end->point * m;
    const double *cell = y + end->cell * m, *inner = y + end->inner * m;
    const double q = end->discharge, g = end->conductance;
    const double sign = (end->into_point == (e % 2 == 1)) ? 1 : -1;
    if (!end->into_point) {
        for (size_t j = 0; j < m; j++)
            flux[j] = sign * ((q + g) * mixed[j] - g * cell[j]);
        return;
    }
    const double upwind = q * (1 - end->central), back = g - q * end->central;
    const bool outlet = t->point[end->point].out_count == 0;
    for (size_t j = 0; j < m; j++) {
        double slope = limited_increment(theta[j], cell[j] - inner[j]);
        if (outlet) {
            double constant, factor;
            qh_transport_outlet_extrapolation(t, e, j, &constant, &factor);
            slope = constant + factor * cell[j];
        }
        flux[j] = sign * (upwind * (cell[j] + slope) + g * cell[j] - back * mixed[j]);
    }
}

/* Flux through the downstream face of cell i inside a segment with cells first..last. */
static void face_flux(const qh_transport *t, size_t s, size_t i, size_t first, size_t last, const double *y,
                      double *restrict flux) {
    const size_t m = t->m;
    const double q = t->grid->discharge_down[i], g = t->grid->conductance_down[i], w = t->face_central[i];
    const double *left = y + i * m, *right = left + m;
    if (w >= 1) {
        for (size_t j = 0; j < m; j++)
            flux[j] = 0.5 * q * (left[j] + right[j]) + g * (left[j] - right[j]);
        return;
    }
    const bool forward = q >= 0;
    const double *up = forward ? left : right, *down = forward ? right : left;
    const bool at_point = forward ? i == first : i + 1 == last;
    const double *far = at_point  ? t->mixed + t->end[2 * s + (forward ? 0 : 1)].point * m
                        : forward ? left - m
                                  : right + m;
    const double stretch = at_point ? 2 : 1; /* the point is only half a cell away */
    for (size_t j = 0; j < m; j++) {
        const double phi = harmonic_slope(stretch * (up[j] - far[j]), down[j] - up[j]);
        const double value = 0.5 * w * (up[j] + down[j]) + (1 - w) * (up[j] + 0.5 * phi);
        flux[j] = q * value + g * (left[j] - right[j]);
    }
}

static void rate_of_segment(const qh_transport *t, size_t s, const double *y, double *dydt) {
    const size_t m = t->m, n_lane = t->n_lane;
    const size_t first = t->grid->segment_first[s], last = t->grid->segment_first[s + 1] - 1;
    const double *lateral = t->segment_load + s * m;
    double *restrict in = t->flux, *restrict out = t->flux + m;
    qh_transport_end_flux(t, 2 * s, y, in);
    for (size_t i = first; i <= last; i++) {
        if (i < last) {
            face_flux(t, s, i, first, last, y, out);
        } else {
            qh_transport_end_flux(t, 2 * s + 1, y, out);
        }
        const double per_volume = 1 / t->volume[i], per_area = 1 / t->grid->area[i];
        const double *c = y + i * m;
        double *restrict rate = dydt + i * m;
        for (size_t species = 0, j = 0; species < t->n_species; species++) {
            const double k = t->decay[i * t->n_species + species], gain = t->gain[i * t->n_species + species];
            for (size_t lane = 0; lane < n_lane; lane++, j++) {
                rate[j] = (in[j] - out[j]) * per_volume + lateral[j] * per_area + gain - k * c[j];
                in[j] = out[j];
            }
        }
    }
}

static void add_storage(const qh_transport *t, const double *y, double *dydt) {
    const size_t m = t->m;
    for (size_t z = 0; z < t->n_storage; z++) {
        const size_t i = t->storage_cell[z];
        const double alpha = t->grid->storage_exchange[i];
        const double back = alpha * t->grid->area[i] / t->grid->storage_area[i];
        const double *c = y + i * m, *zone = y + (t->n_cell + z) * m;
        double *rate = dydt + i * m, *zone_rate = dydt + (t->n_cell + z) * m;
        for (size_t j = 0; j < m; j++) {
            const size_t species = j / t->n_lane;
            const double k = t->decay[i * t->n_species + species], gain = t->gain[i * t->n_species + species];
            rate[j] += alpha * (zone[j] - c[j]);
            zone_rate[j] = back * (c[j] - zone[j]) + gain - k * zone[j];
        }
    }
}

void qh_transport_rate(qh_transport *t, const double *y, double *dydt) {
    qh_transport_mix(t, y);
    for (size_t s = 0; s < t->n_segment; s++)
        rate_of_segment(t, s, y, dydt);
    add_storage(t, y, dydt);
}

/* ---- states ---- */

void qh_transport_split(const qh_transport *t, const double *y, double *cell, double *storage) {
    const size_t m = t->m;
    memcpy(cell, y, t->n_cell * m * sizeof(double));
    if (!storage) return;
    for (size_t i = 0; i < t->n_cell; i++)
        memcpy(storage + i * m, y + t->storage_of[i] * m, m * sizeof(double));
}

/* Moves mass from `donor` to `cell` until the cell reaches 0 or the donor is empty. Volumes in m3. */
static void borrow(double *cell, double cell_volume, double *donor, double donor_volume) {
    if (*cell >= 0 || *donor <= 0) return;
    const double need = -*cell * cell_volume, there = *donor * donor_volume;
    if (there > need) {
        *donor -= need / donor_volume;
        if (*donor < 0) *donor = 0;
        *cell = 0;
    } else {
        *cell += there / cell_volume;
        *donor = 0;
    }
}

/* What exchange between neighbours could not mend is taken from the whole reach, storage zones included, in proportion
 * to what each part holds. False when the reach holds less than nothing. */
static bool scale_reach(const qh_transport *t, double *c, size_t first, size_t last) {
    double below = 0, above = 0;
    for (size_t i = first; i <= last; i++) {
        const size_t zone = t->storage_of[i];
        const double mass[] = {c[i] * t->volume[i], zone == i ? 0 : c[zone] * t->volume[zone]};
        for (size_t part = 0; part < 2; part++) {
            below -= fmin(mass[part], 0);
            above += fmax(mass[part], 0);
        }
    }
    if (below == 0) return true;
    if (below > above) return false;
    const double keep = 1 - below / above;
    for (size_t i = first; i <= last; i++) {
        const size_t zone = t->storage_of[i];
        c[i] = c[i] > 0 ? c[i] * keep : 0;
        if (zone != i) c[zone] = c[zone] > 0 ? c[zone] * keep : 0;
    }
    return true;
}

/* One component of one reach. */
static bool mend_reach(const qh_transport *t, double *c, size_t first, size_t last) {
    for (size_t i = first; i <= last; i++) {
        const size_t zone = t->storage_of[i];
        if (zone == i) continue;
        borrow(&c[zone], t->volume[zone], &c[i], t->volume[i]);
        borrow(&c[i], t->volume[i], &c[zone], t->volume[zone]);
    }
    for (size_t i = first + 1; i <= last; i++)
        borrow(&c[i], t->volume[i], &c[i - 1], t->volume[i - 1]);
    for (size_t i = last; i > first; i--)
        borrow(&c[i - 1], t->volume[i - 1], &c[i], t->volume[i]);
    return scale_reach(t, c, first, last);
}

/* Takes what empty reaches lack from all that the network holds. */
static bool scale_network(const qh_transport *t, double *c) {
    double below = 0, above = 0;
    for (size_t i = 0; i < t->n_unknown; i++) {
        below -= fmin(c[i], 0) * t->volume[i];
        above += fmax(c[i], 0) * t->volume[i];
    }
    if (below > above) return false;
    const double keep = above > 0 ? 1 - below / above : 0;
    for (size_t i = 0; i < t->n_unknown; i++)
        c[i] = c[i] > 0 ? c[i] * keep : 0;
    return true;
}

bool qh_transport_make_positive(const qh_transport *t, const double *y, bool whole_network, double *correction) {
    const size_t m = t->m;
    const qh_network *network = t->problem->network;
    bool negative = false;
    for (size_t k = 0; k < t->n_unknown * m && !negative; k++)
        negative = y[k] < 0;
    if (!negative) return true;
    double *c = malloc(t->n_unknown * sizeof *c);
    if (!c) return false;
    bool mended = true;
    for (size_t j = 0; j < m && mended; j++) {
        for (size_t i = 0; i < t->n_unknown; i++)
            c[i] = y[i * m + j];
        for (size_t r = 0; r < t->problem->river_case->n_reach; r++) {
            const size_t first = t->grid->segment_first[network->reach_first[r]];
            const size_t last = t->grid->segment_first[network->reach_first[r + 1]] - 1;
            if (!mend_reach(t, c, first, last)) mended = false;
        }
        if (!mended && whole_network) mended = scale_network(t, c);
        for (size_t i = 0; i < t->n_unknown && mended; i++)
            correction[i * m + j] += c[i] - y[i * m + j];
    }
    free(c);
    return mended;
}
