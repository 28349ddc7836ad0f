#include "cli/table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utf8proc.h>

#include "cli/messages.h"
#include "model/arena.h"

/* The formats come through qh_tr, which the compiler checks at the caller. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

enum { MAX_COLUMNS = 24, GAP = 2, NARROWEST_FOLD = 16 };

typedef struct cell {
    const char *text;
    const char *color; /* escape sequence, NULL: none */
} cell;

struct qh_table {
    qh_arena *arena;
    bool color;
    size_t screen; /* columns of the terminal, 0: no folding */
    size_t n_column, n_cell, capacity;
    qh_align align[MAX_COLUMNS];
    const char *header[MAX_COLUMNS];
    cell *cell; /* [n_cell], row by row */
};

static const char bold[] = "\033[1m", plain[] = "\033[0m", red[] = "\033[31m";

/* Blue, blue, green, yellow, orange, red: the colours of the national reports. */
static const char *const class_color[] = {"\033[34m", "\033[34m", "\033[32m", "\033[33m", "\033[38;5;208m", "\033[31m"};

/* Bytes of the character at `text`, and the columns it takes. */
static size_t character(const char *text, size_t *width) {
    utf8proc_int32_t code = 0;
    const utf8proc_ssize_t bytes = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &code);
    if (bytes <= 0) {
        *width = 1;
        return 1;
    }
    const int columns = utf8proc_charwidth(code);
    *width = columns > 0 ? (size_t)columns : 0;
    return (size_t)bytes;
}

size_t qh_text_width(const char *text) {
    size_t total = 0, width = 0;
    while (*text) {
        text += character(text, &width);
        total += width;
    }
    return total;
}

/* Columns of the terminal that stdout is, 0 when it is none. */
static size_t screen_width(void) {
    struct winsize size;
    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
    return size.ws_col;
}

qh_table *qh_table_create(const qh_app *app) {
    qh_table *table = qh_need(calloc(1, sizeof *table));
    table->arena = qh_need(qh_arena_create());
    table->color = app->color;
    table->screen = screen_width();
    return table;
}

void qh_table_destroy(qh_table *table) {
    if (!table) return;
    qh_arena_destroy(table->arena);
    free(table->cell);
    free(table);
}

void qh_table_column(qh_table *table, qh_align align, const char *header) {
    if (table->n_column == MAX_COLUMNS) return;
    table->align[table->n_column] = align;
    table->header[table->n_column++] = header ? qh_need(qh_arena_strdup(table->arena, header)) : NULL;
}

static void add(qh_table *table, const char *color, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, arguments);
    char *text = qh_need(qh_arena_alloc(table->arena, (size_t)(length > 0 ? length : 0) + 1, 1));
    if (length > 0) vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    if (table->n_cell == table->capacity) {
        table->capacity = table->capacity ? 2 * table->capacity : 64;
        table->cell = qh_need(realloc(table->cell, table->capacity * sizeof *table->cell));
    }
    table->cell[table->n_cell++] = (cell){text, table->color ? color : NULL};
}

void qh_table_cell(qh_table *table, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    add(table, NULL, format, arguments);
    va_end(arguments);
}

void qh_table_class_cell(qh_table *table, int water_class, const char *format, ...) {
    const int n = (int)(sizeof class_color / sizeof *class_color);
    const char *color = water_class < 1 ? NULL : class_color[(water_class > n ? n : water_class) - 1];
    va_list arguments;
    va_start(arguments, format);
    add(table, color, format, arguments);
    va_end(arguments);
}

static void add_colored(qh_table *table, const char *color, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    add(table, color, format, arguments);
    va_end(arguments);
}

void qh_table_verdict_cell(qh_table *table, bool good, const char *text) {
    add_colored(table, good ? NULL : red, "%s", text);
}

static void spaces(FILE *out, size_t n) {
    for (size_t i = 0; i < n; i++)
        fputc(' ', out);
}

/* Bytes of the first line of `text` folded to `width` columns, at a space where there is one. */
static size_t fold(const char *text, size_t width) {
    size_t bytes = 0, used = 0, at_space = 0;
    while (text[bytes]) {
        size_t columns = 0;
        const size_t n = character(text + bytes, &columns);
        if (used + columns > width) return at_space ? at_space : bytes ? bytes : n;
        if (text[bytes] == ' ') at_space = bytes;
        if (columns == 2) at_space = bytes + n; /* Chinese breaks anywhere */
        used += columns;
        bytes += n;
    }
    return bytes;
}

static void print_folded(FILE *out, const char *text, size_t indent, size_t width) {
    for (bool first = true; *text; first = false) {
        const size_t bytes = fold(text, width);
        if (!first) {
            fputc('\n', out);
            spaces(out, indent);
        }
        fwrite(text, 1, bytes, out);
        text += bytes;
        while (*text == ' ')
            text++;
    }
}

static void print_row(const qh_table *table, FILE *out, const cell *row, const size_t *width) {
    size_t indent = 0;
    for (size_t c = 0; c < table->n_column; c++) {
        const size_t own = qh_text_width(row[c].text), pad = width[c] > own ? width[c] - own : 0;
        const bool last = c + 1 == table->n_column;
        if (table->align[c] == QH_RIGHT) spaces(out, pad);
        if (row[c].color) fputs(row[c].color, out);
        if (table->align[c] == QH_WRAP && table->screen >= indent + NARROWEST_FOLD)
            print_folded(out, row[c].text, indent, table->screen - indent);
        else
            fputs(row[c].text, out);
        if (row[c].color) fputs(plain, out);
        if (table->align[c] != QH_RIGHT && !last) spaces(out, pad);
        if (!last) spaces(out, GAP);
        indent += width[c] + GAP;
    }
    fputc('\n', out);
}

void qh_table_print(const qh_table *table, FILE *out) {
    size_t width[MAX_COLUMNS] = {0};
    bool has_header = false;
    cell header[MAX_COLUMNS];
    for (size_t c = 0; c < table->n_column; c++) {
        header[c] = (cell){table->header[c] ? table->header[c] : "", table->color ? bold : NULL};
        width[c] = qh_text_width(header[c].text);
        if (table->header[c]) has_header = true;
    }
    const size_t n_row = table->n_column ? table->n_cell / table->n_column : 0;
    for (size_t i = 0; i < n_row * table->n_column; i++) {
        const size_t own = qh_text_width(table->cell[i].text), c = i % table->n_column;
        if (own > width[c]) width[c] = own;
    }
    if (has_header) print_row(table, out, header, width);
    for (size_t r = 0; r < n_row; r++)
        print_row(table, out, table->cell + r * table->n_column, width);
}
