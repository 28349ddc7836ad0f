/* Sobol's sequence: points that fill the unit cube more evenly than random ones. */
#ifndef QH_MODEL_SOBOL_H
#define QH_MODEL_SOBOL_H

#include <stddef.h>
#include <stdint.h>

#include "model/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { QH_SOBOL_DIMENSIONS = 1024, QH_SOBOL_BITS = 32 };

/* Direction numbers of the first `n_dimension` dimensions (at most QH_SOBOL_DIMENSIONS): direction [n_dimension][
 * QH_SOBOL_BITS], the first bit the highest. */
void qh_sobol_directions(size_t n_dimension, uint32_t *direction);

/* Coordinate of point `index` (< 2^32) in one dimension, by that dimension's directions [QH_SOBOL_BITS]: a multiple of
 * 2^-32 as an integer. Point 0 is the origin; 2^m points from a multiple of 2^m on hold one in each of 2^m equal cells. */
uint32_t qh_sobol_point(const uint32_t *direction, uint64_t index);

#ifdef __cplusplus
}
#endif
#endif
