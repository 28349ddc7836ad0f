/* Jacobian of the transport operator (transport.c), analytic, by components.
 *
 * Partial derivatives, for flow from u to d, h = harmonic slope of a = s (C_u - C_f), b = C_d - C_u, r = b/(a+b):
 *   face     dF/dC_u = Q [w/2 + (1-w)(1 + (s h_a - h_b)/2)] + g     with h_a = 2 r^2, h_b = 2 (1-r)^2
 *            dF/dC_d = Q [w/2 + (1-w) h_b/2] - g,   dF/dC_f = -Q (1-w) s h_a/2   (f a point: chain rule over its cells)
 *   point    C_p = M + theta S;  dM/dC_u = (Q(1-w) + g)/B, dM/dC_d = g/B, dS/dC_u = -dS/dC_inner = Q(1-w)/(2B)
 *            S over the ends whose slope has N's sign; theta = (r^2 + r)/(r^2 + 1), r = N/S, N = share (C_next - M);  dtheta = theta'(r) (dN - r dS)/S,
 *            theta'(r) = (1 + 2r - r^2)/(r^2 + 1)^2;  a link adds (flow/B) dC_from
 *   end in   dF = Q(1-w)[(1 + theta/2) dC_u - (theta/2) dC_inner + (C_u - C_inner)/2 dtheta] + g dC_u - (g - Qw) dC_p
 *   end out  dF = (Q + g) dC_p - g dC_d
 *   kinetics -decay on the diagonal, dR/dC within a cell where they are coupled or nonlinear; storage: -alpha, alpha; alpha A/A_s, -alpha A/A_s - decay
 *
 * The assembly runs once to record the places of its contributions, whatever the values are, and later adds each to its
 * entry. Rows beside one another stand beside one another in a column, so those of inner faces are found by counting
 * from the diagonal. Others are looked up once, and kept in the order in which they are asked for: reaches that meet lie far
 * apart, and each search would fetch their columns from memory. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/transport_internal.h"

typedef struct assembly {
    size_t count, capacity; /* recording */
    int *row, *column;      /* recording: [capacity] */
    bool failed;            /* recording ran out of memory */
    size_t n_far, far_capacity;
    size_t *far;               /* recording: [far_capacity], contributions of those that are not found by counting */
    const qh_pattern *pattern; /* adding; NULL when recording */
    double *value;             /* adding: entry k at k stride; in single precision: NULL */
    float *single;             /* the same, sums of the rows left out */
    double *row_sum;           /* with `single`: [n_unknown], 1/s; else NULL */
    size_t stride;
    const int *place; /* adding: entries of those contributions, the next one first */
    bool frozen;      /* limiters count as constants */
} assembly;

static void record(assembly *as, size_t row, size_t column) {
    if (as->failed) return;
    if (as->count == as->capacity) {
        const size_t capacity = as->capacity ? 2 * as->capacity : 4096;
        int *row_grown = realloc(as->row, capacity * sizeof(int));
        if (row_grown) as->row = row_grown;
        int *column_grown = realloc(as->column, capacity * sizeof(int));
        if (column_grown) as->column = column_grown;
        if (!row_grown || !column_grown) {
            as->failed = true;
            return;
        }
        as->capacity = capacity;
    }
    as->row[as->count] = (int)row;
    as->column[as->count++] = (int)column;
}

static void record_far(assembly *as, size_t row, size_t column) {
    if (as->n_far == as->far_capacity) {
        const size_t capacity = as->far_capacity ? 2 * as->far_capacity : 1024;
        size_t *grown = realloc(as->far, capacity * sizeof *grown);
        if (!grown) {
            as->failed = true;
            return;
        }
        as->far = grown;
        as->far_capacity = capacity;
    }
    as->far[as->n_far++] = as->count;
    record(as, row, column);
}

