/* What may be in the water at a source of drinking water beside the classes of a standard: GB 3838-2002, Tables 2 and 3. */
#ifndef QH_MODEL_SOURCE_LIMIT_H
#define QH_MODEL_SOURCE_LIMIT_H

#include <stddef.h>

#include "model/clause.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_source_limit {
    const char *name, *name_zh;
    double limit; /* g/m3, at most */
    qh_clause from;
} qh_source_limit;

/* The standard that they belong to, as a case names it. */
#define QH_SOURCE_LIMIT_STANDARD "GB3838-2002"

/* The index-th of them, NULL past the end. */
const qh_source_limit *qh_source_limit_get(size_t index);

/* That of a substance by its English or Chinese name, NULL when there is none. */
const qh_source_limit *qh_source_limit_find(const char *name);

#ifdef __cplusplus
}
#endif
#endif
