/* Who took the water: withdrawals, transfers and stations above a station that fell short of its ecological flow. */
#ifndef QH_SCENARIOS_TAKERS_H
#define QH_SCENARIOS_TAKERS_H

#include "io/store.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum qh_taker_kind { QH_TAKER_WITHDRAWAL, QH_TAKER_TRANSFER, QH_TAKER_STATION } qh_taker_kind;

/* "withdrawal", "transfer", "station": a catalogue key. */
const char *qh_taker_kind_name(qh_taker_kind kind);

/* One who took water at or above a station. */
typedef struct qh_taker {
    qh_taker_kind kind;
    size_t index;  /* of info's withdrawals, transfers or stations */
    double volume; /* m3, on the days on which the station fell short; more than 0 */
} qh_taker;

/* Those who took water at or above `station` on its days short, largest volume first: taker [n_taker], memory of `arena`.
 * The station's own diversion counts. A station whose tailrace returns the water at or above does not, nor a transfer that
 * brings it there: nothing is missing by them. Counted on the same days, without travel time; upstream is by the reaches' direction. None when no day was short
 * or the run has no such days; without withdrawals when the file does not keep theirs (info->release->taken is NULL), without transfers likewise
 * (info->moved). */
qh_status qh_takers_of(const qh_store_info *info, size_t station, qh_arena *arena, size_t *n_taker,
                       const qh_taker **taker);

#ifdef __cplusplus
}
#endif
#endif
