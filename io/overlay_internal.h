/* What the parts of the scenario reader share. */
#ifndef QH_IO_OVERLAY_INTERNAL_H
#define QH_IO_OVERLAY_INTERNAL_H

#include "io/overlay_reader.h"
#include "io/value_internal.h"

enum { QH_OVERLAY_FILES = 64 }; /* most scenarios that one may extend, itself included */

/* An outfall that changes may name: of the case, or added by a change before. */
typedef struct qh_known_outfall {
    const char *code, *name, *category, *district, *body;
    qh_place place;
} qh_known_outfall;

typedef struct qh_overlay_reader {
    qh_value_reader value;
    qh_arena *scratch; /* freed when the scenario is read */
    qh_diag *diag;
    const qh_case *river_case;
    qh_names reaches, stations, constituents, headwaters, tributaries, laterals;
    qh_names codes; /* of outfalls */
    size_t n_outfall, outfall_capacity;
    qh_known_outfall *outfall; /* [n_outfall], those of the case first */
    qh_overlay *overlay;
    size_t change_capacity;
    qh_change *change; /* growing */
    size_t n_file;
    qh_case_file file[QH_OVERLAY_FILES]; /* in the order of their changes */
    size_t n_open, n_seen;
    const char *open[QH_OVERLAY_FILES]; /* scenarios that are being read, the outermost first */
    const char *seen[QH_OVERLAY_FILES]; /* scenarios that have been read */
} qh_overlay_reader;

/* A reader for changes of a case, into an overlay called `name`, both in `arena`; `scratch` is needed as long as it reads.
 * `diag` must not be NULL. */
qh_status qh_overlay_reader_begin(qh_arena *arena, qh_arena *scratch, const qh_case *river_case, const char *name,
                                  qh_diag *diag, qh_overlay_reader **reader);

/* The key by which an amount of a constituent is read: that of a load where `text` has its unit, else of a concentration. */
const qh_key *qh_overlay_input_key(const char *text);

/* One entry of `changes`; a bad one is reported and leaves no change. */
qh_status qh_overlay_read_change(qh_overlay_reader *reader, const qh_yaml *node);

/* What stands under the first key of a change, as sources. False when something was wrong (reported).
 * `outfalls_only`: other sources are refused. */
bool qh_overlay_select(qh_overlay_reader *reader, const qh_yaml *node, bool outfalls_only, qh_change *change);

/* The scalars of a node that is one or a list of them: text and place of each, in scratch memory. */
typedef struct qh_word {
    const char *text;
    qh_place place;
} qh_word;
bool qh_overlay_words(qh_overlay_reader *reader, const qh_yaml *node, size_t *count, qh_word **word);

/* Index of a constituent by name or title; false when there is none. */
bool qh_overlay_find_constituent(const qh_overlay_reader *reader, const char *name, size_t *index);

#endif
