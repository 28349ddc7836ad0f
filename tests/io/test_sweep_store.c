/* The store of a sweep: shards written in any cut, order and number give the same bytes; what a torn or damaged tail held
 * is computed again and nothing else; damaged files are refused, not believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/sweep_merge.h"
#include "io/sweep_reader.h"
#include "tests/support/case_builder.h"

enum { N = 1000, N_SECTION = 3, N_VARIABLE = 2, N_FIELD = 5, LONGEST = 64 };

static const qh_sweep_field fields[N_FIELD] = {
    {.name = "status", .meanings = "not_computed done failed", .type = QH_SWEEP_MARK, .axis = QH_SWEEP_ONE},
    {.name = "variable_value", .long_name = "values drawn", .axis = QH_SWEEP_VARIABLES},
    {.name = "C1_section", .units = "mg/L", .constituent = "C1", .statistic = "mean", .axis = QH_SWEEP_SECTIONS},
    {.name = "attained", .meanings = "none no yes", .type = QH_SWEEP_MARK, .axis = QH_SWEEP_ONE},
    {.name = "section_attained", .meanings = "none no yes", .type = QH_SWEEP_MARK, .axis = QH_SWEEP_SECTIONS},
};
static const qh_sweep_variable variables[N_VARIABLE] = {{"flow", "1", "流量"}, {"rate", "d-1", ""}};
static const qh_case_file plan_files[] = {{"plan.yaml", "count: 1000\n", "UTF-8"}};

typedef struct bench {
    char folder[LONGEST], path[2 * LONGEST], shards[3 * LONGEST];
    qh_case *river_case;
    qh_sweep_layout layout;
    qh_diag *diag;
} bench;

/* ---- what scenario i is ---- */

static bool fails(uint64_t i) { return i % 97 == 13; }
static double value_of(size_t field, size_t row, uint64_t i) {
    return (double)field * 1e6 + (double)row * 1e4 + (double)i + 0.125;
}
static int8_t mark_of(size_t field, size_t row, uint64_t i) {
    if (field == 0) return fails(i);
    return (int8_t)((i * 7 + row + field) % 3 == 0);
}

static void start(bench *b, const char *name) {
    (void)snprintf(b->folder, sizeof b->folder, "/tmp/qinghe-sweep-XXXXXX");
    assert_non_null(mkdtemp(b->folder));
    (void)snprintf(b->path, sizeof b->path, "%s/%s.h5", b->folder, name);
    (void)snprintf(b->shards, sizeof b->shards, "%s.shards", b->path);
    case_builder *builder = case_begin(1);
    case_reach(builder, "r1", "a", "b", 5000.0, 30.0, 20.0);
    for (int s = 0; s < N_SECTION; s++)
        case_section(builder, "r1", 1000.0 * s);
    b->river_case = case_end(builder);
    b->layout = (qh_sweep_layout){.n_scenario = N,
                                  .n_variable = N_VARIABLE,
                                  .n_field = N_FIELD,
                                  .variable = variables,
                                  .field = fields,
                                  .river_case = b->river_case,
                                  .title = "",
                                  .plan_name = "plan.yaml",
                                  .design = "random",
                                  .path = "response",
                                  .seed = UINT64_MAX,
                                  .n_plan_file = 1,
                                  .plan_file = plan_files};
    b->layout.identity = qh_sweep_identify(&b->layout, "standard");
    b->diag = qh_diag_create(QH_EN);
}

static void end(bench *b) {
    char command[3 * LONGEST];
    (void)snprintf(command, sizeof command, "rm -rf %s", b->folder);
    assert_int_equal(system(command), 0);
    qh_diag_destroy(b->diag);
    qh_case_destroy(b->river_case);
}

