/* Tables for people: columns line up whatever the script, and classes have their colour on a terminal. */
#ifndef QH_CLI_TABLE_H
#define QH_CLI_TABLE_H

#include <stddef.h>
#include <stdio.h>

#include "cli/command.h"

/* Columns that `text` (UTF-8) takes on a terminal; wide East Asian characters take two. */
size_t qh_text_width(const char *text);

typedef enum qh_align {
    QH_LEFT,
    QH_RIGHT,
    QH_WRAP /* left, and folded to the width of the terminal; for the last column */
} qh_align;

typedef struct qh_table qh_table;

/* An empty table, owned by the caller. Colours and folding as the terminal of `app` allows. */
qh_table *qh_table_create(const qh_app *app);
void qh_table_destroy(qh_table *table);

/* Adds a column; all before the first cell. A table whose headers are all NULL is printed without a header. */
void qh_table_column(qh_table *table, qh_align align, const char *header);

/* The next cell, row by row. */
void qh_table_cell(qh_table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same in the colour of a water class 1 ... n_class + 1 (worse than the last); 0: no colour. */
void qh_table_class_cell(qh_table *table, int water_class, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same in the colour for "no" (a target missed) or without one for "yes". */
void qh_table_verdict_cell(qh_table *table, bool good, const char *text);

void qh_table_print(const qh_table *table, FILE *out);

#endif
