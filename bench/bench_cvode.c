/* Engine "general" against a textbook set-up of CVODES on the race case: 100 km in 2,000 cells, ten days, hourly output.
 *
 * Textbook: BDF of orders up to 5, Newton's defaults, serial vectors as they come, a sparse matrix and KLU, analytic
 * Jacobian; output interpolated, a restart where the inflow jumps. Right-hand side, Jacobian and tolerances are the same
 * as the engine's. It closes no budget and lets values fall below zero. One process; the two take turns and each number
 * is the best of its rounds. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cvodes/cvodes.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_version.h>
#include <sunlinsol/sunlinsol_klu.h>
#include <sunmatrix/sunmatrix_sparse.h>

#include "solvers/steady_state.h"
#include "solvers/transport.h"
#include "tests/support/case_builder.h"
#include "tests/support/hydraulics.h"

#if SUNDIALS_VERSION_MAJOR >= 7
typedef sunrealtype real;
#define NO_COMMUNICATOR SUN_COMM_NULL
#else
typedef realtype real;
#define NO_COMMUNICATOR NULL
#endif

static double now(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void must(int good) {
    if (good) return;
    (void)fprintf(stderr, "bench_cvode: failed\n");
    exit(1);
}

static const double jump = 86400, duration = 864000, hour = 3600;

/* 100 km, 20 m3/s, 40 m2, 20 m2/s, 0.25 1/d; 15 mg/L that step to 30 after a day; outfalls at 20 and 60 km. */
static qh_case *race_case(double tolerance) {
    static const double time[] = {0, 86400}, value[] = {15, 30};
    case_builder *b = case_begin(1);
    case_reach(b, "R", "A", "Z", 100e3, 40, 20);
    case_headwater(b, "A", 20, 15);
    case_constituent(b, 0)->k20 = 0.25 / 86400;
    case_outfall(b, "R", 20e3, 0.5, 25);
    case_outfall(b, "R", 60e3, 0.8, 24);
    case_section(b, "R", 50e3);
    case_section(b, "R", 99e3);
    case_unsteady(b, duration, duration, hour);
    qh_case *c = case_end(b);
    c->solver.cell_length = 50;
    c->solver.relative_tolerance = c->solver.absolute_tolerance = tolerance;
    case_give_series(c->headwater[0].input, 0, false, case_series(b, QH_STEP, 2, time, value));
    return c;
}

/* ---- textbook ---- */

typedef struct textbook {
    qh_transport *transport;
    double window_end; /* s */
    double *last;      /* [n], state of the last output */
    long steps, newton, jacobians, set_ups;
} textbook;

static void set_time(const textbook *b, double t) {
    qh_transport_set_time(b->transport, t < b->window_end ? t : nextafter(b->window_end, -INFINITY));
}

static int rate(real t, N_Vector y, N_Vector dydt, void *user) {
    const textbook *b = user;
    set_time(b, t);
    qh_transport_rate(b->transport, N_VGetArrayPointer(y), N_VGetArrayPointer(dydt));
    return 0;
}

static int jacobian(real t, N_Vector y, N_Vector fy, SUNMatrix j, void *user, N_Vector t1, N_Vector t2, N_Vector t3) {
    (void)fy, (void)t1, (void)t2, (void)t3;
    const textbook *b = user;
    set_time(b, t);
    const qh_pattern *pattern = qh_transport_pattern(b->transport);
    for (int c = 0; c <= pattern->n; c++)
        SUNSparseMatrix_IndexPointers(j)[c] = pattern->first[c];
    for (int k = 0; k < pattern->first[pattern->n]; k++)
        SUNSparseMatrix_IndexValues(j)[k] = pattern->row[k];
    qh_transport_jacobian(b->transport, N_VGetArrayPointer(y), 0, SUNSparseMatrix_Data(j));
    return 0;
}

