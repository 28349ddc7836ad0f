/* Who takes water: stations, withdrawals and transfers, what each of them got, and day by day. */
#include "io/store_read_internal.h"

#include <math.h>
#include <string.h>

/* "q90 q90 tennant ...": twelve names. */
static const char *const *names_of_months(qh_h5_reader *r, const char *text) {
    const char **name = qh_h5_room(r, 12, sizeof *name);
    for (size_t m = 0; m < 12 && !r->failed; m++) {
        const size_t length = strcspn(text, " ");
        name[m] = qh_h5_part_copy(r, text, length);
        if (length == 0 || (m < 11) != (text[length] == ' '))
            qh_h5_bad(r, "station_monthly_rule", QH_N("does not fit the months"));
        text += length + (text[length] == ' ');
    }
    return name;
}

/* What the rules ask for in each month; older files do not tell. */
static void read_station_months(qh_h5_reader *r, size_t n, qh_stored_station *station) {
    if (!qh_h5_exists(r, "station_monthly_rule")) return;
    const char *const *rules = qh_h5_get_texts(r, "station_monthly_rule", n);
    const size_t shape[2] = {n, 12};
    const double *flow =
        qh_h5_get_whole(r, "station_monthly_ecological_flow", H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(double), 2, shape);
    for (size_t i = 0; i < n && !r->failed; i++) {
        station[i].monthly_flow = flow + 12 * i;
        station[i].monthly_rule = names_of_months(r, rules[i]);
    }
}

void qh_store_read_stations(qh_h5_reader *r, qh_store_info *info) {
    const size_t n = info->n_station;
    if (n == 0) return;
    qh_stored_station *station = qh_h5_room(r, n, sizeof *station);
    const char *const *name = qh_h5_get_texts(r, "station_name", n), *const *rule =
                                                                         qh_h5_get_texts(r, "station_rule", n);
    const size_t *reach = qh_h5_get_indices(r, "station_reach", n, info->n_reach, false);
    const size_t *tailrace = qh_h5_get_indices(r, "station_tailrace_reach", n, info->n_reach, false);
    const double *chainage = qh_h5_get_doubles(r, "station_chainage", n),
                 *below = qh_h5_get_doubles(r, "station_tailrace_chainage", n);
    const double *capacity = qh_h5_get_doubles(r, "station_capacity", n),
                 *arriving = qh_h5_get_doubles(r, "station_arriving", n);
    const double *target = qh_h5_get_doubles(r, "station_ecological_flow", n),
                 *released = qh_h5_get_doubles(r, "station_released", n);
    const double *diverted = qh_h5_get_doubles(r, "station_diverted", n),
                 *deficit = qh_h5_get_doubles(r, "station_deficit", n);
    if (r->failed) return;
    for (size_t i = 0; i < n; i++) {
        const qh_station_flow flow = {arriving[i], target[i], released[i], diverted[i], deficit[i]};
        station[i] = (qh_stored_station){.name = name[i],
                                         .reach_name = info->reach[reach[i]].name,
                                         .rule = rule[i],
                                         .chainage = chainage[i],
                                         .flow = flow,
                                         .reach = reach[i],
                                         .tailrace_reach = tailrace[i],
                                         .tailrace_chainage = below[i],
                                         .capacity = capacity[i]};
    }
    read_station_months(r, n, station);
    info->station = station;
}

void qh_store_read_releases(qh_h5_reader *r, qh_store_info *info) {
    const size_t n_day = qh_h5_get_dimension(r, "station_day"), n = info->n_station;
    if (n_day == 0 || n == 0) return;
    qh_release_log *log = qh_h5_room(r, 1, sizeof *log);
    const qh_release_log read = {.n_day = n_day,
                                 .n_station = info->n_station,
                                 .arriving = qh_h5_get_rows(r, "station_daily_arriving", n_day, n),
                                 .target = qh_h5_get_rows(r, "station_daily_ecological_flow", n_day, n),
                                 .released = qh_h5_get_rows(r, "station_daily_released", n_day, n),
                                 .deficit = qh_h5_get_rows(r, "station_daily_deficit", n_day, n)};
    if (r->failed) return;
    *log = read;
    log->n_withdrawal = info->n_withdrawal;
    /* Older files do not tell. */
    if (info->n_withdrawal > 0 && qh_h5_exists(r, "withdrawal_daily_taken"))
        log->taken = qh_h5_get_rows(r, "withdrawal_daily_taken", n_day, info->n_withdrawal);
    info->release = log;
}

