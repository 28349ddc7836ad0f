/* Several processes of this machine as a crew: copies of this one that share what it has read and a counter. */
#ifndef QH_CLI_JOBS_H
#define QH_CLI_JOBS_H

#include <sys/types.h>

#include "scenarios/crew.h"

typedef struct qh_jobs {
    size_t n_child;
    pid_t *child;              /* [n_child], in the parent */
    pid_t parent;              /* in a child; 0 in the parent */
    _Atomic uint64_t *counter; /* shared by all */
} qh_jobs;

/* Processors that this process may use. */
size_t qh_jobs_processors(void);

/* Splits this process into `n`. It returns in each of them, with its own crew; the parent has rank 0. QH_E_IO when the
 * system refuses. */
qh_status qh_jobs_start(size_t n, qh_diag *diag, qh_jobs *jobs, qh_crew *crew);

/* In a child: whether the parent is still there. In the parent: true. */
bool qh_jobs_alive(const qh_jobs *jobs);

/* In the parent: asks the children to stop. */
void qh_jobs_stop(const qh_jobs *jobs);

/* In the parent: waits for the children, whose exit status is a qh_status, and frees `jobs`. The first status that is not
 * QH_OK; a child that was killed is QH_E_IO, with a message. */
qh_status qh_jobs_wait(qh_jobs *jobs, qh_diag *diag);

#endif
