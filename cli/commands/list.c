/* qinghe list: what this build knows, from its registries and data files, with sources and how sure they are. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cli/messages.h"
#include "cli/options.h"
#include "cli/table.h"
#include "io/discharge_reader.h"
#include "io/overlay_reader.h"
#include "io/schema.h"
#include "io/standard_reader.h"
#include "model/channel.h"
#include "model/dispersion.h"
#include "model/ecoflow.h"
#include "model/embedded.h"
#include "model/kinetics.h"
#include "model/reaeration.h"
#include "model/structure.h"
#include "model/units.h"
#include "solvers/engine.h"
#include "solvers/router.h"
#include "viz/plot.h"

extern const qh_command qh_command_list;

enum { MAX_FIELDS = 8 };

/* A column: its key in JSON, its header in a table (a catalogue key). */
typedef struct field {
    const char *key, *header;
    bool translated; /* cells are catalogue keys */
} field;

/* Cells row by row, shown as a table or as a JSON array of objects. */
typedef struct listing {
    const qh_app *app;
    const char *standard; /* of --standard, NULL: all that ship */
    const char *folder;   /* of --case, NULL: none */
    qh_diag *diag;
    qh_arena *arena;
    size_t n_field, n_cell, capacity;
    field field[MAX_FIELDS];
    const char **cell; /* [n_cell] */
} listing;

static void add_field(listing *l, const char *key, const char *header, bool translated) {
    l->field[l->n_field++] = (field){key, header, translated};
}

static void add_cell(listing *l, const char *text) {
    if (l->n_cell == l->capacity) {
        l->capacity = l->capacity ? 2 * l->capacity : 64;
        l->cell = qh_need(realloc(l->cell, l->capacity * sizeof *l->cell));
    }
    l->cell[l->n_cell++] = text ? text : "";
}

static const char *yes_no(bool yes) { return yes ? QH_N("yes") : QH_N("no"); }

/* ------------------------------------------------------------------------------------------- the registries */

static qh_status list_kinetics(listing *l) {
    add_field(l, "name", QH_N("name"), false);
    add_field(l, "title", QH_N("title"), true);
    add_field(l, "nonlinear", QH_N("can be nonlinear"), true);
    add_field(l, "couples", QH_N("can couple"), true);
    add_field(l, "equation", QH_N("equation"), false);
    add_field(l, "source", QH_N("source"), false);
    for (size_t i = 0; qh_registry_process[i]; i++) {
        const qh_process *process = qh_registry_process[i];
        add_cell(l, process->name);
        add_cell(l, process->title);
        add_cell(l, yes_no(process->nonlinear != NULL));
        add_cell(l, yes_no(process->couples != NULL));
        add_cell(l, process->equation);
        add_cell(l, process->source);
    }
    return QH_OK;
}

static qh_status list_reaeration(listing *l) {
    add_field(l, "name", QH_N("name"), false);
    add_field(l, "title", QH_N("title"), true);
    add_field(l, "confidence", QH_N("confidence"), false);
    add_field(l, "equation", QH_N("equation"), false);
    add_field(l, "range", QH_N("range of validity"), true);
    add_field(l, "source", QH_N("source"), false);
    for (size_t i = 0; qh_registry_reaeration[i]; i++) {
        const qh_reaeration_formula *formula = qh_registry_reaeration[i];
        add_cell(l, formula->name);
        add_cell(l, formula->title);
        add_cell(l, formula->confidence);
        add_cell(l, formula->equation);
        add_cell(l, formula->range);
        add_cell(l, formula->source);
    }
    return QH_OK;
}

static qh_status list_dispersion(listing *l) {
    add_field(l, "name", QH_N("name"), false);
    add_field(l, "title", QH_N("title"), true);
    add_field(l, "confidence", QH_N("confidence"), false);
    add_field(l, "equation", QH_N("equation"), false);
    add_field(l, "range", QH_N("range of validity"), true);
    add_field(l, "source", QH_N("source"), false);
    for (size_t i = 0; qh_registry_dispersion[i]; i++) {
        const qh_dispersion_formula *formula = qh_registry_dispersion[i];
        add_cell(l, formula->name);
        add_cell(l, formula->title);
        add_cell(l, formula->confidence);
        add_cell(l, formula->equation);
        add_cell(l, formula->range);
        add_cell(l, formula->source);
    }
    return QH_OK;
}

