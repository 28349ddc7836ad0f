/* Progress of a sweep on stderr: a bar on a terminal, else a line now and then; as JSON for schedulers. */
#ifndef QH_CLI_SWEEP_PROGRESS_H
#define QH_CLI_SWEEP_PROGRESS_H

#include <stdint.h>

#include "cli/progress.h"

typedef struct qh_sweep_progress {
    qh_bar bar;
    bool lines, json; /* lines of text, or of JSON, where there is no bar */
    uint64_t n_kept;  /* scenarios that were finished before */
    uint64_t n_left;  /* and that are to be computed */
    double told;      /* s since the start, of the last line */
} qh_sweep_progress;

/* Starts the clock, and from here on a signal asks to stop (cli/progress.h). Workers other than the first are `quiet`. */
void qh_sweep_progress_start(qh_sweep_progress *progress, const qh_app *app, bool quiet, bool json, uint64_t n_kept,
                             uint64_t n_left);

/* What the sweep reports to. */
qh_progress qh_sweep_progress_get(qh_sweep_progress *progress);

#endif
