/* Long reaches cut short: the pattern in which the order of elimination is looked for.
 *
 * In the middle of a reach each cell stands in the matrix as its neighbour does. What elimination does to one it does to
 * all, as long as it runs along the reach: the front that it pushes before it is the same after every cell. So the order
 * is found on a pattern that keeps a few cells at both ends of each reach, and the middle is put back where the
 * elimination passed the cut, if both sides of the cut show that front (tree_places.c). A network of 400,000 cells is
 * looked at as one of some ten thousand. Not for unknowns in blocks. */
#include <stdbool.h>
#include <stdlib.h>

#include "solvers/tree_internal.h"

/* Cells kept at each end of a stretch that is cut: the front settles within two. A cut must be worth its while, and so
 * must a stretch. */
enum { kept = 6, least_cut = 8, least_stretch = 6 };

/* How far below the diagonal column v reaches when its rows are v-1 .. v+reach, and row v has as many entries; else 0. */
static int reach_of_column(const qh_pattern *p, const int *row_count, int v) {
    const int first = p->first[v], count = p->first[v + 1] - first, reach = count - 2;
    if (reach != 1 && reach != 2) return 0;
    const bool in_sequence = p->row[first] == v - 1 && p->row[first + count - 1] == v + reach;
    return in_sequence && row_count[v] == count ? reach : 0;
}

/* Finds the stretches; with `stretch` NULL only counts them. */
static size_t find_stretches(const qh_pattern *p, const int *row_count, tree_stretch *stretch) {
    size_t found = 0;
    for (int v = 0; v < p->n;) {
        const int first = v, reach = reach_of_column(p, row_count, v);
        do
            v++;
        while (v < p->n && reach_of_column(p, row_count, v) == reach);
        const int count = v - first;
        if (reach == 0 || count < least_stretch) continue;
        const int cut = count < 2 * kept + least_cut ? 0 : count - 2 * kept;
        if (stretch) stretch[found] = (tree_stretch){.first = first, .count = count, .reach = reach, .cut = cut};
        found++;
    }
    return found;
}

static int short_size(const qh_pattern *p, const tree_short *s, size_t *n_entry) {
    int n = p->n;
    *n_entry = (size_t)p->first[n];
    for (size_t k = 0; k < s->n_stretch; k++) {
        n -= s->stretch[k].cut;
        *n_entry -= (size_t)s->stretch[k].cut * (size_t)(s->stretch[k].reach + 2);
    }
    return n;
}

/* Numbers both ways: whole [short n], short_of [n], where what is left out has none. */
static void number(const qh_pattern *p, tree_short *s, int *short_of) {
    int next = 0, v = 0;
    for (size_t k = 0; k <= s->n_stretch; k++) {
        tree_stretch *own = k < s->n_stretch ? &s->stretch[k] : NULL;
        const int cut_first = !own ? p->n : own->cut > 0 ? own->first + kept : own->first + 1;
        const int cut_end = own ? cut_first + own->cut : p->n;
        for (; v < cut_first; v++) {
            short_of[v] = next;
            s->whole[next++] = v;
        }
        if (!own) break;
        own->begin = short_of[own->first];
        own->at = next;
        for (; v < cut_end; v++)
            short_of[v] = -1;
    }
}

static void close_pattern(tree_short *s) {
    free(s->pattern.first);
    free(s->pattern.row);
    free(s->whole);
    s->pattern = (qh_pattern){0};
    s->whole = NULL;
}

qh_status qh_tree_short_pattern(const qh_pattern *p, tree_short *s) {
    size_t n_entry = 0, k = 0;
    const int n = short_size(p, s, &n_entry);
    close_pattern(s);
    if (n == p->n) {
        for (; k < s->n_stretch; k++)
            s->stretch[k].begin = s->stretch[k].first;
        return QH_OK;
    }
    s->pattern = (qh_pattern){.n = n,
                              .first = calloc((size_t)n + 1, sizeof *s->pattern.first),
                              .row = malloc((n_entry + 1) * sizeof *s->pattern.row)};
    s->whole = malloc(((size_t)n + 1) * sizeof *s->whole);
    int *short_of = malloc(((size_t)p->n + 1) * sizeof *short_of);
    const bool there = s->pattern.first && s->pattern.row && s->whole && short_of;
    if (there) number(p, s, short_of);
    for (int c = 0; there && c < n; c++) {
        const int v = s->whole[c];
        while (k < s->n_stretch && v >= s->stretch[k].first + s->stretch[k].count)
            k++;
        const bool inside = k < s->n_stretch && v >= s->stretch[k].first;
        int to = s->pattern.first[c];
        for (int e = p->first[v]; e < p->first[v + 1]; e++)
            s->pattern.row[to++] = inside ? c + (p->row[e] - v) : short_of[p->row[e]];
        s->pattern.first[c + 1] = to;
    }
    free(short_of);
    return there ? QH_OK : QH_E_NOMEM;
}

qh_status qh_tree_shorten(const qh_pattern *p, tree_short *s) {
    *s = (tree_short){.n_stretch = 0};
    int *row_count = calloc((size_t)p->n + 1, sizeof *row_count);
    if (!row_count) return QH_E_NOMEM;
    for (int k = 0; k < p->first[p->n]; k++)
        row_count[p->row[k]]++;
    s->n_stretch = find_stretches(p, row_count, NULL);
    s->stretch = malloc((s->n_stretch + 1) * sizeof *s->stretch);
    if (s->stretch) (void)find_stretches(p, row_count, s->stretch);
    free(row_count);
    return s->stretch ? QH_OK : QH_E_NOMEM;
}

void qh_tree_close_short(tree_short *s) {
    close_pattern(s);
    free(s->stretch);
}
