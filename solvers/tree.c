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

#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "solvers/tree_internal.h"

/* Sum of |l u| in a row over its sum of |a|: at most 3 in an M-matrix with dominant rows. Backward errors up to this
 * times round-off are accepted. */
static const double most_growth = 1000;
/* A pivot below this part of its row is round-off. */
static const double least_pivot = 1e-14;

/* The loops over components are unrolled for this many at a time. */
enum { widest = 8 };

qh_status qh_tree_create(const qh_pattern *pattern, size_t m, double most_fill, qh_tree **tree) {
    return qh_tree_create_blocks(pattern, 1, m, most_fill, tree);
}

qh_status qh_tree_create_blocks(const qh_pattern *pattern, size_t block, size_t m, double most_fill, qh_tree **tree) {
    qh_tree *made = calloc(1, sizeof *made);
    if (!made) return QH_E_NOMEM;
    made->n = (size_t)pattern->n;
    made->m = m;
    qh_status status = qh_tree_analyse(made, pattern, block, most_fill);
    if (status == QH_OK) {
        made->factor = calloc(made->n_slot * m + 1, sizeof *made->factor);
        if (!made->factor) status = QH_E_NOMEM;
    }
    if (status != QH_OK) {
        qh_tree_destroy(made);
        return status;
    }
    *tree = made;
    return QH_OK;
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
    free(tree);
}

qh_tree_cost qh_tree_get_cost(const qh_tree *t) {
    const size_t ints = 3 * t->n_row + 2 * t->n_lower + 2 * t->n_indexed + t->n_target;
    return (qh_tree_cost){.entries = t->n_slot,
                          .fill = t->n_fill,
                          .updates = t->n_update,
                          .bytes =
                              ints * sizeof(int) + t->n_run * sizeof(tree_run) + t->n_slot * t->m * sizeof(double)};
}

/* ---- numbers: `width` components at a time, in pairs as a vector register holds them. Width is a constant once these
 * functions stand inside their callers; 1 leaves the second half of the pair unused. ---- */

#define ALWAYS_INLINE static inline __attribute__((always_inline))

typedef double pair __attribute__((vector_size(16)));
typedef double stored_pair __attribute__((vector_size(16), aligned(8), may_alias));
typedef long long pair_bits __attribute__((vector_size(16)));
enum { most_pairs = widest / 2 };

ALWAYS_INLINE pair load(const double *from, size_t h, size_t width) {
    return width == 1 ? (pair){from[0], 0} : (pair) * (const stored_pair *)(from + 2 * h);
}
ALWAYS_INLINE void store(double *to, size_t h, size_t width, pair value) {
    if (width == 1) {
        to[0] = value[0];
    } else {
        *(stored_pair *)(to + 2 * h) = value;
    }
}
ALWAYS_INLINE pair magnitude(pair value) { return (pair)((pair_bits)value & LLONG_MAX); }

/* Fetches the entries of one part of a row; adds their sizes to `size`. */
ALWAYS_INLINE void fetch(const qh_tree *t, int first, int end, double scale, const double *value, double *factor,
                         size_t width, pair *size) {
    const size_t pairs = (width + 1) / 2;
    for (int s = first; s < end; s++) {
        double *to = factor + (size_t)s * t->m;
        if (t->source[s] < 0) {
            for (size_t h = 0; h < pairs; h++)
                store(to, h, width, (pair){0, 0});
            continue;
        }
        const double *from = value + (size_t)t->source[s] * t->m;
        for (size_t h = 0; h < pairs; h++) {
            const pair a = scale * load(from, h, width);
            store(to, h, width, a);
            size[h] += magnitude(a);
        }
    }
}

/* What is wrong with a row so far, by its sums of |a| and |l u|; all bits set where it is. */
ALWAYS_INLINE pair_bits flaws(pair pivot, pair size, pair moved) {
    return ~(pair_bits)(magnitude(pivot) > least_pivot * size) | ~(pair_bits)(moved <= most_growth * size);
}

