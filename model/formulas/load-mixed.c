/* Permissible load, fully mixed reach. */
#include "model/formulas/load_internal.h"

enum { CS, C0, Q, QP };

static const qh_formula_quantity input[] = {
    [CS] = QH_LOAD_TARGET, [C0] = QH_LOAD_INITIAL, [Q] = QH_LOAD_FLOW, [QP] = QH_LOAD_OUTFALL};

static qh_status evaluate(const double *in, qh_diag *diag, double *out) {
    const qh_load_reach reach = {.target = in[CS], .initial = in[C0], .flow = in[Q], .outfall = in[QP]};
    return qh_load_result(qh_load_mixed(&reach), diag, out);
}

const qh_formula qh_formula_load_mixed = {
    .name = "load-mixed",
    .title = QH_N("permissible load of a fully mixed reach"),
    .equation = "M = (Cs - C0)(Q + Qp)",
    .clause = "GB/T 25173-2010, zero-dimensional model",
    .confidence = "M+",
    .range = QH_N("a fully mixed reach so short that nothing decays"),
    .n_input = QH_COUNT(input),
    .n_output = QH_COUNT(qh_load_output),
    .input = input,
    .output = qh_load_output,
    .evaluate = evaluate,
};
