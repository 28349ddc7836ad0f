/* YAML as a small tree whose every node knows its place.
 *
 * The part of YAML that a case needs: one document of mappings, sequences and scalars. Duplicate keys are errors; anchors,
 * aliases and tags are refused (a few bytes of them can unfold to gigabytes); depth and number of nodes are limited. */
#ifndef QH_IO_YAML_H
#define QH_IO_YAML_H

#include "io/text_file.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum qh_yaml_kind { QH_YAML_SCALAR, QH_YAML_SEQUENCE, QH_YAML_MAPPING } qh_yaml_kind;

typedef struct qh_yaml qh_yaml;
struct qh_yaml {
    qh_yaml_kind kind;
    qh_place place;   /* of the node's first character */
    const char *text; /* scalar: its value; "" for a null */
    bool quoted;      /* scalar: written in quotes, so that "" and "~" are texts */
    qh_place key_place;
    const char *key;       /* in a mapping: the key this node stands under; else NULL */
    qh_yaml *first, *next; /* first child; next sibling; NULL when there is none */
    size_t count;          /* children */
};

enum {
    QH_YAML_DEPTH = 32,
    QH_YAML_NODES = 1000000,
    QH_YAML_KEYS = 1000,            /* of one mapping */
    QH_YAML_SIZE = 16 * 1024 * 1024 /* bytes */
};

/* The tree of a text, in `arena`; an empty text is an empty mapping. QH_E_INPUT with place when it is no YAML, or more
 * of it than is allowed; duplicate keys are all reported, and the first of them kept. `sound` (may be NULL) tells whether
 * nothing was reported. */
qh_status qh_yaml_parse(qh_arena *arena, const qh_text_file *file, qh_diag *diag, bool *sound, qh_yaml **root);

/* The child under `key`, NULL when there is none or when the node is no mapping. */
qh_yaml *qh_yaml_get(const qh_yaml *mapping, const char *key);

/* True for a scalar that says nothing: empty, ~ or null, unquoted. */
bool qh_yaml_is_null(const qh_yaml *node);

#ifdef __cplusplus
}
#endif
#endif