/* Stored are l and u divided by their pivots, and the inverse pivots: what the solution needs with least waiting. Rows
 * row .. end-1 of those with indices; returns where the products of the next one begin. */
ALWAYS_INLINE const int *factor_rows(const qh_tree *t, size_t row, size_t end, const int *target, double shift,
                                     double scale, const double *restrict value, double *restrict factor, size_t width,
                                     pair_bits *unsound) {
    const size_t m = t->m, pairs = (width + 1) / 2;
    for (size_t p = row; p < end; p++) {
        const int lower = t->lower_first[p], lower_end = t->lower_first[p + 1];
        const int upper = t->upper_first[p], upper_end = t->upper_first[p + 1];
        double *pivot = factor + (size_t)upper * m;
        pair size[most_pairs], moved[most_pairs];
        for (size_t h = 0; h < pairs; h++)
            size[h] = moved[h] = (pair){0, 0};
        fetch(t, lower, lower_end, scale, value, factor, width, size);
        fetch(t, upper, upper_end, scale, value, factor, width, size);
        for (size_t h = 0; h < pairs; h++) {
            store(pivot, h, width, load(pivot, h, width) + shift);
            size[h] += fabs(shift);
        }
        for (int s = lower; s < lower_end; s++) {
            double *at = factor + (size_t)s * m;
            pair part[most_pairs];
            for (size_t h = 0; h < pairs; h++) {
                part[h] = load(at, h, width);
                store(at, h, width, part[h] * load(factor + (size_t)t->above[s] * m, h, width));
            }
            for (int u = t->above[s] + 1; u < t->above_end[s]; u++) {
                double *to = factor + (size_t)*target++ * m;
                for (size_t h = 0; h < pairs; h++) {
                    const pair product = part[h] * load(factor + (size_t)u * m, h, width);
                    moved[h] += magnitude(product);
                    store(to, h, width, load(to, h, width) - product);
                }
            }
        }
        pair inverse[most_pairs];
        for (size_t h = 0; h < pairs; h++) {
            const pair d = load(pivot, h, width);
            unsound[h] |= flaws(d, size[h], moved[h]);
            inverse[h] = 1 / d;
            store(pivot, h, width, inverse[h]);
        }
        for (int u = upper + 1; u < upper_end; u++) {
            double *to = factor + (size_t)u * m;
            for (size_t h = 0; h < pairs; h++)
                store(to, h, width, load(to, h, width) * inverse[h]);
        }
    }
    return target;
}

/* Inverse pivot and the entry of the next cell, of the row before and the one before that. */
typedef struct rows_before {
    pair near[most_pairs], near_next[most_pairs], far[most_pairs], far_next[most_pairs];
} rows_before;

ALWAYS_INLINE rows_before load_before(const qh_tree *t, const tree_run *r, const double *factor, size_t width) {
    const double *near = factor + (size_t)r->near * t->m, *far = factor + (size_t)r->far * t->m;
    rows_before b = {0};
    for (size_t h = 0; h < (width + 1) / 2; h++) {
        b.near[h] = load(near, h, width);
        b.near_next[h] = load(near + t->m, h, width);
        b.far[h] = r->upstream == 2 ? load(far, h, width) : (pair){0, 0};
        b.far_next[h] = r->upstream == 2 ? load(far + t->m, h, width) : (pair){0, 0};
    }
    return b;
}