/* Writes scenarios first ... first + count - 1. */
static qh_status write_block(qh_sweep_shard *shard, const qh_sweep_layout *l, uint64_t first, uint64_t count) {
    void *values[N_FIELD];
    for (size_t f = 0; f < N_FIELD; f++) {
        const size_t rows = qh_sweep_rows(l, f);
        values[f] = malloc(rows * count * sizeof(double));
        for (size_t i = 0; i < rows * count; i++) {
            if (fields[f].type == QH_SWEEP_REAL)
                ((double *)values[f])[i] = value_of(f, i / count, first + i % count);
            else
                ((int8_t *)values[f])[i] = mark_of(f, i / count, first + i % count);
        }
    }
    qh_sweep_failure failure[N];
    size_t n = 0;
    for (uint64_t i = first; i < first + count; i++)
        if (fails(i)) failure[n++] = (qh_sweep_failure){i, QH_E_NUMERIC, i % 2 ? "the reach is dry" : "干涸"};
    const void *constant[N_FIELD];
    memcpy(constant, values, sizeof constant);
    const qh_status status = qh_sweep_shard_write(shard, first, count, constant, n, failure, NULL);
    for (size_t f = 0; f < N_FIELD; f++)
        free(values[f]);
    return status;
}

/* All gaps, in blocks of up to `size`, dealt to `n_worker` shards in turn, the last blocks first. Returns the scenarios
 * written. */
static uint64_t fill(bench *b, size_t n_worker, uint64_t size, uint64_t most) {
    qh_sweep_scan *scan = NULL;
    assert_int_equal(qh_sweep_scan_create(b->shards, &b->layout, true, b->diag, &scan), QH_OK);
    size_t n_gap = 0;
    uint64_t *gap = NULL, written = 0;
    assert_int_equal(qh_sweep_scan_gaps(scan, 0, N, &n_gap, &gap), QH_OK);
    qh_sweep_shard *shard[8] = {NULL};
    for (size_t w = 0; w < n_worker; w++) {
        char name[24];
        (void)snprintf(name, sizeof name, "%zu", w);
        assert_int_equal(qh_sweep_shard_open(b->shards, name, &b->layout, b->diag, &shard[w]), QH_OK);
    }
    size_t turn = 0;
    for (size_t g = n_gap; g-- > 0;) {
        uint64_t left = gap[2 * g + 1];
        while (left > 0 && written < most) {
            const uint64_t count = left < size ? left : size;
            left -= count;
            assert_int_equal(write_block(shard[turn++ % n_worker], &b->layout, gap[2 * g] + left, count), QH_OK);
            written += count;
        }
    }
    for (size_t w = 0; w < n_worker; w++)
        qh_sweep_shard_close(shard[w]);
    qh_sweep_scan_destroy(scan);
    return written;
}

static void merge(bench *b, bool keep) {
    qh_sweep_scan *scan = NULL;
    assert_int_equal(qh_sweep_scan_create(b->shards, &b->layout, true, b->diag, &scan), QH_OK);
    assert_int_equal(scan->n_finished, N);
    assert_int_equal(qh_sweep_merge(b->path, &b->layout, scan, keep, b->diag), QH_OK);
    qh_sweep_scan_destroy(scan);
}

static char *bytes_of(const char *path, size_t *size) {
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    struct stat status;
    assert_int_equal(fstat(fileno(stream), &status), 0);
    *size = (size_t)status.st_size;
    char *bytes = malloc(*size + 1);
    assert_int_equal(fread(bytes, 1, *size, stream), *size);
    fclose(stream);
    return bytes;
}

/* ---- tests ---- */

static char *reference;
static size_t reference_size;

static int make_reference(void **state) {
    (void)state;
    bench b;
    start(&b, "x");
    assert_int_equal(fill(&b, 1, N, N), N);
    merge(&b, false);
    reference = bytes_of(b.path, &reference_size);
    end(&b);
    return 0;
}

static int drop_reference(void **state) {
    (void)state;
    free(reference);
    return 0;
}

static void expect_reference(const char *path) {
    size_t size = 0;
    char *bytes = bytes_of(path, &size);
    assert_int_equal(size, reference_size);
    assert_memory_equal(bytes, reference, size);
    free(bytes);
}

static void test_same_bytes_from_any_workers(void **state) {
    (void)state;
    static const struct {
        size_t n_worker;
        uint64_t size;
        bool keep;
    } way[] = {{1, 1, false}, {1, 7, true}, {2, 13, false}, {3, 100, false}, {8, 64, true}, {5, 999, false}};
    for (size_t i = 0; i < sizeof way / sizeof *way; i++) {
        bench b;
        start(&b, "other-name");
        assert_int_equal(fill(&b, way[i].n_worker, way[i].size, N), N);
        merge(&b, way[i].keep);
        expect_reference(b.path);
        assert_int_equal(access(b.shards, F_OK), way[i].keep ? 0 : -1);
        if (way[i].keep) merge(&b, false); /* again, from what was kept */
        expect_reference(b.path);
        assert_int_equal(access(b.shards, F_OK), -1);
        end(&b);
    }
}

