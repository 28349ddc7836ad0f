/* One quantity as it is written on a command line: "5.2m3/s", "0.2 1/d". */
#ifndef QH_IO_QUANTITY_H
#define QH_IO_QUANTITY_H

#include <stdbool.h>

#include "model/diag.h"
#include "model/units.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `text`, a number with its unit (none for QH_DIM_NONE), in the inner unit of `dimension`. What is wrong is added to
 * diag under the name `label`: no number, no unit, a unit of something else, a value outside low .. high (inner unit;
 * low itself is out when `low_open`). False then, and `value` is untouched. */
bool qh_quantity_read(const char *label, const char *text, qh_dimension dimension, double low, double high,
                      bool low_open, qh_diag *diag, double *value);

#ifdef __cplusplus
}
#endif
#endif
