/* Order of elimination of the points.
 *
 * Equation   A x = b with the pattern of the network, one unknown a point.
 * Scheme     elimination without pivots in order of least degree, ties downstream: in a tree of rivers the headwaters
 *            go first, each changes only the point below, and no entry is made. Loops (bifurcations that rejoin, diversions)
 *            fill up a little.
 * Pivots     steady, A is an M-matrix with dominant columns, for which elimination in any symmetric order is stable; at
 *            complex rates s with Re s >= 0 the columns are dominant in the same sense.
 * Source     Tinney & Walker (1967), Proc. IEEE 55:1801 (scheme 2); Higham (2002), sec. 9.6 and 10.
 * Not for    matrices that need pivots. */
#include <stdlib.h>
#include <string.h>

#include "solvers/exact_river_internal.h"

/* Points that a point is coupled with and that are not eliminated yet. */
typedef struct neighbours {
    size_t *item;
    size_t count, room;
} neighbours;

/* A heap of keys degree * n + place downstream; keys that are out of date stay until they come up. */
typedef struct heap {
    size_t *key;
    size_t count, room;
} heap;

static bool grow(size_t **item, size_t count, size_t *room) {
    if (count < *room) return true;
    const size_t more = *room ? 2 * *room : 4;
    size_t *larger = realloc(*item, more * sizeof *larger);
    if (!larger) return false;
    *item = larger;
    *room = more;
    return true;
}

static bool push(heap *h, size_t key) {
    if (!grow(&h->key, h->count, &h->room)) return false;
    size_t k = h->count++;
    for (; k > 0 && h->key[(k - 1) / 2] > key; k = (k - 1) / 2)
        h->key[k] = h->key[(k - 1) / 2];
    h->key[k] = key;
    return true;
}

static size_t pop(heap *h) {
    const size_t least = h->key[0], last = h->key[--h->count];
    size_t k = 0;
    while (2 * k + 1 < h->count) {
        size_t child = 2 * k + 1;
        if (child + 1 < h->count && h->key[child + 1] < h->key[child]) child++;
        if (h->key[child] >= last) break;
        h->key[k] = h->key[child];
        k = child;
    }
    h->key[k] = last;
    return least;
}

static bool add(neighbours *list, size_t item) {
    for (size_t k = 0; k < list->count; k++)
        if (list->item[k] == item) return true;
    if (!grow(&list->item, list->count, &list->room)) return false;
    list->item[list->count++] = item;
    return true;
}

static void drop(neighbours *list, size_t item) {
    for (size_t k = 0; k < list->count; k++) {
        if (list->item[k] != item) continue;
        list->item[k] = list->item[--list->count];
        return;
    }
}

static bool connect(neighbours *list, size_t a, size_t b) { return a == b || (add(&list[a], b) && add(&list[b], a)); }

/* Eliminates one point: its neighbours become neighbours of one another. */
static bool eliminate(neighbours *list, size_t point, size_t n, const size_t *downstream, heap *h) {
    const neighbours *own = &list[point];
    for (size_t k = 0; k < own->count; k++) {
        neighbours *other = &list[own->item[k]];
        drop(other, point);
        for (size_t i = 0; i < k; i++)
            if (!connect(list, own->item[k], own->item[i])) return false;
    }
    for (size_t k = 0; k < own->count; k++)
        if (!push(h, list[own->item[k]].count * n + downstream[own->item[k]])) return false;
    return true;
}

