/* Means over equal cells, a row of them at a time. Part of exact_core_body_internal.h, compiled with it twice.
 *
 * Scheme     Along a piece that does not vary the means of the two exponentials are geometric sequences: powers of one
 *            cell's factor, made by doubling. Where the discharge grows they follow from the flows at the cells' ends, or by
 *            the powers of gentle_mean where a cell's exponent changes little. A row stops where its terms are negligible. */
#ifndef EXACT_SCALAR
#include "solvers/exact_core_body_internal.h"
#else

/* Where means go: sum and zone [n_cell][n][n_lane], times `factor`; terms below `least` are left out. */
typedef struct profile {
    scalar factor;
    double least;
    scalar *sum, *zone; /* zone: NULL where there is none */
} profile;

/* sum[i stride] += factor mean_i; inlined with a stride of 1 too. */
QH_INLINE void add_strided(scalar factor, const wide *mean, size_t count, size_t stride, scalar *sum) {
    for (size_t i = 0; i < count; i++)
        sum[i * stride] += times(factor, get(mean, i));
}
VECTOR_CLONES static void add_means(scalar factor, const wide *restrict mean, size_t count, size_t stride,
                                    scalar *restrict sum) {
    if (stride == 1)
        add_strided(factor, mean, count, 1, sum);
    else
        add_strided(factor, mean, count, stride, sum);
}

/* Which of the two parts of a mode: exp(slow x), times start - rise end, or exp(-fast (length - x)), times end - fall start. */
typedef enum part { ALONG = 0, AGAINST = 1 } part;

static scalar amplitude(const core_type *c, const mode_type *m, size_t l, size_t lane, part which) {
    const scalar start = c->start[l * c->n_lane + lane], end = c->end[l * c->n_lane + lane];
    return which == ALONG ? start - times(m->rise, end) : end - times(m->fall, start);
}

/* Largest term [g/m3 times factor] of a part whose exponential is 1. */
static double largest_of(const core_type *c, const mode_type *m, size_t l, part which, scalar scale) {
    double largest = 0;
    for (size_t lane = 0; lane < c->n_lane; lane++)
        largest = fmax(largest, size_of(times(scale, amplitude(c, m, l, lane, which))));
    return largest;
}

/* Adds a part of mode l of piece k, with means of its exponential, to `count` cells from `first` on. */
static void add_part(const core_type *c, size_t k, size_t l, part which, scalar scale, const wide *mean, size_t first,
                     size_t count, const profile *to) {
    const exact_kinetics *kinetics = c->river->piece[k].kinetics;
    const mode_type *m = &c->now.mode[k * c->n_mode + l];
    const size_t n = c->n, row = n * c->n_lane;
    for (size_t i = l % n; i <= (c->river->coupled ? n - 1 : l); i++) {
        const double weight =
            c->river->coupled ? kinetics->weight[l / n] * kinetics->vector[(l / n * n + i) * n + l % n] : 1;
        for (size_t lane = 0; weight != 0 && lane < c->n_lane; lane++) {
            const scalar factor = weight * times(scale, amplitude(c, m, l, lane, which));
            const size_t at = first * row + i * c->n_lane + lane;
            add_means(factor, mean, count, row, to->sum + at);
            if (to->zone) add_means(times(m->zone, factor), mean, count, row, to->zone + at);
        }
    }
}

/* ---- pieces that do not vary ---- */

/* first q^i, i < count rounded up to a power of 2; returns q^that. */
VECTOR_CLONES static scalar set_powers(scalar first, scalar q, size_t count, wide *restrict power) {
    put(power, 0, first);
    for (size_t made = 1; made < count; made *= 2) {
        for (size_t i = 0; i < made; i++)
            put(power, made + i, times(get(power, i), q));
        q = times(q, q);
    }
    return q;
}

static void reverse(wide *mean, size_t count) {
    for (size_t i = 0; i < count / 2; i++) {
        const scalar other = get(mean, i);
        put(mean, i, get(mean, count - 1 - i));
        put(mean, count - 1 - i, other);
    }
}

