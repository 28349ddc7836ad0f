/* Values `series:NAME` of tables and of case.yaml. */
#include <math.h>
#include <string.h>

#include "io/case_internal.h"
#include "io/number_internal.h"

#define WRONG(reader, place, ...) (qh_diag_add((reader)->diag, QH_ERROR, (place), __VA_ARGS__), false)

bool qh_case_find_series(qh_case_reader *reader, const qh_given *given, const char *name, qh_dimension wanted,
                         const qh_series **found) {
    const qh_case *river_case = reader->river_case;
    if (reader->run_known && river_case->run.type == QH_STEADY)
        return WRONG(reader, given->place,
                     "'%s' is '%s': a steady run takes constants; write a number, or run.type: unsteady", given->label,
                     given->text);
    const qh_given reference = {.label = given->label, .text = name, .place = given->place};
    static const qh_key key = {.kind = QH_KEY_REFERENCE, .table = "series", .offset = 0};
    size_t index = 0;
    if (!qh_value_store(&reader->value, &key, &reference, &index)) return false;
    if (reader->series_used) reader->series_used[index] = true;
    const qh_known_rows *known = qh_case_known(reader, qh_schema_find_table("series"));
    if (!known->good[index]) return false;
    const qh_series *series = &river_case->series[index];
    if (series->dimension != (int)wanted) {
        const qh_lang lang = reader->value.lang;
        return WRONG(reader, given->place, "'%s' is a column of %s, but series '%s' is one of %s", given->label,
                     qh_tr(lang, qh_dimension_name(wanted)), name,
                     qh_tr(lang, qh_dimension_name((qh_dimension)series->dimension)));
    }
    *found = series;
    return true;
}

static bool in_range(const qh_key *key, double value) {
    const bool unbounded = key->range.low == 0.0 && key->range.high == 0.0;
    return unbounded || (value >= key->range.low && value <= key->range.high);
}

/* Every value must lie between the key's bounds; where the lower one itself is out, that holds at the start of the run
 * only: a headwater may fall dry later. */
static bool check_values(qh_case_reader *reader, const qh_key *key, const qh_given *given, const qh_series *series) {
    const double start = qh_series_at(series, 0);
    if (key->range.low_open && start <= key->range.low)
        return WRONG(reader, given->place, "'%s' follows series '%s', which begins with %g; it must be more than %g",
                     given->label, series->name, start, key->range.low);
    for (size_t i = 0; i < series->count; i++) {
        if (in_range(key, series->value[i])) continue;
        char range[128];
        qh_key_range_text(key, qh_unit_find(key->unit, key->dimension), reader->value.lang, sizeof range, range);
        return WRONG(reader, given->place, "'%s' follows series '%s', which has %g at %.6g h; it must be %s",
                     given->label, series->name, series->value[i], series->time[i] / 3600, range);
    }
    return true;
}

bool qh_case_follow_series(qh_case_reader *reader, const qh_key *key, const qh_given *given, void *row) {
    const qh_run_options *run = &reader->river_case->run;
    const qh_series *series = NULL;
    if (reader->run_known && run->type == QH_UNSTEADY && !run->routing)
        return WRONG(reader, given->place,
                     "'%s' is '%s': only on moving water does it change in time; give run.routing, or write a number",
                     given->label, given->text);
    if (!qh_case_find_series(reader, given, qh_series_name(given->text), key->dimension, &series)) return false;
    if (!check_values(reader, key, given, series)) return false;
    const double start = qh_series_at(series, 0);
    const qh_optional optional = {true, start};
    if (key->kind == QH_KEY_OPTIONAL)
        memcpy((char *)row + key->offset, &optional, sizeof optional);
    else
        memcpy((char *)row + key->offset, &start, sizeof start);
    memcpy((char *)row + key->series_offset, &series, sizeof series);
    return true;
}

void qh_case_follow_run(qh_case_reader *reader) {
    const qh_key_table *table = qh_schema_find_table("run");
    const qh_given *given = &reader->temperature;
    if (!given->text || !qh_series_name(given->text)) return;
    (void)qh_case_follow_series(reader, qh_schema_find_key(table, "temperature"), given, &reader->river_case->run);
}
