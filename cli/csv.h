/* Fields of CSV by RFC 4180, to stdout. */
#ifndef QH_CLI_CSV_H
#define QH_CLI_CSV_H

#include <stdbool.h>

/* The first field of a row, and further ones. */
void qh_csv_text(const char *value);
void qh_csv_comma_text(const char *value);

/* Empty unless `given`. */
void qh_csv_comma_number(bool given, double value);

#endif
