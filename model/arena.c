/* Blocks of growing size, each allocation rounded up to the alignment. Blocks are zeroed when they are taken and
 * never handed back, so an allocation is zeroed for nothing. What is larger than a quarter of a block gets one of its
 * own, behind the current one, so that the rest of the current one is not wasted. */
#include "model/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64, FIRST_BLOCK = 4096, LARGEST_BLOCK = 1 << 20 };

typedef struct block {
    struct block *next;
    size_t size; /* bytes behind the header */
    size_t used;
} block;

struct qh_arena {
    block *blocks;     /* the current one first */
    size_t next_block; /* bytes of the next ordinary block */
};

/* The header fills one alignment unit, so the bytes behind it are aligned as the block is. */
_Static_assert(sizeof(block) <= ALIGNMENT, "a block's header must fit before its first aligned byte");

static unsigned char *block_bytes(block *b) { return (unsigned char *)b + ALIGNMENT; }

static block *block_create(size_t size) {
    if (size > SIZE_MAX - ALIGNMENT) return NULL;
    block *b = aligned_alloc(ALIGNMENT, ALIGNMENT + size);
    if (!b) return NULL;
    memset(b, 0, ALIGNMENT + size);
    b->size = size;
    return b;
}

qh_arena *qh_arena_create(void) {
    qh_arena *arena = calloc(1, sizeof *arena);
    if (arena) arena->next_block = FIRST_BLOCK;
    return arena;
}

void qh_arena_destroy(qh_arena *arena) {
    if (!arena) return;
    for (block *b = arena->blocks; b;) {
        block *next = b->next;
        free(b);
        b = next;
    }
    free(arena);
}

static void *take(block *b, size_t size) {
    void *place = block_bytes(b) + b->used;
    b->used += size;
    return place;
}

static void *take_own_block(qh_arena *arena, size_t size) {
    block *b = block_create(size);
    if (!b) return NULL;
    if (arena->blocks) {
        b->next = arena->blocks->next;
        arena->blocks->next = b;
    } else {
        arena->blocks = b;
    }
    return take(b, size);
}

void *qh_arena_alloc(qh_arena *arena, size_t count, size_t size) {
    if (size != 0 && count > SIZE_MAX / size) return NULL;
    size_t bytes = count * size;
    if (bytes > SIZE_MAX - (ALIGNMENT - 1)) return NULL;
    bytes = (bytes + (ALIGNMENT - 1)) / ALIGNMENT * ALIGNMENT;
    if (bytes == 0) bytes = ALIGNMENT;

    block *current = arena->blocks;
    if (current && current->size - current->used >= bytes) return take(current, bytes);
    if (bytes > arena->next_block / 4) return take_own_block(arena, bytes);
    block *b = block_create(arena->next_block);
    if (!b) return NULL;
    b->next = current;
    arena->blocks = b;
    if (arena->next_block < LARGEST_BLOCK) arena->next_block *= 2;
    return take(b, bytes);
}

char *qh_arena_strndup(qh_arena *arena, const char *text, size_t length) {
    const char *end = memchr(text, '\0', length);
    const size_t n = end ? (size_t)(end - text) : length;
    if (n == SIZE_MAX) return NULL;
    char *copy = qh_arena_alloc(arena, n + 1, 1);
    if (copy) memcpy(copy, text, n);
    return copy;
}

char *qh_arena_strdup(qh_arena *arena, const char *text) { return qh_arena_strndup(arena, text, strlen(text)); }

char *qh_arena_printf(qh_arena *arena, const char *format, ...) {
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    const int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = length < 0 ? NULL : qh_arena_alloc(arena, (size_t)length + 1, 1);
    if (text) (void)vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}
