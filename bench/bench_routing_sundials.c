/* Router "diffusive" against SUNDIALS: the same equations in space by the method of lines, 200 km in 1,000 cells, thirty days
 * with a flood every ten.
 *
 *     B(h_i) dx dh_i/dt = Q_(i-1/2) - Q_(i+1/2),   Q = K((h_i + h_(i+1))/2) sqrt(-dz/dx)
 *
 * CVODES as its manual has it: BDF of orders up to 5, Newton's method, a band matrix with its analytic Jacobian (but for
 * dB/dh), hours by interpolation, no restart at the corners of the inflow. Error: what leaves the river, mean of each hour,
 * beside CVODES at a tolerance of 1e-9. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cvodes/cvodes.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_version.h>
#include <sunlinsol/sunlinsol_band.h>
#include <sunmatrix/sunmatrix_band.h>

#include "bench/bench.h"
#include "model/series.h"
#include "solvers/router.h"
#include "solvers/stage.h"
#include "tests/support/case_builder.h"
#include "tests/support/hydraulics.h"

#if SUNDIALS_VERSION_MAJOR >= 7
typedef sunrealtype real;
#define NO_COMMUNICATOR SUN_COMM_NULL
#else
typedef realtype real;
#define NO_COMMUNICATOR NULL
#endif

enum { N_CELL = 1000, N_HOUR = 720 };
static const double DX = 200, SLOPE = 8e-4, HOUR = 3600;
static const double FLAT = 1e-10; /* -, as the router has it: below that slope the root is a straight line */

static void must(int good) {
    if (good) return;
    (void)fprintf(stderr, "bench_routing_sundials: failed\n");
    exit(1);
}

/* ---- the river ---- */

static const qh_series *hydrograph(void) {
    static double time[N_HOUR + 1], flow[N_HOUR + 1];
    for (size_t i = 0; i <= N_HOUR; i++) {
        const double day = (double)i / 24, phase = fmod(day, 10);
        time[i] = HOUR * (double)i;
        flow[i] = 20 + 60 * phase * exp(1 - 2 * phase);
    }
    static const qh_series series = {
        .name = "q", .interpolation = QH_LINEAR, .count = N_HOUR + 1, .time = time, .value = flow};
    return &series;
}

typedef struct river {
    qh_case *c;
    hydraulics h;
    qh_routing routing;
    qh_arena *arena;
    qh_stage stage;
    double start[N_CELL]; /* m, depths */
} river;

static void river_make(river *r) {
    case_builder *b = case_begin(1);
    qh_reach *reach = case_reach(b, "r", "a", "o", N_CELL * DX, 1, 1);
    reach->channel = (qh_channel){.law = "trapezoid",
                                  .bottom_width = {true, 30},
                                  .side_slope = {true, 1.5},
                                  .slope = {true, SLOPE},
                                  .manning = {true, 0.032}};
    qh_headwater *head = case_headwater(b, "a", hydrograph()->value[0], 5);
    head->flow_series = hydrograph();
    r->c = case_end(b);
    r->c->solver.cell_length = DX;
    r->h = hydraulics_of(r->c);
    r->routing = (qh_routing){.river_case = r->c, .network = r->h.network, .flow = r->h.flow, .grid = r->h.grid};
    r->arena = qh_arena_create();
    must(r->arena != NULL);
    bench_must(qh_stage_create(&r->c->reach[0], r->arena, &r->stage), "stage");
}

static void river_free(river *r) {
    qh_arena_destroy(r->arena);
    hydraulics_free(&r->h);
    qh_case_destroy(r->c);
}

/* ---- the router ---- */

typedef struct own_run {
    river *river;
    double step;           /* s */
    double outlet[N_HOUR]; /* m3/s */
} own_run;

static void run_own(void *self) {
    own_run *run = self;
    const qh_router *router = qh_router_find("diffusive");
    void *state = NULL;
    qh_water water;
    bench_must(router->create(&run->river->routing, NULL, &state), "diffusive");
    router->state(state, &water);
    for (size_t i = 0; i < N_CELL; i++)
        run->river->start[i] = qh_stage_depth(&run->river->stage, water.volume_end[i] / DX);
    double at = 0;
    for (size_t k = 1; k <= N_HOUR; k++) {
        const double end = HOUR * (double)k;
        run->outlet[k - 1] = 0;
        while (at < end) {
            bench_must(router->advance(state, fmin(end, at + run->step * (1 + 1e-9)), NULL, &water), "diffusive");
            at = water.end;
            run->outlet[k - 1] += water.face[N_CELL] * (water.end - water.start) / HOUR;
        }
    }
    router->destroy(state);
}

