/* Dissolved oxygen in fresh water. */
#ifndef QH_MODEL_OXYGEN_H
#define QH_MODEL_OXYGEN_H

#ifdef __cplusplus
extern "C" {
#endif

/* Saturation [g/m3] of fresh water under 1 atm at `temperature` [degC, 0 to 40] [V2]:
 *     ln O_s = -139.34411 + 1.575701e5/T - 6.642308e7/T^2 + 1.2438e10/T^3 - 8.621949e11/T^4,  T in K
 * Source: Benson and Krause, Limnol. Oceanogr. 29 (1984) 620, as in APHA Standard Methods 4500-O. */
double qh_oxygen_saturation(double temperature);

#ifdef __cplusplus
}
#endif
#endif
