/* The computing part of `qinghe sweep`: reads the plan, brings the workers together, and has the file made. */
#ifndef QH_CLI_SWEEP_RUN_H
#define QH_CLI_SWEEP_RUN_H

#include "cli/settings.h"

typedef struct qh_sweep_request {
    const char *plan, *output;
    size_t shard, n_shard; /* part shard of n_shard; n_shard 0: all of it */
    size_t n_job;          /* processes; 0: not said */
    bool restart, dry_run, quiet, json;
    size_t n_setting;
    const qh_setting *setting; /* [n_setting], of the case */
} qh_sweep_request;

/* Does it, and tells of it on stderr. Exit code; `made` is true in the one process that may show the finished file. */
int qh_sweep_run(const qh_app *app, const qh_sweep_request *request, bool *made);

#endif
