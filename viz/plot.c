#include "viz/plot.h"

#include <string.h>

const qh_plot *qh_plot_find(const char *name) {
    for (size_t i = 0; qh_registry_plot[i]; i++) {
        if (strcmp(qh_registry_plot[i]->name, name) == 0) return qh_registry_plot[i];
    }
    return NULL;
}
