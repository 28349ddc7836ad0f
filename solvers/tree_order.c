/* Order of elimination, found by eliminating in the pattern alone.
 *
 * Order      An unknown is free when the unknowns that its elimination would couple are coupled already. Free unknowns
 *            go first, the one that the last elimination has made free before all others: so elimination begins at
 *            headwaters and storage zones and runs downstream, cell after cell, through a confluence when its last
 *            tributary has arrived. Free unknowns with nothing but lower numbers beside them, as at outlets, wait until
 *            no other is free: then the arms of a bifurcation are eliminated from their outlets up. In a tree of rivers
 *            this makes no new entries. Where nothing is free, in a loop, the unknown with the lowest product of row
 *            and column entries is taken (Markowitz), which carries a few new entries around the loop.
 * Sources    as in tree.c.
 * Not for    meshes. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/tree_internal.h"

enum { bucket_free, bucket_waiting, bucket_first_cost, most_cost = 1000, n_bucket = bucket_first_cost + most_cost + 1 };

/* Where dozens of rivers meet in one node, to look through all pairs again and again would not be linear any more. */
enum { most_tested = 256 };

static bool contains(const tree_elimination *e, const tree_list *l, int item) {
    const int *items = e->pool + l->at;
    for (int k = 0; k < l->count; k++) {
        if (items[k] == item) return true;
    }
    return false;
}

static void take_out(tree_elimination *e, tree_list *l, int item) {
    int *items = e->pool + l->at;
    for (int k = 0; k < l->count; k++) {
        if (items[k] != item) continue;
        items[k] = items[--l->count];
        return;
    }
}

static bool put_in(tree_elimination *e, tree_list *l, int item) {
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

static void leave_bucket(tree_elimination *e, int v) {
    if (e->previous[v] >= 0) {
        e->next[e->previous[v]] = e->next[v];
    } else {
        e->head[e->bucket[v]] = e->next[v];
    }
    if (e->next[v] >= 0) e->previous[e->next[v]] = e->previous[v];
}

static void enter_bucket(tree_elimination *e, int v, int bucket) {
    e->bucket[v] = bucket;
    e->previous[v] = -1;
    e->next[v] = e->head[bucket];
    if (e->next[v] >= 0) e->previous[e->next[v]] = v;
    e->head[bucket] = v;
    if (bucket < e->lowest) e->lowest = bucket;
}

/* Whether elimination of v would make no new entry. */
static bool is_free(const tree_elimination *e, int v) {
    const int *rows = e->pool + e->column[v].at, *columns = e->pool + e->row[v].at;
    for (int a = 0; a < e->column[v].count; a++) {
        for (int b = 0; b < e->row[v].count; b++) {
            if (rows[a] != columns[b] && !contains(e, &e->row[rows[a]], columns[b])) return false;
        }
    }
    return true;
}

/* Whether all that v is coupled with has lower numbers: v is at a lower end. */
static bool is_lower_end(const tree_elimination *e, int v) {
    const int *rows = e->pool + e->column[v].at, *columns = e->pool + e->row[v].at;
    for (int a = 0; a < e->column[v].count; a++) {
        if (rows[a] > v) return false;
    }
    for (int b = 0; b < e->row[v].count; b++) {
        if (columns[b] > v) return false;
    }
    return e->column[v].count + e->row[v].count > 0;
}

static int bucket_of(const tree_elimination *e, int v) {
    const long cost = (long)e->row[v].count * e->column[v].count;
    if (cost <= most_tested && is_free(e, v)) return is_lower_end(e, v) ? bucket_waiting : bucket_free;
    return bucket_first_cost + (int)(cost < most_cost ? cost : most_cost);
}

static void look_again(tree_elimination *e, int v) {
    leave_bucket(e, v);
    enter_bucket(e, v, bucket_of(e, v));
}

static int next_to_eliminate(tree_elimination *e) {
    while (e->head[e->lowest] < 0)
        e->lowest++;
    return e->head[e->lowest];
}

/* Takes v out of what is left and couples what it was coupled with. */
static qh_status eliminate(tree_elimination *e, int v) {
    const tree_list rows = e->column[v], columns = e->row[v];
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

void qh_tree_close_elimination(tree_elimination *e) {
    free(e->row);
    free(e->column);
    free(e->pool);
    free(e->next);
    free(e->previous);
    free(e->bucket);
    free(e->head);
}

static qh_status open_elimination(const qh_pattern *p, size_t most_entries, tree_elimination *e) {
    const size_t n = (size_t)p->n, n_entry = (size_t)p->first[n];
    enum { spare = 2 };
    *e = (tree_elimination){.n = p->n, .most_entries = most_entries};
    e->size = 2 * n_entry + 2 * (size_t)spare * n + 1;
    e->row = calloc(n + 1, sizeof *e->row);
    e->column = calloc(n + 1, sizeof *e->column);
    e->pool = malloc(e->size * sizeof *e->pool);
    e->next = malloc((n + 1) * sizeof *e->next);
    e->previous = malloc((n + 1) * sizeof *e->previous);
    e->bucket = malloc((n + 1) * sizeof *e->bucket);
    e->head = malloc(n_bucket * sizeof *e->head);
    if (!e->row || !e->column || !e->pool || !e->next || !e->previous || !e->bucket || !e->head) return QH_E_NOMEM;
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
qh_status qh_tree_find_order(const qh_pattern *pattern, size_t most_entries, int *order, tree_elimination *e) {
    QH_TRY(open_elimination(pattern, most_entries, e));
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

qh_status qh_tree_follow_order(const qh_pattern *pattern, size_t most_entries, const int *order, tree_elimination *e) {
    QH_TRY(open_elimination(pattern, most_entries, e));
    for (int p = 0; p < e->n; p++)
        QH_TRY(eliminate(e, order[p]));
    return QH_OK;
}
