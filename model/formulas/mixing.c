/* Complete mixing: what an outfall and a river make together. */
#include "model/annex_e.h"
#include "model/formula_internal.h"

enum { QP, CP, QH, CH };

static const qh_formula_quantity input[] = {
    [QP] = QH_NOT_NEGATIVE("Qp", QH_DIM_FLOW, "m3/s", QH_N("discharge of the outfall")),
    [CP] = QH_NOT_NEGATIVE("Cp", QH_DIM_CONCENTRATION, "mg/L", QH_N("its concentration")),
    [QH] = QH_POSITIVE("Qh", QH_DIM_FLOW, "m3/s", QH_N("flow of the river above the outfall")),
    [CH] = QH_NOT_NEGATIVE("Ch", QH_DIM_CONCENTRATION, "mg/L", QH_N("concentration of the river above the outfall")),
};

static const qh_formula_quantity output[] = {
    QH_OUTPUT("C", QH_DIM_CONCENTRATION, "mg/L", QH_N("concentration of the mixed water")),
};

static qh_status evaluate(const double *in, qh_diag *diag, double *out) {
    (void)diag;
    const qh_annex_e_outfall outfall = {in[QP], in[CP]};
    const qh_annex_e_river river = {.flow = in[QH], .concentration = in[CH]};
    out[0] = qh_annex_e_mixed(&outfall, &river);
    return QH_OK;
}

const qh_formula qh_formula_mixing = {
    .name = "mixing",
    .title = QH_N("complete mixing of an outfall and a river"),
    .equation = "C = (Cp Qp + Ch Qh) / (Qp + Qh)",
    .clause = "HJ 2.3-2018, Annex E, uniform mixing",
    .confidence = "V2",
    .range = QH_N("below the mixing length of a river without decay on the way; not near the outfall"),
    .n_input = QH_COUNT(input),
    .n_output = QH_COUNT(output),
    .input = input,
    .output = output,
    .evaluate = evaluate,
};
