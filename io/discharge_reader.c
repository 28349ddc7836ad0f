#include "io/discharge_reader.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "io/discharge_internal.h"
#include "io/value_internal.h"
#include "model/embedded.h"

typedef struct discharge_reader {
    qh_value_reader value;
    qh_discharge_standard *standard;
    qh_names items;
} discharge_reader;

#define WRONG(s, place, ...) (qh_diag_add((s)->value.diag, QH_ERROR, (place), __VA_ARGS__), false)

/* ---- lists ---- */

static bool read_grades(discharge_reader *s, const qh_yaml *node, const char **name, size_t *count) {
    if (!qh_value_is_list(&s->value, node, node->key)) return false;
    if (node->count == 0 || node->count > QH_MAX_DISCHARGE_GRADES)
        return WRONG(s, node->place, "'%s' has %zu entries; from 1 to %d are allowed", node->key, node->count,
                     QH_MAX_DISCHARGE_GRADES);
    size_t n = 0;
    for (const qh_yaml *entry = node->first; entry; entry = entry->next, n++) {
        if (entry->kind != QH_YAML_SCALAR || entry->text[0] == '\0')
            return WRONG(s, entry->place, "'%s' must be a single value", node->key);
        name[n] = qh_arena_strdup(s->value.arena, entry->text);
        if (!name[n]) s->value.out_of_memory = true;
    }
    *count = n;
    return !s->value.out_of_memory;
}

static void read_all_grades(discharge_reader *s, const qh_key_table *table, const qh_yaml *root) {
    const qh_yaml *grades = qh_value_child(table, root, "grades"), *zh = qh_value_child(table, root, "grades_zh");
    qh_discharge_standard *standard = s->standard;
    size_t n = 0, n_zh = 0;
    if (!grades || !read_grades(s, grades, standard->grade, &n)) return;
    if (!zh || !read_grades(s, zh, standard->grade_zh, &n_zh)) return;
    if (n != n_zh)
        (void)WRONG(s, zh->place, "'%s' has %zu values, there are %zu grades", zh->key, n_zh, n);
    else
        standard->n_grade = n;
}

/* One limit a grade; "-" where a grade sets none. */
static bool read_limits(discharge_reader *s, const qh_yaml *node, double factor, qh_optional *limit) {
    static const qh_key key = {.kind = QH_KEY_NUMBER, .dimension = QH_DIM_NONE, .range = {0.0, HUGE_VAL, true}};
    const size_t n_grade = s->standard->n_grade;
    if (!qh_value_is_list(&s->value, node, node->key) || n_grade == 0) return false;
    if (node->count != n_grade)
        return WRONG(s, node->place, "'%s' has %zu values, there are %zu grades", node->key, node->count, n_grade);
    bool good = true;
    size_t i = 0;
    for (const qh_yaml *entry = node->first; entry; entry = entry->next, i++) {
        if (entry->kind != QH_YAML_SCALAR) {
            good = WRONG(s, entry->place, "'%s' must be a single value", node->key);
            continue;
        }
        if (strcmp(entry->text, "-") == 0) continue;
        const qh_given given = {.label = node->key, .text = entry->text, .place = entry->place};
        double written = 0.0;
        if (qh_value_number(&s->value, &key, &given, &written))
            limit[i] = (qh_optional){true, factor * written};
        else
            good = false;
    }
    return good;
}

/* ---- items ---- */

static void read_item_limits(discharge_reader *s, const qh_yaml *node, const qh_given *given, qh_discharge_item *item) {
    const qh_key_table *table = qh_schema_find_table("discharge.items");
    const qh_yaml *limits = qh_value_child(table, node, "limits"), *cold = qh_value_child(table, node, "limits_cold");
    const qh_given *until = &given[qh_schema_find_key(table, "cold_until") - table->key];
    const qh_unit *unit =
        item->unit ? qh_value_unit(&s->value, "unit", item->unit, QH_DIM_CONCENTRATION, node->place) : NULL;
    const double factor = unit ? unit->factor : 1.0;
    if (limits) (void)read_limits(s, limits, factor, item->limit);
    if (cold) item->has_cold = read_limits(s, cold, factor, item->cold_limit);
    if (cold && !until->text && !until->unusable)
        (void)WRONG(s, cold->place, "'%s' and '%s' go together", "limits_cold", "cold_until");
    if (!cold && until->text) (void)WRONG(s, until->place, "'%s' and '%s' go together", "limits_cold", "cold_until");
}

static qh_status read_item(discharge_reader *s, const qh_yaml *node, size_t index, qh_discharge_item *item) {
    enum { MOST_KEYS = 16 };
    const qh_key_table *table = qh_schema_find_table("discharge.items");
    qh_given given[MOST_KEYS] = {{0}};
    item->code = "";
    if (!qh_value_is_mapping(&s->value, node, table->name)) return QH_OK;
    (void)qh_value_mapping(&s->value, table, node, item, given);
    size_t first = index;
    QH_TRY(qh_names_add(&s->items, item->code, index, &first));
    if (first != index)
        (void)WRONG(s, node->place, "%s '%s' stands already in line %d", qh_tr(s->value.lang, table->row_name),
                    item->code, s->standard->item[first].place.line);
    read_item_limits(s, node, given, item);
    return QH_OK;
}

