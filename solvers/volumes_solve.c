/* Direct solution of (pole V/h - A) x = b for the linear finite volumes (volumes.c), pole real or complex.
 *
 * Order      downstream: a point when all segments that end in it are done, then the cells of the segments that begin
 *            in it. Cells and points form chains in which a row is coupled with two before it and one behind it, and
 *            elimination in this order makes no new entry: far and up of a row become the multipliers
 *                mf = far/pivot[i-2],   mu = (up - mf down[i-2])/pivot[i-1],   pivot[i] = own - mu down[i-1]
 *            Only 1/pivot is kept; multipliers are made anew from the faces while solving, which costs less than to
 *            fetch them. Storage zones are eliminated beforehand, each into its cell.
 * Left out   a point from which several segments begin would couple their first cells, and a diversion couples its
 *            tailrace with its dam. Such points are "special": these entries v of their rows are left out, and their
 *            effect E k is found from k = (I - v A0^-1 E)^-1 v A0^-1 b (Sherman, Morrison & Woodbury), with one more
 *            solve. What is left out is >= 0 in A, so A0 dominates its diagonal more than A.
 * Pivots     those of the diagonal. Real poles and the low order: an M-matrix, all pivots positive and every order stable.
 *            The high order has one positive entry, `far`, of a sixth of the discharge; its pivots come to rest at
 *            0.9 Q for pole = 0 and are larger otherwise.
 * Source     Golub, Van Loan (2013), Matrix Computations, 4th ed., 2.1.4 and 4.3.
 * Not for    matrices that need a search for pivots; hundreds of bifurcations or diversions (square of their number). */
#include <math.h>
#include <string.h>

#include "solvers/vector_internal.h"
#include "solvers/volumes_internal.h"

#define INLINE QH_INLINE

qh_status qh_volumes_factors_create(const qh_volumes *v, bool is_complex, qh_arena *arena, volume_factors *f) {
    const size_t width = is_complex ? 2 : 1, r = v->n_special;
    *f = (volume_factors){.is_complex = is_complex};
    f->inverse = qh_arena_alloc(arena, v->n_system * v->n_row * width, sizeof(double));
    bool complete = f->inverse != NULL;
    if (r > 0) {
        f->capacity = qh_arena_alloc(arena, v->n_system * r * r * 2, sizeof(double));
        complete = complete && f->capacity;
        for (size_t part = 0; part < 2; part++) {
            f->work[part] = qh_arena_alloc(arena, v->n_row * v->n_lane, sizeof(double));
            f->kappa[part] = qh_arena_alloc(arena, 2 * r * v->n_lane, sizeof(double));
            complete = complete && f->work[part] && f->kappa[part];
        }
    }
    return complete ? QH_OK : QH_E_NOMEM;
}

typedef struct number {
    double re, im;
} number;

INLINE number inverse_of(number a) {
    const double square = a.re * a.re + a.im * a.im;
    return (number){a.re / square, -a.im / square};
}
INLINE number times(number a, number b) { return (number){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re}; }

INLINE double own_of(const volume_face *f) { return volume_face_own(f); }
INLINE double in_up(const volume_segment *s) { return s->flow + s->disperse; }

/* What remains of a zone's row beside its cell: pole Vz/h + decay Vz + E. */
INLINE number zone_pivot(const qh_volumes *v, const volume_factors *f, const volume_system *s, size_t z) {
    const double volume = v->zone_volume[z], decay = s->decay[v->storage_cell[z]];
    return (number){(f->re * f->rate + decay) * volume + v->exchange[z], f->im * f->rate * volume};
}

/* Entry of a point's row at the first cell of the only segment that begins in it; 0 where it is left out. */
INLINE double down_of_point(const qh_volumes *v, size_t p) {
    const volume_point *point = &v->point[p];
    if (point->fixed || point->out_count != 1) return 0;
    return -v->segment[v->problem->network->out_segment[point->out_first]].disperse;
}

/* ---- a chain's rows: real numbers are those without imaginary part, `wide` is known when this is compiled ---- */

typedef struct chain {
    const volume_face *face;
    double *inverse;
    bool wide;
} chain;

INLINE number load_inverse(const chain *c, size_t row) {
    return c->wide ? (number){c->inverse[2 * row], c->inverse[2 * row + 1]} : (number){c->inverse[row], 0};
}
INLINE void store_inverse(const chain *c, size_t row, number a) {
    c->inverse[c->wide ? 2 * row : row] = a.re;
    if (c->wide) c->inverse[2 * row + 1] = a.im;
}

