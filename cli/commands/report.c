/* qinghe report: stored runs as one HTML page to hand in. */
#include <stdio.h>

#include "cli/messages.h"
#include "cli/options.h"
#include "io/standard_reader.h"
#include "viz/report.h"

extern const qh_command qh_command_report;

enum { MAX_RUNS = 12 };

typedef struct report_options {
    const char *output, *standard;
} report_options;

/* Opens the stores one after the other; those that were opened are the caller's to close, whatever happens. */
static qh_status open_stores(size_t count, const char *const *path, qh_diag *diag, qh_store **store, size_t *failed) {
    for (size_t i = 0; i < count; i++) {
        *failed = i;
        QH_TRY(qh_store_open(path[i], diag, &store[i]));
    }
    *failed = count;
    return QH_OK;
}

static int report(const qh_app *app, const report_options *options, size_t count, const char *const *path) {
    qh_diag *diag = qh_need(qh_diag_create(app->lang));
    qh_store *store[MAX_RUNS] = {NULL};
    qh_standard *standard = NULL;
    size_t failed = 0;
    qh_status status = open_stores(count, path, diag, store, &failed);
    if (status == QH_OK) {
        const char *const code = options->standard ? options->standard : qh_store_get_info(store[0])->standard;
        status = qh_standard_read(code, diag, &standard);
    }
    if (status == QH_OK) {
        const qh_report_request request = {
            .n_store = count, .store = store, .standard = standard, .lang = app->lang, .output = options->output};
        status = qh_report_write(&request, diag);
    }
    int code = 0;
    if (status == QH_OK) {
        qh_print_messages(diag);
        printf("%s\n", options->output);
    } else {
        code = qh_fail(app, diag, status);
        if (failed < count && status == QH_E_IO) qh_tell_of_part(app, path[failed]);
    }
    qh_standard_destroy(standard);
    for (size_t i = 0; i < count; i++)
        qh_store_close(store[i]);
    qh_diag_destroy(diag);
    return code;
}

static int report_main(const qh_app *app, int argc, char **argv) {
    report_options options = {0};
    const qh_option table[] = {
        {'o', "output", "FILE.html", QH_N("page to write"), NULL, NULL, NULL, &options.output, NULL},
        {0, "standard", "CODE|FILE", QH_N("judge all runs by this standard"),
         QH_N("the one that the case of the first run names"), NULL, NULL, &options.standard, NULL},
    };
    const qh_usage usage = {
        .command = &qh_command_report,
        .description = QH_N(
            "Writes stored runs as one HTML page that opens without a network: the verdict first, then the map of\n"
            "the network, longitudinal profiles, series, attainment by section and item, sources with their\n"
            "loads, ecological flow, mass budget, and what all of it rests on. Several runs of the same reaches\n"
            "are drawn over one another; the first one leads. The page opens in the language of the command and\n"
            "holds both; it prints to A4, each figure saves as PNG or SVG, each table as CSV."),
        .examples = "qinghe report a.h5 -o report.html\n"
                    "qinghe report now.h5 upgraded.h5 -o comparison.html --lang zh",
        .exit_codes = "024",
        .min_operands = 1,
        .max_operands = MAX_RUNS,
        .n_option = sizeof table / sizeof *table,
        .option = table,
    };
    const char *path[MAX_RUNS] = {NULL};
    size_t count = 0;
    const int code = qh_options_parse(app, &usage, argc, argv, path, &count);
    if (code >= 0) return code;
    if (!options.output) return qh_wrong_use(app, "report", qh_tr(app->lang, "say where the page goes: -o FILE.html"));
    return report(app, &options, count, path);
}

const qh_command qh_command_report = {
    .name = "report",
    .arguments = "RUN.h5 [MORE.h5 ...] -o FILE.html",
    .summary = QH_N("write stored runs as one HTML page with charts, to hand in"),
    .order = 55,
    .main = report_main,
};
