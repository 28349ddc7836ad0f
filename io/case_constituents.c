/* The constituents of case.yaml: their rows, and what must hold between them.
 *
 * A constituent may become another that stands further down, so the names are collected before the rows are read. What
 * decays must end somewhere: products that come back to where they began have no order in which to be solved, and no river
 * does that. Oxygen is one constituent at most, it becomes nothing, and nothing else is reaerated. */
#include <string.h>

#include "io/case_internal.h"
#include "io/number_internal.h"

#define WRONG(reader, place, ...) (qh_diag_add((reader)->diag, QH_ERROR, (place), __VA_ARGS__), false)

static const qh_key_table *table_of_constituents(void) { return qh_schema_find_table("constituents"); }

/* ---- names ---- */

static bool check_constituent_name(qh_case_reader *reader, const qh_constituent *c, qh_place place) {
    const qh_key_table *table = NULL;
    for (size_t i = 0; (table = qh_schema_table(i)); i++) {
        if (table->input_offset == QH_NOT_STORED || !qh_schema_find_key(table, c->name)) continue;
        return WRONG(reader, place, "a constituent cannot be called '%s': that is a column of %s", c->name,
                     table->file);
    }
    if (c->name[0] == '#' || strpbrk(c->name, "[]/") || strstr(c->name, "［") || strstr(c->name, "］"))
        return WRONG(reader, place, "a constituent cannot be called '%s': # [ ] and / have other meanings", c->name);
    return true;
}

static qh_status add_names(qh_case_reader *reader, qh_known_rows *known, const qh_yaml *list) {
    size_t i = 0;
    for (const qh_yaml *node = list->first; node; node = node->next, i++) {
        const qh_yaml *name = qh_value_child(table_of_constituents(), node, "name");
        const bool is_text = name && name->kind == QH_YAML_SCALAR && !qh_yaml_is_null(name);
        size_t length = is_text ? strlen(name->text) : 0, first = 0;
        const char *trimmed = is_text ? qh_trim(name->text, &length) : "";
        if (length == 0) { /* will be reported with its row */
            known->complete = false;
            continue;
        }
        const char *copy = qh_arena_strndup(reader->scratch, trimmed, length);
        if (!copy) return QH_E_NOMEM;
        QH_TRY(qh_names_add(&known->names, copy, i, &first));
    }
    return QH_OK;
}

/* The name on its own and among the others; one that will not do is taken away, so that no column is missed for it. */
static qh_status check_name(qh_case_reader *reader, const qh_row *row, qh_constituent *c) {
    qh_known_rows *known = qh_case_known(reader, row->table);
    const qh_given *given = qh_row_given(row, "name");
    bool good = check_constituent_name(reader, c, given->place);
    size_t first = 0;
    QH_TRY(qh_names_add(&known->names, c->name, row->index, &first));
    if (first != row->index) {
        const qh_constituent *before = &((const qh_constituent *)(const void *)known->rows)[first];
        good = WRONG(reader, given->place, "%s '%s' stands already in line %d",
                     qh_tr(reader->value.lang, row->table->row_name), c->name, before->place.line);
    }
    if (good) return QH_OK;
    c->name = "";
    known->complete = *row->good = false;
    return QH_OK;
}

/* ---- kinetics of one constituent ---- */

static const char *label_of(qh_case_reader *reader, const char *key) {
    return qh_value_label(&reader->value, qh_schema_find_key(table_of_constituents(), key), false);
}

/* Below its background a constituent rises; with a product or a need of oxygen that would be decay run backwards. */
static void check_background(qh_case_reader *reader, const qh_row *row, const qh_constituent *c, double background) {
    const char *key = c->has_product ? "becomes" : "oxygen_demand";
    if (!(background > 0) || !(c->has_product || c->oxygen_demand > 0)) return;
    const qh_given *given = qh_row_given(row, "background");
    *row->good = WRONG(reader, given->place,
                       "'%s' must be 0, since constituent '%s' has '%s': below the background its decay would run "
                       "backwards",
                       given->label, c->name, label_of(reader, key));
}

