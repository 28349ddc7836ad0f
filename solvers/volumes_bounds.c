/* Bounds of a step of the linear finite volumes: what a new value may be, from old values and inputs alone.
 *
 * Water that stands in cell i after a step of h comes from at most c = h Q/V cells upstream (and two more, for what the
 * scheme and dispersion spread), or has entered at a point in between. So with the lowest and highest value before the
 * step over this stretch, lo and hi, the equation itself has
 *     lo exp(-k h) - d h <= C_i <= hi + r h
 * k the fastest decay, r and d the largest rise and loss by other things (background, distributed inflow, other
 * constituents) in the segment. At a point lo and hi mix as the waters do. Blocks of cells stand for cells: the stretch is
 * up to one block longer than it need be. A value within these bounds makes no new extremum and is not negative. */
#include <math.h>

#include "solvers/volumes_internal.h"

enum { block_cells = 8 };

static double lower(double a, double b) { return a < b ? a : b; }
static double higher(double a, double b) { return a > b ? a : b; }

/* ---- points ---- */

/* Mixes lowest and highest of what may arrive at a point during the step. */
static void mix_bounds(volume_step *step, size_t index, size_t p) {
    const qh_volumes *v = step->v;
    const qh_network *network = v->problem->network;
    const volume_point *point = &v->point[p];
    const size_t lanes = v->n_lane, component = volume_component(v, &v->system[index]);
    double *lo = step->lowest + p * lanes, *hi = step->highest + p * lanes;
    double water = point->through;
    for (size_t l = 0; l < lanes; l++) {
        const double a = step->loads.point[0][p * v->m + component + l];
        const double b = step->loads.point[1][p * v->m + component + l];
        lo[l] = lower(a, b);
        hi[l] = higher(a, b);
    }
    for (size_t k = 0; k < point->in_count && !point->fixed; k++) {
        const size_t s = network->in_segment[point->in_first + k];
        const double q = v->problem->grid->discharge_down[v->segment[s].last];
        water += q;
        for (size_t l = 0; l < lanes; l++) {
            lo[l] += q * step->end_lowest[s * lanes + l];
            hi[l] += q * step->end_highest[s * lanes + l];
        }
    }
    for (size_t k = 0; k < point->link_count; k++) {
        const size_t link = v->arriving_link[point->link_first + k];
        const size_t from = v->problem->network->link[link].from;
        for (size_t l = 0; l < lanes; l++) {
            lo[l] += v->link_flow[link] * step->lowest[from * lanes + l];
            hi[l] += v->link_flow[link] * step->highest[from * lanes + l];
        }
    }
    for (size_t l = 0; l < lanes; l++) {
        lo[l] /= water;
        hi[l] /= water;
    }
}

/* Value of the mixing equation at a point with the fluxes of `face`. */
static double mixture(const volume_step *step, const volume_face *face, size_t index, size_t p, size_t side,
                      const double *state, size_t l) {
    const qh_volumes *v = step->v;
    const qh_network *network = v->problem->network;
    const volume_point *point = &v->point[p];
    const size_t lanes = v->n_lane;
    double sum = step->loads.point[side][p * v->m + volume_component(v, &v->system[index]) + l];
    for (size_t k = 0; k < point->link_count; k++) {
        const size_t link = v->arriving_link[point->link_first + k];
        sum += v->link_flow[link] * state[(v->n_cell + network->link[link].from) * lanes + l];
    }
    if (point->fixed) return sum / point->through;
    double own = point->taken + point->outlet;
    for (size_t k = 0; k < point->in_count; k++) {
        const volume_segment *s = &v->segment[network->in_segment[point->in_first + k]];
        const volume_face f = face[s->last];
        sum += f.far * state[(s->last - 1) * lanes + l] + f.up * state[s->last * lanes + l];
        own -= f.down;
    }
    for (size_t k = 0; k < point->out_count; k++) {
        const volume_segment *s = &v->segment[network->out_segment[point->out_first + k]];
        sum -= s->in_down * state[s->first * lanes + l];
        own += s->in_up;
    }
    return sum / own;
}

