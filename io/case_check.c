/* What must hold between values: of one row, between rows, of the whole case. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "io/case_internal.h"
#include "io/standard_internal.h"
#include "model/ecoflow.h"
#include "model/reach.h"

#define WRONG(reader, place, ...) (qh_diag_add((reader)->diag, QH_ERROR, (place), __VA_ARGS__), false)

/* The first row of the table that bears `mark`: the row itself when it is new. */
static const void *first_of(qh_case_reader *reader, const qh_row *row, const char *mark) {
    qh_known_rows *known = qh_case_known(reader, row->table);
    size_t first = row->index;
    if (!mark || qh_names_add(&known->names, mark, row->index, &first) != QH_OK) reader->value.out_of_memory = true;
    return known->rows + first * known->row_size;
}

#define CHECK_CHAINAGE(reader, row, data)                                                                              \
    qh_case_check_chainage(reader, row, "reach", (data)->reach, "chainage", &(data)->chainage)

/* ---- tables ---- */

static void check_node(qh_case_reader *reader, const qh_row *row) {
    qh_node *node = row->data;
    node->has_position = qh_case_check_pair(reader, row, "longitude", "latitude");
}

static void check_dispersion(qh_case_reader *reader, const qh_row *row) {
    const qh_given *value = qh_row_given(row, "dispersion");
    const qh_given *formula = qh_row_given(row, "dispersion_formula");
    if (value->unusable || formula->unusable) return;
    if (value->text && formula->text)
        *row->good = WRONG(reader, formula->place, "'%s' and '%s' are both given; leave one of them empty",
                           value->label, formula->label);
    if (!value->text && !formula->text)
        *row->good = WRONG(reader, row->place, "neither '%s' nor '%s' is given; one of them is required", value->label,
                           formula->label);
}

/* What is wrong with a cross-section has been reported with the table it stands in. */
static bool is_sound(qh_case_reader *reader, const qh_cross_section *section) {
    const qh_known_rows *known = qh_case_known(reader, qh_schema_find_table("cross_sections"));
    return !section || known->good[section - (const qh_cross_section *)(const void *)known->rows];
}

static void check_reach(qh_case_reader *reader, const qh_row *row) {
    const qh_reach *reach = row->data;
    const qh_given *to = qh_row_given(row, "to");
    check_dispersion(reader, row);
    (void)qh_case_check_pair(reader, row, "storage_area", "storage_exchange");
    if (qh_is_usable(to) && qh_is_usable(qh_row_given(row, "from")) && reach->from == reach->to)
        *row->good = WRONG(reader, to->place, "the reach ends at the node '%s' where it begins", to->text);
    if (!*row->good || !is_sound(reader, reach->channel.cross_section)) return;
    if (qh_reach_check(reach, reader->diag) != QH_OK) *row->good = false;
}

static void check_override(qh_case_reader *reader, const qh_row *row) {
    const qh_kinetics_override *override = row->data;
    const qh_given *constituent = qh_row_given(row, "constituent");
    const qh_given *reach = qh_row_given(row, "reach");
    if (qh_is_usable(reach) && qh_is_usable(constituent)) {
        const qh_kinetics_override *before =
            first_of(reader, row, qh_arena_printf(reader->scratch, "%zu %zu", override->reach, override->constituent));
        if (before != override)
            *row->good = WRONG(reader, constituent->place, "'%s' in reach '%s' stands already in line %d",
                               constituent->text, reach->text, before->place.line);
    }
    if (qh_is_usable(constituent))
        qh_case_check_rates(reader, row, &reader->river_case->constituent[override->constituent], override->k20.value,
                            override->k2_20.value, override->background.value);
    static const char *const values[] = {"k20", "theta", "k2_20", "settling", "background"};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        const qh_given *given = qh_row_given(row, values[i]);
        if (given->text || given->unusable) return;
    }
    *row->good =
        WRONG(reader, row->place, "the row changes nothing: k20, theta, k2_20, settling and background are all empty");
}

