/* From shards to one file: of their own numbers, or a view over them. */
#ifndef QH_IO_SWEEP_MERGE_H
#define QH_IO_SWEEP_MERGE_H

#include "io/sweep_shard.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Makes `path` from shards in which every scenario is finished; its bytes depend on the plan, the case and the program
 * alone, not on who computed what. The largest shard becomes the file, where it may (keep false): then the shards are
 * gone, and must not be read through `scan` again. It appears under its name when it is complete and on the disk. Killed in
 * between, it can be called again. QH_E_INPUT when scenarios are missing. */
qh_status qh_sweep_merge(const char *path, const qh_sweep_layout *layout, const qh_sweep_scan *scan, bool keep,
                         qh_diag *diag);

/* Makes `path` a view over the shards by virtual datasets, whatever is finished of them; nothing is copied, and it must
 * stay beside their folder. What is not computed yet shows as NaN and -1. */
qh_status qh_sweep_view(const char *path, const qh_sweep_layout *layout, const qh_sweep_scan *scan, qh_diag *diag);

/* "PATH.shards" in `arena`: where the shards of PATH are. NULL: no memory. */
char *qh_sweep_folder(qh_arena *arena, const char *path);

#ifdef __cplusplus
}
#endif
#endif
