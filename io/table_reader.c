/* Reading one CSV table of a case: its header against the schema and the constituents, then its rows. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "io/case_internal.h"
#include "io/number_internal.h"

typedef enum column_kind {
    COLUMN_IGNORED, /* the user's own, or reported as wrong */
    COLUMN_KEY,
    COLUMN_INPUT, /* a constituent's concentration or load */
    COLUMN_LIMIT  /* a constituent's limit */
} column_kind;

typedef struct column {
    column_kind kind;
    size_t index; /* of the key or the constituent */
    const char *name;
    qh_place place;
    const qh_unit *unit;
    bool unusable;
} column;

typedef struct table_reader {
    qh_case_reader *reader;
    const qh_key_table *table;
    const qh_csv *csv;
    size_t n_column;
    column *column;               /* [n_column] */
    size_t *key_column;           /* [n_key], SIZE_MAX: none */
    size_t *concentration_column; /* [n_constituent], likewise */
    size_t *load_column;          /* [n_constituent] */
    size_t *limit_column;         /* [n_constituent] */
    bool header_good;
} table_reader;

#define WRONG(t, place, ...) (qh_diag_add((t)->reader->diag, QH_ERROR, (place), __VA_ARGS__), false)

/* ---- header ---- */

/* Start of the bracket group that ends the text, and the length of its closing bracket; NULL when there is none. */
static const char *last_bracket(const char *text, size_t length, size_t *open_length, size_t *close_length) {
    static const struct {
        const char *open, *close;
    } pairs[] = {{"[", "]"}, {"［", "］"}, {"【", "】"}, {"(", ")"}, {"（", "）"}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const size_t open = strlen(pairs[i].open), close = strlen(pairs[i].close);
        if (length < open + close || memcmp(text + length - close, pairs[i].close, close) != 0) continue;
        int depth = 0;
        for (size_t at = length; at-- > 0;) { /* matching bracket, from behind: m^(1/3) has its own */
            if (at + close <= length && memcmp(text + at, pairs[i].close, close) == 0) depth++;
            if (at + open <= length && memcmp(text + at, pairs[i].open, open) == 0 && --depth == 0) {
                *open_length = open;
                *close_length = close;
                return text + at;
            }
        }
    }
    return NULL;
}

qh_status qh_split_header(qh_arena *arena, const char *header, const char **name, const char **unit) {
    size_t open = 0, close = 0;
    const size_t length = strlen(header);
    const char *bracket = last_bracket(header, length, &open, &close);
    size_t name_length = bracket ? (size_t)(bracket - header) : length;
    const char *name_begin = qh_trim(header, &name_length);
    const char *name_copy = qh_arena_strndup(arena, name_begin, name_length);
    const char *unit_copy = NULL;
    if (bracket) {
        size_t unit_length = length - close - open - (size_t)(bracket - header);
        const char *unit_begin = qh_trim(bracket + open, &unit_length);
        unit_copy = qh_arena_strndup(arena, unit_begin, unit_length);
        if (!unit_copy) return QH_E_NOMEM;
    }
    if (!name_copy) return QH_E_NOMEM;
    *name = name_copy;
    *unit = unit_copy;
    return QH_OK;
}

/* The constituent of that name, or else of that title. */
static bool find_constituent(const qh_case *river_case, const char *name, size_t *index) {
    for (size_t i = 0; i < river_case->n_constituent; i++) {
        if (strcmp(river_case->constituent[i].name, name) == 0) return *index = i, true;
    }
    for (size_t i = 0; i < river_case->n_constituent; i++) {
        if (strcmp(river_case->constituent[i].title, name) == 0) return *index = i, true;
    }
    return false;
}

