/* Reservoirs and transfers, day by day, of a run whose water moves. */
#include <math.h>

#include "viz/report/report_internal.h"

static void put_days(const qh_storage_log *log, size_t i, qh_json out) {
    const struct {
        const char *key;
        const double *value;
    } column[] = {{"level_m", log->level},       {"lowest_level_m", log->lowest},
                  {"volume_m3", log->volume},    {"inflow_m3s", log->inflow},
                  {"spilled_m3s", log->spilled}, {"released_m3s", log->release.released}};
    for (size_t k = 0; k < sizeof column / sizeof *column; k++)
        qh_page_column(out, column[k].key, log->n_day, log->n_reservoir, column[k].value + i, 6);
}

static void put_record(const qh_store_info *info, size_t i, qh_json out) {
    const qh_stored_reservoir *s = &info->reservoir[i];
    const qh_storage_record r =
        qh_storage_record_of(info->storage, i, s->dead_level.given ? s->dead_level.value : -INFINITY,
                             s->minimum_level.given ? s->minimum_level.value : -INFINITY);
    const qh_release_record kept = qh_release_record_of(&info->storage->release, i);
    qh_page_number(out, "lowest_level_m", r.lowest);
    qh_page_count(out, "lowest_level_day", r.lowest_day);
    qh_page_number(out, "highest_level_m", r.highest);
    qh_page_count(out, "highest_level_day", r.highest_day);
    qh_page_number(out, "days_at_dead_level", s->dead_level.given ? (double)r.days_at_dead : (double)NAN);
    qh_page_number(out, "days_below_minimum_level",
                   s->minimum_level.given ? (double)r.days_below_minimum : (double)NAN);
    qh_page_number(out, "start_volume_m3", r.volume_start);
    qh_page_number(out, "end_volume_m3", r.volume_end);
    qh_page_number(out, "inflow_m3", r.inflow);
    qh_page_number(out, "released_m3", r.released);
    qh_page_number(out, "spilled_m3", r.spilled);
    qh_page_number(out, "diverted_m3", r.diverted);
    qh_page_number(out, "taken_m3", r.taken);
    qh_page_number(out, "residual_m3", r.residual);
    qh_page_count(out, "days", kept.days);
    qh_page_count(out, "days_kept", kept.kept);
    put_days(info->storage, i, qh_page_object(out, "daily"));
}

void qh_report_reservoirs(const qh_store_info *info, qh_json out) {
    if (!info->storage) return;
    const qh_json array = qh_page_array(out, "reservoirs");
    for (size_t i = 0; i < info->n_reservoir; i++) {
        const qh_stored_reservoir *s = &info->reservoir[i];
        const qh_json reservoir = qh_page_object(array, NULL);
        qh_page_text(reservoir, "name", s->name);
        qh_page_index(reservoir, "reach", s->reach, info->n_reach);
        qh_page_number(reservoir, "chainage_m", s->chainage);
        qh_page_given(reservoir, "dead_level_m", s->dead_level.given, s->dead_level.value);
        qh_page_given(reservoir, "minimum_level_m", s->minimum_level.given, s->minimum_level.value);
        put_record(info, i, reservoir);
    }
}

void qh_report_transfer_days(const qh_store_info *info, size_t i, qh_json out) {
    if (!info->moved) return;
    const qh_transfer_record r = qh_transfer_record_of(info->moved, i, info->transfer[i].reservoir < info->n_reservoir);
    qh_page_count(out, "days", info->moved->moved.n_day);
    qh_page_count(out, "days_as_wanted", r.days[QH_TRANSFER_SERVED]);
    qh_page_count(out, "days_less_by_rule", r.days[QH_TRANSFER_RULE]);
    qh_page_count(out, "days_less_by_source", r.days[QH_TRANSFER_SOURCE]);
    qh_page_count(out, "days_less_by_level", r.days[QH_TRANSFER_LEVEL]);
    qh_page_number(out, "moved_m3", r.moved);
    qh_page_number(out, "missing_m3", r.missing);
}
