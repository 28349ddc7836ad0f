/* Functions whose loops gain by wider vectors than the oldest processor of the architecture has. */
#ifndef QH_MODEL_VECTOR_H
#define QH_MODEL_VECTOR_H

/* Compiled twice, for processors with 256-bit vectors and for all; which one runs is found out when the program starts. Both do
 * the same operations in the same order, so that results have the same bits. Not with sanitizers, which are not ready that
 * early. Stands before the function's type, and reaches what is inlined into it. */
#if defined(__x86_64__) && defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) &&    \
    !defined(__clang__)
#define QH_VECTOR __attribute__((target_clones("avx2", "default")))
#else
#define QH_VECTOR
#endif

#endif
