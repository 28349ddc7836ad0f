/* Steady state: rate(y) = 0 by Newton's method, each step one direct sparse solve a component.
 *
 * Scheme     From y = 0, where every limiter is off, the first step gives the first-order upwind solution of an
 *            M-matrix; the following ones bring in the limited slopes. Where the cell Péclet number is at most 2 the
 *            operator is linear and the first step is the answer. Should the limiters' kinks keep Newton from settling,
 *            pseudo-time steps (I/dt - J) with dt grown by the fall of the residual (Mulder & van Leer 1985,
 *            J. Comput. Phys. 59:232; Kelley & Keyes 1998, SIAM J. Numer. Anal. 35:508) take over.
 * Stop       when the step is at round-off of the largest concentration.
 * Not for    problems without outflow or decay: the matrix is singular and no steady state exists. */
#include "solvers/steady_state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { newton_steps = 30, pseudo_steps = 400 };
static const double step_tolerance = 1e-13; /* of the largest concentration */

typedef struct workspace {
    qh_factors *factors;
    double *value, *rate, *column, *dt; /* [nnz], [n][m], [n], [m] */
    double *residual;                   /* [m], of the step before */
    bool *settled;                      /* [m] */
} workspace;

static qh_status open_workspace(const qh_transport *t, workspace *w) {
    const size_t n = qh_transport_unknowns(t), m = qh_transport_components(t);
    const qh_pattern *pattern = qh_transport_pattern(t);
    w->value = malloc((size_t)pattern->first[pattern->n] * sizeof(double));
    w->rate = malloc(n * m * sizeof(double));
    w->column = malloc(n * sizeof(double));
    w->dt = calloc(m, sizeof(double));
    w->residual = calloc(m, sizeof(double));
    w->settled = calloc(m, sizeof(bool));
    if (!w->value || !w->rate || !w->column || !w->dt || !w->residual || !w->settled) return QH_E_NOMEM;
    return qh_factors_create(pattern, m, &w->factors);
}

static void close_workspace(workspace *w) {
    qh_factors_destroy(w->factors);
    free(w->value);
    free(w->rate);
    free(w->column);
    free(w->dt);
    free(w->residual);
    free(w->settled);
}

static double largest(const double *y, size_t n, size_t m, size_t j) {
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs(y[i * m + j]));
    return most;
}

/* One step of component j: (J - I/dt) step = -rate; dt = 0 stands for none. */
static qh_status advance(qh_transport *t, workspace *w, size_t j, double *y) {
    const size_t n = qh_transport_unknowns(t), m = qh_transport_components(t);
    const qh_pattern *pattern = qh_transport_pattern(t);
    qh_transport_jacobian(t, y, j, w->value);
    if (w->dt[j] > 0) {
        for (int i = 0; i < pattern->n; i++)
            w->value[pattern->diagonal[i]] -= 1 / w->dt[j];
    }
    QH_TRY(qh_factors_compute(w->factors, j, w->value));
    for (size_t i = 0; i < n; i++)
        w->column[i] = -w->rate[i * m + j];
    QH_TRY(qh_factors_solve(w->factors, j, w->column));
    double step = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(w->column[i])) return QH_E_NUMERIC;
        y[i * m + j] += w->column[i];
        step = fmax(step, fabs(w->column[i]));
    }
    if (w->dt[j] == 0 && step <= step_tolerance * largest(y, n, m, j)) w->settled[j] = true;
    return QH_OK;
}

/* Pseudo-time step: grown as the residual falls, at last so long that the step is Newton's. */
static void choose_dt(workspace *w, size_t j, size_t iteration, double residual) {
    if (iteration < newton_steps) return;
    const double start = 600; /* s, some cells' travel time */
    if (w->dt[j] == 0) {
        w->dt[j] = start;
    } else if (residual > 0) {
        const double growth = fmin(fmax(w->residual[j] / residual, 0.5), 4);
        w->dt[j] = fmax(w->dt[j] * fmax(growth, 1.1), start);
    }
    if (w->dt[j] > 1e12) w->dt[j] = 0;
}

static qh_status iterate(qh_transport *t, workspace *w, double *y, size_t *iterations) {
    const size_t n = qh_transport_unknowns(t), m = qh_transport_components(t);
    for (size_t k = 0; k < newton_steps + pseudo_steps; k++) {
        qh_transport_rate(t, y, w->rate);
        bool all_settled = true;
        for (size_t j = 0; j < m; j++) {
            if (w->settled[j]) continue;
            const double residual = largest(w->rate, n, m, j);
            choose_dt(w, j, k, residual);
            w->residual[j] = residual;
            QH_TRY(advance(t, w, j, y));
            all_settled = all_settled && w->settled[j];
        }
        *iterations = k + 1;
        if (all_settled) return QH_OK;
    }
    return QH_E_NUMERIC;
}

/* Round-off may leave a value of -1e-20 where the river is clean; the exchange between neighbours mends it. */
static qh_status mend_round_off(const qh_transport *t, double *y, double *correction) {
    const size_t count = qh_transport_unknowns(t) * qh_transport_components(t);
    memset(correction, 0, count * sizeof(double));
    if (!qh_transport_make_positive(t, y, correction)) return QH_OK; /* reported by the caller's checks */
    for (size_t k = 0; k < count; k++)
        y[k] += correction[k];
    return QH_OK;
}

qh_status qh_steady_state(qh_transport *transport, qh_diag *diag, double *y, size_t *iterations) {
    memset(y, 0, qh_transport_unknowns(transport) * qh_transport_components(transport) * sizeof(double));
    workspace w = {0};
    size_t count = 0;
    qh_status status = open_workspace(transport, &w);
    if (status == QH_OK) status = iterate(transport, &w, y, &count);
    if (status == QH_OK) status = mend_round_off(transport, y, w.rate);
    close_workspace(&w);
    if (status == QH_E_NUMERIC) {
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "the steady state was not reached in %zu iterations", count);
    }
    if (status == QH_OK) *iterations = count;
    return status;
}
