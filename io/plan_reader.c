/* Reading a plan: its top level, the case it is about, and its variables (plan_variable.c). */
#include "io/plan_reader.h"

#include <stdlib.h>
#include <string.h>

#include "io/overlay_reader.h"
#include "io/plan_internal.h"
#include "model/sobol.h"

#define WRONG(r, place, ...) (qh_diag_add((r)->diag, QH_ERROR, (place), __VA_ARGS__), false)

enum { MOST_KEYS = 64 };

const char *qh_sampling_name(qh_sampling design) {
    static const char *const names[] = {"factorial", "lists", "table", "latin-hypercube", "sobol", "random"};
    return names[design];
}

/* ---- the top level ---- */

static bool check_count(const qh_plan_reader *r, const qh_yaml *root, const qh_given *count) {
    const qh_sampling design = (qh_sampling)r->keys.design;
    if (qh_sampling_draws(design) && !count->text && !count->unusable)
        return WRONG(r, root->place, "'count' is missing: the design '%s' needs it", qh_sampling_name(design));
    if (!qh_sampling_draws(design) && count->text)
        return WRONG(r, count->place, "the design '%s' counts its scenarios itself; leave '%s' out",
                     qh_sampling_name(design), count->label);
    if (!qh_sampling_draws(design) && r->keys.indices)
        return WRONG(r, root->place, "Sobol's indices need a design that draws: latin-hypercube, sobol or random");
    return true;
}

static bool read_keep(qh_plan_reader *r, const qh_yaml *list) {
    qh_sweep_plan *p = r->plan;
    if (!list) {
        p->keep_statistics = p->keep_verdicts = true;
        return true;
    }
    const struct {
        const char *name, *aliases;
        bool *kept;
    } known[] = {{"statistics", "统计量", &p->keep_statistics},
                 {"verdicts", "评价结果", &p->keep_verdicts},
                 {"series", "过程", &p->keep_series},
                 {"fields", "全场", &p->keep_fields}};
    const bool one = list->kind == QH_YAML_SCALAR;
    bool good = list->kind != QH_YAML_MAPPING && (one || list->count > 0);
    for (const qh_yaml *e = one ? list : list->first; good && e; e = one ? NULL : e->next) {
        size_t k = 0;
        while (k < 4 && !(e->kind == QH_YAML_SCALAR && qh_is_called(e->text, known[k].name, known[k].aliases)))
            k++;
        if (k == 4) return WRONG(r, e->place, "'%s' can be statistics, verdicts, series and fields", list->key);
        *known[k].kept = true;
    }
    return good || WRONG(r, list->place, "'%s' can be statistics, verdicts, series and fields", list->key);
}

/* The case, and the scenario that is laid over it first. */
static qh_status read_case(qh_plan_reader *r, size_t n_setting, const qh_setting *setting) {
    qh_sweep_plan *p = r->plan;
    const char *folder = qh_plan_path(r, r->keys.river_case);
    const char *own = folder ? qh_arena_strdup(p->arena, folder) : NULL;
    if (!own) return QH_E_NOMEM;
    QH_TRY(qh_case_read(own, n_setting, setting, r->diag, &p->base));
    p->river_case = p->base;
    if (!r->keys.scenario) return QH_OK;
    QH_TRY(qh_overlay_read(p->base, r->keys.scenario, r->diag, &p->overlay));
    QH_TRY(qh_overlay_apply(p->base, p->overlay, r->diag, &p->changed));
    p->river_case = p->changed;
    return QH_OK;
}

static qh_status read_design_table(qh_plan_reader *r, const qh_yaml *root, const qh_given *given) {
    const bool wanted = r->keys.design == QH_DESIGN_TABLE;
    if (!wanted) {
        QH_CHECK(!given->text, QH_E_INPUT, r->diag, given->place, "'%s' goes with the design table", given->label);
        return QH_OK;
    }
    QH_CHECK(given->text, QH_E_INPUT, r->diag, root->place, "'table' is missing: the design 'table' needs it");
    if (!qh_plan_read_table(r, given->text, given->place, &r->table)) return QH_E_INPUT;
    r->column_used = qh_arena_alloc(r->scratch, r->table.record[0].count, sizeof *r->column_used);
    return r->column_used ? QH_OK : QH_E_NOMEM;
}

/* A column that no variable reads is a slip of the pen; a note begins with #. */
static void check_columns(const qh_plan_reader *r) {
    if (r->table.n_record == 0 || !r->column_used) return;
    for (size_t c = 0; c < r->table.record[0].count; c++) {
        const qh_csv_cell *cell = &r->table.record[0].cell[c];
        if (r->column_used[c] || cell->text[0] == '#' || cell->text[0] == '\0') continue;
        (void)WRONG(r, qh_csv_place(&r->table, cell), "no variable is called '%s'", cell->text);
    }
}

