#include "io/value_internal.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "io/number_internal.h"
#include "model/case.h"

enum { LIST_SIZE = 1024 };

/* Reports an error; false, for the caller to return. */
#define WRONG(reader, place, ...) (qh_diag_add((reader)->diag, QH_ERROR, (place), __VA_ARGS__), false)

static bool lost(qh_value_reader *reader) {
    reader->out_of_memory = true;
    return false;
}

/* ---- labels ---- */

const char *qh_value_label(qh_value_reader *reader, const qh_key *key, bool with_unit) {
    char name[128];
    (void)snprintf(name, sizeof name, "%s", key->name);
    if (reader->lang == QH_ZH && key->aliases[0]) qh_key_alias(key->aliases, sizeof name, name);
    const bool shows_unit = with_unit && key->unit && key->dimension != QH_DIM_NONE && !key->unit_optional;
    const char *label =
        shows_unit ? qh_arena_printf(reader->arena, "%s [%s]", name, key->unit) : qh_arena_strdup(reader->arena, name);
    if (!label) reader->out_of_memory = true;
    return label ? label : key->name;
}

const char *qh_value_key_list(qh_value_reader *reader, const qh_key_table *table) {
    char list[LIST_SIZE] = "";
    size_t used = 0;
    for (size_t i = 0; i < table->n_key && used < sizeof list; i++) {
        const char *label = qh_value_label(reader, &table->key[i], false);
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", label);
    }
    const char *copy = qh_arena_strdup(reader->arena, list);
    if (!copy) reader->out_of_memory = true;
    return copy ? copy : "";
}

static bool may_suggest(qh_value_reader *reader) { return reader->suggestions > 0 && reader->suggestions--; }

qh_nearest qh_value_nearest_key(qh_value_reader *reader, const qh_key_table *table, const char *name) {
    qh_nearest nearest = qh_nearest_begin(name);
    if (!may_suggest(reader)) return nearest;
    for (size_t i = 0; i < table->n_key; i++) {
        qh_nearest_offer(&nearest, table->key[i].name);
        char alias[QH_NEAREST_LENGTH];
        for (const char *p = table->key[i].aliases; *p;) {
            const size_t length = strcspn(p, "|");
            (void)snprintf(alias, sizeof alias, "%.*s", (int)length, p);
            qh_nearest_offer(&nearest, alias);
            p += length + (p[length] == '|');
        }
    }
    return nearest;
}

/* ---- numbers and units ---- */

const qh_unit *qh_value_unit(qh_value_reader *reader, const char *label, const char *symbol, qh_dimension dimension,
                             qh_place place) {
    const qh_unit *unit = qh_unit_find(symbol, dimension);
    if (unit && unit->dimension == dimension) return unit;
    char known[256];
    qh_dimension_units(dimension, sizeof known, known);
    const char *wanted = qh_tr(reader->lang, qh_dimension_name(dimension));
    if (unit)
        (void)WRONG(reader, place, "'%s' is in %s, a unit of %s; a unit of %s was expected: %s", label, symbol,
                    qh_tr(reader->lang, qh_dimension_name(unit->dimension)), wanted, known);
    else
        (void)WRONG(reader, place, "'%s' has the unknown unit '%s'; units of %s are %s", label, symbol, wanted, known);
    return NULL;
}

static bool number_fault(qh_value_reader *reader, const qh_given *given, qh_number_fault fault) {
    const char *label = given->label;
    const char *text = given->text;
    switch (fault) {
    case QH_NUMBER_COMMA:
        return WRONG(reader, given->place, "'%s' is '%s': numbers have no commas, and a point as decimal sign", label,
                     text);
    case QH_NUMBER_FULL_WIDTH:
        return WRONG(reader, given->place, "'%s' is '%s': write numbers with half-width digits", label, text);
    case QH_NUMBER_NOT_FINITE:
        return WRONG(reader, given->place, "'%s' is '%s'; a finite number was expected", label, text);
    case QH_NUMBER_OVERFLOW: return WRONG(reader, given->place, "'%s' is '%s', too large a number", label, text);
    case QH_NUMBER_UNDERFLOW: return WRONG(reader, given->place, "'%s' is '%s', too small a number", label, text);
    default: return WRONG(reader, given->place, "'%s' is '%s'; a number was expected", label, text);
    }
}

static bool is_series(const char *text) {
    return strncmp(text, "series:", 7) == 0 || strncmp(text, "series：", 9) == 0 || strncmp(text, "序列", 6) == 0;
}

