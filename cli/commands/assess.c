/* qinghe assess: judges a stored run. */
#include <string.h>

#include "cli/assessment.h"
#include "cli/assessment_takers.h"
#include "cli/messages.h"
#include "cli/options.h"
#include "io/standard_reader.h"

extern const qh_command qh_command_assess;

typedef struct assess_options {
    const char *path, *standard, *statistic, *rows;
    bool json, csv, bom;
} assess_options;

/* The rows that --rows asks for; false for the items. */
static bool release_rows(const assess_options *options, qh_release_rows *rows) {
    static const char *const name[] = {[QH_RELEASE_DAYS] = "station-days",
                                       [QH_RELEASE_MONTHS] = "station-months",
                                       [QH_RELEASE_TAKERS] = "station-takers",
                                       [QH_RELEASE_RESERVOIRS] = "reservoir-days",
                                       [QH_RELEASE_TRANSFERS] = "transfer-days"};
    for (size_t i = 0; options->rows && i < sizeof name / sizeof *name; i++) {
        if (strcmp(options->rows, name[i]) != 0) continue;
        *rows = (qh_release_rows)i;
        return true;
    }
    return false;
}

static qh_status check_rows(const assess_options *options, const qh_store_info *info, qh_diag *diag) {
    qh_release_rows rows;
    if (!release_rows(options, &rows)) return QH_OK;
    if (rows == QH_RELEASE_RESERVOIRS || rows == QH_RELEASE_TRANSFERS) {
        QH_CHECK(rows == QH_RELEASE_RESERVOIRS ? info->storage != NULL : info->moved != NULL, QH_E_INPUT, diag,
                 QH_NOWHERE,
                 "%s: no reservoirs or transfers by day; it needs some, flow that changes in time (run.routing), a "
                 "whole day and a run that ended",
                 info->path);
        return QH_OK;
    }
    QH_CHECK(info->release, QH_E_INPUT, diag, QH_NOWHERE,
             "%s: no ecological flow by day; it needs a station, flow that changes in time (run.routing), a whole day "
             "and a run that ended",
             info->path);
    QH_CHECK(rows != QH_RELEASE_MONTHS || *info->start, QH_E_INPUT, diag, QH_NOWHERE,
             "%s: the run has no start date, so its days belong to no month; see run.start", info->path);
    QH_CHECK(rows != QH_RELEASE_TAKERS || qh_takers_known(info), QH_E_INPUT, diag, QH_NOWHERE,
             "%s: the file is older and does not keep what withdrawals took by day; run the case again", info->path);
    return QH_OK;
}

static void show(const qh_shown_assessment *shown, const assess_options *options) {
    qh_release_rows rows;
    if (options->json)
        qh_print_assessment_json(shown);
    else if (release_rows(options, &rows))
        qh_print_release_csv(shown->info, rows, options->bom);
    else if (options->csv)
        qh_print_assessment_csv(shown, options->bom);
    else
        qh_print_assessment(shown);
}

static qh_status judge(const qh_app *app, const assess_options *options, qh_store *store, qh_diag *diag,
                       bool *attained) {
    const qh_store_info *info = qh_store_get_info(store);
    if (!info->complete)
        qh_diag_add(diag, QH_WARNING, QH_NOWHERE, "%s: the run was stopped; it is judged up to its last sample",
                    info->path);
    qh_statistic statistic = qh_statistic_default(info);
    if (options->statistic) (void)qh_statistic_find(options->statistic, &statistic); /* one of the choices */
    qh_standard *standard = NULL;
    qh_assessment *assessment = NULL;
    QH_TRY(check_rows(options, info, diag));
    qh_status status = qh_standard_read(options->standard ? options->standard : info->standard, diag, &standard);
    if (status == QH_OK) status = qh_assess(store, standard, statistic, diag, &assessment);
    if (status == QH_OK) {
        qh_print_messages(diag);
        const qh_shown_assessment shown = {app, info, standard, assessment};
        show(&shown, options);
        *attained = assessment->all_attained;
    }
    qh_assessment_destroy(assessment);
    qh_standard_destroy(standard);
    return status;
}

