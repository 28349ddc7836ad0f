/* Exact steady transport: exponentials on pieces, one unknown a point.
 *
 * Equation   on a piece of constant Q, A, D, r:  A D C'' - Q C' - A r (C - Ceq) = 0
 *            r = decay (+ alpha decay/(alpha A/A_s + decay) for a storage zone, which rests in equilibrium)
 * Solution   C = Ceq + a exp(l1 (x - L)) + b exp(l2 x),  l1,2 = (u +- s)/(2D), s = sqrt(u^2 + 4 r D), l1 >= 0 >= l2.
 *            The flux Q C - A D C' of the first mode is A D l2, of the second A D l1 (for l1 + l2 = u/D), both without
 *            cancellation: A D l1 = A (u + s)/2, A D l2 = -2 A D r/(u + s). So with E1 = exp(-l1 L), E2 = exp(l2 L)
 *                F(0) = Q Ceq + [ (g - b E1 E2) c0 - (g - b) E1 cL ] / (1 - E1 E2)
 *                F(L) = Q Ceq + [ (g - b) E2 c0 - (g E1 E2 - b) cL ] / (1 - E1 E2),   g = A D l1, b = A D l2
 *            in the end values c = C - Ceq. No exponent is positive: nothing overflows at any Péclet number, and
 *            without dispersion it is plug flow.
 * Points     fluxes in + loads + what links bring = fluxes out + (taken + outlet) C_p: one equation a point, an M-matrix
 *            with the shape of the network. Outlet: F(L) = Q C_p, which is dC/dx = 0. First-type inlet: C_p = C_in.
 * Inflow     along a segment (q, C_L) makes Q, A and D vary. The segment is cut into n equal pieces; in each, Q, A and D of
 *            the middle hold in A D C'' - Q C' - (q + A r) C + q C_L + A r Ceq = 0, the same equation with another rate and
 *            equilibrium. F(0) takes the discharge that is there, F(L) what conservation leaves. The pieces are joined
 *            into one relation of the segment's ends by eliminating the cuts, in terms of exchange and net fluxes,
 *                F(0) = s0 C0 + b (C0 - CL) + k0,   F(L) = sL C0 + e (C0 - CL) + kL,
 *            which never subtracts the large exchange b, e = O(A D/h) of short pieces from itself (after Grassmann,
 *            Taksar & Heyman 1985). The error expands in powers 2, 3, 4 ... of 1/n: the engine extrapolates.
 * Order      unknowns: the network's points.
 * Source     Thomann & Mueller (1987), Principles of Surface Water Quality Modeling, ch. 2-3, for the exponentials.
 * Not for    kinetics that are nonlinear or couple constituents. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/kinetics.h"
#include "model/reach.h"
#include "solvers/exact_internal.h"

/* ---- one piece ---- */

qh_exact_mode qh_exact_mode_of(double discharge, double area, double dispersion, double rate, double length) {
    const double u = discharge / area, s = sqrt(u * u + 4 * rate * dispersion);
    qh_exact_mode mode = {.length = length};
    mode.slow = -2 * rate / (u + s);
    mode.fast = dispersion > 0 ? (u + s) / (2 * dispersion) : INFINITY;
    mode.gain = 0.5 * area * (u + s);
    mode.back = area * dispersion * mode.slow;
    mode.spread = -expm1((mode.slow - mode.fast) * length);
    mode.rise = exp(-mode.fast * length);
    mode.fall = exp(mode.slow * length);
    return mode;
}

double qh_exact_value(const qh_exact_mode *mode, double c0, double cL, double x) {
    const double steep = mode->slow - mode->fast, left = mode->length - x;
    if (isinf(mode->fast)) return x < mode->length ? c0 * exp(mode->slow * x) : cL;
    return c0 * exp(mode->slow * x) * (-expm1(steep * left) / mode->spread) +
           cL * exp(-mode->fast * left) * (-expm1(steep * x) / mode->spread);
}

