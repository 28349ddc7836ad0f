#include "cli/notes.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/messages.h"
#include "model/clause.h"

const char *qh_note_mark(qh_notes *n, const char *clause, const char *confidence) {
    if (strcmp(confidence, "V") == 0) return "";
    size_t i = 0;
    while (i < n->count && !(strcmp(n->clause[i], clause) == 0 && strcmp(n->confidence[i], confidence) == 0))
        i++;
    if (i == QH_MOST_NOTES) return " [?]";
    if (i == n->count) {
        n->clause[n->count] = clause;
        n->confidence[n->count++] = confidence;
    }
    return qh_need(qh_arena_printf(n->arena, " [%zu]", i + 1));
}

/* A number that this program chose has no document to be checked against. */
static bool is_own(const char *clause) { return strstr(clause, "qinghe") != NULL; }

const char *qh_confidence_text(const char *confidence) {
    if (strcmp(confidence, "V") == 0) return QH_N("read in the document itself");
    if (strcmp(confidence, "V2") == 0) return QH_N("read in a secondary source, not in the document itself");
    if (strcmp(confidence, "M+") == 0)
        return QH_N("from working knowledge, well known; not checked against the document");
    if (strcmp(confidence, "M~") == 0)
        return QH_N("from working knowledge, fairly sure; not checked against the document");
    return QH_N("from working knowledge, unsure; check it against the document");
}

void qh_print_notes(const qh_notes *notes, qh_lang lang) {
    if (notes->count > 0) putchar('\n');
    for (size_t i = 0; i < notes->count; i++) {
        const char *sure =
            is_own(notes->clause[i]) ? QH_N("a choice of this program") : qh_confidence_text(notes->confidence[i]);
        char clause[256];
        qh_clause_write(lang, notes->clause[i], sizeof clause, clause);
        printf(qh_tr(lang, "[%zu] %s: %s (%s)\n"), i + 1, clause, qh_tr(lang, sure), notes->confidence[i]);
    }
}
