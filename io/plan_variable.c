/* One variable of a plan.
 *
 * The change is read by the reader of scenarios, once for each value that could be wrong on its own: the value stands in
 * the place of $value, so that a message points to where the value is written. A number then goes by its slot: the field
 * of the change that the value filled. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/number_internal.h"
#include "io/plan_internal.h"

#define WRONG(r, place, ...) (qh_diag_add((r)->diag, QH_ERROR, (place), __VA_ARGS__), false)

enum { MOST_KEYS = 64, PROBES = 64 /* lists up to here are tried value by value */ };

typedef struct slot {
    qh_plan_slot made;
    const qh_key *key; /* NULL: an amount of a constituent */
} slot;

typedef struct subject {
    qh_plan_reader *r;
    const qh_key_table *table;
    const qh_yaml *node; /* the variable's mapping */
    qh_plan_variable_keys keys;
    qh_given given[MOST_KEYS];
    const qh_yaml *changes; /* what stands under `change` */
    size_t n_change;
    const qh_yaml *change[QH_PLAN_MOST_CHANGES];
    bool is_scenario; /* {scenario: $value} */
    bool is_number;
    size_t n_slot;
    slot slot[QH_PLAN_MOST_CHANGES];
    size_t n_place; /* how often $value stands in it */
    size_t n_text;
    qh_plan_text *text; /* [n_text], the values as they are written */
    bool adds;          /* some change adds an outfall */
    bool added;         /* and the reader knows it already */
    qh_plan_variable made;
} subject;

static const qh_given *given_of(const subject *s, const char *key) {
    return &s->given[qh_schema_find_key(s->table, key) - s->table->key];
}

static bool is_value(const qh_yaml *node) {
    return node->kind == QH_YAML_SCALAR &&
           (strcmp(node->text, QH_PLAN_VALUE) == 0 || strcmp(node->text, QH_PLAN_VALUE_ZH) == 0);
}

static size_t count_values(const qh_yaml *node) {
    size_t count = is_value(node);
    for (const qh_yaml *child = node->first; child; child = child->next)
        count += count_values(child);
    return count;
}

/* ---- the changes ---- */

/* A copy of a node and all below it with `text` for $value. NULL when out of memory. */
static qh_yaml *filled(qh_arena *arena, const qh_yaml *node, const qh_plan_text *text) {
    qh_yaml *copy = qh_arena_alloc(arena, 1, sizeof *copy);
    if (!copy) return NULL;
    *copy = *node;
    copy->first = copy->next = NULL;
    if (is_value(node)) {
        copy->text = text->text;
        copy->place = text->place;
    }
    qh_yaml **end = &copy->first;
    for (const qh_yaml *child = node->first; child; child = child->next) {
        *end = filled(arena, child, text);
        if (!*end) return NULL;
        end = &(*end)->next;
    }
    return copy;
}

static bool list_changes(subject *s) {
    const qh_yaml *node = s->changes;
    if (node->kind == QH_YAML_MAPPING) {
        s->change[s->n_change++] = node;
    } else if (node->kind == QH_YAML_SEQUENCE) {
        for (const qh_yaml *one = node->first; one; one = one->next) {
            if (s->n_change == QH_PLAN_MOST_CHANGES)
                return WRONG(s->r, one->place, "more than %d changes in one variable", QH_PLAN_MOST_CHANGES);
            if (!qh_value_is_mapping(&s->r->overlay->value, one, node->key)) return false;
            s->change[s->n_change++] = one;
        }
    }
    if (s->n_change == 0)
        return WRONG(s->r, node->place, "'%s' must be a change or a list of changes, such as {design_flow: %s}",
                     node->key, QH_PLAN_VALUE);
    for (size_t k = 0; k < s->n_change; k++) {
        const size_t count = count_values(s->change[k]);
        if (count == 0)
            return WRONG(s->r, s->change[k]->place, "the change has no %s: write it where the value stands",
                         QH_PLAN_VALUE);
        s->n_place += count;
    }
    const qh_yaml *first = s->change[0]->first;
    s->is_scenario =
        s->n_change == 1 && s->change[0]->count == 1 && is_value(first) && qh_is_called(first->key, "scenario", "情景");
    return true;
}

