/* The executor of sweeps, with scenarios that cost as long as a test wants: one process, several, parts; what is finished
 * is never computed again; a stop keeps it. Scripts beside this file kill it, and run it under MPI and Slurm:
 *
 *     test_sweep --run OUT COUNT MICROSECONDS jobs N | mpi PLUGIN | shard I/N */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/sweep_reader.h"
#include "scenarios/jobs.h"
#include "scenarios/launch.h"
#include "scenarios/sweep.h"
#include "tests/support/case_builder.h"

enum { N_SECTION = 4, N_FIELD = 3 };

static const qh_sweep_field fields[N_FIELD] = {
    {.name = "status", .meanings = "not_computed done failed", .type = QH_SWEEP_MARK, .axis = QH_SWEEP_ONE},
    {.name = "C1_section", .units = "mg/L", .constituent = "C1", .axis = QH_SWEEP_SECTIONS},
    {.name = "attained", .meanings = "none no yes", .type = QH_SWEEP_MARK, .axis = QH_SWEEP_SECTIONS},
};

/* ---- scenarios: a scrambled number each; every 97th fails ---- */

typedef struct made_up {
    qh_case *river_case;
    qh_sweep_source source;
    long microseconds; /* that a scenario takes */
    uint64_t stop_at;  /* a scenario whose computing asks the process to stop; UINT64_MAX: none */
    bool stop;
    uint64_t n_evaluated;
} made_up;

static bool fails(uint64_t i) { return i % 97 == 13; }

static double value_of(size_t section, uint64_t i) {
    uint64_t x = (i + 1) * UINT64_C(0x9e3779b97f4a7c15) + section;
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    return (double)(x >> 11) / 9007199254740992.0;
}

static void take_time(long microseconds) {
    const struct timespec t = {microseconds / 1000000, microseconds % 1000000 * 1000};
    (void)nanosleep(&t, NULL);
}

static qh_status evaluate(void *self, qh_sweep_results *r, const qh_progress *progress, qh_diag *diag) {
    (void)diag;
    made_up *m = self;
    int8_t *status = r->values[0], *attained = r->values[2];
    double *value = r->values[1];
    for (uint64_t k = 0; k < r->count; k++) {
        const uint64_t i = r->first + k;
        if (qh_progress_stop(progress, 0.5)) return QH_E_INTERRUPTED;
        if (m->microseconds > 0) take_time(m->microseconds);
        status[k] = fails(i);
        for (size_t s = 0; s < N_SECTION; s++) {
            value[s * r->count + k] = fails(i) ? -1.0 : value_of(s, i);
            attained[s * r->count + k] = (int8_t)(fails(i) ? -1 : value_of(s, i) < 0.7);
        }
        if (fails(i)) r->failure[r->n_failure++] = (qh_sweep_failure){i, QH_E_NUMERIC, "断流: the reach is dry"};
        m->n_evaluated++;
        if (i == m->stop_at) m->stop = true;
    }
    return QH_OK;
}

static void make_up(made_up *m, uint64_t count, long microseconds) {
    case_builder *builder = case_begin(1);
    case_reach(builder, "r1", "a", "b", 5000.0, 30.0, 20.0);
    for (int s = 0; s < N_SECTION; s++)
        case_section(builder, "r1", 1000.0 * s);
    *m = (made_up){.river_case = case_end(builder), .microseconds = microseconds, .stop_at = UINT64_MAX};
    m->source = (qh_sweep_source){.self = m,
                                  .unit = 1,
                                  .layout = {.n_scenario = count,
                                             .n_field = N_FIELD,
                                             .field = fields,
                                             .river_case = m->river_case,
                                             .title = "",
                                             .plan_name = "made up",
                                             .design = "",
                                             .path = ""},
                                  .evaluate = evaluate};
    m->source.layout.identity = qh_sweep_identify(&m->source.layout, "");
}

/* ---- the driver ---- */

static qh_status work_as(qh_sweep *sweep, size_t n_job, qh_crew *crew, qh_diag *diag) {
    if (n_job == 1) return qh_sweep_work(sweep, crew, NULL, diag);
    qh_jobs jobs;
    qh_crew local;
    qh_status status = qh_jobs_start(n_job, diag, &jobs, &local);
    if (status != QH_OK) return status;
    status = qh_sweep_work(sweep, &local, NULL, diag);
    if (local.rank > 0) _exit((int)status);
    const qh_status others = qh_jobs_wait(&jobs, diag);
    return status == QH_OK ? others : status;
}

