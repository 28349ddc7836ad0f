/* qinghe trace: who brings how much of what stands at each control section. */
#include <stdlib.h>
#include <string.h>

#include "cli/messages.h"
#include "cli/trace.h"
#include "io/response_store.h"
#include "viz/shares.h"

extern const qh_command qh_command_trace;

typedef struct trace_options {
    qh_analysis_request request;
    const char *by, *matrix, *picture;
    qh_text_list section;
    bool json, csv, bom;
} trace_options;

/* Marks the sections asked for; all when none was. False: one is not there, which has been reported. */
static bool choose_sections(const qh_case *c, const qh_text_list *wanted, qh_diag *diag, bool *chosen) {
    for (size_t s = 0; s < c->n_section; s++)
        chosen[s] = wanted->count == 0;
    bool good = true;
    for (size_t w = 0; w < wanted->count; w++) {
        size_t s = 0;
        while (s < c->n_section && strcmp(c->section[s].code, wanted->item[w]) != 0)
            s++;
        if (s < c->n_section)
            chosen[s] = true;
        else
            qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "there is no section '%s'", wanted->item[w]), good = false;
    }
    return good;
}

/* The command line as typed. */
static char *typed(const qh_app *app) {
    size_t size = 1;
    for (int i = 0; i < app->argc; i++)
        size += strlen(app->argv[i]) + 1;
    char *text = qh_need(malloc(size)), *end = text;
    *end = '\0';
    for (int i = 0; i < app->argc; i++) {
        const size_t length = strlen(app->argv[i]);
        if (i > 0) *end++ = ' ';
        memcpy(end, app->argv[i], length + 1);
        end += length;
    }
    return text;
}

static qh_status keep_matrix(const qh_app *app, const trace_options *options, const qh_analysis *a, qh_diag *diag) {
    if (!options->matrix) return QH_OK;
    char *command = typed(app);
    const qh_status status = qh_response_write(options->matrix, a->study->river_case, a->response, command, diag);
    free(command);
    return status;
}

static void show(const qh_shown_trace *shown, const trace_options *options) {
    if (options->json)
        qh_print_trace_json(shown);
    else if (options->csv)
        qh_print_trace_csv(shown, options->bom);
    else
        qh_print_trace(shown);
}

static int trace(const qh_app *app, const trace_options *options) {
    qh_diag *diag = qh_need(qh_diag_create(app->lang));
    qh_analysis *a = NULL;
    qh_trace *traced = NULL;
    bool *chosen = NULL;
    int code = qh_open_analysis(app, "trace", &options->request, diag, &a);
    if (code < 0) {
        qh_trace_by by = QH_BY_SOURCE;
        (void)qh_trace_by_find(options->by, &by); /* one of the choices */
        chosen = qh_need(calloc(a->study->river_case->n_section + 1, sizeof *chosen));
        qh_status status = choose_sections(a->study->river_case, &options->section, diag, chosen) ? QH_OK : QH_E_INPUT;
        if (status == QH_OK) status = qh_trace_create(a, by, &traced);
        if (status == QH_OK) status = keep_matrix(app, options, a, diag);
        if (status == QH_OK && options->picture) status = qh_shares_draw(a, traced, app->lang, options->picture, diag);
        if (status == QH_OK) {
            show(&(qh_shown_trace){app, a, traced, options->request.margin, options->by, chosen}, options);
            code = traced->n_missed > 0;
        } else {
            code = qh_fail(app, diag, status);
        }
    }
    free(chosen);
    qh_trace_destroy(traced);
    qh_analysis_close(a);
    qh_diag_destroy(diag);
    return code;
}

static int trace_main(const qh_app *app, int argc, char **argv) {
    trace_options options = {.request.margin = "none", .by = "source"};
    const qh_option table[] = {
        QH_SCENARIO_OPTION(&options.request.scenario),
        QH_SET_OPTION(&options.request.set),
        {0, "by", "GROUP", QH_N("count sources together: source, kind, category, district, body (responsible body)"),
         "source", "source|kind|category|district|body", NULL, &options.by, NULL},
        {0, "section", "CODE", QH_N("only this control section; may be repeated"), QH_N("all"), NULL, NULL, NULL,
         &options.section},
        QH_STANDARD_OPTION(&options.request.standard),
        QH_MARGIN_OPTION(&options.request.margin, "none"),
        {'o', "output", "FILE", QH_N("also write the response matrix, HDF5; see docs/reference/store.md"), NULL, NULL,
         NULL, &options.matrix, NULL},
        {0, "plot", "FILE", QH_N("also draw it as stacked bars, one a section: .png, .svg or .pdf"), NULL, NULL, NULL,
         &options.picture, NULL},
        {0, "json", NULL, QH_N("print JSON, for programs; stable, see docs/scenarios.md"), NULL, NULL, &options.json,
         NULL, NULL},
        {0, "csv", NULL, QH_N("print CSV, one row a section, constituent and source"), NULL, NULL, &options.csv, NULL,
         NULL},
        {0, "bom", NULL, QH_N("with --csv: begin with a byte order mark, by which Excel knows UTF-8"), NULL, NULL,
         &options.bom, NULL, NULL},
    };
    const qh_usage usage = {
        .command = &qh_command_trace,
        .description = QH_N(
            "Tells what every source (headwaters, tributaries, distributed inflows, outfalls) adds to each\n"
            "constituent at each control section, absolute and in percent of the whole, the annual loads, and the\n"
            "cut that the targets ask of the outfalls. The kinetics must be linear and the run steady.\n"
            "Exit status 1 means that a target is missed."),
        .examples = "qinghe trace examples/apengjiang --section QJ-04\n"
                    "qinghe trace examples/apengjiang --by category --scenario 提标\n"
                    "qinghe trace examples/apengjiang --csv --bom > shares.csv",
        .exit_codes = "01234",
        .min_operands = 1,
        .max_operands = 1,
        .n_option = sizeof table / sizeof *table,
        .option = table,
    };
    size_t n_operand = 0;
    int code = qh_options_parse(app, &usage, argc, argv, &options.request.folder, &n_operand);
    if (code < 0 && options.json && options.csv)
        code = qh_wrong_use(app, "trace", qh_tr(app->lang, "choose one of --json and --csv"));
    if (code < 0 && options.bom && !options.csv)
        code = qh_wrong_use(app, "trace", qh_tr(app->lang, "--bom goes with --csv"));
    if (code < 0) code = trace(app, &options);
    qh_text_list_free(&options.request.set);
    qh_text_list_free(&options.section);
    return code;
}

const qh_command qh_command_trace = {
    .name = "trace",
    .arguments = "CASE [--scenario NAME] [--by GROUP] [--section CODE]... [--json|--csv]",
    .summary = QH_N("tell which source brings how much to each control section"),
    .order = 51,
    .main = trace_main,
};