static void check_headwater(qh_case_reader *reader, const qh_row *row) {
    const qh_headwater *headwater = row->data;
    const qh_given *node = qh_row_given(row, "node");
    if (!qh_is_usable(node)) return;
    /* Names are trimmed, so that one which begins with a tab is free for this. */
    const qh_headwater *before = first_of(reader, row, qh_arena_printf(reader->scratch, "\tnode %zu", headwater->node));
    if (before != headwater)
        *row->good =
            WRONG(reader, node->place, "node '%s' has a headwater already, in line %d", node->text, before->place.line);
}

static void check_held_level(qh_case_reader *reader, const qh_row *row) {
    const qh_held_level *held = row->data;
    const qh_given *node = qh_row_given(row, "node");
    if (!qh_is_usable(node)) return;
    const qh_held_level *before = first_of(reader, row, qh_arena_printf(reader->scratch, "\tnode %zu", held->node));
    if (before != held)
        *row->good = WRONG(reader, node->place, "the level at node '%s' is held already, in line %d", node->text,
                           before->place.line);
    const qh_known_rows *reaches = qh_case_known(reader, qh_schema_find_table("reaches"));
    for (size_t r = 0; reaches->complete && r < reaches->count; r++) {
        const qh_reach *reach = &((const qh_reach *)(const void *)reaches->rows)[r];
        if (!reaches->good[r] || reach->from != held->node) continue;
        *row->good =
            WRONG(reader, node->place, "reach '%s' begins at node '%s': levels are held where the network ends",
                  reach->name, node->text);
        break;
    }
    if (*row->good && reader->run_known && !reader->river_case->run.routing)
        *row->good =
            WRONG(reader, row->place, "a level is held, but the flow is steady and knows none: give run.routing");
}

static void check_tributary(qh_case_reader *reader, const qh_row *row) {
    qh_tributary *tributary = row->data;
    CHECK_CHAINAGE(reader, row, tributary);
}

static void check_outfall(qh_case_reader *reader, const qh_row *row) {
    qh_outfall *outfall = row->data;
    CHECK_CHAINAGE(reader, row, outfall);
    outfall->has_position = qh_case_check_pair(reader, row, "longitude", "latitude");
}

static const char *symbol_of(const qh_given *given) { return given->unit ? given->unit->symbol : "m"; }

/* A stretch of a reach must lie in it and have a length. */
static void check_stretch(qh_case_reader *reader, const qh_row *row, size_t reach, double *low, double *high) {
    qh_case_check_chainage(reader, row, "reach", reach, "from", low);
    qh_case_check_chainage(reader, row, "reach", reach, "to", high);
    const qh_given *from = qh_row_given(row, "from");
    const qh_given *to = qh_row_given(row, "to");
    if (qh_is_usable(from) && qh_is_usable(to) && *low >= *high)
        *row->good = WRONG(reader, to->place, "'%s' (%s %s) must lie beyond '%s' (%s %s)", to->label, to->text,
                           symbol_of(to), from->label, from->text, symbol_of(from));
}

static void check_lateral(qh_case_reader *reader, const qh_row *row) {
    qh_lateral *lateral = row->data;
    check_stretch(reader, row, lateral->reach, &lateral->from, &lateral->to);
}

/* The first claim that was read, of withdrawals or, where there are none, of transfers: NULL when it is not sound. */
typedef struct first_claim {
    const char *code;
    qh_place place;
    bool has_priority;
} first_claim;

static bool find_first_claim(qh_case_reader *reader, first_claim *first) {
    const qh_known_rows *w = qh_case_known(reader, qh_schema_find_table("withdrawals"));
    const qh_known_rows *t = qh_case_known(reader, qh_schema_find_table("transfers"));
    if (w->count > 0 && w->good[0]) {
        const qh_withdrawal *row = (const qh_withdrawal *)(const void *)w->rows;
        *first = (first_claim){row->code, row->place, row->has_priority};
        return true;
    }
    if (w->count > 0 || t->count == 0 || !t->good[0]) return false;
    const qh_transfer *row = (const qh_transfer *)(const void *)t->rows;
    *first = (first_claim){row->code, row->place, row->has_priority};
    return true;
}

