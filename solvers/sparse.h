/* Sparse matrices that share one pattern, and their direct solution by KLU.
 *
 * The transport of uncoupled components gives one matrix a component, all of the same pattern: the ordering is found
 * once and each matrix is factored on its own. */
#ifndef QH_SOLVERS_SPARSE_H
#define QH_SOLVERS_SPARSE_H

#include <stddef.h>

#include "model/arena.h"
#include "model/diag.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Compressed columns, rows ascending in each; the diagonal is always part of it. */
typedef struct qh_pattern {
    int n;         /* rows and columns */
    int *first;    /* [n + 1], entries of column j: first[j] .. first[j+1]-1 */
    int *row;      /* [first[n]] */
    int *diagonal; /* [n], entry of (j, j) */
} qh_pattern;

/* Pattern of the n_entry positions (row[k], column[k]), duplicates merged, diagonal added; slot [n_entry], which may be
 * NULL, receives the entry of each position. QH_E_NOMEM, or QH_E_NUMERIC when there are more entries than an int counts. */
qh_status qh_pattern_create(qh_arena *arena, size_t n, size_t n_entry, const int *row, const int *column, int *slot,
                            qh_pattern **pattern);

/* Entry of a position that is in the pattern. */
int qh_pattern_entry(const qh_pattern *pattern, int row, int column);

typedef struct qh_factors qh_factors;

/* Factors of `n_matrix` matrices of one pattern (borrowed). */
qh_status qh_factors_create(const qh_pattern *pattern, size_t n_matrix, qh_factors **factors);
void qh_factors_destroy(qh_factors *factors);

/* Factors matrix k with values [nnz]. QH_E_NUMERIC when it is singular. */
qh_status qh_factors_compute(qh_factors *factors, size_t k, double *value);

/* Solves in place with the factors of matrix k: x [n]. */
qh_status qh_factors_solve(qh_factors *factors, size_t k, double *x);

#ifdef __cplusplus
}
#endif
#endif