/* The key of a number, NULL: a text. */
static const qh_key *number_key(const qh_key_table *table, const char *name) {
    const qh_key *key = qh_schema_find_key(table, name);
    const bool fits = key && (key->kind == QH_KEY_NUMBER || key->kind == QH_KEY_OPTIONAL) && !key->choice;
    return fits ? key : NULL;
}

static void add_slot(subject *s, size_t change, const qh_key *key, size_t constituent) {
    slot *made = &s->slot[s->n_slot++];
    *made = (slot){.key = key, .made = {.change = change, .is_amount = !key, .place = constituent}};
    if (!key) return;
    made->made.place = key->offset + (key->kind == QH_KEY_OPTIONAL ? offsetof(qh_optional, value) : 0);
}

/* Finds the numbers that $value stands for. When it stands for anything else too, the variable is one of texts. */
static void find_slots(subject *s) {
    const qh_key_table *kinds = qh_schema_find_table("scenario.changes");
    for (size_t k = 0; k < s->n_change; k++) {
        const qh_yaml *first = s->change[k]->first;
        const qh_key *kind = first ? qh_schema_find_key(kinds, first->key) : NULL;
        if (!kind) continue;
        s->adds = s->adds || strcmp(kind->name, "add") == 0;
        char name[MOST_KEYS];
        (void)snprintf(name, sizeof name, "scenario.%s", kind->name);
        const qh_key_table *table = qh_schema_find_table(name);
        for (const qh_yaml *child = first; child && s->n_slot < QH_PLAN_MOST_CHANGES; child = child->next) {
            size_t constituent = 0;
            if (!is_value(child)) continue;
            const qh_key *key = number_key(table, child->key);
            const bool amount = !qh_schema_find_key(table, child->key) && table->input_offset != QH_NOT_STORED &&
                                qh_overlay_find_constituent(s->r->overlay, child->key, &constituent);
            if (key || amount) add_slot(s, k, key, constituent);
        }
    }
    s->is_number = s->n_slot == s->n_place && !s->is_scenario;
}

/* ---- trying values ---- */

/* Outfalls that the reader knows; put back so that a change that adds one can be read again. */
typedef struct known {
    qh_names codes;
    size_t n_outfall, n_added;
} known;

static bool take_known(const subject *s, known *k) {
    const qh_overlay_reader *o = s->r->overlay;
    *k = (known){o->codes, o->n_outfall, o->overlay->n_added};
    if (!s->adds || o->codes.capacity == 0) return true;
    k->codes.slot = qh_arena_alloc(s->r->scratch, o->codes.capacity, sizeof *o->codes.slot);
    if (!k->codes.slot) return qh_plan_lost(s->r);
    memcpy(k->codes.slot, o->codes.slot, o->codes.capacity * sizeof *o->codes.slot);
    return true;
}

static void put_known(const subject *s, const known *k) {
    if (!s->adds) return;
    s->r->overlay->codes = k->codes;
    s->r->overlay->n_outfall = k->n_outfall;
    s->r->overlay->overlay->n_added = k->n_added;
}

/* The changes for one value: change [n_change] in the plan's arena. False: reported. */
static bool read_changes(subject *s, const qh_plan_text *text, qh_change **change) {
    qh_overlay_reader *o = s->r->overlay;
    qh_change *made = qh_arena_alloc(s->r->plan->arena, s->n_change, sizeof *made);
    if (!made) return qh_plan_lost(s->r);
    bool good = true;
    for (size_t k = 0; k < s->n_change; k++) {
        const size_t before = o->overlay->n_change;
        const qh_yaml *node = filled(s->r->scratch, s->change[k], text);
        if (!node || qh_overlay_read_change(o, node) != QH_OK) return qh_plan_lost(s->r);
        if (o->overlay->n_change == before) {
            good = false;
            continue;
        }
        made[k] = o->change[before];
        made[k].place = text->place;
        o->overlay->n_change = before;
    }
    *change = made;
    return good;
}

/* Reads the changes of a value that may be one of many: what they add is known only once. */
static bool try_value(subject *s, const known *before, const qh_plan_text *text, qh_change **change) {
    if (!s->added) {
        s->added = true;
        return read_changes(s, text, change);
    }
    known after;
    if (!take_known(s, &after)) return false;
    known again = *before;
    if (s->adds && before->codes.capacity > 0) {
        again.codes.slot = qh_arena_alloc(s->r->scratch, before->codes.capacity, sizeof *before->codes.slot);
        if (!again.codes.slot) return qh_plan_lost(s->r);
        memcpy(again.codes.slot, before->codes.slot, before->codes.capacity * sizeof *before->codes.slot);
    }
    put_known(s, &again);
    const bool good = read_changes(s, text, change);
    put_known(s, &after);
    return good;
}

