/* One entry of a scenario's changes. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "io/discharge_internal.h"
#include "io/number_internal.h"
#include "io/overlay_internal.h"

#define WRONG(r, place, ...) (qh_diag_add((r)->diag, QH_ERROR, (place), __VA_ARGS__), false)

enum { MOST_KEYS = 64 };

/* A change that is being read. */
typedef struct entry {
    const qh_key_table *table;
    const qh_yaml *node;       /* the mapping */
    qh_given given[MOST_KEYS]; /* [table->n_key] */
    bool good;                 /* its keys: else a complaint that something is missing may only repeat what was said */
    qh_change *change;
} entry;

static bool lost(qh_overlay_reader *r) {
    r->value.out_of_memory = true;
    return false;
}

static const qh_given *given_of(const entry *e, const char *key) {
    return &e->given[qh_schema_find_key(e->table, key) - e->table->key];
}

bool qh_overlay_find_constituent(const qh_overlay_reader *r, const char *name, size_t *index) {
    if (qh_names_find(&r->constituents, name, index)) return true;
    for (size_t i = 0; i < r->river_case->n_constituent; i++) {
        if (strcmp(r->river_case->constituent[i].title, name) == 0) return *index = i, true;
    }
    return false;
}

/* ---- keys that are constituents ---- */

static const qh_key concentration_key = {
    .kind = QH_KEY_NUMBER, .dimension = QH_DIM_CONCENTRATION, .unit = "mg/L", .range = {0.0, HUGE_VAL, false}};
static const qh_key load_key = {
    .kind = QH_KEY_NUMBER, .dimension = QH_DIM_LOAD, .unit = "kg/d", .range = {0.0, HUGE_VAL, false}};

static bool is_a_load(const char *text) {
    double number = 0.0;
    const char *rest = "";
    if (qh_number_read(text, &number, &rest) != QH_NUMBER_FINE) return false;
    const qh_unit *unit = qh_unit_find(rest, QH_DIM_CONCENTRATION);
    return unit && unit->dimension == QH_DIM_LOAD;
}

const qh_key *qh_overlay_input_key(const char *text) { return is_a_load(text) ? &load_key : &concentration_key; }

static bool read_input(qh_overlay_reader *r, const qh_yaml *child, qh_given_input *into) {
    if (child->kind != QH_YAML_SCALAR) return WRONG(r, child->place, "'%s' must be a single value", child->key);
    if (qh_yaml_is_null(child)) return WRONG(r, child->place, "'%s' is empty; a value is required", child->key);
    if (into->given) return WRONG(r, child->key_place, "'%s' is given twice, by its name and by its title", child->key);
    const qh_given given = {.label = child->key, .text = child->text, .place = child->place, .carries_unit = true};
    const bool is_load = is_a_load(child->text);
    double value = 0.0;
    if (!qh_value_number(&r->value, is_load ? &load_key : &concentration_key, &given, &value)) return false;
    *into = (qh_given_input){true, {.is_load = is_load, .value = {.constant = value}}};
    return true;
}

static bool unknown_key(qh_overlay_reader *r, const entry *e, const qh_yaml *child) {
    qh_nearest nearest = qh_value_nearest_key(&r->value, e->table, child->key);
    if (e->table->input_offset != QH_NOT_STORED) qh_names_offer(&r->constituents, &nearest);
    if (nearest.best[0])
        return WRONG(r, child->key_place, "unknown key '%s'; did you mean '%s'?", child->key, nearest.best);
    return WRONG(r, child->key_place, "unknown key '%s'; known are %s", child->key,
                 qh_value_key_list(&r->value, e->table));
}

