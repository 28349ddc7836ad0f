/* Flow records: every row is read and judged before any is refused, so that all that is wrong is told in one run. */
#include "io/flow_record_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/case_internal.h"
#include "io/number_internal.h"
#include "model/calendar.h"

enum {
    MOST_ERRORS = 1000, /* a million broken rows need not be told one by one */
    MOST_GAPS = 20,     /* told one by one */
    LEAST_MONTH = 28,   /* days between the rows of a monthly record */
    DAY = 86400
};

typedef struct entry {
    int64_t at; /* days since 1970-01-01, or qh_month_number */
    double flow;
    bool known;
    size_t row; /* of the CSV, so that the sort keeps the order of equal dates */
    const qh_csv_cell *cell;
} entry;

typedef struct record_reader {
    qh_value_reader value;
    qh_arena *scratch;
    qh_diag *diag;
    qh_csv csv;
    size_t time_column, flow_column;
    const char *flow_name;
    const qh_unit *flow_unit;
    qh_record_step step;
    size_t n_entry;
    entry *entry; /* [n_entry] */
} record_reader;

#define WRONG(reader, place, ...) (qh_diag_add((reader)->diag, QH_ERROR, (place), __VA_ARGS__), false)

/* ---- header ---- */

static qh_status find_time_column(record_reader *r, bool *found) {
    const qh_csv_record *header = &r->csv.record[0];
    for (size_t c = 0; c < header->count; c++) {
        const char *name = NULL, *unit = NULL;
        QH_TRY(qh_split_header(r->scratch, header->cell[c].text, &name, &unit));
        if (!qh_is_called(name, "time", "date|month|时间|日期|月份|年月")) continue;
        r->time_column = c;
        *found = true;
        return QH_OK;
    }
    *found = WRONG(r, qh_csv_place(&r->csv, &header->cell[0]),
                   "column 'time' is missing: ISO 8601 dates, such as 2001-03-31, or 2001-03 for a monthly record");
    return QH_OK;
}

/* Whether a column may be the one of flows: by the name asked for, by its unit, or by what it is called. */
static bool may_be_flow(const char *wanted, const char *header, const char *name, const char *symbol) {
    if (wanted) return strcmp(wanted, name) == 0 || strcmp(wanted, header) == 0;
    const qh_unit *unit = symbol ? qh_unit_find(symbol, QH_DIM_FLOW) : NULL;
    return (unit && unit->dimension == QH_DIM_FLOW) || qh_is_called(name, "flow", "discharge|流量");
}

static bool check_unit(record_reader *r, const char *name, const char *symbol, qh_place place) {
    if (!symbol)
        return WRONG(r, place, "column '%s' has no unit; write '%s [m3/s]' for a discharge in m3/s", name, name);
    r->flow_unit = qh_value_unit(&r->value, name, symbol, QH_DIM_FLOW, place);
    return r->flow_unit != NULL;
}

static bool no_flow_column(record_reader *r, const char *wanted, const qh_nearest *nearest) {
    const qh_place place = qh_csv_place(&r->csv, &r->csv.record[0].cell[0]);
    if (!wanted) return WRONG(r, place, "no column holds a discharge; its header would be 'flow [m3/s]'");
    if (nearest->best[0])
        return WRONG(r, place, "%s has no column '%s'; did you mean '%s'?", r->csv.file, wanted, nearest->best);
    return WRONG(r, place, "%s has no column '%s'", r->csv.file, wanted);
}

static qh_status find_flow_column(record_reader *r, const char *wanted, bool *good) {
    const qh_csv_record *header = &r->csv.record[0];
    qh_nearest nearest = qh_nearest_begin(wanted ? wanted : "");
    size_t n_found = 0;
    for (size_t c = 0; c < header->count; c++) {
        const char *name = NULL, *symbol = NULL;
        QH_TRY(qh_split_header(r->scratch, header->cell[c].text, &name, &symbol));
        qh_nearest_offer(&nearest, name);
        if (!may_be_flow(wanted, header->cell[c].text, name, symbol)) continue;
        const qh_place place = qh_csv_place(&r->csv, &header->cell[c]);
        if (n_found++ == 0) {
            r->flow_column = c;
            r->flow_name = name;
            *good = check_unit(r, name, symbol, place);
        } else {
            *good = WRONG(r, place, "'%s' and '%s' both hold a discharge; choose one by --column", r->flow_name, name);
        }
    }
    if (n_found == 0) *good = no_flow_column(r, wanted, &nearest);
    return QH_OK;
}