/* "COD limit", "COD限值": the constituent whose limit it is. */
static bool find_limit(const qh_case *river_case, const char *name, size_t *index) {
    static const char *const words[] = {"limit", "限值"};
    char stem[256];
    for (size_t w = 0; w < sizeof words / sizeof words[0]; w++) {
        const size_t word = strlen(words[w]), all = strlen(name);
        if (all <= word || strcmp(name + all - word, words[w]) != 0) continue;
        size_t length = all - word;
        const char *begin = qh_trim(name, &length);
        if (length == 0 || length >= sizeof stem) continue;
        memcpy(stem, begin, length);
        stem[length] = '\0';
        if (find_constituent(river_case, stem, index)) return true;
    }
    return false;
}

static void take_column(table_reader *t, size_t *slot, size_t c, column_kind kind, size_t index) {
    column *col = &t->column[c];
    if (*slot != SIZE_MAX) {
        t->header_good = WRONG(t, col->place, "column '%s' is there twice; the other one begins at column %d",
                               col->name, t->column[*slot].place.column);
        return;
    }
    *slot = c;
    col->kind = kind;
    col->index = index;
}

static void take_key_column(table_reader *t, const qh_key *key, size_t c, const char *unit) {
    column *col = &t->column[c];
    take_column(t, &t->key_column[key - t->table->key], c, COLUMN_KEY, (size_t)(key - t->table->key));
    if (col->kind != COLUMN_KEY) return;
    qh_value_reader *value = &t->reader->value;
    const bool is_quantity = key->kind == QH_KEY_NUMBER || key->kind == QH_KEY_OPTIONAL;
    if (!is_quantity) {
        if (unit) t->header_good = WRONG(t, col->place, "'%s' takes no unit, but has [%s]", col->name, unit);
        return;
    }
    if (unit) {
        col->unit = qh_value_unit(value, col->name, unit, key->dimension, col->place);
        col->unusable = !col->unit;
    } else if (key->dimension != QH_DIM_NONE && !key->unit_optional) {
        char known[256];
        qh_dimension_units(key->dimension, sizeof known, known);
        (void)WRONG(t, col->place, "column '%s' has no unit; write it behind the name: '%s [%s]'; units of %s are %s",
                    col->name, col->name, key->unit, qh_tr(value->lang, qh_dimension_name(key->dimension)), known);
        col->unusable = true;
    }
    if (col->unusable) t->header_good = false;
}

static void take_limit_column(table_reader *t, size_t constituent, size_t c, const char *unit) {
    column *col = &t->column[c];
    take_column(t, &t->limit_column[constituent], c, COLUMN_LIMIT, constituent);
    if (col->kind != COLUMN_LIMIT) return;
    if (unit)
        col->unit = qh_value_unit(&t->reader->value, col->name, unit, QH_DIM_CONCENTRATION, col->place);
    else
        (void)WRONG(t, col->place, "column '%s' has no unit; write it behind the name: '%s [mg/L]'", col->name,
                    col->name);
    col->unusable = !col->unit;
    if (col->unusable) t->header_good = false;
}

static void take_input_column(table_reader *t, size_t constituent, size_t c, const char *symbol) {
    column *col = &t->column[c];
    const bool loads = t->table->input_loads;
    const qh_unit *unit = symbol ? qh_unit_find(symbol, QH_DIM_CONCENTRATION) : NULL;
    const bool is_load = unit && unit->dimension == QH_DIM_LOAD;
    take_column(t, is_load ? &t->load_column[constituent] : &t->concentration_column[constituent], c, COLUMN_INPUT,
                constituent);
    if (col->kind != COLUMN_INPUT) return;
    if (is_load && loads) {
        col->unit = unit;
    } else if (is_load) {
        (void)WRONG(t, col->place, "'%s' is a load (%s); a concentration was expected, such as '%s [mg/L]'", col->name,
                    symbol, col->name);
    } else if (!symbol) {
        (void)WRONG(t, col->place,
                    loads ? "column '%s' has no unit; write '%s [mg/L]' for a concentration or '%s [kg/d]' for a load"
                          : "column '%s' has no unit; write '%s [mg/L]'",
                    col->name, col->name, col->name);
    } else {
        col->unit = qh_value_unit(&t->reader->value, col->name, symbol, QH_DIM_CONCENTRATION, col->place);
    }
    col->unusable = !col->unit;
    if (col->unusable) t->header_good = false;
}

