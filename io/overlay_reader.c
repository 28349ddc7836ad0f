/* Reading a scenario and all that it extends.
 *
 * Files are read depth first, so that the changes of what a scenario extends stand before its own. References are
 * checked against the case and against the outfalls that earlier changes add. */
#include "io/overlay_reader.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/overlay_internal.h"

#define WRONG(r, place, ...) (qh_diag_add((r)->diag, QH_ERROR, (place), __VA_ARGS__), false)

static const char folder_name[] = "scenarios";

/* ---- references ---- */

static qh_found find_row(void *self, const char *table, const char *name, qh_place place, size_t *index,
                         qh_nearest *nearest) {
    const qh_overlay_reader *r = self;
    (void)place;
    if (strcmp(table, "constituents") == 0 && qh_overlay_find_constituent(r, name, index)) return QH_FOUND;
    const qh_names *names = strcmp(table, "reaches") == 0    ? &r->reaches
                            : strcmp(table, "stations") == 0 ? &r->stations
                                                             : &r->constituents;
    if (qh_names_find(names, name, index)) return QH_FOUND;
    if (nearest) qh_names_offer(names, nearest);
    return QH_NOT_FOUND;
}

#define KNOW(names, rows, count)                                                                                       \
    do {                                                                                                               \
        (names).arena = r->scratch;                                                                                    \
        size_t known = 0;                                                                                              \
        for (size_t i = 0; i < (count); i++)                                                                           \
            QH_TRY(qh_names_add(&(names), (rows)[i].name, i, &known));                                                 \
    } while (0)

static qh_status know_case(qh_overlay_reader *r) {
    const qh_case *c = r->river_case;
    KNOW(r->reaches, c->reach, c->n_reach);
    KNOW(r->stations, c->station, c->n_station);
    KNOW(r->constituents, c->constituent, c->n_constituent);
    KNOW(r->headwaters, c->headwater, c->n_headwater);
    KNOW(r->tributaries, c->tributary, c->n_tributary);
    KNOW(r->laterals, c->lateral, c->n_lateral);
    r->outfall = qh_arena_alloc(r->scratch, c->n_outfall, sizeof *r->outfall);
    if (!r->outfall) return QH_E_NOMEM;
    r->codes.arena = r->scratch;
    for (size_t i = 0; i < c->n_outfall; i++) {
        size_t known = 0;
        QH_TRY(qh_names_add(&r->codes, c->outfall[i].code, i, &known));
        const qh_outfall *o = &c->outfall[i];
        r->outfall[i] = (qh_known_outfall){o->code, o->name, o->category, o->district, o->body, o->place};
    }
    r->n_outfall = r->outfall_capacity = c->n_outfall;
    return QH_OK;
}

/* ---- files ---- */

/* NAME of "NAME.yaml"; NULL for any other file. */
static const char *name_of_file(qh_arena *arena, const char *file) {
    const size_t length = strlen(file), end = strlen(".yaml");
    if (length <= end || file[0] == '.' || strcmp(file + length - end, ".yaml") != 0) return NULL;
    return qh_arena_strndup(arena, file, length - end);
}

static const char *path_of(qh_arena *arena, const char *folder, const char *name) {
    const size_t length = strlen(folder);
    const char *gap = length > 0 && folder[length - 1] == '/' ? "" : "/";
    return qh_arena_printf(arena, "%s%s%s/%s.yaml", folder, gap, folder_name, name);
}

static void offer_scenarios(const qh_overlay_reader *r, qh_nearest *nearest) {
    const char *path = qh_arena_printf(r->scratch, "%s/%s", r->river_case->folder, folder_name);
    DIR *folder = path ? opendir(path) : NULL;
    if (!folder) return;
    for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        const char *name = name_of_file(r->scratch, entry->d_name);
        if (name) qh_nearest_offer(nearest, name);
    }
    (void)closedir(folder);
}

static bool no_scenario(qh_overlay_reader *r, const char *name, qh_place place) {
    qh_nearest nearest = qh_nearest_begin(name);
    offer_scenarios(r, &nearest);
    if (nearest.best[0]) return WRONG(r, place, "there is no scenario '%s'; did you mean '%s'?", name, nearest.best);
    return WRONG(r, place, "there is no scenario '%s': the case folder has no file %s/%s.yaml", name, folder_name,
                 name);
}

static bool is_a_name(qh_overlay_reader *r, const char *name, qh_place place) {
    if (name[0] != '\0' && name[0] != '.' && !strchr(name, '/')) return true;
    return WRONG(r, place, "'%s' is no name of a scenario: it is that of a file of the folder scenarios, without .yaml",
                 name);
}

static bool is_listed(const char *const *list, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i], name) == 0) return true;
    }
    return false;
}

/* "a -> b -> a" */
static bool in_a_circle(qh_overlay_reader *r, const char *name, qh_place place) {
    const char *circle = "";
    for (size_t i = 0; i < r->n_open; i++) {
        if (circle[0] == '\0' && strcmp(r->open[i], name) != 0) continue;
        circle = qh_arena_printf(r->scratch, "%s%s -> ", circle, r->open[i]);
        if (!circle) return false;
    }
    return WRONG(r, place, "scenarios extend one another in a circle: %s%s", circle, name);
}

