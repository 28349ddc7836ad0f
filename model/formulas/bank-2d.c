/* Two-dimensional plume of an outfall at a bank, with reflection at both banks. */
#include "model/annex_e.h"
#include "model/formula_internal.h"

enum { LOAD, CH, H, B, U, EY, K, X, Y };

static const qh_formula_quantity input[] = {
    [LOAD] = QH_NOT_NEGATIVE("m", QH_DIM_LOAD, "g/s", QH_N("load of the outfall, Cp Qp")),
    [CH] = QH_NOT_NEGATIVE("Ch", QH_DIM_CONCENTRATION, "mg/L", QH_N("concentration of the river above the outfall")),
    [H] = QH_POSITIVE("h", QH_DIM_LENGTH, "m", QH_N("mean depth")),
    [B] = QH_POSITIVE("B", QH_DIM_LENGTH, "m", QH_N("width of the river")),
    [U] = QH_POSITIVE("u", QH_DIM_VELOCITY, "m/s", QH_N("mean velocity")),
    [EY] = QH_POSITIVE("Ey", QH_DIM_DISPERSION, "m2/s", QH_N("transverse mixing coefficient")),
    [K] = QH_NOT_NEGATIVE("k", QH_DIM_RATE, "1/d", QH_N("rate of decay")),
    [X] = QH_POSITIVE("x", QH_DIM_LENGTH, "m", QH_N("distance below the outfall")),
    [Y] = QH_NOT_NEGATIVE("y", QH_DIM_LENGTH, "m", QH_N("distance from the outfall's bank")),
};

static const qh_formula_quantity output[] = {
    QH_OUTPUT("C", QH_DIM_CONCENTRATION, "mg/L", QH_N("concentration at x and y")),
};

static bool constant(size_t index, qh_constant *number) {
    if (index > 0) return false;
    *number = qh_annex_e_number_get(QH_ANNEX_E_REFLECTIONS);
    return true;
}

static qh_status evaluate(const double *in, qh_diag *diag, double *out) {
    QH_CHECK(in[Y] <= in[B], QH_E_INPUT, diag, QH_NOWHERE, "y = %g m lies outside the river, which is %g m wide", in[Y],
             in[B]);
    const qh_annex_e_plane plane = {
        .background = in[CH], .depth = in[H], .width = in[B], .velocity = in[U], .transverse = in[EY], .rate = in[K]};
    const size_t reflections = (size_t)qh_annex_e_number_get(QH_ANNEX_E_REFLECTIONS).value;
    const double missing = qh_annex_e_bank_missing(&plane, reflections, in[X]), much = 0.001;
    if (missing > much)
        qh_diag_add(diag, QH_WARNING, QH_NOWHERE,
                    "so far down %.2g %% of the load is missing from the section, since the standard takes one "
                    "reflection a bank: the river is mixed there, use steady-1d",
                    100 * missing);
    out[0] = qh_annex_e_bank(&plane, in[LOAD], reflections, in[X], in[Y]);
    return QH_OK;
}

const qh_formula qh_formula_bank_2d = {
    .name = "bank-2d",
    .title = QH_N("steady plume of an outfall at a bank, with reflection"),
    .equation = "C = Ch + m / (h sqrt(pi Ey u x)) exp(-kx/u) sum_{n=-1..1} exp(-u (y - 2nB)^2 / (4 Ey x))",
    .clause = "HJ 2.3-2018, Annex E, two-dimensional steady",
    .confidence = "M+",
    .range = QH_N("an even, straight, wide and shallow river within the mixing length; the background does not decay"),
    .n_input = QH_COUNT(input),
    .n_output = QH_COUNT(output),
    .input = input,
    .output = output,
    .constant = constant,
    .evaluate = evaluate,
};
