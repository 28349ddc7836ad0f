/* Reading a proposal.
 *
 * The mapping first, then its lists, each checked against the case as it is read; last what goes beyond one value. The
 * scenarios that it names are read too, so that what is wrong with them is told now and not in the middle of an
 * evaluation. A list entry with an error leaves no row, and what depends on it is not complained of a second time. */
#include "io/proposal_reader.h"

#include <math.h>
#include <string.h>

#include "io/case_internal.h"
#include "io/discharge_internal.h"
#include "io/overlay_reader.h"
#include "io/proposal_internal.h"
#include "model/impact_grade.h"
#include "model/permit_number.h"

#define WRONG(r, place, ...) (qh_diag_add((r)->diag, QH_ERROR, (place), __VA_ARGS__), false)

static const double days_a_year = 365; /* as in t/a, model/units.c */

typedef struct proposal_reader {
    qh_value_reader value;
    qh_case_reader *flows; /* reads design flows of the case folder */
    qh_arena *scratch;
    qh_diag *diag;
    const qh_case *river_case;
    qh_proposal *made;
    qh_names reaches, outfalls, headwaters, constituents;
    qh_given given[QH_MAX_KEYS];   /* of the proposal */
    qh_given outfall[QH_MAX_KEYS]; /* of its outfall; label NULL: there is none */
    bool outfall_read;
    qh_proposal_accident_row accident;
} proposal_reader;

static bool lost(proposal_reader *r) {
    r->value.out_of_memory = true;
    return false;
}

static const qh_given *given_of(const qh_given *given, const char *table, const char *key) {
    const qh_key_table *found = qh_schema_find_table(table);
    return &given[qh_schema_find_key(found, key) - found->key];
}

static const qh_given *outfall_given(const proposal_reader *r, const char *key) {
    return given_of(r->outfall, "proposal.outfall", key);
}

/* ---- references ---- */

static bool find_constituent(const proposal_reader *r, const char *name, size_t *index) {
    if (qh_names_find(&r->constituents, name, index)) return true;
    for (size_t i = 0; i < r->river_case->n_constituent; i++)
        if (strcmp(r->river_case->constituent[i].title, name) == 0) return *index = i, true;
    return false;
}

static qh_found find_row(void *self, const char *table, const char *name, qh_place place, size_t *index,
                         qh_nearest *nearest) {
    const proposal_reader *r = self;
    (void)place;
    if (strcmp(table, "constituents") == 0 && find_constituent(r, name, index)) return QH_FOUND;
    const qh_names *names = strcmp(table, "reaches") == 0      ? &r->reaches
                            : strcmp(table, "outfalls") == 0   ? &r->outfalls
                            : strcmp(table, "headwaters") == 0 ? &r->headwaters
                                                               : &r->constituents;
    if (qh_names_find(names, name, index)) return QH_FOUND;
    if (nearest) qh_names_offer(names, nearest);
    return QH_NOT_FOUND;
}

static bool design_flow(void *self, const qh_given *given, double *flow) {
    proposal_reader *r = self;
    const bool good = qh_case_read_design(r->flows, given, flow);
    r->value.out_of_memory = r->value.out_of_memory || r->flows->value.out_of_memory;
    return good;
}

static void mapping_read(void *self, const qh_key_table *table, const qh_given *given, bool good) {
    proposal_reader *r = self;
    (void)good;
    if (strcmp(table->name, "proposal.outfall") != 0) return;
    memcpy(r->outfall, given, table->n_key * sizeof *given);
    r->outfall_read = true;
}

#define KNOW(names, rows, count, field)                                                                                \
    do {                                                                                                               \
        (names).arena = r->scratch;                                                                                    \
        size_t known = 0;                                                                                              \
        for (size_t i = 0; i < (count); i++)                                                                           \
            QH_TRY(qh_names_add(&(names), (rows)[i].field, i, &known));                                                \
    } while (0)