static void put(const assembly *as, size_t row, size_t column, size_t entry, double value) {
    if (!as->row_sum) {
        as->value[entry * as->stride] += value;
        return;
    }
    as->row_sum[row] += value;
    if (row != column) as->single[entry * as->stride] += (float)value;
}

static void add(assembly *as, size_t row, size_t column, double value) {
    if (as->pattern) {
        put(as, row, column, (size_t)*as->place++, value);
    } else {
        record_far(as, row, column);
    }
}

/* On the diagonal, which is part of every pattern. */
static void add_own(assembly *as, size_t i, double value) {
    if (as->pattern) put(as, i, i, (size_t)as->pattern->diagonal[i], value);
}

/* A face: cells on its two sides, `absent` where there is a point instead. */
typedef struct face {
    bool has_left, has_right;
    size_t left, right;
} face;

static void add_flux(const qh_transport *t, assembly *as, const face *f, size_t column, double derivative) {
    if (f->has_left) add(as, f->left, column, -derivative / t->volume[f->left]);
    if (f->has_right) add(as, f->right, column, derivative / t->volume[f->right]);
}

/* The same of the inner face below cell i, by a cell of the same segment. */
static void add_inner_flux(const qh_transport *t, assembly *as, size_t i, size_t column, double derivative) {
    if (!as->pattern) {
        record(as, i, column);
        record(as, i + 1, column);
        return;
    }
    const size_t entry = (size_t)as->pattern->diagonal[column] + i - column;
    put(as, i, column, entry, -derivative / t->volume[i]);
    put(as, i + 1, column, entry + 1, derivative / t->volume[i + 1]);
}

/* Adds factor * dC_p/dC over the cells that the point depends on. */
static void add_flux_of_point(const qh_transport *t, assembly *as, const face *f, size_t p, double factor,
                              const double *gradient) {
    const mixing_point *point = &t->point[p];
    for (size_t k = point->stencil_first; k < point->stencil_first + point->stencil_count; k++) {
        add_flux(t, as, f, t->stencil_cell[k], factor * gradient[k]);
    }
}

/* ---- gradients of the points ---- */

static double at(const qh_transport *t, const double *y, size_t cell, size_t j) { return y ? y[cell * t->m + j] : 0; }

/* Fills the parts of the stencil: base = dM/dC, slope = d(increments)/dC for ends whose increment has the sign wanted.
 * The stencil is: incoming ends (cell, inner), outgoing ends (cell), then the stencils of the points whose links
 * arrive here. Returns where the outgoing ends begin. */
static size_t fill_base(qh_transport *t, size_t p, double *base) {
    const mixing_point *point = &t->point[p];
    const double scale = point->fixed ? 0 : 1 / point->denominator;
    size_t k = point->stencil_first;
    for (size_t n = 0; n < point->in_count; n++, k += 2) {
        const segment_end *end = &t->end[t->point_end[point->in_first + n]];
        base[k] = (end->discharge * (1 - end->central) + end->conductance) * scale;
        base[k + 1] = 0;
    }
    const size_t first_out = k;
    for (size_t n = 0; n < point->out_count; n++, k++) {
        base[k] = t->end[t->point_end[point->out_first + n]].conductance * scale;
    }
    for (size_t n = 0; n < point->link_count; n++) {
        const size_t link = t->arriving_link[point->link_first + n];
        const mixing_point *source = &t->point[t->problem->network->link[link].from];
        const double part = t->link_flow[link] * (point->fixed ? 1 / point->through : scale);
        for (size_t q = 0; q < source->stencil_count; q++, k++)
            base[k] = part * t->grad_mixed[source->stencil_first + q];
    }
    return first_out;
}