static bool count_lists(const qh_plan_reader *r, size_t *count) {
    const size_t n = r->plan->n_variable;
    *count = r->variable[0].n_value;
    for (size_t j = 1; j < n; j++)
        if (r->variable[j].n_value != *count)
            return WRONG(r, r->variable[j].place,
                         "'%s' has %zu values, '%s' has %zu; lists side by side must be as long", r->variable[j].name,
                         r->variable[j].n_value, r->variable[0].name, *count);
    return true;
}

static bool count_combinations(const qh_plan_reader *r, const qh_yaml *root, size_t *count) {
    *count = 1;
    for (size_t j = 0; j < r->plan->n_variable; j++) {
        *count *= r->variable[j].n_value;
        if (*count > QH_PLAN_MOST_COUNT)
            return WRONG(r, root->place, "the plan has more than %d scenarios", QH_PLAN_MOST_COUNT);
    }
    return true;
}

static bool count_scenarios(qh_plan_reader *r, const qh_yaml *root) {
    qh_sweep_plan *p = r->plan;
    p->count = r->keys.count;
    if (p->design == QH_DESIGN_FACTORIAL && !count_combinations(r, root, &p->count)) return false;
    if ((p->design == QH_DESIGN_LISTS || p->design == QH_DESIGN_TABLE) && !count_lists(r, &p->count)) return false;
    const size_t n_dimension = p->n_variable * (p->indices ? 2 : 1);
    if (p->design == QH_DESIGN_SOBOL && n_dimension > QH_SOBOL_DIMENSIONS)
        return WRONG(r, root->place, "Sobol's sequence has %d dimensions here; the plan needs %zu", QH_SOBOL_DIMENSIONS,
                     n_dimension);
    p->n_scenario = p->indices ? p->count * (p->n_variable + 2) : p->count;
    if (p->n_scenario > QH_PLAN_MOST_COUNT)
        return WRONG(r, root->place, "the plan has more than %d scenarios", QH_PLAN_MOST_COUNT);
    return true;
}

static bool adds_or_moves(size_t n, const qh_change *change, size_t *n_added) {
    bool does = false;
    for (size_t i = 0; i < n; i++) {
        const bool adds = strcmp(change[i].kind->name, "add") == 0;
        does = does || adds || strcmp(change[i].kind->name, "move") == 0;
        *n_added += adds;
    }
    return does;
}

/* An outfall that is added has no fixed place among the others where something else may add one too. */
static bool check_added(qh_plan_reader *r) {
    qh_sweep_plan *p = r->plan;
    size_t n_adding = 0;
    bool chosen = false;
    for (size_t j = 0; j < p->n_variable; j++) {
        const qh_plan_variable *v = &r->variable[j];
        size_t most = 0;
        if (v->is_number) p->adds_or_moves = adds_or_moves(v->n_change, v->change, &most) || p->adds_or_moves;
        for (size_t i = 0; v->level && i < v->n_value; i++) {
            size_t added = 0;
            p->adds_or_moves = adds_or_moves(v->level[i].n_change, v->level[i].change, &added) || p->adds_or_moves;
            most = added > most ? added : most;
        }
        if (most > 0) n_adding++;
        p->n_added += most;
        chosen = chosen || (most > 0 && v->level);
        if (n_adding > 1 && chosen)
            return WRONG(r, v->place, "more than one variable adds outfalls, and not always the same");
    }
    return true;
}

static qh_status read_variables(qh_plan_reader *r, const qh_yaml *list, const qh_yaml *root) {
    qh_sweep_plan *p = r->plan;
    QH_TRY(qh_overlay_reader_begin(p->arena, r->scratch, p->river_case, "plan", r->diag, &r->overlay));
    const size_t before = qh_diag_count(r->diag, QH_ERROR);
    if (!qh_value_is_list(&r->top, list, list->key)) return QH_E_INPUT;
    for (const qh_yaml *node = list->first; node; node = node->next)
        QH_TRY(qh_plan_read_variable(r, node));
    p->variable = r->variable;
    p->choice = r->choice;
    p->n_choice = r->n_choice;
    p->file = r->file;
    if (qh_diag_count(r->diag, QH_ERROR) > before) return QH_E_INPUT;
    check_columns(r);
    QH_CHECK(p->n_variable > 0, QH_E_INPUT, r->diag, list->place, "the plan varies nothing: '%s' is empty", list->key);
    const bool good = check_added(r) && count_scenarios(r, root);
    return good && qh_diag_count(r->diag, QH_ERROR) == before ? QH_OK : QH_E_INPUT;
}

static void take_keys(qh_plan_reader *r) {
    qh_sweep_plan *p = r->plan;
    p->title = r->keys.title;
    p->design = (qh_sampling)r->keys.design;
    p->seed = r->keys.seed;
    p->indices = r->keys.indices;
    p->statistic = r->keys.statistic ? r->keys.statistic : "";
}

