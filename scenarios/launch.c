#include "scenarios/launch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long number_of(const char *variable) {
    const char *text = getenv(variable);
    return text ? strtol(text, NULL, 10) : 0;
}

qh_launch qh_launch_find(void) {
    /* Open MPI's mpirun; Hydra's (MPICH, Intel) and srun --mpi=pmi2; srun --mpi=pmix, which does not tell the size. */
    if (number_of("OMPI_COMM_WORLD_SIZE") > 1 || number_of("PMI_SIZE") > 1) return QH_LAUNCHED_BY_MPI;
    if (number_of("OMPI_COMM_WORLD_SIZE") == 1 || number_of("PMI_SIZE") == 1) return QH_LAUNCHED_ALONE;
    const bool several = number_of("SLURM_STEP_NUM_TASKS") > 1;
    if (getenv("PMIX_RANK")) return several || !getenv("SLURM_STEP_NUM_TASKS") ? QH_LAUNCHED_BY_MPI : QH_LAUNCHED_ALONE;
    return several ? QH_LAUNCHED_WITHOUT_MPI : QH_LAUNCHED_ALONE;
}

void qh_launch_plugin(size_t size, char *path) {
    static const char *const place[] = {"/qinghe_mpi.so", "/../lib/qinghe/qinghe_mpi.so"};
    char program[4096];
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    program[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(program, '/');
    if (slash) *slash = '\0';
    for (size_t i = 0; i < sizeof place / sizeof *place; i++) {
        (void)snprintf(path, size, "%s%s", program, place[i]);
        if (access(path, R_OK) == 0) return;
    }
    (void)snprintf(path, size, "%s%s", program, place[0]);
}
