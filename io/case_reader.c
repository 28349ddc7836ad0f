/* Reading a case folder.
 *
 * case.yaml first (with the settings of the command line in it), then the tables in the order in which they refer to one
 * another, each row checked as it is read. A row with an error stays in its table, so that references to it hold and its
 * loss is not reported a second time; a table whose names cannot all be read is marked incomplete, and references to it
 * that find nothing are let pass. At the end one error anywhere means that there is no case. */
#include "io/case_reader.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/case_internal.h"

#define WRONG(reader, place, ...) (qh_diag_add((reader)->diag, QH_ERROR, (place), __VA_ARGS__), false)

static bool is_there(qh_case_reader *reader, const char *name) {
    const char *path = qh_case_path(reader, name);
    struct stat info;
    /* What cannot be looked at is there: reading it will say why it cannot. */
    return path && (lstat(path, &info) == 0 || errno != ENOENT);
}

/* ---- references ---- */

static qh_status add_node(qh_case_reader *reader, qh_known_rows *known, const char *name, qh_place place,
                          size_t *index) {
    const char *copy = qh_arena_strdup(reader->value.arena, name);
    size_t found = 0;
    if (!copy) return QH_E_NOMEM;
    QH_TRY(qh_names_add(&known->names, copy, known->count, &found));
    qh_node *node = &((qh_node *)(void *)known->rows)[known->count];
    *node = (qh_node){.place = place, .name = copy};
    known->good[known->count++] = true;
    *index = found;
    return QH_OK;
}

static qh_found find_row(void *self, const char *table, const char *name, qh_place place, size_t *index,
                         qh_nearest *nearest) {
    qh_case_reader *reader = self;
    const qh_key_table *found_table = qh_schema_find_table(table);
    qh_known_rows *known = qh_case_known(reader, found_table);
    if (qh_names_find(&known->names, name, index)) return QH_FOUND;
    if (reader->nodes_open && strcmp(table, "nodes") == 0) {
        if (add_node(reader, known, name, place, index) == QH_OK) return QH_FOUND;
        reader->value.out_of_memory = true;
    }
    if (!known->complete) return QH_NOT_KNOWN;
    if (nearest) qh_names_offer(&known->names, nearest);
    return QH_NOT_FOUND;
}

static const void *row_address(void *self, const char *table, size_t index) {
    const qh_known_rows *known = qh_case_known(self, qh_schema_find_table(table));
    return known->rows + index * known->row_size;
}

static void mapping_read(void *self, const qh_key_table *table, const qh_given *given, bool good) {
    qh_case_reader *reader = self;
    if (strcmp(table->name, "run") == 0) {
        reader->temperature = given[qh_schema_find_key(table, "temperature") - table->key];
        qh_case_check_run(reader, given, good);
    }
    if (table->name[0] == '\0')
        reader->standard_place = given[qh_schema_find_key(table, "standard") - table->key].place;
}

/* ---- routes ---- */

static bool read_route_reaches(qh_case_reader *reader, const qh_yaml *list, size_t *reach) {
    static const qh_key key = {.kind = QH_KEY_REFERENCE, .table = "reaches", .offset = 0};
    const qh_known_rows *known = qh_case_known(reader, qh_schema_find_table("reaches"));
    const qh_reach *rows = (const qh_reach *)(const void *)known->rows;
    bool good = true;
    bool has_last = false; /* the reach before this one could be read */
    size_t i = 0;
    for (const qh_yaml *node = list->first; node; node = node->next, i++) {
        bool fine = node->kind == QH_YAML_SCALAR;
        const qh_given given = {.label = list->key, .text = node->text, .place = node->place};
        if (!fine)
            (void)WRONG(reader, node->place, "'%s' must be a single value", list->key);
        else
            fine = qh_value_store(&reader->value, &key, &given, &reach[i]);
        if (fine && has_last && known->good[reach[i]] && known->good[reach[i - 1]] &&
            rows[reach[i]].from != rows[reach[i - 1]].to)
            good = WRONG(reader, node->place, "reach '%s' does not begin where '%s' ends", rows[reach[i]].name,
                         rows[reach[i - 1]].name);
        has_last = fine;
        good = good && fine;
    }
    return good;
}

