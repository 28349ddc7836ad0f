/* Engine "general": unsteady transport by the method of lines, finite volumes in space and CVODES (BDF, Newton with an
 * analytic Jacobian and a direct solve) in time.
 *
 * Budgets are integrated by the same formula as the concentrations, so each reach's balance closes to round-off. The
 * integrator stops at every jump of a load or boundary, where it restarts; outputs are interpolated. Wrong choice for long
 * linear runs with many output times: later engines are faster there. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/bdf.h"
#include "solvers/frames_internal.h"
#include "solvers/linear.h"
#include "solvers/oxygen_check.h"
#include "solvers/steady_state.h"

/* g/m3: less than anyone measures, more than the integration's errors leave at a front. */
static const double least_oxygen = -1e-3;

typedef struct general {
    const qh_problem *problem;
    const qh_progress *progress;
    qh_diag *diag;
    qh_transport *transport;
    qh_frames frames;
    qh_linear *linear;
    qh_bdf *bdf;
    size_t n, m;       /* unknowns, components */
    float *jacobian;   /* [nnz][count] of the transport's systems, sums of rows on the diagonal */
    double *mass0;     /* [n_reach + 1][m], g, at the start */
    double window_end; /* s, the next jump: before it the values that held until then count */
    bool oxygen_may_end;
} general;

/* ---- what the integrator asks ---- */

/* A step that ends at a jump must see the values before it. */
static void set_time(general *g, double t) {
    qh_transport_set_time(g->transport, t < g->window_end ? t : nextafter(g->window_end, -INFINITY));
}

static void rate(void *self, double t, const double *y, double *dydt) {
    general *g = self;
    set_time(g, t);
    qh_transport_rate(g->transport, y, dydt);
}

static void total_rate(void *self, double t, const double *y, double *dzdt) {
    general *g = self;
    set_time(g, t);
    qh_transport_budget(g->transport, y, dzdt);
}

static qh_status linear_system(void *self, double t, const double *y, double gamma, bool reuse, bool *fresh) {
    general *g = self;
    if (!reuse) {
        set_time(g, t);
        qh_transport_jacobians_single(g->transport, y, qh_bdf_workspace(g->bdf), g->jacobian);
    }
    QH_TRY(qh_linear_factor_single(g->linear, 1, -gamma, g->jacobian));
    *fresh = !reuse;
    return QH_OK;
}

static qh_status linear_solve(void *self, double *x) {
    const general *g = self;
    return qh_linear_solve(g->linear, x);
}

static void conserve(void *self, const double *y, const double *remainder, double gamma, double *correction) {
    const general *g = self;
    qh_transport_spread(g->transport, y, remainder, gamma, correction);
}

static bool admissible(void *self, const double *y) {
    const general *g = self;
    return qh_transport_is_positive(g->transport, y);
}

static bool project(void *self, const double *y, double *correction) {
    const general *g = self;
    return qh_transport_make_positive(g->transport, y, false, correction);
}

/* ---- set-up ---- */

/* y0 [n][m] */
static qh_status set_initial(general *g, double *y0) {
    const qh_case *river_case = g->problem->river_case;
    set_time(g, 0);
    if (river_case->run.initial == QH_INITIAL_STEADY) {
        size_t iterations = 0;
        return qh_steady_state(g->transport, g->diag, y0, &iterations);
    }
    const size_t n_lane = g->problem->forcing->n_lane;
    for (size_t i = 0; i < g->n; i++) {
        for (size_t j = 0; j < g->m; j++)
            y0[i * g->m + j] = river_case->constituent[j / n_lane].initial.value;
    }
    return QH_OK;
}

