/* Newton's method for a step of the integrator, without loss of mass.
 *
 * Equation   y = p + c,   G(c) = c - gamma f(t, p + c) + r z = 0,   p the prediction, r z CVODES' history (rl1 zn1)
 * Scheme     c <- c - M^-1 G(c), M = I - gamma' J of a former step scaled by 2/(1 + gamma/gamma') as in CVODES, until the
 *            weighted norm of G is below `closeness`: where J is stable the error (I - gamma J)^-1 G is no larger.
 * Factors    are made anew when gamma has changed, after a failure, or when they are old, by the rules of CVODES' own
 *            solvers; with the Jacobian of before where that may still serve.
 * Budget     what is left of G is mass made or lost. By Newton alone budgets close as well as it has converged, far
 *            below the error tolerance, with two solves and more a step. Here the problem puts the sum of what is left,
 *            reach by reach, back into the state: so linear invariants of state and totals hold to round-off however
 *            early Newton stops, with totals from the rates at Newton's own state.
 * Memory     rates, what is left of G and the correction follow one another in one array.
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

/* Change of gamma beyond which I - gamma J is factored anew; smaller ones cost an iteration instead. Beyond the second one
 * it, and not the Jacobian, is to blame where Newton does not converge. */
static const double gamma_change = 0.1, large_gamma_change = 0.2;
/* Steps that factors and a Jacobian serve at most. */
enum { factors_age = 20, jacobian_age = 51 };

typedef struct newton {
    qh_bdf *bdf;
    long failures;             /* since the start */
    long last;                 /* iterations of the last solve */
    bool failed;               /* the last solve has */
    long error_failures;       /* of the integrator, before this solve */
    long factored, linearised; /* steps done when factors and Jacobian were made */
    double factored_gamma;     /* s, of the factors at hand */
} newton;

/* What the integrator says of the present step. */
typedef struct step_data {
    double t, gamma, history; /* s, s, - */
    const double *predicted;
    double *found;       /* the state whose rates are known */
    const double *slope; /* zn1 */
    const float *weight;
    size_t n;
} step_data;

static bool look_up(const qh_bdf *bdf, N_Vector weight, step_data *d) {
    N_Vector predicted = NULL, present = NULL, rate = NULL, slope = NULL;
    real t = 0, gamma = 0, history = 0;
    void *user = NULL;
    if (CVodeGetNonlinearSystemData(bdf->cvode, &t, &predicted, &present, &rate, &gamma, &history, &slope, &user) != 0)
        return false;
    *d = (step_data){.t = t,
                     .gamma = gamma,
                     .history = history,
                     .predicted = N_VGetArrayPointer(predicted),
                     .found = qh_bdf_overwrite(present),
                     .slope = N_VGetArrayPointer(slope),
                     .weight = qh_bdf_weights(weight),
                     .n = bdf->problem.n_state};
    return true;
}

enum { sums = 8 };

/* Of element i, and its square in units of the tolerance. */
QH_INLINE double weighed(const step_data *d, size_t i, double value) {
    const double part = value * (double)d->weight[i];
    return part * part;
}

/* step holds the rates that `correction` (NULL: 0) gave, and becomes -G(c); returns its weighted norm. */
QH_INLINE double residual_with(const step_data *d, const double *correction, double *step) {
    const double gamma = d->gamma, history = d->history, *slope = d->slope;
    double sum[sums] = {0}, all = 0;
    const size_t n = d->n;
    size_t i = 0;
    for (; i + sums <= n; i += sums) {
        INDEPENDENT
        for (size_t k = 0; k < sums; k++) {
            const double g = gamma * step[i + k] - history * slope[i + k] - (correction ? correction[i + k] : 0);
            step[i + k] = g;
            sum[k] += weighed(d, i + k, g);
        }
    }
    for (; i < n; i++) {
        step[i] = gamma * step[i] - history * slope[i] - (correction ? correction[i] : 0);
        all += weighed(d, i, step[i]);
    }
    for (size_t k = 0; k < sums; k++)
        all += sum[k];
    return sqrt(all / (double)n);
}

QH_VECTORS static double residual(const step_data *d, const double *correction, double *step) {
    return correction ? residual_with(d, correction, step) : residual_with(d, NULL, step);
}

/* correction += factor step (it is 0 before the first one), found = predicted + correction */
QH_VECTORS static void advance(const step_data *d, const double *step, double factor, bool first, double *correction) {
    const double *predicted = d->predicted;
    double *found = d->found;
    if (first) {
        INDEPENDENT
        for (size_t i = 0; i < d->n; i++) {
            correction[i] = factor * step[i];
            found[i] = predicted[i] + correction[i];
        }
        return;
    }
    INDEPENDENT
    for (size_t i = 0; i < d->n; i++) {
        correction[i] += factor * step[i];
        found[i] = predicted[i] + correction[i];
    }
}

static double size_of_step(const step_data *d, const double *step) {
    double sum = 0;
    for (size_t i = 0; i < d->n; i++)
        sum += weighed(d, i, step[i]);
    return sqrt(sum / (double)d->n);
}

static void find_rates(qh_bdf *bdf, double t, const double *state) {
    bdf->problem.rate(bdf->problem.self, t, state, bdf->step);
    bdf->rate_evaluations++;
}

