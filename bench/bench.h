/* What measurement programs share: a clock, turns, and rows that people and bench/run can read.
 *
 * A program bench_<what>.c measures in one process, on one thread, and prints one line a row; with --json one JSON object
 * a line (bench/README.md has the fields). Things that are compared take turns, and the best of their rounds counts, so
 * that whatever else runs on the machine touches all alike. */
#ifndef QH_BENCH_BENCH_H
#define QH_BENCH_BENCH_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "model/status.h"

/* Seconds since some moment. */
double bench_now(void);

/* Ends the program with the status' text unless it is QH_OK. */
void bench_must(qh_status status, const char *what);

/* One thing that is timed. `run` does it once. */
typedef struct bench_runner {
    void (*run)(void *self);
    void *self;
} bench_runner;

/* Lets the runners take turns, `rounds` times; best [n] receives the shortest processor time of each, in s a run. Runs shorter
 * than `least` [s] are repeated within a round until they have lasted that long. */
void bench_take_turns(size_t n, const bench_runner *runner, size_t rounds, double least, double *best);

/* A row. Numbers that do not apply are NAN, texts NULL; bench_value and bench_against leave them so. */
typedef struct bench_row {
    const char *row;       /* what was measured: "spectral, error 3e-8" */
    double value;          /* in `unit`; less is better */
    const char *unit;      /* "s", "ns", "B", "-" */
    const char *baseline;  /* what it is compared with */
    double baseline_value; /* in `unit` */
    double mark;           /* with a baseline the least ratio baseline/value that is wanted, else the largest value */
    double error;          /* -, of the result, relative to the highest inflow */
} bench_row;

bench_row bench_value(const char *row, double value, const char *unit);
bench_row bench_against(const char *row, double value, const char *unit, const char *baseline, double baseline_value);

typedef struct bench {
    const char *group; /* the program's rows belong together: "race" */
    bool json;
    int argc;    /* what is left of the arguments */
    char **argv; /* [argc] */
} bench;

/* Reads the command line: --json anywhere, the rest is left in argc and argv. */
bench bench_begin(int argc, char **argv, const char *group);

void bench_print(const bench *b, const bench_row *row);

/* A row that could not be measured, and why. */
void bench_skip(const bench *b, const char *row, const char *why);

/* One point of a curve of a plot: "precision" has time [s] over error [-], "scaling" time [s] over cells. */
void bench_point(const bench *b, const char *plot, const char *curve, double x, double y);

/* Baseline over value; NAN without a baseline. */
double bench_ratio(const bench_row *row);

/* Whether a row's mark holds; true where it has none. */
bool bench_holds(const bench_row *row);

/* Exponent p of y = c x^p by least squares of the logarithms, x, y [n] > 0. */
double bench_exponent(size_t n, const double *x, const double *y);

#endif
