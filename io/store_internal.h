/* What the parts of the store share. The layout of the file is described in docs/reference/store.md. */
#ifndef QH_IO_STORE_INTERNAL_H
#define QH_IO_STORE_INTERNAL_H

#include "io/hdf5_util_internal.h"
#include "io/store.h"
#include "io/store_driver_internal.h"

/* Grows when a reader of the old layout could no longer read the new one. */
enum { QH_STORE_FORMAT = 1 };

#define QH_STORE_CONVENTIONS "CF-1.11 UGRID-1.0"

/* As qh_store_writer_create, with a tap on every write to the disk. For tests; NULL: none. */
qh_status qh_store_writer_create_tapped(const char *path, const qh_store_provenance *provenance, qh_diag *diag,
                                        const qh_store_tap *tap, qh_store_writer **writer);

/* Names of one constituent's variables. */
typedef struct qh_store_names {
    const char *cell, *section, *point, *storage;
} qh_store_names;

typedef struct qh_store_dims {
    qh_h5_dim node, reach, reach_end, cell, point, grid_node, section, station, withdrawal, transfer, reservoir, source,
        constituent, route;
    qh_h5_dim route_entry, budget_row, budget_term, lane;
} qh_store_dims;

/* What the static part of the file tells the rest of the writer. */
typedef struct qh_store_plan {
    qh_h5 h;
    const qh_run_layout *layout;
    qh_store_dims dim;
    bool geographic; /* all nodes have positions: coordinates are longitude and latitude, else a drawing in m */
    bool has_storage;
    const qh_store_names *names; /* [n_species] */
} qh_store_plan;

/* Where things are drawn: x, y [n_node], m. From longitude and latitude when every node has them, else a schematic
 * from the network's shape: downstream to the right, the main stem straight, tributaries beside it. Scratch memory
 * comes from `arena`. QH_E_NOMEM. */
qh_status qh_store_layout(const qh_case *river_case, const qh_network *network, const qh_flow *flow, qh_arena *arena,
                          bool *geographic, double *x, double *y);

/* Everything that is known before the run: the case, the network, the flow, the grid. Marks plan->h on failure. */
void qh_store_write_static(qh_store_plan *plan);

/* "PREFIX_longitude PREFIX_latitude", or x and y. Scratch memory. */
const char *qh_store_coordinates(qh_store_plan *plan, const char *prefix);

/* Tells readers of UGRID where a variable on nodes, reaches or cells lies; does nothing for other dimensions. */
void qh_store_locate(qh_store_plan *plan, hid_t id, const qh_h5_dim *dim);

/* Days of stations, withdrawals, transfers and reservoirs, of a run that has some. */
void qh_store_write_days(qh_store_plan *plan, const qh_run_result *result);

/* The attainment calendar; `time_units` as of the other times of the file. */
void qh_store_write_calendar(qh_store_plan *plan, const char *time_units, const qh_stored_calendar *calendar);

/* A name that netCDF and CF allow, made from any: NH3-N becomes NH3_N, Chinese stays. In `arena`; NULL: no memory. */
char *qh_store_variable_name(qh_arena *arena, const char *name);

#endif
