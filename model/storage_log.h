/* What reservoirs did, day by day: levels, volumes, and the balance of their water. */
#ifndef QH_MODEL_STORAGE_LOG_H
#define QH_MODEL_STORAGE_LOG_H

#include "model/release_log.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of each whole day since the run's start; a part of a day at its end does not count. Levels are those at the ends of the
 * router's steps. Over each day: volume - volume of the day before = 86400 s (inflow - released - diverted - taken). */
typedef struct qh_storage_log {
    size_t n_day, n_reservoir;
    double *start_volume;             /* [n_reservoir], m3, at the run's start */
    double *level, *lowest, *highest; /* [n_day][n_reservoir], m: at the day's end; of all the day */
    double *volume;                   /* [n_day][n_reservoir], m3, at the day's end */
    double *inflow;                   /* [n_day][n_reservoir], m3/s: all that arrives, means as all that follow */
    double *spilled;        /* [n_day][n_reservoir], m3/s, of what is released: over weirs, which nobody sets */
    double *diverted;       /* [n_day][n_reservoir], m3/s, by the station */
    double *taken;          /* [n_day][n_reservoir], m3/s, by withdrawals and transfers */
    qh_release_log release; /* of reservoirs: into the river below, beside the ecological flow */
} qh_storage_log;

/* Of `duration` [s]; memory of `arena`. Starting volumes are left at 0. */
qh_status qh_storage_log_create(double duration, size_t n_reservoir, qh_arena *arena, qh_storage_log *log);

/* One reservoir in one step of a router; flows are means over it. */
typedef struct qh_storage_step {
    double start, end;                                 /* s since the run's start */
    double level_start, level_end;                     /* m */
    double volume_start, volume_end;                   /* m3 */
    double inflow, released, spilled, diverted, taken; /* m3/s */
    double target;                                     /* m3/s, ecological flow that is due; 0: none */
} qh_storage_step;

/* A step that goes over midnight gives to both days; in between, volume and level are straight lines, which for the volume is
 * what its balance says. */
void qh_storage_log_add(qh_storage_log *log, size_t reservoir, const qh_storage_step *step);

/* One reservoir over all days of the log. */
typedef struct qh_storage_record {
    double lowest, highest;                            /* m */
    size_t lowest_day, highest_day;                    /* days since the run's start */
    double level_end;                                  /* m */
    double volume_start, volume_end;                   /* m3 */
    double inflow, released, spilled, diverted, taken; /* m3 */
    double residual;                                   /* m3: what the balance does not close by */
    size_t days_at_dead, days_below_minimum;           /* down to the dead level; under the station's minimum level */
} qh_storage_record;

/* `dead` and `minimum` [m]: levels to count by; -INFINITY where there is none. */
qh_storage_record qh_storage_record_of(const qh_storage_log *log, size_t reservoir, double dead, double minimum);

#ifdef __cplusplus
}
#endif
#endif
