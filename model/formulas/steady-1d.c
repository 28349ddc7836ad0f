/* One-dimensional steady concentration by the four cases of alpha and Pe, with the traps of the table told. */
#include "model/annex_e.h"
#include "model/formula_internal.h"

enum { QP, CP, QH, CH, U, B, A, EX, K, X };

static const qh_formula_quantity input[] = {
    [QP] = QH_NOT_NEGATIVE("Qp", QH_DIM_FLOW, "m3/s", QH_N("discharge of the outfall")),
    [CP] = QH_NOT_NEGATIVE("Cp", QH_DIM_CONCENTRATION, "mg/L", QH_N("its concentration")),
    [QH] = QH_POSITIVE("Qh", QH_DIM_FLOW, "m3/s", QH_N("flow of the river above the outfall")),
    [CH] = QH_NOT_NEGATIVE("Ch", QH_DIM_CONCENTRATION, "mg/L", QH_N("concentration of the river above the outfall")),
    [U] = QH_POSITIVE("u", QH_DIM_VELOCITY, "m/s", QH_N("mean velocity")),
    [B] = QH_POSITIVE("B", QH_DIM_LENGTH, "m", QH_N("width of the river")),
    [A] = QH_POSITIVE("A", QH_DIM_AREA, "m2", QH_N("area of the cross-section (not the depth)")),
    [EX] = QH_POSITIVE("Ex", QH_DIM_DISPERSION, "m2/s", QH_N("longitudinal dispersion")),
    [K] = QH_NOT_NEGATIVE("k", QH_DIM_RATE, "1/d", QH_N("rate of decay")),
    [X] = QH_ANY("x", QH_DIM_LENGTH, "m", QH_N("distance below the outfall; negative above it")),
};

static const qh_formula_quantity output[] = {
    QH_OUTPUT("C", QH_DIM_CONCENTRATION, "mg/L", QH_N("concentration at x, as the standard writes it")),
    QH_OUTPUT("Cb", QH_DIM_CONCENTRATION, "mg/L", QH_N("the same with the background kept apart")),
    QH_OUTPUT("C0", QH_DIM_CONCENTRATION, "mg/L", QH_N("concentration at the outfall")),
    QH_OUTPUT("alpha", QH_DIM_NONE, "", QH_N("O'Connor number k Ex / u^2")),
    QH_OUTPUT("Pe", QH_DIM_NONE, "", QH_N("Peclet number u B / Ex")),
    QH_OUTPUT("case", QH_DIM_NONE, "", QH_N("case of the table, 1 to 4")),
};

static bool constant(size_t index, qh_constant *number) {
    static const qh_annex_e_number used[] = {QH_ANNEX_E_ALPHA_LOW, QH_ANNEX_E_ALPHA_HIGH, QH_ANNEX_E_PECLET};
    if (index >= QH_COUNT(used)) return false;
    *number = qh_annex_e_number_get(used[index]);
    return true;
}

/* The table jumps at alpha = 0.027: near it, what the other case says. */
static void tell_of_jump(const qh_annex_e_steady *s, double x, qh_diag *diag) {
    const double edge = qh_annex_e_number_get(QH_ANNEX_E_ALPHA_LOW).value, near = 0.1;
    if (fabs(s->alpha - edge) > near * edge) return;
    const double peclet = qh_annex_e_number_get(QH_ANNEX_E_PECLET).value;
    const qh_annex_e_regime other = s->regime == QH_ANNEX_E_DISPERSED
                                        ? (s->peclet >= peclet ? QH_ANNEX_E_PLUG_FLOW : QH_ANNEX_E_BACKED_UP)
                                        : QH_ANNEX_E_DISPERSED;
    const qh_annex_e_steady next = qh_annex_e_steady_in(&s->outfall, &s->river, other);
    qh_diag_add(diag, QH_WARNING, QH_NOWHERE,
                "alpha = %.4g is near %g, where the table jumps by %.1f %%: case %d, next to it, gives C = %.6g mg/L",
                s->alpha, edge, 100 * (qh_annex_e_jump() - 1), (int)other, qh_annex_e_steady_at(&next, x));
}

static void tell_of_traps(const qh_annex_e_steady *s, double x, qh_diag *diag) {
    const qh_annex_e_river *river = &s->river;
    const double total = s->outfall.flow + river->flow, carried = river->area * river->velocity, slack = 0.05;
    if (fabs(carried - total) > slack * total)
        qh_diag_add(diag, QH_WARNING, QH_NOWHERE,
                    "u A = %.4g m3/s, but Qp + Qh = %.4g m3/s: is A the area of the cross-section, not a depth?",
                    carried, total);
    if (x < 0 && river->concentration > 0 && s->regime != QH_ANNEX_E_PLUG_FLOW)
        qh_diag_add(
            diag, QH_WARNING, QH_NOWHERE,
            "upstream the standard's C falls to 0, not to Ch, since it folds the background into C0; Cb keeps it");
}

static qh_status evaluate(const double *in, qh_diag *diag, double *out) {
    const qh_annex_e_outfall outfall = {in[QP], in[CP]};
    const qh_annex_e_river river = {.flow = in[QH],
                                    .concentration = in[CH],
                                    .velocity = in[U],
                                    .width = in[B],
                                    .area = in[A],
                                    .dispersion = in[EX],
                                    .rate = in[K]};
    const qh_annex_e_steady s = qh_annex_e_steady_choose(&outfall, &river);
    tell_of_jump(&s, in[X], diag);
    tell_of_traps(&s, in[X], diag);
    out[0] = qh_annex_e_steady_at(&s, in[X]);
    out[1] = qh_annex_e_steady_superposed(&s, in[X]);
    out[2] = s.initial;
    out[3] = s.alpha;
    out[4] = s.peclet;
    out[5] = (double)s.regime;
    return QH_OK;
}

const qh_formula qh_formula_steady_1d = {
    .name = "steady-1d",
    .title = QH_N("steady concentration along a river, four cases of alpha and Pe"),
    .equation = "1  alpha <= 0.027, Pe >= 1:  C0 = (CpQp + ChQh)/(Qp + Qh);        x >= 0: C0 exp(-kx/u)\n"
                "2  alpha <= 0.027, Pe < 1:   C0 the same;                         x < 0: C0 exp(ux/Ex)\n"
                "3  0.027 < alpha <= 380:     C0 = (CpQp + ChQh)/((Qp + Qh) r);    C0 exp(ux/(2Ex) (1 -+ r))\n"
                "4  alpha > 380:              C0 = (CpQp + ChQh)/(2 A sqrt(kEx));  C0 exp(-|x| sqrt(k/Ex))\n"
                "   alpha = k Ex / u^2, Pe = u B / Ex, r = sqrt(1 + 4 alpha)",
    .clause = "HJ 2.3-2018, Annex E, one-dimensional steady",
    .confidence = "V2",
    .range = QH_N("an even river below the mixing length, first-order decay; the table jumps at alpha = 0.027"),
    .n_input = QH_COUNT(input),
    .n_output = QH_COUNT(output),
    .input = input,
    .output = output,
    .constant = constant,
    .evaluate = evaluate,
};
