/* Statistics of many scenarios.
 *
 * Probability  Wilson's score interval: (p + z^2/2n -+ z sqrt(p (1-p)/n + z^2/4n^2)) / (1 + z^2/n); it stays inside 0 .. 1 and
 *              holds near its ends, where p -+ z sqrt(p (1-p)/n) says nothing.
 * Indices      first order  S_j = mean(f_B (f_ABj - f_A)) / V     (Saltelli et al. 2010, table 2 b; f centred, which
 *                                                                  takes the mean's square out of the error)
 *              total        T_j = mean((f_A - f_ABj)^2) / 2 V     (Jansen 1999)
 *              V is the variance of the 2 N values of A and B. Intervals: percentiles of a bootstrap over the points.
 * Source       Wilson (1927), J. Am. Stat. Assoc. 22, 209-212; Saltelli et al. (2010), Comput. Phys. Commun. 181, 259-270;
 *              Jansen (1999), Comput. Phys. Commun. 117, 35-43; Archer, Saltelli & Sobol (1997) for the bootstrap.
 * Not for      variables that depend on one another: the indices then do not add up to the variance. */
#include "scenarios/sweep_statistics.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "model/gamma.h"
#include "model/random.h"

const double qh_quantile_levels[QH_QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};

/* ---- probability ---- */

qh_probability qh_probability_of(const signed char *verdict, size_t count, size_t stride, double confidence) {
    qh_probability p = {.share = NAN, .low = NAN, .high = NAN};
    for (size_t k = 0; k < count; k++) {
        if (verdict[k * stride] < 0) continue;
        p.n++;
        p.n_attained += verdict[k * stride] > 0;
    }
    if (p.n == 0) return p;
    const double n = (double)p.n, z = qh_normal_quantile(0.5 + 0.5 * confidence), square = z * z / n;
    p.share = (double)p.n_attained / n;
    const double centre = p.share + 0.5 * square;
    const double half = z * sqrt(p.share * (1 - p.share) / n + 0.25 * square / n);
    /* All or none: the interval ends there, but for rounding. */
    p.low = p.n_attained == 0 ? 0 : (centre - half) / (1 + square);
    p.high = p.n_attained == p.n ? 1 : (centre + half) / (1 + square);
    return p;
}

/* ---- summaries ---- */

