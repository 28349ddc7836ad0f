/* HJ 2.3-2018, Annex E.
 *
 * One dimension, steady; a = k Ex / u^2, Pe = u B / Ex, r = sqrt(1 + 4 a):
 *     a <= 0.027, Pe >= 1     C0 = (CpQp + ChQh)/(Qp + Qh)        x >= 0: C0 e^(-kx/u)
 *     a <= 0.027, Pe < 1      C0 the same     x < 0: C0 e^(ux/Ex)         x >= 0: C0 e^(-kx/u)
 *     0.027 < a <= 380        C0 = (CpQp + ChQh)/((Qp + Qh) r)    C0 e^(ux/(2Ex) (1 + r)), (1 - r)
 *     a > 380                 C0 = (CpQp + ChQh)/(2 A sqrt(k Ex)) C0 e^(+x sqrt(k/Ex)), e^(-...)
 * Slug, release of finite duration, bank discharge with reflections: see the functions.
 *
 * Source: HJ 2.3-2018, Annex E; the steady table read in a secondary source [V2], the rest from working knowledge [M+].
 * The last case takes the area A, not the depth that a published program passes. Not for a network, for anything but
 * first-order decay, nor for x within the mixing length of the one-dimensional forms. */
#include "model/annex_e.h"

#include <math.h>
#include <stdbool.h>

static const double pi = 3.141592653589793;

qh_constant qh_annex_e_number_get(qh_annex_e_number number) {
    static const qh_constant numbers[] = {
#define ANNEX_E(code, name, value, unit, clause, confidence) [code] = {name, value, unit, NULL, clause, confidence},
#include "model/data/annex_e.def"
#undef ANNEX_E
    };
    static const char *const meaning[] = {
        [QH_ANNEX_E_ALPHA_LOW] = QH_N("alpha up to which dispersion does not count downstream"),
        [QH_ANNEX_E_ALPHA_HIGH] = QH_N("alpha over which the flow does not count"),
        [QH_ANNEX_E_PECLET] = QH_N("Peclet number from which on nothing goes upstream"),
        [QH_ANNEX_E_REFLECTIONS] = QH_N("images of the outfall on either side"),
        [QH_ANNEX_E_MIXING_CONSTANT] = QH_N("constant of the mixing length"),
        [QH_ANNEX_E_MIXING_ROOT] = QH_N("factor of the root in the mixing length"),
        [QH_ANNEX_E_MIXING_CENTRE] = QH_N("place of the middle of the river, of its width"),
        [QH_ANNEX_E_MIXING_SQUARE] = QH_N("factor of the square in the mixing length"),
    };
    qh_constant c = numbers[number];
    c.meaning = meaning[number];
    return c;
}

/* ---- one dimension, steady ---- */

double qh_annex_e_mixed(const qh_annex_e_outfall *outfall, const qh_annex_e_river *river) {
    return (outfall->concentration * outfall->flow + river->concentration * river->flow) /
           (outfall->flow + river->flow);
}

static double root(double alpha) { return sqrt(1 + 4 * alpha); }

static qh_annex_e_regime choose(double alpha, double peclet) {
    if (alpha > qh_annex_e_number_get(QH_ANNEX_E_ALPHA_HIGH).value) return QH_ANNEX_E_DISPERSION_ONLY;
    if (alpha > qh_annex_e_number_get(QH_ANNEX_E_ALPHA_LOW).value) return QH_ANNEX_E_DISPERSED;
    return peclet >= qh_annex_e_number_get(QH_ANNEX_E_PECLET).value ? QH_ANNEX_E_PLUG_FLOW : QH_ANNEX_E_BACKED_UP;
}

/* C0 over the fully mixed concentration, -. */
static double initial_share(const qh_annex_e_steady *s) {
    const qh_annex_e_river *river = &s->river;
    switch (s->regime) {
    case QH_ANNEX_E_DISPERSED: return 1 / root(s->alpha);
    case QH_ANNEX_E_DISPERSION_ONLY:
        return (s->outfall.flow + river->flow) / (2 * river->area * sqrt(river->rate * river->dispersion));
    default: return 1;
    }
}

qh_annex_e_steady qh_annex_e_steady_in(const qh_annex_e_outfall *outfall, const qh_annex_e_river *river,
                                       qh_annex_e_regime regime) {
    const double u = river->velocity;
    qh_annex_e_steady s = {.outfall = *outfall,
                           .river = *river,
                           .regime = regime,
                           .alpha = river->rate * river->dispersion / (u * u),
                           .peclet = u * river->width / river->dispersion,
                           .mixed = qh_annex_e_mixed(outfall, river)};
    s.initial = s.mixed * initial_share(&s);
    return s;
}