/* Value of the mixture without slopes. */
static double mixture_of(const qh_transport *t, size_t p, const double *y, size_t j) {
    const mixing_point *point = &t->point[p];
    double sum = t->point_load[p * t->m + j];
    for (size_t n = 0; n < point->in_count; n++) {
        const segment_end *end = &t->end[t->point_end[point->in_first + n]];
        sum += (end->discharge * (1 - end->central) + end->conductance) * at(t, y, end->cell, j);
    }
    for (size_t n = 0; n < point->out_count; n++) {
        const segment_end *end = &t->end[t->point_end[point->out_first + n]];
        sum += end->conductance * at(t, y, end->cell, j);
    }
    for (size_t n = 0; n < point->link_count; n++) {
        const size_t link = t->arriving_link[point->link_first + n];
        sum += t->link_flow[link] * t->mixed[t->problem->network->link[link].from * t->m + j];
    }
    return sum / point->denominator;
}

/* An outlet's value is linear in its cells. */
static void outlet_gradient(qh_transport *t, size_t p, size_t j) {
    const mixing_point *point = &t->point[p];
    for (size_t k = point->stencil_first; k < point->stencil_first + point->stencil_count; k++) {
        t->grad_mixed[k] = t->grad_base[k];
        t->grad_theta[k] = 0;
    }
    for (size_t n = 0; n < point->in_count; n++) {
        const size_t e = t->point_end[point->in_first + n];
        const segment_end *end = &t->end[e];
        double constant, factor;
        qh_transport_outlet_extrapolation(t, e, j, &constant, &factor);
        t->grad_mixed[point->stencil_first + 2 * n] +=
            end->discharge * (1 - end->central) * factor / point->denominator;
    }
}

/* The step that the limiter compares with, and the stencil's entry of the cell it leads to. */
static double next_step(const qh_transport *t, size_t p, const double *y, size_t j, size_t first_out, size_t *entry) {
    const mixing_point *point = &t->point[p];
    const double mixture = mixture_of(t, p, y, j);
    double step = 0;
    *entry = first_out;
    for (size_t n = 0; n < point->out_count; n++) {
        const segment_end *end = &t->end[t->point_end[point->out_first + n]];
        const double candidate = at(t, y, end->cell, j) - mixture;
        if (n > 0 && candidate * step <= 0) return 0;
        if (n == 0 || fabs(candidate) < fabs(step)) {
            step = candidate;
            *entry = first_out + n;
        }
    }
    return point->share * step;
}

/* Gradients of the point's value and of |theta|. */
static void point_gradient(qh_transport *t, size_t p, const double *y, size_t j, bool frozen) {
    const mixing_point *point = &t->point[p];
    double *base = t->grad_base, *mixed = t->grad_mixed, *theta = t->grad_theta;
    const size_t first = point->stencil_first, last = first + point->stencil_count;
    const size_t first_out = fill_base(t, p, base);
    if (point->fixed || point->out_count == 0) {
        outlet_gradient(t, p, j); /* of a fixed point: no incoming ends, the base alone */
        return;
    }
    for (size_t k = first; k < last; k++)
        theta[k] = 0; /* holds dS until theta is known */
    size_t entry;
    const double n_value = next_step(t, p, y, j, first_out, &entry);
    double added = 0;
    for (size_t n = 0; n < point->in_count; n++) {
        const segment_end *end = &t->end[t->point_end[point->in_first + n]];
        const double difference = at(t, y, end->cell, j) - at(t, y, end->inner, j);
        if (!(difference * n_value > 0)) continue;
        const double part = 0.5 * end->discharge * (1 - end->central) / point->denominator;
        theta[first + 2 * n] = part;
        theta[first + 2 * n + 1] = -part;
        added += part * difference;
    }
    const double limiter = albada(n_value, added);
    double slope = 0, r = 0;
    if (limiter != 0 && !frozen) {
        r = n_value / added;
        slope = r > 1e8 ? 0 : (1 + 2 * r - r * r) / ((r * r + 1) * (r * r + 1)) / added;
    }
    for (size_t k = first; k < last; k++) {
        const double d_added = theta[k];
        const double d_next = point->share * ((k == entry ? 1 : 0) - base[k]);
        theta[k] = slope * (d_next - r * d_added);
        mixed[k] = base[k] + limiter * d_added + added * theta[k];
    }
}

