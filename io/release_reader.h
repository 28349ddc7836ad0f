/* A release as it is written on a command line. */
#ifndef QH_IO_RELEASE_READER_H
#define QH_IO_RELEASE_READER_H

#include "model/release.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Words as typed; NULL: not given. */
typedef struct qh_release_words {
    const char *at;            /* "阿1/3.5km"; or */
    const char *outfall;       /* code of an outfall of the case, whose place it is */
    const char *mass;          /* "200 kg"; or */
    const char *rate;          /* "50 g/s", during `over`; or */
    const char *volume;        /* "8 m3", of a liquid that holds */
    const char *concentration; /* "30 g/L" of the substance */
    const char *when;          /* "2024-07-03T04:30"; may be NULL */
    const char *over;          /* "30 min" */
    const char *constituent;   /* of the case; or */
    const char *substance;     /* any name, with */
    const char *decay;         /* "0.2 1/d" */
    const char *limit;         /* "0.005 mg/L"; may be NULL */
    const char *edge;          /* "0.01", "1 %" */
    const char *flow_band;     /* "20 %" */
} qh_release_words;

/* Reads them against a case; everything that is wrong goes to diag together (QH_E_INPUT). `standard` is left NULL. The
 * release borrows names from the words. */
qh_status qh_release_read(const qh_case *river_case, const qh_release_words *words, qh_diag *diag, qh_release *release);

#ifdef __cplusplus
}
#endif
#endif