/* The number in front and the unit, from the header or from behind the number. */
static bool split(qh_value_reader *reader, const qh_key *key, const qh_given *given, double *number,
                  const qh_unit **unit) {
    if (is_series(given->text))
        return WRONG(reader, given->place, "'%s' is '%s': it takes no series in this version; a number was expected",
                     given->label, given->text);
    const char *rest = "";
    const qh_number_fault fault = qh_number_read(given->text, number, &rest);
    if (fault != QH_NUMBER_FINE) return number_fault(reader, given, fault);
    const qh_unit *found = given->unit;
    if (!given->carries_unit) {
        if (*rest && qh_unit_find(rest, key->dimension))
            return WRONG(reader, given->place, "'%s' is '%s': the unit belongs in the column's header", given->label,
                         given->text);
        if (*rest) return number_fault(reader, given, QH_NUMBER_NONE);
    } else if (*rest) {
        found = qh_value_unit(reader, given->label, rest, key->dimension, given->place);
        if (!found) return false;
    }
    const bool unit_needed = key->dimension != QH_DIM_NONE && !key->unit_optional;
    if (!found && unit_needed) {
        char known[256];
        qh_dimension_units(key->dimension, sizeof known, known);
        return WRONG(reader, given->place, "'%s' is '%s' without a unit; units of %s are %s", given->label, given->text,
                     qh_tr(reader->lang, qh_dimension_name(key->dimension)), known);
    }
    *unit = found;
    return true;
}

static bool in_range(const qh_range *range, double value) {
    if (range->low == 0.0 && range->high == 0.0) return true;
    /* A bound written in another unit must not be missed by the rounding of its conversion. */
    const double slack = 1e-12;
    if (range->low_open ? value <= range->low : value < range->low - slack * fabs(range->low)) return false;
    return value <= range->high * (1.0 + slack);
}

static bool out_of_range(qh_value_reader *reader, const qh_key *key, const qh_given *given, const qh_unit *unit) {
    char allowed[160];
    qh_key_range_text(key, unit, reader->lang, sizeof allowed, allowed);
    const bool append_unit = unit && !given->carries_unit && key->dimension != QH_DIM_NONE;
    return WRONG(reader, given->place, "'%s' is %s%s%s; allowed is: %s", given->label, given->text,
                 append_unit ? " " : "", append_unit ? unit->symbol : "", allowed);
}

/* A design flow in place of a number; it brings its own unit. */
static bool is_design(const qh_value_reader *reader, const qh_key *key, const char *text) {
    return reader->design && key->dimension == QH_DIM_FLOW && strncmp(text, "design(", 7) == 0;
}

bool qh_value_number(qh_value_reader *reader, const qh_key *key, const qh_given *given, double *value) {
    double number = 0.0;
    if (is_design(reader, key, given->text)) {
        if (!reader->design(reader->self, given, &number)) return false;
        if (!in_range(&key->range, number)) return out_of_range(reader, key, given, NULL);
        *value = number;
        return true;
    }
    const qh_unit *unit = NULL;
    if (!split(reader, key, given, &number, &unit)) return false;
    const double inner = unit ? number * unit->factor : number;
    if (!in_range(&key->range, inner)) return out_of_range(reader, key, given, unit);
    *value = inner;
    return true;
}

static bool whole_number(qh_value_reader *reader, const qh_key *key, const qh_given *given, double *value) {
    double number = 0.0;
    const char *rest = "";
    const qh_number_fault fault = qh_number_read(given->text, &number, &rest);
    if (fault == QH_NUMBER_FULL_WIDTH || fault == QH_NUMBER_COMMA) return number_fault(reader, given, fault);
    if (fault != QH_NUMBER_FINE || *rest || number != floor(number) || fabs(number) > 1e15)
        return WRONG(reader, given->place, "'%s' is '%s'; a whole number was expected", given->label, given->text);
    if (!in_range(&key->range, number)) return out_of_range(reader, key, given, NULL);
    *value = number;
    return true;
}

/* ---- choices and references ---- */

static bool find_choice(const qh_key *key, const char *text, size_t *index) {
    char alias[128];
    const char *name = NULL;
    for (size_t i = 0; (name = qh_key_choice(key, i, sizeof alias, alias)); i++) {
        const char *aliases = key->choice ? key->choice[i].aliases : alias;
        if (qh_is_called(text, name, aliases)) {
            *index = i;
            return true;
        }
    }
    return false;
}

