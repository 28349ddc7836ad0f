/* One step of the linear finite volumes (volumes.c) in time.
 *
 * Equation   V dC/dt = A C + G(t), G a straight line over the step (forcing is made of steps and straight lines, and no
 *            step passes a jump or a bend).
 * Method     Radau IIA of order 5, for which C(t + h) = R(h A) C(t) with R the (2,3) Padé approximation of exp; L-stable.
 *            In partial fractions over the poles p of R (one real, one pair of complex ones)
 *                x_p = (p V/h - A)^-1 ((A C + G0)/p + (G1 - G0)/p^2)        G0, G1 at the step's begin and end
 *                S(h A) C = S(0) C + sum_p r_p x_p        for every rational function S with these poles
 *            so that one solve a pole gives all of these, in which N is the numerator over D = 60 - 36 z + 9 z^2 - z^3
 *                new value       N = 60 + 24 z + 3 z^2                 r_p = -N(p)/D'(p)
 *                mean over h     (R - 1)/z                             r_p/p
 *                error measure   N = z^3
 *                value between   N = exp(part z) D up to z^3, of fourth order locally
 *            What is solved for is the change: a river at rest, and a tracer that is 1 everywhere, stay what they are to the
 *            last digit.
 *            The new value is taken from the fluxes of the mean, h (A mean + G), so that it is these that move the cells
 *            and budgets close to round-off however well the systems are solved.
 * Error      e = z^3/D C is of third order only; R misses exp by z^6/7200. Of a wave that changes by d in the step,
 *            e^2/(2 d) is its error over the phase it runs through: with it held to the tolerance, the error of the
 *            whole run is of the size of the tolerance.
 * Order      of systems: volumes.c; a constituent's x_p enters the right-hand side of those that depend on it.
 * Sources    Hairer, Wanner (1996), Solving Ordinary Differential Equations II, 2nd ed., IV.5, IV.8; Gallopoulos, Saad
 *            (1989), Proc. 3rd Int. Conf. Supercomputing, 185 (partial fractions).
 * Not for    matrices that change in the step. */
#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/vector_internal.h"
#include "solvers/volumes_internal.h"

#define INLINE QH_INLINE

/* Zeros of D. */
static const double pole_real = 3.6378342527444957322;
static const double pole_re = 2.6810828736277521339, pole_im = 3.0504301992474105694;

/* Residues of N(z)/D(z), N = n0 + n1 z + n2 z^2 + n3 z^3, at the real pole and at one of the others. */
typedef struct residues {
    double real, re, im;
} residues;

static double complex residue(const double n[4], double complex p) {
    const double complex numerator = n[0] + p * (n[1] + p * (n[2] + p * n[3]));
    return numerator / (36 - p * (18 - 3 * p));
}

static residues residues_of(const double n[4]) {
    const double complex r = residue(n, pole_re + pole_im * I);
    return (residues){creal(residue(n, pole_real)), creal(r), cimag(r)};
}

static const double step_numerator[] = {60, 24, 3, 0}, error_numerator[] = {0, 0, 0, 1},
                    stiff_numerator[] = {0, 0, 1, 0};

static residues mean_residues(void) {
    const residues r = residues_of(step_numerator);
    const double complex mean = (r.re + r.im * I) / (pole_re + pole_im * I);
    return (residues){r.real / pole_real, creal(mean), cimag(mean)};
}

/* ---- building ---- */

void qh_volume_step_destroy(volume_step *step) {
    if (!step) return;
    free(step->spare);
    qh_arena_destroy(step->arena);
}

static bool allocate_parts(const qh_volumes *v, qh_arena *arena, volume_parts *parts) {
    const size_t one = v->n_system * v->n_lane;
    parts->end = qh_arena_alloc(arena, 2 * v->n_segment * one, sizeof(double));
    parts->point = qh_arena_alloc(arena, v->n_point * one, sizeof(double));
    parts->reacted = qh_arena_alloc(arena, v->n_segment * one, sizeof(double));
    return parts->end && parts->point && parts->reacted;
}

static bool allocate_bounds(volume_step *s) {
    const qh_volumes *v = s->v;
    const size_t lanes = v->n_lane, blocks = v->block_first[v->n_segment];
    volume_bound *b = &s->bound;
    b->keep = qh_arena_alloc(s->arena, v->n_segment * v->n_own, sizeof(double));
    double **const by_segment[] = {&b->rise, &b->drop, &b->lowest, &b->highest};
    for (size_t k = 0; k < sizeof by_segment / sizeof *by_segment; k++) {
        *by_segment[k] = qh_arena_alloc(s->arena, v->n_segment * lanes, sizeof(double));
        if (!*by_segment[k]) return false;
    }
    b->work = qh_arena_alloc(s->arena, 5 * lanes, sizeof(double));
    s->block = qh_arena_alloc(s->arena, 2 * (v->longest / volume_block + 1) * lanes, sizeof(double));
    s->block_lowest = qh_arena_alloc(s->arena, blocks * lanes, sizeof(double));
    s->block_highest = qh_arena_alloc(s->arena, blocks * lanes, sizeof(double));
    return b->keep && b->work && s->block && s->block_lowest && s->block_highest;
}

