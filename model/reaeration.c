#include "model/reaeration.h"

#include <stddef.h>
#include <string.h>

const qh_reaeration_formula *qh_reaeration_find(const char *name) {
    for (const qh_reaeration_formula *const *formula = qh_registry_reaeration; *formula; formula++) {
        if (strcmp((*formula)->name, name) == 0) return *formula;
    }
    return NULL;
}
