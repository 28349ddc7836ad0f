/* Who took the water above stations that fell short of their ecological flow: a table, JSON, CSV. */
#include <stdio.h>

#include "cli/assessment_takers.h"
#include "cli/csv.h"
#include "cli/json.h"
#include "cli/messages.h"
#include "cli/table.h"
#include "model/lang.h"
#include "scenarios/takers.h"

enum { SHOWN = 5 /* takers a station in the table; the rest in one row */ };

bool qh_takers_known(const qh_store_info *info) {
    return info->release && (info->release->taken || info->n_withdrawal == 0) && (info->moved || info->n_transfer == 0);
}

static const qh_taker *takers_of(const qh_store_info *info, size_t station, qh_arena *arena, size_t *n) {
    const qh_taker *taker = NULL;
    if (qh_takers_of(info, station, arena, n, &taker) != QH_OK) qh_need(NULL);
    return taker;
}

static const char *code_of(const qh_store_info *info, const qh_taker *t) {
    switch (t->kind) {
    case QH_TAKER_WITHDRAWAL: return info->withdrawal[t->index].code;
    case QH_TAKER_TRANSFER: return info->transfer[t->index].code;
    case QH_TAKER_STATION: break;
    }
    return "";
}

static const char *name_of(const qh_store_info *info, const qh_taker *t) {
    switch (t->kind) {
    case QH_TAKER_WITHDRAWAL: return info->withdrawal[t->index].name;
    case QH_TAKER_TRANSFER: return info->transfer[t->index].name;
    case QH_TAKER_STATION: break;
    }
    return info->station[t->index].name;
}

static const char *reach_of(const qh_store_info *info, const qh_taker *t) {
    switch (t->kind) {
    case QH_TAKER_WITHDRAWAL: return info->withdrawal[t->index].reach_name;
    case QH_TAKER_TRANSFER: return info->reach[info->transfer[t->index].reach].name;
    case QH_TAKER_STATION: break;
    }
    return info->station[t->index].reach_name;
}

/* ---- table ---- */

typedef struct ledger {
    const qh_app *app;
    const qh_store_info *info;
    qh_table *table;
    size_t station;
    size_t days_short;
    double missing; /* m3 */
} ledger;

/* A row's first cells; the station is told once. */
static void begin_row(const ledger *l, bool first) {
    qh_table_cell(l->table, "%s", first ? l->info->station[l->station].name : "");
    if (first) {
        qh_table_cell(l->table, "%zu", l->days_short);
        qh_table_cell(l->table, "%.4g", l->missing);
    } else {
        qh_table_cell(l->table, "%s", "");
        qh_table_cell(l->table, "%s", "");
    }
}

static void taker_row(const ledger *l, bool first, const qh_taker *t) {
    const char *code = code_of(l->info, t);
    begin_row(l, first);
    qh_table_cell(l->table, "%s%s%s", code, *code ? " " : "", name_of(l->info, t));
    qh_table_cell(l->table, "%s", qh_tr(l->app->lang, qh_taker_kind_name(t->kind)));
    qh_table_cell(l->table, "%s", reach_of(l->info, t));
    qh_table_cell(l->table, "%.4g", t->volume);
}

static void rest_row(const ledger *l, size_t n, const qh_taker *taker) {
    double volume = 0;
    for (size_t i = 0; i < n; i++)
        volume += taker[i].volume;
    begin_row(l, false);
    qh_table_cell(l->table, qh_tr(l->app->lang, "%zu others"), n);
    qh_table_cell(l->table, "%s", "");
    qh_table_cell(l->table, "%s", "");
    qh_table_cell(l->table, "%.4g", volume);
}

static void station_rows(const ledger *l, qh_arena *arena) {
    size_t n = 0;
    const qh_taker *taker = takers_of(l->info, l->station, arena, &n);
    const size_t shown = n <= SHOWN + 1 ? n : SHOWN;
    for (size_t i = 0; i < shown; i++)
        taker_row(l, i == 0, &taker[i]);
    if (shown < n) rest_row(l, n - shown, taker + shown);
    if (n > 0) return;
    begin_row(l, true);
    qh_table_cell(l->table, "%s", qh_tr(l->app->lang, "nobody: less came than was due"));
    for (size_t i = 0; i < 3; i++)
        qh_table_cell(l->table, "%s", "");
}