/* One part: means first q^i, i counted along the flow or against it, |q| = exp(-decay). */
static void add_sequence(const core_type *c, size_t k, size_t l, part which, scalar first, scalar q, double decay,
                         size_t n_cell, const profile *to) {
    const mode_type *m = &c->now.mode[k * c->n_mode + l];
    const scalar scale = times(to->factor, inverse_of(m->spread));
    const double largest = largest_of(c, m, l, which, times(scale, first));
    if (!(largest > to->least)) return;
    /* After so many cells terms have fallen below the least, an octave at most before. */
    const double octaves = ilogb(largest / to->least) + 1, wanted = 1 + octaves * 0.6931471805599453 / decay;
    const size_t count = wanted < (double)n_cell ? (size_t)ceil(wanted) : n_cell;
    for (size_t done = 0; done < count;) {
        wide mean;
        const size_t block = count - done < WIDTH ? count - done : WIDTH;
        const scalar step = set_powers(first, q, block, &mean);
        if (which == AGAINST) reverse(&mean, block);
        add_part(c, k, l, which, scale, &mean, which == ALONG ? done : n_cell - done - block, block, to);
        first = times(first, step); /* a block that is not the last has WIDTH cells */
        done += block;
    }
}

static void add_profile(const core_type *c, size_t k, size_t l, const exact_cells_of *cells, const profile *to) {
    const exact_piece *p = &c->river->piece[k];
    const mode_type *m = &c->now.mode[k * c->n_mode + l];
    const double left = p->length - cells->start - cells->length * (double)cells->count;
    const cell_type *cell = &c->now.cell[k * c->n_mode + l];
    const scalar first = cells->start > 0 ? times(cell->along_mean, exp_of(m->slow * cells->start)) : cell->along_mean;
    add_sequence(c, k, l, ALONG, first, cell->along, -real_of(m->slow) * cells->length, cells->count, to);
    if (!(p->dispersion > 0)) return;
    const scalar last = left > 0 ? times(cell->against_mean, exp_of(-m->fast * left)) : cell->against_mean;
    add_sequence(c, k, l, AGAINST, last, cell->against, real_of(m->fast) * cells->length, cells->count, to);
}

/* ---- pieces whose discharge grows ---- */

enum { PLACES = 16 }; /* of a row: one more than cells */

/* A part of a mode at places a cell apart. */
typedef struct wkb_row {
    double start, cell; /* m, in the piece, and of a cell */
    size_t count;       /* cells, < PLACES */
    size_t places;      /* count + 1, up to a multiple of 4 */
    double xi[PLACES];  /* -1 .. 1 along the piece; places that are not there repeat the last one */
    wide exponent, value, lack;
    wide flow; /* slow part: (Q + Y) exp(exponent); fast part: zeta exp(exponent) */
    wide mean; /* of the exponential, between the places */
} wkb_row;

/* sum of coefficient[m] xi^m, m < count. */
VECTOR_CLONES static void set_polynomial(const scalar *coefficient, size_t count, size_t places,
                                         const double *restrict xi, wide *restrict value) {
    for (size_t i = 0; i < (places & ~(size_t)3); i++)
        put(value, i, coefficient[count - 1]);
    for (size_t m = count - 1; m-- > 0;)
        for (size_t i = 0; i < (places & ~(size_t)3); i++)
            put(value, i, get(value, i) * xi[i] + coefficient[m]);
}

/* Means from what flows at the ends of cells, over those exponentials. */
VECTOR_CLONES static void set_flow_means(wkb_row *restrict row, part which, double discharge, double growth,
                                         double spread, scalar per_cell) {
    for (size_t i = 0; i < (row->places & ~(size_t)3); i++) {
        const scalar along = discharge + growth * row->xi[i] - spread * get(&row->flow, i);
        put(&row->flow, i, times(which == ALONG ? along : get(&row->flow, i), get(&row->value, i)));
    }
    for (size_t i = 0; i < row->count; i++)
        put(&row->mean, i, times(get(&row->flow, i + 1) - get(&row->flow, i), per_cell));
}

