#include "model/diag.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/arena.h"

typedef struct entry {
    qh_message message; /* first: a qh_message * handed out is the entry's */
    size_t arrival;
    uint64_t hash;
    const char *line; /* NULL until asked for */
} entry;

struct qh_diag {
    qh_arena *arena; /* texts and entries; the arrays below grow, so they are malloc'ed */
    qh_lang lang;
    entry **entries; /* [size], of capacity; in the order of report when sorted */
    size_t size, capacity;
    entry **slots; /* [n_slot], hash set of all entries; n_slot is a power of 2 or 0 */
    size_t n_slot;
    size_t count[QH_ADVICE + 1]; /* by severity */
    bool sorted;
    bool lost; /* a message did not find memory */
};

qh_diag *qh_diag_create(qh_lang lang) {
    qh_diag *diag = calloc(1, sizeof *diag);
    if (!diag) return NULL;
    diag->arena = qh_arena_create();
    if (!diag->arena) {
        free(diag);
        return NULL;
    }
    diag->lang = lang;
    diag->sorted = true;
    return diag;
}

void qh_diag_destroy(qh_diag *diag) {
    if (!diag) return;
    qh_arena_destroy(diag->arena);
    free(diag->entries);
    free(diag->slots);
    free(diag);
}

qh_lang qh_diag_lang(const qh_diag *diag) { return diag ? diag->lang : QH_EN; }

/* ---------------------------------------------------------------- the set that keeps a message once */

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t n) {
    const unsigned char *b = bytes;
    for (size_t i = 0; i < n; i++) {
        hash = (hash ^ b[i]) * UINT64_C(1099511628211); /* FNV-1a */
    }
    return hash;
}

static uint64_t hash_message(const qh_message *m) {
    uint64_t hash = UINT64_C(14695981039346656037);
    const int numbers[3] = {(int)m->severity, m->place.line, m->place.column};
    hash = hash_bytes(hash, numbers, sizeof numbers);
    if (m->place.file) hash = hash_bytes(hash, m->place.file, strlen(m->place.file) + 1);
    return hash_bytes(hash, m->text, strlen(m->text));
}

static bool same_message(const qh_message *a, const qh_message *b) {
    if (a->severity != b->severity || a->place.line != b->place.line || a->place.column != b->place.column)
        return false;
    if (!a->place.file != !b->place.file) return false;
    if (a->place.file && strcmp(a->place.file, b->place.file) != 0) return false;
    return strcmp(a->text, b->text) == 0;
}

static entry **slot_of(entry **slots, size_t n_slot, const qh_message *message, uint64_t hash) {
    size_t i = (size_t)hash & (n_slot - 1);
    while (slots[i] && !(slots[i]->hash == hash && same_message(&slots[i]->message, message))) {
        i = (i + 1) & (n_slot - 1);
    }
    return &slots[i];
}

/* Room for one more entry in both arrays. */
static bool reserve(qh_diag *diag) {
    if (diag->size == diag->capacity) {
        const size_t capacity = diag->capacity ? 2 * diag->capacity : 16;
        entry **entries = realloc(diag->entries, capacity * sizeof *entries);
        if (!entries) return false;
        diag->entries = entries;
        diag->capacity = capacity;
    }
    if (2 * (diag->size + 1) > diag->n_slot) {
        const size_t n_slot = diag->n_slot ? 2 * diag->n_slot : 64;
        entry **slots = calloc(n_slot, sizeof *slots);
        if (!slots) return false;
        for (size_t i = 0; i < diag->size; i++) {
            entry *e = diag->entries[i];
            *slot_of(slots, n_slot, &e->message, e->hash) = e;
        }
        free(diag->slots);
        diag->slots = slots;
        diag->n_slot = n_slot;
    }
    return true;
}