static void check_reaerated(qh_case_reader *reader, const qh_row *row, const qh_constituent *c, const char *key,
                            double value) {
    if (!(value > 0) || !c->reaeration) return;
    const qh_given *given = qh_row_given(row, key);
    *row->good = WRONG(reader, given->place,
                       "'%s' must be 0, since constituent '%s' has '%s': oxygen is lost to what decays in it, and "
                       "tends to saturation",
                       given->label, c->name, label_of(reader, "reaeration"));
}

void qh_case_check_rates(qh_case_reader *reader, const qh_row *row, const qh_constituent *c, double k20, double k2_20,
                         double background) {
    check_background(reader, row, c, background);
    check_reaerated(reader, row, c, "k20", k20);
    check_reaerated(reader, row, c, "k2_20", k2_20);
    check_reaerated(reader, row, c, "background", background);
}

static void check_decay_is_given(qh_case_reader *reader, const qh_row *row) {
    static const char *const instead[] = {"k20", "k2_20", "reaeration"};
    for (size_t i = 0; i < sizeof instead / sizeof instead[0]; i++) {
        const qh_given *given = qh_row_given(row, instead[i]);
        if (given->text || given->unusable) return;
    }
    *row->good = WRONG(reader, row->place, "'%s' is missing", label_of(reader, "k20"));
}

static void check_product(qh_case_reader *reader, const qh_row *row, qh_constituent *c) {
    c->has_product = qh_case_check_pair(reader, row, "becomes", "yield");
    const qh_given *becomes = qh_row_given(row, "becomes");
    if (!qh_is_usable(becomes) || c->product != row->index) return;
    *row->good = WRONG(reader, becomes->place, "constituent '%s' cannot become itself", c->name);
    c->has_product = false;
}

static void check_oxygen_keys(qh_case_reader *reader, const qh_row *row, const qh_constituent *c) {
    static const char *const of_others[] = {"becomes", "oxygen_demand", "oxygen_half"};
    const qh_given *reaeration = qh_row_given(row, "reaeration");
    if (qh_row_given(row, "oxygen")->unusable) return;
    if (!c->is_oxygen && qh_is_usable(reaeration))
        *row->good = WRONG(reader, reaeration->place, "'%s' is for dissolved oxygen only: say `oxygen: yes` with it",
                           reaeration->label);
    for (size_t i = 0; c->is_oxygen && i < sizeof of_others / sizeof of_others[0]; i++) {
        const qh_given *given = qh_row_given(row, of_others[i]);
        if (qh_is_usable(given))
            *row->good = WRONG(reader, given->place, "'%s' is for what takes oxygen, not for dissolved oxygen itself",
                               given->label);
    }
}

static void check_kinetics(qh_case_reader *reader, const qh_row *row, qh_constituent *c) {
    check_decay_is_given(reader, row);
    check_product(reader, row, c);
    check_oxygen_keys(reader, row, c);
    if (!c->is_oxygen) c->reaeration = NULL; /* reported; the checks of rates are of oxygen */
    qh_case_check_rates(reader, row, c, c->k20, c->k2_20, c->background);
}

/* ---- kinetics between constituents ---- */

/* Rows as they were read, to place what is wrong between them. */
typedef struct reading {
    size_t count;
    qh_constituent *constituent; /* [count] */
    qh_given *given;             /* [count][n_key] */
} reading;

static const qh_given *given_of(const reading *r, size_t index, const char *key) {
    const qh_key_table *table = table_of_constituents();
    return &r->given[index * table->n_key + (size_t)(qh_schema_find_key(table, key) - table->key)];
}

/* Every constituent is passed once: walks end where an earlier one has been. */
static qh_status check_circles(qh_case_reader *reader, const reading *r) {
    const qh_constituent *c = r->constituent;
    size_t *walk = qh_arena_alloc(reader->scratch, r->count, sizeof *walk); /* number of the walk, from 1; 0: none */
    if (!walk) return QH_E_NOMEM;
    for (size_t start = 0; start < r->count; start++) {
        size_t i = start;
        while (walk[i] == 0) {
            walk[i] = start + 1;
            if (!c[i].has_product) break;
            i = c[i].product;
        }
        if (walk[i] == start + 1 && c[i].has_product)
            (void)WRONG(reader, given_of(r, i, "becomes")->place,
                        "constituent '%s' becomes itself again by way of '%s'; a chain of products must end", c[i].name,
                        c[c[i].product].name);
    }
    return QH_OK;
}

