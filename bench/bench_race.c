/* The race: a river of 100 km, ten days, a boundary that steps at 24 h, by engine "linear" and by the loop of every textbook.
 *
 * 100 km, Q = 20 m3/s (20.5 below km 20, 21.3 below km 60), A = 40 m2, D = 20 m2/s, k = 0.25 1/d; inflow 15 g/m3, from 24 h
 * on 30; outfalls of 0.5 m3/s at 50 g/m3 and 0.8 m3/s at 30 g/m3; hourly series at km 10, 30, 50, 70 and 99.
 *
 * The loop: Crank-Nicolson in time, central differences in space, one tridiagonal system that is factored once. It starts
 * from its own steady state. Errors are largest differences from a run of 6.25 m at a tolerance of 1e-7, over the largest value.
 * Everything in one process and one thread, best of several rounds in turn, in seconds of the processor; `--json` prints one object a row. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "solvers/engine.h"
#include "tests/support/case_builder.h"
#include "tests/support/hydraulics.h"

enum { n_section = 5, n_sample = 241, rounds = 5 };
static const double section_at[n_section] = {10e3, 30e3, 50e3, 70e3, 99e3};
static const double duration = 864000, sample_interval = 3600, decay = 0.25 / 86400;

static double now(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void must(bool good) {
    if (good) return;
    (void)fprintf(stderr, "bench_race: failed\n");
    exit(1);
}

typedef struct series {
    size_t count;
    double value[n_sample][n_section]; /* g/m3, first lane */
    double steps, limited;
} series;

static double error_of(const series *found, const series *exact) {
    double worst = 0, largest = 0;
    for (size_t n = 0; n < n_sample; n++) {
        for (size_t k = 0; k < n_section; k++) {
            worst = fmax(worst, fabs(found->value[n][k] - exact->value[n][k]));
            largest = fmax(largest, exact->value[n][k]);
        }
    }
    return worst / largest;
}

/* ---- engines ---- */

static size_t lanes_of_run;

static qh_status ignore_begin(void *self, const qh_run_layout *layout) {
    (void)self, (void)layout;
    return QH_OK;
}
static qh_status ignore_frame(void *self, const qh_frame *frame) {
    (void)self, (void)frame;
    return QH_OK;
}
static qh_status note_sample(void *self, const qh_sample *sample) {
    series *s = self;
    for (size_t k = 0; k < n_section && s->count < n_sample; k++)
        s->value[s->count][k] = sample->section[k * lanes_of_run];
    s->count++;
    return QH_OK;
}
static qh_status note_end(void *self, const qh_run_result *result) {
    series *s = self;
    for (size_t k = 0; k < result->n_statistic; k++) {
        if (strcmp(result->statistic_name[k], "steps") == 0) s->steps = result->statistic[k];
        if (strcmp(result->statistic_name[k], "limited_steps") == 0) s->limited = result->statistic[k];
    }
    return QH_OK;
}

static qh_case *race_case(double cell_length, double tolerance) {
    static const double time[] = {0, 86400}, value[] = {15, 30};
    case_builder *b = case_begin(1);
    case_reach(b, "R", "A", "Z", 100e3, 40, 20);
    case_headwater(b, "A", 20, 15);
    case_constituent(b, 0)->k20 = decay;
    case_outfall(b, "R", 20e3, 0.5, 25);
    case_outfall(b, "R", 60e3, 0.8, 24);
    for (size_t k = 0; k < n_section; k++)
        case_section(b, "R", section_at[k]);
    case_unsteady(b, duration, duration, sample_interval);
    qh_case *c = case_end(b);
    c->solver.cell_length = cell_length;
    c->solver.relative_tolerance = c->solver.absolute_tolerance = tolerance;
    case_give_series(c->headwater[0].input, 0, false, case_series(b, QH_STEP, 2, time, value));
    return c;
}

/* Seconds of the best round. */
static double by_engine(const char *name, double cell_length, double tolerance, size_t n_lane, size_t times,
                        series *result) {
    qh_case *c = race_case(cell_length, tolerance);
    hydraulics water = hydraulics_of(c);
    qh_forcing *forcing = NULL;
    const qh_engine *engine = NULL;
    must(qh_forcing_create(c, n_lane, &forcing) == QH_OK);
    for (size_t lane = 1; lane < n_lane; lane++)
        qh_forcing_scale(forcing, 0, 0, lane, 1 + 0.01 * (double)lane);
    const qh_problem problem = {c, water.network, water.flow, water.grid, forcing};
    must(qh_engine_choose(&problem, name, water.diag, &engine) == QH_OK);
    const qh_sink sink = {result, ignore_begin, ignore_frame, note_sample, note_end};
    double best = INFINITY;
    lanes_of_run = n_lane;
    for (size_t round = 0; round < times; round++) {
        result->count = 0;
        const double begun = now();
        must(engine->solve(&problem, NULL, &sink, water.diag) == QH_OK);
        best = fmin(best, now() - begun);
    }
    must(result->count == n_sample);
    qh_forcing_destroy(forcing);
    hydraulics_free(&water);
    qh_case_destroy(c);
    return best;
}

