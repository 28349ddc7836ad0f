/* Sobol's sequence.
 *
 * Equation   x_i = g_1 v_1 xor g_2 v_2 xor ..., where g is the Gray code i xor (i >> 1) of the index; the directions v of a
 *            dimension with primitive polynomial x^s + a_1 x^(s-1) + ... + a_(s-1) x + 1 and m_1 .. m_s follow
 *            v_k = a_1 v_(k-1) xor ... xor a_(s-1) v_(k-s+1) xor v_(k-s) xor (v_(k-s) >> s),  v_k = m_k 2^(32-k), k <= s.
 * Order      The Gray code runs through the same points as the binary index, in another order inside each 2^m.
 * Source     Sobol' (1967), USSR Comput. Math. Math. Phys. 7(4) 86-112; Antonov & Saleev (1979), ibid. 19, 252-256; Bratley &
 *            Fox (1988), ACM TOMS 14, 88-100. Direction numbers: model/data/sobol.def.
 * Not for    more than 2^32 points; counts that are no power of 2 lose part of the evenness. */
#include "model/sobol.h"

enum { LARGEST_DEGREE = 13 };

typedef struct polynomial {
    unsigned degree, inner;
    uint16_t first[LARGEST_DEGREE];
} polynomial;

static const polynomial polynomials[QH_SOBOL_DIMENSIONS - 1] = {
#define SOBOL(dimension, s, a, ...) [dimension - 2] = {s, a, {__VA_ARGS__}},
#include "model/data/sobol.def"
#undef SOBOL
};

static void directions_of(const polynomial *p, uint32_t *v) {
    const unsigned s = p->degree;
    for (unsigned k = 0; k < QH_SOBOL_BITS; k++) {
        if (k < s) {
            v[k] = (uint32_t)p->first[k] << (QH_SOBOL_BITS - 1 - k);
            continue;
        }
        v[k] = v[k - s] ^ (v[k - s] >> s);
        for (unsigned j = 1; j < s; j++)
            if (p->inner >> (s - 1 - j) & 1) v[k] ^= v[k - j];
    }
}

void qh_sobol_directions(size_t n_dimension, uint32_t *direction) {
    for (unsigned k = 0; n_dimension > 0 && k < QH_SOBOL_BITS; k++)
        direction[k] = 1U << (QH_SOBOL_BITS - 1 - k); /* van der Corput's sequence */
    for (size_t d = 1; d < n_dimension; d++)
        directions_of(&polynomials[d - 1], direction + d * QH_SOBOL_BITS);
}

uint32_t qh_sobol_point(const uint32_t *direction, uint64_t index) {
    uint32_t x = 0;
    for (uint64_t gray = index ^ (index >> 1); gray; gray >>= 1, direction++)
        if (gray & 1) x ^= *direction;
    return x;
}