static bool not_a_choice(qh_value_reader *reader, const qh_key *key, const qh_given *given) {
    char known[LIST_SIZE] = "";
    char alias[128];
    size_t used = 0;
    const char *name = NULL;
    for (size_t i = 0; (name = qh_key_choice(key, i, sizeof alias, alias)) && used < sizeof known; i++) {
        const bool chinese = reader->lang == QH_ZH && key->choice && alias[0] && (unsigned char)alias[0] >= 0x80;
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i > 0 ? ", " : "", chinese ? alias : name);
    }
    return WRONG(reader, given->place, "'%s' cannot be '%s'; it is one of %s", given->label, given->text, known);
}

static bool find_reference(qh_value_reader *reader, const qh_key *key, const qh_given *given, size_t *index) {
    qh_nearest nearest = qh_nearest_begin(given->text);
    const bool suggest = may_suggest(reader);
    switch (reader->find(reader->self, key->table, given->text, given->place, index, suggest ? &nearest : NULL)) {
    case QH_FOUND: reader->suggestions += suggest; return true;
    case QH_NOT_KNOWN: return false;
    case QH_NOT_FOUND: break;
    }
    const char *kind = qh_tr(reader->lang, qh_schema_find_table(key->table)->row_name);
    if (nearest.best[0])
        return WRONG(reader, given->place, "'%s' is '%s', but there is no such %s; did you mean '%s'?", given->label,
                     given->text, kind, nearest.best);
    return WRONG(reader, given->place, "'%s' is '%s', but there is no such %s", given->label, given->text, kind);
}

/* ---- storing ---- */

static const char *copy_text(qh_value_reader *reader, const char *text) {
    const char *copy = qh_arena_strdup(reader->arena, text);
    if (!copy) reader->out_of_memory = true;
    return copy;
}

#define STORE(type, value)                                                                                             \
    do {                                                                                                               \
        type stored = (value);                                                                                         \
        if (key->offset != QH_NOT_STORED) memcpy((char *)row + key->offset, &stored, sizeof stored);                   \
    } while (0)

/* The next of several names: between separators, half- or full-width, and the closing bracket. NULL at the end. */
static const char *next_name(const char **text, size_t *length) {
    static const char *const ends[] = {",", "，", "、", ";", "；", ")", "）"};
    const char *begin = *text + strspn(*text, " ");
    if (!*begin) return NULL;
    const char *nearest = begin + strlen(begin), *behind = nearest;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        const char *found = strstr(begin, ends[i]);
        if (!found || found >= nearest) continue;
        nearest = found;
        behind = found + strlen(ends[i]);
    }
    *length = (size_t)(nearest - begin);
    while (*length > 0 && begin[*length - 1] == ' ')
        (*length)--;
    *text = behind;
    return begin;
}

/* Length of "max(" at the beginning of a text; 0 when it does not begin so. */
static size_t behind_max(const char *text) {
    static const char *const begins[] = {"max(", "max（"};
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++)
        if (strncmp(text, begins[i], strlen(begins[i])) == 0) return strlen(begins[i]);
    return 0;
}

/* "max(share, q90)": each name a choice of its own, none twice; kept as the registry writes them. */
static bool store_largest(qh_value_reader *reader, const qh_key *key, const qh_given *given, void *row) {
    const char *text = given->text + behind_max(given->text), *name = NULL;
    const char *joined = "";
    bool used[64] = {false};
    size_t length = 0, count = 0;
    while ((name = next_name(&text, &length)) != NULL) {
        size_t index = 0;
        qh_given one = *given;
        if (length == 0) break;
        one.text = qh_arena_strndup(reader->arena, name, length);
        if (!one.text) return lost(reader);
        if (!find_choice(key, one.text, &index)) return not_a_choice(reader, key, &one);
        if (used[index])
            return WRONG(reader, given->place, "'%s' is '%s', which names '%s' twice", given->label, given->text,
                         one.text);
        used[index] = true;
        joined = qh_arena_printf(reader->arena, "%s%s%s", joined, count++ > 0 ? ", " : "", key->registry(index).name);
        if (!joined) return lost(reader);
    }
    if (count == 0 || (name && length == 0))
        return WRONG(reader, given->place, "'%s' is '%s'; names were expected within the brackets", given->label,
                     given->text);
    const char *whole = count > 1 ? qh_arena_printf(reader->arena, "max(%s)", joined) : joined;
    if (!whole) return lost(reader);
    STORE(const char *, whole);
    return true;
}

static bool is_largest(const qh_key *key, const char *text) { return key->or_largest && behind_max(text) > 0; }

