/* First-order decay towards a background level.
 *
 *     dC/dt = -k (C - C_b),   k = k20 theta^(T - 20)
 *
 *     d(dC/dt)/dC = -k
 *
 * C_b >= 0 stands for what the river bed and its banks keep giving: below it the constituent rises. With C_b = 0 it is
 * the plain comprehensive decay of GB/T 25173-2010. The temperature factor is of Arrhenius's kind (van 't Hoff,
 * theta = 1.047 for BOD: Streeter and Phelps, US Public Health Bulletin 146, 1925). Not for substances that feed one
 * another (nitrification consumes oxygen): those need coupled processes. */
#include <math.h>

#include "model/kinetics.h"
#include "model/lang.h"

static void rates(const qh_process_input *input, const double *c, double *dcdt, double *jacobian) {
    for (size_t i = 0; i < input->n_species; i++) {
        const qh_rate_parameters *p = &input->parameters[i];
        const double k = p->k20 * pow(p->theta, input->temperature - 20); /* 1/s */
        dcdt[i] -= k * (c[i] - p->background);
        jacobian[i * input->n_species + i] -= k;
    }
}

const qh_process qh_process_decay = {
    .name = "decay",
    .title = QH_N("first-order decay towards a background level"),
    .equation = "dC/dt = -k20 theta^(T-20) (C - background)",
    .source = "Streeter and Phelps, US Public Health Bulletin 146, 1925; GB/T 25173-2010",
    .linear = true,
    .coupled = false,
    .rates = rates,
};
