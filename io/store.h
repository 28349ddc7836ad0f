/* The store: one run in one HDF5 file that netCDF-4 readers open as it is (CF-1.11, UGRID-1.0). */
#ifndef QH_IO_STORE_H
#define QH_IO_STORE_H

#include "model/sink.h"
#include "model/standard.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- writing ---- */

typedef struct qh_store_writer qh_store_writer;

typedef struct qh_store_provenance {
    const char *command; /* the command line as typed */
    const char *history; /* more for the history attribute; may be "" */
    qh_diag *diag;       /* warnings and advice that stand before the run are stored with it; may be NULL */
} qh_store_provenance;

/* A sink that writes to `path`, under `path`.part until complete. An existing `path` is replaced only by the final
 * rename. Owned by the caller. */
qh_status qh_store_writer_create(const char *path, const qh_store_provenance *provenance, qh_diag *diag,
                                 qh_store_writer **writer);
qh_sink qh_store_writer_sink(qh_store_writer *writer);

/* The attainment calendar of a run: the class of every control section by day, by month and of the year, as one standard
 * judges them (scenarios/attainment.h has the rules). Classes are 1.., one more than the last where the water is worse,
 * 0 where no item counts. */
typedef struct qh_stored_calendar {
    const char *standard; /* its code */
    size_t n_day, n_month;
    const double *day, *month;                   /* [n_day], [n_month], where they begin, s since start */
    const int *day_class;                        /* [n_day][n_section] */
    const int *month_class;                      /* [n_month][n_section] */
    const int *month_days, *month_days_attained; /* [n_month][n_section] */
    const int *year_class;                       /* [n_section]; NULL for a run of less than 12 months */
} qh_stored_calendar;

/* Between the end of the run and qh_store_writer_finish: the file as it is by then, to be read back by qh_store_open. */
const char *qh_store_writer_part(const qh_store_writer *writer);

/* In the same interval, once: keeps the calendar. QH_E_USAGE at any other time; QH_E_IO with a message. */
qh_status qh_store_writer_add_calendar(qh_store_writer *writer, const qh_stored_calendar *calendar, qh_diag *diag);

/* Renames the complete file into place (QH_OK), or, when `end` was never called, leaves `path`.part flushed and marked
 * incomplete (QH_E_INTERRUPTED). */
qh_status qh_store_writer_finish(qh_store_writer *writer, qh_diag *diag);

/* Frees; an unfinished file stays as .part, flushed. NULL is allowed. */
void qh_store_writer_destroy(qh_store_writer *writer);

/* ---- reading ---- */

typedef struct qh_store qh_store;

/* One control section as stored. */
typedef struct qh_stored_section {
    const char *code, *name, *level, *district, *reach_name;
    double chainage;  /* m, in its reach */
    int target_class; /* 1.. */
    bool is_protected;
    bool has_position;
    double longitude, latitude; /* deg */
    size_t reach;
    double discharge; /* m3/s */
} qh_stored_section;

typedef struct qh_stored_constituent {
    const char *name, *title, *item;
} qh_stored_constituent;

typedef struct qh_stored_station {
    const char *name, *reach_name, *rule;
    double chainage; /* m */
    qh_station_flow flow;
    size_t reach, tailrace_reach;
    double tailrace_chainage; /* m */
    double capacity;          /* m3/s */
    /* Of a month, January first: what its rules ask for, and the name of the one that asks for the most. NULL in files of
     * older versions. */
    const double *monthly_flow;      /* [12], m3/s */
    const char *const *monthly_rule; /* [12] */
} qh_stored_station;

typedef struct qh_stored_withdrawal {
    const char *code, *name, *kind, *reach_name;
    double chainage; /* m */
    qh_withdrawal_flow flow;
    size_t reach;
    qh_optional priority; /* -, order at one place; not given: the order of the table */
} qh_stored_withdrawal;

/* A pumped transfer. */
typedef struct qh_stored_transfer {
    const char *code, *name;
    size_t reach, to_reach;
    double chainage, to_chainage; /* m */
    double capacity;              /* m3/s */
    qh_withdrawal_flow flow;
    qh_optional priority; /* as of a withdrawal */
    size_t reservoir;     /* that it takes from; SIZE_MAX: from a river, or the file is older */
} qh_stored_transfer;