static bool store_choice(qh_value_reader *reader, const qh_key *key, const qh_given *given, void *row) {
    size_t index = 0;
    if (!find_choice(key, given->text, &index)) return not_a_choice(reader, key, given);
    if (key->kind == QH_KEY_NAME) {
        STORE(const char *, key->choice ? key->choice[index].name : key->registry(index).name);
    } else if (key->kind == QH_KEY_FLAG) {
        STORE(bool, key->choice[index].value != 0);
    } else {
        STORE(int, key->choice[index].value);
    }
    return true;
}

static bool store_reference(qh_value_reader *reader, const qh_key *key, const qh_given *given, void *row) {
    size_t index = 0;
    if (!find_reference(reader, key, given, &index)) return false;
    if (key->kind == QH_KEY_REFERENCE)
        STORE(size_t, index);
    else
        STORE(const void *, reader->row(reader->self, key->table, index));
    return true;
}

static bool store_time(qh_value_reader *reader, const qh_key *key, const qh_given *given, void *row) {
    int64_t seconds = 0;
    if (!qh_time_read(given->text, &seconds))
        return WRONG(reader, given->place, "'%s' is '%s'; a local time such as 2024-01-01T00:00 was expected",
                     given->label, given->text);
    char full[32];
    qh_time_write(seconds, sizeof full, full);
    const char *copy = copy_text(reader, full);
    if (!copy) return false;
    STORE(const char *, copy);
    return true;
}

static bool store_number(qh_value_reader *reader, const qh_key *key, const qh_given *given, void *row) {
    double number = 0.0;
    if (key->kind == QH_KEY_INTEGER || key->kind == QH_KEY_COUNT) {
        if (!whole_number(reader, key, given, &number)) return false;
        if (key->kind == QH_KEY_INTEGER)
            STORE(int, (int)number);
        else
            STORE(size_t, (size_t)number);
        return true;
    }
    if (!qh_value_number(reader, key, given, &number)) return false;
    if (key->kind == QH_KEY_NUMBER) {
        STORE(double, number);
    } else {
        STORE(qh_optional, ((qh_optional){true, number}));
    }
    return true;
}

static bool store_text(qh_value_reader *reader, const qh_key *key, const qh_given *given, void *row) {
    if (key->offset == QH_NOT_STORED) return true;
    const char *copy = copy_text(reader, given->text);
    if (!copy) return false;
    STORE(const char *, copy);
    return true;
}

bool qh_value_store(qh_value_reader *reader, const qh_key *key, const qh_given *given, void *row) {
    if (given->unusable) return false;
    if (!given->text) {
        if (key->presence != QH_HAS_DEFAULT) return true;
        qh_given fallback = *given;
        fallback.text = key->fallback;
        fallback.carries_unit = true;
        return qh_value_store(reader, key, &fallback, row);
    }
    if (key->series_offset && qh_series_name(given->text)) return true; /* followed once the series are known */
    if (is_largest(key, given->text)) return store_largest(reader, key, given, row);
    if (key->choice || key->registry) return store_choice(reader, key, given, row);
    switch (key->kind) {
    case QH_KEY_REFERENCE:
    case QH_KEY_POINTER: return store_reference(reader, key, given, row);
    case QH_KEY_TIME: return store_time(reader, key, given, row);
    case QH_KEY_NUMBER:
    case QH_KEY_OPTIONAL:
    case QH_KEY_INTEGER:
    case QH_KEY_COUNT: return store_number(reader, key, given, row);
    default: return store_text(reader, key, given, row);
    }
}

/* ---- mappings ---- */

bool qh_value_is_mapping(qh_value_reader *reader, const qh_yaml *node, const char *label) {
    if (node->kind == QH_YAML_MAPPING) return true;
    return WRONG(reader, node->place, "'%s' must be a mapping: lines of `key: value`", label);
}

bool qh_value_is_list(qh_value_reader *reader, const qh_yaml *node, const char *label) {
    if (node->kind == QH_YAML_SEQUENCE) return true;
    return WRONG(reader, node->place, "'%s' must be a list: lines that begin with `- `, or [a, b]", label);
}

const qh_yaml *qh_value_child(const qh_key_table *table, const qh_yaml *mapping, const char *key) {
    const qh_key *wanted = qh_schema_find_key(table, key);
    if (mapping->kind != QH_YAML_MAPPING || !wanted) return NULL;
    for (const qh_yaml *child = mapping->first; child; child = child->next) {
        if (qh_schema_find_key(table, child->key) == wanted) return child;
    }
    return NULL;
}

static bool is_scalar_kind(const qh_key *key) { return key->kind < QH_KEY_NUMBERS; }

