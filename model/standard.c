#include "model/standard.h"

#include <math.h>
#include <string.h>

void qh_standard_destroy(qh_standard *standard) {
    if (standard) qh_arena_destroy(standard->arena); /* the standard itself lives there too */
}

const qh_standard_item *qh_standard_item_find(const qh_standard *standard, const char *code) {
    for (size_t i = 0; i < standard->n_item; i++) {
        if (strcmp(standard->item[i].code, code) == 0) return &standard->item[i];
    }
    return NULL;
}

/* A solver that carries 15 mg/L down a river may arrive at 15.000000000000004: that is at the limit, not beyond it.
 * The slack is far below what any measurement or model can tell apart. */
static bool at_most(double value, double limit) { return value <= limit + 1e-9 * fabs(limit); }

static bool meets(const qh_standard_item *item, size_t class_index, double value) {
    const double limit = item->limit[class_index];
    switch (item->sense) {
    case QH_LIMIT_MAX: return at_most(value, limit);
    case QH_LIMIT_MIN: return at_most(-value, -limit);
    case QH_LIMIT_RANGE: return at_most(-value, -limit) && at_most(value, item->limit_high[class_index]);
    }
    return false;
}

int qh_standard_class_of(const qh_standard *standard, const qh_standard_item *item, double value) {
    for (size_t k = 0; k < standard->n_class; k++) {
        if (meets(item, k, value)) return (int)k + 1;
    }
    return (int)standard->n_class + 1;
}
