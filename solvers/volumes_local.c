/* Shorter steps where the common one is too long: a front that enters a reach, a stretch a few metres long, the limiter.
 *
 * Equation   that of volumes_step.c, in two time steps: H for the whole network, and h <= H of its own for each part in which
 *            the error of H is too large or a new value leaves its bounds by more than the error allowed.
 * Parts      A segment that fails, what its water reaches in H and some more, downstream, and some cells upstream, where the
 *            scheme's weights make little of a change. All that ends in a point from which one of them begins comes with
 *            it. Each part that hangs together is solved from the begin of H again, by all means of a whole network (error control,
 *            bounds, limiter), with the values of the common solution at the points where it is cut off.
 * Mass       What passes such a point by the part differs from what passed by the common solution by the error of either.
 *            The difference is put into the cell beyond, as if the flux had been wrong by that much (volumes_exchange.c does
 *            the same): no mass is made. Bounds are looked at once more afterwards.
 * Source     Multirate methods with a refined part solved again: Savcenco, Hundsdorfer, Verwer (2007), BIT 47:137; fluxes put
 *            right where two steps meet: Berger, Colella (1989), J. Comput. Phys. 82:64.
 * Not for    networks in which much of the water is in quick change, and rivers of a few long segments: there parts would cost
 *            more than they save, and all take one step, as without them. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/volumes_internal.h"

/* Fewer cells that may change are solved as fast as a part is made. */
enum { least_cells = 4000 };
/* Parts may hold one cell of so many. */
enum { most_share = 4 };
/* Steps tried in a part, over which the common step is too long. */
enum { most_tries = 500 };
/* A segment fails with more than this part of the error allowed. The measure of error is one of single waves, and the error
 * observed is up to a hundred times what it says; where few segments fail, being strict with them costs little. */
static const double strict = 0.002;
/* Parts are held to this part of the error allowed, since what goes wrong in them, at fronts, stays in sight longest. */
static const double part_share = 0.1;
/* A part whose cells left their bounds begins with at most this part of the step. */
static const double most_first = 0.5, least_first = 1.0 / 64;

/* ---- building ---- */

static bool allocate(const volume_step *step, volume_local *l) {
    const qh_volumes *v = step->v;
    qh_arena *a = step->arena;
    const size_t some = v->n_point + v->n_segment;
    double **const number[] = {&l->ratio, &l->first, &l->reach};
    size_t **const list[] = {&l->stack, &l->segment, &l->from, &l->to};
    for (size_t k = 0; k < sizeof number / sizeof *number; k++) {
        *number[k] = qh_arena_alloc(a, v->n_segment, sizeof(double));
        if (!*number[k]) return false;
    }
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        *list[k] = qh_arena_alloc(a, v->n_segment, sizeof(size_t));
        if (!*list[k]) return false;
    }
    l->taken = qh_arena_alloc(a, v->n_segment, sizeof(bool));
    l->beyond = qh_arena_alloc(a, v->n_segment, sizeof(bool));
    l->rank = qh_arena_alloc(a, v->n_point, sizeof(size_t));
    l->place = qh_arena_alloc(a, v->n_point, sizeof(size_t));
    l->point = qh_arena_alloc(a, some, sizeof(size_t));
    l->given = qh_arena_alloc(a, some, sizeof(bool));
    return l->taken && l->beyond && l->rank && l->place && l->point && l->given;
}

qh_status qh_volume_local_create(volume_step *step, volume_local **local) {
    qh_volumes *v = step->v;
    size_t cells = 0;
    for (size_t r = 0; r < v->n_range; r++)
        cells += v->range[r].count;
    *local = NULL;
    if (v->n_lane > 1 || v->n_special > 0 || cells < least_cells) return QH_OK;
    QH_TRY(qh_volumes_make_low(v)); /* which the parts take from here */
    volume_local *l = qh_arena_alloc(step->arena, 1, sizeof *l);
    if (!l || !allocate(step, l)) return QH_E_NOMEM;
    l->live_cells = cells;
    for (size_t k = 0; k < v->n_point; k++)
        l->rank[v->problem->network->point_order[k]] = k;
    *local = l;
    return QH_OK;
}

