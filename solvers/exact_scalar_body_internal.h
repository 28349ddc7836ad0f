/* Arithmetic of the exact solution, in real or in complex numbers, one by one and side by side. Part of
 * exact_core_body_internal.h, compiled with it twice.
 *
 * Products   of two complex numbers are written times(a, b): what C makes of a * b asks at every product whether it is
 *            infinite, which no factor here is, and keeps loops from being vectorised.
 * Wide       many numbers side by side, real and imaginary parts apart: loops over them become vector code. */
#ifndef EXACT_SCALAR
#include "solvers/exact_core_body_internal.h"
#else

#include "solvers/complex_internal.h"
#include "solvers/vector_math_internal.h"

#ifdef EXACT_BODY_COMPLEX
QH_INLINE double real_of(scalar z) { return creal(z); }
QH_INLINE double size_of(scalar z) { return fabs(creal(z)) + fabs(cimag(z)); }
static inline bool is_sound(scalar pivot) { return size_of(pivot) > 0 && isfinite(size_of(pivot)); }
QH_INLINE scalar times(scalar a, scalar b) { return complex_times(a, b); }
QH_INLINE scalar inverse_of(scalar z) { return complex_inverse(z); }
/* Principal root, from the half of the sum that does not cancel. */
QH_INLINE scalar root_of(scalar z) {
    const double re = creal(z), im = cimag(z);
    const double large = sqrt(0.5 * (sqrt(re * re + im * im) + fabs(re)));
    const double small = large > 0 ? im / (2 * large) : 0;
    return CMPLX(re >= 0 ? large : fabs(small), re >= 0 ? small : copysign(large, im));
}
static inline scalar exp_of(scalar z) {
    const double size = exp(creal(z));
    return CMPLX(size * cos(cimag(z)), size * sin(cimag(z)));
}
/* (exp(z) - 1)/z; near 0 by its series, which is exact to round-off for |z| < 0.6. */
static inline scalar growth_of(scalar z) {
    if (size_of(z) > 0.6) return times(exp_of(z) - 1, inverse_of(z));
    scalar sum = 1;
    for (int k = 14; k > 1; k--)
        sum = 1 + times(z, sum) / k;
    return sum;
}
static inline scalar expm1_of(scalar z) { return size_of(z) > 0.6 ? exp_of(z) - 1 : times(z, growth_of(z)); }
#else
QH_INLINE double real_of(scalar z) { return z; }
QH_INLINE double size_of(scalar z) { return fabs(z); }
static inline bool is_sound(scalar pivot) { return pivot > 0 && isfinite(pivot); }
QH_INLINE scalar times(scalar a, scalar b) { return a * b; }
QH_INLINE scalar inverse_of(scalar z) { return 1 / z; }
QH_INLINE scalar root_of(scalar z) { return sqrt(z); }
static inline scalar exp_of(scalar z) { return exp(z); }
static inline scalar expm1_of(scalar z) { return expm1(z); }
static inline scalar growth_of(scalar z) { return z != 0 ? expm1(z) / z : 1; }
#endif

/* What a storage zone does to a mode of that rate; nothing where exchange and back are 0. */
QH_INLINE scalar zone_source(scalar rate, double exchange, double back, scalar *zone) {
    const scalar whole = rate + back, gone = size_of(whole) > 0 ? inverse_of(whole) : 0;
    *zone = size_of(whole) > 0 ? back * gone : 1;
    return 1 + exchange * gone;
}

/* ---- side by side ---- */

enum { WIDTH = 64 };

typedef struct wide {
    double re[WIDTH];
#ifdef EXACT_BODY_COMPLEX
    double im[WIDTH];
#endif
} wide;

#ifdef EXACT_BODY_COMPLEX
QH_INLINE scalar get(const wide *v, size_t i) { return CMPLX(v->re[i], v->im[i]); }
QH_INLINE void put(wide *v, size_t i, scalar z) {
    v->re[i] = creal(z);
    v->im[i] = cimag(z);
}

/* exp(z) and what it lacks to 1: (1 - cos b) + cos b (1 - e^a), which does not cancel in the left half plane. */
QH_INLINE void decay_one(const wide *z, size_t i, wide *left, wide *lack) {
    double gap, sine, turned;
    const double size = vector_exp(z->re[i], &gap), cosine = vector_cos(z->im[i], &sine, &turned);
    put(left, i, CMPLX(size * cosine, size * sine));
    put(lack, i, CMPLX(turned + cosine * gap, -(size * sine)));
}

/* Angles that vector code does not take go to the C library. */
static bool turns_too_far(const wide *z, size_t count) {
    uint64_t far = 0; /* as wide as a number, so that it is done side by side */
    for (size_t i = 0; i < (count & ~(size_t)3); i++)
        far |= fabs(z->im[i]) <= VECTOR_MOST_ANGLE ? 0 : 1;
    return far != 0;
}
#else
QH_INLINE scalar get(const wide *v, size_t i) { return v->re[i]; }
QH_INLINE void put(wide *v, size_t i, scalar z) { v->re[i] = z; }
QH_INLINE void decay_one(const wide *z, size_t i, wide *left, wide *lack) {
    left->re[i] = vector_exp(z->re[i], &lack->re[i]);
}
static bool turns_too_far(const wide *z, size_t count) {
    (void)z;
    (void)count;
    return false;
}
#endif

/* exp(z), z mostly in the left half plane, and what it lacks to 1: the first `count`, a multiple of 4. */
VECTOR_CLONES static void decay_wide(const wide *restrict z, size_t count, wide *restrict left, wide *restrict lack) {
    for (size_t i = 0; i < (count & ~(size_t)3); i++)
        decay_one(z, i, left, lack);
}

static void decay(const wide *z, size_t count, wide *left, wide *lack) {
    if (!turns_too_far(z, count)) {
        decay_wide(z, count, left, lack);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        put(left, i, exp_of(get(z, i)));
        put(lack, i, -expm1_of(get(z, i)));
    }
}

#endif
