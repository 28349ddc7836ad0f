/* Time series of a case: entries of case.yaml and the CSV files they name. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "io/case_internal.h"
#include "io/number_internal.h"

enum { MOST_ERRORS = 1000 }; /* of one column: a million broken rows need not be told one by one */

#define WRONG(reader, place, ...) (qh_diag_add((reader)->diag, QH_ERROR, (place), __VA_ARGS__), false)

/* A file that several series may share. */
typedef struct series_file {
    const char *name;
    bool sound;
    qh_csv csv;
} series_file;

typedef struct series_reader {
    qh_case_reader *reader;
    size_t n_file;
    series_file *file;           /* [n_file] of as many as there are entries */
    qh_given given[QH_MAX_KEYS]; /* of the entry at hand */
    qh_series_entry entry;
    const qh_csv *csv;
    size_t time_column, value_column;
    const qh_unit *time_unit; /* NULL: ISO 8601 */
    const qh_unit *value_unit;
    int64_t start; /* s since 1970, of the run */
} series_reader;

static const qh_given *given_of(const series_reader *s, const char *key) {
    const qh_key_table *table = qh_schema_find_table("series");
    return &s->given[qh_schema_find_key(table, key) - table->key];
}

/* ---- files ---- */

static qh_status open_file(series_reader *s, const qh_csv **csv) {
    qh_case_reader *reader = s->reader;
    for (size_t i = 0; i < s->n_file; i++) {
        if (strcmp(s->file[i].name, s->entry.file) != 0) continue;
        *csv = s->file[i].sound ? &s->file[i].csv : NULL;
        return QH_OK;
    }
    series_file *file = &s->file[s->n_file++];
    file->name = s->entry.file;
    qh_text_file text;
    qh_status status = qh_case_read_file(reader, file->name, &text);
    if (status == QH_OK) status = qh_csv_parse(reader->scratch, &text, reader->diag, &file->csv);
    if (status == QH_E_NOMEM) return status;
    file->sound = status == QH_OK && !file->csv.faulty;
    if (file->sound && file->csv.n_record < 2)
        file->sound = WRONG(reader, ((qh_place){file->name, 0, 0}), "the table has no rows");
    *csv = file->sound ? &file->csv : NULL;
    return QH_OK;
}

/* ---- header ---- */

static qh_status find_time_column(series_reader *s, bool *good) {
    const qh_csv_record *header = &s->csv->record[0];
    for (size_t c = 0; c < header->count; c++) {
        const char *name = NULL, *unit = NULL;
        QH_TRY(qh_split_header(s->reader->scratch, header->cell[c].text, &name, &unit));
        if (!qh_is_called(name, "time", "时间")) continue;
        s->time_column = c;
        s->time_unit = NULL;
        if (unit) {
            s->time_unit =
                qh_value_unit(&s->reader->value, name, unit, QH_DIM_TIME, qh_csv_place(s->csv, &header->cell[c]));
            *good = s->time_unit != NULL;
        }
        return QH_OK;
    }
    *good = WRONG(
        s->reader, qh_csv_place(s->csv, &header->cell[0]),
        "column 'time' is missing: `time` for ISO 8601 local times, `time [h]` for hours since the start of the run");
    return QH_OK;
}

/* Dimensions beside concentrations that a series may have. */
static bool may_vary(qh_dimension dimension) {
    return dimension == QH_DIM_LOAD || dimension == QH_DIM_FLOW || dimension == QH_DIM_TEMPERATURE ||
           dimension == QH_DIM_LENGTH;
}

static qh_status find_value_column(series_reader *s, bool *good) {
    qh_case_reader *reader = s->reader;
    const qh_csv_record *header = &s->csv->record[0];
    const qh_given *column = given_of(s, "column");
    const char *wanted = NULL, *wanted_symbol = NULL;
    QH_TRY(qh_split_header(reader->scratch, s->entry.column, &wanted, &wanted_symbol));
    qh_nearest nearest = qh_nearest_begin(s->entry.column);
    for (size_t c = 0; c < header->count; c++) {
        qh_nearest_offer(&nearest, header->cell[c].text);
        const char *name = NULL, *symbol = NULL;
        QH_TRY(qh_split_header(reader->scratch, header->cell[c].text, &name, &symbol));
        if (strcmp(name, wanted) != 0) continue;
        const qh_unit *unit = symbol ? qh_unit_find(symbol, QH_DIM_CONCENTRATION) : NULL;
        if (wanted_symbol && (!symbol || unit != qh_unit_find(wanted_symbol, QH_DIM_CONCENTRATION))) continue;
        const qh_place place = qh_csv_place(s->csv, &header->cell[c]);
        if (!symbol) {
            *good = WRONG(reader, place,
                          "column '%s' has no unit; write '%s [mg/L]' for a concentration or '%s [kg/d]' for a load",
                          name, name, name);
        } else if (!unit || !may_vary(unit->dimension)) {
            unit = qh_value_unit(&reader->value, name, symbol, QH_DIM_CONCENTRATION, place);
            *good = unit != NULL;
        }
        s->value_column = c;
        s->value_unit = unit;
        return QH_OK;
    }
    if (nearest.best[0])
        *good = WRONG(reader, column->place, "%s has no column '%s'; did you mean '%s'?", s->csv->file, s->entry.column,
                      nearest.best);
    else
        *good = WRONG(reader, column->place, "%s has no column '%s'", s->csv->file, s->entry.column);
    return QH_OK;
}

