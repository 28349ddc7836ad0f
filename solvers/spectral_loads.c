/* Transforms of load and boundary series.
 *
 * Equation   a series that steps by a_j at t_j has the transform sum a_j exp(-s t_j)/s, one whose slope changes by a_j
 *            sum a_j exp(-s t_j)/s^2; here without the value at the start, which is added where it belongs.
 * Scheme     at s_k = sigma + 2 pi i k/P. Where all t_j are multiples of a step of the period, one fast Fourier transform
 *            of a_j exp(-sigma t_j) gives all k (they repeat); else powers are carried on from one k to the next, and set
 *            anew every 256 for their last digits.
 * Not for    changes after the end of the run: they are left out, for nothing there feels them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/complex_internal.h"
#include "solvers/fourier_internal.h"
#include "solvers/spectral_internal.h"

/* Change number j of a series: time and size; false when there is none that matters. Linear series have one more change
 * than entries less one: at 0 the slope that holds there. */
static bool change_at(const qh_series *series, size_t j, double duration, double *time, double *size) {
    const double *t = series->time, *v = series->value;
    const bool step = series->interpolation == QH_STEP;
    *time = t[j];
    if (step) {
        if (j == 0 || t[j] <= 0 || t[j] >= duration) return false;
        *size = v[j] - v[j - 1];
        return *size != 0;
    }
    const double before = j > 0 ? (v[j] - v[j - 1]) / (t[j] - t[j - 1]) : 0;
    const double after = j + 1 < series->count ? (v[j + 1] - v[j]) / (t[j + 1] - t[j]) : 0;
    if (t[j] >= duration) return false;
    if (t[j] > 0) {
        *size = after - before;
    } else {
        if (j + 1 < series->count && t[j + 1] <= 0) return false; /* all before the start */
        *time = 0;
        *size = after;
    }
    return *size != 0;
}

double spectral_series_bound(const qh_series *series, double rate, double shift, double duration) {
    double sum = 0, time, size;
    for (size_t j = 0; j < series->count; j++)
        if (change_at(series, j, duration, &time, &size)) sum += fabs(size) * exp(-shift * time);
    return series->interpolation == QH_STEP ? sum / rate : sum / (rate * rate);
}

double spectral_series_distance(const qh_series *series, double interval, double duration) {
    double least = INFINITY, time, size;
    for (size_t j = 0; j < series->count; j++) {
        if (!change_at(series, j, duration, &time, &size) || time == 0) continue;
        least = fmin(least, fabs(time - interval * round(time / interval)));
    }
    return least;
}

/* Intervals in a period on which all changes fall, 0 when there are none. */
static size_t grid_of(const qh_series *series, const spectral_plan *plan) {
    enum { MOST = 1 << 21 };
    const double first = series->count > 1 ? series->time[1] - series->time[0] : plan->period;
    const size_t candidate[] = {plan->sample_fold, (size_t)fmin(round(plan->period / first), MOST)};
    for (size_t c = 0; c < 2; c++) {
        if (candidate[c] == 0 || candidate[c] >= MOST) continue;
        const double step = plan->period / (double)candidate[c];
        bool fits = true;
        for (size_t j = 0; j < series->count && fits; j++) {
            const double place = series->time[j] / step;
            fits = fabs(place - round(place)) < 1e-9 * (1 + fabs(place)) || series->time[j] < 0 ||
                   series->time[j] > plan->duration;
        }
        if (fits) return candidate[c];
    }
    return 0;
}

static qh_status by_transform(const qh_series *series, const spectral_plan *plan, size_t grid, double complex *value) {
    qh_arena *arena = qh_arena_create();
    if (!arena) return QH_E_NOMEM;
    fourier *transform = NULL;
    double complex *from = qh_arena_alloc(arena, grid, sizeof *from), *to = qh_arena_alloc(arena, grid, sizeof *to);
    const qh_status status = from && to ? fourier_create(arena, grid, &transform) : QH_E_NOMEM;
    if (status == QH_OK) {
        double time, size;
        for (size_t j = 0; j < series->count; j++)
            if (change_at(series, j, plan->duration, &time, &size))
                from[(size_t)round(time / plan->period * (double)grid) % grid] += size * exp(-plan->shift * time);
        fourier_transform(transform, from, to);
        for (size_t k = 0; k <= plan->n_frequency; k++)
            value[k] = to[k % grid];
    }
    qh_arena_destroy(arena);
    return status;
}

static void by_powers(const qh_series *series, const spectral_plan *plan, double complex *value) {
    for (size_t k = 0; k <= plan->n_frequency; k++)
        value[k] = 0;
    for (size_t j = 0; j < series->count; j++) {
        double time, size;
        if (!change_at(series, j, plan->duration, &time, &size)) continue;
        const double turn = fmod(time / plan->period, 1);
        const double complex factor = cexp(-2 * 3.14159265358979323846 * I * turn);
        double complex term = 0;
        size *= exp(-plan->shift * time);
        for (size_t k = 0; k <= plan->n_frequency; k++, term *= factor) {
            if (k % 256 == 0) term = size * cexp(-2 * 3.14159265358979323846 * I * fmod(turn * (double)k, 1));
            value[k] += term;
        }
    }
}

static qh_status transform_series(const spectral_plan *plan, spectral_series *made) {
    made->value = malloc((plan->n_frequency + 1) * sizeof *made->value);
    if (!made->value) return QH_E_NOMEM;
    const size_t grid = grid_of(made->series, plan);
    if (grid > 0)
        QH_TRY(by_transform(made->series, plan, grid, made->value));
    else
        by_powers(made->series, plan, made->value);
    for (size_t k = 0; k <= plan->n_frequency; k++) {
        const double complex s = plan->shift + 2 * 3.14159265358979323846 * I * (double)k / plan->period;
        const double complex per_rate = complex_inverse(s);
        made->value[k] = complex_times(made->value[k], per_rate);
        if (made->series->interpolation != QH_STEP) made->value[k] = complex_times(made->value[k], per_rate);
    }
    return QH_OK;
}

/* Number of a series in the list, where it is added when it is not there yet. */
static size_t number_of(spectral *s, const qh_series *series) {
    size_t k = 0;
    while (k < s->n_series && s->series[k].series != series)
        k++;
    if (k == s->n_series) s->series[s->n_series++].series = series;
    return k;
}

qh_status spectral_load_series(spectral *s) {
    const qh_forcing *forcing = s->problem->forcing;
    const size_t count = forcing->n_source * forcing->n_species * forcing->n_lane;
    s->series = calloc(count + 1, sizeof *s->series);
    s->of_value = malloc((count + 1) * sizeof *s->of_value);
    s->constant = malloc((forcing->n_source + 1) * sizeof *s->constant);
    if (!s->series || !s->of_value || !s->constant) return QH_E_NOMEM;
    memset(s->constant, true, forcing->n_source * sizeof *s->constant);
    for (size_t k = 0; k < count; k++) {
        const qh_series *series = forcing->value[k].value.series;
        s->of_value[k] = series ? number_of(s, series) : SIZE_MAX;
        if (series) s->constant[k / (forcing->n_species * forcing->n_lane)] = false;
    }
    for (size_t k = 0; k < s->n_series; k++)
        if (s->series[k].series) QH_TRY(transform_series(&s->plan, &s->series[k]));
    return QH_OK;
}