/* ---- one part ---- */

static double along(const double *const line[2], size_t at, double part) {
    return line[0][at] + part * (line[1][at] - line[0][at]);
}

/* Value of the common solution at a point at a fraction of its step; the state's own where nothing changes. */
static double given_value(const volume_step *step, size_t index, size_t p, double fraction) {
    const qh_volumes *v = step->v;
    double value = step->now[index * v->n_row + v->n_cell + p];
    if (!v->is_still[p]) qh_volume_step_between(step, index, v->n_cell + p, 1, fraction, &value);
    return value;
}

/* The line over begin .. end (fractions of the common step) that has the mean of the common solution, a cubic, by Simpson's rule:
 * then what enters the part is what left the waters above. It rises as much as the solution does, as far as it stays between
 * the values there. */
static void set_given(const volume_step *step, const volume_part *part, size_t p, size_t index, double begin,
                      double end) {
    const size_t at = p * step->v->m + step->v->system[index].species;
    const double first = given_value(step, index, part->point[p], begin);
    const double middle = given_value(step, index, part->point[p], 0.5 * (begin + end));
    const double last = given_value(step, index, part->point[p], end);
    const double mean = (first + 4 * middle + last) / 6;
    const double room = fmin(mean - fmin(fmin(first, middle), last), fmax(fmax(first, middle), last) - mean);
    const double half = copysign(fmin(0.5 * fabs(last - first), room), last - first);
    part->step->loads.point[0][at] = mean - half;
    part->step->loads.point[1][at] = mean + half;
}

/* Loads of the part over begin .. end, fractions of the common step. */
static void set_loads(const volume_step *step, const volume_part *part, double begin, double end) {
    const qh_volumes *v = step->v;
    const double *const of_point[] = {step->loads.point[0], step->loads.point[1]};
    const double *const of_segment[] = {step->loads.segment[0], step->loads.segment[1]};
    volume_loads *loads = &part->step->loads;
    for (size_t p = 0; p < part->n_point; p++) {
        for (size_t index = 0; index < v->n_system && part->given[p]; index++)
            set_given(step, part, p, index, begin, end);
        for (size_t j = 0; j < v->m && !part->given[p]; j++) {
            loads->point[0][p * v->m + j] = along(of_point, part->point[p] * v->m + j, begin);
            loads->point[1][p * v->m + j] = along(of_point, part->point[p] * v->m + j, end);
        }
    }
    for (size_t k = 0; k < part->n_segment; k++) {
        for (size_t j = 0; j < v->m; j++) {
            loads->segment[0][k * v->m + j] = along(of_segment, part->segment[k] * v->m + j, begin);
            loads->segment[1][k * v->m + j] = along(of_segment, part->segment[k] * v->m + j, end);
        }
    }
}

/* Notes what is watched inside of the step just tried, from `begun` on [s since the common step's begin]. */
static void note_watched(const volume_step *step, const volume_part *part, double begun) {
    const volume_watch *w = step->local->watch;
    const qh_volumes *own = part->v;
    const double h = part->step->h;
    for (size_t k = 0; w && k < w->n_time; k++) {
        if (w->time[k] <= begun || w->time[k] > begun + h) continue;
        for (size_t n = 0; n < w->n_point; n++) {
            size_t p = 0;
            while (p < part->n_point && (part->given[p] || part->point[p] != w->point[n]))
                p++;
            if (p == part->n_point) continue;
            w->known[k * w->n_point + n] = true;
            for (size_t index = 0; index < own->n_system; index++) {
                double *state = part->step->mean + index * own->n_row;
                qh_volume_step_sample(part->step, index, p, (w->time[k] - begun) / h, state);
                w->value[(k * w->n_point + n) * own->m + own->system[index].species] = state[own->n_cell + p];
            }
        }
    }
}

