/* Numbers, times and names of series as they are written in input files; nothing here depends on the locale. */
#ifndef QH_IO_NUMBER_INTERNAL_H
#define QH_IO_NUMBER_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum qh_number_fault {
    QH_NUMBER_FINE,
    QH_NUMBER_NONE,       /* does not begin like a number */
    QH_NUMBER_COMMA,      /* 1,5 or 1,000 */
    QH_NUMBER_FULL_WIDTH, /* １２．５ */
    QH_NUMBER_NOT_FINITE, /* nan, inf */
    QH_NUMBER_OVERFLOW,   /* 1e999 */
    QH_NUMBER_UNDERFLOW   /* 1e-999, which would silently become 0 */
} qh_number_fault;

/* The number at the beginning of `text`; `rest` is what follows it, blanks skipped. */
qh_number_fault qh_number_read(const char *text, double *value, const char **rest);

/* Seconds since 1970-01-01T00:00:00 of a local time "2024-01-01", "2024-01-01T00:00", "2024-01-01 00:00:30"; false when
 * it is none. No time zones: a run lives in one. */
bool qh_time_read(const char *text, int64_t *seconds);

/* The same time in full, "2024-01-01T00:00:00"; buffer of at least 32 bytes. */
void qh_time_write(int64_t seconds, size_t size, char *buffer);

/* Length in bytes of the blank at `text`: space, tab, newline, no-break space, ideographic space; 0 when none. */
size_t qh_blank(const char *text);

/* Cuts blanks off both ends of text[0..length) in place: returns the begin, stores the new length. */
const char *qh_trim(const char *text, size_t *length);

/* Name of a series in a value "series:NAME"; NULL when it is none. */
const char *qh_series_name(const char *text);

#endif
