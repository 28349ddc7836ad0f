/* Fuzzes the reader of water quality standards: the input is the file. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "io/standard_reader.h"
#include "model/diag.h"

static char folder[] = "/tmp/qinghe-fuzz-XXXXXX";
static char path[64];

static void remove_file(void) {
    unlink(path);
    rmdir(folder);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc, (void)argv;
    if (!mkdtemp(folder)) abort();
    snprintf(path, sizeof path, "%s/standard.yaml", folder);
    atexit(remove_file);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(data, 1, size, f) != size || fclose(f) != 0) abort();
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_standard *standard = NULL;
    const qh_status status = qh_standard_read(path, diag, &standard);
    if ((status == QH_OK) != (standard != NULL)) abort();
    if (status == QH_E_INPUT && qh_diag_count(diag, QH_ERROR) == 0) abort();
    qh_standard_destroy(standard);
    qh_diag_destroy(diag);
    return 0;
}
