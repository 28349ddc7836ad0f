/* Places of the factors: runs of rows that are alike, and indices for the others. Layout: see tree_internal.h.
 *
 * Elimination in a short pattern (tree_short.c) says which rows are those of a reach in sequence: row v of L has v-1, or
 * v-2 and v-1, row v of U has v+1, and so have the rows before. Where a reach was cut, such rows must stand on both sides
 * of the cut, one eliminated after the other: then the middle goes there. Where they do not, in some loops, the cut is
 * taken back and the order found anew. Sources and limits as in tree.c. */
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "solvers/tree_internal.h"

typedef struct work {
    const qh_pattern *whole;
    const qh_pattern *pattern; /* the short one, or the whole one where nothing is cut */
    tree_short s;
    tree_elimination e;
    int n;            /* unknowns of that pattern; numbers below are its own */
    int *order;       /* [n], unknown eliminated in place p */
    int *lower_first; /* [n + 1], lower[lower_first[p]] ..: */
    int *lower;       /* [off the diagonal of L], unknowns that row p of L multiplies, by place */
    int *upstream;    /* [n], of place p: 1 or 2 when it continues a reach, else 0 */
    int *pivot;       /* [n], slot of an unknown's pivot */
    int *slot_of;     /* [n], slot of an unknown in the row being placed */
    int *run_place;   /* [n_run + 1], first place of each run */
} work;

static int *new_ints(size_t count) { return malloc((count + 1) * sizeof(int)); }

static void close_lists(work *w) {
    qh_tree_close_elimination(&w->e);
    w->e = (tree_elimination){0};
    free(w->order);
    free(w->lower_first);
    free(w->lower);
    free(w->upstream);
    free(w->pivot);
    free(w->slot_of);
    free(w->run_place);
    w->order = w->lower_first = w->lower = w->upstream = w->pivot = w->slot_of = w->run_place = NULL;
}

static void close_work(work *w) {
    close_lists(w);
    qh_tree_close_short(&w->s);
}

static size_t entries_allowed(const qh_pattern *pattern, double most_fill) {
    return (size_t)fmin(most_fill * (double)pattern->first[pattern->n], INT_MAX);
}

/* Number in the whole pattern. */
static int whole_of(const work *w, int v) { return w->s.whole ? w->s.whole[v] : v; }

static int upper_count(const work *w, int v) { return w->e.row[v].count; }

/* ---- what elimination has found ---- */

/* Rows of L are the transpose of the columns met in elimination; each ends up ascending in place. */
static qh_status transpose_lower(work *w) {
    const size_t n = (size_t)w->n;
    size_t count = 0;
    for (size_t v = 0; v < n; v++)
        count += (size_t)w->e.column[v].count;
    w->lower_first = calloc(n + 1, sizeof(int));
    w->lower = new_ints(count);
    w->upstream = new_ints(n);
    w->pivot = new_ints(n);
    w->slot_of = new_ints(n);
    if (!w->lower_first || !w->lower || !w->upstream || !w->pivot || !w->slot_of) return QH_E_NOMEM;
    int *place = w->slot_of; /* free until rows are placed */
    for (size_t p = 0; p < n; p++)
        place[w->order[p]] = (int)p;
    for (size_t v = 0; v < n; v++) {
        const int *below = tree_items(&w->e, &w->e.column[v]);
        for (int a = 0; a < w->e.column[v].count; a++)
            w->lower_first[place[below[a]] + 1]++;
    }
    for (size_t p = 0; p < n; p++)
        w->lower_first[p + 1] += w->lower_first[p];
    for (size_t p = 0; p < n; p++) {
        const int v = w->order[p], *below = tree_items(&w->e, &w->e.column[v]);
        for (int a = 0; a < w->e.column[v].count; a++)
            w->lower[w->lower_first[place[below[a]]]++] = v;
    }
    for (size_t p = n; p > 0; p--) /* the fill above has moved each to the next one's begin */
        w->lower_first[p] = w->lower_first[p - 1];
    w->lower_first[0] = 0;
    return QH_OK;
}

