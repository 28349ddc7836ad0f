/* Steady state: rate(y) = 0 by Newton's method, each step one direct sparse solve a component.
 *
 * Scheme     From y = 0, where every limiter is off, the first step gives the first-order upwind solution of an
 *            M-matrix; the following ones bring in the limited slopes. Where the cell Péclet number is at most 2 the
 *            operator is linear and the first step is the answer. A limiter has kinks, across which Newton may jump to
 *            and fro: a step that does not lower the residual is halved, and when that does not help some Picard steps
 *            follow, with the limiters as constants: each solves an M-matrix and keeps all values in bounds.
 * Residual   of a cell: rate times volume [g/s], summed without sign, for the halving of steps.
 * Stop       when the rate of every cell is at round-off of what passes it, |J_ii| C_i, or when this measure has come
 *            to rest a little above. The budget's gate comes after.
 * Not for    problems without outflow or decay: the matrix is singular and no steady state exists. */
#include "solvers/steady_state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/linear.h"

enum { most_iterations = 400, most_halvings = 5, picard_run = 4 };
static const double round_off = 4e-16;         /* of |J_ii| C_i: converged */
static const double round_off_at_rest = 1e-11; /* accepted where the iteration has come to rest */
static const double clean_water = 1e-6;        /* of the largest concentration: cells below count as this */

typedef struct component {
    double residual; /* g/s, at the present state */
    double measure;  /* -, largest rate of a cell over what passes it, before the step */
    double lambda;   /* part of the step that is taken */
    size_t picard;   /* Picard steps still to take */
    size_t stalls;   /* times that Newton has stalled */
    size_t resting;  /* iterations without progress */
    bool settled;
} component;

typedef struct workspace {
    qh_transport *transport;
    size_t n, m, nnz;
    qh_linear *linear;
    const double *volume; /* [n], m3 */
    double *jacobian;     /* [nnz][m]; of a component that has settled, its last */
    double *value;        /* [nnz], the present component's Jacobian */
    double *rate;         /* [n][m] */
    double *step, *trial; /* [n][m] */
    component *component; /* [m] */
} workspace;

static qh_status open_workspace(qh_transport *t, workspace *w) {
    *w = (workspace){.transport = t, .n = qh_transport_unknowns(t), .m = qh_transport_components(t)};
    const qh_pattern *pattern = qh_transport_pattern(t);
    w->volume = qh_transport_volumes(t);
    w->nnz = (size_t)pattern->first[pattern->n];
    w->jacobian = malloc(w->nnz * w->m * sizeof(double));
    w->value = malloc(w->nnz * sizeof(double));
    w->rate = malloc(w->n * w->m * sizeof(double));
    w->step = malloc(w->n * w->m * sizeof(double));
    w->trial = malloc(w->n * w->m * sizeof(double));
    w->component = calloc(w->m, sizeof(component));
    if (!w->jacobian || !w->value || !w->rate || !w->step || !w->trial || !w->component) return QH_E_NOMEM;
    return qh_linear_create(pattern, w->m, &w->linear);
}

static void close_workspace(workspace *w) {
    qh_linear_destroy(w->linear);
    free(w->jacobian);
    free(w->value);
    free(w->rate);
    free(w->step);
    free(w->trial);
    free(w->component);
}

static double residual_of(const workspace *w, size_t j) {
    double sum = 0;
    for (size_t i = 0; i < w->n; i++)
        sum += fabs(w->rate[i * w->m + j]) * w->volume[i];
    return sum;
}

/* Largest |rate| / (|J_ii| C_i) of component j. */
static double measure_of(const workspace *w, size_t j, const double *y) {
    const qh_pattern *pattern = qh_transport_pattern(w->transport);
    double largest = 0, measure = 0;
    for (size_t i = 0; i < w->n; i++)
        largest = fmax(largest, fabs(y[i * w->m + j]));
    for (size_t i = 0; i < w->n; i++) {
        const double c = fmax(fabs(y[i * w->m + j]), clean_water * largest);
        const double passing = fabs(w->value[pattern->diagonal[i]]) * c;
        if (passing > 0) measure = fmax(measure, fabs(w->rate[i * w->m + j]) / passing);
    }
    return measure;
}

/* Whether component j has converged or come to rest; w->value holds its Jacobian. */
static bool has_settled(workspace *w, size_t j, size_t iteration, const double *y) {
    component *own = &w->component[j];
    if (iteration < 2) return false; /* the second step refines the first where the operator is linear */
    const double before = own->measure;
    own->measure = measure_of(w, j, y);
    own->resting = iteration > 2 && own->measure > 0.5 * before ? own->resting + 1 : 0;
    return own->measure <= round_off || (own->resting >= 4 && own->measure <= round_off_at_rest);
}