static qh_status read_items(discharge_reader *s, const qh_yaml *list) {
    if (!qh_value_is_list(&s->value, list, list->key)) return QH_OK;
    qh_discharge_item *item = qh_arena_alloc(s->value.arena, list->count, sizeof *item);
    if (!item) return QH_E_NOMEM;
    s->standard->item = item;
    s->standard->n_item = list->count;
    size_t i = 0;
    for (const qh_yaml *node = list->first; node; node = node->next, i++)
        QH_TRY(read_item(s, node, i, &item[i]));
    return QH_OK;
}

/* ---- the whole ---- */

static qh_status read_standard(discharge_reader *s, const qh_yaml *root) {
    const qh_key_table *table = qh_schema_find_table("discharge");
    if (!qh_value_is_mapping(&s->value, root, table->name)) return QH_OK;
    (void)qh_value_mapping(&s->value, table, root, s->standard, NULL);
    read_all_grades(s, table, root);
    const qh_yaml *items = qh_value_child(table, root, "items");
    if (items) QH_TRY(read_items(s, items));
    return s->value.out_of_memory ? QH_E_NOMEM : QH_OK;
}

static qh_status parse_into(qh_arena *arena, const qh_text_file *file, qh_diag *diag,
                            qh_discharge_standard **standard) {
    const size_t errors_before = qh_diag_count(diag, QH_ERROR);
    bool sound = true;
    qh_yaml *root = NULL;
    QH_TRY(qh_yaml_parse(arena, file, diag, &sound, &root));
    qh_discharge_standard *made = qh_arena_alloc(arena, 1, sizeof *made);
    if (!made) return QH_E_NOMEM;
    made->arena = arena;
    discharge_reader s = {.value = {.arena = arena, .diag = diag, .lang = qh_diag_lang(diag), .suggestions = 100},
                          .standard = made,
                          .items = {.arena = arena}};
    s.value.self = &s;
    QH_TRY(read_standard(&s, root));
    if (!sound || qh_diag_count(diag, QH_ERROR) > errors_before) return QH_E_INPUT;
    *standard = made;
    return QH_OK;
}

qh_status qh_discharge_parse(const char *name, size_t size, const char *bytes, qh_diag *diag,
                             qh_discharge_standard **standard) {
    qh_arena *arena = qh_arena_create();
    if (!arena) return QH_E_NOMEM;
    qh_diag *used = diag ? diag : qh_diag_create(QH_EN); /* errors must count */
    const char *label = qh_arena_strdup(arena, name);
    qh_status status = used && label ? QH_OK : QH_E_NOMEM;
    qh_text_file file;
    if (status == QH_OK) status = qh_text_decode(arena, size, bytes, label, used, &file);
    if (status == QH_OK) status = parse_into(arena, &file, used, standard);
    if (used != diag) qh_diag_destroy(used);
    if (status != QH_OK) qh_arena_destroy(arena);
    return status;
}

/* GB18918-2002 is gb18918-2002.yaml; DB51/2311-2016 is db51-2311-2016.yaml. */
static bool is_file_of(const char *file, const char *code) {
    size_t i = 0;
    for (; code[i]; i++) {
        char c = code[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        if (c == '/') c = '-';
        if (c != file[i]) return false;
    }
    return strcmp(file + i, ".yaml") == 0;
}

qh_status qh_discharge_shipped(size_t index, qh_diag *diag, qh_discharge_standard **standard) {
    for (size_t i = 0; i <= index; i++) {
        if (!qh_embedded_discharge[i].name) return QH_E_USAGE;
    }
    const qh_embedded *e = &qh_embedded_discharge[index];
    return qh_discharge_parse(e->name, e->size, e->text, diag, standard);
}

bool qh_discharge_ships(const char *code) {
    for (const qh_embedded *e = qh_embedded_discharge; e->name; e++) {
        if (is_file_of(e->name, code)) return true;
    }
    return false;
}

void qh_discharge_offer(qh_nearest *nearest) {
    qh_discharge_standard *standard = NULL;
    for (size_t i = 0; qh_discharge_shipped(i, NULL, &standard) == QH_OK; i++) {
        qh_nearest_offer(nearest, standard->code);
        qh_discharge_standard_destroy(standard);
    }
}

qh_status qh_discharge_read(const char *name, qh_diag *diag, qh_discharge_standard **standard) {
    for (const qh_embedded *e = qh_embedded_discharge; e->name; e++) {
        if (is_file_of(e->name, name)) return qh_discharge_parse(e->name, e->size, e->text, diag, standard);
    }
    struct stat info;
    if (stat(name, &info) != 0) return QH_E_IO;
    qh_arena *arena = qh_arena_create();
    if (!arena) return QH_E_NOMEM;
    qh_text_file file;
    qh_status status = qh_text_file_read(arena, name, name, diag, &file);
    if (status == QH_E_IO) status = QH_E_INPUT; /* it is there, and what is wrong with it has been said */
    if (status == QH_OK) status = qh_discharge_parse(name, file.size, file.text, diag, standard);
    qh_arena_destroy(arena);
    return status;
}
