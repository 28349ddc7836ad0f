#include "tests/support/closed_forms.h"

#include <complex.h>
#include <math.h>

static const double pi = 3.14159265358979323846;

/* exp(a) erfc(b) without overflow: for large b by the asymptotic series of erfc. */
static double exp_erfc(double a, double b) {
    if (b < 12) return exp(a) * erfc(b);
    const double z = 1 / (2 * b * b);
    const double series = 1 - z * (1 - 3 * z * (1 - 5 * z * (1 - 7 * z * (1 - 9 * z))));
    return exp(a - b * b) / (b * sqrt(pi)) * series;
}

double ogata_banks(double x, double t, double c0, double u, double d, double k) {
    if (t <= 0) return 0;
    const double w = u * sqrt(1 + 4 * k * d / (u * u)), spread = 2 * sqrt(d * t);
    return c0 / 2 *
           (exp_erfc((u - w) * x / (2 * d), (x - w * t) / spread) +
            exp_erfc((u + w) * x / (2 * d), (x + w * t) / spread));
}

double pulse(double x, double t, double c0, double u, double d, double k, double t0, double t1) {
    return ogata_banks(x, t - t0, c0, u, d, k) - ogata_banks(x, t - t1, c0, u, d, k);
}

double slug(double x, double t, double mass, double area, double u, double d, double k) {
    if (t <= 0) return 0;
    return mass / (area * sqrt(4 * pi * d * t)) * exp(-k * t - (x - u * t) * (x - u * t) / (4 * d * t));
}

/* A load of 1 g/s that decays at the rate k, at x. */
static double complex response(double x, double complex k, double q, double u, double d) {
    if (!(d > 0)) return cexp(-k * x / u) / q;
    const double complex m = csqrt(1 + 4 * k * d / (u * u));
    return cexp(x < 0 ? u * x / (2 * d) * (1 + m) : -2 * k * x / (u * (1 + m))) / (q * m);
}

void chain_steady(double x, size_t n, const double *load, const double *k, double q, double u, double d, double *c) {
    enum { points = 400 };
    double least = INFINITY, most = 0;
    for (size_t i = 0; i < n; i++) {
        least = fmin(least, k[i]);
        most = fmax(most, k[i]);
    }
    const double centre = 0.5 * (least + most), radius = (most - least) + 0.3 * most;
    for (size_t i = 0; i < n; i++)
        c[i] = 0;
    for (size_t p = 0; p < points; p++) {
        const double complex turn = cexp(2 * pi * I * ((double)p + 0.5) / points), z = centre + radius * turn;
        const double complex value = response(x, z, q, u, d) * radius * turn / points;
        for (size_t j = 0; j < n; j++) {
            double complex term = value * load[j] / (z - k[j]);
            for (size_t i = j; i < n; i++) {
                c[i] += creal(term);
                if (i + 1 < n) term *= k[i] / (z - k[i + 1]) * -1;
            }
        }
    }
}
