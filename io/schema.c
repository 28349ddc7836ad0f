#include "io/schema_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/names_internal.h"

/* ---- looking things up ---- */

const qh_key_table *qh_schema_table(size_t index) {
    if (index < qh_schema_table_count) return &qh_schema_tables[index];
    index -= qh_schema_table_count;
    if (index < qh_schema_overlay_table_count) return &qh_schema_overlay_tables[index];
    index -= qh_schema_overlay_table_count;
    if (index < qh_schema_plan_table_count) return &qh_schema_plan_tables[index];
    index -= qh_schema_plan_table_count;
    return index < qh_schema_proposal_table_count ? &qh_schema_proposal_tables[index] : NULL;
}

bool qh_is_called(const char *text, const char *name, const char *aliases) {
    if (strcmp(text, name) == 0) return true;
    const size_t length = strlen(text);
    for (const char *p = aliases; p && *p;) {
        const size_t part = strcspn(p, "|");
        if (part == length && memcmp(p, text, length) == 0) return true;
        p += part + (p[part] == '|');
    }
    return false;
}

const qh_key_table *qh_schema_find_table(const char *name) {
    const qh_key_table *table = NULL;
    for (size_t i = 0; (table = qh_schema_table(i)); i++) {
        if (qh_is_called(name, table->name, table->aliases)) return table;
    }
    return NULL;
}

const qh_key *qh_schema_find_key(const qh_key_table *table, const char *name) {
    /* Names first: an alias of one key may be the name of another. */
    for (size_t i = 0; i < table->n_key; i++) {
        if (strcmp(name, table->key[i].name) == 0) return &table->key[i];
    }
    for (size_t i = 0; i < table->n_key; i++) {
        if (qh_is_called(name, table->key[i].name, table->key[i].aliases)) return &table->key[i];
    }
    return NULL;
}

const qh_key *qh_schema_find(const char *path, const qh_key_table **table) {
    const char *dot = strrchr(path, '.');
    char head[128] = "";
    if (dot) {
        if ((size_t)(dot - path) >= sizeof head) return NULL;
        memcpy(head, path, (size_t)(dot - path));
    }
    const qh_key_table *found = qh_schema_find_table(head);
    const qh_key *key = found ? qh_schema_find_key(found, dot ? dot + 1 : path) : NULL;
    if (key && table) *table = found;
    return key;
}

void qh_key_path(const qh_key_table *table, const qh_key *key, size_t size, char *buffer) {
    (void)snprintf(buffer, size, "%s%s%s", table->name, table->name[0] ? "." : "", key->name);
}

void qh_schema_suggest(const char *path, size_t size, char *buffer) {
    qh_nearest nearest = qh_nearest_begin(path);
    char candidate[128];
    const qh_key_table *table = NULL;
    for (size_t t = 0; (table = qh_schema_table(t)); t++) {
        qh_nearest_offer(&nearest, table->name);
        for (size_t k = 0; k < table->n_key; k++) {
            qh_key_path(table, &table->key[k], sizeof candidate, candidate);
            qh_nearest_offer(&nearest, candidate);
        }
    }
    (void)snprintf(buffer, size, "%s", nearest.best);
}

/* ---- texts for people ---- */

void qh_key_alias(const char *aliases, size_t size, char *buffer) {
    (void)snprintf(buffer, size, "%.*s", (int)strcspn(aliases, "|"), aliases);
}

const char *qh_key_choice(const qh_key *key, size_t index, size_t size, char *alias) {
    if (size > 0) alias[0] = '\0';
    if (key->registry) {
        const qh_named entry = key->registry(index);
        const char *zh = entry.name ? qh_tr(QH_ZH, entry.title) : "";
        if (entry.name && strcmp(zh, entry.title) != 0) (void)snprintf(alias, size, "%s", zh);
        return entry.name;
    }
    if (!key->choice) return NULL;
    for (size_t i = 0; i <= index; i++) {
        if (!key->choice[i].name) return NULL;
    }
    qh_key_alias(key->choice[index].aliases, size, alias);
    return key->choice[index].name;
}

static void append(size_t size, char *buffer, const char *text) {
    const size_t used = strlen(buffer);
    if (used < size) (void)snprintf(buffer + used, size - used, "%s", text);
}

