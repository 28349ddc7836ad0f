/* Series at the control sections of an unsteady run, their daily means, and the discharge there where the water moves.
 *
 * A line of more samples than a page can show is cut into stretches of equally many samples, and of each the lowest and
 * the highest are kept in their order, so that no peak is lost. */
#include "viz/report/report_internal.h"

/* The samples kept of one line: value [n] to kept [<= 2*stretches + 2]. Returns their number. */
static size_t thin(size_t n, const double *value, size_t stretches, size_t *kept) {
    size_t count = 0;
    if (n <= 2 * stretches + 2) {
        for (size_t i = 0; i < n; i++)
            kept[count++] = i;
        return count;
    }
    kept[count++] = 0;
    for (size_t s = 0; s < stretches; s++) {
        const size_t begin = 1 + s * (n - 2) / stretches, end = 1 + (s + 1) * (n - 2) / stretches;
        size_t low = begin, high = begin;
        for (size_t i = begin; i < end; i++) {
            if (value[i] < value[low]) low = i;
            if (value[i] > value[high]) high = i;
        }
        kept[count++] = low < high ? low : high;
        if (low != high) kept[count++] = low < high ? high : low;
    }
    kept[count++] = n - 1;
    return count;
}

typedef struct line {
    size_t stretches;
    double *value, *work; /* [n_sample] */
    size_t *kept;         /* [2*stretches + 2] */
} line;

/* The samples of `l->value`, thinned. */
static void put_samples(const qh_store_info *info, const line *l, qh_json out) {
    const size_t count = thin(info->n_sample, l->value, l->stretches, l->kept);
    for (size_t i = 0; i < count; i++)
        l->work[i] = info->sample_time[l->kept[i]];
    qh_page_numbers(out, "time_s", count, l->work, 10);
    for (size_t i = 0; i < count; i++)
        l->work[i] = l->value[l->kept[i]];
    qh_page_numbers(out, "value", count, l->work, 5);
}

static qh_status put_line(qh_report *report, const qh_report_run *run, size_t section, size_t constituent,
                          const line *l, qh_json array) {
    const qh_store_info *const info = run->info;
    QH_TRY(qh_store_read_section(run->store, section, constituent, 0, info->n_sample, report->diag, l->value));
    const qh_json out = qh_page_object(array, NULL);
    qh_page_count(out, "section", section);
    qh_page_text(out, "constituent", info->constituent[constituent].name);
    put_samples(info, l, out);
    return QH_OK;
}

/* m3/s, negative where the river runs backwards. */
static qh_status put_discharges(qh_report *report, const qh_report_run *run, const line *l, qh_json out) {
    const qh_store_info *const info = run->info;
    if (!info->water_moves) return QH_OK;
    const qh_json array = qh_page_array(out, "discharge");
    for (size_t s = 0; s < info->n_section; s++) {
        QH_TRY(qh_store_read_discharge(run->store, s, 0, info->n_sample, report->diag, l->value));
        const qh_json one = qh_page_object(array, NULL);
        qh_page_count(one, "section", s);
        put_samples(info, l, one);
    }
    return QH_OK;
}

static qh_status put_days(qh_report *report, const qh_report_run *run, qh_json out) {
    const qh_store_info *const info = run->info;
    const qh_json array = qh_page_array(out, "daily");
    for (size_t s = 0; s < info->n_section; s++) {
        for (size_t c = 0; c < info->n_constituent; c++) {
            qh_daily_means days = {0};
            QH_TRY(qh_daily_means_of(run->store, s, c, report->arena, report->diag, &days));
            if (days.count == 0) return QH_OK;
            const qh_json one = qh_page_object(array, NULL);
            qh_page_count(one, "section", s);
            qh_page_text(one, "constituent", info->constituent[c].name);
            qh_page_number(one, "from_s", days.boundary[0]);
            qh_page_numbers(one, "mean", days.count, days.mean, 5);
        }
    }
    return QH_OK;
}

qh_status qh_report_series(qh_report *report, const qh_report_run *run, qh_json out) {
    const qh_store_info *const info = run->info;
    if (info->steady || info->n_section == 0) return QH_OK;
    const size_t n_line = report->n_run * info->n_section * (info->n_constituent + (info->water_moves ? 1 : 0));
    const size_t room = QH_REPORT_NUMBERS / n_line;
    line l = {.stretches = (room < QH_REPORT_SAMPLES ? room : QH_REPORT_SAMPLES) / 2};
    l.value = qh_arena_alloc(report->arena, info->n_sample, sizeof *l.value);
    l.work = qh_arena_alloc(report->arena, info->n_sample, sizeof *l.work);
    l.kept = qh_arena_alloc(report->arena, 2 * l.stretches + 2, sizeof *l.kept);
    if (!l.value || !l.work || !l.kept) return QH_E_NOMEM;
    const qh_json array = qh_page_array(out, "series");
    for (size_t s = 0; s < info->n_section; s++) {
        for (size_t c = 0; c < info->n_constituent; c++)
            QH_TRY(put_line(report, run, s, c, &l, array));
    }
    QH_TRY(put_discharges(report, run, &l, out));
    return put_days(report, run, out);
}
