/* Bounds of a step of the linear finite volumes from states of some steps ago, so that smooth peaks are not clipped.
 *
 * Need       The largest cell of a smooth peak falls and rises again by up to (d2C/dx2) dx^2/8 as the peak runs from the middle of
 *            a cell to a face and on to the next middle. Bounds from the present state alone (volumes_bounds.c) forbid the rise:
 *            the limiter then takes from the peak, again and again, and what is of third order elsewhere is of second
 *            there, or less.
 * Bounds     The equation bounds a value from any earlier state. With lowest and highest of the state a time T ago over the stretch
 *            that water has come from since, faded by decay, and of what has entered since,
 *                lo exp(-k T) - d T <= C_i <= max(hi exp(-k0 T), entered) + r T
 *            k and k0 the fastest and slowest decay of the segment, r and d as in volumes_bounds.c. What lies in
 *            these bounds or in those of the present state makes no new extremum and is not negative: nothing may rise above
 *            what has been. Sharp fronts gain no freedom to overshoot by it, as they would by bounds relaxed by second
 *            differences (Guermond, Nazarov, Popov, Tomas 2018, SIAM J. Sci. Comput. 40:A3211).
 * Stretch    Between the ways of the fastest and of the slowest water of the segment, and some more by dispersion; with storage
 *            zones, which hold old water, from where the cell lies.
 * Memory     Two states of every segment, an older and a younger one, as extremes of its blocks. The older one counts. When water
 *            has passed so many cells since the younger one was taken, that becomes the older one and the present state the younger.
 * Not for    steps that pass more cells than that at once: there the present state alone counts. */
#include <math.h>
#include <string.h>

#include "solvers/vector_internal.h"
#include "solvers/volumes_internal.h"

/* Cells that water passes from one state kept to the next one. Where steps pass nearly a whole cell, a peak needs about so many
 * of them to come back to the middle of one. */
static const double passed_between = 16;

enum { block_cells = volume_block };

static double lower(double a, double b) { return a < b ? a : b; }
static double higher(double a, double b) { return a > b ? a : b; }

static size_t blocks(const qh_volumes *v, size_t s) { return v->block_first[s + 1] - v->block_first[s]; }
/* Places of a system's and segment's values: by lane, and of its first block. */
static size_t by_lane(const qh_volumes *v, size_t index, size_t s) { return (index * v->n_segment + s) * v->n_lane; }
static size_t by_block(const qh_volumes *v, size_t index, size_t s) {
    return (index * v->block_first[v->n_segment] + v->block_first[s]) * v->n_lane;
}

/* ---- building ---- */

static bool allocate_since(const qh_volumes *v, qh_arena *arena, volume_since *since) {
    const size_t segments = v->n_system * v->n_segment;
    double **const by_segment[] = {&since->rise, &since->drop, &since->lowest, &since->highest};
    for (size_t k = 0; k < sizeof by_segment / sizeof *by_segment; k++) {
        *by_segment[k] = qh_arena_alloc(arena, segments * v->n_lane, sizeof(double));
        if (!*by_segment[k]) return false;
    }
    return true;
}

qh_status qh_volume_past_create(const qh_volumes *v, qh_arena *arena, volume_past *past) {
    const size_t n_block = v->n_system * v->block_first[v->n_segment] * v->n_lane;
    volume_origin *const both[] = {&past->younger, &past->older};
    for (size_t k = 0; k < 2; k++) {
        volume_origin *o = both[k];
        o->elapsed = qh_arena_alloc(arena, v->n_segment, sizeof(double));
        o->block_lowest = qh_arena_alloc(arena, n_block, sizeof(double));
        o->block_highest = qh_arena_alloc(arena, n_block, sizeof(double));
        if (!o->elapsed || !o->block_lowest || !o->block_highest) return QH_E_NOMEM;
        if (!allocate_since(v, arena, &o->since)) return QH_E_NOMEM;
    }
    return allocate_since(v, arena, &past->step) ? QH_OK : QH_E_NOMEM;
}

/* ---- the states kept ---- */

