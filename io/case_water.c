/* Reservoirs, structures and rules of a case: storage curves out of their rows, and what must hold between values. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/case_internal.h"
#include "model/calendar.h"
#include "model/structure.h"

#define WRONG(reader, place, ...) (qh_diag_add((reader)->diag, QH_ERROR, (place), __VA_ARGS__), false)

/* The row that a cell names, NULL unless it is there and sound. */
static const void *row_of(qh_case_reader *reader, const char *table, const qh_given *given, size_t index) {
    const qh_known_rows *known = qh_case_known(reader, qh_schema_find_table(table));
    if (!qh_is_usable(given) || index >= known->count || !known->good[index]) return NULL;
    return known->rows + index * known->row_size;
}

/* ---- storage curves ---- */

typedef struct gathering {
    qh_case_reader *reader;
    qh_known_rows curves;
    qh_storage_curve *current;
} gathering;

static qh_status begin_curve(gathering *g, const qh_storage_row *row) {
    qh_known_rows *curves = &g->curves;
    size_t first = 0;
    QH_TRY(qh_names_add(&curves->names, row->name, curves->count, &first));
    g->current = (qh_storage_curve *)(void *)curves->rows + curves->count;
    *g->current = (qh_storage_curve){.place = row->place, .name = row->name};
    curves->good[curves->count] = true;
    if (first != curves->count) {
        const qh_storage_curve *before = (qh_storage_curve *)(void *)curves->rows + first;
        curves->good[curves->count] =
            WRONG(g->reader, row->place, "rows of storage curve '%s' stand apart: others begin in line %d", row->name,
                  before->place.line);
    }
    curves->count++;
    return QH_OK;
}

static void end_curve(gathering *g) {
    bool *good = g->current ? &g->curves.good[g->curves.count - 1] : NULL;
    if (good && *good) *good = qh_storage_check(g->current, g->reader->diag) == QH_OK;
}

qh_status qh_case_gather_storage_curves(qh_case_reader *reader, qh_known_rows *known) {
    const qh_storage_row *row = (const qh_storage_row *)(const void *)known->rows;
    const size_t n = known->count;
    qh_storage_curve *curve = qh_arena_alloc(reader->value.arena, n + 1, sizeof *curve);
    double *level = qh_arena_alloc(reader->value.arena, n + 1, sizeof *level);
    double *volume = qh_arena_alloc(reader->value.arena, n + 1, sizeof *volume);
    gathering g = {.reader = reader,
                   .curves = {.names = {.arena = reader->scratch},
                              .complete = known->complete,
                              .rows = (char *)curve,
                              .row_size = sizeof *curve,
                              .good = qh_arena_alloc(reader->scratch, n + 1, sizeof(bool))}};
    if (!curve || !level || !volume || !g.curves.good) return QH_E_NOMEM;
    for (size_t i = 0; i < n; i++) {
        if (!row[i].name) {
            g.curves.complete = false;
            continue;
        }
        level[i] = row[i].level;
        volume[i] = row[i].volume;
        if (!g.current || strcmp(g.current->name, row[i].name) != 0) {
            end_curve(&g);
            QH_TRY(begin_curve(&g, &row[i]));
            g.current->level = &level[i];
            g.current->volume = &volume[i];
        }
        g.current->count++;
        if (!known->good[i]) g.curves.good[g.curves.count - 1] = false;
    }
    end_curve(&g);
    *known = g.curves;
    return QH_OK;
}

/* ---- reservoirs ---- */

/* What is wrong with a curve has been reported with the table it stands in. */
static bool is_sound(qh_case_reader *reader, const qh_storage_curve *curve) {
    const qh_known_rows *known = qh_case_known(reader, qh_schema_find_table("storage_curves"));
    return curve && known->good[curve - (const qh_storage_curve *)(const void *)known->rows];
}

