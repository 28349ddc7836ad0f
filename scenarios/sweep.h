/* A sweep: the scenarios of a plan, computed by a crew, kept in shards, made one file.
 *
 * Each worker takes a few scenarios at a time from a common counter, so that one that meets easy ones takes more. What is
 * kept does not depend on who computed what, when, or how often it was killed in between. The phases, in each worker:
 *
 *     qh_sweep_open      reads the plan and the case
 *     qh_sweep_begin     finds out what is finished already
 *     qh_sweep_work      computes the rest
 *     qh_sweep_finish    makes the one file */
#ifndef QH_SCENARIOS_SWEEP_H
#define QH_SCENARIOS_SWEEP_H

#include "io/sweep_layout.h"
#include "model/progress.h"
#include "scenarios/crew.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_sweep qh_sweep;

typedef struct qh_sweep_options {
    const char *plan;      /* path of the plan */
    const char *output;    /* file to make; its shards are in a folder beside it */
    size_t shard, n_shard; /* part shard of n_shard, from 1, as a job array has it; n_shard 0: all of it */
    bool restart;          /* what was computed before is thrown away */
} qh_sweep_options;

/* Where a sweep stands. */
typedef struct qh_sweep_state {
    uint64_t n_scenario; /* of the plan */
    uint64_t n_mine;     /* of this part of it */
    uint64_t n_kept;     /* of this part, finished in earlier runs */
    uint64_t n_computed; /* by this worker */
    size_t n_dropped;    /* blocks that a killed run had left torn */
    bool complete;       /* the file is there, with all of it; nothing is to be done */
} qh_sweep_state;

/* What a sweep will take. */
typedef struct qh_sweep_estimate {
    uint64_t n_scenario;
    uint64_t n_byte;           /* of the file */
    size_t n_tried;            /* scenarios that were computed to find out */
    double seconds_a_scenario; /* s, one worker */
    double seconds_to_begin;   /* s, what each worker does before its first one */
} qh_sweep_estimate;

/* Reads the plan, its case and what it names; all problems go to diag. */
qh_status qh_sweep_open(const qh_sweep_options *options, qh_diag *diag, qh_sweep **sweep);
void qh_sweep_close(qh_sweep *sweep); /* NULL is allowed */

const qh_sweep_layout *qh_sweep_get_layout(const qh_sweep *sweep);
qh_sweep_state qh_sweep_get_state(const qh_sweep *sweep);

/* Looks for what is finished. QH_E_INPUT, with what differs, when the file or its shards belong to another sweep. */
qh_status qh_sweep_begin(qh_sweep *sweep, const qh_crew *crew, qh_diag *diag);

/* Computes until nothing is left or `progress` asks to stop (QH_E_INTERRUPTED); it is told the part of what was to do. */
qh_status qh_sweep_work(qh_sweep *sweep, const qh_crew *crew, const qh_progress *progress, qh_diag *diag);

/* All workers together: `worked` is what qh_sweep_work gave this one. The one file is made when every scenario of the
 * plan is finished; complete then says so. Gives the worst status of all. */
qh_status qh_sweep_finish(qh_sweep *sweep, const qh_crew *crew, qh_status worked, qh_diag *diag);

/* Computes a few scenarios and throws them away. */
qh_status qh_sweep_try(qh_sweep *sweep, qh_diag *diag, qh_sweep_estimate *estimate);

#ifdef __cplusplus
}
#endif
#endif
