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

struct qh_bdf {
    qh_bdf_problem problem;
    qh_diag *diag;
    qh_status user_status; /* first failure inside a callback */
    double relative, absolute;
    SUNContext context;
    void *cvode;
    N_Vector y, totals, totals_out;
    SUNMatrix matrix;
    SUNLinearSolver solver;
    SUNNonlinearSolver newton;
    double *found;         /* [n_state], the state whose rates moved the present step: Newton's own */
    double *rates;         /* [n_state], these rates */
    double *step;          /* [n_state], Newton's correction */
    double factored_gamma; /* s, of the factors at hand */
    double newton_iterations, rate_evaluations; /* of all steps since the last restart */
    double t;
    qh_bdf_statistics before_restart;
};

/* Replaces operations of a serial vector and of all that are cloned from it by ones that run at the memory's speed. */
void qh_bdf_hasten_vector(N_Vector v);

/* Newton's method of our own for the integrator; NULL when out of memory. */
SUNNonlinearSolver qh_bdf_newton(qh_bdf *bdf);

#endif
