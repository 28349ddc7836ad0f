/* CVODES behind qh_bdf: variable-order, variable-step BDF with Newton's method and our own direct linear solver.
 *
 * Scheme     BDF orders 1 to 4 in fixed-leading-coefficient form; totals as quadratures by the same formula.
 * Projection CVODES' own constraint projection, called after each nonlinear solve and before the error test, makes the
 *            state non-negative by exchanging mass between neighbours; it is of the size of the tolerance.
 * Newton     of our own, which keeps the budget closed (bdf_newton.c); vectors too (bdf_vector.c).
 * Source     Hindmarsh et al. (2005), ACM TOMS 31:363; Eich (1993), SIAM J. Numer. Anal. 30:1467 (projection).
 * Not for    right-hand sides that jump inside a step: stop at the jump and restart. */
#include "solvers/bdf.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sundials/sundials_linearsolver.h>
#include <sundials/sundials_matrix.h>

#include "solvers/bdf_internal.h"
#include "solvers/vector_internal.h"

/* Orders 3 and 4 are stable up to 86 and 73 degrees off the negative axis; where advection lies beyond, CVODES' stability
 * limit detection takes the order back. Order 5 (51 degrees) gains nothing on rivers. */
enum { highest_order = 4 };
/* The totals must not decide a step, yet CVODES keeps what they need for a rise of the order only when they are under
 * error control; without it they leave the formula of the state there and budgets drift by 1e-8. So they are under
 * control, with a tolerance that nothing reaches. */
static const double total_tolerance = 1e100;
/* Change of h beyond which I - gamma J is factored anew; smaller ones cost an iteration instead. */
static const double gamma_change = 0.1;

/* ---- callbacks ---- */

static int rate(real t, N_Vector y, N_Vector dydt, void *user) {
    qh_bdf *bdf = user;
    bdf->problem.rate(bdf->problem.self, t, N_VGetArrayPointer(y), N_VGetArrayPointer(dydt));
    return 0;
}

/* Weights of the error norm, [units of y]^-1. */
QH_VECTORS static int weigh(N_Vector vy, N_Vector vw, void *user) {
    const qh_bdf *bdf = user;
    const double relative = bdf->relative, absolute = bdf->absolute;
    const double *y = N_VGetArrayPointer(vy);
    double *restrict w = N_VGetArrayPointer(vw);
    for (size_t i = 0; i < bdf->problem.n_state; i++)
        w[i] = 1 / (relative * fabs(y[i]) + absolute);
    return 0;
}

/* The formula holds between the state and the rates of `found`: the totals must use the same. */
static int total_rate(real t, N_Vector y, N_Vector dzdt, void *user) {
    (void)y;
    qh_bdf *bdf = user;
    bdf->problem.total_rate(bdf->problem.self, t, bdf->found, N_VGetArrayPointer(dzdt));
    return 0;
}

static int linear_system(real t, N_Vector y, N_Vector fy, SUNMatrix a, boolean jok, boolean *jcur, real gamma,
                         void *user, N_Vector tmp1, N_Vector tmp2, N_Vector tmp3) {
    (void)fy, (void)a, (void)tmp1, (void)tmp2, (void)tmp3;
    qh_bdf *bdf = user;
    bool fresh = false;
    const qh_status status =
        bdf->problem.linear_system(bdf->problem.self, t, N_VGetArrayPointer(y), gamma, jok, &fresh);
    *jcur = fresh;
    bdf->factored_gamma = gamma;
    if (status == QH_OK) return 0;
    if (status == QH_E_NUMERIC) return 1; /* singular here: a shorter step may help */
    bdf->user_status = status;
    return -1;
}

static int project(real t, N_Vector y, N_Vector correction, real eps, N_Vector error, void *user) {
    (void)t, (void)eps, (void)error;
    qh_bdf *bdf = user;
    N_VConst(0, correction);
    return bdf->problem.project(bdf->problem.self, N_VGetArrayPointer(y), N_VGetArrayPointer(correction)) ? 0 : 1;
}

static void on_error(int code, const char *module, const char *function, char *message, void *user) {
    (void)module, (void)function;
    const qh_bdf *bdf = user;
    if (code < 0) qh_diag_add(bdf->diag, QH_ERROR, QH_NOWHERE, "time integration: %s", message);
}

/* ---- SUNDIALS' view of our linear solver: an empty matrix and a solver that Newton does not ask (bdf_newton.c) ---- */

