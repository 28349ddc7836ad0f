/* Which discharge standards ship, for the reader of scenarios and its tests. */
#ifndef QH_IO_DISCHARGE_INTERNAL_H
#define QH_IO_DISCHARGE_INTERNAL_H

#include "io/discharge_reader.h"
#include "io/value_internal.h"

/* True when a discharge standard of this code ships. */
bool qh_discharge_ships(const char *code);

/* Offers the code of every discharge standard that ships. */
void qh_discharge_offer(qh_nearest *nearest);

/* A standard from a text in memory; `name` for messages. */
qh_status qh_discharge_parse(const char *name, size_t size, const char *bytes, qh_diag *diag,
                             qh_discharge_standard **standard);

/* The standard that a value of a file names: one that ships, or a file of the case's `folder`. What is wrong is reported. */
bool qh_discharge_named(qh_value_reader *reader, const char *folder, const qh_given *given,
                        qh_discharge_standard **standard);

/* The grade of a standard that a value names, likewise; false also where it is not given, which is not reported. */
bool qh_discharge_grade_named(qh_value_reader *reader, const qh_given *given, const qh_discharge_standard *standard,
                              size_t *grade);

#endif
