/* Writing CSV (RFC 4180) to stdout. */
#ifndef QH_CLI_CSV_H
#define QH_CLI_CSV_H

#include <stdbool.h>

/* A field, quoted where it must be; the others begin with the comma before them. */
void qh_csv_text(const char *value);
void qh_csv_comma_text(const char *value);

/* A number with 10 digits; not given: an empty field. */
void qh_csv_comma_number(bool given, double value);

#endif
