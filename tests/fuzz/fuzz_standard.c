/* Fuzzer of the reader of standards: any bytes give a sound standard or messages. Run by `make fuzz`. */
#include <stdint.h>
#include <stdlib.h>

#include "io/standard_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(int holds) {
    if (!holds) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    qh_diag *diag = qh_diag_create(QH_ZH);
    qh_standard *standard = NULL;
    const qh_status status = qh_standard_parse("fuzz.yaml", size, (const char *)data, diag, &standard);
    expect((status == QH_OK) == (standard != NULL));
    expect(status == QH_OK || qh_diag_count(diag, QH_ERROR) > 0);
    if (standard) {
        expect(standard->n_class >= 1 && standard->n_class <= QH_MAX_CLASSES);
        expect(standard->exceedance_base_class >= 1 && (size_t)standard->exceedance_base_class <= standard->n_class);
        for (size_t i = 0; i < standard->n_item; i++) {
            const qh_standard_item *item = &standard->item[i];
            const int class_number = qh_standard_class_of(standard, item, 1.0);
            expect(class_number >= 1 && (size_t)class_number <= standard->n_class + 1);
            expect(qh_standard_item_find(standard, item->code) == item);
        }
        for (size_t i = 0; i <= standard->n_class; i++)
            expect(standard->grading.n_grade == 0 || standard->grading.class_grade[i] < standard->grading.n_grade);
        qh_standard_destroy(standard);
    }
    qh_diag_destroy(diag);
    return 0;
}