static int by_size(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Quantile of sorted values [n]. */
static double quantile_of(const double *sorted, size_t n, double level) {
    const double rank = level * (double)(n - 1);
    const size_t k = (size_t)rank;
    if (k + 1 >= n) return sorted[n - 1];
    return sorted[k] + (rank - (double)k) * (sorted[k + 1] - sorted[k]);
}

static void summarise_sorted(const double *sorted, qh_distribution_summary *s) {
    const double n = (double)s->n;
    double sum = 0, square = 0;
    for (size_t k = 0; k < s->n; k++)
        sum += sorted[k];
    s->mean = sum / n;
    for (size_t k = 0; k < s->n; k++)
        square += (sorted[k] - s->mean) * (sorted[k] - s->mean);
    s->sd = s->n > 1 ? sqrt(square / (n - 1)) : NAN;
    s->least = sorted[0];
    s->most = sorted[s->n - 1];
    for (size_t k = 0; k < QH_QUANTILES; k++)
        s->quantile[k] = quantile_of(sorted, s->n, qh_quantile_levels[k]);
}

qh_status qh_summarise(const double *value, size_t count, size_t stride, qh_distribution_summary *summary) {
    double *sorted = malloc((count + 1) * sizeof *sorted);
    if (!sorted) return QH_E_NOMEM;
    qh_distribution_summary s = {.mean = NAN, .sd = NAN, .least = NAN, .most = NAN};
    for (size_t k = 0; k < QH_QUANTILES; k++)
        s.quantile[k] = NAN;
    for (size_t k = 0; k < count; k++)
        if (!isnan(value[k * stride])) sorted[s.n++] = value[k * stride];
    s.n_failed = count - s.n;
    qsort(sorted, s.n, sizeof *sorted, by_size);
    if (s.n > 0) summarise_sorted(sorted, &s);
    free(sorted);
    *summary = s;
    return QH_OK;
}

/* ---- indices ---- */

/* Values of the points that are complete: A, B and AB_j of point n at row n. */
typedef struct design {
    size_t n_point, n_variable, width; /* width: n_variable + 2 */
    double *value;                     /* [n_point][width] */
} design;

static qh_status gather(const double *value, size_t n_point, size_t n_variable, size_t stride, design *d) {
    *d = (design){.n_variable = n_variable, .width = n_variable + 2};
    d->value = malloc((n_point * d->width + 1) * sizeof *d->value);
    if (!d->value) return QH_E_NOMEM;
    for (size_t k = 0; k < n_point; k++) {
        double *row = d->value + d->n_point * d->width;
        bool whole = true;
        for (size_t j = 0; j < d->width; j++) {
            row[j] = value[(k * d->width + j) * stride];
            whole = whole && !isnan(row[j]);
        }
        d->n_point += whole;
    }
    return QH_OK;
}

/* Number of the point that stands at place k of a sample; sample 0 is the points themselves. */
static size_t drawn(const design *d, uint64_t seed, uint32_t sample, size_t k) {
    if (sample == 0) return k;
    return (size_t)(qh_random_unit(seed, sample, k) * (double)d->n_point);
}

/* Indices of one sample: first and total [n_variable]; the variance is returned. */
static double estimate(const design *d, uint64_t seed, uint32_t sample, double *first, double *total) {
    const double n = (double)d->n_point;
    double sum = 0, square = 0;
    for (size_t k = 0; k < d->n_point; k++) {
        const double *row = d->value + drawn(d, seed, sample, k) * d->width;
        sum += row[0] + row[1];
    }
    const double mean = sum / (2 * n);
    for (size_t j = 0; j < d->n_variable; j++)
        first[j] = total[j] = 0;
    for (size_t k = 0; k < d->n_point; k++) {
        const double *row = d->value + drawn(d, seed, sample, k) * d->width;
        const double a = row[0] - mean, b = row[1] - mean;
        square += a * a + b * b;
        for (size_t j = 0; j < d->n_variable; j++) {
            const double change = row[2 + j] - row[0];
            first[j] += b * change;
            total[j] += change * change;
        }
    }
    const double variance = square / (2 * n - 1);
    for (size_t j = 0; j < d->n_variable; j++) {
        first[j] = variance > 0 ? first[j] / n / variance : NAN;
        total[j] = variance > 0 ? 0.5 * total[j] / n / variance : NAN;
    }
    return variance;
}

static void set_intervals(qh_sobol_index *index, size_t n_variable, size_t n, double *sample, double confidence) {
    for (size_t j = 0; j < n_variable; j++) {
        double *own = sample + j * n;
        qsort(own, n, sizeof *own, by_size);
        const bool any = n > 0 && !isnan(index[j].value);
        index[j].low = any ? quantile_of(own, n, 0.5 - 0.5 * confidence) : NAN;
        index[j].high = any ? quantile_of(own, n, 0.5 + 0.5 * confidence) : NAN;
    }
}

/* sample [2][n_variable][n_resample], room [2][n_variable] */
static void bootstrap(const design *d, uint64_t seed, size_t n_resample, double *sample, double *room) {
    const size_t n = d->n_variable;
    for (size_t r = 0; r < n_resample; r++) {
        (void)estimate(d, seed, (uint32_t)(r + 1), room, room + n);
        for (size_t j = 0; j < 2 * n; j++)
            sample[j * n_resample + r] = room[j];
    }
}

qh_status qh_sobol_indices_of(const double *value, size_t n_point, size_t n_variable, size_t stride, size_t n_resample,
                              uint64_t seed, double confidence, qh_sobol_indices *indices) {
    design d;
    QH_TRY(gather(value, n_point, n_variable, stride, &d));
    double *sample = malloc((2 * n_variable * n_resample + 1) * sizeof *sample);
    double *room = malloc((2 * n_variable + 1) * sizeof *room);
    const bool enough = sample && room;
    if (enough) {
        indices->n_point = d.n_point;
        indices->n_variable = n_variable;
        indices->variance = d.n_point > 0 ? estimate(&d, seed, 0, room, room + n_variable) : NAN;
        for (size_t j = 0; j < n_variable; j++) {
            indices->first[j].value = d.n_point > 0 ? room[j] : NAN;
            indices->total[j].value = d.n_point > 0 ? room[n_variable + j] : NAN;
        }
        const size_t n = d.n_point > 0 ? n_resample : 0;
        bootstrap(&d, seed, n, sample, room);
        set_intervals(indices->first, n_variable, n, sample, confidence);
        set_intervals(indices->total, n_variable, n, sample + n_variable * n, confidence);
    }
    free(d.value);
    free(sample);
    free(room);
    return enough ? QH_OK : QH_E_NOMEM;
}
