/* Settling out of the water column.
 *
 *     dC/dt = -(v_s / H) C
 *
 *     d(dC/dt)/dC = -v_s / H
 *
 * H is the mean depth; the column is taken as mixed and what settled stays at the bed. Source: S. C. Chapra, Surface
 * Water-Quality Modeling, 1997, lecture 17. Not where the bed is stirred up again. */
#include "model/kinetics.h"
#include "model/lang.h"

static void rates(const qh_process_input *input, const double *c, double *dcdt, double *jacobian) {
    for (size_t i = 0; i < input->n_species; i++) {
        const double k = input->parameters[i].settling / input->depth; /* 1/s */
        dcdt[i] -= k * c[i];
        jacobian[i * input->n_species + i] -= k;
    }
}

const qh_process qh_process_settling = {
    .name = "settling",
    .title = QH_N("settling out of the water column"),
    .equation = "dC/dt = -(settling/depth) C",
    .source = "Chapra, Surface Water-Quality Modeling, 1997, lecture 17",
    .rates = rates,
};