static void expect_values(const char *path, uint64_t n_finished_below) {
    qh_sweep_file *file = NULL;
    assert_int_equal(qh_sweep_file_open(path, NULL, &file), QH_OK);
    const qh_sweep_file_info *info = qh_sweep_file_get_info(file);
    assert_int_equal(info->layout.n_scenario, N);
    assert_int_equal(info->layout.n_field, N_FIELD);
    assert_int_equal(info->layout.seed, UINT64_MAX);
    assert_string_equal(info->layout.variable[0].title, "流量");
    assert_string_equal(info->layout.plan_file[0].text, "count: 1000\n");
    double values[N];
    int8_t marks[N];
    for (size_t f = 0; f < N_FIELD; f++)
        for (size_t row = 0; row < qh_sweep_rows(&info->layout, f); row++) {
            assert_int_equal(qh_sweep_file_read(file, f, row, 0, N, values, marks, NULL), QH_OK);
            for (uint64_t i = 0; i < N; i++) {
                const bool there = i < n_finished_below;
                if (fields[f].type == QH_SWEEP_MARK)
                    assert_int_equal(marks[i], there ? mark_of(f, row, i) : -1);
                else if (there)
                    assert_true(values[i] == value_of(f, row, i));
                else
                    assert_true(values[i] != values[i]);
            }
        }
    size_t n = 0;
    for (uint64_t i = 0; i < n_finished_below; i++) {
        if (!fails(i)) continue;
        assert_true(n < info->n_failure);
        assert_int_equal(info->failure[n].scenario, i);
        assert_string_equal(info->failure[n++].message, i % 2 ? "the reach is dry" : "干涸");
    }
    assert_int_equal(info->n_failure, n);
    qh_sweep_file_close(file);
}

static void test_values_come_back(void **state) {
    (void)state;
    bench b;
    start(&b, "x");
    fill(&b, 3, 50, N);
    merge(&b, false);
    expect_values(b.path, N);
    end(&b);
}

/* The view over half of a sweep, from another folder than that it was made in. */
static void test_view(void **state) {
    (void)state;
    bench b;
    start(&b, "x");
    qh_sweep_shard *shard = NULL;
    assert_int_equal(qh_sweep_shard_open(b.shards, "0", &b.layout, b.diag, &shard), QH_OK);
    for (uint64_t i = 0; i < 500; i += 50)
        assert_int_equal(write_block(shard, &b.layout, i, 50), QH_OK);
    qh_sweep_scan *scan = NULL;
    assert_int_equal(qh_sweep_scan_create(b.shards, &b.layout, true, b.diag, &scan), QH_OK);
    assert_int_equal(qh_sweep_view(b.path, &b.layout, scan, b.diag), QH_OK);
    expect_values(b.path, 500);
    assert_int_equal(qh_sweep_merge(b.path, &b.layout, scan, false, b.diag), QH_E_INPUT); /* not all are there */
    qh_sweep_scan_destroy(scan);
    qh_sweep_shard_close(shard);
    fill(&b, 4, 33, N);
    assert_int_equal(qh_sweep_scan_create(b.shards, &b.layout, true, b.diag, &scan), QH_OK);
    assert_int_equal(qh_sweep_view(b.path, &b.layout, scan, b.diag), QH_OK);
    qh_sweep_scan_destroy(scan);
    expect_values(b.path, N);
    merge(&b, false); /* over the view */
    expect_reference(b.path);
    end(&b);
}

/* The layout that a shard's own file tells is as good as the plan's. */
static void test_merge_without_the_plan(void **state) {
    (void)state;
    bench b;
    start(&b, "x");
    fill(&b, 2, 50, N);
    char path[4 * LONGEST];
    (void)snprintf(path, sizeof path, "%s/1.h5", b.shards);
    qh_sweep_file *file = NULL;
    assert_int_equal(qh_sweep_file_open(path, b.diag, &file), QH_OK);
    const qh_sweep_layout *layout = &qh_sweep_file_get_info(file)->layout;
    qh_sweep_scan *scan = NULL;
    assert_int_equal(qh_sweep_scan_create(b.shards, layout, true, b.diag, &scan), QH_OK);
    assert_int_equal(qh_sweep_merge(b.path, layout, scan, false, b.diag), QH_OK);
    qh_sweep_scan_destroy(scan);
    qh_sweep_file_close(file);
    expect_reference(b.path);
    end(&b);
}