/* Splits a mapping: what the table knows goes on to `keys`, constituents are read here. */
static bool split_keys(qh_overlay_reader *r, entry *e, qh_yaml *keys) {
    const size_t n = r->river_case->n_constituent;
    qh_given_input *input = qh_arena_alloc(r->value.arena, n, sizeof *input);
    if (!input) return lost(r);
    *keys = (qh_yaml){.kind = QH_YAML_MAPPING, .place = e->node->place, .key = e->node->key};
    qh_yaml **end = &keys->first;
    bool good = true;
    for (const qh_yaml *child = e->node->first; child; child = child->next) {
        size_t index = 0;
        if (qh_schema_find_key(e->table, child->key)) {
            qh_yaml *copy = qh_arena_alloc(r->scratch, 1, sizeof *copy);
            if (!copy) return lost(r);
            *copy = *child;
            copy->next = NULL;
            *end = copy;
            end = &copy->next;
            keys->count++;
        } else if (e->table->input_offset != QH_NOT_STORED && qh_overlay_find_constituent(r, child->key, &index)) {
            good = read_input(r, child, &input[index]) && good;
        } else {
            good = unknown_key(r, e, child);
        }
    }
    e->change->input = input;
    return good;
}

/* ---- checks of one kind ---- */

/* A chainage must lie in its reach. What lies beyond its end by no more than the rounding of its unit is put there. */
static bool check_chainage(qh_overlay_reader *r, const entry *e, size_t reach, double *chainage) {
    const qh_given *given = given_of(e, "chainage");
    if (given_of(e, "reach")->unusable || given->unusable || !given->text) return true;
    const qh_reach *where = &r->river_case->reach[reach];
    if (*chainage > where->length && *chainage <= where->length * (1.0 + 1e-12)) *chainage = where->length;
    if (*chainage <= where->length) return true;
    return WRONG(r, given->place, "'%s' is %s, but reach '%s' is only %.10g km long", given->label, given->text,
                 where->name, where->length / 1000.0);
}

static bool any_input(const qh_overlay_reader *r, const qh_change *change) {
    for (size_t i = 0; i < r->river_case->n_constituent; i++) {
        if (change->input[i].given) return true;
    }
    return false;
}

static bool select_sources(qh_overlay_reader *r, const entry *e, bool outfalls_only) {
    return qh_overlay_select(r, e->node->first, outfalls_only, e->change);
}

static bool read_only(qh_overlay_reader *r, const entry *e) {
    const qh_yaml *node = qh_value_child(e->table, e->node, "constituent");
    qh_word *word = NULL;
    size_t count = 0;
    if (!node) return true;
    if (!qh_overlay_words(r, node, &count, &word)) return false;
    size_t *only = qh_arena_alloc(r->value.arena, count, sizeof *only);
    if (!only) return lost(r);
    bool good = true;
    for (size_t k = 0; k < count; k++) {
        if (qh_overlay_find_constituent(r, word[k].text, &only[k])) continue;
        qh_nearest nearest = qh_nearest_begin(word[k].text);
        qh_names_offer(&r->constituents, &nearest);
        const char *kind = qh_tr(r->value.lang, QH_N("constituent"));
        good = nearest.best[0]
                   ? WRONG(r, word[k].place, "'%s' is '%s', but there is no such %s; did you mean '%s'?", node->key,
                           word[k].text, kind, nearest.best)
                   : WRONG(r, word[k].place, "'%s' is '%s', but there is no such %s", node->key, word[k].text, kind);
    }
    e->change->only = only;
    e->change->n_only = count;
    return good;
}

static bool finish_scale(qh_overlay_reader *r, const entry *e) {
    const qh_given *concentration = given_of(e, "concentration"), *load = given_of(e, "load"),
                   *flow = given_of(e, "flow");
    bool good = select_sources(r, e, false);
    good = read_only(r, e) && good;
    if (concentration->text && load->text)
        return WRONG(r, load->place, "'%s' and '%s' are both given; leave one of them out", concentration->label,
                     load->label);
    if (e->good && !concentration->text && !load->text && !flow->text)
        return WRONG(r, e->node->place, "the change changes nothing: give flow, concentration or load");
    return good;
}

/* A headwater has concentrations only, as in its table. */
static bool check_headwater_loads(qh_overlay_reader *r, const entry *e) {
    bool has_headwater = false;
    for (size_t k = 0; k < e->change->n_source; k++)
        has_headwater = has_headwater || e->change->source[k].kind == QH_SOURCE_HEADWATER;
    for (size_t i = 0; has_headwater && i < r->river_case->n_constituent; i++) {
        const qh_given_input *input = &e->change->input[i];
        if (input->given && input->input.is_load)
            return WRONG(r, e->node->place, "a headwater takes concentrations, but '%s' is a load",
                         r->river_case->constituent[i].name);
    }
    return true;
}

