/* Which sources a change is about: codes, names, or attributes. */
#include <stdint.h>
#include <string.h>

#include "io/overlay_internal.h"

#define WRONG(r, place, ...) (qh_diag_add((r)->diag, QH_ERROR, (place), __VA_ARGS__), false)

static bool lost(qh_overlay_reader *r) {
    r->value.out_of_memory = true;
    return false;
}

bool qh_overlay_words(qh_overlay_reader *r, const qh_yaml *node, size_t *count, qh_word **word) {
    const bool one = node->kind == QH_YAML_SCALAR;
    if (node->kind == QH_YAML_MAPPING)
        return WRONG(r, node->place, "'%s' must be a name or a list of names", node->key ? node->key : "");
    qh_word *made = qh_arena_alloc(r->scratch, one ? 1 : node->count, sizeof *made);
    if (!made) return lost(r);
    size_t n = 0;
    for (const qh_yaml *entry = one ? node : node->first; entry; entry = one ? NULL : entry->next) {
        if (entry->kind != QH_YAML_SCALAR || qh_yaml_is_null(entry) || entry->text[0] == '\0')
            return WRONG(r, entry->place, "'%s' must be a name or a list of names", node->key ? node->key : "");
        made[n++] = (qh_word){entry->text, entry->place};
    }
    if (n == 0) return WRONG(r, node->place, "'%s' is empty; a value is required", node->key ? node->key : "");
    *count = n;
    *word = made;
    return true;
}

static bool means_all(const qh_word *word) { return qh_is_called(word->text, "all", "全部|所有"); }

/* ---- the selection ---- */

/* Marks of what is selected, so that nothing is selected twice. */
typedef struct selection {
    bool *outfall, *headwater, *tributary, *lateral;
} selection;

static bool not_there(qh_overlay_reader *r, const char *label, const qh_word *word, const char *kind,
                      const qh_nearest *nearest) {
    if (nearest->best[0])
        return WRONG(r, word->place, "'%s' is '%s', but there is no such %s; did you mean '%s'?", label, word->text,
                     qh_tr(r->value.lang, kind), nearest->best);
    return WRONG(r, word->place, "'%s' is '%s', but there is no such %s", label, word->text,
                 qh_tr(r->value.lang, kind));
}

/* By code; else by name, where only one outfall has it. */
static bool find_outfall(qh_overlay_reader *r, const char *label, const qh_word *word, size_t *index) {
    size_t n = 0;
    for (size_t i = 0; i < r->n_outfall; i++) {
        if (strcmp(r->outfall[i].code, word->text) == 0) return *index = i, true;
    }
    for (size_t i = 0; i < r->n_outfall; i++) {
        if (strcmp(r->outfall[i].name, word->text) != 0) continue;
        *index = i;
        n++;
    }
    if (n == 1) return true;
    if (n > 1)
        return WRONG(r, word->place, "'%s' is '%s', the name of %zu outfalls; write the code", label, word->text, n);
    qh_nearest nearest = qh_nearest_begin(word->text);
    for (size_t i = 0; i < r->n_outfall; i++) {
        qh_nearest_offer(&nearest, r->outfall[i].code);
        qh_nearest_offer(&nearest, r->outfall[i].name);
    }
    return not_there(r, label, word, QH_N("outfall"), &nearest);
}

static bool mark_outfalls(qh_overlay_reader *r, const char *label, size_t count, const qh_word *word, bool *mark) {
    bool good = true;
    for (size_t k = 0; k < count; k++) {
        size_t index = 0;
        if (means_all(&word[k]))
            memset(mark, true, r->n_outfall);
        else if (find_outfall(r, label, &word[k], &index))
            mark[index] = true;
        else
            good = false;
    }
    return good;
}

static bool mark_named(qh_overlay_reader *r, const qh_yaml *node, const qh_names *names, size_t n_row, const char *kind,
                       bool *mark) {
    qh_word *word = NULL;
    size_t count = 0;
    if (!qh_overlay_words(r, node, &count, &word)) return false;
    bool good = true;
    for (size_t k = 0; k < count; k++) {
        size_t index = 0;
        if (means_all(&word[k])) {
            memset(mark, true, n_row);
        } else if (qh_names_find(names, word[k].text, &index)) {
            mark[index] = true;
        } else {
            qh_nearest nearest = qh_nearest_begin(word[k].text);
            qh_names_offer(names, &nearest);
            good = not_there(r, node->key, &word[k], kind, &nearest);
        }
    }
    return good;
}

/* ---- attributes ---- */

typedef enum attribute { CATEGORY, DISTRICT, BODY, N_ATTRIBUTE } attribute;
static const char *const attribute_key[N_ATTRIBUTE] = {"category", "district", "body"};

static const char *value_of(const qh_known_outfall *outfall, attribute a) {
    switch (a) {
    case CATEGORY: return outfall->category;
    case DISTRICT: return outfall->district;
    default: return outfall->body;
    }
}

/* A value that no outfall has selects nothing, which nobody writes on purpose. */
static bool value_exists(qh_overlay_reader *r, const char *label, const qh_word *word, attribute a) {
    qh_nearest nearest = qh_nearest_begin(word->text);
    for (size_t i = 0; i < r->n_outfall; i++) {
        const char *value = value_of(&r->outfall[i], a);
        if (strcmp(value, word->text) == 0) return true;
        if (value[0]) qh_nearest_offer(&nearest, value);
    }
    if (nearest.best[0])
        return WRONG(r, word->place, "'%s' is '%s', which no outfall has; did you mean '%s'?", label, word->text,
                     nearest.best);
    return WRONG(r, word->place, "'%s' is '%s', which no outfall has", label, word->text);
}

