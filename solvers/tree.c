/* Elimination in river order without a search for pivots.
 *
 * Equation   (shift I + scale A_j) x_j = b_j for components j = 1..m, all A_j of one pattern: A = L U row by row
 *                l_pk = (a_pk - sum_{i<k} l_pi u_ik) / u_kk  (k < p),    u_pq = a_pq - sum_{i<p} l_pi u_iq  (q >= p)
 * Order      An unknown is free when the unknowns that its elimination would couple are coupled already. Free unknowns
 *            go first, the one that the last elimination has made free before all others: so elimination begins at
 *            headwaters and storage zones and runs downstream, cell after cell, through a confluence when its last
 *            tributary has arrived. Free unknowns with nothing but lower numbers beside them, as at outlets, wait until
 *            no other is free: then the arms of a bifurcation are eliminated from their outlets up. In a tree of rivers
 *            this makes no new entries. Where nothing is free, in a loop, the unknown with the lowest product of row
 *            and column entries is taken (Markowitz), which carries a few new entries around the loop.
 *            Where a cell has several unknowns (its constituents) the order is found on the pattern of cells: what the
 *            blocks fill with is known to be little, and an order by single unknowns would be lost in it.
 * Pivots     those of the diagonal. I - gamma J and -J are M-matrices with dominant rows where the limiters are off;
 *            every order is then stable: the sum of |l u| in a row stays below a small multiple of the row's |a|. The
 *            limiters disturb this. So the sum of |l u| of each row and its pivot are compared with the sum of its |a|:
 *            the first bounds the backward error of the row (Wilkinson), the second finds singular matrices.
 * Layout     factors [slot][m]: all rows of L in the order of elimination, then all rows of U over its pivot, each led by
 *            the inverse of the pivot. Indices are found once; factoring and solving are loops over them, components
 *            innermost. Stretches of a reach are solved without indices, the last values in registers: with one
 *            component the time is that of waiting for the result of the cell before.
 * Sources    Duff, Erisman, Reid (2017), Direct Methods for Sparse Matrices, 2nd ed., ch. 4 and 10; Markowitz (1957),
 *            Manage. Sci. 3:255; Rose, Tarjan, Lueker (1976), SIAM J. Comput. 5:266 (orders without fill); Higham (2002),
 *            Accuracy and Stability of Numerical Algorithms, 2nd ed., ch. 9.
 * Not for    general sparse matrices, meshed networks (fill), matrices that need pivoting. */
#include "solvers/tree.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Sum of |l u| in a row over its sum of |a|: at most 3 in an M-matrix with dominant rows. Backward errors up to this
 * times round-off are accepted. */
static const double most_growth = 1000;
/* A pivot below this part of its row is round-off. */
static const double least_pivot = 1e-14;

/* The loops over components are unrolled for this many at a time. */
enum { widest = 8 };

/* Places in a row that are alike. */
typedef struct run {
    size_t first, end; /* places first .. end-1 */
    int upstream;      /* 1 or 2: cells of a reach in sequence, coupled to so many before and one behind; 0: anything */
} run;

struct qh_tree {
    size_t n, m;
    int *order;       /* [n], unknown eliminated in place p */
    int *lower_first; /* [n + 1], slots of row p of L: lower_first[p] .. lower_first[p+1]-1 */
    int *upper_first; /* [n + 1], slots of row p of U, the pivot's first */
    int *pivot_row;   /* [n_lower], place of the row that a slot of L multiplies */
    int *unknown;     /* [n_slot], column of a slot as number of the unknown */
    int *source;      /* [n_slot], entry of the pattern; -1 for a new one */
    int *target;      /* [n_update], slot that each product l u is subtracted from, in the order of elimination */
    size_t n_lower, n_slot, n_update, n_fill;
    run *run; /* [n_run], all places in order */
    size_t n_run;
    double *factor; /* [n_slot][m] */
};