static qh_status sweep_as(made_up *m, const qh_sweep_options *options, size_t n_job, qh_crew *crew, qh_diag *diag,
                          qh_sweep_state *state) {
    qh_sweep *sweep = NULL;
    qh_status status = qh_sweep_open(options, &m->source, &sweep);
    if (status != QH_OK) return status;
    status = qh_sweep_begin(sweep, crew, diag);
    if (status == QH_OK) status = qh_sweep_finish(sweep, crew, work_as(sweep, n_job, crew, diag), diag);
    *state = qh_sweep_get_state(sweep);
    qh_sweep_close(sweep);
    return status;
}

static int drive(char **argv) {
    const char *way = argv[3], *with = argv[4];
    made_up m;
    make_up(&m, strtoull(argv[1], NULL, 10), strtol(argv[2], NULL, 10));
    qh_sweep_options options = {.output = argv[0]};
    qh_diag *diag = qh_diag_create(QH_EN);
    uint64_t counter = 0;
    qh_crew crew = qh_crew_alone(&counter);
    size_t n_job = 1;
    qh_status status = QH_OK;
    if (strcmp(way, "jobs") == 0) n_job = strtoul(with, NULL, 10);
    if (strcmp(way, "mpi") == 0) {
        status = qh_launch_find() == QH_LAUNCHED_BY_MPI ? qh_crew_join(with, diag, &crew) : QH_E_USAGE;
        if (status == QH_E_USAGE) (void)fprintf(stderr, "not under MPI\n");
    }
    if (strcmp(way, "shard") == 0) (void)sscanf(with, "%zu/%zu", &options.shard, &options.n_shard);
    qh_sweep_state state = {0};
    if (status == QH_OK) status = sweep_as(&m, &options, n_job, &crew, diag, &state);
    for (size_t i = 0; i < qh_diag_size(diag); i++)
        (void)fprintf(stderr, "%s\n", qh_diag_line(diag, i));
    if (crew.rank == 0)
        printf("kept %llu of %llu, computed here %llu, dropped %zu, complete %d, workers %zu\n",
               (unsigned long long)state.n_kept, (unsigned long long)state.n_mine, (unsigned long long)state.n_computed,
               state.n_dropped, state.complete, crew.size);
    crew.dismiss(crew.self);
    qh_diag_destroy(diag);
    qh_case_destroy(m.river_case);
    return qh_status_exit_code(status);
}

/* ---- tests ---- */

static char folder[] = "/tmp/qinghe-executor-XXXXXX";
static char path[128];

static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    (void)snprintf(path, sizeof path, "%s/s.h5", folder);
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    char command[160];
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

/* One run by a crew of one. Its state, and its status. */
static qh_status run(made_up *m, qh_sweep_options options, const qh_progress *progress, qh_diag *diag,
                     qh_sweep_state *state) {
    options.output = path;
    uint64_t counter = 0;
    const qh_crew crew = qh_crew_alone(&counter);
    qh_sweep *sweep = NULL;
    assert_int_equal(qh_sweep_open(&options, &m->source, &sweep), QH_OK);
    qh_status status = qh_sweep_begin(sweep, &crew, diag);
    if (status == QH_OK) status = qh_sweep_finish(sweep, &crew, qh_sweep_work(sweep, &crew, progress, diag), diag);
    *state = qh_sweep_get_state(sweep);
    qh_sweep_close(sweep);
    return status;
}

static void expect_all(uint64_t count) {
    qh_sweep_file *file = NULL;
    assert_int_equal(qh_sweep_file_open(path, NULL, &file), QH_OK);
    double *value = malloc(count * sizeof *value);
    for (size_t s = 0; s < N_SECTION; s++) {
        assert_int_equal(qh_sweep_file_read(file, 1, s, 0, count, value, NULL, NULL), QH_OK);
        for (uint64_t i = 0; i < count; i++)
            assert_true(value[i] == (fails(i) ? -1.0 : value_of(s, i)));
    }
    uint64_t n = 0;
    for (uint64_t i = 0; i < count; i++)
        n += fails(i);
    assert_int_equal(qh_sweep_file_get_info(file)->n_failure, n);
    free(value);
    qh_sweep_file_close(file);
}

static void test_a_sweep_and_again(void **state) {
    (void)state;
    enum { COUNT = 20000 };
    made_up m;
    make_up(&m, COUNT, 0);
    qh_sweep_state after;
    assert_int_equal(run(&m, (qh_sweep_options){0}, NULL, NULL, &after), QH_OK);
    assert_true(after.complete);
    assert_int_equal(after.n_computed, COUNT);
    expect_all(COUNT);
    assert_int_equal(run(&m, (qh_sweep_options){0}, NULL, NULL, &after), QH_OK);
    assert_true(after.complete);
    assert_int_equal(m.n_evaluated, COUNT); /* nothing again */
    assert_int_equal(run(&m, (qh_sweep_options){.restart = true}, NULL, NULL, &after), QH_OK);
    assert_int_equal(m.n_evaluated, 2 * COUNT);

    made_up other;
    make_up(&other, COUNT, 0);
    other.source.layout.identity.plan ^= 1;
    qh_diag *diag = qh_diag_create(QH_EN);
    assert_int_equal(run(&other, (qh_sweep_options){0}, NULL, diag, &after), QH_E_INPUT);
    assert_non_null(strstr(qh_diag_line(diag, 0), "the plan differs"));
    assert_int_equal(other.n_evaluated, 0);
    expect_all(COUNT); /* and it was not touched */
    qh_diag_destroy(diag);
    assert_int_equal(remove(path), 0);
    qh_case_destroy(m.river_case);
    qh_case_destroy(other.river_case);
}

