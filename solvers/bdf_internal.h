/* Inside of the time integrator: shared by bdf.c, bdf_newton.c and bdf_vector.c, which alone know SUNDIALS. */
#ifndef QH_SOLVERS_BDF_INTERNAL_H
#define QH_SOLVERS_BDF_INTERNAL_H

#include <cvodes/cvodes.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_nonlinearsolver.h>
#include <sundials/sundials_version.h>

#include "solvers/bdf.h"

/* Before a loop whose iterations do not depend on one another, though its pointers may be equal. */
#if defined __clang__
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define INDEPENDENT _Pragma("GCC ivdep")
#endif

#if SUNDIALS_VERSION_MAJOR >= 7
typedef sunrealtype real;
typedef sunbooleantype boolean;
#define NO_COMMUNICATOR SUN_COMM_NULL
#else
typedef realtype real;
typedef booleantype boolean;
#define NO_COMMUNICATOR NULL
#endif

/* ---- vectors (bdf_vector.c) ---- */

/* An operation that waits: z = a x + b y; y is NULL: z = a x; `weight` is not: weights of the state x. */
typedef struct bdf_pending {
    double a, b;
    const double *x, *y;
    double *z;
    float *weight;
} bdf_pending;

/* Enough for all that CVODES does between two norms. */
enum { bdf_most_pending = 64 };

/* What vectors of one length share. */
typedef struct bdf_space {
    size_t length;
    bool weighed;              /* whether they are under error control; the rest counts only then */
    double relative, absolute; /* -, units of y */
    N_Vector state;            /* weighed last */
    size_t n_pending;
    bdf_pending pending[bdf_most_pending];
} bdf_space;

/* A vector of a space, which must outlive it: 0, or with the values of a borrowed array [space->length]. */
N_Vector qh_bdf_vector(bdf_space *space, double *given, SUNContext context);

/* Its array, to be filled: what it held is lost. */
double *qh_bdf_overwrite(N_Vector v);

/* Makes `weight` the weights of a state, for norms; nothing else may be done with it. Then these [space->length, 1/units
 * of y]. */
void qh_bdf_weigh(N_Vector state, N_Vector weight);
const float *qh_bdf_weights(N_Vector weight);

/* ---- the integrator ---- */

struct qh_bdf {
    qh_bdf_problem problem;
    qh_diag *diag;
    qh_status user_status; /* first failure inside a callback */
    SUNContext context;
    void *cvode;
    bdf_space states, total_space;
    N_Vector y;      /* the solution; in a step the state whose rates moved it: Newton's own */
    N_Vector totals; /* those asked for last */
    N_Vector weight; /* CVODES' weights for norms; NULL until it asks for them */
    SUNNonlinearSolver newton;
    double *step;       /* [n_state], what Newton has left over, and its correction; free between steps */
    double *total_rate; /* [n_total], at Newton's state */
    double newton_iterations, rate_evaluations, set_ups; /* of all steps since the last restart */
    double t;
    qh_bdf_statistics before_restart;
};

/* Newton's method of our own for the integrator; NULL when out of memory. */
SUNNonlinearSolver qh_bdf_newton(qh_bdf *bdf);

#endif
