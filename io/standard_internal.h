/* Which standards ship. */
#ifndef QH_IO_STANDARD_INTERNAL_H
#define QH_IO_STANDARD_INTERNAL_H

#include "io/names_internal.h"
#include "io/standard_reader.h"

/* True when a standard of this code ships. Its file bears the code in lower case: gb3838-2002.yaml is GB3838-2002. */
bool qh_standard_ships(const char *code);

/* Offers the code of every standard that ships. */
void qh_standard_offer(qh_nearest *nearest);

/* A standard from a text in memory; `name` for messages. */
qh_status qh_standard_parse(const char *name, size_t size, const char *bytes, qh_diag *diag, qh_standard **standard);

#endif
