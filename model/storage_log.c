#include "model/storage_log.h"

#include <math.h>

static const double day = 86400; /* s */
/* m; a level that stands at the dead level but for rounding is at it. */
static const double EVEN = 1e-6;

qh_status qh_storage_log_create(double duration, size_t n_reservoir, qh_arena *arena, qh_storage_log *log) {
    qh_storage_log made = {.n_reservoir = n_reservoir};
    QH_TRY(qh_release_log_create(duration, n_reservoir, 0, arena, &made.release));
    made.n_day = made.release.n_day;
    const size_t n = made.n_day * n_reservoir + 1;
    bool enough = true;
#define ALLOCATE(field, count) enough = (made.field = qh_arena_alloc(arena, count, sizeof(double))) != NULL && enough
    ALLOCATE(start_volume, n_reservoir + 1);
    ALLOCATE(level, n);
    ALLOCATE(lowest, n);
    ALLOCATE(highest, n);
    ALLOCATE(volume, n);
    ALLOCATE(inflow, n);
    ALLOCATE(spilled, n);
    ALLOCATE(diverted, n);
    ALLOCATE(taken, n);
#undef ALLOCATE
    if (!enough) return QH_E_NOMEM;
    for (size_t i = 0; i + 1 < n; i++) {
        made.lowest[i] = INFINITY;
        made.highest[i] = -INFINITY;
    }
    *log = made;
    return QH_OK;
}

static void see(qh_storage_log *log, size_t at, double level) {
    log->lowest[at] = fmin(log->lowest[at], level);
    log->highest[at] = fmax(log->highest[at], level);
}

/* At time `t` [s] of a step, on the straight line from `start` to `end`; its ends to the last digit. */
static double between(const qh_storage_step *step, double t, double start, double end) {
    if (t <= step->start) return start;
    return t >= step->end ? end : start + (end - start) * ((t - step->start) / (step->end - step->start));
}

void qh_storage_log_add(qh_storage_log *log, size_t reservoir, const qh_storage_step *step) {
    qh_release_log_add(&log->release, reservoir, step->start, step->end, step->target, step->released,
                       step->diverted + step->taken);
    for (size_t d = (size_t)(step->start / day); d < log->n_day && (double)d * day < step->end; d++) {
        const size_t at = d * log->n_reservoir + reservoir;
        const double begins = (double)d * day, ends = begins + day;
        const double from = fmax(step->start, begins), to = fmin(step->end, ends), part = (to - from) / day;
        see(log, at, between(step, from, step->level_start, step->level_end));
        log->level[at] = between(step, to, step->level_start, step->level_end);
        see(log, at, log->level[at]);
        log->volume[at] = between(step, to, step->volume_start, step->volume_end);
        log->inflow[at] += part * step->inflow;
        log->spilled[at] += part * step->spilled;
        log->diverted[at] += part * step->diverted;
        log->taken[at] += part * step->taken;
    }
}

qh_storage_record qh_storage_record_of(const qh_storage_log *log, size_t reservoir, double dead, double minimum) {
    qh_storage_record r = {.lowest = INFINITY, .highest = -INFINITY, .volume_start = log->start_volume[reservoir]};
    for (size_t d = 0; d < log->n_day; d++) {
        const size_t at = d * log->n_reservoir + reservoir;
        if (log->lowest[at] < r.lowest) {
            r.lowest = log->lowest[at];
            r.lowest_day = d;
        }
        if (log->highest[at] > r.highest) {
            r.highest = log->highest[at];
            r.highest_day = d;
        }
        r.days_at_dead += log->lowest[at] <= dead + EVEN;
        r.days_below_minimum += log->lowest[at] < minimum - EVEN;
        r.inflow += day * log->inflow[at];
        r.released += day * log->release.released[at];
        r.spilled += day * log->spilled[at];
        r.diverted += day * log->diverted[at];
        r.taken += day * log->taken[at];
        r.level_end = log->level[at];
        r.volume_end = log->volume[at];
    }
    r.residual = (r.volume_end - r.volume_start) - (r.inflow - r.released - r.diverted - r.taken);
    return r;
}
