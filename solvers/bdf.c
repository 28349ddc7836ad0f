/* CVODES behind qh_bdf: variable-order, variable-step BDF with Newton's method and our own direct linear solver.
 *
 * Scheme     BDF orders 1 to 3 in fixed-leading-coefficient form; totals as quadratures by the same formula.
 * Projection CVODES' own constraint projection, called after each nonlinear solve and before the error test, makes the
 *            state non-negative by exchanging mass between neighbours; it is of the size of the tolerance.
 * Newton     converged far below the error tolerance, for the budget: what Newton leaves over is mass made or lost.
 * Source     Hindmarsh et al. (2005), ACM TOMS 31:363; Eich (1993), SIAM J. Numer. Anal. 30:1467 (projection).
 * Not for    right-hand sides that jump inside a step: stop at the jump and restart. */
#include "solvers/bdf.h"

#include <stdlib.h>
#include <string.h>

#include <cvodes/cvodes.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_linearsolver.h>
#include <sundials/sundials_matrix.h>
#include <sundials/sundials_version.h>
#include <sunnonlinsol/sunnonlinsol_newton.h>

#if SUNDIALS_VERSION_MAJOR >= 7
typedef sunrealtype real;
typedef sunbooleantype boolean;
#define NO_COMMUNICATOR SUN_COMM_NULL
#else
typedef realtype real;
typedef booleantype boolean;
#define NO_COMMUNICATOR NULL
#endif

/* Newton's last correction, in units of the error tolerance (weighted root mean square), below which it has converged.
 * CVODES' own test extrapolates with a rate learnt in earlier steps and stops far too soon for a closed budget. */
static const double newton_tolerance = 1e-6;
/* Order 3 is stable up to 86 degrees off the negative axis, orders 4 and 5 only up to 73 and 51: too little for
 * advection. */
enum { highest_order = 3 };
/* The totals must not decide a step, yet CVODES keeps what they need for a rise of the order only when they are under
 * error control; without it they leave the formula of the state there and budgets drift by 1e-8. So they are under
 * control, with a tolerance that nothing reaches. */
static const double total_tolerance = 1e100;
/* Change of h beyond which I - gamma J is factored anew; smaller ones cost an iteration instead. */
static const double gamma_change = 0.1;

struct qh_bdf {
    qh_bdf_problem problem;
    qh_diag *diag;
    qh_status user_status; /* first failure inside a callback */
    SUNContext context;
    void *cvode;
    N_Vector y, totals, totals_out;
    SUNMatrix matrix;
    SUNLinearSolver solver;
    SUNNonlinearSolver newton;
    double *unprojected; /* [n_state], the state that Newton found, where the projection changed it */
    bool projected;      /* whether the present step's state was changed */
    double newton_step;  /* size of Newton's correction before the present one */
    double t;
    qh_bdf_statistics before_restart;
};

/* ---- callbacks ---- */

static int rate(real t, N_Vector y, N_Vector dydt, void *user) {
    qh_bdf *bdf = user;
    bdf->problem.rate(bdf->problem.self, t, N_VGetArrayPointer(y), N_VGetArrayPointer(dydt));
    return 0;
}

/* The formula holds between Newton's state and its rates: the totals must use the same ones, not the projected state's. */
static int total_rate(real t, N_Vector y, N_Vector dzdt, void *user) {
    qh_bdf *bdf = user;
    const double *state = bdf->projected ? bdf->unprojected : N_VGetArrayPointer(y);
    bdf->problem.total_rate(bdf->problem.self, t, state, N_VGetArrayPointer(dzdt));
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
    if (status == QH_OK) return 0;
    if (status == QH_E_NUMERIC) return 1; /* singular here: a shorter step may help */
    bdf->user_status = status;
    return -1;
}

static int project(real t, N_Vector y, N_Vector correction, real eps, N_Vector error, void *user) {
    (void)t, (void)eps, (void)error;
    qh_bdf *bdf = user;
    const double *state = N_VGetArrayPointer(y);
    double *change = N_VGetArrayPointer(correction);
    N_VConst(0, correction);
    if (!bdf->problem.project(bdf->problem.self, state, change)) return 1;
    bdf->projected = N_VMaxNorm(correction) > 0;
    if (bdf->projected) memcpy(bdf->unprojected, state, bdf->problem.n_state * sizeof(double));
    return 0;
}

static void on_error(int code, const char *module, const char *function, char *message, void *user) {
    (void)module, (void)function;
    const qh_bdf *bdf = user;
    if (code < 0) qh_diag_add(bdf->diag, QH_ERROR, QH_NOWHERE, "time integration: %s", message);
}

/* ---- SUNDIALS' view of our linear solver: an empty matrix and a solver that calls back ---- */

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
    (void)a, (void)tolerance;
    qh_bdf *bdf = s->content;
    N_VScale(1, b, x);
    const qh_status status = bdf->problem.linear_solve(bdf->problem.self, N_VGetArrayPointer(x));
    return status == QH_OK ? 0 : 1;
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

