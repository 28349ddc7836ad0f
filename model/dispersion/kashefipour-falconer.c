/* Kashefipour and Falconer (2002): regression over 81 data sets from 30 rivers of the USA.
 *
 *     D = 10.612 H U (U/u*)                                             B/H >= 50
 *     D = [7.428 + 1.775 (B/H)^0.620 (U/u*)^-0.572] H U (U/u*)          B/H < 50
 *
 * Source: S. M. Kashefipour and R. A. Falconer, Longitudinal dispersion coefficients in natural channels, Water
 * Research 36 (2002) 1596-1608. D jumps where B/H passes 50. A widely used program divides B by H^0.62 instead of
 * raising B/H, which is wrong by dimension. The range of the data, about 10 <= B/H <= 160 and 1 <= U/u* <= 20, is from
 * working knowledge [M-]. */
#include <math.h>

#include "model/dispersion.h"
#include "model/lang.h"

static double coefficient(const qh_dispersion_input *in) {
    const double aspect = in->width / in->depth, friction = in->velocity / in->shear_velocity;
    const double factor = aspect >= 50 ? 10.612 : 7.428 + 1.775 * pow(aspect, 0.620) * pow(friction, -0.572);
    return factor * in->depth * in->velocity * friction;
}

static bool in_range(const qh_dispersion_input *in) {
    const double aspect = in->width / in->depth, friction = in->velocity / in->shear_velocity;
    return aspect >= 10 && aspect <= 160 && friction >= 1 && friction <= 20;
}

const qh_dispersion_formula qh_dispersion_kashefipour_falconer = {
    .name = "kashefipour-falconer",
    .title = QH_N("Kashefipour and Falconer (2002)"),
    .equation = "D = f H U (U/u*), f = 10.612 for B/H >= 50, else 7.428 + 1.775 (B/H)^0.620 (U/u*)^-0.572",
    .source = "Kashefipour and Falconer, Water Research 36 (2002) 1596-1608",
    .confidence = "V2",
    .range = QH_N("rivers with 10 <= B/H <= 160 and 1 <= U/u* <= 20"),
    .coefficient = coefficient,
    .in_range = in_range,
};
