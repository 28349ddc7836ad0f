/* Discharge standards and their grades as files name them. */
#include <stdio.h>

#include "io/discharge_internal.h"

#define WRONG(reader, place, ...) (qh_diag_add((reader)->diag, QH_ERROR, (place), __VA_ARGS__), false)

static bool lost(qh_value_reader *reader) {
    reader->out_of_memory = true;
    return false;
}

bool qh_discharge_named(qh_value_reader *reader, const char *folder, const qh_given *given,
                        qh_discharge_standard **standard) {
    const char *name = given->text;
    if (!qh_discharge_ships(name)) {
        name = qh_arena_printf(reader->arena, "%s/%s", folder, name);
        if (!name) return lost(reader);
    }
    const qh_status status = qh_discharge_read(name, reader->diag, standard);
    if (status == QH_E_NOMEM) return lost(reader);
    if (status == QH_OK || status == QH_E_INPUT) return status == QH_OK; /* the latter has been reported */
    qh_nearest nearest = qh_nearest_begin(given->text);
    qh_discharge_offer(&nearest);
    if (nearest.best[0])
        return WRONG(reader, given->place, "there is no discharge standard '%s'; did you mean '%s'?", given->text,
                     nearest.best);
    return WRONG(reader, given->place,
                 "there is no discharge standard '%s', and no file of that name in the case folder", given->text);
}

bool qh_discharge_grade_named(qh_value_reader *reader, const qh_given *given, const qh_discharge_standard *standard,
                              size_t *grade) {
    if (!given->text || given->unusable) return false;
    if (qh_discharge_grade_find(standard, given->text, grade)) return true;
    char known[256] = "";
    size_t used = 0;
    for (size_t g = 0; g < standard->n_grade && used < sizeof known; g++)
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", g > 0 ? ", " : "",
                                 reader->lang == QH_ZH ? standard->grade_zh[g] : standard->grade[g]);
    return WRONG(reader, given->place, "'%s' cannot be '%s'; grades of %s are %s", given->label, given->text,
                 standard->code, known);
}
