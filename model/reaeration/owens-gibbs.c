/* Owens, Edwards and Gibbs (1964): k_a = 5.32 U^0.67 / H^1.85 in 1/d at 20 degC (U m/s, H m), measured in shallow English
 * streams after deoxygenation. Source: Int. J. Air Water Pollut. 8 (1964) 469. */
#include "model/reaeration.h"

#include <math.h>

#include "model/lang.h"

static double coefficient(double velocity, double depth) {
    return 5.32 / 86400 * pow(velocity, 0.67) / pow(depth, 1.85);
}

static bool in_range(double velocity, double depth) {
    return depth >= 0.12 && depth <= 0.73 && velocity >= 0.03 && velocity <= 0.55;
}

const qh_reaeration_formula qh_reaeration_owens_gibbs = {
    .name = "owens-gibbs",
    .title = QH_N("Owens, Edwards & Gibbs (1964)"),
    .equation = "ka = 5.32 U^0.67 / H^1.85 [1/d]",
    .source = "Owens, Edwards and Gibbs, Int. J. Air Water Pollut. 8 (1964) 469",
    .confidence = "V2",
    .range = QH_N("depth 0.12 to 0.73 m, velocity 0.03 to 0.55 m/s"),
    .coefficient = coefficient,
    .in_range = in_range,
};