void qh_case_check_reservoir(qh_case_reader *reader, const qh_row *row) {
    qh_reservoir *reservoir = row->data;
    const qh_given *level = qh_row_given(row, "level"), *dead = qh_row_given(row, "dead_level");
    qh_case_check_chainage(reader, row, "reach", reservoir->reach, "chainage", &reservoir->chainage);
    if (!qh_is_usable(qh_row_given(row, "curve")) || !is_sound(reader, reservoir->curve)) return;
    const qh_storage_curve *curve = reservoir->curve;
    const double low = curve->level[0], high = curve->level[curve->count - 1];
    if (qh_is_usable(level) && !(reservoir->level >= low && reservoir->level <= high))
        *row->good = WRONG(reader, level->place,
                           "reservoir %s begins at %.10g m; its storage curve '%s' goes from %.10g to %.10g m",
                           reservoir->name, reservoir->level, curve->name, low, high);
    if (!qh_is_usable(dead)) return;
    if (!(reservoir->dead_level.value > low && reservoir->dead_level.value < high))
        *row->good = WRONG(reader, dead->place,
                           "reservoir %s: its dead level of %.10g m must lie inside its storage curve '%s', which goes "
                           "from %.10g to %.10g m",
                           reservoir->name, reservoir->dead_level.value, curve->name, low, high);
    else if (qh_is_usable(level) && reservoir->level < reservoir->dead_level.value)
        *row->good = WRONG(reader, level->place, "reservoir %s begins at %.10g m, below its dead level of %.10g m",
                           reservoir->name, reservoir->level, reservoir->dead_level.value);
}

/* ---- structures ---- */

/* At a reservoir or at a place of a river. */
static void place_structure(qh_case_reader *reader, const qh_row *row, qh_structure *structure) {
    const qh_given *reservoir = qh_row_given(row, "reservoir"), *reach = qh_row_given(row, "reach");
    const bool placed = qh_case_check_pair(reader, row, "reach", "chainage");
    qh_case_check_chainage(reader, row, "reach", structure->reach, "chainage", &structure->chainage);
    structure->in_river = placed;
    if (reservoir->unusable || reach->unusable || qh_row_given(row, "chainage")->unusable) return;
    if (reservoir->text && (reach->text || qh_row_given(row, "chainage")->text))
        *row->good = WRONG(reader, reservoir->place, "a structure stands at a reservoir or in a reach, not at both");
    else if (!reservoir->text && !reach->text)
        *row->good = WRONG(reader, row->place, "neither '%s' nor '%s' is given; one of them is required",
                           reservoir->label, reach->label);
}

static void check_crest(qh_case_reader *reader, const qh_row *row, const qh_structure *structure,
                        const qh_reservoir *reservoir) {
    const qh_storage_curve *curve = reservoir->curve;
    const qh_given *crest = qh_row_given(row, "crest");
    if (structure->crest.value < curve->level[0])
        *row->good = WRONG(reader, crest->place,
                           "structure %s: its crest at %.10g m lies below the storage curve of reservoir %s, which "
                           "begins at %.10g m",
                           structure->code, structure->crest.value, reservoir->name, curve->level[0]);
    else if (structure->crest.value >= curve->level[curve->count - 1])
        *row->good =
            WRONG(reader, crest->place,
                  "structure %s: its crest at %.10g m is never reached: the storage curve of reservoir %s ends "
                  "at %.10g m",
                  structure->code, structure->crest.value, reservoir->name, curve->level[curve->count - 1]);
    else if (reservoir->dead_level.given && structure->crest.value < reservoir->dead_level.value &&
             !qh_structure_find(structure->kind)->by_opening)
        *row->good = WRONG(reader, crest->place,
                           "structure %s: its crest at %.10g m lies below the dead level of reservoir %s, %.10g m, and "
                           "nobody can shut it",
                           structure->code, structure->crest.value, reservoir->name, reservoir->dead_level.value);
}

void qh_case_check_structure(qh_case_reader *reader, const qh_row *row) {
    qh_structure *structure = row->data;
    const qh_structure_law *law = qh_structure_find(structure->kind);
    const qh_reservoir *reservoir = row_of(reader, "reservoirs", qh_row_given(row, "reservoir"), structure->reservoir);
    place_structure(reader, row, structure);
    if (!*row->good || !law) return;
    if (law->check(structure, reader->diag) != QH_OK) *row->good = false;
    if (*row->good && reservoir && structure->crest.given && is_sound(reader, reservoir->curve))
        check_crest(reader, row, structure, reservoir);
}