/* Takes the part through the common step by steps of its own; `done` is false where these would be too many. */
static qh_status march(const volume_step *step, const volume_part *part, double first, double relative, double absolute,
                       bool *done) {
    volume_step *own = part->step;
    volume_pace pace = {first * step->h, step->h};
    double t = 0;
    for (size_t tries = 0; t < step->h && tries < most_tries; tries++) {
        const double h = qh_volume_pace_length(&pace, own, step->h - t);
        const double end = step->h - (t + h) < 1e-9 * h ? step->h : t + h;
        set_loads(step, part, t / step->h, end / step->h);
        QH_TRY(qh_volume_step_try(own, h, relative, absolute));
        step->local->work += (double)part->v->n_cell;
        if (!qh_volume_pace_judge(&pace, own)) continue;
        note_watched(step, part, t);
        qh_volume_step_accept(own);
        step->local->part_steps++;
        t = end;
    }
    *done = t >= step->h;
    return QH_OK;
}

/* Puts a difference of what passes a cut [g, positive downstream] into the cell beyond: above it, or below. */
static void put_above(volume_step *step, size_t index, size_t p, double amount) {
    const qh_volumes *v = step->v;
    size_t most = volume_into(v, p, 0);
    if (v->is_still[p]) return; /* far from all changes: it is 0 but for round-off */
    for (size_t k = 1; k < v->point[p].in_count; k++) {
        const size_t in = volume_into(v, p, k);
        if (v->face.flow[v->segment[in].last] > v->face.flow[v->segment[most].last]) most = in;
    }
    const size_t last = v->segment[most].last;
    step->parts.end[(index * v->n_segment + most) * 2 + 1] += amount;
    step->next[index * v->n_row + last] -= amount / v->volume[last];
}
static void put_below(volume_step *step, size_t index, size_t p, double amount) {
    const qh_volumes *v = step->v;
    const size_t out = volume_out(v, p), first = v->segment[out].first;
    step->parts.end[(index * v->n_segment + out) * 2] += amount;
    step->next[index * v->n_row + first] += amount / v->volume[first];
}

/* Takes the part's end and what passed and reacted in it over. */
static void take_over(volume_step *step, const volume_part *part) {
    const qh_volumes *v = step->v;
    const volume_step *own = part->step;
    for (size_t index = 0; index < v->n_system; index++) {
        qh_volumes_take_part(v, part, index, own->now, step->next);
        for (size_t k = 0; k < part->n_segment; k++) {
            const size_t s = index * v->n_segment + part->segment[k], local = index * part->n_segment + k;
            const double *passed = own->sums.end + 2 * local;
            double *end = step->parts.end + 2 * s;
            const size_t from = part->from[k], to = part->to[k];
            if (part->given[from]) put_above(step, index, part->point[from], passed[0] - end[0]);
            if (part->given[to]) put_below(step, index, part->point[to], passed[1] - end[1]);
            end[0] = passed[0];
            end[1] = passed[1];
            step->parts.reacted[s] = own->sums.reacted[local];
        }
        for (size_t p = 0; p < part->n_point; p++) {
            if (part->given[p]) continue;
            step->parts.point[index * v->n_point + part->point[p]] = own->sums.point[index * part->n_point + p];
        }
    }
}

static qh_status run_part(volume_step *step, volume_part *part, double relative, double absolute, bool *done) {
    const qh_volumes *v = step->v;
    double first = 1;
    for (size_t k = 0; k < part->n_segment; k++)
        first = fmin(first, step->local->first[part->segment[k]]);
    QH_TRY(qh_volumes_make_part(v, part));
    for (size_t index = 0; index < v->n_system; index++)
        qh_volumes_fill_part(v, part, index, step->now, part->step->now);
    memcpy(part->step->scale, step->scale, v->n_system * sizeof(double));
    memcpy(part->step->least, step->least, v->n_system * sizeof(double));
    const qh_status status = march(step, part, first, part_share * relative, part_share * absolute, done);
    if (status == QH_OK && *done) take_over(step, part);
    step->limitings += part->step->limitings;
    qh_volumes_close_part(part);
    return status;
}

