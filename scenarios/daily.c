/* Daily means of a section, for a calendar. The mean is that of periods.c. */
#include "scenarios/assess_internal.h"

qh_status qh_daily_means_of(qh_store *store, size_t section, size_t constituent, qh_arena *arena, qh_diag *diag,
                            qh_daily_means *days) {
    const qh_store_info *const info = qh_store_get_info(store);
    qh_daily_means made = {0};
    if (info->steady || info->n_sample < 2) {
        *days = made;
        return QH_OK;
    }
    const double *const time = info->sample_time;
    qh_periods periods = {0};
    QH_TRY(qh_days_of(info->start, time[0], time[info->n_sample - 1], arena, &periods));
    double *const value = qh_arena_alloc(arena, info->n_sample, sizeof *value);
    double *const mean = qh_arena_alloc(arena, periods.count + 1, sizeof *mean);
    if (!value || !mean) return QH_E_NOMEM;
    QH_TRY(qh_store_read_section(store, section, constituent, 0, info->n_sample, diag, value));
    qh_period_means means;
    qh_period_means_begin(&means, &periods, mean);
    for (size_t i = 1; i < info->n_sample; i++)
        qh_period_means_add(&means, time[i - 1], value[i - 1], time[i], value[i]);
    made = (qh_daily_means){.count = periods.count, .boundary = periods.boundary, .mean = mean};
    *days = made;
    return QH_OK;
}
