/* Deng, Singh and Bengtsson (2001): Fischer's integral over a stable straight alluvial channel, with the transverse
 * mixing of such channels.
 *
 *     D = 0.15 / (8 e) (B/H)^(5/3) (U/u*)^2 H u*,   e = 0.145 + (U/u*) (B/H)^1.38 / 3520
 *
 * Source: Z.-Q. Deng, V. P. Singh and L. Bengtsson, Longitudinal dispersion coefficient in straight rivers, J. Hydraul.
 * Eng. 127 (2001) 919-927. For straight rivers with B/H > 10. */
#include <math.h>

#include "model/dispersion.h"
#include "model/lang.h"

static double coefficient(const qh_dispersion_input *in) {
    const double aspect = in->width / in->depth, friction = in->velocity / in->shear_velocity;
    const double transverse_mixing = 0.145 + friction * pow(aspect, 1.38) / 3520; /* -, Ey/(H u*) */
    return 0.15 / (8 * transverse_mixing) * pow(aspect, 5.0 / 3.0) * friction * friction * in->depth *
           in->shear_velocity;
}

static bool in_range(const qh_dispersion_input *in) { return in->width / in->depth > 10; }

const qh_dispersion_formula qh_dispersion_deng = {
    .name = "deng",
    .title = QH_N("Deng, Singh and Bengtsson (2001)"),
    .equation = "D = 0.15/(8 e) (B/H)^(5/3) (U/u*)^2 H u*, e = 0.145 + (U/u*) (B/H)^1.38/3520",
    .source = "Deng, Singh and Bengtsson, J. Hydraul. Eng. 127 (2001) 919-927",
    .confidence = "V2",
    .range = QH_N("straight rivers with B/H > 10"),
    .coefficient = coefficient,
    .in_range = in_range,
};
