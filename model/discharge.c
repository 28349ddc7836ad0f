#include "model/discharge.h"

#include <string.h>

void qh_discharge_standard_destroy(qh_discharge_standard *standard) {
    if (standard) qh_arena_destroy(standard->arena);
}

const qh_discharge_item *qh_discharge_item_find(const qh_discharge_standard *standard, const char *code) {
    for (size_t i = 0; i < standard->n_item; i++) {
        if (strcmp(standard->item[i].code, code) == 0) return &standard->item[i];
    }
    return NULL;
}

bool qh_discharge_grade_find(const qh_discharge_standard *standard, const char *name, size_t *grade) {
    for (size_t i = 0; i < standard->n_grade; i++) {
        if (strcmp(standard->grade[i], name) != 0 && strcmp(standard->grade_zh[i], name) != 0) continue;
        *grade = i;
        return true;
    }
    return false;
}

qh_optional qh_discharge_limit(const qh_discharge_item *item, size_t grade, double temperature) {
    return item->has_cold && temperature <= item->cold_until ? item->cold_limit[grade] : item->limit[grade];
}