/* Six points of Gauss are exact to round-off where the exponents change little. */
static double gauss_mean(const qh_exact_mode *mode, double c0, double cL, double x1, double x2) {
    static const double node[] = {0.2386191860831969, 0.6612093864662645, 0.9324695142031521};
    static const double weight[] = {0.4679139345726910, 0.3607615730481386, 0.1713244923791704};
    const double middle = 0.5 * (x1 + x2), half = 0.5 * (x2 - x1);
    double sum = 0;
    for (size_t k = 0; k < 3; k++) {
        sum += weight[k] * (qh_exact_value(mode, c0, cL, middle - half * node[k]) +
                            qh_exact_value(mode, c0, cL, middle + half * node[k]));
    }
    return 0.5 * sum;
}

/* Mean of exp(k (x - origin)) over x1..x2, for exponents that are not positive there. */
static double mean_exponential(double k, double origin, double x1, double x2) {
    const double step = k * (x2 - x1);
    if (step == 0) return exp(k * (x1 - origin));
    return step > 0 ? exp(k * (x2 - origin)) * (-expm1(-step) / step) : exp(k * (x1 - origin)) * (expm1(step) / step);
}

double qh_exact_mean(const qh_exact_mode *mode, double c0, double cL, double x1, double x2) {
    if ((mode->fast - mode->slow) * mode->length < 0.5) return gauss_mean(mode, c0, cL, x1, x2);
    const double a = (cL - mode->fall * c0) / mode->spread, b = (c0 - mode->rise * cL) / mode->spread;
    const double slow_part = b * mean_exponential(mode->slow, 0, x1, x2);
    if (isinf(mode->fast)) return slow_part;
    return slow_part + a * mean_exponential(mode->fast, mode->length, x1, x2);
}

/* ---- the network in pieces ---- */

typedef struct piece {
    size_t segment;
    double start, length;               /* m in the segment, m */
    double discharge, area, dispersion; /* m3/s, m2, m2/s of the middle */
} piece;

/* Relation of the fluxes at two ends to the concentrations there, see "Inflow" above; m3/s, k in g/s. */
typedef struct port {
    double b, e, s0, sL, k0, kL;
} port;

struct qh_exact {
    qh_arena *arena;
    const qh_problem *problem;
    qh_transport *transport; /* its forcing, points, links; borrowed */
    size_t m, n_species, n_piece, n_unknown, division;
    piece *piece;          /* [n_piece] */
    size_t *segment_piece; /* [n_segment + 1] */
    double *rate, *level;  /* [n_piece][n_species], 1/s and g/m3: total rate and equilibrium of the kinetics */
    double *zone_rate;     /* [n_piece][n_species], part of the storage zone in (C_s - Ceq)/(C - Ceq) */
    port *joined;          /* [n_piece], of the component at hand: pieces of the segment up to this one, as one */
    double *at_end;        /* [n_piece], g/m3, at the piece's downstream end */
    qh_pattern *pattern;
    qh_factors *factors;
    int *slot;
    double *value, *column;                                /* [nnz], [n_unknown] */
    size_t points_at, state_at, flux_at, reacted_at, size; /* places in a result */
};

