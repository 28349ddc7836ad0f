/* Reading a shard's log: as far as it is whole. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/sweep_internal.h"

typedef struct cursor {
    const unsigned char *bytes;
    uint64_t size, at;
} cursor;

/* The next `n_byte` bytes, or NULL when they are not all there. */
static const void *take(cursor *c, uint64_t n_byte) {
    if (n_byte > c->size - c->at) return NULL;
    const void *bytes = c->bytes + c->at;
    c->at += n_byte;
    return bytes;
}

static bool take_hash(cursor *c, uint64_t expected) {
    uint64_t hash = 0;
    const void *bytes = take(c, sizeof hash);
    if (bytes) memcpy(&hash, bytes, sizeof hash);
    return bytes && hash == expected;
}

static qh_status read_head(cursor *c, qh_arena *arena, const qh_sweep_layout *layout, qh_sweep_log *log) {
    qh_sweep_log_head head;
    const void *bytes = take(c, sizeof head);
    if (!bytes) return QH_OK;
    memcpy(&head, bytes, sizeof head);
    if (head.magic != QH_SWEEP_LOG_MAGIC || head.n_field > c->size / sizeof(uint64_t)) return QH_OK;
    const void *offset = take(c, head.n_field * sizeof(uint64_t));
    if (!offset) return QH_OK;
    log->seed = XXH3_64bits(c->bytes, (size_t)c->at);
    if (!take_hash(c, log->seed)) return QH_OK;
    log->has_head = true;
    log->identity = head.identity;
    log->end = c->at;
    if (head.n_field != layout->n_field || head.n_scenario != layout->n_scenario) return QH_OK;
    uint64_t *copy = qh_arena_alloc(arena, layout->n_field, sizeof *copy);
    if (!copy) return QH_E_NOMEM;
    memcpy(copy, offset, layout->n_field * sizeof *copy);
    log->offset = copy;
    return QH_OK;
}

/* The next record with its failures' bytes; false at the end of what is whole. */
static bool next_record(cursor *c, const qh_sweep_layout *layout, uint64_t seed, qh_sweep_log_record *record,
                        cursor *failures) {
    const uint64_t begin = c->at;
    const void *bytes = take(c, sizeof *record);
    if (!bytes) return false;
    memcpy(record, bytes, sizeof *record);
    const unsigned char *texts = record->magic == QH_SWEEP_RECORD_MAGIC ? take(c, record->n_byte) : NULL;
    if (!texts) return false;
    if (!take_hash(c, XXH3_64bits_withSeed(c->bytes + begin, (size_t)(c->at - begin), seed))) return false;
    *failures = (cursor){texts, record->n_byte, 0};
    return record->count > 0 && record->first < layout->n_scenario &&
           record->count <= layout->n_scenario - record->first;
}

static const char *next_failure(cursor *c, qh_sweep_log_failure *failure) {
    const void *bytes = take(c, sizeof *failure);
    if (!bytes) return NULL;
    memcpy(failure, bytes, sizeof *failure);
    return take(c, qh_sweep_padded(failure->n_byte));
}

static qh_status keep_failures(cursor *texts, qh_arena *arena, qh_sweep_failure *to, size_t *n) {
    qh_sweep_log_failure entry;
    for (const char *text; (text = next_failure(texts, &entry));) {
        const char *message = qh_arena_strndup(arena, text, entry.n_byte);
        if (!message) return QH_E_NOMEM;
        to[(*n)++] = (qh_sweep_failure){entry.scenario, (qh_status)entry.status, message};
    }
    return QH_OK;
}

static void count_all(cursor c, const qh_sweep_layout *layout, qh_sweep_log *log) {
    qh_sweep_log_record record;
    qh_sweep_log_failure entry;
    for (cursor texts; next_record(&c, layout, log->seed, &record, &texts); log->n_block++) {
        while (next_failure(&texts, &entry))
            log->n_failure++;
        log->end = c.at;
    }
}

static qh_status read_records(cursor *c, qh_arena *arena, const qh_sweep_layout *layout, qh_sweep_log *log) {
    if (!log->offset) return QH_OK;
    count_all(*c, layout, log);
    log->torn = log->end < c->size;
    qh_sweep_block *block = qh_arena_alloc(arena, log->n_block, sizeof *block);
    qh_sweep_failure *failure = qh_arena_alloc(arena, log->n_failure, sizeof *failure);
    if (!block || !failure) return QH_E_NOMEM;
    size_t n = 0;
    for (size_t i = 0; i < log->n_block; i++) {
        qh_sweep_log_record record;
        cursor texts;
        if (!next_record(c, layout, log->seed, &record, &texts)) break;
        block[i] = (qh_sweep_block){record.first, record.count, record.checksum, 0};
        QH_TRY(keep_failures(&texts, arena, failure, &n));
    }
    log->block = block;
    log->failure = failure;
    return QH_OK;
}

qh_status qh_sweep_log_read(const char *path, int descriptor, qh_arena *arena, const qh_sweep_layout *layout,
                            qh_diag *diag, qh_sweep_log *log) {
    struct stat status;
    if (fstat(descriptor, &status) != 0) return qh_sweep_cannot_read(path, diag);
    unsigned char *bytes = malloc((size_t)status.st_size + 1);
    if (!bytes) return QH_E_NOMEM;
    qh_sweep_log made = {0};
    qh_status result = QH_OK;
    if (qh_sweep_get(descriptor, 0, (size_t)status.st_size, bytes)) {
        cursor c = {bytes, (uint64_t)status.st_size, 0};
        result = read_head(&c, arena, layout, &made);
        if (result == QH_OK) result = read_records(&c, arena, layout, &made);
    } else {
        result = qh_sweep_cannot_read(path, diag);
    }
    free(bytes);
    if (result == QH_OK) *log = made;
    return result;
}
