/* The workers of a sweep, whatever brought them together: one process, processes of one machine, or MPI.
 *
 * They share one thing, a counter that hands out numbers in order: who is done early takes more. MPI itself lives in a
 * plugin (scenarios/plugins/mpi.c), so that the program runs where there is none. */
#ifndef QH_SCENARIOS_CREW_H
#define QH_SCENARIOS_CREW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/diag.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One worker's view of the crew. Functions are never NULL. */
typedef struct qh_crew {
    void *self;
    size_t rank, size;                            /* 0 ... size - 1 */
    uint64_t (*take)(void *self, uint64_t count); /* what the counter was before `count` was added to it */
    void (*help)(void *self);                     /* called now and then, so that takes of others go on */
    int (*worst)(void *self, int value);          /* waits for all; the largest value that was given */
    void (*dismiss)(void *self);                  /* the end; the crew is not used after it */
} qh_crew;

/* The plugin: the symbol qh_crew_plugin_mpi of its library. */
typedef struct qh_crew_plugin {
    int abi; /* QH_CREW_ABI */
    /* Joins the others; false when it cannot. */
    bool (*join)(qh_crew *crew);
} qh_crew_plugin;

enum { QH_CREW_ABI = 1 };

/* A crew of one. `counter` is its memory, and lives as long. */
qh_crew qh_crew_alone(uint64_t *counter);

/* Loads the plugin at `path` and joins. QH_E_USAGE, with the reason, when it is not there or does not fit. */
qh_status qh_crew_join(const char *path, qh_diag *diag, qh_crew *crew);

#ifdef __cplusplus
}
#endif
#endif
