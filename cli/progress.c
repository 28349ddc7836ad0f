#include "cli/progress.h"

#include <signal.h>
#include <stdio.h>

/* The one variable that a signal handler may write. */
static volatile sig_atomic_t stop_asked;

static void ask_to_stop(int signal_number) {
    (void)signal_number;
    stop_asked = 1;
}

static double seconds_between(const struct timespec *a, const struct timespec *b) {
    return (double)(b->tv_sec - a->tv_sec) + 1e-9 * (double)(b->tv_nsec - a->tv_nsec);
}

static void print_duration(double seconds) {
    const long s = (long)(seconds + 0.5);
    if (s < 3600)
        fprintf(stderr, "%ld:%02ld", s / 60, s % 60);
    else
        fprintf(stderr, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
}

static void draw(const qh_bar *bar, double done, double elapsed) {
    enum { WIDTH = 30 };
    char cells[WIDTH + 1];
    for (int i = 0; i < WIDTH; i++)
        cells[i] = (double)i < done * WIDTH ? '#' : '.';
    cells[WIDTH] = '\0';
    fprintf(stderr, "\r\033[K[%s] %3.0f %%", cells, 100.0 * done);
    if (done <= 0.0) return;
    if (bar->duration > 0.0) fprintf(stderr, qh_tr(bar->lang, "  %.3g d/s"), bar->duration * done / elapsed / 86400.0);
    if (bar->n_item > 0) fprintf(stderr, qh_tr(bar->lang, "  %.4g scenarios/s"), (double)bar->n_item * done / elapsed);
    fputs(qh_tr(bar->lang, "  remaining "), stderr);
    print_duration(elapsed * (1.0 - done) / done);
}

static bool update(void *self, double done) {
    qh_bar *bar = self;
    if (bar->shown) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (seconds_between(&bar->last, &now) > (bar->drawn ? 0.1 : 0.4)) {
            draw(bar, done < 0.0 ? 0.0 : done > 1.0 ? 1.0 : done, seconds_between(&bar->start, &now));
            fflush(stderr);
            bar->drawn = true;
            bar->last = now;
        }
    }
    return !stop_asked;
}

void qh_bar_start(qh_bar *bar, const qh_app *app, bool quiet, double duration) {
    *bar = (qh_bar){.lang = app->lang, .shown = app->terminal && !quiet, .duration = duration};
    clock_gettime(CLOCK_MONOTONIC, &bar->start);
    bar->last = bar->start;
    /* SA_RESETHAND: a second Ctrl-C is meant. */
    struct sigaction action = {.sa_handler = ask_to_stop, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

qh_progress qh_bar_progress(qh_bar *bar) { return (qh_progress){bar, update}; }

double qh_bar_elapsed(const qh_bar *bar) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return seconds_between(&bar->start, &now);
}

double qh_bar_stop(qh_bar *bar) {
    if (bar->drawn) fputs("\r\033[K", stderr);
    return qh_bar_elapsed(bar);
}
