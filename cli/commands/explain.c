/* qinghe explain: what the schema says of tables and keys; with --markdown, the reference in docs/. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/messages.h"
#include "cli/options.h"
#include "cli/table.h"
#include "io/schema.h"
#include "model/status.h"

extern const qh_command qh_command_explain;

enum { TEXT = 2048 };

static const char *title_of(const qh_key_table *table) { return table->name[0] ? table->name : "case.yaml"; }

/* Where a table is written: "outfalls.csv", "a list in case.yaml". */
static const char *place_of(const qh_key_table *table) { return table->file; }

static bool has_columns(const qh_key_table *table) { return table->input_offset != QH_NOT_STORED; }

/* What the columns of constituents look like, where a table has them. */
static const char *constituent_columns(const qh_key_table *table) {
    if (table->form == QH_FORM_SCENARIO)
        return QH_N("Besides, constituents by name, `COD: 50 mg/L` (concentration) or `COD: 20 kg/d` (load).");
    if (table->limit_offset != QH_NOT_STORED)
        return QH_N("Besides, a column for every constituent, `COD [mg/L]` (concentration) or `COD [kg/d]` (load): a "
                    "number, or `series:NAME` in unsteady runs; 0 must be written. `COD limit [mg/L]` (or `COD限值 "
                    "[mg/L]`) is the permitted concentration, optional.");
    if (table->input_loads)
        return QH_N("Besides, a column for every constituent, `COD [mg/L]` (concentration) or `COD [kg/d]` (load): a "
                    "number, or `series:NAME` in unsteady runs; 0 must be written.");
    return QH_N("Besides, a column for every constituent, `COD [mg/L]` (concentration): a number, or `series:NAME` in "
                "unsteady runs; 0 must be written.");
}

/* ---- on a terminal ---- */

static void row(const qh_app *app, qh_table *table, const char *what, const char *text) {
    if (!text[0]) return;
    qh_table_cell(table, "  %s", qh_tr(app->lang, what));
    qh_table_cell(table, "%s", text);
}

static void explain_choices(const qh_app *app, qh_table *out, const qh_key *key) {
    char alias[128];
    const char *name = NULL;
    for (size_t i = 0; (name = qh_key_choice(key, i, sizeof alias, alias)); i++) {
        qh_table_cell(out, "  %s", i == 0 ? qh_tr(app->lang, "values") : "");
        qh_table_cell(out, alias[0] ? "%s  %s" : "%s%s", name, alias);
    }
}

static void known_units(const qh_key *key, size_t size, char *buffer) {
    buffer[0] = '\0';
    if (key->kind != QH_KEY_NUMBER && key->kind != QH_KEY_OPTIONAL) return;
    if (key->dimension != QH_DIM_NONE) qh_dimension_units(key->dimension, size, buffer);
}

static void explain_key(const qh_app *app, const qh_key_table *table, const qh_key *key) {
    char text[TEXT];
    qh_key_path(table, key, sizeof text, text);
    printf("%s", text);
    if (key->aliases[0]) {
        printf("  ");
        for (const char *p = key->aliases; *p; p++)
            (void)putchar(*p == '|' ? ',' : *p);
    }
    printf("\n");
    qh_table *out = qh_table_create(app);
    qh_table_column(out, QH_LEFT, NULL);
    qh_table_column(out, QH_WRAP, NULL);
    row(app, out, QH_N("meaning"), qh_tr(app->lang, key->help));
    row(app, out, QH_N("stands in"), place_of(table));
    if (key->choice || key->registry) {
        explain_choices(app, out, key);
    } else {
        qh_key_kind_text(key, app->lang, sizeof text, text);
        row(app, out, QH_N("value"), text);
    }
    known_units(key, sizeof text, text);
    row(app, out, QH_N("units"), text);
    if (key->unit_optional && key->unit) row(app, out, QH_N("without unit"), key->unit);
    const qh_unit *unit = key->unit ? qh_unit_find(key->unit, key->dimension) : NULL;
    qh_key_range_text(key, unit, app->lang, sizeof text, text);
    row(app, out, QH_N("range"), text);
    qh_key_presence_text(key, app->lang, sizeof text, text);
    row(app, out, QH_N("presence"), text);
    qh_table_print(out, stdout);
    qh_table_destroy(out);
}

