/* The document as Markdown. */
#ifndef QH_VIZ_REPORT_MARKDOWN_INTERNAL_H
#define QH_VIZ_REPORT_MARKDOWN_INTERNAL_H

#include <stdio.h>

#include "viz/report/report_internal.h"

/* ---- markdown_write.c: texts and tables ---- */

/* How a member of a row is written. */
typedef enum qh_md_kind { QH_MD_PLAIN, QH_MD_MET, QH_MD_CLASS, QH_MD_SECTION, QH_MD_OUTFALL, QH_MD_ITEM } qh_md_kind;

typedef struct qh_md_column {
    const char *title; /* English, a catalogue key */
    const char *unit;  /* "" without one */
    const char *key;   /* member of the row */
    qh_md_kind kind;
} qh_md_column;

typedef struct qh_md {
    qh_report *report;
    const json_t *root, *run; /* the document, and the run that is written */
    FILE *file;
} qh_md;

const char *qh_md_tr(const qh_md *w, const char *text);
void qh_md_text(const qh_md *w, const char *text); /* of the user's: what Markdown would read as its own is escaped */
const char *qh_md_text_of(const json_t *object, const char *key); /* "" where there is none */
void qh_md_heading(const qh_md *w, const char *title);

/* A table of the objects `rows`, none where there are no rows; columns [n]. */
void qh_md_table(const qh_md *w, const char *title, const json_t *rows, size_t n, const qh_md_column *columns);

#define QH_MD_TABLE(w, title, rows, ...)                                                                               \
    do {                                                                                                               \
        static const qh_md_column columns[] = {__VA_ARGS__};                                                           \
        qh_md_table((w), (title), (rows), sizeof columns / sizeof *columns, columns);                                  \
    } while (0)

/* ---- the parts ---- */

/* The evaluation before a permit, member "permit" of the document. QH_E_NOMEM. */
qh_status qh_md_permit(const qh_md *w);

/* Writes the document to `file`, its pictures (PNG, by gnuplot) into `folder`, which exists and which the text calls
 * `link`. */
qh_status qh_report_markdown(qh_report *report, qh_json root, const char *folder, const char *link, FILE *file);

/* Fills the document and writes it as request->output: .md with its pictures in a folder beside, or .docx by pandoc. */
qh_status qh_report_editable(qh_report *report, qh_json root);

#endif