static qh_status read_scenario(qh_overlay_reader *r, const char *name, qh_place place);

/* The scenarios that this one extends. */
static qh_status read_extended(qh_overlay_reader *r, const qh_yaml *node) {
    qh_word *word = NULL;
    size_t count = 0;
    if (!qh_overlay_words(r, node, &count, &word)) return QH_OK;
    for (size_t i = 0; i < count; i++)
        QH_TRY(read_scenario(r, word[i].text, word[i].place));
    return QH_OK;
}

static qh_status read_changes(qh_overlay_reader *r, const qh_yaml *list) {
    if (!qh_value_is_list(&r->value, list, list->key)) return QH_OK;
    for (const qh_yaml *node = list->first; node; node = node->next)
        QH_TRY(qh_overlay_read_change(r, node));
    return QH_OK;
}

static qh_status read_tree(qh_overlay_reader *r, const qh_text_file *text) {
    const qh_key_table *table = qh_schema_find_table("scenario");
    qh_yaml *root = NULL;
    QH_TRY(qh_yaml_parse(r->scratch, text, r->diag, NULL, &root));
    if (!qh_value_is_mapping(&r->value, root, "scenario")) return QH_OK;
    qh_overlay keys = {.title = ""};
    const bool good = qh_value_mapping(&r->value, table, root, &keys, NULL);
    const qh_yaml *extends = qh_value_child(table, root, "extends"), *changes = qh_value_child(table, root, "changes");
    if (extends) QH_TRY(read_extended(r, extends));
    if (changes) QH_TRY(read_changes(r, changes));
    if (good && !extends && !changes)
        (void)WRONG(r, root->place, "the scenario changes nothing: neither 'changes' nor 'extends' is given");
    if (r->n_open == 1) r->overlay->title = keys.title; /* the outermost one gives its title */
    r->file[r->n_file++] = (qh_case_file){.name = text->name, .text = text->text, .encoding = text->encoding};
    return QH_OK;
}

/* Problems inside are reported; only what stops all reading is returned. */
static qh_status read_scenario(qh_overlay_reader *r, const char *name, qh_place place) {
    if (!is_a_name(r, name, place)) return QH_OK;
    if (is_listed(r->open, r->n_open, name)) {
        (void)in_a_circle(r, name, place);
        return QH_OK;
    }
    if (is_listed(r->seen, r->n_seen, name)) return QH_OK;
    if (r->n_seen == QH_OVERLAY_FILES) {
        (void)WRONG(r, place, "more than %d scenarios in one", QH_OVERLAY_FILES);
        return QH_OK;
    }
    const char *path = path_of(r->scratch, r->river_case->folder, name);
    const char *label = qh_arena_printf(r->value.arena, "%s/%s.yaml", folder_name, name);
    if (!path || !label) return QH_E_NOMEM;
    struct stat info;
    if (stat(path, &info) != 0 && errno == ENOENT) {
        (void)no_scenario(r, name, place);
        return QH_OK;
    }
    qh_text_file text;
    qh_status status = qh_text_file_read(r->value.arena, path, label, r->diag, &text);
    r->seen[r->n_seen++] = name;
    r->open[r->n_open++] = name;
    if (status == QH_OK) status = read_tree(r, &text);
    r->n_open--;
    return status == QH_E_NOMEM ? status : QH_OK;
}

/* ---- the whole ---- */

qh_status qh_overlay_reader_begin(qh_arena *arena, qh_arena *scratch, const qh_case *river_case, const char *name,
                                  qh_diag *diag, qh_overlay_reader **reader) {
    qh_overlay_reader *r = qh_arena_alloc(scratch, 1, sizeof *r);
    qh_overlay *made = qh_arena_alloc(arena, 1, sizeof *made);
    if (!r || !made) return QH_E_NOMEM;
    *r = (qh_overlay_reader){.scratch = scratch, .diag = diag, .river_case = river_case, .overlay = made};
    r->value = (qh_value_reader){
        .arena = arena, .diag = diag, .lang = qh_diag_lang(diag), .suggestions = 100, .find = find_row, .self = r};
    *made = (qh_overlay){.arena = arena, .title = ""};
    made->name = qh_arena_strdup(arena, name);
    if (!made->name) return QH_E_NOMEM;
    QH_TRY(know_case(r));
    *reader = r;
    return QH_OK;
}

static qh_status read_into(qh_arena *arena, qh_arena *scratch, const qh_case *river_case, const char *name,
                           qh_diag *diag, qh_overlay **overlay) {
    qh_overlay_reader *r = NULL;
    const size_t errors_before = qh_diag_count(diag, QH_ERROR);
    QH_TRY(qh_overlay_reader_begin(arena, scratch, river_case, name, diag, &r));
    qh_overlay *made = r->overlay;
    QH_TRY(read_scenario(r, made->name, QH_NOWHERE));
    if (r->value.out_of_memory) return QH_E_NOMEM;
    if (qh_diag_count(diag, QH_ERROR) > errors_before) return QH_E_INPUT;
    qh_case_file *file = qh_arena_alloc(arena, r->n_file, sizeof *file);
    if (!file) return QH_E_NOMEM;
    memcpy(file, r->file, r->n_file * sizeof *file);
    made->change = r->change;
    made->file = file;
    made->n_file = r->n_file;
    *overlay = made;
    return QH_OK;
}

