#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "io/names_internal.h"
#include "io/text_file.h"

enum { MAX_CHARACTERS = 64 }; /* longer names are not compared: nobody mistypes them by a letter or two */

/* Code points of `text`, as numbers that are equal when the characters are; their count, MAX_CHARACTERS + 1 when long. */
static size_t characters(const char *text, uint32_t character[MAX_CHARACTERS]) {
    size_t count = 0;
    size_t left = strlen(text);
    while (left > 0) {
        if (count == MAX_CHARACTERS) return MAX_CHARACTERS + 1;
        size_t length = qh_utf8_length(text, left);
        if (length == 0) length = 1;
        uint32_t value = 0;
        for (size_t i = 0; i < length; i++)
            value = value << 8 | (unsigned char)text[i];
        if (value >= 'A' && value <= 'Z') value += 'a' - 'A'; /* case alone is a small slip */
        character[count++] = value;
        text += length;
        left -= length;
    }
    return count;
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

size_t qh_edit_distance(const char *a, const char *b, size_t limit) {
    uint32_t x[MAX_CHARACTERS], y[MAX_CHARACTERS];
    const size_t n = characters(a, x);
    const size_t m = characters(b, y);
    if (n > MAX_CHARACTERS || m > MAX_CHARACTERS) return limit + 1;
    if ((n > m ? n - m : m - n) > limit) return limit + 1;
    size_t rows[3][MAX_CHARACTERS + 1]; /* rows of the dynamic programme: two before, one before, this one */
    size_t *before = rows[0], *last = rows[1], *here = rows[2];
    for (size_t j = 0; j <= m; j++)
        last[j] = before[j] = j;
    for (size_t i = 1; i <= n; i++) {
        here[0] = i;
        for (size_t j = 1; j <= m; j++) {
            const size_t replace = last[j - 1] + (x[i - 1] != y[j - 1]);
            here[j] = smaller(replace, smaller(last[j], here[j - 1]) + 1);
            if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1])
                here[j] = smaller(here[j], before[j - 2] + 1);
        }
        size_t *reused = before;
        before = last;
        last = here;
        here = reused;
    }
    return smaller(last[m], limit + 1);
}

qh_nearest qh_nearest_begin(const char *wanted) {
    uint32_t unused[MAX_CHARACTERS];
    const size_t length = characters(wanted, unused);
    qh_nearest nearest = {.wanted = wanted};
    nearest.limit = length < 3 ? 1 : length / 3;
    if (nearest.limit > 4) nearest.limit = 4;
    nearest.distance = nearest.limit + 1;
    return nearest;
}

void qh_nearest_offer(qh_nearest *nearest, const char *name) {
    if (strlen(name) >= sizeof nearest->best || name[0] == '\0') return;
    const size_t distance = qh_edit_distance(nearest->wanted, name, nearest->limit);
    uint32_t unused[MAX_CHARACTERS];
    if (distance >= characters(name, unused)) return; /* nothing in common */
    if (distance < nearest->distance) {
        nearest->distance = distance;
        (void)snprintf(nearest->best, sizeof nearest->best, "%s", name);
    }
}

/* FNV-1a */
static size_t hash_of(const char *name) {
    uint64_t hash = 14695981039346656037U;
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 1099511628211U;
    return (size_t)(hash ^ hash >> 32);
}

/* The slot of `name`, or the free one where it belongs. There is always one: tables are at most half full. */
static struct qh_name_slot *slot_of(const qh_names *names, const char *name) {
    size_t i = hash_of(name) & (names->capacity - 1);
    while (names->slot[i].name && strcmp(names->slot[i].name, name) != 0)
        i = (i + 1) & (names->capacity - 1);
    return &names->slot[i];
}

static qh_status grow(qh_names *names) {
    qh_names larger = {.arena = names->arena, .capacity = names->capacity ? 2 * names->capacity : 64};
    larger.slot = qh_arena_alloc(names->arena, larger.capacity, sizeof *larger.slot);
    if (!larger.slot) return QH_E_NOMEM;
    for (size_t i = 0; i < names->capacity; i++) {
        if (names->slot[i].name) *slot_of(&larger, names->slot[i].name) = names->slot[i];
    }
    larger.count = names->count;
    *names = larger;
    return QH_OK;
}

qh_status qh_names_add(qh_names *names, const char *name, size_t index, size_t *known) {
    if (2 * (names->count + 1) > names->capacity) QH_TRY(grow(names));
    struct qh_name_slot *slot = slot_of(names, name);
    if (!slot->name) {
        *slot = (struct qh_name_slot){name, index};
        names->count++;
    }
    *known = slot->index;
    return QH_OK;
}

bool qh_names_find(const qh_names *names, const char *name, size_t *index) {
    if (names->capacity == 0) return false;
    const struct qh_name_slot *slot = slot_of(names, name);
    if (slot->name) *index = slot->index;
    return slot->name != NULL;
}

/* Ties go to the name that was added first, not to where the hash put it. */
void qh_names_offer(const qh_names *names, qh_nearest *nearest) {
    size_t best_index = SIZE_MAX;
    for (size_t i = 0; i < names->capacity; i++) {
        const struct qh_name_slot *slot = &names->slot[i];
        if (!slot->name || strlen(slot->name) >= sizeof nearest->best) continue;
        const size_t distance = qh_edit_distance(nearest->wanted, slot->name, nearest->limit);
        if (distance < nearest->distance) {
            qh_nearest_offer(nearest, slot->name);
            if (nearest->distance == distance) best_index = slot->index;
        } else if (distance == nearest->distance && distance <= nearest->limit && slot->index < best_index) {
            (void)snprintf(nearest->best, sizeof nearest->best, "%s", slot->name);
            best_index = slot->index;
        }
    }
}
