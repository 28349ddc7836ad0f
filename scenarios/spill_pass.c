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

/* First rise above and last fall below `value`; false where the last sample is still above. */
static bool window(size_t n, const double *time, const double *c, double value, double *from, double *to) {
    size_t first = 0, last = n - 1;
    while (first < n && !(c[first] > value))
        first++;
    while (last > first && !(c[last] > value))
        last--;
    *from = first > 0 ? crossing(time, c, first, value) : time[0];
    if (last + 1 >= n) return false;
    *to = crossing(time, c, last + 1, value);
    return true;
}

bool qh_spill_pass_of(size_t n, const double *time, const double *added, double edge, qh_optional limit,
                      qh_optional background, qh_pass *pass) {
    *pass = (qh_pass){0};
    if (n < 3) return false;
    find_peak(n, time, added, pass);
    if (!(pass->peak > 0)) return false;
    if (!window(n, time, added, edge * pass->peak, &pass->arrival, &pass->passed)) return false;
    const double room = limit.value - (background.given ? background.value : 0);
    if (!limit.given || !(pass->peak > room)) return true;
    pass->exceeds = true;
    /* Where the water is over its limit without the spill, the cloud itself marks the time. */
    const double above = room > 0 ? room : edge * pass->peak;
    return window(n, time, added, above, &pass->over_from, &pass->over_to);
}

/* ---- bands ---- */

static qh_band band_of(double own, double least, double most) {
    return (qh_band){fmin(own, fmin(least, most)), fmax(own, fmax(least, most))};
}

#define BAND(target, member) band_of((target)->pass[0].member, (target)->pass[1].member, (target)->pass[2].member)

qh_band qh_spill_arrival(const qh_spill_target *target) { return BAND(target, arrival); }
qh_band qh_spill_peak_time(const qh_spill_target *target) { return BAND(target, peak_time); }
qh_band qh_spill_peak(const qh_spill_target *target) { return BAND(target, peak); }
qh_band qh_spill_passed(const qh_spill_target *target) { return BAND(target, passed); }
