/* What transfers moved, day by day, and why it was less than was wanted. */
#ifndef QH_MODEL_TRANSFER_LOG_H
#define QH_MODEL_TRANSFER_LOG_H

#include "model/release_log.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Why a transfer carries less than it wants. Of a day, the one that cost it the most water. */
typedef enum qh_transfer_cause {
    QH_TRANSFER_SERVED, /* nothing is missing */
    QH_TRANSFER_RULE,   /* a rule of operation sets it to less */
    QH_TRANSFER_SOURCE, /* the river has no more to give: earlier claims, the ecological flow, what it must leave */
    QH_TRANSFER_LEVEL,  /* likewise the reservoir it takes from: it is down to its dead level */
    QH_N_TRANSFER_CAUSE
} qh_transfer_cause;

/* "", "rule", "source", "level". */
const char *qh_transfer_cause_name(qh_transfer_cause cause);

/* Of each whole day since the run's start. */
typedef struct qh_transfer_log {
    qh_release_log moved; /* of transfers: what is wanted as target, what is carried as released */
    double *held;         /* [n_day][n_transfer], m3/s, of the deficit: by rules */
} qh_transfer_log;

/* Of `duration` [s]; memory of `arena`. */
qh_status qh_transfer_log_create(double duration, size_t n_transfer, qh_arena *arena, qh_transfer_log *log);

/* From `start` to `end` [s] transfer `transfer` wanted `wanted`, was set to `set` by rules (without them the same) and
 * carried `carried`; m3/s. Where a rule sets it to more than it wants, that is wanted. */
void qh_transfer_log_add(qh_transfer_log *log, size_t transfer, double start, double end, double wanted, double set,
                         double carried);

/* Of day `d`; `stored`: it takes from a reservoir. */
qh_transfer_cause qh_transfer_cause_of(const qh_transfer_log *log, size_t transfer, size_t d, bool stored);

/* One transfer over all days. */
typedef struct qh_transfer_record {
    double moved, missing;            /* m3 */
    size_t days[QH_N_TRANSFER_CAUSE]; /* by cause; all of them are the days of the log */
    size_t days_running;              /* on which it carried something */
    double most;                      /* m3/s, largest mean of a day */
} qh_transfer_record;

qh_transfer_record qh_transfer_record_of(const qh_transfer_log *log, size_t transfer, bool stored);

#ifdef __cplusplus
}
#endif
#endif
