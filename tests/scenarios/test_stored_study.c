/* The case of a stored run read again from its store alone: settings and scenario with it, results as in the run, and no
 * file left behind. Run from the root of the source tree. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/stored_case.h"
#include "scenarios/analysis.h"

static const char *path_in(char *buffer, size_t size, const char *name) {
    const char *folder = getenv("TMPDIR");
    (void)snprintf(buffer, size, "%s/%s", folder ? folder : "/tmp", name);
    return buffer;
}

/* Runs examples/apengjiang in a scenario and with settings, into a store. */
static qh_store *run(const char *path, const char *scenario, size_t n_setting, const qh_setting *setting) {
    qh_study *study = NULL;
    qh_prepared *prepared = NULL;
    qh_store_writer *writer = NULL;
    qh_store *store = NULL;
    assert_int_equal(qh_study_open("examples/apengjiang", n_setting, setting, scenario, NULL, &study), QH_OK);
    assert_int_equal(qh_prepare(study->river_case, NULL, &prepared), QH_OK);
    const qh_store_provenance provenance = {"test_stored_study", "", NULL};
    assert_int_equal(qh_store_writer_create(path, &provenance, NULL, &writer), QH_OK);
    const qh_sink sink = qh_store_writer_sink(writer);
    assert_int_equal(qh_run(prepared, NULL, &sink, NULL), QH_OK);
    assert_int_equal(qh_store_writer_finish(writer, NULL), QH_OK);
    qh_store_writer_destroy(writer);
    qh_prepared_destroy(prepared);
    qh_study_close(study);
    assert_int_equal(qh_store_open(path, NULL, &store), QH_OK);
    return store;
}

static const qh_margin NO_MARGIN = {QH_MARGIN_NONE, 0};

static void the_store_gives_the_run_again(void **state) {
    (void)state;
    char path[512];
    const qh_setting setting[] = {{"run.temperature", "20 degC"}, {"solver.cell_length", "300 m"}};
    qh_store *store = run(path_in(path, sizeof path, "set.h5"), "提标", 2, setting);
    qh_analysis *a = NULL;
    assert_int_equal(qh_analysis_open_stored(store, NULL, NO_MARGIN, NULL, &a), QH_OK);
    assert_string_equal(a->study->river_case->scenario->name, "提标");
    assert_true(fabs(a->study->river_case->solver.cell_length - 300) < 1e-9);
    double difference = 1;
    assert_int_equal(qh_analysis_difference(a, store, NULL, &difference), QH_OK);
    assert_true(difference < 1e-9);
    qh_analysis_close(a);

    /* The case without those settings is another one: the difference tells. */
    const qh_analysis_options plain = {.folder = "examples/apengjiang", .margin = NO_MARGIN};
    assert_int_equal(qh_analysis_open(&plain, NULL, &a), QH_OK);
    assert_int_equal(qh_analysis_difference(a, store, NULL, &difference), QH_OK);
    assert_true(difference > 1e-3);
    qh_analysis_close(a);
    qh_store_close(store);
}

static void settings_are_kept(void **state) {
    (void)state;
    char path[512];
    const qh_setting setting[] = {{"run.temperature", "20 degC"}};
    qh_store *store = run(path_in(path, sizeof path, "one.h5"), NULL, 1, setting);
    qh_arena *arena = qh_arena_create();
    size_t count = 0;
    qh_setting *kept = NULL;
    assert_int_equal(qh_stored_settings(store, arena, NULL, &count, &kept), QH_OK);
    assert_int_equal(count, 1);
    assert_string_equal(kept[0].key, "run.temperature");
    assert_string_equal(kept[0].value, "20 degC");
    qh_arena_destroy(arena);
    qh_store_close(store);
}

/* What was written to read the case again is gone: an empty folder for temporary files can be removed. */
static void no_file_stays(void **state) {
    (void)state;
    char path[512], folder[512];
    qh_store *store = run(path_in(path, sizeof path, "stays.h5"), "提标", 0, NULL);
    path_in(folder, sizeof folder, "temporary");
    assert_int_equal(mkdir(folder, 0700), 0);
    const char *before = getenv("TMPDIR");
    char *kept = before ? strdup(before) : NULL;
    assert_int_equal(setenv("TMPDIR", folder, 1), 0);
    qh_study *study = NULL;
    assert_int_equal(qh_study_open_stored(store, NULL, &study), QH_OK);
    qh_study_close(study);
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(qh_study_open_stored(store, NULL, &study), QH_E_IO); /* and none without a place for it */
    if (kept) assert_int_equal(setenv("TMPDIR", kept, 1), 0);
    free(kept);
    qh_store_close(store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_store_gives_the_run_again),
        cmocka_unit_test(settings_are_kept),
        cmocka_unit_test(no_file_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
