/* Time integration by backward differentiation formulas: the one place (bdf*.c) that knows SUNDIALS (CVODES 6 and 7). */
#ifndef QH_SOLVERS_BDF_H
#define QH_SOLVERS_BDF_H

#include <stdbool.h>
#include <stddef.h>

#include "model/diag.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What is integrated: dy/dt = rate(t, y), and beside it totals dz/dt = total_rate(t, y) that do not feed back and are
 * integrated by the same formula, so that linear invariants of (y, z) hold to round-off. All functions get `self`. */
typedef struct qh_bdf_problem {
    void *self;
    size_t n_state, n_total;
    void (*rate)(void *self, double t, const double *y, double *dydt);
    void (*total_rate)(void *self, double t, const double *y, double *dzdt);
    /* Prepares I - gamma J at (t, y); may keep the J of before when `reuse` is allowed; tells in `fresh` whether not. */
    qh_status (*linear_system)(void *self, double t, const double *y, double gamma, bool reuse, bool *fresh);
    /* Solves in place with what linear_system prepared. */
    qh_status (*linear_solve)(void *self, double *x);
    /* Newton has left over `remainder` [n_state, units of y]: y should be this much larger for the formula to hold. Adds to
     * `correction` [n_state] as little as makes the formula hold for the invariants. Rates count with gamma [s] times their
     * size: what their round-off leaves may stay. */
    void (*conserve)(void *self, const double *y, const double *remainder, double gamma, double *correction);
    /* Whether y needs no correction. */
    bool (*admissible)(void *self, const double *y);
    /* Adds to `correction` (zero on entry) what makes y admissible without changing an invariant; false: impossible. */
    bool (*project)(void *self, const double *y, double *correction);
} qh_bdf_problem;

typedef struct qh_bdf qh_bdf;

typedef struct qh_bdf_statistics {
    double steps, rate_evaluations, jacobians, newton_iterations, error_test_failures, last_order;
} qh_bdf_statistics;

/* An integrator at time t0 with state y0 [n_state]; totals start at 0. Tolerances: relative [-], absolute in units of y;
 * no step is longer than `longest` [s]. */
qh_status qh_bdf_create(const qh_bdf_problem *problem, double t0, const double *y0, double relative, double absolute,
                        double longest, qh_diag *diag, qh_bdf **bdf);
void qh_bdf_destroy(qh_bdf *bdf);

/* One step, not past t_stop. `t` receives the time reached; state and totals are those at that time. */
qh_status qh_bdf_step(qh_bdf *bdf, double t_stop, double *t);

/* Forgets the history, because the right-hand side jumps at the present time. */
qh_status qh_bdf_restart(qh_bdf *bdf);

const double *qh_bdf_state(const qh_bdf *bdf); /* [n_state] */
/* The state [n_state] at a time inside the last step, by the formula's own polynomial. */
qh_status qh_bdf_state_at(qh_bdf *bdf, double t, double *y);
/* An array [n_state] that the caller may use between steps, and linear_system while it runs. */
double *qh_bdf_workspace(qh_bdf *bdf);
qh_status qh_bdf_totals(qh_bdf *bdf, double *totals); /* [n_total] */
qh_bdf_statistics qh_bdf_get_statistics(const qh_bdf *bdf);

#ifdef __cplusplus
}
#endif
#endif
