/* Closed formulas that a consultant works out by hand, by name. One formula a file in formulas/.
 *
 * Inputs and outputs are numbers in inner units, in the order of the formula's tables. */
#ifndef QH_MODEL_FORMULA_H
#define QH_MODEL_FORMULA_H

#include <stdbool.h>
#include <stddef.h>

#include "model/constant.h"
#include "model/diag.h"
#include "model/units.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { QH_MOST_FORMULA_QUANTITIES = 16 };

/* An input or an output. */
typedef struct qh_formula_quantity {
    const char *name; /* as in the equation, "Qp" */
    qh_dimension dimension;
    const char *unit;    /* as shown and written, "m3/s"; "" for a pure number */
    const char *meaning; /* English, a catalogue key */
    double low, high;    /* of an input, inner unit; high HUGE_VAL: no bound; both 0: any number */
    bool low_open;       /* low itself is out */
} qh_formula_quantity;

typedef struct qh_formula {
    const char *name;       /* "steady-1d" */
    const char *title;      /* English, a catalogue key */
    const char *equation;   /* as text, one line or several */
    const char *clause;     /* where it stands */
    const char *confidence; /* V, V2, M+, M~, M- of docs/standards.md */
    const char *range;      /* when it holds and when it does not, a catalogue key */
    size_t n_input, n_output;
    const qh_formula_quantity *input, *output; /* [n_input], [n_output] */
    /* The i-th number of the standard that the formula uses; false past the last. NULL: it uses none. */
    bool (*constant)(size_t index, qh_constant *constant);
    /* input [n_input] within their bounds, output [n_output]. Tells what deserves a second look. QH_E_INPUT when the
     * inputs do not go together. */
    qh_status (*evaluate)(const double *input, qh_diag *diag, double *output);
} qh_formula;

/* All formulas, NULL-terminated, by name. Generated. */
extern const qh_formula *const qh_registry_formula[];

/* The formula of that name, NULL when there is none. */
const qh_formula *qh_formula_find(const char *name);

#ifdef __cplusplus
}
#endif
#endif
