/* The schema: every key of case.yaml, every column of the tables and every key of a standard's file, once.
 *
 * The readers, `qinghe explain`, `qinghe list keys` and docs/reference are all made from it: what is not here cannot be
 * written in a case, and what is here is documented. */
#ifndef QH_IO_SCHEMA_H
#define QH_IO_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "model/diag.h"
#include "model/series.h"
#include "model/units.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a value is, and as what C type it stands in the model's struct. */
typedef enum qh_key_kind {
    QH_KEY_TEXT,      /* const char * */
    QH_KEY_NUMBER,    /* double, inner unit of the dimension */
    QH_KEY_OPTIONAL,  /* qh_optional, inner unit of the dimension */
    QH_KEY_INTEGER,   /* int */
    QH_KEY_COUNT,     /* size_t */
    QH_KEY_CHOICE,    /* int: the choice's value */
    QH_KEY_NAME,      /* const char *: the choice's name */
    QH_KEY_FLAG,      /* bool: yes or no */
    QH_KEY_REFERENCE, /* size_t: index of a row in another table, given by its name */
    QH_KEY_POINTER,   /* pointer to a row of another table, given by its name; NULL when not given */
    QH_KEY_TIME,      /* const char *: local time, "2024-01-01T00:00:00" */
    QH_KEY_NUMBERS,   /* a list of numbers (YAML only) */
    QH_KEY_TEXTS,     /* a list of texts or references (YAML only) */
    QH_KEY_SECTION,   /* a mapping with keys of its own (YAML only) */
    QH_KEY_LIST       /* a list of such mappings (YAML only) */
} qh_key_kind;

typedef enum qh_presence {
    QH_REQUIRED,
    QH_MAY_BE_LEFT_OUT, /* without it there is no value; what that means stands in the help */
    QH_HAS_DEFAULT,     /* `fallback` holds */
    QH_UNSTEADY_ONLY    /* required in an unsteady run, an error in a steady one */
} qh_presence;

/* One value a key may take. */
typedef struct qh_choice {
    const char *name;    /* as documented */
    const char *aliases; /* further spellings, '|' between them; "" for none */
    int value;
} qh_choice;

/* An entry of a registry; the title is a catalogue key. */
typedef struct qh_named {
    const char *name, *title;
} qh_named;

/* Bounds in the inner unit. Equal bounds of 0 mean: unbounded. */
typedef struct qh_range {
    double low, high; /* high HUGE_VAL: no upper bound */
    bool low_open;    /* low itself is out */
} qh_range;

typedef struct qh_key {
    const char *name;
    const char *aliases; /* Chinese, '|' between several; the first is the one shown */
    qh_key_kind kind;
    qh_presence presence;
    qh_dimension dimension;
    const char *unit;     /* as shown in examples and documentation, "m3/d"; NULL for what is no quantity */
    bool unit_optional;   /* a value without unit is taken in `unit` */
    const char *fallback; /* as it would stand in the file; NULL when there is none */
    qh_range range;
    const qh_choice *choice;            /* ends with a NULL name; NULL when any value will do */
    qh_named (*registry)(size_t index); /* choices that come from a registry: the i-th; its name is NULL past the end */
    bool or_largest;      /* may also be max(a, b, ...): several of the choices, the largest of which holds */
    const char *table;    /* referred to (REFERENCE, POINTER, TEXTS) or made up of (SECTION, LIST); else NULL */
    const char *help;     /* English, a catalogue key */
    size_t offset;        /* in the row's struct; QH_NOT_STORED: the reader deals with it */
    size_t series_offset; /* of the row's `const qh_series *`: a cell may be `series:NAME`; 0: it may not */
} qh_key;

/* Rows that the reader turns into something else: a point of a qh_cross_section, a qh_series before its file is read. */
typedef struct qh_survey_point {
    qh_place place;
    const char *name;
    double offset, elevation; /* m */
} qh_survey_point;

/* A row of a qh_storage_curve. */
typedef struct qh_storage_row {
    qh_place place;
    const char *name;
    double level, volume; /* m, m3 */
} qh_storage_row;