/* ---- the method of lines ---- */

typedef struct lines_run {
    river *river;
    double tolerance;
    double outlet[N_HOUR]; /* m3/s */
    double lost;           /* -, of the water that came in */
    double steps;
    qh_stage_at at[N_CELL];
    double q[N_CELL + 1], dq_up[N_CELL + 1], dq_down[N_CELL + 1]; /* m3/s, m2/s by the depth above and below */
} lines_run;

static void flows(lines_run *run, double t, const double *h) {
    const qh_stage *stage = &run->river->stage;
    const double fall = SLOPE * DX;
    for (size_t i = 0; i < N_CELL; i++)
        run->at[i] = qh_stage_find(stage, h[i]);
    const qh_value inflow = {0, hydrograph()};
    run->q[0] = qh_value_at(&inflow, t);
    for (size_t i = 1; i < N_CELL; i++) {
        const double slope = (fall + h[i - 1] - h[i]) / DX, w = fabs(slope), root = sqrt(w + FLAT);
        const qh_stage_at at = qh_stage_find(stage, slope >= 0 ? 0.5 * (h[i - 1] + h[i]) : h[i] - fall);
        const double sign = slope >= 0 ? 1 : -1;
        const double by_slope = at.conveyance * (w + 2 * FLAT) / (2 * root * root * root * DX);
        const double by_depth = sign * at.conveyance_slope * w / root;
        run->q[i] = sign * at.conveyance * w / root;
        run->dq_up[i] = by_slope + (slope >= 0 ? 0.5 * by_depth : 0);
        run->dq_down[i] = -by_slope + (slope >= 0 ? 0.5 * by_depth : by_depth);
    }
    const qh_stage_at *last = &run->at[N_CELL - 1];
    run->q[N_CELL] = last->conveyance * sqrt(SLOPE);
    run->dq_up[N_CELL] = last->conveyance_slope * sqrt(SLOPE);
}

static int rate(real t, N_Vector y, N_Vector dydt, void *user) {
    lines_run *run = user;
    const double *h = N_VGetArrayPointer(y);
    double *out = N_VGetArrayPointer(dydt);
    for (size_t i = 0; i < N_CELL; i++)
        if (!(h[i] > 0)) return 1; /* a shorter step, please */
    flows(run, t, h);
    for (size_t i = 0; i < N_CELL; i++)
        out[i] = (run->q[i] - run->q[i + 1]) / (DX * run->at[i].width);
    return 0;
}

static int jacobian(real t, N_Vector y, N_Vector fy, SUNMatrix j, void *user, N_Vector t1, N_Vector t2, N_Vector t3) {
    (void)fy, (void)t1, (void)t2, (void)t3;
    lines_run *run = user;
    flows(run, t, N_VGetArrayPointer(y));
    for (int i = 0; i < N_CELL; i++) {
        const double scale = 1 / (DX * run->at[i].width);
        const double above = i > 0 ? run->dq_down[i] : 0;
        SM_ELEMENT_B(j, i, i) = scale * (above - run->dq_up[i + 1]);
        if (i > 0) SM_ELEMENT_B(j, i, i - 1) = scale * run->dq_up[i];
        if (i + 1 < N_CELL) SM_ELEMENT_B(j, i, i + 1) = -scale * run->dq_down[i + 1];
    }
    return 0;
}

static int outflow(real t, N_Vector y, N_Vector dz, void *user) {
    (void)t;
    const lines_run *run = user;
    const qh_stage_at at = qh_stage_find(&run->river->stage, N_VGetArrayPointer(y)[N_CELL - 1]);
    N_VGetArrayPointer(dz)[0] = at.conveyance * sqrt(SLOPE);
    return 0;
}

static double held(const lines_run *run, const double *h) {
    double sum = 0;
    for (size_t i = 0; i < N_CELL; i++)
        sum += DX * qh_stage_find(&run->river->stage, h[i]).area;
    return sum;
}

