/* Liu (1977): Fischer's integral with the velocity differences across the river estimated from U/u*.
 *
 *     D = 0.18 (U/u*)^0.5 (B/H)^2 H u*
 *
 * Source: H. Liu, Predicting dispersion coefficient of streams, J. Environ. Eng. Div. ASCE 103 (1977) 59-69. Rests on
 * transverse shear, so on rivers wider than some 6 depths. */
#include <math.h>

#include "model/dispersion.h"
#include "model/lang.h"

static double coefficient(const qh_dispersion_input *in) {
    const double aspect = in->width / in->depth;
    return 0.18 * sqrt(in->velocity / in->shear_velocity) * aspect * aspect * in->depth * in->shear_velocity;
}

static bool in_range(const qh_dispersion_input *in) { return in->width / in->depth >= 6; }

const qh_dispersion_formula qh_dispersion_liu = {
    .name = "liu",
    .title = QH_N("Liu (1977)"),
    .equation = "D = 0.18 (U/u*)^0.5 (B/H)^2 H u*",
    .source = "Liu, J. Environ. Eng. Div. ASCE 103 (1977) 59-69",
    .confidence = "V2",
    .range = QH_N("natural rivers with B/H >= 6"),
    .coefficient = coefficient,
    .in_range = in_range,
};
