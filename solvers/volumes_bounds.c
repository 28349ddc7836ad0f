/* Bounds of a step of the linear finite volumes: what a new value may be, from old values and inputs alone.
 *
 * Water that stands in cell i after a step of h comes from at most c = h Q/V cells upstream, and from some more either way
 * by dispersion, or has entered at a point in between. So with the lowest and highest value before the
 * step over this stretch, lo and hi, the equation itself has
 *     lo exp(-k h) - d h <= C_i <= hi + r h
 * k the fastest decay, r and d the largest rise and loss by other things (background, distributed inflow, other
 * constituents) in the segment. At a point lo and hi mix as the waters do. Blocks of cells stand for cells: the stretch is
 * up to one block longer than it need be. A value within these bounds makes no new extremum and is not negative. Bounds of the
 * same kind from states of some steps ago (volumes_past.c) widen them where a value is outside: it may come back to what has
 * been. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "solvers/vector_internal.h"
#include "solvers/volumes_internal.h"

enum { block_cells = volume_block };

static double lower(double a, double b) { return a < b ? a : b; }
static double higher(double a, double b) { return a > b ? a : b; }

typedef volume_lanes lanes;

/* ---- points ---- */

/* Mixes lowest and highest of what may arrive at a point during the step. */
static void mix_bounds(volume_step *step, lanes some, size_t p) {
    const qh_volumes *v = step->v;
    const qh_network *network = v->problem->network;
    const volume_point *point = &v->point[p];
    const size_t all = v->n_lane, at = p * v->m + volume_component(v, &v->system[some.index]);
    const double *now = step->now + (some.index * v->n_row + v->n_cell + p) * all;
    double *lowest = step->lowest + p * all, *highest = step->highest + p * all;
    for (size_t l = some.first; l < some.first + some.count; l++) {
        if (v->is_still[p]) {
            lowest[l] = highest[l] = now[l];
            continue;
        }
        double water = point->through[volume_lane(v, l)];
        double lo = lower(step->loads.point[0][at + l], step->loads.point[1][at + l]);
        double hi = higher(step->loads.point[0][at + l], step->loads.point[1][at + l]);
        for (size_t k = 0; k < point->in_count && !point->fixed; k++) {
            const size_t s = network->in_segment[point->in_first + k];
            const double q = v->face.flow[volume_own(v, v->segment[s].last, l)];
            water += q;
            lo += q * step->end_lowest[s * all + l];
            hi += q * step->end_highest[s * all + l];
        }
        for (size_t k = 0; k < point->link_count; k++) {
            const size_t link = v->arriving_link[point->link_first + k];
            const size_t from = network->link[link].from;
            lo += v->link_flow[volume_own(v, link, l)] * step->lowest[from * all + l];
            hi += v->link_flow[volume_own(v, link, l)] * step->highest[from * all + l];
        }
        lowest[l] = lo / water;
        highest[l] = hi / water;
    }
}

/* ---- segments ---- */

/* Largest |value| of a segment's cells by lane, into `largest` [count]. */
static void largest_in(const qh_volumes *v, lanes some, const double *state, const volume_segment *s, double *largest) {
    for (size_t l = 0; l < some.count; l++)
        largest[l] = 0;
    for (size_t i = s->first; i <= s->last; i++) {
        for (size_t l = 0; l < some.count; l++)
            largest[l] = higher(largest[l], fabs(state[i * v->n_lane + some.first + l]));
    }
}

/* What other constituents give and take at most. */
static void add_parents(const volume_step *step, lanes some, size_t s, double *rise, double *drop) {
    const qh_volumes *v = step->v;
    const volume_system *system = &v->system[some.index];
    double *before = step->bound.work, *after = before + v->n_lane;
    for (size_t a = 0; a < system->n_parent; a++) {
        const size_t offset = system->parent[a] * v->n_row * v->n_lane;
        largest_in(v, some, step->now + offset, &v->segment[s], before);
        largest_in(v, some, step->next + offset, &v->segment[s], after);
        for (size_t l = 0; l < some.count; l++) {
            const volume_extremes e = system->by_parent[a][volume_own(v, s, some.first + l)];
            const double most = higher(before[l], after[l]);
            rise[l] += e.up * most;
            drop[l] += e.down * most;
        }
    }
}

/* What else than transport may change values of the segment in the step: rise and drop [g/m3], and lowest and highest of
 * distributed inflow [g/m3] (none: of no effect); and what decay keeps at least, exp(-k h). */
