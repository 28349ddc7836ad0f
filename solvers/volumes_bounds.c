/* Bounds of a step of the linear finite volumes: what a new value may be, from old values and inputs alone.
 *
 * Water that stands in cell i after a step of h comes from at most c = h Q/V cells upstream, and from some more either way
 * by dispersion, or has entered at a point in between. So with the lowest and highest value before the
 * step over this stretch, lo and hi, the equation itself has
 *     lo exp(-k h) - d h <= C_i <= hi + r h
 * k the fastest decay, r and d the largest rise and loss by other things (background, distributed inflow, other
 * constituents) in the segment. At a point lo and hi mix as the waters do. Blocks of cells stand for cells: the stretch is
 * up to one block longer than it need be. A value within these bounds makes no new extremum and is not negative. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "solvers/volumes_internal.h"

enum { block_cells = volume_block };

static double lower(double a, double b) { return a < b ? a : b; }
static double higher(double a, double b) { return a > b ? a : b; }

/* ---- points ---- */

/* Mixes lowest and highest of what may arrive at a point during the step. */
static void mix_bounds(volume_step *step, size_t index, size_t p, size_t l) {
    const qh_volumes *v = step->v;
    const qh_network *network = v->problem->network;
    const volume_point *point = &v->point[p];
    const size_t lanes = v->n_lane, at = p * v->m + volume_component(v, &v->system[index]) + l;
    if (v->is_still[p]) {
        const double now = step->now[(index * v->n_row + v->n_cell + p) * lanes + l];
        step->lowest[p * lanes + l] = step->highest[p * lanes + l] = now;
        return;
    }
    double water = point->through[volume_lane(v, l)];
    double lo = lower(step->loads.point[0][at], step->loads.point[1][at]);
    double hi = higher(step->loads.point[0][at], step->loads.point[1][at]);
    for (size_t k = 0; k < point->in_count && !point->fixed; k++) {
        const size_t s = network->in_segment[point->in_first + k];
        const double q = v->face.flow[volume_own(v, v->segment[s].last, l)];
        water += q;
        lo += q * step->end_lowest[s * lanes + l];
        hi += q * step->end_highest[s * lanes + l];
    }
    for (size_t k = 0; k < point->link_count; k++) {
        const size_t link = v->arriving_link[point->link_first + k];
        const size_t from = network->link[link].from;
        lo += v->link_flow[volume_own(v, link, l)] * step->lowest[from * lanes + l];
        hi += v->link_flow[volume_own(v, link, l)] * step->highest[from * lanes + l];
    }
    step->lowest[p * lanes + l] = lo / water;
    step->highest[p * lanes + l] = hi / water;
}

/* ---- segments ---- */

/* What else than transport may change a value of the segment in the step. */
typedef struct other_change {
    double keep;            /* -, exp(-k h) */
    double rise, drop;      /* g/m3 */
    double lowest, highest; /* g/m3, of distributed inflow; none: of no effect */
} other_change;

static double largest_in(const qh_volumes *v, const double *state, const volume_segment *s, size_t l) {
    double largest = 0;
    for (size_t i = s->first; i <= s->last; i++)
        largest = higher(largest, fabs(state[i * v->n_lane + l]));
    return largest;
}

