/* Products and inverses of complex numbers that are finite. What C makes of a * b asks at every product whether it is
 * infinite or no number, and keeps loops from becoming vector code. Sums, and products with a real number, need no such
 * help. */
#ifndef QH_SOLVERS_COMPLEX_INTERNAL_H
#define QH_SOLVERS_COMPLEX_INTERNAL_H

#include <complex.h>

#ifndef CMPLX /* clang beside glibc */
#define CMPLX(re, im) __builtin_complex((double)(re), (double)(im))
#endif

#include "solvers/vector_internal.h"

QH_INLINE double complex complex_times(double complex a, double complex b) {
    return CMPLX(creal(a) * creal(b) - cimag(a) * cimag(b), creal(a) * cimag(b) + cimag(a) * creal(b));
}

QH_INLINE double complex complex_inverse(double complex z) {
    const double scale = 1 / (creal(z) * creal(z) + cimag(z) * cimag(z));
    return CMPLX(scale * creal(z), -(scale * cimag(z)));
}

#endif