/* A reservoir. */
typedef struct qh_stored_reservoir {
    const char *name;
    size_t reach;
    double chainage;           /* m, of its dam */
    qh_optional dead_level;    /* m */
    qh_optional minimum_level; /* m, below which the station at its dam stands still */
} qh_stored_reservoir;

typedef struct qh_stored_source {
    const char *kind; /* "headwater", "tributary", "outfall", "lateral" */
    const char *code, *name, *category, *district, *body;
    const char *reach_name; /* "" for a headwater */
    const char *node_name;  /* "" unless a headwater */
    double chainage;        /* m */
    double flow;            /* m3/s */
    const double *load;     /* [n_constituent], g/s, mean over the run */
    const char *permit, *standard, *entry, *note;
    const char *status;          /* "surveyed", "monitored", "traced", "treated", "closed", "" when not known */
    size_t reach, node;          /* SIZE_MAX where there is none: a headwater has a node, all others a reach */
    double end_chainage;         /* m, where a lateral ends; NaN for others */
    const double *concentration; /* [n_constituent], g/m3, mean over the run; NaN for a load without water */
    const double *limit;         /* [n_constituent], g/m3, permitted; NaN where there is none */
    bool has_position;
    double longitude, latitude; /* deg */
} qh_stored_source;

typedef struct qh_stored_reach {
    const char *name, *river;
    size_t from, to; /* nodes */
    double length;   /* m */
    size_t first_cell, n_cell;
    double discharge; /* m3/s at the upstream end */
} qh_stored_reach;

typedef struct qh_stored_node {
    const char *name;
    bool has_position;
    double longitude, latitude; /* deg */
    double x, y;                /* m, where to draw it: projected, or in a schematic (info.schematic) */
} qh_stored_node;

/* A place where concentrations are known exactly, fully mixed: a node, or a break point in a reach. */
typedef struct qh_stored_point {
    size_t node, reach; /* one of them is SIZE_MAX */
    double chainage;    /* m, in the reach; NaN at a node */
} qh_stored_point;

typedef struct qh_stored_statistic {
    const char *name; /* "steps", "wall_seconds" ... */
    double value;
} qh_stored_statistic;

typedef struct qh_stored_route {
    const char *name;
    size_t count;
    const size_t *reach; /* [count] */
} qh_stored_route;

typedef struct qh_stored_budget_row {
    const char *reach_name; /* "" for the whole network */
    size_t constituent;
    double term[QH_BUDGET_TERMS]; /* g/s (steady) or g */
    double residual, throughput;  /* likewise */
} qh_stored_budget_row;