static qh_status open_integrator(general *g, const double *y0) {
    const qh_case *river_case = g->problem->river_case;
    const size_t rows = river_case->n_reach + 1;
    qh_transport_mass(g->transport, y0, g->mass0);
    const qh_bdf_problem bdf_problem = {.self = g,
                                        .n_state = g->n * g->m,
                                        .n_total = rows * g->m * QH_BUDGET_TERMS,
                                        .rate = rate,
                                        .total_rate = total_rate,
                                        .linear_system = linear_system,
                                        .linear_solve = linear_solve,
                                        .conserve = conserve,
                                        .admissible = admissible,
                                        .project = project};
    return qh_bdf_create(&bdf_problem, 0, y0, river_case->solver.relative_tolerance,
                         river_case->solver.absolute_tolerance,
                         fmax(river_case->run.output_interval, river_case->run.sample_interval), g->diag, &g->bdf);
}

/* What the initial state takes is given back before the march takes its own. */
static qh_status open_march(general *g) {
    double *y0 = malloc(g->n * g->m * sizeof *y0);
    qh_status status = y0 ? set_initial(g, y0) : QH_E_NOMEM;
    if (status == QH_OK) status = open_integrator(g, y0);
    free(y0);
    return status;
}

static qh_status open_general(general *g, const qh_sink *sink) {
    QH_TRY(qh_transport_create(g->problem, g->diag, &g->transport));
    g->n = qh_transport_unknowns(g->transport);
    g->m = qh_transport_components(g->transport);
    g->mass0 = malloc((g->problem->river_case->n_reach + 1) * g->m * sizeof(double));
    if (!g->mass0) return QH_E_NOMEM;
    g->window_end = qh_forcing_next_break(g->problem->forcing, 0);
    QH_TRY(open_march(g));
    const qh_transport_systems systems = qh_transport_systems_of(g->transport);
    const size_t nnz = (size_t)systems.pattern->first[systems.pattern->n];
    g->jacobian = malloc(systems.count * nnz * sizeof *g->jacobian);
    if (!g->jacobian) return QH_E_NOMEM;
    QH_TRY(qh_linear_create_single(systems.pattern, systems.block, systems.count, &g->linear));
    return qh_frames_open(g->problem, g->transport, qh_bdf_workspace(g->bdf), sink, &g->frames);
}

static void close_general(general *g) {
    qh_bdf_destroy(g->bdf);
    qh_frames_close(&g->frames);
    qh_linear_destroy(g->linear);
    qh_transport_destroy(g->transport);
    free(g->jacobian);
    free(g->mass0);
}

/* ---- the march ---- */

/* The k-th multiple of the interval, the run's end included. */
static double output_time(const qh_run_options *run, double interval, size_t k) {
    const double t = (double)k * interval;
    return t > run->duration * (1 - 1e-12) ? run->duration : t;
}

/* Steps until `target` is reached or passed, but not beyond the next jump or the run's end. */
static qh_status step_to(general *g, double target, double *t) {
    const qh_run_options *run = &g->problem->river_case->run;
    const size_t most = g->problem->river_case->solver.max_steps;
    const double end = fmin(g->window_end, run->duration);
    for (size_t steps = 0; *t < target; steps++) {
        QH_CHECK(steps < most, QH_E_NUMERIC, g->diag, QH_NOWHERE,
                 "more than %zu time steps were needed between two outputs, at %.6g s: see solver.max_steps", most, *t);
        QH_TRY(qh_bdf_step(g->bdf, end, t));
        if (g->oxygen_may_end) QH_TRY(qh_oxygen_check(g->problem, least_oxygen, NULL, qh_bdf_state(g->bdf), g->diag));
        if (qh_progress_stop(g->progress, *t / run->duration)) return QH_E_INTERRUPTED;
    }
    return QH_OK;
}

/* Outputs that lie inside the last step are interpolated: steps are as long as accuracy allows. */
static qh_status give(general *g, double target, double t, bool frame, bool sample) {
    const double *y = g->frames.state;
    if (target < t) {
        QH_TRY(qh_bdf_state_at(g->bdf, target, g->frames.state));
    } else {
        y = qh_bdf_state(g->bdf);
    }
    set_time(g, target);
    QH_TRY(qh_frames_give(&g->frames, target, y, frame, sample));
    return qh_oxygen_check(g->problem, least_oxygen, g->frames.point, NULL, g->diag);
}

