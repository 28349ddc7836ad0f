/* What stands in the shards of a folder. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/sweep_internal.h"
#include "io/sweep_reader.h"

/* Lists that grow while shards are read. */
typedef struct scanner {
    qh_sweep_scan *scan;
    const qh_sweep_layout *layout;
    bool verify;
    qh_diag *diag;
    qh_sweep_shard_file *shard; /* [n_shard] */
    qh_sweep_block *block;      /* malloc'ed, [n_block] */
    qh_sweep_failure *failure;  /* malloc'ed, [n_failure] */
    size_t n_block, n_failure;
} scanner;

/* ---- the shards of a folder ---- */

static int by_name(const void *a, const void *b) {
    const qh_sweep_shard_file *x = a, *y = b;
    return strcmp(x->name, y->name);
}

static bool is_log(const char *name) {
    const char *end = strrchr(name, '.');
    return end && strcmp(end, ".log") == 0;
}

static qh_status list_shards(scanner *s, DIR *directory) {
    size_t n = 0;
    while (true) {
        errno = 0;
        const struct dirent *entry = readdir(directory);
        if (!entry) break;
        n += is_log(entry->d_name);
    }
    if (errno != 0) return qh_sweep_cannot_read(s->scan->folder, s->diag);
    s->shard = qh_arena_alloc(s->scan->arena, n, sizeof *s->shard);
    if (!s->shard) return QH_E_NOMEM;
    rewinddir(directory);
    const struct dirent *entry;
    while (s->scan->n_shard < n && (entry = readdir(directory))) {
        if (!is_log(entry->d_name)) continue;
        const char *name =
            qh_arena_strndup(s->scan->arena, entry->d_name, (size_t)(strrchr(entry->d_name, '.') - entry->d_name));
        if (!name) return QH_E_NOMEM;
        s->shard[s->scan->n_shard++].name = name;
    }
    qsort(s->shard, s->scan->n_shard, sizeof *s->shard, by_name);
    s->scan->shard = s->shard;
    return QH_OK;
}

qh_status qh_sweep_first_shard(const char *folder, qh_arena *arena, qh_diag *diag, const char **path) {
    DIR *directory = opendir(folder);
    const char *first = NULL;
    qh_sweep_scan scan = {.arena = arena, .folder = folder};
    scanner s = {.scan = &scan, .diag = diag};
    QH_CHECK(directory || errno != ENOENT, QH_E_INPUT, diag, QH_NOWHERE, "there are no shards: %s is not there",
             folder);
    const qh_status status = directory ? list_shards(&s, directory) : qh_sweep_cannot_read(folder, diag);
    if (directory) (void)closedir(directory);
    QH_TRY(status);
    for (size_t i = 0; i < scan.n_shard && !first; i++) {
        const char *name = qh_arena_printf(arena, "%s/%s.h5", folder, s.shard[i].name);
        if (!name) return QH_E_NOMEM;
        if (qh_sweep_file_is(name)) first = name;
    }
    QH_CHECK(first, QH_E_INPUT, diag, QH_NOWHERE, "there are no shards in %s that can be read", folder);
    *path = first;
    return QH_OK;
}

/* ---- one shard ---- */

static qh_status has_checksum(const scanner *s, int data, const uint64_t *offset, const qh_sweep_block *block,
                              bool *good) {
    void *bytes = malloc((size_t)block->count * sizeof(double)); /* the largest type */
    XXH3_state_t *hash = XXH3_createState();
    *good = false;
    if (bytes && hash) {
        (void)XXH3_64bits_reset(hash);
        qh_sweep_place place = {0};
        *good = true;
        while (*good && qh_sweep_next_place(s->layout, offset, block->first, block->count, &place)) {
            *good = qh_sweep_get(data, place.offset, place.n_byte, bytes);
            if (*good) (void)XXH3_64bits_update(hash, bytes, place.n_byte);
        }
        *good = *good && XXH3_64bits_digest(hash) == block->checksum;
    }
    const qh_status status = bytes && hash ? QH_OK : QH_E_NOMEM;
    (void)XXH3_freeState(hash);
    free(bytes);
    return status;
}