/* ---- rules ---- */

/* "MM-DD" as 100 month + day; 0 when it is none. 02-29 is one. */
static int day_of(const char *text) {
    char *end = NULL;
    const long month = strtol(text, &end, 10);
    if (end == text || *end != '-' || text[0] < '0' || text[0] > '9') return 0;
    const char *rest = end + 1;
    const long day = strtol(rest, &end, 10);
    if (end == rest || *end || rest[0] < '0' || rest[0] > '9') return 0;
    if (month < 1 || month > 12 || day < 1 || day > qh_days_in_month(2024, (int)month)) return 0;
    return (int)(100 * month + day);
}

static int window_end(qh_case_reader *reader, const qh_row *row, const char *key, const char *text) {
    const qh_given *given = qh_row_given(row, key);
    if (!qh_is_usable(given) || !text || !*text) return 0;
    const int day = day_of(text);
    if (day == 0)
        *row->good = WRONG(reader, given->place, "'%s' is '%s'; a day of the year was expected, such as 05-31",
                           given->label, given->text);
    return day;
}

/* Whether all days of `b` are days of `a`; 0: all the year. */
static bool window_holds(const qh_rule *a, const qh_rule *b) {
    if (a->from_day == 0) return true;
    if (b->from_day == 0) return false;
    const bool a_wraps = a->from_day > a->to_day, b_wraps = b->from_day > b->to_day;
    if (a_wraps == b_wraps) return a->from_day <= b->from_day && b->to_day <= a->to_day;
    return a_wraps && (b->from_day >= a->from_day || b->to_day <= a->to_day);
}

static bool same(qh_optional a, qh_optional b) { return a.given == b.given && (!a.given || a.value == b.value); }

/* The same of what they look at. */
static bool looks_before(const qh_rule *first, const qh_rule *later) {
    if (!first->looks) return true;
    if (!later->looks || first->at_reach != later->at_reach || first->at_chainage != later->at_chainage) return false;
    const bool over =
        !first->flow_over.given || (later->flow_over.given && later->flow_over.value >= first->flow_over.value);
    const bool under =
        !first->flow_under.given || (later->flow_under.given && later->flow_under.value <= first->flow_under.value);
    return over && under;
}

static bool same_target(const qh_rule *a, const qh_rule *b) {
    if (a->sets_transfer != b->sets_transfer) return false;
    return a->sets_transfer ? a->transfer == b->transfer : a->structure == b->structure;
}

/* Whether `first` acts whenever `later` does. */
static bool always_before(const qh_rule *first, const qh_rule *later) {
    const bool level =
        !first->starts_at.given || (same(first->starts_at, later->starts_at) && same(first->ends_at, later->ends_at));
    const bool over =
        !first->inflow_over.given || (later->inflow_over.given && later->inflow_over.value >= first->inflow_over.value);
    const bool under = !first->inflow_under.given ||
                       (later->inflow_under.given && later->inflow_under.value <= first->inflow_under.value);
    return level && over && under && looks_before(first, later) && window_holds(first, later);
}

static void check_setting(qh_case_reader *reader, const qh_row *row, const qh_structure *structure) {
    const qh_rule *rule = row->data;
    const qh_structure_law *law = qh_structure_find(structure->kind);
    if (!law) return;
    if (!law->by_opening && !law->by_flow)
        *row->good = WRONG(reader, row->place, "structure %s is a %s: there is nothing that a rule could set",
                           structure->code, structure->kind);
    else if (law->by_opening && (!rule->opening.given || rule->flow.given))
        *row->good = WRONG(reader, row->place, "structure %s is a %s: its rule sets `opening`, and that alone",
                           structure->code, structure->kind);
    else if (law->by_flow && (!rule->flow.given || rule->opening.given))
        *row->good = WRONG(reader, row->place, "structure %s is a %s: its rule sets `flow`, and that alone",
                           structure->code, structure->kind);
}

