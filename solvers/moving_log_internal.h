/* What the water did by day in a run on moving water: for the sink, at its end. */
#ifndef QH_SOLVERS_MOVING_LOG_INTERNAL_H
#define QH_SOLVERS_MOVING_LOG_INTERNAL_H

#include "model/storage_log.h"
#include "model/transfer_log.h"
#include "solvers/moving_internal.h"

typedef struct moving_log {
    qh_release_log release; /* of stations, with what withdrawals took */
    qh_release_log take;    /* of withdrawals */
    qh_transfer_log transfer;
    qh_storage_log storage;
    double *target; /* [n_reservoir], m3/s, ecological flow of the present step */
    double *supply; /* [n_reservoir], m3/s, by sources at the dam itself */
} moving_log;

/* Memory of the arena of `v`. */
qh_status moving_log_create(moving_log *log, const moving *v);

/* Volumes at the run's start: v->water is the state there. */
void moving_log_begin(moving_log *log, const moving *v);

/* The router's last step. */
void moving_log_step(moving_log *log, const moving *v);

/* Water that goes on from a point into the river below, or out of the network, in that step, m3/s. */
double moving_goes_on(const moving *v, size_t point);

#endif
