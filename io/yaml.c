#include "io/yaml.h"

#include <stdint.h>
#include <string.h>
#include <yaml.h>

typedef struct builder {
    yaml_parser_t parser;
    const char *file;
    qh_arena *arena;
    qh_diag *diag;
    size_t n_node;
    bool sound;
} builder;

static qh_place place_of(const builder *b, yaml_mark_t mark) {
    const qh_place place = {b->file, (int)mark.line + 1, (int)mark.column + 1};
    return place;
}

/* What libyaml objects to. Its texts are keys of our catalogue too. */
static qh_status syntax_error(const builder *b) {
    const yaml_parser_t *parser = &b->parser;
    if (parser->error == YAML_MEMORY_ERROR) return QH_E_NOMEM;
    const qh_lang lang = b->diag ? qh_diag_lang(b->diag) : QH_EN;
    const char *problem = qh_tr(lang, parser->problem ? parser->problem : "not understood");
    const qh_place place = place_of(b, parser->problem_mark);
    if (parser->context)
        qh_diag_add(b->diag, QH_ERROR, place, "not valid YAML: %s, %s (line %d)", qh_tr(lang, parser->context), problem,
                    (int)parser->context_mark.line + 1);
    else
        qh_diag_add(b->diag, QH_ERROR, place, "not valid YAML: %s", problem);
    return QH_E_INPUT;
}

static qh_status next_event(builder *b, yaml_event_t *event) {
    if (!yaml_parser_parse(&b->parser, event)) return syntax_error(b);
    return QH_OK;
}

static const char *anchor_of(const yaml_event_t *event) {
    switch (event->type) {
    case YAML_SCALAR_EVENT: return (const char *)event->data.scalar.anchor;
    case YAML_SEQUENCE_START_EVENT: return (const char *)event->data.sequence_start.anchor;
    case YAML_MAPPING_START_EVENT: return (const char *)event->data.mapping_start.anchor;
    default: return NULL;
    }
}

static const char *tag_of(const yaml_event_t *event) {
    switch (event->type) {
    case YAML_SCALAR_EVENT: return (const char *)event->data.scalar.tag;
    case YAML_SEQUENCE_START_EVENT: return (const char *)event->data.sequence_start.tag;
    case YAML_MAPPING_START_EVENT: return (const char *)event->data.mapping_start.tag;
    default: return NULL;
    }
}

static qh_status refuse_what_is_not_needed(const builder *b, const yaml_event_t *event) {
    const qh_place place = place_of(b, event->start_mark);
    QH_CHECK(event->type != YAML_ALIAS_EVENT && !anchor_of(event), QH_E_INPUT, b->diag, place,
             "anchors (&) and aliases (*) are not allowed here; write the value out, or put the text in quotes");
    QH_CHECK(!tag_of(event), QH_E_INPUT, b->diag, place, "tags (!) are not allowed here; put the text in quotes");
    return QH_OK;
}

static qh_status new_node(builder *b, const yaml_event_t *event, size_t depth, qh_yaml **node) {
    const qh_place place = place_of(b, event->start_mark);
    QH_CHECK(depth <= QH_YAML_DEPTH, QH_E_INPUT, b->diag, place, "nested more than %d levels deep", QH_YAML_DEPTH);
    QH_CHECK(++b->n_node <= QH_YAML_NODES, QH_E_INPUT, b->diag, place, "more than %d values", QH_YAML_NODES);
    qh_yaml *made = qh_arena_alloc(b->arena, 1, sizeof *made);
    if (!made) return QH_E_NOMEM;
    made->place = place;
    *node = made;
    return QH_OK;
}

static qh_status build(builder *b, const yaml_event_t *event, size_t depth, qh_yaml **node);

static void append(qh_yaml *parent, qh_yaml **last, qh_yaml *child) {
    if (*last)
        (*last)->next = child;
    else
        parent->first = child;
    *last = child;
    parent->count++;
}

static qh_status build_sequence(builder *b, size_t depth, qh_yaml *sequence) {
    qh_yaml *last = NULL;
    for (;;) {
        yaml_event_t event;
        QH_TRY(next_event(b, &event));
        if (event.type == YAML_SEQUENCE_END_EVENT) {
            yaml_event_delete(&event);
            return QH_OK;
        }
        qh_yaml *child = NULL;
        const qh_status status = build(b, &event, depth + 1, &child);
        yaml_event_delete(&event);
        if (status != QH_OK) return status;
        append(sequence, &last, child);
    }
}

static qh_status build_key(builder *b, const yaml_event_t *event, const char **key) {
    QH_TRY(refuse_what_is_not_needed(b, event));
    QH_CHECK(event->type == YAML_SCALAR_EVENT, QH_E_INPUT, b->diag, place_of(b, event->start_mark),
             "a key must be a plain text");
    const char *copy = qh_arena_strndup(b->arena, (const char *)event->data.scalar.value, event->data.scalar.length);
    if (!copy) return QH_E_NOMEM;
    *key = copy;
    return QH_OK;
}