/* Takes the mark from outfalls whose attribute is none of those given. */
static bool filter(qh_overlay_reader *r, const qh_yaml *node, attribute a, bool *mark) {
    qh_word *word = NULL;
    size_t count = 0;
    bool good = true;
    if (!qh_overlay_words(r, node, &count, &word)) return false;
    for (size_t k = 0; k < count; k++)
        good = value_exists(r, node->key, &word[k], a) && good;
    for (size_t i = 0; i < r->n_outfall; i++) {
        bool any = false;
        for (size_t k = 0; k < count; k++)
            any = any || strcmp(value_of(&r->outfall[i], a), word[k].text) == 0;
        mark[i] = mark[i] && any;
    }
    return good;
}

static bool any_marked(const bool *mark, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (mark[i]) return true;
    }
    return false;
}

/* ---- the whole ---- */

static bool select_outfalls(qh_overlay_reader *r, const qh_key_table *table, const qh_yaml *node, bool *mark) {
    const qh_yaml *named = qh_value_child(table, node, "outfall");
    bool good = true, filtered = false;
    if (named) {
        qh_word *word = NULL;
        size_t count = 0;
        good = qh_overlay_words(r, named, &count, &word) && mark_outfalls(r, named->key, count, word, mark);
    }
    for (size_t a = 0; a < N_ATTRIBUTE; a++) {
        const qh_yaml *values = qh_value_child(table, node, attribute_key[a]);
        if (!values) continue;
        if (!named && !filtered) memset(mark, true, r->n_outfall);
        filtered = true;
        good = filter(r, values, (attribute)a, mark) && good;
    }
    if (good && filtered && !any_marked(mark, r->n_outfall))
        return WRONG(r, node->place, "no outfall has all of these attributes");
    return good;
}

static bool refuse(qh_overlay_reader *r, const qh_yaml *node, bool outfalls_only) {
    if (node && outfalls_only) return WRONG(r, node->key_place, "'%s': this change is about outfalls only", node->key);
    return true;
}

static bool select_by_mapping(qh_overlay_reader *r, const qh_yaml *node, bool outfalls_only, selection *s) {
    const qh_key_table *table = qh_schema_find_table("scenario.selection");
    const qh_case *c = r->river_case;
    const qh_yaml *headwater = qh_value_child(table, node, "headwater");
    const qh_yaml *tributary = qh_value_child(table, node, "tributary");
    const qh_yaml *lateral = qh_value_child(table, node, "lateral");
    qh_change nothing;
    bool good = qh_value_mapping(&r->value, table, node, &nothing, NULL); /* unknown keys */
    if (node->count == 0) return WRONG(r, node->place, "'%s' is empty; a value is required", node->key);
    good = refuse(r, headwater, outfalls_only) && good;
    good = refuse(r, tributary, outfalls_only) && good;
    good = refuse(r, lateral, outfalls_only) && good;
    good = select_outfalls(r, table, node, s->outfall) && good;
    if (headwater && !outfalls_only)
        good = mark_named(r, headwater, &r->headwaters, c->n_headwater, QH_N("headwater"), s->headwater) && good;
    if (tributary && !outfalls_only)
        good = mark_named(r, tributary, &r->tributaries, c->n_tributary, QH_N("tributary"), s->tributary) && good;
    if (lateral && !outfalls_only)
        good = mark_named(r, lateral, &r->laterals, c->n_lateral, QH_N("distributed inflow"), s->lateral) && good;
    return good;
}

static void gather(const bool *mark, size_t count, qh_source_kind kind, qh_source_index *source, size_t *n) {
    for (size_t i = 0; i < count; i++) {
        if (mark[i]) source[(*n)++] = (qh_source_index){kind, i};
    }
}

bool qh_overlay_select(qh_overlay_reader *r, const qh_yaml *node, bool outfalls_only, qh_change *change) {
    const qh_case *c = r->river_case;
    const size_t most = r->n_outfall + c->n_headwater + c->n_tributary + c->n_lateral;
    selection s = {.outfall = qh_arena_alloc(r->scratch, r->n_outfall, sizeof(bool)),
                   .headwater = qh_arena_alloc(r->scratch, c->n_headwater, sizeof(bool)),
                   .tributary = qh_arena_alloc(r->scratch, c->n_tributary, sizeof(bool)),
                   .lateral = qh_arena_alloc(r->scratch, c->n_lateral, sizeof(bool))};
    qh_source_index *source = qh_arena_alloc(r->value.arena, most, sizeof *source);
    if (!s.outfall || !s.headwater || !s.tributary || !s.lateral || !source) return lost(r);
    if (node->kind == QH_YAML_MAPPING) {
        if (!select_by_mapping(r, node, outfalls_only, &s)) return false;
    } else {
        qh_word *word = NULL;
        size_t count = 0;
        if (!qh_overlay_words(r, node, &count, &word)) return false;
        if (!mark_outfalls(r, node->key, count, word, s.outfall)) return false;
    }
    size_t n = 0;
    gather(s.headwater, c->n_headwater, QH_SOURCE_HEADWATER, source, &n);
    gather(s.tributary, c->n_tributary, QH_SOURCE_TRIBUTARY, source, &n);
    gather(s.outfall, r->n_outfall, QH_SOURCE_OUTFALL, source, &n);
    gather(s.lateral, c->n_lateral, QH_SOURCE_LATERAL, source, &n);
    /* `all` of a table that has no rows. */
    if (n == 0) return WRONG(r, node->place, "'%s' selects nothing", node->key);
    change->source = source;
    change->n_source = n;
    return true;
}
