/* qinghe hydrology: design flows and ecological-flow compliance of a flow record. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/hydrology.h"
#include "cli/messages.h"
#include "cli/options.h"
#include "io/case_reader.h"
#include "io/flow_record_reader.h"
#include "io/quantity.h"
#include "model/ecoflow.h"
#include "viz/frequency_plot.h"

extern const qh_command qh_command_hydrology;

typedef struct hydrology_options {
    const char *path, *column, *year_begins, *target, *folder, *station, *pass, *output;
    bool json, csv, bom;
    int begins;        /* month 1..12 */
    double pass_share; /* - */
    double flow;       /* m3/s, of --target */
} hydrology_options;

/* What the record is held against. */
typedef struct target {
    bool given;
    double flow[12]; /* m3/s */
    char text[256];
    char sources[256];
    const char *clause, *confidence;
} target;

static const qh_station *find_station(const qh_case *river_case, const char *name) {
    for (size_t i = 0; i < river_case->n_station; i++)
        if (strcmp(river_case->station[i].name, name) == 0) return &river_case->station[i];
    return NULL;
}

static qh_status no_station(const qh_case *river_case, const char *name, qh_diag *diag) {
    const char **names = qh_need(calloc(river_case->n_station + 1, sizeof *names));
    for (size_t i = 0; i < river_case->n_station; i++)
        names[i] = river_case->station[i].name;
    const char *closest = qh_closest(name, river_case->n_station, names);
    if (closest)
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "the case has no station '%s'; did you mean '%s'?", name, closest);
    else
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "the case has no station '%s'", name);
    free(names);
    return QH_E_USAGE;
}

static void append(size_t size, char *text, const char *more) {
    const size_t used = strlen(text);
    (void)snprintf(text + used, size - used, "%s", more);
}

/* Its rule with clause; of several all clauses, without a confidence. */
static void name_rules(const qh_station *station, qh_lang lang, target *t) {
    qh_ecoflow_rules rules = {0};
    (void)qh_ecoflow_parse(station->rule, &rules);
    const bool one = rules.count == 1;
    for (size_t i = 0; i < rules.count; i++) {
        append(sizeof t->sources, t->sources, i ? "; " : "");
        append(sizeof t->sources, t->sources, rules.rule[i]->source);
    }
    t->clause = t->sources;
    t->confidence = one ? rules.rule[0]->confidence : "";
    (void)snprintf(t->text, sizeof t->text, "%s, %s", station->name,
                   one ? qh_tr(lang, rules.rule[0]->title) : station->rule);
}

static qh_status station_target(const qh_case *river_case, const char *name, qh_diag *diag, target *t) {
    const qh_station *station = find_station(river_case, name);
    if (!station) return no_station(river_case, name, diag);
    QH_TRY(qh_ecoflow_check(station, diag));
    for (int m = 0; m < 12; m++)
        t->flow[m] = qh_ecoflow_flow(station, m + 1, NULL);
    t->given = true;
    name_rules(station, qh_diag_lang(diag), t);
    return QH_OK;
}

static qh_status find_target(const hydrology_options *options, qh_diag *diag, target *t) {
    if (options->target) {
        t->given = true;
        for (int m = 0; m < 12; m++)
            t->flow[m] = options->flow;
        (void)snprintf(t->text, sizeof t->text, "%.6g m3/s", options->flow);
    }
    if (!options->folder) return QH_OK;
    qh_case *river_case = NULL;
    QH_TRY(qh_case_read(options->folder, 0, NULL, diag, &river_case));
    const qh_status status = station_target(river_case, options->station, diag, t);
    qh_case_destroy(river_case);
    return status;
}

static qh_status plot(const qh_app *app, const hydrology_options *options, const qh_hydrology *h, qh_diag *diag) {
    if (!options->output) return QH_OK;
    return qh_frequency_plot(h, app->lang, options->output, diag);
}

static void show(const qh_shown_hydrology *shown, const hydrology_options *options) {
    if (options->json)
        qh_print_hydrology_json(shown);
    else if (options->csv)
        qh_print_hydrology_csv(shown, options->bom);
    else
        qh_print_hydrology(shown);
}

static qh_status analyse(const qh_app *app, const hydrology_options *options, qh_arena *arena, qh_diag *diag,
                         bool *passes) {
    qh_flow_record record;
    target t = {.given = false};
    qh_hydrology *h = NULL;
    qh_compliance compliance;
    /* What is wrong with the case is told together with what is wrong with the record. */
    const qh_status of_target = find_target(options, diag, &t);
    QH_TRY(qh_flow_record_read(arena, options->path, options->column, diag, &record));
    QH_TRY(of_target);
    QH_TRY(qh_hydrology_analyse(arena, &record, options->begins, diag, &h));
    if (t.given) QH_TRY(qh_compliance_judge(arena, &record, &h->calendar, t.flow, options->pass_share, &compliance));
    QH_TRY(plot(app, options, h, diag));
    qh_print_messages(diag);
    const qh_shown_hydrology shown = {.app = app,
                                      .hydrology = h,
                                      .compliance = t.given ? &compliance : NULL,
                                      .target = t.text,
                                      .target_clause = t.clause,
                                      .target_confidence = t.confidence};
    show(&shown, options);
    *passes = !t.given || ((compliance.day.count.judged == 0 || compliance.day.passes) &&
                           (compliance.month.count.judged == 0 || compliance.month.passes));
    return QH_OK;
}

