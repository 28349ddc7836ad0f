/* Linear systems of the transport operator, one a component, all of one pattern: by elimination in river order
 * (solvers/tree.h), and by KLU with its search for pivots (solvers/sparse.h) where river order would fill up, in
 * networks of many loops, or where the pivots of the diagonal do not serve a component. */
#ifndef QH_SOLVERS_LINEAR_H
#define QH_SOLVERS_LINEAR_H

#include <stddef.h>

#include "model/status.h"
#include "solvers/sparse.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_linear qh_linear;

/* A solver for `m` matrices of one pattern, which is borrowed and must outlive it. Owned by the caller. */
qh_status qh_linear_create(const qh_pattern *pattern, size_t m, qh_linear **linear);

/* The same for a pattern in which `block` unknowns in sequence, a cell's constituents, belong together (solvers/tree.h). */
qh_status qh_linear_create_blocks(const qh_pattern *pattern, size_t block, size_t m, qh_linear **linear);
void qh_linear_destroy(qh_linear *linear);

/* Factors shift I + scale A for the matrices with the values of A, value [nnz][m]. QH_E_NUMERIC when one of them is
 * singular. */
qh_status qh_linear_factor(qh_linear *linear, double shift, double scale, const double *value);

/* The same with entries and factors in single precision, to improve on a solution again and again; of the diagonal
 * `value` holds the sums of the rows (solvers/tree.h). */
qh_status qh_linear_create_single(const qh_pattern *pattern, size_t block, size_t m, qh_linear **linear);
qh_status qh_linear_factor_single(qh_linear *linear, double shift, double scale, const float *value);

/* Solves in place with the last factors, x [n][m]. */
qh_status qh_linear_solve(qh_linear *linear, double *x);

/* Components whose last factors are KLU's. */
size_t qh_linear_pivoted(const qh_linear *linear);

#ifdef __cplusplus
}
#endif
#endif
