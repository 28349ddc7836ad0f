/* Fuzzer of the reader of discharge standards: any bytes give a sound standard or messages. Run by `make fuzz`. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "io/discharge_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(int holds) {
    if (!holds) abort();
}

static void check_item(const qh_discharge_standard *standard, const qh_discharge_item *item) {
    expect(qh_discharge_item_find(standard, item->code) == item);
    for (size_t g = 0; g < standard->n_grade; g++) {
        const qh_optional cold = qh_discharge_limit(item, g, 0), warm = qh_discharge_limit(item, g, 40);
        expect(!cold.given || (isfinite(cold.value) && cold.value >= 0));
        expect(!warm.given || (isfinite(warm.value) && warm.value >= 0));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    qh_diag *diag = qh_diag_create(QH_ZH);
    qh_discharge_standard *standard = NULL;
    const qh_status status = qh_discharge_parse("fuzz.yaml", size, (const char *)data, diag, &standard);
    expect((status == QH_OK) == (standard != NULL));
    expect(status == QH_OK || qh_diag_count(diag, QH_ERROR) > 0);
    if (standard) {
        expect(standard->n_grade >= 1 && standard->n_grade <= QH_MAX_DISCHARGE_GRADES);
        for (size_t g = 0; g < standard->n_grade; g++) {
            size_t found = SIZE_MAX;
            expect(qh_discharge_grade_find(standard, standard->grade[g], &found) && found <= g);
        }
        for (size_t i = 0; i < standard->n_item; i++)
            check_item(standard, &standard->item[i]);
        qh_discharge_standard_destroy(standard);
    }
    qh_diag_destroy(diag);
    return 0;
}
