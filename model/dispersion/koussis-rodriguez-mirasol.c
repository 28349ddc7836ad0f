/* Koussis and Rodriguez-Mirasol (1998): Fischer's integral with von Karman's defect law for the velocity.
 *
 *     D = 0.6 (B/H)^2 H u*
 *
 * Source: A. D. Koussis and J. Rodriguez-Mirasol, Hydraulic estimation of dispersion coefficient for streams,
 * J. Hydraul. Eng. 124 (1998) 317-320. Rests on transverse shear, so on rivers wider than some 6 depths; does not see
 * the velocity. */
#include "model/dispersion.h"
#include "model/lang.h"

static double coefficient(const qh_dispersion_input *in) {
    const double aspect = in->width / in->depth;
    return 0.6 * aspect * aspect * in->depth * in->shear_velocity;
}

static bool in_range(const qh_dispersion_input *in) { return in->width / in->depth >= 6; }

const qh_dispersion_formula qh_dispersion_koussis_rodriguez_mirasol = {
    .name = "koussis-rodriguez-mirasol",
    .title = QH_N("Koussis and Rodriguez-Mirasol (1998)"),
    .equation = "D = 0.6 (B/H)^2 H u*",
    .source = "Koussis and Rodriguez-Mirasol, J. Hydraul. Eng. 124 (1998) 317-320",
    .confidence = "V2",
    .range = QH_N("natural rivers with B/H >= 6"),
    .coefficient = coefficient,
    .in_range = in_range,
};
