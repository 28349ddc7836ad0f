/* Flux-corrected transport for a step of the linear finite volumes: nothing negative, no new extremum, by proof.
 *
 * Low order  u: one step of backward Euler with the low-order fluxes of volumes.c and the same loads. (V/h - A) is an
 *            M-matrix: u is a mean, with weights >= 0 that add up to at most 1, of old values and of what enters, and >= 0 when
 *            these are. The elimination does nothing but add numbers of one sign, so round-off cannot change that.
 * Difference V (C - u) = sum of what is antidiffusive: A = h (F of the high order's mean - F of u) through every face, and
 *            the like for exchange with a storage zone and for reactions.
 * Limiter    (Zalesak 1979) P+ is the sum of what raises a cell, Q+ = V (hi - u) what may raise it, R+ = min(1, Q+/P+), and
 *            P-, Q-, R- likewise. A passes with the factor alpha = min(R of the cell it lowers, R of the one it raises), so
 *            lo <= C <= hi in the end. At a point all ends have one alpha, the smallest, and points that a
 *            diversion links share theirs: then the point's balance holds for the mixture of both solutions as it does
 *            for each, with withdrawals, outlets and diversions, since it is linear.
 * Bounds     lo and hi are the extremes of u in the cell and beside it and of old values over the stretch that water runs
 *            in the step. They contain u, so alpha exists; they lie between the extremes of old values, inputs and u, so there
 *            is no new extremum; and a smooth peak moves on unclipped, because the stretch holds it.
 * Budget     what passes is alpha A and the low-order flux, and that is what moves the cells and is added up.
 * Oxygen     A constituent that others consume may fall below 0: so does u then, and the limiter leaves it alone.
 * Sources    Zalesak (1979), J. Comput. Phys. 31:335; Boris, Book (1973), J. Comput. Phys. 11:38; Berman, Plemmons (1994),
 *            Nonnegative Matrices in the Mathematical Sciences, ch. 6. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "solvers/volumes_internal.h"

/* Part of what is allowed that is used, so that round-off does not pass the bounds. */
static const double nearly_all = 1 - 1e-13;
/* Cells of the longest stretch looked at; more only make the bounds wider. */
enum { longest_stretch = 16 };
/* Where a step passes more than so many times the water of a cell, differences of fluxes have lost their last digits: the
 * low order stands there. */
static const double most_stiff = 1e4;
/* Rounds in which only cells outside their bounds are limited. */
enum { most_rounds = 8 };

/* The arrays of one system. */
typedef struct limiter {
    volume_step *step;
    const qh_volumes *v;
    const volume_system *system;
    size_t index, lanes;
    const double *now, *mean;
    double *u;             /* low order, all rows */
    double *antidiffusive; /* [n_row][n_lane], g through a cell's downstream face; from the cell to a zone */
    double *raise, *lower; /* [n_row][n_lane]: R+ and R-, 1 where nothing need be limited */
    double *next;
    bool marked; /* some R has changed */
} limiter;

static qh_status solve_low(volume_step *step, size_t index, double *u) {
    qh_volumes *v = step->v;
    QH_TRY(qh_volumes_make_low(v));
    if (step->low_factored != step->h) { /* in the place of the real pole's, which are soon made anew */
        step->real_factored = step->low_factored = 0;
        QH_TRY(qh_volumes_factor(v, &v->low, 1, 0, 1 / step->h, &step->real));
        step->low_factored = step->h;
    }
    qh_volume_step_load(step, index, 1 / step->h, 1, 0.5, u);
    qh_volumes_add_parents(v, index, step->next, u);
    for (size_t k = 0; k < v->n_live; k++) { /* what enters from points whose value is known */
        const volume_segment *s = &v->segment[v->live[k]];
        for (size_t l = 0; l < v->n_lane && v->is_still[s->from]; l++)
            u[s->first * v->n_lane + l] += (s->flow[volume_lane(v, l)] + s->disperse[volume_lane(v, l)]) *
                                           u[(v->n_cell + s->from) * v->n_lane + l];
    }
    qh_volumes_solve(v, &v->low, &step->real, index, (volume_vector){u, NULL});
    return QH_OK;
}

/* ---- what is antidiffusive ---- */

static double flux(volume_face f, const double *c, size_t far, size_t up, size_t down) {
    return volume_flux(&f, c[far], c[up], c[down]);
}