/* Every part that hangs together, in the order of the segments. */
static qh_status run_parts(volume_step *step, double relative, double absolute, bool *done) {
    const qh_volumes *v = step->v;
    volume_local *l = step->local;
    bool *left = l->beyond;
    memcpy(left, l->taken, v->n_segment * sizeof *left);
    *done = true;
    for (size_t s = 0; s < v->n_segment && *done; s++) {
        if (!left[s]) continue;
        volume_part part;
        QH_TRY(qh_volume_local_gather(step, s, left, &part));
        QH_TRY(run_part(step, &part, relative, absolute, done));
        l->parts++;
    }
    return QH_OK;
}

/* ---- all together ---- */

/* Marks what fails by its error, with the part of the step that a part begins with there; cells of that. */
static size_t fail_by_error(const volume_step *step, double *error) {
    const qh_volumes *v = step->v;
    volume_local *l = step->local;
    size_t cells = 0;
    *error = 0;
    for (size_t k = 0; k < v->n_live; k++) {
        const size_t s = v->live[k];
        const double own = l->ratio[s] / strict;
        l->first[s] = own <= 1 ? 1 : fmax(least_first, 0.9 * pow(own, -0.2));
        if (own <= 1) *error = fmax(*error, own);
        cells += own <= 1 ? 0 : volume_cells(v, s);
    }
    return cells;
}

/* The same by its bounds; whether anything fails now. */
static bool fail_by_bounds(volume_step *step, double relative, double absolute) {
    const qh_volumes *v = step->v;
    volume_local *l = step->local;
    bool any = false;
    memset(l->beyond, 0, v->n_segment * sizeof *l->beyond);
    for (size_t index = 0; index < v->n_system; index++)
        qh_volume_step_mend(step, index, relative * step->scale[index] + absolute, NULL, l->beyond);
    for (size_t k = 0; k < v->n_live; k++) {
        const size_t s = v->live[k];
        if (l->beyond[s]) {
            const double first = fmin(most_first, 1 / (step->h * v->segment[s].nominal));
            l->first[s] = fmax(least_first, fmin(l->first[s], first));
        }
        any = any || l->first[s] < 1;
    }
    return any;
}

static void mix(const volume_step *step) {
    for (size_t index = 0; index < step->v->n_system; index++)
        qh_volume_step_mix(step, index, 1, step->next + index * step->v->n_row);
}

/* What a step that cannot be taken says. */
static const double too_long = 2;

/* As without parts. */
static qh_status refine_nothing(volume_step *step, double relative, double absolute) {
    step->local->apart = false;
    return step->error <= 1 ? qh_volume_step_keep_bounds(step, relative, absolute) : QH_OK;
}

qh_status qh_volume_step_refine(volume_step *step, double relative, double absolute) {
    const qh_volumes *v = step->v;
    volume_local *l = step->local;
    double error;
    l->work = 0;
    if (l->watch) memset(l->watch->known, 0, l->watch->n_time * l->watch->n_point * sizeof(bool));
    if (fail_by_error(step, &error) * most_share > l->live_cells) return refine_nothing(step, relative, absolute);
    l->apart = fail_by_bounds(step, relative, absolute);
    if (l->apart && qh_volume_local_choose(step) * most_share > l->live_cells)
        return refine_nothing(step, relative, absolute);
    step->error = error;
    bool done = true;
    if (l->apart) {
        QH_TRY(run_parts(step, relative, absolute, &done));
        memset(l->beyond, 0, v->n_segment * sizeof *l->beyond);
    }
    l->apart = true;
    l->work /= (double)l->live_cells;
    for (size_t index = 0; index < v->n_system && done && l->work > 0; index++)
        qh_volume_step_mend(step, index, relative * step->scale[index] + absolute, l->taken, l->beyond);
    for (size_t k = 0; k < v->n_live && done && l->work > 0; k++)
        done = !l->beyond[v->live[k]];
    if (!done) step->courant = too_long;
    mix(step);
    return QH_OK;
}
