/* CVODES behind qh_bdf: variable-order, variable-step BDF with Newton's method and our own direct linear solver.
 *
 * Scheme     BDF orders 1 to 4 in fixed-leading-coefficient form; totals as quadratures by the same formula.
 * Projection CVODES' own constraint projection, called after each nonlinear solve and before the error test, makes the
 *            state non-negative by exchanging mass between neighbours; it is of the size of the tolerance.
 * Newton     of our own, which keeps the budget closed and knows when to factor (bdf_newton.c); so CVODES is given no linear
 *            solver. Vectors too (bdf_vector.c).
 * Memory     vectors of the state that are written: the history (order + 1), its correction, CVODES' scratch, the solution
 *            and one of Newton's; half a one of error weights. What CVODES allocates but never fills takes no pages.
 * Source     Hindmarsh et al. (2005), ACM TOMS 31:363; Eich (1993), SIAM J. Numer. Anal. 30:1467 (projection).
 * Not for    right-hand sides that jump inside a step: stop at the jump and restart. */
#include "solvers/bdf.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/bdf_internal.h"
#include "solvers/vector_internal.h"

/* Orders 3 and 4 are stable up to 86 and 73 degrees off the negative axis; where advection lies beyond, CVODES' stability
 * limit detection takes the order back. Order 5 (51 degrees) gains nothing on rivers. */
enum { highest_order = 4 };
/* The totals must not decide a step, yet CVODES keeps what they need for a rise of the order only when they are under
 * error control; without it they leave the formula of the state there and budgets drift by 1e-8. So they are under
 * control, with a norm that is 0 and a tolerance that means nothing. */
static const double total_tolerance = 1;

/* ---- callbacks ---- */

static int rate(real t, N_Vector y, N_Vector dydt, void *user) {
    qh_bdf *bdf = user;
    bdf->problem.rate(bdf->problem.self, t, N_VGetArrayPointer(y), qh_bdf_overwrite(dydt));
    return 0;
}

/* Weights of the error norm, [units of y]^-1. CVODES asks first for those of its norms; in another vector it wants to see
 * them, for the length of the first step. */
QH_VECTORS static int weigh(N_Vector vy, N_Vector vw, void *user) {
    qh_bdf *bdf = user;
    if (!bdf->weight) bdf->weight = vw;
    if (vw == bdf->weight) {
        qh_bdf_weigh(vy, vw);
        return 0;
    }
    const double relative = bdf->states.relative, absolute = bdf->states.absolute;
    const double *y = N_VGetArrayPointer(vy);
    double *restrict w = qh_bdf_overwrite(vw);
    for (size_t i = 0; i < bdf->problem.n_state; i++)
        w[i] = 1 / (relative * fabs(y[i]) + absolute);
    return 0;
}

/* The formula holds between the state and the rates that Newton has found: the totals must use the same. Where the history
 * begins anew there are no such rates, and its own state counts. */
static int total_rate(real t, N_Vector y, N_Vector dzdt, void *user) {
    qh_bdf *bdf = user;
    if (y != bdf->y) {
        bdf->problem.total_rate(bdf->problem.self, t, N_VGetArrayPointer(y), qh_bdf_overwrite(dzdt));
    } else {
        memcpy(qh_bdf_overwrite(dzdt), bdf->total_rate, bdf->problem.n_total * sizeof(double));
    }
    return 0;
}

static int project(real t, N_Vector y, N_Vector correction, real eps, N_Vector error, void *user) {
    (void)t, (void)eps, (void)error;
    qh_bdf *bdf = user;
    const double *state = N_VGetArrayPointer(y);
    N_VConst(0, correction); /* and nothing is added to the history, as a rule */
    if (bdf->problem.admissible(bdf->problem.self, state)) return 0;
    return bdf->problem.project(bdf->problem.self, state, N_VGetArrayPointer(correction)) ? 0 : 1;
}

static void on_error(int code, const char *module, const char *function, char *message, void *user) {
    (void)module, (void)function;
    const qh_bdf *bdf = user;
    if (code < 0) qh_diag_add(bdf->diag, QH_ERROR, QH_NOWHERE, "time integration: %s", message);
}

/* ---- interface ---- */

