/* What the tables of a spill share. */
#ifndef QH_CLI_SPILL_INTERNAL_H
#define QH_CLI_SPILL_INTERNAL_H

#include "cli/spill.h"
#include "cli/table.h"

typedef struct spill_printer {
    const qh_app *app;
    qh_lang lang;
    const qh_spill *spill;
} spill_printer;

enum { SPILL_TEXT = 48 };

/* "25 min", "5.3 h", "3.2 d", written to `buffer`. */
const char *qh_spill_time_text(const spill_printer *p, double seconds, char buffer[SPILL_TEXT]);

/* The same, and where the release is dated the date: "07-03 05:10 (5.3 h)". */
const char *qh_spill_moment_text(const spill_printer *p, double seconds, char buffer[SPILL_TEXT]);

/* "2024-07-03 04:30" of seconds from 1970 on, with `between` between day and hour. */
const char *qh_spill_date_text(int64_t seconds, char between, char buffer[SPILL_TEXT]);

/* "4.9 h – 5.6 h", "-" where low > high. */
void qh_spill_band_cell(const spill_printer *p, qh_table *table, qh_band band);

/* Code, name, and kind where it is wanted. */
void qh_spill_place_columns(const spill_printer *p, qh_table *table, bool kind);
void qh_spill_place_cells(const spill_printer *p, qh_table *table, const qh_spill_target *t, bool kind);

/* ---- spill_cloud_table.c ---- */

/* When intakes must be closed and may be opened again, by the worst of all answers. */
void qh_print_spill_intakes(const spill_printer *p);

/* Where the cloud is at round hours. */
void qh_print_spill_cloud(const spill_printer *p);

/* The same places with another flow. */
void qh_print_spill_other(const spill_printer *p, const qh_spill *other, const char *label);

#endif
