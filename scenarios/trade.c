/* Rates of trade from the response matrix: with R the response of a section's target to a load, a cut x of the seller
 * makes up for an added y of the buyer at every section when
 *     x >= y max over sections R_buyer/R_seller. */
#include "scenarios/trade.h"

#include <math.h>

#include "scenarios/limits_internal.h"

/* A target as a limit; only the response and the reach of it are asked for. */
static qh_limit limit_at(const qh_analysis *a, size_t section, size_t species) {
    return (qh_limit){
        .section = section, .species = species, .sense = qh_target_of(a->targets, section, species)->sense};
}

/* False: the buyer reaches no target by this constituent. */
static bool find_rate(const qh_analysis *a, size_t buyer, qh_trade_rate *r) {
    bool reaches = false;
    r->covers = true;
    for (size_t s = 0; s < a->response->n_section; s++) {
        for (size_t i = 0; i < a->response->n_species; i++) {
            if (!qh_target_of(a->targets, s, i)->given) continue;
            const qh_limit limit = limit_at(a, s, i);
            if (!qh_limit_reached(a, &limit, buyer, r->species)) continue;
            reaches = true;
            if (!r->covers) continue;
            if (!qh_limit_reached(a, &limit, r->seller, r->species)) {
                r->covers = false;
                r->section = s;
                continue;
            }
            const double rate =
                qh_limit_response(a, &limit, buyer, r->species) / qh_limit_response(a, &limit, r->seller, r->species);
            /* Below a confluence all sections ask for the same but for round-off: the first of them is told. */
            if (rate > r->rate * (1 + 1e-6)) r->section = s;
            r->rate = fmax(r->rate, rate);
        }
    }
    return reaches;
}

void qh_trade_rates(const qh_analysis *analysis, size_t buyer, qh_trade_rate *rate, size_t *count) {
    *count = 0;
    for (size_t k = 0; k < analysis->response->n_species; k++) {
        for (size_t j = 0; j < analysis->study->river_case->n_outfall; j++) {
            if (j == buyer || analysis->targets->is_oxygen[k]) continue;
            qh_trade_rate own = {.seller = j, .species = k, .available = qh_limit_load(analysis, j, k)};
            if (find_rate(analysis, buyer, &own)) rate[(*count)++] = own;
        }
    }
}