typedef struct qh_series_entry {
    qh_place place;
    const char *name, *file, *column;
    qh_interpolation interpolation;
} qh_series_entry;

#define QH_NOT_STORED ((size_t)-1)

/* Where a table stands. */
typedef enum qh_key_form {
    QH_FORM_YAML,     /* part of case.yaml */
    QH_FORM_CSV,      /* a file of the case folder */
    QH_FORM_STANDARD, /* part of a standard's YAML file */
    QH_FORM_SCENARIO, /* part of a scenario's YAML file */
    QH_FORM_PLAN,     /* part of a plan's YAML file */
    QH_FORM_PROPOSAL  /* part of a proposal's YAML file */
} qh_key_form;

typedef struct qh_key_table {
    const char *name;     /* "outfalls"; "" for the top level of case.yaml */
    const char *aliases;  /* Chinese */
    const char *row_name; /* what a row is, "reach"; a catalogue key; NULL for a section */
    qh_key_form form;
    const char *file; /* "outfalls.csv", "case.yaml" */
    bool required;    /* an absent CSV file is an error */
    const char *help; /* English, a catalogue key */
    size_t row_size;  /* bytes of the model's struct */
    size_t n_key;
    const qh_key *key;    /* [n_key] */
    const char *identity; /* name of the key that is unique and that others refer to; NULL for none */
    size_t place_offset;  /* of the row's qh_place; QH_NOT_STORED for none */
    size_t input_offset;  /* of `const qh_input *`: the table has a column for every constituent; else QH_NOT_STORED */
    bool input_loads;     /* such columns may be loads as well as concentrations */
    bool inputs_optional; /* such columns may all be left out */
    size_t limit_offset;  /* of `const qh_optional *`: limits of every constituent; else QH_NOT_STORED */
} qh_key_table;

/* The i-th table, NULL past the end; in the order in which a newcomer should read them. */
const qh_key_table *qh_schema_table(size_t index);

/* The table of that name or alias, NULL when there is none. The top level of case.yaml is "" or "case". */
const qh_key_table *qh_schema_find_table(const char *name);

/* The key of that name or alias in a table, NULL when there is none. */
const qh_key *qh_schema_find_key(const qh_key_table *table, const char *name);

/* The key of a dotted path, "outfalls.flow", "run.month", "name", also in Chinese; NULL when there is none. */
const qh_key *qh_schema_find(const char *path, const qh_key_table **table);

/* The key or table whose path is nearest to `path`, written to buffer; empty when nothing is near. */
void qh_schema_suggest(const char *path, size_t size, char *buffer);

/* True when `text` is `name` or one of the '|'-separated `aliases`. */
bool qh_is_called(const char *text, const char *name, const char *aliases);

/* Dotted path of a key: "outfalls.flow". */
void qh_key_path(const qh_key_table *table, const qh_key *key, size_t size, char *buffer);

/* First alias, "" when there is none. */
void qh_key_alias(const char *aliases, size_t size, char *buffer);

/* For people, in `lang`: "number [m3/d]", "one of surveyed, monitored, ...", "reference to reaches". */
void qh_key_kind_text(const qh_key *key, qh_lang lang, size_t size, char *buffer);

/* For people, in `lang`: "at least 0 m3/d", "over 0 and at most 1"; empty when unbounded. Bounds are shown in `unit`
 * (NULL: in the inner unit). */
void qh_key_range_text(const qh_key *key, const qh_unit *unit, qh_lang lang, size_t size, char *buffer);

/* For people, in `lang`: "required", "optional", "default 20 degC", "required in unsteady runs". */
void qh_key_presence_text(const qh_key *key, qh_lang lang, size_t size, char *buffer);

/* The i-th choice of a key, from its list or its registry; NULL past the end. `alias` is its first Chinese spelling or
 * "" (static storage of the caller, `size` bytes). */
const char *qh_key_choice(const qh_key *key, size_t index, size_t size, char *alias);

#ifdef __cplusplus
}
#endif
#endif