static qh_status march(general *g) {
    const qh_run_options *run = &g->problem->river_case->run;
    double t = 0;
    size_t next_frame = 1, next_sample = 1;
    QH_TRY(qh_frames_give(&g->frames, 0, qh_bdf_state(g->bdf), true, true));
    for (bool done = false; !done;) {
        const double frame_time = output_time(run, run->output_interval, next_frame);
        const double sample_time = output_time(run, run->sample_interval, next_sample);
        const double target = fmin(fmin(frame_time, sample_time), g->window_end);
        QH_TRY(step_to(g, target, &t));
        if (target >= frame_time || target >= sample_time) {
            QH_TRY(give(g, target, t, target >= frame_time, target >= sample_time));
            next_frame += target >= frame_time;
            next_sample += target >= sample_time;
        }
        done = target >= run->duration;
        if (target >= g->window_end && !done) {
            g->window_end = qh_forcing_next_break(g->problem->forcing, t);
            if (qh_forcing_jumps_at(g->problem->forcing, t)) QH_TRY(qh_bdf_restart(g->bdf));
        }
    }
    return QH_OK;
}

static qh_status close_budget(general *g) {
    const qh_forcing *forcing = g->problem->forcing;
    const size_t rows = g->problem->river_case->n_reach + 1;
    qh_budget *budget = NULL;
    QH_TRY(qh_budget_create(rows - 1, forcing->n_species, forcing->n_lane, false, &budget));
    double *mass = malloc(rows * g->m * sizeof *mass);
    qh_status status = mass ? qh_bdf_totals(g->bdf, budget->term) : QH_E_NOMEM;
    if (status == QH_OK) {
        qh_transport_mass(g->transport, qh_bdf_state(g->bdf), mass);
        for (size_t row = 0; row < rows; row++) {
            for (size_t j = 0; j < g->m; j++) {
                const size_t species = j / forcing->n_lane, lane = j % forcing->n_lane;
                budget->term[qh_budget_index(budget, row, species, QH_BUDGET_STORED, lane)] =
                    mass[row * g->m + j] - g->mass0[row * g->m + j];
            }
        }
        const qh_bdf_statistics s = qh_bdf_get_statistics(g->bdf);
        const char *const name[] = {"steps",          "rate_evaluations", "factorisations", "newton_iterations",
                                    "error_failures", "unknowns"};
        const double value[] = {
            s.steps, s.rate_evaluations, s.jacobians, s.newton_iterations, s.error_test_failures, (double)g->n};
        status = qh_frames_end(&g->frames, budget, sizeof value / sizeof *value, name, value, g->diag);
    }
    free(mass);
    qh_budget_destroy(budget);
    return status;
}

static const char *objection(const qh_problem *problem) {
    if (problem->river_case->run.routing) return QH_N("the flow changes in time");
    return problem->river_case->run.type == QH_UNSTEADY ? NULL : QH_N("the run is steady");
}

static qh_status solve(const qh_problem *problem, const qh_progress *progress, const qh_sink *sink, qh_diag *diag) {
    const qh_case *river_case = problem->river_case;
    general g = {.problem = problem,
                 .progress = progress,
                 .diag = diag,
                 .oxygen_may_end = qh_oxygen_exhaustible(river_case) < river_case->n_constituent};
    qh_status status = open_general(&g, sink);
    if (status == QH_OK) status = qh_frames_begin(&g.frames, "general");
    if (status == QH_OK) status = march(&g);
    if (status == QH_OK) status = close_budget(&g);
    close_general(&g);
    return status;
}

static int preference(const qh_problem *problem) {
    (void)problem;
    return 10;
}

const qh_engine qh_engine_general = {
    .name = "general",
    .title = QH_N("unsteady transport by finite volumes and CVODES"),
    .source = "Hindmarsh et al. (2005), ACM TOMS 31:363",
    .wide = 1,
    .varied = 1,
    .apart = 1,
    .preference = preference,
    .objection = objection,
    .solve = solve,
};