/* Through the upstream end of a segment; the weights are the same in both orders. */
static double end_antidiffusive(const limiter *c, const volume_segment *s, size_t l) {
    const size_t p = (c->v->n_cell + s->from) * c->lanes + l, i = s->first * c->lanes + l;
    const double point = c->mean[p] - c->u[p], cell = c->mean[i] - c->u[i];
    const size_t lane = volume_lane(c->v, l);
    return c->step->h * (s->flow[lane] * point + s->disperse[lane] * (point - cell));
}

/* Reaction of the high order less that of the low one, g in cell or zone `row` beside cell i of `volume`. */
static double reaction(const limiter *c, size_t row, size_t i, double volume, size_t l) {
    const size_t at = row * c->lanes + l;
    const size_t k = volume_own(c->v, i, l);
    double rate = -c->system->decay[k] * (c->mean[at] - c->u[at]);
    for (size_t a = 0; a < c->system->n_parent; a++) {
        const size_t parent = c->system->parent[a] * c->v->n_row * c->lanes + at;
        rate += c->system->from_parent[a][k] * (c->step->mean[parent] - c->step->next[parent]);
    }
    return c->step->h * volume * rate;
}

static double exchanged(const limiter *c, size_t z, size_t l) {
    const qh_volumes *v = c->v;
    const size_t i = v->storage_cell[z] * c->lanes + l, zone = (v->n_cell + v->n_point + z) * c->lanes + l;
    return c->step->h * v->exchange[volume_own(v, z, l)] * ((c->mean[i] - c->u[i]) - (c->mean[zone] - c->u[zone]));
}

static void find_antidiffusive(limiter *c, size_t s) {
    const qh_volumes *v = c->v;
    const volume_segment *segment = &v->segment[s];
    const size_t lanes = c->lanes, from = v->n_cell + segment->from, to = v->n_cell + segment->to;
    for (size_t i = segment->first; i <= segment->last; i++) {
        const size_t far = (i == segment->first ? from : i - 1) * lanes, up = i * lanes;
        const size_t down = (i == segment->last ? to : i + 1) * lanes;
        for (size_t l = 0; l < lanes; l++) {
            const volume_face high = volume_face_at(&v->face, volume_own(v, i, l));
            const volume_face low = volume_low_face_at(&v->low, volume_own(v, i, l));
            c->antidiffusive[up + l] = c->step->h * (flux(high, c->mean, far + l, up + l, down + l) -
                                                     flux(low, c->u, far + l, up + l, down + l));
        }
    }
    for (size_t z = v->zone_first[s]; z < v->zone_first[s + 1]; z++) {
        for (size_t l = 0; l < lanes; l++)
            c->antidiffusive[(v->n_cell + v->n_point + z) * lanes + l] = exchanged(c, z, l);
    }
}

/* ---- what is allowed ---- */

typedef struct range {
    double lo, hi;
} range;

static void widen(range *r, double a) {
    if (a < r->lo) r->lo = a;
    if (a > r->hi) r->hi = a;
}

static range bounds_of(const limiter *c, const volume_segment *s, size_t i, size_t stretch, size_t l) {
    const qh_volumes *v = c->v;
    const size_t lanes = c->lanes, from = (v->n_cell + s->from) * lanes + l, to = (v->n_cell + s->to) * lanes + l;
    const double own = c->u[i * lanes + l];
    range r = {own, own};
    widen(&r, i == s->first ? c->u[from] : c->u[(i - 1) * lanes + l]);
    widen(&r, i == s->last ? c->u[to] : c->u[(i + 1) * lanes + l]);
    const size_t first = i - s->first > stretch ? i - stretch : s->first;
    const size_t last = i + 2 <= s->last ? i + 2 : s->last;
    for (size_t k = first; k <= last; k++)
        widen(&r, c->now[k * lanes + l]);
    if (i - s->first < stretch) {
        widen(&r, c->step->lowest[s->from * lanes + l]);
        widen(&r, c->step->highest[s->from * lanes + l]);
        widen(&r, c->now[from]);
    }
    if (i + 2 > s->last) {
        widen(&r, c->step->lowest[s->to * lanes + l]);
        widen(&r, c->step->highest[s->to * lanes + l]);
        widen(&r, c->now[to]);
    }
    return r;
}

/* What raises and lowers a row. */
typedef struct sums {
    double up, down;
} sums;

static void add_signed(sums *p, double amount) {
    if (amount > 0) {
        p->up += amount;
    } else {
        p->down -= amount;
    }
}

