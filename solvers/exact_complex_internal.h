/* The exact solution in complex numbers: exact_core_internal.h with the prefix exact_complex_. */
#ifndef QH_SOLVERS_EXACT_COMPLEX_INTERNAL_H
#define QH_SOLVERS_EXACT_COMPLEX_INTERNAL_H

#define EXACT_COMPLEX
#include "solvers/exact_core_internal.h"
#undef EXACT_COMPLEX
#endif
