/* qinghe validate: every problem of the input, nothing solved. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/effects.h"
#include "cli/messages.h"
#include "cli/options.h"
#include "cli/settings.h"
#include "cli/table.h"
#include "scenarios/run.h"
#include "scenarios/study.h"

extern const qh_command qh_command_validate;

static void count_row(const qh_app *app, qh_table *table, const char *what, size_t count) {
    qh_table_cell(table, "%s", qh_tr(app->lang, what));
    qh_table_cell(table, "%zu", count);
}

static void print_summary(const qh_app *app, const qh_case *c, const qh_prepared *prepared) {
    printf("%s%s%s%s%s\n\n", c->name, *c->title ? "  " : "", c->title, *c->note ? "  " : "", c->note);
    qh_table *table = qh_table_create(app);
    qh_table_column(table, QH_LEFT, NULL);
    qh_table_column(table, QH_RIGHT, NULL);
    count_row(app, table, QH_N("constituents"), c->n_constituent);
    count_row(app, table, QH_N("reaches"), c->n_reach);
    count_row(app, table, QH_N("nodes"), c->n_node);
    count_row(app, table, QH_N("headwaters"), c->n_headwater);
    count_row(app, table, QH_N("tributaries"), c->n_tributary);
    count_row(app, table, QH_N("outfalls"), c->n_outfall);
    count_row(app, table, QH_N("distributed inflows"), c->n_lateral);
    count_row(app, table, QH_N("withdrawals and intakes"), c->n_withdrawal);
    if (c->n_transfer > 0) count_row(app, table, QH_N("transfers"), c->n_transfer);
    count_row(app, table, QH_N("diversion stations"), c->n_station);
    count_row(app, table, QH_N("control sections"), c->n_section);
    count_row(app, table, QH_N("routes"), c->n_route);
    count_row(app, table, QH_N("time series"), c->n_series);
    count_row(app, table, QH_N("input files"), c->n_file);
    count_row(app, table, QH_N("cells of the grid"), prepared->grid->n_cell);
    qh_table_print(table, stdout);
    qh_table_destroy(table);
    printf("\n%s\n", qh_tr(app->lang, "no errors"));
}

typedef struct validate_options {
    const char *folder, *scenario;
    qh_text_list set;
    bool quiet;
} validate_options;

static int validate(const qh_app *app, const validate_options *options) {
    qh_setting *settings = NULL;
    const int wrong = qh_read_settings(app, "validate", &options->set, &settings);
    if (wrong >= 0) return wrong;
    qh_diag *diag = qh_need(qh_diag_create(app->lang));
    qh_study *study = NULL;
    qh_prepared *prepared = NULL;
    qh_status status = qh_study_open(options->folder, options->set.count, settings, options->scenario, diag, &study);
    if (status == QH_OK) status = qh_prepare(study->river_case, diag, &prepared);
    int code = qh_status_exit_code(status);
    if (status == QH_OK) {
        qh_print_messages(diag);
        if (!options->quiet) {
            qh_print_effects(app, study->river_case);
            print_summary(app, study->river_case, prepared);
        }
    } else {
        code = qh_fail(app, diag, status);
    }
    qh_prepared_destroy(prepared);
    qh_study_close(study);
    qh_diag_destroy(diag);
    free(settings);
    return code;
}

static int validate_main(const qh_app *app, int argc, char **argv) {
    validate_options options = {0};
    const qh_option table[] = {
        QH_SCENARIO_OPTION(&options.scenario),
        QH_SET_OPTION(&options.set),
        {'q', "quiet", NULL, QH_N("no summary; problems are still told"), NULL, NULL, &options.quiet, NULL, NULL},
    };
    const qh_usage usage = {
        .command = &qh_command_validate,
        .description =
            QH_N("Reads a case folder and builds its network, flow and grid, but solves nothing. Every problem of\n"
                 "every file is told in one run, as file:line:column: what is wrong and what was expected."),
        .examples = "qinghe validate examples/apengjiang\n"
                    "qinghe validate examples/apengjiang --scenario 提标\n"
                    "qinghe validate mycase --lang zh --set solver.cell_length='50 m'",
        .exit_codes = "0234",
        .min_operands = 1,
        .max_operands = 1,
        .n_option = sizeof table / sizeof *table,
        .option = table,
    };
    size_t n_operand = 0;
    int code = qh_options_parse(app, &usage, argc, argv, &options.folder, &n_operand);
    if (code < 0) code = validate(app, &options);
    qh_text_list_free(&options.set);
    return code;
}

const qh_command qh_command_validate = {
    .name = "validate",
    .arguments = "CASE [--scenario NAME] [--set KEY=VALUE]...",
    .summary = QH_N("tell every problem of a case, solve nothing"),
    .order = 20,
    .main = validate_main,
};