static void find_others(const volume_step *step, lanes some, size_t s) {
    const qh_volumes *v = step->v;
    const volume_system *system = &v->system[some.index];
    const size_t at = s * v->m + volume_component(v, system) + some.first;
    const double *first = step->loads.segment[0] + at, *last = step->loads.segment[1] + at;
    const volume_bound b = step->bound;
    double *rise = b.rise + s * v->n_lane + some.first, *drop = b.drop + s * v->n_lane + some.first;
    double *lowest = b.lowest + s * v->n_lane + some.first, *highest = b.highest + s * v->n_lane + some.first;
    for (size_t l = 0; l < some.count; l++) {
        const size_t lane = volume_lane(v, some.first + l), own = s * v->n_own + lane;
        const double water = qh_problem_flow(v->problem, lane)->segment_lateral[s];
        const double most = higher(first[l], last[l]), gain = system->most_gain[own];
        lowest[l] = water > 0 ? lower(first[l], last[l]) / water : INFINITY;
        highest[l] = water > 0 ? most / water : -INFINITY;
        rise[l] = water > 0 ? gain : gain + most / v->smallest[own];
        drop[l] = 0;
    }
    add_parents(step, some, s, rise, drop);
    for (size_t l = 0; l < some.count; l++) {
        rise[l] *= step->h;
        drop[l] *= step->h;
    }
    for (size_t own = s * v->n_own; own < (s + 1) * v->n_own; own++)
        b.keep[own] = exp(-system->most_decay[own] * step->h);
}

/* Lowest and highest of rows first .. end-1, `count` lanes from `state` on. */
QH_INLINE void extremes(const double *restrict state, size_t first, size_t end, size_t all, size_t count,
                        double *restrict low, double *restrict high) {
    for (size_t l = 0; l < count; l++)
        low[l] = high[l] = state[first * all + l];
    for (size_t i = first + 1; i < end; i++) {
        for (size_t l = 0; l < count; l++) {
            const double c = state[i * all + l];
            low[l] = c < low[l] ? c : low[l];
            high[l] = c > high[l] ? c : high[l];
        }
    }
}

/* Cell behind the last one of the block that begins with cell i. */
static size_t end_of_block(const volume_segment *segment, size_t i) {
    return i + block_cells <= segment->last + 1 ? i + block_cells : segment->last + 1;
}

QH_INLINE void blocks_of(const volume_step *step, lanes some, size_t s, size_t all, size_t count, double *lo,
                         double *hi) {
    const qh_volumes *v = step->v;
    const volume_segment *segment = &v->segment[s];
    const double *now = step->now + some.index * v->n_row * all + some.first;
    for (size_t i = segment->first, b = 0; i <= segment->last; i = end_of_block(segment, i), b++)
        extremes(now, i, end_of_block(segment, i), all, count, lo + b * all, hi + b * all);
    for (size_t z = v->zone_first[s]; z < v->zone_first[s + 1]; z++) {
        const double *c = now + (v->n_cell + v->n_point + z) * all;
        const size_t at = (v->storage_cell[z] - segment->first) / block_cells * all;
        for (size_t l = 0; l < count; l++) {
            lo[at + l] = lower(lo[at + l], c[l]);
            hi[at + l] = higher(hi[at + l], c[l]);
        }
    }
}

QH_VECTORS static void find_blocks(const volume_step *step, lanes some, size_t s, double *lo, double *hi) {
    const size_t all = step->v->n_lane;
    if (all == 1)
        blocks_of(step, some, s, 1, 1, lo, hi);
    else
        blocks_of(step, some, s, all, some.count, lo, hi);
}

void qh_volume_step_extremes(const volume_step *step, lanes some, size_t s, double *low, double *high) {
    find_blocks(step, some, s, low + some.first, high + some.first);
}

/* Blocks that what now stands in a block may have come from in the step: upstream with the water, and either way by
 * dispersion, whose spread is 2 sqrt(D h) in length. */
typedef struct reach_of_step {
    size_t back, ahead;
} reach_of_step;

static reach_of_step reach_in(const volume_step *step, const volume_segment *segment, size_t n_block) {
    const double spread = 2 + 4 * sqrt(step->h * segment->spreading), most = (double)n_block;
    const double back = (spread + step->h * segment->fastest) / block_cells + 1, ahead = spread / block_cells + 1;
    return (reach_of_step){back < most ? (size_t)back : n_block, ahead < most ? (size_t)ahead : n_block};
}

QH_INLINE void widen(size_t count, double *low, double *high, const double *by_low, const double *by_high) {
    for (size_t l = 0; l < count; l++) {
        low[l] = lower(low[l], by_low[l]);
        high[l] = higher(high[l], by_high[l]);
    }
}