static qh_status know_case(proposal_reader *r) {
    const qh_case *c = r->river_case;
    KNOW(r->reaches, c->reach, c->n_reach, name);
    KNOW(r->outfalls, c->outfall, c->n_outfall, code);
    KNOW(r->headwaters, c->headwater, c->n_headwater, name);
    KNOW(r->constituents, c->constituent, c->n_constituent, name);
    return QH_OK;
}

/* ---- scenarios ---- */

static void offer_scenarios(proposal_reader *r, qh_nearest *nearest, const char *name, bool *there) {
    size_t count = 0;
    qh_scenario_entry *entry = NULL;
    if (qh_scenario_list(r->river_case->folder, r->scratch, NULL, &count, &entry) != QH_OK) return;
    for (size_t i = 0; i < count; i++) {
        *there = *there || strcmp(entry[i].name, name) == 0;
        qh_nearest_offer(nearest, entry[i].name);
    }
}

/* What is wrong inside the scenario is told at its own places. */
static qh_status check_scenario(proposal_reader *r, const qh_given *given, const char *name) {
    if (!name || name[0] == '\0' || given->unusable) return QH_OK;
    qh_nearest nearest = qh_nearest_begin(name);
    bool there = false;
    offer_scenarios(r, &nearest, name, &there);
    if (!there && nearest.best[0]) {
        (void)WRONG(r, given->place, "'%s' is '%s', but there is no such scenario; did you mean '%s'?", given->label,
                    name, nearest.best);
    } else if (!there) {
        (void)WRONG(r, given->place, "'%s' is '%s', but the case folder has no file scenarios/%s.yaml", given->label,
                    name, name);
    }
    if (!there) return QH_OK;
    qh_overlay *overlay = NULL;
    const qh_status status = qh_overlay_read(r->river_case, name, r->diag, &overlay);
    if (status == QH_OK) qh_overlay_destroy(overlay);
    return status == QH_E_NOMEM ? status : QH_OK;
}

/* ---- the outfall ---- */

static void check_place(proposal_reader *r) {
    qh_outfall *o = &r->made->outfall;
    const qh_given *chainage = outfall_given(r, "chainage"), *reach = outfall_given(r, "reach");
    if (!qh_is_usable(chainage) || !qh_is_usable(reach)) return;
    const qh_reach *where = &r->river_case->reach[o->reach];
    if (o->chainage > where->length && o->chainage <= where->length * (1.0 + 1e-12)) o->chainage = where->length;
    if (o->chainage > where->length)
        (void)WRONG(r, chainage->place, "'%s' is %s, but reach '%s' is only %.10g km long", chainage->label,
                    chainage->text, where->name, where->length / 1000.0);
}

static void check_kind(proposal_reader *r) {
    const qh_given *kind = given_of(r->given, "proposal", "kind"), *replaces = outfall_given(r, "replaces");
    const qh_given *code = outfall_given(r, "code");
    size_t index = 0;
    if (!qh_is_usable(kind)) return;
    const bool fresh = r->made->kind == QH_PROPOSAL_NEW;
    r->made->has_replaced = qh_is_usable(replaces);
    if (fresh && replaces->text)
        (void)WRONG(r, replaces->place, "'%s' goes with a kind of rebuilt or expanded, not with '%s'", replaces->label,
                    kind->text);
    if (!fresh && !replaces->text && !replaces->unusable)
        (void)WRONG(r, kind->place, "'%s' is '%s', so '%s' must name the outfall of the case that it stands for",
                    kind->label, kind->text, "replaces");
    if (!qh_is_usable(code) || !qh_names_find(&r->outfalls, code->text, &index)) return;
    if (!r->made->has_replaced || r->made->replaced != index)
        (void)WRONG(r, code->place, "outfall '%s' is there already, in %s:%d", code->text,
                    r->river_case->outfall[index].place.file, r->river_case->outfall[index].place.line);
}

