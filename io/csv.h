/* CSV (RFC 4180): comma, semicolon or tab, quotes with embedded separators and line breaks; every cell knows its place. */
#ifndef QH_IO_CSV_H
#define QH_IO_CSV_H

#include "io/text_file.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_csv_cell {
    const char *text; /* trimmed of blanks, UTF-8; "" for an empty cell */
    int line, column; /* of its first character, from 1; columns count characters */
} qh_csv_cell;

typedef struct qh_csv_record {
    size_t count;
    const qh_csv_cell *cell; /* [count] */
} qh_csv_record;

typedef struct qh_csv {
    const char *file; /* for messages */
    char separator;   /* ',', ';' or tab */
    size_t n_record;
    const qh_csv_record *record; /* [n_record]; the first is the header; records of empty cells only are left out */
    bool faulty;                 /* records with faults are missing too; what is wrong with them stands in the diag */
} qh_csv;

/* Splits a text into records, in `arena`. Every fault is added to diag: a quote that is never closed, text after a
 * closing quote, a quote inside an unquoted cell. Sound records are kept beside faulty ones, so that what they hold can
 * be checked in the same run; QH_E_INPUT only where the header itself is faulty. */
qh_status qh_csv_parse(qh_arena *arena, const qh_text_file *file, qh_diag *diag, qh_csv *csv);

static inline qh_place qh_csv_place(const qh_csv *csv, const qh_csv_cell *cell) {
    const qh_place place = {csv->file, cell->line, cell->column};
    return place;
}

#ifdef __cplusplus
}
#endif
#endif
