/* Discrete Fourier transforms of any length. */
#ifndef QH_SOLVERS_FOURIER_INTERNAL_H
#define QH_SOLVERS_FOURIER_INTERNAL_H

#include <complex.h>
#include <stddef.h>

#include "model/arena.h"
#include "model/status.h"

typedef struct fourier fourier;

/* A transform of length n >= 1; fast where n has small prime factors. QH_E_NOMEM. */
qh_status fourier_create(qh_arena *arena, size_t n, fourier **transform);

/* to[j] = sum over k of from[k stride] exp(+2 pi i j k/n), to [n], not the same memory. */
void fourier_sum(const fourier *transform, const double complex *from, size_t stride, double complex *to);

/* The same with exp(-2 pi i j k/n). */
void fourier_transform(const fourier *transform, const double complex *from, double complex *to);

/* Smallest number >= n that has no prime factor above 5. */
size_t fourier_length(size_t n);

#endif