static qh_status add_blocks(scanner *s, size_t shard, int data, const qh_sweep_log *log) {
    qh_sweep_block *block = realloc(s->block, (s->n_block + log->n_block + 1) * sizeof *block);
    if (!block) return QH_E_NOMEM;
    s->block = block;
    for (size_t i = 0; i < log->n_block; i++) {
        bool good = true;
        if (s->verify) QH_TRY(has_checksum(s, data, log->offset, &log->block[i], &good));
        s->block[s->n_block] = log->block[i];
        s->block[s->n_block].shard = shard;
        s->n_block += good;
        s->scan->n_dropped += !good;
    }
    qh_sweep_failure *failure = realloc(s->failure, (s->n_failure + log->n_failure + 1) * sizeof *failure);
    if (!failure) return QH_E_NOMEM;
    s->failure = failure;
    if (log->n_failure > 0) memcpy(failure + s->n_failure, log->failure, log->n_failure * sizeof *failure);
    s->n_failure += log->n_failure;
    return QH_OK;
}

static qh_status read_log(scanner *s, size_t shard, const char *path, int descriptor, int data) {
    qh_sweep_log log;
    QH_TRY(qh_sweep_log_read(path, descriptor, s->scan->arena, s->layout, s->diag, &log));
    s->scan->n_dropped += log.torn;
    if (!log.has_head) return QH_OK; /* killed before it was written: nothing is in it */
    char text[200];
    const char *difference = qh_sweep_difference(&log.identity, &s->layout->identity, s->diag, sizeof text, text);
    QH_CHECK(!*difference && log.offset, QH_E_INPUT, s->diag, QH_NOWHERE, "%s belongs to another sweep: %s", path,
             difference);
    s->shard[shard].offset = log.offset;
    return data >= 0 ? add_blocks(s, shard, data, &log) : QH_OK;
}

static qh_status read_shard(scanner *s, size_t shard) {
    const char *log_path = qh_arena_printf(s->scan->arena, "%s/%s.log", s->scan->folder, s->shard[shard].name);
    const char *data_path = qh_arena_printf(s->scan->arena, "%s/%s.h5", s->scan->folder, s->shard[shard].name);
    if (!log_path || !data_path) return QH_E_NOMEM;
    const int log = open(log_path, O_RDONLY | O_CLOEXEC);
    if (log < 0) return errno == ENOENT ? QH_OK : qh_sweep_cannot_read(log_path, s->diag);
    const int data = open(data_path, O_RDONLY | O_CLOEXEC);
    const qh_status status = read_log(s, shard, log_path, log, data);
    if (data >= 0) (void)close(data);
    (void)close(log);
    return status;
}

/* ---- all of them ---- */

static int by_first(const void *a, const void *b) {
    const qh_sweep_block *x = a, *y = b;
    if (x->first != y->first) return x->first < y->first ? -1 : 1;
    if (x->count != y->count) return x->count > y->count ? -1 : 1;
    return x->shard < y->shard ? -1 : x->shard > y->shard;
}

static int by_scenario(const void *a, const void *b) {
    const qh_sweep_failure *x = a, *y = b;
    return x->scenario < y->scenario ? -1 : x->scenario > y->scenario;
}

/* Blocks in order. Where two overlap (two jobs worked on the same scenarios) the later one is left out; what it holds beside
 * is computed again. */