static int assess(const qh_app *app, const assess_options *options) {
    qh_diag *diag = qh_need(qh_diag_create(app->lang));
    qh_store *store = NULL;
    bool attained = false;
    qh_status status = qh_store_open(options->path, diag, &store);
    if (status == QH_OK) status = judge(app, options, store, diag, &attained);
    const int code = status == QH_OK ? !attained : qh_fail(app, diag, status);
    if (status == QH_E_IO) qh_tell_of_part(app, options->path);
    qh_store_close(store);
    qh_diag_destroy(diag);
    return code;
}

static int assess_main(const qh_app *app, int argc, char **argv) {
    assess_options options = {0};
    const qh_option table[] = {
        {0, "standard", "CODE|FILE",
         QH_N("judge by this standard: one that ships (qinghe list standards) or a file of the same form"),
         QH_N("the one that the case names"), NULL, NULL, &options.standard, NULL},
        {0, "statistic", "NAME",
         QH_N("what is judged: the mean of the run, the worst instant, or the worst daily, monthly or annual mean: "
              "mean, instant, daily, monthly, annual"),
         QH_N("monthly for an unsteady run of a month or longer, else mean"), "mean|instant|daily|monthly|annual", NULL,
         &options.statistic, NULL},
        {0, "json", NULL, QH_N("print JSON, for programs; stable, see docs/assess.md"), NULL, NULL, &options.json, NULL,
         NULL},
        {0, "csv", NULL, QH_N("print CSV; see --rows"), NULL, NULL, &options.csv, NULL, NULL},
        {0, "rows", "NAME",
         QH_N("with --csv, what a row is: a section and item; the ecological flow below a station by day or by "
              "month; who took the water while a station was short; level and balance of a reservoir by day; what a "
              "transfer moved by day: section-items, station-days, station-months, station-takers, reservoir-days, "
              "transfer-days"),
         "section-items", "section-items|station-days|station-months|station-takers|reservoir-days|transfer-days", NULL,
         &options.rows, NULL},
        {0, "bom", NULL, QH_N("with --csv: begin with a byte order mark, by which Excel knows UTF-8"), NULL, NULL,
         &options.bom, NULL, NULL},
    };
    const qh_usage usage = {
        .command = &qh_command_assess,
        .description = QH_N(
            "Judges a stored run: for each control section and item the value, its class by the single-factor method,\n"
            "the target, the multiple of exceedance and the main pollution items; for the river the attainment rate\n"
            "and grade; for each station the ecological flow; for each intake its water; for reservoirs levels and\n"
            "balance, for transfers what they moved, by day, where the flow changes in time. Nothing is solved again,\n"
            "so one run can be judged under several standards. RUN.h5 may be the .part file of a stopped run.\n"
            "Limits and rules whose text was not verified are marked and explained below the tables."),
        .examples = "qinghe assess a.h5\n"
                    "qinghe assess a.h5 --json | python3 -m json.tool\n"
                    "qinghe assess year.h5 --statistic daily --csv --bom > year.csv\n"
                    "qinghe assess year.h5 --csv --rows station-months > ecological-flow.csv\n"
                    "qinghe assess year.h5 --csv --bom --rows reservoir-days > levels.csv",
        .exit_codes = "0124",
        .min_operands = 1,
        .max_operands = 1,
        .n_option = sizeof table / sizeof *table,
        .option = table,
    };
    size_t n_operand = 0;
    const int code = qh_options_parse(app, &usage, argc, argv, &options.path, &n_operand);
    if (code >= 0) return code;
    if (options.json && options.csv)
        return qh_wrong_use(app, "assess", qh_tr(app->lang, "choose one of --json and --csv"));
    if (options.bom && !options.csv) return qh_wrong_use(app, "assess", qh_tr(app->lang, "--bom goes with --csv"));
    if (options.rows && !options.csv) return qh_wrong_use(app, "assess", qh_tr(app->lang, "--rows goes with --csv"));
    return assess(app, &options);
}

const qh_command qh_command_assess = {
    .name = "assess",
    .arguments = "RUN.h5 [--standard CODE|FILE] [--statistic NAME] [--json|--csv]",
    .summary = QH_N("judge a stored run: classes, attainment, ecological flow; exit 1 when a target is missed"),
    .order = 40,
    .main = assess_main,
};
