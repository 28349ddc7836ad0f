/* qinghe capacity: permissible loads by section and outfall. */
#include "cli/capacity.h"
#include "cli/messages.h"

extern const qh_command qh_command_capacity;

typedef struct capacity_options {
    qh_analysis_request request;
    bool json, csv, bom;
} capacity_options;

static int capacity(const qh_app *app, const capacity_options *options) {
    qh_diag *diag = qh_need(qh_diag_create(app->lang));
    qh_analysis *a = NULL;
    qh_capacity *surveyed = NULL;
    int code = qh_open_analysis(app, "capacity", &options->request, diag, &a);
    if (code < 0) {
        const qh_status status = qh_capacity_create(a, diag, &surveyed);
        const qh_shown_capacity shown = {app, a, surveyed, options->request.margin};
        code = surveyed && surveyed->n_missed > 0;
        if (status != QH_OK)
            code = qh_fail(app, diag, status);
        else if (options->json)
            qh_print_capacity_json(&shown);
        else if (options->csv)
            qh_print_capacity_csv(&shown, options->bom);
        else
            qh_print_capacity(&shown);
    }
    qh_capacity_destroy(surveyed);
    qh_analysis_close(a);
    qh_diag_destroy(diag);
    return code;
}

static int capacity_main(const qh_app *app, int argc, char **argv) {
    capacity_options options = {.request.margin = "hj2.3"};
    const qh_option table[] = {
        QH_SCENARIO_OPTION(&options.request.scenario),
        QH_SET_OPTION(&options.request.set),
        QH_STANDARD_OPTION(&options.request.standard),
        QH_MARGIN_OPTION(&options.request.margin, "hj2.3"),
        {0, "json", NULL, QH_N("print JSON, for programs; stable, see docs/scenarios.md"), NULL, NULL, &options.json,
         NULL, NULL},
        {0, "csv", NULL, QH_N("print CSV, one row a section or outfall and constituent"), NULL, NULL, &options.csv,
         NULL, NULL},
        {0, "bom", NULL, QH_N("with --csv: begin with a byte order mark, by which Excel knows UTF-8"), NULL, NULL,
         &options.bom, NULL, NULL},
    };
    const qh_usage usage = {
        .command = &qh_command_capacity,
        .description = QH_N(
            "Tells how much may be discharged so that every control section keeps its target with a margin: by the\n"
            "closed forms of GB/T 25173-2010 for the stretch above each section, and by the response of the whole\n"
            "network: each outfall alone, all by the same factor, and the largest total (linear programming).\n"
            "Exit status 1 means that a target is missed with the loads of the case."),
        .examples = "qinghe capacity examples/apengjiang\n"
                    "qinghe capacity examples/apengjiang --scenario 提标 --margin 10%\n"
                    "qinghe capacity examples/apengjiang --csv --bom > capacity.csv",
        .exit_codes = "01234",
        .min_operands = 1,
        .max_operands = 1,
        .n_option = sizeof table / sizeof *table,
        .option = table,
    };
    size_t n_operand = 0;
    int code = qh_options_parse(app, &usage, argc, argv, &options.request.folder, &n_operand);
    if (code < 0 && options.json && options.csv)
        code = qh_wrong_use(app, "capacity", qh_tr(app->lang, "choose one of --json and --csv"));
    if (code < 0 && options.bom && !options.csv)
        code = qh_wrong_use(app, "capacity", qh_tr(app->lang, "--bom goes with --csv"));
    if (code < 0) code = capacity(app, &options);
    qh_text_list_free(&options.request.set);
    return code;
}

const qh_command qh_command_capacity = {
    .name = "capacity",
    .arguments = "CASE [--scenario NAME] [--margin MARGIN] [--json|--csv]",
    .summary = QH_N("tell the permissible loads by section and outfall"),
    .order = 52,
    .main = capacity_main,
};
