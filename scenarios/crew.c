#include "scenarios/crew.h"

#include <dlfcn.h>
#include <unistd.h>

static uint64_t take(void *self, uint64_t count) {
    uint64_t *counter = self;
    const uint64_t before = *counter;
    *counter += count;
    return before;
}

static void nothing(void *self) { (void)self; }

static int same(void *self, int value) {
    (void)self;
    return value;
}

qh_crew qh_crew_alone(uint64_t *counter) {
    *counter = 0;
    return (qh_crew){
        .self = counter, .rank = 0, .size = 1, .take = take, .help = nothing, .worst = same, .dismiss = nothing};
}

qh_status qh_crew_join(const char *path, qh_diag *diag, qh_crew *crew) {
    QH_CHECK(access(path, R_OK) == 0, QH_E_USAGE, diag, QH_NOWHERE,
             "this process is one of several that MPI has started, but %s is not there: qinghe was built or installed "
             "without MPI. Build it where mpicc is found, or use --jobs or --shard",
             path);
    /* Global: MPI's own components look for its symbols. It stays loaded; MPI ends only with the process. */
    void *library = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
    QH_CHECK(library, QH_E_USAGE, diag, QH_NOWHERE, "%s cannot be loaded: %s", path, dlerror());
    const qh_crew_plugin *plugin = dlsym(library, "qh_crew_plugin_mpi");
    QH_CHECK(plugin && plugin->abi == QH_CREW_ABI, QH_E_USAGE, diag, QH_NOWHERE,
             "%s belongs to another version of qinghe", path);
    QH_CHECK(plugin->join(crew), QH_E_USAGE, diag, QH_NOWHERE, "MPI could not be started");
    return QH_OK;
}
