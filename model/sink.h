/* The sink: where a solver's results go. Solvers fill it, the store (io/) and the tests implement it; so io/ and
 * solvers/ never see each other. */
#ifndef QH_MODEL_SINK_H
#define QH_MODEL_SINK_H

#include "model/budget.h"
#include "model/grid.h"
#include "model/release_log.h"
#include "model/storage_log.h"
#include "model/transfer_log.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What is known before the first frame. All pointers outlive the run. */
typedef struct qh_run_layout {
    const qh_case *river_case;
    const qh_network *network;
    const qh_flow *flow;
    const qh_grid *grid;
    const char *engine; /* name of the engine that solves */
    size_t n_species, n_lane;
    bool water_moves;      /* the flow changes in time: frames and samples tell of the water as well */
    bool water_has_levels; /* its frames tell levels */
} qh_run_layout;

/* Water that changes in time, at the time of a frame; one for all lanes. Flows are means over the router's last step. */
typedef struct qh_frame_water {
    const double *discharge; /* [n_cell], m3/s, mean of the cell's two faces, negative upstream */
    const double *depth;     /* [n_cell], m, area over width */
    const double *volume;    /* [n_cell], m3 */
    const double *level;     /* [n_cell], m above the case's datum; NULL unless water_has_levels */
} qh_frame_water;

/* A profile of the whole network at one time. */
typedef struct qh_frame {
    double time;                 /* s since the start of the run */
    const double *cell;          /* [n_cell][n_species][n_lane], g/m3, cell means */
    const double *storage;       /* [n_cell][n_species][n_lane], g/m3, storage zones; NULL when no reach has one */
    const double *point;         /* [n_point][n_species][n_lane], g/m3, fully mixed at the points */
    const qh_frame_water *water; /* NULL unless water_moves */
} qh_frame;

/* Concentrations at the control sections at one time, and the reservoirs. */
typedef struct qh_sample {
    double time;           /* s since the start of the run */
    const double *section; /* [n_section][n_species][n_lane], g/m3 */
    /* NULL unless water_moves; flows are means over the router's last step. */
    const double *discharge;       /* [n_section], m3/s, through the section */
    const double *reservoir_level; /* [n_reservoir], m above the case's datum */
    const double
        *reservoir_released; /* [n_reservoir], m3/s, into the river below: not what stations and withdrawals take */
} qh_sample;

/* What is known after the last frame. */
typedef struct qh_run_result {
    const qh_budget *budget;
    const qh_release_log *release; /* of the case's stations by day, where the water moves; else NULL */
    const qh_release_log *take; /* likewise of its withdrawals: target is what they ask for, released what they take */
    const qh_transfer_log *transfer; /* likewise of its transfers */
    const qh_storage_log *storage;   /* likewise of its reservoirs */
    size_t n_statistic;
    const char *const *statistic_name; /* [n_statistic], "steps", "newton_iterations" ... */
    const double *statistic;           /* [n_statistic] */
} qh_run_result;

/* Calls come in the order begin, (frame | sample)*, end. A steady run gives one frame and one sample at time 0. When a
 * run stops early `end` is not called. A call that fails stops the solver, which returns that status. */
typedef struct qh_sink {
    void *self;
    qh_status (*begin)(void *self, const qh_run_layout *layout);
    qh_status (*frame)(void *self, const qh_frame *frame);
    qh_status (*sample)(void *self, const qh_sample *sample);
    qh_status (*end)(void *self, const qh_run_result *result);
} qh_sink;

#ifdef __cplusplus
}
#endif
#endif