static bool finish_set(qh_overlay_reader *r, const entry *e) {
    if (!select_sources(r, e, false)) return false;
    if (e->good && !given_of(e, "flow")->text && !any_input(r, e->change))
        return WRONG(r, e->node->place,
                     "the change changes nothing: give a flow or a constituent, such as COD: 50 mg/L");
    return check_headwater_loads(r, e);
}

static bool finish_close(qh_overlay_reader *r, const entry *e) { return select_sources(r, e, true); }

static bool finish_move(qh_overlay_reader *r, const entry *e) {
    bool good = select_sources(r, e, true);
    if (good && e->change->n_source > 1)
        good = WRONG(r, e->node->first->place, "'%s' selects %zu outfalls; one was expected", e->node->first->key,
                     e->change->n_source);
    return check_chainage(r, e, e->change->reach, &e->change->chainage) && good;
}

/* ---- upgrade ---- */

/* A standard lives as long as the overlay: what counts of it is copied there. */
static bool keep_standard(qh_overlay_reader *r, const qh_discharge_standard *standard, qh_change *change) {
    qh_discharge_standard *kept = qh_arena_alloc(r->value.arena, 1, sizeof *kept);
    qh_discharge_item *item = qh_arena_alloc(r->value.arena, standard->n_item, sizeof *item);
    if (!kept || !item) return lost(r);
    *kept = *standard;
    kept->arena = NULL;
    kept->item = item;
    kept->code = qh_arena_strdup(r->value.arena, standard->code);
    kept->title = kept->title_zh = kept->source = "";
    bool good = kept->code != NULL;
    for (size_t g = 0; g < standard->n_grade; g++) {
        kept->grade[g] = qh_arena_strdup(r->value.arena, standard->grade[g]);
        kept->grade_zh[g] = qh_arena_strdup(r->value.arena, standard->grade_zh[g]);
        good = good && kept->grade[g] && kept->grade_zh[g];
    }
    for (size_t i = 0; i < standard->n_item; i++) {
        item[i] = standard->item[i];
        item[i].place = QH_NOWHERE;
        item[i].code = qh_arena_strdup(r->value.arena, standard->item[i].code);
        item[i].unit = qh_arena_strdup(r->value.arena, standard->item[i].unit);
        item[i].clause = qh_arena_strdup(r->value.arena, standard->item[i].clause);
        item[i].confidence = qh_arena_strdup(r->value.arena, standard->item[i].confidence);
        good = good && item[i].code && item[i].unit && item[i].clause && item[i].confidence;
    }
    change->standard = kept;
    return good ? true : lost(r);
}

/* Of the constituents that it may touch, the standard must limit one. */
static bool check_limits(qh_overlay_reader *r, const entry *e) {
    const qh_change *change = e->change;
    for (size_t i = 0; i < r->river_case->n_constituent; i++) {
        bool touched = change->n_only == 0;
        for (size_t k = 0; k < change->n_only; k++)
            touched = touched || change->only[k] == i;
        const qh_discharge_item *item = qh_discharge_item_find(change->standard, r->river_case->constituent[i].item);
        if (touched && item && (item->limit[change->grade].given || item->cold_limit[change->grade].given)) return true;
    }
    return WRONG(r, e->node->place, "%s %s limits none of these constituents", change->standard->code,
                 change->standard->grade[change->grade]);
}

static bool finish_upgrade(qh_overlay_reader *r, const entry *e) {
    const qh_given *given = given_of(e, "standard");
    qh_discharge_standard *standard = NULL;
    bool good = select_sources(r, e, true);
    good = read_only(r, e) && good;
    if (!given->text || given->unusable) return false;
    if (!qh_discharge_named(&r->value, r->river_case->folder, given, &standard)) return false;
    if (!qh_discharge_grade_named(&r->value, given_of(e, "grade"), standard, &e->change->grade) ||
        !keep_standard(r, standard, e->change))
        good = false;
    qh_discharge_standard_destroy(standard);
    return good && check_limits(r, e);
}

