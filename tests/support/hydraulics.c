#include "tests/support/hydraulics.h"

#include <stdio.h>
#include <stdlib.h>

static void must(qh_status status, qh_diag *diag, const char *what) {
    if (status == QH_OK) return;
    (void)fprintf(stderr, "%s: %s\n", what, qh_status_text(status));
    for (size_t i = 0; i < qh_diag_size(diag); i++)
        (void)fprintf(stderr, "  %s\n", qh_diag_line(diag, i));
    abort();
}

hydraulics hydraulics_of(const qh_case *river_case) {
    hydraulics h = {.river_case = river_case, .diag = qh_diag_create(QH_EN)};
    must(h.diag == NULL ? QH_E_NOMEM : QH_OK, h.diag, "diag");
    must(qh_network_create(river_case, h.diag, &h.network), h.diag, "network");
    must(qh_flow_solve(river_case, h.network, h.diag, &h.flow), h.diag, "flow");
    must(qh_grid_create(river_case, h.network, h.flow, river_case->solver.cell_length, h.diag, &h.grid), h.diag,
         "grid");
    return h;
}

void hydraulics_free(hydraulics *h) {
    qh_grid_destroy(h->grid);
    qh_flow_destroy(h->flow);
    qh_network_destroy(h->network);
    qh_diag_destroy(h->diag);
    *h = (hydraulics){0};
}