static void unknown_column(table_reader *t, const column *col) {
    qh_value_reader *value = &t->reader->value;
    qh_nearest nearest = qh_value_nearest_key(value, t->table, col->name);
    const qh_case *river_case = t->reader->river_case;
    if (t->table->input_offset != QH_NOT_STORED) {
        for (size_t i = 0; i < river_case->n_constituent; i++)
            qh_nearest_offer(&nearest, river_case->constituent[i].name);
    }
    t->header_good = false;
    if (nearest.best[0])
        (void)WRONG(t, col->place, "unknown column '%s'; did you mean '%s'? (columns of your own begin with #)",
                    col->name, nearest.best);
    else
        (void)WRONG(t, col->place, "unknown column '%s'; known are %s (columns of your own begin with #)", col->name,
                    qh_value_key_list(value, t->table));
}

static void take_header_cell(table_reader *t, size_t c, const char *unit) {
    const qh_case *river_case = t->reader->river_case;
    const column *col = &t->column[c];
    const qh_key *key = qh_schema_find_key(t->table, col->name);
    size_t constituent = 0;
    if (key) {
        take_key_column(t, key, c, unit);
        return;
    }
    const bool has_inputs = t->table->input_offset != QH_NOT_STORED;
    if (has_inputs && find_constituent(river_case, col->name, &constituent)) {
        take_input_column(t, constituent, c, unit);
    } else if (t->table->limit_offset != QH_NOT_STORED && find_limit(river_case, col->name, &constituent)) {
        take_limit_column(t, constituent, c, unit);
    } else if (!has_inputs || qh_case_known(t->reader, qh_schema_find_table("constituents"))->complete) {
        unknown_column(t, col);
    }
}

static qh_status read_header(table_reader *t) {
    const qh_csv_record *header = &t->csv->record[0];
    for (size_t c = 0; c < header->count; c++) {
        column *col = &t->column[c];
        col->place = qh_csv_place(t->csv, &header->cell[c]);
        const char *text = header->cell[c].text;
        const char *unit = NULL;
        QH_TRY(qh_split_header(t->reader->scratch, text, &col->name, &unit));
        if (text[0] == '\0' || text[0] == '#' || strncmp(text, "＃", 3) == 0) continue;
        take_header_cell(t, c, unit);
    }
    return QH_OK;
}

static bool has_inputs(const table_reader *t) {
    for (size_t i = 0; i < t->reader->river_case->n_constituent; i++) {
        if (t->concentration_column[i] != SIZE_MAX || t->load_column[i] != SIZE_MAX) return true;
    }
    return !t->table->inputs_optional;
}

static void require_columns(table_reader *t) {
    const qh_place place = {t->csv->file, t->csv->record[0].cell[0].line, 0};
    for (size_t k = 0; k < t->table->n_key; k++) {
        const qh_key *key = &t->table->key[k];
        if (key->presence != QH_REQUIRED || t->key_column[k] != SIZE_MAX) continue;
        t->header_good = WRONG(t, place, "column '%s' is missing", qh_value_label(&t->reader->value, key, true));
    }
    if (t->table->input_offset == QH_NOT_STORED || !has_inputs(t)) return;
    for (size_t i = 0; i < t->reader->river_case->n_constituent; i++) {
        const char *name = t->reader->river_case->constituent[i].name;
        if (name[0] == '\0' || t->concentration_column[i] != SIZE_MAX || t->load_column[i] != SIZE_MAX) continue;
        t->header_good =
            WRONG(t, place,
                  t->table->input_loads ? "constituent '%s' has no column; add '%s [mg/L]' or, for loads, '%s [kg/d]'"
                                        : "constituent '%s' has no column; add '%s [mg/L]'",
                  name, name, name);
    }
}

