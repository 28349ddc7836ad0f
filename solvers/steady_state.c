/* Steady state: rate(y) = 0 by Newton's method, each step one direct sparse solve a component, or a lane where
 * constituents react with one another.
 *
 * Scheme     From y = 0, where every limiter is off, the first step gives the first-order upwind solution of an
 *            M-matrix; the following ones bring in the limited slopes. Where the cell Péclet number is at most 2 the
 *            operator is linear and the first step is the answer. A limiter has kinks, across which Newton may jump to
 *            and fro: a step that does not lower the residual is halved, and when that does not help some Picard steps
 *            follow, with the limiters as constants: each solves an M-matrix and keeps all values in bounds.
 * Residual   of a cell: rate times volume [g/s], summed without sign, for the halving of steps.
 * Stop       when the rate of every cell is at round-off of what passes it, |J_ii| C_i, and what all of n cells together
 *            gain or lose is at sqrt(n) times that of the largest: round-off of either sign adds up to that, one that
 *            leans to a side to n times. Or when this measure has come
 *            to rest a little above. The budget's gate comes after.
 * Not for    problems without outflow or decay: the matrix is singular and no steady state exists. */
#include "solvers/steady_state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/linear.h"
#include "solvers/oxygen_check.h"

enum { most_iterations = 400, most_halvings = 5, picard_run = 4 };
static const double round_off = 1e-15;         /* of |J_ii| C_i, a few of the sum's own: converged */
static const double round_off_at_rest = 1e-11; /* accepted where the iteration has come to rest */
static const double least_oxygen = -1e-9;      /* g/m3; what lies lower is no round-off */
static const double clean_water = 1e-6;        /* of the largest concentration: cells below count as this */

/* A system of its own: a component, or all constituents of a lane where they react with one another. */
typedef struct system_state {
    double residual; /* g/s, at the present state */
    double measure;  /* -, largest rate of a cell over what passes it, or of all, before the step */
    double lambda;   /* part of the step that is taken */
    size_t picard;   /* Picard steps still to take */
    size_t stalls;   /* times that Newton has stalled */
    size_t resting;  /* iterations without progress */
    bool settled;
} system_state;

typedef struct workspace {
    qh_transport *transport;
    size_t n, m, nnz;      /* unknowns, components, entries of a system */
    size_t count, members; /* systems, components of each: system s has the components s, s + count ... */
    const qh_pattern *pattern;
    bool nonlinear; /* kinetics are */
    qh_linear *linear;
    const double *volume;   /* [n], m3 */
    double *jacobian;       /* [nnz][count] */
    double *trial;          /* [n][m], where the Jacobians were: once factored they have served */
    double *rate;           /* [n][m]; between its solution and the first trial the step */
    system_state *system;   /* [count] */
    qh_jacobian_kind *kind; /* [count] */
} workspace;

static qh_status open_workspace(qh_transport *t, workspace *w) {
    const qh_transport_systems systems = qh_transport_systems_of(t);
    *w = (workspace){.transport = t,
                     .n = qh_transport_unknowns(t),
                     .m = qh_transport_components(t),
                     .nnz = (size_t)systems.pattern->first[systems.pattern->n],
                     .count = systems.count,
                     .members = systems.block,
                     .pattern = systems.pattern,
                     .nonlinear = qh_transport_is_nonlinear(t),
                     .volume = qh_transport_volumes(t)};
    w->jacobian = malloc(w->nnz * w->count * sizeof(double));
    w->trial = w->jacobian; /* no longer than they are, since the diagonal is part of the pattern */
    w->rate = malloc(w->n * w->m * sizeof(double));
    w->system = calloc(w->count, sizeof(system_state));
    w->kind = calloc(w->count, sizeof(qh_jacobian_kind));
    if (!w->jacobian || !w->rate || !w->system || !w->kind) return QH_E_NOMEM;
    return qh_linear_create_blocks(systems.pattern, systems.block, systems.count, &w->linear);
}

static void close_workspace(workspace *w) {
    qh_linear_destroy(w->linear);
    free(w->jacobian);
    free(w->rate);
    free(w->system);
    free(w->kind);
}

static double residual_of(const workspace *w, size_t s) {
    double sum = 0;
    for (size_t i = 0; i < w->n; i++) {
        for (size_t j = s; j < w->m; j += w->count)
            sum += fabs(w->rate[i * w->m + j]) * w->volume[i];
    }
    return sum;
}

/* Largest |rate| / (|J_ii| C_i) of component j, which is the member k of system s, or its sum over the network likewise. */
static double measure_of(const workspace *w, size_t s, size_t k, const double *y) {
    const size_t j = s + k * w->count;
    double largest = 0, measure = 0, sum = 0, most_passing = 0;
    for (size_t i = 0; i < w->n; i++)
        largest = fmax(largest, fabs(y[i * w->m + j]));
    for (size_t i = 0; i < w->n; i++) {
        const double c = fmax(fabs(y[i * w->m + j]), clean_water * largest);
        const size_t entry = (size_t)w->pattern->diagonal[i * w->members + k];
        const double passing = fabs(w->jacobian[entry * w->count + s]) * c;
        if (passing > 0) measure = fmax(measure, fabs(w->rate[i * w->m + j]) / passing);
        sum += w->rate[i * w->m + j] * w->volume[i];
        most_passing = fmax(most_passing, passing * w->volume[i]);
    }
    return most_passing > 0 ? fmax(measure, fabs(sum) / (sqrt((double)w->n) * most_passing)) : measure;
}