/* The same along a reach, with the rows before in registers. */
ALWAYS_INLINE void factor_reach(const qh_tree *t, const tree_run *r, double shift, double scale,
                                const double *restrict value, double *restrict factor, size_t width, int upstream,
                                pair_bits *unsound) {
    const size_t m = t->m, pairs = (width + 1) / 2, band = (size_t)upstream + 2;
    const double *a = value + (size_t)r->entry * m;
    double *l = factor + (size_t)r->lower * m, *u = factor + (size_t)r->upper * m;
    rows_before b = load_before(t, r, factor, width);
    for (int k = 0; k < r->count; k++, a += band * m, l += (size_t)upstream * m, u += 2 * m) {
        for (size_t h = 0; h < pairs; h++) {
            pair by_near = scale * load(a - (band - 1) * m, h, width), moved = {0, 0};
            const pair own = scale * load(a, h, width), next = scale * load(a + (band - 1) * m, h, width);
            pair size = magnitude(by_near) + magnitude(own) + magnitude(next) + fabs(shift);
            if (upstream == 2) {
                const pair by_far = scale * load(a - 2 * (band - 1) * m, h, width), product = by_far * b.far_next[h];
                size += magnitude(by_far);
                moved = magnitude(product);
                by_near -= product;
                store(l, h, width, by_far * b.far[h]);
                b.far[h] = b.near[h];
                b.far_next[h] = b.near_next[h];
            }
            store(l + (upstream == 2 ? m : 0), h, width, by_near * b.near[h]);
            const pair product = by_near * b.near_next[h], pivot = (own + shift) - product;
            unsound[h] |= flaws(pivot, size, moved + magnitude(product));
            b.near[h] = 1 / pivot;
            b.near_next[h] = next * b.near[h];
            store(u, h, width, b.near[h]);
            store(u + m, h, width, b.near_next[h]);
        }
    }
}

ALWAYS_INLINE void factor_block(const qh_tree *t, double shift, double scale, const double *restrict value,
                                double *restrict factor, size_t width, bool *sound) {
    const int *target = t->target;
    pair_bits unsound[most_pairs] = {{0}};
    size_t row = 0;
    for (const tree_run *r = t->run; r < t->run + t->n_run; r++) {
        if (r->upstream == 0) {
            target = factor_rows(t, row, row + (size_t)r->count, target, shift, scale, value, factor, width, unsound);
            row += (size_t)r->count;
        } else if (r->upstream == 1) {
            factor_reach(t, r, shift, scale, value, factor, width, 1, unsound);
        } else {
            factor_reach(t, r, shift, scale, value, factor, width, 2, unsound);
        }
    }
    for (size_t j = 0; j < width; j++)
        sound[j] = unsound[j / 2][j % 2] == 0;
}

/* L y = b in rows row .. end-1 of those with indices; y in place of b. */
ALWAYS_INLINE void forward_rows(const qh_tree *t, size_t row, size_t end, const double *restrict factor,
                                double *restrict x, size_t width) {
    const size_t m = t->m, pairs = (width + 1) / 2;
    for (size_t p = row; p < end; p++) {
        double *at = x + (size_t)t->order[p] * m;
        pair sum[most_pairs];
        for (size_t h = 0; h < pairs; h++)
            sum[h] = load(at, h, width);
        for (int s = t->lower_first[p]; s < t->lower_first[p + 1]; s++) {
            for (size_t h = 0; h < pairs; h++)
                sum[h] -= load(factor + (size_t)s * m, h, width) * load(x + (size_t)t->unknown[s] * m, h, width);
        }
        for (size_t h = 0; h < pairs; h++)
            store(at, h, width, sum[h]);
    }
}

/* The same along a reach, with what is upstream in registers. */
ALWAYS_INLINE void forward_reach(const qh_tree *t, const tree_run *r, const double *restrict factor, double *restrict x,
                                 size_t width, int upstream) {
    const size_t m = t->m, pairs = (width + 1) / 2;
    double *at = x + (size_t)r->unknown * m;
    const double *l = factor + (size_t)r->lower * m;
    pair near[most_pairs], far[most_pairs];
    for (size_t h = 0; h < pairs; h++) {
        near[h] = load(at - m, h, width);
        far[h] = upstream == 2 ? load(at - 2 * m, h, width) : (pair){0, 0};
    }
    for (int k = 0; k < r->count; k++, at += m) {
        for (size_t h = 0; h < pairs; h++) {
            pair sum = load(at, h, width);
            if (upstream == 2) sum -= load(l, h, width) * far[h];
            sum -= load(upstream == 2 ? l + m : l, h, width) * near[h];
            far[h] = near[h];
            near[h] = sum;
            store(at, h, width, sum);
        }
        l += (size_t)upstream * m;
    }
}