static void explain_table(const qh_app *app, const qh_key_table *table) {
    printf("%s", title_of(table));
    if (strcmp(title_of(table), place_of(table)) != 0) printf("  (%s)", place_of(table));
    if (table->form == QH_FORM_CSV) printf("  %s", qh_tr(app->lang, table->required ? "required" : "optional"));
    printf("\n%s\n", qh_tr(app->lang, table->help));
    if (has_columns(table)) printf("%s\n", qh_tr(app->lang, constituent_columns(table)));
    qh_table *out = qh_table_create(app);
    qh_table_column(out, QH_LEFT, NULL);
    qh_table_column(out, QH_LEFT, NULL);
    qh_table_column(out, QH_LEFT, NULL);
    qh_table_column(out, QH_WRAP, NULL);
    for (size_t i = 0; i < table->n_key; i++) {
        const qh_key *key = &table->key[i];
        char text[TEXT];
        const bool shows_unit = key->unit && key->dimension != QH_DIM_NONE;
        if (shows_unit)
            qh_table_cell(out, "  %s [%s]", key->name, key->unit);
        else
            qh_table_cell(out, "  %s", key->name);
        qh_key_alias(key->aliases, sizeof text, text);
        qh_table_cell(out, "%s", text);
        qh_key_presence_text(key, app->lang, sizeof text, text);
        qh_table_cell(out, "%s", text);
        qh_table_cell(out, "%s", qh_tr(app->lang, key->help));
    }
    qh_table_print(out, stdout);
    qh_table_destroy(out);
}

static void explain_all(const qh_app *app) {
    const qh_key_table *table = NULL;
    for (size_t i = 0; (table = qh_schema_table(i)); i++) {
        if (i > 0) printf("\n");
        explain_table(app, table);
    }
    printf("\n%s\n", qh_tr(app->lang, "More on one of them: qinghe explain outfalls.flow"));
}

/* ---- Markdown ---- */

/* A cell of a Markdown table: bars and line breaks would end it. */
static void markdown_text(const char *text) {
    for (; *text; text++) {
        if (*text == '|')
            printf("\\|");
        else
            (void)putchar(*text == '\n' ? ' ' : *text);
    }
}

static void markdown_key(const qh_app *app, const qh_key *key) {
    char text[TEXT];
    const char *const no_break = "";
    printf("| `%s`", key->name);
    qh_key_alias(key->aliases, sizeof text, text);
    if (text[0]) printf(" %s", text);
    printf(" | ");
    qh_key_kind_text(key, app->lang, sizeof text, text);
    markdown_text(text);
    const qh_unit *unit = key->unit ? qh_unit_find(key->unit, key->dimension) : NULL;
    qh_key_range_text(key, unit, app->lang, sizeof text, text);
    printf("%s%s", text[0] ? "; " : no_break, text);
    printf(" | ");
    qh_key_presence_text(key, app->lang, sizeof text, text);
    markdown_text(text);
    printf(" | ");
    markdown_text(qh_tr(app->lang, key->help));
    printf(" |\n");
}

static void markdown_table(const qh_app *app, const qh_key_table *table) {
    printf("\n## %s", title_of(table));
    char alias[128];
    qh_key_alias(table->aliases, sizeof alias, alias);
    if (alias[0] && table->name[0]) printf(" %s", alias);
    printf("\n\n%s\n", qh_tr(app->lang, table->help));
    const bool own_file =
        table->form == QH_FORM_SCENARIO || table->form == QH_FORM_PLAN || table->form == QH_FORM_PROPOSAL;
    if (own_file && !strchr(table->name, '.')) printf("\n%s: `%s`.\n", qh_tr(app->lang, "File"), table->file);
    if (table->form == QH_FORM_CSV)
        printf("\n%s: `%s`, %s.\n", qh_tr(app->lang, "File"), table->file,
               qh_tr(app->lang, table->required ? "required" : "optional"));
    if (has_columns(table)) printf("\n%s\n", qh_tr(app->lang, constituent_columns(table)));
    printf("\n| %s | %s | %s | %s |\n| --- | --- | --- | --- |\n",
           qh_tr(app->lang, table->form == QH_FORM_CSV ? "column" : "key"), qh_tr(app->lang, "value"),
           qh_tr(app->lang, "presence"), qh_tr(app->lang, "meaning"));
    for (size_t i = 0; i < table->n_key; i++)
        markdown_key(app, &table->key[i]);
}