/* ---- the textbook's loop ---- */

typedef struct loop {
    size_t n;
    double *lower, *own, *upper; /* [n], A of dC/dt = A C + b, 1/s */
    double *pivot, *part;        /* [n], factors of 1 - dt/2 A */
    double *b, *c, *x;           /* [n], g/m3/s and g/m3 */
} loop;

/* Discharge through the face above cell i, m3/s. */
static double discharge(double chainage) { return chainage < 20e3 ? 20 : chainage < 60e3 ? 20.5 : 21.3; }

static void assemble(loop *l, double dx) {
    const double area = 40, g = area * 20 / dx, volume = area * dx;
    for (size_t i = 0; i < l->n; i++) {
        const double x = dx * (double)i, in = discharge(x), out = discharge(x + dx);
        const bool first = i == 0, last = i + 1 == l->n;
        /* cells' fluxes: Q (C_u + C_d)/2 + g (C_u - C_d); first type at the inlet, dC/dx = 0 at the outlet */
        l->lower[i] = first ? 0 : (in / 2 + g) / volume;
        l->upper[i] = last ? 0 : (g - out / 2) / volume;
        l->own[i] = (first ? -2 * g : in / 2 - g) / volume - (last ? out : out / 2 + g) / volume - decay;
        l->b[i] = 0;
        if (fabs(x - 20e3) < 0.5 * dx) l->b[i] += 25 / volume;
        if (fabs(x - 60e3) < 0.5 * dx) l->b[i] += 24 / volume;
    }
    l->lower[0] = (20 + 2 * g) / volume; /* of the inlet's value */
}

/* Factors shift - scale A. */
static void factor_loop(loop *l, double shift, double scale) {
    l->pivot[0] = 1 / (shift - scale * l->own[0]);
    for (size_t i = 1; i < l->n; i++) {
        l->part[i] = -scale * l->lower[i] * l->pivot[i - 1];
        l->pivot[i] = 1 / (shift - scale * l->own[i] + l->part[i] * scale * l->upper[i - 1]);
    }
}

static void solve_loop(const loop *l, double scale, double *restrict x) {
    for (size_t i = 1; i < l->n; i++)
        x[i] -= l->part[i] * x[i - 1];
    x[l->n - 1] *= l->pivot[l->n - 1];
    for (size_t i = l->n - 1; i-- > 0;)
        x[i] = (x[i] + scale * l->upper[i] * x[i + 1]) * l->pivot[i];
}

static void step_loop(loop *l, double dt, double inlet) {
    const double half = dt / 2, *restrict c = l->c;
    double *restrict x = l->x;
    const size_t n = l->n;
    x[0] = c[0] + half * (l->own[0] * c[0] + l->upper[0] * c[1]) + dt * (l->b[0] + l->lower[0] * inlet);
    for (size_t i = 1; i + 1 < n; i++)
        x[i] = c[i] + half * (l->lower[i] * c[i - 1] + l->own[i] * c[i] + l->upper[i] * c[i + 1]) + dt * l->b[i];
    x[n - 1] = c[n - 1] + half * (l->lower[n - 1] * c[n - 2] + l->own[n - 1] * c[n - 1]) + dt * l->b[n - 1];
    solve_loop(l, half, x);
    double *swap = l->c;
    l->c = l->x;
    l->x = swap;
}

/* Value between cell centres, by a cubic through four of them. */
static double value_at(const loop *l, double dx, double x) {
    const double place = x / dx - 0.5;
    size_t i = (size_t)place;
    if (i < 1) i = 1;
    if (i + 2 >= l->n) i = l->n - 3;
    const double s = place - (double)i;
    const double *c = l->c + i;
    return -s * (s - 1) * (s - 2) / 6 * c[-1] + (s + 1) * (s - 1) * (s - 2) / 2 * c[0] -
           (s + 1) * s * (s - 2) / 2 * c[1] + (s + 1) * s * (s - 1) / 6 * c[2];
}

/* Seconds of the best round; the step divides an hour. */
static double by_loop(size_t n, double dt, size_t times, series *result) {
    double *memory = malloc(8 * n * sizeof *memory);
    must(memory != NULL);
    loop l = {n,
              memory,
              memory + n,
              memory + 2 * n,
              memory + 3 * n,
              memory + 4 * n,
              memory + 5 * n,
              memory + 6 * n,
              memory + 7 * n};
    const double dx = 100e3 / (double)n;
    const size_t per_sample = (size_t)lround(sample_interval / dt), first = (size_t)lround(86400 / dt);
    double best = INFINITY;
    for (size_t round = 0; round < times; round++) {
        const double begun = now();
        assemble(&l, dx);
        factor_loop(&l, 0, 1);
        for (size_t i = 0; i < n; i++)
            l.c[i] = l.b[i] + (i == 0 ? l.lower[0] * 15 : 0);
        solve_loop(&l, 1, l.c);
        factor_loop(&l, 1, dt / 2);
        result->count = 0;
        for (size_t k = 0; k <= per_sample * (n_sample - 1); k++) {
            if (k % per_sample == 0) {
                for (size_t s = 0; s < n_section; s++)
                    result->value[result->count][s] = value_at(&l, dx, section_at[s]);
                result->count++;
            }
            step_loop(&l, dt, k < first ? 15 : 30);
        }
        best = fmin(best, now() - begun);
    }
    free(memory);
    return best;
}

