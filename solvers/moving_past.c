/* Bounds of a step on moving water from states of some steps ago, so that smooth peaks are not clipped: what volumes_past.c
 * does in steady flow, and why, with ways and rates that are added up step by step.
 *
 * Bounds     With lowest and highest of the state some steps ago over the stretch that the water of a cell has come from since, lo
 *            and hi, and of what has entered the segment since,
 *                lo e^-K <= C <= max(hi e^-k, entered) + r
 *            K and k the sums of fastest and slowest decay times step, r that of other gains. What lies in these bounds or in those of
 *            the present state is not negative and no new extremum. What constituents make of one another is not in them.
 * Stretch    By the sums of the longest and shortest ways of the segment's water in cells, negative upstream, and some more by
 *            dispersion. Where a cell falls dry ways have no end: there the state is of no use until it is renewed.
 * Memory     Two states of every segment, as extremes of blocks; see volumes_past.c.
 * Not for    steps that pass more cells than lie between two states. */
#include <math.h>
#include <string.h>

#include "solvers/moving_internal.h"

/* Cells that water passes from one state kept to the next one. */
static const double passed_between = 16;

enum { block_cells = 8 };

static double lower(double a, double b) { return a < b ? a : b; }
static double higher(double a, double b) { return a > b ? a : b; }

static size_t blocks(const moving *v, size_t s) { return (moving_cells(v, s) + block_cells - 1) / block_cells; }

/* ---- building ---- */

static bool allocate(const moving *v, moving_origin *o) {
    const size_t rates = v->n_segment * v->n_system, entered = v->n_segment * v->m;
    const struct {
        double **place;
        size_t count;
    } list[] = {{&o->longest, v->n_segment},
                {&o->shortest, v->n_segment},
                {&o->spread, v->n_segment},
                {&o->most_decay, rates},
                {&o->least_decay, rates},
                {&o->rise, entered},
                {&o->from_lowest, entered},
                {&o->from_highest, entered},
                {&o->to_lowest, entered},
                {&o->to_highest, entered},
                {&o->block_lowest, v->past.n_block * v->m},
                {&o->block_highest, v->past.n_block * v->m}};
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        *list[k].place = qh_arena_alloc(v->arena, list[k].count + 1, sizeof(double));
        if (!*list[k].place) return false;
    }
    return true;
}

qh_status qh_moving_create_past(moving *v) {
    moving_past *past = &v->past;
    past->block_first = qh_arena_alloc(v->arena, v->n_segment + 1, sizeof *past->block_first);
    if (!past->block_first) return QH_E_NOMEM;
    for (size_t s = 0; s < v->n_segment; s++)
        past->block_first[s + 1] = past->block_first[s] + blocks(v, s);
    past->n_block = past->block_first[v->n_segment];
    return allocate(v, &past->younger) && allocate(v, &past->older) ? QH_OK : QH_E_NOMEM;
}

/* ---- the states kept ---- */

/* Takes the present state of a segment. */
static void take(const moving *v, size_t s, moving_origin *o) {
    const size_t m = v->m, bytes = m * sizeof(double), first = v->problem->grid->segment_first[s],
                 n = moving_cells(v, s);
    const double *from = v->now + (v->n_cell + v->problem->network->segment[s].from) * m;
    const double *to = v->now + (v->n_cell + v->problem->network->segment[s].to) * m;
    o->longest[s] = o->shortest[s] = o->spread[s] = 0;
    memset(o->most_decay + s * v->n_system, 0, v->n_system * sizeof(double));
    memset(o->least_decay + s * v->n_system, 0, v->n_system * sizeof(double));
    memset(o->rise + s * m, 0, bytes);
    memcpy(o->from_lowest + s * m, from, bytes);
    memcpy(o->from_highest + s * m, from, bytes);
    memcpy(o->to_lowest + s * m, to, bytes);
    memcpy(o->to_highest + s * m, to, bytes);
    for (size_t k = 0; k < n; k++) {
        const double *c = v->now + (first + k) * m;
        const size_t at = (v->past.block_first[s] + k / block_cells) * m;
        for (size_t j = 0; j < m; j++) {
            const bool begins = k % block_cells == 0;
            o->block_lowest[at + j] = begins ? c[j] : lower(o->block_lowest[at + j], c[j]);
            o->block_highest[at + j] = begins ? c[j] : higher(o->block_highest[at + j], c[j]);
        }
    }
}

