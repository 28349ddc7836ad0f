/* What the parts of a sweep's store share. */
#ifndef QH_IO_SWEEP_INTERNAL_H
#define QH_IO_SWEEP_INTERNAL_H

#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <xxhash.h>

#include "io/sweep_shard.h"

#define QH_SWEEP_CONTENT "qinghe sweep" /* attribute qinghe_content */

/* What a view shows where no scenario has been computed yet. */
enum { QH_SWEEP_NOT_COMPUTED = -1 };
#define QH_SWEEP_NOT_COMPUTED_REAL ((double)NAN)

/* Attribute axis_of_rows of a field; NULL for the scenario alone. */
const char *qh_sweep_axis_name(qh_sweep_axis axis);

/* plan, case, program, layout */
#define QH_SWEEP_IDENTITY_FORMAT "%016" PRIx64 " %016" PRIx64 " %016" PRIx64 " %016" PRIx64

/* ---- the log of a shard: numbers of 64 bits in the order of the machine's bytes, as the results are ---- */

/* head: the struct, offset [n_field], the hash of both */
typedef struct qh_sweep_log_head {
    uint64_t magic;
    uint64_t n_field, n_scenario;
    qh_sweep_identity identity;
} qh_sweep_log_head;

/* record: the struct, failures in `n_byte` bytes, the hash of both with that of the head as its seed */
typedef struct qh_sweep_log_record {
    uint64_t magic;
    uint64_t first, count;
    uint64_t checksum; /* of the numbers */
    uint64_t n_byte;
} qh_sweep_log_record;

/* one failure in a record: the struct, then its text, filled up with zeros to a multiple of 8 bytes */
typedef struct qh_sweep_log_failure {
    uint64_t scenario;
    uint32_t status, n_byte;
} qh_sweep_log_failure;

#define QH_SWEEP_LOG_MAGIC    UINT64_C(0x3153504545575351) /* "QSWEEPS1" */
#define QH_SWEEP_RECORD_MAGIC UINT64_C(0x314b434f4c425351) /* "QSBLOCK1" */
enum { QH_SWEEP_LONGEST_MESSAGE = 4096 };                  /* bytes; longer ones are cut */

static inline uint64_t qh_sweep_padded(uint64_t n_byte) { return (n_byte + 7) / 8 * 8; }

/* A log as far as it is whole. */
typedef struct qh_sweep_log {
    bool has_head;
    qh_sweep_identity identity;
    const uint64_t *offset; /* [n_field] */
    uint64_t seed;          /* hash of the head */
    uint64_t end;           /* byte behind the last whole record */
    bool torn;              /* something stands behind it */
    size_t n_block, n_failure;
    const qh_sweep_block *block;     /* [n_block], in the order of writing; shard is 0 */
    const qh_sweep_failure *failure; /* [n_failure] */
} qh_sweep_log;

/* Reads the log behind `descriptor` into `arena`. A file without a whole head, or with one of another number of fields
 * or scenarios, has none (has_head false) unless it is clearly another sweep's: then its identity differs. */
qh_status qh_sweep_log_read(const char *path, int descriptor, qh_arena *arena, const qh_sweep_layout *layout,
                            qh_diag *diag, qh_sweep_log *log);

/* Walks over the pieces of a block in a file of fields: piece by piece the place of `count` values of one row. */
typedef struct qh_sweep_place {
    uint64_t offset; /* byte in the file */
    size_t n_byte;
    size_t field, row;
} qh_sweep_place;

/* The places of scenarios first ... first + count - 1. Begins with field 0 and row 0; false after the last one. */
bool qh_sweep_next_place(const qh_sweep_layout *layout, const uint64_t *offset, uint64_t first, uint64_t count,
                         qh_sweep_place *place);

/* Bytes begin ... end - 1 of a file. */
typedef struct qh_sweep_extent {
    uint64_t begin, end;
} qh_sweep_extent;

/* Where the fields are, ascending: extent [n_field]. */
void qh_sweep_extents(const qh_sweep_layout *layout, const uint64_t *offset, qh_sweep_extent *extent);

/* Puts a seal on what lies outside of the extents; the file must be closed. And looks at it: true when it holds, when
 * there is none, and when the file cannot be opened. */
qh_status qh_sweep_seal(const char *path, size_t n_extent, const qh_sweep_extent *extent, qh_diag *diag);
bool qh_sweep_unbroken(const char *path);

/* Whole writes and reads at an offset, whatever the system gives at once. False: errno tells (ENODATA: the file ends). */
bool qh_sweep_put(int descriptor, uint64_t offset, size_t n_byte, const void *bytes);
bool qh_sweep_get(int descriptor, uint64_t offset, size_t n_byte, void *bytes);

/* "cannot write PATH: reason" from errno; QH_E_IO. */
qh_status qh_sweep_cannot_write(const char *path, qh_diag *diag);
qh_status qh_sweep_cannot_read(const char *path, qh_diag *diag);

#endif