static void set_steep_means(wkb_row *row, const mode_type *m, const wkb_type *w, const exact_piece *p, part which) {
    scalar derivative[EXACT_WKB_NODES];
    for (size_t j = 0; j < EXACT_WKB_NODES; j++)
        derivative[j] = (double)(j + 1) * w->slow[j + 1];
    decay(&row->exponent, row->places, &row->value, &row->lack);
    set_polynomial(which == ALONG ? derivative : w->zeta, EXACT_WKB_NODES, row->places, row->xi, &row->flow);
    set_flow_means(row, which, p->discharge, 0.5 * p->inflow * p->length, 2 * p->area * p->dispersion / p->length,
                   which == ALONG ? -inverse_of(p->area * row->cell * m->total) : 1 / row->cell);
}

/* Means by the parabola of the exponent, where `gentle` is not 0; others stay as they are. */
VECTOR_CLONES static void set_parabola_means(wkb_row *restrict row, const wide *restrict middle,
                                             const double *restrict gentle) {
    for (size_t i = 0; i < row->count; i++) {
        const scalar factor = gentle_factor(get(&row->exponent, i), get(middle, i), get(&row->exponent, i + 1));
        const scalar mean = times(get(&row->value, i), factor);
        put(&row->mean, i, gentle[i] != 0 ? mean : get(&row->mean, i));
    }
}

/* The same by Gauss's formula, as gauss_mean does it. */
static void set_gauss_means(wkb_row *row, const scalar *coefficient, const double *gentle) {
    double xi[PLACES];
    wide sum, exponent;
    for (size_t i = 0; i < row->places; i++)
        put(&sum, i, 0);
    for (size_t k = 0; k < EXACT_WKB_NODES; k++) {
        for (size_t i = 0; i < row->places; i++) {
            const double next = row->xi[i < row->count ? i + 1 : i];
            xi[i] = 0.5 * (row->xi[i] + next) + 0.5 * (next - row->xi[i]) * gauss_node(k);
        }
        set_polynomial(coefficient, EXACT_WKB_NODES + 1, row->places, xi, &exponent);
        decay(&exponent, row->places, &row->value, &row->lack);
        for (size_t i = 0; i < row->places; i++)
            put(&sum, i, get(&sum, i) + 0.5 * GAUSS_WEIGHT[k % 3] * get(&row->value, i));
    }
    for (size_t i = 0; i < row->count; i++)
        if (gentle[i] != 0) put(&row->mean, i, get(&sum, i));
}

static void set_gentle_means_of(wkb_row *row, const wkb_type *w, const exact_piece *p, part which,
                                const double *gentle) {
    double xi[PLACES];
    wide middle;
    const scalar *coefficient = which == ALONG ? w->slow : w->fast;
    if (p->inflow * row->cell > 1e-3 * discharge_at(p, row->start)) { /* as in mean_of */
        set_gauss_means(row, coefficient, gentle);
        return;
    }
    for (size_t i = 0; i < row->places; i++)
        xi[i] = i < row->count ? 0.5 * (row->xi[i] + row->xi[i + 1]) : row->xi[i];
    set_polynomial(coefficient, EXACT_WKB_NODES + 1, row->places, xi, &middle);
    decay(&middle, row->places, &row->value, &row->lack);
    set_parabola_means(row, &middle, gentle);
}

static void set_row(wkb_row *row, const mode_type *m, const wkb_type *w, const exact_piece *p, part which) {
    double gentle[PLACES];
    bool any_gentle = false, any_steep = false;
    row->places = (row->count + 4) & ~(size_t)3;
    for (size_t i = 0; i < row->places; i++)
        row->xi[i] = xi_of(p, row->start + row->cell * (double)(i < row->count ? i : row->count));
    set_polynomial(which == ALONG ? w->slow : w->fast, EXACT_WKB_NODES + 1, row->places, row->xi, &row->exponent);
    for (size_t i = 0; i < row->count; i++) {
        const bool steep =
            is_steep(get(&row->exponent, i + 1) - get(&row->exponent, i)) && (which == AGAINST || is_lossy(m, p));
        gentle[i] = steep ? 0 : 1;
        any_gentle = any_gentle || !steep;
        any_steep = any_steep || steep;
        if (!steep) put(&row->mean, i, 0);
    }
    if (any_steep) set_steep_means(row, m, w, p, which);
    if (any_gentle) set_gentle_means_of(row, w, p, which, gentle);
}

