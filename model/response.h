/* The response of a river's control sections to loads: linear where kinetics are linear and the flow is fixed.
 *
 *     C_i(section) = background_i(section) + sum over sources j and species k of R_ik(j, section) W_k(j)
 *
 * Built by scenarios/response.h, kept by io/response_store.h. */
#ifndef QH_MODEL_RESPONSE_H
#define QH_MODEL_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/arena.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Sources in the order of solvers/forcing.h: headwaters, tributaries, outfalls, laterals of the case. */
typedef struct qh_response {
    qh_arena *arena;
    size_t n_species, n_source, n_section;
    size_t first_tributary, first_outfall, first_lateral; /* index of the first source of each kind */
    /* [n_species][n_species], each NULL or [n_source][n_section], s/m3: concentration of the first species at a section
     * for a load of the second, g/m3 for g/s. NULL: the first does not depend on the second. */
    const double *const *block;
    const double *background; /* [n_species][n_section], g/m3, without any load: background levels, reaeration */
    const double *load;       /* [n_species][n_source], g/s, of the case */
    const double *whole;      /* [n_species][n_section], g/m3, with all loads of the case, by a solve of its own */
    double error_bound;       /* -, of the solves, see solvers/exact.h */
    double sum_error;         /* -, largest |sum of contributions - whole| over the species' largest concentration */
} qh_response;

/* Frees a response. NULL is allowed. */
void qh_response_destroy(qh_response *response);

/* Concentrations of `species` at a section per load of `by` [n_source][n_section, s/m3]; NULL where there is none. */
static inline const double *qh_response_block(const qh_response *response, size_t species, size_t by) {
    return response->block[species * response->n_species + by];
}

/* What one source adds to a species at a section with the loads of the case, g/m3. */
double qh_response_contribution(const qh_response *response, size_t section, size_t species, size_t source);

#ifdef __cplusplus
}
#endif
#endif