static void check_level(qh_case_reader *reader, const qh_row *row, const qh_reservoir *r, const char *key,
                        qh_optional level) {
    if (!level.given || !r || !is_sound(reader, r->curve)) return;
    const double low = r->curve->level[0], high = r->curve->level[r->curve->count - 1];
    const qh_given *given = qh_row_given(row, key);
    if (!(level.value >= low && level.value <= high))
        *row->good = WRONG(reader, given->place,
                           "'%s' is %.10g m, a level that reservoir %s never has: its storage curve goes from %.10g to "
                           "%.10g m",
                           given->label, level.value, r->name, low, high);
    else if (r->dead_level.given && level.value < r->dead_level.value)
        *row->good =
            WRONG(reader, given->place,
                  "'%s' is %.10g m, a level that reservoir %s never has: nothing is drawn below its dead level "
                  "of %.10g m",
                  given->label, level.value, r->name, r->dead_level.value);
}

/* The reservoir that a structure leads out of, NULL in a river; that a transfer takes from, likewise. */
static const qh_reservoir *reservoir_of_structure(qh_case_reader *reader, const qh_structure *structure) {
    const qh_known_rows *known = qh_case_known(reader, qh_schema_find_table("reservoirs"));
    if (structure->in_river || structure->reservoir >= known->count || !known->good[structure->reservoir]) return NULL;
    return &((const qh_reservoir *)(const void *)known->rows)[structure->reservoir];
}

static const qh_reservoir *reservoir_of_transfer(qh_case_reader *reader, const qh_transfer *transfer) {
    static const double slack = 1e-6; /* m */
    const qh_known_rows *known = qh_case_known(reader, qh_schema_find_table("reservoirs"));
    const qh_reservoir *rows = (const qh_reservoir *)(const void *)known->rows;
    for (size_t i = 0; i < known->count; i++)
        if (known->good[i] && rows[i].reach == transfer->reach && fabs(rows[i].chainage - transfer->chainage) <= slack)
            return &rows[i];
    return NULL;
}

static void check_order(qh_case_reader *reader, const qh_row *row) {
    const qh_known_rows *known = qh_case_known(reader, row->table);
    const qh_rule *rules = (const qh_rule *)(const void *)known->rows, *rule = row->data;
    for (size_t i = 0; i < row->index; i++) {
        if (!known->good[i] || !same_target(&rules[i], rule) || !always_before(&rules[i], rule)) continue;
        *row->good = WRONG(reader, row->place,
                           "this rule can never act: that in line %d acts whenever it would, and stands before it",
                           rules[i].place.line);
        return;
    }
}

static void check_window(qh_case_reader *reader, const qh_row *row, qh_rule *rule) {
    rule->from_day = window_end(reader, row, "from", rule->from);
    rule->to_day = window_end(reader, row, "to", rule->to);
    if (*row->good && (rule->from_day == 0) != (rule->to_day == 0))
        *row->good = WRONG(reader, row->place, "'%s' is given without '%s'", rule->from_day ? "from" : "to",
                           rule->from_day ? "to" : "from");
}

/* The place that it looks at, and the flows there. */
static void check_look(qh_case_reader *reader, const qh_row *row, qh_rule *rule) {
    rule->looks = qh_case_check_pair(reader, row, "at_reach", "at_chainage");
    if (rule->looks) qh_case_check_chainage(reader, row, "at_reach", rule->at_reach, "at_chainage", &rule->at_chainage);
    const bool asks = rule->flow_over.given || rule->flow_under.given;
    if (*row->good && rule->looks != asks)
        *row->good =
            WRONG(reader, row->place,
                  "`at_reach` and `at_chainage` go with `flow_over` or `flow_under`: a place, and the flow there");
    if (rule->flow_over.given && rule->flow_under.given && rule->flow_over.value >= rule->flow_under.value)
        *row->good = WRONG(reader, row->place, "no flow is over %.10g and under %.10g m3/s", rule->flow_over.value,
                           rule->flow_under.value);
}

