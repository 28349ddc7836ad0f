/* Numbers of elimination in river order (tree.c), once for factors and entries that are stored in double precision
 * (tree_double.c) and once for single (tree_single.c), where of the diagonal entries the sums of the rows are given. */
#ifdef TREE_BODY_SINGLE
#define TREE(name)  tree_single_##name
#define TREE_STORED float
#define TREE_SUMS   1
#else
#define TREE(name)  tree_double_##name
#define TREE_STORED double
#define TREE_SUMS   0
#endif

#include <limits.h>
#include <math.h>
#include <stdbool.h>

#include "solvers/tree_internal.h"

/* Sum of |l u| in a row over its sum of |a|: at most 3 in an M-matrix with dominant rows. Backward errors up to this
 * times round-off are accepted. */
static const double most_growth = 1000;
/* A pivot below this part of its row is round-off. */
static const double least_pivot = 1e-14;

/* ---- numbers: `width` components at a time, in pairs as a vector register holds them. Width is a constant once these
 * functions stand inside their callers; 1 leaves the second half of the pair unused. Factors and entries are stored in
 * double or in single precision; arithmetic is in double. ---- */

#define ALWAYS_INLINE static inline __attribute__((always_inline))

typedef double pair __attribute__((vector_size(16)));
typedef double stored_pair __attribute__((vector_size(16), aligned(8), may_alias));
typedef float single_pair __attribute__((vector_size(8)));
typedef float stored_single_pair __attribute__((vector_size(8), aligned(4), may_alias));
typedef long long pair_bits __attribute__((vector_size(16)));
enum { most_pairs = tree_widest / 2 };

ALWAYS_INLINE pair load_double(const double *from, size_t h, size_t width) {
    return width == 1 ? (pair){from[0], 0} : (pair) * (const stored_pair *)(from + 2 * h);
}
ALWAYS_INLINE void store_double(double *to, size_t h, size_t width, pair value) {
    if (width == 1) {
        to[0] = value[0];
    } else {
        *(stored_pair *)(to + 2 * h) = value;
    }
}
ALWAYS_INLINE pair load_single(const float *from, size_t h, size_t width) {
    return width == 1 ? (pair){from[0], 0} : __builtin_convertvector(*(const stored_single_pair *)(from + 2 * h), pair);
}
ALWAYS_INLINE void store_single(float *to, size_t h, size_t width, pair value) {
    if (width == 1) {
        to[0] = (float)value[0];
    } else {
        *(stored_single_pair *)(to + 2 * h) = __builtin_convertvector(value, single_pair);
    }
}
#define load(from, h, width)                                                                                           \
    _Generic((from), float * : load_single, const float * : load_single, double * : load_double,                       \
             const double * : load_double)(from, h, width)
#define store(to, h, width, value) _Generic((to), float * : store_single, double * : store_double)(to, h, width, value)

ALWAYS_INLINE pair magnitude(pair value) { return (pair)((pair_bits)value & LLONG_MAX); }

/* What is wrong with a row so far, by its sums of |a| and |l u|; all bits set where it is. */
ALWAYS_INLINE pair_bits flaws(pair pivot, pair size, pair moved) {
    return ~(pair_bits)(magnitude(pivot) > least_pivot * size) | ~(pair_bits)(moved <= most_growth * size);
}

/* Inverse pivot and the entry of the next cell, of the row before and the one before that. */
typedef struct rows_before {
    pair near[most_pairs], near_next[most_pairs], far[most_pairs], far_next[most_pairs];
} rows_before;

/* Fetches the entries of one part of a row into `row`; adds them to `sum` and their sizes to `size`. */
ALWAYS_INLINE void TREE(fetch)(const qh_tree *t, int first, int end, double scale, const TREE_STORED *value,
                               double *row, size_t width, pair *sum, pair *size) {
    const size_t pairs = (width + 1) / 2;
    for (int s = first; s < end; s++, row += tree_widest) {
        const bool given = t->source[s] >= 0;
        const TREE_STORED *from = value + (size_t)(given ? t->source[s] : 0) * t->m;
        for (size_t h = 0; h < pairs; h++) {
            const pair a = (given ? scale : 0) * load(from, h, width);
            store(row, h, width, a);
            sum[h] += a;
            size[h] += magnitude(a);
        }
    }
}

/* Stored are l and u divided by their pivots, and the inverse pivots: what the solution needs with least waiting. Rows
 * row .. end-1 of those with indices; returns where the products of the next one begin. */