/* Takes the present state of a segment. */
static void take(const volume_step *step, size_t index, size_t s, volume_origin *o) {
    const qh_volumes *v = step->v;
    const size_t lanes = v->n_lane, at = by_lane(v, index, s), b = by_block(v, index, s);
    const volume_since *since = &o->since;
    const double *from = step->now + (index * v->n_row + v->n_cell + v->segment[s].from) * lanes;
    o->elapsed[s] = 0;
    memset(since->rise + at, 0, lanes * sizeof(double));
    memset(since->drop + at, 0, lanes * sizeof(double));
    memcpy(since->lowest + at, from, lanes * sizeof(double));
    memcpy(since->highest + at, from, lanes * sizeof(double));
    qh_volume_step_extremes(step, (volume_lanes){index, 0, lanes}, s, o->block_lowest + b, o->block_highest + b);
}

/* Makes the younger state of a segment the older one. */
static void hand_on(const qh_volumes *v, size_t index, size_t s, const volume_origin *younger, volume_origin *older) {
    const size_t bytes = v->n_lane * sizeof(double), at = by_lane(v, index, s), b = by_block(v, index, s);
    const volume_since *a = &younger->since, *z = &older->since;
    older->elapsed[s] = younger->elapsed[s];
    memcpy(z->rise + at, a->rise + at, bytes);
    memcpy(z->drop + at, a->drop + at, bytes);
    memcpy(z->lowest + at, a->lowest + at, bytes);
    memcpy(z->highest + at, a->highest + at, bytes);
    memcpy(older->block_lowest + b, younger->block_lowest + b, blocks(v, s) * bytes);
    memcpy(older->block_highest + b, younger->block_highest + b, blocks(v, s) * bytes);
}

void qh_volume_past_begin(volume_step *step) {
    const qh_volumes *v = step->v;
    for (size_t index = 0; index < v->n_system; index++) {
        for (size_t s = 0; s < v->n_segment; s++) {
            take(step, index, s, &step->past.younger);
            take(step, index, s, &step->past.older);
        }
    }
    step->past.begun = true;
}

void qh_volume_past_note(const volume_step *step, volume_lanes some) {
    const qh_volumes *v = step->v;
    const volume_since *since = &step->past.step;
    for (size_t k = 0; k < v->n_live; k++) {
        const size_t s = v->live[k], from = v->segment[s].from * v->n_lane, given = s * v->n_lane;
        const size_t at = by_lane(v, some.index, s);
        for (size_t l = some.first; l < some.first + some.count; l++) {
            since->rise[at + l] = step->bound.rise[given + l];
            since->drop[at + l] = step->bound.drop[given + l];
            since->lowest[at + l] = lower(step->lowest[from + l], step->bound.lowest[given + l]);
            since->highest[at + l] = higher(step->highest[from + l], step->bound.highest[given + l]);
        }
    }
}

/* Adds the step to what has happened to a segment since a state was kept. */
static void add_step(const volume_step *step, size_t index, size_t s, const volume_origin *o) {
    const qh_volumes *v = step->v;
    const volume_since *sum = &o->since, *more = &step->past.step;
    for (size_t k = by_lane(v, index, s); k < by_lane(v, index, s) + v->n_lane; k++) {
        sum->rise[k] += more->rise[k];
        sum->drop[k] += more->drop[k];
        sum->lowest[k] = lower(sum->lowest[k], more->lowest[k]);
        sum->highest[k] = higher(sum->highest[k], more->highest[k]);
    }
}

void qh_volume_past_advance(volume_step *step) {
    const qh_volumes *v = step->v;
    volume_origin *younger = &step->past.younger, *older = &step->past.older;
    for (size_t k = 0; k < v->n_live; k++) {
        const size_t s = v->live[k];
        const double fastest = v->segment[s].fastest, age = younger->elapsed[s] + step->h;
        const bool renew = age * fastest >= passed_between, afresh = step->h * fastest >= passed_between;
        older->elapsed[s] += step->h;
        younger->elapsed[s] = age;
        for (size_t index = 0; index < v->n_system && !afresh; index++) {
            add_step(step, index, s, younger);
            add_step(step, index, s, older);
            if (renew) hand_on(v, index, s, younger, older);
        }
        for (size_t index = 0; index < v->n_system && renew; index++) {
            take(step, index, s, younger);
            if (afresh) take(step, index, s, older);
        }
    }
}

/* ---- their bounds ---- */

/* Blocks that what now stands in block b comes from: b - back to b + ahead, which may lie upstream of b too. */
typedef struct stretch {
    ptrdiff_t back, ahead;
} stretch;