/* ---- rows ---- */

static bool json;

static void row(const char *name, double value, double baseline, double mark, double error) {
    const double ratio = baseline / value;
    if (json) {
        printf("{\"row\":\"%s\",\"value\":%.6g,\"baseline\":%.6g,\"ratio\":%.4g,\"mark\":%.4g,\"error\":%.3g}\n", name,
               value, baseline, ratio, mark, error);
    } else {
        printf("%-58s %9.3f ms  baseline %9.3f ms  ratio %6.2f  mark %4.1f  error %.3f %%\n", name, value * 1e3,
               baseline * 1e3, ratio, mark, error * 100);
    }
}

/* Cheapest loop within 0.1 %: cells and step are tried on a grid. */
static double best_loop(const series *exact, size_t *cells, double *step, double *error) {
    static const size_t n[] = {600, 800, 1000, 1250, 1600, 2000, 2500, 3000};
    static const double dt[] = {30, 60, 90, 120, 180, 240, 300, 450, 600, 900};
    static series found;
    double best = INFINITY;
    for (size_t a = 0; a < sizeof n / sizeof *n; a++) {
        for (size_t b = 0; b < sizeof dt / sizeof *dt; b++) {
            const double seconds = by_loop(n[a], dt[b], 2, &found), e = error_of(&found, exact);
            if (e > 1e-3 || seconds >= best) continue;
            best = seconds;
            *cells = n[a];
            *step = dt[b];
            *error = e;
        }
    }
    return best;
}

/* Cheapest choice of cells and tolerance of the engine within 0.1 %. */
static double best_engine(const series *exact, double *length, double *tolerance, double *error) {
    static const double dx[] = {62.5, 80, 100, 125}, tol[] = {1e-5, 3e-5, 6e-5, 1e-4, 1.5e-4};
    static series found;
    double best = INFINITY;
    for (size_t a = 0; a < sizeof dx / sizeof *dx; a++) {
        for (size_t b = 0; b < sizeof tol / sizeof *tol; b++) {
            const double seconds = by_engine("linear", dx[a], tol[b], 1, 3, &found), e = error_of(&found, exact);
            if (e > 1e-3 || seconds >= best) continue;
            best = seconds;
            *length = dx[a];
            *tolerance = tol[b];
            *error = e;
        }
    }
    return best;
}

int main(int argc, char **argv) {
    static series exact, found, loop_series;
    json = argc > 1 && strcmp(argv[1], "--json") == 0;
    (void)by_engine("linear", 6.25, 1e-7, 1, 1, &exact);
    size_t cells = 0;
    double step = 0, loop_error = 0, length = 0, tolerance = 0, error = 0;
    (void)best_loop(&exact, &cells, &step, &loop_error);
    (void)best_engine(&exact, &length, &tolerance, &error);
    must(cells > 0 && length > 0);
    double fixed = INFINITY, own = INFINITY, one = INFINITY, sixteen = INFINITY;
    for (size_t round = 0; round < rounds; round++) { /* in turn, so that other load touches all alike */
        fixed = fmin(fixed, by_loop(2000, 60, 1, &loop_series));
        own = fmin(own, by_loop(cells, step, 1, &found));
        one = fmin(one, by_engine("linear", length, tolerance, 1, 2, &found));
        error = error_of(&found, &exact);
        sixteen = fmin(sixteen, by_engine("linear", length, tolerance, 16, 2, &found));
    }
    char name[96];
    (void)snprintf(name, sizeof name, "linear, cells of %g m, tolerance %g", length, tolerance);
    if (!json) {
        printf(
            "Crank-Nicolson, 2,000 cells, 60 s: %.2f ms, error %.3f %%; its best for 0.1 %%: %zu cells, %g s, %.2f ms, "
            "error %.3f %%\n",
            fixed * 1e3, error_of(&loop_series, &exact) * 100, cells, step, own * 1e3, loop_error * 100);
    }
    row("race, against Crank-Nicolson of 2,000 cells and 60 s", one, fixed, 10, error);
    row("race, against Crank-Nicolson at its best for 0.1 %", one, own, 3, error);
    row("race, 16 lanes a lane, against one lane", sixteen / 16, one, 4, error);
    if (!json) printf("%s: %.0f steps, %.0f of them limited\n", name, found.steps, found.limited);
    return 0;
}
