/* A way down the network: consecutive reaches from a head to a foot, and where things stand along it. */
#ifndef QH_VIZ_WAY_INTERNAL_H
#define QH_VIZ_WAY_INTERNAL_H

#include <stdbool.h>

#include "io/store.h"

typedef struct qh_way {
    const char *name; /* of the route; of its first river where the case names no route */
    size_t count;
    const size_t *reach;  /* [count] */
    const double *offset; /* [count], m from the head of the way to the head of each reach */
    double length;        /* m */
} qh_way;

/* The way along the route called `route`; NULL: the first route of the case, or the longest way when it names none.
 * QH_E_USAGE when there is no such route. Lives in `arena`. */
qh_status qh_way_choose(const qh_store_info *info, const char *route, qh_arena *arena, qh_diag *diag, qh_way *way);

/* Where `chainage` m of a reach lies along the way, m from its head; false when the way does not pass that reach. */
bool qh_way_find(const qh_way *way, size_t reach, double chainage, double *along);

/* The longest way, in m, among the reaches that are not `taken` [n_reach] (NULL: among all). Returns the number of its
 * reaches, written to `reach` [n_reach], head first; 0 when all are taken. */
qh_status qh_way_longest(const qh_store_info *info, const bool *taken, size_t *reach, size_t *count);

#endif
