#include "io/sweep_shard.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/sweep_internal.h"
#include "io/text_file.h"

struct qh_sweep_shard {
    qh_arena *arena;
    const qh_sweep_layout *layout;
    const char *log_path, *data_path;
    uint64_t *offset; /* [n_field] */
    int log, data;    /* descriptors; -1: not open */
    uint64_t seed;    /* hash of the head, which every record is bound to */
    uint64_t end;     /* bytes of the log up to here are whole */
};

/* ---- opening ---- */

static qh_status put_head(qh_sweep_shard *s, qh_diag *diag) {
    const qh_sweep_log_head head = {QH_SWEEP_LOG_MAGIC, s->layout->n_field, s->layout->n_scenario, s->layout->identity};
    const size_t n_byte = sizeof head + s->layout->n_field * sizeof *s->offset;
    unsigned char *bytes = malloc(n_byte + sizeof s->seed);
    if (!bytes) return QH_E_NOMEM;
    memcpy(bytes, &head, sizeof head);
    memcpy(bytes + sizeof head, s->offset, n_byte - sizeof head);
    s->seed = XXH3_64bits(bytes, n_byte);
    memcpy(bytes + n_byte, &s->seed, sizeof s->seed);
    s->end = n_byte + sizeof s->seed;
    const bool good = ftruncate(s->log, 0) == 0 && qh_sweep_put(s->log, 0, (size_t)s->end, bytes);
    free(bytes);
    return good ? QH_OK : qh_sweep_cannot_write(s->log_path, diag);
}

/* Data first: a log is never without the file that it speaks of. */
static qh_status start(qh_sweep_shard *s, qh_diag *diag) {
    const qh_sweep_store_options options = {.complete = false};
    QH_TRY(qh_sweep_store_create(s->data_path, s->layout, &options, diag, s->offset));
    return put_head(s, diag);
}

/* Goes on behind the last whole record. */
static qh_status go_on(qh_sweep_shard *s, const qh_sweep_log *log, qh_diag *diag) {
    memcpy(s->offset, log->offset, s->layout->n_field * sizeof *s->offset);
    s->seed = log->seed;
    s->end = log->end;
    if (ftruncate(s->log, (off_t)s->end) != 0) return qh_sweep_cannot_write(s->log_path, diag);
    return QH_OK;
}