/* ---- add ---- */

static qh_status know_outfall(qh_overlay_reader *r, const qh_outfall *outfall, qh_place place) {
    size_t known = 0;
    QH_TRY(qh_names_add(&r->codes, outfall->code, r->n_outfall, &known));
    if (r->n_outfall == r->outfall_capacity) {
        const size_t capacity = 2 * r->outfall_capacity + 8;
        qh_known_outfall *larger = qh_arena_alloc(r->scratch, capacity, sizeof *larger);
        if (!larger) return QH_E_NOMEM;
        if (r->n_outfall > 0) memcpy(larger, r->outfall, r->n_outfall * sizeof *larger);
        r->outfall = larger;
        r->outfall_capacity = capacity;
    }
    r->outfall[r->n_outfall++] = (qh_known_outfall){.code = outfall->code,
                                                    .name = outfall->name,
                                                    .category = outfall->category,
                                                    .district = outfall->district,
                                                    .body = outfall->body,
                                                    .place = place};
    return QH_OK;
}

static bool check_code_is_new(qh_overlay_reader *r, const entry *e) {
    const qh_given *given = given_of(e, "add");
    size_t i = 0;
    if (!qh_names_find(&r->codes, given->text, &i)) return true;
    return WRONG(r, given->place, "outfall '%s' is there already, in %s:%d", given->text, r->outfall[i].place.file,
                 r->outfall[i].place.line);
}

static bool check_all_inputs(qh_overlay_reader *r, const entry *e) {
    bool good = true;
    for (size_t i = 0; i < r->river_case->n_constituent; i++) {
        const char *name = r->river_case->constituent[i].name;
        if (!e->change->input[i].given && !qh_yaml_get(e->node, name))
            good = WRONG(r, e->node->place, "'%s' is missing; write 0 mg/L where there is none of it", name);
    }
    return good;
}

static bool finish_add(qh_overlay_reader *r, const entry *e) {
    qh_outfall *outfall = &e->change->outfall;
    bool good = check_all_inputs(r, e);
    if (!outfall->code) return false;
    if (!outfall->name) outfall->name = outfall->code;
    good = check_code_is_new(r, e) && good;
    good = check_chainage(r, e, outfall->reach, &outfall->chainage) && good;
    /* Known even where it is wrong, so that changes of it are not reported a second time. */
    if (know_outfall(r, outfall, e->change->place) != QH_OK) return lost(r);
    r->overlay->n_added++;
    return good;
}

static bool finish_release(qh_overlay_reader *r, const entry *e) {
    for (size_t i = 1; i < e->table->n_key; i++) {
        if (e->given[i].text) return true;
    }
    return !e->good || WRONG(r, e->node->place, "the change changes nothing: give a rule or a parameter of it");
}

/* A rate that the case could not have: the same rules as for a constituent of case.yaml. */
static bool check_rate(qh_overlay_reader *r, const entry *e, const char *key, qh_optional given) {
    const qh_constituent *c = &r->river_case->constituent[e->change->constituent];
    const qh_key_table *table = qh_schema_find_table("constituents");
    const bool is_background = strcmp(key, "background") == 0;
    if (!given.given || !(given.value > 0.0)) return true;
    if (c->reaeration)
        return WRONG(r, given_of(e, key)->place,
                     "'%s' must be 0, since constituent '%s' has '%s': oxygen is lost to what decays in it, and "
                     "tends to saturation",
                     given_of(e, key)->label, c->name,
                     qh_value_label(&r->value, qh_schema_find_key(table, "reaeration"), false));
    if (is_background && (c->has_product || c->oxygen_demand > 0.0))
        return WRONG(
            r, given_of(e, key)->place,
            "'%s' must be 0, since constituent '%s' has '%s': below the background its decay would run "
            "backwards",
            given_of(e, key)->label, c->name,
            qh_value_label(&r->value, qh_schema_find_key(table, c->has_product ? "becomes" : "oxygen_demand"), false));
    return true;
}

