/* Engine "general" against a textbook set-up of CVODES on the race case: 100 km in 2,000 cells, ten days, hourly output.
 *
 * Textbook: BDF of orders up to 5, Newton's defaults, serial vectors as they come, a sparse matrix and KLU, analytic
 * Jacobian; output interpolated, a restart where the inflow jumps. Right-hand side, Jacobian and tolerances are the same
 * as the engine's. It closes no budget and lets values fall below zero. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cvodes/cvodes.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_version.h>
#include <sunlinsol/sunlinsol_klu.h>
#include <sunmatrix/sunmatrix_sparse.h>

#include "bench/solve_case.h"
#include "solvers/steady_state.h"
#include "solvers/transport.h"

#if SUNDIALS_VERSION_MAJOR >= 7
typedef sunrealtype real;
#define NO_COMMUNICATOR SUN_COMM_NULL
#else
typedef realtype real;
#define NO_COMMUNICATOR NULL
#endif

static void must(int good) {
    if (good) return;
    (void)fprintf(stderr, "bench_cvode: failed\n");
    exit(1);
}

static const double hour = 3600;

/* ---- textbook ---- */

typedef struct textbook {
    qh_transport *transport;
    double window_end; /* s */
    double steps;
    race_series series; /* g/m3, of the faces at the sections */
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

/* Sections lie on faces: the mean of the cells on either side. */
static void keep(const qh_problem *problem, const double *cell, double *row) {
    const double dx = race.length / (double)problem->grid->n_cell;
    for (size_t k = 0; k < RACE_SECTIONS; k++) {
        const size_t face = (size_t)(race.section_at[k] / dx + 0.5);
        row[k] = 0.5 * (cell[face - 1] + cell[face]);
    }
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
    b->window_end = race.step;
    set_time(b, 0);
    must(qh_steady_state(b->transport, diag, N_VGetArrayPointer(y), &iterations) == QH_OK);
    void *cvode = CVodeCreate(CV_BDF, context);
    SUNMatrix a = SUNSparseMatrix(pattern->n, pattern->n, pattern->first[pattern->n], CSC_MAT, context);
    SUNLinearSolver solver = SUNLinSol_KLU(y, a, context);
    must(CVodeInit(cvode, rate, 0, y) == 0 && CVodeSetUserData(cvode, b) == 0 &&
         CVodeSStolerances(cvode, tolerance, tolerance) == 0 && CVodeSetLinearSolver(cvode, solver, a) == 0 &&
         CVodeSetJacFn(cvode, jacobian) == 0 && CVodeSetMaxNumSteps(cvode, -1) == 0 &&
         CVodeSetStopTime(cvode, race.step) == 0);
    keep(problem, N_VGetArrayPointer(y), b->series[0]);
    b->steps = 0;
    for (int k = 1; k <= 240; k++) {
        real t = 0;
        must(CVode(cvode, k * hour, y, &t, CV_NORMAL) >= 0);
        keep(problem, N_VGetArrayPointer(y), b->series[k]);
        if (k != 24 && k != 240) continue;
        long count = 0;
        CVodeGetNumSteps(cvode, &count);
        b->steps += (double)count;
        b->window_end = INFINITY;
        if (k == 24) must(CVodeReInit(cvode, t, y) == 0 && CVodeSetStopTime(cvode, race.duration) == 0);
    }
    CVodeFree(&cvode);
    SUNLinSolFree(solver);
    SUNMatDestroy(a);
    N_VDestroy(y);
    SUNContext_Free(&context);
    qh_transport_destroy(b->transport);
    qh_diag_destroy(diag);
}

/* ---- the two in turn ---- */

typedef struct textbook_run {
    const qh_problem *problem;
    textbook book;
} textbook_run;

static void go(void *self) {
    textbook_run *r = self;
    run_textbook(r->problem, &r->book);
}

static void measure(const bench *b, const qh_engine *engine, race_series reference, double tolerance) {
    static race_series series;
    static textbook_run simple;
    ready_case ready;
    ready_make(race_case(50, tolerance), 1, &ready);
    simple.problem = &ready.problem;
    timed_solve own = {&ready, engine, {.series = &series}};
    const bench_runner runner[] = {{go, &simple}, {timed_solve_run, &own}};
    double best[2] = {0};
    bench_take_turns(2, runner, 3, 0, best);
    char name[96];
    (void)snprintf(name, sizeof name, "CVODE and KLU, tolerance %g, %.0f steps", tolerance, simple.book.steps);
    bench_row row = bench_value(name, best[0], "s");
    row.error = race_error(reference, simple.book.series);
    bench_print(b, &row);
    (void)snprintf(name, sizeof name, "general, tolerance %g, %.0f steps", tolerance, own.result.steps);
    row = bench_against(name, best[1], "s", "CVODE and KLU", best[0]);
    row.mark = 4;
    row.error = race_error(reference, series);
    bench_print(b, &row);
    ready_free(&ready);
}

int main(int argc, char **argv) {
    const bench b = bench_begin(argc, argv, "cvode");
    static race_series reference;
    const qh_engine *engine = NULL;
    for (const qh_engine *const *e = qh_registry_engine; *e; e++) {
        if (strcmp((*e)->name, "general") == 0) engine = *e;
    }
    must(engine != NULL);
    race_reference(reference);
    measure(&b, engine, reference, 1e-4);
    measure(&b, engine, reference, 1e-5);
    measure(&b, engine, reference, 1e-6);
    return 0;
}
