/* For fuzzers whose readers read files: a folder of their own with a small good case in it, gone at the end. */
#ifndef QH_TESTS_FUZZ_FOLDER_H
#define QH_TESTS_FUZZ_FOLDER_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void expect(int holds) {
    if (!holds) abort();
}

typedef struct fuzz_file {
    const char *name, *text;
} fuzz_file;

static char fuzz_folder[] = "/tmp/qinghe-fuzz-XXXXXX";
enum { FUZZ_PATH = 256 };

/* path [FUZZ_PATH] */
static inline void fuzz_path(const char *name, char *path) {
    (void)snprintf(path, FUZZ_PATH, "%s/%s", fuzz_folder, name);
}

static inline void fuzz_write(const char *name, const void *data, size_t size) {
    char path[FUZZ_PATH];
    fuzz_path(name, path);
    FILE *file = fopen(path, "wb");
    expect(file != NULL && fwrite(data, 1, size, file) == size && fclose(file) == 0);
}

static inline void fuzz_remove(const char *name) {
    char path[FUZZ_PATH];
    fuzz_path(name, path);
    (void)remove(path);
}

/* Folders of cases that files may lie in. */
static const char *const fuzz_inner[] = {"scenarios", "plans"};

static inline void fuzz_open(size_t n, const fuzz_file *file) {
    expect(mkdtemp(fuzz_folder) != NULL);
    for (size_t i = 0; i < sizeof fuzz_inner / sizeof *fuzz_inner; i++) {
        char path[FUZZ_PATH];
        fuzz_path(fuzz_inner[i], path);
        expect(mkdir(path, 0700) == 0);
    }
    for (size_t i = 0; i < n; i++)
        fuzz_write(file[i].name, file[i].text, strlen(file[i].text));
}

static inline void fuzz_close(size_t n, const fuzz_file *file) {
    for (size_t i = 0; i < n; i++)
        fuzz_remove(file[i].name);
    for (size_t i = 0; i < sizeof fuzz_inner / sizeof *fuzz_inner; i++)
        fuzz_remove(fuzz_inner[i]);
    (void)rmdir(fuzz_folder);
}

#endif