/* Jacobian of component j, Newton's or Picard's, and whether it has settled. */
static void look_at(workspace *w, size_t j, size_t iteration, const double *y) {
    component *own = &w->component[j];
    if (own->picard > 0) {
        qh_transport_frozen_jacobian(w->transport, y, j, w->value);
    } else {
        qh_transport_jacobian(w->transport, y, j, w->value);
    }
    own->settled = has_settled(w, j, iteration, y);
    if (own->settled) return; /* what was factored before fills its place */
    for (size_t k = 0; k < w->nnz; k++)
        w->jacobian[k * w->m + j] = w->value[k];
}

/* Steps of all components: J step = -rate. Those that have settled take part without being asked. */
static qh_status find_steps(workspace *w) {
    for (size_t k = 0; k < w->n * w->m; k++)
        w->step[k] = -w->rate[k];
    QH_TRY(qh_linear_factor(w->linear, 0, 1, w->jacobian));
    QH_TRY(qh_linear_solve(w->linear, w->step));
    for (size_t k = 0; k < w->n * w->m; k++) {
        if (!isfinite(w->step[k])) return QH_E_NUMERIC;
    }
    return QH_OK;
}

static void try_step(workspace *w, const double *y) {
    for (size_t i = 0; i < w->n; i++) {
        for (size_t j = 0; j < w->m; j++) {
            const size_t k = i * w->m + j;
            w->trial[k] = w->component[j].settled ? y[k] : y[k] + w->component[j].lambda * w->step[k];
        }
    }
    qh_transport_rate(w->transport, w->trial, w->rate);
}

/* Halves Newton's steps where the residual would not fall, until all do or the last halving stands; then the component
 * turns to Picard's steps, for longer each time. */
static void take_step(workspace *w, bool first, double *y) {
    for (size_t j = 0; j < w->m; j++)
        w->component[j].lambda = 1;
    for (size_t halving = 0; halving <= most_halvings; halving++) {
        try_step(w, y);
        bool all_fall = true;
        for (size_t j = 0; j < w->m && !first; j++) {
            component *own = &w->component[j];
            if (own->settled || own->picard > 0) continue;
            if (residual_of(w, j) <= (1 - 0.1 * own->lambda) * own->residual) continue;
            if (halving < most_halvings) {
                own->lambda *= 0.5;
            } else {
                own->picard = 1 + picard_run * ++own->stalls;
            }
            all_fall = false;
        }
        if (all_fall) break;
    }
    memcpy(y, w->trial, w->n * w->m * sizeof(double));
}

static qh_status iterate(workspace *w, double *y, size_t *iterations) {
    qh_transport_rate(w->transport, y, w->rate);
    for (size_t j = 0; j < w->m; j++)
        w->component[j].residual = residual_of(w, j);
    for (size_t k = 0; k < most_iterations; k++) {
        bool all_settled = true;
        for (size_t j = 0; j < w->m; j++) {
            if (!w->component[j].settled) look_at(w, j, k, y);
            all_settled = all_settled && w->component[j].settled;
        }
        *iterations = k;
        if (all_settled) return QH_OK;
        QH_TRY(find_steps(w));
        take_step(w, k == 0, y);
        for (size_t j = 0; j < w->m; j++) {
            component *own = &w->component[j];
            own->residual = residual_of(w, j);
            if (own->picard > 0) own->picard--;
        }
    }
    return QH_E_NUMERIC;
}

/* Round-off may leave a value of -1e-20 where the river is clean; the exchange between neighbours mends it. */
static void mend_round_off(const workspace *w, double *y) {
    double *correction = w->trial;
    memset(correction, 0, w->n * w->m * sizeof(double));
    if (!qh_transport_make_positive(w->transport, y, true, correction)) return; /* the caller's checks will say so */
    for (size_t k = 0; k < w->n * w->m; k++)
        y[k] += correction[k];
}

qh_status qh_steady_state(qh_transport *transport, qh_diag *diag, double *y, size_t *iterations) {
    memset(y, 0, qh_transport_unknowns(transport) * qh_transport_components(transport) * sizeof(double));
    workspace w = {0};
    size_t count = 0;
    qh_status status = open_workspace(transport, &w);
    if (status == QH_OK) status = iterate(&w, y, &count);
    if (status == QH_OK) mend_round_off(&w, y);
    close_workspace(&w);
    if (status == QH_E_NUMERIC) {
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "the steady state was not reached in %zu iterations", count);
    }
    if (status == QH_OK) *iterations = count;
    return status;
}