/* Widens by a point: its value before the step, and what passes it during the step. */
QH_INLINE void widen_by_point(const volume_step *step, lanes some, size_t p, size_t count, double *low, double *high) {
    const qh_volumes *v = step->v;
    const double *now = step->now + (some.index * v->n_row + v->n_cell + p) * v->n_lane + some.first;
    const size_t at = p * v->n_lane + some.first;
    widen(count, low, high, now, now);
    widen(count, low, high, step->lowest + at, step->highest + at);
}

/* Round-off that a bound is widened by; 0 stays 0. */
static const double slack = 1e-14;

static double loosely_below(double low) { return low - slack * fabs(low); }
static double loosely_above(double high) { return high + slack * fabs(high); }

static double kept(double low, double keep) { return low > 0 ? low * keep : low; }

/* Lowest and highest before the step in a segment's blocks, and bounds of what may leave its lower end. */
static void find_end(volume_step *step, lanes some, size_t s) {
    const qh_volumes *v = step->v;
    const volume_segment *segment = &v->segment[s];
    const size_t all = v->n_lane, n_block = v->block_first[s + 1] - v->block_first[s];
    const size_t at = s * all + some.first;
    double *lo = step->block_lowest + v->block_first[s] * all + some.first;
    double *hi = step->block_highest + v->block_first[s] * all + some.first;
    find_blocks(step, some, s, lo, hi);
    find_others(step, some, s);
    const double *keep = step->bound.keep + s * v->n_own;
    const reach_of_step reach = reach_in(step, segment, n_block);
    double *low = step->end_lowest + at, *high = step->end_highest + at;
    memcpy(low, lo + (n_block - 1) * all, some.count * sizeof *low);
    memcpy(high, hi + (n_block - 1) * all, some.count * sizeof *high);
    widen(some.count, low, high, step->bound.lowest + at, step->bound.highest + at);
    for (size_t b = n_block - reach.back; b + 1 < n_block; b++)
        widen(some.count, low, high, lo + b * all, hi + b * all);
    if (reach.back == n_block) widen_by_point(step, some, segment->from, some.count, low, high);
    for (size_t l = 0; l < some.count; l++) {
        low[l] = kept(low[l], keep[volume_lane(v, some.first + l)]) - step->bound.drop[at + l];
        high[l] += step->bound.rise[at + l];
    }
}

/* Bounds of a segment's blocks from lowest and highest before the step; needs those of the points. */
QH_INLINE void bounds_of(const volume_step *step, lanes some, size_t s, size_t all, size_t count) {
    const qh_volumes *v = step->v;
    const volume_segment *segment = &v->segment[s];
    const size_t n_block = v->block_first[s + 1] - v->block_first[s], at = s * all + some.first;
    double *lowest = step->block_lowest + v->block_first[s] * all + some.first;
    double *highest = step->block_highest + v->block_first[s] * all + some.first;
    double *lo = step->block, *hi = lo + (v->longest / block_cells + 1) * all; /* as they were, [n_block][count] */
    for (size_t b = 0; b < n_block; b++) {
        memcpy(lo + b * count, lowest + b * all, count * sizeof *lo);
        memcpy(hi + b * count, highest + b * all, count * sizeof *hi);
    }
    const volume_bound *other = &step->bound;
    const double *keep = other->keep + s * v->n_own + volume_lane(v, some.first);
    const bool shared = v->n_own == 1;
    const reach_of_step reach = reach_in(step, segment, n_block);
    for (size_t b = 0; b < n_block; b++) {
        const size_t first = b > reach.back ? b - reach.back : 0;
        const size_t last = b + reach.ahead < n_block ? b + reach.ahead : n_block - 1;
        double *restrict low = lowest + b * all, *restrict high = highest + b * all;
        widen(count, low, high, other->lowest + at, other->highest + at);
        for (size_t k = first; k <= last; k++)
            widen(count, low, high, lo + k * count, hi + k * count);
        if (b <= reach.back) widen_by_point(step, some, segment->from, count, low, high);
        if (b + reach.ahead >= n_block) widen_by_point(step, some, segment->to, count, low, high);
        for (size_t l = 0; l < count; l++) {
            low[l] = loosely_below(kept(low[l], keep[shared ? 0 : l]) - other->drop[at + l]);
            high[l] = loosely_above(high[l] + other->rise[at + l]);
        }
    }
}

QH_VECTORS static void find_segment(const volume_step *step, lanes some, size_t s) {
    const size_t all = step->v->n_lane;
    if (all == 1)
        bounds_of(step, some, s, 1, 1);
    else
        bounds_of(step, some, s, all, some.count);
}