static bool allocate(volume_step *s) {
    const qh_volumes *v = s->v;
    qh_arena *a = s->arena;
    const size_t size = volume_state_size(v);
    double **const state[] = {&s->now, &s->next, &s->mean, &s->x.re, &s->y.re, &s->y.im};
    for (size_t k = 0; k < sizeof state / sizeof *state; k++) {
        *state[k] = qh_arena_alloc(a, size, sizeof(double));
        if (!*state[k]) return false;
    }
    double **const by_point[] = {&s->lowest, &s->highest, &s->alpha};
    for (size_t k = 0; k < sizeof by_point / sizeof *by_point; k++) {
        *by_point[k] = qh_arena_alloc(a, v->n_point * v->n_lane, sizeof(double));
        if (!*by_point[k]) return false;
    }
    s->end_lowest = qh_arena_alloc(a, v->n_segment * v->n_lane, sizeof(double));
    s->end_highest = qh_arena_alloc(a, v->n_segment * v->n_lane, sizeof(double));
    s->load_sum = qh_arena_alloc(a, v->n_point * v->m, sizeof(double));
    s->headwater_sum = qh_arena_alloc(a, v->n_point * v->m, sizeof(double));
    s->segment_sum = qh_arena_alloc(a, v->n_segment * v->m, sizeof(double));
    s->scale = qh_arena_alloc(a, v->n_system * v->n_lane, sizeof(double));
    s->least = qh_arena_alloc(a, v->n_system * v->n_lane, sizeof(double));
    if (!s->least) return false;
    s->outside = qh_arena_alloc(a, v->n_lane, sizeof(bool));
    s->lane = qh_arena_alloc(a, 8 * v->n_lane, sizeof(double));
    return allocate_bounds(s) && s->end_lowest && s->end_highest && s->load_sum && s->headwater_sum && s->segment_sum &&
           s->scale && s->outside && s->lane && allocate_parts(v, a, &s->parts) && allocate_parts(v, a, &s->sums);
}

qh_status qh_volume_step_create(qh_volumes *v, volume_step **step) {
    qh_arena *arena = qh_arena_create();
    volume_step *s = arena ? qh_arena_alloc(arena, 1, sizeof *s) : NULL;
    if (!s) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    s->v = v;
    s->arena = arena;
    qh_status status = allocate(s) ? QH_OK : QH_E_NOMEM;
    if (status == QH_OK) status = qh_volume_past_create(v, arena, &s->past);
    if (status == QH_OK) status = qh_volumes_loads_create(v, arena, &s->loads);
    if (status == QH_OK) status = qh_volumes_factors_create(v, false, arena, &s->real);
    if (status == QH_OK) status = qh_volumes_factors_create(v, true, arena, &s->pair);
    if (status != QH_OK) {
        qh_volume_step_destroy(s);
        return status;
    }
    *step = s;
    return QH_OK;
}

qh_status qh_volume_step_spare(volume_step *step, size_t count, double **spare) {
    if (count > step->n_spare) {
        free(step->spare);
        step->n_spare = 0;
        step->spare = malloc(count * sizeof *step->spare);
        if (!step->spare) return QH_E_NOMEM;
        step->n_spare = count;
    }
    *spare = step->spare;
    return QH_OK;
}

/* ---- right-hand sides ---- */

/* Part of a right-hand side that comes with the loads: g0 and g1 - g0 by their weights. */
typedef struct weights {
    double first, change;
} weights;

static void load_cells(const volume_step *step, size_t index, double rate, weights w, double *x) {
    const qh_volumes *v = step->v;
    const volume_system *system = &v->system[index];
    const double *now = step->now + index * v->n_row * v->n_lane;
    const size_t lanes = v->n_lane, component = volume_component(v, system);
    for (size_t k = 0; k < v->n_live; k++) {
        const size_t s = v->live[k];
        const volume_segment *segment = &v->segment[s];
        const double *first = step->loads.segment[0] + s * v->m + component;
        const double *last = step->loads.segment[1] + s * v->m + component;
        const double length = qh_grid_length(v->problem->grid, segment->first);
        double *lateral = step->lane;
        bool any = false;
        for (size_t l = 0; l < lanes; l++) {
            lateral[l] = (first[l] * w.first + (last[l] - first[l]) * w.change) * length;
            any = any || lateral[l] != 0;
        }
        for (size_t i = segment->first; i <= segment->last; i++) {
            for (size_t l = 0; l < lanes; l++)
                x[i * lanes + l] = v->volume[volume_own(v, i, l)] * rate * now[i * lanes + l];
        }
        for (size_t i = segment->first; i <= segment->last && (any || system->gain); i++) {
            for (size_t l = 0; l < lanes; l++) {
                const size_t at = volume_own(v, i, l);
                x[i * lanes + l] += lateral[l] + (system->gain ? system->gain[at] * v->volume[at] * w.first : 0);
            }
        }
    }
}