static bool has_only_next(const work *w, int v) {
    return upper_count(w, v) == 1 && tree_items(&w->e, &w->e.row[v])[0] == v + 1;
}

/* Whether place p holds a cell of this stretch that continues the elimination of its reach. All columns of its row are to
 * be in the stretch: there the pattern's entries are in sequence. */
static bool continues_reach(const work *w, const tree_stretch *own, int p) {
    const int v = w->order[p], reach = own->reach, length = own->count - own->cut;
    if (v < own->begin + reach || v + 1 >= own->begin + length || p < reach) return false;
    const int *lower = w->lower + w->lower_first[p];
    if (w->lower_first[p + 1] - w->lower_first[p] != reach || !has_only_next(w, v)) return false;
    for (int k = 1; k <= reach; k++) {
        if (w->order[p - k] != v - k || lower[reach - k] != v - k || !has_only_next(w, v - k)) return false;
    }
    return true;
}

static void find_reaches(work *w) {
    int *place = w->slot_of;
    for (int p = 0; p < w->n; p++) {
        place[w->order[p]] = p;
        w->upstream[p] = 0;
    }
    for (size_t k = 0; k < w->s.n_stretch; k++) {
        const tree_stretch *own = &w->s.stretch[k];
        for (int v = own->begin; v < own->begin + own->count - own->cut; v++)
            w->upstream[place[v]] = continues_reach(w, own, place[v]) ? own->reach : 0;
    }
}

/* Takes back the cuts that elimination did not pass along the reach; whether there are any. */
static bool take_back_cuts(work *w) {
    const int *place = w->slot_of;
    bool any = false;
    for (size_t k = 0; k < w->s.n_stretch; k++) {
        tree_stretch *own = &w->s.stretch[k];
        if (own->cut == 0) continue;
        if (w->upstream[place[own->at - 1]] > 0 && w->upstream[place[own->at]] > 0) continue;
        own->cut = 0;
        any = true;
    }
    return any;
}

/* ---- runs ---- */

/* Cuts the places into runs; with `runs` NULL only counts them. */
static size_t cut_runs(const work *w, tree_run *runs) {
    size_t count = 0;
    for (int p = 0; p < w->n; count++) {
        const int first = p, kind = w->upstream[p], unknown = whole_of(w, w->order[first]);
        do
            p++;
        while (p < w->n && w->upstream[p] == kind && (kind == 0 || w->order[p] == w->order[p - 1] + 1));
        if (!runs) continue;
        const int rows = kind == 0 ? p - first : whole_of(w, w->order[p - 1]) - unknown + 1;
        runs[count] = (tree_run){.count = rows, .upstream = kind, .unknown = unknown};
        w->run_place[count] = first;
        w->run_place[count + 1] = p;
    }
    return count;
}

/* How many rows with indices there are, and slots and products of theirs. */
static void count_rows(qh_tree *t, const work *w) {
    size_t upper = 0;
    for (int p = 0; p < w->n; p++) {
        if (w->upstream[p] > 0) continue;
        t->n_row++;
        upper += 1 + (size_t)upper_count(w, w->order[p]);
        for (int k = w->lower_first[p]; k < w->lower_first[p + 1]; k++, t->n_lower++)
            t->n_target += (size_t)upper_count(w, w->lower[k]);
    }
    t->n_indexed = t->n_lower + upper;
    t->n_update = t->n_target;
}