static void check_needs_oxygen(qh_case_reader *reader, const reading *r, size_t index, const char *key, double value) {
    const qh_given *given = given_of(r, index, key);
    if (value > 0 && qh_is_usable(given))
        (void)WRONG(reader, given->place, "'%s' is given, but no constituent is dissolved oxygen (`oxygen: yes`)",
                    given->label);
}

static void check_oxygen(qh_case_reader *reader, const reading *r) {
    const qh_constituent *oxygen = NULL;
    bool known = qh_case_known(reader, table_of_constituents())->complete;
    for (size_t i = 0; i < r->count; i++) {
        const qh_constituent *c = &r->constituent[i];
        if (given_of(r, i, "oxygen")->unusable) known = false;
        if (c->is_oxygen && oxygen)
            (void)WRONG(reader, given_of(r, i, "oxygen")->place,
                        "'%s' and '%s' are both dissolved oxygen; a case has one at most", oxygen->name, c->name);
        if (c->is_oxygen) oxygen = c;
    }
    for (size_t i = 0; i < r->count && known && !oxygen; i++) {
        const qh_constituent *c = &r->constituent[i];
        check_needs_oxygen(reader, r, i, "oxygen_demand", c->oxygen_demand);
        check_needs_oxygen(reader, r, i, "oxygen_half", c->oxygen_half.value);
    }
}

/* ---- reading ---- */

static qh_status read_constituent(qh_case_reader *reader, const qh_yaml *node, size_t index, qh_given *given) {
    const qh_key_table *table = table_of_constituents();
    qh_known_rows *known = qh_case_known(reader, table);
    qh_constituent *c = &((qh_constituent *)(void *)known->rows)[index];
    const qh_row row = {table, c, index, node->place, given, &known->good[index]};
    const bool is_row = qh_value_is_mapping(&reader->value, node, table->name);
    *row.good = is_row && qh_value_mapping(&reader->value, table, node, c, given);
    if (!c->name) {
        known->complete = false;
        c->name = "";
    }
    if (!c->title) c->title = c->name;
    if (!c->item) c->item = c->name;
    if (c->name[0] != '\0') QH_TRY(check_name(reader, &row, c));
    if (is_row) check_kinetics(reader, &row, c);
    return QH_OK;
}

qh_status qh_case_read_constituents(qh_case_reader *reader, const qh_yaml *list) {
    const qh_key_table *table = table_of_constituents();
    qh_known_rows *known = qh_case_known(reader, table);
    known->complete = false;
    if (!list || !qh_value_is_list(&reader->value, list, list->key)) return QH_OK;
    if (list->count == 0) {
        (void)WRONG(reader, list->place, "'%s' is empty; a case has at least one constituent", list->key);
        return QH_OK;
    }
    const reading r = {.count = list->count,
                       .constituent = qh_arena_alloc(reader->value.arena, list->count, sizeof *r.constituent),
                       .given = qh_arena_alloc(reader->scratch, list->count * table->n_key, sizeof *r.given)};
    known->good = qh_arena_alloc(reader->scratch, list->count, sizeof *known->good);
    if (!r.constituent || !r.given || !known->good) return QH_E_NOMEM;
    known->complete = true;
    known->rows = (char *)r.constituent;
    known->row_size = sizeof *r.constituent;
    known->count = list->count;
    QH_TRY(add_names(reader, known, list));
    size_t i = 0;
    for (const qh_yaml *node = list->first; node; node = node->next, i++)
        QH_TRY(read_constituent(reader, node, i, &r.given[i * table->n_key]));
    QH_TRY(check_circles(reader, &r));
    check_oxygen(reader, &r);
    reader->river_case->constituent = r.constituent;
    reader->river_case->n_constituent = list->count;
    return QH_OK;
}
