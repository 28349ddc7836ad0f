/* How this process was started: alone, or as one of several by mpirun or srun. */
#ifndef QH_SCENARIOS_LAUNCH_H
#define QH_SCENARIOS_LAUNCH_H

#include "scenarios/crew.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum qh_launch {
    QH_LAUNCHED_ALONE,
    QH_LAUNCHED_BY_MPI,
    QH_LAUNCHED_WITHOUT_MPI /* by srun as one of several that do not know of each other */
} qh_launch;

/* Reads it from the environment that mpirun (Open MPI, MPICH) and srun leave. */
qh_launch qh_launch_find(void);

/* Where the MPI plugin is: beside the program, or where `make install` puts it. path [size]. */
void qh_launch_plugin(size_t size, char *path);

#ifdef __cplusplus
}
#endif

#endif