/* ---- order of elimination: rows and columns of what is left, as lists that may grow ---- */

typedef struct list {
    size_t at; /* in the pool */
    int count, capacity;
} list;

enum { bucket_free, bucket_waiting, bucket_first_cost, most_cost = 1000, n_bucket = bucket_first_cost + most_cost + 1 };

/* Where dozens of rivers meet in one node, to look through all pairs again and again would not be linear any more. */
enum { most_tested = 256 };

typedef struct elimination {
    int n;
    list *row, *column;        /* [n], off the diagonal; of an unknown already eliminated: as it was then */
    int *pool;                 /* the lists' items */
    size_t used, size;         /* of the pool */
    int *next, *previous;      /* [n], neighbours in the same bucket, -1 at its ends */
    int *bucket;               /* [n], -1 when eliminated */
    int head[n_bucket];        /* first unknown of each bucket, -1 when empty */
    int lowest;                /* no bucket below this has an unknown */
    size_t entries, n_entry;   /* of the factors so far; of the pattern */
    size_t most_entries, fill; /* allowed; new ones so far */
} elimination;

static bool contains(const elimination *e, const list *l, int item) {
    const int *items = e->pool + l->at;
    for (int k = 0; k < l->count; k++) {
        if (items[k] == item) return true;
    }
    return false;
}

static void take_out(elimination *e, list *l, int item) {
    int *items = e->pool + l->at;
    for (int k = 0; k < l->count; k++) {
        if (items[k] != item) continue;
        items[k] = items[--l->count];
        return;
    }
}

static bool put_in(elimination *e, list *l, int item) {
    if (l->count == l->capacity) {
        const size_t capacity = 2 * (size_t)l->capacity + 2;
        if (e->used + capacity > e->size) {
            const size_t size = e->size + e->size / 2 + capacity;
            int *grown = realloc(e->pool, size * sizeof *grown);
            if (!grown) return false;
            e->pool = grown;
            e->size = size;
        }
        memcpy(e->pool + e->used, e->pool + l->at, (size_t)l->count * sizeof(int));
        l->at = e->used;
        l->capacity = (int)capacity;
        e->used += capacity;
    }
    e->pool[l->at + (size_t)l->count++] = item;
    return true;
}

static void leave_bucket(elimination *e, int v) {
    if (e->previous[v] >= 0) {
        e->next[e->previous[v]] = e->next[v];
    } else {
        e->head[e->bucket[v]] = e->next[v];
    }
    if (e->next[v] >= 0) e->previous[e->next[v]] = e->previous[v];
}

static void enter_bucket(elimination *e, int v, int bucket) {
    e->bucket[v] = bucket;
    e->previous[v] = -1;
    e->next[v] = e->head[bucket];
    if (e->next[v] >= 0) e->previous[e->next[v]] = v;
    e->head[bucket] = v;
    if (bucket < e->lowest) e->lowest = bucket;
}

/* Whether elimination of v would make no new entry. */
static bool is_free(const elimination *e, int v) {
    const int *rows = e->pool + e->column[v].at, *columns = e->pool + e->row[v].at;
    for (int a = 0; a < e->column[v].count; a++) {
        for (int b = 0; b < e->row[v].count; b++) {
            if (rows[a] != columns[b] && !contains(e, &e->row[rows[a]], columns[b])) return false;
        }
    }
    return true;
}

/* Whether all that v is coupled with has lower numbers: v is at a lower end. */
static bool is_lower_end(const elimination *e, int v) {
    const int *rows = e->pool + e->column[v].at, *columns = e->pool + e->row[v].at;
    for (int a = 0; a < e->column[v].count; a++) {
        if (rows[a] > v) return false;
    }
    for (int b = 0; b < e->row[v].count; b++) {
        if (columns[b] > v) return false;
    }
    return e->column[v].count + e->row[v].count > 0;
}

