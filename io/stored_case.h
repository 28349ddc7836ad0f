/* The case of a stored run, written out again: the store holds the text of every file that was read. */
#ifndef QH_IO_STORED_CASE_H
#define QH_IO_STORED_CASE_H

#include "io/case_reader.h"
#include "io/store.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Writes the input files of a run into `folder`, which exists, as they lay in the folder of the case; texts are UTF-8
 * whatever they were. QH_E_INPUT when the store names a file outside of its folder, QH_E_IO when one cannot be written:
 * what was written by then stays. */
qh_status qh_stored_case_write(const qh_store *store, const char *folder, qh_diag *diag);

/* The settings that the run was given (--set): setting [count], in `arena`; count 0 without any. */
qh_status qh_stored_settings(const qh_store *store, qh_arena *arena, qh_diag *diag, size_t *count,
                             qh_setting **setting);

#ifdef __cplusplus
}
#endif
#endif
