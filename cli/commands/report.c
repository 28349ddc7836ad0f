/* qinghe report: stored runs as one HTML page to hand in. */
#include <stdio.h>
#include <string.h>

#include "cli/analysis.h"
#include "cli/messages.h"
#include "cli/options.h"
#include "io/standard_reader.h"
#include "viz/report.h"

extern const qh_command qh_command_report;

enum { MAX_RUNS = 12 };

typedef struct report_options {
    const char *output, *standard, *margin, *objective, *costs, *most, *format;
    bool trace, capacity, optimise;
    double most_share; /* -, of `most` */
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

static qh_report_analyses analyses_of(const report_options *options) {
    qh_report_analyses asked = {.trace = options->trace,
                                .capacity = options->capacity,
                                .optimise = options->optimise,
                                .margin = options->margin,
                                .costs = options->costs,
                                .most = options->most_share};
    (void)qh_objective_find(options->objective, &asked.objective); /* one of the choices */
    return asked;
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
        const qh_report_request request = {.n_store = count,
                                           .store = store,
                                           .standard = standard,
                                           .standard_name = options->standard,
                                           .analyses = analyses_of(options),
                                           .lang = app->lang,
                                           .output = options->output};
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

/* Whether the output's name ends in a dot and the format; with no format that is the library's to say. */
static bool agrees(const report_options *options) {
    const char *const dot = strrchr(options->output, '.');
    return !options->format || (dot && strcmp(dot + 1, options->format) == 0);
}

/* -1, or the exit code of wrong use. */
static int check_use(const qh_app *app, report_options *options) {
    qh_margin part;
    if (!options->output)
        return qh_wrong_use(app, "report", qh_tr(app->lang, "say where the report goes: -o FILE.html, .md or .docx"));
    if (!agrees(options))
        return qh_wrong_use(app, "report", qh_tr(app->lang, "--format %s takes an output that ends in .%s, not '%s'"),
                            options->format, options->format, options->output);
    if (!qh_margin_parse(options->margin, &part))
        return qh_wrong_use(app, "report",
                            qh_tr(app->lang, "--margin takes none, hj2.3 or a part such as 10%%, not '%s'"),
                            options->margin);
    const bool plans = options->optimise || options->objective || options->costs || options->most;
    if (plans && !options->optimise)
        return qh_wrong_use(app, "report", qh_tr(app->lang, "--objective, --costs and --most go with --optimise"));
    if (!options->objective) options->objective = options->costs ? "least-cost" : "least-cut";
    if ((strcmp(options->objective, "least-cost") == 0) != (options->costs != NULL))
        return qh_wrong_use(app, "report", qh_tr(app->lang, "--objective least-cost and --costs FILE go together"));
    options->most_share = 1;
    if (!options->most) return -1;
    if (!qh_margin_parse(options->most, &part) || part.rule != QH_MARGIN_SHARE || part.share == 0)
        return qh_wrong_use(app, "report", qh_tr(app->lang, "--most takes a part such as 80%%, not '%s'"),
                            options->most);
    if (options->costs) return qh_wrong_use(app, "report", qh_tr(app->lang, "--most goes without --costs"));
    options->most_share = part.share;
    return -1;
}

static int report_main(const qh_app *app, int argc, char **argv) {
    report_options options = {.margin = "hj2.3"};
    const qh_option table[] = {
        {'o', "output", "FILE", QH_N("page to write, .html; or .md, .docx (by pandoc), which can be edited"), NULL,
         NULL, NULL, &options.output, NULL},
        {0, "format", "NAME", QH_N("html, md or docx, in which the output must end then"),
         QH_N("as the output's name ends"), "html|md|docx", NULL, &options.format, NULL},
        {0, "standard", "CODE|FILE", QH_N("judge all runs by this standard"),
         QH_N("the one that the case of the first run names"), NULL, NULL, &options.standard, NULL},
        {0, "trace", NULL, QH_N("add which source brings how much to each section, as qinghe trace does"), NULL, NULL,
         &options.trace, NULL, NULL},
        {0, "capacity", NULL, QH_N("add the permissible loads, as qinghe capacity does"), NULL, NULL, &options.capacity,
         NULL, NULL},
        {0, "optimise", NULL, QH_N("add the plan of cuts by which all sections attain, as qinghe optimise does"), NULL,
         NULL, &options.optimise, NULL, NULL},
        QH_MARGIN_OPTION(&options.margin, "hj2.3"),
        {0, "objective", "NAME",
         QH_N("what is made least or equal: least-cost, least-cut, equal-percent, equal-concentration"),
         QH_N("least-cost with --costs, else least-cut"), "least-cost|least-cut|equal-percent|equal-concentration",
         NULL, &options.objective, NULL},
        {0, "costs", "FILE", QH_N("CSV table of upgrade levels and costs by the tonne; see docs/scenarios.md"), NULL,
         NULL, NULL, &options.costs, NULL},
        {0, "most", "PART",
         QH_N("with --costs the table tells, else the largest part of any load that may be cut, such as 80%"),
         QH_N("all of it"), NULL, NULL, &options.most, NULL},
    };
    const qh_usage usage = {
        .command = &qh_command_report,
        .description = QH_N(
            "Writes stored runs as one HTML page that opens without a network: the verdict first, then the map of\n"
            "the network, longitudinal profiles, series, attainment by section and item, sources with their\n"
            "loads, ecological flow, mass budget, and what all of it rests on. Several runs of the same reaches\n"
            "are drawn over one another; the first one leads. The page opens in the language of the command and\n"
            "holds both; it prints to A4, each figure saves as PNG or SVG, each table as CSV.\n"
            "Shares of sources, permissible loads and the plan of cuts are worked out anew from the case that\n"
            "each run's file holds; the runs must be steady and linear for that."),
        .examples = "qinghe report a.h5 -o report.html\n"
                    "qinghe report now.h5 upgraded.h5 -o comparison.html --lang zh\n"
                    "qinghe report now.h5 -o report.html --trace --capacity --optimise",
        .exit_codes = "024",
        .min_operands = 1,
        .max_operands = MAX_RUNS,
        .n_option = sizeof table / sizeof *table,
        .option = table,
    };
    const char *path[MAX_RUNS] = {NULL};
    size_t count = 0;
    int code = qh_options_parse(app, &usage, argc, argv, path, &count);
    if (code < 0) code = check_use(app, &options);
    if (code >= 0) return code;
    return report(app, &options, count, path);
}

const qh_command qh_command_report = {
    .name = "report",
    .arguments = "RUN.h5 [MORE.h5 ...] -o FILE.html",
    .summary = QH_N("write stored runs as one HTML page with charts, to hand in"),
    .order = 55,
    .main = report_main,
};