static qh_status read_route(qh_case_reader *reader, const qh_yaml *node, size_t index, qh_names *names,
                            qh_route *route) {
    const qh_key_table *table = qh_schema_find_table("routes");
    qh_given given[QH_MAX_KEYS] = {{0}};
    if (!qh_value_is_mapping(&reader->value, node, table->name)) return QH_OK;
    (void)qh_value_mapping(&reader->value, table, node, route, given);
    size_t first = 0;
    if (route->name) {
        QH_TRY(qh_names_add(names, route->name, index, &first));
        if (first != index) {
            const qh_route *before = route - (index - first);
            (void)WRONG(reader, given[qh_schema_find_key(table, "name") - table->key].place,
                        "%s '%s' stands already in line %d", qh_tr(reader->value.lang, table->row_name), route->name,
                        before->place.line);
        }
    }
    const qh_yaml *list = qh_value_child(table, node, "reaches");
    if (!list || !qh_value_is_list(&reader->value, list, list->key)) return QH_OK;
    if (list->count == 0) {
        (void)WRONG(reader, list->place, "'%s' is empty; a value is required", list->key);
        return QH_OK;
    }
    size_t *reach = qh_arena_alloc(reader->value.arena, list->count, sizeof *reach);
    if (!reach) return QH_E_NOMEM;
    (void)read_route_reaches(reader, list, reach);
    route->count = list->count;
    route->reach = reach;
    return QH_OK;
}

static qh_status read_routes(qh_case_reader *reader, const qh_yaml *list) {
    if (!list || !qh_value_is_list(&reader->value, list, list->key)) return QH_OK;
    qh_route *route = qh_arena_alloc(reader->value.arena, list->count, sizeof *route);
    if (!route) return QH_E_NOMEM;
    qh_names names = {.arena = reader->scratch};
    size_t i = 0;
    for (const qh_yaml *node = list->first; node; node = node->next, i++)
        QH_TRY(read_route(reader, node, i, &names, &route[i]));
    reader->river_case->route = route;
    reader->river_case->n_route = list->count;
    return QH_OK;
}

/* ---- cross-sections ---- */

static qh_status begin_cross_section(qh_case_reader *reader, qh_known_rows *sections, const qh_survey_point *point,
                                     qh_cross_section *section) {
    size_t first = 0;
    QH_TRY(qh_names_add(&sections->names, point->name, sections->count, &first));
    *section = (qh_cross_section){.place = point->place, .name = point->name};
    sections->good[sections->count] = true;
    if (first != sections->count) {
        const qh_cross_section *before = section - (sections->count - first);
        sections->good[sections->count] =
            WRONG(reader, point->place, "points of cross-section '%s' stand apart: others begin in line %d",
                  point->name, before->place.line);
    }
    sections->count++;
    return QH_OK;
}

static void check_cross_section(qh_case_reader *reader, qh_cross_section *section, bool *good) {
    if (*good && section->count < 3)
        *good = WRONG(reader, section->place, "cross-section '%s' has %zu points; at least 3 are needed", section->name,
                      section->count);
}

/* Rows of points become cross-sections: `known` is replaced by what holds of those. */
static qh_status gather_cross_sections(qh_case_reader *reader, qh_known_rows *known) {
    const qh_survey_point *point = (const qh_survey_point *)(const void *)known->rows;
    const size_t n_point = known->count;
    qh_cross_section *section = qh_arena_alloc(reader->value.arena, n_point, sizeof *section);
    double *offset = qh_arena_alloc(reader->value.arena, n_point, sizeof *offset);
    double *elevation = qh_arena_alloc(reader->value.arena, n_point, sizeof *elevation);
    qh_known_rows sections = {.names = {.arena = reader->scratch},
                              .complete = known->complete,
                              .rows = (char *)section,
                              .row_size = sizeof *section,
                              .good = qh_arena_alloc(reader->scratch, n_point, sizeof(bool))};
    if (!section || !offset || !elevation || !sections.good) return QH_E_NOMEM;
    qh_cross_section *current = NULL;
    for (size_t i = 0; i < n_point; i++) {
        if (!point[i].name) {
            sections.complete = false;
            continue;
        }
        offset[i] = point[i].offset;
        elevation[i] = point[i].elevation;
        if (!current || strcmp(current->name, point[i].name) != 0) {
            if (current) check_cross_section(reader, current, &sections.good[sections.count - 1]);
            current = &section[sections.count];
            QH_TRY(begin_cross_section(reader, &sections, &point[i], current));
            current->offset = &offset[i];
            current->elevation = &elevation[i];
        } else if (known->good[i] && known->good[i - 1] && offset[i] < offset[i - 1]) {
            sections.good[sections.count - 1] =
                WRONG(reader, point[i].place,
                      "cross-section '%s': offset %.10g m comes after %.10g m; offsets must not decrease",
                      current->name, offset[i], offset[i - 1]);
        }
        current->count++;
        if (!known->good[i]) sections.good[sections.count - 1] = false;
    }
    if (current) check_cross_section(reader, current, &sections.good[sections.count - 1]);
    *known = sections;
    return QH_OK;
}