static void check_accounting(proposal_reader *r) {
    const qh_given *given = outfall_given(r, "accounting_distance");
    if (!qh_is_usable(given)) return;
    const qh_constant rule =
        qh_permit_number_get(r->made->backwater ? QH_PERMIT_ACCOUNTING_BACKWATER : QH_PERMIT_ACCOUNTING_FREE);
    if (r->made->accounting_distance.value >= rule.value)
        (void)WRONG(r, given->place, "'%s' is %s; it must be less than %.4g km (%s)", given->label, given->text,
                    rule.value / 1000, rule.clause);
}

static void read_standard(proposal_reader *r) {
    const qh_given *standard = outfall_given(r, "standard"), *grade = outfall_given(r, "grade");
    qh_proposal *p = r->made;
    p->standard_name = "";
    if (standard->unusable || grade->unusable) return;
    if (!standard->text != !grade->text) {
        (void)WRONG(r, standard->text ? standard->place : grade->place, "'%s' and '%s' go together", "standard",
                    "grade");
        return;
    }
    if (!standard->text || !qh_discharge_named(&r->value, r->river_case->folder, standard, &p->standard)) return;
    if (!qh_discharge_grade_named(&r->value, grade, p->standard, &p->grade)) return;
    p->standard_name = qh_arena_printf(p->arena, "%s %s", p->standard->code, p->standard->grade[p->grade]);
    if (!p->standard_name) (void)lost(r);
    p->outfall.standard = p->standard_name;
}

static void finish_outfall(proposal_reader *r) {
    qh_outfall *o = &r->made->outfall;
    o->permit = o->note = "";
    check_place(r);
    check_kind(r);
    check_accounting(r);
    read_standard(r);
}

/* ---- what it discharges ---- */

static bool unknown_pollutant(proposal_reader *r, const qh_given *given) {
    qh_nearest nearest = qh_nearest_begin(given->text);
    qh_names_offer(&r->constituents, &nearest);
    for (size_t i = 0; qh_equivalent_get(i); i++)
        qh_nearest_offer(&nearest, qh_equivalent_get(i)->name);
    if (nearest.best[0])
        return WRONG(r, given->place,
                     "'%s' is '%s', neither a constituent of the case nor a pollutant with an equivalent; did you mean "
                     "'%s'?",
                     given->label, given->text, nearest.best);
    return WRONG(r, given->place, "'%s' is '%s', neither a constituent of the case nor a pollutant with an equivalent",
                 given->label, given->text);
}

/* Two ways to say the same must say the same. */
static bool agree(proposal_reader *r, const qh_given *given, const qh_optional *said, double follows, double factor,
                  const char *unit) {
    const double part = qh_permit_number_get(QH_PERMIT_ROUNDING).value;
    if (!said->given || fabs(said->value - follows) <= part * fmax(said->value, follows)) return true;
    return WRONG(r, given->place, "'%s' is %s, but the rest of the entry makes it %.4g %s; they must agree to %.3g %%",
                 given->label, given->text, follows / factor, unit, 100 * part);
}

/* Concentration, load and annual load from whichever is given. */
static bool work_out(proposal_reader *r, const qh_proposal_discharge_row *row, const qh_given *given,
                     qh_discharged *made) {
    const double flow = r->made->outfall.flow, part = r->made->days / days_a_year;
    static const char table[] = "proposal.discharge";
    if (row->concentration.given)
        made->load = row->concentration.value * flow;
    else if (row->load.given)
        made->load = row->load.value;
    else if (row->annual.given)
        made->load = row->annual.value / part;
    else
        return WRONG(r, row->place, "%s: give a concentration, a load or an annual_load", row->constituent);
    made->concentration = row->concentration.given ? row->concentration.value : made->load / flow;
    made->annual = made->load * part;
    const bool daily = agree(r, given_of(given, table, "load"), &row->load, made->load, 1.0 / 86.4, "kg/d");
    const bool yearly =
        agree(r, given_of(given, table, "annual_load"), &row->annual, made->annual, 1.0 / 31.536, "t/a");
    return daily && yearly;
}