/* Part that may pass. Room below the smallest normal number lacks the digits that keep its last part free: it is not used. */
static double part_of(double room, double wanted) {
    if (!(wanted > 0)) return 1;
    if (!(room >= DBL_MIN)) return 0;
    return wanted > room ? room / wanted : 1;
}

/* `base`: the row's value without what is limited. */
static void set_ratios(limiter *c, size_t at, double base, double volume, range r, sums p, bool stiff) {
    const double up = volume * (r.hi - base) * nearly_all, down = volume * (base - r.lo) * nearly_all;
    double raise = part_of(up, p.up), lower = part_of(down, p.down);
    if (stiff) raise = lower = 0;
    c->marked = c->marked || raise != c->raise[at] || lower != c->lower[at];
    c->raise[at] = raise;
    c->lower[at] = lower;
}

static void mark_zone(limiter *c, size_t z, size_t l) {
    const qh_volumes *v = c->v;
    const size_t i = v->storage_cell[z] * c->lanes + l, zone = (v->n_cell + v->n_point + z) * c->lanes + l;
    range r = {c->u[zone], c->u[zone]};
    widen(&r, c->u[i]);
    widen(&r, c->now[i]);
    widen(&r, c->now[zone]);
    sums p = {0, 0};
    add_signed(&p, c->antidiffusive[zone]);
    add_signed(&p, reaction(c, zone / c->lanes, v->storage_cell[z], v->zone_volume[z], l));
    set_ratios(c, zone, c->u[zone], v->zone_volume[z], r, p,
               c->step->h * v->exchange[volume_own(v, z, l)] > most_stiff * v->zone_volume[z]);
}

/* Zone of a cell among those of its segment; that segment's end where it has none. */
static size_t zone_of(const qh_volumes *v, size_t s, size_t cell) {
    size_t z = v->zone_first[s];
    while (z < v->zone_first[s + 1] && v->storage_cell[z] != cell)
        z++;
    return z;
}

/* Limits what reaches one cell, and its storage zone. */
static void mark_cell(void *self, size_t s, size_t i, size_t l) {
    limiter *c = self;
    const qh_volumes *v = c->v;
    const size_t at = i * c->lanes + l;
    const volume_segment *segment = &v->segment[s];
    const double courant = c->step->h * segment->fastest, volume = v->volume[volume_own(v, i, l)];
    const size_t stretch = courant < longest_stretch - 1 ? (size_t)courant + 1 : longest_stretch;
    range r = bounds_of(c, segment, i, stretch, l);
    sums p = {0, 0};
    double base = c->u[at];
    if (i == segment->first && v->is_still[segment->from]) { /* what a still point gives is never limited */
        base += end_antidiffusive(c, segment, l) / volume;
        widen(&r, base);
    } else {
        add_signed(&p, i == segment->first ? end_antidiffusive(c, segment, l) : c->antidiffusive[at - c->lanes]);
    }
    add_signed(&p, -c->antidiffusive[at]);
    add_signed(&p, reaction(c, i, i, volume, l));
    const size_t z = zone_of(v, s, i);
    if (z < v->zone_first[s + 1]) {
        const size_t zone = (v->n_cell + v->n_point + z) * c->lanes + l;
        widen(&r, c->u[zone]);
        widen(&r, c->now[zone]);
        add_signed(&p, -c->antidiffusive[zone]);
        mark_zone(c, z, l);
    }
    set_ratios(c, at, base, volume, r, p, c->step->h * segment->stiffest > most_stiff);
}

/* Part of what passes from row a to row b (where positive) that both allow. */
static double passing(const limiter *c, double amount, size_t a, size_t b) {
    if (amount > 0) return fmin(c->lower[a], c->raise[b]);
    return fmin(c->raise[a], c->lower[b]);
}

static void set_point(limiter *c, size_t p) {
    const qh_volumes *v = c->v;
    const qh_network *network = v->problem->network;
    const volume_point *point = &v->point[p];
    for (size_t l = 0; l < c->lanes; l++) {
        double alpha = 1;
        for (size_t k = 0; k < point->in_count; k++) {
            const size_t i = v->segment[network->in_segment[point->in_first + k]].last * c->lanes + l;
            alpha = fmin(alpha, c->antidiffusive[i] > 0 ? c->lower[i] : c->raise[i]);
        }
        for (size_t k = 0; k < point->out_count; k++) {
            const volume_segment *s = &v->segment[network->out_segment[point->out_first + k]];
            const size_t i = s->first * c->lanes + l;
            alpha = fmin(alpha, end_antidiffusive(c, s, l) > 0 ? c->raise[i] : c->lower[i]);
        }
        c->step->alpha[p * c->lanes + l] = alpha;
    }
}

