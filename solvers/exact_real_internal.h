/* The exact solution in real numbers: exact_core_internal.h with the prefix exact_real_. */
#ifndef QH_SOLVERS_EXACT_REAL_INTERNAL_H
#define QH_SOLVERS_EXACT_REAL_INTERNAL_H

#include "solvers/exact_core_internal.h"
#endif
