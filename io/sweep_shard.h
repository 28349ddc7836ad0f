/* Shards: each worker writes what it has computed to files of its own, and what is written is never lost.
 *
 * A shard is two files in the folder FILE.shards. NAME.h5 is a file of the whole sweep (io/sweep_store.h) in which only this
 * worker's scenarios are filled; NAME.log says which: one record a block, appended after its numbers, with a checksum
 * of them and one of itself. A process that is killed between the two, or in the middle of a record, leaves a tail that
 * the next reader drops. Kept: every block whose record is whole and whose numbers have the checksum it names. */
#ifndef QH_IO_SWEEP_SHARD_H
#define QH_IO_SWEEP_SHARD_H

#include <stdbool.h>

#include "io/sweep_store.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_sweep_shard qh_sweep_shard;

/* Opens shard `name` in `folder` to go on with it, made where it is not there. Another process that has it open, or a
 * shard of another sweep, is an error: QH_E_IO. */
qh_status qh_sweep_shard_open(const char *folder, const char *name, const qh_sweep_layout *layout, qh_diag *diag,
                              qh_sweep_shard **shard);

/* Writes scenarios first ... first + count - 1. values [n_field]: each [row][count] of its type. failure [n_failure] are
 * those of this block. When it returns QH_OK they survive the death of the process. */
qh_status qh_sweep_shard_write(qh_sweep_shard *shard, uint64_t first, uint64_t count, const void *const *values,
                               size_t n_failure, const qh_sweep_failure *failure, qh_diag *diag);

/* Closes it. NULL is allowed. */
void qh_sweep_shard_close(qh_sweep_shard *shard);

/* A block of finished scenarios. */
typedef struct qh_sweep_block {
    uint64_t first, count;
    uint64_t checksum; /* of its numbers, field by field, row by row */
    size_t shard;
} qh_sweep_block;

typedef struct qh_sweep_shard_file {
    const char *name;       /* without folder and extension */
    const uint64_t *offset; /* [n_field], of each field's first value in NAME.h5 */
    uint64_t n_scenario;    /* finished in it */
} qh_sweep_shard_file;

/* What stands in all shards of a folder. Everything lives in `arena`. */
typedef struct qh_sweep_scan {
    qh_arena *arena;
    const char *folder;
    size_t n_shard, n_block, n_failure;
    const qh_sweep_shard_file *shard; /* [n_shard], by name */
    const qh_sweep_block *block;      /* [n_block], by first scenario; none overlap */
    const qh_sweep_failure *failure;  /* [n_failure], by scenario */
    uint64_t n_finished;              /* scenarios in all blocks */
    size_t n_dropped;                 /* records at torn ends, and blocks whose numbers do not have their checksum */
} qh_sweep_scan;

/* Reads all shards. With `verify` the numbers are read too, and what has not its checksum is dropped. A shard that
 * belongs to another plan, case, program or layout is an error that names what differs: QH_E_INPUT. No folder: an empty
 * scan. The caller destroys it. */
qh_status qh_sweep_scan_create(const char *folder, const qh_sweep_layout *layout, bool verify, qh_diag *diag,
                               qh_sweep_scan **scan);
void qh_sweep_scan_destroy(qh_sweep_scan *scan);

/* Path, in `arena`, of a shard's file that can be read: the first by name. QH_E_INPUT when the folder has none. */
qh_status qh_sweep_first_shard(const char *folder, qh_arena *arena, qh_diag *diag, const char **path);

/* The scenarios that are not in any block, as ranges in order: gap [2 * n_gap] of first and count, in the scan's arena.
 * QH_E_NOMEM. Only those from `first` to `first + count` - 1 are looked at. */
qh_status qh_sweep_scan_gaps(const qh_sweep_scan *scan, uint64_t first, uint64_t count, size_t *n_gap, uint64_t **gap);

/* Removes the folder and all shards in it. One that is not there is none. */
qh_status qh_sweep_shards_remove(const char *folder, qh_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