/* Where the flow or the days could not be read, loads cannot be compared. */
static bool knows_water(const proposal_reader *r) {
    return r->outfall_read && qh_is_usable(outfall_given(r, "flow")) && !outfall_given(r, "days")->unusable;
}

static bool read_pollutant(proposal_reader *r, const qh_yaml *node, qh_discharged *made) {
    const qh_key_table *table = qh_schema_find_table("proposal.discharge");
    qh_proposal_discharge_row row = {.constituent = NULL};
    qh_given given[QH_MAX_KEYS] = {{0}};
    if (!qh_value_is_mapping(&r->value, node, "discharge")) return false;
    const bool good = qh_value_mapping(&r->value, table, node, &row, given);
    if (!row.constituent) return false;
    *made = (qh_discharged){.place = row.place, .name = row.constituent};
    made->modelled = find_constituent(r, row.constituent, &made->species);
    const qh_equivalent *pollutant = qh_equivalent_find(row.constituent);
    if (made->modelled)
        made->name = r->river_case->constituent[made->species].name;
    else if (pollutant)
        made->name = pollutant->name;
    else
        return unknown_pollutant(r, given_of(given, table->name, "constituent"));
    return good && knows_water(r) && work_out(r, &row, given, made);
}

static bool stands_already(proposal_reader *r, const qh_discharged *row, const qh_discharged *made, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (made[i].name && strcmp(made[i].name, row->name) == 0)
            return !WRONG(r, row->place, "'%s' stands already in line %d", row->name, made[i].place.line);
    }
    return false;
}

/* Constituents of the case come first, in its order; the others as they are written. */
static qh_status read_discharge(proposal_reader *r, const qh_yaml *list) {
    const qh_case *c = r->river_case;
    if (!qh_value_is_list(&r->value, list, list->key)) return QH_OK;
    const size_t n = c->n_constituent;
    qh_discharged *made = qh_arena_alloc(r->made->arena, n + list->count, sizeof *made);
    qh_input *input = qh_arena_alloc(r->made->arena, n, sizeof *input);
    if (!made || !input) return QH_E_NOMEM;
    size_t count = n;
    bool broken = false; /* an entry without a name: nobody can say which is missing */
    for (const qh_yaml *node = list->first; node; node = node->next) {
        qh_discharged row = {.name = NULL};
        (void)read_pollutant(r, node, &row);
        broken = broken || !row.name;
        if (!row.name || stands_already(r, &row, made, count)) continue;
        made[row.modelled ? row.species : count++] = row;
    }
    for (size_t i = 0; i < n; i++) {
        if (!made[i].name && !broken)
            (void)WRONG(r, list->place, "constituent '%s' is missing; 0 must be written", c->constituent[i].name);
        input[i].value.constant = made[i].concentration;
    }
    r->made->outfall.input = input;
    r->made->discharged = made;
    r->made->n_discharged = count;
    return QH_OK;
}

/* ---- periods ---- */

static qh_status read_flows(proposal_reader *r, const qh_yaml *list, qh_proposal_period *period) {
    if (!qh_value_is_list(&r->value, list, list->key)) return QH_OK;
    qh_proposal_flow *flow = qh_arena_alloc(r->made->arena, list->count, sizeof *flow);
    if (!flow) return QH_E_NOMEM;
    for (const qh_yaml *node = list->first; node; node = node->next) {
        qh_proposal_flow row = {.flow = 0};
        if (!qh_value_is_mapping(&r->value, node, "flows")) continue;
        if (!qh_value_mapping(&r->value, qh_schema_find_table("proposal.flows"), node, &row, NULL)) continue;
        for (size_t i = 0; i < period->n_flow; i++) {
            if (flow[i].headwater == row.headwater)
                (void)WRONG(r, row.place, "'%s' stands already in line %d",
                            r->river_case->headwater[row.headwater].name, flow[i].place.line);
        }
        flow[period->n_flow++] = row;
    }
    period->flow = flow;
    return QH_OK;
}

