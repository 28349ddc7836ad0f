/* The exact solution in real numbers; see exact_core_body_internal.h. */
#include "solvers/exact_core_body_internal.h"
