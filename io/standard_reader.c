/* Reading a water quality standard.
 *
 * A standard is one YAML file: data with its clauses, never code. Those that ship lie in scenarios/standards/ and are
 * embedded at build time; a user's own file has the same form:
 *
 *     code: GB3838-2002             # what `standard:` in a case and `--standard` say
 *     title: {en: Environmental quality standards for surface water, zh: 地表水环境质量标准}
 *     source: GB 3838-2002          # the document, as it is cited
 *     classes: [Ⅰ, Ⅱ, Ⅲ, Ⅳ, Ⅴ]      # best first, at most 8
 *     exceedance:                   # the base of the national multiple of exceedance (C - base)/base
 *       base_class: 3
 *       clause: 环办〔2011〕22号
 *       confidence: M+              # V, V2, M+, M~, M-: how sure the text is
 *     grading: ...                  # of sections and rivers; may be left out; see scenarios/standards/gb3838-2002.yaml
 *     items:
 *       - code: COD                 # unique; what `item:` of a constituent says
 *         title: {en: chemical oxygen demand, zh: 化学需氧量}
 *         unit: mg/L                # of the limits below, as the standard writes it; "-" for a pure number (pH)
 *         sense: max                # max: at most the limit; min: at least (dissolved oxygen); range: between (pH)
 *         limits: [15, 15, 20, 30, 40]   # one a class, from the best class to the worst
 *         limits_high: [9, 9, 9, 9, 9]   # upper ends, with sense: range only (limits are the lower ends then)
 *         evaluated: yes            # counts in the class of a section; yes when left out
 *         toxic: no                 # named first among the main pollution items when exceeded; no when left out
 *         clause: GB 3838-2002, Table 1, item 5
 *         confidence: V
 *
 * The keys with their checks stand in io/schema.c. Limits of `max` must not fall and limits of `min` must not rise from
 * class to class: a slip of the pen in a standard would pass for law. */
#include "io/standard_reader.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "io/standard_internal.h"
#include "io/value_internal.h"
#include "model/embedded.h"

typedef struct standard_reader {
    qh_value_reader value;
    qh_standard *standard;
    qh_names items;
} standard_reader;

#define WRONG(s, place, ...) (qh_diag_add((s)->value.diag, QH_ERROR, (place), __VA_ARGS__), false)

/* ---- lists ---- */

/* Numbers of a list into value [most]; false when something was wrong. */
static bool read_numbers(standard_reader *s, const qh_yaml *node, size_t most, double *value, size_t *count) {
    if (!qh_value_is_list(&s->value, node, node->key)) return false;
    static const qh_key key = {.kind = QH_KEY_NUMBER, .dimension = QH_DIM_NONE};
    bool good = true;
    size_t n = 0;
    for (const qh_yaml *entry = node->first; entry; entry = entry->next, n++) {
        if (n == most) return WRONG(s, entry->place, "'%s' has more than %zu values", node->key, most);
        if (entry->kind != QH_YAML_SCALAR) {
            good = WRONG(s, entry->place, "'%s' must be a single value", node->key);
            continue;
        }
        const qh_given given = {.label = node->key, .text = entry->text, .place = entry->place};
        good = qh_value_number(&s->value, &key, &given, &value[n]) && good;
    }
    *count = n;
    return good;
}

static bool read_classes(standard_reader *s, const qh_yaml *node) {
    if (!qh_value_is_list(&s->value, node, node->key)) return false;
    qh_standard *standard = s->standard;
    if (node->count == 0 || node->count > QH_MAX_CLASSES)
        return WRONG(s, node->place, "'%s' has %zu entries; from 1 to %d are allowed", node->key, node->count,
                     QH_MAX_CLASSES);
    for (const qh_yaml *entry = node->first; entry; entry = entry->next) {
        if (entry->kind != QH_YAML_SCALAR || entry->text[0] == '\0')
            return WRONG(s, entry->place, "'%s' must be a single value", node->key);
        const char *name = qh_arena_strdup(s->value.arena, entry->text);
        if (!name) s->value.out_of_memory = true;
        standard->class_name[standard->n_class++] = name;
    }
    return true;
}