static qh_status read_period(proposal_reader *r, const qh_yaml *node, const qh_proposal_period *made, size_t count,
                             qh_proposal_period *period) {
    const qh_key_table *table = qh_schema_find_table("proposal.periods");
    qh_given given[QH_MAX_KEYS] = {{0}};
    *period = (qh_proposal_period){.place = node->place};
    if (!qh_value_is_mapping(&r->value, node, "periods")) return QH_OK;
    (void)qh_value_mapping(&r->value, table, node, period, given);
    for (size_t i = 0; i < count; i++) {
        if (period->name && made[i].name && strcmp(made[i].name, period->name) == 0)
            (void)WRONG(r, given_of(given, table->name, "name")->place, "'%s' stands already in line %d", period->name,
                        made[i].place.line);
    }
    QH_TRY(check_scenario(r, given_of(given, table->name, "scenario"), period->scenario));
    const qh_yaml *flows = qh_value_child(table, node, "flows");
    return flows ? read_flows(r, flows, period) : QH_OK;
}

static qh_status read_periods(proposal_reader *r, const qh_yaml *list) {
    if (!qh_value_is_list(&r->value, list, list->key)) return QH_OK;
    if (list->count == 0) {
        (void)WRONG(r, list->place, "'%s' is empty; a value is required", list->key);
        return QH_OK;
    }
    qh_proposal_period *period = qh_arena_alloc(r->made->arena, list->count, sizeof *period);
    if (!period) return QH_E_NOMEM;
    size_t n = 0;
    for (const qh_yaml *node = list->first; node; node = node->next, n++)
        QH_TRY(read_period(r, node, period, n, &period[n]));
    r->made->period = period;
    r->made->n_period = n;
    return QH_OK;
}

/* ---- the accident ---- */

static qh_status read_accident(proposal_reader *r, const qh_yaml *node) {
    const qh_key_table *table = qh_schema_find_table("proposal.accident");
    const size_t n = r->river_case->n_constituent;
    if (node->kind != QH_YAML_MAPPING) return QH_OK; /* reported */
    double *concentration = qh_arena_alloc(r->made->arena, n, sizeof *concentration);
    if (!concentration) return QH_E_NOMEM;
    qh_proposal_accident_row row = {.duration = 0};
    (void)qh_value_mapping(&r->value, table, node, &row, NULL); /* what is wrong has been told with the whole: once */
    for (size_t i = 0; i < n; i++)
        concentration[i] = r->made->discharged ? r->made->discharged[i].concentration : 0;
    const qh_yaml *list = qh_value_child(table, node, "discharge");
    if (list && qh_value_is_list(&r->value, list, list->key)) {
        for (const qh_yaml *entry = list->first; entry; entry = entry->next) {
            qh_proposal_accident_discharge_row one = {.species = 0};
            if (!qh_value_is_mapping(&r->value, entry, "discharge")) continue;
            if (!qh_value_mapping(&r->value, qh_schema_find_table("proposal.accident.discharge"), entry, &one, NULL))
                continue;
            concentration[one.species] = one.concentration;
        }
    }
    r->made->accident = (qh_proposal_accident){.given = true,
                                               .flow = row.flow.given ? row.flow.value : r->made->outfall.flow,
                                               .duration = row.duration,
                                               .concentration = concentration};
    return QH_OK;
}

/* ---- the whole ---- */

