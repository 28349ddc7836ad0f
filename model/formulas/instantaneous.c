/* A slug released at once: concentration at a place and time, and the highest one at that place. */
#include "model/annex_e.h"
#include "model/formula_internal.h"

enum { M, A, U, EX, K, X, T };

static const qh_formula_quantity input[] = {
    [M] = QH_NOT_NEGATIVE("M", QH_DIM_MASS, "kg", QH_N("mass released")),
    [A] = QH_POSITIVE("A", QH_DIM_AREA, "m2", QH_N("area of the cross-section (not the depth)")),
    [U] = QH_POSITIVE("u", QH_DIM_VELOCITY, "m/s", QH_N("mean velocity")),
    [EX] = QH_POSITIVE("Ex", QH_DIM_DISPERSION, "m2/s", QH_N("longitudinal dispersion")),
    [K] = QH_NOT_NEGATIVE("k", QH_DIM_RATE, "1/d", QH_N("rate of decay")),
    [X] = QH_POSITIVE("x", QH_DIM_LENGTH, "m", QH_N("distance below the outfall")),
    [T] = QH_POSITIVE("t", QH_DIM_TIME, "h", QH_N("time since the release")),
};

static const qh_formula_quantity output[] = {
    QH_OUTPUT("C", QH_DIM_CONCENTRATION, "mg/L", QH_N("concentration at x and t")),
    QH_OUTPUT("Cmax", QH_DIM_CONCENTRATION, "mg/L", QH_N("highest concentration at x, taken at t = x/u")),
};

static qh_status evaluate(const double *in, qh_diag *diag, double *out) {
    (void)diag;
    const qh_annex_e_reach reach = {in[A], in[U], in[EX], in[K]};
    out[0] = qh_annex_e_instantaneous(&reach, in[M], in[X], in[T]);
    out[1] = qh_annex_e_peak(&reach, in[M], in[X]);
    return QH_OK;
}

const qh_formula qh_formula_instantaneous = {
    .name = "instantaneous",
    .title = QH_N("instantaneous release into a river"),
    .equation = "C = M / (A sqrt(4 pi Ex t)) exp(-kt) exp(-(x - ut)^2 / (4 Ex t))\n"
                "Cmax = M / (2 A sqrt(pi Ex x/u)) exp(-kx/u)",
    .clause = "HJ 2.3-2018, Annex E, instantaneous release",
    .confidence = "M+",
    .range = QH_N("an even river far below the mixing length; near the release the true peak comes before x/u"),
    .n_input = QH_COUNT(input),
    .n_output = QH_COUNT(output),
    .input = input,
    .output = output,
    .evaluate = evaluate,
};