/* ---- rows ---- */

static const qh_csv_cell *cell_of(const qh_csv_record *record, size_t c) {
    return c < record->count ? &record->cell[c] : NULL;
}

static qh_given given_of(const table_reader *t, const qh_csv_record *record, size_t c, const char *label,
                         qh_place row_place) {
    if (c == SIZE_MAX) return (qh_given){.label = label, .place = row_place};
    const column *col = &t->column[c];
    const qh_csv_cell *cell = cell_of(record, c);
    return (qh_given){.label = col->name,
                      .text = cell && cell->text[0] ? cell->text : NULL,
                      .place = cell ? qh_csv_place(t->csv, cell) : row_place,
                      .unit = col->unit,
                      .unusable = col->unusable};
}

static bool read_series_cell(const table_reader *t, const qh_given *given, const char *name, bool is_load,
                             qh_input *input) {
    const qh_series *series = NULL;
    if (!qh_case_find_series(t->reader, given, name, is_load ? QH_DIM_LOAD : QH_DIM_CONCENTRATION, &series))
        return false;
    *input = (qh_input){.is_load = is_load, .value = {.series = series}};
    return true;
}

static bool read_keys(const table_reader *t, const qh_csv_record *record, qh_place place, qh_given *given, void *row) {
    bool good = true;
    for (size_t k = 0; k < t->table->n_key; k++) {
        const qh_key *key = &t->table->key[k];
        given[k] = given_of(t, record, t->key_column[k], key->name, place);
        bool fine = true;
        if (!given[k].unusable && !given[k].text && key->presence == QH_REQUIRED) {
            /* A missing column has been reported once. */
            fine = t->key_column[k] == SIZE_MAX
                       ? false
                       : WRONG(t, given[k].place, "'%s' is empty; a value is required", given[k].label);
        } else {
            const bool follows = key->series_offset && qh_is_usable(&given[k]) && qh_series_name(given[k].text);
            fine = follows ? qh_case_follow_series(t->reader, key, &given[k], row)
                           : qh_value_store(&t->reader->value, key, &given[k], row);
        }
        if (!fine) {
            given[k].unusable = true;
            good = false;
        }
    }
    return good;
}

static const qh_key concentration_key = {
    .kind = QH_KEY_NUMBER, .dimension = QH_DIM_CONCENTRATION, .unit = "mg/L", .range = {0.0, HUGE_VAL, false}};
static const qh_key load_key = {
    .kind = QH_KEY_NUMBER, .dimension = QH_DIM_LOAD, .unit = "kg/d", .range = {0.0, HUGE_VAL, false}};

static bool read_input(const table_reader *t, const qh_given *given, bool is_load, qh_input *input) {
    const char *series = qh_series_name(given->text);
    if (series) return read_series_cell(t, given, series, is_load, input);
    double value = 0.0;
    if (!qh_value_number(&t->reader->value, is_load ? &load_key : &concentration_key, given, &value)) return false;
    *input = (qh_input){.is_load = is_load, .value = {.constant = value}};
    return true;
}

static bool read_one_input(const table_reader *t, const qh_csv_record *record, qh_place place, size_t i,
                           qh_input *input) {
    const char *name = t->reader->river_case->constituent[i].name;
    const qh_given concentration = given_of(t, record, t->concentration_column[i], name, place);
    const qh_given load = given_of(t, record, t->load_column[i], name, place);
    if (concentration.text && load.text)
        return WRONG(t, load.place, "'%s' is given twice, as a concentration and as a load; leave one of them empty",
                     name);
    const bool is_load = load.text != NULL;
    const qh_given *given = is_load ? &load : &concentration;
    if (given->text) return given->unusable ? false : read_input(t, given, is_load, input);
    if (t->concentration_column[i] == SIZE_MAX && t->load_column[i] == SIZE_MAX) return false; /* reported once */
    if (concentration.unusable || load.unusable) return false;
    const qh_given *empty = t->concentration_column[i] != SIZE_MAX ? &concentration : &load;
    return WRONG(t, empty->place, "'%s' is empty; write 0 where there is none of it", empty->label);
}