/* ---- tables ---- */

/* CSV tables in the order in which they refer to one another, with where their rows stand in the case. */
typedef struct table_slot {
    const char *name;
    size_t count_offset, rows_offset;
} table_slot;

#define SLOT(table, rows)                                                                                              \
    { table, offsetof(qh_case, n_##rows), offsetof(qh_case, rows) }
static const table_slot slots[] = {
    SLOT("nodes", node),
    SLOT("cross_sections", cross_section),
    SLOT("reaches", reach),
    SLOT("kinetics", override),
    SLOT("headwaters", headwater),
    SLOT("held_levels", held_level),
    SLOT("tributaries", tributary),
    SLOT("outfalls", outfall),
    SLOT("laterals", lateral),
    SLOT("withdrawals", withdrawal),
    SLOT("transfers", transfer),
    SLOT("stations", station),
    SLOT("storage_curves", storage_curve),
    SLOT("reservoirs", reservoir),
    SLOT("structures", structure),
    SLOT("operation_rules", rule),
    SLOT("sections", section),
    SLOT("zones", zone),
};
enum { N_SLOT = sizeof slots / sizeof slots[0] };

typedef struct loaded_table {
    bool usable;
    qh_csv csv;
} loaded_table;

static qh_status load_table(qh_case_reader *reader, const qh_key_table *table, loaded_table *loaded) {
    qh_known_rows *known = qh_case_known(reader, table);
    const qh_place whole = {table->file, 0, 0};
    known->complete = true;
    if (!is_there(reader, table->file)) {
        if (table->required) known->complete = WRONG(reader, whole, "the table is missing; a case needs it");
        return QH_OK;
    }
    known->complete = false;
    qh_text_file text;
    qh_status status = qh_case_read_file(reader, table->file, &text);
    if (status == QH_OK) status = qh_csv_parse(reader->scratch, &text, reader->diag, &loaded->csv);
    if (status != QH_OK) return status == QH_E_NOMEM ? status : QH_OK;
    if (loaded->csv.n_record == 0) {
        (void)WRONG(reader, whole, "the table is empty; a header was expected");
        return QH_OK;
    }
    loaded->usable = true;
    if (table->required && loaded->csv.n_record == 1 && !loaded->csv.faulty)
        loaded->csv.faulty = !WRONG(reader, whole, "the table has no rows");
    return QH_OK;
}

static size_t rows_of(const loaded_table *loaded) { return loaded->usable ? loaded->csv.n_record - 1 : 0; }

static qh_status read_table(qh_case_reader *reader, const table_slot *slot, const loaded_table *loaded, size_t extra) {
    const qh_key_table *table = qh_schema_find_table(slot->name);
    qh_known_rows *known = qh_case_known(reader, table);
    if (loaded->usable) {
        QH_TRY(qh_case_read_table(reader, table, &loaded->csv, extra, qh_case_row_check(table)));
    } else if (extra > 0) {
        known->row_size = table->row_size;
        known->rows = qh_arena_alloc(reader->value.arena, extra, table->row_size);
        known->good = qh_arena_alloc(reader->scratch, extra, sizeof *known->good);
        if (!known->rows || !known->good) return QH_E_NOMEM;
    }
    if (strcmp(slot->name, "cross_sections") == 0) QH_TRY(gather_cross_sections(reader, known));
    if (strcmp(slot->name, "storage_curves") == 0) QH_TRY(qh_case_gather_storage_curves(reader, known));
    return QH_OK;
}

static qh_status read_tables(qh_case_reader *reader) {
    loaded_table *loaded = qh_arena_alloc(reader->scratch, N_SLOT, sizeof *loaded);
    if (!loaded) return QH_E_NOMEM;
    size_t n_reach_row = 0;
    for (size_t i = 0; i < N_SLOT; i++) {
        QH_TRY(load_table(reader, qh_schema_find_table(slots[i].name), &loaded[i]));
        if (strcmp(slots[i].name, "reaches") == 0) n_reach_row = rows_of(&loaded[i]);
    }
    for (size_t i = 0; i < N_SLOT; i++) {
        const bool is_nodes = strcmp(slots[i].name, "nodes") == 0;
        reader->nodes_open = strcmp(slots[i].name, "reaches") == 0;
        QH_TRY(read_table(reader, &slots[i], &loaded[i], is_nodes ? 2 * n_reach_row : 0));
        /* Where reaches could not all be read, not all nodes are known either. */
        if (reader->nodes_open && !qh_case_known(reader, qh_schema_find_table("reaches"))->complete)
            qh_case_known(reader, qh_schema_find_table("nodes"))->complete = false;
    }
    reader->nodes_open = false;
    for (size_t i = 0; i < N_SLOT; i++) {
        const qh_known_rows *known = qh_case_known(reader, qh_schema_find_table(slots[i].name));
        const void *rows = known->rows;
        memcpy((char *)reader->river_case + slots[i].count_offset, &known->count, sizeof known->count);
        memcpy((char *)reader->river_case + slots[i].rows_offset, &rows, sizeof rows);
    }
    return QH_OK;
}

/* ---- files nobody reads ---- */

static bool was_read(const qh_case_reader *reader, const char *name) {
    for (size_t i = 0; i < reader->n_file; i++) {
        if (strcmp(reader->file[i].name, name) == 0) return true;
    }
    for (size_t i = 0; i < N_SLOT; i++) {
        if (strcmp(qh_schema_find_table(slots[i].name)->file, name) == 0) return true;
    }
    return false;
}

/* A table under a mistyped name would be left out without a word. */
static void check_stray_table(qh_case_reader *reader, const char *name) {
    const size_t length = strlen(name);
    if (length < 5 || strcmp(name + length - 4, ".csv") != 0 || was_read(reader, name)) return;
    qh_nearest nearest = qh_nearest_begin(name);
    for (size_t i = 0; i < N_SLOT; i++)
        qh_nearest_offer(&nearest, qh_schema_find_table(slots[i].name)->file);
    const char *copy = qh_arena_strdup(reader->scratch, name);
    const qh_place whole = {copy, 0, 0};
    if (nearest.best[0])
        (void)WRONG(reader, whole, "no table of this name is known; did you mean %s?", nearest.best);
    else
        qh_diag_add(reader->diag, QH_WARNING, whole, "no table of this name is known; the file is not read");
}

static void check_stray_tables(qh_case_reader *reader) {
    DIR *folder = opendir(reader->folder);
    if (!folder) return;
    for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder))
        check_stray_table(reader, entry->d_name);
    (void)closedir(folder);
}