/* Multiplier of a row's real entry with a pivot above it. */
INLINE number multiplier(const chain *c, double entry, number inverse) {
    return (number){entry * inverse.re, c->wide ? entry * inverse.im : 0};
}
/* The same for an entry that elimination has already changed by -m down. */
INLINE number second_multiplier(const chain *c, double entry, number m, double down, number inverse) {
    if (!c->wide) return (number){(entry - m.re * down) * inverse.re, 0};
    return times((number){entry - m.re * down, -m.im * down}, inverse);
}

/* Multipliers of cell i with the two rows above. */
typedef struct pair {
    number far, up;
} pair;

INLINE pair first_cell(const chain *c, const volume_segment *s, number point_inverse) {
    return (pair){{0, 0}, multiplier(c, c->face[s->first].far - in_up(s), point_inverse)};
}
INLINE pair second_cell(const chain *c, const volume_segment *s, number point_inverse, double point_down,
                        number inverse) {
    const volume_face *f = &c->face[s->first];
    const number far = multiplier(c, -f[0].far, point_inverse);
    return (pair){far, second_multiplier(c, f[1].far - own_of(&f[0]), far, point_down, inverse)};
}
INLINE pair inner_cell(const chain *c, size_t i, number far_inverse, number inverse) {
    const volume_face *f = &c->face[i];
    const number far = multiplier(c, -f[-1].far, far_inverse);
    return (pair){far, second_multiplier(c, f[0].far - own_of(&f[-1]), far, f[-2].down, inverse)};
}
/* Multipliers of a point's row with the last two cells of a segment. */
INLINE pair into_point(const chain *c, const volume_segment *s) {
    const volume_face *f = &c->face[s->last];
    const number far = multiplier(c, -f[0].far, load_inverse(c, s->last - 1));
    return (pair){far, second_multiplier(c, -own_of(&f[0]), far, f[-1].down, load_inverse(c, s->last))};
}

/* ---- factors ---- */

INLINE void factor_point(const qh_volumes *v, const chain *c, size_t p) {
    const qh_network *network = v->problem->network;
    const volume_point *point = &v->point[p];
    number own = {point->fixed ? point->through : point->taken + point->outlet, 0};
    if (!point->fixed) {
        for (size_t k = 0; k < point->out_count; k++)
            own.re += in_up(&v->segment[network->out_segment[point->out_first + k]]);
        for (size_t k = 0; k < point->in_count; k++) {
            const volume_segment *s = &v->segment[network->in_segment[point->in_first + k]];
            const double down = c->face[s->last].down;
            const pair m = into_point(c, s);
            own.re -= down + m.up.re * down;
            own.im -= m.up.im * down;
        }
    }
    store_inverse(c, v->n_cell + p, inverse_of(own));
}

INLINE void factor_segment(const qh_volumes *v, const volume_factors *f, const chain *c, const volume_system *system,
                           const volume_segment *s) {
    const double pole_re = f->re * f->rate, pole_im = f->im * f->rate;
    const number point = load_inverse(c, v->n_cell + s->from);
    const double point_down = down_of_point(v, s->from);
    number far = {0, 0}, near = point;
    for (size_t i = s->first; i <= s->last; i++) {
        const number zone = load_inverse(c, i); /* left there by factor_zones */
        const double entry = i == s->first ? point_down : c->face[i - 1].down;
        const pair m = i == s->first       ? first_cell(c, s, point)
                       : i == s->first + 1 ? second_cell(c, s, point, point_down, near)
                                           : inner_cell(c, i, far, near);
        /* own weight: what the downstream face takes of it less what the upstream face gives */
        const double own = own_of(&c->face[i]) - (i == s->first ? -s->disperse : c->face[i - 1].down);
        const number pivot = {v->volume[i] * (pole_re + system->decay[i]) + own + zone.re - m.up.re * entry,
                              v->volume[i] * pole_im + zone.im - m.up.im * entry};
        far = near;
        near = c->wide ? inverse_of(pivot) : (number){1 / pivot.re, 0};
        store_inverse(c, i, near);
    }
}

