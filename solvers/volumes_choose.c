/* Which segments of the linear finite volumes take shorter steps, and the parts that these make (volumes_local.c).
 *
 * With a segment that fails go those that its water reaches in one and a half of the common step and, by dispersion, some cells more,
 * and those some cells above it, where the weights that the scheme gives to what lies behind, at most a third a cell, have made
 * little of a change. All that ends in a point from which a segment taken begins is taken as well: then a part is cut
 * off at points above which, or below which, nothing is taken, and there a single value tells all. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/volumes_internal.h"

/* Cells beyond what fails, at least, and how much further than water runs. */
enum { margin_cells = 8 };
static const double margin_time = 1.5;

/* Segments down to where water of segment `s` does not come in the step. */
static void take_downstream(const volume_step *step, size_t s) {
    const qh_volumes *v = step->v;
    volume_local *l = step->local;
    const volume_segment *segment = &v->segment[s];
    double time = margin_time * step->h, cells = margin_cells + 4 * sqrt(step->h * segment->spreading);
    l->taken[s] = true;
    for (size_t next = volume_out(v, segment->to); next != SIZE_MAX && (time > 0 || cells > 0);
         next = volume_out(v, v->segment[next].to)) {
        if (l->taken[next] && l->reach[next] >= time && cells <= margin_cells) return;
        l->taken[next] = true;
        l->reach[next] = fmax(l->reach[next], time);
        time -= (double)volume_cells(v, next) / v->segment[next].fastest;
        cells -= (double)volume_cells(v, next);
    }
}

/* Segments up to `cells` cells above segment `s`. */
static void take_upstream(const volume_step *step, size_t s, size_t cells) {
    const qh_volumes *v = step->v;
    const size_t p = v->segment[s].from;
    for (size_t k = 0; k < v->point[p].in_count && !v->is_still[p]; k++) {
        const size_t in = volume_into(v, p, k), count = volume_cells(v, in);
        step->local->taken[in] = true;
        if (count < cells) take_upstream(step, in, cells - count);
    }
}

/* What ends in a point from which a segment taken begins, or where the river ends, comes with it. */
static void close_points(const volume_step *step) {
    const qh_volumes *v = step->v;
    bool *taken = step->local->taken;
    for (size_t n = v->n_order; n-- > 0;) {
        const volume_point *point = &v->point[v->order[n]];
        const size_t out = volume_out(v, v->order[n]);
        bool any = false;
        for (size_t k = 0; k < point->in_count; k++)
            any = any || taken[volume_into(v, v->order[n], k)];
        for (size_t k = 0; k < point->in_count && any && (out == SIZE_MAX || taken[out]); k++)
            taken[volume_into(v, v->order[n], k)] = true;
    }
}

/* Cells of all segments that take shorter steps because some of them fail. */
size_t qh_volume_local_choose(const volume_step *step) {
    const qh_volumes *v = step->v;
    volume_local *l = step->local;
    memset(l->taken, 0, v->n_segment * sizeof *l->taken);
    memset(l->reach, 0, v->n_segment * sizeof *l->reach);
    for (size_t k = 0; k < v->n_live; k++) {
        const size_t s = v->live[k];
        if (l->first[s] == 1) continue;
        take_downstream(step, s);
        take_upstream(step, s, margin_cells);
    }
    close_points(step);
    size_t cells = 0;
    for (size_t k = 0; k < v->n_live; k++)
        cells += l->taken[v->live[k]] ? volume_cells(v, v->live[k]) : 0;
    return cells;
}

/* ---- parts ---- */

/* Adds a point to the lists, once where it is inside. */
static size_t add_point(volume_local *l, volume_part *part, size_t p, bool given) {
    if (!given && l->place[p] > 0) return l->place[p] - 1;
    l->point[part->n_point] = p;
    l->given[part->n_point] = given;
    if (!given) l->place[p] = part->n_point + 1;
    return part->n_point++;
}

