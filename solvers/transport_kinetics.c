/* Kinetics of the transport operator, evaluated in each cell and storage zone and in each lane.
 *
 * Equation   dC/dt = R(C), by the processes of model/kinetics.h with the reach's parameters, k20 times the lane's scale.
 * Scheme     linear, uncoupled: R = gain - decay C, coefficients found once a cell.
 *            linear, coupled:   beside them the coefficients of each pair of constituents, once a cell.
 *            nonlinear:         R and its derivatives anew at every state; gain and decay are 0 then.
 * Outlet     the last half cell is extrapolated by C* = C_u + T (R(C*) + (load - q C*)/A), T half its travel time: an
 *            implicit step, which keeps what is positive positive. Newton's method with elimination by rows; its matrix
 *            (1 + T q/A) I - T dR/dC at C* gives dC* / dC_u as its inverse.
 * Order      constituents of a cell, then lanes, innermost; pairs (of, on) are closed, because C* of a chain's end
 *            depends on its beginning.
 * Not for    rates that depend on time other than by concentrations. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/transport_internal.h"

static size_t variants(const qh_transport *t) { return t->n_lane / t->rate_lanes; }

/* Rates and derivatives of one variant of the kinetics in the water of a cell: c, rate [n], jacobian [n][n]. */
static void evaluate(const qh_transport *t, size_t cell, size_t variant, const double *c, double *rate,
                     double *jacobian) {
    const qh_grid *grid = t->grid;
    const qh_process_input input = {
        .n_species = t->n_species,
        .parameters = t->parameters + (qh_grid_reach(grid, cell) * variants(t) + variant) * t->n_species,
        .temperature = qh_forcing_temperature(t->problem->forcing, variant, qh_grid_reach(grid, cell)),
        .depth = grid->depth[cell],
        .velocity = qh_grid_velocity(grid, cell)};
    qh_kinetics_rates(&input, c, rate, jacobian);
}

/* ---- set-up ---- */

static void set_parameters(qh_transport *t) {
    const qh_case *river_case = t->problem->river_case;
    const size_t n = t->n_species;
    for (size_t r = 0; r < river_case->n_reach; r++) {
        for (size_t v = 0; v < variants(t); v++) {
            qh_rate_parameters *own = t->parameters + (r * variants(t) + v) * n;
            qh_forcing_rate_parameters(t->problem->forcing, v, r, own);
        }
    }
}

/* Which constituents depend on which, directly or by way of others; returns how many pairs. depends [n][n] */
static size_t find_dependence(const qh_case *river_case, bool *depends) {
    const size_t n = river_case->n_constituent;
    for (size_t of = 0; of < n; of++) {
        for (size_t on = 0; on < n; on++)
            depends[of * n + on] = of != on && qh_kinetics_couples(river_case, of, on);
    }
    for (size_t by = 0; by < n; by++) {
        for (size_t of = 0; of < n; of++) {
            for (size_t on = 0; on < n; on++) {
                if (depends[of * n + by] && depends[by * n + on]) depends[of * n + on] = true;
            }
        }
    }
    size_t count = 0;
    for (size_t of = 0; of < n; of++) {
        depends[of * n + of] = false;
        for (size_t on = 0; on < n; on++)
            count += depends[of * n + on];
    }
    return count;
}

static qh_status set_pairs(qh_transport *t) {
    const size_t n = t->n_species;
    bool *depends = calloc(n * n + 1, sizeof *depends);
    if (!depends) return QH_E_NOMEM;
    const size_t count = find_dependence(t->problem->river_case, depends);
    t->pair = qh_arena_alloc(t->arena, count, sizeof *t->pair);
    for (size_t k = 0; k < n * n && t->pair; k++) {
        if (depends[k]) t->pair[t->n_pair++] = (species_pair){.of = k / n, .on = k % n};
    }
    free(depends);
    return t->pair ? QH_OK : QH_E_NOMEM;
}

