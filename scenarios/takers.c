#include "scenarios/takers.h"

#include <stdlib.h>
#include <string.h>

#include "model/lang.h"

static const double day = 86400; /* s */

/* ---- what lies above ---- */

/* What lies above a place. */
typedef struct upstream {
    size_t reach;
    double chainage; /* m */
    bool *above;     /* [n_reach], its water comes to `reach` by its upper end */
} upstream;

/* Reaches that end in node n: (*reach)[(*first)[n]] .. up to (*first)[n + 1], first [n_node + 1]. */
static qh_status reaches_by_end(const qh_store_info *info, qh_arena *arena, size_t **first, size_t **reach) {
    size_t *begin = qh_arena_alloc(arena, info->n_node + 2, sizeof *begin);
    size_t *list = qh_arena_alloc(arena, info->n_reach, sizeof *list);
    if (!begin || !list) return QH_E_NOMEM;
    for (size_t r = 0; r < info->n_reach; r++)
        begin[info->reach[r].to + 2]++;
    for (size_t n = 0; n < info->n_node; n++)
        begin[n + 2] += begin[n + 1];
    /* begin[n + 1] moves to the end of node n's list as it fills, which is the begin of the next. */
    for (size_t r = 0; r < info->n_reach; r++)
        list[begin[info->reach[r].to + 1]++] = r;
    *first = begin;
    *reach = list;
    return QH_OK;
}

static qh_status find_upstream(const qh_store_info *info, const qh_stored_station *s, qh_arena *arena, upstream *up) {
    size_t *first = NULL, *reach = NULL;
    QH_TRY(reaches_by_end(info, arena, &first, &reach));
    size_t *stack = qh_arena_alloc(arena, info->n_reach + 1, sizeof *stack);
    *up = (upstream){s->reach, s->chainage, qh_arena_alloc(arena, info->n_reach, sizeof *up->above)};
    if (!stack || !up->above) return QH_E_NOMEM;
    size_t n = 0;
    stack[n++] = s->reach;
    while (n > 0) {
        const size_t node = info->reach[stack[--n]].from;
        for (size_t i = first[node]; i < first[node + 1]; i++) {
            if (up->above[reach[i]]) continue;
            up->above[reach[i]] = true;
            stack[n++] = reach[i];
        }
    }
    return QH_OK;
}

static bool is_above(const upstream *up, size_t reach, double chainage) {
    return up->above[reach] || (reach == up->reach && chainage <= up->chainage);
}

/* ---- what was taken ---- */

/* m3 of column `index` of daily means `taken` [n_day][n] less `left`, on the days on which `station` was short. */
static double volume_on_days_short(const qh_release_log *log, size_t station, const double *taken, const double *left,
                                   size_t n, size_t index) {
    double volume = 0;
    for (size_t d = 0; d < log->n_day; d++) {
        if (!(log->deficit[d * log->n_station + station] > 0)) continue;
        volume += (taken[d * n + index] - (left ? left[d * n + index] : 0)) * day;
    }
    return volume;
}

const char *qh_taker_kind_name(qh_taker_kind kind) {
    static const char *const name[] = {QH_N("withdrawal"), QH_N("transfer"), QH_N("station")};
    return name[kind];
}

/* Largest first; among equals by kind, then in the order of the case. */
static int by_volume(const void *a, const void *b) {
    const qh_taker *x = a, *y = b;
    if (x->volume != y->volume) return x->volume < y->volume ? 1 : -1;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

typedef struct ledger {
    const qh_store_info *info;
    upstream up;
    size_t station;
    size_t n;
    qh_taker *taker; /* [n] */
} ledger;

static void enter(ledger *l, qh_taker_kind kind, size_t index, double volume) {
    if (volume > 0) l->taker[l->n++] = (qh_taker){kind, index, volume};
}

static void enter_withdrawals(ledger *l) {
    const qh_release_log *log = l->info->release;
    for (size_t i = 0; log->taken && i < l->info->n_withdrawal; i++) {
        const qh_stored_withdrawal *w = &l->info->withdrawal[i];
        if (is_above(&l->up, w->reach, w->chainage))
            enter(l, QH_TAKER_WITHDRAWAL, i,
                  volume_on_days_short(log, l->station, log->taken, NULL, log->n_withdrawal, i));
    }
}

static void enter_transfers(ledger *l) {
    const qh_store_info *info = l->info;
    for (size_t i = 0; info->moved && i < info->n_transfer; i++) {
        const qh_stored_transfer *t = &info->transfer[i];
        if (is_above(&l->up, t->reach, t->chainage) && !is_above(&l->up, t->to_reach, t->to_chainage))
            enter(l, QH_TAKER_TRANSFER, i,
                  volume_on_days_short(info->release, l->station, info->moved->moved.released, NULL, info->n_transfer,
                                       i));
    }
}

static void enter_stations(ledger *l) {
    const qh_release_log *log = l->info->release;
    for (size_t i = 0; i < l->info->n_station; i++) {
        const qh_stored_station *s = &l->info->station[i];
        if (is_above(&l->up, s->reach, s->chainage) && !is_above(&l->up, s->tailrace_reach, s->tailrace_chainage))
            enter(l, QH_TAKER_STATION, i,
                  volume_on_days_short(log, l->station, log->arriving, log->released, log->n_station, i));
    }
}

qh_status qh_takers_of(const qh_store_info *info, size_t station, qh_arena *arena, size_t *n_taker,
                       const qh_taker **taker) {
    ledger l = {.info = info, .station = station};
    l.taker = qh_arena_alloc(arena, info->n_station + info->n_withdrawal + info->n_transfer, sizeof *l.taker);
    if (!l.taker) return QH_E_NOMEM;
    if (info->release) {
        QH_TRY(find_upstream(info, &info->station[station], arena, &l.up));
        enter_withdrawals(&l);
        enter_transfers(&l);
        enter_stations(&l);
        qsort(l.taker, l.n, sizeof *l.taker, by_volume);
    }
    *n_taker = l.n;
    *taker = l.taker;
    return QH_OK;
}
