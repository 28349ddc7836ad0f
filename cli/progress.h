/* A progress bar on stderr, and the wish to stop (Ctrl-C). */
#ifndef QH_CLI_PROGRESS_H
#define QH_CLI_PROGRESS_H

#include <stdint.h>
#include <time.h>

#include "cli/command.h"
#include "model/progress.h"

typedef struct qh_bar {
    qh_lang lang;
    bool shown;      /* stderr is a terminal and nobody asked for quiet */
    bool drawn;      /* something stands on the line */
    double duration; /* s of simulated time that the whole work is; 0: not a matter of time */
    uint64_t n_item; /* scenarios that the whole work is; 0: not a matter of scenarios */
    struct timespec start, last;
} qh_bar;

/* Starts the clock. From here on the first SIGINT or SIGTERM asks the work to stop; the second one ends the program. */
void qh_bar_start(qh_bar *bar, const qh_app *app, bool quiet, double duration);

/* What a solver reports to. */
qh_progress qh_bar_progress(qh_bar *bar);

/* Seconds since the start. */
double qh_bar_elapsed(const qh_bar *bar);

/* Clears the line. Returns the seconds since the start. */
double qh_bar_stop(qh_bar *bar);

#endif
