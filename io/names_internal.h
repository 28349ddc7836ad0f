/* Names: an index of them, and the nearest one to a slip of the pen. */
#ifndef QH_IO_NAMES_INTERNAL_H
#define QH_IO_NAMES_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "model/arena.h"
#include "model/status.h"

/* ---- nearest name ---- */

enum { QH_NEAREST_LENGTH = 128 };

/* The best of the names offered so far. "" until one is near: at most a third of the characters differ. */
typedef struct qh_nearest {
    const char *wanted;
    char best[QH_NEAREST_LENGTH];
    size_t distance, limit; /* characters */
} qh_nearest;

qh_nearest qh_nearest_begin(const char *wanted);
void qh_nearest_offer(qh_nearest *nearest, const char *name);

/* Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`, counted in characters, where no
 * more than `limit`; else limit + 1. */
size_t qh_edit_distance(const char *a, const char *b, size_t limit);

/* ---- index ---- */

/* Names to numbers (hash table, in an arena). Zero-initialise with the arena set. Borrows the names. */
typedef struct qh_names {
    qh_arena *arena;
    size_t count, capacity; /* capacity is 0 or a power of two */
    struct qh_name_slot {
        const char *name;
        size_t index;
    } * slot;
} qh_names;

/* Adds a name. When it is there already, nothing changes and `known` tells its index; else `known` is `index`. */
qh_status qh_names_add(qh_names *names, const char *name, size_t index, size_t *known);

bool qh_names_find(const qh_names *names, const char *name, size_t *index);

/* Offers every name. */
void qh_names_offer(const qh_names *names, qh_nearest *nearest);

#endif
