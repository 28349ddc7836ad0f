/* JSON of loads: texts and numbers that may be missing, and the whole on its way out. */
#ifndef QH_CLI_JSON_PRINT_H
#define QH_CLI_JSON_PRINT_H

#include "cli/json.h"

void qh_json_put_text(json_t *object, const char *key, const char *text); /* "" and NULL become null */
void qh_json_put_real(json_t *object, const char *key, double value);     /* what is not finite becomes null */

/* Prints it to stdout and frees it. */
void qh_json_print(json_t *root);

#endif