/* Leaves in each cell's place what its storage zone adds to its pivot. */
INLINE void factor_zones(const qh_volumes *v, const volume_factors *f, const chain *c, const volume_system *system) {
    const size_t width = c->wide ? 2 : 1;
    for (size_t k = 0; k < v->n_range; k++)
        memset(c->inverse + v->range[k].first * width, 0, v->range[k].count * width * sizeof(double));
    for (size_t n = 0; n < v->n_live_zone; n++) {
        const size_t z = v->live_zone[n];
        const double e = v->exchange[z];
        const number inverse = inverse_of(zone_pivot(v, f, system, z));
        store_inverse(c, v->n_cell + v->n_point + z, inverse);
        store_inverse(c, v->storage_cell[z], (number){e - e * e * inverse.re, -e * e * inverse.im});
    }
}

INLINE void factor_system(const qh_volumes *v, const volume_face *face, const volume_factors *f, size_t index,
                          bool wide) {
    const qh_network *network = v->problem->network;
    const volume_system *system = &v->system[index];
    const chain c = {face, f->inverse + index * v->n_row * (wide ? 2 : 1), wide};
    factor_zones(v, f, &c, system);
    for (size_t k = 0; k < v->n_order; k++) {
        const size_t p = v->order[k];
        if (v->is_still[p]) {
            store_inverse(&c, v->n_cell + p, (number){0, 0}); /* its value is known: nothing is eliminated with it */
        } else {
            factor_point(v, &c, p);
        }
        for (size_t n = 0; n < v->point[p].out_count; n++)
            factor_segment(v, f, &c, system, &v->segment[network->out_segment[v->point[p].out_first + n]]);
    }
}

/* ---- solution with what is left out ignored ---- */

/* x_i -= m x_j for the lanes of rows i and j. */
INLINE void subtract(bool wide, size_t lanes, number m, size_t i, size_t j, volume_vector x) {
    double *re = x.re + i * lanes;
    const double *from = x.re + j * lanes;
    if (!wide) {
        for (size_t l = 0; l < lanes; l++)
            re[l] -= m.re * from[l];
        return;
    }
    double *im = x.im + i * lanes;
    const double *from_im = x.im + j * lanes;
    for (size_t l = 0; l < lanes; l++) {
        re[l] -= m.re * from[l] - m.im * from_im[l];
        im[l] -= m.re * from_im[l] + m.im * from[l];
    }
}

/* One cell downstream: x_i -= mf x_far + mu x_up. */
INLINE void advance(bool wide, size_t lanes, pair m, size_t i, volume_vector x) {
    double *restrict re = x.re + i * lanes;
    const double *far = re - 2 * lanes, *up = re - lanes;
    if (!wide) {
        for (size_t l = 0; l < lanes; l++)
            re[l] = (re[l] - m.far.re * far[l]) - m.up.re * up[l];
        return;
    }
    double *restrict im = x.im + i * lanes;
    const double *far_im = im - 2 * lanes, *up_im = im - lanes;
    for (size_t l = 0; l < lanes; l++) {
        const double t_re = re[l] - (m.far.re * far[l] - m.far.im * far_im[l]);
        const double t_im = im[l] - (m.far.re * far_im[l] + m.far.im * far[l]);
        re[l] = (t_re - m.up.re * up[l]) + m.up.im * up_im[l];
        im[l] = (t_im - m.up.re * up_im[l]) - m.up.im * up[l];
    }
}

/* The same for one lane, with what the next cell needs in registers. */
INLINE void forward_alone(const chain *c, const volume_segment *s, volume_vector x) {
    number far_inverse = load_inverse(c, s->first), near_inverse = load_inverse(c, s->first + 1);
    number far = {x.re[s->first], c->wide ? x.im[s->first] : 0};
    number near = {x.re[s->first + 1], c->wide ? x.im[s->first + 1] : 0};
    for (size_t i = s->first + 2; i <= s->last; i++) {
        const pair m = inner_cell(c, i, far_inverse, near_inverse);
        number now = {x.re[i], 0};
        if (c->wide) {
            const double t_re = now.re - (m.far.re * far.re - m.far.im * far.im);
            const double t_im = x.im[i] - (m.far.re * far.im + m.far.im * far.re);
            now.re = (t_re - m.up.re * near.re) + m.up.im * near.im;
            now.im = (t_im - m.up.re * near.im) - m.up.im * near.re;
            x.im[i] = now.im;
        } else {
            now.re = (now.re - m.far.re * far.re) - m.up.re * near.re;
        }
        x.re[i] = now.re;
        far = near;
        near = now;
        far_inverse = near_inverse;
        near_inverse = load_inverse(c, i);
    }
}

