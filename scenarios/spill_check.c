/* What cannot be a spill. */
#include "scenarios/spill_internal.h"

bool qh_spill_species_good(const qh_constituent *substance, qh_diag *diag) {
    if (substance->is_oxygen) {
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "%s is dissolved oxygen: it is not spilt", substance->name);
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