/* Makes the younger state of a segment the older one: they change places, and the new one is taken. */
static void renew(const moving *v, size_t s, moving_origin *younger, moving_origin *older) {
    const size_t m = v->m, bytes = m * sizeof(double), rates = v->n_system * sizeof(double),
                 b = v->past.block_first[s] * m;
    older->longest[s] = younger->longest[s];
    older->shortest[s] = younger->shortest[s];
    older->spread[s] = younger->spread[s];
    memcpy(older->most_decay + s * v->n_system, younger->most_decay + s * v->n_system, rates);
    memcpy(older->least_decay + s * v->n_system, younger->least_decay + s * v->n_system, rates);
    memcpy(older->rise + s * m, younger->rise + s * m, bytes);
    memcpy(older->from_lowest + s * m, younger->from_lowest + s * m, bytes);
    memcpy(older->from_highest + s * m, younger->from_highest + s * m, bytes);
    memcpy(older->to_lowest + s * m, younger->to_lowest + s * m, bytes);
    memcpy(older->to_highest + s * m, younger->to_highest + s * m, bytes);
    memcpy(older->block_lowest + b, younger->block_lowest + b, blocks(v, s) * bytes);
    memcpy(older->block_highest + b, younger->block_highest + b, blocks(v, s) * bytes);
    take(v, s, younger);
}

void qh_moving_begin_past(moving *v) {
    for (size_t s = 0; s < v->n_segment; s++) {
        take(v, s, &v->past.younger);
        take(v, s, &v->past.older);
    }
    v->past.begun = true;
}

/* ---- a step more ---- */

/* What happens to a segment in the step, but for what belongs to a constituent. */
typedef struct passage {
    double longest, shortest, spread; /* cells, cells, cells squared: ways of water, dispersion times step */
    double volume;                    /* m3, least of its cells */
} passage;

static passage passage_of(const moving *v, size_t s) {
    const size_t first = v->problem->grid->segment_first[s], n = moving_cells(v, s);
    const size_t f = qh_first_face(v->problem->grid, s);
    passage p = {-INFINITY, INFINITY, 0, INFINITY};
    for (size_t k = 0; k < n; k++) {
        const double begin = v->volume[0][first + k], end = v->volume_end[first + k];
        const double least = lower(begin, end), most = higher(begin, end);
        const double up = v->water.face[f + k], down = v->water.face[f + k + 1];
        const double fast = higher(up, down), slow = lower(up, down);
        const double conductance = higher(v->conductance[f + k], v->conductance[f + k + 1]);
        p.volume = lower(p.volume, least);
        if (!(least > 0)) continue;
        p.longest = higher(p.longest, v->h * fast / (fast > 0 ? least : most));
        p.shortest = lower(p.shortest, v->h * slow / (slow > 0 ? most : least));
        p.spread = higher(p.spread, v->h * conductance / least);
    }
    return p;
}

static void add_rates(const moving *v, size_t s, moving_origin *o) {
    for (size_t k = 0; k < v->n_system; k++) {
        const double *decay = v->system[k].decay;
        double most = 0, least = INFINITY;
        for (size_t i = v->problem->grid->segment_first[s]; i < v->problem->grid->segment_first[s + 1]; i++) {
            most = higher(most, decay[i]);
            least = lower(least, decay[i]);
        }
        o->most_decay[s * v->n_system + k] += v->h * most;
        o->least_decay[s * v->n_system + k] += v->h * higher(least, 0);
    }
}

