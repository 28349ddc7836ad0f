#include "tests/support/varied_river.h"

#include <stdio.h>
#include <stdlib.h>

static double reach_length(const varied_river *r) { return (r->to - r->from) / (double)varied_reaches(r); }

double varied_end(const varied_river *r, size_t k) { return r->from + (double)k * reach_length(r); }

double varied_middle(const varied_river *r, const qh_grid *grid, size_t cell) {
    return varied_end(r, qh_grid_reach(grid, cell)) + qh_grid_chainage(grid, cell);
}

case_builder *varied_begin(varied_river *r, double flow, double inlet) {
    const size_t n = varied_reaches(r);
    const double length = reach_length(r);
    case_builder *b = case_begin(1);
    r->name = calloc(n, sizeof *r->name);
    if (!r->name) abort();
    for (size_t k = 0; k < n; k++) {
        char up[32], down[32];
        const double middle = varied_end(r, k) + 0.5 * length;
        (void)snprintf(r->name[k], sizeof r->name[k], "r%d", (int)k);
        (void)snprintf(up, sizeof up, "n%zu", k);
        (void)snprintf(down, sizeof down, "n%zu", k + 1);
        case_reach(b, r->name[k], up, down, length, r->area(middle), r->dispersion(middle));
        if (r->lateral > 0) case_lateral(b, r->name[k], 0, length, r->lateral * length, r->concentration);
        if (r->loaded) case_lateral(b, r->name[k], 0, length, 0, 0);
    }
    case_headwater(b, "n0", flow, inlet);
    r->river_case = case_end(b);
    r->river_case->solver.cell_length = length / varied_cells * (1 + 1e-9);
    return b;
}

void varied_free(varied_river *r) {
    free(r->name);
    qh_case_destroy(r->river_case);
}
