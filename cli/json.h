/* Building JSON: what is out of memory ends the program. */
#ifndef QH_CLI_JSON_H
#define QH_CLI_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Puts `value` (which it takes over; NULL: null) under `key`. */
void qh_json_put(json_t *object, const char *key, json_t *value);

void qh_json_text(json_t *object, const char *key, const char *value); /* NULL: "" */
void qh_json_count(json_t *object, const char *key, size_t value);
void qh_json_bool(json_t *object, const char *key, bool value);

/* A number that is not given is null. */
void qh_json_number(json_t *object, const char *key, bool given, double value);

/* A new empty object at the end of `array`; an empty array or object under `key`. All are owned by their parent. */
json_t *qh_json_append_object(json_t *array);
json_t *qh_json_array(json_t *object, const char *key);
json_t *qh_json_object(json_t *object, const char *key);

/* {"clause": ..., "confidence": ...} under `key`. */
void qh_json_rule(json_t *object, const char *key, const char *clause, const char *confidence);

#endif
