#include "solvers/router.h"

#include <string.h>

const qh_router *qh_router_find(const char *name) {
    for (const qh_router *const *router = qh_registry_router; *router; router++) {
        if (strcmp((*router)->name, name) == 0) return *router;
    }
    return NULL;
}