static void check_conditions(qh_case_reader *reader, const qh_row *row, qh_rule *rule) {
    check_window(reader, row, rule);
    if (qh_case_check_pair(reader, row, "starts_at", "ends_at") && *row->good &&
        rule->starts_at.value == rule->ends_at.value)
        *row->good =
            WRONG(reader, qh_row_given(row, "ends_at")->place,
                  "the rule begins and ends at the same level; set `ends_at` apart, so that it does not flicker");
    if (rule->inflow_over.given && rule->inflow_under.given && rule->inflow_over.value >= rule->inflow_under.value)
        *row->good = WRONG(reader, row->place, "no inflow is over %.10g and under %.10g m3/s", rule->inflow_over.value,
                           rule->inflow_under.value);
    check_look(reader, row, rule);
}

static void check_transfer_rule(qh_case_reader *reader, const qh_row *row, const qh_transfer *transfer) {
    const qh_rule *rule = row->data;
    const qh_reservoir *reservoir = reservoir_of_transfer(reader, transfer);
    if (rule->inflow_over.given || rule->inflow_under.given)
        *row->good =
            WRONG(reader, row->place,
                  "transfer %s: its rules act by date, by the flow at a place (`at_reach`) and by the level of "
                  "the reservoir that it takes from, not by inflow",
                  transfer->code);
    else if (rule->starts_at.given && !reservoir)
        *row->good = WRONG(reader, row->place,
                           "transfer %s: its rule acts by level, and no reservoir has its dam where it takes its water",
                           transfer->code);
    else if (!rule->flow.given || rule->opening.given)
        *row->good = WRONG(reader, row->place, "transfer %s: its rule sets `flow`, and that alone", transfer->code);
    else if (rule->flow.value > transfer->capacity * (1 + 1e-12))
        *row->good = WRONG(reader, qh_row_given(row, "flow")->place,
                           "'%s' is %.6g m3/s, more than the %.6g m3/s that it can carry",
                           qh_row_given(row, "flow")->label, rule->flow.value, transfer->capacity);
}

void qh_case_check_rule(qh_case_reader *reader, const qh_row *row) {
    qh_rule *rule = row->data;
    const qh_given *of_structure = qh_row_given(row, "structure"), *of_transfer = qh_row_given(row, "transfer");
    rule->sets_transfer = of_transfer->text != NULL;
    check_conditions(reader, row, rule);
    if (of_structure->unusable || of_transfer->unusable) return;
    if (!of_structure->text == !of_transfer->text)
        *row->good = WRONG(reader, row->place,
                           "a rule sets one structure or one transfer; give one of `structure` and "
                           "`transfer`");
    const qh_structure *structure = row_of(reader, "structures", of_structure, rule->structure);
    const qh_transfer *transfer = row_of(reader, "transfers", of_transfer, rule->transfer);
    if (!*row->good || (!structure && !transfer)) return;
    if (transfer) {
        check_transfer_rule(reader, row, transfer);
    } else {
        check_setting(reader, row, structure);
    }
    const qh_reservoir *reservoir =
        transfer ? reservoir_of_transfer(reader, transfer) : reservoir_of_structure(reader, structure);
    check_level(reader, row, reservoir, "starts_at", rule->starts_at);
    check_level(reader, row, reservoir, "ends_at", rule->ends_at);
    if (*row->good) check_order(reader, row);
}

/* ---- the whole ---- */

void qh_case_check_routed(qh_case_reader *reader) {
    const qh_case *c = reader->river_case;
    if (!reader->run_known || c->run.routing) return;
    if (c->n_reservoir > 0)
        qh_diag_add(reader->diag, QH_WARNING, c->reservoir[0].place,
                    "steady flow passes through reservoirs unchanged, without structures, rules and the time that "
                    "water stays there: they act in runs with run.routing");
    for (size_t i = 0; i < c->n_rule; i++) {
        if (!c->rule[i].sets_transfer) continue;
        qh_diag_add(reader->diag, QH_WARNING, c->rule[i].place,
                    "steady flow knows no rules of operation: transfers want their own flow; rules act in runs with "
                    "run.routing");
        break;
    }
    for (size_t i = 0; i < c->n_structure; i++) {
        if (!c->structure[i].in_river) continue;
        qh_diag_add(reader->diag, QH_WARNING, c->structure[i].place,
                    "steady flow passes structures in a river without backwater: they act in runs whose run.routing "
                    "knows levels (diffusive, dynamic)");
        return;
    }
}
