/* Where the network lies on a map: on the nodes' coordinates when all have them, else on a scheme drawn from the
 * topology alone (distance to the outlet to the right, tributaries in rows of their own). */
#ifndef QH_VIZ_LAYOUT_INTERNAL_H
#define QH_VIZ_LAYOUT_INTERNAL_H

#include <stdbool.h>

#include "io/store.h"

enum { QH_CURVE_POINTS = 49 };

/* A reach as drawn: points evenly spaced in the parameter, not in length. */
typedef struct qh_curve {
    double x[QH_CURVE_POINTS], y[QH_CURVE_POINTS]; /* px */
    double along[QH_CURVE_POINTS];                 /* -, 0..1 of the drawn length */
} qh_curve;

typedef struct qh_layout {
    bool geographic;
    double pixels_per_metre; /* meaningful when geographic */
    const double *x, *y;     /* [n_node], px */
    const qh_curve *curve;   /* [n_reach] */
} qh_layout;

/* Height over width that the network would like to have, between 0.3 and 1.2. */
qh_status qh_layout_aspect(const qh_store_info *info, qh_arena *arena, double *aspect);

/* Lays the network into the box [px]. Everything lives in `arena`. */
qh_status qh_layout_create(const qh_store_info *info, double x0, double y0, double x1, double y1, qh_arena *arena,
                           qh_layout *layout);

/* Place and direction (downstream, of length 1) at a fraction 0..1 of a reach's length. */
void qh_layout_at(const qh_layout *layout, size_t reach, double fraction, double *x, double *y, double *dx, double *dy);

#endif
