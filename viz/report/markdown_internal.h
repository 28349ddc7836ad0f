/* The document as Markdown. */
#ifndef QH_VIZ_REPORT_MARKDOWN_INTERNAL_H
#define QH_VIZ_REPORT_MARKDOWN_INTERNAL_H

#include <stdio.h>

#include "viz/report/report_internal.h"

/* Writes the document to `file`, its pictures (PNG, by gnuplot) into `folder`, which exists and which the text calls
 * `link`. */
qh_status qh_report_markdown(qh_report *report, qh_json root, const char *folder, const char *link, FILE *file);

/* Writes the report as request->output: .md with its pictures in a folder beside, or .docx by pandoc. */
qh_status qh_report_editable(qh_report *report, qh_json root);

#endif