qh_status qh_overlay_read(const qh_case *river_case, const char *name, qh_diag *diag, qh_overlay **overlay) {
    qh_diag *own = diag ? NULL : qh_diag_create(QH_EN); /* errors are counted there, so there must be one */
    qh_diag *used = diag ? diag : own;
    if (!used) return QH_E_NOMEM;
    qh_arena *arena = qh_arena_create();
    qh_arena *scratch = qh_arena_create();
    const qh_status status = arena && scratch ? read_into(arena, scratch, river_case, name, used, overlay) : QH_E_NOMEM;
    if (scratch) qh_arena_destroy(scratch);
    if (arena && status != QH_OK) qh_arena_destroy(arena);
    qh_diag_destroy(own);
    return status;
}

/* ---- lists ---- */

static int by_name(const void *a, const void *b) {
    return strcmp(((const qh_scenario_entry *)a)->name, ((const qh_scenario_entry *)b)->name);
}

static qh_status join_words(qh_arena *arena, const qh_yaml *node, const char **joined) {
    const bool one = node->kind == QH_YAML_SCALAR;
    for (const qh_yaml *e = one ? node : node->first; e; e = one ? NULL : e->next) {
        if (e->kind != QH_YAML_SCALAR) continue;
        *joined = qh_arena_printf(arena, "%s%s%s", *joined, **joined ? ", " : "", e->text);
        if (!*joined) return QH_E_NOMEM;
    }
    return QH_OK;
}

/* Whatever of a file can be told; one that is no YAML has only its name. */
static qh_status describe(qh_arena *arena, const char *folder, qh_scenario_entry *entry) {
    const qh_key_table *table = qh_schema_find_table("scenario");
    const char *path = path_of(arena, folder, entry->name);
    if (!path) return QH_E_NOMEM;
    qh_text_file text;
    qh_yaml *root = NULL;
    qh_status status = qh_text_file_read(arena, path, path, NULL, &text);
    if (status == QH_OK) status = qh_yaml_parse(arena, &text, NULL, NULL, &root);
    if (status != QH_OK) return status == QH_E_NOMEM ? status : QH_OK;
    const qh_yaml *title = qh_value_child(table, root, "title"), *extends = qh_value_child(table, root, "extends");
    const qh_yaml *changes = qh_value_child(table, root, "changes");
    if (title && title->kind == QH_YAML_SCALAR) entry->title = title->text;
    if (changes && changes->kind == QH_YAML_SEQUENCE) entry->n_change = changes->count;
    return extends ? join_words(arena, extends, &entry->extends) : QH_OK;
}

static qh_status add_entry(qh_arena *arena, const char *name, size_t *count, size_t *capacity,
                           qh_scenario_entry **entry) {
    if (*count == *capacity) {
        const size_t larger_capacity = 2 * *capacity + 16;
        qh_scenario_entry *larger = qh_arena_alloc(arena, larger_capacity, sizeof *larger);
        if (!larger) return QH_E_NOMEM;
        if (*count > 0) memcpy(larger, *entry, *count * sizeof *larger);
        *entry = larger;
        *capacity = larger_capacity;
    }
    (*entry)[(*count)++] = (qh_scenario_entry){.name = name, .title = "", .extends = ""};
    return QH_OK;
}

qh_status qh_scenario_list(const char *folder, qh_arena *arena, qh_diag *diag, size_t *count,
                           qh_scenario_entry **entry) {
    struct stat info;
    QH_CHECK(stat(folder, &info) == 0 && S_ISDIR(info.st_mode), QH_E_IO, diag, QH_NOWHERE,
             "the case folder '%s' cannot be read", folder);
    const char *path = qh_arena_printf(arena, "%s/%s", folder, folder_name);
    if (!path) return QH_E_NOMEM;
    qh_scenario_entry *made = NULL;
    size_t n = 0, capacity = 0;
    qh_status status = QH_OK;
    DIR *scenarios = opendir(path);
    for (const struct dirent *e = scenarios ? readdir(scenarios) : NULL; e && status == QH_OK; e = readdir(scenarios)) {
        const char *name = name_of_file(arena, e->d_name);
        if (name) status = add_entry(arena, name, &n, &capacity, &made);
    }
    if (scenarios) (void)closedir(scenarios);
    if (n > 0) qsort(made, n, sizeof *made, by_name);
    for (size_t i = 0; i < n && status == QH_OK; i++)
        status = describe(arena, folder, &made[i]);
    if (status != QH_OK) return status;
    *entry = made;
    *count = n;
    return QH_OK;
}