static void load_rest(const volume_step *step, size_t index, double rate, weights w, double *x) {
    const qh_volumes *v = step->v;
    const volume_system *system = &v->system[index];
    const double *now = step->now + index * v->n_row * v->n_lane;
    const size_t lanes = v->n_lane, component = volume_component(v, system);
    for (size_t k = 0; k < v->n_order; k++) {
        const size_t p = v->order[k], row = (v->n_cell + p) * lanes;
        const double *first = step->loads.point[0] + p * v->m + component;
        const double *last = step->loads.point[1] + p * v->m + component;
        for (size_t l = 0; l < lanes; l++)
            x[row + l] = v->is_still[p] ? now[row + l] : first[l] * w.first + (last[l] - first[l]) * w.change;
    }
    for (size_t n = 0; n < v->n_live_zone; n++) {
        const size_t z = v->live_zone[n];
        const size_t row = v->n_cell + v->n_point + z;
        for (size_t l = 0; l < lanes; l++) {
            const double gain = system->gain ? system->gain[volume_own(v, v->storage_cell[z], l)] * w.first : 0;
            x[row * lanes + l] = v->zone_volume[z] * (rate * now[row * lanes + l] + gain);
        }
    }
}

/* One cell from one parent; `own` is known when this is compiled. */
INLINE void add_parent(size_t lanes, size_t own, size_t i, const double *factor, const double *volume,
                       const double *restrict parent, double *restrict x) {
    for (size_t l = 0; l < lanes; l++) {
        const size_t at = own == 1 ? i : i * own + l;
        x[i * lanes + l] += factor[at] * volume[at] * parent[i * lanes + l];
    }
}

/* What the constituents that this one depends on give it, at the same pole or time. `given` is a whole state. */
void qh_volumes_add_parents(const qh_volumes *v, size_t index, const double *given, double *x) {
    const volume_system *system = &v->system[index];
    const size_t lanes = v->n_lane;
    for (size_t a = 0; a < system->n_parent; a++) {
        const double *parent = given + system->parent[a] * v->n_row * lanes, *factor = system->from_parent[a];
        for (size_t r = 0; r < v->n_range; r++) {
            for (size_t i = v->range[r].first; i < v->range[r].first + v->range[r].count; i++) {
                if (v->n_own == 1)
                    add_parent(lanes, 1, i, factor, v->volume, parent, x);
                else
                    add_parent(lanes, lanes, i, factor, v->volume, parent, x);
            }
        }
        for (size_t n = 0; n < v->n_live_zone; n++) {
            const size_t z = v->live_zone[n], row = v->n_cell + v->n_point + z;
            for (size_t l = 0; l < lanes; l++)
                x[row * lanes + l] +=
                    factor[volume_own(v, v->storage_cell[z], l)] * v->zone_volume[z] * parent[row * lanes + l];
        }
    }
}

void qh_volume_step_load(const volume_step *step, size_t index, double rate, double first, double change, double *x) {
    const weights w = {first, change};
    load_cells(step, index, rate, w, x);
    load_rest(step, index, rate, w, x);
}

/* What a segment's cells gain in the present state, g/s: fluxes, loads at the step's begin, reactions. */
INLINE void residual_of_segment(const volume_step *step, size_t index, size_t s, size_t lanes, size_t own,
                                double *restrict x) {
    const qh_volumes *v = step->v;
    const volume_system *system = &v->system[index];
    const volume_segment *segment = &v->segment[s];
    const double *restrict now = step->now + index * v->n_row * lanes;
    const double *load = step->loads.segment[0] + s * v->m + volume_component(v, system), *gain = system->gain;
    const double length = qh_grid_length(v->problem->grid, segment->first);
    double *restrict in = step->lane;
    for (size_t l = 0; l < lanes; l++) {
        const double from = now[(v->n_cell + segment->from) * lanes + l];
        const size_t k = own == 1 ? 0 : l;
        in[l] = segment->flow[k] * from + segment->disperse[k] * (from - now[segment->first * lanes + l]);
    }
    const volume_faces face = v->face;
    const double *volume = v->volume, *decay = system->decay;
    size_t far = (v->n_cell + segment->from) * lanes;
    for (size_t i = segment->first; i <= segment->last; i++) {
        const size_t up = i * lanes, down = (i == segment->last ? v->n_cell + segment->to : i + 1) * lanes;
        const volume_face shared = volume_face_at(&face, i * own);
        const double lost = volume[i * own] * decay[i * own], gained = gain ? volume[i * own] * gain[i * own] : 0;
        for (size_t l = 0; l < lanes; l++) {
            const size_t at = i * own + l;
            const volume_face f = own == 1 ? shared : volume_face_at(&face, at);
            const double mine = now[up + l], out = volume_flux(&f, now[far + l], mine, now[down + l]);
            const double loss = own == 1 ? lost : volume[at] * decay[at];
            const double more = own == 1 ? gained : gain ? volume[at] * gain[at] : 0;
            x[up + l] = (in[l] - out) + (load[l] * length + more) - loss * mine;
            in[l] = out;
        }
        far = up;
    }
}