static qh_status set_piece_water(qh_exact *e, size_t k, qh_diag *diag) {
    piece *p = &e->piece[k];
    const qh_case *river_case = e->problem->river_case;
    const size_t r = e->problem->network->segment[p->segment].reach, n = e->n_species;
    const qh_reach *reach = &river_case->reach[r];
    qh_reach_water water;
    QH_TRY(qh_reach_water_at(reach, p->discharge, diag, &water));
    p->area = water.state.area;
    p->dispersion = water.dispersion;
    qh_rate_parameters *parameters = calloc(n ? n : 1, sizeof *parameters);
    double *zero = calloc(2 * n + n * n + 1, sizeof *zero);
    if (!parameters || !zero) {
        free(parameters);
        free(zero);
        return QH_E_NOMEM;
    }
    double *rate = zero + n, *jacobian = rate + n;
    qh_rate_parameters_of(river_case, r, parameters);
    const qh_process_input input = {.n_species = n,
                                    .parameters = parameters,
                                    .temperature = reach->temperature.given ? reach->temperature.value
                                                                            : river_case->run.temperature,
                                    .depth = water.state.depth,
                                    .velocity = water.state.velocity};
    qh_kinetics_rates(&input, zero, rate, jacobian);
    const bool stores = reach->storage_area.given && reach->storage_area.value > 0;
    const double alpha = stores ? reach->storage_exchange.value : 0;
    const double back = stores ? alpha * p->area / reach->storage_area.value : 0;
    for (size_t i = 0; i < n; i++) {
        const double decay = -jacobian[i * n + i];
        e->level[k * n + i] = decay > 0 ? rate[i] / decay : 0;
        e->zone_rate[k * n + i] = back + decay > 0 ? back / (back + decay) : 1;
        e->rate[k * n + i] = decay + (back + decay > 0 ? alpha * decay / (back + decay) : 0);
    }
    free(parameters);
    free(zero);
    return QH_OK;
}

/* Pieces of a segment: a multiple of `division`, more where its inflow changes the discharge much. */
static size_t pieces_of(const qh_exact *e, size_t s) {
    const qh_segment *segment = &e->problem->network->segment[s];
    const double inflow = e->problem->flow->segment_lateral[s] * (segment->x1 - segment->x0);
    const double change = inflow / e->problem->flow->segment_upstream[s];
    if (change < 1e-9) return 1; /* the error, its square, is round-off */
    return e->division * (size_t)ceil(8 * log2(1 + change));
}

static qh_status set_pieces(qh_exact *e, qh_diag *diag) {
    const qh_network *network = e->problem->network;
    const qh_flow *flow = e->problem->flow;
    size_t k = 0;
    for (size_t s = 0; s < network->n_segment; s++) {
        const size_t count = pieces_of(e, s);
        const double length = network->segment[s].x1 - network->segment[s].x0;
        e->segment_piece[s] = k;
        for (size_t i = 0; i < count; i++, k++) {
            piece *p = &e->piece[k];
            *p = (piece){.segment = s, .start = length * (double)i / (double)count, .length = length / (double)count};
            p->discharge = flow->segment_upstream[s] + flow->segment_lateral[s] * (p->start + 0.5 * p->length);
            QH_TRY(set_piece_water(e, k, diag));
        }
    }
    e->segment_piece[network->n_segment] = k;
    return QH_OK;
}

/* Places of the equations' entries: four a segment, one a link. */
static qh_status find_pattern(qh_exact *e) {
    const qh_network *network = e->problem->network;
    const size_t n_segment = network->n_segment, n_entry = 4 * n_segment + network->n_link;
    int *row = malloc((n_entry + 1) * sizeof *row), *column = malloc((n_entry + 1) * sizeof *column);
    e->slot = qh_arena_alloc(e->arena, n_entry, sizeof *e->slot);
    qh_status status = row && column && e->slot ? QH_OK : QH_E_NOMEM;
    if (status == QH_OK) {
        for (size_t k = 0; k < n_segment; k++) {
            const int from = (int)network->segment[k].from, to = (int)network->segment[k].to;
            const int rows[] = {from, from, to, to}, columns[] = {from, to, from, to};
            memcpy(row + 4 * k, rows, sizeof rows);
            memcpy(column + 4 * k, columns, sizeof columns);
        }
        for (size_t k = 0; k < network->n_link; k++) {
            row[4 * n_segment + k] = (int)network->link[k].to;
            column[4 * n_segment + k] = (int)network->link[k].from;
        }
        status = qh_pattern_create(e->arena, e->n_unknown, n_entry, row, column, e->slot, &e->pattern);
    }
    free(row);
    free(column);
    if (status == QH_OK) status = qh_factors_create(e->pattern, 1, &e->factors);
    return status;
}

