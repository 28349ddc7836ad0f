/* Elimination in river order without a search for pivots.
 *
 * Equation   (shift I + scale A_j) x_j = b_j for components j = 1..m, all A_j of one pattern: A = L U row by row
 *                l_pk = (a_pk - sum_{i<k} l_pi u_ik) / u_kk  (k < p),    u_pq = a_pq - sum_{i<p} l_pi u_iq  (q >= p)
 * Order      that of tree_order.c: from headwaters downstream, without new entries in a tree of rivers. Where a cell has
 *            several unknowns (its constituents) the order is found on the pattern of cells: what the blocks fill with
 *            is known to be little, and an order by single unknowns would be lost in it. Long reaches are looked at cut
 *            short (tree_short.c).
 * Pivots     those of the diagonal. I - gamma J and -J are M-matrices with dominant rows where the limiters are off;
 *            every order is then stable: the sum of |l u| in a row stays below a small multiple of the row's |a|. The
 *            limiters disturb this. So the sum of |l u| of each row and its pivot are compared with the sum of its |a|:
 *            the first bounds the backward error of the row (Wilkinson), the second finds singular matrices.
 * Layout     factors [slot][m], the rows of U led by the inverse of the pivot. Along a reach a row has its factors and its
 *            entries of the pattern a fixed distance behind those of the row before: no indices there, and the last
 *            values in registers; with one component the time is that of waiting for the result of the cell before. The
 *            other rows have indices, found once (tree_places.c). Components innermost.
 * Sources    Duff, Erisman, Reid (2017), Direct Methods for Sparse Matrices, 2nd ed., ch. 4 and 10; Markowitz (1957),
 *            Manage. Sci. 3:255; Rose, Tarjan, Lueker (1976), SIAM J. Comput. 5:266 (orders without fill); Higham (2002),
 *            Accuracy and Stability of Numerical Algorithms, 2nd ed., ch. 9.
 * Not for    general sparse matrices, meshed networks (fill), matrices that need pivoting. */
#include "solvers/tree.h"

#include <stdlib.h>

#include "solvers/tree_internal.h"

/* The longest row with indices, of L and U. */
static size_t longest_row(const qh_tree *t) {
    int longest = 0;
    for (size_t p = 0; p < t->n_row; p++) {
        const int length = t->lower_first[p + 1] - t->lower_first[p] + t->upper_first[p + 1] - t->upper_first[p];
        longest = length > longest ? length : longest;
    }
    return (size_t)longest;
}

static bool allocate_numbers(qh_tree *t, bool single) {
    const size_t count = t->n_slot * t->m + 1;
    t->row = malloc((longest_row(t) + 1) * tree_widest * sizeof *t->row);
    if (single) {
        t->single = calloc(count, sizeof *t->single);
    } else {
        t->factor = calloc(count, sizeof *t->factor);
    }
    return t->row && (t->single || t->factor);
}

static qh_status create(const qh_pattern *pattern, size_t block, size_t m, double most_fill, bool single,
                        qh_tree **tree) {
    qh_tree *made = calloc(1, sizeof *made);
    if (!made) return QH_E_NOMEM;
    made->n = (size_t)pattern->n;
    made->m = m;
    qh_status status = qh_tree_analyse(made, pattern, block, most_fill);
    if (status == QH_OK && !allocate_numbers(made, single)) status = QH_E_NOMEM;
    if (status != QH_OK) {
        qh_tree_destroy(made);
        return status;
    }
    *tree = made;
    return QH_OK;
}

qh_status qh_tree_create(const qh_pattern *pattern, size_t m, double most_fill, qh_tree **tree) {
    return create(pattern, 1, m, most_fill, false, tree);
}

qh_status qh_tree_create_blocks(const qh_pattern *pattern, size_t block, size_t m, double most_fill, qh_tree **tree) {
    return create(pattern, block, m, most_fill, false, tree);
}

qh_status qh_tree_create_single(const qh_pattern *pattern, size_t block, size_t m, double most_fill, qh_tree **tree) {
    return create(pattern, block, m, most_fill, true, tree);
}

void qh_tree_destroy(qh_tree *tree) {
    if (!tree) return;
    free(tree->run);
    free(tree->order);
    free(tree->lower_first);
    free(tree->upper_first);
    free(tree->above);
    free(tree->above_end);
    free(tree->unknown);
    free(tree->source);
    free(tree->target);
    free(tree->factor);
    free(tree->single);
    free(tree->row);
    free(tree);
}

qh_tree_cost qh_tree_get_cost(const qh_tree *t) {
    const size_t ints = 3 * t->n_row + 2 * t->n_lower + 2 * t->n_indexed + t->n_target;
    const size_t number = t->single ? sizeof *t->single : sizeof *t->factor;
    return (qh_tree_cost){.entries = t->n_slot,
                          .fill = t->n_fill,
                          .updates = t->n_update,
                          .bytes = ints * sizeof(int) + t->n_run * sizeof(tree_run) + t->n_slot * t->m * number};
}

void qh_tree_factor(qh_tree *t, double shift, double scale, const double *value, bool *sound) {
    tree_double_factor(t, shift, scale, value, t->factor, sound);
}

void qh_tree_factor_single(qh_tree *t, double shift, double scale, const float *value, bool *sound) {
    tree_single_factor(t, shift, scale, value, t->single, sound);
}

void qh_tree_solve(const qh_tree *t, double *x) {
    if (t->single) {
        tree_single_solve(t, t->single, x);
    } else {
        tree_double_solve(t, t->factor, x);
    }
}