/* The same for points, whose fluxes balance but for round-off, and storage zones. */
static void residual_of_rest(const volume_step *step, size_t index, double *x) {
    const qh_volumes *v = step->v;
    const qh_network *network = v->problem->network;
    const volume_system *system = &v->system[index];
    const size_t lanes = v->n_lane, component = volume_component(v, system);
    const double *now = step->now + index * v->n_row * lanes;
    for (size_t n = 0; n < v->n_order; n++) {
        const size_t p = v->order[n], row = v->n_cell + p;
        if (v->is_still[p]) continue; /* stays 0 */
        const volume_point *point = &v->point[p];
        for (size_t l = 0; l < lanes; l++) {
            const size_t lane = volume_lane(v, l);
            const double leaving = point->fixed ? point->through[lane] : point->taken[lane] + point->outlet[lane];
            const double own = now[row * lanes + l];
            double sum = step->loads.point[0][p * v->m + component + l] - leaving * own;
            for (size_t k = 0; k < point->link_count; k++) {
                const size_t link = v->arriving_link[point->link_first + k];
                sum += v->link_flow[volume_own(v, link, l)] * now[(v->n_cell + network->link[link].from) * lanes + l];
            }
            for (size_t k = 0; k < point->in_count && !point->fixed; k++) {
                const size_t i = v->segment[network->in_segment[point->in_first + k]].last;
                const volume_face f = volume_face_at(&v->face, volume_own(v, i, l));
                sum += volume_flux(&f, now[(i - 1) * lanes + l], now[i * lanes + l], own);
            }
            for (size_t k = 0; k < point->out_count && !point->fixed; k++) {
                const volume_segment *s = &v->segment[network->out_segment[point->out_first + k]];
                sum -= s->flow[lane] * own + s->disperse[lane] * (own - now[s->first * lanes + l]);
            }
            x[row * lanes + l] = sum;
        }
    }
    for (size_t n = 0; n < v->n_live_zone; n++) {
        const size_t z = v->live_zone[n];
        const size_t i = v->storage_cell[z], row = v->n_cell + v->n_point + z;
        for (size_t l = 0; l < lanes; l++) {
            const size_t at = volume_own(v, i, l);
            const double gain = system->gain ? system->gain[at] : 0;
            const double zone = now[row * lanes + l];
            const double moved = v->exchange[volume_own(v, z, l)] * (now[i * lanes + l] - zone);
            x[row * lanes + l] = moved - v->zone_volume[z] * (system->decay[at] * zone - gain);
            x[i * lanes + l] -= moved;
        }
    }
}

QH_VECTORS static void residual_of_cells(const volume_step *step, size_t index, double *x) {
    const qh_volumes *v = step->v;
    for (size_t k = 0; k < v->n_live; k++) {
        if (v->n_lane == 1)
            residual_of_segment(step, index, v->live[k], 1, 1, x);
        else if (v->n_own == 1)
            residual_of_segment(step, index, v->live[k], v->n_lane, 1, x);
        else if (v->n_own == volume_width)
            residual_of_segment(step, index, v->live[k], volume_width, volume_width, x);
        else
            residual_of_segment(step, index, v->live[k], v->n_lane, v->n_lane, x);
    }
}

/* A C + G at the step's begin, g/s; 0 in a river at rest. */
static void residual(const volume_step *step, size_t index, double *x) {
    const qh_volumes *v = step->v;
    residual_of_cells(step, index, x);
    residual_of_rest(step, index, x);
    qh_volumes_add_parents(v, index, step->now, x);
}

/* Adds what loads change in the step, times a weight. */
static void add_change(const volume_step *step, size_t index, double weight, double *x) {
    const qh_volumes *v = step->v;
    const size_t lanes = v->n_lane, component = volume_component(v, &v->system[index]);
    for (size_t k = 0; k < v->n_live; k++) {
        const size_t s = v->live[k];
        const volume_segment *segment = &v->segment[s];
        const double length = qh_grid_length(v->problem->grid, segment->first);
        for (size_t l = 0; l < lanes; l++) {
            const size_t at = s * v->m + component + l;
            const double change = (step->loads.segment[1][at] - step->loads.segment[0][at]) * length * weight;
            for (size_t i = segment->first; i <= segment->last && change != 0; i++)
                x[i * lanes + l] += change;
        }
    }
    for (size_t k = 0; k < v->n_order; k++) {
        const size_t p = v->order[k];
        for (size_t l = 0; l < lanes; l++) {
            const size_t at = p * v->m + component + l;
            x[(v->n_cell + p) * lanes + l] += (step->loads.point[1][at] - step->loads.point[0][at]) * weight;
        }
    }
}

/* The range of cells k of those that may change; the last one, n_range, of all points and storage zones. */
static volume_range range_of(const qh_volumes *v, size_t k) {
    return k < v->n_range ? v->range[k] : (volume_range){v->n_cell, v->n_row - v->n_cell};
}

/* x becomes real x, and y what x was times a complex number. */
QH_VECTORS static void scale_poles(size_t count, double real, double re, double im, double *restrict x,
                                   double *restrict y_re, double *restrict y_im) {
    for (size_t k = 0; k < count; k++) {
        y_re[k] = re * x[k];
        y_im[k] = im * x[k];
        x[k] *= real;
    }
}

