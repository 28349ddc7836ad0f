#include "cli/sweep_progress.h"

#include <stdio.h>

/* Often enough to see that it goes on, seldom enough for the log of a night. */
static const double FIRST_LINE = 2.0, LINES_APART = 30.0, JSON_APART = 1.0; /* s */

static void tell(const qh_sweep_progress *p, double done, double elapsed) {
    const double finished = done * (double)p->n_left, rate = finished / elapsed;
    const unsigned long long at = (unsigned long long)p->n_kept + (unsigned long long)finished;
    const unsigned long long of = (unsigned long long)p->n_kept + (unsigned long long)p->n_left;
    const double remaining = rate > 0.0 ? ((double)p->n_left - finished) / rate : 0.0;
    if (p->json)
        fprintf(stderr,
                "{\"event\":\"progress\",\"finished\":%llu,\"scenarios\":%llu,\"elapsed_s\":%.1f,\"per_second\":%.6g,"
                "\"remaining_s\":%.1f}\n",
                at, of, elapsed, rate, remaining);
    else
        fprintf(stderr, qh_tr(p->bar.lang, "%llu of %llu scenarios, %.4g a second, remaining %.0f s\n"), at, of, rate,
                remaining);
}

static bool update(void *self, double done) {
    qh_sweep_progress *p = self;
    if (p->lines || p->json) {
        const double elapsed = qh_bar_elapsed(&p->bar);
        const double apart = p->json ? JSON_APART : p->told > 0.0 ? LINES_APART : FIRST_LINE;
        if (elapsed - p->told > apart) {
            tell(p, done, elapsed);
            p->told = elapsed;
        }
    }
    const qh_progress bar = qh_bar_progress(&p->bar);
    return bar.update(bar.self, done);
}

void qh_sweep_progress_start(qh_sweep_progress *progress, const qh_app *app, bool quiet, bool json, uint64_t n_kept,
                             uint64_t n_left) {
    *progress = (qh_sweep_progress){
        .lines = !app->terminal && !quiet && !json, .json = json && !quiet, .n_kept = n_kept, .n_left = n_left};
    qh_bar_start(&progress->bar, app, quiet || json, 0.0);
    progress->bar.n_item = n_left;
}

qh_progress qh_sweep_progress_get(qh_sweep_progress *progress) { return (qh_progress){progress, update}; }
