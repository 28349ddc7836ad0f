#include "cli/json.h"

#include "cli/messages.h"

/* jansson gives -1 or NULL only when out of memory, or for text that is not UTF-8: that becomes null. */
void qh_json_put(json_t *object, const char *key, json_t *value) {
    if (json_object_set_new(object, key, value ? value : json_null()) != 0) qh_need(NULL);
}

void qh_json_text(json_t *object, const char *key, const char *value) {
    qh_json_put(object, key, json_string(value ? value : ""));
}
void qh_json_count(json_t *object, const char *key, size_t value) {
    qh_json_put(object, key, json_integer((json_int_t)value));
}
void qh_json_bool(json_t *object, const char *key, bool value) { qh_json_put(object, key, json_boolean(value)); }
/* A number that is not there is null. */
void qh_json_number(json_t *object, const char *key, bool given, double value) {
    qh_json_put(object, key, given ? json_real(value) : json_null());
}

json_t *qh_json_append_object(json_t *array) {
    json_t *object = qh_need(json_object());
    if (json_array_append_new(array, object) != 0) qh_need(NULL);
    return object;
}

json_t *qh_json_array(json_t *object, const char *key) {
    json_t *array = qh_need(json_array());
    qh_json_put(object, key, array);
    return array;
}

json_t *qh_json_object(json_t *object, const char *key) {
    json_t *inner = qh_need(json_object());
    qh_json_put(object, key, inner);
    return inner;
}

void qh_json_rule(json_t *object, const char *key, const char *clause, const char *confidence) {
    json_t *rule = qh_json_object(object, key);
    qh_json_text(rule, "clause", clause);
    qh_json_text(rule, "confidence", confidence);
}
