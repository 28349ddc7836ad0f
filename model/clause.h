/* Where a rule stands, as the reader's language writes it: data files name clauses in English. */
#ifndef QH_MODEL_CLAUSE_H
#define QH_MODEL_CLAUSE_H

#include <stddef.h>

#include "model/lang.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where something stands: clause and confidence (V, V2, M+, M~, M- of docs/standards.md). */
typedef struct qh_clause {
    const char *clause, *confidence;
} qh_clause;

/* "水污染防治法, Article 64" is "水污染防治法第64条" in Chinese, "HJ 2.3-2018, Annex E, mixing length" is
 * "HJ 2.3-2018附录E，混合过程段长度"; in English it stays. Cut to `size` bytes at the end of a character. */
void qh_clause_write(qh_lang lang, const char *clause, size_t size, char *text);

#ifdef __cplusplus
}
#endif
#endif
