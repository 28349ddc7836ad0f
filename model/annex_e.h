/* Closed forms of HJ 2.3-2018, Annex E, for one outfall on one even river: a cross-check beside the network solution.
 *
 * x runs downstream from the outfall, in m. Rates are in 1/s: a k in 1/d that slips in is wrong by 86,400. */
#ifndef QH_MODEL_ANNEX_E_H
#define QH_MODEL_ANNEX_E_H

#include <stddef.h>

#include "model/constant.h"
#include "model/lang.h"
#include "model/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- numbers of the annex ---- */

typedef enum qh_annex_e_number {
    QH_ANNEX_E_ALPHA_LOW,  /* up to this alpha dispersion does not count below the outfall */
    QH_ANNEX_E_ALPHA_HIGH, /* over this one the flow does not */
    QH_ANNEX_E_PECLET,     /* from this one on nothing goes upstream */
    QH_ANNEX_E_REFLECTIONS,
    QH_ANNEX_E_MIXING_CONSTANT,
    QH_ANNEX_E_MIXING_ROOT,
    QH_ANNEX_E_MIXING_CENTRE,
    QH_ANNEX_E_MIXING_SQUARE,
    QH_ANNEX_E_NUMBERS
} qh_annex_e_number;

/* A number with its clause and confidence; `meaning` is set. */
qh_constant qh_annex_e_number_get(qh_annex_e_number number);

/* ---- one dimension, steady ---- */

typedef struct qh_annex_e_outfall {
    double flow;          /* Qp, m3/s, >= 0 */
    double concentration; /* Cp, g/m3, >= 0 */
} qh_annex_e_outfall;

typedef struct qh_annex_e_river {
    double flow;          /* Qh above the outfall, m3/s, > 0 */
    double concentration; /* Ch there, g/m3, >= 0 */
    double velocity;      /* u, m/s, > 0 */
    double width;         /* B, m, > 0 */
    double area;          /* A of the cross-section, m2 (not the depth), > 0 */
    double dispersion;    /* Ex, m2/s, > 0 */
    double rate;          /* k, 1/s, >= 0 */
} qh_annex_e_river;

/* The four cases of the table, by alpha = k Ex / u^2 (O'Connor number) and Pe = u B / Ex. */
typedef enum qh_annex_e_regime {
    QH_ANNEX_E_PLUG_FLOW = 1,   /* alpha <= 0.027, Pe >= 1: nothing upstream */
    QH_ANNEX_E_BACKED_UP,       /* alpha <= 0.027, Pe < 1: e^(ux/Ex) upstream */
    QH_ANNEX_E_DISPERSED,       /* 0.027 < alpha <= 380 */
    QH_ANNEX_E_DISPERSION_ONLY, /* alpha > 380: as in still water */
} qh_annex_e_regime;

typedef struct qh_annex_e_steady {
    qh_annex_e_outfall outfall;
    qh_annex_e_river river;
    qh_annex_e_regime regime;
    double alpha, peclet; /* - */
    double mixed;         /* (Cp Qp + Ch Qh) / (Qp + Qh), g/m3 */
    double initial;       /* C0 of the case, g/m3 */
} qh_annex_e_steady;

/* (Cp Qp + Ch Qh) / (Qp + Qh), g/m3. */
double qh_annex_e_mixed(const qh_annex_e_outfall *outfall, const qh_annex_e_river *river);

/* The case that the numbers choose. */
qh_annex_e_steady qh_annex_e_steady_choose(const qh_annex_e_outfall *outfall, const qh_annex_e_river *river);

/* The same by a case of the caller's: what the next case would say, near a boundary between two. */
qh_annex_e_steady qh_annex_e_steady_in(const qh_annex_e_outfall *outfall, const qh_annex_e_river *river,
                                       qh_annex_e_regime regime);

/* C(x), g/m3, as the standard writes it. The background Ch is folded into C0: upstream this falls to 0, not to Ch, and
 * in the first case, which says nothing of x < 0, it is Ch there. */
double qh_annex_e_steady_at(const qh_annex_e_steady *steady, double x);

/* C(x), g/m3, with the background kept apart: Ch e^(-kx/u) plus what the outfall adds. The same in the first two cases
 * for x >= 0; upstream it falls to the river's own water. */
double qh_annex_e_steady_superposed(const qh_annex_e_steady *steady, double x);

/* C0 of the next case over C0 of the lower one at alpha = 0.027, -: sqrt(1 + 4 alpha), about 1.0526. The table jumps
 * there; the program does not smooth it. */
double qh_annex_e_jump(void);

/* ---- one dimension, releases ---- */

typedef struct qh_annex_e_reach {
    double area;       /* A, m2, > 0 */
    double velocity;   /* u, m/s */
    double dispersion; /* Ex, m2/s, > 0 */
    double rate;       /* k, 1/s, >= 0 */
} qh_annex_e_reach;

/* C(x, t), g/m3, of `mass` [g] released at once at t = 0; t > 0 [s]. */
double qh_annex_e_instantaneous(const qh_annex_e_reach *reach, double mass, double x, double t);

/* The highest concentration at x > 0 as the annex takes it, at t = x/u, g/m3; u > 0. */
double qh_annex_e_peak(const qh_annex_e_reach *reach, double mass, double x);

/* C(x, t), g/m3, of a release in `count` equal steps of `step` [s] at load [count] g/s each, as the sum of the annex:
 * each step a slug at its middle. Steps not over at `t` do not count. */
double qh_annex_e_release(const qh_annex_e_reach *reach, size_t count, const double *load, double step, double x,
                          double t);

/* ---- two dimensions, steady, from a bank ---- */

typedef struct qh_annex_e_plane {
    double background; /* Ch, g/m3 */
    double depth;      /* h, m, > 0 */
    double width;      /* B, m, > 0 */
    double velocity;   /* u, m/s, > 0 */
    double transverse; /* Ey, m2/s, > 0 */
    double rate;       /* k, 1/s, >= 0 */
} qh_annex_e_plane;

/* C(x, y), g/m3, of a load [g/s] at the bank y = 0; x > 0, 0 <= y <= B [m]. `reflections` images on either side: the
 * annex takes one. */
double qh_annex_e_bank(const qh_annex_e_plane *plane, double load, size_t reflections, double x, double y);

/* Share of the load that is missing from the section at x when one image on either side is taken, -. Near 0 close to
 * the outfall; where it is not small, the river is mixed and one dimension will do. */
double qh_annex_e_bank_missing(const qh_annex_e_plane *plane, size_t reflections, double x);

#ifdef __cplusplus
}
#endif
#endif
