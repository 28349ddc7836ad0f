/* Fuzzes the case reader. The first byte of an input picks a file of a case, the rest is that file's content; the other
 * files are those of examples/apengjiang, so that the tables' references to each other are reached as well. Run from the
 * project's root. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/case_reader.h"
#include "model/case.h"
#include "model/diag.h"

#define BASE "examples/apengjiang"

static const char *const file_name[] = {"case.yaml",      "reaches.csv",    "nodes.csv",       "cross_sections.csv",
                                        "kinetics.csv",   "headwaters.csv", "tributaries.csv", "outfalls.csv",
                                        "laterals.csv",   "stations.csv",   "sections.csv",    "withdrawals.csv",
                                        "series/load.csv"};
enum { n_file = sizeof file_name / sizeof file_name[0] };

static char folder[] = "/tmp/qinghe-fuzz-XXXXXX";

static void path_of(int file, size_t size, char *path) { snprintf(path, size, "%s/%s", folder, file_name[file]); }

static void write_file(int file, const void *bytes, size_t n) {
    char path[64];
    path_of(file, sizeof path, path);
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(bytes, 1, n, f) != n || fclose(f) != 0) abort();
}

/* As in the base case; a file that it does not have is removed. */
static void restore_file(int file) {
    static char buffer[1 << 16];
    char path[64];
    snprintf(path, sizeof path, BASE "/%s", file_name[file]);
    FILE *f = fopen(path, "rb");
    if (!f) {
        path_of(file, sizeof path, path);
        unlink(path);
        return;
    }
    const size_t n = fread(buffer, 1, sizeof buffer, f);
    fclose(f);
    write_file(file, buffer, n);
}

static void remove_folder(void) {
    char path[64];
    for (int i = 0; i < n_file; i++) {
        path_of(i, sizeof path, path);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/series", folder);
    rmdir(path);
    rmdir(folder);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc, (void)argv;
    char path[64];
    if (access(BASE "/case.yaml", R_OK) != 0) {
        fprintf(stderr, "run this from the project's root: there is no " BASE "/case.yaml here\n");
        exit(2);
    }
    if (!mkdtemp(folder)) abort();
    snprintf(path, sizeof path, "%s/series", folder);
    if (mkdir(path, 0700) != 0) abort();
    for (int i = 0; i < n_file; i++)
        restore_file(i);
    atexit(remove_folder);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0) return 0;
    const int file = (data[0] - 'a' + 256) % n_file;
    write_file(file, data + 1, size - 1);
    qh_diag *diag = qh_diag_create(data[0] % 2 ? QH_EN : QH_ZH);
    qh_case *river_case = NULL;
    const qh_status status = qh_case_read(folder, 0, NULL, diag, &river_case);
    /* What is refused says why, and gives nothing back; what is accepted has no error. */
    if ((status == QH_OK) != (river_case != NULL)) abort();
    if (status == QH_E_INPUT && qh_diag_count(diag, QH_ERROR) == 0) abort();
    if (status == QH_OK && qh_diag_count(diag, QH_ERROR) > 0) abort();
    for (size_t i = 0; i < qh_diag_size(diag); i++) {
        if (strlen(qh_diag_line(diag, i)) == 0) abort();
    }
    qh_case_destroy(river_case);
    qh_diag_destroy(diag);
    restore_file(file);
    return 0;
}
