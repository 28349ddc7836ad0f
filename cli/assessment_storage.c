/* Levels and water balance of reservoirs, day by day: tables, JSON, CSV. */
#include <math.h>
#include <stdio.h>

#include "cli/assessment_water.h"
#include "cli/csv.h"
#include "cli/json.h"
#include "cli/messages.h"
#include "cli/table.h"
#include "model/lang.h"

/* ---- shared ---- */

static bool date_text(const qh_store_info *info, size_t d, char *buffer) {
    qh_date date;
    if (!qh_release_day_date(info->start, d, &date)) return false;
    snprintf(buffer, 32, "%04d-%02d-%02d", (int)date.year, date.month, date.day);
    return true;
}

const char *qh_run_day_text(const qh_app *app, const qh_store_info *info, size_t d, char *buffer) {
    if (!date_text(info, d, buffer)) snprintf(buffer, 32, qh_tr(app->lang, "day %zu"), d + 1);
    return buffer;
}

static qh_storage_record record_of(const qh_store_info *info, size_t i) {
    const qh_stored_reservoir *r = &info->reservoir[i];
    return qh_storage_record_of(info->storage, i, r->dead_level.given ? r->dead_level.value : -INFINITY,
                                r->minimum_level.given ? r->minimum_level.value : -INFINITY);
}

/* Part of all the water that passed. */
static double part_not_closed(const qh_storage_record *r) {
    const double passed = fabs(r->inflow) + fabs(r->volume_start);
    return passed > 0 ? fabs(r->residual) / passed : 0;
}

static void heading(const qh_app *app, const char *text) {
    printf(app->color ? "\n\033[1m%s\033[0m\n" : "\n%s\n", text);
}

/* ---- tables ---- */

static void level_cell(qh_table *table, qh_optional level) {
    if (level.given)
        qh_table_cell(table, "%.2f", level.value);
    else
        qh_table_cell(table, "-");
}

static void days_cell(qh_table *table, qh_optional level, size_t days) {
    char text[32];
    snprintf(text, sizeof text, "%zu", days);
    qh_table_verdict_cell(table, days == 0, level.given ? text : "-");
}