/* ---- items ---- */

static const qh_unit *unit_of(standard_reader *s, const qh_standard_item *item, qh_place place) {
    const qh_unit *unit = qh_unit_find(item->unit, QH_DIM_CONCENTRATION);
    if (!unit)
        (void)WRONG(s, place, "'%s' has the unknown unit '%s'; units of %s are %s", item->code, item->unit,
                    qh_tr(s->value.lang, qh_dimension_name(QH_DIM_CONCENTRATION)), "mg/L, ug/L, -, degC, 1/L");
    return unit;
}

static bool check_order(standard_reader *s, const qh_standard_item *item, const double *limit, size_t count,
                        qh_place place) {
    for (size_t i = 1; i < count; i++) {
        if (item->sense == QH_LIMIT_MAX && limit[i] < limit[i - 1])
            return WRONG(s, place, "limits of '%s' fall from %.6g to %.6g; a worse class cannot be stricter",
                         item->code, limit[i - 1], limit[i]);
        if (item->sense == QH_LIMIT_MIN && limit[i] > limit[i - 1])
            return WRONG(s, place, "limits of '%s' rise from %.6g to %.6g; a worse class cannot be stricter",
                         item->code, limit[i - 1], limit[i]);
    }
    return true;
}

/* One list of limits, one a class, into inner units. */
static bool read_limits(standard_reader *s, const qh_standard_item *item, const qh_yaml *node, double *limit) {
    double written[QH_MAX_CLASSES] = {0.0};
    size_t count = 0;
    if (!read_numbers(s, node, QH_MAX_CLASSES, written, &count)) return false;
    if (s->standard->n_class == 0) return false; /* reported */
    if (count != s->standard->n_class)
        return WRONG(s, node->place, "'%s' of '%s' has %zu values, there are %zu classes", node->key, item->code, count,
                     s->standard->n_class);
    if (!check_order(s, item, written, count, node->place)) return false;
    for (size_t i = 0; i < count; i++)
        limit[i] = item->factor * written[i];
    return true;
}

static bool read_high_limits(standard_reader *s, qh_standard_item *item, const qh_yaml *node, const qh_yaml *high) {
    if (item->sense != QH_LIMIT_RANGE)
        return high ? WRONG(s, high->place, "'%s' goes with `sense: range` only", high->key) : true;
    if (!high) return WRONG(s, node->place, "'%s' is missing: `sense: range` needs it", "limits_high");
    if (!read_limits(s, item, high, item->limit_high)) return false;
    for (size_t i = 0; i < s->standard->n_class; i++) {
        if (item->limit[i] > item->limit_high[i])
            return WRONG(s, high->place, "'%s' of '%s' is below its lower limit", high->key, item->code);
    }
    return true;
}

/* All limits of an item whose other keys may be wrong: what can be checked is checked all the same. */
static void read_item_limits(standard_reader *s, const qh_yaml *node, bool good, qh_standard_item *item) {
    const qh_key_table *table = qh_schema_find_table("standard.items");
    const qh_yaml *limits = qh_value_child(table, node, "limits");
    const qh_yaml *high = qh_value_child(table, node, "limits_high");
    const qh_unit *unit = item->unit ? unit_of(s, item, node->place) : NULL;
    item->factor = unit ? unit->factor : 1.0;
    if (limits && read_limits(s, item, limits, item->limit) && good) (void)read_high_limits(s, item, node, high);
}

static qh_status read_item(standard_reader *s, const qh_yaml *node, size_t index, qh_standard_item *item) {
    const qh_key_table *table = qh_schema_find_table("standard.items");
    if (!qh_value_is_mapping(&s->value, node, table->name)) return QH_OK;
    const bool good = qh_value_mapping(&s->value, table, node, item, NULL);
    size_t first = index;
    if (item->code)
        QH_TRY(qh_names_add(&s->items, item->code, index, &first));
    else
        item->code = "";
    if (first != index)
        (void)WRONG(s, node->place, "%s '%s' stands already in line %d", qh_tr(s->value.lang, table->row_name),
                    item->code, s->standard->item[first].place.line);
    read_item_limits(s, node, good, item);
    return QH_OK;
}

