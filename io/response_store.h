/* A response matrix in a file of its own, HDF5 in the dialect of netCDF-4. docs/reference/store.md lists its variables. */
#ifndef QH_IO_RESPONSE_STORE_H
#define QH_IO_RESPONSE_STORE_H

#include "model/case.h"
#include "model/response.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Writes `path`.part and renames it when complete. `command`: the command line as typed. QH_E_IO with a message. */
qh_status qh_response_write(const char *path, const qh_case *river_case, const qh_response *response,
                            const char *command, qh_diag *diag);

/* Reads what qh_response_write wrote; it trusts nothing in the file. QH_E_IO with a message where it is no response. */
qh_status qh_response_read(const char *path, qh_diag *diag, qh_response **response);

#ifdef __cplusplus
}
#endif
#endif
