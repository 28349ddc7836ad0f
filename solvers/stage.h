/* Stage table of a reach: flow area, width and conveyance by the depth above the bed, for what asks for them millions of times.
 *
 *     K = 1/n A R^(2/3), R = A/P: Manning's conveyance, Q = K sqrt(S)
 *     nodes      h = 2^e (1 + m/8), m = 0 ... 7, found from the bits of a number
 *     between    cubic Hermite in h; the width is the slope of the area
 *     below      the power laws through the lowest node
 *
 * Where K of a surveyed section falls (water over a flat bench), the table keeps it level: a river that rises never carries
 * less. Above the banks walls go on; whoever uses the table says so (`top`). */
#ifndef QH_SOLVERS_STAGE_H
#define QH_SOLVERS_STAGE_H

#include <stdint.h>
#include <string.h>

#include "model/channel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_stage_node {
    double area, width;                  /* m2, m */
    double conveyance, conveyance_slope; /* m3/s, m3/s per m */
} qh_stage_node;

typedef struct qh_stage {
    const qh_reach *reach;
    double lowest, highest;              /* m, first and last node */
    double top;                          /* m, where the banks end; INFINITY: they do not */
    const qh_stage_node *node;           /* ascending */
    double area_power, conveyance_power; /* -, below the lowest node */
} qh_stage;

/* What a depth gives. */
typedef struct qh_stage_at {
    double area, width;                  /* m2, m: d area/dh */
    double conveyance, conveyance_slope; /* m3/s, m3/s per m */
} qh_stage_at;

/* The table of `reach`, whose law has a section; memory of `arena`. QH_E_NOMEM. */
qh_status qh_stage_create(const qh_reach *reach, qh_arena *arena, qh_stage *stage);

/* Below the lowest node; and above the highest, 500 m, where straight lines go on. */
qh_stage_at qh_stage_outside(const qh_stage *stage, double depth);

/* At `depth` [m]; of a depth of 0 or less all is 0. */
static inline qh_stage_at qh_stage_find(const qh_stage *stage, double depth) {
    if (!(depth >= stage->lowest && depth < stage->highest)) return qh_stage_outside(stage, depth);
    enum { SHIFT = 49 }; /* eight nodes an octave: three bits of the mantissa's 52 */
    uint64_t bits, first;
    memcpy(&bits, &depth, sizeof bits);
    memcpy(&first, &stage->lowest, sizeof first);
    const uint64_t low_bits = bits >> SHIFT << SHIFT, high_bits = low_bits + (UINT64_C(1) << SHIFT);
    double low, high;
    memcpy(&low, &low_bits, sizeof low);
    memcpy(&high, &high_bits, sizeof high);
    const qh_stage_node *a = &stage->node[(bits - first) >> SHIFT], *b = a + 1;
    const double h = high - low, t = (depth - low) / h;
    const double da = b->area - a->area, a0 = a->width * h, a1 = b->width * h;
    const double dk = b->conveyance - a->conveyance, k0 = a->conveyance_slope * h, k1 = b->conveyance_slope * h;
    const double a2 = 3 * da - 2 * a0 - a1, a3 = a0 + a1 - 2 * da, k2 = 3 * dk - 2 * k0 - k1, k3 = k0 + k1 - 2 * dk;
    return (qh_stage_at){.area = a->area + t * (a0 + t * (a2 + t * a3)),
                         .width = (a0 + t * (2 * a2 + t * 3 * a3)) / h,
                         .conveyance = a->conveyance + t * (k0 + t * (k2 + t * k3)),
                         .conveyance_slope = (k0 + t * (2 * k2 + t * 3 * k3)) / h};
}

/* The depth [m] that holds `area` [m2], 0 for none. */
double qh_stage_depth(const qh_stage *stage, double area);

#ifdef __cplusplus
}
#endif
#endif
