/* Fischer (1975): dispersion by the velocity differences across the river, from its mean quantities alone.
 *
 *     D = 0.011 U^2 B^2 / (H u*)
 *
 * Source: H. B. Fischer, discussion of "Simple method for predicting dispersion in streams", J. Environ. Eng. Div. ASCE
 * 101 (1975) 453-455; H. B. Fischer et al., Mixing in Inland and Coastal Waters, 1979. Good to a factor of about 4.
 * Transverse shear rules where the width is more than some 6 depths. */
#include "model/dispersion.h"
#include "model/lang.h"

static double coefficient(const qh_dispersion_input *in) {
    const double ub = in->velocity * in->width;
    return 0.011 * ub * ub / (in->depth * in->shear_velocity);
}

static bool in_range(const qh_dispersion_input *in) { return in->width / in->depth >= 6; }

const qh_dispersion_formula qh_dispersion_fischer = {
    .name = "fischer",
    .title = QH_N("Fischer (1975)"),
    .equation = "D = 0.011 U^2 B^2 / (H u*)",
    .source = "Fischer, J. Environ. Eng. Div. ASCE 101 (1975) 453-455; Fischer et al., 1979",
    .confidence = "V2",
    .range = QH_N("natural rivers with B/H >= 6"),
    .coefficient = coefficient,
    .in_range = in_range,
};