static qh_status list_channels(listing *l) {
    add_field(l, "name", QH_N("name"), false);
    add_field(l, "title", QH_N("title"), true);
    add_field(l, "source", QH_N("source"), false);
    for (size_t i = 0; qh_registry_channel[i]; i++) {
        add_cell(l, qh_registry_channel[i]->name);
        add_cell(l, qh_registry_channel[i]->title);
        add_cell(l, qh_registry_channel[i]->source);
    }
    return QH_OK;
}

static qh_status list_ecoflow(listing *l) {
    add_field(l, "name", QH_N("name"), false);
    add_field(l, "title", QH_N("title"), true);
    add_field(l, "monthly", QH_N("monthly"), true);
    add_field(l, "confidence", QH_N("confidence"), false);
    add_field(l, "source", QH_N("source"), false);
    for (size_t i = 0; qh_registry_ecoflow[i]; i++) {
        const qh_ecoflow_rule *rule = qh_registry_ecoflow[i];
        add_cell(l, rule->name);
        add_cell(l, rule->title);
        add_cell(l, yes_no(rule->monthly));
        add_cell(l, rule->confidence);
        add_cell(l, rule->source);
    }
    return QH_OK;
}

static qh_status list_engines(listing *l) {
    add_field(l, "name", QH_N("name"), false);
    add_field(l, "title", QH_N("title"), true);
    add_field(l, "source", QH_N("source"), false);
    for (size_t i = 0; qh_registry_engine[i]; i++) {
        add_cell(l, qh_registry_engine[i]->name);
        add_cell(l, qh_registry_engine[i]->title);
        add_cell(l, qh_registry_engine[i]->source);
    }
    return QH_OK;
}

static qh_status list_routers(listing *l) {
    add_field(l, "name", QH_N("name"), false);
    add_field(l, "title", QH_N("title"), true);
    add_field(l, "source", QH_N("source"), false);
    for (size_t i = 0; qh_registry_router[i]; i++) {
        add_cell(l, qh_registry_router[i]->name);
        add_cell(l, qh_registry_router[i]->title);
        add_cell(l, qh_registry_router[i]->source);
    }
    return QH_OK;
}

/* What series and rules set of a structure. */
static const char *setting_of(const qh_structure_law *law) {
    if (law->by_opening) return QH_N("opening");
    return law->by_flow ? QH_N("discharge") : QH_N("fixed");
}

static qh_status list_structures(listing *l) {
    add_field(l, "name", QH_N("name"), false);
    add_field(l, "title", QH_N("title"), true);
    add_field(l, "setting", QH_N("setting"), true);
    add_field(l, "confidence", QH_N("confidence"), false);
    add_field(l, "source", QH_N("source"), false);
    for (size_t i = 0; qh_registry_structure[i]; i++) {
        const qh_structure_law *law = qh_registry_structure[i];
        add_cell(l, law->name);
        add_cell(l, law->title);
        add_cell(l, setting_of(law));
        add_cell(l, law->confidence);
        add_cell(l, law->source);
    }
    return QH_OK;
}

static qh_status list_plots(listing *l) {
    add_field(l, "name", QH_N("name"), false);
    add_field(l, "title", QH_N("title"), true);
    for (size_t i = 0; qh_registry_plot[i]; i++) {
        add_cell(l, qh_registry_plot[i]->name);
        add_cell(l, qh_registry_plot[i]->title);
    }
    return QH_OK;
}

static qh_status list_units(listing *l) {
    add_field(l, "symbol", QH_N("symbol"), false);
    add_field(l, "dimension", QH_N("dimension"), true);
    add_field(l, "factor", QH_N("factor"), false);
    add_field(l, "inner_unit", QH_N("inner unit"), false);
    const qh_unit *unit;
    for (size_t i = 0; (unit = qh_unit_get(i)); i++) {
        add_cell(l, unit->symbol);
        add_cell(l, qh_dimension_name(unit->dimension));
        add_cell(l, qh_need(qh_arena_printf(l->arena, "%.10g", unit->factor)));
        add_cell(l, qh_dimension_unit(unit->dimension));
    }
    return QH_OK;
}

