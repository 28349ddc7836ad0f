#include "model/response.h"

void qh_response_destroy(qh_response *response) {
    if (response) qh_arena_destroy(response->arena);
}

double qh_response_contribution(const qh_response *response, size_t section, size_t species, size_t source) {
    double sum = 0;
    for (size_t by = 0; by < response->n_species; by++) {
        const double *block = qh_response_block(response, species, by);
        if (block)
            sum += block[source * response->n_section + section] * response->load[by * response->n_source + source];
    }
    return sum;
}
