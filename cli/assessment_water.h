/* What reservoirs and transfers did day by day, as people and programs read it. */
#ifndef QH_CLI_ASSESSMENT_WATER_H
#define QH_CLI_ASSESSMENT_WATER_H

#include <jansson.h>

#include "cli/command.h"
#include "io/store.h"

/* "2024-01-31" of day `d` of a run's days, or "day 31" in a run without a date; in `buffer` [32], which is returned. */
const char *qh_run_day_text(const qh_app *app, const qh_store_info *info, size_t d, char *buffer);

/* Tables with their headings, to stdout; nothing for a run whose file has no days of them. */
void qh_print_reservoirs(const qh_app *app, const qh_store_info *info);
void qh_print_transfer_days(const qh_app *app, const qh_store_info *info);

/* `reservoirs` of the whole; `daily` of one transfer. */
void qh_put_reservoirs(json_t *root, const qh_store_info *info);
void qh_put_transfer_days(json_t *transfer, const qh_store_info *info, size_t i);

/* One row a reservoir, or transfer, and day, to stdout; the file must have them (info->storage, info->moved). */
void qh_print_reservoirs_csv(const qh_store_info *info);
void qh_print_transfers_csv(const qh_store_info *info);

#endif
