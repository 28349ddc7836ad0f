/* Reading a flow record: a CSV file with a column of dates and one of flows. */
#ifndef QH_IO_FLOW_RECORD_READER_H
#define QH_IO_FLOW_RECORD_READER_H

#include "io/text_file.h"
#include "model/flow_record.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Reads `path` into `arena`. Dates are ISO 8601, "2001-03-31" or, for a monthly record, "2001-03"; the column of flows
 * has a unit of discharge in its header. `column` names it where there are several; NULL: the only one. The step is
 * monthly where dates are months or lie four weeks apart, else daily.
 * Errors: what is no date or no flow, a negative flow, two flows for one day. Warnings: gaps, leap days left out, rows
 * out of order or written twice. QH_E_INPUT when there was an error, QH_E_IO when the file cannot be read. */
qh_status qh_flow_record_read(qh_arena *arena, const char *path, const char *column, qh_diag *diag,
                              qh_flow_record *record);

/* The same for a text that is already in memory; `text` must outlive the record, which borrows its name. */
qh_status qh_flow_record_parse(qh_arena *arena, const qh_text_file *text, const char *column, qh_diag *diag,
                               qh_flow_record *record);

#ifdef __cplusplus
}
#endif
#endif