/* Whether a claim has a priority. One without a rank has no place among those with one. */
static bool check_priority(qh_case_reader *reader, const qh_row *row) {
    const qh_given *priority = qh_row_given(row, "priority");
    const bool has = priority->text != NULL;
    first_claim first;
    if (priority->unusable || !find_first_claim(reader, &first) || first.has_priority == has) return has;
    if (first.place.file == row->place.file && first.place.line == row->place.line) return has;
    *row->good =
        has ? WRONG(reader, priority->place,
                    "'%s' is given, but not for %s in line %d of %s: give it to all or to none", priority->label,
                    first.code, first.place.line, first.place.file)
            : WRONG(reader, row->place, "'%s' is not given, but is for %s in line %d of %s: give it to all or to none",
                    priority->label, first.code, first.place.line, first.place.file);
    return has;
}

static void check_withdrawal(qh_case_reader *reader, const qh_row *row) {
    qh_withdrawal *withdrawal = row->data;
    CHECK_CHAINAGE(reader, row, withdrawal);
    withdrawal->has_priority = check_priority(reader, row);
}

static void check_transfer(qh_case_reader *reader, const qh_row *row) {
    qh_transfer *transfer = row->data;
    CHECK_CHAINAGE(reader, row, transfer);
    qh_case_check_chainage(reader, row, "to_reach", transfer->to_reach, "to_chainage", &transfer->to_chainage);
    transfer->has_priority = check_priority(reader, row);
    const qh_given *flow = qh_row_given(row, "flow"), *capacity = qh_row_given(row, "capacity");
    if (!qh_is_usable(flow) || !qh_is_usable(capacity) || transfer->flow_series) return;
    if (transfer->flow.given && transfer->flow.value > transfer->capacity * (1 + 1e-12))
        *row->good = WRONG(reader, flow->place, "'%s' is %.6g m3/s, more than the %.6g m3/s that it can carry",
                           flow->label, transfer->flow.value, transfer->capacity);
}

/* A design flow of another kind than the column is of: `begin` is how the names of the right ones begin. */
static void check_design(qh_case_reader *reader, const qh_row *row, const char *key, const char *begin,
                         const char *example) {
    const qh_given *given = qh_row_given(row, key);
    if (!qh_is_usable(given) || strncmp(given->text, "design(", 7) != 0) return;
    const char *name = given->text + 7 + strspn(given->text + 7, " ");
    if (strncmp(name, begin, strlen(begin)) == 0) return;
    *row->good = WRONG(reader, given->place, "'%s' is '%s'; of the design flows it takes %s: design(%s FILE.csv)",
                       given->label, given->text, example, example);
}

static void check_station(qh_case_reader *reader, const qh_row *row) {
    qh_station *station = row->data;
    CHECK_CHAINAGE(reader, row, station);
    qh_case_check_chainage(reader, row, "tailrace_reach", station->tailrace_reach, "tailrace_chainage",
                           &station->tailrace_chainage);
    const qh_given *dam = qh_row_given(row, "chainage");
    const qh_given *tailrace = qh_row_given(row, "tailrace_chainage");
    if (!*row->good) return;
    if (station->reach == station->tailrace_reach && station->tailrace_chainage <= station->chainage)
        *row->good = WRONG(reader, tailrace->place, "'%s' (%s %s) must lie below the dam at '%s' (%s %s)",
                           tailrace->label, tailrace->text, symbol_of(tailrace), dam->label, dam->text, symbol_of(dam));
    check_design(reader, row, "q90_flow", "Q9", "Q90");
    check_design(reader, row, "mean_annual_flow", "mean", "mean");
    if (!*row->good) return;
    if (qh_ecoflow_check(station, reader->diag) != QH_OK) *row->good = false;
    if (qh_ecoflow_is_monthly(station) && reader->run_known && reader->river_case->run.month == 0)
        *row->good = WRONG(reader, qh_row_given(row, "rule")->place,
                           "rule '%s' depends on the month; give run.month in case.yaml", station->rule);
}

