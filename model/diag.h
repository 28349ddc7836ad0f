/* Diagnostics: everything a user must be told, collected with its place and reported together.
 *
 * The text is an English literal format; it is translated to the collector's language before its arguments are
 * printed into it. */
#ifndef QH_MODEL_DIAG_H
#define QH_MODEL_DIAG_H

#include <stddef.h>

#include "model/lang.h"
#include "model/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum qh_severity {
    QH_ERROR,   /* the command cannot do what was asked */
    QH_WARNING, /* it can, but the result deserves a second look (infeasible withdrawal, formula out of range) */
    QH_ADVICE   /* numerical advice before a run (Péclet, Courant, mixing length) */
} qh_severity;

/* A place in an input file. file NULL: no place; line or column 0: not known. Columns count characters from 1; in a
 * CSV table the column is that of the cell's first character. */
typedef struct qh_place {
    const char *file; /* relative to the case folder, UTF-8 */
    int line;
    int column;
} qh_place;

#define QH_NOWHERE ((qh_place){NULL, 0, 0})

typedef struct qh_message {
    qh_severity severity;
    qh_place place; /* file copied, owned by the collector */
    const char *text;
} qh_message;

typedef struct qh_diag qh_diag;

/* A new collector that speaks `lang`; NULL when out of memory. Owned by the caller. */
qh_diag *qh_diag_create(qh_lang lang);
void qh_diag_destroy(qh_diag *diag);

qh_lang qh_diag_lang(const qh_diag *diag);

/* Add one message. `diag` may be NULL: the message is dropped. Out of memory is remembered, see qh_diag_status. The
 * same message at the same place is kept once. */
void qh_diag_add(qh_diag *diag, qh_severity severity, qh_place place, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Number of messages of a severity. */
size_t qh_diag_count(const qh_diag *diag, qh_severity severity);

/* All messages, ordered by file and line (messages without a place first, in order of arrival). */
size_t qh_diag_size(const qh_diag *diag);
const qh_message *qh_diag_get(qh_diag *diag, size_t index);

/* One message as a line "file:line:column: error: text", in the collector's language; valid until destroy. */
const char *qh_diag_line(qh_diag *diag, size_t index);

/* QH_E_NOMEM if a message was lost, QH_E_INPUT if there is an error, else QH_OK. */
qh_status qh_diag_status(const qh_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
