/* Cells `design(Q90 FILE)`: a design flow worked out of a flow record in the case folder. */
#include <stdio.h>
#include <string.h>

#include "io/case_internal.h"
#include "io/flow_record_reader.h"
#include "io/number_internal.h"
#include "model/hydrology.h"

#define WRONG(reader, place, ...) (qh_diag_add((reader)->diag, QH_ERROR, (place), __VA_ARGS__), false)

/* "Q90" and "records/flow.csv" of "design(Q90 records/flow.csv)". */
static bool split(qh_case_reader *reader, const qh_given *given, const char **name, const char **file) {
    const char *inner = given->text + strlen("design(");
    size_t length = strlen(inner);
    if (length > 0 && inner[length - 1] == ')') {
        length--;
        const char *begin = qh_trim(inner, &length);
        const size_t word = strcspn(begin, " \t");
        if (word > 0 && word < length) {
            size_t rest = length - word;
            const char *behind = qh_trim(begin + word, &rest);
            *name = qh_arena_strndup(reader->scratch, begin, word);
            *file = qh_arena_strndup(reader->scratch, behind, rest);
            if (*name && *file) return true;
            reader->value.out_of_memory = true;
            return false;
        }
    }
    return WRONG(reader, given->place, "'%s' is '%s'; a design flow is written design(Q90 FILE.csv)", given->label,
                 given->text);
}

static bool unknown_name(qh_case_reader *reader, const qh_given *given, const char *name) {
    char known[160] = "";
    size_t used = 0;
    for (size_t i = 0; qh_design_name(i) && used < sizeof known; i++)
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", qh_design_name(i));
    return WRONG(reader, given->place, "'%s' asks for the design flow '%s'; there are %s", given->label, name, known);
}

/* Reads and analyses the record. What the record itself lacks is told with its own places; what statistics that nobody
 * asked for would need is not told. */
static qh_status analyse(qh_case_reader *reader, const char *file, qh_hydrology **hydrology) {
    qh_text_file text;
    QH_TRY(qh_case_read_file(reader, file, &text));
    qh_flow_record *record = qh_arena_alloc(reader->scratch, 1, sizeof *record);
    qh_diag *unheard = qh_diag_create(QH_EN);
    if (!record || !unheard) {
        qh_diag_destroy(unheard);
        return QH_E_NOMEM;
    }
    qh_status status = qh_flow_record_parse(reader->scratch, &text, NULL, reader->diag, record);
    if (status == QH_OK) status = qh_hydrology_analyse(reader->scratch, record, 1, unheard, hydrology);
    qh_diag_destroy(unheard);
    return status;
}

static bool take(qh_case_reader *reader, const qh_given *given, const qh_hydrology *hydrology, const char *name,
                 double *flow) {
    qh_named_flow found;
    if (!qh_design_find(hydrology, name, &found)) return unknown_name(reader, given, name);
    const qh_statistic_rule *rule = qh_statistic_rule_get(found.statistic);
    if (!found.flow.given)
        return WRONG(reader, given->place, "'%s': %s does not yield %s; complete years: %zu, needed: %d (%s)",
                     given->label, hydrology->record->file, name, found.years, rule->least, rule->clause);
    if (found.years < (size_t)rule->asked)
        qh_diag_add(reader->diag, QH_WARNING, given->place,
                    "'%s': %s is made from %zu complete years; %d are asked for (%s)", given->label, name, found.years,
                    rule->asked, rule->clause);
    *flow = found.flow.value;
    return true;
}

bool qh_case_read_design(void *self, const qh_given *given, double *flow) {
    qh_case_reader *reader = self;
    const char *name = NULL, *file = NULL;
    if (!split(reader, given, &name, &file)) return false;
    if (!qh_case_is_inside(file)) return WRONG(reader, given->place, "'%s' lies outside the case folder", file);
    qh_hydrology *hydrology = NULL;
    const qh_status status = analyse(reader, file, &hydrology);
    if (status == QH_E_NOMEM) reader->value.out_of_memory = true;
    return status == QH_OK && take(reader, given, hydrology, name, flow);
}