/* ---- rows ---- */

static bool read_time(const series_reader *s, const qh_given *given, double *time) {
    if (s->time_unit) {
        static const qh_key key = {.kind = QH_KEY_NUMBER, .dimension = QH_DIM_TIME, .unit = "h"};
        return qh_value_number(&s->reader->value, &key, given, time);
    }
    int64_t seconds = 0;
    if (!qh_time_read(given->text, &seconds))
        return WRONG(s->reader, given->place, "'%s' is '%s'; a local time such as 2024-01-01T00:00 was expected",
                     "time", given->text);
    *time = (double)(seconds - s->start);
    return true;
}

static bool read_value(const series_reader *s, const qh_given *given, double *value) {
    const bool any = s->value_unit->dimension == QH_DIM_LENGTH; /* a level may lie below the datum */
    const qh_key key = {.kind = QH_KEY_NUMBER,
                        .dimension = s->value_unit->dimension,
                        .unit = s->value_unit->symbol,
                        .range = {any ? -HUGE_VAL : 0.0, HUGE_VAL, false}};
    return qh_value_number(&s->reader->value, &key, given, value);
}

/* One cell; empty cells are errors: a series has no gaps. */
static bool read_cell(const series_reader *s, const qh_csv_record *record, size_t c, const qh_unit *unit,
                      bool (*read)(const series_reader *, const qh_given *, double *), double *number) {
    const char *label = c == s->time_column ? "time" : s->entry.column;
    if (c >= record->count || record->cell[c].text[0] == '\0') {
        const qh_csv_cell *cell = &record->cell[c < record->count ? c : record->count - 1];
        return WRONG(s->reader, qh_csv_place(s->csv, cell), "'%s' is empty; a value is required", label);
    }
    const qh_csv_cell *cell = &record->cell[c];
    const qh_given given = {.label = label, .text = cell->text, .place = qh_csv_place(s->csv, cell), .unit = unit};
    return read(s, &given, number);
}

static qh_status read_rows(const series_reader *s, qh_series *series, bool *good) {
    const size_t count = s->csv->n_record - 1;
    double *time = qh_arena_alloc(s->reader->value.arena, count, sizeof *time);
    double *value = qh_arena_alloc(s->reader->value.arena, count, sizeof *value);
    if (!time || !value) return QH_E_NOMEM;
    size_t n_error = 0;
    bool has_last = false;
    double last = 0.0;
    for (size_t i = 0; i < count && n_error < MOST_ERRORS; i++) {
        const qh_csv_record *record = &s->csv->record[i + 1];
        const bool has_time = read_cell(s, record, s->time_column, s->time_unit, read_time, &time[i]);
        const bool has_value = read_cell(s, record, s->value_column, s->value_unit, read_value, &value[i]);
        bool later = true;
        if (has_time && has_last && time[i] <= last)
            later = WRONG(s->reader, qh_csv_place(s->csv, &record->cell[s->time_column]),
                          "time %s is not later than that of the row before", record->cell[s->time_column].text);
        if (has_time) {
            last = time[i];
            has_last = true;
        }
        if (!has_time || !has_value || !later) n_error++;
    }
    if (n_error == MOST_ERRORS)
        (void)WRONG(s->reader, ((qh_place){s->csv->file, 0, 0}), "%d rows are wrong; the rest was not read",
                    MOST_ERRORS);
    if (n_error > 0) *good = false;
    series->count = count;
    series->time = time;
    series->value = value;
    return QH_OK;
}

/* From the start to the end of the run. The last value of a step series holds on; where it does so for longer than the
 * value before it did, the file may simply have ended too early, and the user is told. */
