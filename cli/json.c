#include "cli/json.h"

#include <math.h>
#include <stdio.h>

#include "cli/messages.h"

void qh_json_put(json_t *object, const char *key, json_t *value) {
    if (json_object_set_new(object, key, value ? value : json_null()) != 0) qh_need(NULL);
}

void qh_json_put_text(json_t *object, const char *key, const char *text) {
    qh_json_put(object, key, text && *text ? json_string(text) : json_null());
}

void qh_json_put_real(json_t *object, const char *key, double value) {
    qh_json_put(object, key, isfinite(value) ? json_real(value) : json_null());
}

json_t *qh_json_array(json_t *object, const char *key) {
    json_t *array = qh_need(json_array());
    qh_json_put(object, key, array);
    return array;
}

json_t *qh_json_object(json_t *array) {
    json_t *object = qh_need(json_object());
    if (json_array_append_new(array, object) != 0) qh_need(NULL);
    return object;
}

void qh_json_print(json_t *root) {
    /* A write that fails shows in stdout's error state, which main looks at. */
    (void)json_dumpf(root, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
    (void)putchar('\n');
    json_decref(root);
}