static other_change others_of(const volume_step *step, size_t index, size_t s, size_t l) {
    const qh_volumes *v = step->v;
    const volume_system *system = &v->system[index];
    const volume_segment *segment = &v->segment[s];
    const size_t component = volume_component(v, system) + l, at = volume_own(v, s, l);
    const volume_most most_of = system->most[at];
    const double first = step->loads.segment[0][s * v->m + component];
    const double last = step->loads.segment[1][s * v->m + component];
    const double water = qh_problem_flow(v->problem, volume_lane(v, l))->segment_lateral[s];
    other_change other = {1, most_of.gain, 0, INFINITY, -INFINITY};
    if (water > 0) {
        other.lowest = lower(first, last) / water;
        other.highest = higher(first, last) / water;
    } else {
        other.rise += higher(first, last) / v->smallest[at];
    }
    for (size_t a = 0; a < system->n_parent; a++) {
        const double *parent = step->now + system->parent[a] * v->n_row * v->n_lane;
        const double *next = step->next + system->parent[a] * v->n_row * v->n_lane;
        const double most = higher(largest_in(v, parent, segment, l), largest_in(v, next, segment, l));
        double up = 0, down = 0;
        for (size_t i = segment->first; i <= segment->last; i++) {
            up = higher(up, system->from_parent[a][volume_own(v, i, l)]);
            down = higher(down, -system->from_parent[a][volume_own(v, i, l)]);
        }
        other.rise += up * most;
        other.drop += down * most;
    }
    other.keep = exp(-most_of.decay * step->h);
    other.rise *= step->h;
    other.drop *= step->h;
    return other;
}