/* ---- the whole ---- */

static qh_status check_folder(const char *folder, qh_diag *diag) {
    struct stat info;
    char reason[128];
    QH_CHECK(stat(folder, &info) == 0, QH_E_IO, diag, QH_NOWHERE, "the case folder '%s' cannot be read: %s", folder,
             qh_errno_text(errno, diag, sizeof reason, reason));
    QH_CHECK(S_ISDIR(info.st_mode), QH_E_IO, diag, QH_NOWHERE,
             "'%s' is a file; the folder that holds case.yaml was expected", folder);
    return QH_OK;
}

/* Lists whose entries lie in the tree of case.yaml. */
typedef struct yaml_lists {
    const qh_yaml *constituents, *series, *routes;
} yaml_lists;

/* The settings as one more file of the case, "--set", a line each: with it the files of a store tell the whole case. */
static qh_status keep_settings(qh_case_reader *reader, size_t n_setting, const qh_setting *settings) {
    const char *text = "";
    for (size_t i = 0; text && i < n_setting; i++)
        text = qh_arena_printf(reader->value.arena, "%s%s=%s\n", text, settings[i].key, settings[i].value);
    if (!text) return QH_E_NOMEM;
    if (n_setting == 0) return QH_OK;
    const qh_text_file file = {.name = QH_SETTINGS_FILE, .text = text, .size = strlen(text), .encoding = "UTF-8"};
    return qh_case_keep_file(reader, &file);
}