static qh_status read_items(standard_reader *s, const qh_yaml *list) {
    if (!qh_value_is_list(&s->value, list, list->key)) return QH_OK;
    qh_standard_item *item = qh_arena_alloc(s->value.arena, list->count, sizeof *item);
    if (!item) return QH_E_NOMEM;
    s->standard->item = item;
    s->standard->n_item = list->count;
    size_t i = 0;
    for (const qh_yaml *node = list->first; node; node = node->next, i++)
        QH_TRY(read_item(s, node, i, &item[i]));
    return QH_OK;
}

/* ---- grading ---- */

static void read_grades(standard_reader *s, const qh_yaml *list) {
    const qh_key_table *table = qh_schema_find_table("standard.grading.grades");
    qh_grading *grading = &s->standard->grading;
    if (!qh_value_is_list(&s->value, list, list->key)) return;
    for (const qh_yaml *node = list->first; node; node = node->next) {
        if (grading->n_grade == QH_MAX_GRADES) {
            (void)WRONG(s, node->place, "'%s' has more than %d entries", list->key, QH_MAX_GRADES);
            return;
        }
        qh_grade *grade = &grading->grade[grading->n_grade];
        *grade = (qh_grade){.good_from = 0.0, .worst_below = INFINITY};
        if (qh_value_is_mapping(&s->value, node, list->key))
            (void)qh_value_mapping(&s->value, table, node, grade, NULL);
        grading->n_grade++;
    }
}

static void read_class_grades(standard_reader *s, const qh_yaml *section) {
    const qh_yaml *node = qh_value_child(qh_schema_find_table("standard.grading.class_grade"), section, "grades");
    qh_grading *grading = &s->standard->grading;
    double written[QH_MAX_CLASSES + 1] = {0.0};
    size_t count = 0;
    if (!node || !read_numbers(s, node, QH_MAX_CLASSES + 1, written, &count)) return;
    if (count != s->standard->n_class + 1) {
        (void)WRONG(s, node->place, "'%s' has %zu values; one a class and one for worse than the last are %zu",
                    node->key, count, s->standard->n_class + 1);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (written[i] < 1.0 || written[i] > (double)grading->n_grade || written[i] != floor(written[i])) {
            (void)WRONG(s, node->place, "'%s' names grade %g; there are %zu, counted from 1", node->key, written[i],
                        grading->n_grade);
            return;
        }
        grading->class_grade[i] = (size_t)written[i] - 1;
    }
}

static void read_grading(standard_reader *s, const qh_yaml *node) {
    const qh_key_table *table = qh_schema_find_table("standard.grading");
    const qh_yaml *grades = qh_value_child(table, node, "grades");
    const qh_yaml *class_grade = qh_value_child(table, node, "class_grade");
    if (grades) read_grades(s, grades);
    if (class_grade) read_class_grades(s, class_grade);
    if (s->standard->grading.good_class > (int)s->standard->n_class)
        (void)WRONG(s, node->place, "'%s' is %d, but there are only %zu classes", "good_class",
                    s->standard->grading.good_class, s->standard->n_class);
}

/* ---- the whole ---- */

static qh_status read_standard(standard_reader *s, const qh_yaml *root) {
    const qh_key_table *table = qh_schema_find_table("standard");
    if (!qh_value_is_mapping(&s->value, root, "standard")) return QH_OK;
    (void)qh_value_mapping(&s->value, table, root, s->standard, NULL);
    const qh_yaml *classes = qh_value_child(table, root, "classes");
    if (classes && !read_classes(s, classes)) s->standard->n_class = 0;
    const qh_yaml *items = qh_value_child(table, root, "items");
    if (items) QH_TRY(read_items(s, items));
    const qh_yaml *grading = qh_value_child(table, root, "grading");
    if (grading) read_grading(s, grading);
    if (s->standard->n_class > 0 && s->standard->exceedance_base_class > (int)s->standard->n_class)
        (void)WRONG(s, root->place, "'%s' is %d, but there are only %zu classes", "base_class",
                    s->standard->exceedance_base_class, s->standard->n_class);
    return s->value.out_of_memory ? QH_E_NOMEM : QH_OK;
}

