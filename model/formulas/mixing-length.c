/* How far below an outfall the river is one. */
#include "model/annex_e.h"
#include "model/formula_internal.h"
#include "model/mixing.h"

enum { DISTANCE, B, U, EY };

static const qh_formula_quantity input[] = {
    [DISTANCE] = QH_NOT_NEGATIVE("a", QH_DIM_LENGTH, "m", QH_N("distance of the outfall from the bank")),
    [B] = QH_POSITIVE("B", QH_DIM_LENGTH, "m", QH_N("width of the river")),
    [U] = QH_POSITIVE("u", QH_DIM_VELOCITY, "m/s", QH_N("mean velocity")),
    [EY] = QH_POSITIVE("Ey", QH_DIM_DISPERSION, "m2/s", QH_N("transverse mixing coefficient")),
};

static const qh_formula_quantity output[] = {
    QH_OUTPUT("L", QH_DIM_LENGTH, "m", QH_N("length of the mixing reach")),
};

static bool constant(size_t index, qh_constant *number) {
    static const qh_annex_e_number used[] = {QH_ANNEX_E_MIXING_CONSTANT, QH_ANNEX_E_MIXING_ROOT,
                                             QH_ANNEX_E_MIXING_CENTRE, QH_ANNEX_E_MIXING_SQUARE};
    if (index >= QH_COUNT(used)) return false;
    *number = qh_annex_e_number_get(used[index]);
    return true;
}

static qh_status evaluate(const double *in, qh_diag *diag, double *out) {
    QH_CHECK(in[DISTANCE] <= 0.5 * in[B], QH_E_INPUT, diag, QH_NOWHERE,
             "a = %g m is more than half the width, %g m: take the distance from the nearer bank", in[DISTANCE],
             0.5 * in[B]);
    out[0] = qh_mixing_length(in[DISTANCE], in[B], in[U], in[EY]);
    return QH_OK;
}

const qh_formula qh_formula_mixing_length = {
    .name = "mixing-length",
    .title = QH_N("length of the mixing reach below an outfall"),
    .equation = "L = (0.11 + 0.7 sqrt(0.5 - a/B - 1.1 (0.5 - a/B)^2)) u B^2 / Ey",
    .clause = "HJ 2.3-2018, Annex E, mixing length",
    .confidence = "M+",
    .range = QH_N("a straight even river; bends and groynes shorten it"),
    .n_input = QH_COUNT(input),
    .n_output = QH_COUNT(output),
    .input = input,
    .output = output,
    .constant = constant,
    .evaluate = evaluate,
};
