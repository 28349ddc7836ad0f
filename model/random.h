/* Random numbers by counter: the number is a function of where it is wanted, so that the i-th scenario of a plan is the
 * same whoever computes it, and in whatever order. */
#ifndef QH_MODEL_RANDOM_H
#define QH_MODEL_RANDOM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Philox4x32-10: the four words that `key` [2] makes of `counter` [4]. */
void qh_philox(const uint32_t *key, const uint32_t *counter, uint32_t *word);

/* 64 random bits of a seed at (stream, index). */
uint64_t qh_random_bits(uint64_t seed, uint32_t stream, uint64_t index);

/* Of 64 bits a number in (0, 1), never 0 or 1: the middle of one of 2^53 equal cells, cut to 52 bits. */
static inline double qh_unit_of_bits(uint64_t bits) { return ((double)(bits >> 12) + 0.5) * 0x1p-52; }

/* A number in (0, 1) of a seed at (stream, index). */
static inline double qh_random_unit(uint64_t seed, uint32_t stream, uint64_t index) {
    return qh_unit_of_bits(qh_random_bits(seed, stream, index));
}

/* A random permutation of 0 .. count-1 of which any element can be asked for alone: `key` names the permutation. index <
 * count, 0 < count <= 2^62. */
uint64_t qh_permuted(uint64_t key, uint64_t count, uint64_t index);

#ifdef __cplusplus
}
#endif
#endif
