/* A fresh file of the same layout, the head, tells what the final file must look like beside the numbers. Numbers of
 * all shards are copied to their places in the largest one; then its bytes between the fields are made those of the
 * head. None of this touches a finished number or a log, so a process killed anywhere in it leaves shards that can be
 * merged again. */
#include "io/sweep_merge.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/sweep_internal.h"

enum { COPY_SIZE = 1 << 20 }; /* bytes at once */
#define NO_SHARD SIZE_MAX

typedef struct merger {
    const char *path, *head_path, *target_path;
    const qh_sweep_layout *layout;
    const qh_sweep_scan *scan;
    qh_diag *diag;
    uint64_t *offset;      /* [n_field], in the head and in the target */
    size_t base;           /* shard that becomes the file; NO_SHARD: the head does */
    int target, head;      /* descriptors */
    unsigned char *buffer; /* [COPY_SIZE] */
} merger;

char *qh_sweep_folder(qh_arena *arena, const char *path) { return qh_arena_printf(arena, "%s.shards", path); }

/* ---- copying ---- */

static qh_status copy(const merger *m, int from, uint64_t from_offset, uint64_t to_offset, uint64_t n_byte) {
    while (n_byte > 0) {
        const size_t part = n_byte < COPY_SIZE ? (size_t)n_byte : COPY_SIZE;
        if (!qh_sweep_get(from, from_offset, part, m->buffer)) return qh_sweep_cannot_read(m->scan->folder, m->diag);
        if (!qh_sweep_put(m->target, to_offset, part, m->buffer)) return qh_sweep_cannot_write(m->target_path, m->diag);
        from_offset += part;
        to_offset += part;
        n_byte -= part;
    }
    return QH_OK;
}

static qh_status copy_range(const merger *m, int from, const uint64_t *offset, uint64_t first, uint64_t count) {
    qh_sweep_place here = {0}, there = {0};
    while (qh_sweep_next_place(m->layout, offset, first, count, &here)) {
        (void)qh_sweep_next_place(m->layout, m->offset, first, count, &there);
        QH_TRY(copy(m, from, here.offset, there.offset, here.n_byte));
    }
    return QH_OK;
}

/* Blocks of a shard that follow one another are copied as one. */
static qh_status copy_blocks(const merger *m, size_t shard, int from) {
    const qh_sweep_scan *scan = m->scan;
    for (size_t i = 0; i < scan->n_block;) {
        const qh_sweep_block *block = &scan->block[i++];
        if (block->shard != shard) continue;
        uint64_t count = block->count;
        while (i < scan->n_block && scan->block[i].shard == shard && scan->block[i].first == block->first + count)
            count += scan->block[i++].count;
        QH_TRY(copy_range(m, from, scan->shard[shard].offset, block->first, count));
    }
    return QH_OK;
}

static qh_status copy_shard(const merger *m, size_t shard) {
    const qh_sweep_shard_file *file = &m->scan->shard[shard];
    if (file->n_scenario == 0 || shard == m->base) return QH_OK;
    char *path = qh_arena_printf(m->scan->arena, "%s/%s.h5", m->scan->folder, file->name);
    if (!path) return QH_E_NOMEM;
    const int from = open(path, O_RDONLY | O_CLOEXEC);
    if (from < 0) return qh_sweep_cannot_read(path, m->diag);
    const qh_status status = copy_blocks(m, shard, from);
    (void)close(from);
    return status;
}

/* ---- the head ---- */

/* Everything of the head that is no field goes to the target. */
static qh_status dress(const merger *m) {
    struct stat status;
    if (fstat(m->head, &status) != 0) return qh_sweep_cannot_read(m->head_path, m->diag);
    const size_t n = m->layout->n_field;
    qh_sweep_extent *field = malloc((n + 1) * sizeof *field);
    if (!field) return QH_E_NOMEM;
    qh_sweep_extents(m->layout, m->offset, field);
    field[n] = (qh_sweep_extent){(uint64_t)status.st_size, (uint64_t)status.st_size};
    qh_status result = QH_OK;
    uint64_t at = 0;
    for (size_t f = 0; f <= n && result == QH_OK; f++) {
        if (field[f].begin > at) result = copy(m, m->head, at, at, field[f].begin - at);
        if (field[f].end > at) at = field[f].end;
    }
    if (result == QH_OK && ftruncate(m->target, status.st_size) != 0)
        result = qh_sweep_cannot_write(m->target_path, m->diag);
    free(field);
    return result;
}

static size_t largest_shard(const qh_sweep_scan *scan) {
    size_t largest = NO_SHARD;
    for (size_t i = 0; i < scan->n_shard; i++)
        if (scan->shard[i].n_scenario > 0 &&
            (largest == NO_SHARD || scan->shard[i].n_scenario > scan->shard[largest].n_scenario))
            largest = i;
    return largest;
}

static qh_status choose_target(merger *m, bool keep) {
    const size_t largest = largest_shard(m->scan);
    const size_t n_byte = m->layout->n_field * sizeof *m->offset;
    m->base = NO_SHARD;
    if (!keep && largest != NO_SHARD && memcmp(m->scan->shard[largest].offset, m->offset, n_byte) == 0)
        m->base = largest;
    m->target_path = m->base == NO_SHARD
                         ? m->head_path
                         : qh_arena_printf(m->scan->arena, "%s/%s.h5", m->scan->folder, m->scan->shard[m->base].name);
    return m->target_path ? QH_OK : QH_E_NOMEM;
}

