#include "viz/way_internal.h"

#include <stdio.h>
#include <string.h>

qh_status qh_way_longest(const qh_store_info *info, const bool *taken, qh_arena *arena, size_t *reach, size_t *count) {
    const size_t n = info->n_reach;
    /* Longest distance from any head to the foot of each reach, relaxed until nothing changes: the network has no
     * cycle, so the number of rounds is at most that of the reaches on the way. */
    double *const distance = qh_arena_alloc(arena, n, sizeof *distance);
    size_t *const before = qh_arena_alloc(arena, n, sizeof *before);
    if (!distance || !before) return QH_E_NOMEM;
    for (size_t r = 0; r < n; r++) {
        distance[r] = info->reach[r].length;
        before[r] = n;
    }
    bool changed = true;
    for (size_t round = 0; changed && round <= n; round++) {
        changed = false;
        for (size_t r = 0; r < n; r++) {
            for (size_t u = 0; u < n; u++) {
                if ((taken && (taken[r] || taken[u])) || info->reach[u].to != info->reach[r].from) continue;
                const double through = distance[u] + info->reach[r].length;
                if (through <= distance[r]) continue;
                distance[r] = through;
                before[r] = u;
                changed = true;
            }
        }
    }
    size_t foot = n;
    for (size_t r = 0; r < n; r++) {
        if (!(taken && taken[r]) && (foot == n || distance[r] > distance[foot])) foot = r;
    }
    size_t length = 0;
    for (size_t r = foot; r < n; r = before[r])
        length++;
    size_t at = length;
    for (size_t r = foot; r < n; r = before[r])
        reach[--at] = r;
    *count = length;
    return QH_OK;
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
        QH_TRY(qh_way_longest(info, NULL, arena, reach, &chosen.count));
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
