#include "cli/json_print.h"

#include <math.h>
#include <stdio.h>

void qh_json_put_text(json_t *object, const char *key, const char *text) {
    qh_json_put(object, key, text && *text ? json_string(text) : json_null());
}

void qh_json_put_real(json_t *object, const char *key, double value) {
    qh_json_put(object, key, isfinite(value) ? json_real(value) : json_null());
}

void qh_json_print(json_t *root) {
    /* A write that fails shows in stdout's error state, which main looks at. */
    (void)json_dumpf(root, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
    (void)putchar('\n');
    json_decref(root);
}