static void find_blocks(const volume_step *step, size_t index, size_t s, size_t l, double *lo, double *hi) {
    const qh_volumes *v = step->v;
    const volume_segment *segment = &v->segment[s];
    const size_t lanes = v->n_lane;
    const double *now = step->now + index * v->n_row * lanes + l;
    size_t b = 0;
    for (size_t i = segment->first; i <= segment->last; b++) {
        const size_t end = i + block_cells <= segment->last + 1 ? i + block_cells : segment->last + 1;
        double low = now[i * lanes], high = low;
        for (i++; i < end; i++) {
            const double c = now[i * lanes];
            low = c < low ? c : low;
            high = c > high ? c : high;
        }
        lo[b] = low;
        hi[b] = high;
    }
    for (size_t z = v->zone_first[s]; z < v->zone_first[s + 1]; z++) {
        const double c = now[(v->n_cell + v->n_point + z) * lanes];
        b = (v->storage_cell[z] - segment->first) / block_cells;
        lo[b] = lower(lo[b], c);
        hi[b] = higher(hi[b], c);
    }
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

typedef struct range {
    double low, high;
} range;

static void widen(range *r, double low, double high) {
    r->low = lower(r->low, low);
    r->high = higher(r->high, high);
}

/* Widens by a point: its value before the step, and what passes it during the step. */
static void widen_by_point(range *r, const volume_step *step, size_t index, size_t p, size_t l) {
    const qh_volumes *v = step->v;
    const double now = step->now[(index * v->n_row + v->n_cell + p) * v->n_lane + l];
    widen(r, now, now);
    widen(r, step->lowest[p * v->n_lane + l], step->highest[p * v->n_lane + l]);
}

/* Round-off that a bound is widened by; 0 stays 0. */
static const double slack = 1e-14;

static double loosely_below(double low) { return low - slack * fabs(low); }
static double loosely_above(double high) { return high + slack * fabs(high); }

/* Lowest and highest before the step in a segment's blocks, and bounds of what may leave its lower end. */
static void find_end(volume_step *step, size_t index, size_t s, size_t l) {
    const qh_volumes *v = step->v;
    const volume_segment *segment = &v->segment[s];
    const size_t at = s * v->n_lane + l, n_block = v->block_first[s + 1] - v->block_first[s];
    double *lo = step->block_lowest + v->block_first[s], *hi = step->block_highest + v->block_first[s];
    find_blocks(step, index, s, l, lo, hi);
    const other_change other = others_of(step, index, s, l);
    const reach_of_step reach = reach_in(step, segment, n_block);
    range r = {lo[n_block - 1], hi[n_block - 1]};
    widen(&r, other.lowest, other.highest);
    for (size_t b = n_block - reach.back; b + 1 < n_block; b++)
        widen(&r, lo[b], hi[b]);
    if (reach.back == n_block) widen_by_point(&r, step, index, segment->from, l);
    step->end_lowest[at] = (r.low > 0 ? r.low * other.keep : r.low) - other.drop;
    step->end_highest[at] = r.high + other.rise;
}

/* Bounds of a segment's blocks from lowest and highest before the step; needs those of the points. */
static void find_segment(volume_step *step, size_t index, size_t s, size_t l) {
    const qh_volumes *v = step->v;
    const volume_segment *segment = &v->segment[s];
    const size_t n_block = v->block_first[s + 1] - v->block_first[s];
    double *lowest = step->block_lowest + v->block_first[s], *highest = step->block_highest + v->block_first[s];
    double *lo = step->block, *hi = lo + v->longest / block_cells + 1;
    memcpy(lo, lowest, n_block * sizeof(double));
    memcpy(hi, highest, n_block * sizeof(double));
    const other_change other = others_of(step, index, s, l);
    const reach_of_step reach = reach_in(step, segment, n_block);
    for (size_t b = 0; b < n_block; b++) {
        const size_t first = b > reach.back ? b - reach.back : 0;
        const size_t last = b + reach.ahead < n_block ? b + reach.ahead : n_block - 1;
        range r = {lo[b], hi[b]};
        widen(&r, other.lowest, other.highest);
        for (size_t k = first; k <= last; k++)
            widen(&r, lo[k], hi[k]);
        if (b <= reach.back) widen_by_point(&r, step, index, segment->from, l);
        if (b + reach.ahead >= n_block) widen_by_point(&r, step, index, segment->to, l);
        lowest[b] = loosely_below((r.low > 0 ? r.low * other.keep : r.low) - other.drop);
        highest[b] = loosely_above(r.high + other.rise);
    }
}

/* Bounds of all cells in one lane, in river order. */
static void find_bounds(volume_step *step, size_t index, size_t l) {
    const qh_volumes *v = step->v;
    const qh_network *network = v->problem->network;
    for (size_t k = 0; k < v->n_order; k++) {
        const size_t p = v->order[k];
        mix_bounds(step, index, p, l);
        for (size_t n = 0; n < v->point[p].out_count; n++)
            find_end(step, index, network->out_segment[v->point[p].out_first + n], l);
    }
    for (size_t k = 0; k < v->n_live; k++)
        find_segment(step, index, v->live[k], l);
}

/* Largest distance of a new value of a segment from its bounds, g/m3. */
static double violation(const volume_step *step, size_t index, size_t s, size_t l) {
    const qh_volumes *v = step->v;
    const volume_segment *segment = &v->segment[s];
    const size_t lanes = v->n_lane;
    const double *next = step->next + index * v->n_row * lanes + l;
    double largest = 0;
    for (size_t i = segment->first, b = v->block_first[s]; i <= segment->last; b++) {
        const size_t end = i + block_cells <= segment->last + 1 ? i + block_cells : segment->last + 1;
        double least = next[i * lanes], most = least;
        for (i++; i < end; i++) {
            const double value = next[i * lanes];
            least = value < least ? value : least;
            most = value > most ? value : most;
        }
        largest = higher(largest, higher(step->block_lowest[b] - least, most - step->block_highest[b]));
    }
    for (size_t z = v->zone_first[s]; z < v->zone_first[s + 1]; z++) {
        const size_t b = v->block_first[s] + (v->storage_cell[z] - segment->first) / block_cells;
        const double value = next[(v->n_cell + v->n_point + z) * lanes];
        largest = higher(largest, higher(step->block_lowest[b] - value, value - step->block_highest[b]));
    }
    return largest;
}

/* ---- exchange between neighbours ---- */

/* One system in one lane. */
typedef struct exchange {
    volume_step *step;
    const qh_volumes *v;
    size_t index, lane;
    double *next; /* row i at next[i * n_lane] */
    double *end;  /* end e at end[e * n_lane] */
} exchange;

static double volume_of(const exchange *x, size_t i) { return x->v->volume[volume_own(x->v, i, x->lane)]; }

/* What a row lacks to the bounds of cell i of segment s, or has too much (negative), g/m3. */
static double lack(const exchange *x, size_t s, size_t i, size_t row, double *within) {
    const size_t b = x->v->block_first[s] + (i - x->v->segment[s].first) / block_cells;
    const double value = x->next[row * x->v->n_lane];
    const double low = x->step->block_lowest[b], high = x->step->block_highest[b];
    *within = value < low ? low : value > high ? high : value;
    return *within - value;
}

static void zones_take(const exchange *x, size_t s) {
    for (size_t z = x->v->zone_first[s]; z < x->v->zone_first[s + 1]; z++) {
        const size_t row = x->v->n_cell + x->v->n_point + z, i = x->v->storage_cell[z];
        double within;
        const double lacking = lack(x, s, i, row, &within);
        if (lacking == 0) continue;
        x->next[i * x->v->n_lane] -= lacking * (x->v->zone_volume[z] / volume_of(x, i));
        x->next[row * x->v->n_lane] = within;
    }
}

static double take_from(const exchange *x, size_t s, size_t i, size_t neighbour) {
    double within;
    const double mass = lack(x, s, i, i, &within) * volume_of(x, i);
    if (mass == 0) return 0;
    x->next[neighbour * x->v->n_lane] -= mass / volume_of(x, neighbour);
    x->next[i * x->v->n_lane] = within;
    return mass;
}

/* The same across a point without volume: both ends pass the mass. */
static void take_across(const exchange *x, size_t s, size_t from, bool upstream) {
    const volume_segment *own = &x->v->segment[s], *other = &x->v->segment[from];
    const size_t lanes = x->v->n_lane;
    if (upstream) {
        const double mass = take_from(x, s, own->first, other->last);
        x->end[2 * s * lanes] += mass;
        x->end[(2 * from + 1) * lanes] += mass;
    } else {
        const double mass = take_from(x, s, own->last, other->first);
        x->end[(2 * s + 1) * lanes] -= mass;
        x->end[2 * from * lanes] -= mass;
    }
}

/* Segment that brings, or takes, the most water at a point; SIZE_MAX where there is none. */
static size_t main_segment(const qh_volumes *v, size_t p, size_t l, bool upstream) {
    const qh_network *network = v->problem->network;
    const volume_point *point = &v->point[p];
    const size_t *list = upstream ? network->in_segment + point->in_first : network->out_segment + point->out_first;
    const size_t count = upstream ? point->in_count : point->out_count;
    size_t found = SIZE_MAX;
    double most = 0;
    for (size_t k = 0; k < count; k++) {
        const volume_segment *s = &v->segment[list[k]];
        const double q = v->face.flow[volume_own(v, upstream ? s->last : s->first, l)];
        if (q <= most) continue;
        most = q;
        found = list[k];
    }
    return found;
}

static void sweep_upstream(const exchange *x, size_t s) {
    const volume_segment *segment = &x->v->segment[s];
    for (size_t i = segment->last; i > segment->first; i--)
        (void)take_from(x, s, i, i - 1);
    if (x->v->is_still[segment->from]) return;
    const size_t from = main_segment(x->v, segment->from, x->lane, true);
    if (from != SIZE_MAX) take_across(x, s, from, true);
}

static void sweep_downstream(const exchange *x, size_t s) {
    const volume_segment *segment = &x->v->segment[s];
    for (size_t i = segment->first; i < segment->last; i++)
        (void)take_from(x, s, i, i + 1);
    const size_t to = main_segment(x->v, segment->to, x->lane, false);
    if (to != SIZE_MAX) take_across(x, s, to, false);
}

/* Brings values back within bounds: what a cell lacks, or has too much, its neighbour gives, upstream through the whole
 * network and then downstream, as if the flux between them had been wrong by that much. No mass is made. False where
 * there is no room for that. */
static bool repair(volume_step *step, size_t index, size_t l) {
    const qh_volumes *v = step->v;
    const qh_network *network = v->problem->network;
    const exchange x = {.step = step,
                        .v = v,
                        .index = index,
                        .lane = l,
                        .next = step->next + index * v->n_row * v->n_lane + l,
                        .end = step->parts.end + index * 2 * v->n_segment * v->n_lane + l};
    for (size_t k = 0; k < v->n_live; k++)
        zones_take(&x, v->live[k]);
    for (size_t k = v->n_order; k-- > 0;) {
        const volume_point *point = &v->point[v->order[k]];
        for (size_t n = 0; n < point->out_count; n++)
            sweep_upstream(&x, network->out_segment[point->out_first + n]);
    }
    for (size_t k = 0; k < v->n_order; k++) {
        const volume_point *point = &v->point[v->order[k]];
        for (size_t n = 0; n < point->out_count; n++)
            sweep_downstream(&x, network->out_segment[point->out_first + n]);
    }
    for (size_t k = 0; k < v->n_live; k++) {
        if (violation(step, index, v->live[k], l) > 0) return false;
    }
    return true;
}

/* ---- the checks ---- */

/* Whether a lane is within bounds, or has been brought back; `touched` tells whether an exchange was tried in vain. An
 * exchange may mend the tolerance for every cell that water passes: steps of one cell each might mend it every time. */
static bool check_lane(volume_step *step, size_t index, size_t l, double tolerance, bool *touched) {
    const qh_volumes *v = step->v;
    find_bounds(step, index, l);
    double distance = 0, courant = 0;
    for (size_t k = 0; k < v->n_live; k++) {
        const size_t s = v->live[k];
        const double own = violation(step, index, s, l), passed = step->h * v->segment[s].nominal;
        if (own == 0) continue;
        distance = higher(distance, own / higher(1, passed));
        courant = higher(courant, passed);
    }
    if (distance == 0) return true;
    if (distance <= tolerance) {
        if (repair(step, index, l)) return true;
        *touched = true;
    }
    step->courant = higher(step->courant, courant);
    return false;
}

bool qh_volume_step_outside(volume_step *step, size_t index, size_t l,
                            void (*mark)(void *self, size_t segment, size_t cell, size_t lane), void *self) {
    const qh_volumes *v = step->v;
    const double *next = step->next + index * v->n_row * v->n_lane + l;
    bool any = false;
    find_bounds(step, index, l);
    for (size_t k = 0; k < v->n_live; k++) {
        const size_t s = v->live[k];
        if (violation(step, index, s, l) == 0) continue;
        any = true;
        const volume_segment *segment = &v->segment[s];
        for (size_t i = segment->first; i <= segment->last; i++) {
            const size_t b = v->block_first[s] + (i - segment->first) / block_cells;
            const double value = next[i * v->n_lane];
            if (value >= step->block_lowest[b] && value <= step->block_highest[b]) continue;
            mark(self, s, i, l);
            if (i > segment->first) mark(self, s, i - 1, l);
            if (i < segment->last) mark(self, s, i + 1, l);
        }
        for (size_t z = v->zone_first[s]; z < v->zone_first[s + 1]; z++) {
            const size_t i = v->storage_cell[z], b = v->block_first[s] + (i - segment->first) / block_cells;
            const double value = next[(v->n_cell + v->n_point + z) * v->n_lane];
            if (!(value >= step->block_lowest[b] && value <= step->block_highest[b])) mark(self, s, i, l);
        }
    }
    return any;
}

bool qh_volume_step_in_bounds(volume_step *step, size_t index, const double *tolerance) {
    const qh_volumes *v = step->v;
    bool inside = true, touched = false;
    for (size_t l = 0; l < v->n_lane; l++) {
        step->outside[l] = !check_lane(step, index, l, tolerance[l], &touched);
        inside = inside && !step->outside[l];
    }
    if (touched) { /* the limiter needs those lanes as they were */
        qh_volume_step_move(step, index);
        for (size_t l = 0; l < v->n_lane; l++) {
            if (!step->outside[l]) (void)check_lane(step, index, l, tolerance[l], &touched);
        }
    }
    if (inside) qh_volume_step_mix(step, index, 1, step->next + index * v->n_row * v->n_lane);
    return inside;
}