/* Largest gain of a component by other things than transport, and what enters along the segment with or without water. */
static void add_entering(const moving *v, size_t s, const passage *p, moving_origin *o) {
    const qh_segment *segment = &v->problem->network->segment[s];
    const size_t first = v->problem->grid->segment_first[s], end = v->problem->grid->segment_first[s + 1], m = v->m;
    const double length = qh_grid_length(v->problem->grid, first), water = v->water.lateral[first] / length;
    for (size_t j = 0; j < m; j++) {
        const double *gain = v->system[j / v->lanes].gain, load = v->lateral[1][s * m + j];
        const size_t from = segment->from * m + j, to = segment->to * m + j, at = s * m + j;
        double most = 0;
        for (size_t i = first; i < end; i++)
            most = higher(most, gain[i]);
        if (!(water > 0)) most += load * length / p->volume;
        o->rise[at] += v->h * most;
        const double low = water > 0 ? lower(v->lowest[from], load / water) : v->lowest[from];
        const double high = water > 0 ? higher(v->highest[from], load / water) : v->highest[from];
        o->from_lowest[at] = lower(o->from_lowest[at], low);
        o->from_highest[at] = higher(o->from_highest[at], high);
        o->to_lowest[at] = lower(o->to_lowest[at], v->lowest[to]);
        o->to_highest[at] = higher(o->to_highest[at], v->highest[to]);
    }
}

static void add_step(const moving *v, size_t s, const passage *p, moving_origin *o) {
    o->longest[s] += p->volume > 0 ? p->longest : INFINITY;
    o->shortest[s] += p->volume > 0 ? p->shortest : -INFINITY;
    o->spread[s] += p->spread;
    add_rates(v, s, o);
    add_entering(v, s, p, o);
}

void qh_moving_advance_past(moving *v) {
    moving_origin *younger = &v->past.younger, *older = &v->past.older;
    for (size_t s = 0; s < v->n_segment && v->past.begun; s++) {
        const passage p = passage_of(v, s);
        if (!(p.volume > 0) || higher(p.longest, -p.shortest) >= passed_between) {
            take(v, s, younger);
            take(v, s, older);
            continue;
        }
        add_step(v, s, &p, younger);
        add_step(v, s, &p, older);
        if (higher(younger->longest[s], -younger->shortest[s]) >= passed_between) renew(v, s, younger, older);
    }
}

/* ---- their bounds ---- */

void qh_moving_widen_by_past(const moving *v, size_t s, size_t k, size_t j, double run, double *low, double *high) {
    const moving_origin *o = &v->past.older;
    if (!v->past.begun || (o->longest[s] == 0 && o->shortest[s] == 0) || fabs(run) >= passed_between) return;
    const double n = (double)moving_cells(v, s), spread = 2 + 4 * sqrt(o->spread[s]), here = (double)k;
    const double first = here - o->longest[s] - higher(run, 0) - spread,
                 last = here - o->shortest[s] - lower(run, 0) + spread;
    const size_t at = s * v->m + j, rate = s * v->n_system + j / v->lanes;
    double lo = INFINITY, hi = -INFINITY;
    if (last >= 0 && first < n) {
        const size_t begin = first > 0 ? (size_t)first / block_cells : 0;
        const size_t end = last < n - 1 ? (size_t)last / block_cells : blocks(v, s) - 1;
        for (size_t b = v->past.block_first[s] + begin; b <= v->past.block_first[s] + end; b++) {
            lo = lower(lo, o->block_lowest[b * v->m + j]);
            hi = higher(hi, o->block_highest[b * v->m + j]);
        }
    }
    hi *= hi > 0 && hi < INFINITY ? exp(-o->least_decay[rate]) : 1;
    if (first < 0 || v->water.lateral[v->problem->grid->segment_first[s]] > 0) {
        lo = lower(lo, o->from_lowest[at]);
        hi = higher(hi, o->from_highest[at]);
    }
    if (last > n - 1) {
        lo = lower(lo, o->to_lowest[at]);
        hi = higher(hi, o->to_highest[at]);
    }
    if (!(lo <= hi)) return;
    *low = lower(*low, lo > 0 ? lo * exp(-o->most_decay[rate]) : lo);
    *high = higher(*high, hi + o->rise[at]);
}