static void append_choices(const qh_key *key, qh_lang lang, size_t size, char *buffer) {
    char alias[128];
    const char *name = NULL;
    append(size, buffer, qh_tr(lang, "one of"));
    for (size_t i = 0; (name = qh_key_choice(key, i, sizeof alias, alias)); i++) {
        append(size, buffer, i > 0 ? ", " : " ");
        append(size, buffer, name);
        /* Registries are shown by their names alone: their titles stand in `qinghe list`. */
        if (alias[0] && key->choice) {
            append(size, buffer, " (");
            append(size, buffer, alias);
            append(size, buffer, ")");
        }
    }
    if (key->or_largest) append(size, buffer, qh_tr(lang, "; or the largest of several, max(a, b)"));
}

void qh_key_kind_text(const qh_key *key, qh_lang lang, size_t size, char *buffer) {
    if (size == 0) return;
    buffer[0] = '\0';
    if (key->choice || key->registry) {
        append_choices(key, lang, size, buffer);
        return;
    }
    switch (key->kind) {
    case QH_KEY_NUMBER:
    case QH_KEY_OPTIONAL:
        append(size, buffer, qh_tr(lang, key->dimension == QH_DIM_NONE ? "number" : qh_dimension_name(key->dimension)));
        if (key->dimension != QH_DIM_NONE && key->unit) {
            append(size, buffer, " [");
            append(size, buffer, key->unit);
            append(size, buffer, "]");
        }
        break;
    case QH_KEY_INTEGER:
    case QH_KEY_COUNT: append(size, buffer, qh_tr(lang, "whole number")); break;
    case QH_KEY_REFERENCE:
    case QH_KEY_POINTER:
        append(size, buffer, qh_tr(lang, "name of a row of"));
        append(size, buffer, " ");
        append(size, buffer, key->table);
        break;
    case QH_KEY_TIME: append(size, buffer, qh_tr(lang, "time, such as 2024-01-01T00:00")); break;
    case QH_KEY_NUMBERS: append(size, buffer, qh_tr(lang, "list of numbers")); break;
    case QH_KEY_TEXTS: append(size, buffer, qh_tr(lang, key->table ? "list of names" : "list of texts")); break;
    case QH_KEY_SECTION: append(size, buffer, qh_tr(lang, "section with keys of its own")); break;
    case QH_KEY_LIST: append(size, buffer, qh_tr(lang, "list of entries with keys of their own")); break;
    default: append(size, buffer, qh_tr(lang, "text")); break;
    }
}

void qh_key_range_text(const qh_key *key, const qh_unit *unit, qh_lang lang, size_t size, char *buffer) {
    if (size == 0) return;
    buffer[0] = '\0';
    const qh_range r = key->range;
    if (r.low == 0.0 && r.high == 0.0) return;
    const double factor = unit ? unit->factor : 1.0;
    const char *symbol = unit ? unit->symbol : qh_dimension_unit(key->dimension);
    const char *gap = " ";
    if (key->dimension == QH_DIM_NONE) symbol = gap = "";
    const double low = r.low / factor;
    const double high = r.high / factor;
    if (r.high == HUGE_VAL && r.low_open)
        (void)snprintf(buffer, size, qh_tr(lang, "over %.6g%s%s"), low, gap, symbol);
    else if (r.high == HUGE_VAL)
        (void)snprintf(buffer, size, qh_tr(lang, "at least %.6g%s%s"), low, gap, symbol);
    else if (r.low_open)
        (void)snprintf(buffer, size, qh_tr(lang, "over %.6g and at most %.6g%s%s"), low, high, gap, symbol);
    else if (r.low == r.high)
        (void)snprintf(buffer, size, "%.6g%s%s", low, gap, symbol);
    else
        (void)snprintf(buffer, size, qh_tr(lang, "from %.6g to %.6g%s%s"), low, high, gap, symbol);
}

void qh_key_presence_text(const qh_key *key, qh_lang lang, size_t size, char *buffer) {
    switch (key->presence) {
    case QH_REQUIRED: (void)snprintf(buffer, size, "%s", qh_tr(lang, "required")); break;
    case QH_UNSTEADY_ONLY:
        (void)snprintf(buffer, size, "%s", qh_tr(lang, "required in unsteady runs, not allowed in steady ones"));
        break;
    case QH_HAS_DEFAULT:
        if (key->fallback[0]) {
            (void)snprintf(buffer, size, qh_tr(lang, "default %s"), key->fallback);
            break;
        }
        /* fall through */
    default: (void)snprintf(buffer, size, "%s", qh_tr(lang, "optional")); break;
    }
}