/* ---- numbers ---- */

static const qh_key *key_of(const subject *s, size_t k, const char *text) {
    return s->slot[k].key ? s->slot[k].key : qh_overlay_input_key(text);
}

/* The number of a text by every slot; `bounded`: within the keys' ranges. The first number fixes dimension and unit. */
static bool read_number(subject *s, const char *label, const qh_plan_text *text, bool bounded, double *value) {
    for (size_t k = 0; k < s->n_slot; k++) {
        const qh_key *key = key_of(s, k, text->text);
        qh_key free_key = *key;
        if (!bounded) free_key.range = (qh_range){0};
        const qh_given given = {.label = label, .text = text->text, .place = text->place, .carries_unit = true};
        double number = 0;
        if (!qh_value_number(&s->r->overlay->value, &free_key, &given, &number)) return false;
        if (!s->made.name) {
            s->made.dimension = key->dimension;
            s->made.name = s->keys.name;
        }
        if (key->dimension != s->made.dimension) {
            const qh_lang lang = qh_diag_lang(s->r->diag);
            return WRONG(s->r, text->place, "'%s' is '%s', a %s, where a %s was expected as in the values before",
                         label, text->text, qh_tr(lang, qh_dimension_name(key->dimension)),
                         qh_tr(lang, qh_dimension_name(s->made.dimension)));
        }
        *value = number;
    }
    return true;
}

/* The unit that a text is written in, for people. */
static bool note_unit(subject *s, const char *text) {
    const char *rest = "";
    double number = 0;
    s->made.unit = "";
    s->made.unit_factor = 1;
    if (qh_number_read(text, &number, &rest) != QH_NUMBER_FINE || !*rest) return true;
    const qh_unit *unit = qh_unit_find(rest, s->made.dimension);
    if (!unit) return true;
    s->made.unit = unit->symbol;
    s->made.unit_factor = unit->factor;
    return true;
}

static bool keep_template(subject *s, const known *before, const qh_plan_text *text) {
    qh_change *change = NULL;
    if (!try_value(s, before, text, &change)) return false;
    if (!s->made.change) {
        s->made.change = change;
        s->made.n_change = s->n_change;
    }
    return true;
}

static bool read_numbers(subject *s, const known *before, double *value) {
    size_t least = 0, most = 0;
    bool good = true;
    for (size_t i = 0; i < s->n_text; i++) {
        if (!read_number(s, s->keys.name, &s->text[i], true, &value[i])) {
            good = false;
            continue;
        }
        if (value[i] < value[least]) least = i;
        if (value[i] > value[most]) most = i;
    }
    if (!good) return false;
    const size_t ends[] = {0, least, most};
    if (s->n_text > PROBES) {
        for (size_t k = 0; k < sizeof ends / sizeof ends[0]; k++)
            good = keep_template(s, before, &s->text[ends[k]]) && good;
        return good && note_unit(s, s->text[0].text);
    }
    for (size_t i = 0; i < s->n_text; i++)
        good = keep_template(s, before, &s->text[i]) && good;
    return good && note_unit(s, s->text[0].text);
}

/* ---- lists of values ---- */

static bool scalar_texts(subject *s, const qh_yaml *list) {
    qh_plan_text *text = qh_arena_alloc(s->r->scratch, list->count, sizeof *text);
    if (!text) return qh_plan_lost(s->r);
    if (list->kind != QH_YAML_SEQUENCE || list->count == 0)
        return WRONG(s->r, list->place, "'%s' must be a list of values, such as [0.8, 1.0, 1.2]", list->key);
    for (const qh_yaml *e = list->first; e; e = e->next) {
        if (e->kind != QH_YAML_SCALAR || qh_yaml_is_null(e) || !e->text[0])
            return WRONG(s->r, e->place, "'%s' must be a list of values, such as [0.8, 1.0, 1.2]", list->key);
        text[s->n_text++] = (qh_plan_text){e->text, e->place};
    }
    s->text = text;
    return true;
}