static void fill_table(ledger *l, qh_arena *arena) {
    const qh_lang lang = l->app->lang;
    qh_table_column(l->table, QH_LEFT, qh_tr(lang, "station"));
    qh_table_column(l->table, QH_RIGHT, qh_tr(lang, "days short"));
    qh_table_column(l->table, QH_RIGHT, qh_tr(lang, "missing, m3"));
    qh_table_column(l->table, QH_LEFT, qh_tr(lang, "taken by"));
    qh_table_column(l->table, QH_LEFT, qh_tr(lang, "kind"));
    qh_table_column(l->table, QH_LEFT, qh_tr(lang, "reach"));
    qh_table_column(l->table, QH_RIGHT, qh_tr(lang, "took, m3"));
    for (l->station = 0; l->station < l->info->n_station; l->station++) {
        const qh_release_record record = qh_release_record_of(l->info->release, l->station);
        l->days_short = record.days - record.kept;
        l->missing = record.missing;
        if (l->days_short > 0) station_rows(l, arena);
    }
}

static bool any_short(const qh_store_info *info) {
    for (size_t i = 0; i < info->n_station; i++)
        if (qh_release_record_of(info->release, i).longest > 0) return true;
    return false;
}

void qh_print_takers(const qh_app *app, const qh_store_info *info) {
    if (!info->release || !any_short(info)) return;
    printf(app->color ? "\n\033[1m%s\033[0m\n" : "\n%s\n",
           qh_tr(app->lang, "Who took the water at and above stations that fell short, on their days short"));
    if (!qh_takers_known(info)) {
        puts(qh_tr(app->lang, "not known: the run's file is older and does not keep what withdrawals took by day"));
        return;
    }
    qh_arena *arena = qh_need(qh_arena_create());
    ledger l = {.app = app, .info = info, .table = qh_table_create(app)};
    fill_table(&l, arena);
    qh_table_print(l.table, stdout);
    qh_table_destroy(l.table);
    qh_arena_destroy(arena);
}

/* ---- for programs ---- */

void qh_put_takers(json_t *daily, const qh_store_info *info, size_t station) {
    if (!qh_takers_known(info)) {
        qh_json_put(daily, "takers", json_null());
        return;
    }
    qh_arena *arena = qh_need(qh_arena_create());
    size_t n = 0;
    const qh_taker *taker = takers_of(info, station, arena, &n);
    json_t *array = qh_json_array(daily, "takers");
    for (size_t i = 0; i < n; i++) {
        json_t *item = qh_json_append_object(array);
        qh_json_text(item, "kind", qh_taker_kind_name(taker[i].kind));
        qh_json_text(item, "code", code_of(info, &taker[i]));
        qh_json_text(item, "name", name_of(info, &taker[i]));
        qh_json_text(item, "reach", reach_of(info, &taker[i]));
        qh_json_number(item, "taken_m3", true, taker[i].volume);
    }
    qh_arena_destroy(arena);
}

static void csv_row(const qh_store_info *info, size_t station, size_t rank, const qh_taker *t) {
    const qh_release_record record = qh_release_record_of(info->release, station);
    qh_csv_text(info->station[station].name);
    qh_csv_comma_number(true, (double)(record.days - record.kept));
    qh_csv_comma_number(true, record.missing);
    qh_csv_comma_number(true, (double)rank);
    qh_csv_comma_text(qh_taker_kind_name(t->kind));
    qh_csv_comma_text(code_of(info, t));
    qh_csv_comma_text(name_of(info, t));
    qh_csv_comma_text(reach_of(info, t));
    qh_csv_comma_number(true, t->volume);
    putchar('\n');
}

void qh_print_takers_csv(const qh_store_info *info) {
    qh_arena *arena = qh_need(qh_arena_create());
    puts("station,days_short,missing_m3,rank,kind,code,name,reach,taken_m3");
    for (size_t s = 0; s < info->n_station; s++) {
        size_t n = 0;
        const qh_taker *taker = takers_of(info, s, arena, &n);
        for (size_t i = 0; i < n; i++)
            csv_row(info, s, i + 1, &taker[i]);
    }
    qh_arena_destroy(arena);
}