static void run_textbook(const qh_problem *problem, textbook *b) {
    qh_diag *diag = qh_diag_create(QH_EN);
    must(qh_transport_create(problem, diag, &b->transport) == QH_OK);
    const qh_pattern *pattern = qh_transport_pattern(b->transport);
    const double tolerance = problem->river_case->solver.relative_tolerance;
    SUNContext context = NULL;
    must(SUNContext_Create(NO_COMMUNICATOR, &context) == 0);
    N_Vector y = N_VNew_Serial(pattern->n, context);
    size_t iterations = 0;
    b->window_end = jump;
    set_time(b, 0);
    must(qh_steady_state(b->transport, diag, N_VGetArrayPointer(y), &iterations) == QH_OK);
    void *cvode = CVodeCreate(CV_BDF, context);
    SUNMatrix a = SUNSparseMatrix(pattern->n, pattern->n, pattern->first[pattern->n], CSC_MAT, context);
    SUNLinearSolver solver = SUNLinSol_KLU(y, a, context);
    must(CVodeInit(cvode, rate, 0, y) == 0 && CVodeSetUserData(cvode, b) == 0 &&
         CVodeSStolerances(cvode, tolerance, tolerance) == 0 && CVodeSetLinearSolver(cvode, solver, a) == 0 &&
         CVodeSetJacFn(cvode, jacobian) == 0 && CVodeSetMaxNumSteps(cvode, -1) == 0 &&
         CVodeSetStopTime(cvode, jump) == 0);
    b->steps = b->newton = b->jacobians = b->set_ups = 0;
    for (int k = 1; k <= 240; k++) {
        real t = 0;
        must(CVode(cvode, k * hour, y, &t, CV_NORMAL) >= 0);
        if (k != 24 && k != 240) continue;
        long count = 0;
        CVodeGetNumSteps(cvode, &count), b->steps += count;
        CVodeGetNumNonlinSolvIters(cvode, &count), b->newton += count;
        CVodeGetNumJacEvals(cvode, &count), b->jacobians += count;
        CVodeGetNumLinSolvSetups(cvode, &count), b->set_ups += count;
        b->window_end = INFINITY;
        if (k == 24) must(CVodeReInit(cvode, t, y) == 0 && CVodeSetStopTime(cvode, duration) == 0);
    }
    memcpy(b->last, N_VGetArrayPointer(y), (size_t)pattern->n * sizeof(double));
    CVodeFree(&cvode);
    SUNLinSolFree(solver);
    SUNMatDestroy(a);
    N_VDestroy(y);
    SUNContext_Free(&context);
    qh_transport_destroy(b->transport);
    qh_diag_destroy(diag);
}

/* ---- engine ---- */

typedef struct tally {
    double *last; /* [n] */
    size_t n;
    double steps, newton, jacobians;
} tally;

static qh_status begin(void *self, const qh_run_layout *layout) {
    tally *t = self;
    t->n = layout->grid->n_cell;
    return QH_OK;
}
static qh_status keep_frame(void *self, const qh_frame *frame) {
    const tally *t = self;
    memcpy(t->last, frame->cell, t->n * sizeof(double));
    return QH_OK;
}
static qh_status ignore_sample(void *self, const qh_sample *sample) {
    (void)self, (void)sample;
    return QH_OK;
}
static qh_status note_end(void *self, const qh_run_result *result) {
    tally *t = self;
    for (size_t k = 0; k < result->n_statistic; k++) {
        if (strcmp(result->statistic_name[k], "steps") == 0) t->steps = result->statistic[k];
        if (strcmp(result->statistic_name[k], "newton_iterations") == 0) t->newton = result->statistic[k];
        if (strcmp(result->statistic_name[k], "factorisations") == 0) t->jacobians = result->statistic[k];
    }
    return QH_OK;
}

static void race(double tolerance, size_t rounds, bool alone) {
    qh_case *c = race_case(tolerance);
    hydraulics water = hydraulics_of(c);
    const size_t n = water.grid->n_cell;
    qh_forcing *forcing = NULL;
    const qh_engine *engine = NULL;
    must(qh_forcing_create(c, 1, &forcing) == QH_OK);
    const qh_problem problem = {c, water.network, water.flow, water.grid, forcing};
    must(qh_engine_choose(&problem, "general", water.diag, &engine) == QH_OK);
    textbook book = {.last = malloc(n * sizeof(double))};
    tally own = {.last = malloc(n * sizeof(double))};
    must(book.last && own.last);
    const qh_sink sink = {&own, begin, keep_frame, ignore_sample, note_end};
    double best[2] = {INFINITY, INFINITY}, apart = 0;
    for (size_t round = 0; round < rounds; round++) {
        double begun = now();
        if (!alone) run_textbook(&problem, &book);
        best[0] = fmin(best[0], now() - begun);
        begun = now();
        must(engine->solve(&problem, NULL, &sink, water.diag) == QH_OK);
        best[1] = fmin(best[1], now() - begun);
    }
    for (size_t i = 0; i < n; i++)
        apart = fmax(apart, fabs(book.last[i] - own.last[i]));
    printf("tolerance %.0e, %zu cells; the last states differ by %.1e mg/L\n", tolerance, n, apart);
    printf("  textbook  %.4f s, %ld steps, %ld Newton, %ld factorisations, %ld Jacobians, %.1f ns a cell-step\n",
           best[0], book.steps, book.newton, book.set_ups, book.jacobians,
           best[0] / (double)n / (double)book.steps * 1e9);
    printf("  general   %.4f s, %.0f steps, %.0f Newton, %.0f factorisations, %.1f ns a cell-step\n", best[1],
           own.steps, own.newton, own.jacobians, best[1] / (double)n / own.steps * 1e9);
    printf("  ratio of times %.2f, of ns a cell-step %.2f\n", best[0] / best[1],
           best[0] / (double)book.steps / (best[1] / own.steps));
    free(book.last);
    free(own.last);
    qh_forcing_destroy(forcing);
    hydraulics_free(&water);
    qh_case_destroy(c);
}

int main(int argc, char **argv) {
    const size_t rounds = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 5;
    const bool alone = argc > 2; /* any second argument: the engine by itself, for profilers */
    race(1e-4, rounds, alone);
    race(1e-5, rounds, alone);
    race(1e-6, rounds, alone);
    return 0;
}