static bool is_none(const char *text) { return qh_is_called(text, "none", "无"); }

static qh_status keep_choice(qh_plan_reader *r, qh_overlay *overlay) {
    if (r->n_choice == r->choice_capacity) {
        const size_t capacity = 2 * r->choice_capacity + 8;
        qh_overlay **larger = qh_arena_alloc(r->plan->arena, capacity, sizeof(qh_overlay *));
        if (!larger) return QH_E_NOMEM;
        if (r->n_choice > 0) memcpy(larger, r->choice, r->n_choice * sizeof(qh_overlay *));
        r->choice = larger;
        r->choice_capacity = capacity;
    }
    r->choice[r->n_choice++] = overlay;
    for (size_t i = 0; i < overlay->n_file; i++)
        QH_TRY(qh_plan_keep_file(r, &overlay->file[i]));
    return QH_OK;
}

/* The changes of a whole scenario. */
static bool read_scenario(subject *s, const qh_plan_text *text, qh_plan_level *level) {
    qh_plan_reader *r = s->r;
    if (is_none(text->text)) return true;
    qh_overlay *overlay = NULL;
    const qh_status status = qh_overlay_read(r->plan->river_case, text->text, r->diag, &overlay);
    if (status == QH_E_INPUT)
        return WRONG(r, text->place, "'%s' is '%s', a scenario that cannot be used", s->keys.name, text->text);
    if (status != QH_OK) return qh_plan_lost(r);
    if (keep_choice(r, overlay) != QH_OK) {
        qh_overlay_destroy(overlay);
        return qh_plan_lost(r);
    }
    *level = (qh_plan_level){overlay->n_change, overlay->change};
    return true;
}

static bool read_levels(subject *s, const known *before, qh_plan_level *level) {
    bool good = true;
    qh_names seen = {.arena = s->r->scratch};
    for (size_t i = 0; i < s->n_text; i++) {
        size_t first = i;
        if (qh_names_add(&seen, s->text[i].text, i, &first) != QH_OK) return qh_plan_lost(s->r);
        if (first < i) {
            level[i] = level[first];
            continue;
        }
        qh_change *change = NULL;
        if (s->is_scenario) {
            good = read_scenario(s, &s->text[i], &level[i]) && good;
        } else if (try_value(s, before, &s->text[i], &change)) {
            level[i] = (qh_plan_level){s->n_change, change};
        } else {
            good = false;
        }
    }
    return good;
}

static bool keep_labels(subject *s) {
    const char **label = qh_arena_alloc(s->r->plan->arena, s->n_text, sizeof *label);
    if (!label) return qh_plan_lost(s->r);
    for (size_t i = 0; i < s->n_text; i++) {
        label[i] = qh_arena_strdup(s->r->plan->arena, s->text[i].text);
        if (!label[i]) return qh_plan_lost(s->r);
    }
    s->made.label = label;
    return true;
}

/* The listed values, of a list or of a table's column. */
static bool read_values(subject *s, const known *before) {
    qh_arena *arena = s->r->plan->arena;
    s->made.n_value = s->n_text;
    if (s->is_number) {
        double *value = qh_arena_alloc(arena, s->n_text, sizeof *value);
        if (!value) return qh_plan_lost(s->r);
        s->made.value = value;
        return read_numbers(s, before, value);
    }
    qh_plan_level *level = qh_arena_alloc(arena, s->n_text, sizeof *level);
    if (!level) return qh_plan_lost(s->r);
    s->made.level = level;
    s->made.unit = "";
    s->made.unit_factor = 1;
    return keep_labels(s) && read_levels(s, before, level);
}

/* ---- distributions ---- */

typedef struct parameter {
    const char *key;
    const char *text;
    double *value;
    bool needed, bounded;
} parameter;

static const char *distribution_name(const subject *s) {
    char alias[MOST_KEYS];
    return qh_key_choice(qh_schema_find_key(s->table, "distribution"), (size_t)s->keys.distribution, sizeof alias,
                         alias);
}

static bool read_parameter(subject *s, const parameter *p) {
    const qh_given *given = given_of(s, p->key);
    if (!p->text) return true;
    return read_number(s, given->label, &(qh_plan_text){p->text, given->place}, p->bounded, p->value);
}

