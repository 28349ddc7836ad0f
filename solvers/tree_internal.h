/* Inside of elimination in river order: tree_double.c and tree_single.c (numbers), tree_order.c (order), tree_short.c (long
 * reaches cut short for it), tree_places.c (places of the factors). Method: see tree.c. */
#ifndef QH_SOLVERS_TREE_INTERNAL_H
#define QH_SOLVERS_TREE_INTERNAL_H

#include "solvers/tree.h"

/* ---- the solver ---- */

/* Rows that are eliminated one after the other and are alike. Either rows with indices, or the cells of a reach in
 * sequence, each coupled to one or two before and one behind: for these a few numbers say where everything stands. */
typedef struct tree_run {
    int count; /* rows */
    int upstream; /* 1 or 2: cells of a reach coupled to so many before; 0: rows with indices, of which the rest says nothing */
    int unknown;   /* of the first row; the others follow */
    int lower;     /* first slot of L of the first row, `upstream` a row */
    int upper;     /* its pivot's slot; of each row two, pivot and next cell */
    int entry;     /* of the pattern, its diagonal; the next row's is `band` entries behind */
    int band;      /* entries of a column */
    int near, far; /* slots of the pivots of the row before and the one before that; far where upstream is 2 */
} tree_run;

struct qh_tree {
    size_t n, m;
    tree_run *run; /* [n_run], all rows in the order of elimination */
    size_t n_run;
    size_t n_row;                        /* rows with indices */
    size_t n_lower, n_indexed, n_target; /* of these rows: slots of L, of both factors; products */
    size_t n_slot, n_fill, n_update;     /* of all rows; new entries; products with subtraction */
    int *order;                          /* [n_row], unknown */
    int *lower_first, *upper_first;      /* [n_row + 1], slots of a row; of U the pivot's first */
    int *above, *above_end;              /* [n_lower], slots of U of the row that a slot of L multiplies */
    int *unknown;                        /* [n_indexed], column of a slot as number of the unknown */
    int *source;                         /* [n_indexed], entry of the pattern; -1 for a new one */
    int *target;                         /* [n_target], slot that each product l u is subtracted from, in order */
    double *factor; /* [n_slot][m]: L and U of the rows with indices, then of the reaches; NULL: in single precision */
    float *single;  /* the same, else NULL */
    double *row;    /* [longest row with indices][components at a time], workspace */
};

/* Numbers (tree_numbers_body_internal.h): as qh_tree_factor and qh_tree_solve, factor [n_slot][m]. */
void tree_double_factor(qh_tree *t, double shift, double scale, const double *value, double *factor, bool *sound);
void tree_double_solve(const qh_tree *t, const double *factor, double *x);
void tree_single_factor(qh_tree *t, double shift, double scale, const float *value, float *factor, bool *sound);
void tree_single_solve(const qh_tree *t, const float *factor, double *x);

/* The loops over components are unrolled for this many at a time. */
enum { tree_widest = 8 };

/* Finds runs and places. The pattern is not kept. */
qh_status qh_tree_analyse(qh_tree *t, const qh_pattern *pattern, size_t block, double most_fill);

/* ---- order of elimination: rows and columns of what is left, as lists that may grow ---- */

typedef struct tree_list {
    size_t at; /* in the pool */
    int count, capacity;
} tree_list;

typedef struct tree_elimination {
    int n;
    tree_list *row, *column;   /* [n], off the diagonal; of an unknown already eliminated: as it was then */
    int *pool;                 /* the lists' items */
    size_t used, size;         /* of the pool */
    int *next, *previous;      /* [n], neighbours in the same bucket, -1 at its ends */
    int *bucket;               /* [n], -1 when eliminated */
    int *head;                 /* [buckets], first unknown of each, -1 when empty */
    int lowest;                /* no bucket below this has an unknown */
    size_t entries;            /* of the factors so far */
    size_t most_entries, fill; /* allowed; new ones so far */
} tree_elimination;

/* Eliminates all unknowns of a pattern in the order that costs least, or in a given one: order [n]. QH_E_NUMERIC when the
 * factors would have more than `most_entries`. Close in any case. */
qh_status qh_tree_find_order(const qh_pattern *pattern, size_t most_entries, int *order, tree_elimination *e);
qh_status qh_tree_follow_order(const qh_pattern *pattern, size_t most_entries, const int *order, tree_elimination *e);
void qh_tree_close_elimination(tree_elimination *e);

static inline const int *tree_items(const tree_elimination *e, const tree_list *list) { return e->pool + list->at; }

/* ---- long reaches cut short ---- */

/* Unknowns first .. first+count-1 of which each has the rows v-1 .. v+reach in its column and the columns v-reach .. v+1 in
 * its row, and no others. */
typedef struct tree_stretch {
    int first, count;
    int reach; /* 1 or 2 */
    int cut;   /* unknowns that the short pattern leaves out of the middle; 0: it has them all */
    int begin; /* number of the first one in the short pattern */
    int at;    /* number of the first one behind the cut */
} tree_stretch;

typedef struct tree_short {
    qh_pattern pattern;    /* diagonal: NULL */
    int *whole;            /* [pattern.n], number in the whole pattern */
    tree_stretch *stretch; /* [n_stretch], ascending */
    size_t n_stretch;
} tree_short;

/* Finds stretches and what of each may be cut; then the short pattern, anew after cuts have been taken back. Without cuts
 * it is left out, and `whole` is NULL. Close in any case. */
qh_status qh_tree_shorten(const qh_pattern *pattern, tree_short *s);
qh_status qh_tree_short_pattern(const qh_pattern *pattern, tree_short *s);
void qh_tree_close_short(tree_short *s);

#endif
