#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viz/report/json_internal.h"

static void put(qh_json parent, const char *key, json_t *value) {
    const int status = key ? json_object_set_new(parent.value, key, value) : json_array_append_new(parent.value, value);
    if (status != 0) *parent.failed = true;
}

qh_json qh_page_root(bool *failed) {
    const qh_json root = {json_object(), failed};
    if (!root.value) *failed = true;
    return root;
}

qh_json qh_page_object(qh_json parent, const char *key) {
    const qh_json made = {json_object(), parent.failed};
    put(parent, key, made.value);
    return made;
}

qh_json qh_page_array(qh_json parent, const char *key) {
    const qh_json made = {json_array(), parent.failed};
    put(parent, key, made.value);
    return made;
}

void qh_page_text(qh_json parent, const char *key, const char *value) {
    put(parent, key, json_string(value ? value : ""));
}

void qh_page_count(qh_json parent, const char *key, size_t value) { put(parent, key, json_integer((json_int_t)value)); }

void qh_page_index(qh_json parent, const char *key, size_t value, size_t limit) {
    put(parent, key, value < limit ? json_integer((json_int_t)value) : json_null());
}

void qh_page_bool(qh_json parent, const char *key, bool value) { put(parent, key, json_boolean(value)); }

void qh_page_number(qh_json parent, const char *key, double value) {
    put(parent, key, isfinite(value) ? json_real(value) : json_null());
}

void qh_page_null(qh_json parent, const char *key) { put(parent, key, json_null()); }

void qh_page_optional_text(qh_json parent, const char *key, const char *value) {
    put(parent, key, value && *value ? json_string(value) : json_null());
}

void qh_page_given(qh_json parent, const char *key, bool given, double value) {
    qh_page_number(parent, key, given ? value : (double)NAN);
}

void qh_page_rule(qh_json parent, const char *key, const char *clause, const char *confidence) {
    const qh_json rule = qh_page_object(parent, key);
    qh_page_text(rule, "clause", clause);
    qh_page_text(rule, "confidence", confidence);
}

/* The nearest number of so many significant digits. */
static double rounded(double value, int digits) {
    if (value == 0 || !isfinite(value)) return value;
    const double scale = pow(10, digits - 1 - (int)floor(log10(fabs(value))));
    /* Numbers so small that the scale overflows are noise of the solution: far below any limit. */
    return isfinite(scale) ? round(value * scale) / scale : 0;
}

void qh_page_rounded(qh_json parent, const char *key, double value, int digits) {
    qh_page_number(parent, key, rounded(value, digits));
}

void qh_page_column(qh_json parent, const char *key, size_t count, size_t step, const double *value, int digits) {
    const qh_json array = qh_page_array(parent, key);
    for (size_t i = 0; i < count; i++)
        qh_page_rounded(array, NULL, value[i * step], digits);
}

void qh_page_numbers(qh_json parent, const char *key, size_t count, const double *value, int digits) {
    qh_page_column(parent, key, count, 1, value, digits);
}

typedef struct escaping {
    json_dump_callback_t write;
    void *target;
} escaping;

/* In JSON "<" stands in strings only, where \u003c means the same; as it is, it could end the script element. */
static int write_escaped(const char *text, size_t size, void *context) {
    const escaping *const to = context;
    while (size > 0) {
        const char *const mark = memchr(text, '<', size);
        const size_t plain = mark ? (size_t)(mark - text) : size;
        if (plain > 0 && to->write(text, plain, to->target) != 0) return -1;
        if (!mark) return 0;
        if (to->write("\\u003c", 6, to->target) != 0) return -1;
        text += plain + 1;
        size -= plain + 1;
    }
    return 0;
}

qh_status qh_page_write(qh_json root, json_dump_callback_t write, void *target) {
    escaping to = {write, target};
    if (*root.failed) return QH_E_NOMEM;
    return json_dump_callback(root.value, write_escaped, &to, JSON_COMPACT | JSON_REAL_PRECISION(12)) == 0 ? QH_OK
                                                                                                           : QH_E_IO;
}