static qh_status read_inputs(const table_reader *t, const qh_csv_record *record, qh_place place, char *row,
                             bool *good) {
    const size_t n = t->reader->river_case->n_constituent;
    qh_input *input = qh_arena_alloc(t->reader->value.arena, n, sizeof *input);
    if (!input) return QH_E_NOMEM;
    for (size_t i = 0; i < n; i++) {
        if (!read_one_input(t, record, place, i, &input[i])) *good = false;
    }
    memcpy(row + t->table->input_offset, &input, sizeof input);
    return QH_OK;
}

static qh_status read_limits(const table_reader *t, const qh_csv_record *record, qh_place place, char *row,
                             bool *good) {
    const size_t n = t->reader->river_case->n_constituent;
    qh_optional *limit = qh_arena_alloc(t->reader->value.arena, n, sizeof *limit);
    if (!limit) return QH_E_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const qh_given given = given_of(t, record, t->limit_column[i], "", place);
        if (!given.text || given.unusable) continue;
        if (qh_value_number(&t->reader->value, &concentration_key, &given, &limit[i].value))
            limit[i].given = true;
        else
            *good = false;
    }
    memcpy(row + t->table->limit_offset, &limit, sizeof limit);
    return QH_OK;
}

/* Too many or too few cells: a value that slipped into the next column would be read as another thing. */
static bool check_width(const table_reader *t, const qh_csv_record *record) {
    size_t count = record->count;
    while (count > t->n_column && record->cell[count - 1].text[0] == '\0')
        count--;
    if (count == t->n_column) return true;
    const qh_csv_cell *cell = count > t->n_column ? &record->cell[t->n_column] : &record->cell[count - 1];
    return WRONG(t, qh_csv_place(t->csv, cell), "the row has %zu cells, the header has %zu", count, t->n_column);
}

static bool has_text_under_no_name(const table_reader *t, const qh_csv_record *record) {
    bool good = true;
    for (size_t c = 0; c < t->n_column && c < record->count; c++) {
        const char *header = t->csv->record[0].cell[c].text;
        if (header[0] == '\0' && record->cell[c].text[0])
            good = WRONG(t, qh_csv_place(t->csv, &record->cell[c]), "'%s' stands in a column without a name",
                         record->cell[c].text);
    }
    return good;
}

/* Where the row's name stands, else its first cell. */
static qh_place place_of_row(const table_reader *t, const qh_csv_record *record) {
    const qh_key *identity = t->table->identity ? qh_schema_find_key(t->table, t->table->identity) : NULL;
    const size_t c = identity ? t->key_column[identity - t->table->key] : SIZE_MAX;
    return qh_csv_place(t->csv, &record->cell[c < record->count ? c : 0]);
}

/* Enters the row's name; a second row of the same name is an error. */
static qh_status register_name(const table_reader *t, qh_known_rows *known, const qh_row *row) {
    if (!t->table->identity || strcmp(t->table->name, "cross_sections") == 0 ||
        strcmp(t->table->name, "storage_curves") == 0)
        return QH_OK;
    const qh_given *identity = qh_row_given(row, t->table->identity);
    if (!identity->text || identity->unusable) {
        known->complete = false;
        return QH_OK;
    }
    const char *name = qh_arena_strdup(t->reader->scratch, identity->text);
    if (!name) return QH_E_NOMEM;
    size_t first = 0;
    QH_TRY(qh_names_add(&known->names, name, row->index, &first));
    if (first == row->index) return QH_OK;
    qh_place before;
    memcpy(&before, known->rows + first * known->row_size + t->table->place_offset, sizeof before);
    *row->good = WRONG(t, identity->place, "%s '%s' stands already in line %d",
                       qh_tr(t->reader->value.lang, t->table->row_name), name, before.line);
    known->complete = false; /* one of the two may be meant to be the name that others miss */
    return QH_OK;
}

