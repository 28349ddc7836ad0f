#include "io/csv.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "io/number_internal.h"

typedef struct scanner {
    const qh_text_file *file;
    qh_diag *diag;
    const char *p; /* next byte */
    char *out;     /* where the next cell's text goes */
    int line, column;
    char separator;
    bool faulty;     /* the record at hand */
    size_t n_faulty; /* records so far */
    bool header_faulty;
} scanner;

/* The separator is the one the header has most of, outside quotes; a single column may have any. */
static char find_separator(const char *text) {
    static const char candidates[] = ",;\t";
    size_t count[sizeof candidates - 1] = {0};
    bool quoted = false;
    for (const char *p = text; *p && (quoted || *p != '\n'); p++) {
        if (*p == '"') quoted = !quoted;
        const char *candidate = quoted ? NULL : strchr(candidates, *p);
        if (candidate) count[candidate - candidates]++;
    }
    size_t best = 0;
    for (size_t i = 1; i < sizeof count / sizeof count[0]; i++) {
        if (count[i] > count[best]) best = i;
    }
    return candidates[best];
}

/* Moves over the byte at p. */
static void advance(scanner *s) {
    if (*s->p == '\n') {
        s->line++;
        s->column = 1;
    } else if (((unsigned char)*s->p & 0xC0) != 0x80) {
        s->column++;
    }
    s->p++;
    /* The bytes that continue a character go with its first one. */
    while (((unsigned char)*s->p & 0xC0) == 0x80)
        s->p++;
}

static qh_place here(const scanner *s) {
    const qh_place place = {s->file->name, s->line, s->column};
    return place;
}

static bool at_cell_end(const scanner *s) { return *s->p == '\0' || *s->p == '\n' || *s->p == s->separator; }

static void skip_blanks(scanner *s) {
    while (!at_cell_end(s) && qh_blank(s->p) > 0)
        advance(s);
}

/* The trimmed text behind those of the cells before it. They all fit: a cell and its closing zero take no more than the
 * cell and its separator took. */
static char *store_text(scanner *s, const char *begin, size_t length) {
    const char *trimmed = qh_trim(begin, &length);
    char *text = s->out;
    memcpy(text, trimmed, length);
    text[length] = '\0';
    s->out += length + 1;
    return text;
}

/* From the opening quote to the end of the cell. */
static const char *read_quoted(scanner *s) {
    const qh_place opening = here(s);
    advance(s);
    const char *begin = s->p;
    bool closed = false;
    bool doubled = false;
    while (*s->p) {
        if (*s->p == '"') {
            if (s->p[1] != '"') {
                closed = true;
                break;
            }
            doubled = true;
            advance(s);
        }
        advance(s);
    }
    if (!closed) {
        qh_diag_add(s->diag, QH_ERROR, opening, "this quote is never closed");
        s->faulty = true;
    }
    char *text = store_text(s, begin, (size_t)(s->p - begin));
    if (doubled) { /* "" stands for one quote */
        char *to = text;
        for (const char *from = text; *from; from++) {
            *to++ = *from;
            if (from[0] == '"' && from[1] == '"') from++;
        }
        *to = '\0';
    }
    if (!closed) return text;
    advance(s);
    skip_blanks(s);
    if (!at_cell_end(s)) {
        qh_diag_add(s->diag, QH_ERROR, here(s),
                    "text after a closing quote; a separator or the end of the line was expected");
        s->faulty = true;
        while (!at_cell_end(s))
            advance(s);
    }
    return text;
}

static const char *read_bare(scanner *s) {
    const char *begin = s->p;
    bool told = false;
    while (!at_cell_end(s)) {
        if (*s->p == '"' && !told) {
            qh_diag_add(s->diag, QH_ERROR, here(s),
                        "a quote inside a cell; put the whole cell in quotes and double this one");
            s->faulty = told = true;
        }
        advance(s);
    }
    return store_text(s, begin, (size_t)(s->p - begin));
}

typedef struct cell_list {
    qh_csv_cell *cell;
    size_t count, capacity;
} cell_list;

static qh_csv_cell *push_cell(cell_list *list) {
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity ? 2 * list->capacity : 64;
        qh_csv_cell *larger = realloc(list->cell, capacity * sizeof *larger);
        if (!larger) return NULL;
        list->cell = larger;
        list->capacity = capacity;
    }
    return &list->cell[list->count++];
}

/* One record's cells onto the end of `cells`. */
static qh_status read_record(scanner *s, cell_list *cells) {
    for (;;) {
        skip_blanks(s);
        qh_csv_cell *cell = push_cell(cells);
        if (!cell) return QH_E_NOMEM;
        *cell = (qh_csv_cell){.text = "", .line = s->line, .column = s->column};
        if (!at_cell_end(s)) cell->text = *s->p == '"' ? read_quoted(s) : read_bare(s);
        if (*s->p != s->separator) break;
        advance(s);
    }
    if (*s->p == '\n') advance(s);
    return QH_OK;
}

static bool is_empty(const qh_csv_cell *cell, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (cell[i].text[0]) return false;
    }
    return true;
}

/* Cells and, in `start`, where each record begins among them. */
static qh_status read_records(scanner *s, cell_list *cells, size_t **start, size_t *n_record) {
    size_t capacity = 0;
    while (*s->p) {
        if (*n_record + 1 >= capacity) {
            capacity = capacity ? 2 * capacity : 64;
            size_t *larger = realloc(*start, capacity * sizeof *larger);
            if (!larger) return QH_E_NOMEM;
            *start = larger;
        }
        const size_t first = cells->count;
        s->faulty = false;
        QH_TRY(read_record(s, cells));
        if (s->faulty) {
            s->n_faulty++;
            s->header_faulty = s->header_faulty || *n_record == 0;
            cells->count = first;
            continue;
        }
        if (is_empty(cells->cell + first, cells->count - first)) {
            cells->count = first;
            continue;
        }
        (*start)[(*n_record)++] = first;
        (*start)[*n_record] = cells->count;
    }
    return QH_OK;
}

qh_status qh_csv_parse(qh_arena *arena, const qh_text_file *file, qh_diag *diag, qh_csv *csv) {
    char *texts = qh_arena_alloc(arena, file->size + 2, 1);
    if (!texts) return QH_E_NOMEM;
    scanner s = {.file = file, .diag = diag, .p = file->text, .out = texts, .line = 1, .column = 1};
    s.separator = find_separator(file->text);
    cell_list cells = {0};
    size_t *start = NULL;
    size_t n_record = 0;
    qh_status status = read_records(&s, &cells, &start, &n_record);
    if (status == QH_OK && s.header_faulty) status = QH_E_INPUT;
    if (status == QH_OK) {
        qh_csv_cell *cell = qh_arena_alloc(arena, cells.count, sizeof *cell);
        qh_csv_record *record = qh_arena_alloc(arena, n_record, sizeof *record);
        if (!cell || !record) {
            status = QH_E_NOMEM;
        } else {
            if (cells.count > 0) memcpy(cell, cells.cell, cells.count * sizeof *cell);
            for (size_t i = 0; i < n_record; i++) {
                record[i] = (qh_csv_record){.count = start[i + 1] - start[i], .cell = cell + start[i]};
            }
            *csv = (qh_csv){.file = file->name,
                            .separator = s.separator,
                            .n_record = n_record,
                            .record = record,
                            .faulty = s.n_faulty > 0};
        }
    }
    free(cells.cell);
    free(start);
    return status;
}
