/* Reaeration: the air gives oxygen to water that lacks it, and takes what is too much.
 *
 *     dO/dt = k_a 1.024^(T - 20) (O_s(T) - O)
 *
 *     d(dO/dt)/dO = -k_a 1.024^(T - 20)
 *
 * k_a at 20 degC by the formula that the constituent names (model/reaeration.h), O_s by model/oxygen.h. Source of the
 * temperature factor: Elmore and West, J. Sanit. Eng. Div. ASCE 87(SA6) (1961) 59 [V2]. Not below weirs and dams, where
 * falling water takes up oxygen at once, and not under ice. */
#include <math.h>

#include "model/kinetics.h"
#include "model/lang.h"
#include "model/oxygen.h"

static void rates(const qh_process_input *input, const double *c, double *dcdt, double *jacobian) {
    for (size_t i = 0; i < input->n_species; i++) {
        const qh_reaeration_formula *formula = input->parameters[i].reaeration;
        if (!formula) continue;
        const double k = formula->coefficient(input->velocity, input->depth) * pow(1.024, input->temperature - 20);
        dcdt[i] += k * (qh_oxygen_saturation(input->temperature) - c[i]);
        jacobian[i * input->n_species + i] -= k;
    }
}

const qh_process qh_process_reaeration = {
    .name = "reaeration",
    .title = QH_N("reaeration by the named formula"),
    .equation = "dO/dt = ka 1.024^(T-20) (saturation(T) - O)",
    .source = "Elmore and West, J. Sanit. Eng. Div. ASCE 87(SA6) (1961) 59",
    .rates = rates,
};