/* Weights of the low order, from those of the high one: the slope of the last cell taken out again. */
static double plain_mixture(const volume_step *step, size_t index, size_t p, size_t side, const double *state,
                            size_t l) {
    const qh_volumes *v = step->v;
    const qh_network *network = v->problem->network;
    const volume_point *point = &v->point[p];
    const size_t lanes = v->n_lane;
    double value = mixture(step, v->face, index, p, side, state, l);
    if (point->fixed) return value;
    double own = point->taken + point->outlet, slope = 0;
    for (size_t k = 0; k < point->in_count; k++) {
        const volume_segment *s = &v->segment[network->in_segment[point->in_first + k]];
        slope += v->face[s->last].far * (state[(s->last - 1) * lanes + l] - state[s->last * lanes + l]);
        own -= v->face[s->last].down;
    }
    for (size_t k = 0; k < point->out_count; k++)
        own += v->segment[network->out_segment[point->out_first + k]].in_up;
    return value - slope / own;
}

/* The plain mixture is a mean of cells and inputs with positive weights. Slopes count when the value they give lies
 * between it and the cells around the point. */
static void mix_point(const volume_step *step, size_t index, size_t p, size_t side, double *state) {
    const qh_volumes *v = step->v;
    const qh_network *network = v->problem->network;
    const volume_point *point = &v->point[p];
    const size_t lanes = v->n_lane;
    for (size_t l = 0; l < lanes; l++) {
        const double plain = plain_mixture(step, index, p, side, state, l);
        const double value = mixture(step, v->face, index, p, side, state, l);
        double lo = plain, hi = plain;
        for (size_t k = 0; k < point->out_count; k++) {
            const double c =
                state[v->segment[network->out_segment[point->out_first + k]].first * lanes + l];
            lo = lower(lo, c);
            hi = higher(hi, c);
        }
        if (point->out_count == 0) {
            for (size_t k = 0; k < point->in_count; k++) {
                const double c = state[v->segment[network->in_segment[point->in_first + k]].last * lanes + l];
                lo = lower(lo, 0.999 * c);
                hi = higher(hi, 1.001 * c);
            }
        }
        state[(v->n_cell + p) * lanes + l] = value >= lo && value <= hi ? value : plain;
    }
}

void qh_volume_step_mix(const volume_step *step, size_t index, size_t side, double *state) {
    const qh_volumes *v = step->v;
    double *own = state + index * v->n_row * v->n_lane;
    for (size_t k = 0; k < v->n_point; k++)
        mix_point(step, index, v->problem->network->point_order[k], side, own);
}

/* ---- segments ---- */

