/* Who took the water above stations that fell short of their ecological flow, as people and programs read it. */
#ifndef QH_CLI_ASSESSMENT_TAKERS_H
#define QH_CLI_ASSESSMENT_TAKERS_H

#include <jansson.h>
#include <stdbool.h>

#include "cli/command.h"
#include "io/store.h"

/* Whether a run's file tells what was taken by day. */
bool qh_takers_known(const qh_store_info *info);

/* A table with its heading, to stdout; nothing when no station fell short. */
void qh_print_takers(const qh_app *app, const qh_store_info *info);

/* `takers` of one station, null when the file does not tell. */
void qh_put_takers(json_t *daily, const qh_store_info *info, size_t station);

/* One row a station that fell short and taker; the file must tell. */
void qh_print_takers_csv(const qh_store_info *info);

#endif
