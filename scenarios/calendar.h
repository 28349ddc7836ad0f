/* The attainment calendar of a run in the run's own file. */
#ifndef QH_SCENARIOS_CALENDAR_H
#define QH_SCENARIOS_CALENDAR_H

#include "io/store.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Judges every section by day, month and year (scenarios/attainment.h) under the standard that the case names, and keeps
 * the classes in the file; between the end of the run and qh_store_writer_finish. Nothing is kept of a run without whole
 * days or of several lanes. Errors as of qh_store_open, qh_standard_read and qh_store_writer_add_calendar. */
qh_status qh_calendar_keep(qh_store_writer *writer, qh_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
