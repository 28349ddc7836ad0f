#include "model/source_limit.h"

#include <string.h>

static const qh_source_limit limits[] = {
#define SOURCE_LIMIT(name, name_zh, table, item, limit, confidence)                                                    \
    {name, name_zh, limit, {"GB 3838-2002, Table " #table ", item " #item, confidence}},
#include "model/data/source_limits.def"
#undef SOURCE_LIMIT
};
enum { N_LIMIT = sizeof limits / sizeof *limits };

const qh_source_limit *qh_source_limit_get(size_t index) { return index < N_LIMIT ? &limits[index] : NULL; }

const qh_source_limit *qh_source_limit_find(const char *name) {
    for (size_t i = 0; i < N_LIMIT; i++)
        if (strcmp(limits[i].name, name) == 0 || strcmp(limits[i].name_zh, name) == 0) return &limits[i];
    return NULL;
}