/* Points with a diversion between them take the smaller alpha, until nothing changes. */
static void share_by_links(limiter *c) {
    const qh_network *network = c->v->problem->network;
    bool changed = true;
    while (changed) {
        changed = false;
        for (size_t k = 0; k < network->n_link; k++) {
            double *a = c->step->alpha + network->link[k].from * c->lanes;
            double *b = c->step->alpha + network->link[k].to * c->lanes;
            for (size_t l = 0; l < c->lanes; l++) {
                changed = changed || a[l] != b[l];
                a[l] = b[l] = fmin(a[l], b[l]);
            }
        }
    }
}

/* ---- the new state ---- */

/* What passes from a cell to its zone. */
static double limited_exchange(const limiter *c, size_t z, size_t l) {
    const qh_volumes *v = c->v;
    const size_t i = v->storage_cell[z] * c->lanes + l, zone = (v->n_cell + v->n_point + z) * c->lanes + l;
    return c->antidiffusive[zone] * passing(c, c->antidiffusive[zone], i, zone);
}

/* Reaction of the low order, g lost in the step. */
static double low_loss(const limiter *c, size_t row, size_t i, double volume, size_t l) {
    const size_t at = row * c->lanes + l;
    const size_t k = volume_own(c->v, i, l);
    double rate = c->system->decay[k] * c->u[at] - (c->system->gain ? c->system->gain[k] : 0);
    for (size_t a = 0; a < c->system->n_parent; a++) {
        const size_t parent = c->system->parent[a] * c->v->n_row * c->lanes + at;
        rate -= c->system->from_parent[a][k] * c->step->next[parent];
    }
    return c->step->h * volume * rate;
}

static double limited_reaction(const limiter *c, size_t row, size_t i, double volume, size_t l) {
    const double amount = reaction(c, row, i, volume, l);
    return amount * (amount > 0 ? c->raise[row * c->lanes + l] : c->lower[row * c->lanes + l]);
}

static void finish_zones(limiter *c, size_t s, size_t l, double *reacted) {
    const qh_volumes *v = c->v;
    for (size_t z = v->zone_first[s]; z < v->zone_first[s + 1]; z++) {
        const size_t row = v->n_cell + v->n_point + z, at = row * c->lanes + l, i = v->storage_cell[z];
        const double volume = v->zone_volume[z], amount = limited_reaction(c, row, i, volume, l);
        *reacted += low_loss(c, row, i, volume, l) - amount;
        const size_t cell = i * c->lanes + l;
        if (c->raise[at] < 1 || c->lower[at] < 1 || c->raise[cell] < 1 || c->lower[cell] < 1)
            c->next[at] = c->u[at] + (amount + limited_exchange(c, z, l)) / volume;
    }
}

/* One lane of one segment. */
static void finish_segment(limiter *c, size_t s, size_t l) {
    const qh_volumes *v = c->v;
    const volume_segment *segment = &v->segment[s];
    const size_t lanes = c->lanes, from = v->n_cell + segment->from, to = v->n_cell + segment->to;
    double *end = c->step->parts.end + (c->index * 2 * v->n_segment + 2 * s) * lanes + l;
    double *reacted = c->step->parts.reacted + (c->index * v->n_segment + s) * lanes + l;
    const double *alpha = c->step->alpha + l;
    double part = alpha[segment->from * lanes]; /* of what passes the upstream face */
    double in = end_antidiffusive(c, segment, l) * part;
    *reacted = 0;
    const double point = c->u[from * lanes + l], cell = c->u[segment->first * lanes + l];
    const size_t lane = volume_lane(v, l);
    end[0] = in + c->step->h * (segment->flow[lane] * point + segment->disperse[lane] * (point - cell));
    size_t z = v->zone_first[s];
    for (size_t i = segment->first; i <= segment->last; i++) {
        const size_t at = i * lanes + l;
        const double whole = c->antidiffusive[at];
        const double next_part = i == segment->last ? alpha[segment->to * lanes] : passing(c, whole, at, at + lanes);
        const double volume = v->volume[volume_own(v, i, l)];
        const double out = whole * next_part, amount = limited_reaction(c, i, i, volume, l);
        bool changed = part < 1 || next_part < 1 || c->raise[at] < 1 || c->lower[at] < 1;
        double sum = in - out + amount;
        *reacted += low_loss(c, i, i, volume, l) - amount;
        if (z < v->zone_first[s + 1] && v->storage_cell[z] == i) {
            const size_t zone = (v->n_cell + v->n_point + z) * lanes + l;
            changed = changed || c->raise[zone] < 1 || c->lower[zone] < 1;
            sum -= limited_exchange(c, z++, l);
        }
        if (changed) c->next[at] = c->u[at] + sum / volume; /* else it is what it was */
        in = out;
        part = next_part;
    }
    const size_t last = segment->last * lanes + l;
    const volume_face low = volume_low_face_at(&v->low, volume_own(v, segment->last, l));
    end[lanes] = in + c->step->h * flux(low, c->u, last - lanes, last, to * lanes + l);
    finish_zones(c, s, l, reacted);
}

