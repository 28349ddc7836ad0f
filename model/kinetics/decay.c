/* First-order decay towards a background level, with what it makes and the oxygen that it needs.
 *
 *     r = k f (C - C_b),   k = k20 theta^(T - 20),   f = O/(h + O) where an oxygen_half h is given, else 1
 *     dC/dt -= r,   dP/dt += yield r,   dO/dt -= oxygen_demand r
 *
 *     dr/dC = k f,   dr/dO = k (C - C_b) h/(h + O)^2
 *
 * C_b >= 0 stands for what the river bed and its banks keep giving: below it the constituent rises. With C_b = 0 it is
 * the plain comprehensive decay of GB/T 25173-2010. A constituent that has a product or an oxygen demand has C_b = 0 (the
 * reader sees to it): the bed would else be made of what is not there. The temperature factor is of Arrhenius's kind (van
 * 't Hoff, theta = 1.047 for BOD). Without h the deficit of oxygen is that of Streeter and Phelps, who let it pass
 * saturation: where oxygen runs out the linear law is wrong, and engines stop there; h (Monod 1949) makes decay wait.
 *
 * Sources: Streeter and Phelps, US Public Health Bulletin 146, 1925; Monod, Annu. Rev. Microbiol. 3 (1949) 371. */
#include <math.h>

#include "model/kinetics.h"
#include "model/lang.h"

/* Index of dissolved oxygen, n_species where there is none. */
static size_t oxygen_of(const qh_process_input *input) {
    size_t oxygen = 0;
    while (oxygen < input->n_species && !input->parameters[oxygen].is_oxygen)
        oxygen++;
    return oxygen;
}

/* d(rate of row)/d(concentration of column) for a reaction that changes species i, its product and oxygen. */
static void add_derivative(const qh_process_input *input, size_t i, size_t oxygen, size_t column, double dr,
                           double *jacobian) {
    const qh_rate_parameters *p = &input->parameters[i];
    const size_t n = input->n_species;
    jacobian[i * n + column] -= dr;
    if (p->has_product) jacobian[p->product * n + column] += p->yield * dr;
    if (oxygen < n && p->oxygen_demand > 0) jacobian[oxygen * n + column] -= p->oxygen_demand * dr;
}

static void rates(const qh_process_input *input, const double *c, double *dcdt, double *jacobian) {
    const size_t oxygen = oxygen_of(input);
    for (size_t i = 0; i < input->n_species; i++) {
        const qh_rate_parameters *p = &input->parameters[i];
        const double k = p->k20 * pow(p->theta, input->temperature - 20); /* 1/s */
        const bool waits = p->oxygen_half > 0 && oxygen < input->n_species;
        const double all = waits ? p->oxygen_half + c[oxygen] : 1;
        const double factor = waits ? c[oxygen] / all : 1;
        const double r = k * factor * (c[i] - p->background);
        dcdt[i] -= r;
        if (p->has_product) dcdt[p->product] += p->yield * r;
        if (oxygen < input->n_species && p->oxygen_demand > 0) dcdt[oxygen] -= p->oxygen_demand * r;
        add_derivative(input, i, oxygen, i, k * factor, jacobian);
        if (waits) {
            const double by_oxygen = k * (c[i] - p->background) * p->oxygen_half / (all * all);
            add_derivative(input, i, oxygen, oxygen, by_oxygen, jacobian);
        }
    }
}

static bool nonlinear(const qh_case *river_case) {
    for (size_t i = 0; i < river_case->n_constituent; i++) {
        if (river_case->constituent[i].oxygen_half.given) return true;
    }
    return false;
}

/* Whether the reaction of species i changes species `of`. */
static bool changes(const qh_case *river_case, size_t i, size_t of) {
    const qh_constituent *c = &river_case->constituent[i];
    return of == i || (c->has_product && c->product == of) ||
           (c->oxygen_demand > 0 && river_case->constituent[of].is_oxygen);
}

static bool couples(const qh_case *river_case, size_t of, size_t on) {
    if (changes(river_case, on, of)) return true;
    if (!river_case->constituent[on].is_oxygen) return false;
    for (size_t i = 0; i < river_case->n_constituent; i++) {
        if (river_case->constituent[i].oxygen_half.given && changes(river_case, i, of)) return true;
    }
    return false;
}

const qh_process qh_process_decay = {
    .name = "decay",
    .title = QH_N("first-order decay towards a background level, its product and its need of oxygen"),
    .equation = "dC/dt = -k20 theta^(T-20) (C - background) [O/(oxygen_half + O)]",
    .source = "Streeter and Phelps, US Public Health Bulletin 146, 1925; Monod, Annu. Rev. Microbiol. 3 (1949) 371; "
              "GB/T 25173-2010",
    .nonlinear = nonlinear,
    .couples = couples,
    .rates = rates,
};