static qh_status too_many_keys(const builder *b, qh_place place) {
    qh_diag_add(b->diag, QH_ERROR, place, "more than %d keys in one mapping", QH_YAML_KEYS);
    return QH_E_INPUT;
}

static qh_status build_mapping(builder *b, size_t depth, qh_yaml *mapping) {
    qh_yaml *last = NULL;
    for (;;) {
        yaml_event_t event;
        QH_TRY(next_event(b, &event));
        if (event.type == YAML_MAPPING_END_EVENT) {
            yaml_event_delete(&event);
            return QH_OK;
        }
        const char *key = NULL;
        const qh_place key_place = place_of(b, event.start_mark);
        qh_status status = mapping->count < QH_YAML_KEYS ? build_key(b, &event, &key) : too_many_keys(b, key_place);
        yaml_event_delete(&event);
        if (status != QH_OK) return status;

        QH_TRY(next_event(b, &event));
        qh_yaml *child = NULL;
        status = build(b, &event, depth + 1, &child);
        yaml_event_delete(&event);
        if (status != QH_OK) return status;
        child->key = key;
        child->key_place = key_place;
        const qh_yaml *before = qh_yaml_get(mapping, key);
        if (before) {
            qh_diag_add(b->diag, QH_ERROR, key_place, "the key '%s' stands already in line %d", key,
                        before->key_place.line);
            b->sound = false;
        } else {
            append(mapping, &last, child);
        }
    }
}

/* The tree of which `event` is the beginning. */
static qh_status build(builder *b, const yaml_event_t *event, size_t depth, qh_yaml **node) {
    QH_TRY(refuse_what_is_not_needed(b, event));
    qh_yaml *made = NULL;
    QH_TRY(new_node(b, event, depth, &made));
    if (event->type == YAML_SCALAR_EVENT) {
        made->kind = QH_YAML_SCALAR;
        made->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
        const char *value = (const char *)event->data.scalar.value;
        QH_CHECK(strlen(value) == event->data.scalar.length, QH_E_INPUT, b->diag, made->place,
                 "a NUL character inside a text");
        made->text = qh_arena_strndup(b->arena, value, event->data.scalar.length);
        if (!made->text) return QH_E_NOMEM;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        made->kind = QH_YAML_SEQUENCE;
        QH_TRY(build_sequence(b, depth, made));
    } else {
        made->kind = QH_YAML_MAPPING;
        QH_TRY(build_mapping(b, depth, made));
    }
    *node = made;
    return QH_OK;
}

static qh_status build_document(builder *b, qh_yaml **root) {
    qh_yaml *made = NULL;
    for (;;) {
        yaml_event_t event;
        QH_TRY(next_event(b, &event));
        const yaml_event_type_t type = event.type;
        qh_status status = QH_OK;
        if (type == YAML_DOCUMENT_START_EVENT && made) {
            qh_diag_add(b->diag, QH_ERROR, place_of(b, event.start_mark), "a second document; one was expected");
            status = QH_E_INPUT;
        } else if (type == YAML_SCALAR_EVENT || type == YAML_SEQUENCE_START_EVENT || type == YAML_MAPPING_START_EVENT ||
                   type == YAML_ALIAS_EVENT) {
            status = build(b, &event, 1, &made);
        }
        yaml_event_delete(&event);
        if (status != QH_OK) return status;
        if (type == YAML_STREAM_END_EVENT) break;
    }
    if (!made) {
        made = qh_arena_alloc(b->arena, 1, sizeof *made);
        if (!made) return QH_E_NOMEM;
        made->kind = QH_YAML_MAPPING;
        made->place = (qh_place){b->file, 1, 1};
    }
    *root = made;
    return QH_OK;
}

qh_status qh_yaml_parse(qh_arena *arena, const qh_text_file *file, qh_diag *diag, bool *sound, qh_yaml **root) {
    const qh_place whole = {file->name, 0, 0};
    QH_CHECK(file->size <= QH_YAML_SIZE, QH_E_INPUT, diag, whole, "larger than %d MiB, the most a YAML file may have",
             QH_YAML_SIZE / (1024 * 1024));
    builder b = {.file = file->name, .arena = arena, .diag = diag, .sound = true};
    if (!yaml_parser_initialize(&b.parser)) return QH_E_NOMEM;
    yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&b.parser, (const unsigned char *)file->text, file->size);
    const qh_status status = build_document(&b, root);
    yaml_parser_delete(&b.parser);
    if (status == QH_OK && sound) *sound = b.sound;
    return status;
}

qh_yaml *qh_yaml_get(const qh_yaml *mapping, const char *key) {
    if (mapping->kind != QH_YAML_MAPPING) return NULL;
    for (qh_yaml *child = mapping->first; child; child = child->next) {
        if (strcmp(child->key, key) == 0) return child;
    }
    return NULL;
}

bool qh_yaml_is_null(const qh_yaml *node) {
    if (node->kind != QH_YAML_SCALAR || node->quoted) return false;
    return node->text[0] == '\0' || strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0;
}