/* Stores of before 0.3 have no days of withdrawals. */
void qh_store_read_takes(qh_h5_reader *r, qh_store_info *info) {
    const size_t n_day = qh_h5_get_dimension(r, "station_day"), n = info->n_withdrawal;
    if (n_day == 0 || n == 0 || !qh_h5_exists(r, "withdrawal_daily_taken")) return;
    qh_release_log *log = qh_h5_room(r, 1, sizeof *log);
    const qh_release_log read = {.n_day = n_day,
                                 .n_station = n,
                                 .arriving = qh_h5_get_rows(r, "withdrawal_daily_taken", n_day, n),
                                 .target = qh_h5_get_rows(r, "withdrawal_daily_asked", n_day, n),
                                 .released = qh_h5_get_rows(r, "withdrawal_daily_taken", n_day, n),
                                 .deficit = qh_h5_get_rows(r, "withdrawal_daily_deficit", n_day, n)};
    if (r->failed) return;
    *log = read;
    info->take = log;
}

void qh_store_read_withdrawals(qh_h5_reader *r, qh_store_info *info) {
    const size_t n = info->n_withdrawal;
    if (n == 0) return;
    qh_stored_withdrawal *withdrawal = qh_h5_room(r, n, sizeof *withdrawal);
    const char *const *code = qh_h5_get_texts(r, "withdrawal_code", n), *const *name =
                                                                            qh_h5_get_texts(r, "withdrawal_name", n);
    const char *const *kind = qh_h5_get_texts(r, "withdrawal_kind", n);
    const size_t *reach = qh_h5_get_indices(r, "withdrawal_reach", n, info->n_reach, false);
    const double *chainage = qh_h5_get_doubles(r, "withdrawal_chainage", n),
                 *asked = qh_h5_get_doubles(r, "withdrawal_asked", n);
    const double *taken = qh_h5_get_doubles(r, "withdrawal_taken", n),
                 *deficit = qh_h5_get_doubles(r, "withdrawal_deficit", n);
    const double *priority =
        qh_h5_exists(r, "withdrawal_priority") ? qh_h5_get_doubles(r, "withdrawal_priority", n) : NULL;
    if (r->failed) return;
    for (size_t i = 0; i < n; i++) {
        const qh_withdrawal_flow flow = {asked[i], taken[i], deficit[i]};
        withdrawal[i] =
            (qh_stored_withdrawal){.code = code[i],
                                   .name = name[i],
                                   .kind = kind[i],
                                   .reach_name = info->reach[reach[i]].name,
                                   .chainage = chainage[i],
                                   .flow = flow,
                                   .reach = reach[i],
                                   .priority = {priority && isfinite(priority[i]), priority ? priority[i] : 0}};
    }
    info->withdrawal = withdrawal;
}

void qh_store_read_transfers(qh_h5_reader *r, qh_store_info *info) {
    const size_t n = info->n_transfer;
    if (n == 0) return;
    qh_stored_transfer *transfer = qh_h5_room(r, n, sizeof *transfer);
    const char *const *code = qh_h5_get_texts(r, "transfer_code", n), *const *name =
                                                                          qh_h5_get_texts(r, "transfer_name", n);
    const size_t *reach = qh_h5_get_indices(r, "transfer_reach", n, info->n_reach, false);
    const size_t *to_reach = qh_h5_get_indices(r, "transfer_to_reach", n, info->n_reach, false);
    const double *chainage = qh_h5_get_doubles(r, "transfer_chainage", n),
                 *to = qh_h5_get_doubles(r, "transfer_to_chainage", n);
    const double *capacity = qh_h5_get_doubles(r, "transfer_capacity", n),
                 *priority = qh_h5_get_doubles(r, "transfer_priority", n);
    const double *asked = qh_h5_get_doubles(r, "transfer_asked", n), *taken = qh_h5_get_doubles(r, "transfer_taken", n);
    const double *deficit = qh_h5_get_doubles(r, "transfer_deficit", n);
    const bool told = !r->failed && qh_h5_exists(r, "transfer_reservoir");
    const size_t *reservoir = told ? qh_h5_get_indices(r, "transfer_reservoir", n, info->n_reservoir, true) : NULL;
    if (r->failed) return;
    for (size_t i = 0; i < n; i++)
        transfer[i] = (qh_stored_transfer){.code = code[i],
                                           .name = name[i],
                                           .reach = reach[i],
                                           .to_reach = to_reach[i],
                                           .chainage = chainage[i],
                                           .to_chainage = to[i],
                                           .capacity = capacity[i],
                                           .flow = {asked[i], taken[i], deficit[i]},
                                           .priority = {isfinite(priority[i]), priority[i]},
                                           .reservoir = told ? reservoir[i] : SIZE_MAX};
    info->transfer = transfer;
}