/* Slots of U of the rows with indices behind those of L; then L of the reaches, then their U. */
static void number_slots(qh_tree *t, const work *w) {
    int slot = (int)t->n_lower;
    for (int p = 0; p < w->n; p++) {
        if (w->upstream[p] > 0) continue;
        w->pivot[w->order[p]] = slot;
        slot += 1 + upper_count(w, w->order[p]);
    }
    for (tree_run *r = t->run; r < t->run + t->n_run; r++) {
        if (r->upstream == 0) continue;
        r->lower = slot;
        slot += r->count * r->upstream;
        t->n_update += (size_t)r->count * (size_t)r->upstream;
    }
    for (size_t k = 0; k < t->n_run; k++) {
        tree_run *r = &t->run[k];
        if (r->upstream == 0) continue;
        r->upper = slot;
        slot += 2 * r->count;
        r->entry = w->whole->diagonal[r->unknown];
        r->band = r->upstream + 2;
        for (int p = w->run_place[k]; p < w->run_place[k + 1]; p++)
            w->pivot[w->order[p]] = r->upper + 2 * (whole_of(w, w->order[p]) - r->unknown);
    }
    for (size_t k = 0; k < t->n_run; k++) {
        tree_run *r = &t->run[k];
        const int first = w->order[w->run_place[k]];
        if (r->upstream > 0) r->near = w->pivot[first - 1];
        if (r->upstream == 2) r->far = w->pivot[first - 2];
    }
    t->n_slot = (size_t)slot;
}

/* ---- rows with indices ---- */

static int entry_of(const qh_pattern *p, int row, int column) {
    const int entry = qh_pattern_entry(p, row, column);
    return entry < p->first[column + 1] && p->row[entry] == row ? entry : -1;
}

static void place_row(qh_tree *t, const work *w, int p, int row, int *target) {
    const int v = w->order[p], *beyond = tree_items(&w->e, &w->e.row[v]), own = whole_of(w, v);
    t->order[row] = own;
    t->upper_first[row] = w->pivot[v];
    int slot = t->lower_first[row];
    for (int k = w->lower_first[p]; k < w->lower_first[p + 1]; k++, slot++) {
        const int before = w->lower[k];
        w->slot_of[before] = slot;
        t->above[slot] = w->pivot[before];
        t->above_end[slot] = w->pivot[before] + 1 + upper_count(w, before);
        t->unknown[slot] = whole_of(w, before);
        t->source[slot] = entry_of(w->whole, own, whole_of(w, before));
    }
    t->lower_first[row + 1] = slot;
    slot = w->pivot[v];
    for (int k = -1; k < upper_count(w, v); k++, slot++) {
        const int column = k < 0 ? v : beyond[k];
        w->slot_of[column] = slot;
        t->unknown[slot] = whole_of(w, column);
        t->source[slot] = entry_of(w->whole, own, whole_of(w, column));
    }
    t->upper_first[row + 1] = slot;
    for (int k = w->lower_first[p]; k < w->lower_first[p + 1]; k++) {
        const int *right = tree_items(&w->e, &w->e.row[w->lower[k]]);
        for (int u = 0; u < upper_count(w, w->lower[k]); u++)
            *target++ = w->slot_of[right[u]];
    }
}

static void place_rows(qh_tree *t, const work *w) {
    int row = 0, *target = t->target;
    t->lower_first[0] = 0;
    t->upper_first[0] = (int)t->n_lower;
    for (int p = 0; p < w->n; p++) {
        if (w->upstream[p] > 0) continue;
        place_row(t, w, p, row++, target);
        for (int k = w->lower_first[p]; k < w->lower_first[p + 1]; k++)
            target += upper_count(w, w->lower[k]);
    }
}

static qh_status place_factors(qh_tree *t, work *w) {
    t->n_run = cut_runs(w, NULL);
    t->run = malloc((t->n_run + 1) * sizeof *t->run);
    w->run_place = new_ints(t->n_run);
    if (!t->run || !w->run_place) return QH_E_NOMEM;
    (void)cut_runs(w, t->run);
    count_rows(t, w);
    number_slots(t, w);
    t->order = new_ints(t->n_row);
    t->lower_first = new_ints(t->n_row);
    t->upper_first = new_ints(t->n_row);
    t->above = new_ints(t->n_lower);
    t->above_end = new_ints(t->n_lower);
    t->unknown = new_ints(t->n_indexed);
    t->source = new_ints(t->n_indexed);
    t->target = new_ints(t->n_target);
    if (!t->order || !t->lower_first || !t->upper_first || !t->above || !t->above_end || !t->unknown || !t->source ||
        !t->target)
        return QH_E_NOMEM;
    place_rows(t, w);
    return QH_OK;
}