/* Whether system s has converged or come to rest. */
static bool has_settled(workspace *w, size_t s, size_t iteration, const double *y) {
    system_state *own = &w->system[s];
    if (iteration < 2) return false; /* the second step refines the first where the operator is linear */
    const double before = own->measure;
    own->measure = 0;
    for (size_t k = 0; k < w->members; k++)
        own->measure = fmax(own->measure, measure_of(w, s, k, y));
    own->resting = iteration > 2 && own->measure > 0.5 * before ? own->resting + 1 : 0;
    return own->measure <= round_off || (own->resting >= 4 && own->measure <= round_off_at_rest);
}

/* The identity fills the place of a system that has settled. */
static void fill_place(const workspace *w, size_t s) {
    for (size_t k = 0; k < w->nnz; k++)
        w->jacobian[k * w->count + s] = 0;
    for (int i = 0; i < w->pattern->n; i++)
        w->jacobian[(size_t)w->pattern->diagonal[i] * w->count + s] = 1;
}

/* Jacobians of all systems that have not settled, Newton's or Picard's. Returns whether all have. */
static bool look_at_all(workspace *w, size_t iteration, const double *y) {
    for (size_t s = 0; s < w->count; s++) {
        const system_state *own = &w->system[s];
        w->kind[s] = own->settled ? QH_JACOBIAN_NONE : own->picard == 0 ? QH_JACOBIAN_EXACT : QH_JACOBIAN_FROZEN;
    }
    qh_transport_jacobians(w->transport, y, w->kind, w->jacobian);
    bool all_settled = true;
    for (size_t s = 0; s < w->count; s++) {
        system_state *own = &w->system[s];
        own->settled = own->settled || has_settled(w, s, iteration, y);
        all_settled = all_settled && own->settled;
    }
    for (size_t s = 0; s < w->count && !all_settled; s++) {
        if (w->system[s].settled) fill_place(w, s);
    }
    return all_settled;
}

/* Where a step of nonlinear kinetics would pass zero it goes half the way: Monod's factor has a pole below. */
static double end_of_step(const workspace *w, double y, double step) {
    const double tried = y + step;
    return w->nonlinear && tried < 0 ? 0.5 * fmax(y, 0) : tried;
}

/* Whole steps of all systems: J step = -rate. Those that have settled take part without being asked. */
static qh_status find_trial(workspace *w, const double *y) {
    double *step = w->rate;
    for (size_t k = 0; k < w->n * w->m; k++)
        step[k] = -w->rate[k];
    QH_TRY(qh_linear_factor(w->linear, 0, 1, w->jacobian));
    QH_TRY(qh_linear_solve(w->linear, step));
    for (size_t i = 0; i < w->n; i++) {
        for (size_t j = 0, s = 0; j < w->m; j++, s = s + 1 < w->count ? s + 1 : 0) {
            const size_t k = i * w->m + j;
            if (!isfinite(step[k])) return QH_E_NUMERIC;
            w->trial[k] = end_of_step(w, y[k], w->system[s].settled ? 0 : step[k]);
        }
    }
    return QH_OK;
}

static void halve_step(const workspace *w, size_t s, const double *y) {
    for (size_t i = 0; i < w->n; i++) {
        for (size_t j = s; j < w->m; j += w->count) {
            const size_t k = i * w->m + j;
            w->trial[k] = end_of_step(w, y[k], 0.5 * (w->trial[k] - y[k]));
        }
    }
}

/* Halves Newton's steps where the residual would not fall, until all do or the last halving stands; then the system
 * turns to Picard's steps, for longer each time. */
static void take_step(workspace *w, bool first, double *y) {
    for (size_t s = 0; s < w->count; s++)
        w->system[s].lambda = 1;
    for (size_t halving = 0; halving <= most_halvings; halving++) {
        qh_transport_rate(w->transport, w->trial, w->rate);
        bool all_fall = true;
        for (size_t s = 0; s < w->count && !first; s++) {
            system_state *own = &w->system[s];
            if (own->settled || own->picard > 0) continue;
            if (residual_of(w, s) <= (1 - 0.1 * own->lambda) * own->residual) continue;
            if (halving < most_halvings) {
                own->lambda *= 0.5;
                halve_step(w, s, y);
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
    for (size_t s = 0; s < w->count; s++)
        w->system[s].residual = residual_of(w, s);
    for (size_t k = 0; k < most_iterations; k++) {
        *iterations = k;
        if (look_at_all(w, k, y)) return QH_OK;
        QH_TRY(find_trial(w, y));
        take_step(w, k == 0, y);
        for (size_t s = 0; s < w->count; s++) {
            system_state *own = &w->system[s];
            own->residual = residual_of(w, s);
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
    const bool reached = status == QH_OK;
    if (reached) status = qh_oxygen_check(qh_transport_problem(transport), least_oxygen, NULL, y, diag);
    if (status == QH_OK) mend_round_off(&w, y);
    close_workspace(&w);
    if (status == QH_E_NUMERIC && !reached) {
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "the steady state was not reached in %zu iterations", count);
    }
    if (status == QH_OK) *iterations = count;
    return status;
}
