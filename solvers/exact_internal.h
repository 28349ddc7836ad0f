/* Exact steady transport on pieces of constant coefficients; see exact.c for the mathematics. */
#ifndef QH_SOLVERS_EXACT_INTERNAL_H
#define QH_SOLVERS_EXACT_INTERNAL_H

#include "solvers/transport_internal.h"

/* One exponential solution on 0 <= x <= length: C = ceq + c0' phi0(x) + cL' phiL(x), primes without ceq. */
typedef struct qh_exact_mode {
    double length; /* m */
    double slow;   /* 1/m, <= 0 for flow in +x: decay along the flow */
    double fast;   /* 1/m, >= 0: dispersion against it; INFINITY without dispersion */
    double gain;   /* m3/s, A D fast, stable form */
    double back;   /* m3/s, A D slow, stable form, <= 0 */
    double spread; /* -, 1 - exp((slow - fast) length) */
    double rise;   /* -, exp(-fast length) */
    double fall;   /* -, exp(slow length) */
} qh_exact_mode;

/* The mode of a piece: discharge [m3/s, > 0], area [m2], dispersion [m2/s, >= 0], rate [1/s, >= 0]. */
qh_exact_mode qh_exact_mode_of(double discharge, double area, double dispersion, double rate, double length);

/* c'(x) at 0 <= x <= length from the end values, and its mean over x1 < x2. */
double qh_exact_value(const qh_exact_mode *mode, double c0, double cL, double x);
double qh_exact_mean(const qh_exact_mode *mode, double c0, double cL, double x1, double x2);

typedef struct qh_exact qh_exact;

/* The equations of a problem; problem and transport are borrowed. Segments with distributed inflow are cut into a
 * multiple of `division` pieces. */
qh_status qh_exact_create(const qh_problem *problem, qh_transport *transport, size_t division, qh_diag *diag,
                          qh_exact **exact);
void qh_exact_destroy(qh_exact *exact);

/* Results of a solve, in one row of numbers, so that solves of different division extrapolate. */
size_t qh_exact_result_size(const qh_exact *exact);

/* Solves under the transport's forcing: result [qh_exact_result_size]. */
qh_status qh_exact_solve(qh_exact *exact, double *result);

/* Parts of a result: points [n_point][m], cells and storage zones as in y [n_unknown][m], end fluxes [2 n_segment][m],
 * losses of reaches [n_reach][m]. */
const double *qh_exact_points(const qh_exact *exact, const double *result);
const double *qh_exact_state(const qh_exact *exact, const double *result);
qh_transport_parts qh_exact_parts(const qh_exact *exact, const double *result);

#endif