static qh_status list_commands(listing *l) {
    add_field(l, "name", QH_N("name"), false);
    add_field(l, "arguments", QH_N("arguments"), false);
    add_field(l, "summary", QH_N("summary"), true);
    for (size_t i = 0; qh_registry_command[i]; i++) {
        add_cell(l, qh_registry_command[i]->name);
        add_cell(l, qh_registry_command[i]->arguments);
        add_cell(l, qh_registry_command[i]->summary);
    }
    return QH_OK;
}

/* ------------------------------------------------------------------------------------------------ standards */

/* Calls `add` for the standard asked for, or for each one that ships. */
static qh_status each_standard(listing *l, void (*add)(listing *, const qh_standard *)) {
    qh_standard *standard = NULL;
    if (l->standard) {
        QH_TRY(qh_standard_read(l->standard, l->diag, &standard));
        add(l, standard);
        qh_standard_destroy(standard);
        return QH_OK;
    }
    for (size_t i = 0; qh_embedded_standards[i].name; i++) {
        /* A standard that ships is called by the name of its file without the extension. */
        const char *const file = qh_embedded_standards[i].name, *const dot = strrchr(file, '.');
        const size_t length = dot ? (size_t)(dot - file) : strlen(file);
        const char *code = qh_need(qh_arena_strndup(l->arena, file, length));
        QH_TRY(qh_standard_read(code, l->diag, &standard));
        add(l, standard);
        qh_standard_destroy(standard);
    }
    return QH_OK;
}

/* Copies: the standard is gone when the listing is shown. */
static void copy_cell(listing *l, const char *text) { add_cell(l, qh_need(qh_arena_strdup(l->arena, text))); }

static const char *title_of(const listing *l, const char *title, const char *title_zh) {
    return l->app->lang == QH_ZH ? title_zh : title;
}

static void add_standard(listing *l, const qh_standard *s) {
    const char *classes = "";
    for (size_t k = 0; k < s->n_class; k++)
        classes = qh_need(qh_arena_printf(l->arena, "%s%s%s", classes, k ? " " : "", s->class_name[k]));
    copy_cell(l, s->code);
    copy_cell(l, title_of(l, s->title, s->title_zh));
    add_cell(l, classes);
    add_cell(l, qh_need(qh_arena_printf(l->arena, "%zu", s->n_item)));
    copy_cell(l, s->grading.n_grade ? s->grading.code : "-");
    copy_cell(l, s->source);
}

static qh_status list_standards(listing *l) {
    add_field(l, "code", QH_N("code"), false);
    add_field(l, "title", QH_N("title"), false);
    add_field(l, "classes", QH_N("classes"), false);
    add_field(l, "items", QH_N("items"), false);
    add_field(l, "grading", QH_N("grading"), false);
    add_field(l, "source", QH_N("source"), false);
    return each_standard(l, add_standard);
}

static const char *limits_of(listing *l, const qh_standard *s, const qh_standard_item *item) {
    static const char *const signs[] = {[QH_LIMIT_MAX] = "<= ", [QH_LIMIT_MIN] = ">= ", [QH_LIMIT_RANGE] = ""};
    const char *text = signs[item->sense];
    for (size_t k = 0; k < s->n_class; k++) {
        const char *gap = k ? " | " : "";
        const double low = item->limit[k] / item->factor, high = item->limit_high[k] / item->factor;
        text = item->sense == QH_LIMIT_RANGE ? qh_arena_printf(l->arena, "%s%s%g ~ %g", text, gap, low, high)
                                             : qh_arena_printf(l->arena, "%s%s%g", text, gap, low);
        qh_need((void *)text);
    }
    return text;
}

static void add_items(listing *l, const qh_standard *s) {
    for (size_t i = 0; i < s->n_item; i++) {
        const qh_standard_item *item = &s->item[i];
        copy_cell(l, s->code);
        copy_cell(l, item->code);
        copy_cell(l, title_of(l, item->title, item->title_zh));
        add_cell(l, limits_of(l, s, item));
        copy_cell(l, item->unit);
        add_cell(l, yes_no(item->evaluated));
        copy_cell(l, item->confidence);
        copy_cell(l, item->clause);
    }
}