static SUNMatrix_ID matrix_id(SUNMatrix a) {
    (void)a;
    return SUNMATRIX_CUSTOM;
}
static void matrix_destroy(SUNMatrix a) { SUNMatFreeEmpty(a); }
static SUNLinearSolver_Type solver_type(SUNLinearSolver s) {
    (void)s;
    return SUNLINEARSOLVER_DIRECT;
}
static SUNLinearSolver_ID solver_id(SUNLinearSolver s) {
    (void)s;
    return SUNLINEARSOLVER_CUSTOM;
}
static int solver_nothing(SUNLinearSolver s) {
    (void)s;
    return 0;
}
static int solver_setup(SUNLinearSolver s, SUNMatrix a) {
    (void)s, (void)a;
    return 0; /* linear_system has factored already */
}
static int solver_solve(SUNLinearSolver s, SUNMatrix a, N_Vector x, N_Vector b, real tolerance) {
    (void)s, (void)a, (void)x, (void)b, (void)tolerance;
    return SUNLS_MEM_NULL;
}
static int solver_free(SUNLinearSolver s) {
    s->content = NULL;
    SUNLinSolFreeEmpty(s);
    return 0;
}

static bool attach_solver(qh_bdf *bdf) {
    bdf->matrix = SUNMatNewEmpty(bdf->context);
    bdf->solver = SUNLinSolNewEmpty(bdf->context);
    if (!bdf->matrix || !bdf->solver) return false;
    bdf->matrix->ops->getid = matrix_id;
    bdf->matrix->ops->destroy = matrix_destroy;
    bdf->solver->content = bdf;
    bdf->solver->ops->gettype = solver_type;
    bdf->solver->ops->getid = solver_id;
    bdf->solver->ops->initialize = solver_nothing;
    bdf->solver->ops->setup = solver_setup;
    bdf->solver->ops->solve = solver_solve;
    bdf->solver->ops->free = solver_free;
    return CVodeSetLinearSolver(bdf->cvode, bdf->solver, bdf->matrix) == 0 &&
           CVodeSetLinSysFn(bdf->cvode, linear_system) == 0;
}

/* ---- interface ---- */

static bool start(qh_bdf *bdf, double t0, const double *y0, double longest) {
    const qh_bdf_problem *problem = &bdf->problem;
    if (SUNContext_Create(NO_COMMUNICATOR, &bdf->context) != 0) return false;
    bdf->y = N_VNew_Serial((sunindextype)problem->n_state, bdf->context);
    bdf->totals = N_VNew_Serial((sunindextype)problem->n_total, bdf->context);
    bdf->totals_out = N_VNew_Serial((sunindextype)problem->n_total, bdf->context);
    bdf->cvode = CVodeCreate(CV_BDF, bdf->context);
    bdf->found = malloc(problem->n_state * sizeof(double));
    bdf->rates = malloc(problem->n_state * sizeof(double));
    bdf->step = malloc(problem->n_state * sizeof(double));
    if (!bdf->y || !bdf->totals || !bdf->totals_out || !bdf->cvode || !bdf->found || !bdf->rates || !bdf->step)
        return false;
    qh_bdf_hasten_vector(bdf->y);
    qh_bdf_hasten_vector(bdf->totals);
    memcpy(N_VGetArrayPointer(bdf->y), y0, problem->n_state * sizeof(double));
    memcpy(bdf->found, y0, problem->n_state * sizeof(double));
    bdf->newton = qh_bdf_newton(bdf);
    N_VConst(0, bdf->totals);
    return CVodeInit(bdf->cvode, rate, t0, bdf->y) == 0 && CVodeSetUserData(bdf->cvode, bdf) == 0 &&
           CVodeSetErrHandlerFn(bdf->cvode, on_error, bdf) == 0 && CVodeWFtolerances(bdf->cvode, weigh) == 0 &&
           bdf->newton && CVodeSetNonlinearSolver(bdf->cvode, bdf->newton) == 0 && attach_solver(bdf) &&
           CVodeSetProjFn(bdf->cvode, project) == 0 && CVodeSetProjErrEst(bdf->cvode, 0) == 0 &&
           CVodeSetStabLimDet(bdf->cvode, 1) == 0 && CVodeSetDeltaGammaMaxLSetup(bdf->cvode, gamma_change) == 0 &&
           CVodeSetMaxNumSteps(bdf->cvode, -1) == 0 && CVodeSetMaxStep(bdf->cvode, longest) == 0 &&
           CVodeSetMaxOrd(bdf->cvode, highest_order) == 0 && CVodeQuadInit(bdf->cvode, total_rate, bdf->totals) == 0 &&
           CVodeQuadSStolerances(bdf->cvode, 0, total_tolerance) == 0 && CVodeSetQuadErrCon(bdf->cvode, 1) == 0;
}

qh_status qh_bdf_create(const qh_bdf_problem *problem, double t0, const double *y0, double relative, double absolute,
                        double longest, qh_diag *diag, qh_bdf **bdf) {
    qh_bdf *made = calloc(1, sizeof *made);
    if (!made) return QH_E_NOMEM;
    made->problem = *problem;
    made->diag = diag;
    made->t = t0;
    made->relative = relative;
    made->absolute = absolute;
    if (!start(made, t0, y0, longest)) {
        qh_bdf_destroy(made);
        return QH_E_NOMEM;
    }
    *bdf = made;
    return QH_OK;
}