static qh_status settle_blocks(scanner *s) {
    qh_sweep_scan *scan = s->scan;
    if (s->n_block > 0) qsort(s->block, s->n_block, sizeof *s->block, by_first);
    qh_sweep_block *kept = qh_arena_alloc(scan->arena, s->n_block, sizeof *kept);
    if (!kept) return QH_E_NOMEM;
    uint64_t end = 0;
    for (size_t i = 0; i < s->n_block; i++) {
        const qh_sweep_block *block = &s->block[i];
        if (block->first < end) continue;
        kept[scan->n_block++] = *block;
        end = block->first + block->count;
        scan->n_finished += block->count;
        s->shard[block->shard].n_scenario += block->count;
    }
    scan->block = kept;
    return QH_OK;
}

/* Failures of the scenarios in kept blocks, each once. */
static qh_status settle_failures(scanner *s) {
    qh_sweep_scan *scan = s->scan;
    if (s->n_failure > 0) qsort(s->failure, s->n_failure, sizeof *s->failure, by_scenario);
    qh_sweep_failure *kept = qh_arena_alloc(scan->arena, s->n_failure, sizeof *kept);
    if (!kept) return QH_E_NOMEM;
    size_t b = 0;
    for (size_t i = 0; i < s->n_failure; i++) {
        const uint64_t scenario = s->failure[i].scenario;
        while (b < scan->n_block && scan->block[b].first + scan->block[b].count <= scenario)
            b++;
        if (b == scan->n_block || scan->block[b].first > scenario) continue;
        if (scan->n_failure > 0 && kept[scan->n_failure - 1].scenario == scenario) continue;
        kept[scan->n_failure++] = s->failure[i];
    }
    scan->failure = kept;
    return QH_OK;
}

static qh_status scan_all(scanner *s) {
    DIR *directory = opendir(s->scan->folder);
    if (!directory) return errno == ENOENT ? QH_OK : qh_sweep_cannot_read(s->scan->folder, s->diag);
    qh_status status = list_shards(s, directory);
    (void)closedir(directory);
    if (status != QH_OK || !s->shard) return status;
    for (size_t i = 0; status == QH_OK && i < s->scan->n_shard; i++)
        status = read_shard(s, i);
    if (status == QH_OK) status = settle_blocks(s);
    if (status == QH_OK) status = settle_failures(s);
    free(s->block);
    free(s->failure);
    return status;
}

qh_status qh_sweep_scan_create(const char *folder, const qh_sweep_layout *layout, bool verify, qh_diag *diag,
                               qh_sweep_scan **scan) {
    qh_arena *arena = qh_arena_create();
    qh_sweep_scan *made = arena ? qh_arena_alloc(arena, 1, sizeof *made) : NULL;
    if (!made) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    made->arena = arena;
    made->folder = qh_arena_strdup(arena, folder);
    scanner s = {.scan = made, .layout = layout, .verify = verify, .diag = diag};
    const qh_status status = made->folder ? scan_all(&s) : QH_E_NOMEM;
    if (status == QH_OK)
        *scan = made;
    else
        qh_sweep_scan_destroy(made);
    return status;
}

void qh_sweep_scan_destroy(qh_sweep_scan *scan) {
    if (scan) qh_arena_destroy(scan->arena);
}

qh_status qh_sweep_scan_gaps(const qh_sweep_scan *scan, uint64_t first, uint64_t count, size_t *n_gap, uint64_t **gap) {
    uint64_t *made = qh_arena_alloc(scan->arena, 2 * (scan->n_block + 1), sizeof *made);
    if (!made) return QH_E_NOMEM;
    const uint64_t end = first + count;
    size_t n = 0;
    uint64_t at = first;
    for (size_t i = 0; i < scan->n_block && at < end; i++) {
        const qh_sweep_block *block = &scan->block[i];
        if (block->first + block->count <= at) continue;
        if (block->first > at) {
            const uint64_t stop = block->first < end ? block->first : end;
            made[2 * n] = at;
            made[2 * n++ + 1] = stop - at;
        }
        at = block->first + block->count;
    }
    if (at < end) {
        made[2 * n] = at;
        made[2 * n++ + 1] = end - at;
    }
    *n_gap = n;
    *gap = made;
    return QH_OK;
}
