/* What the water did by day as CSV: one row a station and day, month or taker, a reservoir or transfer and day. */
#include <stdio.h>

#include "cli/assessment.h"
#include "cli/assessment_takers.h"
#include "cli/assessment_water.h"
#include "cli/csv.h"
#include "cli/messages.h"

static void comma_count(size_t value) { qh_csv_comma_number(true, (double)value); }

static void day_row(const qh_store_info *info, size_t station, size_t d) {
    const qh_release_log *log = info->release;
    const size_t at = d * log->n_station + station;
    char text[32] = "";
    qh_date date;
    if (qh_release_day_date(info->start, d, &date))
        snprintf(text, sizeof text, "%04d-%02d-%02d", (int)date.year, date.month, date.day);
    qh_csv_text(info->station[station].name);
    qh_csv_comma_text(info->station[station].reach_name);
    comma_count(d + 1);
    qh_csv_comma_text(text);
    qh_csv_comma_number(true, log->arriving[at]);
    qh_csv_comma_number(true, log->target[at]);
    qh_csv_comma_number(true, log->released[at]);
    qh_csv_comma_number(true, log->deficit[at]);
    qh_csv_comma_text(log->deficit[at] > 0 ? "no" : "yes");
    putchar('\n');
}

static void print_days(const qh_store_info *info) {
    puts("station,reach,day,date,arriving_m3s,target_m3s,released_m3s,deficit_m3s,kept");
    for (size_t i = 0; i < info->n_station; i++)
        for (size_t d = 0; d < info->release->n_day; d++)
            day_row(info, i, d);
}

static void month_row(const qh_stored_station *station, const qh_release_month *m) {
    char text[32];
    snprintf(text, sizeof text, "%04d-%02d", (int)m->year, m->month);
    qh_csv_text(station->name);
    qh_csv_comma_text(station->reach_name);
    qh_csv_comma_text(text);
    comma_count(m->days);
    comma_count(m->kept);
    qh_csv_comma_number(true, m->missing);
    qh_csv_comma_number(true, m->arriving);
    qh_csv_comma_number(true, m->target);
    qh_csv_comma_number(true, m->released);
    putchar('\n');
}

static void print_months(const qh_store_info *info) {
    qh_arena *arena = qh_need(qh_arena_create());
    puts("station,reach,month,days,days_kept,missing_m3,arriving_m3s,target_m3s,released_m3s");
    for (size_t i = 0; i < info->n_station; i++) {
        size_t n = 0;
        const qh_release_month *month = NULL;
        if (qh_release_months_of(info->release, i, info->start, arena, &n, &month) != QH_OK) qh_need(NULL);
        for (size_t m = 0; m < n; m++)
            month_row(&info->station[i], &month[m]);
    }
    qh_arena_destroy(arena);
}

void qh_print_release_csv(const qh_store_info *info, qh_release_rows rows, bool bom) {
    if (bom) fputs("\xEF\xBB\xBF", stdout);
    switch (rows) {
    case QH_RELEASE_DAYS: print_days(info); return;
    case QH_RELEASE_MONTHS: print_months(info); return;
    case QH_RELEASE_TAKERS: qh_print_takers_csv(info); return;
    case QH_RELEASE_RESERVOIRS: qh_print_reservoirs_csv(info); return;
    case QH_RELEASE_TRANSFERS: qh_print_transfers_csv(info); return;
    }
}
