/* What the formulas share: rows of their tables. */
#ifndef QH_MODEL_FORMULA_INTERNAL_H
#define QH_MODEL_FORMULA_INTERNAL_H

#include <math.h>

#include "model/formula.h"

/* Inputs: any number, at least 0, over 0. */
#define QH_ANY(name, dimension, unit, meaning)                                                                         \
    { name, dimension, unit, meaning, 0, 0, false }
#define QH_NOT_NEGATIVE(name, dimension, unit, meaning)                                                                \
    { name, dimension, unit, meaning, 0, HUGE_VAL, false }
#define QH_POSITIVE(name, dimension, unit, meaning)                                                                    \
    { name, dimension, unit, meaning, 0, HUGE_VAL, true }
#define QH_OUTPUT(name, dimension, unit, meaning)                                                                      \
    { name, dimension, unit, meaning, 0, 0, false }

#define QH_COUNT(array) (sizeof(array) / sizeof *(array))

#endif