static bool find_order(const qh_network *network, neighbours *list, size_t *downstream, heap *h, exact_order *order) {
    const size_t n = network->n_point;
    for (size_t k = 0; k < n; k++)
        downstream[network->point_order[k]] = k;
    for (size_t s = 0; s < network->n_segment; s++)
        if (!connect(list, network->segment[s].from, network->segment[s].to)) return false;
    for (size_t k = 0; k < network->n_link; k++)
        if (!connect(list, network->link[k].from, network->link[k].to)) return false;
    for (size_t p = 0; p < n; p++) {
        order->place[p] = n; /* not yet */
        if (!push(h, list[p].count * n + downstream[p])) return false;
    }
    for (size_t done = 0; done < n;) {
        const size_t key = pop(h), p = network->point_order[key % n];
        if (order->place[p] < n || key / n != list[p].count) continue;
        order->place[p] = done++;
        if (!eliminate(list, p, n, downstream, h)) return false;
    }
    return true;
}

static int ascending(const void *a, const void *b) {
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

/* Entry of two unknowns that are coupled. */
static size_t entry_of(const exact_order *order, size_t a, size_t b) {
    const size_t early = a < b ? a : b, late = a < b ? b : a;
    size_t low = order->first[early], high = order->first[early + 1];
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (order->column[middle] <= late)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static qh_status list_entries(qh_arena *arena, const qh_network *network, const neighbours *list, exact_order *order) {
    const size_t n = order->n;
    order->first = qh_arena_alloc(arena, n + 1, sizeof *order->first);
    if (!order->first) return QH_E_NOMEM;
    for (size_t p = 0; p < n; p++)
        order->first[order->place[p] + 1] = list[p].count;
    size_t n_update = 0;
    for (size_t u = 0; u < n; u++) {
        const size_t count = order->first[u + 1];
        n_update += count * (count - (count > 0)) / 2;
        order->first[u + 1] += order->first[u];
    }
    order->n_entry = order->first[n];
    order->column = qh_arena_alloc(arena, order->n_entry, sizeof *order->column);
    order->update = qh_arena_alloc(arena, n_update, sizeof *order->update);
    order->segment_entry = qh_arena_alloc(arena, network->n_segment, sizeof *order->segment_entry);
    order->link_entry = qh_arena_alloc(arena, network->n_link, sizeof *order->link_entry);
    if (!order->column || !order->update || !order->segment_entry || !order->link_entry) return QH_E_NOMEM;
    for (size_t p = 0; p < n; p++) {
        size_t *column = order->column + order->first[order->place[p]];
        for (size_t k = 0; k < list[p].count; k++)
            column[k] = order->place[list[p].item[k]];
        qsort(column, list[p].count, sizeof *column, ascending);
    }
    size_t at = 0;
    for (size_t u = 0; u < n; u++)
        for (size_t b = order->first[u]; b < order->first[u + 1]; b++)
            for (size_t a = order->first[u]; a < b; a++)
                order->update[at++] = entry_of(order, order->column[a], order->column[b]);
    for (size_t s = 0; s < network->n_segment; s++) {
        const qh_segment *segment = &network->segment[s];
        order->segment_entry[s] = entry_of(order, order->place[segment->from], order->place[segment->to]);
    }
    for (size_t k = 0; k < network->n_link; k++) {
        const qh_link *link = &network->link[k];
        order->link_entry[k] = entry_of(order, order->place[link->from], order->place[link->to]);
    }
    return QH_OK;
}

qh_status exact_order_create(qh_arena *arena, const qh_network *network, exact_order *order) {
    const size_t n = network->n_point;
    exact_order made = {.n = n, .place = qh_arena_alloc(arena, n, sizeof *made.place)};
    neighbours *list = calloc(n ? n : 1, sizeof *list);
    size_t *downstream = calloc(n ? n : 1, sizeof *downstream);
    heap h = {0};
    qh_status status = made.place && list && downstream ? QH_OK : QH_E_NOMEM;
    if (status == QH_OK && !find_order(network, list, downstream, &h, &made)) status = QH_E_NOMEM;
    if (status == QH_OK) status = list_entries(arena, network, list, &made);
    for (size_t p = 0; list && p < n; p++)
        free(list[p].item);
    free(list);
    free(downstream);
    free(h.key);
    if (status == QH_OK) *order = made;
    return status;
}
