/* Sources of a case in one row: headwaters, tributaries, outfalls, laterals, as solvers/forcing.h orders them. */
#ifndef QH_MODEL_SOURCE_H
#define QH_MODEL_SOURCE_H

#include "model/overlay.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What people know a source by. */
typedef struct qh_source {
    qh_source_kind kind;
    size_t index;                           /* among the rows of its kind */
    const char *code;                       /* of an outfall, else "" */
    const char *name;                       /* never "" where the case gives a code or a name */
    const char *category, *district, *body; /* of an outfall, "" where not given and for other sources */
    double flow;                            /* m3/s; where flow_series is given, its value at the run's start */
    const qh_series *flow_series;           /* m3/s; NULL: constant */
    const qh_input *input;                  /* [n_constituent] */
} qh_source;

size_t qh_source_count(const qh_case *river_case);

/* Source `index` < qh_source_count. */
qh_source qh_source_get(const qh_case *river_case, size_t index);

/* "headwater", "tributary", "outfall", "distributed inflow"; catalogue keys. */
const char *qh_source_kind_name(qh_source_kind kind);

/* Its code where it has one, else its name. */
const char *qh_source_label(const qh_source *source);

#ifdef __cplusplus
}
#endif
#endif
