#include "model/release.h"

bool qh_release_of_species(const qh_constituent *substance, qh_diag *diag) {
    if (substance->is_oxygen) {
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "%s is dissolved oxygen: it is not let go", substance->name);
        return false;
    }
    if (substance->k2_20 > 0 || substance->oxygen_half.given) {
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE,
                    "%s does not decay in proportion to itself: give a substance with a rate of its own instead",
                    substance->name);
        return false;
    }
    return true;
}
