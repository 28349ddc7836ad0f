#include "model/mixing.h"

#include <math.h>

static const double gravity = 9.81; /* m/s2 */

double qh_shear_velocity(double hydraulic_radius, double slope) { return sqrt(gravity * hydraulic_radius * slope); }

double qh_mixing_length(double bank_distance, double width, double velocity, double transverse) {
    const double off_centre = 0.5 - bank_distance / width; /* 0.5 at the bank, 0 in the middle */
    return (0.11 + 0.7 * sqrt(off_centre - 1.1 * off_centre * off_centre)) * velocity * width * width / transverse;
}