static qh_status list_items(listing *l) {
    add_field(l, "standard", QH_N("standard"), false);
    add_field(l, "code", QH_N("item"), false);
    add_field(l, "title", QH_N("title"), false);
    add_field(l, "limits", QH_N("limits by class"), false);
    add_field(l, "unit", QH_N("unit"), false);
    add_field(l, "evaluated", QH_N("counts in the class"), true);
    add_field(l, "confidence", QH_N("confidence"), false);
    add_field(l, "clause", QH_N("clause"), false);
    return each_standard(l, add_items);
}

/* -------------------------------------------------------------------------------------- discharge standards */

/* "1A 50 | 1B 60", with "8 to 12 degC" behind a limit that cold water raises. */
static const char *grade_limits(listing *l, const qh_discharge_standard *s, const qh_discharge_item *item) {
    const qh_unit *unit = qh_unit_find(item->unit, QH_DIM_CONCENTRATION);
    const double factor = unit ? unit->factor : 1.0;
    const char *text = "";
    for (size_t g = 0; g < s->n_grade; g++) {
        const char *gap = *text ? " | " : "", *grade = title_of(l, s->grade[g], s->grade_zh[g]);
        if (!item->limit[g].given) continue;
        text = qh_need(qh_arena_printf(l->arena, "%s%s%s %g", text, gap, grade, item->limit[g].value / factor));
        if (item->has_cold && item->cold_limit[g].given)
            text = qh_need(qh_arena_printf(l->arena, "%s (%g <= %g degC)", text, item->cold_limit[g].value / factor,
                                           item->cold_until));
    }
    return text;
}

static qh_status list_discharge(listing *l) {
    add_field(l, "standard", QH_N("standard"), false);
    add_field(l, "item", QH_N("item"), false);
    add_field(l, "limits", QH_N("limits by grade"), false);
    add_field(l, "unit", QH_N("unit"), false);
    add_field(l, "confidence", QH_N("confidence"), false);
    add_field(l, "clause", QH_N("clause"), false);
    qh_discharge_standard *s = NULL;
    qh_status status = QH_OK;
    for (size_t i = 0; (status = qh_discharge_shipped(i, l->diag, &s)) == QH_OK; i++) {
        for (size_t k = 0; k < s->n_item; k++) {
            copy_cell(l, s->code);
            copy_cell(l, s->item[k].code);
            add_cell(l, grade_limits(l, s, &s->item[k]));
            copy_cell(l, s->item[k].unit);
            copy_cell(l, s->item[k].confidence);
            copy_cell(l, s->item[k].clause);
        }
        qh_discharge_standard_destroy(s);
    }
    return status == QH_E_USAGE ? QH_OK : status; /* past the last one */
}

/* ------------------------------------------------------------------------------------------------- scenarios */

static qh_status list_scenarios(listing *l) {
    add_field(l, "name", QH_N("name"), false);
    add_field(l, "extends", QH_N("extends"), false);
    add_field(l, "changes", QH_N("changes"), false);
    add_field(l, "title", QH_N("title"), false);
    size_t n = 0;
    qh_scenario_entry *entry = NULL;
    QH_TRY(qh_scenario_list(l->folder ? l->folder : ".", l->arena, l->diag, &n, &entry));
    for (size_t i = 0; i < n; i++) {
        add_cell(l, entry[i].name);
        add_cell(l, entry[i].extends);
        add_cell(l, qh_need(qh_arena_printf(l->arena, "%zu", entry[i].n_change)));
        add_cell(l, entry[i].title);
    }
    return QH_OK;
}

static qh_status list_changes(listing *l) {
    add_field(l, "name", QH_N("name"), false);
    add_field(l, "alias", QH_N("Chinese name"), false);
    add_field(l, "title", QH_N("title"), true);
    const qh_key_table *table = qh_schema_find_table("scenario.changes");
    for (size_t i = 0; qh_registry_change[i]; i++) {
        const qh_change_kind *kind = qh_registry_change[i];
        char alias[128];
        qh_key_alias(qh_schema_find_key(table, kind->name)->aliases, sizeof alias, alias);
        add_cell(l, kind->name);
        add_cell(l, qh_need(qh_arena_strdup(l->arena, alias)));
        add_cell(l, kind->title);
    }
    return QH_OK;
}

