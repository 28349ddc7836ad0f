/* Newton's method for a step of the integrator, without loss of mass.
 *
 * Equation   y = p + c,   G(c) = c - gamma f(t, p + c) + r z = 0,   p the prediction, r z CVODES' history (rl1 zn1)
 * Scheme     c <- c - M^-1 G(c), M = I - gamma' J of a former step scaled by 2/(1 + gamma/gamma') as in CVODES, until the
 *            weighted norm of G is below `closeness`: where J is stable the error (I - gamma J)^-1 G is no larger.
 * Budget     what is left of G is mass made or lost. By Newton alone budgets close as well as it has converged, far
 *            below the error tolerance, with two solves and more a step. Here the problem puts the sum of what is left,
 *            reach by reach, back into the state: so linear invariants of state and totals hold to round-off however
 *            early Newton stops, with totals from the rates at Newton's own state.
 * Not for    unstable J; invariants that are not linear in the state. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/bdf_internal.h"
#include "solvers/vector_internal.h"

/* Norms are in units of the error tolerance, weighted root mean square. Converged is a G this small ... */
static const double closeness = 0.05;
/* ... that has fallen to this part of where it began, so that what is far below the tolerance does not grow from step to
 * step: a Jacobian that is not of this state may be wrong about a limiter. */
static const double contraction = 0.25;
/* Where so little happens in a step that G began below `quiet`, steps grow until round-off, multiplied by what is stiff,
 * is what G consists of. There the size of Newton's steps is the measure, which is free of that. Such steps are few.
 * smallest_step was found by trial on the random networks, where 3e-7 loses a constant's last digits; nothing derives it. */
static const double quiet = 0.1, smallest_step = 1.5e-7;
enum { most_iterations = 10 };

typedef struct newton {
    qh_bdf *bdf;
    SUNNonlinSolLSetupFn set_up;
    long iterations, failures; /* since the start; those of the last solve are in `last` */
    long last;
} newton;

/* What the integrator says of the present step. */
typedef struct step_data {
    double t, gamma, history; /* s, s, - */
    double *predicted, *present;
    const double *slope; /* zn1 */
    const double *weight;
    size_t n;
} step_data;

static bool look_up(qh_bdf *bdf, N_Vector weight, step_data *d) {
    N_Vector predicted = NULL, present = NULL, rate = NULL, slope = NULL;
    real t = 0, gamma = 0, history = 0;
    void *user = NULL;
    if (CVodeGetNonlinearSystemData(bdf->cvode, &t, &predicted, &present, &rate, &gamma, &history, &slope, &user) != 0)
        return false;
    *d = (step_data){.t = t,
                     .gamma = gamma,
                     .history = history,
                     .predicted = N_VGetArrayPointer(predicted),
                     .present = N_VGetArrayPointer(present),
                     .slope = N_VGetArrayPointer(slope),
                     .weight = N_VGetArrayPointer(weight),
                     .n = bdf->problem.n_state};
    return true;
}

enum { sums = 8 };

/* step = -G(c) where `correction` gave the rates; returns its weighted norm. */
QH_VECTORS static double residual(const qh_bdf *bdf, const step_data *d, const double *correction) {
    const double gamma = d->gamma, history = d->history;
    const double *rates = bdf->rates, *slope = d->slope, *w = d->weight;
    double *step = bdf->step, sum[sums] = {0}, all = 0;
    const size_t n = d->n;
    size_t i = 0;
    for (; i + sums <= n; i += sums) {
        INDEPENDENT
        for (size_t k = 0; k < sums; k++) {
            const double g = gamma * rates[i + k] - history * slope[i + k] - correction[i + k];
            step[i + k] = g;
            sum[k] += g * w[i + k] * (g * w[i + k]);
        }
    }
    for (; i < n; i++) {
        step[i] = gamma * rates[i] - history * slope[i] - correction[i];
        all += step[i] * w[i] * (step[i] * w[i]);
    }
    for (size_t k = 0; k < sums; k++)
        all += sum[k];
    return sqrt(all / (double)n);
}

/* correction += factor step, found = predicted + correction */
QH_VECTORS static void advance(qh_bdf *bdf, const step_data *d, double factor, double *correction) {
    const double *step = bdf->step, *predicted = d->predicted;
    double *found = bdf->found;
    INDEPENDENT
    for (size_t i = 0; i < d->n; i++) {
        correction[i] += factor * step[i];
        found[i] = predicted[i] + correction[i];
    }
}

static double size_of_step(const qh_bdf *bdf, const step_data *d) {
    double sum = 0;
    for (size_t i = 0; i < d->n; i++)
        sum += bdf->step[i] * d->weight[i] * (bdf->step[i] * d->weight[i]);
    return sqrt(sum / (double)d->n);
}

