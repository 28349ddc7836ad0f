#include "model/formula.h"

#include <string.h>

const qh_formula *qh_formula_find(const char *name) {
    for (const qh_formula *const *formula = qh_registry_formula; *formula; formula++)
        if (strcmp((*formula)->name, name) == 0) return *formula;
    return NULL;
}
