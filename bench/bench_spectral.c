/* The spectral engine: solve only, output kept in memory, one thread, best of rounds.
 *     race    100 km, ten days, hourly series at five sections, against a plain Crank-Nicolson loop of 28.8 million
 *             cell-steps that is measured beside it
 *     stream  Uvas-like: 619 m with transient storage, a pulse of 3 h, six sites, a sample a minute over a day */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "solvers/engine.h"
#include "tests/support/case_builder.h"
#include "tests/support/hydraulics.h"

static double now(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void must(qh_status status) {
    if (status == QH_OK) return;
    (void)fprintf(stderr, "bench_spectral: %s\n", qh_status_text(status));
    exit(1);
}

/* 100 km, 20 m3/s, 40 m2, 20 m2/s, 0.25 1/d; 15 mg/L that step to 30 after a day; outfalls at 20 and 60 km. */
static qh_case *race_case(void) {
    static const double time[] = {0, 86400}, value[] = {15, 30};
    case_builder *b = case_begin(1);
    case_reach(b, "R", "A", "Z", 100e3, 40, 20);
    case_headwater(b, "A", 20, 15);
    case_constituent(b, 0)->k20 = 0.25 / 86400;
    case_outfall(b, "R", 20e3, 0.5, 25);
    case_outfall(b, "R", 60e3, 0.8, 24);
    for (size_t k = 0; k < 5; k++)
        case_section(b, "R", k == 4 ? 99e3 : 10e3 + 20e3 * (double)k);
    case_unsteady(b, 10 * 86400, 864000, 3600);
    qh_case *c = case_end(b);
    case_give_series(c->headwater[0].input, 0, false, case_series(b, QH_STEP, 2, time, value));
    return c;
}

static qh_case *stream_case(void) {
    static const double time[] = {0, 8 * 3600.0, 11 * 3600.0}, value[] = {3.7, 11.4, 3.7};
    static const double site[] = {38, 105, 281, 433, 500, 619};
    case_builder *b = case_begin(1);
    qh_reach *r = case_reach(b, "R", "A", "Z", 669, 0.36, 0.24);
    r->storage_area = (qh_optional){true, 0.36};
    r->storage_exchange = (qh_optional){true, 3e-5};
    case_headwater(b, "A", 0.0125, 3.7);
    for (size_t k = 0; k < 6; k++)
        case_section(b, "R", site[k]);
    case_unsteady(b, 24 * 3600, 24 * 3600, 60);
    qh_case *c = case_end(b);
    case_give_series(c->headwater[0].input, 0, false, case_series(b, QH_STEP, 3, time, value));
    return c;
}

/* ---- a sink that keeps the statistics ---- */

typedef struct tally {
    double frequencies, bound, profile_bound;
    double last; /* g/m3, last sample of the first section */
} tally;

static qh_status ignore_begin(void *self, const qh_run_layout *layout) {
    (void)self, (void)layout;
    return QH_OK;
}
static qh_status ignore_frame(void *self, const qh_frame *frame) {
    (void)self, (void)frame;
    return QH_OK;
}
static qh_status note_sample(void *self, const qh_sample *sample) {
    ((tally *)self)->last = sample->section[0];
    return QH_OK;
}
static qh_status note_end(void *self, const qh_run_result *result) {
    tally *t = self;
    for (size_t k = 0; k < result->n_statistic; k++) {
        const char *name = result->statistic_name[k];
        if (strcmp(name, "frequencies") == 0) t->frequencies = result->statistic[k];
        if (strcmp(name, "error_bound") == 0) t->bound = result->statistic[k];
        if (strcmp(name, "profile_error_bound") == 0) t->profile_bound = result->statistic[k];
    }
    return QH_OK;
}

static double measure(qh_case *c, double cell_length, const char *name) {
    c->solver.cell_length = cell_length;
    hydraulics water = hydraulics_of(c);
    qh_forcing *forcing = NULL;
    const qh_engine *engine = NULL;
    must(qh_forcing_create(c, 1, &forcing));
    const qh_problem problem = {c, water.network, water.flow, water.grid, forcing};
    must(qh_engine_choose(&problem, "spectral", water.diag, &engine));
    tally t = {0};
    const qh_sink sink = {&t, ignore_begin, ignore_frame, note_sample, note_end};
    double best = INFINITY;
    for (size_t round = 0; round < 9; round++) {
        const double start = now();
        must(engine->solve(&problem, NULL, &sink, water.diag));
        best = fmin(best, now() - start);
    }
    (void)printf("%-8s %8.3f ms  %5.0f frequencies, %zu cells in profiles, bound %.1e, of profiles %.1e\n", name,
                 1e3 * best, t.frequencies, water.grid->n_cell, t.bound, t.profile_bound);
    qh_forcing_destroy(forcing);
    hydraulics_free(&water);
    return best;
}

/* ---- a plain Crank-Nicolson loop: 2,000 cells, 14,400 steps of a minute, factored once ---- */

static double crank_nicolson(void) {
    enum { n = 2000, steps = 14400 };
    static double c[n], rhs[n], up[n], gone[n];
    const double dx = 50, dt = 60, u = 0.5, d = 20, k = 0.25 / 86400;
    const double lower = -0.5 * dt * (u / (2 * dx) + d / (dx * dx)), upper = -0.5 * dt * (d / (dx * dx) - u / (2 * dx));
    const double middle = 1 + 0.5 * dt * (2 * d / (dx * dx) + k);
    for (size_t i = 0; i < n; i++) {
        gone[i] = 1 / (i ? middle - lower * up[i - 1] : middle);
        up[i] = upper * gone[i];
    }
    const double start = now();
    for (size_t step = 0; step < steps; step++) {
        const double inlet = step < 1440 ? 15 : 30;
        for (size_t i = 0; i < n; i++) {
            const double before = i ? c[i - 1] : inlet, after = i + 1 < n ? c[i + 1] : c[i];
            rhs[i] = -lower * before + (2 - middle) * c[i] - upper * after;
        }
        rhs[0] -= lower * inlet;
        double last = 0;
        for (size_t i = 0; i < n; i++)
            last = rhs[i] = (rhs[i] - lower * last) * gone[i];
        for (size_t i = n; i-- > 0;)
            c[i] = last = i + 1 < n ? rhs[i] - up[i] * last : rhs[i];
    }
    return now() - start;
}

int main(void) {
    double plain = INFINITY;
    for (size_t round = 0; round < 3; round++)
        plain = fmin(plain, crank_nicolson());
    qh_case *race = race_case(), *stream = stream_case();
    const double coarse = measure(race, 1000, "race");
    const double fine = measure(race, 50, "race");
    (void)measure(stream, 10, "stream");
    (void)printf("Crank-Nicolson %.1f ms, %.2f ns a cell-step: %.1f times the race, %.1f times with profiles on 50 m\n",
                 1e3 * plain, 1e9 * plain / 28.8e6, plain / coarse, plain / fine);
    qh_case_destroy(race);
    qh_case_destroy(stream);
    return 0;
}
