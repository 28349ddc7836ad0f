#include "cli/csv.h"

#include <stdio.h>
#include <string.h>

void qh_csv_text(const char *value) {
    if (!strpbrk(value, ",\"\r\n")) {
        fputs(value, stdout);
        return;
    }
    putchar('"');
    for (const char *c = value; *c; c++) {
        if (*c == '"') putchar('"');
        putchar(*c);
    }
    putchar('"');
}

void qh_csv_comma_text(const char *value) {
    putchar(',');
    qh_csv_text(value);
}

void qh_csv_comma_number(bool given, double value) {
    putchar(',');
    if (given) printf("%.10g", value);
}