static void solve_poles(volume_step *step, size_t index) {
    const qh_volumes *v = step->v;
    const size_t offset = index * v->n_row * v->n_lane;
    const volume_vector x = {step->x.re + offset, NULL}, y = {step->y.re + offset, step->y.im + offset};
    const double complex a = 1 / (pole_re + pole_im * I), b = a * a;
    const double real = 1 / pole_real, re = creal(a), im = cimag(a);
    residual(step, index, x.re);
    for (size_t r = 0; r <= v->n_range; r++) {
        const volume_range rows = range_of(v, r);
        const size_t first = rows.first * v->n_lane;
        scale_poles(rows.count * v->n_lane, real, re, im, x.re + first, y.re + first, y.im + first);
    }
    add_change(step, index, real * real, x.re);
    add_change(step, index, creal(b), y.re);
    add_change(step, index, cimag(b), y.im);
    qh_volumes_add_parents(v, index, step->x.re, x.re);
    qh_volumes_add_parents(v, index, step->y.re, y.re);
    qh_volumes_add_parents(v, index, step->y.im, y.im);
    qh_volumes_solve(v, &v->face, &step->real, index, x);
    qh_volumes_solve(v, &v->face, &step->pair, index, y);
    step->solves++;
}

/* ---- from solutions to the new state ---- */

/* result = now + r.real x + 2 Re(r y) over `count` values */
QH_VECTORS static void combine(residues r, size_t count, const double *restrict now, const double *restrict x,
                               const double *restrict re, const double *restrict im, double *restrict result) {
    const double a = r.real, b = 2 * r.re, c = 2 * r.im;
    for (size_t k = 0; k < count; k++)
        result[k] = now[k] + (a * x[k] + (b * re[k] - c * im[k]));
}

/* A cell's coefficients: of all lanes, or from its own lanes on. */
typedef struct cell_mover {
    double h; /* s */
    volume_faces face;
    const double *volume, *decay, *gain; /* gain: NULL: 0 */
    double *in, *sum;                    /* [lanes], g/s: what enters, then what leaves; what has reacted */
    const double *lateral;               /* [lanes], g/s */
} cell_mover;

/* A cell's row of lanes; `own` is known when this is compiled. */
INLINE void move_row(cell_mover c, size_t lanes, size_t own, const double *far, const double *mine, const double *down,
                     const double *now, double *restrict next) {
    double *restrict in = c.in, *restrict sum = c.sum;
    const double *restrict volume = c.volume, *restrict lateral = c.lateral;
    const volume_face shared = volume_face_at(&c.face, 0);
    const double lost = volume[0] * c.decay[0], gained = c.gain ? volume[0] * c.gain[0] : 0, rate = c.h / volume[0];
    for (size_t l = 0; l < lanes; l++) {
        const volume_face f = own == 1 ? shared : volume_face_at(&c.face, l);
        const double weight = own == 1 ? lost : volume[l] * c.decay[l];
        const double more = own == 1 ? gained : c.gain ? volume[l] * c.gain[l] : 0;
        const double out = volume_flux(&f, far[l], mine[l], down[l]), loss = weight * mine[l] - more;
        next[l] = now[l] + (in[l] - out + lateral[l] - loss) * (own == 1 ? rate : c.h / volume[l]);
        sum[l] += loss;
        in[l] = out;
    }
}

INLINE cell_mover mover_of(const volume_step *step, const volume_system *system, size_t i, size_t lanes, size_t own) {
    const qh_volumes *v = step->v;
    const size_t at = i * own;
    return (cell_mover){.h = step->h,
                        .face = {v->face.flow + at, v->face.far + at, v->face.down + at},
                        .volume = v->volume + at,
                        .decay = system->decay + at,
                        .gain = system->gain ? system->gain + at : NULL,
                        .in = step->lane,
                        .sum = step->lane + lanes,
                        .lateral = step->lane + 2 * lanes};
}

/* Moves the cells of a segment by the fluxes of the mean, and sums up what passed its ends and what reacted. */
INLINE void move_segment(volume_step *step, size_t index, size_t s, size_t lanes, size_t own) {
    const qh_volumes *v = step->v;
    const volume_system *system = &v->system[index];
    const volume_segment *segment = &v->segment[s];
    const size_t offset = index * v->n_row * lanes, component = volume_component(v, system);
    const double h = step->h, length = qh_grid_length(v->problem->grid, segment->first);
    const double *now = step->now + offset, *mean = step->mean + offset;
    const double *first = step->loads.segment[0] + s * v->m + component;
    const double *last = step->loads.segment[1] + s * v->m + component;
    double *end = step->parts.end + (index * 2 * v->n_segment + 2 * s) * lanes;
    double *reacted = step->parts.reacted + (index * v->n_segment + s) * lanes;
    double *in = step->lane, *sum = step->lane + lanes, *lateral = step->lane + 2 * lanes;
    size_t far = (v->n_cell + segment->from) * lanes;
    for (size_t l = 0; l < lanes; l++) {
        const double from = mean[far + l];
        const size_t k = own == 1 ? 0 : l;
        in[l] = segment->flow[k] * from + segment->disperse[k] * (from - mean[segment->first * lanes + l]);
        lateral[l] = 0.5 * (first[l] + last[l]) * length;
        end[l] = in[l] * h;
        sum[l] = 0;
    }
    for (size_t i = segment->first; i <= segment->last; i++) {
        const size_t up = i * lanes, down = (i == segment->last ? v->n_cell + segment->to : i + 1) * lanes;
        move_row(mover_of(step, system, i, lanes, own), lanes, own, mean + far, mean + up, mean + down, now + up,
                 step->next + offset + up);
        far = up;
    }
    for (size_t l = 0; l < lanes; l++) {
        end[lanes + l] = in[l] * h;
        reacted[l] = sum[l] * h;
    }
}