static void run_lines(void *self) {
    lines_run *run = self;
    SUNContext context = NULL;
    must(SUNContext_Create(NO_COMMUNICATOR, &context) == 0);
    N_Vector y = N_VNew_Serial(N_CELL, context), z = N_VNew_Serial(1, context);
    double *h = N_VGetArrayPointer(y);
    memcpy(h, run->river->start, N_CELL * sizeof *h);
    N_VConst(0, z);
    const double before = held(run, h);
    void *cvode = CVodeCreate(CV_BDF, context);
    SUNMatrix a = SUNBandMatrix(N_CELL, 1, 1, context);
    SUNLinearSolver solver = SUNLinSol_Band(y, a, context);
    must(CVodeInit(cvode, rate, 0, y) == 0 && CVodeSetUserData(cvode, run) == 0 &&
         CVodeSStolerances(cvode, run->tolerance, run->tolerance) == 0 && CVodeSetLinearSolver(cvode, solver, a) == 0 &&
         CVodeSetJacFn(cvode, jacobian) == 0 && CVodeSetMaxNumSteps(cvode, -1) == 0 &&
         CVodeQuadInit(cvode, outflow, z) == 0 && CVodeSetStopTime(cvode, N_HOUR * HOUR) == 0);
    real t = 0;
    double left = 0; /* m3, out of the river */
    for (size_t k = 0; k < N_HOUR; k++) {
        must(CVode(cvode, (double)(k + 1) * HOUR, y, &t, CV_NORMAL) >= 0 && CVodeGetQuad(cvode, &t, z) == 0);
        run->outlet[k] = (N_VGetArrayPointer(z)[0] - left) / HOUR;
        left = N_VGetArrayPointer(z)[0];
    }
    long count = 0;
    must(CVodeGetNumSteps(cvode, &count) == 0);
    const qh_value inflow = {0, hydrograph()};
    const double came = qh_value_mean(&inflow, 0, N_HOUR * HOUR) * N_HOUR * HOUR;
    run->lost = fabs(before + came - left - held(run, h)) / came;
    run->steps = (double)count;
    CVodeFree(&cvode);
    SUNLinSolFree(solver);
    SUNMatDestroy(a);
    N_VDestroy(y);
    N_VDestroy(z);
    SUNContext_Free(&context);
}

/* ---- the two in turn ---- */

static double error_of(const double *reference, const double *outlet) {
    double worst = 0, most = 0;
    for (size_t k = 0; k < N_HOUR; k++) {
        worst = fmax(worst, fabs(outlet[k] - reference[k]));
        most = fmax(most, reference[k]);
    }
    return worst / most;
}

int main(int argc, char **argv) {
    enum { N_STEP = 4, N_TOLERANCE = 5, N_RUN = N_STEP + N_TOLERANCE };
    static const double step[N_STEP] = {3600, 900, 300, 60}, tolerance[N_TOLERANCE] = {1e-2, 1e-3, 1e-4, 1e-5, 1e-6};
    static river r;
    static own_run own[N_STEP];
    static lines_run lines[N_TOLERANCE], reference;
    const bench b = bench_begin(argc, argv, "routing");
    bench_runner runner[N_RUN];
    double best[N_RUN];
    river_make(&r);
    for (size_t k = 0; k < N_STEP; k++) {
        own[k] = (own_run){.river = &r, .step = step[k]};
        runner[k] = (bench_runner){run_own, &own[k]};
    }
    for (size_t k = 0; k < N_TOLERANCE; k++) {
        lines[k].river = &r;
        lines[k].tolerance = tolerance[k];
        runner[N_STEP + k] = (bench_runner){run_lines, &lines[k]};
    }
    run_own(&own[0]); /* the start */
    reference.river = &r;
    reference.tolerance = 1e-9;
    run_lines(&reference);
    bench_take_turns(N_RUN, runner, 3, 0, best);
    char name[96], baseline[96];
    for (size_t k = 0; k < N_TOLERANCE; k++) {
        (void)snprintf(name, sizeof name, "30 days, CVODE, tolerance %g, %.0f steps, %.1g of the water lost",
                       tolerance[k], lines[k].steps, lines[k].lost);
        bench_row row = bench_value(name, best[N_STEP + k], "s");
        row.error = error_of(reference.outlet, lines[k].outlet);
        bench_print(&b, &row);
    }
    for (size_t k = 0; k < N_STEP; k++) {
        (void)snprintf(name, sizeof name, "30 days, diffusive, steps of %g min", step[k] / 60);
        const double error = error_of(reference.outlet, own[k].outlet);
        size_t like = 0; /* the loosest tolerance that is as exact, else the tightest */
        while (like + 1 < N_TOLERANCE && error_of(reference.outlet, lines[like].outlet) > error)
            like++;
        (void)snprintf(baseline, sizeof baseline, "CVODE, tolerance %g", tolerance[like]);
        bench_row row = bench_against(name, best[k], "s", baseline, best[N_STEP + like]);
        row.error = error;
        bench_print(&b, &row);
    }

    river_free(&r);
    return 0;
}
