/* Discrete Fourier transforms of any length. */
#ifndef QH_SOLVERS_FOURIER_INTERNAL_H
#define QH_SOLVERS_FOURIER_INTERNAL_H

#include <complex.h>
#include <stddef.h>

#include "model/arena.h"
#include "model/status.h"

typedef struct fourier fourier;

/* A transform of length n >= 1: n log n work at any length, a fifth of it where n has no prime factor above 5. It has
 * workspace, so that one thread uses it at a time. QH_E_NOMEM. */
qh_status fourier_create(qh_arena *arena, size_t n, fourier **transform);

/* to[j] = sum over k of from[k stride] exp(+2 pi i j k/n), to [n], not the same memory. */
void fourier_sum(const fourier *transform, const double complex *from, size_t stride, double complex *to);

/* Real parts of two such sums at once: of from[k stride] in the real part of to[j], of from[k stride + 1] in its imaginary
 * part. */
void fourier_real_sums(const fourier *transform, const double complex *from, size_t stride, double complex *to);

/* The first one with exp(-2 pi i j k/n). */
void fourier_transform(const fourier *transform, const double complex *from, double complex *to);

/* Smallest number >= n that has no prime factor above 5. */
size_t fourier_length(size_t n);

#endif