static int bucket_of(const elimination *e, int v) {
    const long cost = (long)e->row[v].count * e->column[v].count;
    if (cost <= most_tested && is_free(e, v)) return is_lower_end(e, v) ? bucket_waiting : bucket_free;
    return bucket_first_cost + (int)(cost < most_cost ? cost : most_cost);
}

static void look_again(elimination *e, int v) {
    leave_bucket(e, v);
    enter_bucket(e, v, bucket_of(e, v));
}

static int next_to_eliminate(elimination *e) {
    while (e->head[e->lowest] < 0)
        e->lowest++;
    return e->head[e->lowest];
}

/* Takes v out of what is left and couples what it was coupled with. */
static qh_status eliminate(elimination *e, int v) {
    const list rows = e->column[v], columns = e->row[v];
    e->entries += 1 + (size_t)rows.count + (size_t)columns.count;
    if (e->entries > e->most_entries) return QH_E_NUMERIC;
    for (int b = 0; b < columns.count; b++)
        take_out(e, &e->column[e->pool[columns.at + (size_t)b]], v);
    for (int a = 0; a < rows.count; a++) {
        const int i = e->pool[rows.at + (size_t)a];
        take_out(e, &e->row[i], v);
        for (int b = 0; b < columns.count; b++) {
            const int j = e->pool[columns.at + (size_t)b];
            if (i == j || contains(e, &e->row[i], j)) continue;
            if (!put_in(e, &e->row[i], j) || !put_in(e, &e->column[j], i)) return QH_E_NOMEM;
            e->fill++;
        }
    }
    return QH_OK;
}

static void close_elimination(elimination *e) {
    free(e->row);
    free(e->column);
    free(e->pool);
    free(e->next);
    free(e->previous);
    free(e->bucket);
}

static qh_status open_elimination(const qh_pattern *p, double most_fill, elimination *e) {
    const size_t n = (size_t)p->n, n_entry = (size_t)p->first[n];
    enum { spare = 2 };
    e->n = p->n;
    e->n_entry = n_entry;
    e->most_entries = (size_t)fmin(most_fill * (double)n_entry, INT_MAX);
    e->size = 2 * n_entry + 2 * (size_t)spare * n + 1;
    e->row = calloc(n + 1, sizeof *e->row);
    e->column = calloc(n + 1, sizeof *e->column);
    e->pool = malloc(e->size * sizeof *e->pool);
    e->next = malloc((n + 1) * sizeof *e->next);
    e->previous = malloc((n + 1) * sizeof *e->previous);
    e->bucket = malloc((n + 1) * sizeof *e->bucket);
    if (!e->row || !e->column || !e->pool || !e->next || !e->previous || !e->bucket) return QH_E_NOMEM;
    for (int k = 0; k < p->first[n]; k++)
        e->row[p->row[k]].capacity++;
    for (size_t i = 0; i < n; i++) {
        e->column[i].capacity = p->first[i + 1] - p->first[i] + spare;
        e->row[i].capacity += spare;
        e->row[i].at = e->used;
        e->column[i].at = e->used + (size_t)e->row[i].capacity;
        e->used += (size_t)e->row[i].capacity + (size_t)e->column[i].capacity;
    }
    for (int j = 0; j < p->n; j++) {
        for (int k = p->first[j]; k < p->first[j + 1]; k++) {
            const int i = p->row[k];
            if (i == j) continue;
            e->pool[e->row[i].at + (size_t)e->row[i].count++] = j;
            e->pool[e->column[j].at + (size_t)e->column[j].count++] = i;
        }
    }
    return QH_OK;
}

/* Eliminates the unknown that costs least, again and again; those around it then have another cost. */
static qh_status find_order(elimination *e, int *order) {
    for (size_t b = 0; b < n_bucket; b++)
        e->head[b] = -1;
    for (int v = e->n; v-- > 0;)
        enter_bucket(e, v, bucket_of(e, v));
    for (int p = 0; p < e->n; p++) {
        const int v = order[p] = next_to_eliminate(e);
        leave_bucket(e, v);
        e->bucket[v] = -1;
        QH_TRY(eliminate(e, v));
        for (int b = e->row[v].count; b-- > 0;)
            look_again(e, e->pool[e->row[v].at + (size_t)b]);
        for (int a = e->column[v].count; a-- > 0;)
            look_again(e, e->pool[e->column[v].at + (size_t)a]);
    }
    return QH_OK;
}

