/* A release that lasts: a row of slugs, one a step. */
#include <stdlib.h>

#include "model/annex_e.h"
#include "model/formula_internal.h"

enum { W, T0, N, A, U, EX, K, X, T };

static const qh_formula_quantity input[] = {
    [W] = QH_NOT_NEGATIVE("W", QH_DIM_LOAD, "g/s", QH_N("load released, steady")),
    [T0] = QH_POSITIVE("t0", QH_DIM_TIME, "h", QH_N("duration of the release")),
    [N] = {"n", QH_DIM_NONE, "", QH_N("number of equal steps it is cut into"), 1, 100000, false},
    [A] = QH_POSITIVE("A", QH_DIM_AREA, "m2", QH_N("area of the cross-section (not the depth)")),
    [U] = QH_POSITIVE("u", QH_DIM_VELOCITY, "m/s", QH_N("mean velocity")),
    [EX] = QH_POSITIVE("Ex", QH_DIM_DISPERSION, "m2/s", QH_N("longitudinal dispersion")),
    [K] = QH_NOT_NEGATIVE("k", QH_DIM_RATE, "1/d", QH_N("rate of decay")),
    [X] = QH_ANY("x", QH_DIM_LENGTH, "m", QH_N("distance below the outfall; negative above it")),
    [T] = QH_POSITIVE("t", QH_DIM_TIME, "h", QH_N("time since the release")),
};

static const qh_formula_quantity output[] = {
    QH_OUTPUT("C", QH_DIM_CONCENTRATION, "mg/L", QH_N("concentration at x and t")),
};

static qh_status evaluate(const double *in, qh_diag *diag, double *out) {
    QH_CHECK(in[N] == floor(in[N]), QH_E_INPUT, diag, QH_NOWHERE, "'%s' is '%g'; a whole number was expected", "n",
             in[N]);
    const size_t count = (size_t)in[N];
    double *load = malloc(count * sizeof *load);
    if (!load) return QH_E_NOMEM;
    for (size_t i = 0; i < count; i++)
        load[i] = in[W];
    const double step = in[T0] / in[N];
    const qh_annex_e_reach reach = {in[A], in[U], in[EX], in[K]};
    out[0] = qh_annex_e_release(&reach, count, load, step, in[X], in[T]);
    free(load);
    /* A slug must have spread wider than the next one is away, or single slugs are seen. */
    const double spread = sqrt(2 * in[EX] * in[T]);
    if (in[U] * step > 2 * spread)
        qh_diag_add(
            diag, QH_WARNING, QH_NOWHERE,
            "a step of %.4g s carries the water %.4g m, farther than a slug has spread (%.4g m): take more steps", step,
            in[U] * step, spread);
    return QH_OK;
}

const qh_formula qh_formula_release = {
    .name = "release",
    .title = QH_N("release of finite duration into a river"),
    .equation =
        "C = dt / (A sqrt(4 pi Ex)) sum_i W / sqrt(t - t_i) exp(-k(t - t_i)) exp(-(x - u(t - t_i))^2 / (4 Ex (t - "
        "t_i)))\n"
        "t_i = (i - 1/2) dt, dt = t0/n, over the steps that are over at t",
    .clause = "HJ 2.3-2018, Annex E, release of finite duration",
    .confidence = "M+",
    .range = QH_N("an even river below the mixing length; steps short enough for slugs to run into one another"),
    .n_input = QH_COUNT(input),
    .n_output = QH_COUNT(output),
    .input = input,
    .output = output,
    .evaluate = evaluate,
};