static qh_status build(qh_exact *e, qh_diag *diag) {
    const qh_network *network = e->problem->network;
    for (size_t s = 0; s < network->n_segment; s++)
        e->n_piece += pieces_of(e, s);
    e->n_unknown = network->n_point;
    e->piece = qh_arena_alloc(e->arena, e->n_piece, sizeof *e->piece);
    e->segment_piece = qh_arena_alloc(e->arena, network->n_segment + 1, sizeof *e->segment_piece);
    e->joined = qh_arena_alloc(e->arena, e->n_piece, sizeof *e->joined);
    e->at_end = qh_arena_alloc(e->arena, e->n_piece, sizeof *e->at_end);
    e->rate = qh_arena_alloc(e->arena, e->n_piece * e->n_species, sizeof *e->rate);
    e->level = qh_arena_alloc(e->arena, e->n_piece * e->n_species, sizeof *e->level);
    e->zone_rate = qh_arena_alloc(e->arena, e->n_piece * e->n_species, sizeof *e->zone_rate);
    if (!e->piece || !e->segment_piece || !e->joined || !e->at_end || !e->rate || !e->level || !e->zone_rate)
        return QH_E_NOMEM;
    QH_TRY(set_pieces(e, diag));
    QH_TRY(find_pattern(e));
    e->value = qh_arena_alloc(e->arena, (size_t)e->pattern->first[e->pattern->n], sizeof *e->value);
    e->column = qh_arena_alloc(e->arena, e->n_unknown, sizeof *e->column);
    if (!e->value || !e->column) return QH_E_NOMEM;
    e->points_at = 0;
    e->state_at = network->n_point * e->m;
    e->flux_at = e->state_at + e->transport->n_unknown * e->m;
    e->reacted_at = e->flux_at + 2 * network->n_segment * e->m;
    e->size = e->reacted_at + e->problem->river_case->n_reach * e->m;
    return QH_OK;
}

qh_status qh_exact_create(const qh_problem *problem, qh_transport *transport, size_t division, qh_diag *diag,
                          qh_exact **exact) {
    qh_arena *arena = qh_arena_create();
    qh_exact *e = arena ? qh_arena_alloc(arena, 1, sizeof *e) : NULL;
    if (!e) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    *e = (qh_exact){.arena = arena,
                    .problem = problem,
                    .transport = transport,
                    .m = transport->m,
                    .n_species = transport->n_species,
                    .division = division};
    const qh_status status = build(e, diag);
    if (status != QH_OK) {
        qh_exact_destroy(e);
        return status;
    }
    *exact = e;
    return QH_OK;
}

void qh_exact_destroy(qh_exact *exact) {
    if (!exact) return;
    qh_factors_destroy(exact->factors);
    qh_arena_destroy(exact->arena);
}

/* ---- one component ---- */

/* One component on one piece: C = level + c0' phi0 + cL' phiL with the mode's functions. */
typedef struct solution {
    qh_exact_mode mode;
    double level; /* g/m3, equilibrium of kinetics and inflow together */
    port port;
} solution;

static solution solution_of(const qh_exact *e, size_t k, size_t component) {
    const piece *p = &e->piece[k];
    const size_t at = k * e->n_species + component / e->transport->n_lane;
    const double inflow = e->problem->flow->segment_lateral[p->segment], half = 0.5 * inflow * p->length;
    const double reacts = p->area * e->rate[at], loss = inflow + reacts; /* m2/s */
    const double brought = e->transport->segment_load[p->segment * e->m + component];
    solution c = {.mode = qh_exact_mode_of(p->discharge, p->area, p->dispersion, loss / p->area, p->length),
                  .level = loss > 0 ? (brought + reacts * e->level[at]) / loss : 0};
    const qh_exact_mode *mode = &c.mode;
    const double up = -mode->gain * expm1(-mode->fast * p->length), down = -mode->back * expm1(mode->slow * p->length);
    c.port.b = (mode->gain - mode->back) * mode->rise / mode->spread;
    c.port.s0 = (up + down * mode->rise) / mode->spread;
    if (half == 0) {
        c.port.e = (mode->gain * mode->rise * mode->fall - mode->back) / mode->spread;
        c.port.sL = (up * mode->fall + down) / mode->spread;
    } else {
        const double m0 = qh_exact_mean(mode, 1, 0, 0, p->length), mL = qh_exact_mean(mode, 0, 1, 0, p->length);
        c.port.s0 -= half;
        c.port.e = c.port.b + reacts * p->length * mL;
        c.port.sL = c.port.s0 - reacts * p->length * (m0 + mL);
    }
    c.port.k0 = c.level * (p->discharge - half - c.port.s0);
    c.port.kL = c.level * (p->discharge + half - c.port.sL);
    return c;
}