/* ---- rows ---- */

/* "2001-03" as months, else a date as days. */
static bool read_date(const char *text, int64_t *at, bool *is_month) {
    char day[32];
    int64_t seconds = 0;
    *is_month = strlen(text) == 7;
    (void)snprintf(day, sizeof day, *is_month ? "%s-01" : "%s", text);
    if (strlen(text) >= sizeof day - 4 || !qh_time_read(day, &seconds)) return false;
    const int64_t number = seconds / DAY - (seconds % DAY < 0);
    const qh_date date = qh_day_date(number);
    *at = *is_month ? qh_month_number(date.year, date.month) : number;
    return true;
}

static bool read_flow(record_reader *r, const qh_csv_cell *cell, entry *e) {
    static const double most = 1e6; /* m3/s, three times the Amazon in flood: beyond it a unit is wrong */
    const qh_key key = {.kind = QH_KEY_NUMBER, .dimension = QH_DIM_FLOW, .range = {0.0, most, false}};
    if (cell->text[0] == '\0') return true; /* a gap, told with the others */
    const qh_given given = {
        .label = r->flow_name, .text = cell->text, .place = qh_csv_place(&r->csv, cell), .unit = r->flow_unit};
    e->known = qh_value_number(&r->value, &key, &given, &e->flow);
    return e->known;
}

static bool read_row(record_reader *r, size_t i, bool *is_month, entry *e) {
    static const qh_csv_cell none = {.text = ""};
    const qh_csv_record *record = &r->csv.record[i];
    const qh_csv_cell *time = r->time_column < record->count ? &record->cell[r->time_column] : &none;
    const qh_csv_cell *flow = r->flow_column < record->count ? &record->cell[r->flow_column] : &none;
    *e = (entry){.row = i, .cell = time};
    bool good = true;
    if (time->text[0] == '\0')
        good = WRONG(r, qh_csv_place(&r->csv, &record->cell[0]), "'%s' is empty; a value is required", "time");
    else if (!read_date(time->text, &e->at, is_month))
        good = WRONG(r, qh_csv_place(&r->csv, time),
                     "'%s' is '%s'; a date such as 2001-03-31, or a month such as 2001-03, was expected", "time",
                     time->text);
    return read_flow(r, flow, e) && good;
}

static qh_status read_rows(record_reader *r, bool *good) {
    size_t n_error = 0, n_month = 0;
    r->entry = qh_arena_alloc(r->scratch, r->csv.n_record, sizeof *r->entry);
    if (!r->entry) return QH_E_NOMEM;
    for (size_t i = 1; i < r->csv.n_record && n_error < MOST_ERRORS; i++) {
        entry *e = &r->entry[r->n_entry];
        bool is_month = false;
        if (!read_row(r, i, &is_month, e)) {
            n_error++;
            continue;
        }
        n_month += is_month;
        if (n_month > 0 && n_month <= r->n_entry) { /* one form before, the other now */
            (void)WRONG(r, qh_csv_place(&r->csv, e->cell), "'%s' is '%s', but the rows before have %s", "time",
                        e->cell->text, qh_tr(r->value.lang, is_month ? QH_N("dates with days") : QH_N("months only")));
            n_error++;
            break;
        }
        r->n_entry++;
    }
    if (n_error == MOST_ERRORS)
        (void)WRONG(r, ((qh_place){r->csv.file, 0, 0}), "%d rows are wrong; the rest was not read", MOST_ERRORS);
    if (n_error > 0) *good = false;
    r->step = n_month > 0 ? QH_RECORD_MONTHLY : QH_RECORD_DAILY;
    return QH_OK;
}

/* ---- order ---- */