/* ---- Newton's convergence ---- */

static int converged(SUNNonlinearSolver newton, N_Vector y, N_Vector step, real tolerance, N_Vector weights,
                     void *user) {
    (void)y, (void)tolerance;
    qh_bdf *bdf = user;
    int iteration = 0;
    SUNNonlinSolGetCurIter(newton, &iteration);
    const double size = N_VWrmsNorm(step, weights), before = bdf->newton_step;
    bdf->newton_step = size;
    if (size <= newton_tolerance) return SUN_NLS_SUCCESS;
    if (iteration > 0 && size > 2 * before) return SUN_NLS_CONV_RECVR;
    return SUN_NLS_CONTINUE;
}

static bool attach_newton(qh_bdf *bdf) {
    bdf->newton = SUNNonlinSol_Newton(bdf->y, bdf->context);
    return bdf->newton && CVodeSetNonlinearSolver(bdf->cvode, bdf->newton) == 0 &&
           SUNNonlinSolSetConvTestFn(bdf->newton, converged, bdf) == 0 && CVodeSetMaxNonlinIters(bdf->cvode, 10) == 0;
}

/* ---- interface ---- */

static bool start(qh_bdf *bdf, double t0, const double *y0, double relative, double absolute) {
    const qh_bdf_problem *problem = &bdf->problem;
    if (SUNContext_Create(NO_COMMUNICATOR, &bdf->context) != 0) return false;
    bdf->y = N_VNew_Serial((sunindextype)problem->n_state, bdf->context);
    bdf->totals = N_VNew_Serial((sunindextype)problem->n_total, bdf->context);
    bdf->totals_out = N_VNew_Serial((sunindextype)problem->n_total, bdf->context);
    bdf->cvode = CVodeCreate(CV_BDF, bdf->context);
    bdf->unprojected = malloc(problem->n_state * sizeof(double));
    if (!bdf->y || !bdf->totals || !bdf->totals_out || !bdf->cvode || !bdf->unprojected) return false;
    memcpy(N_VGetArrayPointer(bdf->y), y0, problem->n_state * sizeof(double));
    N_VConst(0, bdf->totals);
    return CVodeInit(bdf->cvode, rate, t0, bdf->y) == 0 && CVodeSetUserData(bdf->cvode, bdf) == 0 &&
           CVodeSetErrHandlerFn(bdf->cvode, on_error, bdf) == 0 &&
           CVodeSStolerances(bdf->cvode, relative, absolute) == 0 && attach_newton(bdf) && attach_solver(bdf) &&
           CVodeSetProjFn(bdf->cvode, project) == 0 && CVodeSetDeltaGammaMaxLSetup(bdf->cvode, gamma_change) == 0 &&
           CVodeSetMaxNumSteps(bdf->cvode, -1) == 0 && CVodeSetMaxOrd(bdf->cvode, highest_order) == 0 &&
           CVodeQuadInit(bdf->cvode, total_rate, bdf->totals) == 0 &&
           CVodeQuadSStolerances(bdf->cvode, 0, total_tolerance) == 0 && CVodeSetQuadErrCon(bdf->cvode, 1) == 0;
}

qh_status qh_bdf_create(const qh_bdf_problem *problem, double t0, const double *y0, double relative, double absolute,
                        qh_diag *diag, qh_bdf **bdf) {
    qh_bdf *made = calloc(1, sizeof *made);
    if (!made) return QH_E_NOMEM;
    made->problem = *problem;
    made->diag = diag;
    made->t = t0;
    if (!start(made, t0, y0, relative, absolute)) {
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
    free(bdf->unprojected);
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
    long int steps = 0, rates = 0, jacobians = 0, newton = 0, failures = 0;
    int order = 0;
    CVodeGetNumSteps(bdf->cvode, &steps);
    CVodeGetNumRhsEvals(bdf->cvode, &rates);
    CVodeGetNumLinSolvSetups(bdf->cvode, &jacobians);
    CVodeGetNumNonlinSolvIters(bdf->cvode, &newton);
    CVodeGetNumErrTestFails(bdf->cvode, &failures);
    CVodeGetLastOrder(bdf->cvode, &order);
    return (qh_bdf_statistics){.steps = (double)steps,
                               .rate_evaluations = (double)rates,
                               .jacobians = (double)jacobians,
                               .newton_iterations = (double)newton,
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
    bdf->projected = false;
    return QH_OK;
}

const double *qh_bdf_state(const qh_bdf *bdf) { return N_VGetArrayPointer(bdf->y); }

qh_status qh_bdf_totals(qh_bdf *bdf, double *totals) {
    real t = bdf->t;
    if (CVodeGetQuad(bdf->cvode, &t, bdf->totals_out) != 0) return QH_E_NUMERIC;
    memcpy(totals, N_VGetArrayPointer(bdf->totals_out), bdf->problem.n_total * sizeof(double));
    return QH_OK;
}
