/* Reading a discharge standard: one that ships (by code) or a file of the user's. */
#ifndef QH_IO_DISCHARGE_READER_H
#define QH_IO_DISCHARGE_READER_H

#include "model/discharge.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `name` is the code of a standard that ships ("GB18918-2002") or the path of a file. Problems go to diag with their
 * place (QH_E_INPUT); QH_E_IO when there is neither, about which nothing is said: the caller knows who asked. */
qh_status qh_discharge_read(const char *name, qh_diag *diag, qh_discharge_standard **standard);

/* The i-th standard that ships; QH_E_USAGE past the last one. */
qh_status qh_discharge_shipped(size_t index, qh_diag *diag, qh_discharge_standard **standard);

#ifdef __cplusplus
}
#endif
#endif
