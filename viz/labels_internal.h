/* Labels on a map, each put where it hides least. */
#ifndef QH_VIZ_LABELS_INTERNAL_H
#define QH_VIZ_LABELS_INTERNAL_H

#include <stdbool.h>

#include "model/arena.h"

typedef struct qh_labels qh_labels;

/* Free room is the box [px]. `most` boxes and points can be kept clear. NULL when out of memory. */
qh_labels *qh_labels_create(qh_arena *arena, double x0, double y0, double x1, double y1, size_t most);

/* A place that labels should keep clear of, such as a symbol (weight 1) or a point of a river (0.2). */
void qh_labels_avoid(qh_labels *labels, double x0, double y0, double x1, double y1, double weight);

/* True when no symbol stands in the box. */
bool qh_labels_free(const qh_labels *labels, double x0, double y0, double x1, double y1);

/* Finds room for a label of width x height px that belongs to (at_x, at_y), where a symbol `clear` px across stands;
 * its centre goes to (*x, *y) and the room is taken. False when even the best place hides too much; then nothing is
 * taken and *x, *y are untouched. With `must` a place is always found. */
bool qh_labels_place(qh_labels *labels, double at_x, double at_y, double clear, double width, double height, bool must,
                     double *x, double *y);

#endif
