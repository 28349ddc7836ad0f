/* Churchill, Elmore and Buckingham (1962): k_a = 5.026 U / H^1.67 in 1/d at 20 degC (U m/s, H m), measured below dams of
 * the Tennessee. For fast rivers of medium depth; source: J. Sanit. Eng. Div. ASCE 88(SA4) (1962) 1. */
#include "model/reaeration.h"

#include <math.h>

#include "model/lang.h"

static double coefficient(double velocity, double depth) { return 5.026 / 86400 * velocity / pow(depth, 1.67); }

static bool in_range(double velocity, double depth) {
    return depth >= 0.61 && depth <= 3.35 && velocity >= 0.55 && velocity <= 1.52;
}

const qh_reaeration_formula qh_reaeration_churchill = {
    .name = "churchill",
    .title = QH_N("Churchill et al. (1962)"),
    .equation = "ka = 5.026 U / H^1.67 [1/d]",
    .source = "Churchill, Elmore and Buckingham, J. Sanit. Eng. Div. ASCE 88(SA4) (1962) 1",
    .confidence = "V2",
    .range = QH_N("depth 0.61 to 3.35 m, velocity 0.55 to 1.52 m/s"),
    .coefficient = coefficient,
    .in_range = in_range,
};
