/* qinghe compare: what changes from one stored run to others. */
#include <stdlib.h>
#include <string.h>

#include "cli/comparison.h"
#include "cli/messages.h"
#include "cli/options.h"
#include "io/standard_reader.h"

extern const qh_command qh_command_compare;

enum { MOST_RUNS = 64 };

typedef struct compare_options {
    size_t n_run;
    const char *path[MOST_RUNS];
    const char *standard, *statistic;
    bool json, csv, bom, missed;
} compare_options;

/* What is open while runs are compared; all of it is freed at the end. */
typedef struct opened {
    qh_store *store[MOST_RUNS];
    qh_assessment *assessment[MOST_RUNS];
    qh_assessed_run run[MOST_RUNS];
    qh_standard *standard;
    qh_comparison *comparison;
} opened;

static void close_all(opened *o) {
    qh_comparison_destroy(o->comparison);
    for (size_t i = 0; i < MOST_RUNS; i++) {
        qh_assessment_destroy(o->assessment[i]);
        qh_store_close(o->store[i]);
    }
    qh_standard_destroy(o->standard);
    free(o);
}

/* All runs are judged by the standard and the statistic of the first, so that like is compared with like. */
static qh_status judge_all(const compare_options *options, opened *o, qh_diag *diag) {
    const qh_store_info *base = o->run[0].info;
    qh_statistic statistic = qh_statistic_default(base);
    if (options->statistic) (void)qh_statistic_find(options->statistic, &statistic); /* one of the choices */
    QH_TRY(qh_standard_read(options->standard ? options->standard : base->standard, diag, &o->standard));
    for (size_t i = 0; i < options->n_run; i++) {
        const qh_store_info *info = o->run[i].info;
        if (!info->complete)
            qh_diag_add(diag, QH_WARNING, QH_NOWHERE, "%s: the run was stopped; it is judged up to its last sample",
                        info->path);
        /* One that is steady has no statistic; that it cannot be compared with the others is told by qh_compare. */
        const qh_statistic own = info->steady ? QH_STAT_MEAN : statistic;
        QH_TRY(qh_assess(o->store[i], o->standard, own, diag, &o->assessment[i]));
        o->run[i].assessment = o->assessment[i];
    }
    return qh_compare(options->n_run, o->run, diag, &o->comparison);
}

static qh_status open_all(const qh_app *app, const compare_options *options, opened *o, qh_diag *diag) {
    qh_status status = QH_OK;
    for (size_t i = 0; i < options->n_run; i++) {
        const qh_status one = qh_store_open(options->path[i], diag, &o->store[i]);
        if (one != QH_OK) {
            status = one;
            if (one == QH_E_IO) qh_tell_of_part(app, options->path[i]);
            continue;
        }
        o->run[i].info = qh_store_get_info(o->store[i]);
    }
    return status;
}

static int compare(const qh_app *app, const compare_options *options) {
    qh_diag *diag = qh_need(qh_diag_create(app->lang));
    opened *o = qh_need(calloc(1, sizeof *o));
    qh_status status = open_all(app, options, o, diag);
    if (status == QH_OK) status = judge_all(options, o, diag);
    int code = 0;
    if (status == QH_OK) {
        qh_print_messages(diag);
        const qh_shown_comparison shown = {app, o->standard, o->run, o->comparison, options->missed};
        if (options->json)
            qh_print_comparison_json(&shown);
        else if (options->csv)
            qh_print_comparison_csv(&shown, options->bom);
        else
            qh_print_comparison(&shown);
        code = o->comparison->any_lost;
    } else {
        code = qh_fail(app, diag, status);
    }
    close_all(o);
    qh_diag_destroy(diag);
    return code;
}

static int compare_main(const qh_app *app, int argc, char **argv) {
    compare_options options = {0};
    const qh_option table[] = {
        {0, "missed", NULL, QH_N("only rows whose target is missed, in the base or in the other run"), NULL, NULL,
         &options.missed, NULL, NULL},
        {0, "standard", "CODE|FILE",
         QH_N("judge by this standard: one that ships (qinghe list standards) or a file of the same form"),
         QH_N("the one that the first run's case names"), NULL, NULL, &options.standard, NULL},
        {0, "statistic", "NAME", QH_N("what is compared in unsteady runs: mean, instant, daily, monthly, annual"),
         QH_N("as for assess"), "mean|instant|daily|monthly|annual", NULL, &options.statistic, NULL},
        {0, "json", NULL, QH_N("print JSON, for programs; stable, see docs/scenarios.md"), NULL, NULL, &options.json,
         NULL, NULL},
        {0, "csv", NULL, QH_N("print CSV, one row a run, section and constituent"), NULL, NULL, &options.csv, NULL,
         NULL},
        {0, "bom", NULL, QH_N("with --csv: begin with a byte order mark, by which Excel knows UTF-8"), NULL, NULL,
         &options.bom, NULL, NULL},
    };
    const qh_usage usage = {
        .command = &qh_command_compare,
        .description = QH_N(
            "Compares stored runs with the first of them: for each control section and constituent the value, its\n"
            "class, the change and what becomes of the target. The runs must have the same sections and constituents.\n"
            "Exit status 1 means that a target which the first run attains is missed in another."),
        .examples = "qinghe compare a.h5 b.h5\n"
                    "qinghe compare a.h5 b.h5 c.h5 --missed\n"
                    "qinghe compare a.h5 b.h5 --csv --bom > changes.csv",
        .exit_codes = "0124",
        .min_operands = 2,
        .max_operands = MOST_RUNS,
        .n_option = sizeof table / sizeof *table,
        .option = table,
    };
    const int code = qh_options_parse(app, &usage, argc, argv, options.path, &options.n_run);
    if (code >= 0) return code;
    if (options.json && options.csv)
        return qh_wrong_use(app, "compare", qh_tr(app->lang, "choose one of --json and --csv"));
    if (options.bom && !options.csv) return qh_wrong_use(app, "compare", qh_tr(app->lang, "--bom goes with --csv"));
    return compare(app, &options);
}

const qh_command qh_command_compare = {
    .name = "compare",
    .arguments = "BASE.h5 RUN.h5... [--missed] [--json|--csv]",
    .summary = QH_N("tell what changes from one run to others, section by section"),
    .order = 45,
    .main = compare_main,
};
