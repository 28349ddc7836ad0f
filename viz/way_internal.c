#include "viz/way_internal.h"

#include <stdio.h>
#include <string.h>

/* Work space of the search; n reaches, m nodes. */
typedef struct search {
    const qh_store_info *info;
    const bool *taken;
    double *distance; /* [n], m from the farthest head to the foot of a reach; 0: not reached */
    size_t *before;   /* [n], reach before it on that way; n: none */
    size_t *into;     /* [m], of the reaches that end in a node the one with the longest way; n: none */
    size_t *waiting;  /* [m], reaches into a node that are not done yet */
    size_t *first;    /* [m + 2], reaches that leave node v: out[first[v]] .. out[first[v + 1] - 1] */
    size_t *out;      /* [n] */
    size_t *queue;    /* [m], nodes whose reaches into them are all done */
    size_t n_queue;
} search;

static qh_status begin_search(search *s, qh_arena *arena) {
    const size_t n = s->info->n_reach, m = s->info->n_node;
    s->distance = qh_arena_alloc(arena, n, sizeof *s->distance);
    s->before = qh_arena_alloc(arena, n, sizeof *s->before);
    s->into = qh_arena_alloc(arena, m, sizeof *s->into);
    s->waiting = qh_arena_alloc(arena, m, sizeof *s->waiting);
    s->first = qh_arena_alloc(arena, m + 2, sizeof *s->first);
    s->out = qh_arena_alloc(arena, n, sizeof *s->out);
    s->queue = qh_arena_alloc(arena, m, sizeof *s->queue);
    if (!s->distance || !s->before || !s->into || !s->waiting || !s->first || !s->out || !s->queue) return QH_E_NOMEM;
    for (size_t r = 0; r < n; r++) {
        s->before[r] = n;
        if (s->taken && s->taken[r]) continue;
        s->waiting[s->info->reach[r].to]++;
        s->first[s->info->reach[r].from + 2]++;
    }
    for (size_t v = 0; v < m; v++) {
        s->into[v] = n;
        s->first[v + 2] += s->first[v + 1];
        if (s->waiting[v] == 0) s->queue[s->n_queue++] = v;
    }
    for (size_t r = 0; r < n; r++) {
        if (!(s->taken && s->taken[r])) s->out[s->first[s->info->reach[r].from + 1]++] = r;
    }
    return QH_OK;
}

/* Node by node downstream: the longest way to the foot of each reach. Of equal ways the reach of lower index counts. */
static void search_downstream(search *s) {
    const size_t n = s->info->n_reach;
    for (size_t i = 0; i < s->n_queue; i++) {
        const size_t v = s->queue[i], best = s->into[v];
        for (size_t k = s->first[v]; k < s->first[v + 1]; k++) {
            const size_t r = s->out[k], w = s->info->reach[r].to, rival = s->into[w];
            s->before[r] = best;
            s->distance[r] = s->info->reach[r].length + (best < n ? s->distance[best] : 0);
            const double longest = rival < n ? s->distance[rival] : 0;
            if (rival == n || s->distance[r] > longest || (r < rival && s->distance[r] == longest)) s->into[w] = r;
            if (--s->waiting[w] == 0) s->queue[s->n_queue++] = w;
        }
    }
}

static void collect(const search *s, size_t *reach, size_t *count) {
    const size_t n = s->info->n_reach;
    size_t foot = n, length = 0;
    for (size_t r = 0; r < n; r++) {
        if (!(s->taken && s->taken[r]) && (foot == n || s->distance[r] > s->distance[foot])) foot = r;
    }
    for (size_t r = foot; r < n; r = s->before[r])
        length++;
    size_t at = length;
    for (size_t r = foot; r < n; r = s->before[r])
        reach[--at] = r;
    *count = length;
}

qh_status qh_way_longest(const qh_store_info *info, const bool *taken, size_t *reach, size_t *count) {
    search s = {.info = info, .taken = taken};
    qh_arena *const arena = qh_arena_create();
    qh_status status = arena ? begin_search(&s, arena) : QH_E_NOMEM;
    if (status == QH_OK) {
        search_downstream(&s);
        collect(&s, reach, count);
    }
    qh_arena_destroy(arena);
    return status;
}

static qh_status no_route(const qh_store_info *info, const char *route, qh_diag *diag) {
    char known[512] = "";
    for (size_t i = 0; i < info->n_route; i++) {
        const size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", info->route[i].name);
    }
    if (known[0])
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "the case has no route '%s', only %s", route, known);
    else
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "the case has no route '%s': it names none", route);
    return QH_E_USAGE;
}

qh_status qh_way_choose(const qh_store_info *info, const char *route, qh_arena *arena, qh_diag *diag, qh_way *way) {
    qh_way chosen = {.name = NULL};
    for (size_t i = 0; i < info->n_route && !chosen.name; i++) {
        if (route && strcmp(info->route[i].name, route) != 0) continue;
        chosen = (qh_way){.name = info->route[i].name, .count = info->route[i].count, .reach = info->route[i].reach};
    }
    if (route && !chosen.name) return no_route(info, route, diag);
    if (!chosen.name) {
        size_t *const reach = qh_arena_alloc(arena, info->n_reach, sizeof *reach);
        if (!reach) return QH_E_NOMEM;
        QH_TRY(qh_way_longest(info, NULL, reach, &chosen.count));
        QH_CHECK(chosen.count > 0, QH_E_INPUT, diag, QH_NOWHERE, "%s holds no reach", info->path);
        chosen.reach = reach;
        chosen.name = info->reach[reach[0]].river[0] ? info->reach[reach[0]].river : info->reach[reach[0]].name;
    }
    double *const offset = qh_arena_alloc(arena, chosen.count, sizeof *offset);
    if (!offset) return QH_E_NOMEM;
    for (size_t i = 0; i < chosen.count; i++) {
        offset[i] = chosen.length;
        chosen.length += info->reach[chosen.reach[i]].length;
    }
    chosen.offset = offset;
    *way = chosen;
    return QH_OK;
}

bool qh_way_find(const qh_way *way, size_t reach, double chainage, double *along) {
    for (size_t i = 0; i < way->count; i++) {
        if (way->reach[i] != reach) continue;
        *along = way->offset[i] + chainage;
        return true;
    }
    return false;
}
