/* Iwasa and Aya (1991): fitted to flumes and rivers.
 *
 *     D = 2 (B/H)^1.5 H u*
 *
 * Source: Y. Iwasa and S. Aya, Predicting longitudinal dispersion coefficient in open-channel flows, Proc. Int. Symp.
 * on Environmental Hydraulics, Hong Kong, 1991, 505-510. The range 2 <= B/H <= 100 is that of the data as remembered, to
 * be checked against the paper [M-]. */
#include <math.h>

#include "model/dispersion.h"
#include "model/lang.h"

static double coefficient(const qh_dispersion_input *in) {
    return 2 * pow(in->width / in->depth, 1.5) * in->depth * in->shear_velocity;
}

static bool in_range(const qh_dispersion_input *in) {
    const double aspect = in->width / in->depth;
    return aspect >= 2 && aspect <= 100;
}

const qh_dispersion_formula qh_dispersion_iwasa_aya = {
    .name = "iwasa-aya",
    .title = QH_N("Iwasa and Aya (1991)"),
    .equation = "D = 2 (B/H)^1.5 H u*",
    .source = "Iwasa and Aya, Proc. Int. Symp. Environmental Hydraulics, Hong Kong, 1991, 505-510",
    .confidence = "V2",
    .range = QH_N("flumes and rivers with 2 <= B/H <= 100"),
    .coefficient = coefficient,
    .in_range = in_range,
};
