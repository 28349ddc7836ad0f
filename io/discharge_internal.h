/* Which discharge standards ship, for the reader of scenarios and its tests. */
#ifndef QH_IO_DISCHARGE_INTERNAL_H
#define QH_IO_DISCHARGE_INTERNAL_H

#include "io/discharge_reader.h"
#include "io/names_internal.h"

/* True when a discharge standard of this code ships. */
bool qh_discharge_ships(const char *code);

/* Offers the code of every discharge standard that ships. */
void qh_discharge_offer(qh_nearest *nearest);

/* A standard from a text in memory; `name` for messages. */
qh_status qh_discharge_parse(const char *name, size_t size, const char *bytes, qh_diag *diag,
                             qh_discharge_standard **standard);

#endif