/* The rest of what reacts in a segment: what comes from other constituents. */
static void move_by_parents(volume_step *step, size_t index, size_t s) {
    const qh_volumes *v = step->v;
    const volume_system *system = &v->system[index];
    const volume_segment *segment = &v->segment[s];
    const size_t lanes = v->n_lane;
    double *next = step->next + index * v->n_row * lanes;
    double *reacted = step->parts.reacted + (index * v->n_segment + s) * lanes;
    for (size_t a = 0; a < system->n_parent; a++) {
        const double *parent = step->mean + system->parent[a] * v->n_row * lanes;
        for (size_t i = segment->first; i <= segment->last; i++) {
            for (size_t l = 0; l < lanes; l++) {
                const size_t at = volume_own(v, i, l);
                const double gained = system->from_parent[a][at] * step->h * parent[i * lanes + l];
                next[i * lanes + l] += gained;
                reacted[l] -= gained * v->volume[at];
            }
        }
    }
}

static void move_zones(volume_step *step, size_t index, size_t s) {
    const qh_volumes *v = step->v;
    const volume_system *system = &v->system[index];
    const size_t lanes = v->n_lane, offset = index * v->n_row * lanes;
    const double *now = step->now + offset, *mean = step->mean + offset;
    double *next = step->next + offset;
    double *reacted = step->parts.reacted + (index * v->n_segment + s) * lanes;
    for (size_t z = v->zone_first[s]; z < v->zone_first[s + 1]; z++) {
        const size_t i = v->storage_cell[z], row = v->n_cell + v->n_point + z;
        const double volume = v->zone_volume[z];
        for (size_t l = 0; l < lanes; l++) {
            const size_t at = volume_own(v, i, l);
            const double gain = system->gain ? system->gain[at] : 0, exchange = v->exchange[volume_own(v, z, l)];
            const double moved = step->h * exchange * (mean[i * lanes + l] - mean[row * lanes + l]);
            double loss = system->decay[at] * mean[row * lanes + l] - gain;
            for (size_t a = 0; a < system->n_parent; a++) {
                loss -= system->from_parent[a][at] * step->mean[(system->parent[a] * v->n_row + row) * lanes + l];
            }
            loss *= step->h * volume;
            next[row * lanes + l] = now[row * lanes + l] + (moved - loss) / volume;
            next[i * lanes + l] -= moved / v->volume[at];
            reacted[l] += loss;
        }
    }
}

/* Largest measure of error e and largest change in a segment, over its cells. */
INLINE void measure_segment(const volume_step *step, residues r, size_t index, const volume_segment *segment,
                            size_t lanes, double *restrict error, double *restrict change, double *restrict largest) {
    const size_t offset = index * step->v->n_row * lanes;
    const double *now = step->now + offset, *next = step->next + offset, *x = step->x.re + offset;
    const double *re = step->y.re + offset, *im = step->y.im + offset;
    const double a = r.real, b = 2 * r.re, c = 2 * r.im;
    for (size_t l = 0; l < lanes; l++)
        error[l] = change[l] = 0;
    for (size_t i = segment->first; i <= segment->last; i++) {
        for (size_t l = 0, k = i * lanes; l < lanes; l++, k++) {
            const double e = fabs(a * x[k] + (b * re[k] - c * im[k])), d = fabs(next[k] - now[k]);
            const double value = fabs(next[k]);
            error[l] = e > error[l] ? e : error[l];
            change[l] = d > change[l] ? d : change[l];
            largest[l] = value > largest[l] ? value : largest[l];
        }
    }
}

/* Where a step passes so many times the water of a cell, the difference of its fluxes has lost so many times its last
 * digit. The solution itself has not: it is taken there, and the budget misses the last digit of what passed. Such cells lie in
 * stretches much shorter than the others; what they hold is gone within the step, and its error with it. */
static const double most_stiff = 64;

/* e = z^3/D C of a wave that changes by d. */
static double plain_estimate(double e, double d) { return e < 2 * d ? e * e / (2 * d) : e; }

/* e = z^2/D C: the same power of z, but small for what dies out at once. */
static double stiff_estimate(double e, double d) {
    const double part = d > 0 ? e / d : 0, estimate = 1800 * part * part * part * e;
    return estimate > e && estimate > d ? (e > d ? e : d) : estimate; /* no more than there is */
}

QH_VECTORS static void measure_cells(const volume_step *step, residues r, size_t index, size_t s, double *error,
                                     double *change, double *largest) {
    const volume_segment *segment = &step->v->segment[s];
    if (step->v->n_lane == 1) {
        measure_segment(step, r, index, segment, 1, error, change, largest);
    } else if (step->v->n_lane == volume_width) {
        measure_segment(step, r, index, segment, volume_width, error, change, largest);
    } else {
        measure_segment(step, r, index, segment, step->v->n_lane, error, change, largest);
    }
}