/* One part, from the end where its exponential is 1, until it is negligible. */
static void add_wkb_part(const core_type *c, size_t k, size_t l, part which, const exact_cells_of *cells,
                         const profile *to) {
    const exact_piece *p = &c->river->piece[k];
    const mode_type *m = &c->now.mode[k * c->n_mode + l];
    const scalar scale = times(to->factor, inverse_of(m->spread));
    const double largest = largest_of(c, m, l, which, scale);
    if (!(largest > to->least)) return;
    const double least = log(to->least / largest); /* of the exponent */
    wkb_row row;                                   /* no need to clear it */
    row.cell = cells->length;
    for (size_t done = 0; done < cells->count; done += row.count) {
        row.count = cells->count - done < PLACES - 1 ? cells->count - done : PLACES - 1;
        const size_t first = which == ALONG ? done : cells->count - done - row.count;
        row.start = cells->start + cells->length * (double)first;
        const double begins = which == ALONG ? row.start : row.start + row.cell * (double)row.count;
        const scalar exponent =
            which == ALONG ? slow_exponent(wkb_of(c, k, l), p, begins) : fast_exponent(wkb_of(c, k, l), p, begins);
        if (!(real_of(exponent) > least)) return;
        set_row(&row, m, wkb_of(c, k, l), p, which);
        add_part(c, k, l, which, scale, &row.mean, first, row.count, to);
    }
}

static void add_wkb_profile(const core_type *c, size_t k, size_t l, const exact_cells_of *cells, const profile *to) {
    add_wkb_part(c, k, l, ALONG, cells, to);
    if (c->river->piece[k].dispersion > 0) add_wkb_part(c, k, l, AGAINST, cells, to);
}

/* Pieces short against dispersion, where the two exponentials cancel: cell by cell. */
static void profile_by_cells(core_type *core, size_t k, const exact_cells_of *cells, scalar factor, scalar *c,
                             scalar *zone) {
    const exact_piece *p = &core->river->piece[k];
    const size_t row = core->n * core->n_lane;
    for (size_t l = 0; l < p->kinetics->n_shift * core->n; l++) {
        const mode_type *mode = &core->now.mode[k * core->n_mode + l];
        for (size_t i = 0; i < cells->count; i++) {
            const double x = cells->start + cells->length * (double)i;
            scalar phi0, phiL;
            mean_shape(mode, p, x, x + cells->length, &phi0, &phiL);
            add_mode(core, k, l, times(factor, phi0), times(factor, phiL), c + i * row);
            const scalar in_zone = times(factor, mode->zone);
            if (zone) add_mode(core, k, l, times(in_zone, phi0), times(in_zone, phiL), zone + i * row);
        }
    }
}

/* Adds what does not change along the piece. */
static void add_levels(core_type *core, size_t k, size_t n_cell, scalar factor, scalar *c, scalar *zone) {
    const size_t count = core->n * core->n_lane;
    const scalar *level = core->level + k * count;
    scalar *at_level = core->work;
    bool any = false;
    for (size_t j = 0; j < count; j++) {
        at_level[j] = 0;
        any = any || level[j] != 0;
    }
    if (!any) return; /* then the zone has none either */
    if (zone) add_zone_level(core, k, at_level);
    for (size_t i = 0; i < n_cell * count; i++) {
        c[i] += times(factor, level[i % count]);
        if (zone) zone[i] += times(factor, at_level[i % count]);
    }
}

void EXACT(core_profile)(core_type *core, size_t k, scalar factor, double least, scalar *c, scalar *zone) {
    const exact_piece *p = &core->river->piece[k];
    const exact_cells_of *cells = &core->cells[k];
    const size_t n_mode = p->kinetics->n_shift * core->n;
    const mode_type *mode = &core->now.mode[k * core->n_mode];
    add_levels(core, k, cells->count, factor, c, zone);
    for (size_t l = 0; l < n_mode && p->wkb; l++)
        add_wkb_profile(core, k, l, cells, &(profile){factor, least, c, zone});
    if (p->wkb) return;
    for (size_t l = 0; l < n_mode && p->dispersion > 0; l++) {
        if (size_of(mode[l].fast - mode[l].slow) * p->length >= 0.5) continue;
        profile_by_cells(core, k, cells, factor, c, zone);
        return;
    }
    for (size_t l = 0; l < n_mode; l++)
        add_profile(core, k, l, cells, &(profile){factor, least, c, zone});
}

#endif
