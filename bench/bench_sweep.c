/* The store of a sweep: what a million scenarios cost beside their computing, and how soon one section is read.
 *
 * The layout is that of ten sections and three constituents: 30 numbers and 41 marks a scenario. Scenarios are copies of
 * one another, so that computing takes nothing and all that is timed is the executor, the shard, its merge and fsync. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/bench.h"
#include "io/sweep_reader.h"
#include "scenarios/sweep.h"
#include "tests/support/case_builder.h"

enum { N_SECTION = 10, N_FIELD = 8, COUNT = 1000000 };

static const qh_sweep_field fields[N_FIELD] = {
    {.name = "status", .meanings = "not_computed done failed", .type = QH_SWEEP_MARK},
    {.name = "C1", .axis = QH_SWEEP_SECTIONS},
    {.name = "C2", .axis = QH_SWEEP_SECTIONS},
    {.name = "C3", .axis = QH_SWEEP_SECTIONS},
    {.name = "C1_attained", .meanings = "none no yes", .type = QH_SWEEP_MARK, .axis = QH_SWEEP_SECTIONS},
    {.name = "C2_attained", .meanings = "none no yes", .type = QH_SWEEP_MARK, .axis = QH_SWEEP_SECTIONS},
    {.name = "C3_attained", .meanings = "none no yes", .type = QH_SWEEP_MARK, .axis = QH_SWEEP_SECTIONS},
    {.name = "attained", .meanings = "none no yes", .type = QH_SWEEP_MARK, .axis = QH_SWEEP_SECTIONS},
};

static qh_status evaluate(void *self, qh_sweep_results *results, const qh_progress *progress, qh_diag *diag) {
    (void)self, (void)progress, (void)diag;
    double *c1 = results->values[1];
    for (uint64_t i = 0; i < results->count; i++) /* so that what is read can be checked */
        c1[3 * results->count + i] = (double)(results->first + i);
    return QH_OK;
}

static double sum_of(const char *path, double *seconds) {
    double *value = calloc(COUNT, sizeof *value), sum = 0.0;
    if (!value) bench_must(QH_E_NOMEM, "reading");
    const double begin = bench_now();
    qh_sweep_file *file = NULL;
    bench_must(qh_sweep_file_open(path, NULL, &file), "opening");
    bench_must(qh_sweep_file_read(file, 1, 3, 0, COUNT, value, NULL, NULL), "reading");
    qh_sweep_file_close(file);
    *seconds = bench_now() - begin;
    for (size_t i = 0; i < COUNT; i++)
        sum += value[i];
    free(value);
    return sum;
}

int main(int argc, char **argv) {
    const bench b = bench_begin(argc, argv, "sweep");
    char folder[] = "/tmp/qinghe-bench-XXXXXX", path[64];
    if (!mkdtemp(folder)) bench_must(QH_E_IO, "a folder");
    (void)snprintf(path, sizeof path, "%s/s.h5", folder);
    case_builder *builder = case_begin(3);
    case_reach(builder, "r1", "a", "b", 5000.0, 30.0, 20.0);
    for (int s = 0; s < N_SECTION; s++)
        case_section(builder, "r1", 400.0 * s);
    qh_case *c = case_end(builder);
    qh_sweep_source source = {.unit = 1,
                              .layout = {.n_scenario = COUNT,
                                         .n_field = N_FIELD,
                                         .field = fields,
                                         .river_case = c,
                                         .title = "",
                                         .plan_name = "bench",
                                         .design = "",
                                         .path = ""},
                              .evaluate = evaluate};
    source.layout.identity = qh_sweep_identify(&source.layout, "");
    uint64_t counter = 0;
    const qh_crew crew = qh_crew_alone(&counter);
    qh_sweep *sweep = NULL;
    const double begin = bench_now();
    bench_must(qh_sweep_open(&(qh_sweep_options){.output = path}, &source, &sweep), "opening");
    bench_must(qh_sweep_begin(sweep, &crew, NULL), "beginning");
    const qh_status worked = qh_sweep_work(sweep, &crew, NULL, NULL);
    const double written = bench_now();
    bench_must(qh_sweep_finish(sweep, &crew, worked, NULL), "finishing");
    const double end = bench_now();
    qh_sweep_close(sweep);

    bench_row row = bench_value("a million scenarios into a shard, 281 MB", written - begin, "s");
    bench_print(&b, &row);
    row = bench_value("the one file of it, on the disk", end - written, "s");
    bench_print(&b, &row);
    double seconds = 0.0;
    const double sum = sum_of(path, &seconds);
    if (sum != 0.5 * (double)COUNT * (COUNT - 1.0)) bench_must(QH_E_NUMERIC, "what was read");
    row = bench_value("one section of a million scenarios read", seconds, "s");
    row.mark = 1.0;
    bench_print(&b, &row);
    (void)remove(path);
    (void)rmdir(folder);
    qh_case_destroy(c);
    return 0;
}