static qh_status read_row(table_reader *t, qh_known_rows *known, size_t index, bool *good, qh_row_check *check) {
    const qh_csv_record *record = &t->csv->record[index + 1];
    char *data = known->rows + index * known->row_size;
    const qh_place place = place_of_row(t, record);
    memcpy(data + t->table->place_offset, &place, sizeof place);
    qh_given given[QH_MAX_KEYS] = {{0}};
    const qh_row row = {t->table, data, index, place, given, good};
    *good = t->header_good;
    if (!check_width(t, record)) {
        *good = false;
        known->complete = false; /* its cells may be shifted: nothing in it can be trusted */
        return QH_OK;
    }
    if (!has_text_under_no_name(t, record)) *good = false;
    if (!read_keys(t, record, place, given, data)) *good = false;
    if (t->table->input_offset != QH_NOT_STORED && has_inputs(t)) QH_TRY(read_inputs(t, record, place, data, good));
    if (t->table->limit_offset != QH_NOT_STORED) QH_TRY(read_limits(t, record, place, data, good));
    QH_TRY(register_name(t, known, &row));
    if (check) check(t->reader, &row);
    return t->reader->value.out_of_memory ? QH_E_NOMEM : QH_OK;
}

static size_t *no_columns(const table_reader *t, size_t count) {
    size_t *slot = qh_arena_alloc(t->reader->scratch, count, sizeof *slot);
    for (size_t i = 0; slot && i < count; i++)
        slot[i] = SIZE_MAX;
    return slot;
}

static qh_status prepare(table_reader *t) {
    const size_t n = t->reader->river_case->n_constituent;
    t->n_column = t->csv->record[0].count;
    /* Spreadsheets leave empty columns behind the last one. */
    while (t->n_column > 1 && t->csv->record[0].cell[t->n_column - 1].text[0] == '\0')
        t->n_column--;
    t->column = qh_arena_alloc(t->reader->scratch, t->csv->record[0].count, sizeof *t->column);
    t->key_column = no_columns(t, t->table->n_key);
    t->concentration_column = no_columns(t, n);
    t->load_column = no_columns(t, n);
    t->limit_column = no_columns(t, n);
    return t->column && t->key_column && t->concentration_column && t->load_column && t->limit_column ? QH_OK
                                                                                                      : QH_E_NOMEM;
}

qh_status qh_case_read_table(qh_case_reader *reader, const qh_key_table *table, const qh_csv *csv, size_t extra,
                             qh_row_check *check) {
    qh_known_rows *known = qh_case_known(reader, table);
    table_reader t = {.reader = reader, .table = table, .csv = csv, .header_good = true};
    const size_t n_row = csv->n_record - 1;
    known->row_size = table->row_size;
    known->rows = qh_arena_alloc(reader->value.arena, n_row + extra, table->row_size);
    bool *good = qh_arena_alloc(reader->scratch, n_row + extra, sizeof *good);
    if (!known->rows || !good) return QH_E_NOMEM;
    known->good = good;
    known->complete = !csv->faulty;
    QH_TRY(prepare(&t));
    QH_TRY(read_header(&t));
    require_columns(&t);
    for (size_t i = 0; i < n_row; i++) {
        known->count = i + 1;
        QH_TRY(read_row(&t, known, i, &good[i], check));
    }
    return QH_OK;
}

const qh_given *qh_row_given(const qh_row *row, const char *key) {
    return &row->given[qh_schema_find_key(row->table, key) - row->table->key];
}