static qh_status fill_and_name(merger *m) {
    m->target = open(m->target_path, O_RDWR | O_CLOEXEC);
    if (m->target < 0) return qh_sweep_cannot_write(m->target_path, m->diag);
    m->head = open(m->head_path, O_RDONLY | O_CLOEXEC);
    if (m->head < 0) return qh_sweep_cannot_read(m->head_path, m->diag);
    for (size_t i = 0; i < m->scan->n_shard; i++)
        QH_TRY(copy_shard(m, i));
    if (m->base != NO_SHARD) QH_TRY(dress(m));
    if (fsync(m->target) != 0) return qh_sweep_cannot_write(m->target_path, m->diag);
    return rename(m->target_path, m->path) == 0 ? QH_OK : qh_sweep_cannot_write(m->path, m->diag);
}

static qh_status merge_all(merger *m, bool keep) {
    const qh_sweep_store_options options = {
        .complete = true, .n_failure = m->scan->n_failure, .failure = m->scan->failure};
    QH_TRY(qh_sweep_store_create(m->head_path, m->layout, &options, m->diag, m->offset));
    qh_status status = choose_target(m, keep);
    if (status == QH_OK) status = fill_and_name(m);
    if (m->target >= 0) (void)close(m->target);
    if (m->head >= 0) (void)close(m->head);
    if (status != QH_OK || m->base != NO_SHARD) (void)remove(m->head_path);
    return status;
}

qh_status qh_sweep_merge(const char *path, const qh_sweep_layout *layout, const qh_sweep_scan *scan, bool keep,
                         qh_diag *diag) {
    QH_CHECK(scan->n_finished == layout->n_scenario, QH_E_INPUT, diag, QH_NOWHERE,
             "%s cannot be made: %llu of %llu scenarios are not computed yet", path,
             (unsigned long long)(layout->n_scenario - scan->n_finished), (unsigned long long)layout->n_scenario);
    merger m = {.path = path, .layout = layout, .scan = scan, .diag = diag, .target = -1, .head = -1};
    m.head_path = qh_arena_printf(scan->arena, "%s.part", path);
    m.offset = qh_arena_alloc(scan->arena, layout->n_field, sizeof *m.offset);
    m.buffer = qh_arena_alloc(scan->arena, COPY_SIZE, 1);
    if (!m.head_path || !m.offset || !m.buffer) return QH_E_NOMEM;
    QH_TRY(merge_all(&m, keep));
    return keep ? QH_OK : qh_sweep_shards_remove(scan->folder, diag);
}

/* ---- a view ---- */

/* Name of the folder of shards as the view refers to it: without the folders above. */
static const char *last_part(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static qh_status list_pieces(const qh_sweep_scan *scan, size_t *n_piece, qh_sweep_piece **piece) {
    qh_sweep_piece *made = qh_arena_alloc(scan->arena, scan->n_block, sizeof *made);
    const char **name = qh_arena_alloc(scan->arena, scan->n_shard, sizeof *name);
    if (!made || !name) return QH_E_NOMEM;
    for (size_t i = 0; i < scan->n_shard; i++) {
        name[i] = qh_arena_printf(scan->arena, "%s/%s.h5", last_part(scan->folder), scan->shard[i].name);
        if (!name[i]) return QH_E_NOMEM;
    }
    size_t n = 0;
    for (size_t i = 0; i < scan->n_block; i++) {
        const qh_sweep_block *block = &scan->block[i];
        const bool follows =
            n > 0 && made[n - 1].file == name[block->shard] && made[n - 1].first + made[n - 1].count == block->first;
        if (follows)
            made[n - 1].count += block->count;
        else
            made[n++] = (qh_sweep_piece){name[block->shard], block->first, block->count};
    }
    *n_piece = n;
    *piece = made;
    return QH_OK;
}

qh_status qh_sweep_view(const char *path, const qh_sweep_layout *layout, const qh_sweep_scan *scan, qh_diag *diag) {
    QH_CHECK(scan->n_finished > 0, QH_E_INPUT, diag, QH_NOWHERE, "%s cannot be made: no scenario is computed yet",
             path);
    qh_sweep_piece *piece = NULL;
    qh_sweep_store_options options = {
        .complete = scan->n_finished == layout->n_scenario, .n_failure = scan->n_failure, .failure = scan->failure};
    QH_TRY(list_pieces(scan, &options.n_piece, &piece));
    options.piece = piece;
    const char *part = qh_arena_printf(scan->arena, "%s.part", path);
    if (!part) return QH_E_NOMEM;
    const qh_status status = qh_sweep_store_create(part, layout, &options, diag, NULL);
    if (status == QH_OK && rename(part, path) == 0) return QH_OK;
    if (status == QH_OK) (void)qh_sweep_cannot_write(path, diag);
    (void)remove(part);
    return status == QH_OK ? QH_E_IO : status;
}