static qh_status follow_order(elimination *e, const int *order) {
    for (int p = 0; p < e->n; p++)
        QH_TRY(eliminate(e, order[p]));
    return QH_OK;
}

/* The pattern of cells: two are coupled where any of their unknowns are. */
static qh_status pattern_of_cells(qh_arena *arena, const qh_pattern *pattern, size_t block, qh_pattern **cells) {
    const size_t n_entry = (size_t)pattern->first[pattern->n];
    int *row = malloc((n_entry + 1) * sizeof *row), *column = malloc((n_entry + 1) * sizeof *column);
    int *slot = malloc((n_entry + 1) * sizeof *slot);
    qh_status status = row && column && slot ? QH_OK : QH_E_NOMEM;
    if (status == QH_OK) {
        for (int c = 0; c < pattern->n; c++) {
            for (int k = pattern->first[c]; k < pattern->first[c + 1]; k++) {
                row[k] = pattern->row[k] / (int)block;
                column[k] = c / (int)block;
            }
        }
        status = qh_pattern_create(arena, (size_t)pattern->n / block, n_entry, row, column, slot, cells);
    }
    free(row);
    free(column);
    free(slot);
    return status;
}

/* Order of the unknowns, cell by cell in the order that suits the cells; fill [-] receives new entries between cells. */
static qh_status order_by_cells(const qh_pattern *pattern, size_t block, double most_fill, int *order, size_t *fill) {
    qh_arena *arena = qh_arena_create();
    if (!arena) return QH_E_NOMEM;
    qh_pattern *cells = NULL;
    elimination e = {0};
    qh_status status = pattern_of_cells(arena, pattern, block, &cells);
    if (status == QH_OK) status = open_elimination(cells, most_fill, &e);
    if (status == QH_OK) status = find_order(&e, order);
    for (size_t p = status == QH_OK ? (size_t)cells->n : 0; p-- > 0;) {
        const int cell = order[p];
        for (size_t k = block; k-- > 0;)
            order[p * block + k] = cell * (int)block + (int)k;
    }
    if (status == QH_OK) *fill = e.fill;
    close_elimination(&e);
    qh_arena_destroy(arena);
    return status;
}

/* ---- places of the factors ---- */

static int *new_ints(size_t count) { return malloc((count + 1) * sizeof(int)); }

/* Rows of L are the transpose of the columns met in elimination; each ends up ascending in place. */
static void place_lower(qh_tree *t, const elimination *e) {
    for (size_t i = 0; i <= t->n; i++)
        t->lower_first[i] = 0;
    int *place = t->target; /* of an unknown; free until the updates are placed */
    for (size_t p = 0; p < t->n; p++)
        place[t->order[p]] = (int)p;
    for (size_t v = 0; v < t->n; v++) {
        for (int a = 0; a < e->column[v].count; a++)
            t->lower_first[place[e->pool[e->column[v].at + (size_t)a]] + 1]++;
    }
    for (size_t p = 0; p < t->n; p++)
        t->lower_first[p + 1] += t->lower_first[p];
    for (size_t p = 0; p < t->n; p++) {
        const list *column = &e->column[t->order[p]];
        for (int a = 0; a < column->count; a++) {
            const int slot = t->lower_first[place[e->pool[column->at + (size_t)a]]]++;
            t->pivot_row[slot] = (int)p;
            t->unknown[slot] = t->order[p];
        }
    }
    for (size_t p = t->n; p > 0; p--) /* the fill above has moved each to the next one's begin */
        t->lower_first[p] = t->lower_first[p - 1];
    t->lower_first[0] = 0;
}