/* What does not depend on time; lives as long as the store. */
typedef struct qh_store_info {
    const char *path;
    bool complete;
    bool steady;
    const char *case_name, *case_title, *case_note, *standard, *engine, *command, *version, *start;
    const char *scenario, *scenario_title; /* "" for the case as it stands in its folder */
    int month;                             /* 0: not given */
    size_t n_constituent, n_section, n_station, n_withdrawal, n_transfer, n_reservoir, n_source, n_reach, n_node,
        n_route, n_budget_row, n_message;
    size_t n_cell, n_frame, n_sample;
    const qh_stored_constituent *constituent;
    const qh_stored_section *section;
    const qh_stored_station *station;
    const qh_stored_withdrawal *withdrawal;
    const qh_stored_transfer *transfer;
    const qh_stored_reservoir *reservoir;
    const qh_stored_source *source;
    const qh_stored_reach *reach;
    const qh_stored_node *node;
    const qh_stored_route *route;
    const qh_stored_budget_row *budget_row;
    const char *const *message;  /* [n_message], warnings and advice of the run */
    const double *cell_chainage; /* [n_cell], m, in its reach */
    const double *cell_discharge, *cell_velocity, *cell_depth, *cell_width; /* [n_cell], m3/s, m/s, m, m */
    const double *frame_time;                                               /* [n_frame], s since start */
    const double *sample_time;                                              /* [n_sample], s since start */
    double worst_residual;         /* -, over throughput; NaN when the run did not end */
    const qh_release_log *release; /* of its stations by day, where the water moves and the run ended; else NULL */
    const qh_release_log *take;    /* likewise of its withdrawals, with what they asked for as target */
    const qh_transfer_log *moved;  /* likewise of its transfers */
    const qh_storage_log *storage; /* likewise of its reservoirs */
    bool has_reservoir_series;     /* qh_store_read_reservoir tells of them */
    bool water_moves;      /* the flow changes in time: qh_store_read_water and qh_store_read_discharge tell it */
    bool water_has_levels; /* QH_WATER_LEVEL as well */
    bool schematic;        /* nodes lack positions: x and y of the nodes are a drawing, not a map */
    size_t n_lane, n_point, n_statistic, n_case_file;
    const qh_stored_point *point;
    const qh_stored_statistic *statistic;
    const char *const *case_file;    /* [n_case_file], names for qh_store_case_file */
    const int *message_severity;     /* [n_message], a qh_severity */
    const char *const *message_file; /* [n_message], input file a message is about, "" for none */
    const int *message_line;         /* [n_message], line in it, 0 when not known */
    const size_t *cell_reach;        /* [n_cell] */
    const double *cell_length, *cell_area, *cell_dispersion; /* [n_cell], m, m2, m2/s */
    const char *commit, *date; /* source of the program; ISO 8601 UTC, when the run began */
    size_t n_scenario_file;
    const char *const *scenario_file; /* [n_scenario_file], names for qh_store_case_file: the scenario's text and those
                                       * that it extends, in the order of their changes */
} qh_store_info;

/* Opens a run, complete or not (then up to its last flushed frame). QH_E_IO with a message when it is no run of ours. */
qh_status qh_store_open(const char *path, qh_diag *diag, qh_store **store);
void qh_store_close(qh_store *store);
const qh_store_info *qh_store_get_info(const qh_store *store);

/* Samples first .. first+count-1 of one section and constituent: values [count], g/m3. */
qh_status qh_store_read_section(qh_store *store, size_t section, size_t constituent, size_t first, size_t count,
                                qh_diag *diag, double *values);

/* One constituent's profile of one frame: values [n_cell], g/m3. */
qh_status qh_store_read_frame(qh_store *store, size_t frame, size_t constituent, qh_diag *diag, double *values);

/* One constituent at the points of one frame: values [n_point], g/m3. */
qh_status qh_store_read_points(qh_store *store, size_t frame, size_t constituent, qh_diag *diag, double *values);

typedef enum qh_water_quantity {
    QH_WATER_DISCHARGE, /* m3/s, negative upstream */
    QH_WATER_DEPTH,     /* m, area over width */
    QH_WATER_VOLUME,    /* m3 */
    QH_WATER_LEVEL      /* m above the case's datum */
} qh_water_quantity;

/* Of a run whose water moves: a quantity of one frame, values [n_cell]. */
qh_status qh_store_read_water(qh_store *store, size_t frame, qh_water_quantity quantity, qh_diag *diag, double *values);

/* Discharge through a section, m3/s, at samples first .. first+count-1: values [count]. Where the water does not move, the
 * same at all of them. */
qh_status qh_store_read_discharge(qh_store *store, size_t section, size_t first, size_t count, qh_diag *diag,
                                  double *values);

typedef enum qh_reservoir_quantity {
    QH_RESERVOIR_LEVEL,   /* m above the case's datum */
    QH_RESERVOIR_RELEASED /* m3/s, into the river below: not what stations and withdrawals take */
} qh_reservoir_quantity;

/* Of a run with info->has_reservoir_series: a quantity of a reservoir at samples first .. first+count-1: values [count]. */
qh_status qh_store_read_reservoir(qh_store *store, size_t reservoir, qh_reservoir_quantity quantity, size_t first,
                                  size_t count, qh_diag *diag, double *values);

/* The functions above read lane 0, the only one of a single run. In a file of several, this lane from now on. */
qh_status qh_store_use_lane(qh_store *store, size_t lane);

/* The text of an input file as stored ("case.yaml"); NULL when there is none. Lives as long as the store. */
const char *qh_store_case_file(const qh_store *store, const char *name);

#ifdef __cplusplus
}
#endif
#endif
