/* Elimination in river order with numbers in double precision; see tree_numbers_body_internal.h. */
#include "solvers/tree_numbers_body_internal.h"
