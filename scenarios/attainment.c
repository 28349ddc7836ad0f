#include "scenarios/attainment.h"

#include <math.h>
#include <stdlib.h>

#include "scenarios/assess_internal.h"

enum { BLOCK = 8192 /* samples read at once */, MONTHS = 12 };
static const double DAY = 86400.0; /* s */

bool qh_date_at(const char *start, double time, int *year, int *month, int *day) {
    char text[64];
    qh_time_text(start, time, sizeof text, text);
    char *end = NULL;
    const long y = strtol(text, &end, 10);
    if (*end != '-') return false; /* "2.5 d" of a run without a date */
    const long m = strtol(end + 1, &end, 10);
    if (*end != '-') return false;
    *year = (int)y;
    *month = (int)m;
    *day = (int)strtol(end + 1, &end, 10);
    return true;
}

typedef struct calendar {
    qh_store *store;
    const qh_store_info *info;
    const qh_standard *standard;
    size_t section;
    qh_diag *diag;
    qh_periods day, month;
    double *day_mean, *month_mean; /* [day.count], [month.count], of the constituent at hand, g/m3 */
    double *value;                 /* [BLOCK], g/m3 */
    int *day_class, *month_class, year_class;
} calendar;

static bool samples_show_days(const qh_store_info *info) {
    for (size_t i = 1; i < info->n_sample; i++)
        if (info->sample_time[i] - info->sample_time[i - 1] > DAY * (1.0 + 1e-9)) return false;
    return !info->steady && info->n_sample > 1;
}

static void take_worst(const calendar *c, const qh_standard_item *item, const qh_periods *periods, const double *mean,
                       int *worst) {
    for (size_t i = 0; i < periods->count; i++) {
        const int class_of = qh_standard_class_of(c->standard, item, mean[i]);
        if (class_of > worst[i]) worst[i] = class_of;
    }
}

static qh_status take_means(calendar *c, size_t constituent) {
    const qh_store_info *info = c->info;
    qh_period_means day, month;
    qh_period_means_begin(&day, &c->day, c->day_mean);
    qh_period_means_begin(&month, &c->month, c->month_mean);
    double last_time = 0, last_value = 0;
    for (size_t first = 0; first < info->n_sample; first += BLOCK) {
        const size_t count = info->n_sample - first < BLOCK ? info->n_sample - first : BLOCK;
        QH_TRY(qh_store_read_section(c->store, c->section, constituent, first, count, c->diag, c->value));
        for (size_t i = 0; i < count; i++) {
            const double time = info->sample_time[first + i], value = c->value[i];
            if (first + i > 0 && time > last_time) {
                qh_period_means_add(&day, last_time, last_value, time, value);
                qh_period_means_add(&month, last_time, last_value, time, value);
            }
            last_time = time;
            last_value = value;
        }
    }
    return QH_OK;
}

static qh_status add_constituent(calendar *c, size_t constituent) {
    const qh_standard_item *item = qh_standard_item_find(c->standard, c->info->constituent[constituent].item);
    if (!item || !item->evaluated) return QH_OK;
    QH_TRY(take_means(c, constituent));
    take_worst(c, item, &c->day, c->day_mean, c->day_class);
    take_worst(c, item, &c->month, c->month_mean, c->month_class);
    if (c->month.count < MONTHS) return QH_OK;
    double mean = 0;
    for (size_t i = 0; i < MONTHS; i++)
        mean += c->month_mean[i] / MONTHS;
    const int class_of = qh_standard_class_of(c->standard, item, mean);
    if (class_of > c->year_class) c->year_class = class_of;
    return QH_OK;
}

static qh_status allocate(calendar *c, qh_arena *arena) {
    const double first = c->info->sample_time[0], last = c->info->sample_time[c->info->n_sample - 1];
    QH_TRY(qh_days_of(c->info->start, first, last, arena, &c->day));
    QH_TRY(qh_months_of(c->info->start, first, last, arena, &c->month));
    c->day_mean = qh_arena_alloc(arena, c->day.count + 1, sizeof(double));
    c->month_mean = qh_arena_alloc(arena, c->month.count + 1, sizeof(double));
    c->value = qh_arena_alloc(arena, BLOCK, sizeof(double));
    c->day_class = qh_arena_alloc(arena, c->day.count + 1, sizeof(int));
    c->month_class = qh_arena_alloc(arena, c->month.count + 1, sizeof(int));
    return c->day_mean && c->month_mean && c->value && c->day_class && c->month_class ? QH_OK : QH_E_NOMEM;
}

/* Days of each month, and of them those that attain. */
static void count_days(const qh_attainment *a, size_t *days, size_t *attained) {
    size_t d = 0;
    for (size_t m = 0; m < a->n_month; m++) {
        for (; d < a->n_day && a->day[d + 1] <= a->month[m + 1] + 1; d++) {
            if (a->day[d] < a->month[m] - 1) continue;
            days[m]++;
            attained[m] += a->day_class[d] <= a->target_class;
        }
    }
}

qh_status qh_attainment_of(qh_store *store, const qh_standard *standard, size_t section, qh_arena *arena, qh_diag *diag,
                           qh_attainment *attainment) {
    calendar c = {
        .store = store, .info = qh_store_get_info(store), .standard = standard, .section = section, .diag = diag};
    qh_attainment made = {.target_class = c.info->section[section].target_class};
    if (samples_show_days(c.info)) {
        QH_TRY(allocate(&c, arena));
        for (size_t k = 0; k < c.info->n_constituent; k++)
            QH_TRY(add_constituent(&c, k));
        made.n_day = c.day.count, made.day = c.day.boundary, made.day_class = c.day_class;
        made.n_month = c.month.count, made.month = c.month.boundary, made.month_class = c.month_class;
        size_t *days = qh_arena_alloc(arena, made.n_month + 1, sizeof *days);
        size_t *attained = qh_arena_alloc(arena, made.n_month + 1, sizeof *attained);
        if (!days || !attained) return QH_E_NOMEM;
        count_days(&made, days, attained);
        made.month_days = days, made.month_days_attained = attained;
        made.year_class = c.year_class;
        if (made.n_month >= MONTHS) made.year_from = made.month[0], made.year_to = made.month[MONTHS];
    }
    *attainment = made;
    return QH_OK;
}
