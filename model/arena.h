/* Arena: memory that lives and dies with one object (a case, a network, a flow ...). One free for all of it. */
#ifndef QH_MODEL_ARENA_H
#define QH_MODEL_ARENA_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_arena qh_arena;

/* A new empty arena, owned by the caller; NULL when out of memory. */
qh_arena *qh_arena_create(void);

/* Frees the arena and all that was allocated from it. NULL is allowed. */
void qh_arena_destroy(qh_arena *arena);

/* `count` zeroed elements of `size` bytes, aligned to 64 bytes; NULL when out of memory or when count*size overflows.
 * A count of 0 gives a valid pointer that must not be read. */
void *qh_arena_alloc(qh_arena *arena, size_t count, size_t size);

/* A copy of a string, or of its first `length` bytes; NULL when out of memory. */
char *qh_arena_strdup(qh_arena *arena, const char *text);
char *qh_arena_strndup(qh_arena *arena, const char *text, size_t length);

/* Formatted string; NULL when out of memory. */
char *qh_arena_printf(qh_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#ifdef __cplusplus
}
#endif
#endif
