/* What the parts of the case reader share. */
#ifndef QH_IO_CASE_INTERNAL_H
#define QH_IO_CASE_INTERNAL_H

#include "io/csv.h"
#include "io/value_internal.h"
#include "model/case.h"

enum { QH_MAX_TABLES = 64, QH_MAX_KEYS = 64, QH_MAX_SUGGESTIONS = 200 };

/* What is known of a table's rows while others are read. */
typedef struct qh_known_rows {
    qh_names names;
    bool complete;   /* false: rows or their names could not be read, so that a name not found proves nothing */
    size_t count;    /* rows */
    char *rows;      /* [count][row_size] */
    size_t row_size; /* bytes */
    bool *good;      /* [count], nothing was wrong with the row */
} qh_known_rows;

typedef struct qh_case_reader {
    qh_value_reader value;
    qh_arena *scratch; /* freed when the case is read */
    qh_diag *diag;
    const char *folder;
    qh_case *river_case;
    qh_known_rows known[QH_MAX_TABLES]; /* by the table's place in the schema */
    bool run_known;                     /* run could be read: rules that depend on it can be checked */
    bool *series_used;                  /* [n_series] */
    qh_case_file *file;                 /* growing list of the files read */
    size_t n_file, file_capacity;
    bool nodes_open;         /* a node that is not known is added: reaches name nodes into being */
    qh_place standard_place; /* of the key in case.yaml */
    qh_given temperature;    /* run.temperature as written: it may name a series, and those are read later */
} qh_case_reader;

/* A row under check, with the values as written. */
typedef struct qh_row {
    const qh_key_table *table;
    void *data;
    size_t index;
    qh_place place;
    const qh_given *given; /* [n_key] */
    bool *good;            /* nothing was wrong with it so far */
} qh_row;

/* Reads a CSV table. `extra` rows of room are left behind those of the file. `check` (may be NULL) is called for every
 * row, good or not. The rows, as qh_case_reader.known tells. */
typedef void qh_row_check(qh_case_reader *reader, const qh_row *row);
qh_status qh_case_read_table(qh_case_reader *reader, const qh_key_table *table, const qh_csv *csv, size_t extra,
                             qh_row_check *check);

/* A file of the case folder, kept for the record. */
qh_status qh_case_read_file(qh_case_reader *reader, const char *name, qh_text_file *file);

/* Adds a text to the record of the files, once. Its name and text live as long as the case. */
qh_status qh_case_keep_file(qh_case_reader *reader, const qh_text_file *file);

/* A file of the case's own: no absolute path and no way out of the folder, so that a case can be handed on. */
bool qh_case_is_inside(const char *name);

/* The design flow that a cell `design(Q90 FILE)` names, m3/s, from a flow record of the case folder; what is wrong is
 * reported. `self` is a qh_case_reader. */
bool qh_case_read_design(void *self, const qh_given *given, double *flow);

/* Path of `name` in the case folder, NULL when out of memory. */
const char *qh_case_path(qh_case_reader *reader, const char *name);

/* Entries of case.yaml's list of constituents (NULL: none is there) into the case. */
qh_status qh_case_read_constituents(qh_case_reader *reader, const qh_yaml *list);

/* Series files of case.yaml's entries into the case. */
qh_status qh_case_read_series(qh_case_reader *reader, const qh_yaml *list);

/* Checks of rows that go beyond one value; NULL where a table has none. */
qh_row_check *qh_case_row_check(const qh_key_table *table);

/* A chainage must lie in its reach. What lies beyond the end by no more than the rounding of its unit is put there. */
void qh_case_check_chainage(qh_case_reader *reader, const qh_row *row, const char *reach_key, size_t reach_index,
                            const char *key, double *chainage);

/* ---- case_water.c ---- */

/* Rows of levels and volumes become storage curves: `known` is replaced by what holds of those. */
qh_status qh_case_gather_storage_curves(qh_case_reader *reader, qh_known_rows *known);
void qh_case_check_reservoir(qh_case_reader *reader, const qh_row *row);
void qh_case_check_structure(qh_case_reader *reader, const qh_row *row);
void qh_case_check_rule(qh_case_reader *reader, const qh_row *row);
/* What reservoirs and stations need of the run. */
void qh_case_check_routed(qh_case_reader *reader);

/* Checks that need the whole case. */
void qh_case_check_whole(qh_case_reader *reader);

/* Whether the kinetics of a row of constituents or kinetics go with the other properties of constituent `c`. Rates in
 * 1/s and m3/g/s, background in g/m3; 0: not given. */
void qh_case_check_rates(qh_case_reader *reader, const qh_row *row, const qh_constituent *c, double k20, double k2_20,
                         double background);

/* Checks of the run section against its type. */
void qh_case_check_run(qh_case_reader *reader, const qh_given *given, bool good);

/* Applies --set number `index` (from 0) to the tree of case.yaml. */
qh_status qh_case_apply_setting(qh_case_reader *reader, qh_yaml *root, size_t index, const char *key,
                                const char *value);

/* ---- helpers ---- */

static inline qh_known_rows *qh_case_known(qh_case_reader *reader, const qh_key_table *table) {
    return &reader->known[table - qh_schema_table(0)];
}

/* The value of a key as written. */
const qh_given *qh_row_given(const qh_row *row, const char *key);

/* Whether a value is there to be checked against others. */
static inline bool qh_is_usable(const qh_given *given) { return given->text && !given->unusable; }

/* Whether both values of a pair that only makes sense together are given; one without the other is reported. */
bool qh_case_check_pair(qh_case_reader *reader, const qh_row *row, const char *one, const char *other);

/* Header "flow [m3/d]" cut at its brackets, half- or full-width: `name` and `unit` (NULL: none) in `arena`. */
qh_status qh_split_header(qh_arena *arena, const char *header, const char **name, const char **unit);

/* The series that a value names, of the dimension wanted. */
bool qh_case_find_series(qh_case_reader *reader, const qh_given *given, const char *name, qh_dimension wanted,
                         const qh_series **found);

/* A quantity that follows a series, into the fields of the key: the series, and its value at the start of the run. */
bool qh_case_follow_series(qh_case_reader *reader, const qh_key *key, const qh_given *given, void *row);

/* The series that keys of the run name. */
void qh_case_follow_run(qh_case_reader *reader);

#endif
