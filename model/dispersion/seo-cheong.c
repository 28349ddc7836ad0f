/* Seo and Cheong (1998): robust regression over 59 data sets from 26 rivers of the USA.
 *
 *     D = 5.915 (B/H)^0.620 (U/u*)^1.428 H u*
 *
 * Source: I. W. Seo and T. S. Cheong, Predicting longitudinal dispersion coefficient in natural streams, J. Hydraul.
 * Eng. 124 (1998) 25-32. Other programs round the constants (5.92, 1.43) or swap digits (5.195); ours are from working
 * knowledge [M+], as is the range of its data, about 10 <= B/H <= 160 and 1 <= U/u* <= 20 [M-]. */
#include <math.h>

#include "model/dispersion.h"
#include "model/lang.h"

static double coefficient(const qh_dispersion_input *in) {
    return 5.915 * pow(in->width / in->depth, 0.620) * pow(in->velocity / in->shear_velocity, 1.428) * in->depth *
           in->shear_velocity;
}

static bool in_range(const qh_dispersion_input *in) {
    const double aspect = in->width / in->depth, friction = in->velocity / in->shear_velocity;
    return aspect >= 10 && aspect <= 160 && friction >= 1 && friction <= 20;
}

const qh_dispersion_formula qh_dispersion_seo_cheong = {
    .name = "seo-cheong",
    .title = QH_N("Seo and Cheong (1998)"),
    .equation = "D = 5.915 (B/H)^0.620 (U/u*)^1.428 H u*",
    .source = "Seo and Cheong, J. Hydraul. Eng. 124 (1998) 25-32",
    .confidence = "M+",
    .range = QH_N("rivers with 10 <= B/H <= 160 and 1 <= U/u* <= 20"),
    .coefficient = coefficient,
    .in_range = in_range,
};