/* What else than transport may change a value of the segment in the step. */
typedef struct other_change {
    double keep;       /* -, exp(-k h) */
    double rise, drop; /* g/m3 */
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
    const size_t component = volume_component(v, system) + l;
    double decay = 0, gain = 0, smallest = INFINITY;
    for (size_t i = segment->first; i <= segment->last; i++) {
        decay = higher(decay, system->decay[i]);
        smallest = lower(smallest, v->problem->grid->area[i]);
        if (system->gain) gain = higher(gain, system->gain[i]);
    }
    const double load =
        higher(step->loads.segment[0][s * v->m + component], step->loads.segment[1][s * v->m + component]);
    other_change other = {1, gain + load / smallest, 0};
    if (v->problem->flow->segment_lateral[s] > 0) decay += v->problem->flow->segment_lateral[s] / smallest;
    for (size_t a = 0; a < system->n_parent; a++) {
        const double *parent = step->now + system->parent[a] * v->n_row * v->n_lane;
        const double *next = step->next + system->parent[a] * v->n_row * v->n_lane;
        const double most = higher(largest_in(v, parent, segment, l), largest_in(v, next, segment, l));
        double up = 0, down = 0;
        for (size_t i = segment->first; i <= segment->last; i++) {
            up = higher(up, system->from_parent[a][i]);
            down = higher(down, -system->from_parent[a][i]);
        }
        other.rise += up * most;
        other.drop += down * most;
    }
    other.keep = exp(-decay * step->h);
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

/* Lowest and highest before the step over blocks from .. b, and the point above when that is not all. */
static void stretch(const volume_step *step, const volume_segment *segment, size_t l, const double *lo,
                    const double *hi, size_t back, size_t b, double *low, double *high) {
    const size_t lanes = step->v->n_lane, from = b > back ? b - back : 0;
    *low = lo[from];
    *high = hi[from];
    for (size_t k = from + 1; k <= b; k++) {
        *low = lower(*low, lo[k]);
        *high = higher(*high, hi[k]);
    }
    if (b >= back) return;
    *low = lower(*low, step->lowest[segment->from * lanes + l]);
    *high = higher(*high, step->highest[segment->from * lanes + l]);
}

static bool check_segment(volume_step *step, size_t index, size_t s, size_t l) {
    const qh_volumes *v = step->v;
    const volume_segment *segment = &v->segment[s];
    const size_t lanes = v->n_lane, count = segment->last - segment->first + 1;
    const size_t n_block = (count + block_cells - 1) / block_cells;
    double *lo = step->block, *hi = lo + v->longest / block_cells + 3;
    const double *now = step->now + index * v->n_row * lanes + l, *next = step->next + index * v->n_row * lanes + l;
    const other_change other = others_of(step, index, s, l);
    const double reach = step->h * segment->fastest + 2;
    const size_t back = reach < (double)count ? (size_t)reach / block_cells + 1 : n_block;
    find_blocks(step, index, s, l, lo, hi);
    const double below = now[(v->n_cell + segment->to) * lanes];
    bool inside = true;
    for (size_t b = 0; b < n_block; b++) {
        double low, high;
        stretch(step, segment, l, lo, hi, back, b, &low, &high);
        const double next_low = b + 1 < n_block ? lo[b + 1] : below, next_high = b + 1 < n_block ? hi[b + 1] : below;
        low = lower(low, next_low);
        high = higher(high, next_high) + other.rise;
        low = (low > 0 ? low * other.keep : low) - other.drop;
        const size_t first = segment->first + b * block_cells;
        const size_t end = first + block_cells <= segment->last + 1 ? first + block_cells : segment->last + 1;
        for (size_t i = first; i < end; i++)
            inside = inside && next[i * lanes] >= low && next[i * lanes] <= high;
    }
    double low, high;
    stretch(step, segment, l, lo, hi, back, n_block - 1, &low, &high);
    step->end_lowest[s * lanes + l] = (low > 0 ? low * other.keep : low) - other.drop;
    step->end_highest[s * lanes + l] = high + other.rise;
    return inside;
}

static bool zones_inside(const volume_step *step, size_t index) {
    const qh_volumes *v = step->v;
    const volume_system *system = &v->system[index];
    const double *next = step->next + index * v->n_row * v->n_lane;
    for (size_t k = (v->n_cell + v->n_point) * v->n_lane; k < v->n_row * v->n_lane; k++) {
        if (next[k] < 0 && system->n_parent == 0) return false;
    }
    return true;
}

bool qh_volume_step_in_bounds(volume_step *step, size_t index) {
    const qh_volumes *v = step->v;
    const qh_network *network = v->problem->network;
    bool inside = true;
    for (size_t k = 0; k < v->n_point; k++) {
        const size_t p = network->point_order[k];
        mix_bounds(step, index, p);
        for (size_t n = 0; n < v->point[p].out_count; n++) {
            const size_t s = network->out_segment[v->point[p].out_first + n];
            for (size_t l = 0; l < v->n_lane; l++)
                inside = check_segment(step, index, s, l) && inside;
        }
    }
    inside = inside && zones_inside(step, index);
    if (inside) qh_volume_step_mix(step, index, 1, step->next);
    return inside;
}
