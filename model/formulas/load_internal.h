/* What the forms of the permissible load share. */
#ifndef QH_MODEL_FORMULAS_LOAD_INTERNAL_H
#define QH_MODEL_FORMULAS_LOAD_INTERNAL_H

#include "model/formula_internal.h"
#include "model/permissible_load.h"

#define QH_LOAD_TARGET QH_POSITIVE("Cs", QH_DIM_CONCENTRATION, "mg/L", QH_N("target concentration"))
#define QH_LOAD_INITIAL                                                                                                \
    QH_NOT_NEGATIVE("C0", QH_DIM_CONCENTRATION, "mg/L", QH_N("concentration of the water from above"))
#define QH_LOAD_FLOW    QH_POSITIVE("Q", QH_DIM_FLOW, "m3/s", QH_N("design flow of the river"))
#define QH_LOAD_OUTFALL QH_NOT_NEGATIVE("Qp", QH_DIM_FLOW, "m3/s", QH_N("discharge of the outfall"))
#define QH_LOAD_SPEED   QH_POSITIVE("u", QH_DIM_VELOCITY, "m/s", QH_N("mean velocity"))
#define QH_LOAD_RATE    QH_NOT_NEGATIVE("K", QH_DIM_RATE, "1/d", QH_N("rate of decay"))
#define QH_LOAD_LENGTH  QH_POSITIVE("L", QH_DIM_LENGTH, "m", QH_N("length of the reach"))

/* The load twice, as it is given in permits and in the standard. */
extern const qh_formula_quantity qh_load_output[2];

/* Writes both outputs; warns of a load under 0. */
qh_status qh_load_result(double load, qh_diag *diag, double *output);

#endif