/* Iterations with the factors at hand, from the rates of the prediction; `fresh`: the Jacobian is the prediction's. */
static int iterate(newton *own, const step_data *d, bool fresh, double *correction) {
    qh_bdf *bdf = own->bdf;
    const double begun = residual(d, NULL, bdf->step);
    const bool is_quiet = begun < quiet;
    double before = INFINITY;
    for (size_t k = 0; k < most_iterations; k++) {
        if (bdf->problem.linear_solve(bdf->problem.self, bdf->step) != QH_OK) return SUN_NLS_CONV_RECVR;
        own->last++;
        bdf->newton_iterations++;
        const double step = is_quiet ? size_of_step(d, bdf->step) : INFINITY;
        advance(d, bdf->step, 2 / (1 + d->gamma / own->factored_gamma), k == 0, correction);
        find_rates(bdf, d->t, d->found);
        const double left = residual(d, correction, bdf->step);
        const bool contracts = left <= contraction * begun || fresh;
        if (is_quiet ? step <= smallest_step : left <= closeness && contracts) {
            bdf->problem.conserve(bdf->problem.self, d->found, bdf->step, d->gamma, correction);
            bdf->problem.total_rate(bdf->problem.self, d->t, d->found, bdf->total_rate);
            return SUN_NLS_SUCCESS;
        }
        const double size = is_quiet ? step : left;
        if (!(size <= 2 * before) || (!is_quiet && k > 0 && !contracts)) return SUN_NLS_CONV_RECVR;
        before = size;
    }
    return SUN_NLS_CONV_RECVR;
}

/* ---- factors ---- */

/* What the present step needs before its first iteration. */
typedef struct set_up {
    bool factors, jacobian;
} set_up;

static set_up what_is_old(newton *own, const step_data *d, long steps) {
    long error_failures = 0;
    CVodeGetNumErrTestFails(own->bdf->cvode, &error_failures);
    const bool was_too_long = error_failures != own->error_failures;
    own->error_failures = error_failures;
    const bool first = steps == 0, gamma_off = fabs(d->gamma / own->factored_gamma - 1) > gamma_change;
    return (set_up){.factors =
                        first || own->failed || was_too_long || gamma_off || steps >= own->factored + factors_age,
                    .jacobian = first || own->failed || steps >= own->linearised + jacobian_age};
}

/* Factors at the prediction; `fresh` receives whether with a new Jacobian. */
static int factor(newton *own, const step_data *d, long steps, bool new_jacobian, bool *fresh) {
    qh_bdf *bdf = own->bdf;
    const qh_status status =
        bdf->problem.linear_system(bdf->problem.self, d->t, d->predicted, d->gamma, !new_jacobian, fresh);
    own->factored_gamma = d->gamma;
    own->factored = steps;
    if (*fresh) own->linearised = steps;
    bdf->set_ups++;
    if (status == QH_OK) return SUN_NLS_SUCCESS;
    if (status == QH_E_NUMERIC) return SUN_NLS_CONV_RECVR; /* singular here: a shorter step may help */
    bdf->user_status = status;
    return SUN_NLS_MEM_NULL;
}

/* From the prediction, once more with a new Jacobian where the one at hand has not served. */
static int try_twice(newton *own, const step_data *d, double *correction) {
    qh_bdf *bdf = own->bdf;
    long steps = 0;
    CVodeGetNumSteps(bdf->cvode, &steps);
    set_up wanted = what_is_old(own, d, steps);
    const bool gamma_far = fabs(d->gamma / own->factored_gamma - 1) >= large_gamma_change;
    for (bool again = false;; again = true) {
        bool fresh = false;
        if (wanted.factors) {
            const int status = factor(own, d, steps, wanted.jacobian, &fresh);
            if (status != SUN_NLS_SUCCESS) return status;
        }
        find_rates(bdf, d->t, d->predicted);
        const int status = iterate(own, d, fresh, correction);
        if (status == SUN_NLS_SUCCESS || fresh || again) return status;
        wanted = (set_up){true, wanted.factors || !gamma_far};
    }
}

static int solve(SUNNonlinearSolver solver, N_Vector y0, N_Vector y, N_Vector weight, real tolerance, boolean ask,
                 void *memory) {
    (void)y0, (void)tolerance, (void)ask, (void)memory; /* the correction starts from 0 */
    newton *own = solver->content;
    step_data d;
    if (!look_up(own->bdf, weight, &d)) return SUN_NLS_MEM_NULL;
    own->last = 0;
    const int status = try_twice(own, &d, qh_bdf_overwrite(y));
    own->failed = status != SUN_NLS_SUCCESS;
    own->failures += own->failed;
    return status;
}

/* ---- what CVODES asks of a solver ---- */

static SUNNonlinearSolver_Type type_of(SUNNonlinearSolver solver) {
    (void)solver;
    return SUNNONLINEARSOLVER_ROOTFIND;
}
static int take_system(SUNNonlinearSolver solver, SUNNonlinSolSysFn system) {
    (void)solver, (void)system; /* evaluated here, without copies */
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
    solver->ops->getnumiters = count_iterations;
    solver->ops->getnumconvfails = count_failures;
    solver->ops->free = dispose;
    return solver;
}