ALWAYS_INLINE const int *TREE(factor_rows)(const qh_tree *t, size_t begin, size_t end, const int *target, double shift,
                                           double scale, const TREE_STORED *restrict value,
                                           TREE_STORED *restrict factor, size_t width, pair_bits *unsound) {
    const size_t m = t->m, pairs = (width + 1) / 2;
    double *row = t->row; /* L, pivot, U */
    for (size_t p = begin; p < end; p++) {
        const int lower = t->lower_first[p], lower_end = t->lower_first[p + 1];
        const int upper = t->upper_first[p], upper_end = t->upper_first[p + 1];
        double *pivot = row + (size_t)(lower_end - lower) * tree_widest;
        pair size[most_pairs], moved[most_pairs], sum[most_pairs];
        for (size_t h = 0; h < pairs; h++)
            size[h] = moved[h] = sum[h] = (pair){0, 0};
        TREE(fetch)(t, lower, lower_end, scale, value, row, width, sum, size);
        TREE(fetch)(t, upper + 1, upper_end, scale, value, pivot + tree_widest, width, sum, size);
        for (size_t h = 0; h < pairs; h++) {
            const pair given = scale * load(value + (size_t)t->source[upper] * m, h, width);
            const pair own = TREE_SUMS ? given - sum[h] : given;
            store(pivot, h, width, own + shift);
            size[h] += magnitude(own) + fabs(shift);
        }
        for (int s = lower; s < lower_end; s++) {
            double *at = row + (size_t)(s - lower) * tree_widest;
            pair part[most_pairs];
            for (size_t h = 0; h < pairs; h++) {
                part[h] = load(at, h, width);
                store(factor + (size_t)s * m, h, width, part[h] * load(factor + (size_t)t->above[s] * m, h, width));
            }
            for (int u = t->above[s] + 1; u < t->above_end[s]; u++) {
                const int slot = *target++;
                double *to = slot >= lower && slot < lower_end ? row + (size_t)(slot - lower) * tree_widest
                                                               : pivot + (size_t)(slot - upper) * tree_widest;
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
            store(factor + (size_t)upper * m, h, width, inverse[h]);
        }
        for (int u = upper + 1; u < upper_end; u++) {
            for (size_t h = 0; h < pairs; h++)
                store(factor + (size_t)u * m, h, width,
                      load(pivot + (size_t)(u - upper) * tree_widest, h, width) * inverse[h]);
        }
    }
    return target;
}

ALWAYS_INLINE rows_before TREE(load_before)(const qh_tree *t, const tree_run *r, const TREE_STORED *factor,
                                            size_t width) {
    const TREE_STORED *near = factor + (size_t)r->near * t->m, *far = factor + (size_t)r->far * t->m;
    rows_before b = {0};
    for (size_t h = 0; h < (width + 1) / 2; h++) {
        b.near[h] = load(near, h, width);
        b.near_next[h] = load(near + t->m, h, width);
        if (r->upstream != 2) continue;
        b.far[h] = load(far, h, width);
        b.far_next[h] = load(far + t->m, h, width);
    }
    return b;
}

/* The same along a reach, with the rows before in registers. */
ALWAYS_INLINE void TREE(factor_reach)(const qh_tree *t, const tree_run *r, double shift, double scale,
                                      const TREE_STORED *restrict value, TREE_STORED *restrict factor, size_t width,
                                      int upstream, pair_bits *unsound) {
    const size_t m = t->m, pairs = (width + 1) / 2, band = (size_t)upstream + 2;
    const TREE_STORED *a = value + (size_t)r->entry * m;
    TREE_STORED *l = factor + (size_t)r->lower * m, *u = factor + (size_t)r->upper * m;
    rows_before b = TREE(load_before)(t, r, factor, width);
    for (int k = 0; k < r->count; k++, a += band * m, l += (size_t)upstream * m, u += 2 * m) {
        for (size_t h = 0; h < pairs; h++) {
            pair by_near = scale * load(a - (band - 1) * m, h, width), moved = {0, 0};
            const pair next = scale * load(a + (band - 1) * m, h, width);
            pair own = scale * load(a, h, width) - (TREE_SUMS ? by_near + next : (pair){0, 0}), size = {0, 0};
            if (upstream == 2) {
                const pair by_far = scale * load(a - 2 * (band - 1) * m, h, width), product = by_far * b.far_next[h];
                if (TREE_SUMS) own -= by_far;
                size = magnitude(by_far);
                moved = magnitude(product);
                size += magnitude(by_near);
                by_near -= product;
                store(l, h, width, by_far * b.far[h]);
                b.far[h] = b.near[h];
                b.far_next[h] = b.near_next[h];
            } else {
                size = magnitude(by_near);
            }
            size += magnitude(own) + magnitude(next) + fabs(shift);
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

ALWAYS_INLINE void TREE(factor_block)(const qh_tree *t, double shift, double scale, const TREE_STORED *restrict value,
                                      TREE_STORED *restrict factor, size_t width, bool *sound) {
    const int *target = t->target;
    pair_bits unsound[most_pairs] = {{0}};
    size_t row = 0;
    for (const tree_run *r = t->run; r < t->run + t->n_run; r++) {
        if (r->upstream == 0) {
            target =
                TREE(factor_rows)(t, row, row + (size_t)r->count, target, shift, scale, value, factor, width, unsound);
            row += (size_t)r->count;
        } else if (r->upstream == 1) {
            TREE(factor_reach)(t, r, shift, scale, value, factor, width, 1, unsound);
        } else {
            TREE(factor_reach)(t, r, shift, scale, value, factor, width, 2, unsound);
        }
    }
    for (size_t j = 0; j < width; j++)
        sound[j] = unsound[j / 2][j % 2] == 0;
}

/* L y = b in rows row .. end-1 of those with indices; y in place of b. */
ALWAYS_INLINE void TREE(forward_rows)(const qh_tree *t, size_t row, size_t end, const TREE_STORED *restrict factor,
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
ALWAYS_INLINE void TREE(forward_reach)(const qh_tree *t, const tree_run *r, const TREE_STORED *restrict factor,
                                       double *restrict x, size_t width, int upstream) {
    const size_t m = t->m, pairs = (width + 1) / 2;
    double *at = x + (size_t)r->unknown * m;
    const TREE_STORED *l = factor + (size_t)r->lower * m;
    pair near[most_pairs], far[most_pairs];
    for (size_t h = 0; h < pairs; h++) {
        near[h] = load(at - m, h, width);
        far[h] = (pair){0, 0};
        if (upstream == 2) far[h] = load(at - 2 * m, h, width);
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
ALWAYS_INLINE void TREE(backward_rows)(const qh_tree *t, size_t row, size_t end, const TREE_STORED *restrict factor,
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

ALWAYS_INLINE void TREE(backward_reach)(const qh_tree *t, const tree_run *r, const TREE_STORED *restrict factor,
                                        double *restrict x, size_t width) {
    const size_t m = t->m, pairs = (width + 1) / 2, last = (size_t)r->count - 1;
    double *at = x + ((size_t)r->unknown + last) * m;
    const TREE_STORED *u = factor + ((size_t)r->upper + 2 * last) * m;
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

ALWAYS_INLINE void TREE(solve_block)(const qh_tree *t, const TREE_STORED *restrict factor, double *restrict x,
                                     size_t width) {
    size_t row = 0;
    for (const tree_run *r = t->run; r < t->run + t->n_run; r++) {
        if (r->upstream == 0) {
            TREE(forward_rows)(t, row, row + (size_t)r->count, factor, x, width);
            row += (size_t)r->count;
        } else if (r->upstream == 1) {
            TREE(forward_reach)(t, r, factor, x, width, 1);
        } else {
            TREE(forward_reach)(t, r, factor, x, width, 2);
        }
    }
    for (const tree_run *r = t->run + t->n_run; r-- > t->run;) {
        if (r->upstream == 0) {
            TREE(backward_rows)(t, row - (size_t)r->count, row, factor, x, width);
            row -= (size_t)r->count;
        } else {
            TREE(backward_reach)(t, r, factor, x, width);
        }
    }
}

/* Widths that stand unrolled; what is left over after the widest goes by the narrower ones. */
static size_t width_for(size_t left) { return left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1; }

void TREE(factor)(qh_tree *t, double shift, double scale, const TREE_STORED *value, TREE_STORED *factor, bool *sound) {
    for (size_t j = 0, width; j < t->m; j += width) {
        width = width_for(t->m - j);
        switch (width) {
        case 8: TREE(factor_block)(t, shift, scale, value + j, factor + j, 8, sound + j); break;
        case 4: TREE(factor_block)(t, shift, scale, value + j, factor + j, 4, sound + j); break;
        case 2: TREE(factor_block)(t, shift, scale, value + j, factor + j, 2, sound + j); break;
        default: TREE(factor_block)(t, shift, scale, value + j, factor + j, 1, sound + j);
        }
    }
}

void TREE(solve)(const qh_tree *t, const TREE_STORED *factor, double *x) {
    for (size_t j = 0, width; j < t->m; j += width) {
        width = width_for(t->m - j);
        switch (width) {
        case 8: TREE(solve_block)(t, factor + j, x + j, 8); break;
        case 4: TREE(solve_block)(t, factor + j, x + j, 4); break;
        case 2: TREE(solve_block)(t, factor + j, x + j, 2); break;
        default: TREE(solve_block)(t, factor + j, x + j, 1);
        }
    }
}