static void place_upper(qh_tree *t, const elimination *e) {
    int slot = (int)t->n_lower;
    for (size_t p = 0; p < t->n; p++) {
        const list *row = &e->row[t->order[p]];
        t->upper_first[p] = slot;
        t->unknown[slot++] = t->order[p];
        for (int b = 0; b < row->count; b++)
            t->unknown[slot++] = e->pool[row->at + (size_t)b];
    }
    t->upper_first[t->n] = slot;
}

/* Slot of each unknown in row p, left in `slot_of` until the row is done. */
static void open_row(const qh_tree *t, size_t p, int *slot_of) {
    for (int s = t->lower_first[p]; s < t->lower_first[p + 1]; s++)
        slot_of[t->unknown[s]] = s;
    for (int s = t->upper_first[p]; s < t->upper_first[p + 1]; s++)
        slot_of[t->unknown[s]] = s;
}

/* The entries of the pattern by rows: entry [nnz], column [nnz], first [n + 1]. */
typedef struct by_rows {
    int *first, *column, *entry;
} by_rows;

static void sort_by_rows(const qh_pattern *p, by_rows *r) {
    const int n = p->n;
    for (int i = 0; i <= n; i++)
        r->first[i] = 0;
    for (int k = 0; k < p->first[n]; k++)
        r->first[p->row[k] + 1]++;
    for (int i = 0; i < n; i++)
        r->first[i + 1] += r->first[i];
    for (int j = 0; j < n; j++) {
        for (int k = p->first[j]; k < p->first[j + 1]; k++) {
            const int to = r->first[p->row[k]]++;
            r->column[to] = j;
            r->entry[to] = k;
        }
    }
    for (int i = n; i > 0; i--)
        r->first[i] = r->first[i - 1];
    r->first[0] = 0;
}

static void place_sources_and_updates(qh_tree *t, const by_rows *r, int *slot_of) {
    for (size_t s = 0; s < t->n_slot; s++)
        t->source[s] = -1;
    size_t update = 0;
    for (size_t p = 0; p < t->n; p++) {
        open_row(t, p, slot_of);
        const int v = t->order[p];
        for (int k = r->first[v]; k < r->first[v + 1]; k++)
            t->source[slot_of[r->column[k]]] = r->entry[k];
        for (int s = t->lower_first[p]; s < t->lower_first[p + 1]; s++) {
            const int k = t->pivot_row[s];
            for (int u = t->upper_first[k] + 1; u < t->upper_first[k + 1]; u++)
                t->target[update++] = slot_of[t->unknown[u]];
        }
    }
}

static size_t count_updates(const qh_tree *t, const elimination *e) {
    size_t count = 0;
    for (size_t v = 0; v < t->n; v++)
        count += (size_t)e->row[v].count * (size_t)e->column[v].count;
    return count;
}

static qh_status place_factors(qh_tree *t, const qh_pattern *pattern, const elimination *e) {
    for (size_t v = 0; v < t->n; v++)
        t->n_lower += (size_t)e->column[v].count;
    t->n_slot = e->entries;
    t->n_fill = e->fill;
    t->n_update = count_updates(t, e);
    t->lower_first = new_ints(t->n);
    t->upper_first = new_ints(t->n);
    t->pivot_row = new_ints(t->n_lower);
    t->unknown = new_ints(t->n_slot);
    t->source = new_ints(t->n_slot);
    t->target = new_ints(t->n_update > t->n ? t->n_update : t->n);
    if (!t->lower_first || !t->upper_first || !t->pivot_row || !t->unknown || !t->source || !t->target) {
        return QH_E_NOMEM;
    }
    place_lower(t, e);
    place_upper(t, e);
    by_rows r = {new_ints(t->n), new_ints(e->n_entry), new_ints(e->n_entry)};
    int *slot_of = new_ints(t->n);
    const bool there = r.first && r.column && r.entry && slot_of;
    if (there) {
        sort_by_rows(pattern, &r);
        place_sources_and_updates(t, &r, slot_of);
    }
    free(r.first);
    free(r.column);
    free(r.entry);
    free(slot_of);
    return there ? QH_OK : QH_E_NOMEM;
}