static void check_section(qh_case_reader *reader, const qh_row *row) {
    qh_section *section = row->data;
    CHECK_CHAINAGE(reader, row, section);
    section->has_position = qh_case_check_pair(reader, row, "longitude", "latitude");
}

static void check_zone(qh_case_reader *reader, const qh_row *row) {
    qh_zone *zone = row->data;
    check_stretch(reader, row, zone->reach, &zone->from, &zone->to);
}

qh_row_check *qh_case_row_check(const qh_key_table *table) {
    static const struct {
        const char *table;
        qh_row_check *check;
    } checks[] = {
        {"nodes", check_node},
        {"reaches", check_reach},
        {"kinetics", check_override},
        {"headwaters", check_headwater},
        {"held_levels", check_held_level},
        {"tributaries", check_tributary},
        {"outfalls", check_outfall},
        {"laterals", check_lateral},
        {"withdrawals", check_withdrawal},
        {"transfers", check_transfer},
        {"stations", check_station},
        {"sections", check_section},
        {"zones", check_zone},
        {"reservoirs", qh_case_check_reservoir},
        {"structures", qh_case_check_structure},
        {"operation_rules", qh_case_check_rule},
    };
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        if (strcmp(checks[i].table, table->name) == 0) return checks[i].check;
    }
    return NULL;
}

/* ---- run ---- */

static const qh_given *run_value(const qh_given *given, const char *key) {
    const qh_key_table *table = qh_schema_find_table("run");
    return &given[qh_schema_find_key(table, key) - table->key];
}

static void check_interval(qh_case_reader *reader, const qh_given *given, const char *key, double interval) {
    const qh_given *duration = run_value(given, "duration");
    const qh_given *value = run_value(given, key);
    if (qh_is_usable(duration) && qh_is_usable(value) && interval > reader->river_case->run.duration)
        (void)WRONG(reader, value->place, "'%s' is %s, longer than the run (%s)", value->label, value->text,
                    duration->text);
}

void qh_case_check_run(qh_case_reader *reader, const qh_given *given, bool good) {
    const qh_key_table *table = qh_schema_find_table("run");
    const qh_run_options *run = &reader->river_case->run;
    if (!qh_is_usable(run_value(given, "type"))) return;
    reader->run_known = good; /* else what depends on it would only repeat what was reported */
    for (size_t i = 0; i < table->n_key; i++) {
        const qh_key *key = &table->key[i];
        if (given[i].unusable) {
            reader->run_known = false;
            continue;
        }
        if (key->presence != QH_UNSTEADY_ONLY) continue;
        if (run->type == QH_UNSTEADY && !given[i].text) {
            (void)WRONG(reader, run->place, "'%s' is missing: an unsteady run needs it",
                        qh_value_label(&reader->value, key, false));
            reader->run_known = false;
        }
        if (run->type == QH_STEADY && given[i].text)
            (void)WRONG(reader, given[i].place, "'%s' belongs to unsteady runs; this one is steady", given[i].label);
    }
    if (run->type == QH_UNSTEADY && !run->start[0] && !run_value(given, "start")->unusable) {
        const qh_key *start = qh_schema_find_key(table, "start");
        (void)WRONG(reader, run->place, "'%s' is missing: an unsteady run needs it",
                    qh_value_label(&reader->value, start, false));
    }
    check_interval(reader, given, "output_interval", run->output_interval);
    check_interval(reader, given, "sample_interval", run->sample_interval);
}

/* ---- the whole ---- */

static void check_initial(qh_case_reader *reader) {
    const qh_case *river_case = reader->river_case;
    const bool needed = river_case->run.type == QH_UNSTEADY && river_case->run.initial == QH_INITIAL_GIVEN;
    if (!reader->run_known) return;
    for (size_t i = 0; i < river_case->n_constituent; i++) {
        const qh_constituent *c = &river_case->constituent[i];
        if (needed && !c->initial.given)
            (void)WRONG(reader, c->place, "constituent '%s' has no `initial`, which `run.initial: given` needs",
                        c->name);
        if (!needed && c->initial.given)
            qh_diag_add(reader->diag, QH_WARNING, c->place,
                        "`initial` of constituent '%s' is not used: it takes `run.initial: given`", c->name);
    }
}