static qh_status open_files(qh_sweep_shard *s, qh_diag *diag) {
    s->log = open(s->log_path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (s->log < 0) return qh_sweep_cannot_write(s->log_path, diag);
    QH_CHECK(flock(s->log, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK, QH_E_IO, diag, QH_NOWHERE,
             "cannot write %s: another sweep is writing it", s->log_path);
    qh_sweep_log log;
    QH_TRY(qh_sweep_log_read(s->log_path, s->log, s->arena, s->layout, diag, &log));
    if (log.has_head && access(s->data_path, F_OK) == 0) {
        char text[200];
        const char *difference = qh_sweep_difference(&log.identity, &s->layout->identity, diag, sizeof text, text);
        QH_CHECK(!*difference, QH_E_INPUT, diag, QH_NOWHERE, "%s belongs to another sweep: %s", s->log_path,
                 difference);
        QH_TRY(go_on(s, &log, diag));
    } else {
        QH_TRY(start(s, diag));
    }
    s->data = open(s->data_path, O_RDWR | O_CLOEXEC);
    return s->data >= 0 ? QH_OK : qh_sweep_cannot_write(s->data_path, diag);
}

static qh_status make_folder(const char *folder, qh_diag *diag) {
    return mkdir(folder, 0777) == 0 || errno == EEXIST ? QH_OK : qh_sweep_cannot_write(folder, diag);
}

qh_status qh_sweep_shard_open(const char *folder, const char *name, const qh_sweep_layout *layout, qh_diag *diag,
                              qh_sweep_shard **shard) {
    QH_TRY(make_folder(folder, diag));
    qh_arena *arena = qh_arena_create();
    qh_sweep_shard *s = arena ? qh_arena_alloc(arena, 1, sizeof *s) : NULL;
    if (!s) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    *s = (qh_sweep_shard){.arena = arena, .layout = layout, .log = -1, .data = -1};
    s->log_path = qh_arena_printf(arena, "%s/%s.log", folder, name);
    s->data_path = qh_arena_printf(arena, "%s/%s.h5", folder, name);
    s->offset = qh_arena_alloc(arena, layout->n_field, sizeof *s->offset);
    qh_status status = QH_E_NOMEM;
    if (s->log_path && s->data_path && s->offset) status = open_files(s, diag);
    if (status != QH_OK) {
        qh_sweep_shard_close(s);
        return status;
    }
    *shard = s;
    return QH_OK;
}

void qh_sweep_shard_close(qh_sweep_shard *shard) {
    if (!shard) return;
    if (shard->log >= 0) (void)close(shard->log); /* which gives the lock back */
    if (shard->data >= 0) (void)close(shard->data);
    qh_arena_destroy(shard->arena);
}

/* ---- writing ---- */

static qh_status put_numbers(qh_sweep_shard *s, uint64_t first, uint64_t count, const void *const *values,
                             qh_diag *diag, uint64_t *checksum) {
    XXH3_state_t *hash = XXH3_createState();
    if (!hash) return QH_E_NOMEM;
    (void)XXH3_64bits_reset(hash);
    qh_sweep_place place = {0};
    bool good = true;
    while (good && qh_sweep_next_place(s->layout, s->offset, first, count, &place)) {
        const char *from = (const char *)values[place.field] + place.row * place.n_byte;
        (void)XXH3_64bits_update(hash, from, place.n_byte);
        good = qh_sweep_put(s->data, place.offset, place.n_byte, from);
    }
    *checksum = XXH3_64bits_digest(hash);
    (void)XXH3_freeState(hash);
    return good ? QH_OK : qh_sweep_cannot_write(s->data_path, diag);
}

static size_t length_of(const qh_sweep_failure *failure) {
    const size_t length = strlen(failure->message);
    return length < QH_SWEEP_LONGEST_MESSAGE ? length : QH_SWEEP_LONGEST_MESSAGE;
}

static uint64_t bytes_of(size_t n_failure, const qh_sweep_failure *failure) {
    uint64_t n_byte = 0;
    for (size_t i = 0; i < n_failure; i++)
        n_byte += sizeof(qh_sweep_log_failure) + qh_sweep_padded(length_of(&failure[i]));
    return n_byte;
}

static void pack(unsigned char *to, size_t n_failure, const qh_sweep_failure *failure) {
    for (size_t i = 0; i < n_failure; i++) {
        const qh_sweep_log_failure entry = {failure[i].scenario, (uint32_t)failure[i].status,
                                            (uint32_t)length_of(&failure[i])};
        memcpy(to, &entry, sizeof entry);
        memcpy(to + sizeof entry, failure[i].message, entry.n_byte);
        to += sizeof entry + qh_sweep_padded(entry.n_byte);
    }
}

qh_status qh_sweep_shard_write(qh_sweep_shard *shard, uint64_t first, uint64_t count, const void *const *values,
                               size_t n_failure, const qh_sweep_failure *failure, qh_diag *diag) {
    qh_sweep_log_record record = {QH_SWEEP_RECORD_MAGIC, first, count, 0, bytes_of(n_failure, failure)};
    QH_TRY(put_numbers(shard, first, count, values, diag, &record.checksum));
    const size_t n_byte = sizeof record + (size_t)record.n_byte;
    unsigned char *bytes = calloc(1, n_byte + sizeof(uint64_t));
    if (!bytes) return QH_E_NOMEM;
    memcpy(bytes, &record, sizeof record);
    pack(bytes + sizeof record, n_failure, failure);
    const uint64_t hash = XXH3_64bits_withSeed(bytes, n_byte, shard->seed);
    memcpy(bytes + n_byte, &hash, sizeof hash);
    const bool good = qh_sweep_put(shard->log, shard->end, n_byte + sizeof hash, bytes);
    free(bytes);
    if (!good) return qh_sweep_cannot_write(shard->log_path, diag);
    shard->end += n_byte + sizeof hash;
    return QH_OK;
}

/* ---- removing ---- */

qh_status qh_sweep_shards_remove(const char *folder, qh_diag *diag) {
    DIR *directory = opendir(folder);
    if (!directory) return errno == ENOENT ? QH_OK : qh_sweep_cannot_read(folder, diag);
    bool good = true;
    const struct dirent *entry;
    while (good && (entry = readdir(directory))) {
        const char *end = strrchr(entry->d_name, '.');
        const bool ours = end && (strcmp(end, ".h5") == 0 || strcmp(end, ".log") == 0 || strcmp(end, ".part") == 0);
        if (ours) good = unlinkat(dirfd(directory), entry->d_name, 0) == 0 || errno == ENOENT;
    }
    (void)closedir(directory);
    if (good && rmdir(folder) == 0) return QH_OK;
    return qh_sweep_cannot_write(folder, diag);
}
