/* Reading a water quality standard: one that ships (by code) or a file of the user's. */
#ifndef QH_IO_STANDARD_READER_H
#define QH_IO_STANDARD_READER_H

#include "model/standard.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `name` is the code of a standard that ships ("GB3838-2002") or the path of a file. Problems go to diag with their
 * place (QH_E_INPUT); QH_E_IO when there is neither. */
qh_status qh_standard_read(const char *name, qh_diag *diag, qh_standard **standard);

#ifdef __cplusplus
}
#endif
#endif