static void measure(volume_step *step, size_t index, double relative, double absolute) {
    const qh_volumes *v = step->v;
    const size_t lanes = v->n_lane;
    const residues third = residues_of(error_numerator), second = residues_of(stiff_numerator);
    double *error = step->lane, *change = step->lane + lanes, *largest = step->lane + 2 * lanes;
    memcpy(largest, step->scale + index * lanes, lanes * sizeof(double));
    for (size_t k = 0; k < v->n_live; k++) {
        const size_t s = v->live[k];
        const bool stiff = v->segment[s].is_short && step->h * v->segment[s].stiffest > most_stiff;
        measure_cells(step, stiff ? second : third, index, s, error, change, largest);
        for (size_t l = 0; l < lanes; l++) {
            const double estimate = stiff ? stiff_estimate(error[l], change[l]) : plain_estimate(error[l], change[l]);
            const double ratio = estimate / (relative * largest[l] + absolute);
            if (step->local && !(ratio <= step->local->ratio[s])) step->local->ratio[s] = ratio;
            if (!(ratio <= step->error)) step->error = ratio; /* also where it is no number */
        }
    }
}

QH_VECTORS static void move_cells(volume_step *step, size_t index, size_t s) {
    const size_t lanes = step->v->n_lane, own = step->v->n_own;
    if (lanes == 1)
        move_segment(step, index, s, 1, 1);
    else if (own == 1)
        move_segment(step, index, s, lanes, 1);
    else if (own == volume_width)
        move_segment(step, index, s, volume_width, volume_width);
    else
        move_segment(step, index, s, lanes, lanes);
}

void qh_volume_step_move_segment(volume_step *step, size_t index, size_t s) {
    move_cells(step, index, s);
    if (step->v->system[index].n_parent > 0) move_by_parents(step, index, s);
    move_zones(step, index, s);
}

void qh_volume_step_move(volume_step *step, size_t index) {
    const qh_volumes *v = step->v;
    const size_t lanes = v->n_lane, offset = index * v->n_row * lanes;
    const double *now = step->now + offset, *x = step->x.re + offset, *re = step->y.re + offset;
    const double *im = step->y.im + offset;
    for (size_t r = 0; r <= v->n_range; r++) {
        const volume_range rows = range_of(v, r);
        const size_t first = rows.first * lanes;
        combine(mean_residues(), rows.count * lanes, now + first, x + first, re + first, im + first,
                step->mean + offset + first);
    }
    const size_t points = v->n_cell * lanes;
    combine(residues_of(step_numerator), v->n_point * lanes, now + points, x + points, re + points, im + points,
            step->next + offset + points);
    for (size_t k = 0; k < v->n_live; k++)
        qh_volume_step_move_segment(step, index, v->live[k]);
    for (size_t k = 0; k < v->n_live; k++) {
        const size_t s = v->live[k];
        if (step->h * v->segment[s].stiffest <= most_stiff) continue;
        const size_t first = v->segment[s].first * lanes, cells = v->segment[s].last * lanes + lanes - first;
        combine(residues_of(step_numerator), cells, now + first, x + first, re + first, im + first,
                step->next + offset + first);
    }
    const double *mean = step->mean + offset + points;
    double *part = step->parts.point + index * v->n_point * lanes;
    for (size_t k = 0; k < v->n_point * lanes; k++)
        part[k] = mean[k] * step->h;
}

/* Cells that water may pass in a step in which the limiter is at work: in longer ones it takes too much. */
static const double most_courant = 1;

static qh_status factor(volume_step *step, double h) {
    if (step->real_factored != h) {
        step->real_factored = step->low_factored = 0;
        QH_TRY(qh_volumes_factor(step->v, &step->v->face, pole_real, 0, 1 / h, &step->real));
        step->real_factored = h;
    }
    if (step->factored == h) return QH_OK;
    step->factored = 0;
    QH_TRY(qh_volumes_factor(step->v, &step->v->face, pole_re, pole_im, 1 / h, &step->pair));
    step->factored = h;
    step->factorisations++;
    return QH_OK;
}

qh_status qh_volume_step_try(volume_step *step, double h, double relative, double absolute) {
    const qh_volumes *v = step->v;
    QH_TRY(factor(step, h));
    if (!step->past.begun) qh_volume_past_begin(step);
    step->h = h;
    step->error = step->courant = 0;
    if (step->local) memset(step->local->ratio, 0, v->n_segment * sizeof(double));
    for (size_t k = 0; k < v->n_system; k++) {
        solve_poles(step, k);
        qh_volume_step_move(step, k);
        measure(step, k, relative, absolute);
        if (!step->local && !(step->error <= 1)) return QH_OK;
    }
    if (step->local) return qh_volume_step_refine(step, relative, absolute);
    return qh_volume_step_keep_bounds(step, relative, absolute);
}

qh_status qh_volume_step_keep_bounds(volume_step *step, double relative, double absolute) {
    const qh_volumes *v = step->v;
    for (size_t k = 0; k < v->n_system; k++) {
        double *tolerance = step->lane + 3 * v->n_lane;
        for (size_t l = 0; l < v->n_lane; l++)
            tolerance[l] = relative * step->scale[k * v->n_lane + l] + absolute;
        if (qh_volume_step_in_bounds(step, k, tolerance)) continue;
        if (step->courant > most_courant) return QH_OK;
        QH_TRY(qh_volume_step_limit(step, k));
        step->limitings++;
    }
    return QH_OK;
}

QH_VECTORS static void note_largest(const double *restrict now, size_t count, size_t lanes, double *restrict scale,
                                    double *restrict least) {
    for (size_t row = 0; row < count; row++) {
        for (size_t l = 0; l < lanes; l++) {
            const double own = now[row * lanes + l], value = fabs(own);
            scale[l] = value > scale[l] ? value : scale[l];
            least[l] = own < least[l] ? own : least[l];
        }
    }
}