/* Two ports in a row as one: the cut between has (flux in) = (flux out). */
static port join(const port *a, const port *b) {
    const double diagonal = b->s0 + b->b + a->e, net = b->s0 - a->sL, source = a->kL - b->k0;
    return (port){.b = a->b * b->b / diagonal,
                  .e = (b->e * (b->s0 + a->e) - b->sL * b->b) / diagonal,
                  .s0 = a->s0 + a->b * net / diagonal,
                  .sL = (b->sL * (a->sL + a->e + b->b) - b->e * net) / diagonal,
                  .k0 = a->k0 - a->b * source / diagonal,
                  .kL = b->kL + (b->sL + b->e) * source / diagonal};
}

static double cut_value(const port *a, const port *b, double c0, double cL) {
    return ((a->sL + a->e) * c0 + b->b * cL + a->kL - b->k0) / (b->s0 + b->b + a->e);
}

static bool is_fixed(const qh_exact *e, size_t point) { return e->transport->point[point].fixed; }

static void assemble_segment(qh_exact *e, size_t s, size_t component) {
    const qh_segment *segment = &e->problem->network->segment[s];
    const size_t first = e->segment_piece[s], last = e->segment_piece[s + 1] - 1;
    e->joined[first] = solution_of(e, first, component).port;
    for (size_t k = first + 1; k <= last; k++) {
        const port next = solution_of(e, k, component).port;
        e->joined[k] = join(&e->joined[k - 1], &next);
    }
    const port *whole = &e->joined[last];
    if (!is_fixed(e, segment->from)) { /* row: what leaves the point */
        e->value[e->slot[4 * s]] += whole->s0 + whole->b;
        e->value[e->slot[4 * s + 1]] -= whole->b;
        e->column[segment->from] -= whole->k0;
    }
    if (!is_fixed(e, segment->to)) { /* row: what arrives, with the opposite sign */
        e->value[e->slot[4 * s + 2]] -= whole->sL + whole->e;
        e->value[e->slot[4 * s + 3]] += whole->e;
        e->column[segment->to] += whole->kL;
    }
}

static void assemble_points(qh_exact *e, size_t component) {
    const qh_transport *t = e->transport;
    for (size_t p = 0; p < t->n_point; p++) {
        const mixing_point *point = &t->point[p];
        e->value[e->pattern->diagonal[p]] += point->fixed ? point->through : point->taken + point->outlet;
        e->column[p] += t->point_load[p * e->m + component];
    }
    for (size_t k = 0; k < e->problem->network->n_link; k++)
        e->value[e->slot[4 * e->problem->network->n_segment + k]] -= t->link_flow[k];
}