/* ---- fluxes ---- */

static void assemble_end(const qh_transport *t, assembly *as, size_t e, const double *y, size_t j) {
    const segment_end *end = &t->end[e];
    const mixing_point *point = &t->point[end->point];
    const bool downstream = e % 2 == 1;
    const face f = {.has_left = downstream, .left = end->cell, .has_right = !downstream, .right = end->cell};
    const double q = end->discharge, g = end->conductance;
    const double sign = (end->into_point == downstream) ? 1 : -1;
    if (!end->into_point) {
        add_flux_of_point(t, as, &f, end->point, sign * (q + g), t->grad_mixed);
        add_flux(t, as, &f, end->cell, -sign * g);
        return;
    }
    const double upwind = q * (1 - end->central), back = g - q * end->central;
    const double difference = at(t, y, end->cell, j) - at(t, y, end->inner, j);
    const double theta = t->theta[end->point * t->m + j];
    const bool counts = theta * difference > 0;
    double inner_part = counts ? -0.5 * fabs(theta) : 0, cell_part = 1 - inner_part;
    if (point->out_count == 0) {
        double constant;
        qh_transport_outlet_extrapolation(t, e, j, &constant, &cell_part);
        cell_part += 1;
        inner_part = 0;
    }
    add_flux(t, as, &f, end->cell, sign * (upwind * cell_part + g));
    add_flux(t, as, &f, end->inner, sign * upwind * inner_part);
    add_flux_of_point(t, as, &f, end->point, counts ? sign * upwind * 0.5 * difference : 0, t->grad_theta);
    add_flux_of_point(t, as, &f, end->point, -sign * back, t->grad_mixed);
}

static void assemble_face(const qh_transport *t, assembly *as, size_t s, size_t i, size_t first, size_t last,
                          const double *y, size_t j) {
    const double q = qh_grid_discharge_down(t->grid, i), g = qh_grid_conductance_down(t->grid, i);
    const double w = central_weight(q, g);
    if (w >= 1) {
        add_inner_flux(t, as, i, i, 0.5 * q + g);
        add_inner_flux(t, as, i, i + 1, 0.5 * q - g);
        return;
    }
    const bool forward = q >= 0;
    const size_t up = forward ? i : i + 1, down = forward ? i + 1 : i;
    const bool at_point = forward ? i == first : i + 1 == last;
    const size_t p = t->end[2 * s + (forward ? 0 : 1)].point;
    const size_t far = at_point ? up : (forward ? i - 1 : i + 2);
    const double far_value = at_point ? t->mixed[p * t->m + j] : at(t, y, far, j);
    const double stretch = at_point ? 2 : 1;
    const double a = stretch * (at(t, y, up, j) - far_value), b = at(t, y, down, j) - at(t, y, up, j);
    double by_a = 0, by_b = 0;
    if (a * b > 0) {
        const double r = b / (a + b);
        by_a = 2 * r * r;
        by_b = 2 * (1 - r) * (1 - r);
        if (as->frozen) {
            by_a = 2 * r;
            by_b = 0;
        }
    }
    const double limited = q * (1 - w), half = 0.5 * q * w, disperse = forward ? g : -g;
    add_inner_flux(t, as, i, up, half + limited * (1 + 0.5 * (stretch * by_a - by_b)) + disperse);
    add_inner_flux(t, as, i, down, half + limited * 0.5 * by_b - disperse);
    const double by_far = -limited * 0.5 * stretch * by_a;
    if (at_point) {
        const face f = {.has_left = true, .left = i, .has_right = true, .right = i + 1};
        add_flux_of_point(t, as, &f, p, by_far, t->grad_mixed);
    } else {
        add_inner_flux(t, as, i, far, by_far);
    }
}

/* Of component j by itself, in an unknown that belongs to a cell. */
static double reaction_derivative(const qh_transport *t, size_t cell, size_t unknown, size_t j) {
    const double linear = -t->decay[rate_index(t, cell, j)];
    return t->nonlinear ? linear + t->own_derivative[unknown * t->m + j] : linear;
}

