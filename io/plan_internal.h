/* What the parts of the plan reader share. */
#ifndef QH_IO_PLAN_INTERNAL_H
#define QH_IO_PLAN_INTERNAL_H

#include "io/csv.h"
#include "io/overlay_internal.h"
#include "io/plan_reader.h"

/* What stands in a change for the value of a variable. */
#define QH_PLAN_VALUE    "$value"
#define QH_PLAN_VALUE_ZH "$值"

enum { QH_PLAN_MOST_CHANGES = 16 /* of one variable */, QH_PLAN_MOST_COUNT = 1000000000 };

/* Keys of the plan's top level, as the schema stores them. */
typedef struct qh_plan_keys {
    const char *title, *river_case, *scenario, *standard, *statistic, *table;
    int design; /* qh_sampling */
    size_t seed, count;
    bool indices;
} qh_plan_keys;

/* Keys of a variable. Numbers are texts until it is known what they are numbers of. */
typedef struct qh_plan_variable_keys {
    qh_place place;
    const char *name, *low, *high, *mean, *sd, *mode, *file, *column;
    int distribution; /* qh_distribution_kind */
    bool each;
} qh_plan_variable_keys;

/* A value as it is written; what comes from a column has the column's unit behind it. */
typedef struct qh_plan_text {
    const char *text;
    qh_place place;
} qh_plan_text;

typedef struct qh_plan_reader {
    qh_arena *scratch; /* freed when the plan is read */
    qh_diag *diag;
    qh_sweep_plan *plan;
    qh_value_reader top; /* of the top level, which is read before there is a case */
    qh_plan_keys keys;
    qh_overlay_reader *overlay; /* of changes of the plan's case; its arena is the plan's */
    qh_csv table;               /* rows of design table; n_record 0: none */
    bool *column_used;          /* [columns of the table] */
    qh_names names;             /* of variables */
    size_t capacity;
    qh_plan_variable *variable; /* growing */
    size_t n_choice, choice_capacity, file_capacity;
    qh_overlay **choice; /* growing */
    qh_case_file *file;  /* growing */
} qh_plan_reader;

/* One entry of `variables`; a bad one is reported and leaves no variable. */
qh_status qh_plan_read_variable(qh_plan_reader *reader, const qh_yaml *node);

/* Reads the table `name` of the plan's folder and keeps its text among the plan's files. False: reported, or out of
 * memory. */
bool qh_plan_read_table(qh_plan_reader *reader, const char *name, qh_place place, qh_csv *csv);

/* The column called `name`, with or without a unit in brackets behind it; false when there is none. */
bool qh_plan_find_column(const qh_csv *csv, const char *name, size_t *column);

/* The cells of a column: text [n_record - 1]. False when one is empty (reported). */
bool qh_plan_read_column(qh_plan_reader *reader, const qh_csv *csv, size_t column, qh_plan_text **text);

/* Path of a file that the plan names, relative to the plan's folder unless it begins with /; NULL: out of memory. */
const char *qh_plan_path(const qh_plan_reader *reader, const char *name);

/* Keeps a text among the plan's files. */
qh_status qh_plan_keep_file(qh_plan_reader *reader, const qh_case_file *file);
qh_status qh_plan_keep_text(qh_plan_reader *reader, const qh_text_file *text);

/* Remembers that memory is lost; false. */
static inline bool qh_plan_lost(qh_plan_reader *reader) {
    reader->top.out_of_memory = true;
    return false;
}

#endif
