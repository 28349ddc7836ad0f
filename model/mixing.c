#include "model/mixing.h"

#include <math.h>

#include "model/annex_e.h"

static const double gravity = 9.81; /* m/s2 */

double qh_shear_velocity(double hydraulic_radius, double slope) { return sqrt(gravity * hydraulic_radius * slope); }

double qh_mixing_length(double bank_distance, double width, double velocity, double transverse) {
    const double centre = qh_annex_e_number_get(QH_ANNEX_E_MIXING_CENTRE).value;
    const double off_centre = centre - bank_distance / width; /* 0.5 at the bank, 0 in the middle */
    const double square = qh_annex_e_number_get(QH_ANNEX_E_MIXING_SQUARE).value * off_centre * off_centre;
    return (qh_annex_e_number_get(QH_ANNEX_E_MIXING_CONSTANT).value +
            qh_annex_e_number_get(QH_ANNEX_E_MIXING_ROOT).value * sqrt(off_centre - square)) *
           velocity * width * width / transverse;
}