static void find_rates(qh_bdf *bdf, const step_data *d, const double *state) {
    bdf->problem.rate(bdf->problem.self, d->t, state, bdf->rates);
    bdf->rate_evaluations++;
}

/* Iterations with the factors at hand; `fresh`: those of the present prediction. */
static int iterate(newton *own, const step_data *d, bool fresh, double *correction) {
    qh_bdf *bdf = own->bdf;
    memset(correction, 0, d->n * sizeof *correction);
    const double begun = residual(bdf, d, correction);
    const bool is_quiet = begun < quiet;
    double before = INFINITY;
    for (size_t k = 0; k < most_iterations; k++) {
        if (bdf->problem.linear_solve(bdf->problem.self, bdf->step) != QH_OK) return SUN_NLS_CONV_RECVR;
        own->iterations++;
        own->last++;
        bdf->newton_iterations++;
        const double step = is_quiet ? size_of_step(bdf, d) : INFINITY;
        advance(bdf, d, 2 / (1 + d->gamma / bdf->factored_gamma), correction);
        find_rates(bdf, d, bdf->found);
        const double left = residual(bdf, d, correction);
        const bool contracts = left <= contraction * begun || fresh;
        if (is_quiet ? step <= smallest_step : left <= closeness && contracts) {
            bdf->problem.conserve(bdf->problem.self, bdf->found, bdf->step, d->gamma, correction);
            return SUN_NLS_SUCCESS;
        }
        const double size = is_quiet ? step : left;
        if (!(size <= 2 * before) || (!is_quiet && k > 0 && !contracts)) return SUN_NLS_CONV_RECVR;
        before = size;
    }
    return SUN_NLS_CONV_RECVR;
}

static int solve(SUNNonlinearSolver solver, N_Vector y0, N_Vector y, N_Vector weight, real tolerance, boolean set_up,
                 void *memory) {
    (void)y0, (void)tolerance; /* the correction starts from 0 */
    newton *own = solver->content;
    qh_bdf *bdf = own->bdf;
    step_data d;
    if (!look_up(bdf, weight, &d)) return SUN_NLS_MEM_NULL;
    own->last = 0;
    boolean bad = false, fresh = false;
    for (;;) {
        find_rates(bdf, &d, d.predicted);
        if (set_up) {
            memcpy(d.present, d.predicted, d.n * sizeof(double)); /* where the Jacobian is asked for */
            const int status = own->set_up(bad, &fresh, memory);
            if (status != 0) return status;
        }
        const int status = iterate(own, &d, fresh, N_VGetArrayPointer(y));
        if (status == SUN_NLS_SUCCESS) return status;
        if (fresh || bad) {
            own->failures++;
            return status;
        }
        set_up = bad = true; /* once more, with a new Jacobian */
    }
}

static SUNNonlinearSolver_Type type_of(SUNNonlinearSolver solver) {
    (void)solver;
    return SUNNONLINEARSOLVER_ROOTFIND;
}
static int take_system(SUNNonlinearSolver solver, SUNNonlinSolSysFn system) {
    (void)solver, (void)system; /* evaluated here, without copies */
    return SUN_NLS_SUCCESS;
}
static int take_set_up(SUNNonlinearSolver solver, SUNNonlinSolLSetupFn set_up) {
    ((newton *)solver->content)->set_up = set_up;
    return SUN_NLS_SUCCESS;
}
static int count_iterations(SUNNonlinearSolver solver, long int *count) {
    *count = ((newton *)solver->content)->last; /* CVODES asks after each solve and adds up */
    return SUN_NLS_SUCCESS;
}
static int count_failures(SUNNonlinearSolver solver, long int *count) {
    *count = ((newton *)solver->content)->failures;
    return SUN_NLS_SUCCESS;
}
static int dispose(SUNNonlinearSolver solver) {
    free(solver->content);
    solver->content = NULL;
    SUNNonlinSolFreeEmpty(solver);
    return SUN_NLS_SUCCESS;
}

SUNNonlinearSolver qh_bdf_newton(qh_bdf *bdf) {
    SUNNonlinearSolver solver = SUNNonlinSolNewEmpty(bdf->context);
    newton *own = calloc(1, sizeof *own);
    if (!solver || !own) {
        if (solver) SUNNonlinSolFreeEmpty(solver);
        free(own);
        return NULL;
    }
    own->bdf = bdf;
    solver->content = own;
    solver->ops->gettype = type_of;
    solver->ops->solve = solve;
    solver->ops->setsysfn = take_system;
    solver->ops->setlsetupfn = take_set_up;
    solver->ops->getnumiters = count_iterations;
    solver->ops->getnumconvfails = count_failures;
    solver->ops->free = dispose;
    return solver;
}
