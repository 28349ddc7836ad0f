/* The exact solution in complex numbers; see exact_core_body_internal.h. */
#define EXACT_BODY_COMPLEX
#include "solvers/exact_core_body_internal.h"