static qh_status read_tree(qh_plan_reader *r, const qh_yaml *root, size_t n_setting, const qh_setting *setting) {
    const qh_key_table *table = qh_schema_find_table("plan");
    qh_given given[MOST_KEYS] = {{0}};
    if (!qh_value_is_mapping(&r->top, root, "plan")) return QH_E_INPUT;
    bool good = qh_value_mapping(&r->top, table, root, &r->keys, given);
    if (r->top.out_of_memory) return QH_E_NOMEM;
    const qh_given *design = &given[qh_schema_find_key(table, "design") - table->key];
    const bool designed = design->text && !design->unusable;
    good = read_keep(r, qh_value_child(table, root, "keep")) && good;
    if (designed) good = check_count(r, root, &given[qh_schema_find_key(table, "count") - table->key]) && good;
    if (!r->keys.river_case) return QH_E_INPUT; /* reported */
    QH_TRY(read_case(r, n_setting, setting));
    r->plan->standard = r->keys.standard ? r->keys.standard : r->plan->river_case->standard;
    if (!designed) return QH_E_INPUT;
    take_keys(r);
    const qh_status rows = read_design_table(r, root, &given[qh_schema_find_key(table, "table") - table->key]);
    if (rows == QH_E_NOMEM) return rows;
    const qh_yaml *variables = qh_value_child(table, root, "variables");
    if (!variables) return QH_E_INPUT;
    QH_TRY(read_variables(r, variables, root));
    QH_TRY(rows);
    return good ? QH_OK : QH_E_INPUT;
}

static qh_status read_plan(qh_plan_reader *r, size_t n_setting, const qh_setting *setting) {
    const char *slash = strrchr(r->plan->path, '/');
    const char *label = qh_arena_strdup(r->plan->arena, slash ? slash + 1 : r->plan->path);
    if (!label) return QH_E_NOMEM;
    qh_text_file text;
    qh_yaml *root = NULL;
    bool sound = false;
    QH_TRY(qh_text_file_read(r->plan->arena, r->plan->path, label, r->diag, &text));
    QH_TRY(qh_yaml_parse(r->scratch, &text, r->diag, &sound, &root));
    QH_TRY(qh_plan_keep_text(r, &text));
    QH_TRY(read_tree(r, root, n_setting, setting));
    return sound ? QH_OK : QH_E_INPUT;
}

static qh_status begin(const char *path, qh_diag *diag, qh_arena *scratch, qh_plan_reader *r) {
    qh_sweep_plan *p = r->plan;
    r->scratch = scratch;
    r->diag = diag;
    r->names.arena = scratch;
    r->top = (qh_value_reader){.arena = p->arena, .diag = diag, .lang = qh_diag_lang(diag), .suggestions = 100};
    p->path = qh_arena_strdup(p->arena, path);
    p->title = p->statistic = p->standard = "";
    return p->path ? QH_OK : QH_E_NOMEM;
}

static qh_status read_with(const char *path, size_t n_setting, const qh_setting *setting, qh_diag *diag,
                           qh_sweep_plan **plan) {
    qh_arena *arena = qh_arena_create(), *scratch = qh_arena_create();
    qh_sweep_plan *made = arena ? qh_arena_alloc(arena, 1, sizeof *made) : NULL;
    qh_plan_reader *r = scratch ? qh_arena_alloc(scratch, 1, sizeof *r) : NULL;
    if (!made || !r) {
        qh_arena_destroy(arena);
        qh_arena_destroy(scratch);
        return QH_E_NOMEM;
    }
    made->arena = arena;
    r->plan = made;
    qh_status status = begin(path, diag, scratch, r);
    if (status == QH_OK) status = read_plan(r, n_setting, setting);
    made->choice = r->choice; /* also where reading failed, so that they are freed */
    made->n_choice = r->n_choice;
    qh_arena_destroy(scratch);
    if (status != QH_OK) {
        qh_sweep_plan_destroy(made);
        return status;
    }
    *plan = made;
    return QH_OK;
}

qh_status qh_sweep_plan_read(const char *path, size_t n_setting, const qh_setting *setting, qh_diag *diag,
                             qh_sweep_plan **plan) {
    if (diag) return read_with(path, n_setting, setting, diag, plan);
    qh_diag *own = qh_diag_create(QH_EN); /* errors are counted there, so there must be one */
    const qh_status status = own ? read_with(path, n_setting, setting, own, plan) : QH_E_NOMEM;
    qh_diag_destroy(own);
    return status;
}

void qh_sweep_plan_destroy(qh_sweep_plan *plan) {
    if (!plan) return;
    for (size_t i = 0; i < plan->n_choice; i++)
        qh_overlay_destroy(plan->choice[i]);
    qh_case_destroy(plan->changed);
    qh_overlay_destroy(plan->overlay);
    qh_case_destroy(plan->base);
    qh_arena_destroy(plan->arena);
}
