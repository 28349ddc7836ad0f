/* The identity of this build: it goes into every store, so that a result can be traced to its program. */
#ifndef QH_MODEL_VERSION_H
#define QH_MODEL_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif

const char *qh_version(void);        /* "0.1.0" */
const char *qh_build_commit(void);   /* hash of the source, "-dirty" when changed since, or "unknown" */
const char *qh_build_config(void);   /* "release", "debug", ... */
const char *qh_build_compiler(void); /* first line of its --version */

#ifdef __cplusplus
}
#endif
#endif