static bool is_cut_above(const volume_step *step, size_t s) {
    const qh_volumes *v = step->v;
    const size_t p = v->segment[s].from;
    return v->point[p].in_count > 0 && (v->is_still[p] || !step->local->taken[volume_into(v, p, 0)]);
}
static bool is_cut_below(const volume_step *step, size_t s) {
    const size_t out = volume_out(step->v, step->v->segment[s].to);
    return out != SIZE_MAX && !step->local->taken[out];
}

static int by_size(const void *a, const void *b) {
    const size_t left = *(const size_t *)a, right = *(const size_t *)b;
    return (left > right) - (left < right);
}

/* Lists the segments that hang together with `seed` and takes them out of those left, `left` [n_segment]. */
static void gather(const volume_step *step, size_t seed, bool *left, volume_part *part) {
    const qh_volumes *v = step->v;
    volume_local *l = step->local;
    size_t depth = 0;
    l->stack[depth++] = seed;
    left[seed] = false;
    while (depth > 0) {
        const size_t s = l->stack[--depth], ends[] = {v->segment[s].from, v->segment[s].to};
        const bool cut[] = {is_cut_above(step, s), is_cut_below(step, s)};
        l->segment[part->n_segment++] = s;
        for (size_t side = 0; side < 2; side++) {
            const size_t p = ends[side], out = volume_out(v, p);
            if (cut[side]) continue;
            for (size_t k = 0; k <= v->point[p].in_count; k++) {
                const size_t next = k < v->point[p].in_count ? volume_into(v, p, k) : out;
                if (next == SIZE_MAX || !left[next]) continue;
                left[next] = false;
                l->stack[depth++] = next;
            }
        }
    }
    qsort(l->segment, part->n_segment, sizeof *l->segment, by_size);
}

typedef struct ranked {
    size_t rank, index;
} ranked;

static int by_rank(const void *a, const void *b) {
    const ranked *left = a, *right = b;
    return (left->rank > right->rank) - (left->rank < right->rank);
}

/* The points of the part, upstream before downstream. */
static qh_status list_points(const volume_step *step, volume_part *part) {
    const qh_volumes *v = step->v;
    volume_local *l = step->local;
    for (size_t k = 0; k < part->n_segment; k++) {
        const size_t s = l->segment[k];
        l->from[k] = add_point(l, part, v->segment[s].from, is_cut_above(step, s));
        l->to[k] = add_point(l, part, v->segment[s].to, is_cut_below(step, s));
    }
    const size_t n = part->n_point;
    ranked *order = malloc(n * sizeof *order);
    size_t *place = malloc(2 * n * sizeof *place), *point = place ? place + n : NULL;
    bool *given = malloc(n * sizeof *given);
    if (order && place && given) {
        for (size_t p = 0; p < n; p++)
            order[p] = (ranked){l->rank[l->point[p]], p};
        qsort(order, n, sizeof *order, by_rank);
        for (size_t p = 0; p < n; p++) {
            place[order[p].index] = p;
            point[p] = l->point[order[p].index];
            given[p] = l->given[order[p].index];
        }
        for (size_t k = 0; k < part->n_segment; k++) {
            l->from[k] = place[l->from[k]];
            l->to[k] = place[l->to[k]];
        }
        for (size_t p = 0; p < n; p++)
            l->place[point[p]] = 0;
        memcpy(l->point, point, n * sizeof *point);
        memcpy(l->given, given, n * sizeof *given);
    }
    const qh_status status = order && place && given ? QH_OK : QH_E_NOMEM;
    free(order);
    free(place);
    free(given);
    return status;
}

qh_status qh_volume_local_gather(const volume_step *step, size_t seed, bool *left, volume_part *part) {
    const volume_local *l = step->local;
    *part = (volume_part){.segment = l->segment, .from = l->from, .to = l->to, .point = l->point, .given = l->given};
    gather(step, seed, left, part);
    return list_points(step, part);
}
