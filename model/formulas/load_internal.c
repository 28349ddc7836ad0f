#include "model/formulas/load_internal.h"

const qh_formula_quantity qh_load_output[2] = {
    QH_OUTPUT("M", QH_DIM_LOAD, "g/s", QH_N("permissible load")),
    QH_OUTPUT("Ma", QH_DIM_LOAD, "t/a", QH_N("the same a year of 365 days")),
};

qh_status qh_load_result(double load, qh_diag *diag, double *output) {
    if (load < 0)
        qh_diag_add(
            diag, QH_WARNING, QH_NOWHERE,
            "the permissible load is negative: the water from above misses the target by itself, and loads must "
            "be cut there first");
    output[0] = output[1] = load;
    return QH_OK;
}