/* ---- runs: stretches of a reach that need no indices ---- */

/* Whether place p continues the reach of the place before: one or two cells upstream, one downstream, all numbered in
 * sequence. Returns the number of cells upstream, or 0. */
static int reach_of_row(const qh_tree *t, size_t p) {
    const int v = t->order[p], lower = t->lower_first[p], count = t->lower_first[p + 1] - lower;
    if (p == 0 || t->order[p - 1] != v - 1 || t->upper_first[p + 1] - t->upper_first[p] != 2) return 0;
    if (t->unknown[t->upper_first[p] + 1] != v + 1) return 0;
    if (count == 1) return t->unknown[lower] == v - 1 ? 1 : 0;
    if (count == 2) return t->unknown[lower] == v - 2 && t->unknown[lower + 1] == v - 1 ? 2 : 0;
    return 0;
}

/* Cuts the places into runs of one kind; with `run` NULL only counts them. */
static size_t cut_runs(const qh_tree *t, run *runs) {
    size_t count = 0;
    for (size_t p = 0; p < t->n;) {
        const int kind = reach_of_row(t, p);
        const size_t first = p;
        while (p < t->n && reach_of_row(t, p) == kind)
            p++;
        if (runs) runs[count] = (run){.first = first, .end = p, .upstream = kind};
        count++;
    }
    return count;
}

static qh_status find_runs(qh_tree *t) {
    t->n_run = cut_runs(t, NULL);
    t->run = malloc((t->n_run + 1) * sizeof *t->run);
    if (!t->run) return QH_E_NOMEM;
    cut_runs(t, t->run);
    return QH_OK;
}

/* ---- interface ---- */

static qh_status analyse(qh_tree *t, const qh_pattern *pattern, size_t block, double most_fill) {
    t->order = new_ints(t->n);
    if (!t->order) return QH_E_NOMEM;
    size_t fill = 0;
    if (block > 1) QH_TRY(order_by_cells(pattern, block, most_fill, t->order, &fill));
    elimination e = {0};
    qh_status status = open_elimination(pattern, block > 1 ? INFINITY : most_fill, &e);
    if (status == QH_OK) status = block > 1 ? follow_order(&e, t->order) : find_order(&e, t->order);
    if (status == QH_OK) status = place_factors(t, pattern, &e);
    if (block > 1) t->n_fill = fill;
    if (status == QH_OK) status = find_runs(t);
    close_elimination(&e);
    return status;
}

qh_status qh_tree_create(const qh_pattern *pattern, size_t m, double most_fill, qh_tree **tree) {
    return qh_tree_create_blocks(pattern, 1, m, most_fill, tree);
}

qh_status qh_tree_create_blocks(const qh_pattern *pattern, size_t block, size_t m, double most_fill, qh_tree **tree) {
    qh_tree *made = calloc(1, sizeof *made);
    if (!made) return QH_E_NOMEM;
    made->n = (size_t)pattern->n;
    made->m = m;
    qh_status status = analyse(made, pattern, block, most_fill);
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
    free(tree->order);
    free(tree->lower_first);
    free(tree->upper_first);
    free(tree->pivot_row);
    free(tree->unknown);
    free(tree->source);
    free(tree->target);
    free(tree->run);
    free(tree->factor);
    free(tree);
}

