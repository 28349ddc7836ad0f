/* What stations, withdrawals, transfers and reservoirs did by day, in the file of a run whose water moves. */
#include "io/store_internal.h"

/* A variable by day and row of one kind. */
typedef struct day_table {
    qh_store_plan *plan;
    const qh_h5_dim *day, *row;
} day_table;

static void put(const day_table *t, const char *name, const char *units, const char *long_name, const double *values) {
    const qh_h5_variable variable = {
        .name = name, .units = units, .long_name = long_name, .rank = 2, .dim = {t->day, t->row}};
    qh_h5_close(qh_h5_put_doubles(&t->plan->h, t->plan->h.file, variable, values));
}

static void put_flow(const day_table *t, const char *name, const char *long_name, const double *values) {
    put(t, name, "m3 s-1", long_name, values);
}

/* What stations released. */
static void put_releases(const day_table *t, const qh_release_log *log) {
    put_flow(t, "station_daily_arriving", "discharge that reaches the dam, mean of the day", log->arriving);
    put_flow(t, "station_daily_ecological_flow", "ecological flow that the rule asks for, mean of the day",
             log->target);
    put_flow(t, "station_daily_released", "discharge left in the river below the dam, mean of the day", log->released);
    put_flow(t, "station_daily_deficit",
             "ecological flow that was missing, mean over the day of what was missing at every moment", log->deficit);
}

/* What withdrawals took. */
static void put_takes(const day_table *t, const qh_release_log *log) {
    put_flow(t, "withdrawal_daily_asked", "discharge asked for, mean of the day", log->target);
    put_flow(t, "withdrawal_daily_taken", "discharge taken, mean of the day", log->released);
    put_flow(t, "withdrawal_daily_deficit",
             "discharge that was missing, mean over the day of what was missing at every moment", log->deficit);
}

/* What transfers moved. */
static void put_transfers(const day_table *t, const qh_transfer_log *log) {
    put_flow(t, "transfer_daily_wanted", "discharge wanted, mean of the day", log->moved.target);
    put_flow(t, "transfer_daily_carried", "discharge carried, mean of the day", log->moved.released);
    put_flow(t, "transfer_daily_deficit",
             "discharge that was missing, mean over the day of what was missing at every moment", log->moved.deficit);
    put_flow(t, "transfer_daily_held_by_rule", "of the deficit, what rules of operation held back, mean of the day",
             log->held);
}

/* What reservoirs did. */
static void put_storage(const day_table *t, const qh_storage_log *log) {
    const qh_h5_variable start = {.name = "reservoir_start_volume",
                                  .units = "m3",
                                  .long_name = "volume at the start of the run",
                                  .rank = 1,
                                  .dim = {t->row}};
    qh_h5_close(qh_h5_put_doubles(&t->plan->h, t->plan->h.file, start, log->start_volume));
    put(t, "reservoir_daily_level", "m", "level at the end of the day", log->level);
    put(t, "reservoir_daily_lowest_level", "m", "lowest level of the day", log->lowest);
    put(t, "reservoir_daily_highest_level", "m", "highest level of the day", log->highest);
    put(t, "reservoir_daily_volume", "m3", "volume at the end of the day", log->volume);
    put_flow(t, "reservoir_daily_inflow", "discharge that arrives, mean of the day", log->inflow);
    put_flow(t, "reservoir_daily_released", "discharge into the river below, mean of the day", log->release.released);
    put_flow(t, "reservoir_daily_spilled", "of what is released, over weirs, mean of the day", log->spilled);
    put_flow(t, "reservoir_daily_diverted", "discharge through the station at the dam, mean of the day", log->diverted);
    put_flow(t, "reservoir_daily_taken", "discharge that withdrawals and transfers take, mean of the day", log->taken);
    put_flow(t, "reservoir_daily_ecological_flow", "ecological flow that is due, mean of the day", log->release.target);
    put_flow(t, "reservoir_daily_deficit",
             "ecological flow that was missing, mean over the day of what was missing at every moment",
             log->release.deficit);
}

static size_t days_of(const qh_release_log *log) { return log && log->n_station > 0 ? log->n_day : 0; }

void qh_store_write_days(qh_store_plan *plan, const qh_run_result *result) {
    const qh_release_log *moved = result->transfer ? &result->transfer->moved : NULL;
    const qh_release_log *stored = result->storage ? &result->storage->release : NULL;
    const qh_release_log *all[] = {result->release, result->take, moved, stored};
    size_t n_day = 0; /* the same of all that have rows */
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (n_day == 0) n_day = days_of(all[i]);
    if (n_day == 0) return;
    const qh_store_dims *dim = &plan->dim;
    const qh_h5_dim day = qh_h5_dimension(&plan->h, plan->h.file, "station_day", n_day, false);
    if (days_of(result->release)) put_releases(&(day_table){plan, &day, &dim->station}, result->release);
    if (days_of(result->take)) put_takes(&(day_table){plan, &day, &dim->withdrawal}, result->take);
    if (days_of(moved)) put_transfers(&(day_table){plan, &day, &dim->transfer}, result->transfer);
    if (days_of(stored)) put_storage(&(day_table){plan, &day, &dim->reservoir}, result->storage);
    qh_h5_close(day.id);
}