static bool check_cover(const series_reader *s, const qh_series *series) {
    const qh_run_options *run = &s->reader->river_case->run;
    const double hour = 3600.0;
    const double first = series->time[0];
    const double last = series->time[series->count - 1];
    const qh_place first_place = qh_csv_place(s->csv, &s->csv->record[1].cell[s->time_column]);
    const qh_place last_place = qh_csv_place(s->csv, &s->csv->record[series->count].cell[s->time_column]);
    bool good = true;
    if (first > 0.0)
        good =
            WRONG(s->reader, first_place, "series '%s' begins %.6g h after the start of the run; it must cover the run",
                  series->name, first / hour);
    if (series->interpolation == QH_LINEAR && last < run->duration)
        good = WRONG(s->reader, last_place,
                     "series '%s' ends %.6g h after the start of the run, which lasts %.6g h; it must cover the run",
                     series->name, last / hour, run->duration / hour);
    const double interval = series->count > 1 ? last - series->time[series->count - 2] : INFINITY;
    if (series->interpolation == QH_STEP && last + interval < run->duration)
        qh_diag_add(s->reader->diag, QH_WARNING, last_place,
                    "the last value of series '%s' holds from %.6g h to the end of the run at %.6g h", series->name,
                    last / hour, run->duration / hour);
    return good;
}

/* The run's start, or without one (a steady run) the first time of the file. */
static bool find_start(series_reader *s) {
    const qh_run_options *run = &s->reader->river_case->run;
    s->start = 0;
    if (s->time_unit) return true;
    if (run->start && run->start[0]) return qh_time_read(run->start, &s->start);
    const qh_csv_record *record = &s->csv->record[1];
    if (s->time_column < record->count) (void)qh_time_read(record->cell[s->time_column].text, &s->start);
    return true;
}

static qh_status read_file(series_reader *s, qh_series *series, bool *good) {
    if (!qh_case_is_inside(s->entry.file)) {
        *good = WRONG(s->reader, given_of(s, "file")->place, "'%s' lies outside the case folder", s->entry.file);
        return QH_OK;
    }
    QH_TRY(open_file(s, &s->csv));
    if (!s->csv) {
        *good = false;
        return QH_OK;
    }
    bool time_good = true, value_good = true;
    QH_TRY(find_time_column(s, &time_good));
    QH_TRY(find_value_column(s, &value_good));
    if (!time_good || !value_good) {
        *good = false;
        return QH_OK;
    }
    (void)find_start(s);
    series->dimension = (int)s->value_unit->dimension;
    QH_TRY(read_rows(s, series, good));
    const qh_run_options *run = &s->reader->river_case->run;
    const bool dated = s->time_unit || (run->start && run->start[0]);
    if (*good && s->reader->run_known && run->type == QH_UNSTEADY && dated) *good = check_cover(s, series);
    return QH_OK;
}

/* ---- entries ---- */

static qh_status read_entry(series_reader *s, const qh_yaml *node, size_t index, qh_series *series, bool *good) {
    qh_case_reader *reader = s->reader;
    const qh_key_table *table = qh_schema_find_table("series");
    qh_known_rows *known = qh_case_known(reader, table);
    s->entry = (qh_series_entry){0};
    const qh_series_entry *entry = &s->entry;
    *good = qh_value_is_mapping(&reader->value, node, table->name) &&
            qh_value_mapping(&reader->value, table, node, &s->entry, s->given);
    if (!entry->name) {
        known->complete = false;
        return QH_OK;
    }
    *series = (qh_series){.name = entry->name, .place = node->place, .interpolation = entry->interpolation};
    size_t first = 0;
    QH_TRY(qh_names_add(&known->names, entry->name, index, &first));
    if (first != index) {
        const qh_series *before = &((const qh_series *)(const void *)known->rows)[first];
        *good = WRONG(reader, given_of(s, "name")->place, "%s '%s' stands already in line %d",
                      qh_tr(reader->value.lang, table->row_name), entry->name, before->place.line);
    }
    if (!entry->file || !entry->column) return QH_OK;
    bool file_good = true;
    QH_TRY(read_file(s, series, &file_good));
    *good = *good && file_good;
    return QH_OK;
}

qh_status qh_case_read_series(qh_case_reader *reader, const qh_yaml *list) {
    qh_known_rows *known = qh_case_known(reader, qh_schema_find_table("series"));
    known->complete = true;
    if (!list) return QH_OK;
    if (!qh_value_is_list(&reader->value, list, list->key)) {
        known->complete = false;
        return QH_OK;
    }
    qh_series *series = qh_arena_alloc(reader->value.arena, list->count, sizeof *series);
    bool *good = qh_arena_alloc(reader->scratch, list->count, sizeof *good);
    bool *used = qh_arena_alloc(reader->scratch, list->count, sizeof *used);
    series_reader s = {.reader = reader, .file = qh_arena_alloc(reader->scratch, list->count, sizeof *s.file)};
    if (!series || !good || !used || !s.file) return QH_E_NOMEM;
    known->rows = (char *)series;
    known->row_size = sizeof *series;
    known->good = good;
    reader->series_used = used;
    size_t i = 0;
    for (const qh_yaml *node = list->first; node; node = node->next, i++) {
        QH_TRY(read_entry(&s, node, i, &series[i], &good[i]));
        known->count = i + 1;
    }
    reader->river_case->series = series;
    reader->river_case->n_series = list->count;
    return QH_OK;
}