static int by_date(const void *a, const void *b) {
    const entry *x = a, *y = b;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static void sort_rows(record_reader *r) {
    size_t n_early = 0;
    const entry *first = NULL;
    for (size_t i = 1; i < r->n_entry; i++) {
        if (r->entry[i].at >= r->entry[i - 1].at) continue;
        if (n_early++ == 0) first = &r->entry[i];
    }
    if (n_early == 0) return;
    qh_diag_add(r->diag, QH_WARNING, qh_csv_place(&r->csv, first->cell),
                "%s is earlier than the row before; the rows were put in order (such places: %zu)", first->cell->text,
                n_early);
    qsort(r->entry, r->n_entry, sizeof *r->entry, by_date);
}

/* Daily dates that never lie closer than four weeks are months. */
static void find_step(record_reader *r) {
    if (r->step == QH_RECORD_MONTHLY || r->n_entry < 2) return;
    for (size_t i = 1; i < r->n_entry; i++) {
        const int64_t apart = r->entry[i].at - r->entry[i - 1].at;
        if (apart > 0 && apart < LEAST_MONTH) return;
    }
    r->step = QH_RECORD_MONTHLY;
    for (size_t i = 0; i < r->n_entry; i++) {
        const qh_date date = qh_day_date(r->entry[i].at);
        r->entry[i].at = qh_month_number(date.year, date.month);
    }
}

/* One row a day or month is kept: of equal ones the first. */
static bool drop_duplicates(record_reader *r) {
    bool good = true;
    size_t kept = 1;
    for (size_t i = 1; i < r->n_entry; i++) {
        const entry *before = &r->entry[kept - 1], *now = &r->entry[i];
        if (now->at != before->at) {
            r->entry[kept++] = *now;
            continue;
        }
        const qh_place place = qh_csv_place(&r->csv, now->cell);
        if (now->known == before->known && now->flow == before->flow)
            qh_diag_add(r->diag, QH_WARNING, place, "%s stands already in line %d with the same flow; kept once",
                        now->cell->text, before->cell->line);
        else
            good = WRONG(r, place,
                         "%s stands already in line %d with another flow; a daily record has one mean flow a day",
                         now->cell->text, before->cell->line);
    }
    r->n_entry = kept;
    return good;
}

/* ---- gaps ---- */

static void date_text(qh_record_step step, int64_t at, size_t size, char *buffer) {
    const qh_date d = step == QH_RECORD_DAILY ? qh_day_date(at) : (qh_date){qh_month_year(at), qh_month_of_year(at), 1};
    if (step == QH_RECORD_DAILY)
        (void)snprintf(buffer, size, "%04d-%02d-%02d", (int)d.year, d.month, d.day);
    else
        (void)snprintf(buffer, size, "%04d-%02d", (int)d.year, d.month);
}

typedef struct gaps {
    size_t n_gap, n_leap;
    int64_t first_leap; /* year */
} gaps;

static void tell_gap(const record_reader *r, int64_t from, int64_t to, const qh_csv_cell *after, gaps *g) {
    char first[32], last[32];
    const qh_date date = qh_day_date(from);
    if (r->step == QH_RECORD_DAILY && to == from + 1 && date.month == 2 && date.day == 29) {
        if (g->n_leap++ == 0) g->first_leap = date.year;
        return;
    }
    if (++g->n_gap > MOST_GAPS) return;
    date_text(r->step, from, sizeof first, first);
    date_text(r->step, to - 1, sizeof last, last);
    const qh_place place = qh_csv_place(&r->csv, after);
    if (r->step == QH_RECORD_DAILY)
        qh_diag_add(r->diag, QH_WARNING, place, "no flow from %s to %s; days missing: %lld", first, last,
                    (long long)(to - from));
    else
        qh_diag_add(r->diag, QH_WARNING, place, "no flow from %s to %s; months missing: %lld", first, last,
                    (long long)(to - from));
}

static void tell_gaps(const record_reader *r) {
    gaps g = {0};
    int64_t known_until = r->entry[0].at; /* first day without a flow */
    const qh_csv_cell *empty = NULL;      /* the row that should have had one */
    for (size_t i = 0; i < r->n_entry; i++) {
        const entry *e = &r->entry[i];
        if (!e->known) {
            if (!empty) empty = e->cell;
            if (i + 1 == r->n_entry) tell_gap(r, known_until, e->at + 1, empty, &g);
            continue;
        }
        if (e->at > known_until) tell_gap(r, known_until, e->at, empty ? empty : e->cell, &g);
        known_until = e->at + 1;
        empty = NULL;
    }
    const qh_place file = {r->csv.file, 0, 0};
    if (g.n_gap > MOST_GAPS)
        qh_diag_add(r->diag, QH_WARNING, file, "further gaps, not told one by one: %zu", g.n_gap - MOST_GAPS);
    if (g.n_leap > 0)
        qh_diag_add(r->diag, QH_WARNING, file, "29 February is missing in leap years: %zu of them, the first %d",
                    g.n_leap, (int)g.first_leap);
}

/* ---- the record ---- */

static qh_status fill(const record_reader *r, qh_arena *arena, qh_flow_record *record) {
    const int64_t first = r->entry[0].at, last = r->entry[r->n_entry - 1].at;
    const size_t count = (size_t)(last - first) + 1;
    double *flow = qh_arena_alloc(arena, count, sizeof *flow);
    bool *known = qh_arena_alloc(arena, count, sizeof *known);
    if (!flow || !known) return QH_E_NOMEM;
    for (size_t i = 0; i < r->n_entry; i++) {
        flow[r->entry[i].at - first] = r->entry[i].flow;
        known[r->entry[i].at - first] = r->entry[i].known;
    }
    *record = (qh_flow_record){
        .file = r->csv.file, .step = r->step, .first = first, .count = count, .flow = flow, .known = known};
    return QH_OK;
}

static qh_status read_all(record_reader *r, const qh_text_file *text, const char *column, qh_arena *arena,
                          qh_flow_record *record) {
    bool time_good = false, flow_good = false;
    QH_TRY(qh_csv_parse(r->scratch, text, r->diag, &r->csv));
    QH_CHECK(r->csv.n_record > 1 || r->csv.faulty, QH_E_INPUT, r->diag, ((qh_place){text->name, 0, 0}),
             "the table has no rows");
    QH_TRY(find_time_column(r, &time_good));
    QH_TRY(find_flow_column(r, column, &flow_good));
    if (!time_good || !flow_good) return QH_E_INPUT;
    bool good = !r->csv.faulty;
    QH_TRY(read_rows(r, &good));
    if (r->value.out_of_memory) return QH_E_NOMEM;
    if (r->n_entry == 0) return QH_E_INPUT; /* each row has been told of */
    sort_rows(r);
    find_step(r);
    good = drop_duplicates(r) && good;
    if (!good) return QH_E_INPUT;
    tell_gaps(r);
    bool any = false;
    for (size_t i = 0; i < r->n_entry; i++)
        any = any || r->entry[i].known;
    QH_CHECK(any, QH_E_INPUT, r->diag, ((qh_place){r->csv.file, 0, 0}), "the record holds no flow at all");
    return fill(r, arena, record);
}

qh_status qh_flow_record_parse(qh_arena *arena, const qh_text_file *text, const char *column, qh_diag *diag,
                               qh_flow_record *record) {
    qh_arena *scratch = qh_arena_create();
    if (!scratch) return QH_E_NOMEM;
    record_reader reader = {.scratch = scratch, .diag = diag};
    reader.value = (qh_value_reader){.arena = scratch, .diag = diag, .lang = qh_diag_lang(diag), .suggestions = 1};
    const qh_status status = read_all(&reader, text, column, arena, record);
    qh_arena_destroy(scratch);
    return status;
}

qh_status qh_flow_record_read(qh_arena *arena, const char *path, const char *column, qh_diag *diag,
                              qh_flow_record *record) {
    qh_text_file text;
    const char *name = qh_arena_strdup(arena, path);
    if (!name) return QH_E_NOMEM;
    QH_TRY(qh_text_file_read(arena, path, name, diag, &text));
    return qh_flow_record_parse(arena, &text, column, diag, record);
}