static qh_status parse_into(qh_arena *arena, const qh_text_file *file, qh_diag *diag, qh_standard **standard) {
    const size_t errors_before = qh_diag_count(diag, QH_ERROR);
    bool sound = true;
    qh_yaml *root = NULL;
    QH_TRY(qh_yaml_parse(arena, file, diag, &sound, &root));
    qh_standard *made = qh_arena_alloc(arena, 1, sizeof *made);
    if (!made) return QH_E_NOMEM;
    made->arena = arena;
    standard_reader s = {.value = {.arena = arena, .diag = diag, .lang = qh_diag_lang(diag), .suggestions = 100},
                         .standard = made,
                         .items = {.arena = arena}};
    s.value.self = &s;
    QH_TRY(read_standard(&s, root));
    if (!sound || qh_diag_count(diag, QH_ERROR) > errors_before) return QH_E_INPUT;
    *standard = made;
    return QH_OK;
}

/* A message collector of our own where the caller has none: errors must count. */
static qh_status with_diag(qh_diag *diag, qh_diag **used) {
    *used = diag ? diag : qh_diag_create(QH_EN);
    return *used ? QH_OK : QH_E_NOMEM;
}

qh_status qh_standard_parse(const char *name, size_t size, const char *bytes, qh_diag *diag, qh_standard **standard) {
    qh_arena *arena = qh_arena_create();
    if (!arena) return QH_E_NOMEM;
    qh_diag *used = NULL;
    qh_status status = with_diag(diag, &used);
    const char *label = qh_arena_strdup(arena, name);
    if (status == QH_OK && !label) status = QH_E_NOMEM;
    qh_text_file file;
    if (status == QH_OK) status = qh_text_decode(arena, size, bytes, label, used, &file);
    if (status == QH_OK) status = parse_into(arena, &file, used, standard);
    if (used != diag) qh_diag_destroy(used);
    if (status != QH_OK) qh_arena_destroy(arena);
    return status;
}

static const qh_embedded *find_embedded(const char *code) {
    for (const qh_embedded *e = qh_embedded_standards; e->name; e++) {
        size_t i = 0;
        while (code[i] && tolower((unsigned char)code[i]) == e->name[i])
            i++;
        if (code[i] == '\0' && strcmp(e->name + i, ".yaml") == 0) return e;
    }
    return NULL;
}

bool qh_standard_ships(const char *code) { return find_embedded(code) != NULL; }

void qh_standard_offer(qh_nearest *nearest) {
    for (const qh_embedded *e = qh_embedded_standards; e->name; e++) {
        char code[QH_NEAREST_LENGTH];
        const size_t length = strlen(e->name);
        if (length < 5 || length >= sizeof code) continue;
        for (size_t i = 0; i < length; i++)
            code[i] = (char)toupper((unsigned char)e->name[i]);
        code[length - 5] = '\0'; /* .yaml */
        qh_nearest_offer(nearest, code);
    }
}

static qh_status read_path(const char *path, qh_diag *diag, qh_standard **standard) {
    qh_arena *arena = qh_arena_create();
    if (!arena) return QH_E_NOMEM;
    qh_text_file file;
    qh_status status = qh_text_file_read(arena, path, path, diag, &file);
    if (status == QH_OK) status = qh_standard_parse(path, file.size, file.text, diag, standard);
    qh_arena_destroy(arena);
    return status;
}

qh_status qh_standard_read(const char *name, qh_diag *diag, qh_standard **standard) {
    const qh_embedded *shipped = find_embedded(name);
    if (shipped) return qh_standard_parse(shipped->name, shipped->size, shipped->text, diag, standard);
    struct stat info;
    if (stat(name, &info) == 0) return read_path(name, diag, standard);
    qh_nearest nearest = qh_nearest_begin(name);
    qh_standard_offer(&nearest);
    if (nearest.best[0])
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "there is no standard '%s'; did you mean '%s'?", name, nearest.best);
    else
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "there is no standard '%s', and no file of that name", name);
    return QH_E_IO;
}
