/* Elimination in river order with numbers stored in single precision; see tree_numbers_body_internal.h. */
#define TREE_BODY_SINGLE
#include "solvers/tree_numbers_body_internal.h"
