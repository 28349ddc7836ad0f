/* qinghe permit: whether an outfall may be permitted, and on what terms. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/analysis.h"
#include "cli/messages.h"
#include "cli/permit.h"
#include "cli/typed.h"
#include "viz/report.h"

extern const qh_command qh_command_permit;

typedef struct permit_options {
    qh_study_request study;
    const char *proposal, *outfall, *report;
    bool json, csv, bom;
} permit_options;

static void show(const qh_shown_permit *shown, const permit_options *options) {
    if (options->json)
        qh_print_permit_json(shown);
    else if (options->csv)
        qh_print_permit_csv(shown, options->bom);
    else
        qh_print_permit(shown);
}

static qh_status write_report(const qh_app *app, const permit_options *options, const qh_permit *made, qh_diag *diag) {
    if (!options->report) return QH_OK;
    qh_arena *arena = qh_need(qh_arena_create());
    const qh_permit_report_request request = {
        .permit = made, .lang = app->lang, .command = qh_command_line(app, arena), .output = options->report};
    const qh_status status = qh_permit_report_write(&request, diag);
    qh_arena_destroy(arena);
    return status;
}

static int permit(const qh_app *app, const permit_options *options) {
    qh_permit_options asked = {.proposal = options->proposal, .outfall = options->outfall};
    const int wrong = qh_read_study_request(app, "permit", &options->study, &asked.study);
    if (wrong >= 0) return wrong;
    qh_diag *diag = qh_need(qh_diag_create(app->lang));
    qh_permit *made = NULL;
    qh_status status = qh_permit_open(&asked, diag, &made);
    free((void *)asked.study.setting);
    if (status == QH_OK) status = write_report(app, options, made, diag);
    int code = 0;
    if (status == QH_OK) {
        qh_print_messages(diag);
        show(&(qh_shown_permit){app, made}, options);
        /* Not among the results, which may be for a program. */
        if (options->report) qh_tell(qh_tr(app->lang, "the report is in %s"), options->report);
        code = made->conclusion >= QH_PERMIT_FAILS;
    } else {
        code = qh_fail(app, diag, status);
    }
    qh_permit_destroy(made);
    qh_diag_destroy(diag);
    return code;
}

/* Wrong use as a message in the language at hand, NULL: none. */
static const char *objection(const permit_options *o) {
    if (!o->proposal == !o->outfall) return QH_N("give either --proposal or --outfall");
    if (o->json && o->csv) return QH_N("choose one of --json and --csv");
    if (o->bom && !o->csv) return QH_N("--bom goes with --csv");
    return NULL;
}

static int permit_main(const qh_app *app, int argc, char **argv) {
    permit_options options = {.proposal = NULL};
    const qh_option table[] = {
        {0, "proposal", "NAME|FILE",
         QH_N("the proposal: a file, or the name of one in the folder proposals of the case"), NULL, NULL, NULL,
         &options.proposal, NULL},
        {0, "outfall", "CODE",
         QH_N("an outfall of the case as it stands, or the one that a proposal of its folder asks for"), NULL, NULL,
         NULL, &options.outfall, NULL},
        QH_SCENARIO_OPTION(&options.study.scenario),
        QH_SET_OPTION(&options.study.set),
        QH_STANDARD_OPTION(&options.study.standard),
        {0, "report", "FILE",
         QH_N("write it as a report too: .html, which holds both languages; .md or .docx, which can be edited"), NULL,
         NULL, NULL, &options.report, NULL},
        {0, "json", NULL, QH_N("print JSON, for programs; stable, see docs/permit.md"), NULL, NULL, &options.json, NULL,
         NULL},
        {0, "csv", NULL, QH_N("print CSV, one row a value, with clause and confidence"), NULL, NULL, &options.csv, NULL,
         NULL},
        {0, "bom", NULL, QH_N("with --csv: begin with a byte order mark, by which Excel knows UTF-8"), NULL, NULL,
         &options.bom, NULL, NULL},
    };
    const qh_usage usage = {
        .command = &qh_command_permit,
        .description = QH_N(
            "Evaluates an outfall before it is permitted, as HJ 2.3-2018 asks: grade, periods and design flows; the\n"
            "river without the project, with it, in an accident, with regional cuts, with other approved outfalls;\n"
            "accounting section, safety margin, mixing, range of influence; the load, concentration and tonnes a\n"
            "year that can be permitted; and the conclusion with its reasons. Every number names its clause, and\n"
            "what was not checked against the text of the standard is marked.\n"
            "The report has the same with charts, and the river without the project, with it and with the cuts, in\n"
            "the period in which the targets are hardest to keep; see docs/report.md.\n"
            "Exit status 1 means that it does not attain, or that no outfall may stand there."),
        .examples = "qinghe permit examples/apengjiang --proposal puhua\n"
                    "qinghe permit examples/apengjiang --outfall QJ-GY-011 --lang zh\n"
                    "qinghe permit examples/apengjiang --proposal zhengyang --lang zh --report zhengyang.html\n"
                    "qinghe permit examples/apengjiang --proposal mine.yaml --csv --bom > permit.csv",
        .exit_codes = "01234",
        .min_operands = 1,
        .max_operands = 1,
        .n_option = sizeof table / sizeof *table,
        .option = table,
    };
    size_t n_operand = 0;
    int code = qh_options_parse(app, &usage, argc, argv, &options.study.folder, &n_operand);
    const char *wrong = code < 0 ? objection(&options) : NULL;
    if (wrong) code = qh_wrong_use(app, "permit", "%s", qh_tr(app->lang, wrong));
    if (code < 0) code = permit(app, &options);
    qh_text_list_free(&options.study.set);
    return code;
}

const qh_command qh_command_permit = {
    .name = "permit",
    .arguments = "CASE --proposal NAME|FILE | --outfall CODE [--report FILE] [--json|--csv]",
    .summary = QH_N("evaluate an outfall before it is permitted"),
    .order = 53,
    .main = permit_main,
};
