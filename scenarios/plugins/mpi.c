/* A crew of MPI processes, as a library of its own: build/qinghe_mpi.so.
 *
 * The counter is a word of rank 0's memory that all others add to without its help (MPI_Fetch_and_op in a passive
 * epoch). Where the network has no such hardware, MPI serves those accesses when rank 0 calls it, so rank 0 does so now
 * and then (help). An error inside MPI ends all processes: that is MPI's own rule, and what is finished is kept. */
#include <mpi.h>
#include <stdlib.h>
#include <time.h>

#include "scenarios/crew.h"

enum { NAP = 1000000 }; /* ns, the longest while waiting */

typedef struct mpi_crew {
    MPI_Win window;
    bool started; /* by us, so that we end it */
} mpi_crew;

static uint64_t take(void *self, uint64_t count) {
    const mpi_crew *m = self;
    uint64_t before = 0;
    MPI_Fetch_and_op(&count, &before, MPI_UINT64_T, 0, 0, MPI_SUM, m->window);
    MPI_Win_flush(0, m->window);
    return before;
}

static void help(void *self) {
    (void)self;
    int flag = 0;
    MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &flag, MPI_STATUS_IGNORE);
}

/* Who has nothing left to do waits here for the others, and must leave the processor to them: MPI's own waiting would keep
 * one busy. Between two naps it serves the takes of others. */
static int worst(void *self, int value) {
    (void)self;
    int largest = value, done = 0;
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Iallreduce(&value, &largest, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD, &request);
    for (long nap = 1000; !done; nap = nap < NAP ? 2 * nap : NAP) {
        MPI_Request_get_status(request, &done, MPI_STATUS_IGNORE);
        if (!done) (void)nanosleep(&(struct timespec){0, nap}, NULL);
    }
    MPI_Wait(&request, MPI_STATUS_IGNORE); /* which has come to its end */
    return largest;
}

static void dismiss(void *self) {
    mpi_crew *m = self;
    MPI_Win_unlock_all(m->window);
    MPI_Win_free(&m->window);
    if (m->started) MPI_Finalize();
    free(m);
}

static bool join(qh_crew *crew) {
    mpi_crew *m = calloc(1, sizeof *m);
    if (!m) return false;
    int initialised = 0, rank = 0, size = 0;
    MPI_Initialized(&initialised);
    m->started = !initialised;
    if (m->started && MPI_Init(NULL, NULL) != MPI_SUCCESS) {
        free(m);
        return false;
    }
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    uint64_t *counter = NULL;
    MPI_Win_allocate(rank == 0 ? (MPI_Aint)sizeof *counter : 0, (int)sizeof *counter, MPI_INFO_NULL, MPI_COMM_WORLD,
                     &counter, &m->window);
    MPI_Win_lock_all(0, m->window);
    if (rank == 0) {
        *counter = 0;
        MPI_Win_sync(m->window);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    *crew = (qh_crew){.self = m,
                      .rank = (size_t)rank,
                      .size = (size_t)size,
                      .take = take,
                      .help = help,
                      .worst = worst,
                      .dismiss = dismiss};
    return true;
}

extern const qh_crew_plugin qh_crew_plugin_mpi;
__attribute__((visibility("default"))) const qh_crew_plugin qh_crew_plugin_mpi = {QH_CREW_ABI, join};