/* ---- unknowns in blocks ---- */

/* The pattern of cells: two are coupled where any of their unknowns are. */
static qh_status pattern_of_cells(qh_arena *arena, const qh_pattern *pattern, size_t block, qh_pattern **cells) {
    const size_t n_entry = (size_t)pattern->first[pattern->n];
    int *row = malloc((n_entry + 1) * sizeof *row), *column = malloc((n_entry + 1) * sizeof *column);
    qh_status status = row && column ? QH_OK : QH_E_NOMEM;
    if (status == QH_OK) {
        for (int c = 0; c < pattern->n; c++) {
            for (int k = pattern->first[c]; k < pattern->first[c + 1]; k++) {
                row[k] = pattern->row[k] / (int)block;
                column[k] = c / (int)block;
            }
        }
        status = qh_pattern_create(arena, (size_t)pattern->n / block, n_entry, row, column, NULL, cells);
    }
    free(row);
    free(column);
    return status;
}

/* Order of the unknowns, cell by cell in the order that suits the cells; fill [-] receives new entries between cells. */
static qh_status order_by_cells(const qh_pattern *pattern, size_t block, double most_fill, int *order, size_t *fill) {
    qh_arena *arena = qh_arena_create();
    if (!arena) return QH_E_NOMEM;
    qh_pattern *cells = NULL;
    tree_elimination e = {0};
    qh_status status = pattern_of_cells(arena, pattern, block, &cells);
    if (status == QH_OK) status = qh_tree_find_order(cells, entries_allowed(cells, most_fill), order, &e);
    for (size_t p = status == QH_OK ? (size_t)cells->n : 0; p-- > 0;) {
        const int cell = order[p];
        for (size_t k = block; k-- > 0;)
            order[p * block + k] = cell * (int)block + (int)k;
    }
    if (status == QH_OK) *fill = e.fill;
    qh_tree_close_elimination(&e);
    qh_arena_destroy(arena);
    return status;
}

static qh_status follow_blocks(work *w, size_t block, double most_fill, size_t *fill) {
    w->pattern = w->whole;
    w->n = w->whole->n;
    w->order = new_ints((size_t)w->n);
    if (!w->order) return QH_E_NOMEM;
    QH_TRY(order_by_cells(w->whole, block, most_fill, w->order, fill));
    QH_TRY(qh_tree_follow_order(w->whole, INT_MAX, w->order, &w->e));
    QH_TRY(transpose_lower(w));
    find_reaches(w);
    return QH_OK;
}

/* ---- all together ---- */

/* Order and lists for the pattern as it is cut now. */
static qh_status look_at(work *w, double most_fill) {
    QH_TRY(qh_tree_short_pattern(w->whole, &w->s));
    w->pattern = w->s.whole ? &w->s.pattern : w->whole;
    w->n = w->pattern->n;
    w->order = new_ints((size_t)w->n);
    if (!w->order) return QH_E_NOMEM;
    QH_TRY(qh_tree_find_order(w->pattern, entries_allowed(w->whole, most_fill), w->order, &w->e));
    QH_TRY(transpose_lower(w));
    find_reaches(w);
    return QH_OK;
}

static qh_status find_all(work *w, double most_fill, size_t *fill) {
    QH_TRY(qh_tree_shorten(w->whole, &w->s));
    QH_TRY(look_at(w, most_fill));
    while (take_back_cuts(w)) {
        close_lists(w);
        QH_TRY(look_at(w, most_fill));
    }
    *fill = w->e.fill;
    return QH_OK;
}

qh_status qh_tree_analyse(qh_tree *t, const qh_pattern *pattern, size_t block, double most_fill) {
    work w = {.whole = pattern};
    qh_status status =
        block > 1 ? follow_blocks(&w, block, most_fill, &t->n_fill) : find_all(&w, most_fill, &t->n_fill);
    if (status == QH_OK) status = place_factors(t, &w);
    if (status == QH_OK && block == 1 && t->n_slot > entries_allowed(pattern, most_fill)) status = QH_E_NUMERIC;
    close_work(&w);
    return status;
}