/* Means of piece k over the cells it covers, storage zones in equilibrium with the channel. */
static void store_cells(const qh_exact *e, size_t k, const solution *c, double c0, double cL, size_t component,
                        double *state) {
    const piece *p = &e->piece[k];
    const qh_grid *grid = e->problem->grid;
    const size_t m = e->m, first = grid->segment_first[p->segment], last = grid->segment_first[p->segment + 1];
    const size_t at = k * e->n_species + component / e->transport->n_lane;
    const double length = grid->length[first], end = p->start + p->length;
    for (size_t i = first + (size_t)(p->start / length); i < last; i++) {
        const double x1 = fmax(length * (double)(i - first), p->start);
        const double x2 = i + 1 == last ? end : fmin(length * (double)(i - first + 1), end);
        if (x1 >= end) break;
        if (x2 <= x1) continue;
        const double part = (x2 - x1) / length;
        const double mean = c->level + qh_exact_mean(&c->mode, c0, cL, x1 - p->start, x2 - p->start);
        state[i * m + component] += mean * part;
        const size_t zone = e->transport->storage_of[i];
        if (zone != i) {
            state[zone * m + component] += (e->level[at] + e->zone_rate[at] * (mean - e->level[at])) * part;
        }
    }
}

static void store_segment(qh_exact *e, size_t s, size_t component, double *result) {
    const qh_segment *segment = &e->problem->network->segment[s];
    const size_t m = e->m, first = e->segment_piece[s], last = e->segment_piece[s + 1] - 1;
    const double c0 = e->column[segment->from], cL = e->column[segment->to];
    const port *whole = &e->joined[last];
    double *flux = result + e->flux_at + 2 * s * m + component;
    flux[0] = whole->s0 * c0 + whole->b * (c0 - cL) + whole->k0;
    flux[m] = whole->sL * c0 + whole->e * (c0 - cL) + whole->kL;
    e->at_end[last] = cL;
    for (size_t k = last; k > first; k--) {
        const port next = solution_of(e, k, component).port;
        e->at_end[k - 1] = cut_value(&e->joined[k - 1], &next, c0, e->at_end[k]);
    }
    for (size_t k = first; k <= last; k++) {
        const piece *p = &e->piece[k];
        const solution c = solution_of(e, k, component);
        const double start = (k == first ? c0 : e->at_end[k - 1]) - c.level, end = e->at_end[k] - c.level;
        const size_t at = k * e->n_species + component / e->transport->n_lane;
        const double mean = c.level + qh_exact_mean(&c.mode, start, end, 0, p->length);
        result[e->reacted_at + segment->reach * m + component] +=
            p->area * e->rate[at] * p->length * (mean - e->level[at]);
        store_cells(e, k, &c, start, end, component, result + e->state_at);
    }
}

size_t qh_exact_result_size(const qh_exact *exact) { return exact->size; }

qh_status qh_exact_solve(qh_exact *exact, double *result) {
    const int nnz = exact->pattern->first[exact->pattern->n];
    memset(result, 0, exact->size * sizeof *result);
    for (size_t component = 0; component < exact->m; component++) {
        for (int k = 0; k < nnz; k++)
            exact->value[k] = 0;
        for (size_t i = 0; i < exact->n_unknown; i++)
            exact->column[i] = 0;
        for (size_t s = 0; s < exact->problem->network->n_segment; s++)
            assemble_segment(exact, s, component);
        assemble_points(exact, component);
        QH_TRY(qh_factors_compute(exact->factors, 0, exact->value));
        QH_TRY(qh_factors_solve(exact->factors, 0, exact->column));
        for (size_t i = 0; i < exact->n_unknown; i++)
            if (!isfinite(exact->column[i])) return QH_E_NUMERIC;
        for (size_t p = 0; p < exact->n_unknown; p++)
            result[exact->points_at + p * exact->m + component] = exact->column[p];
        for (size_t s = 0; s < exact->problem->network->n_segment; s++)
            store_segment(exact, s, component, result);
    }
    return QH_OK;
}

const double *qh_exact_points(const qh_exact *exact, const double *result) { return result + exact->points_at; }
const double *qh_exact_state(const qh_exact *exact, const double *result) { return result + exact->state_at; }
qh_transport_parts qh_exact_parts(const qh_exact *exact, const double *result) {
    return (qh_transport_parts){
        .end_flux = result + exact->flux_at, .mixed = result + exact->points_at, .reacted = result + exact->reacted_at};
}
