/* How a cloud passes a place: crossings by straight lines between samples, the peak by the parabola through the three
 * samples around it. With a dozen samples or more a standard deviation both are off by less than a thousandth of it.
 * The release is one pulse; where it comes by two ways there may be two peaks: arrival is that of the first to rise above
 * the edge, passing that of the last to fall. */
#include <math.h>

#include "scenarios/spill_internal.h"

/* Time at which the line between samples i-1 and i meets `value`. */
static double crossing(const double *time, const double *c, size_t i, double value) {
    const double rise = c[i] - c[i - 1];
    return rise == 0 ? time[i] : time[i - 1] + (value - c[i - 1]) / rise * (time[i] - time[i - 1]);
}

static void find_peak(size_t n, const double *time, const double *c, qh_pass *pass) {
    size_t k = 0;
    for (size_t i = 1; i < n; i++)
        if (c[i] > c[k]) k = i;
    pass->peak = c[k];
    pass->peak_time = time[k];
    if (k == 0 || k + 1 == n) return;
    const double bend = c[k - 1] - 2 * c[k] + c[k + 1], slope = (c[k + 1] - c[k - 1]) / 2;
    if (!(bend < 0)) return;
    const double step = -slope / bend;
    pass->peak_time += step * (time[k + 1] - time[k]);
    pass->peak += slope * step / 2;
}

/* First rise above and last fall below `value`; false where the last sample is still above: `to` is its time. */
static bool window(size_t n, const double *time, const double *c, double value, double *from, double *to) {
    size_t first = 0, last = n - 1;
    while (first < n && !(c[first] > value))
        first++;
    while (last > first && !(c[last] > value))
        last--;
    *from = first > 0 ? crossing(time, c, first, value) : time[0];
    *to = time[n - 1];
    if (last + 1 >= n) return false;
    *to = crossing(time, c, last + 1, value);
    return true;
}

bool qh_spill_pass_of(size_t n, const double *time, const double *added, const spill_bounds *bounds, qh_pass *pass) {
    qh_pass found = {0};
    *pass = found;
    if (n < 3) return false;
    find_peak(n, time, added, &found);
    if (!(found.peak > bounds->felt)) return true;
    found.arrives = true;
    const double edge = bounds->edge * found.peak;
    bool passed = window(n, time, added, edge, &found.arrival, &found.passed);
    const double room = bounds->limit.value - (bounds->background.given ? bounds->background.value : 0);
    if (bounds->limit.given && found.peak > room) {
        found.exceeds = true;
        /* Where the water is over its limit without the spill, the cloud itself marks the time. */
        passed = window(n, time, added, room > 0 ? room : edge, &found.over_from, &found.over_to) && passed;
    }
    found.lasts = !passed;
    *pass = found;
    return passed;
}

/* ---- one answer at one place ---- */

static const double FELT = 1e-6;   /* of the peak without decay: what is lower does not arrive */
static const double FINEST = 1e-9; /* error over the scale that an inversion leaves */

/* Felt, and high enough that its edge stands out of the inversion's error. */
double qh_spill_felt(const spill_work *s, const spill_place *at) {
    return fmax(FELT * at->undecayed, 3 * FINEST * qh_spill_scale(s) / s->spill->release.edge);
}

qh_status qh_spill_keep_curve(const spill_work *s, const spill_samples *samples, size_t column, const spill_place *at,
                              size_t answer, qh_spill_target *target, bool *passed) {
    double *added = qh_arena_alloc(s->arena, samples->count, sizeof *added);
    double *time = qh_arena_alloc(s->arena, samples->count, sizeof *time);
    if (!added || !time) return QH_E_NOMEM;
    for (size_t i = 0; i < samples->count; i++) {
        added[i] = samples->value[i * samples->n_section + column];
        time[i] = samples->time[i];
    }
    target->n_time = samples->count;
    target->time = time;
    target->added[answer] = added;
    const qh_release *release = &s->spill->release;
    const spill_bounds bounds = {release->edge, qh_spill_felt(s, at), target->limit, target->background};
    *passed = qh_spill_pass_of(samples->count, time, added, &bounds, &target->pass[answer]) && *passed;
    return QH_OK;
}

/* ---- bands ---- */

#define BAND(name, member)                                                                                             \
    qh_band name(const qh_spill *spill, const qh_spill_target *target) {                                               \
        qh_band band = {INFINITY, -INFINITY};                                                                          \
        for (size_t a = 0; a < spill->n_answer; a++) {                                                                 \
            if (!target->pass[a].arrives) continue;                                                                    \
            band.low = fmin(band.low, target->pass[a].member);                                                         \
            band.high = fmax(band.high, target->pass[a].member);                                                       \
        }                                                                                                              \
        return band;                                                                                                   \
    }

BAND(qh_spill_arrival, arrival)
BAND(qh_spill_peak_time, peak_time)
BAND(qh_spill_peak, peak)
BAND(qh_spill_passed, passed)

bool qh_spill_over(const qh_spill *spill, const qh_spill_target *target, qh_band *over) {
    qh_band found = {INFINITY, -INFINITY};
    for (size_t a = 0; a < spill->n_answer; a++) {
        if (!target->pass[a].exceeds) continue;
        found.low = fmin(found.low, target->pass[a].over_from);
        found.high = fmax(found.high, target->pass[a].over_to);
    }
    if (found.low > found.high) return false;
    *over = found;
    return true;
}