qh_annex_e_steady qh_annex_e_steady_choose(const qh_annex_e_outfall *outfall, const qh_annex_e_river *river) {
    const qh_annex_e_steady any = qh_annex_e_steady_in(outfall, river, QH_ANNEX_E_PLUG_FLOW);
    return qh_annex_e_steady_in(outfall, river, choose(any.alpha, any.peclet));
}

/* C(x) / C0, -; 0 upstream where the case says nothing goes there. (1 - r) is written without subtracting. */
static double shape(const qh_annex_e_steady *s, double x) {
    const qh_annex_e_river *river = &s->river;
    const double r = root(s->alpha), u = river->velocity, k = river->rate, e = river->dispersion;
    switch (s->regime) {
    case QH_ANNEX_E_DISPERSED:
        return x < 0 ? exp(u * x / (2 * e) * (1 + r)) : exp(u * x / (2 * e) * (-4 * s->alpha / (1 + r)));
    case QH_ANNEX_E_DISPERSION_ONLY: return exp(-fabs(x) * sqrt(k / e));
    case QH_ANNEX_E_BACKED_UP:
        if (x < 0) return exp(u * x / e);
        break;
    default:
        if (x < 0) return 0;
        break;
    }
    return exp(-k * x / u);
}

double qh_annex_e_steady_at(const qh_annex_e_steady *s, double x) {
    if (s->regime == QH_ANNEX_E_PLUG_FLOW && x < 0) return s->river.concentration;
    return s->initial * shape(s, x);
}

double qh_annex_e_steady_superposed(const qh_annex_e_steady *s, double x) {
    const qh_annex_e_river *river = &s->river;
    const double total = s->outfall.flow + river->flow;
    const double added = s->outfall.flow * (s->outfall.concentration - river->concentration) / total;
    return river->concentration * exp(-river->rate * x / river->velocity) + added * initial_share(s) * shape(s, x);
}

double qh_annex_e_jump(void) { return root(qh_annex_e_number_get(QH_ANNEX_E_ALPHA_LOW).value); }

/* ---- one dimension, releases ---- */

/* C = M / (A sqrt(4 pi Ex t)) e^(-kt) e^(-(x - ut)^2 / (4 Ex t)) */
double qh_annex_e_instantaneous(const qh_annex_e_reach *reach, double mass, double x, double t) {
    const double spread = 4 * reach->dispersion * t, away = x - reach->velocity * t;
    return mass / (reach->area * sqrt(pi * spread)) * exp(-reach->rate * t - away * away / spread);
}

/* C = M / (2 A sqrt(pi Ex x/u)) e^(-kx/u) */
double qh_annex_e_peak(const qh_annex_e_reach *reach, double mass, double x) {
    return qh_annex_e_instantaneous(reach, mass, x, x / reach->velocity);
}

/* C = dt / (A sqrt(4 pi Ex)) sum_i W_i / sqrt(t - t_i) e^(-k(t - t_i)) e^(-(x - u(t - t_i))^2 / (4 Ex (t - t_i))),
 * t_i = (i - 1/2) dt */
double qh_annex_e_release(const qh_annex_e_reach *reach, size_t count, const double *load, double step, double x,
                          double t) {
    const double slack = 1e-9;
    double sum = 0;
    for (size_t i = 0; i < count && step * (double)(i + 1) <= t * (1 + slack); i++)
        sum += qh_annex_e_instantaneous(reach, load[i] * step, x, t - ((double)i + 0.5) * step);
    return sum;
}

/* ---- two dimensions, steady, from a bank ---- */

/* C = Ch + m / (h sqrt(pi Ey u x)) e^(-kx/u) sum_n e^(-u (y - 2nB)^2 / (4 Ey x)) */
double qh_annex_e_bank(const qh_annex_e_plane *plane, double load, size_t reflections, double x, double y) {
    const double u = plane->velocity, spread = 4 * plane->transverse * x / u;
    const long images = (long)reflections;
    double sum = 0;
    for (long n = -images; n <= images; n++) {
        const double away = y - 2 * (double)n * plane->width;
        sum += exp(-away * away / spread);
    }
    return plane->background +
           load / (plane->depth * sqrt(pi * plane->transverse * u * x)) * exp(-plane->rate * x / u) * sum;
}

/* The images 0 .. n on either side hold what a Gaussian holds within (2n + 1) widths of its centre. */
double qh_annex_e_bank_missing(const qh_annex_e_plane *plane, size_t reflections, double x) {
    const double spread = 4 * plane->transverse * x / plane->velocity;
    return erfc((2 * (double)reflections + 1) * plane->width / sqrt(spread));
}