static void print_levels(const qh_app *app, const qh_store_info *info) {
    heading(app, qh_tr(app->lang, "Reservoirs: levels, m"));
    qh_table *table = qh_table_create(app);
    qh_table_column(table, QH_LEFT, qh_tr(app->lang, "reservoir"));
    qh_table_column(table, QH_RIGHT, qh_tr(app->lang, "lowest"));
    qh_table_column(table, QH_LEFT, qh_tr(app->lang, "on"));
    qh_table_column(table, QH_RIGHT, qh_tr(app->lang, "highest"));
    qh_table_column(table, QH_LEFT, qh_tr(app->lang, "on"));
    qh_table_column(table, QH_RIGHT, qh_tr(app->lang, "at the end"));
    qh_table_column(table, QH_RIGHT, qh_tr(app->lang, "dead level"));
    qh_table_column(table, QH_RIGHT, qh_tr(app->lang, "days down to it"));
    qh_table_column(table, QH_RIGHT, qh_tr(app->lang, "station's minimum level"));
    qh_table_column(table, QH_RIGHT, qh_tr(app->lang, "days below it"));
    for (size_t i = 0; i < info->n_reservoir; i++) {
        const qh_storage_record r = record_of(info, i);
        char day[32];
        qh_table_cell(table, "%s", info->reservoir[i].name);
        qh_table_cell(table, "%.2f", r.lowest);
        qh_table_cell(table, "%s", qh_run_day_text(app, info, r.lowest_day, day));
        qh_table_cell(table, "%.2f", r.highest);
        qh_table_cell(table, "%s", qh_run_day_text(app, info, r.highest_day, day));
        qh_table_cell(table, "%.2f", r.level_end);
        level_cell(table, info->reservoir[i].dead_level);
        days_cell(table, info->reservoir[i].dead_level, r.days_at_dead);
        level_cell(table, info->reservoir[i].minimum_level);
        days_cell(table, info->reservoir[i].minimum_level, r.days_below_minimum);
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

static void print_balance(const qh_app *app, const qh_store_info *info) {
    heading(app, qh_tr(app->lang, "Reservoirs: balance of the water over whole days, m3"));
    qh_table *table = qh_table_create(app);
    qh_table_column(table, QH_LEFT, qh_tr(app->lang, "reservoir"));
    static const char *const column[] = {QH_N("at the start"),  QH_N("inflow"),  QH_N("released"),
                                         QH_N("of it spilled"), QH_N("station"), QH_N("taken"),
                                         QH_N("at the end"),    QH_N("residual")};
    for (size_t k = 0; k < sizeof column / sizeof *column; k++)
        qh_table_column(table, QH_RIGHT, qh_tr(app->lang, column[k]));
    for (size_t i = 0; i < info->n_reservoir; i++) {
        const qh_storage_record r = record_of(info, i);
        qh_table_cell(table, "%s", info->reservoir[i].name);
        qh_table_cell(table, "%.4g", r.volume_start);
        qh_table_cell(table, "%.4g", r.inflow);
        qh_table_cell(table, "%.4g", r.released);
        qh_table_cell(table, "%.4g", r.spilled);
        qh_table_cell(table, "%.4g", r.diverted);
        qh_table_cell(table, "%.4g", r.taken);
        qh_table_cell(table, "%.4g", r.volume_end);
        qh_table_cell(table, "%.0e", part_not_closed(&r));
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
    puts(qh_tr(app->lang, "residual: what the balance does not close by, as a part of the volume at the start and the "
                          "inflow"));
}

void qh_print_reservoirs(const qh_app *app, const qh_store_info *info) {
    if (!info->storage) return;
    print_levels(app, info);
    print_balance(app, info);
}

/* ---- for programs ---- */

static void put_series(json_t *object, const char *key, const qh_storage_log *log, const double *values, size_t i) {
    json_t *array = qh_json_array(object, key);
    for (size_t d = 0; d < log->n_day; d++)
        (void)json_array_append_new(array, json_real(values[d * log->n_reservoir + i]));
}

static void put_days(json_t *reservoir, const qh_store_info *info, size_t i) {
    const qh_storage_log *log = info->storage;
    json_t *daily = qh_json_object(reservoir, "daily");
    put_series(daily, "level_m", log, log->level, i);
    put_series(daily, "lowest_level_m", log, log->lowest, i);
    put_series(daily, "highest_level_m", log, log->highest, i);
    put_series(daily, "volume_m3", log, log->volume, i);
    put_series(daily, "inflow_m3s", log, log->inflow, i);
    put_series(daily, "released_m3s", log, log->release.released, i);
    put_series(daily, "spilled_m3s", log, log->spilled, i);
    put_series(daily, "diverted_m3s", log, log->diverted, i);
    put_series(daily, "taken_m3s", log, log->taken, i);
    put_series(daily, "target_m3s", log, log->release.target, i);
    put_series(daily, "deficit_m3s", log, log->release.deficit, i);
}

static void put_record(json_t *reservoir, const qh_store_info *info, size_t i) {
    const qh_storage_record r = record_of(info, i);
    const qh_release_record kept = qh_release_record_of(&info->storage->release, i);
    qh_json_count(reservoir, "days", info->storage->n_day);
    qh_json_number(reservoir, "lowest_level_m", true, r.lowest);
    qh_json_count(reservoir, "lowest_level_day", r.lowest_day + 1);
    qh_json_number(reservoir, "highest_level_m", true, r.highest);
    qh_json_count(reservoir, "highest_level_day", r.highest_day + 1);
    qh_json_number(reservoir, "end_level_m", true, r.level_end);
    qh_json_number(reservoir, "days_at_dead_level", info->reservoir[i].dead_level.given, (double)r.days_at_dead);
    qh_json_number(reservoir, "days_below_minimum_level", info->reservoir[i].minimum_level.given,
                   (double)r.days_below_minimum);
    qh_json_number(reservoir, "start_volume_m3", true, r.volume_start);
    qh_json_number(reservoir, "end_volume_m3", true, r.volume_end);
    qh_json_number(reservoir, "inflow_m3", true, r.inflow);
    qh_json_number(reservoir, "released_m3", true, r.released);
    qh_json_number(reservoir, "spilled_m3", true, r.spilled);
    qh_json_number(reservoir, "diverted_m3", true, r.diverted);
    qh_json_number(reservoir, "taken_m3", true, r.taken);
    qh_json_number(reservoir, "residual_m3", true, r.residual);
    qh_json_count(reservoir, "days_ecological_flow_kept", kept.kept);
    qh_json_number(reservoir, "ecological_flow_missing_m3", true, kept.missing);
    put_days(reservoir, info, i);
}

void qh_put_reservoirs(json_t *root, const qh_store_info *info) {
    json_t *array = qh_json_array(root, "reservoirs");
    for (size_t i = 0; i < info->n_reservoir; i++) {
        const qh_stored_reservoir *s = &info->reservoir[i];
        json_t *reservoir = qh_json_append_object(array);
        qh_json_text(reservoir, "name", s->name);
        qh_json_text(reservoir, "reach", info->reach[s->reach].name);
        qh_json_number(reservoir, "chainage_m", true, s->chainage);
        qh_json_number(reservoir, "dead_level_m", s->dead_level.given, s->dead_level.value);
        qh_json_number(reservoir, "minimum_level_m", s->minimum_level.given, s->minimum_level.value);
        if (info->storage) put_record(reservoir, info, i);
    }
}

static void csv_row(const qh_store_info *info, size_t i, size_t d) {
    const qh_storage_log *log = info->storage;
    const size_t at = d * log->n_reservoir + i;
    char day[32] = "";
    (void)date_text(info, d, day);
    qh_csv_text(info->reservoir[i].name);
    qh_csv_comma_text(info->reach[info->reservoir[i].reach].name);
    qh_csv_comma_number(true, (double)(d + 1));
    qh_csv_comma_text(day);
    const double *const column[] = {log->level,  log->lowest,           log->highest,        log->volume,
                                    log->inflow, log->release.released, log->spilled,        log->diverted,
                                    log->taken,  log->release.target,   log->release.deficit};
    for (size_t k = 0; k < sizeof column / sizeof *column; k++)
        qh_csv_comma_number(true, column[k][at]);
    putchar('\n');
}

void qh_print_reservoirs_csv(const qh_store_info *info) {
    puts("reservoir,reach,day,date,level_m,lowest_level_m,highest_level_m,volume_m3,inflow_m3s,released_m3s,"
         "spilled_m3s,diverted_m3s,taken_m3s,target_m3s,deficit_m3s");
    for (size_t i = 0; i < info->n_reservoir; i++)
        for (size_t d = 0; d < info->storage->n_day; d++)
            csv_row(info, i, d);
}
