/* The schema's data, for io/schema.c. */
#ifndef QH_IO_SCHEMA_INTERNAL_H
#define QH_IO_SCHEMA_INTERNAL_H

#include "io/schema.h"

extern const qh_key_table qh_schema_tables[]; /* [qh_schema_table_count] */
extern const size_t qh_schema_table_count;

#endif
