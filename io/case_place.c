/* Places on reaches, and values that only make sense together: what the checks of all tables need. */
#include "io/case_internal.h"

#define WRONG(reader, place, ...) (qh_diag_add((reader)->diag, QH_ERROR, (place), __VA_ARGS__), false)

bool qh_case_check_pair(qh_case_reader *reader, const qh_row *row, const char *one, const char *other) {
    const qh_given *a = qh_row_given(row, one);
    const qh_given *b = qh_row_given(row, other);
    if (a->unusable || b->unusable) return false;
    if (a->text && !b->text)
        return *row->good = WRONG(reader, a->place, "'%s' is given without '%s'", a->label, b->label);
    if (b->text && !a->text)
        return *row->good = WRONG(reader, b->place, "'%s' is given without '%s'", b->label, a->label);
    return a->text != NULL;
}

static const qh_reach *usable_reach(qh_case_reader *reader, const qh_given *given, size_t index) {
    const qh_known_rows *known = qh_case_known(reader, qh_schema_find_table("reaches"));
    if (!qh_is_usable(given) || index >= known->count || !known->good[index]) return NULL;
    return &((const qh_reach *)(const void *)known->rows)[index];
}

void qh_case_check_chainage(qh_case_reader *reader, const qh_row *row, const char *reach_key, size_t reach_index,
                            const char *key, double *chainage) {
    const qh_reach *reach = usable_reach(reader, qh_row_given(row, reach_key), reach_index);
    const qh_given *given = qh_row_given(row, key);
    if (!reach || !qh_is_usable(given)) return;
    if (*chainage > reach->length && *chainage <= reach->length * (1.0 + 1e-12)) *chainage = reach->length;
    if (*chainage <= reach->length) return;
    const double factor = given->unit ? given->unit->factor : 1.0;
    const char *symbol = given->unit ? given->unit->symbol : "m";
    *row->good = WRONG(reader, given->place, "'%s' is %s %s, but reach '%s' is only %.10g %s long", given->label,
                       given->text, symbol, reach->name, reach->length / factor, symbol);
}
