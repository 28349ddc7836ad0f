/* Permissible load, one dimension. */
#include "model/formulas/load_internal.h"

enum { CS, C0, Q, QP, U, K, L };

static const qh_formula_quantity input[] = {
    [CS] = QH_LOAD_TARGET, [C0] = QH_LOAD_INITIAL, [Q] = QH_LOAD_FLOW,  [QP] = QH_LOAD_OUTFALL,
    [U] = QH_LOAD_SPEED,   [K] = QH_LOAD_RATE,     [L] = QH_LOAD_LENGTH};

static qh_status evaluate(const double *in, qh_diag *diag, double *out) {
    const qh_load_reach reach = {.target = in[CS],
                                 .initial = in[C0],
                                 .flow = in[Q],
                                 .outfall = in[QP],
                                 .velocity = in[U],
                                 .rate = in[K],
                                 .length = in[L]};
    return qh_load_result(qh_load_one_dimension(&reach), diag, out);
}

const qh_formula qh_formula_load_1d = {
    .name = "load-1d",
    .title = QH_N("permissible load, one dimension, outfall at the section"),
    .equation = "M = (Cs - C0 exp(-KL/u))(Q + Qp)",
    .clause = "GB/T 25173-2010, one-dimensional model",
    .confidence = "M+",
    .range = QH_N("small and middle rivers, mixed over the section; outfall at the lower end"),
    .n_input = QH_COUNT(input),
    .n_output = QH_COUNT(qh_load_output),
    .input = input,
    .output = qh_load_output,
    .evaluate = evaluate,
};
