/* Products of complex numbers that are finite. What C makes of a * b asks at every product whether it is infinite or no
 * number, and keeps loops from becoming vector code. Sums, and products with a real number, need no such help. */
#ifndef QH_SOLVERS_COMPLEX_INTERNAL_H
#define QH_SOLVERS_COMPLEX_INTERNAL_H

#include <complex.h>

#if defined __GNUC__ && defined __OPTIMIZE__
__attribute__((always_inline)) /* into loops that are built for several processors */
#endif
static inline double complex
complex_times(double complex a, double complex b) {
    return CMPLX(creal(a) * creal(b) - cimag(a) * cimag(b), creal(a) * cimag(b) + cimag(a) * creal(b));
}

#endif
