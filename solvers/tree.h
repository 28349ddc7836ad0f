/* Direct solution of river-ordered sparse systems: matrices of one pattern, one a component, factored side by side.
 *
 * In such a pattern a cell is coupled with a few cells upstream and downstream in its reach, at points with the cells
 * beside the point, and with a storage zone. Elimination downstream then makes no new entries in a tree of rivers, so
 * that factors and work are linear in the number of cells. Pivots are those of the diagonal; a component for which they
 * do not serve is reported, and the caller takes a solver that searches for pivots (solvers/sparse.h; both stand behind
 * solvers/linear.h).
 *
 * Values lie entry by entry, components innermost: value [nnz][m] with the entries of the pattern, x [n][m]. Units are
 * the caller's: x is right-hand side over matrix. Method and sources stand at the top of tree.c. */
#ifndef QH_SOLVERS_TREE_H
#define QH_SOLVERS_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/status.h"
#include "solvers/sparse.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_tree qh_tree;

/* Finds the order of elimination and the places of the factors for `m` components. The pattern is borrowed until this
 * returns. QH_E_NUMERIC when the factors would have more than `most_fill` times the entries of the pattern (many
 * loops); QH_E_NOMEM. Owned by the caller. */
qh_status qh_tree_create(const qh_pattern *pattern, size_t m, double most_fill, qh_tree **tree);
void qh_tree_destroy(qh_tree *tree);

/* The same for a pattern whose unknowns stand together by `block`, a cell's constituents: unknowns c block .. c block +
 * block - 1 are cell c. Cells are eliminated in river order, a cell's unknowns in theirs. Between cells the constituents
 * are not coupled, inside a cell they may be; what elimination adds inside these blocks does not count as fill. */
qh_status qh_tree_create_blocks(const qh_pattern *pattern, size_t block, size_t m, double most_fill, qh_tree **tree);

/* Factors shift I + scale A for the matrices with the values of A, value [nnz][m]. sound [m] receives whether the
 * factors of each component may be used: false where a pivot is 0 to round-off (a singular matrix among others) or
 * where entries grow so much that accuracy is lost. Allocates nothing. */
void qh_tree_factor(qh_tree *tree, double shift, double scale, const double *value, bool *sound);

/* The same with entries and factors stored in single precision and arithmetic in double, to improve on a solution again
 * and again, as Newton's method does. Of the diagonal `value` holds the sums of the rows of A in place of its entries:
 * so rounding does not disturb the dominance of what is nearly 0 in sum. */
qh_status qh_tree_create_single(const qh_pattern *pattern, size_t block, size_t m, double most_fill, qh_tree **tree);
void qh_tree_factor_single(qh_tree *tree, double shift, double scale, const float *value, bool *sound);

/* Solves in place with the last factors, x [n][m]; components that are not sound receive values without meaning, the
 * others do not feel it. Allocates nothing. */
void qh_tree_solve(const qh_tree *tree, double *x);

/* What elimination costs a component, for tests and reports. */
typedef struct qh_tree_cost {
    size_t entries; /* of both factors, the diagonal once */
    size_t fill;    /* of them, those that the pattern (of cells, with blocks) does not have */
    size_t updates; /* multiplications with subtraction, to factor */
    size_t bytes;   /* held by the solver, all components */
} qh_tree_cost;
qh_tree_cost qh_tree_get_cost(const qh_tree *tree);

#ifdef __cplusplus
}
#endif
#endif