INLINE void forward_segment(const qh_volumes *v, const chain *c, size_t lanes, const volume_segment *s,
                            volume_vector x) {
    const size_t point = v->n_cell + s->from;
    const number point_inverse = load_inverse(c, point), first_inverse = load_inverse(c, s->first);
    subtract(c->wide, lanes, first_cell(c, s, point_inverse).up, s->first, point, x);
    const pair second = second_cell(c, s, point_inverse, down_of_point(v, s->from), first_inverse);
    subtract(c->wide, lanes, second.far, s->first + 1, point, x);
    subtract(c->wide, lanes, second.up, s->first + 1, s->first, x);
    if (lanes == 1) {
        forward_alone(c, s, x);
        return;
    }
    for (size_t i = s->first + 2; i <= s->last; i++)
        advance(c->wide, lanes, inner_cell(c, i, load_inverse(c, i - 2), load_inverse(c, i - 1)), i, x);
}

INLINE void forward_point(const qh_volumes *v, const chain *c, size_t lanes, size_t p, volume_vector x) {
    const volume_point *point = &v->point[p];
    for (size_t k = 0; k < point->in_count && !point->fixed; k++) {
        const volume_segment *s = &v->segment[v->problem->network->in_segment[point->in_first + k]];
        const pair m = into_point(c, s);
        subtract(c->wide, lanes, m.far, v->n_cell + p, s->last - 1, x);
        subtract(c->wide, lanes, m.up, v->n_cell + p, s->last, x);
    }
}

/* x_i = (x_i - down x_behind)/pivot; the product down/pivot comes first, so that the chain of results is shorter. */
INLINE void backward_row(const chain *c, size_t lanes, size_t i, double down, size_t behind, volume_vector x) {
    const number inverse = load_inverse(c, i);
    const number part = {down * inverse.re, down * inverse.im};
    double *restrict re = x.re + i * lanes;
    const double *next = x.re + behind * lanes;
    if (!c->wide) {
        for (size_t l = 0; l < lanes; l++)
            re[l] = re[l] * inverse.re - part.re * next[l];
        return;
    }
    double *restrict im = x.im + i * lanes;
    const double *next_im = x.im + behind * lanes;
    for (size_t l = 0; l < lanes; l++) {
        const double t_re = re[l] * inverse.re - im[l] * inverse.im, t_im = re[l] * inverse.im + im[l] * inverse.re;
        re[l] = (t_re - part.re * next[l]) + part.im * next_im[l];
        im[l] = (t_im - part.re * next_im[l]) - part.im * next[l];
    }
}

INLINE void backward_alone(const chain *c, const volume_segment *s, volume_vector x) {
    number next = {x.re[s->last], c->wide ? x.im[s->last] : 0};
    for (size_t i = s->last; i-- > s->first;) {
        const number inverse = load_inverse(c, i);
        const number part = {c->face[i].down * inverse.re, c->face[i].down * inverse.im};
        if (c->wide) {
            const double t_re = x.re[i] * inverse.re - x.im[i] * inverse.im;
            const double t_im = x.re[i] * inverse.im + x.im[i] * inverse.re;
            next = (number){(t_re - part.re * next.re) + part.im * next.im,
                            (t_im - part.re * next.im) - part.im * next.re};
            x.im[i] = next.im;
        } else {
            next.re = x.re[i] * inverse.re - part.re * next.re;
        }
        x.re[i] = next.re;
    }
}

INLINE void backward_segment(const qh_volumes *v, const chain *c, size_t lanes, const volume_segment *s,
                             volume_vector x) {
    backward_row(c, lanes, s->last, c->face[s->last].down, v->n_cell + s->to, x);
    if (lanes == 1) {
        backward_alone(c, s, x);
        return;
    }
    for (size_t i = s->last; i-- > s->first;)
        backward_row(c, lanes, i, c->face[i].down, i + 1, x);
}

INLINE void backward_point(const qh_volumes *v, const chain *c, size_t lanes, size_t p, volume_vector x) {
    const volume_point *point = &v->point[p];
    const double down = down_of_point(v, p);
    const size_t first =
        point->out_count > 0 ? v->segment[v->problem->network->out_segment[point->out_first]].first : v->n_cell + p;
    backward_row(c, lanes, v->n_cell + p, down, first, x);
}