static void assemble(qh_transport *t, assembly *as, const double *y, size_t j) {
    const size_t *order = t->problem->network->point_order;
    for (size_t k = 0; k < t->n_point; k++)
        point_gradient(t, order[k], y, j, as->frozen);
    for (size_t s = 0; s < t->n_segment; s++) {
        const size_t first = t->grid->segment_first[s], last = t->grid->segment_first[s + 1] - 1;
        assemble_end(t, as, 2 * s, y, j);
        for (size_t i = first; i < last; i++)
            assemble_face(t, as, s, i, first, last, y, j);
        assemble_end(t, as, 2 * s + 1, y, j);
        for (size_t i = first; i <= last; i++)
            add_own(as, i, reaction_derivative(t, i, i, j));
    }
    for (size_t z = 0; z < t->n_storage; z++) {
        const size_t i = t->storage_cell[z], zone = t->n_cell + z;
        const double alpha = qh_grid_storage_exchange(t->grid, i);
        const double back = alpha * t->grid->area[i] / qh_grid_storage_area(t->grid, i);
        add(as, i, i, -alpha);
        add(as, i, zone, alpha);
        add(as, zone, i, back);
        add(as, zone, zone, -back + reaction_derivative(t, i, zone, j));
    }
}

/* ---- pattern ---- */

static qh_status find_places(qh_transport *t, const assembly *as) {
    t->place = qh_arena_alloc(t->arena, as->n_far, sizeof *t->place);
    if (!t->place) return QH_E_NOMEM;
    for (size_t k = 0; k < as->n_far; k++)
        t->place[k] = qh_pattern_entry(t->pattern, as->row[as->far[k]], as->column[as->far[k]]);
    return QH_OK;
}

qh_status qh_transport_find_pattern(qh_transport *t) {
    QH_TRY(qh_transport_find_stencils(t));
    assembly as = {0};
    assemble(t, &as, NULL, 0);
    qh_status status = as.failed ? QH_E_NOMEM : QH_OK;
    if (status == QH_OK)
        status = qh_pattern_create(t->arena, t->n_unknown, as.count, as.row, as.column, NULL, &t->pattern);
    if (status == QH_OK) status = find_places(t, &as);
    free(as.far);
    free(as.row);
    free(as.column);
    if (status != QH_OK || !t->coupled) return status;
    t->one_value = qh_arena_alloc(t->arena, (size_t)t->pattern->first[t->n_unknown], sizeof(double));
    return t->one_value ? qh_transport_find_system(t) : QH_E_NOMEM;
}

/* Component by component; points have been mixed and derivatives found. Entry k goes to value[k stride]. */
static void fill_one(qh_transport *t, const double *y, size_t component, bool frozen, size_t stride, double *value) {
    const size_t nnz = (size_t)t->pattern->first[t->n_unknown];
    for (size_t k = 0; k < nnz; k++)
        value[k * stride] = 0;
    assembly as = {.pattern = t->pattern, .value = value, .stride = stride, .place = t->place, .frozen = frozen};
    assemble(t, &as, y, component);
} // NOLINT(clang-analyzer-unix.Malloc): with a pattern nothing is recorded, so nothing is allocated

/* The same in single precision with the sums of rows on the diagonal. */
static void fill_single(qh_transport *t, const double *y, size_t component, size_t stride, double *row_sum,
                        float *value) {
    const size_t nnz = (size_t)t->pattern->first[t->n_unknown];
    for (size_t k = 0; k < nnz; k++)
        value[k * stride] = 0;
    memset(row_sum, 0, t->n_unknown * sizeof *row_sum);
    assembly as = {.pattern = t->pattern, .single = value, .row_sum = row_sum, .stride = stride, .place = t->place};
    assemble(t, &as, y, component);
    for (size_t i = 0; i < t->n_unknown; i++)
        value[(size_t)t->pattern->diagonal[i] * stride] = (float)row_sum[i];
} // NOLINT(clang-analyzer-unix.Malloc): as above