/* Parameters that are missing or that the distribution does not have. */
static bool check_parameters(const subject *s, size_t count, const parameter *p) {
    bool good = true;
    for (size_t k = 0; k < count; k++) {
        const qh_given *given = given_of(s, p[k].key);
        if (p[k].needed && !p[k].text && !given->unusable)
            good = WRONG(s->r, given->place, "'%s' is missing: the distribution '%s' needs it",
                         qh_value_label(&s->r->overlay->value, qh_schema_find_key(s->table, p[k].key), false),
                         distribution_name(s));
        if (!p[k].value && p[k].text)
            good = WRONG(s->r, given->place, "the distribution '%s' has no '%s'", distribution_name(s), given->label);
    }
    return good;
}

/* Every value that can come must be one that the change may have. */
static bool check_support(const subject *s) {
    double low = 0, high = 0;
    qh_distribution_support(&s->made.distribution, &low, &high);
    for (size_t k = 0; k < s->n_slot; k++) {
        const qh_key *key = s->slot[k].key;
        if (!key || (key->range.low == 0 && key->range.high == 0)) continue;
        if (isinf(high) && isfinite(key->range.high))
            return WRONG(s->r, given_of(s, "distribution")->place,
                         "the distribution '%s' has no upper bound, but '%s' takes at most %g: give 'high'",
                         distribution_name(s), key->name, key->range.high);
        if (!(low >= key->range.low) && isfinite(key->range.low))
            return WRONG(s->r, given_of(s, "distribution")->place,
                         "the distribution '%s' goes below %g, the least that '%s' takes: give 'low'",
                         distribution_name(s), key->range.low, key->name);
    }
    return true;
}

static bool prepare(subject *s) {
    const char *objection = qh_distribution_prepare(&s->made.distribution);
    if (!objection) return check_support(s);
    return WRONG(s->r, given_of(s, "distribution")->place, "the distribution '%s' is not possible: %s",
                 distribution_name(s), qh_tr(qh_diag_lang(s->r->diag), objection));
}

/* Tries the ends, where there are any, or the mean; `sound`: which of them are numbers that the change may have. */
static bool try_ends(subject *s, const known *before, const bool *sound) {
    const char *const keys[] = {"low", "high", "mean"};
    bool good = true;
    size_t tried = 0;
    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
        const qh_given *given = given_of(s, keys[k]);
        if (!given->text || !sound[k] || (k == 2 && tried > 0)) continue;
        tried++;
        good = keep_template(s, before, &(qh_plan_text){given->text, given->place}) && good;
        if (tried == 1) good = note_unit(s, given->text) && good;
    }
    return good;
}

