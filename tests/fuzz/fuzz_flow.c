/* Fuzzer of the reader of flow records and of what is made of them: any bytes give a sound record or messages. Run by
 * `make fuzz`. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "io/flow_record_reader.h"
#include "model/hydrology.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(int holds) {
    if (!holds) abort();
}

/* Nothing is negative, falling samples fall, and what is made is finite. */
static void analyse(qh_arena *arena, const qh_flow_record *record, qh_diag *diag) {
    qh_hydrology *h = NULL;
    expect(qh_hydrology_analyse(arena, record, 1, diag, &h) == QH_OK);
    for (size_t i = 0; i < h->month.count; i++) {
        expect(h->month.flow[i] >= 0 && isfinite(h->month.flow[i]));
        expect(i == 0 || h->month.flow[i] <= h->month.flow[i - 1]);
    }
    for (size_t i = 0; i < h->month.n_design; i++)
        expect(!h->month.design[i].empirical.given || h->month.design[i].empirical.value >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    qh_arena *arena = qh_arena_create();
    qh_diag *diag = qh_diag_create(QH_ZH);
    qh_text_file file;
    if (qh_text_decode(arena, size, (const char *)data, "fuzz.csv", diag, &file) == QH_OK) {
        qh_flow_record record;
        const qh_status status = qh_flow_record_parse(arena, &file, NULL, diag, &record);
        expect(status == QH_OK || qh_diag_count(diag, QH_ERROR) > 0);
        if (status == QH_OK) {
            expect(qh_diag_count(diag, QH_ERROR) == 0 && record.count > 0);
            for (size_t i = 0; i < record.count; i++)
                expect(record.flow[i] >= 0 && isfinite(record.flow[i]));
            analyse(arena, &record, diag);
        }
    }
    qh_diag_destroy(diag);
    qh_arena_destroy(arena);
    return 0;
}
