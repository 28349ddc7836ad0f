#include "model/dispersion.h"

#include <stddef.h>
#include <string.h>

const qh_dispersion_formula *qh_dispersion_find(const char *name) {
    for (const qh_dispersion_formula *const *formula = qh_registry_dispersion; *formula; formula++) {
        if (strcmp((*formula)->name, name) == 0) return *formula;
    }
    return NULL;
}