static void cut(const char *path, size_t size) { assert_int_equal(truncate(path, (off_t)size), 0); }

static void flip(const char *path, size_t at) {
    FILE *stream = fopen(path, "r+b");
    assert_non_null(stream);
    fseek(stream, (long)at, SEEK_SET);
    const int byte = fgetc(stream);
    fseek(stream, (long)at, SEEK_SET);
    fputc(byte ^ 0x40, stream);
    fclose(stream);
}

static uint64_t finished(bench *b, size_t *n_dropped) {
    qh_sweep_scan *scan = NULL;
    assert_int_equal(qh_sweep_scan_create(b->shards, &b->layout, true, b->diag, &scan), QH_OK);
    const uint64_t n = scan->n_finished;
    *n_dropped = scan->n_dropped;
    qh_sweep_scan_destroy(scan);
    return n;
}

/* A log cut at every byte: what is whole before the cut stays finished, the rest is computed again. */
static void test_torn_logs(void **state) {
    (void)state;
    bench b;
    start(&b, "x");
    enum { SIZE = 100 };
    fill(&b, 1, SIZE, 3 * SIZE);
    char log[4 * LONGEST];
    (void)snprintf(log, sizeof log, "%s/0.log", b.shards);
    size_t size = 0, n_dropped = 0;
    free(bytes_of(log, &size));
    uint64_t before = 3 * SIZE;
    size_t n_states = 1;
    for (size_t at = size - 1; at > 0; at--) {
        cut(log, at);
        const uint64_t n = finished(&b, &n_dropped);
        assert_true(n <= before && n % SIZE == 0);
        n_states += n < before;
        before = n;
    }
    assert_int_equal(before, 0);
    assert_int_equal(n_states, 4); /* 3, 2, 1 and 0 blocks */
    assert_int_equal(fill(&b, 2, SIZE, N), N);
    merge(&b, false);
    expect_reference(b.path);
    end(&b);
}

/* One bit of a log or of its numbers: the block that it is in, and those behind it in a log, are computed again. */
static void test_damaged_shards(void **state) {
    (void)state;
    enum { SIZE = 100 };
    for (int trial = 0; trial < 60; trial++) {
        bench b;
        start(&b, "x");
        fill(&b, 1, SIZE, N);
        char path[4 * LONGEST];
        (void)snprintf(path, sizeof path, "%s/0.%s", b.shards, trial % 2 ? "log" : "h5");
        size_t size = 0, n_dropped = 0;
        free(bytes_of(path, &size));
        srand((unsigned)trial);
        const size_t at = (size_t)rand() % size;
        flip(path, at);
        const uint64_t n = finished(&b, &n_dropped);
        assert_true(n % SIZE == 0);
        if (trial % 2) {
            assert_true(n < N); /* every bit of a log is under a checksum */
            assert_true(n_dropped > 0 || n == 0);
        } else {
            assert_true(n == N || (n == N - SIZE && n_dropped == 1));
        }
        assert_int_equal(fill(&b, 2, SIZE / 2, N), N - n);
        merge(&b, false);
        expect_reference(b.path);
        end(&b);
    }
}

static void test_another_sweep_is_refused(void **state) {
    (void)state;
    static const struct {
        size_t offset;
        const char *says;
    } part[] = {{offsetof(qh_sweep_identity, plan), "the plan differs"},
                {offsetof(qh_sweep_identity, river_case), "the case or its standard differs"},
                {offsetof(qh_sweep_identity, program), "another version of the program"},
                {offsetof(qh_sweep_identity, layout), "other results are kept"}};
    bench b;
    start(&b, "x");
    fill(&b, 1, 100, 300);
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        qh_sweep_layout other = b.layout;
        *(uint64_t *)((char *)&other.identity + part[i].offset) ^= 1;
        qh_sweep_scan *scan = NULL;
        qh_sweep_shard *shard = NULL;
        qh_diag *diag = qh_diag_create(QH_EN);
        assert_int_equal(qh_sweep_scan_create(b.shards, &other, true, diag, &scan), QH_E_INPUT);
        assert_non_null(strstr(qh_diag_line(diag, 0), part[i].says));
        assert_int_equal(qh_sweep_shard_open(b.shards, "0", &other, diag, &shard), QH_E_INPUT);
        qh_diag_destroy(diag);
    }
    end(&b);
}

