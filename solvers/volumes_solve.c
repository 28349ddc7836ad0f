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
    f->inverse = qh_arena_alloc(arena, v->n_system * v->n_row * width * v->n_own, sizeof(double));
    bool complete = f->inverse != NULL;
    if (r > 0) {
        f->capacity = qh_arena_alloc(arena, v->n_system * v->n_own * r * r * 2, sizeof(double));
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

/* ---- a chain's rows: real numbers are those without imaginary part; `wide`, `own` and often `lanes` are known when this is
 * compiled. `k` is a lane, 0 where own is 1. ---- */

typedef struct chain {
    const double *flow, *far, *down; /* of the faces, [n_cell][own] */
    double *inverse;                 /* [n_row][own] or [n_row][2][own] */
    size_t lanes, own;
    bool wide, low; /* low: far is NULL */
} chain;

INLINE chain chain_of(const qh_volumes *v, const volume_faces *face, const volume_factors *f, size_t system,
                      size_t lanes, size_t own, bool wide, bool low) {
    double *inverse = f->inverse + system * v->n_row * own * (wide ? 2 : 1);
    return (chain){face->flow, face->far, face->down, inverse, lanes, own, wide, low};
}

INLINE number load_inverse(const chain *c, size_t row, size_t k) {
    if (!c->wide) return (number){c->inverse[row * c->own + k], 0};
    return (number){c->inverse[2 * row * c->own + k], c->inverse[(2 * row + 1) * c->own + k]};
}
INLINE void store_inverse(const chain *c, size_t row, size_t k, number a) {
    if (!c->wide) {
        c->inverse[row * c->own + k] = a.re;
        return;
    }
    c->inverse[2 * row * c->own + k] = a.re;
    c->inverse[(2 * row + 1) * c->own + k] = a.im;
}

INLINE double far_of(const chain *c, size_t i, size_t k) { return c->low ? 0 : c->far[i * c->own + k]; }
INLINE double down_of(const chain *c, size_t i, size_t k) { return c->down[i * c->own + k]; }
INLINE double own_of(const chain *c, size_t i, size_t k) {
    return (c->flow[i * c->own + k] - far_of(c, i, k)) - down_of(c, i, k);
}
INLINE double in_up(const volume_segment *s, size_t k) { return s->flow[k] + s->disperse[k]; }

/* Entry of a point's row at the first cell of the only segment that begins in it; 0 where it is left out. */
INLINE double down_of_point(const qh_volumes *v, size_t p, size_t k) {
    const volume_point *point = &v->point[p];
    if (point->fixed || point->out_count != 1) return 0;
    return -v->segment[v->problem->network->out_segment[point->out_first]].disperse[k];
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

/* Multipliers of a row with the two rows above. */
typedef struct pair {
    number far, up;
} pair;

INLINE pair first_cell(const chain *c, const volume_segment *s, size_t k, number point_inverse) {
    return (pair){{0, 0}, multiplier(c, far_of(c, s->first, k) - in_up(s, k), point_inverse)};
}
INLINE pair second_cell(const chain *c, const volume_segment *s, size_t k, number point_inverse, double point_down,
                        number inverse) {
    const size_t i = s->first;
    const number far = multiplier(c, -far_of(c, i, k), point_inverse);
    return (pair){far, second_multiplier(c, far_of(c, i + 1, k) - own_of(c, i, k), far, point_down, inverse)};
}
INLINE pair inner_cell(const chain *c, size_t i, size_t k, number far_inverse, number inverse) {
    const number far = multiplier(c, -far_of(c, i - 1, k), far_inverse);
    const double entry = far_of(c, i, k) - own_of(c, i - 1, k);
    return (pair){far, second_multiplier(c, entry, far, down_of(c, i - 2, k), inverse)};
}
/* Multipliers of a point's row with the last two cells of a segment. */
INLINE pair into_point(const chain *c, const volume_segment *s, size_t k) {
    const number far = multiplier(c, -far_of(c, s->last, k), load_inverse(c, s->last - 1, k));
    return (pair){far, second_multiplier(c, -own_of(c, s->last, k), far, down_of(c, s->last - 1, k),
                                         load_inverse(c, s->last, k))};
}

/* ---- factors ---- */

/* What factors are made of: real numbers for a lane of a chain. */
typedef struct pole {
    double re, im;                /* 1/s */
    const double *volume, *decay; /* [n_cell][own] */
} pole;

INLINE void factor_point(const qh_volumes *v, const chain *c, size_t p) {
    const qh_network *network = v->problem->network;
    const volume_point *point = &v->point[p];
    for (size_t k = 0; k < c->own; k++) {
        number own = {point->fixed ? point->through[k] : point->taken[k] + point->outlet[k], 0};
        for (size_t n = 0; n < point->out_count && !point->fixed; n++)
            own.re += in_up(&v->segment[network->out_segment[point->out_first + n]], k);
        for (size_t n = 0; n < point->in_count && !point->fixed; n++) {
            const volume_segment *s = &v->segment[network->in_segment[point->in_first + n]];
            const double down = down_of(c, s->last, k);
            const pair m = into_point(c, s, k);
            own.re -= down + m.up.re * down;
            own.im -= m.up.im * down;
        }
        store_inverse(c, v->n_cell + p, k, inverse_of(own));
    }
}

/* Inverse pivot of cell i with its multipliers. `gives`: weight of the cell in its upstream face; `entry`: of the row above in
 * this column. What its zone adds was left in its place by factor_zones. */
INLINE number pivot_inverse(const chain *c, const pole *f, size_t i, size_t k, pair m, double gives, double entry) {
    const number zone = load_inverse(c, i, k);
    const size_t at = i * c->own + k;
    /* own weight: what the downstream face takes of it less what the upstream face gives */
    const double own = own_of(c, i, k) - gives;
    const number pivot = {f->volume[at] * (f->re + f->decay[at]) + own + zone.re - m.up.re * entry,
                          f->volume[at] * f->im + zone.im - m.up.im * entry};
    return c->wide ? inverse_of(pivot) : (number){1 / pivot.re, 0};
}

INLINE number factor_first(const qh_volumes *v, const chain *c, const pole *f, const volume_segment *s, size_t k) {
    const number point = load_inverse(c, v->n_cell + s->from, k);
    const number made =
        pivot_inverse(c, f, s->first, k, first_cell(c, s, k, point), -s->disperse[k], down_of_point(v, s->from, k));
    store_inverse(c, s->first, k, made);
    return made;
}

INLINE number factor_second(const qh_volumes *v, const chain *c, const pole *f, const volume_segment *s, size_t k,
                            number first) {
    const double down = down_of(c, s->first, k);
    const pair m = second_cell(c, s, k, load_inverse(c, v->n_cell + s->from, k), down_of_point(v, s->from, k), first);
    const number made = pivot_inverse(c, f, s->first + 1, k, m, down, down);
    store_inverse(c, s->first + 1, k, made);
    return made;
}

INLINE number factor_inner(const chain *c, const pole *f, size_t i, size_t k, number far, number near) {
    const double down = down_of(c, i - 1, k);
    const number made = pivot_inverse(c, f, i, k, inner_cell(c, i, k, far, near), down, down);
    store_inverse(c, i, k, made);
    return made;
}

/* One chain waits for the pivot above; several of them, side by side, fill that time. */
INLINE void factor_segment(const qh_volumes *v, const chain *c, const pole *f, const volume_segment *s) {
    if (c->own == 1) {
        number far = factor_first(v, c, f, s, 0), near = factor_second(v, c, f, s, 0, far);
        for (size_t i = s->first + 2; i <= s->last; i++) {
            const number made = factor_inner(c, f, i, 0, far, near);
            far = near;
            near = made;
        }
        return;
    }
    for (size_t k = 0; k < c->own; k++)
        (void)factor_second(v, c, f, s, k, factor_first(v, c, f, s, k));
    for (size_t i = s->first + 2; i <= s->last; i++) {
        for (size_t k = 0; k < c->own; k++)
            (void)factor_inner(c, f, i, k, load_inverse(c, i - 2, k), load_inverse(c, i - 1, k));
    }
}

/* Leaves in each cell's place what its storage zone adds to its pivot. What remains of a zone's row beside its cell:
 * pole Vz/h + decay Vz + E. */
INLINE void factor_zones(const qh_volumes *v, const chain *c, const pole *f) {
    const size_t width = (c->wide ? 2 : 1) * c->own;
    for (size_t n = 0; n < v->n_range; n++)
        memset(c->inverse + v->range[n].first * width, 0, v->range[n].count * width * sizeof(double));
    for (size_t n = 0; n < v->n_live_zone; n++) {
        const size_t z = v->live_zone[n], i = v->storage_cell[z];
        for (size_t k = 0; k < c->own; k++) {
            const double e = v->exchange[z * c->own + k], volume = v->zone_volume[z];
            const number inverse =
                inverse_of((number){(f->re + f->decay[i * c->own + k]) * volume + e, f->im * volume});
            store_inverse(c, v->n_cell + v->n_point + z, k, inverse);
            store_inverse(c, i, k, (number){e - e * e * inverse.re, -e * e * inverse.im});
        }
    }
}

INLINE void factor_system(const qh_volumes *v, const volume_faces *face, const volume_factors *f, size_t index,
                          size_t own, bool wide, bool low) {
    const qh_network *network = v->problem->network;
    const chain c = chain_of(v, face, f, index, own, own, wide, low);
    const pole at = {f->re * f->rate, f->im * f->rate, v->volume, v->system[index].decay};
    factor_zones(v, &c, &at);
    for (size_t n = 0; n < v->n_order; n++) {
        const size_t p = v->order[n];
        if (v->is_still[p]) { /* its value is known: nothing is eliminated with it */
            for (size_t k = 0; k < own; k++)
                store_inverse(&c, v->n_cell + p, k, (number){0, 0});
        } else {
            factor_point(v, &c, p);
        }
        for (size_t out = 0; out < v->point[p].out_count; out++)
            factor_segment(v, &c, &at, &v->segment[network->out_segment[v->point[p].out_first + out]]);
    }
}

/* ---- solution with what is left out ignored ---- */

/* x_i -= m x_j, i and j places of one lane in two rows. */
INLINE void subtract(bool wide, number m, size_t i, size_t j, volume_vector x) {
    if (!wide) {
        x.re[i] -= m.re * x.re[j];
        return;
    }
    x.re[i] -= m.re * x.re[j] - m.im * x.im[j];
    x.im[i] -= m.re * x.im[j] + m.im * x.re[j];
}

INLINE pair inner_of(const chain *c, size_t i, size_t k) {
    return inner_cell(c, i, k, load_inverse(c, i - 2, k), load_inverse(c, i - 1, k));
}

/* One cell downstream, in all lanes: x_i -= mf x_far + mu x_up. */
INLINE void advance(const chain *c, size_t i, volume_vector x) {
    const size_t lanes = c->lanes;
    double *restrict re = x.re + i * lanes;
    const double *far = re - 2 * lanes, *up = re - lanes;
    const pair shared = c->own == 1 ? inner_of(c, i, 0) : (pair){{0, 0}, {0, 0}};
    if (!c->wide) {
        for (size_t l = 0; l < lanes; l++) {
            const pair m = c->own == 1 ? shared : inner_of(c, i, l);
            re[l] = (re[l] - m.far.re * far[l]) - m.up.re * up[l];
        }
        return;
    }
    double *restrict im = x.im + i * lanes;
    const double *far_im = im - 2 * lanes, *up_im = im - lanes;
    for (size_t l = 0; l < lanes; l++) {
        const pair m = c->own == 1 ? shared : inner_of(c, i, l);
        const double t_re = re[l] - (m.far.re * far[l] - m.far.im * far_im[l]);
        const double t_im = im[l] - (m.far.re * far_im[l] + m.far.im * far[l]);
        re[l] = (t_re - m.up.re * up[l]) + m.up.im * up_im[l];
        im[l] = (t_im - m.up.re * up_im[l]) - m.up.im * up[l];
    }
}

/* The same for one lane, with what the next cell needs in registers. */
INLINE void forward_alone(const chain *c, const volume_segment *s, volume_vector x) {
    number far_inverse = load_inverse(c, s->first, 0), near_inverse = load_inverse(c, s->first + 1, 0);
    number far = {x.re[s->first], c->wide ? x.im[s->first] : 0};
    number near = {x.re[s->first + 1], c->wide ? x.im[s->first + 1] : 0};
    for (size_t i = s->first + 2; i <= s->last; i++) {
        const pair m = inner_cell(c, i, 0, far_inverse, near_inverse);
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
        near_inverse = load_inverse(c, i, 0);
    }
}

/* Multipliers of the first two cells of a segment. */
typedef struct beginning {
    number first;
    pair second;
} beginning;

INLINE beginning beginning_of(const qh_volumes *v, const chain *c, const volume_segment *s, size_t k) {
    const number point = load_inverse(c, v->n_cell + s->from, k), first = load_inverse(c, s->first, k);
    return (beginning){first_cell(c, s, k, point).up, second_cell(c, s, k, point, down_of_point(v, s->from, k), first)};
}

INLINE void forward_segment(const qh_volumes *v, const chain *c, const volume_segment *s, volume_vector x) {
    const size_t lanes = c->lanes, point = (v->n_cell + s->from) * lanes, first = s->first * lanes;
    const beginning shared = beginning_of(v, c, s, 0);
    for (size_t l = 0; l < lanes; l++) {
        const beginning m = c->own == 1 ? shared : beginning_of(v, c, s, l);
        subtract(c->wide, m.first, first + l, point + l, x);
        subtract(c->wide, m.second.far, first + lanes + l, point + l, x);
        subtract(c->wide, m.second.up, first + lanes + l, first + l, x);
    }
    if (lanes == 1) {
        forward_alone(c, s, x);
        return;
    }
    for (size_t i = s->first + 2; i <= s->last; i++)
        advance(c, i, x);
}

INLINE void forward_point(const qh_volumes *v, const chain *c, size_t p, volume_vector x) {
    const volume_point *point = &v->point[p];
    const size_t lanes = c->lanes, at = (v->n_cell + p) * lanes;
    for (size_t n = 0; n < point->in_count && !point->fixed; n++) {
        const volume_segment *s = &v->segment[v->problem->network->in_segment[point->in_first + n]];
        const pair shared = into_point(c, s, 0);
        for (size_t l = 0; l < lanes; l++) {
            const pair m = c->own == 1 ? shared : into_point(c, s, l);
            subtract(c->wide, m.far, at + l, (s->last - 1) * lanes + l, x);
            subtract(c->wide, m.up, at + l, s->last * lanes + l, x);
        }
    }
}

/* What turns x_behind into x_i = (x_i - down x_behind)/pivot; the product down/pivot comes first, so that the chain of
 * results is shorter. */
typedef struct return_step {
    number inverse, part;
} return_step;

INLINE return_step return_of(const chain *c, size_t row, size_t k, double down) {
    const number inverse = load_inverse(c, row, k);
    return (return_step){inverse, {down * inverse.re, down * inverse.im}};
}

/* i and behind: places of one lane in two rows. */
INLINE void step_back(bool wide, return_step r, size_t i, size_t behind, volume_vector x) {
    if (!wide) {
        x.re[i] = x.re[i] * r.inverse.re - r.part.re * x.re[behind];
        return;
    }
    const double t_re = x.re[i] * r.inverse.re - x.im[i] * r.inverse.im;
    const double t_im = x.re[i] * r.inverse.im + x.im[i] * r.inverse.re;
    const double re = x.re[behind], im = x.im[behind];
    x.re[i] = (t_re - r.part.re * re) + r.part.im * im;
    x.im[i] = (t_im - r.part.re * im) - r.part.im * re;
}

INLINE void backward_cell(const chain *c, size_t i, size_t behind, volume_vector x) {
    const size_t lanes = c->lanes;
    const volume_vector own = {x.re + i * lanes, c->wide ? x.im + i * lanes : NULL};
    const return_step shared = return_of(c, i, 0, down_of(c, i, 0));
    double *restrict re = own.re;
    double *restrict im = own.im;
    const double *next = x.re + behind * lanes, *next_im = c->wide ? x.im + behind * lanes : NULL;
    for (size_t l = 0; l < lanes; l++) {
        const return_step r = c->own == 1 ? shared : return_of(c, i, l, down_of(c, i, l));
        if (!c->wide) {
            re[l] = re[l] * r.inverse.re - r.part.re * next[l];
            continue;
        }
        const double t_re = re[l] * r.inverse.re - im[l] * r.inverse.im;
        const double t_im = re[l] * r.inverse.im + im[l] * r.inverse.re;
        re[l] = (t_re - r.part.re * next[l]) + r.part.im * next_im[l];
        im[l] = (t_im - r.part.re * next_im[l]) - r.part.im * next[l];
    }
}

INLINE void backward_alone(const chain *c, const volume_segment *s, volume_vector x) {
    number next = {x.re[s->last], c->wide ? x.im[s->last] : 0};
    for (size_t i = s->last; i-- > s->first;) {
        const return_step r = return_of(c, i, 0, down_of(c, i, 0));
        if (c->wide) {
            const double t_re = x.re[i] * r.inverse.re - x.im[i] * r.inverse.im;
            const double t_im = x.re[i] * r.inverse.im + x.im[i] * r.inverse.re;
            next = (number){(t_re - r.part.re * next.re) + r.part.im * next.im,
                            (t_im - r.part.re * next.im) - r.part.im * next.re};
            x.im[i] = next.im;
        } else {
            next.re = x.re[i] * r.inverse.re - r.part.re * next.re;
        }
        x.re[i] = next.re;
    }
}

INLINE void backward_segment(const qh_volumes *v, const chain *c, const volume_segment *s, volume_vector x) {
    backward_cell(c, s->last, v->n_cell + s->to, x);
    if (c->lanes == 1) {
        backward_alone(c, s, x);
        return;
    }
    for (size_t i = s->last; i-- > s->first;)
        backward_cell(c, i, i + 1, x);
}

INLINE void backward_point(const qh_volumes *v, const chain *c, size_t p, volume_vector x) {
    const volume_point *point = &v->point[p];
    const size_t row = v->n_cell + p, lanes = c->lanes;
    const size_t first =
        point->out_count > 0 ? v->segment[v->problem->network->out_segment[point->out_first]].first : row;
    const return_step shared = return_of(c, row, 0, down_of_point(v, p, 0));
    for (size_t l = 0; l < lanes; l++) {
        const return_step r = c->own == 1 ? shared : return_of(c, row, l, down_of_point(v, p, l));
        step_back(c->wide, r, row * lanes + l, first * lanes + l, x);
    }
}

/* x_zone's part in its cell's row, and later the zone from its cell. */
INLINE void zones_before(const qh_volumes *v, const chain *c, volume_vector x) {
    for (size_t n = 0; n < v->n_live_zone; n++) {
        const size_t z = v->live_zone[n], row = v->n_cell + v->n_point + z, cell = v->storage_cell[z];
        for (size_t l = 0; l < c->lanes; l++) {
            const size_t k = c->own == 1 ? 0 : l;
            const number inverse = load_inverse(c, row, k);
            const double e = v->exchange[z * c->own + k];
            subtract(c->wide, (number){-e * inverse.re, -e * inverse.im}, cell * c->lanes + l, row * c->lanes + l, x);
        }
    }
}
INLINE void zones_after(const qh_volumes *v, const chain *c, volume_vector x) {
    for (size_t n = 0; n < v->n_live_zone; n++) {
        const size_t z = v->live_zone[n], row = v->n_cell + v->n_point + z, cell = v->storage_cell[z];
        for (size_t l = 0; l < c->lanes; l++) {
            const size_t k = c->own == 1 ? 0 : l;
            step_back(c->wide, return_of(c, row, k, -v->exchange[z * c->own + k]), row * c->lanes + l,
                      cell * c->lanes + l, x);
        }
    }
}

INLINE void solve_chains(const qh_volumes *v, const chain *c, volume_vector x) {
    const qh_network *network = v->problem->network;
    zones_before(v, c, x);
    for (size_t k = 0; k < v->n_order; k++) {
        const size_t p = v->order[k];
        if (!v->is_still[p]) forward_point(v, c, p, x);
        for (size_t n = 0; n < v->point[p].out_count; n++)
            forward_segment(v, c, &v->segment[network->out_segment[v->point[p].out_first + n]], x);
    }
    for (size_t k = v->n_order; k-- > 0;) {
        const size_t p = v->order[k];
        for (size_t n = 0; n < v->point[p].out_count; n++)
            backward_segment(v, c, &v->segment[network->out_segment[v->point[p].out_first + n]], x);
        if (!v->is_still[p]) backward_point(v, c, p, x);
    }
    zones_after(v, c, x);
}

INLINE void solve_numbers(const qh_volumes *v, const volume_faces *face, const volume_factors *f, size_t system,
                          size_t lanes, size_t own, volume_vector x) {
    if (f->is_complex) {
        const chain c = chain_of(v, face, f, system, lanes, own, true, false);
        solve_chains(v, &c, x);
    } else if (face->far) {
        const chain c = chain_of(v, face, f, system, lanes, own, false, false);
        solve_chains(v, &c, x);
    } else {
        const chain c = chain_of(v, face, f, system, lanes, own, false, true);
        solve_chains(v, &c, x);
    }
}

/* One lane, shared coefficients, and `volume_width` lanes of their own have loops of their own. */
QH_VECTORS static void solve_ignoring(const qh_volumes *v, const volume_faces *face, const volume_factors *f,
                                      size_t system, size_t lanes, volume_vector x) {
    if (lanes == 1) {
        solve_numbers(v, face, f, system, 1, 1, x);
    } else if (v->n_own == volume_width) {
        solve_numbers(v, face, f, system, volume_width, volume_width, x);
    } else if (v->n_own > 1) {
        solve_numbers(v, face, f, system, lanes, lanes, x);
    } else if (lanes % 8 == 0) {
        solve_numbers(v, face, f, system, lanes / 8 * 8, 1, x);
    } else {
        solve_numbers(v, face, f, system, lanes, 1, x);
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
            sum[l] += s->disperse[volume_lane(v, l)] * x[s->first * lanes + l];
    }
    for (size_t k = 0; k < point->link_count; k++) {
        const size_t link = v->arriving_link[point->link_first + k];
        const double *from = x + (v->n_cell + network->link[link].from) * lanes;
        for (size_t l = 0; l < lanes; l++)
            sum[l] += v->link_flow[volume_own(v, link, l)] * from[l];
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

static void find_capacity(const qh_volumes *v, const volume_faces *face, const volume_factors *f, size_t system) {
    const size_t r = v->n_special, own = v->n_own;
    double *a = f->capacity + system * own * r * r * 2;
    const volume_vector x = {f->work[0], f->is_complex ? f->work[1] : NULL};
    double *re = f->kappa[0], *im = f->kappa[1]; /* [n_own] */
    for (size_t b = 0; b < r; b++) {
        memset(x.re, 0, v->n_row * own * sizeof(double));
        if (x.im) memset(x.im, 0, v->n_row * own * sizeof(double));
        for (size_t k = 0; k < own; k++)
            x.re[(v->n_cell + v->special[b]) * own + k] = 1;
        solve_ignoring(v, face, f, system, own, x);
        for (size_t p = 0; p < r; p++) {
            memset(im, 0, own * sizeof(double));
            functional(v, v->special[p], own, x.re, re);
            if (x.im) functional(v, v->special[p], own, x.im, im);
            for (size_t k = 0; k < own; k++) {
                a[2 * ((k * r + p) * r + b)] = (p == b ? 1 : 0) - re[k];
                a[2 * ((k * r + p) * r + b) + 1] = -im[k];
            }
        }
    }
    for (size_t k = 0; k < own; k++)
        invert(a + 2 * k * r * r, r);
}

static bool all_are_numbers(const qh_volumes *v, const volume_factors *f) {
    const size_t width = (f->is_complex ? 2 : 1) * v->n_own, points = v->n_cell * width, end = v->n_row * width;
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

QH_VECTORS static void factor_numbers(const qh_volumes *v, const volume_faces *face, const volume_factors *f,
                                      size_t system) {
    const bool low = face->far == NULL;
    if (v->n_own == 1) {
        if (f->is_complex)
            factor_system(v, face, f, system, 1, true, false);
        else if (low)
            factor_system(v, face, f, system, 1, false, true);
        else
            factor_system(v, face, f, system, 1, false, false);
    } else if (v->n_own == volume_width) {
        if (f->is_complex)
            factor_system(v, face, f, system, volume_width, true, false);
        else if (low)
            factor_system(v, face, f, system, volume_width, false, true);
        else
            factor_system(v, face, f, system, volume_width, false, false);
    } else {
        factor_system(v, face, f, system, v->n_own, f->is_complex, low);
    }
}

qh_status qh_volumes_factor(const qh_volumes *v, const volume_faces *face, double re, double im, double rate,
                            volume_factors *f) {
    f->re = re;
    f->im = im;
    f->rate = rate;
    for (size_t system = 0; system < v->n_system; system++) {
        factor_numbers(v, face, f, system);
        if (v->n_special > 0) find_capacity(v, face, f, system);
    }
    return all_are_numbers(v, f) ? QH_OK : QH_E_NUMERIC;
}

/* Adds A0^-1 E k to a solution that ignored the couplings left out. */
static void add_left_out(const qh_volumes *v, const volume_faces *face, const volume_factors *f, size_t system,
                         volume_vector x) {
    const size_t r = v->n_special, lanes = v->n_lane;
    const number *a = (const number *)(const void *)(f->capacity + system * v->n_own * r * r * 2);
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
            for (size_t l = 0; l < lanes; l++) {
                const number weight = a[(volume_lane(v, l) * r + k) * r + b];
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

void qh_volumes_solve(const qh_volumes *v, const volume_faces *face, const volume_factors *f, size_t system,
                      volume_vector x) {
    solve_ignoring(v, face, f, system, v->n_lane, x);
    if (v->n_special > 0) add_left_out(v, face, f, system, x);
}