/* In river order. */
void qh_volume_step_find_bounds(volume_step *step, lanes some) {
    const qh_volumes *v = step->v;
    const qh_network *network = v->problem->network;
    for (size_t k = 0; k < v->n_order; k++) {
        const size_t p = v->order[k];
        mix_bounds(step, some, p);
        for (size_t n = 0; n < v->point[p].out_count; n++)
            find_end(step, some, network->out_segment[v->point[p].out_first + n]);
    }
    qh_volume_past_note(step, some);
    for (size_t k = 0; k < v->n_live; k++)
        find_segment(step, some, v->live[k]);
}

/* Largest distance of new values of a segment from their bounds by lane [count], g/m3. */
QH_INLINE void distances_of(const volume_step *step, lanes some, size_t s, size_t all, size_t count,
                            double *restrict largest) {
    const qh_volumes *v = step->v;
    const volume_segment *segment = &v->segment[s];
    const double *next = step->next + some.index * v->n_row * all + some.first;
    const double *lo = step->block_lowest + v->block_first[s] * all + some.first;
    const double *hi = step->block_highest + v->block_first[s] * all + some.first;
    double *least = step->bound.work, *most = least + v->n_lane;
    for (size_t l = 0; l < count; l++)
        largest[l] = 0;
    for (size_t i = segment->first, b = 0; i <= segment->last; i = end_of_block(segment, i), b++) {
        extremes(next, i, end_of_block(segment, i), all, count, least, most);
        for (size_t l = 0; l < count; l++)
            largest[l] = higher(largest[l], higher(lo[b * all + l] - least[l], most[l] - hi[b * all + l]));
    }
    for (size_t z = v->zone_first[s]; z < v->zone_first[s + 1]; z++) {
        const double *value = next + (v->n_cell + v->n_point + z) * all;
        const size_t at = (v->storage_cell[z] - segment->first) / block_cells * all;
        for (size_t l = 0; l < count; l++)
            largest[l] = higher(largest[l], higher(lo[at + l] - value[l], value[l] - hi[at + l]));
    }
}

QH_VECTORS static void measure_distances(const volume_step *step, lanes some, size_t s, double *largest) {
    const size_t all = step->v->n_lane;
    if (all == 1)
        distances_of(step, some, s, 1, 1, largest);
    else
        distances_of(step, some, s, all, some.count, largest);
}

/* Older states are asked only where the present one says no: they can but widen the bounds. */
void qh_volume_step_distances(const volume_step *step, lanes some, size_t s, double *largest) {
    measure_distances(step, some, s, largest);
    for (size_t l = 0; l < some.count; l++) {
        if (largest[l] == 0) continue;
        qh_volume_past_widen(step, some, s);
        measure_distances(step, some, s, largest);
        return;
    }
}

/* ---- where it is outside ---- */

static bool is_within(const volume_step *step, size_t block, size_t l, double value) {
    const size_t at = block * step->v->n_lane + l;
    return value >= step->block_lowest[at] && value <= step->block_highest[at];
}

bool qh_volume_step_outside(volume_step *step, size_t index, size_t l,
                            void (*mark)(void *self, size_t segment, size_t cell, size_t lane), void *self) {
    const qh_volumes *v = step->v;
    const double *next = step->next + index * v->n_row * v->n_lane + l;
    bool any = false;
    qh_volume_step_find_bounds(step, (lanes){index, l, 1});
    for (size_t k = 0; k < v->n_live; k++) {
        const size_t s = v->live[k];
        double distance;
        qh_volume_step_distances(step, (lanes){index, l, 1}, s, &distance);
        if (distance == 0) continue;
        any = true;
        const volume_segment *segment = &v->segment[s];
        for (size_t i = segment->first; i <= segment->last; i++) {
            const size_t b = v->block_first[s] + (i - segment->first) / block_cells;
            const double value = next[i * v->n_lane];
            if (is_within(step, b, l, value)) continue;
            mark(self, s, i, l);
            if (i > segment->first) mark(self, s, i - 1, l);
            if (i < segment->last) mark(self, s, i + 1, l);
        }
        for (size_t z = v->zone_first[s]; z < v->zone_first[s + 1]; z++) {
            const size_t i = v->storage_cell[z], b = v->block_first[s] + (i - segment->first) / block_cells;
            const double value = next[(v->n_cell + v->n_point + z) * v->n_lane];
            if (!is_within(step, b, l, value)) mark(self, s, i, l);
        }
    }
    return any;
}