static int by_size(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool empirical_texts(subject *s) {
    const qh_yaml *values = qh_value_child(s->table, s->node, "values");
    const qh_given *file = given_of(s, "file"), *column = given_of(s, "column");
    if (values && file->text)
        return WRONG(s->r, file->place, "'%s' and '%s' are both given; leave one of them out", values->key,
                     file->label);
    if (values) return scalar_texts(s, values);
    if (!file->text || !column->text)
        return WRONG(s->r, given_of(s, "distribution")->place,
                     "the distribution 'empirical' needs values, or a file and its column");
    qh_csv csv;
    size_t at = 0;
    if (!qh_plan_read_table(s->r, file->text, file->place, &csv)) return false;
    if (!qh_plan_find_column(&csv, column->text, &at))
        return WRONG(s->r, column->place, "'%s' is '%s', but %s has no such column", column->label, column->text,
                     file->text);
    s->n_text = csv.n_record - 1;
    if (s->n_text == 0) return WRONG(s->r, file->place, "%s: the table is empty", file->text);
    return qh_plan_read_column(s->r, &csv, at, &s->text);
}

static bool read_empirical(subject *s, const known *before) {
    if (!empirical_texts(s)) return false;
    double *value = qh_arena_alloc(s->r->plan->arena, s->n_text, sizeof *value);
    if (!value) return qh_plan_lost(s->r);
    if (!read_numbers(s, before, value)) return false;
    qsort(value, s->n_text, sizeof *value, by_size);
    s->made.distribution = (qh_distribution){.kind = QH_EMPIRICAL, .n_value = s->n_text, .value = value};
    return prepare(s);
}

static bool read_distribution(subject *s, const known *before) {
    const qh_distribution_kind kind = (qh_distribution_kind)s->keys.distribution;
    qh_distribution *d = &s->made.distribution;
    *d = (qh_distribution){.kind = kind, .low = -INFINITY, .high = INFINITY};
    const bool bell = kind == QH_NORMAL || kind == QH_LOGNORMAL, listed = kind == QH_EMPIRICAL;
    const parameter p[] = {
        {"low", s->keys.low, listed ? NULL : &d->low, !listed && kind != QH_LOGNORMAL, true},
        {"high", s->keys.high, listed ? NULL : &d->high, !listed && kind != QH_LOGNORMAL, true},
        {"mean", s->keys.mean, bell ? &d->mean : NULL, bell, false},
        {"sd", s->keys.sd, bell ? &d->sd : NULL, bell, false},
        {"mode", s->keys.mode, kind == QH_TRIANGULAR ? &d->mode : NULL, kind == QH_TRIANGULAR, false},
    };
    const size_t count = sizeof p / sizeof p[0];
    if (!check_parameters(s, count, p)) return false;
    if (listed) return read_empirical(s, before);
    bool good = true, sound[sizeof p / sizeof p[0]];
    for (size_t k = 0; k < count; k++) {
        sound[k] = read_parameter(s, &p[k]);
        good = good && sound[k];
    }
    if (good) good = prepare(s);
    /* Also where the range is wrong: what is wrong with the change is told in the same run. */
    return try_ends(s, before, sound) && good;
}

/* ---- where values come from ---- */

/* The column of a design table that has the values, or one of them where each source has its own. */
static bool column_texts(subject *s, const char *name, bool begins) {
    qh_plan_reader *r = s->r;
    if (r->table.n_record < 2) return false; /* reported */
    size_t at = 0;
    bool found = qh_plan_find_column(&r->table, name, &at);
    const char *start = begins ? qh_arena_printf(r->scratch, "%s[", name) : NULL;
    for (size_t c = 0; start && !found && c < r->table.record[0].count; c++) {
        found = strncmp(r->table.record[0].cell[c].text, start, strlen(start)) == 0;
        at = c;
    }
    if (!found) {
        qh_nearest nearest = qh_nearest_begin(name);
        for (size_t c = 0; c < r->table.record[0].count; c++)
            qh_nearest_offer(&nearest, r->table.record[0].cell[c].text);
        if (nearest.best[0])
            return WRONG(r, s->node->place, "the table has no column '%s'; did you mean '%s'?", name, nearest.best);
        return WRONG(r, s->node->place, "the table has no column '%s'", name);
    }
    if (!begins) r->column_used[at] = true;
    s->n_text = r->table.n_record - 1;
    return qh_plan_read_column(r, &r->table, at, &s->text);
}

static bool read_by_design(subject *s, const known *before) {
    const qh_sampling design = (qh_sampling)s->r->keys.design;
    const qh_yaml *values = qh_value_child(s->table, s->node, "values");
    const qh_given *distribution = given_of(s, "distribution");
    if (distribution->unusable) return false;
    if (design == QH_DESIGN_TABLE) {
        if (values || distribution->text)
            return WRONG(s->r, values ? values->key_place : distribution->place,
                         "the design is a table: the values stand in its column '%s'", s->keys.name);
        return column_texts(s, s->keys.name, s->keys.each) && read_values(s, before);
    }
    if (distribution->text && !qh_sampling_draws(design))
        return WRONG(s->r, distribution->place, "the design '%s' takes lists of values, no distributions",
                     qh_sampling_name(design));
    if (distribution->text && !s->is_number)
        return WRONG(s->r, distribution->place, "%s stands for no number here: give values", QH_PLAN_VALUE);
    if (distribution->text && s->keys.distribution != QH_EMPIRICAL && values)
        return WRONG(s->r, values->key_place, "'%s' and '%s' are both given; leave one of them out", values->key,
                     distribution->label);
    if (distribution->text) return read_distribution(s, before);
    if (!values)
        return WRONG(s->r, s->node->place,
                     qh_sampling_draws(design) ? "the variable has neither values nor a distribution"
                                               : "the variable has no values");
    return scalar_texts(s, values) && read_values(s, before);
}

/* ---- the variable ---- */

static bool add_variable(subject *s, const qh_plan_variable *variable) {
    qh_plan_reader *r = s->r;
    size_t first = r->plan->n_variable;
    if (qh_names_add(&r->names, variable->name, first, &first) != QH_OK) return qh_plan_lost(r);
    if (first < r->plan->n_variable)
        return WRONG(r, variable->place, "variable '%s' stands already in line %d", variable->name,
                     r->variable[first].place.line);
    if (r->plan->n_variable == r->capacity) {
        const size_t capacity = 2 * r->capacity + 16;
        qh_plan_variable *larger = qh_arena_alloc(r->plan->arena, capacity, sizeof *larger);
        if (!larger) return qh_plan_lost(r);
        if (r->plan->n_variable > 0) memcpy(larger, r->variable, r->plan->n_variable * sizeof *larger);
        r->variable = larger;
        r->capacity = capacity;
    }
    r->variable[r->plan->n_variable++] = *variable;
    return true;
}

static const char *source_label(const qh_plan_reader *r, qh_source_index source) {
    const qh_case *c = r->plan->river_case;
    switch (source.kind) {
    case QH_SOURCE_HEADWATER: return c->headwater[source.index].name;
    case QH_SOURCE_TRIBUTARY: return c->tributary[source.index].name;
    case QH_SOURCE_LATERAL: return c->lateral[source.index].name;
    default: return r->overlay->outfall[source.index].code;
    }
}

/* One variable a source, alike in all but that. */
static bool add_each(subject *s, const known *before) {
    const qh_given *each = given_of(s, "each");
    if (!s->is_number || s->n_change != 1 || s->made.change->n_source == 0)
        return WRONG(s->r, each->place, "'%s' goes with one change of sources by a number", each->label);
    const qh_change whole = s->made.change[0];
    bool good = true;
    for (size_t k = 0; k < whole.n_source; k++) {
        subject own = *s;
        own.made.name = qh_arena_printf(s->r->plan->arena, "%s[%s]", s->keys.name, source_label(s->r, whole.source[k]));
        if (!own.made.name) return qh_plan_lost(s->r);
        if (s->r->keys.design == QH_DESIGN_TABLE) {
            own.n_text = 0;
            own.made.change = NULL;
            good = column_texts(&own, own.made.name, false) && read_values(&own, before) && good;
            if (!own.made.change) continue;
        }
        qh_change *change = qh_arena_alloc(s->r->plan->arena, 1, sizeof *change);
        if (!change) return qh_plan_lost(s->r);
        *change = own.made.change[0];
        change->source = &whole.source[k];
        change->n_source = 1;
        own.made.change = change;
        good = add_variable(s, &own.made) && good;
    }
    return good;
}

static bool keep_slots(subject *s) {
    qh_plan_slot *kept = qh_arena_alloc(s->r->plan->arena, s->n_slot, sizeof *kept);
    if (!kept) return qh_plan_lost(s->r);
    for (size_t k = 0; k < s->n_slot; k++)
        kept[k] = s->slot[k].made;
    s->made.slot = kept;
    s->made.n_slot = s->n_slot;
    return true;
}

static bool read_subject(subject *s) {
    known before;
    if (!list_changes(s)) return false;
    find_slots(s);
    if (!take_known(s, &before)) return false;
    if (!read_by_design(s, &before)) return false;
    if (s->is_number && !keep_slots(s)) return false;
    s->made.is_number = s->is_number;
    s->made.name = s->keys.name;
    s->made.place = s->keys.place;
    return s->keys.each ? add_each(s, &before) : add_variable(s, &s->made);
}

qh_status qh_plan_read_variable(qh_plan_reader *r, const qh_yaml *node) {
    subject *s = qh_arena_alloc(r->scratch, 1, sizeof *s);
    if (!s) return QH_E_NOMEM;
    *s = (subject){.r = r, .table = qh_schema_find_table("plan.variables"), .node = node};
    qh_value_reader *value = &r->overlay->value;
    if (!qh_value_is_mapping(value, node, "variables")) return QH_OK;
    const bool good = qh_value_mapping(value, s->table, node, &s->keys, s->given);
    s->keys.place = node->place;
    s->changes = qh_value_child(s->table, node, "change");
    if (good && s->changes) (void)read_subject(s);
    return r->top.out_of_memory || value->out_of_memory ? QH_E_NOMEM : QH_OK;
}
