#include "tests/support/reacting.h"

void make_reacting(case_builder *b, reacting kind) {
    const double day = 86400;
    const size_t n = case_end(b)->n_constituent, last = kind == REACTING_CHAIN ? n : n - 1;
    for (size_t i = 0; i < last; i++) {
        qh_constituent *c = case_constituent(b, i);
        c->k20 = (0.3 + 0.4 * (double)i) / day;
        c->theta = 1.047;
        c->settling = i % 2 == 0 ? 0.1 / day : 0;
        c->has_product = i + 1 < last;
        c->product = i + 1;
        c->yield = 0.5 + 0.3 * (double)i;
        if (kind == REACTING_CHAIN) continue;
        c->oxygen_demand = kind == REACTING_MONOD ? 1.5 + (double)i : 1e-3;
        if (kind == REACTING_MONOD) c->oxygen_half = (qh_optional){true, 0.4 + 0.2 * (double)i};
    }
    if (kind == REACTING_CHAIN) return;
    qh_constituent *oxygen = case_constituent(b, last);
    oxygen->is_oxygen = true;
    oxygen->reaeration = "oconnor-dobbins";
}