static qh_status allocate(qh_transport *t) {
    const size_t n = t->n_species, n_reach = t->problem->river_case->n_reach;
    t->decay = qh_arena_alloc(t->arena, t->n_cell * t->n_rate, sizeof(double));
    bool gains = false;
    for (size_t s = 0; s < n; s++)
        gains = gains || qh_kinetics_gains(t->problem->river_case, s);
    if (gains) t->gain = qh_arena_alloc(t->arena, t->n_cell * t->n_rate, sizeof(double));
    t->parameters = qh_arena_alloc(t->arena, n_reach * variants(t) * n, sizeof *t->parameters);
    t->reaction = qh_arena_alloc(t->arena, 4 * n + 2 * n * n, sizeof(double));
    if (!t->decay || (gains && !t->gain) || !t->parameters || !t->reaction) return QH_E_NOMEM;
    if (!t->coupled) return QH_OK;
    t->coupling = qh_arena_alloc(t->arena, t->nonlinear ? 0 : t->n_cell * t->n_pair * variants(t), sizeof(double));
    t->own_derivative = qh_arena_alloc(t->arena, t->nonlinear ? t->n_unknown * t->m : 0, sizeof(double));
    t->cross_derivative = qh_arena_alloc(t->arena, t->n_unknown * t->n_pair * t->n_lane, sizeof(double));
    t->outlet_constant = qh_arena_alloc(t->arena, t->n_outlet * t->m, sizeof(double));
    t->outlet_factor = qh_arena_alloc(t->arena, t->n_outlet * t->m, sizeof(double));
    t->outlet_cross = qh_arena_alloc(t->arena, t->n_outlet * t->n_pair * t->n_lane, sizeof(double));
    const bool complete = t->coupling && t->own_derivative && t->cross_derivative && t->outlet_constant &&
                          t->outlet_factor && t->outlet_cross;
    return complete ? QH_OK : QH_E_NOMEM;
}

/* Coefficients of linear kinetics in one cell and variant, which hold at any concentration. */
static void set_coefficients(qh_transport *t, size_t i, size_t variant) {
    const size_t n = t->n_species;
    double *zero = t->reaction, *rate = zero + n, *jacobian = rate + n;
    memset(zero, 0, n * sizeof(double));
    evaluate(t, i, variant, zero, rate, jacobian);
    for (size_t s = 0; s < n; s++) {
        if (t->gain) t->gain[i * t->n_rate + s * variants(t) + variant] = rate[s];
        t->decay[i * t->n_rate + s * variants(t) + variant] = -jacobian[s * n + s];
    }
    for (size_t k = 0; k < t->n_pair; k++) {
        t->coupling[(i * t->n_pair + k) * variants(t) + variant] = jacobian[t->pair[k].of * n + t->pair[k].on];
    }
}

/* Found anew only where the water differs from the cell's before. */
static void set_cell(qh_transport *t, size_t i) {
    const qh_grid *grid = t->grid;
    const size_t row = t->n_pair * variants(t);
    if (i > 0 && qh_grid_is_alike(grid, i, i - 1)) {
        if (t->gain) memcpy(t->gain + i * t->n_rate, t->gain + (i - 1) * t->n_rate, t->n_rate * sizeof(double));
        memcpy(t->decay + i * t->n_rate, t->decay + (i - 1) * t->n_rate, t->n_rate * sizeof(double));
        if (row > 0) memcpy(t->coupling + i * row, t->coupling + (i - 1) * row, row * sizeof(double));
        return;
    }
    for (size_t v = 0; v < variants(t); v++)
        set_coefficients(t, i, v);
}

qh_status qh_transport_set_kinetics(qh_transport *t) {
    const bool differ = qh_forcing_rates_differ(t->problem->forcing);
    t->rate_lanes = differ ? 1 : t->n_lane;
    t->n_rate = differ ? t->m : t->n_species;
    QH_TRY(set_pairs(t));
    t->nonlinear = !qh_kinetics_is_linear(t->problem->river_case);
    t->coupled = t->nonlinear || t->n_pair > 0;
    QH_TRY(allocate(t));
    set_parameters(t);
    for (size_t i = 0; i < t->n_cell && !t->nonlinear; i++)
        set_cell(t, i);
    return QH_OK;
}

/* ---- rates ---- */

static void add_linear(const qh_transport *t, size_t cell, const double *c, double *rate) {
    const size_t lanes = t->n_lane;
    const double *k = t->coupling + cell * t->n_pair * variants(t);
    for (size_t p = 0; p < t->n_pair; p++, k += variants(t)) {
        const double *from = c + t->pair[p].on * lanes;
        double *restrict to = rate + t->pair[p].of * lanes;
        if (t->rate_lanes == 1) {
            for (size_t lane = 0; lane < lanes; lane++)
                to[lane] += k[lane] * from[lane];
        } else {
            for (size_t lane = 0; lane < lanes; lane++)
                to[lane] += *k * from[lane];
        }
    }
}

/* Nonlinear rates of one lane at c [m]; they and their derivatives are left in the workspace. */
typedef struct reaction {
    const double *rate, *jacobian; /* [n], [n][n] */
} reaction;