static bool open_vectors(qh_bdf *bdf, const double *y0) {
    const qh_bdf_problem *problem = &bdf->problem;
    bdf->states.length = problem->n_state;
    bdf->states.weighed = true;
    bdf->total_space.length = problem->n_total;
    bdf->y = qh_bdf_vector(&bdf->states, NULL, bdf->context);
    bdf->totals = qh_bdf_vector(&bdf->total_space, NULL, bdf->context);
    bdf->step = malloc(problem->n_state * sizeof(double));
    bdf->total_rate = malloc(problem->n_total * sizeof(double));
    if (!bdf->y || !bdf->totals || !bdf->step || !bdf->total_rate) return false;
    memcpy(qh_bdf_overwrite(bdf->y), y0, problem->n_state * sizeof(double));
    return true;
}

/* The highest order is set before CVODES allocates the history. */
static bool start(qh_bdf *bdf, double t0, const double *y0, double longest) {
    if (SUNContext_Create(NO_COMMUNICATOR, &bdf->context) != 0 || !open_vectors(bdf, y0)) return false;
    bdf->cvode = CVodeCreate(CV_BDF, bdf->context);
    bdf->newton = qh_bdf_newton(bdf);
    return bdf->cvode && bdf->newton && CVodeSetMaxOrd(bdf->cvode, highest_order) == 0 &&
           CVodeInit(bdf->cvode, rate, t0, bdf->y) == 0 && CVodeSetUserData(bdf->cvode, bdf) == 0 &&
           CVodeSetErrHandlerFn(bdf->cvode, on_error, bdf) == 0 && CVodeWFtolerances(bdf->cvode, weigh) == 0 &&
           CVodeSetNonlinearSolver(bdf->cvode, bdf->newton) == 0 && CVodeSetProjFn(bdf->cvode, project) == 0 &&
           CVodeSetProjErrEst(bdf->cvode, 0) == 0 && CVodeSetStabLimDet(bdf->cvode, 1) == 0 &&
           CVodeSetMaxNumSteps(bdf->cvode, -1) == 0 && CVodeSetMaxStep(bdf->cvode, longest) == 0 &&
           CVodeQuadInit(bdf->cvode, total_rate, bdf->totals) == 0 &&
           CVodeQuadSStolerances(bdf->cvode, 0, total_tolerance) == 0 && CVodeSetQuadErrCon(bdf->cvode, 1) == 0;
}

qh_status qh_bdf_create(const qh_bdf_problem *problem, double t0, const double *y0, double relative, double absolute,
                        double longest, qh_diag *diag, qh_bdf **bdf) {
    qh_bdf *made = calloc(1, sizeof *made);
    if (!made) return QH_E_NOMEM;
    made->problem = *problem;
    made->diag = diag;
    made->t = t0;
    made->states.relative = relative;
    made->states.absolute = absolute;
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
    if (bdf->y) N_VDestroy(bdf->y);
    if (bdf->totals) N_VDestroy(bdf->totals);
    if (bdf->context) SUNContext_Free(&bdf->context);
    free(bdf->step);
    free(bdf->total_rate);
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
    long int steps = 0, rates = 0, failures = 0;
    int order = 0;
    CVodeGetNumSteps(bdf->cvode, &steps);
    CVodeGetNumRhsEvals(bdf->cvode, &rates); /* those at the beginning; Newton counts its own */
    CVodeGetNumErrTestFails(bdf->cvode, &failures);
    CVodeGetLastOrder(bdf->cvode, &order);
    return (qh_bdf_statistics){.steps = (double)steps,
                               .rate_evaluations = (double)rates + bdf->rate_evaluations,
                               .jacobians = bdf->set_ups,
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
    bdf->newton_iterations = bdf->rate_evaluations = bdf->set_ups = 0;
    return QH_OK;
}

const double *qh_bdf_state(const qh_bdf *bdf) { return N_VGetArrayPointer(bdf->y); }

double *qh_bdf_workspace(qh_bdf *bdf) { return bdf->step; }

qh_status qh_bdf_state_at(qh_bdf *bdf, double t, double *y) {
    N_Vector out = qh_bdf_vector(&bdf->states, y, bdf->context);
    if (!out) return QH_E_NOMEM;
    const int flag = CVodeGetDky(bdf->cvode, t, 0, out);
    N_VDestroy(out);
    return flag == 0 ? QH_OK : QH_E_NUMERIC;
}

qh_status qh_bdf_totals(qh_bdf *bdf, double *totals) {
    real t = bdf->t;
    if (CVodeGetQuad(bdf->cvode, &t, bdf->totals) != 0) return QH_E_NUMERIC;
    memcpy(totals, N_VGetArrayPointer(bdf->totals), bdf->problem.n_total * sizeof(double));
    return QH_OK;
}
