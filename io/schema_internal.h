/* The schema's data, for io/schema.c, and how an entry of it is written. */
#ifndef QH_IO_SCHEMA_INTERNAL_H
#define QH_IO_SCHEMA_INTERNAL_H

#include "io/schema.h"

extern const qh_key_table qh_schema_tables[]; /* [qh_schema_table_count], of a case and a standard */
extern const size_t qh_schema_table_count;
extern const qh_key_table qh_schema_overlay_tables[]; /* [qh_schema_overlay_table_count], of a scenario */
extern const size_t qh_schema_overlay_table_count;
extern const qh_key_table qh_schema_plan_tables[]; /* [qh_schema_plan_table_count], of a plan of scenarios */
extern const size_t qh_schema_plan_table_count;
extern const qh_key_table qh_schema_proposal_tables[]; /* [qh_schema_proposal_table_count], of a proposal */
extern const size_t qh_schema_proposal_table_count;

/* Choices that several parts of the schema take. */
extern const qh_choice qh_schema_flags[], qh_schema_tennant_grades[], qh_schema_confidences[];
qh_named qh_schema_ecoflow_rules(size_t index);

/* ---- how entries are written ---- */

/* Offset of a field, refused by the compiler when the field's type is not the one its key kind stores. */
#define AT(row, field, type) (offsetof(row, field) + 0 * sizeof(_Generic(((row *)0)->field, type : 0)))

#define TEXT_AT(row, field)   .kind = QH_KEY_TEXT, .offset = AT(row, field, const char *)
#define NUMBER_AT(row, field) .kind = QH_KEY_NUMBER, .offset = AT(row, field, double)
#define OPTIONAL_AT(row, field)                                                                                        \
    .kind = QH_KEY_OPTIONAL, .presence = QH_MAY_BE_LEFT_OUT, .offset = AT(row, field, qh_optional)
#define INTEGER_AT(row, field)      .kind = QH_KEY_INTEGER, .offset = AT(row, field, int)
#define COUNT_AT(row, field)        .kind = QH_KEY_COUNT, .offset = AT(row, field, size_t)
#define CHOICE_AT(row, field, type) .kind = QH_KEY_CHOICE, .offset = AT(row, field, type)
#define NAME_AT(row, field)         .kind = QH_KEY_NAME, .offset = AT(row, field, const char *)
#define FLAG_AT(row, field)         .kind = QH_KEY_FLAG, .choice = qh_schema_flags, .offset = AT(row, field, bool)
#define REFERENCE_AT(row, field)    .kind = QH_KEY_REFERENCE, .offset = AT(row, field, size_t)
#define TIME_AT(row, field)         .kind = QH_KEY_TIME, .offset = AT(row, field, const char *)

#define SERIES_AT(row, field) .series_offset = AT(row, field, const qh_series *)

#define DEFAULT(text)  .presence = QH_HAS_DEFAULT, .fallback = (text)
#define OR_NOTHING     .presence = QH_HAS_DEFAULT, .fallback = ""
#define LEFT_OUT       .presence = QH_MAY_BE_LEFT_OUT
#define IN(dim, shown) .dimension = (dim), .unit = (shown)

#define AT_LEAST(x)      .range = {(x), HUGE_VAL, false}
#define OVER(x)          .range = {(x), HUGE_VAL, true}
#define BETWEEN(a, b)    .range = {(a), (b), false}
#define OVER_UP_TO(a, b) .range = {(a), (b), true}

#define KEYS(array)   .key = (array), .n_key = sizeof(array) / sizeof((array)[0])
#define ROWS_OF(row)  .row_size = sizeof(row), .place_offset = AT(row, place, qh_place)
#define NO_PLACE(row) .row_size = sizeof(row), .place_offset = QH_NOT_STORED

#endif
