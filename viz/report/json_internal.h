/* JSON for the page, built member by member. A value that cannot be made (out of memory) is remembered and reported
 * once, at the end. */
#ifndef QH_VIZ_REPORT_JSON_INTERNAL_H
#define QH_VIZ_REPORT_JSON_INTERNAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "model/status.h"

typedef struct qh_json {
    json_t *value; /* object or array; borrowed from the document but for its root */
    bool *failed;
} qh_json;

/* The root of a document, an object. `failed` outlives it. */
qh_json qh_page_root(bool *failed);

qh_json qh_page_object(qh_json parent, const char *key); /* a new object in it; key NULL: the next of an array */
qh_json qh_page_array(qh_json parent, const char *key);  /* likewise */

void qh_page_text(qh_json parent, const char *key, const char *value); /* NULL is "" */
void qh_page_count(qh_json parent, const char *key, size_t value);
void qh_page_index(qh_json parent, const char *key, size_t value, size_t limit); /* null from `limit` on: no index */
void qh_page_bool(qh_json parent, const char *key, bool value);
void qh_page_number(qh_json parent, const char *key, double value); /* null where it is not finite */
void qh_page_null(qh_json parent, const char *key);
void qh_page_optional_text(qh_json parent, const char *key, const char *value); /* null for "" and NULL */
void qh_page_given(qh_json parent, const char *key, bool given, double value);  /* null unless given */
void qh_page_rule(qh_json parent, const char *key, const char *clause, const char *confidence); /* object of both */

/* A number, or an array of `count` values, rounded to `digits` significant digits to keep the page small. */
void qh_page_rounded(qh_json parent, const char *key, double value, int digits);
void qh_page_numbers(qh_json parent, const char *key, size_t count, const double *value, int digits);
/* The same of every `step`th value: value[0], value[step] ... */
void qh_page_column(qh_json parent, const char *key, size_t count, size_t step, const double *value, int digits);

/* Writes it so that it can stand inside a <script> of HTML: "<" only as an escape. The callback is jansson's. */
qh_status qh_page_write(qh_json root, json_dump_callback_t write, void *target);

#endif