/* x_zone's part in its cell's row, and later the zone from its cell. */
INLINE void zones_before(const qh_volumes *v, const chain *c, size_t lanes, volume_vector x) {
    for (size_t n = 0; n < v->n_live_zone; n++) {
        const size_t z = v->live_zone[n];
        const size_t row = v->n_cell + v->n_point + z;
        const number inverse = load_inverse(c, row);
        const number m = {-v->exchange[z] * inverse.re, -v->exchange[z] * inverse.im};
        subtract(c->wide, lanes, m, v->storage_cell[z], row, x);
    }
}
INLINE void zones_after(const qh_volumes *v, const chain *c, size_t lanes, volume_vector x) {
    for (size_t n = 0; n < v->n_live_zone; n++) {
        const size_t z = v->live_zone[n];
        backward_row(c, lanes, v->n_cell + v->n_point + z, -v->exchange[z], v->storage_cell[z], x);
    }
}

INLINE void solve_chains(const qh_volumes *v, const volume_face *face, const volume_factors *f, size_t system,
                         size_t lanes, bool wide, volume_vector x) {
    const qh_network *network = v->problem->network;
    const chain c = {face, f->inverse + system * v->n_row * (wide ? 2 : 1), wide};
    zones_before(v, &c, lanes, x);
    for (size_t k = 0; k < v->n_order; k++) {
        const size_t p = v->order[k];
        if (!v->is_still[p]) forward_point(v, &c, lanes, p, x);
        for (size_t n = 0; n < v->point[p].out_count; n++)
            forward_segment(v, &c, lanes, &v->segment[network->out_segment[v->point[p].out_first + n]], x);
    }
    for (size_t k = v->n_order; k-- > 0;) {
        const size_t p = v->order[k];
        for (size_t n = 0; n < v->point[p].out_count; n++)
            backward_segment(v, &c, lanes, &v->segment[network->out_segment[v->point[p].out_first + n]], x);
        if (!v->is_still[p]) backward_point(v, &c, lanes, p, x);
    }
    zones_after(v, &c, lanes, x);
}

/* One lane, and multiples of eight, have loops of their own. */
QH_VECTORS static void solve_ignoring(const qh_volumes *v, const volume_face *face, const volume_factors *f,
                                      size_t system, size_t lanes, volume_vector x) {
    if (lanes == 1) {
        if (f->is_complex)
            solve_chains(v, face, f, system, 1, true, x);
        else
            solve_chains(v, face, f, system, 1, false, x);
    } else if (lanes % 8 == 0) {
        if (f->is_complex)
            solve_chains(v, face, f, system, lanes / 8 * 8, true, x);
        else
            solve_chains(v, face, f, system, lanes / 8 * 8, false, x);
    } else if (f->is_complex) {
        solve_chains(v, face, f, system, lanes, true, x);
    } else {
        solve_chains(v, face, f, system, lanes, false, x);
    }
}

/* ---- couplings left out ---- */

/* v x of the special point p, for the lanes of x. */
static void functional(const qh_volumes *v, size_t p, size_t lanes, const double *x, double *sum) {
    const qh_network *network = v->problem->network;
    const volume_point *point = &v->point[p];
    memset(sum, 0, lanes * sizeof(double));
    for (size_t k = 0; k < point->out_count && point->out_count > 1 && !point->fixed; k++) {
        const volume_segment *s = &v->segment[network->out_segment[point->out_first + k]];
        for (size_t l = 0; l < lanes; l++)
            sum[l] += s->disperse * x[s->first * lanes + l];
    }
    for (size_t k = 0; k < point->link_count; k++) {
        const size_t link = v->arriving_link[point->link_first + k];
        const double *from = x + (v->n_cell + network->link[link].from) * lanes;
        for (size_t l = 0; l < lanes; l++)
            sum[l] += v->link_flow[link] * from[l];
    }
}

/* Inverts the r by r complex matrix a in place, by Gauss and Jordan; pivots on the diagonal, since I - v A0^-1 E is an
 * M-matrix or close to one. */
static void invert(double *a, size_t r) {
    for (size_t k = 0; k < r; k++) {
        number *const row_k = (number *)(void *)a + k * r;
        const number inverse = inverse_of(row_k[k]);
        row_k[k] = (number){1, 0};
        for (size_t j = 0; j < r; j++)
            row_k[j] = times(row_k[j], inverse);
        for (size_t i = 0; i < r; i++) {
            if (i == k) continue;
            number *const row_i = (number *)(void *)a + i * r;
            const number factor = row_i[k];
            row_i[k] = (number){0, 0};
            for (size_t j = 0; j < r; j++) {
                const number part = times(factor, row_k[j]);
                row_i[j].re -= part.re;
                row_i[j].im -= part.im;
            }
        }
    }
}

