/* Elder (1959): dispersion by the vertical shear of a logarithmic velocity profile, on a plane without banks.
 *
 *     D = 5.93 H u*
 *
 * Source: J. W. Elder, The dispersion of marked fluid in turbulent shear flow, J. Fluid Mech. 5 (1959) 544-560. Never
 * the right choice for a river, whose dispersion comes from the velocity differences across it and is tens to hundreds
 * of times larger; here as a lower bound and for flumes. */
#include "model/dispersion.h"
#include "model/lang.h"

static double coefficient(const qh_dispersion_input *in) { return 5.93 * in->depth * in->shear_velocity; }

/* Every reach of a river is out of its range. */
static bool in_range(const qh_dispersion_input *in) {
    (void)in;
    return false;
}

const qh_dispersion_formula qh_dispersion_elder = {
    .name = "elder",
    .title = QH_N("Elder (1959)"),
    .equation = "D = 5.93 H u*",
    .source = "Elder, J. Fluid Mech. 5 (1959) 544-560",
    .confidence = "V2",
    .range = QH_N("vertical shear only: plane flow without banks; far too low for rivers"),
    .coefficient = coefficient,
    .in_range = in_range,
};
