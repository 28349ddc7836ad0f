/* Several processes of this machine as a crew: copies of this one that share what it has read and a counter. */
#ifndef QH_SCENARIOS_JOBS_H
#define QH_SCENARIOS_JOBS_H

#include <sys/types.h>

#include "scenarios/crew.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_jobs {
    size_t n_child;
    pid_t *child;  /* [n_child], in the parent */
    void *counter; /* shared by all; an atomic number of 64 bits */
} qh_jobs;

/* Processors that this process may use. */
size_t qh_jobs_processors(void);

/* Splits this process into `n`. It returns in each of them, with its own crew; the parent has rank 0. A child
 * works, then ends the process with a qh_status as its exit code; it dies with its parent. QH_E_IO when the system refuses. */
qh_status qh_jobs_start(size_t n, qh_diag *diag, qh_jobs *jobs, qh_crew *crew);

/* In the parent: asks the children to stop. */
void qh_jobs_stop(const qh_jobs *jobs);

/* In the parent: waits for the children, whose exit status is a qh_status, and frees `jobs`. The first status that is not
 * QH_OK; a child that was killed is QH_E_IO, with a message. */
qh_status qh_jobs_wait(qh_jobs *jobs, qh_diag *diag);

#ifdef __cplusplus
}
#endif

#endif
