#include "scenarios/limits_internal.h"

#include <math.h>

double qh_limit_load(const qh_analysis *analysis, size_t outfall, size_t species) {
    const qh_response *r = analysis->response;
    return r->load[species * r->n_source + r->first_outfall + outfall];
}

double qh_limit_response(const qh_analysis *analysis, const qh_limit *limit, size_t outfall, size_t species) {
    const qh_response *r = analysis->response;
    const double *block = analysis->targets->is_oxygen[species] ? NULL : qh_response_block(r, limit->species, species);
    return block ? limit->sense * block[(r->first_outfall + outfall) * r->n_section + limit->section] : 0;
}

bool qh_limit_reached(const qh_analysis *analysis, const qh_limit *limit, size_t outfall, size_t species) {
    const double through = analysis->prepared->flow->point_through[analysis->prepared->network->outfall_point[outfall]];
    return qh_limit_response(analysis, limit, outfall, species) * through >= QH_REACHES;
}

static bool is_reached(const qh_analysis *a, const qh_limit *limit) {
    for (size_t j = 0; j < a->study->river_case->n_outfall; j++)
        for (size_t k = 0; k < a->response->n_species; k++)
            if (qh_limit_reached(a, limit, j, k)) return true;
    return false;
}

size_t qh_limits_find(const qh_analysis *analysis, qh_limit *limit) {
    const qh_response *r = analysis->response;
    size_t n = 0;
    for (size_t s = 0; s < r->n_section; s++) {
        for (size_t i = 0; i < r->n_species; i++) {
            const qh_target *t = qh_target_of(analysis->targets, s, i);
            if (!t->given) continue;
            limit[n] = (qh_limit){.section = s,
                                  .species = i,
                                  .sense = t->sense,
                                  .room = t->sense * (t->allowed - r->whole[i * r->n_section + s]),
                                  .scale = fmax(t->limit, 1e-12)};
            n += is_reached(analysis, &limit[n]);
        }
    }
    return n;
}