static bool add_message(qh_diag *diag, qh_severity severity, qh_place place, const char *text) {
    if (!reserve(diag)) return false;
    const qh_message message = {severity, place, text};
    const uint64_t hash = hash_message(&message);
    entry **slot = slot_of(diag->slots, diag->n_slot, &message, hash);
    if (*slot) return true;

    entry *e = qh_arena_alloc(diag->arena, 1, sizeof *e);
    if (!e) return false;
    e->message = message;
    e->message.text = qh_arena_strdup(diag->arena, text);
    if (place.file) e->message.place.file = qh_arena_strdup(diag->arena, place.file);
    if (!e->message.text || (place.file && !e->message.place.file)) return false;
    e->arrival = diag->size;
    e->hash = hash;
    *slot = e;
    diag->entries[diag->size++] = e;
    diag->count[severity]++;
    diag->sorted = false;
    return true;
}

void qh_diag_add(qh_diag *diag, qh_severity severity, qh_place place, const char *format, ...) {
    if (!diag) return;
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    char short_text[512];
    char *text = short_text;
    const int length = vsnprintf(short_text, sizeof short_text, qh_tr(diag->lang, format), args);
    va_end(args);
    if (length >= (int)sizeof short_text) {
        text = malloc((size_t)length + 1);
        if (text) (void)vsnprintf(text, (size_t)length + 1, qh_tr(diag->lang, format), again);
    }
    va_end(again);
    if (length < 0 || !text || !add_message(diag, severity, place, text)) diag->lost = true;
    if (text != short_text) free(text);
}

/* ---------------------------------------------------------------- the report */

static int compare_entries(const void *left, const void *right) {
    const entry *a = *(entry *const *)left, *b = *(entry *const *)right;
    const qh_place *p = &a->message.place, *q = &b->message.place;
    if (!p->file != !q->file) return p->file ? 1 : -1;
    if (p->file) {
        const int files = strcmp(p->file, q->file);
        if (files != 0) return files;
        if (p->line != q->line) return p->line < q->line ? -1 : 1;
        if (p->column != q->column) return p->column < q->column ? -1 : 1;
    }
    return a->arrival < b->arrival ? -1 : a->arrival > b->arrival;
}

static void sort_entries(qh_diag *diag) {
    if (diag->sorted) return;
    qsort(diag->entries, diag->size, sizeof *diag->entries, compare_entries);
    diag->sorted = true;
}

size_t qh_diag_count(const qh_diag *diag, qh_severity severity) { return diag ? diag->count[severity] : 0; }

size_t qh_diag_size(const qh_diag *diag) { return diag ? diag->size : 0; }

const qh_message *qh_diag_get(qh_diag *diag, size_t index) {
    if (!diag || index >= diag->size) return NULL;
    sort_entries(diag);
    return &diag->entries[index]->message;
}

static const char *severity_name(qh_severity severity) {
    switch (severity) {
    case QH_ERROR: return QH_N("error");
    case QH_WARNING: return QH_N("warning");
    case QH_ADVICE: return QH_N("advice");
    }
    return "";
}

static const char *format_line(qh_diag *diag, const qh_message *m) {
    const char *severity = qh_tr(diag->lang, severity_name(m->severity));
    const qh_place *p = &m->place;
    if (!p->file) return qh_arena_printf(diag->arena, "%s: %s", severity, m->text);
    if (p->line <= 0) return qh_arena_printf(diag->arena, "%s: %s: %s", p->file, severity, m->text);
    if (p->column <= 0) return qh_arena_printf(diag->arena, "%s:%d: %s: %s", p->file, p->line, severity, m->text);
    return qh_arena_printf(diag->arena, "%s:%d:%d: %s: %s", p->file, p->line, p->column, severity, m->text);
}

const char *qh_diag_line(qh_diag *diag, size_t index) {
    if (!diag || index >= diag->size) return "";
    sort_entries(diag);
    entry *e = diag->entries[index];
    if (!e->line) e->line = format_line(diag, &e->message);
    if (!e->line) {
        diag->lost = true;
        return e->message.text;
    }
    return e->line;
}

qh_status qh_diag_status(const qh_diag *diag) {
    if (!diag) return QH_OK;
    if (diag->lost) return QH_E_NOMEM;
    return diag->count[QH_ERROR] > 0 ? QH_E_INPUT : QH_OK;
}