/* But for segments from a still point: there, far from all changes, cells are at rest. */
static void mark_all(limiter *c) {
    for (size_t k = 0; k < c->v->n_live; k++) {
        const size_t s = c->v->live[k];
        if (c->v->is_still[c->v->segment[s].from]) continue;
        for (size_t i = c->v->segment[s].first; i <= c->v->segment[s].last; i++) {
            for (size_t l = 0; l < c->lanes; l++) {
                if (c->step->outside[l]) mark_cell(c, s, i, l);
            }
        }
    }
}

/* Cells outside their bounds are limited, then those that this drives out of theirs, until there is none; after some
 * rounds all are, which leaves none. */
static void limit_in_rounds(limiter *c) {
    const qh_volumes *v = c->v;
    bool outside = true;
    for (size_t round = 0; outside && round <= most_rounds; round++) {
        outside = false;
        c->marked = false;
        for (size_t l = 0; l < c->lanes && round < most_rounds; l++) {
            if (!c->step->outside[l]) continue;
            outside = qh_volume_step_outside(c->step, c->index, l, mark_cell, c) || outside;
        }
        if (round == most_rounds) mark_all(c);
        if (!c->marked) outside = false;
        if (!c->marked && round > 0) break;
        for (size_t k = 0; k < v->n_order; k++)
            if (!v->is_still[v->order[k]]) set_point(c, v->order[k]);
        share_by_links(c);
        for (size_t k = 0; k < v->n_live; k++) {
            for (size_t l = 0; l < c->lanes; l++) {
                if (c->step->outside[l]) finish_segment(c, v->live[k], l);
            }
        }
    }
}

qh_status qh_volume_step_limit(volume_step *step, size_t index) {
    const qh_volumes *v = step->v;
    const size_t lanes = v->n_lane, offset = index * v->n_row * lanes, count = v->n_row * lanes;
    double *work;
    QH_TRY(qh_volume_step_spare(step, 4 * count, &work));
    QH_TRY(solve_low(step, index, work));
    limiter c = {.step = step,
                 .v = v,
                 .system = &v->system[index],
                 .index = index,
                 .lanes = lanes,
                 .now = step->now + offset,
                 .mean = step->mean + offset,
                 .u = work,
                 .antidiffusive = work + count,
                 .raise = work + 2 * count,
                 .lower = work + 3 * count,
                 .next = step->next + offset};
    for (size_t k = 0; k < count; k++)
        c.raise[k] = c.lower[k] = 1;
    for (size_t k = 0; k < v->n_point * lanes; k++)
        step->alpha[k] = 1;
    for (size_t k = 0; k < v->n_live; k++)
        find_antidiffusive(&c, v->live[k]);
    limit_in_rounds(&c);
    double *part = step->parts.point + index * v->n_point * lanes;
    for (size_t n = 0; n < v->n_order; n++) {
        for (size_t l = 0, k = v->order[n] * lanes; l < lanes; l++, k++) {
            if (!step->outside[l]) continue;
            const double low = c.u[v->n_cell * lanes + k], high = c.mean[v->n_cell * lanes + k];
            part[k] = step->h * (low + step->alpha[k] * (high - low));
        }
    }
    qh_volume_step_mix(step, index, 1, step->next + index * v->n_row * v->n_lane);
    return QH_OK;
}
