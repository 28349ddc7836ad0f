/* Changes of single keys on the command line: --set run.month=1, --set constituents.COD.k20="0.1 1/d".
 *
 * They are applied to the tree of case.yaml before it is read, so that a value set this way passes the same checks as
 * one that was written, and an error in it is reported with the place "--set", line: the n-th setting. */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/case_internal.h"

typedef struct setting {
    qh_case_reader *reader;
    const char *key, *value;
    qh_place place;
} setting;

#define WRONG(s, ...) (qh_diag_add((s)->reader->diag, QH_ERROR, (s)->place, __VA_ARGS__), QH_OK)

static void place_all(qh_yaml *node, qh_place place) {
    node->place = node->key_place = place;
    for (qh_yaml *child = node->first; child; child = child->next)
        place_all(child, place);
}

/* The value as a tree; NULL when it is no YAML (reported). */
static qh_status parse_value(const setting *s, qh_yaml **tree) {
    const qh_text_file text = {.name = s->place.file, .text = s->value, .size = strlen(s->value), .encoding = "UTF-8"};
    qh_arena *arena = s->reader->scratch;
    qh_diag *diag = qh_diag_create(s->reader->value.lang); /* places inside the value would only mislead */
    if (!diag) return QH_E_NOMEM;
    qh_yaml *parsed = NULL;
    qh_status status = qh_yaml_parse(arena, &text, diag, NULL, &parsed);
    for (size_t i = 0; i < qh_diag_size(diag); i++)
        (void)WRONG(s, "%s", qh_diag_get(diag, i)->text);
    qh_diag_destroy(diag);
    if (status == QH_E_NOMEM) return status;
    if (status != QH_OK) return QH_OK;
    if (parsed->kind == QH_YAML_MAPPING && !parsed->first && s->value[0] != '{') { /* an empty value */
        *parsed = (qh_yaml){.kind = QH_YAML_SCALAR, .text = ""};
    }
    place_all(parsed, s->place);
    *tree = parsed;
    return QH_OK;
}

/* Puts `tree` in the place of `old`, which keeps its key and its sibling. */
static void replace(qh_yaml *old, const qh_yaml *tree) {
    const char *key = old->key;
    qh_yaml *next = old->next;
    *old = *tree;
    old->key = key;
    old->next = next;
}

static qh_status add_child(const setting *s, qh_yaml *mapping, const char *key, qh_yaml **child) {
    qh_yaml *made = qh_arena_alloc(s->reader->scratch, 1, sizeof *made);
    if (!made) return QH_E_NOMEM;
    *made = (qh_yaml){.kind = QH_YAML_MAPPING, .place = s->place, .key = key, .key_place = s->place};
    qh_yaml **end = &mapping->first;
    while (*end)
        end = &(*end)->next;
    *end = made;
    mapping->count++;
    *child = made;
    return QH_OK;
}

/* Child of a mapping by key or alias; added when the schema knows the key and the file does not have it. */
static qh_status child_of_mapping(const setting *s, const qh_key_table *table, qh_yaml *node, const char *name,
                                  qh_yaml **child) {
    qh_yaml *found = qh_yaml_get(node, name);
    const qh_key *key = table ? qh_schema_find_key(table, name) : NULL;
    if (!found && key) found = (qh_yaml *)(uintptr_t)qh_value_child(table, node, key->name);
    if (found) {
        *child = found;
        return QH_OK;
    }
    if (!key && table) {
        const qh_nearest nearest = qh_value_nearest_key(&s->reader->value, table, name);
        const qh_key_table *csv = qh_schema_find_table(name);
        if (csv && csv->form == QH_FORM_CSV && table->name[0] == '\0')
            return WRONG(s, "'%s' is the table %s; only keys of case.yaml can be set", name, csv->file);
        if (nearest.best[0]) return WRONG(s, "unknown key '%s'; did you mean '%s'?", name, nearest.best);
        return WRONG(s, "unknown key '%s'; known are %s", name, qh_value_key_list(&s->reader->value, table));
    }
    return add_child(s, node, name, child);
}