void qh_volume_step_note_largest(volume_step *step) {
    const qh_volumes *v = step->v;
    for (size_t index = 0; index < v->n_system; index++) {
        const double *now = step->now + index * v->n_row * v->n_lane;
        double *scale = step->scale + index * v->n_lane, *least = step->least + index * v->n_lane;
        memcpy(least, now, v->n_lane * sizeof(double));
        for (size_t r = 0; r <= v->n_range; r++) {
            const volume_range rows = range_of(v, r);
            note_largest(now + rows.first * v->n_lane, rows.count, v->n_lane, scale, least);
        }
    }
}

void qh_volume_step_accept(volume_step *step) {
    const qh_volumes *v = step->v;
    const size_t one = v->n_system * v->n_lane;
    double *const swap = step->now;
    step->now = step->next;
    step->next = swap;
    qh_volume_step_note_largest(step);
    qh_volume_past_advance(step);
    step->still_time += step->h;
    for (size_t k = 0; k < 2 * v->n_segment * one; k++)
        step->sums.end[k] += step->parts.end[k];
    for (size_t k = 0; k < v->n_point * one; k++)
        step->sums.point[k] += step->parts.point[k];
    for (size_t k = 0; k < v->n_segment * one; k++)
        step->sums.reacted[k] += step->parts.reacted[k];
    const double half = 0.5 * step->h;
    for (size_t k = 0; k < v->n_point * v->m; k++) {
        step->load_sum[k] += half * (step->loads.point[0][k] + step->loads.point[1][k]);
        step->headwater_sum[k] += half * (step->loads.headwater[0][k] + step->loads.headwater[1][k]);
    }
    for (size_t k = 0; k < v->n_segment * v->m; k++)
        step->segment_sum[k] += half * (step->loads.segment[0][k] + step->loads.segment[1][k]);
}

void qh_volume_step_forget(volume_step *step) {
    const qh_volumes *v = step->v;
    step->still_time = 0;
    step->past.begun = false;
    const size_t one = v->n_system * v->n_lane;
    memset(step->sums.end, 0, 2 * v->n_segment * one * sizeof(double));
    memset(step->sums.point, 0, v->n_point * one * sizeof(double));
    memset(step->sums.reacted, 0, v->n_segment * one * sizeof(double));
    memset(step->load_sum, 0, v->n_point * v->m * sizeof(double));
    memset(step->headwater_sum, 0, v->n_point * v->m * sizeof(double));
    memset(step->segment_sum, 0, v->n_segment * v->m * sizeof(double));
}

qh_status qh_volume_step_steady(volume_step *step, bool low) {
    qh_volumes *v = step->v;
    step->factored = step->real_factored = step->low_factored = 0;
    if (low) QH_TRY(qh_volumes_make_low(v));
    const volume_faces *face = low ? &v->low : &v->face;
    QH_TRY(qh_volumes_factor(v, face, 0, 0, 0, &step->real));
    for (size_t k = 0; k < v->n_system; k++) {
        double *x = step->now + k * v->n_row * v->n_lane;
        qh_volume_step_load(step, k, 0, 1, 0, x);
        qh_volumes_add_parents(v, k, step->now, x);
        qh_volumes_solve(v, face, &step->real, k, (volume_vector){x, NULL});
        if (low) continue;
        double *change = step->x.re + k * v->n_row * v->n_lane; /* once more, for the last digits */
        residual(step, k, change);
        qh_volumes_solve(v, &v->face, &step->real, k, (volume_vector){change, NULL});
        for (size_t i = 0; i < v->n_row * v->n_lane; i++)
            x[i] += change[i];
    }
    return QH_OK;
}

/* Between begin and end; a value that leaves what is known to be possible is taken from the straight line. What the
 * limiter, or an exchange between neighbours, has changed at the end comes in by degrees. */
void qh_volume_step_between(const volume_step *step, size_t index, size_t row, size_t count, double part,
                            double *value) {
    const qh_volumes *v = step->v;
    const size_t lanes = v->n_lane, offset = (index * v->n_row + row) * lanes;
    const double *now = step->now + offset, *next = step->next + offset, *scale = step->scale + index * lanes;
    const double *x = step->x.re + offset, *re = step->y.re + offset, *im = step->y.im + offset;
    const double *least = step->least + index * lanes, t = part;
    const double n[] = {60, 60 * t - 36, (30 * t - 36) * t + 9, ((10 * t - 18) * t + 9) * t - 1};
    const residues r = residues_of(n), whole = residues_of(step_numerator);
    const double a = r.real - t * whole.real, b = 2 * (r.re - t * whole.re), c = 2 * (r.im - t * whole.im);
    for (size_t k = 0; k < count * lanes; k++) {
        const double line = now[k] + t * (next[k] - now[k]), curve = line + (a * x[k] + (b * re[k] - c * im[k]));
        const double low = fmin(least[k % lanes], fmin(now[k], next[k])),
                     high = fmax(scale[k % lanes], fmax(now[k], next[k]));
        value[k] = curve >= low && curve <= high ? curve : line;
    }
}