static bool check_rates(qh_overlay_reader *r, const entry *e) {
    bool good = check_rate(r, e, "k20", e->change->k20);
    good = check_rate(r, e, "k2_20", e->change->k2_20) && good;
    return check_rate(r, e, "background", e->change->background) && good;
}

static bool finish_kinetics(qh_overlay_reader *r, const entry *e) {
    const qh_given *factor = given_of(e, "factor"), *rate = given_of(e, "k20");
    e->change->in_reach = given_of(e, "reach")->text != NULL;
    if (factor->text && rate->text)
        return WRONG(r, factor->place, "'%s' and '%s' are both given; leave one of them out", rate->label,
                     factor->label);
    static const char *const values[] = {"factor", "k20", "theta", "k2_20", "settling", "background"};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        if (given_of(e, values[i])->text) return !e->good || check_rates(r, e);
    }
    return !e->good || WRONG(r, e->node->place,
                             "the change changes nothing: give factor, k20, theta, k2_20, settling or background");
}

static bool finish(qh_overlay_reader *r, const entry *e) {
    static const struct {
        const char *kind;
        bool (*finish)(qh_overlay_reader *, const entry *);
    } kinds[] = {
        {"scale", finish_scale}, {"set", finish_set}, {"close", finish_close},     {"upgrade", finish_upgrade},
        {"move", finish_move},   {"add", finish_add}, {"release", finish_release}, {"kinetics", finish_kinetics},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].kind, e->change->kind->name) == 0) return kinds[i].finish(r, e);
    }
    return true; /* its keys say it all */
}

/* ---- the whole ---- */

static qh_status new_change(qh_overlay_reader *r, qh_change **change) {
    qh_overlay *overlay = r->overlay;
    if (overlay->n_change == r->change_capacity) {
        const size_t capacity = 2 * r->change_capacity + 8;
        qh_change *larger = qh_arena_alloc(r->value.arena, capacity, sizeof *larger);
        if (!larger) return QH_E_NOMEM;
        if (overlay->n_change > 0) memcpy(larger, r->change, overlay->n_change * sizeof *larger);
        r->change = larger;
        r->change_capacity = capacity;
    }
    *change = &r->change[overlay->n_change];
    **change = (qh_change){0};
    return QH_OK;
}

static const qh_change_kind *kind_of(qh_overlay_reader *r, const qh_yaml *node) {
    const qh_key_table *table = qh_schema_find_table("scenario.changes");
    const qh_yaml *first = node->first;
    if (!first) {
        (void)WRONG(r, node->place, "the entry is empty; a change was expected");
        return NULL;
    }
    const qh_key *key = qh_schema_find_key(table, first->key);
    if (key) return qh_change_find(key->name);
    const qh_nearest nearest = qh_value_nearest_key(&r->value, table, first->key);
    if (nearest.best[0])
        (void)WRONG(r, first->key_place, "'%s' is no kind of change; did you mean '%s'?", first->key, nearest.best);
    else
        (void)WRONG(r, first->key_place, "'%s' is no kind of change; the first key of an entry is one of %s",
                    first->key, qh_value_key_list(&r->value, table));
    return NULL;
}

qh_status qh_overlay_read_change(qh_overlay_reader *r, const qh_yaml *node) {
    if (!qh_value_is_mapping(&r->value, node, "changes")) return QH_OK;
    const qh_change_kind *kind = kind_of(r, node);
    if (!kind) return QH_OK;
    char name[64];
    (void)snprintf(name, sizeof name, "scenario.%s", kind->name);
    entry e = {.table = qh_schema_find_table(name), .node = node};
    QH_TRY(new_change(r, &e.change));
    e.change->kind = kind;
    e.change->place = node->place;
    qh_yaml keys;
    e.good = split_keys(r, &e, &keys);
    e.good = qh_value_mapping(&r->value, e.table, &keys, e.change, e.given) && e.good;
    if (finish(r, &e) && e.good) r->overlay->n_change++;
    return r->value.out_of_memory ? QH_E_NOMEM : QH_OK;
}