static void markdown_units(const qh_app *app) {
    printf("\n## %s\n\n%s\n\n| %s | %s |\n| --- | --- |\n", qh_tr(app->lang, "Units"),
           qh_tr(app->lang,
                 "Units stand in the header in brackets, `flow [m3/d]`, or behind the number in case.yaml, "
                 "`10 d`. They are checked by dimension. Chinese and superscript spellings (立方米/秒, m³/s) "
                 "are understood."),
           qh_tr(app->lang, "quantity"), qh_tr(app->lang, "units"));
#define QH_MARKDOWN_UNITS(code, unit, name)                                                                            \
    {                                                                                                                  \
        char text[TEXT];                                                                                               \
        qh_dimension_units(code, sizeof text, text);                                                                   \
        printf("| %s | ", qh_tr(app->lang, name));                                                                     \
        markdown_text(text);                                                                                           \
        printf(" |\n");                                                                                                \
    }
    QH_DIMENSION_LIST(QH_MARKDOWN_UNITS)
#undef QH_MARKDOWN_UNITS
}

static void markdown(const qh_app *app) {
    printf("# %s\n\n<!-- %s -->\n\n", qh_tr(app->lang, "Reference of the case files"),
           "Generated by `qinghe explain --markdown` (make docs): change io/schema_tables.c instead.");
    printf(
        "%s\n",
        qh_tr(app->lang,
              "A case is a folder: `case.yaml` and CSV tables, as a spreadsheet saves them (UTF-8 or GB18030; comma, "
              "semicolon or tab). Every key and column has an English name and a Chinese alias; either may be used. "
              "An empty cell is a value that is not given; 0 must be written. Columns that begin with `#` are the "
              "user's own. `qinghe explain KEY` says the same on the command line."));
    const qh_key_table *table = NULL;
    for (size_t i = 0; (table = qh_schema_table(i)); i++)
        markdown_table(app, table);
    markdown_units(app);
}

/* ---- finding ---- */

/* "flow" alone: of every table that has such a key. */
static size_t explain_bare(const qh_app *app, const char *name) {
    size_t found = 0;
    const qh_key_table *table = NULL;
    for (size_t i = 0; (table = qh_schema_table(i)); i++) {
        const qh_key *key = qh_schema_find_key(table, name);
        if (!key) continue;
        if (found++ > 0) printf("\n");
        explain_key(app, table, key);
    }
    return found;
}

static int explain(const qh_app *app, const char *path) {
    const qh_key_table *table = qh_schema_find_table(path);
    if (table) {
        explain_table(app, table);
        return 0;
    }
    const qh_key *key = strchr(path, '.') ? qh_schema_find(path, &table) : NULL;
    if (key) {
        explain_key(app, table, key);
        return 0;
    }
    if (!strchr(path, '.') && explain_bare(app, path) > 0) return 0;
    char nearest[128];
    qh_schema_suggest(path, sizeof nearest, nearest);
    if (nearest[0])
        return qh_wrong_use(app, "explain", qh_tr(app->lang, "there is no key '%s'; did you mean '%s'?"), path,
                            nearest);
    return qh_wrong_use(app, "explain", qh_tr(app->lang, "there is no key '%s'"), path);
}

static int explain_main(const qh_app *app, int argc, char **argv) {
    const char *path = NULL;
    bool as_markdown = false;
    const qh_option table[] = {
        {0, "markdown", NULL, QH_N("all of it as Markdown: docs/reference/case.md"), NULL, NULL, &as_markdown, NULL,
         NULL},
    };
    const qh_usage usage = {
        .command = &qh_command_explain,
        .description =
            QH_N("Tells what a key of case.yaml or a column of a table means, its unit, range and default; in English\n"
                 "or Chinese names. Without KEY: all of them."),
        .examples = "qinghe explain outfalls\n"
                    "qinghe explain outfalls.flow\n"
                    "qinghe explain 流量 --lang zh",
        .exit_codes = "02",
        .min_operands = 0,
        .max_operands = 1,
        .n_option = sizeof table / sizeof *table,
        .option = table,
    };
    size_t n_operand = 0;
    const int code = qh_options_parse(app, &usage, argc, argv, &path, &n_operand);
    if (code >= 0) return code;
    if (as_markdown) {
        markdown(app);
        return 0;
    }
    if (n_operand == 0) {
        explain_all(app);
        return 0;
    }
    return explain(app, path);
}

const qh_command qh_command_explain = {
    .name = "explain",
    .arguments = "[KEY]",
    .summary = QH_N("tell what a key or a column means"),
    .order = 80,
    .main = explain_main,
};