/* U x = y in those rows, from the last to the first. */
ALWAYS_INLINE void backward_rows(const qh_tree *t, size_t row, size_t end, const double *restrict factor,
                                 double *restrict x, size_t width) {
    const size_t m = t->m, pairs = (width + 1) / 2;
    for (size_t p = end; p-- > row;) {
        const int pivot = t->upper_first[p];
        double *at = x + (size_t)t->order[p] * m;
        pair sum[most_pairs];
        for (size_t h = 0; h < pairs; h++)
            sum[h] = load(at, h, width) * load(factor + (size_t)pivot * m, h, width);
        for (int s = pivot + 1; s < t->upper_first[p + 1]; s++) {
            for (size_t h = 0; h < pairs; h++)
                sum[h] -= load(factor + (size_t)s * m, h, width) * load(x + (size_t)t->unknown[s] * m, h, width);
        }
        for (size_t h = 0; h < pairs; h++)
            store(at, h, width, sum[h]);
    }
}

ALWAYS_INLINE void backward_reach(const qh_tree *t, const tree_run *r, const double *restrict factor,
                                  double *restrict x, size_t width) {
    const size_t m = t->m, pairs = (width + 1) / 2, last = (size_t)r->count - 1;
    double *at = x + ((size_t)r->unknown + last) * m;
    const double *u = factor + ((size_t)r->upper + 2 * last) * m;
    pair next[most_pairs];
    for (size_t h = 0; h < pairs; h++)
        next[h] = load(at + m, h, width);
    for (int k = 0; k < r->count; k++, at -= m, u -= 2 * m) {
        for (size_t h = 0; h < pairs; h++) {
            next[h] = load(at, h, width) * load(u, h, width) - load(u + m, h, width) * next[h];
            store(at, h, width, next[h]);
        }
    }
}

ALWAYS_INLINE void solve_block(const qh_tree *t, const double *restrict factor, double *restrict x, size_t width) {
    size_t row = 0;
    for (const tree_run *r = t->run; r < t->run + t->n_run; r++) {
        if (r->upstream == 0) {
            forward_rows(t, row, row + (size_t)r->count, factor, x, width);
            row += (size_t)r->count;
        } else if (r->upstream == 1) {
            forward_reach(t, r, factor, x, width, 1);
        } else {
            forward_reach(t, r, factor, x, width, 2);
        }
    }
    for (const tree_run *r = t->run + t->n_run; r-- > t->run;) {
        if (r->upstream == 0) {
            backward_rows(t, row - (size_t)r->count, row, factor, x, width);
            row -= (size_t)r->count;
        } else {
            backward_reach(t, r, factor, x, width);
        }
    }
}

/* Widths that stand unrolled; what is left over after the widest goes by the narrower ones. */
static size_t width_for(size_t left) { return left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1; }

void qh_tree_factor(qh_tree *t, double shift, double scale, const double *value, bool *sound) {
    for (size_t j = 0, width; j < t->m; j += width) {
        width = width_for(t->m - j);
        switch (width) {
        case 8: factor_block(t, shift, scale, value + j, t->factor + j, 8, sound + j); break;
        case 4: factor_block(t, shift, scale, value + j, t->factor + j, 4, sound + j); break;
        case 2: factor_block(t, shift, scale, value + j, t->factor + j, 2, sound + j); break;
        default: factor_block(t, shift, scale, value + j, t->factor + j, 1, sound + j);
        }
    }
}

void qh_tree_solve(const qh_tree *t, double *x) {
    for (size_t j = 0, width; j < t->m; j += width) {
        width = width_for(t->m - j);
        switch (width) {
        case 8: solve_block(t, t->factor + j, x + j, 8); break;
        case 4: solve_block(t, t->factor + j, x + j, 4); break;
        case 2: solve_block(t, t->factor + j, x + j, 2); break;
        default: solve_block(t, t->factor + j, x + j, 1);
        }
    }
}