static void test_two_writers_of_one_shard(void **state) {
    (void)state;
    bench b;
    start(&b, "x");
    qh_sweep_shard *one = NULL, *two = NULL;
    assert_int_equal(qh_sweep_shard_open(b.shards, "0", &b.layout, b.diag, &one), QH_OK);
    assert_int_equal(qh_sweep_shard_open(b.shards, "0", &b.layout, b.diag, &two), QH_E_IO);
    qh_sweep_shard_close(one);
    assert_int_equal(qh_sweep_shard_open(b.shards, "0", &b.layout, b.diag, &two), QH_OK);
    qh_sweep_shard_close(two);
    end(&b);
}

/* Overlapping blocks of two jobs: the merge takes each scenario once. */
static void test_overlap(void **state) {
    (void)state;
    bench b;
    start(&b, "x");
    qh_sweep_shard *one = NULL, *two = NULL;
    assert_int_equal(qh_sweep_shard_open(b.shards, "0", &b.layout, b.diag, &one), QH_OK);
    assert_int_equal(qh_sweep_shard_open(b.shards, "1", &b.layout, b.diag, &two), QH_OK);
    assert_int_equal(write_block(one, &b.layout, 0, 600), QH_OK);
    assert_int_equal(write_block(two, &b.layout, 400, 600), QH_OK);
    assert_int_equal(write_block(two, &b.layout, 100, 200), QH_OK);
    qh_sweep_shard_close(one);
    qh_sweep_shard_close(two);
    fill(&b, 3, 77, N);
    merge(&b, false);
    expect_reference(b.path);
    end(&b);
}

/* Damaged files are opened by a child: whatever HDF5 makes of them, it ends soon and says no or gives numbers. */
static int open_damaged(const char *path) {
    qh_sweep_file *file = NULL;
    if (qh_sweep_file_open(path, NULL, &file) != QH_OK) return 1;
    const qh_sweep_layout *l = &qh_sweep_file_get_info(file)->layout;
    double *values = malloc(l->n_scenario * sizeof *values);
    int8_t *marks = malloc(l->n_scenario);
    int code = 0;
    for (size_t f = 0; f < l->n_field && values && marks; f++)
        for (size_t row = 0; row < qh_sweep_rows(l, f); row++)
            if (qh_sweep_file_read(file, f, row, 0, l->n_scenario, values, marks, NULL) != QH_OK) code = 1;
    free(values);
    free(marks);
    qh_sweep_file_close(file);
    return code;
}

static void test_damaged_files(void **state) {
    (void)state;
    bench b;
    start(&b, "x");
    size_t n_refused = 0;
    for (int trial = 0; trial < 200; trial++) {
        srand((unsigned)trial);
        FILE *stream = fopen(b.path, "wb");
        const size_t size = trial % 4 == 0 ? (size_t)rand() % reference_size : reference_size;
        fwrite(reference, 1, size, stream);
        fclose(stream);
        for (int i = 0; trial % 4 && i < 1 + trial % 20; i++)
            flip(b.path, (size_t)rand() % (trial % 4 == 1 ? 4096 : reference_size));
        const pid_t child = fork();
        if (child == 0) {
            alarm(5);
            _exit(open_damaged(b.path));
        }
        int code = 0;
        assert_int_equal(waitpid(child, &code, 0), child);
        assert_true(WIFEXITED(code));
        n_refused += WEXITSTATUS(code);
    }
    assert_true(n_refused > 50);
    end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_bytes_from_any_workers),
        cmocka_unit_test(test_values_come_back),
        cmocka_unit_test(test_view),
        cmocka_unit_test(test_merge_without_the_plan),
        cmocka_unit_test(test_torn_logs),
        cmocka_unit_test(test_damaged_shards),
        cmocka_unit_test(test_another_sweep_is_refused),
        cmocka_unit_test(test_two_writers_of_one_shard),
        cmocka_unit_test(test_overlap),
        cmocka_unit_test(test_damaged_files),
    };
    return cmocka_run_group_tests(tests, make_reference, drop_reference);
}