void qh_bdf_destroy(qh_bdf *bdf) {
    if (!bdf) return;
    if (bdf->cvode) CVodeFree(&bdf->cvode);
    if (bdf->newton) SUNNonlinSolFree(bdf->newton);
    if (bdf->solver) SUNLinSolFree(bdf->solver);
    if (bdf->matrix) SUNMatDestroy(bdf->matrix);
    if (bdf->y) N_VDestroy(bdf->y);
    if (bdf->totals) N_VDestroy(bdf->totals);
    if (bdf->totals_out) N_VDestroy(bdf->totals_out);
    if (bdf->context) SUNContext_Free(&bdf->context);
    free(bdf->found);
    free(bdf->rates);
    free(bdf->step);
    free(bdf);
}

qh_status qh_bdf_step(qh_bdf *bdf, double t_stop, double *t) {
    real reached = bdf->t;
    if (CVodeSetStopTime(bdf->cvode, t_stop) != 0) return QH_E_NUMERIC;
    const int flag = CVode(bdf->cvode, t_stop, bdf->y, &reached, CV_ONE_STEP);
    if (bdf->user_status != QH_OK) return bdf->user_status;
    if (flag < 0) return flag == CV_MEM_FAIL ? QH_E_NOMEM : QH_E_NUMERIC;
    *t = bdf->t = reached;
    return QH_OK;
}

static qh_bdf_statistics present_statistics(const qh_bdf *bdf) {
    long int steps = 0, rates = 0, jacobians = 0, failures = 0;
    int order = 0;
    CVodeGetNumSteps(bdf->cvode, &steps);
    CVodeGetNumRhsEvals(bdf->cvode, &rates); /* those at the beginning; Newton counts its own */
    CVodeGetNumLinSolvSetups(bdf->cvode, &jacobians);
    CVodeGetNumErrTestFails(bdf->cvode, &failures);
    CVodeGetLastOrder(bdf->cvode, &order);
    return (qh_bdf_statistics){.steps = (double)steps,
                               .rate_evaluations = (double)rates + bdf->rate_evaluations,
                               .jacobians = (double)jacobians,
                               .newton_iterations = bdf->newton_iterations,
                               .error_test_failures = (double)failures,
                               .last_order = order};
}

qh_bdf_statistics qh_bdf_get_statistics(const qh_bdf *bdf) {
    qh_bdf_statistics s = present_statistics(bdf);
    s.steps += bdf->before_restart.steps;
    s.rate_evaluations += bdf->before_restart.rate_evaluations;
    s.jacobians += bdf->before_restart.jacobians;
    s.newton_iterations += bdf->before_restart.newton_iterations;
    s.error_test_failures += bdf->before_restart.error_test_failures;
    return s;
}

qh_status qh_bdf_restart(qh_bdf *bdf) {
    const qh_bdf_statistics so_far = qh_bdf_get_statistics(bdf);
    real t = bdf->t;
    if (CVodeGetQuad(bdf->cvode, &t, bdf->totals) != 0) N_VConst(0, bdf->totals);
    if (CVodeReInit(bdf->cvode, bdf->t, bdf->y) != 0) return QH_E_NUMERIC;
    if (CVodeQuadReInit(bdf->cvode, bdf->totals) != 0) return QH_E_NUMERIC;
    bdf->before_restart = so_far;
    bdf->newton_iterations = bdf->rate_evaluations = 0;
    memcpy(bdf->found, N_VGetArrayPointer(bdf->y), bdf->problem.n_state * sizeof(double));
    return QH_OK;
}

const double *qh_bdf_state(const qh_bdf *bdf) { return N_VGetArrayPointer(bdf->y); }

qh_status qh_bdf_state_at(const qh_bdf *bdf, double t, double *y) {
    N_Vector out = N_VMake_Serial((sunindextype)bdf->problem.n_state, y, bdf->context);
    if (!out) return QH_E_NOMEM;
    qh_bdf_hasten_vector(out);
    const int flag = CVodeGetDky(bdf->cvode, t, 0, out);
    N_VDestroy(out);
    return flag == 0 ? QH_OK : QH_E_NUMERIC;
}

qh_status qh_bdf_totals(qh_bdf *bdf, double *totals) {
    real t = bdf->t;
    if (CVodeGetQuad(bdf->cvode, &t, bdf->totals_out) != 0) return QH_E_NUMERIC;
    memcpy(totals, N_VGetArrayPointer(bdf->totals_out), bdf->problem.n_total * sizeof(double));
    return QH_OK;
}
