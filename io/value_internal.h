/* One value as it is written in a file, turned into a field of the model's struct by its key in the schema. */
#ifndef QH_IO_VALUE_INTERNAL_H
#define QH_IO_VALUE_INTERNAL_H

#include "io/names_internal.h"
#include "io/schema.h"
#include "io/yaml.h"

/* What a reference found. */
typedef enum qh_found {
    QH_FOUND,
    QH_NOT_FOUND,
    QH_NOT_KNOWN /* the table is so broken that nobody can say; what broke it has been reported */
} qh_found;

/* A value as written. */
typedef struct qh_given {
    const char *label; /* the key as the user wrote it */
    const char *text;  /* trimmed; NULL: not given */
    qh_place place;
    bool carries_unit;   /* a unit follows the number in `text` (YAML); else `unit` stands in the column's header */
    const qh_unit *unit; /* NULL: none */
    bool unusable;       /* what is wrong has been reported already (a column with a wrong unit) */
} qh_given;

/* What reading carries along. */
typedef struct qh_value_reader {
    qh_arena *arena; /* of what is read */
    qh_diag *diag;
    qh_lang lang;
    size_t suggestions; /* how many more may be looked for: a huge broken file is not worth the time */
    bool out_of_memory;
    /* Row `name` of `table`: its index. `place` is that of the reference. `nearest` (may be NULL) is offered the table's
     * names when there is none. */
    qh_found (*find)(void *self, const char *table, const char *name, qh_place place, size_t *index,
                     qh_nearest *nearest);
    /* Address of that row, for pointers. */
    const void *(*row)(void *self, const char *table, size_t index);
    /* Called when the keys of a mapping have been read; NULL: nobody cares. */
    void (*mapped)(void *self, const qh_key_table *table, const qh_given *given, bool good);
    /* A flow given as `design(NAME FILE)`, m3/s; NULL: none can be. False when something was wrong: it was reported. */
    bool (*design)(void *self, const qh_given *given, double *flow);
    void *self; /* for the calls above */
} qh_value_reader;

/* Converts and checks `given` and stores it in `row` as the key says; not given, the default is stored, if any. False
 * when something was wrong: it has been reported, and the field is untouched. */
bool qh_value_store(qh_value_reader *reader, const qh_key *key, const qh_given *given, void *row);

/* A number with its unit, in the inner unit; what is wrong is reported. */
bool qh_value_number(qh_value_reader *reader, const qh_key *key, const qh_given *given, double *value);

/* The unit `symbol` for a quantity of `dimension`: what is wrong with it is reported and NULL returned. */
const qh_unit *qh_value_unit(qh_value_reader *reader, const char *label, const char *symbol, qh_dimension dimension,
                             qh_place place);

/* Reads a mapping of scalars and sections by its table into `row`: unknown and missing keys are reported, lists are left
 * to the caller. given [n_key] (may be NULL) is filled. False when something was wrong. */
bool qh_value_mapping(qh_value_reader *reader, const qh_key_table *table, const qh_yaml *node, void *row,
                      qh_given *given);

/* The entries of a list of mappings, 0 when it is none (reported). */
bool qh_value_is_list(qh_value_reader *reader, const qh_yaml *node, const char *label);
bool qh_value_is_mapping(qh_value_reader *reader, const qh_yaml *node, const char *label);

/* The child of a mapping under a key's name or one of its aliases. */
const qh_yaml *qh_value_child(const qh_key_table *table, const qh_yaml *mapping, const char *key);

/* Name of a key in the reader's language, with its unit in brackets where it needs one: "flow [m3/s]". */
const char *qh_value_label(qh_value_reader *reader, const qh_key *key, bool with_unit);

/* Names of all keys of a table, "name, reach, flow". */
const char *qh_value_key_list(qh_value_reader *reader, const qh_key_table *table);

/* The nearest key of a table, "" when none is near. */
qh_nearest qh_value_nearest_key(qh_value_reader *reader, const qh_key_table *table, const char *name);

#endif