qh_tree_cost qh_tree_get_cost(const qh_tree *t) {
    const size_t ints = 3 * t->n + t->n_lower + 2 * t->n_slot + t->n_update;
    return (qh_tree_cost){.entries = t->n_slot,
                          .fill = t->n_fill,
                          .updates = t->n_update,
                          .bytes = ints * sizeof(int) + t->n_run * sizeof(run) + t->n_slot * t->m * sizeof(double)};
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

/* Stored are l and u divided by their pivots, and the inverse pivots: what the solution needs with least waiting. */
ALWAYS_INLINE void factor_block(const qh_tree *t, double shift, double scale, const double *restrict value,
                                double *restrict factor, size_t width, bool *sound) {
    const size_t m = t->m, pairs = (width + 1) / 2;
    const int *target = t->target;
    pair_bits unsound[most_pairs] = {{0}};
    for (size_t p = 0; p < t->n; p++) {
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
            const int k = t->pivot_row[s], above = t->upper_first[k], above_end = t->upper_first[k + 1];
            double *at = factor + (size_t)s * m;
            pair part[most_pairs];
            for (size_t h = 0; h < pairs; h++) {
                part[h] = load(at, h, width);
                store(at, h, width, part[h] * load(factor + (size_t)above * m, h, width));
            }
            for (int u = above + 1; u < above_end; u++) {
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
    for (size_t j = 0; j < width; j++)
        sound[j] = unsound[j / 2][j % 2] == 0;
}

/* L y = b in the places of a run; y in place of b. */
ALWAYS_INLINE void forward_general(const qh_tree *t, const run *r, const double *restrict factor, double *restrict x,
                                   size_t width) {
    const size_t m = t->m, pairs = (width + 1) / 2;
    for (size_t p = r->first; p < r->end; p++) {
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
ALWAYS_INLINE void forward_reach(const qh_tree *t, const run *r, const double *restrict factor, double *restrict x,
                                 size_t width, int upstream) {
    const size_t m = t->m, pairs = (width + 1) / 2;
    double *at = x + (size_t)t->order[r->first] * m;
    const double *l = factor + (size_t)t->lower_first[r->first] * m;
    pair near[most_pairs], far[most_pairs];
    for (size_t h = 0; h < pairs; h++) {
        near[h] = load(at - m, h, width);
        far[h] = upstream == 2 ? load(at - 2 * m, h, width) : (pair){0, 0};
    }
    for (size_t p = r->first; p < r->end; p++, at += m) {
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

/* U x = y in the places of a run. */
ALWAYS_INLINE void backward_general(const qh_tree *t, const run *r, const double *restrict factor, double *restrict x,
                                    size_t width) {
    const size_t m = t->m, pairs = (width + 1) / 2;
    for (size_t p = r->end; p-- > r->first;) {
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

ALWAYS_INLINE void backward_reach(const qh_tree *t, const run *r, const double *restrict factor, double *restrict x,
                                  size_t width) {
    const size_t m = t->m, pairs = (width + 1) / 2;
    double *at = x + (size_t)t->order[r->end - 1] * m;
    const double *u = factor + (size_t)t->upper_first[r->end - 1] * m;
    pair next[most_pairs];
    for (size_t h = 0; h < pairs; h++)
        next[h] = load(at + m, h, width);
    for (size_t p = r->end; p-- > r->first; at -= m, u -= 2 * m) {
        for (size_t h = 0; h < pairs; h++) {
            next[h] = load(at, h, width) * load(u, h, width) - load(u + m, h, width) * next[h];
            store(at, h, width, next[h]);
        }
    }
}

ALWAYS_INLINE void solve_block(const qh_tree *t, const double *restrict factor, double *restrict x, size_t width) {
    for (const run *r = t->run; r < t->run + t->n_run; r++) {
        if (r->upstream == 0) {
            forward_general(t, r, factor, x, width);
        } else if (r->upstream == 1) {
            forward_reach(t, r, factor, x, width, 1);
        } else {
            forward_reach(t, r, factor, x, width, 2);
        }
    }
    for (const run *r = t->run + t->n_run; r-- > t->run;) {
        if (r->upstream == 0) {
            backward_general(t, r, factor, x, width);
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
