/* Permissible load, spread evenly along the reach, as practice does it. */
#include "model/formulas/load_internal.h"

enum { CS, C0, Q, U, K, L, FACTOR };

static const qh_formula_quantity input[] = {
    [CS] = QH_LOAD_TARGET,
    [C0] = QH_LOAD_INITIAL,
    [Q] = QH_LOAD_FLOW,
    [U] = QH_LOAD_SPEED,
    [K] = QH_LOAD_RATE,
    [L] = QH_LOAD_LENGTH,
    [FACTOR] = {"b", QH_DIM_NONE, "", QH_N("factor of what is not uniform over the section"), 0, 1, true},
};

static qh_status evaluate(const double *in, qh_diag *diag, double *out) {
    const qh_load_reach reach = {
        .target = in[CS], .initial = in[C0], .flow = in[Q], .velocity = in[U], .rate = in[K], .length = in[L]};
    return qh_load_result(qh_load_uniform(&reach, in[FACTOR]), diag, out);
}

const qh_formula qh_formula_load_uniform = {
    .name = "load-uniform",
    .title = QH_N("permissible load, spread evenly along the reach"),
    .equation = "W = b (Cs - C0 exp(-KL/u)) Q (KL/u) / (1 - exp(-KL/u))",
    .clause = "practice after GB/T 25173-2010",
    .confidence = "V2",
    .range = QH_N("many small inflows along a main stem; b below 1 where the section is not uniform"),
    .n_input = QH_COUNT(input),
    .n_output = QH_COUNT(qh_load_output),
    .input = input,
    .output = qh_load_output,
    .evaluate = evaluate,
};