static bool unknown_key(qh_value_reader *reader, const qh_key_table *table, const qh_yaml *child) {
    const qh_nearest nearest = qh_value_nearest_key(reader, table, child->key);
    if (nearest.best[0])
        return WRONG(reader, child->key_place, "unknown key '%s'; did you mean '%s'?", child->key, nearest.best);
    return WRONG(reader, child->key_place, "unknown key '%s'; known are %s", child->key,
                 qh_value_key_list(reader, table));
}

/* One key with what stands under it. */
static bool read_child(qh_value_reader *reader, const qh_key *key, const qh_yaml *child, void *row, qh_given *given) {
    if (key->kind == QH_KEY_SECTION) {
        if (!qh_value_is_mapping(reader, child, child->key)) return false;
        void *part = key->offset == QH_NOT_STORED ? row : (char *)row + key->offset;
        return qh_value_mapping(reader, qh_schema_find_table(key->table), child, part, NULL);
    }
    if (!is_scalar_kind(key)) return true;
    if (child->kind != QH_YAML_SCALAR) return WRONG(reader, child->place, "'%s' must be a single value", child->key);
    size_t length = strlen(child->text);
    const char *trimmed = qh_trim(child->text, &length);
    if (!qh_yaml_is_null(child) && length > 0) {
        given->text = qh_arena_strndup(reader->arena, trimmed, length);
        if (!given->text) return lost(reader);
    }
    return true;
}

static bool give_default_section(qh_value_reader *reader, const qh_key *key, const qh_yaml *node, void *row) {
    const qh_yaml empty = {.kind = QH_YAML_MAPPING, .place = node->place};
    void *part = key->offset == QH_NOT_STORED ? row : (char *)row + key->offset;
    return qh_value_mapping(reader, qh_schema_find_table(key->table), &empty, part, NULL);
}

/* The default of what is not given, or the complaint that it is not. */
static bool finish_key(qh_value_reader *reader, const qh_key_table *table, const qh_key *key, const qh_yaml *node,
                       bool there, const qh_given *given, void *row) {
    if (key->kind == QH_KEY_SECTION || !is_scalar_kind(key)) {
        if (there) return true;
        if (key->presence == QH_REQUIRED)
            return WRONG(reader, node->place, "'%s' is missing", qh_value_label(reader, key, false));
        /* A section all of whose keys have defaults may be left out; any other is absent as a whole. */
        if (key->kind == QH_KEY_SECTION && table->form == QH_FORM_YAML)
            return give_default_section(reader, key, node, row);
        return true;
    }
    if (!given->text && key->presence == QH_REQUIRED)
        return there ? WRONG(reader, given->place, "'%s' is empty; a value is required", given->label)
                     : WRONG(reader, node->place, "'%s' is missing", qh_value_label(reader, key, false));
    return qh_value_store(reader, key, given, row);
}

bool qh_value_mapping(qh_value_reader *reader, const qh_key_table *table, const qh_yaml *node, void *row,
                      qh_given *given) {
    enum { MOST_KEYS = 64 };
    qh_given own[MOST_KEYS] = {{0}};
    bool there[MOST_KEYS] = {false};
    qh_given *value = given ? given : own;
    bool good = true;
    for (size_t i = 0; i < table->n_key; i++)
        value[i] = (qh_given){.label = table->key[i].name, .place = node->place};
    for (const qh_yaml *child = node->first; child; child = child->next) {
        const qh_key *key = qh_schema_find_key(table, child->key);
        if (!key) {
            good = unknown_key(reader, table, child);
            continue;
        }
        const size_t i = (size_t)(key - table->key);
        if (there[i]) {
            good = WRONG(reader, child->key_place, "'%s' is given twice, the other time as '%s'", child->key,
                         value[i].label);
            continue;
        }
        there[i] = true;
        value[i] = (qh_given){.label = child->key, .place = child->place, .carries_unit = true};
        if (!read_child(reader, key, child, row, &value[i])) {
            value[i].unusable = true;
            good = false;
        }
    }
    for (size_t i = 0; i < table->n_key; i++) {
        if (value[i].unusable) continue;
        if (!finish_key(reader, table, &table->key[i], node, there[i], &value[i], row)) {
            value[i].unusable = true;
            good = false;
        }
    }
    if (table->place_offset != QH_NOT_STORED)
        memcpy((char *)row + table->place_offset, &node->place, sizeof node->place);
    if (reader->mapped) reader->mapped(reader->self, table, value, good);
    return good;
}