static stretch stretch_of(const qh_volumes *v, size_t s, double time) {
    const volume_segment *segment = &v->segment[s];
    const bool holds_old_water = v->zone_first[s + 1] > v->zone_first[s];
    const double spread = 2 + 4 * sqrt(time * segment->spreading), most = (double)blocks(v, s);
    const double slow = holds_old_water ? 0 : time * segment->slowest;
    const double back = (spread + time * segment->fastest) / block_cells + 1;
    const double ahead = floor((spread - slow + (block_cells - 1)) / block_cells);
    return (stretch){(ptrdiff_t)lower(back, most), (ptrdiff_t)higher(lower(ahead, most), -most)};
}

/* Round-off that a bound is widened by; 0 stays 0. */
static const double slack = 1e-14;

/* What decay has left, -. */
typedef struct left_over {
    double least, most;
} left_over;

static left_over left_after(const volume_system *system, size_t own, double time) {
    return (left_over){exp(-system->most_decay[own] * time), exp(-system->least_decay[own] * time)};
}

/* Widens the bounds of one lane of a block from what stood there (none: lo > hi) and what has entered since. */
QH_INLINE void widen_block(const volume_origin *o, const volume_since *now, size_t at, left_over part, bool entered,
                           double lo, double hi, double *low, double *high) {
    if (hi > 0) hi *= part.most;
    if (entered) {
        lo = lower(lo, lower(o->since.lowest[at], now->lowest[at]));
        hi = higher(hi, higher(o->since.highest[at], now->highest[at]));
    }
    if (!(lo <= hi)) return;
    if (lo > 0) lo *= part.least;
    lo -= o->since.drop[at] + now->drop[at];
    hi += o->since.rise[at] + now->rise[at];
    *low = lower(*low, lo - slack * fabs(lo));
    *high = higher(*high, hi + slack * fabs(hi));
}

QH_INLINE void widen_blocks(const volume_step *step, volume_lanes some, size_t s, size_t all, size_t count) {
    const qh_volumes *v = step->v;
    const volume_origin *o = &step->past.older;
    const ptrdiff_t n_block = (ptrdiff_t)blocks(v, s);
    const double time = o->elapsed[s] + step->h;
    const stretch from = stretch_of(v, s, time);
    const double *lowest = o->block_lowest + by_block(v, some.index, s) + some.first;
    const double *highest = o->block_highest + by_block(v, some.index, s) + some.first;
    double *low = step->block_lowest + v->block_first[s] * all + some.first;
    double *high = step->block_highest + v->block_first[s] * all + some.first;
    const size_t at = by_lane(v, some.index, s) + some.first, own = s * v->n_own;
    const volume_system *system = &v->system[some.index];
    const left_over shared = left_after(system, own, time);
    const double *along = step->bound.lowest + s * all + some.first; /* finite where water enters everywhere */
    double *restrict lo = step->bound.work, *restrict hi = lo + v->n_lane;
    for (ptrdiff_t b = 0; b < n_block; b++) {
        const ptrdiff_t first = b > from.back ? b - from.back : 0;
        const ptrdiff_t last = b + from.ahead < n_block ? b + from.ahead : n_block - 1;
        for (size_t l = 0; l < count; l++) {
            lo[l] = INFINITY;
            hi[l] = -INFINITY;
        }
        for (ptrdiff_t k = first; k <= last; k++) {
            for (size_t l = 0; l < count; l++) {
                lo[l] = lower(lo[l], lowest[(size_t)k * all + l]);
                hi[l] = higher(hi[l], highest[(size_t)k * all + l]);
            }
        }
        for (size_t l = 0; l < count; l++) {
            const left_over part = v->n_own == 1 ? shared : left_after(system, own + some.first + l, time);
            widen_block(o, &step->past.step, at + l, part, b <= from.back || along[l] < INFINITY, lo[l], hi[l],
                        &low[(size_t)b * all + l], &high[(size_t)b * all + l]);
        }
    }
}

QH_VECTORS static void widen_segment(const volume_step *step, volume_lanes some, size_t s) {
    const size_t all = step->v->n_lane;
    if (all == 1)
        widen_blocks(step, some, s, 1, 1);
    else
        widen_blocks(step, some, s, all, some.count);
}

void qh_volume_past_widen(const volume_step *step, volume_lanes some, size_t s) {
    const volume_origin *o = &step->past.older;
    if (o->elapsed[s] > 0 && step->h * step->v->segment[s].fastest < passed_between) widen_segment(step, some, s);
}
