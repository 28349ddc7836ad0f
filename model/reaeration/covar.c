/* Covar (1976): one of three formulas by depth and velocity, each where its measurements lie:
 *     H < 0.61 m: Owens and Gibbs;  H > 3.45 U^2.5: O'Connor and Dobbins;  else Churchill
 * At the borders k_a jumps. Source: Covar, Proc. EPA Conf. Environ. Model. Simul., Cincinnati 1976, 340 [V2]. */
#include "model/reaeration.h"

#include <math.h>

#include "model/lang.h"

static const qh_reaeration_formula *choice(double velocity, double depth) {
    if (depth < 0.61) return qh_reaeration_find("owens-gibbs");
    if (depth > 3.45 * pow(velocity, 2.5)) return qh_reaeration_find("oconnor-dobbins");
    return qh_reaeration_find("churchill");
}

static double coefficient(double velocity, double depth) {
    return choice(velocity, depth)->coefficient(velocity, depth);
}

static bool in_range(double velocity, double depth) { return choice(velocity, depth)->in_range(velocity, depth); }

const qh_reaeration_formula qh_reaeration_covar = {
    .name = "covar",
    .title = QH_N("Covar (1976), one of three formulas by depth and velocity"),
    .equation = "H < 0.61: owens-gibbs; H > 3.45 U^2.5: oconnor-dobbins; else churchill",
    .source = "Covar, Proc. EPA Conf. Environ. Model. Simul., Cincinnati 1976, 340",
    .confidence = "V2",
    .range = QH_N("that of the formula it takes"),
    .coefficient = coefficient,
    .in_range = in_range,
};