/* --target and --pass. */
static qh_status read_quantities(hydrology_options *o, qh_diag *diag) {
    double percent = 100 * qh_hydrology_number_get(QH_PASS_SHARE).value;
    bool good = true;
    if (o->pass) good = qh_quantity_read("--pass", o->pass, QH_DIM_NONE, 0, 100, true, diag, &percent);
    if (o->target)
        good = qh_quantity_read("--target", o->target, QH_DIM_FLOW, 0, HUGE_VAL, true, diag, &o->flow) && good;
    o->pass_share = percent / 100;
    return good ? QH_OK : QH_E_USAGE;
}

static int run(const qh_app *app, hydrology_options *options) {
    qh_diag *diag = qh_need(qh_diag_create(app->lang));
    qh_arena *arena = qh_need(qh_arena_create());
    bool passes = false;
    qh_status status = read_quantities(options, diag);
    if (status == QH_OK) status = analyse(app, options, arena, diag, &passes);
    const int code = status == QH_OK ? !passes : qh_fail(app, diag, status);
    qh_arena_destroy(arena);
    qh_diag_destroy(diag);
    return code;
}

/* Values of options; -1, or the exit code of wrong use. */
static int read_values(const qh_app *app, hydrology_options *o) {
    static const char *const me = "hydrology";
    char *end = NULL;
    const long month = strtol(o->year_begins, &end, 10);
    if (*end || month < 1 || month > 12)
        return qh_wrong_use(app, me, qh_tr(app->lang, "--year-begins takes a month, 1 to 12, not '%s'"),
                            o->year_begins);
    o->begins = (int)month;
    if (o->target && o->folder) return qh_wrong_use(app, me, qh_tr(app->lang, "choose one of --target and --case"));
    if (!o->folder != !o->station) return qh_wrong_use(app, me, qh_tr(app->lang, "--case and --station go together"));
    if (o->pass && !o->target && !o->folder)
        return qh_wrong_use(app, me, qh_tr(app->lang, "--pass goes with --target or --case"));
    if (o->json && o->csv) return qh_wrong_use(app, me, qh_tr(app->lang, "choose one of --json and --csv"));
    if (o->bom && !o->csv) return qh_wrong_use(app, me, qh_tr(app->lang, "--bom goes with --csv"));
    return -1;
}

static int hydrology_main(const qh_app *app, int argc, char **argv) {
    hydrology_options o = {.year_begins = "1"};
    const qh_option table[] = {
        {0, "column", "NAME", QH_N("column of the flows, where several hold a discharge"), QH_N("the only one"), NULL,
         NULL, &o.column, NULL},
        {0, "year-begins", "MONTH", QH_N("month in which a year begins, so that a dry season stays in one year"), "1",
         NULL, NULL, &o.year_begins, NULL},
        {0, "target", "FLOW", QH_N("judge the record against this ecological flow, such as 5.2m3/s"), NULL, NULL, NULL,
         &o.target, NULL},
        {0, "case", "CASE", QH_N("judge it against the ecological flow of a station of this case"), NULL, NULL, NULL,
         &o.folder, NULL},
        {0, "station", "NAME", QH_N("with --case: the station"), NULL, NULL, NULL, &o.station, NULL},
        {0, "pass", "PERCENT", QH_N("share of days and of months that passes, %"), "90", NULL, NULL, &o.pass, NULL},
        {'o', "output", "FILE", QH_N("draw frequency and duration; .png, .svg or .pdf decides the format"), NULL, NULL,
         NULL, &o.output, NULL},
        {0, "json", NULL, QH_N("print JSON, for programs; stable, see docs/hydrology.md"), NULL, NULL, &o.json, NULL,
         NULL},
        {0, "csv", NULL, QH_N("print CSV, one row a number"), NULL, NULL, &o.csv, NULL, NULL},
        {0, "bom", NULL, QH_N("with --csv: begin with a byte order mark, by which Excel knows UTF-8"), NULL, NULL,
         &o.bom, NULL, NULL},
    };
    const qh_usage usage = {
        .command = &qh_command_hydrology,
        .description = QH_N(
            "Design flows from a daily or monthly flow record: means, the driest month of every year and its flow at\n"
            "90 and 95 per cent assurance (Weibull's positions; Pearson III, L-moments and curve fitting), the driest\n"
            "month of the last ten years, 7Q10, Tennant's table, the flow-duration curve; with a target, the share of\n"
            "days and months that keep it. SERIES.csv has a column of dates (2001-03-31, or 2001-03) and one of flows\n"
            "with its unit. Gaps and too short records are told; a statistic that cannot be made is not made."),
        .examples = "qinghe hydrology examples/hydrology/monthly.csv -o frequency.png\n"
                    "qinghe hydrology examples/hydrology/daily.csv --target 5.2m3/s\n"
                    "qinghe hydrology release.csv --case examples/apengjiang --station 嘉禾电站 --json",
        .exit_codes = "0124",
        .min_operands = 1,
        .max_operands = 1,
        .n_option = sizeof table / sizeof *table,
        .option = table,
    };
    size_t n_operand = 0;
    int code = qh_options_parse(app, &usage, argc, argv, &o.path, &n_operand);
    if (code < 0) code = read_values(app, &o);
    return code < 0 ? run(app, &o) : code;
}

const qh_command qh_command_hydrology = {
    .name = "hydrology",
    .arguments = "SERIES.csv [--target FLOW | --case CASE --station NAME] [--json|--csv] [-o FILE]",
    .summary = QH_N("design flows of a record: driest months, 7Q10, duration; ecological-flow compliance"),
    .order = 60,
    .main = hydrology_main,
};