/* Keys of the accident go to a row of their own: `outfall` is read with the whole, `accident` is left out there. */
static qh_status read_tree(proposal_reader *r, const qh_yaml *root) {
    const qh_key_table *table = qh_schema_find_table("proposal");
    if (!qh_value_is_mapping(&r->value, root, "proposal")) return QH_OK;
    qh_yaml rest = *root, *end = NULL;
    const qh_yaml *accident = qh_value_child(table, root, "accident");
    rest.first = NULL;
    for (const qh_yaml *child = root->first; child; child = child->next) {
        qh_yaml *copy = qh_arena_alloc(r->scratch, 1, sizeof *copy);
        if (!copy) return QH_E_NOMEM;
        *copy = *child;
        copy->next = NULL;
        if (child == accident && qh_value_is_mapping(&r->value, child, child->key)) continue;
        *(end ? &end->next : &rest.first) = copy;
        end = copy;
    }
    (void)qh_value_mapping(&r->value, table, &rest, r->made, r->given);
    if (r->outfall_read) finish_outfall(r);
    const qh_yaml *discharge = qh_value_child(table, root, "discharge"),
                  *periods = qh_value_child(table, root, "periods");
    if (discharge) QH_TRY(read_discharge(r, discharge));
    if (periods) QH_TRY(read_periods(r, periods));
    if (accident) QH_TRY(read_accident(r, accident));
    QH_TRY(check_scenario(r, given_of(r->given, "proposal", "cuts"), r->made->cuts));
    return check_scenario(r, given_of(r->given, "proposal", "approved"), r->made->approved);
}

/* Design flows are read as the case reads its own: a reader of the case that reads nothing else. */
static qh_status make_readers(proposal_reader *r) {
    const qh_value_reader plain = {
        .arena = r->made->arena, .diag = r->diag, .lang = qh_diag_lang(r->diag), .suggestions = QH_MAX_SUGGESTIONS};
    r->flows = qh_arena_alloc(r->scratch, 1, sizeof *r->flows);
    if (!r->flows) return QH_E_NOMEM;
    *r->flows =
        (qh_case_reader){.value = plain, .scratch = r->scratch, .diag = r->diag, .folder = r->river_case->folder};
    r->value = plain;
    r->value.find = find_row;
    r->value.mapped = mapping_read;
    r->value.design = design_flow;
    r->value.self = r;
    return know_case(r);
}

static qh_status read_file(proposal_reader *r, const char *path) {
    const size_t errors_before = qh_diag_count(r->diag, QH_ERROR);
    r->made->file = qh_arena_strdup(r->made->arena, path);
    if (!r->made->file) return QH_E_NOMEM;
    qh_text_file text;
    qh_yaml *root = NULL;
    QH_TRY(make_readers(r));
    QH_TRY(qh_text_file_read(r->scratch, path, r->made->file, r->diag, &text));
    QH_TRY(qh_yaml_parse(r->scratch, &text, r->diag, NULL, &root));
    QH_TRY(read_tree(r, root));
    if (r->value.out_of_memory) return QH_E_NOMEM;
    return qh_diag_count(r->diag, QH_ERROR) > errors_before ? QH_E_INPUT : QH_OK;
}

qh_status qh_proposal_read(const qh_case *river_case, const char *path, qh_diag *diag, qh_proposal **proposal) {
    qh_diag *own = diag ? NULL : qh_diag_create(QH_EN); /* errors are counted there, so there must be one */
    qh_arena *arena = qh_arena_create(), *scratch = qh_arena_create();
    qh_proposal *made = arena ? qh_arena_alloc(arena, 1, sizeof *made) : NULL;
    proposal_reader *r = scratch ? qh_arena_alloc(scratch, 1, sizeof *r) : NULL;
    qh_status status = QH_E_NOMEM;
    if (made) made->arena = arena;
    if (made && r && (diag || own)) {
        *r = (proposal_reader){.scratch = scratch, .diag = diag ? diag : own, .river_case = river_case, .made = made};
        status = read_file(r, path);
    }
    qh_arena_destroy(scratch);
    qh_diag_destroy(own);
    if (status != QH_OK) {
        if (made)
            qh_proposal_destroy(made);
        else
            qh_arena_destroy(arena);
        return status;
    }
    *proposal = made;
    return QH_OK;
}
