/* Statistics of the sections' series of an unsteady run, as `qinghe assess` has them: samples joined by straight lines,
 * means over complete days and months. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/evaluator_internal.h"

enum { VALUE, MEAN, MINIMUM, MAXIMUM, P95, DAYS, N_STATISTIC, MONTHS = 12 };
static const double DAY = 86400;

static qh_status choose_statistic(qh_evaluator *e, qh_diag *diag) {
    const char *name = e->plan->statistic;
    qh_evaluator_layout *l = &e->layout;
    l->judged = e->month.count > 0 ? QH_STAT_MONTHLY : QH_STAT_MEAN;
    if (*name) (void)qh_statistic_find(name, &l->judged); /* the reader lets only known ones pass */
    const size_t months = l->judged == QH_STAT_ANNUAL ? MONTHS : 1;
    const bool monthly = l->judged == QH_STAT_MONTHLY || l->judged == QH_STAT_ANNUAL;
    QH_CHECK(!monthly || e->month.count >= months, QH_E_INPUT, diag, QH_NOWHERE,
             "the statistic '%s' needs %zu complete months sampled at least daily; the run covers %zu", name, months,
             e->month.count);
    QH_CHECK(l->judged != QH_STAT_DAILY || e->day.count >= 1, QH_E_INPUT, diag, QH_NOWHERE,
             "the statistic '%s' needs a complete day sampled at least daily", name);
    return QH_OK;
}

qh_status qh_series_prepare(qh_evaluator *e, qh_diag *diag) {
    static const char *const names[N_STATISTIC] = {"value", "mean", "minimum", "maximum", "p95", "days"};
    const qh_run_options *run = &e->plan->river_case->run;
    qh_evaluator_layout *l = &e->layout;
    if (run->sample_interval <= DAY * (1 + 1e-9)) {
        QH_TRY(qh_days_of(run->start, 0, run->duration, e->arena, &e->day));
        QH_TRY(qh_months_of(run->start, 0, run->duration, e->arena, &e->month));
    }
    QH_TRY(choose_statistic(e, diag));
    l->n_statistic = N_STATISTIC;
    memcpy(l->statistic_name, names, sizeof names);
    const size_t most = e->day.count > e->month.count ? e->day.count : e->month.count;
    e->sorted = qh_arena_alloc(e->arena, e->n_time, sizeof *e->sorted);
    e->mean = qh_arena_alloc(e->arena, most + 1, sizeof *e->mean);
    return e->sorted && e->mean ? QH_OK : QH_E_NOMEM;
}

static void period_means(const qh_evaluator *e, const qh_periods *periods, const double *value) {
    qh_period_means means;
    qh_period_means_begin(&means, periods, e->mean);
    for (size_t k = 1; k < e->n_time; k++)
        qh_period_means_add(&means, e->time[k - 1], value[k - 1], e->time[k], value[k]);
}

/* The worst mean over `stride` consecutive periods, from one such span to the next. */
static double worst_mean(const qh_evaluator *e, const qh_periods *periods, size_t stride, const qh_bound *b) {
    double worst = 0;
    for (size_t i = 0; i + stride <= periods->count; i += stride) {
        double sum = 0;
        for (size_t k = 0; k < stride; k++)
            sum += e->mean[i + k] / (double)stride;
        if (i == 0 || qh_bound_badness(b, sum) > qh_bound_badness(b, worst)) worst = sum;
    }
    return worst;
}

static double mean_of(const qh_evaluator *e, const double *value) {
    double integral = 0;
    for (size_t k = 1; k < e->n_time; k++)
        integral += 0.5 * (e->time[k] - e->time[k - 1]) * (value[k - 1] + value[k]);
    const double length = e->time[e->n_time - 1] - e->time[0];
    return length > 0 ? integral / length : value[0];
}

static int by_size(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double judged_value(const qh_evaluator *e, const qh_bound *b, const double *value, double mean) {
    double worst = value[0];
    switch (e->layout.judged) {
    case QH_STAT_INSTANT:
        for (size_t k = 1; k < e->n_time; k++)
            if (qh_bound_badness(b, value[k]) > qh_bound_badness(b, worst)) worst = value[k];
        return worst;
    case QH_STAT_DAILY: period_means(e, &e->day, value); return worst_mean(e, &e->day, 1, b);
    case QH_STAT_MONTHLY: period_means(e, &e->month, value); return worst_mean(e, &e->month, 1, b);
    case QH_STAT_ANNUAL: period_means(e, &e->month, value); return worst_mean(e, &e->month, MONTHS, b);
    default: return mean;
    }
}

/* Share of the complete days whose mean attains; NaN where there is no complete day, or nothing to attain. */
static double days_attained(const qh_evaluator *e, const qh_bound *b, const double *value) {
    if (e->day.count == 0 || !b->judged) return NAN;
    size_t attained = 0;
    period_means(e, &e->day, value);
    for (size_t d = 0; d < e->day.count; d++)
        attained += qh_bound_met(e, b, e->mean[d]);
    return (double)attained / (double)e->day.count;
}

/* The statistics of one series: made [N_STATISTIC]. */
static void make_statistics(const qh_evaluator *e, const qh_bound *b, const double *value, double *made) {
    const size_t n = e->n_time;
    memcpy(e->sorted, value, n * sizeof *value);
    qsort(e->sorted, n, sizeof *e->sorted, by_size);
    const double rank = 0.95 * (double)(n - 1);
    const size_t k = (size_t)rank, next = k + 1 < n ? k + 1 : k;
    made[MEAN] = mean_of(e, value);
    made[MINIMUM] = e->sorted[0];
    made[MAXIMUM] = e->sorted[n - 1];
    made[P95] = e->sorted[k] + (rank - (double)k) * (e->sorted[next] - e->sorted[k]);
    made[DAYS] = days_attained(e, b, value);
    made[VALUE] = judged_value(e, b, value, made[MEAN]);
}

void qh_series_judge(qh_evaluator *e, const double *series, bool flows, const qh_place_of_result *at) {
    const qh_evaluator_layout *l = &e->layout;
    for (size_t s = 0; s < l->n_section; s++) {
        for (size_t i = 0; i < l->n_species; i++) {
            const size_t m = s * l->n_species + i;
            const double *value = series + m * e->n_time;
            double made[N_STATISTIC];
            make_statistics(e, &e->bound[m], value, made);
            e->section[m] = made[VALUE];
            for (size_t k = 1; at->results->statistic && k < N_STATISTIC; k++)
                qh_statistic_row(e, at, i, k, s)[at->q] = made[k];
            for (size_t k = 0; at->results->series && l->n_sample > 0 && k < e->n_time; k++)
                at->results->series[((i * l->n_section + s) * e->n_time + k) * at->count + at->q] = value[k];
        }
    }
    qh_judge_scenario(e, e->section, flows, at);
}

void qh_note_steady_series(const qh_evaluator *e, const qh_place_of_result *at) {
    const size_t n = e->layout.n_species, n_section = e->layout.n_section;
    if (!at->results->series || e->layout.n_sample == 0) return;
    for (size_t i = 0; i < n; i++)
        for (size_t s = 0; s < n_section; s++)
            at->results->series[(i * n_section + s) * at->count + at->q] = e->section[s * n + i];
}
