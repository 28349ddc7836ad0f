/* Closed forms of one-dimensional transport, for tests. Lengths m, times s, velocities m/s, dispersion m2/s, rates
 * 1/s, concentrations g/m3. */
#ifndef QH_TESTS_SUPPORT_CLOSED_FORMS_H
#define QH_TESTS_SUPPORT_CLOSED_FORMS_H

#include <stddef.h>

/* Step c0 at x = 0 from t = 0, first type, clean river (Ogata & Banks 1961; with decay van Genuchten & Alves 1982). */
double ogata_banks(double x, double t, double c0, double u, double d, double k);

/* c0 at x = 0 for t0 <= t < t1, else 0. */
double pulse(double x, double t, double c0, double u, double d, double k, double t0, double t1);

/* Mass [g] let go at x = 0, t = 0 in an infinite channel of area [m2]. */
double slug(double x, double t, double mass, double area, double u, double d, double k);

/* Steady chain of n species in an infinite channel, each the only product of the one before: loads [n, g/s] at x = 0,
 * rates k [n, 1/s], discharge q [m3/s], velocity u, dispersion d >= 0 (x >= 0 without). c [n] receives the concentrations at
 * x; rates may be equal. (Superposition of C = W/(q m) exp(u x/(2 d) (1 -+ m)), m = sqrt(1 + 4 k d/u^2): the matrix function
 * of the rates, by Cauchy's integral on a circle around them.) */
void chain_steady(double x, size_t n, const double *load, const double *k, double q, double u, double d, double *c);

#endif
