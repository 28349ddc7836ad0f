#include "model/structure.h"

#include <string.h>

const qh_structure_law *qh_structure_find(const char *name) {
    for (const qh_structure_law *const *law = qh_registry_structure; name && *law; law++) {
        if (strcmp((*law)->name, name) == 0) return *law;
    }
    return NULL;
}

qh_status qh_storage_check(const qh_storage_curve *curve, qh_diag *diag) {
    QH_CHECK(curve->count >= 2, QH_E_INPUT, diag, curve->place,
             "storage curve '%s' has %zu row; at least 2 are needed, of a low and of a high level", curve->name,
             curve->count);
    for (size_t i = 1; i < curve->count; i++) {
        QH_CHECK(curve->level[i] > curve->level[i - 1], QH_E_INPUT, diag, curve->place,
                 "storage curve '%s': level %.10g m comes after %.10g m; levels must rise", curve->name,
                 curve->level[i], curve->level[i - 1]);
        QH_CHECK(
            curve->volume[i] > curve->volume[i - 1], QH_E_INPUT, diag, curve->place,
            "storage curve '%s': volume %.10g m3 at %.10g m comes after %.10g m3; volumes must rise with the level",
            curve->name, curve->volume[i], curve->level[i], curve->volume[i - 1]);
    }
    return QH_OK;
}

/* The row below which `value` lies in a rising column: 1 .. count - 1. */
static size_t row_above(size_t count, const double *column, double value) {
    size_t low = 0, high = count - 1;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (column[middle] <= value)
            low = middle;
        else
            high = middle;
    }
    return high;
}

double qh_storage_volume(const qh_storage_curve *curve, double level, double *area) {
    const size_t i = row_above(curve->count, curve->level, level);
    *area = (curve->volume[i] - curve->volume[i - 1]) / (curve->level[i] - curve->level[i - 1]);
    return curve->volume[i - 1] + *area * (level - curve->level[i - 1]);
}

double qh_storage_level(const qh_storage_curve *curve, double volume) {
    const size_t i = row_above(curve->count, curve->volume, volume);
    const double part = (volume - curve->volume[i - 1]) / (curve->volume[i] - curve->volume[i - 1]);
    return curve->level[i - 1] + part * (curve->level[i] - curve->level[i - 1]);
}