/* Stores of before 0.3 have no days of transfers. */
void qh_store_read_moved(qh_h5_reader *r, qh_store_info *info) {
    const size_t n_day = qh_h5_get_dimension(r, "station_day"), n = info->n_transfer;
    if (n_day == 0 || n == 0 || !qh_h5_exists(r, "transfer_daily_carried")) return;
    qh_transfer_log *log = qh_h5_room(r, 1, sizeof *log);
    const qh_transfer_log read = {.moved = {.n_day = n_day,
                                            .n_station = n,
                                            .arriving = qh_h5_get_rows(r, "transfer_daily_carried", n_day, n),
                                            .target = qh_h5_get_rows(r, "transfer_daily_wanted", n_day, n),
                                            .released = qh_h5_get_rows(r, "transfer_daily_carried", n_day, n),
                                            .deficit = qh_h5_get_rows(r, "transfer_daily_deficit", n_day, n)},
                                  .held = qh_h5_get_rows(r, "transfer_daily_held_by_rule", n_day, n)};
    if (r->failed) return;
    *log = read;
    info->moved = log;
}

void qh_store_read_reservoirs(qh_h5_reader *r, qh_store_info *info) {
    const size_t n = info->n_reservoir;
    if (n == 0) return;
    qh_stored_reservoir *reservoir = qh_h5_room(r, n, sizeof *reservoir);
    const char *const *name = qh_h5_get_texts(r, "reservoir_name", n);
    const size_t *reach = qh_h5_get_indices(r, "reservoir_reach", n, info->n_reach, false);
    const double *chainage = qh_h5_get_doubles(r, "reservoir_chainage", n);
    const bool told = !r->failed && qh_h5_exists(r, "reservoir_dead_level"); /* not in older files */
    const double *dead = told ? qh_h5_get_doubles(r, "reservoir_dead_level", n) : NULL;
    const double *minimum = told ? qh_h5_get_doubles(r, "reservoir_minimum_level", n) : NULL;
    if (r->failed) return;
    for (size_t i = 0; i < n; i++)
        reservoir[i] = (qh_stored_reservoir){.name = name[i],
                                             .reach = reach[i],
                                             .chainage = chainage[i],
                                             .dead_level = {told && isfinite(dead[i]), told ? dead[i] : 0},
                                             .minimum_level = {told && isfinite(minimum[i]), told ? minimum[i] : 0}};
    info->reservoir = reservoir;
}

/* Nor days of reservoirs. */
void qh_store_read_storage(qh_h5_reader *r, qh_store_info *info) {
    const size_t n_day = qh_h5_get_dimension(r, "station_day"), n = info->n_reservoir;
    if (n_day == 0 || n == 0 || !qh_h5_exists(r, "reservoir_daily_volume")) return;
    qh_storage_log *log = qh_h5_room(r, 1, sizeof *log);
    double *inflow = qh_h5_get_rows(r, "reservoir_daily_inflow", n_day, n);
    const qh_storage_log read = {.n_day = n_day,
                                 .n_reservoir = n,
                                 .start_volume = qh_h5_get_doubles(r, "reservoir_start_volume", n),
                                 .level = qh_h5_get_rows(r, "reservoir_daily_level", n_day, n),
                                 .lowest = qh_h5_get_rows(r, "reservoir_daily_lowest_level", n_day, n),
                                 .highest = qh_h5_get_rows(r, "reservoir_daily_highest_level", n_day, n),
                                 .volume = qh_h5_get_rows(r, "reservoir_daily_volume", n_day, n),
                                 .inflow = inflow,
                                 .spilled = qh_h5_get_rows(r, "reservoir_daily_spilled", n_day, n),
                                 .diverted = qh_h5_get_rows(r, "reservoir_daily_diverted", n_day, n),
                                 .taken = qh_h5_get_rows(r, "reservoir_daily_taken", n_day, n),
                                 .release = {.n_day = n_day,
                                             .n_station = n,
                                             .arriving = inflow,
                                             .target = qh_h5_get_rows(r, "reservoir_daily_ecological_flow", n_day, n),
                                             .released = qh_h5_get_rows(r, "reservoir_daily_released", n_day, n),
                                             .deficit = qh_h5_get_rows(r, "reservoir_daily_deficit", n_day, n)}};
    if (r->failed) return;
    *log = read;
    info->storage = log;
}
