#include "bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

double bench_now(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void bench_must(qh_status status, const char *what) {
    if (status == QH_OK) return;
    (void)fprintf(stderr, "%s: %s\n", what, qh_status_text(status));
    exit(1);
}

/* Time that the process itself has used: on one thread the same as the clock's, but blind to what others run. */
static double used(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double time_of(const bench_runner *runner, double least) {
    const double begun = used();
    double passed = 0;
    size_t count = 0;
    do {
        runner->run(runner->self);
        count++;
        passed = used() - begun;
    } while (passed < least);
    return passed / (double)count;
}

void bench_take_turns(size_t n, const bench_runner *runner, size_t rounds, double least, double *best) {
    for (size_t i = 0; i < n; i++)
        best[i] = INFINITY;
    for (size_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < n; i++)
            best[i] = fmin(best[i], time_of(&runner[i], least));
    }
}

bench bench_begin(int argc, char **argv, const char *group) {
    bench b = {.group = group, .argv = argv};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            b.json = true;
        else
            argv[b.argc++] = argv[i];
    }
    return b;
}

bench_row bench_value(const char *row, double value, const char *unit) {
    return (bench_row){.row = row, .value = value, .unit = unit, .baseline_value = NAN, .mark = NAN, .error = NAN};
}

bench_row bench_against(const char *row, double value, const char *unit, const char *baseline, double baseline_value) {
    bench_row made = bench_value(row, value, unit);
    made.baseline = baseline;
    made.baseline_value = baseline_value;
    return made;
}

double bench_ratio(const bench_row *row) { return row->baseline_value / row->value; }

bool bench_holds(const bench_row *row) {
    if (isnan(row->mark)) return true;
    return row->baseline ? bench_ratio(row) >= row->mark : row->value <= row->mark;
}

/* ---- JSON: what a C string may hold, escaped; NAN and infinity have no place in it and are left out ---- */

static void put_text(const char *key, const char *text) {
    if (!text) return;
    printf(",\"%s\":\"", key);
    for (const char *p = text; *p; p++) {
        if (*p == '"' || *p == '\\')
            printf("\\%c", *p);
        else if ((unsigned char)*p < ' ')
            printf("\\u%04x", (unsigned)*p);
        else
            (void)putchar(*p);
    }
    (void)putchar('"');
}

static void put_number(const char *key, double value) {
    if (isfinite(value)) printf(",\"%s\":%.9g", key, value);
}

/* Opens an object with its group, so that every key after it begins with a comma. */
static void open_object(const bench *b) {
    printf("{\"protocol\":1");
    put_text("group", b->group);
}

static void close_object(void) {
    printf("}\n");
    (void)fflush(stdout);
}

void bench_print(const bench *b, const bench_row *row) {
    const double ratio = row->baseline ? bench_ratio(row) : NAN;
    if (b->json) {
        open_object(b);
        put_text("row", row->row);
        put_number("value", row->value);
        put_text("unit", row->unit);
        put_text("baseline", row->baseline);
        put_number("baseline_value", row->baseline_value);
        put_number("ratio", ratio);
        put_number("mark", row->mark);
        if (!isnan(row->mark)) printf(",\"holds\":%s", bench_holds(row) ? "true" : "false");
        put_number("error", row->error);
        close_object();
        return;
    }
    printf("%s: %s: %.4g %s", b->group, row->row, row->value, row->unit);
    if (!isnan(row->error)) printf(", error %.2g", row->error);
    if (row->baseline) printf("; %s: %.4g %s, ratio %.3g", row->baseline, row->baseline_value, row->unit, ratio);
    if (!isnan(row->mark)) printf(" (mark %g %s)", row->mark, bench_holds(row) ? "holds" : "MISSED");
    printf("\n");
    (void)fflush(stdout);
}

void bench_skip(const bench *b, const char *row, const char *why) {
    if (!b->json) {
        printf("%s: %s: skipped, %s\n", b->group, row, why);
        return;
    }
    open_object(b);
    put_text("row", row);
    put_text("skipped", why);
    close_object();
}

void bench_point(const bench *b, const char *plot, const char *curve, double x, double y) {
    if (!b->json) {
        printf("  %s, %s: %.4g, %.4g\n", plot, curve, x, y);
        return;
    }
    open_object(b);
    put_text("plot", plot);
    put_text("curve", curve);
    put_number("x", x);
    put_number("y", y);
    close_object();
}

double bench_exponent(size_t n, const double *x, const double *y) {
    double sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (size_t i = 0; i < n; i++) {
        const double u = log(x[i]), v = log(y[i]);
        sx += u;
        sy += v;
        sxx += u * u;
        sxy += u * v;
    }
    const double count = (double)n;
    return (count * sxy - sx * sy) / (count * sxx - sx * sx);
}