static void fill(qh_transport *t, const double *y, size_t component, bool frozen, double *value) {
    qh_transport_mix(t, y);
    if (t->coupled) qh_transport_find_derivatives(t, y);
    fill_one(t, y, component, frozen, 1, value);
}

/* Constituents of a lane side by side, each with its own entries, and between them those of the pairs. */
static void fill_system(qh_transport *t, const double *y, size_t lane, bool frozen, double *value) {
    const size_t nnz = (size_t)t->pattern->first[t->n_unknown], n = t->n_species, lanes = t->n_lane;
    for (size_t species = 0; species < n; species++) {
        fill_one(t, y, species * lanes + lane, frozen, 1, t->one_value);
        for (size_t k = 0; k < nnz; k++)
            value[(size_t)t->system_slot[k * n + species] * lanes + lane] = t->one_value[k];
    }
    for (size_t k = 0; k < t->n_unknown * t->n_pair; k++)
        value[(size_t)t->pair_slot[k] * lanes + lane] = t->cross_derivative[k * lanes + lane];
}

void qh_transport_jacobians(qh_transport *t, const double *y, const qh_jacobian_kind *kind, double *value) {
    const size_t count = t->coupled ? t->n_lane : t->m;
    qh_transport_mix(t, y);
    if (t->coupled) qh_transport_find_derivatives(t, y);
    for (size_t s = 0; s < count; s++) {
        const bool frozen = kind && kind[s] == QH_JACOBIAN_FROZEN;
        if (kind && kind[s] == QH_JACOBIAN_NONE) continue;
        if (t->coupled) {
            fill_system(t, y, s, frozen, value);
        } else {
            fill_one(t, y, s, frozen, count, value + s);
        }
    }
}

static void fill_system_single(qh_transport *t, const double *y, size_t lane, double *row_sum, float *value) {
    const qh_pattern *one = t->pattern;
    const size_t n = t->n_species, lanes = t->n_lane;
    for (size_t k = 0; k < t->n_unknown * t->n_pair; k++)
        value[(size_t)t->pair_slot[k] * lanes + lane] = (float)t->cross_derivative[k * lanes + lane];
    for (size_t species = 0; species < n; species++) {
        fill_one(t, y, species * lanes + lane, false, 1, t->one_value);
        memset(row_sum, 0, t->n_unknown * sizeof *row_sum);
        for (size_t k = 0; k < (size_t)one->first[one->n]; k++) {
            row_sum[one->row[k]] += t->one_value[k];
            value[(size_t)t->system_slot[k * n + species] * lanes + lane] = (float)t->one_value[k];
        }
        for (size_t i = 0; i < t->n_unknown; i++) {
            for (size_t p = 0; p < t->n_pair; p++) {
                if (t->pair[p].of == species) row_sum[i] += t->cross_derivative[(i * t->n_pair + p) * lanes + lane];
            }
            value[(size_t)t->system_slot[(size_t)one->diagonal[i] * n + species] * lanes + lane] = (float)row_sum[i];
        }
    }
}

void qh_transport_jacobians_single(qh_transport *t, const double *y, double *workspace, float *value) {
    qh_transport_mix(t, y);
    if (t->coupled) qh_transport_find_derivatives(t, y);
    for (size_t s = 0; s < (t->coupled ? t->n_lane : t->m); s++) {
        if (t->coupled) {
            fill_system_single(t, y, s, workspace, value);
        } else {
            fill_single(t, y, s, t->m, workspace, value + s);
        }
    }
}

void qh_transport_jacobian(qh_transport *t, const double *y, size_t component, double *value) {
    fill(t, y, component, false, value);
}

void qh_transport_frozen_jacobian(qh_transport *t, const double *y, size_t component, double *value) {
    fill(t, y, component, true, value);
}