static reaction react(const qh_transport *t, size_t cell, size_t lane, const double *c) {
    const size_t n = t->n_species;
    double *own = t->reaction, *rate = own + n, *jacobian = rate + n;
    for (size_t s = 0; s < n; s++)
        own[s] = c[s * t->n_lane + lane];
    evaluate(t, cell, lane / t->rate_lanes, own, rate, jacobian);
    return (reaction){rate, jacobian};
}

void qh_transport_add_reaction(const qh_transport *t, size_t cell, const double *c, double *rate) {
    if (!t->nonlinear) {
        add_linear(t, cell, c, rate);
        return;
    }
    for (size_t lane = 0; lane < t->n_lane; lane++) {
        const reaction r = react(t, cell, lane, c);
        for (size_t s = 0; s < t->n_species; s++)
            rate[s * t->n_lane + lane] += r.rate[s];
    }
}

void qh_transport_add_reactions(const qh_transport *t, const double *y, double *dydt) {
    const size_t m = t->m;
    for (size_t i = 0; i < t->n_cell; i++)
        qh_transport_add_reaction(t, i, y + i * m, dydt + i * m);
    for (size_t z = t->n_cell; z < t->n_unknown; z++)
        qh_transport_add_reaction(t, t->storage_cell[z - t->n_cell], y + z * m, dydt + z * m);
}

/* ---- derivatives ---- */

static void derive(qh_transport *t, size_t unknown, size_t cell, const double *y) {
    const size_t lanes = t->n_lane, n = t->n_species;
    double *cross = t->cross_derivative + unknown * t->n_pair * lanes;
    if (!t->nonlinear) {
        const double *k = t->coupling + cell * t->n_pair * variants(t);
        for (size_t p = 0; p < t->n_pair; p++) {
            for (size_t lane = 0; lane < lanes; lane++)
                cross[p * lanes + lane] = k[p * variants(t) + lane / t->rate_lanes];
        }
        return;
    }
    for (size_t lane = 0; lane < lanes; lane++) {
        const reaction r = react(t, cell, lane, y + unknown * t->m);
        for (size_t s = 0; s < n; s++)
            t->own_derivative[unknown * t->m + s * lanes + lane] = r.jacobian[s * n + s];
        for (size_t p = 0; p < t->n_pair; p++)
            cross[p * lanes + lane] = r.jacobian[t->pair[p].of * n + t->pair[p].on];
    }
}

/* What leaves at an outlet depends on the other constituents of the last cell. */
static void derive_outlet(qh_transport *t, const segment_end *end) {
    const mixing_point *point = &t->point[end->point];
    const size_t count = t->n_pair * t->n_lane;
    const double upwind = end->discharge * (1 - end->central), back = end->conductance - end->discharge * end->central;
    const double leaving = upwind * (1 - back / point->denominator) / t->volume[end->cell];
    for (size_t k = 0; k < count; k++)
        t->cross_derivative[end->cell * count + k] -= leaving * t->outlet_cross[end->outlet * count + k];
}

void qh_transport_find_derivatives(qh_transport *t, const double *y) {
    for (size_t i = 0; i < t->n_cell; i++)
        derive(t, i, i, y);
    for (size_t z = t->n_cell; z < t->n_unknown; z++)
        derive(t, z, t->storage_cell[z - t->n_cell], y);
    for (size_t e = 0; e < 2 * t->n_segment; e++) {
        if (t->end[e].into_point && t->point[t->end[e].point].out_count == 0) derive_outlet(t, &t->end[e]);
    }
}

/* ---- outlets ---- */

/* One implicit step over `travel` [s] from the last cell: value [n] and, in `slope` [n][n], its derivative. */
typedef struct outlet_step {
    const qh_transport *t;
    size_t cell, variant, n;
    double travel;           /* s */
    double dilution;         /* 1/s */
    double *given;           /* [n], C_u + travel load/A */
    double *value;           /* [n] */
    double *residual, *rate; /* [n] */
    double *matrix, *slope;  /* [n][n] */
} outlet_step;

/* Newton's matrix and residual at the present value. */
static void set_up_step(const outlet_step *o) {
    evaluate(o->t, o->cell, o->variant, o->value, o->rate, o->matrix);
    for (size_t k = 0; k < o->n * o->n; k++)
        o->matrix[k] *= -o->travel;
    for (size_t s = 0; s < o->n; s++) {
        const double own = 1 + o->travel * o->dilution;
        o->matrix[s * o->n + s] += own;
        o->residual[s] = o->given[s] - own * o->value[s] + o->travel * o->rate[s];
    }
}

