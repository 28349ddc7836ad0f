/* Reading a case folder: case.yaml and its CSV tables, checked against the schema. */
#ifndef QH_IO_CASE_READER_H
#define QH_IO_CASE_READER_H

#include "model/case.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A change of one key on the command line: --set run.month=1 */
typedef struct qh_setting {
    const char *key;   /* dotted path in case.yaml, "solver.cell_length" */
    const char *value; /* as it would stand in the file, "50 m" */
} qh_setting;

/* Name under which the settings stand among the files of the case: "key=value", a line each. */
#define QH_SETTINGS_FILE "--set"

/* Reads the case in `folder` with `n_setting` changes on top of case.yaml. Every problem of every file is added to
 * diag; QH_E_INPUT when there was an error, QH_E_IO when case.yaml cannot be read at all. */
qh_status qh_case_read(const char *folder, size_t n_setting, const qh_setting *setting, qh_diag *diag,
                       qh_case **river_case);

#ifdef __cplusplus
}
#endif
#endif
