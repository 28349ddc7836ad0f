/* Design flows of a record as people and programs read them. */
#ifndef QH_CLI_HYDROLOGY_H
#define QH_CLI_HYDROLOGY_H

#include "cli/command.h"
#include "model/compliance.h"
#include "model/hydrology.h"

/* Everything that is shown. */
typedef struct qh_shown_hydrology {
    const qh_app *app;
    const qh_hydrology *hydrology;
    const qh_compliance *compliance;               /* NULL: none was asked for */
    const char *target;                            /* where the target comes from, for people */
    const char *target_clause, *target_confidence; /* of a station's rule; NULL for a flow given on the command line */
} qh_shown_hydrology;

/* Tables in the language of the app, to stdout. */
void qh_print_hydrology(const qh_shown_hydrology *shown);

/* One JSON object, to stdout; the same in all languages. See docs/hydrology.md. */
void qh_print_hydrology_json(const qh_shown_hydrology *shown);

/* One row a number, to stdout, UTF-8; `bom`: with a byte order mark, by which Excel knows UTF-8. */
void qh_print_hydrology_csv(const qh_shown_hydrology *shown, bool bom);

/* "2001-03-31" of a daily record, "2001-03" of a month; written to `buffer` [size]. */
const char *qh_day_text(int64_t day, size_t size, char *buffer);
const char *qh_month_text(int64_t number, size_t size, char *buffer);

/* A day or a month, as the record counts. */
const char *qh_step_text(const qh_flow_record *record, int64_t at, size_t size, char *buffer);

#endif
