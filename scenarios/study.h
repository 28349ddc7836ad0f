/* A case as a command asks for it: read from its folder, with settings, and with a scenario laid over it. */
#ifndef QH_SCENARIOS_STUDY_H
#define QH_SCENARIOS_STUDY_H

#include "io/case_reader.h"
#include "io/standard_reader.h"
#include "io/store.h"
#include "model/overlay.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_study {
    const qh_case *river_case; /* the one to be computed: `changed` where there is a scenario, else `base` */
    qh_case *base;
    qh_overlay *overlay; /* NULL: no scenario */
    qh_case *changed;    /* NULL: no scenario */
} qh_study;

/* Reads the case in `folder` with `n_setting` settings [n_setting], then lays `scenario` (NULL: none) over it. All
 * problems go to diag; QH_E_INPUT when there was one, QH_E_IO when the folder cannot be read. */
qh_status qh_study_open(const char *folder, size_t n_setting, const qh_setting *setting, const char *scenario,
                        qh_diag *diag, qh_study **study);

/* What commands that judge a case ask for. */
typedef struct qh_study_options {
    const char *folder;
    size_t n_setting;
    const qh_setting *setting; /* [n_setting] */
    const char *scenario;      /* laid over the case before all else; NULL: the case as it is */
    const char *standard;      /* code or file; NULL: the one that the case names */
} qh_study_options;

/* The case, and the standard that it is judged by; the standard is the caller's. */
qh_status qh_study_open_asked(const qh_study_options *options, qh_diag *diag, qh_study **study);
qh_status qh_study_standard(const qh_study_options *options, const qh_study *study, qh_diag *diag,
                            qh_standard **standard);

/* The case of a stored run, with its settings and scenario, from the store alone: what it needs for this lies for a moment
 * in a folder of its own where the system keeps temporary files ($TMPDIR, else /tmp). */
qh_status qh_study_open_stored(const qh_store *store, qh_diag *diag, qh_study **study);

/* Frees all of it. NULL is allowed. */
void qh_study_close(qh_study *study);

#ifdef __cplusplus
}
#endif
#endif