static void find_capacity(const qh_volumes *v, const volume_face *face, const volume_factors *f, size_t system) {
    const size_t r = v->n_special;
    double *a = f->capacity + system * r * r * 2;
    const volume_vector x = {f->work[0], f->is_complex ? f->work[1] : NULL};
    for (size_t b = 0; b < r; b++) {
        memset(x.re, 0, v->n_row * sizeof(double));
        if (x.im) memset(x.im, 0, v->n_row * sizeof(double));
        x.re[v->n_cell + v->special[b]] = 1;
        solve_ignoring(v, face, f, system, 1, x);
        for (size_t p = 0; p < r; p++) {
            double part[2] = {0, 0};
            functional(v, v->special[p], 1, x.re, &part[0]);
            if (x.im) functional(v, v->special[p], 1, x.im, &part[1]);
            a[2 * (p * r + b)] = (p == b ? 1 : 0) - part[0];
            a[2 * (p * r + b) + 1] = -part[1];
        }
    }
    invert(a, r);
}

static bool all_are_numbers(const qh_volumes *v, const volume_factors *f) {
    const size_t width = f->is_complex ? 2 : 1, points = v->n_cell * width, end = v->n_row * width;
    double sum = 0; /* stays 0 unless some number is none */
    for (size_t system = 0; system < v->n_system; system++) {
        const double *inverse = f->inverse + system * end;
        for (size_t n = 0; n < v->n_range; n++) {
            const size_t first = v->range[n].first * width, after = first + v->range[n].count * width;
            for (size_t k = first; k < after; k++)
                sum += 0 * inverse[k];
        }
        for (size_t k = points; k < end; k++)
            sum += 0 * inverse[k];
    }
    return sum == 0;
}

qh_status qh_volumes_factor(const qh_volumes *v, const volume_face *face, double re, double im, double rate,
                            volume_factors *f) {
    f->re = re;
    f->im = im;
    f->rate = rate;
    for (size_t system = 0; system < v->n_system; system++) {
        if (f->is_complex) {
            factor_system(v, face, f, system, true);
        } else {
            factor_system(v, face, f, system, false);
        }
        if (v->n_special > 0) find_capacity(v, face, f, system);
    }
    return all_are_numbers(v, f) ? QH_OK : QH_E_NUMERIC;
}

/* Adds A0^-1 E k to a solution that ignored the couplings left out. */
static void add_left_out(const qh_volumes *v, const volume_face *face, const volume_factors *f, size_t system,
                         volume_vector x) {
    const size_t r = v->n_special, lanes = v->n_lane;
    const number *a = (const number *)(const void *)(f->capacity + system * r * r * 2);
    double *given_re = f->kappa[0], *given_im = f->kappa[1];
    memset(f->work[0], 0, v->n_row * lanes * sizeof(double));
    memset(f->work[1], 0, v->n_row * lanes * sizeof(double));
    for (size_t k = 0; k < r; k++) {
        functional(v, v->special[k], lanes, x.re, given_re + k * lanes);
        memset(given_im + k * lanes, 0, lanes * sizeof(double));
        if (x.im) functional(v, v->special[k], lanes, x.im, given_im + k * lanes);
    }
    for (size_t k = 0; k < r; k++) {
        double *re = f->work[0] + (v->n_cell + v->special[k]) * lanes;
        double *im = f->work[1] + (v->n_cell + v->special[k]) * lanes;
        for (size_t b = 0; b < r; b++) {
            const number weight = a[k * r + b];
            for (size_t l = 0; l < lanes; l++) {
                re[l] += weight.re * given_re[b * lanes + l] - weight.im * given_im[b * lanes + l];
                im[l] += weight.re * given_im[b * lanes + l] + weight.im * given_re[b * lanes + l];
            }
        }
    }
    solve_ignoring(v, face, f, system, lanes, (volume_vector){f->work[0], x.im ? f->work[1] : NULL});
    for (size_t k = 0; k < v->n_row * lanes; k++)
        x.re[k] += f->work[0][k];
    for (size_t k = 0; k < v->n_row * lanes && x.im; k++)
        x.im[k] += f->work[1][k];
}

void qh_volumes_solve(const qh_volumes *v, const volume_face *face, const volume_factors *f, size_t system,
                      volume_vector x) {
    solve_ignoring(v, face, f, system, v->n_lane, x);
    if (v->n_special > 0) add_left_out(v, face, f, system, x);
}