/* ---------------------------------------------------------------------------------------------------- schema */

static const char *presence_of(const qh_key *key) {
    switch (key->presence) {
    case QH_REQUIRED: return QH_N("required");
    case QH_UNSTEADY_ONLY: return QH_N("unsteady runs");
    case QH_HAS_DEFAULT: return key->fallback[0] ? QH_N("default") : QH_N("optional");
    default: return QH_N("optional");
    }
}

static qh_status list_keys(listing *l) {
    add_field(l, "key", QH_N("key"), false);
    add_field(l, "alias", QH_N("Chinese name"), false);
    add_field(l, "unit", QH_N("unit"), false);
    add_field(l, "presence", QH_N("presence"), true);
    add_field(l, "default", QH_N("default"), false);
    add_field(l, "meaning", QH_N("meaning"), true);
    const qh_key_table *table = NULL;
    for (size_t t = 0; (table = qh_schema_table(t)); t++) {
        for (size_t k = 0; k < table->n_key; k++) {
            const qh_key *key = &table->key[k];
            char path[128], alias[128];
            qh_key_path(table, key, sizeof path, path);
            qh_key_alias(key->aliases, sizeof alias, alias);
            add_cell(l, qh_need(qh_arena_strdup(l->arena, path)));
            add_cell(l, qh_need(qh_arena_strdup(l->arena, alias)));
            add_cell(l, key->dimension == QH_DIM_NONE ? "" : key->unit);
            add_cell(l, presence_of(key));
            add_cell(l, key->presence == QH_HAS_DEFAULT ? key->fallback : "");
            add_cell(l, key->help);
        }
    }
    return QH_OK;
}

/* --------------------------------------------------------------------------------------------------- showing */