static bool go_on(void *self, double done) {
    assert_true(done >= 0.0 && done <= 1.0);
    return !((made_up *)self)->stop;
}

/* Stopped again and again: every scenario is finished once, but for those of the block that was being computed. */
static void test_stops(void **state) {
    (void)state;
    enum { COUNT = 30000, STEP = 4000 };
    made_up m;
    make_up(&m, COUNT, 0);
    const qh_progress progress = {&m, go_on};
    qh_sweep_state after = {0};
    uint64_t kept = 0, n_stop = 0;
    qh_status status;
    do {
        m.stop_at = n_stop * STEP + STEP / 2;
        m.stop = false;
        status = run(&m, (qh_sweep_options){0}, &progress, NULL, &after);
        assert_true(status == QH_OK || status == QH_E_INTERRUPTED);
        assert_int_equal(after.n_kept, kept);
        kept += after.n_computed;
        n_stop++;
    } while (status != QH_OK);
    assert_true(n_stop > 4);
    assert_int_equal(kept, COUNT);
    assert_true(after.complete);
    expect_all(COUNT);
    assert_int_equal(remove(path), 0);
    qh_case_destroy(m.river_case);
}

/* Parts of a job array have every scenario once; the last one does not make the file, the whole sweep then does. */
static void test_parts(void **state) {
    (void)state;
    enum { COUNT = 1001, PARTS = 7 };
    made_up m;
    make_up(&m, COUNT, 0);
    qh_sweep_state after;
    uint64_t sum = 0;
    for (size_t i = PARTS; i >= 1; i--) {
        assert_int_equal(run(&m, (qh_sweep_options){.shard = i, .n_shard = PARTS}, NULL, NULL, &after), QH_OK);
        assert_int_equal(after.n_computed, after.n_mine);
        assert_false(after.complete);
        sum += after.n_mine;
    }
    assert_int_equal(sum, COUNT);
    assert_int_equal(run(&m, (qh_sweep_options){0}, NULL, NULL, &after), QH_OK);
    assert_int_equal(after.n_kept, COUNT);
    assert_true(after.complete);
    assert_int_equal(m.n_evaluated, COUNT);
    expect_all(COUNT);
    assert_int_equal(remove(path), 0);
    qh_case_destroy(m.river_case);
}

/* A child that dies is told of, and what the others finished is kept. */
static void test_a_worker_is_killed(void **state) {
    (void)state;
    qh_jobs jobs;
    qh_crew crew;
    qh_diag *diag = qh_diag_create(QH_EN);
    assert_int_equal(qh_jobs_start(3, diag, &jobs, &crew), QH_OK);
    if (crew.rank == 1) raise(SIGKILL);
    if (crew.rank == 2) _exit(crew.take(crew.self, 5) == 0 ? QH_OK : QH_E_USAGE);
    assert_int_equal(crew.rank, 0);
    assert_int_equal(crew.size, 3);
    uint64_t taken = 0;
    for (int i = 0; i < 1000 && taken == 0; i++) { /* the other one's take is seen here */
        take_time(5000);
        taken = crew.take(crew.self, 0);
    }
    assert_int_equal(taken, 5);
    assert_int_equal(qh_jobs_wait(&jobs, diag), QH_E_IO);
    assert_non_null(strstr(qh_diag_line(diag, 0), "signal 9"));
    qh_diag_destroy(diag);
}

static void test_no_plugin(void **state) {
    (void)state;
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_crew crew;
    assert_int_equal(qh_crew_join("/nowhere/qinghe_mpi.so", diag, &crew), QH_E_USAGE);
    assert_non_null(strstr(qh_diag_line(diag, 0), "without MPI"));
    qh_diag_destroy(diag);
}

int main(int argc, char **argv) {
    if (argc == 7 && strcmp(argv[1], "--run") == 0) return drive(argv + 2);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_sweep_and_again),  cmocka_unit_test(test_stops),     cmocka_unit_test(test_parts),
        cmocka_unit_test(test_a_worker_is_killed), cmocka_unit_test(test_no_plugin),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
