/* Footnotes: a number whose text was not read in its own document is never shown without saying so. */
#ifndef QH_CLI_NOTES_H
#define QH_CLI_NOTES_H

#include <stddef.h>

#include "model/arena.h"
#include "model/lang.h"

enum { QH_MOST_NOTES = 64 };

/* Zero-initialise with the arena set. */
typedef struct qh_notes {
    qh_arena *arena;
    size_t count;
    const char *clause[QH_MOST_NOTES], *confidence[QH_MOST_NOTES];
} qh_notes;

/* The mark of a clause, " [1]", and "" for one that was read in its own text. */
const char *qh_note_mark(qh_notes *notes, const char *clause, const char *confidence);

/* What a confidence means: English, a catalogue key. */
const char *qh_confidence_text(const char *confidence);

/* All notes, one a line after an empty one, to stdout. */
void qh_print_notes(const qh_notes *notes, qh_lang lang);

#endif
