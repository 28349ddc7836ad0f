/* Loops over lanes and cells for the widest registers that a processor has. */
#ifndef QH_SOLVERS_VECTOR_INTERNAL_H
#define QH_SOLVERS_VECTOR_INTERNAL_H

/* Before the definition of a function with such loops: it is compiled for every processor of the family and once more for
 * those with AVX2, and the loader takes what the machine has. Both give the same digits: elements are independent, sums
 * keep their order, and products and sums are never fused (-ffp-contract=off). The release build defines QH_CLONES. Not
 * for functions of the same name in two files: some compilers make what is cloned visible. */
#if defined QH_CLONES && defined __x86_64__ && defined __GLIBC__
#define QH_VECTORS __attribute__((target_clones("avx2", "default")))
#else
#define QH_VECTORS
#endif

/* For what must stand inside such a function, to be compiled with it. */
#define QH_INLINE static inline __attribute__((always_inline))

#endif