static bool is_judged_by(const qh_case *river_case, const char *item) {
    for (size_t i = 0; i < river_case->n_constituent; i++) {
        const char *own = river_case->constituent[i].item;
        if (own && strcmp(own, item) == 0) return true;
    }
    return false;
}

static void check_items(qh_case_reader *reader, const qh_standard *standard) {
    const qh_case *river_case = reader->river_case;
    for (size_t i = 0; i < river_case->n_constituent; i++) {
        const qh_constituent *c = &river_case->constituent[i];
        if (!c->item || qh_standard_item_find(standard, c->item)) continue;
        qh_nearest nearest = qh_nearest_begin(c->item);
        for (size_t k = 0; k < standard->n_item; k++)
            qh_nearest_offer(&nearest, standard->item[k].code);
        /* Cl is not a slip of the pen for Cu: two letters must agree but for their case; nor is NO3-N beside NH3-N. */
        if (nearest.best[0] && !is_judged_by(river_case, nearest.best) &&
            (nearest.distance == 0 || strlen(c->item) > 2))
            qh_diag_add(reader->diag, QH_WARNING, c->place,
                        "%s has no item '%s' (did you mean '%s'?): '%s' is computed, but not judged", standard->code,
                        c->item, nearest.best, c->name);
    }
}

static void check_targets(qh_case_reader *reader, const qh_standard *standard) {
    const qh_known_rows *known = qh_case_known(reader, qh_schema_find_table("sections"));
    const qh_section *rows = (const qh_section *)(const void *)known->rows;
    for (size_t i = 0; i < known->count; i++) {
        if (known->good[i] && rows[i].target_class > (int)standard->n_class)
            (void)WRONG(reader, rows[i].place, "section '%s' has target class %d, but %s has only %zu classes",
                        rows[i].name, rows[i].target_class, standard->code, standard->n_class);
    }
}

static void check_series_used(qh_case_reader *reader) {
    const qh_case *river_case = reader->river_case;
    /* Where there are errors, one of them may be the reason. */
    if (qh_diag_count(reader->diag, QH_ERROR) > 0 || river_case->run.type == QH_STEADY) return;
    for (size_t i = 0; i < river_case->n_series; i++) {
        if (reader->series_used[i] || !river_case->series[i].name) continue;
        qh_diag_add(reader->diag, QH_WARNING, river_case->series[i].place, "series '%s' is used nowhere",
                    river_case->series[i].name);
    }
}

/* One that ships, or a file: then its path, from where the program runs, takes the place of the name in the case. */
static bool find_standard(qh_case_reader *reader, qh_standard **standard) {
    qh_case *river_case = reader->river_case;
    const char *name = river_case->standard;
    if (!qh_standard_ships(name)) {
        const char *path = qh_case_path(reader, name);
        struct stat info;
        if (!path) return false;
        if (stat(path, &info) != 0) {
            qh_nearest nearest = qh_nearest_begin(name);
            qh_standard_offer(&nearest);
            if (nearest.best[0])
                return WRONG(reader, reader->standard_place, "there is no standard '%s'; did you mean '%s'?", name,
                             nearest.best);
            return WRONG(reader, reader->standard_place,
                         "there is no standard '%s', and no file of that name in the case folder", name);
        }
        river_case->standard = path;
    }
    return qh_standard_read(river_case->standard, reader->diag, standard) == QH_OK;
}

void qh_case_check_whole(qh_case_reader *reader) {
    check_initial(reader);
    qh_case_check_routed(reader);
    check_series_used(reader);
    qh_standard *standard = NULL;
    if (!reader->river_case->standard || !find_standard(reader, &standard)) return;
    check_items(reader, standard);
    check_targets(reader, standard);
    qh_standard_destroy(standard);
}