/* Gauss and Jordan with row pivots: slope becomes the inverse of the matrix, which is destroyed. */
static void invert(const outlet_step *o) {
    const size_t n = o->n;
    double *a = o->matrix, *inverse = o->slope;
    for (size_t k = 0; k < n * n; k++)
        inverse[k] = k % (n + 1) == 0 ? 1 : 0;
    for (size_t p = 0; p < n; p++) {
        size_t best = p;
        for (size_t i = p + 1; i < n; i++) {
            if (fabs(a[i * n + p]) > fabs(a[best * n + p])) best = i;
        }
        for (size_t c = 0; c < n && best != p; c++) {
            const double kept = a[p * n + c], kept_inverse = inverse[p * n + c];
            a[p * n + c] = a[best * n + c];
            a[best * n + c] = kept;
            inverse[p * n + c] = inverse[best * n + c];
            inverse[best * n + c] = kept_inverse;
        }
        const double pivot = a[p * n + p];
        for (size_t c = 0; c < n; c++) {
            a[p * n + c] /= pivot;
            inverse[p * n + c] /= pivot;
        }
        for (size_t i = 0; i < n; i++) {
            const double factor = a[i * n + p];
            for (size_t c = 0; c < n && i != p; c++) {
                a[i * n + c] -= factor * a[p * n + c];
                inverse[i * n + c] -= factor * inverse[p * n + c];
            }
        }
    }
}

/* Newton's step; returns its size over that of the values. */
static double improve(const outlet_step *o) {
    double step = 0, size = 0;
    for (size_t s = 0; s < o->n; s++) {
        double change = 0;
        for (size_t k = 0; k < o->n; k++)
            change += o->slope[s * o->n + k] * o->residual[k];
        o->value[s] += change;
        step = fmax(step, fabs(change));
        size = fmax(size, fabs(o->value[s]));
    }
    return size > 0 ? step / size : 0;
}

enum { most_outlet_steps = 20 };
static const double outlet_round_off = 1e-15;

static void take_outlet_step(const outlet_step *o) {
    memcpy(o->value, o->given, o->n * sizeof(double));
    double change = 1;
    for (size_t k = 0; k < most_outlet_steps && change > outlet_round_off; k++) {
        set_up_step(o);
        invert(o);
        change = improve(o);
    }
}

static void extrapolate_lane(qh_transport *t, size_t e, size_t lane, const double *y, outlet_step *o) {
    const segment_end *end = &t->end[e];
    const size_t i = end->cell, s = e / 2, m = t->m, lanes = t->n_lane;
    o->cell = i;
    o->variant = lane / t->rate_lanes;
    o->travel = end->discharge > 0 ? 0.5 * t->volume[i] / end->discharge : 0;
    o->dilution = t->problem->flow->segment_lateral[s] / t->grid->area[i];
    for (size_t k = 0; k < o->n; k++) {
        const size_t j = k * lanes + lane;
        o->given[k] = y[i * m + j] + o->travel * t->segment_load[s * m + j] / t->grid->area[i];
    }
    take_outlet_step(o);
    for (size_t k = 0; k < o->n; k++) {
        const size_t j = k * lanes + lane;
        const double factor = o->slope[k * o->n + k] - 1;
        t->outlet_factor[end->outlet * m + j] = factor;
        t->outlet_constant[end->outlet * m + j] = o->value[k] - y[i * m + j] - factor * y[i * m + j];
    }
    for (size_t p = 0; p < t->n_pair; p++) {
        t->outlet_cross[(end->outlet * t->n_pair + p) * lanes + lane] = o->slope[t->pair[p].of * o->n + t->pair[p].on];
    }
}

void qh_transport_extrapolate_outlets(qh_transport *t, const double *y) {
    const size_t n = t->n_species;
    outlet_step o = {.t = t,
                     .n = n,
                     .given = t->reaction,
                     .value = t->reaction + n,
                     .residual = t->reaction + 2 * n,
                     .rate = t->reaction + 3 * n,
                     .matrix = t->reaction + 4 * n,
                     .slope = t->reaction + 4 * n + n * n};
    for (size_t e = 0; e < 2 * t->n_segment; e++) {
        if (!t->end[e].into_point || t->point[t->end[e].point].out_count > 0) continue;
        for (size_t lane = 0; lane < t->n_lane; lane++)
            extrapolate_lane(t, e, lane, y, &o);
    }
}
