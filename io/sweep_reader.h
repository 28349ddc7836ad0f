/* Reading the file of a sweep: one of its own numbers, a view, or a shard. */
#ifndef QH_IO_SWEEP_READER_H
#define QH_IO_SWEEP_READER_H

#include <stdbool.h>

#include "io/sweep_layout.h"
#include "model/diag.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_sweep_file qh_sweep_file;

typedef struct qh_sweep_file_info {
    const char *path;
    qh_sweep_layout layout; /* of its case only what the file holds: names, sections, constituents, files */
    const char *version;    /* of the program that computed it */
    bool complete;          /* all scenarios are finished */
    bool view;              /* its numbers are in shards beside it */
    size_t n_failure;
    const qh_sweep_failure *failure; /* [n_failure], by scenario; status is not kept: QH_E_NUMERIC */
} qh_sweep_file_info;

/* Whether `path` is the file of a sweep: opens, and says so of itself. Tells nothing. */
bool qh_sweep_file_is(const char *path);

/* Opens it; QH_E_IO when it is none. The caller closes it. */
qh_status qh_sweep_file_open(const char *path, qh_diag *diag, qh_sweep_file **file);
void qh_sweep_file_close(qh_sweep_file *file); /* NULL is allowed */

const qh_sweep_file_info *qh_sweep_file_get_info(const qh_sweep_file *file);

/* Scenarios first ... first + count - 1 of a row of a field: a real field to values [count], a mark to marks [count]. The
 * other one may be NULL. */
qh_status qh_sweep_file_read(const qh_sweep_file *file, size_t field, size_t row, uint64_t first, uint64_t count,
                             double *values, int8_t *marks, qh_diag *diag);

/* Index of a field by name; false: there is none. */
bool qh_sweep_find_field(const qh_sweep_layout *layout, const char *name, size_t *field);

#ifdef __cplusplus
}
#endif
#endif
