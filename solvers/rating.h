/* Rating of a reach: flow area and width by the discharge, as tables that cost a few nanoseconds, for what asks for them
 * millions of times.
 *
 *     nodes      q = 2^e (1 + m/8), m = 0 ... 7: eight to an octave, found from the bits of a number without a logarithm
 *     between    cubic Hermite in q, with the law's own slopes: a relative error of some 1e-7 in a power law
 *     below      the power law through the lowest node; A(0) = 0 but for a fixed area
 *
 * Above the highest node the law has no state (water over the top of a surveyed section) or nobody expects it there. */
#ifndef QH_SOLVERS_RATING_H
#define QH_SOLVERS_RATING_H

#include <stdint.h>
#include <string.h>

#include "model/channel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_rating_node {
    double area, area_slope;   /* m2, m2 per m3/s */
    double width, width_slope; /* m, m per m3/s */
} qh_rating_node;

typedef struct qh_rating {
    const qh_reach *reach;
    double lowest, highest; /* m3/s, first and last node */
    size_t n_node;
    const qh_rating_node *node;     /* [n_node] */
    double area_power, width_power; /* -, below the lowest node */
} qh_rating;

/* Rating of `reach` for discharges of about `least` to at least `most` [m3/s], where its law goes as far; memory of `arena`. */
qh_status qh_rating_create(const qh_reach *reach, double least, double most, qh_arena *arena, qh_diag *diag,
                           qh_rating *rating);

/* Index of the node at or below q, which lies in [lowest, highest), and the part of the way to the next, 0..1. */
static inline size_t qh_rating_find(const qh_rating *rating, double q, double *part, double *spacing) {
    uint64_t bits, first, node_bits;
    memcpy(&bits, &q, sizeof bits);
    memcpy(&first, &rating->lowest, sizeof first);
    enum { SHIFT = 49 }; /* eight nodes an octave: three bits of the mantissa's 52 */
    node_bits = bits >> SHIFT << SHIFT;
    const uint64_t next_bits = node_bits + (UINT64_C(1) << SHIFT);
    double low, high;
    memcpy(&low, &node_bits, sizeof low);
    memcpy(&high, &next_bits, sizeof high);
    *spacing = high - low;
    *part = (q - low) / *spacing;
    return (size_t)((bits - first) >> SHIFT);
}

/* Area [m2] and d area/dq below the lowest node. */
double qh_rating_low_area(const qh_rating *rating, double q, double *slope);
/* Width [m] there. */
double qh_rating_low_width(const qh_rating *rating, double q);

/* Flow area [m2] at q [m3/s], 0 <= q < highest, and its slope [m2 per m3/s]. */
static inline double qh_rating_area(const qh_rating *rating, double q, double *slope) {
    if (q < rating->lowest) return qh_rating_low_area(rating, q, slope);
    double t, h;
    const qh_rating_node *a = &rating->node[qh_rating_find(rating, q, &t, &h)], *b = a + 1;
    const double rise = b->area - a->area, s0 = a->area_slope * h, s1 = b->area_slope * h;
    const double c2 = 3 * rise - 2 * s0 - s1, c3 = s0 + s1 - 2 * rise;
    *slope = (s0 + t * (2 * c2 + t * 3 * c3)) / h;
    return a->area + t * (s0 + t * (c2 + t * c3));
}

/* Width at the surface [m] at q [m3/s], 0 <= q < highest. */
static inline double qh_rating_width(const qh_rating *rating, double q) {
    if (q < rating->lowest) return qh_rating_low_width(rating, q);
    double t, h;
    const qh_rating_node *a = &rating->node[qh_rating_find(rating, q, &t, &h)], *b = a + 1;
    const double rise = b->width - a->width, s0 = a->width_slope * h, s1 = b->width_slope * h;
    return a->width + t * (s0 + t * (3 * rise - 2 * s0 - s1 + t * (s0 + s1 - 2 * rise)));
}

#ifdef __cplusplus
}
#endif
#endif
