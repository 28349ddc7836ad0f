/* The file of a sweep, without its numbers: all names and texts, and for every field a place of known offset.
 *
 * Results are written straight into those places, by whoever has them, and HDF5 is not asked again: so the file is valid
 * at every moment, a killed process cannot spoil it, and its bytes do not depend on who wrote what in which order. */
#ifndef QH_IO_SWEEP_STORE_H
#define QH_IO_SWEEP_STORE_H

#include <stdbool.h>

#include "io/sweep_layout.h"
#include "model/diag.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { QH_SWEEP_FORMAT = 1 }; /* grows when a reader of the old layout could no longer read the new one */

/* Part of a file whose fields live elsewhere: scenarios first ... first + count - 1 stand at their own places in
 * another file of the same layout. */
typedef struct qh_sweep_piece {
    const char *file; /* relative to the folder of the file that refers to it */
    uint64_t first, count;
} qh_sweep_piece;

/* How the file is to be made. */
typedef struct qh_sweep_store_options {
    bool complete;                   /* all scenarios are there, or will be when it gets its name */
    size_t n_failure;                /* 0 where they are not yet known */
    const qh_sweep_failure *failure; /* [n_failure], by scenario */
    size_t n_piece;                  /* 0: fields have places of their own */
    const qh_sweep_piece *piece;     /* [n_piece], a view over other files, by virtual datasets */
} qh_sweep_store_options;

/* Makes the file `path`, replacing what is there. offset [n_field]: byte of each field's first value in it; may be NULL,
 * and is untouched in a view. */
qh_status qh_sweep_store_create(const char *path, const qh_sweep_layout *layout, const qh_sweep_store_options *options,
                                qh_diag *diag, uint64_t *offset);

#ifdef __cplusplus
}
#endif
#endif