static const char *name_of(const qh_key_table *table, const qh_yaml *entry) {
    const qh_yaml *name = table && table->identity ? qh_value_child(table, entry, table->identity) : NULL;
    return name && name->kind == QH_YAML_SCALAR ? name->text : NULL;
}

/* Entry of a list by name (which may hold dots) or number from 1; `length` of `rest` is used. */
static qh_status entry_of_list(const setting *s, const qh_key_table *table, qh_yaml *list, const char *rest,
                               qh_yaml **entry, size_t *length) {
    for (qh_yaml *e = list->first; e; e = e->next) {
        const char *name = name_of(table, e);
        const size_t n = name ? strlen(name) : 0;
        if (n > 0 && strncmp(rest, name, n) == 0 && (rest[n] == '.' || rest[n] == '\0')) {
            *entry = e;
            *length = n;
            return QH_OK;
        }
    }
    const size_t n = strcspn(rest, ".");
    if (n > 0 && n < 7 && strspn(rest, "0123456789") >= n) {
        long number = strtol(rest, NULL, 10);
        for (qh_yaml *e = list->first; e; e = e->next) {
            if (--number == 0) {
                *entry = e;
                *length = n;
                return QH_OK;
            }
        }
        return WRONG(s, "there is no entry %.*s; the list has %zu, counted from 1", (int)n, rest, list->count);
    }
    char wanted[QH_NEAREST_LENGTH];
    (void)snprintf(wanted, sizeof wanted, "%.*s", (int)n, rest);
    qh_nearest nearest = qh_nearest_begin(wanted);
    for (const qh_yaml *e = list->first; e; e = e->next) {
        if (name_of(table, e)) qh_nearest_offer(&nearest, name_of(table, e));
    }
    if (nearest.best[0]) return WRONG(s, "the list has no entry '%s'; did you mean '%s'?", wanted, nearest.best);
    return WRONG(s, "the list has no entry '%s'", wanted);
}

/* One step down the path; *child stays NULL when there is no way (reported). */
static qh_status step(const setting *s, const qh_key_table **table, qh_yaml *node, const char *rest, qh_yaml **child,
                      size_t *length) {
    if (node->kind == QH_YAML_SEQUENCE) return entry_of_list(s, *table, node, rest, child, length);
    *length = strcspn(rest, ".");
    const char *name = qh_arena_strndup(s->reader->scratch, rest, *length);
    if (!name) return QH_E_NOMEM;
    if (node->kind != QH_YAML_MAPPING)
        return WRONG(s, "'%s' is a single value; it has no key '%s'", node->key ? node->key : "", name);
    QH_TRY(child_of_mapping(s, *table, node, name, child));
    const qh_key *key = *table ? qh_schema_find_key(*table, name) : NULL;
    const bool has_keys = key && (key->kind == QH_KEY_SECTION || key->kind == QH_KEY_LIST);
    *table = has_keys ? qh_schema_find_table(key->table) : NULL;
    return QH_OK;
}

qh_status qh_case_apply_setting(qh_case_reader *reader, qh_yaml *root, size_t index, const char *key,
                                const char *value) {
    const setting s = {.reader = reader, .key = key, .value = value, .place = {"--set", (int)index + 1, 0}};
    if (key[0] == '\0') return WRONG(&s, "KEY=VALUE was expected");
    if (qh_utf8_valid_until(key, strlen(key)) < strlen(key) ||
        qh_utf8_valid_until(value, strlen(value)) < strlen(value))
        return WRONG(&s, "the setting is not UTF-8");
    qh_yaml *tree = NULL;
    QH_TRY(parse_value(&s, &tree));
    if (!tree) return QH_OK;
    const qh_key_table *table = qh_schema_find_table("");
    qh_yaml *node = root;
    const char *rest = key;
    while (*rest) {
        qh_yaml *child = NULL;
        size_t length = 0;
        QH_TRY(step(&s, &table, node, rest, &child, &length));
        if (!child) return QH_OK;
        node = child;
        rest += length;
        if (*rest == '.') rest++;
    }
    replace(node, tree);
    return QH_OK;
}
