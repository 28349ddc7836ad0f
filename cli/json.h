/* Building JSON: what cannot be made ends the command (out of memory), text that is not UTF-8 becomes null. */
#ifndef QH_CLI_JSON_H
#define QH_CLI_JSON_H

#include <jansson.h>

void qh_json_put(json_t *object, const char *key, json_t *value);
void qh_json_put_text(json_t *object, const char *key, const char *text); /* "" and NULL become null */
void qh_json_put_real(json_t *object, const char *key, double value);     /* what is not finite becomes null */

/* A new array under a key, a new object at the end of an array. */
json_t *qh_json_array(json_t *object, const char *key);
json_t *qh_json_object(json_t *array);

/* Prints it to stdout and frees it. */
void qh_json_print(json_t *root);

#endif
