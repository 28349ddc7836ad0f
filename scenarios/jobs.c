#define _GNU_SOURCE 1 /* sched_getaffinity; NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#include "scenarios/jobs.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static uint64_t take(void *self, uint64_t count) {
    const qh_jobs *jobs = self;
    return atomic_fetch_add((_Atomic uint64_t *)jobs->counter, count);
}

static void nothing(void *self) { (void)self; }

/* What all must agree on is the parent's alone. */
static int same(void *self, int value) {
    (void)self;
    return value;
}

size_t qh_jobs_processors(void) {
    cpu_set_t allowed; /* what a queueing system has left to this process, not what the machine has */
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 1;
    const int n = CPU_COUNT(&allowed);
    return n > 0 ? (size_t)n : 1;
}

/* A page that stays one after fork. */
static void *shared_page(void) {
    FILE *file = tmpfile();
    void *page = MAP_FAILED;
    if (file && ftruncate(fileno(file), (off_t)sizeof(uint64_t)) == 0)
        page = mmap(NULL, sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0);
    if (file) (void)fclose(file);
    return page == MAP_FAILED ? NULL : page;
}

static qh_status refuse(qh_diag *diag) {
    char reason[128];
    if (strerror_r(errno, reason, sizeof reason) != 0) (void)snprintf(reason, sizeof reason, "errno %d", errno);
    qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "no further process can be started: %s", reason);
    return QH_E_IO;
}

qh_status qh_jobs_start(size_t n, qh_diag *diag, qh_jobs *jobs, qh_crew *crew) {
    *jobs = (qh_jobs){.child = calloc(n, sizeof *jobs->child), .counter = shared_page()};
    *crew =
        (qh_crew){.self = jobs, .rank = 0, .size = n, .take = take, .help = nothing, .worst = same, .dismiss = nothing};
    if (!jobs->child) return QH_E_NOMEM;
    if (!jobs->counter) return refuse(diag);
    (void)fflush(NULL); /* or the copies would print it again */
    while (jobs->n_child + 1 < n) {
        const pid_t child = fork();
        if (child < 0) {
            const qh_status status = refuse(diag);
            qh_jobs_stop(jobs);
            (void)qh_jobs_wait(jobs, NULL);
            return status;
        }
        if (child == 0) {
            crew->rank = jobs->n_child + 1;
            (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* no orphans that hold shards */
            return QH_OK;
        }
        jobs->child[jobs->n_child++] = child;
    }
    return QH_OK;
}

void qh_jobs_stop(const qh_jobs *jobs) {
    for (size_t i = 0; i < jobs->n_child; i++)
        (void)kill(jobs->child[i], SIGTERM);
}

static qh_status outcome(int code, qh_diag *diag) {
    if (WIFEXITED(code)) return (qh_status)WEXITSTATUS(code);
    qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "a worker was killed by signal %d; what it had finished is kept",
                WTERMSIG(code));
    return QH_E_IO;
}

qh_status qh_jobs_wait(qh_jobs *jobs, qh_diag *diag) {
    qh_status first = QH_OK;
    for (size_t i = 0; i < jobs->n_child; i++) {
        int code = 0;
        while (waitpid(jobs->child[i], &code, 0) < 0 && errno == EINTR) {}
        const qh_status status = outcome(code, diag);
        if (first == QH_OK) first = status;
    }
    free(jobs->child);
    (void)munmap(jobs->counter, sizeof(uint64_t));
    *jobs = (qh_jobs){0};
    return first;
}