static void show_table(const listing *l) {
    qh_table *table = qh_table_create(l->app);
    for (size_t f = 0; f < l->n_field; f++)
        qh_table_column(table, f + 1 == l->n_field ? QH_WRAP : QH_LEFT, qh_tr(l->app->lang, l->field[f].header));
    for (size_t i = 0, f = 0; i < l->n_cell; i++) {
        qh_table_cell(table, "%s", l->field[f].translated ? qh_tr(l->app->lang, l->cell[i]) : l->cell[i]);
        f = f + 1 < l->n_field ? f + 1 : 0;
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

static void show_json(const listing *l) {
    json_t *array = qh_need(json_array());
    for (size_t first = 0; first + l->n_field <= l->n_cell; first += l->n_field) {
        json_t *object = qh_need(json_object());
        if (json_array_append_new(array, object) != 0) qh_need(NULL);
        for (size_t f = 0; f < l->n_field; f++) {
            const char *cell = l->cell[first + f];
            const bool is_flag = l->field[f].translated && (strcmp(cell, "yes") == 0 || strcmp(cell, "no") == 0);
            json_t *value = is_flag ? json_boolean(*cell == 'y') : json_string(cell);
            if (json_object_set_new(object, l->field[f].key, value ? value : json_null()) != 0) qh_need(NULL);
        }
    }
    (void)json_dumpf(array, stdout, JSON_INDENT(2)); /* main looks at stdout's error state */
    putchar('\n');
    json_decref(array);
}

typedef struct kind {
    const char *name, *what; /* a catalogue key */
    qh_status (*list)(listing *);
} kind;

static const kind kinds[] = {
    {"kinetics", QH_N("processes that change concentrations"), list_kinetics},
    {"reaeration", QH_N("formulas of the reaeration of dissolved oxygen"), list_reaeration},
    {"standards", QH_N("water quality standards that ship"), list_standards},
    {"items", QH_N("items and limits of the standards, with clause and confidence"), list_items},
    {"discharge", QH_N("discharge standards that ship: limits by grade, with clause and confidence"), list_discharge},
    {"scenarios", QH_N("scenarios of the case folder of --case, or of the current one"), list_scenarios},
    {"changes", QH_N("kinds of change in a scenario; more on one: qinghe explain scenario.upgrade"), list_changes},
    {"plots", QH_N("kinds of pictures"), list_plots},
    {"dispersion", QH_N("formulas of longitudinal dispersion"), list_dispersion},
    {"channels", QH_N("hydraulic laws of reaches"), list_channels},
    {"ecoflow", QH_N("ecological-flow rules of diversion stations"), list_ecoflow},
    {"structures", QH_N("laws of weirs, gates and set releases"), list_structures},
    {"engines", QH_N("ways to solve the transport"), list_engines},
    {"routers", QH_N("ways to let the flow change in time (run.routing)"), list_routers},
    {"keys", QH_N("keys of case.yaml and columns of the tables; more on one: qinghe explain KEY"), list_keys},
    {"units", QH_N("units that tables may use"), list_units},
    {"commands", QH_N("commands of qinghe"), list_commands},
};

enum { N_KIND = sizeof kinds / sizeof *kinds };

static void show_kinds(const qh_app *app) {
    qh_table *table = qh_table_create(app);
    qh_table_column(table, QH_LEFT, NULL);
    qh_table_column(table, QH_WRAP, NULL);
    for (size_t i = 0; i < N_KIND; i++) {
        qh_table_cell(table, "%s", kinds[i].name);
        qh_table_cell(table, "%s", qh_tr(app->lang, kinds[i].what));
    }
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

static int list_kind(const qh_app *app, const kind *k, const char *standard, const char *folder, bool json) {
    listing l = {.app = app, .standard = standard, .folder = folder};
    l.diag = qh_need(qh_diag_create(app->lang));
    l.arena = qh_need(qh_arena_create());
    const qh_status status = k->list(&l);
    int code = 0;
    if (status != QH_OK)
        code = qh_fail(app, l.diag, status);
    else if (json)
        show_json(&l);
    else
        show_table(&l);
    free(l.cell);
    qh_arena_destroy(l.arena);
    qh_diag_destroy(l.diag);
    return code;
}

static int list_main(const qh_app *app, int argc, char **argv) {
    bool json = false;
    const char *standard = NULL, *folder = NULL, *name = NULL;
    const qh_option table[] = {
        {0, "json", NULL, QH_N("print JSON, for programs; always in English"), NULL, NULL, &json, NULL, NULL},
        {0, "standard", "CODE|FILE", QH_N("with standards and items: this standard only"), QH_N("all that ship"), NULL,
         NULL, &standard, NULL},
        {0, "case", "CASE", QH_N("with scenarios: the folder of this case"), QH_N("the current folder"), NULL, NULL,
         &folder, NULL},
    };
    const qh_usage usage = {
        .command = &qh_command_list,
        .description = QH_N(
            "Lists what this build knows. Without an argument it lists what can be listed. A confidence other than V\n"
            "means that the number or formula was not read in its own document: docs/standards.md explains the marks."),
        .examples = "qinghe list dispersion\n"
                    "qinghe list items --standard GB3838-2002\n"
                    "qinghe list scenarios --case examples/apengjiang\n"
                    "qinghe list units --json",
        .exit_codes = "024",
        .min_operands = 0,
        .max_operands = 1,
        .n_option = sizeof table / sizeof *table,
        .option = table,
    };
    size_t n_operand = 0;
    const int code = qh_options_parse(app, &usage, argc, argv, &name, &n_operand);
    if (code >= 0) return code;
    if (n_operand == 0) {
        show_kinds(app);
        return 0;
    }
    const char *names[N_KIND];
    for (size_t i = 0; i < N_KIND; i++) {
        if (strcmp(kinds[i].name, name) == 0) return list_kind(app, &kinds[i], standard, folder, json);
        names[i] = kinds[i].name;
    }
    const char *closest = qh_closest(name, N_KIND, names);
    if (closest)
        return qh_wrong_use(app, "list", qh_tr(app->lang, "there is no list of '%s'; did you mean '%s'?"), name,
                            closest);
    return qh_wrong_use(app, "list", qh_tr(app->lang, "there is no list of '%s'"), name);
}

const qh_command qh_command_list = {
    .name = "list",
    .arguments = "[kinetics|reaeration|standards|items|discharge|scenarios|changes|plots|dispersion|channels|ecoflow|"
                 "structures|engines|routers|keys|units|commands]",
    .summary = QH_N("list what this build knows: standards, formulas, rules, units ..."),
    .order = 60,
    .main = list_main,
};
