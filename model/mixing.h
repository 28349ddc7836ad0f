/* Transverse mixing: how far below an outfall the water of a river is one. */
#ifndef QH_MODEL_MIXING_H
#define QH_MODEL_MIXING_H

#ifdef __cplusplus
extern "C" {
#endif

/* u* = sqrt(g R S), m/s, of a hydraulic radius [m] and a slope [m/m]. */
double qh_shear_velocity(double hydraulic_radius, double slope);

/* Length [m] of the mixing reach below an outfall by HJ 2.3-2018, Annex E [M+], its numbers in data/annex_e.def:
 *     L = (0.11 + 0.7 sqrt(0.5 - a/B - 1.1 (0.5 - a/B)^2)) u B^2 / Ey
 * bank_distance a [m, 0 <= a <= B/2], width B [m], velocity u [m/s], transverse Ey [m2/s, > 0]. */
double qh_mixing_length(double bank_distance, double width, double velocity, double transverse);

#ifdef __cplusplus
}
#endif
#endif
