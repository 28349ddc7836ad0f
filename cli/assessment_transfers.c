/* What transfers moved day by day, and why not more: a table, JSON, CSV. */
#include <stdint.h>
#include <stdio.h>

#include "cli/assessment_water.h"
#include "cli/csv.h"
#include "cli/json.h"
#include "cli/messages.h"
#include "cli/table.h"
#include "model/lang.h"

static bool is_stored(const qh_store_info *info, size_t i) { return info->transfer[i].reservoir != SIZE_MAX; }

void qh_print_transfer_days(const qh_app *app, const qh_store_info *info) {
    if (!info->moved) return;
    printf(app->color ? "\n\033[1m%s\033[0m\n" : "\n%s\n", qh_tr(app->lang, "Transfers, day by day"));
    qh_table *table = qh_table_create(app);
    qh_table_column(table, QH_LEFT, qh_tr(app->lang, "transfer"));
    qh_table_column(table, QH_RIGHT, qh_tr(app->lang, "moved, m3"));
    qh_table_column(table, QH_RIGHT, qh_tr(app->lang, "days running"));
    qh_table_column(table, QH_RIGHT, qh_tr(app->lang, "largest day, m3/s"));
    qh_table_column(table, QH_RIGHT, qh_tr(app->lang, "capacity, m3/s"));
    qh_table_column(table, QH_RIGHT, qh_tr(app->lang, "days as wanted"));
    qh_table_column(table, QH_RIGHT, qh_tr(app->lang, "less by a rule"));
    qh_table_column(table, QH_RIGHT, qh_tr(app->lang, "river short"));
    qh_table_column(table, QH_RIGHT, qh_tr(app->lang, "at the dead level"));
    qh_table_column(table, QH_RIGHT, qh_tr(app->lang, "missing, m3"));
    for (size_t i = 0; i < info->n_transfer; i++) {
        const qh_transfer_record r = qh_transfer_record_of(info->moved, i, is_stored(info, i));
        qh_table_cell(table, "%s", info->transfer[i].name);
        qh_table_cell(table, "%.4g", r.moved);
        qh_table_cell(table, "%zu", r.days_running);
        qh_table_cell(table, "%.4g", r.most);
        qh_table_cell(table, "%.4g", info->transfer[i].capacity);
        qh_table_cell(table, "%zu/%zu", r.days[QH_TRANSFER_SERVED], info->moved->moved.n_day);
        qh_table_cell(table, "%zu", r.days[QH_TRANSFER_RULE]);
        qh_table_cell(table, "%zu", r.days[QH_TRANSFER_SOURCE]);
        qh_table_cell(table, "%zu", r.days[QH_TRANSFER_LEVEL]);
        qh_table_cell(table, "%.4g", r.missing);
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

static void put_series(json_t *object, const char *key, const qh_transfer_log *log, const double *values, size_t i) {
    json_t *array = qh_json_array(object, key);
    for (size_t d = 0; d < log->moved.n_day; d++)
        (void)json_array_append_new(array, json_real(values[d * log->moved.n_station + i]));
}

void qh_put_transfer_days(json_t *transfer, const qh_store_info *info, size_t i) {
    const qh_transfer_log *log = info->moved;
    if (!log) return;
    const qh_transfer_record r = qh_transfer_record_of(log, i, is_stored(info, i));
    json_t *daily = qh_json_object(transfer, "daily");
    qh_json_count(daily, "days", log->moved.n_day);
    qh_json_count(daily, "days_as_wanted", r.days[QH_TRANSFER_SERVED]);
    qh_json_count(daily, "days_less_by_rule", r.days[QH_TRANSFER_RULE]);
    qh_json_count(daily, "days_less_by_source", r.days[QH_TRANSFER_SOURCE]);
    qh_json_count(daily, "days_less_by_level", r.days[QH_TRANSFER_LEVEL]);
    qh_json_count(daily, "days_running", r.days_running);
    qh_json_number(daily, "moved_m3", true, r.moved);
    qh_json_number(daily, "missing_m3", true, r.missing);
    qh_json_number(daily, "largest_day_m3s", true, r.most);
    put_series(daily, "wanted_m3s", log, log->moved.target, i);
    put_series(daily, "carried_m3s", log, log->moved.released, i);
    put_series(daily, "deficit_m3s", log, log->moved.deficit, i);
    put_series(daily, "held_by_rule_m3s", log, log->held, i);
    json_t *causes = qh_json_array(daily, "cause");
    for (size_t d = 0; d < log->moved.n_day; d++)
        (void)json_array_append_new(
            causes, json_string(qh_transfer_cause_name(qh_transfer_cause_of(log, i, d, is_stored(info, i)))));
}

static void csv_row(const qh_store_info *info, size_t i, size_t d) {
    const qh_transfer_log *log = info->moved;
    const qh_stored_transfer *t = &info->transfer[i];
    const size_t at = d * log->moved.n_station + i;
    char day[32] = "";
    qh_date date;
    if (qh_release_day_date(info->start, d, &date))
        snprintf(day, sizeof day, "%04d-%02d-%02d", (int)date.year, date.month, date.day);
    qh_csv_text(t->code);
    qh_csv_comma_text(t->name);
    qh_csv_comma_number(true, (double)(d + 1));
    qh_csv_comma_text(day);
    qh_csv_comma_number(true, log->moved.released[at] * 86400);
    qh_csv_comma_number(true, t->capacity);
    qh_csv_comma_number(true, log->moved.target[at]);
    qh_csv_comma_number(true, log->moved.released[at]);
    qh_csv_comma_number(true, log->moved.deficit[at]);
    qh_csv_comma_number(true, log->held[at]);
    qh_csv_comma_text(qh_transfer_cause_name(qh_transfer_cause_of(log, i, d, is_stored(info, i))));
    putchar('\n');
}

void qh_print_transfers_csv(const qh_store_info *info) {
    puts("transfer,name,day,date,moved_m3,capacity_m3s,wanted_m3s,carried_m3s,deficit_m3s,held_by_rule_m3s,cause");
    for (size_t i = 0; i < info->n_transfer; i++)
        for (size_t d = 0; d < info->moved->moved.n_day; d++)
            csv_row(info, i, d);
}
