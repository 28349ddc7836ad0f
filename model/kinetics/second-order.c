/* Decay of second order: two particles of the same substance meet.
 *
 *     dC/dt = -k2 C |C|,   k2 = k2_20 theta^(T - 20)   [m3/g/s]
 *
 *     d(dC/dt)/dC = -2 k2 |C|
 *
 * |C| instead of C, so that a rounding below zero dies out and does not grow. In still water C = C0/(1 + k2 C0 t). It is
 * for what reacts with itself: chlorine, some bacteria and algae that clump. It makes no product and needs no oxygen; not for
 * reactions of two different substances, one of which is in excess: those are first order.
 *
 * Source: Chapra, Surface Water-Quality Modeling, 1997, lecture 2. */
#include <math.h>

#include "model/kinetics.h"
#include "model/lang.h"

static void rates(const qh_process_input *input, const double *c, double *dcdt, double *jacobian) {
    for (size_t i = 0; i < input->n_species; i++) {
        const qh_rate_parameters *p = &input->parameters[i];
        const double k2 = p->k2_20 * pow(p->theta, input->temperature - 20); /* m3/g/s */
        dcdt[i] -= k2 * c[i] * fabs(c[i]);
        jacobian[i * input->n_species + i] -= 2 * k2 * fabs(c[i]);
    }
}

static bool nonlinear(const qh_case *river_case) {
    for (size_t i = 0; i < river_case->n_constituent; i++) {
        if (river_case->constituent[i].k2_20 > 0) return true;
    }
    for (size_t i = 0; i < river_case->n_override; i++) {
        if (river_case->override[i].k2_20.given && river_case->override[i].k2_20.value > 0) return true;
    }
    return false;
}

const qh_process qh_process_second_order = {
    .name = "second-order",
    .title = QH_N("second-order decay"),
    .equation = "dC/dt = -k2_20 theta^(T-20) C^2",
    .source = "Chapra, Surface Water-Quality Modeling, 1997, lecture 2",
    .nonlinear = nonlinear,
    .rates = rates,
};