/* case.yaml with the settings on top; `lists` stays empty when it is no YAML. */
static qh_status read_case_yaml(qh_case_reader *reader, size_t n_setting, const qh_setting *settings,
                                yaml_lists *lists) {
    qh_text_file text;
    QH_TRY(qh_case_read_file(reader, "case.yaml", &text));
    const qh_key_table *table = qh_schema_find_table("");
    qh_yaml *root = NULL;
    const qh_status status = qh_yaml_parse(reader->scratch, &text, reader->diag, NULL, &root);
    if (status != QH_OK) return status == QH_E_NOMEM ? status : QH_OK;
    if (!qh_value_is_mapping(&reader->value, root, "case.yaml")) return QH_OK;
    for (size_t i = 0; i < n_setting; i++)
        QH_TRY(qh_case_apply_setting(reader, root, i, settings[i].key, settings[i].value));
    QH_TRY(keep_settings(reader, n_setting, settings));
    (void)qh_value_mapping(&reader->value, table, root, reader->river_case, NULL);
    lists->constituents = qh_value_child(table, root, "constituents");
    lists->series = qh_value_child(table, root, "series");
    lists->routes = qh_value_child(table, root, "routes");
    return QH_OK;
}

static qh_status read_all(qh_case_reader *reader, size_t n_setting, const qh_setting *settings) {
    yaml_lists lists = {NULL, NULL, NULL};
    const qh_status status = read_case_yaml(reader, n_setting, settings, &lists);
    /* A case.yaml that is there but no text does not hide what is wrong with the tables. */
    if (status != QH_OK && status != QH_E_INPUT) return status;
    QH_TRY(qh_case_read_constituents(reader, lists.constituents));
    QH_TRY(qh_case_read_series(reader, lists.series));
    /* Without case.yaml nobody can say which series there are. */
    if (!reader->river_case->name) qh_case_known(reader, qh_schema_find_table("series"))->complete = false;
    qh_case_follow_run(reader);
    QH_TRY(read_tables(reader));
    QH_TRY(read_routes(reader, lists.routes));
    qh_case_check_whole(reader);
    check_stray_tables(reader);
    return reader->value.out_of_memory ? QH_E_NOMEM : QH_OK;
}

static qh_status read_into(qh_arena *arena, qh_arena *scratch, const char *folder, size_t n_setting,
                           const qh_setting *settings, qh_diag *diag, qh_case **river_case) {
    qh_case_reader *reader = qh_arena_alloc(scratch, 1, sizeof *reader);
    qh_case *made = qh_arena_alloc(arena, 1, sizeof *made);
    if (!reader || !made) return QH_E_NOMEM;
    const size_t errors_before = qh_diag_count(diag, QH_ERROR);
    made->arena = arena;
    made->folder = qh_arena_strdup(arena, folder);
    made->run.start = "";
    if (!made->folder) return QH_E_NOMEM;
    *reader = (qh_case_reader){.scratch = scratch, .diag = diag, .folder = made->folder, .river_case = made};
    reader->value = (qh_value_reader){.arena = arena,
                                      .diag = diag,
                                      .lang = qh_diag_lang(diag),
                                      .suggestions = QH_MAX_SUGGESTIONS,
                                      .find = find_row,
                                      .row = row_address,
                                      .mapped = mapping_read,
                                      .design = qh_case_read_design,
                                      .self = reader};
    for (size_t i = 0; i < QH_MAX_TABLES; i++)
        reader->known[i].names.arena = scratch;
    QH_TRY(read_all(reader, n_setting, settings));
    if (qh_diag_count(diag, QH_ERROR) > errors_before) return QH_E_INPUT;
    made->file = reader->file;
    made->n_file = reader->n_file;
    *river_case = made;
    return QH_OK;
}

qh_status qh_case_read(const char *folder, size_t n_setting, const qh_setting *setting, qh_diag *diag,
                       qh_case **river_case) {
    qh_diag *own = diag ? NULL : qh_diag_create(QH_EN); /* errors are counted there, so there must be one */
    qh_diag *used = diag ? diag : own;
    if (!used) return QH_E_NOMEM;
    qh_status status = check_folder(folder, used);
    if (status == QH_OK) {
        qh_arena *arena = qh_arena_create();
        qh_arena *scratch = qh_arena_create();
        status =
            arena && scratch ? read_into(arena, scratch, folder, n_setting, setting, used, river_case) : QH_E_NOMEM;
        if (scratch) qh_arena_destroy(scratch);
        if (arena && status != QH_OK) qh_arena_destroy(arena);
    }
    qh_diag_destroy(own);
    return status;
}
