#include "tests/support/analysis.h"

#include <stdio.h>
#include <stdlib.h>

#include "io/standard_reader.h"

qh_analysis *analysis_of(const qh_case *river_case, qh_margin margin) {
    qh_diag *diag = qh_diag_create(QH_EN);
    qh_analysis *a = calloc(1, sizeof *a);
    if (!a || !diag) abort();
    a->study = calloc(1, sizeof *a->study);
    if (!a->study) abort();
    a->study->river_case = river_case;
    qh_status status = qh_standard_read("GB3838-2002", diag, &a->standard);
    if (status == QH_OK) status = qh_targets_create(river_case, a->standard, margin, diag, &a->targets);
    if (status == QH_OK) status = qh_prepare(river_case, diag, &a->prepared);
    if (status == QH_OK) status = qh_response_create(a->prepared, diag, &a->response);
    for (size_t i = 0; status != QH_OK && i < qh_diag_size(diag); i++)
        (void)fprintf(stderr, "%s\n", qh_diag_line(diag, i));
    if (status != QH_OK) abort();
    qh_diag_destroy(diag);
    return a;
}
