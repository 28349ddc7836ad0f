/* A sweep: scenarios computed by a crew, kept in shards, made one file.
 *
 * Each worker takes a few scenarios at a time from a common counter, so that one that meets easy ones takes more. What is
 * kept does not depend on who computed what, when, or how often it was killed in between. What a scenario is, and how it
 * is computed, is the source's matter. The phases, in each worker:
 *
 *     qh_sweep_open      says what is to be computed, and where to
 *     qh_sweep_begin     finds out what is finished already
 *     qh_sweep_work      computes the rest
 *     qh_sweep_finish    makes the one file */
#ifndef QH_SCENARIOS_SWEEP_H
#define QH_SCENARIOS_SWEEP_H

#include "io/sweep_shard.h"
#include "model/progress.h"
#include "scenarios/crew.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_sweep qh_sweep;

/* Results of a block on their way to the shard. */
typedef struct qh_sweep_results {
    uint64_t first, count;
    void *const *values; /* [n_field]: each [row][count] of the field's type */
    size_t n_failure;
    qh_sweep_failure *failure; /* [count], room for as many; by scenario */
    qh_arena *arena;           /* for messages of failures */
} qh_sweep_results;

/* Where scenarios come from. */
typedef struct qh_sweep_source {
    void *self;
    qh_sweep_layout layout; /* its identity filled in */
    uint64_t
        unit; /* scenarios that are best computed together, from a multiple of it on: shared out as a whole; at least 1 */
    /* Computes scenarios first ... first + count - 1 of `results`. One that fails is noted in `failure` and is no failure of
     * this function. The numbers of a scenario must not depend on the block that it stands in. */
    qh_status (*evaluate)(void *self, qh_sweep_results *results, const qh_progress *progress, qh_diag *diag);
} qh_sweep_source;

typedef struct qh_sweep_options {
    const char *output;    /* file to make; its shards are in a folder beside it */
    size_t shard, n_shard; /* part shard of n_shard, from 1, as a job array has it; n_shard 0: all of it */
    bool restart;          /* what was computed before is thrown away */
} qh_sweep_options;

/* Where a sweep stands. */
typedef struct qh_sweep_state {
    uint64_t n_mine;     /* scenarios of this part */
    uint64_t n_kept;     /* of them, finished in earlier runs */
    uint64_t n_computed; /* by this worker */
    size_t n_dropped;    /* blocks that a killed run had left torn */
    bool complete;       /* the file is there, with all scenarios */
} qh_sweep_state;

/* Takes what it needs of the options; the source must live as long as the sweep. */
qh_status qh_sweep_open(const qh_sweep_options *options, const qh_sweep_source *source, qh_sweep **sweep);
void qh_sweep_close(qh_sweep *sweep); /* NULL is allowed */

qh_sweep_state qh_sweep_get_state(const qh_sweep *sweep);

/* Looks for what is finished. QH_E_INPUT, with what differs, when the file or its shards belong to another sweep. */
qh_status qh_sweep_begin(qh_sweep *sweep, const qh_crew *crew, qh_diag *diag);

/* Computes until nothing is left or `progress` asks to stop (QH_E_INTERRUPTED); it is told the part of what was to do. */
qh_status qh_sweep_work(qh_sweep *sweep, const qh_crew *crew, const qh_progress *progress, qh_diag *diag);

/* All workers together: `worked` is what qh_sweep_work gave this one. The one file is made when every scenario is finished
 * and the sweep is not a part of one; the state then is complete. The worst status of all. */
qh_status qh_sweep_finish(qh_sweep *sweep, const qh_crew *crew, qh_status worked, qh_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
