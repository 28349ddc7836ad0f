/* O'Connor and Dobbins (1958): k_a = 3.93 U^0.5 / H^1.5 in 1/d at 20 degC (U m/s, H m), from film renewal by turbulence.
 * For deep, slow rivers; source: Trans. ASCE 123 (1958) 641. */
#include "model/reaeration.h"

#include <math.h>

#include "model/lang.h"

static double coefficient(double velocity, double depth) {
    return 3.93 / 86400 * sqrt(velocity) / (depth * sqrt(depth));
}

static bool in_range(double velocity, double depth) {
    return depth >= 0.3 && depth <= 9.1 && velocity >= 0.15 && velocity <= 0.49;
}

const qh_reaeration_formula qh_reaeration_oconnor_dobbins = {
    .name = "oconnor-dobbins",
    .title = QH_N("O'Connor & Dobbins (1958)"),
    .equation = "ka = 3.93 U^0.5 / H^1.5 [1/d]",
    .source = "O'Connor and Dobbins, Trans. ASCE 123 (1958) 641",
    .confidence = "V2",
    .range = QH_N("depth 0.3 to 9.1 m, velocity 0.15 to 0.49 m/s"),
    .coefficient = coefficient,
    .in_range = in_range,
};
