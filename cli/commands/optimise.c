/* qinghe optimise: the cheapest, smallest or fairest cut by which every section attains. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/messages.h"
#include "cli/plan.h"
#include "cli/trade.h"
#include "io/text_file.h"

extern const qh_command qh_command_optimise;

typedef struct optimise_options {
    qh_analysis_request request;
    const char *objective, *costs, *output, *trade, *most;
    bool json;
} optimise_options;

/* What is open while a plan is made. */
typedef struct opened {
    qh_analysis *analysis;
    qh_costs *costs;
    qh_plan *plan;
} opened;

static qh_status write_text(const char *path, const char *text, qh_diag *diag) {
    char reason[128];
    FILE *file = fopen(path, "w");
    bool good = file && fputs(text, file) >= 0;
    if (file && fclose(file) != 0) good = false;
    QH_CHECK(good, QH_E_IO, diag, QH_NOWHERE, "cannot write %s: %s", path,
             qh_errno_text(errno, diag, sizeof reason, reason));
    return QH_OK;
}

static qh_status keep_plan(const qh_app *app, const optimise_options *options, const opened *o, qh_diag *diag) {
    if (!options->output || !o->plan->feasible) return QH_OK;
    const qh_case *c = o->analysis->study->river_case;
    char title[128];
    (void)snprintf(title, sizeof title, qh_tr(app->lang, "plan by qinghe optimise: %s, margin %s"), options->objective,
                   options->request.margin);
    qh_arena *arena = qh_need(qh_arena_create());
    const char *extends = options->request.scenario ? options->request.scenario : "";
    const char *text = qh_plan_yaml(o->plan, c, title, extends, arena);
    const qh_status status = text ? write_text(options->output, text, diag) : QH_E_NOMEM;
    qh_arena_destroy(arena);
    return status;
}

static qh_status make_plan(const qh_app *app, const optimise_options *options, opened *o, qh_diag *diag) {
    qh_objective objective = QH_LEAST_CUT;
    (void)qh_objective_find(options->objective, &objective); /* one of the choices */
    if (options->costs) QH_TRY(qh_costs_read(options->costs, o->analysis->study->river_case, diag, &o->costs));
    qh_margin most = {.share = 1};
    if (options->most) (void)qh_margin_parse(options->most, &most); /* checked before */
    QH_TRY(qh_plan_create(o->analysis, objective, o->costs, most.share, diag, &o->plan));
    return keep_plan(app, options, o, diag);
}

/* The plan, told; returns the exit code. */
static int plan(const qh_app *app, const optimise_options *options, opened *o, qh_diag *diag) {
    const qh_status status = make_plan(app, options, o, diag);
    if (status != QH_OK) return qh_fail(app, diag, status);
    const qh_shown_plan shown = {app, o->analysis, o->plan, o->costs, options->request.margin, options->objective};
    if (options->json)
        qh_print_plan_json(&shown);
    else
        qh_print_plan(&shown);
    return !(o->plan->feasible && o->plan->attained);
}

/* Rates of trade of one outfall; returns the exit code. */
static int trade(const qh_app *app, const optimise_options *options, const opened *o, qh_diag *diag) {
    const qh_case *c = o->analysis->study->river_case;
    size_t buyer = 0;
    while (buyer < c->n_outfall && strcmp(c->outfall[buyer].code, options->trade) != 0)
        buyer++;
    if (buyer == c->n_outfall) {
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "there is no outfall '%s'", options->trade);
        return qh_fail(app, diag, QH_E_INPUT);
    }
    qh_print_trades(app, o->analysis, options->request.margin, buyer, options->json);
    return 0;
}

static int optimise(const qh_app *app, const optimise_options *options) {
    qh_diag *diag = qh_need(qh_diag_create(app->lang));
    opened o = {0};
    int code = qh_open_analysis(app, "optimise", &options->request, diag, &o.analysis);
    if (code < 0) code = options->trade ? trade(app, options, &o, diag) : plan(app, options, &o, diag);
    qh_plan_destroy(o.plan);
    qh_costs_destroy(o.costs);
    qh_analysis_close(o.analysis);
    qh_diag_destroy(diag);
    return code;
}

/* -1, or the exit code of wrong use. Without an objective it is least-cost with costs, else least-cut. */
static int check_use(const qh_app *app, optimise_options *options) {
    if (options->trade && (options->objective || options->costs || options->output))
        return qh_wrong_use(app, "optimise",
                            qh_tr(app->lang, "--trade goes without --objective, --costs and --output"));
    qh_margin most;
    if (options->most && (!qh_margin_parse(options->most, &most) || most.rule != QH_MARGIN_SHARE || most.share == 0))
        return qh_wrong_use(app, "optimise", qh_tr(app->lang, "--most takes a part such as 80%%, not '%s'"),
                            options->most);
    if (options->most && (options->costs || options->trade))
        return qh_wrong_use(app, "optimise", qh_tr(app->lang, "--most goes without --costs and --trade"));
    if (!options->objective) options->objective = options->costs ? "least-cost" : "least-cut";
    const bool by_cost = strcmp(options->objective, "least-cost") == 0;
    if (by_cost && !options->costs)
        return qh_wrong_use(app, "optimise", qh_tr(app->lang, "--objective least-cost needs --costs FILE"));
    if (!by_cost && options->costs)
        return qh_wrong_use(app, "optimise", qh_tr(app->lang, "--costs goes with --objective least-cost"));
    return -1;
}

static int optimise_main(const qh_app *app, int argc, char **argv) {
    optimise_options options = {.request.margin = "hj2.3"};
    const qh_option table[] = {
        {0, "objective", "NAME",
         QH_N("what is made least or equal: least-cost, least-cut, equal-percent, equal-concentration"),
         QH_N("least-cost with --costs, else least-cut"), "least-cost|least-cut|equal-percent|equal-concentration",
         NULL, &options.objective, NULL},
        {0, "costs", "FILE", QH_N("CSV table of upgrade levels and costs by the tonne; see docs/scenarios.md"), NULL,
         NULL, NULL, &options.costs, NULL},
        {0, "trade", "CODE", QH_N("instead: what the others must cut for every unit that this outfall adds"), NULL,
         NULL, NULL, &options.trade, NULL},
        {0, "most", "PART",
         QH_N("with --costs the table tells, else the largest part of any load that may be cut, such as 80%"),
         QH_N("all of it"), NULL, NULL, &options.most, NULL},
        QH_MARGIN_OPTION(&options.request.margin, "hj2.3"),
        QH_SCENARIO_OPTION(&options.request.scenario),
        QH_SET_OPTION(&options.request.set),
        QH_STANDARD_OPTION(&options.request.standard),
        {'o', "output", "FILE",
         QH_N("also write the plan as a scenario, YAML; in the folder scenarios of the case it can be run"), NULL, NULL,
         NULL, &options.output, NULL},
        {0, "json", NULL, QH_N("print JSON, for programs; stable, see docs/scenarios.md"), NULL, NULL, &options.json,
         NULL, NULL},
    };
    const qh_usage usage = {
        .command = &qh_command_optimise,
        .description = QH_N(
            "Finds the cuts or upgrades of outfalls by which every control section attains its target with a margin,\n"
            "and verifies them by a full run. Prices tell what a section's target costs; when nothing is enough,\n"
            "the sections that cannot be met are named, and by how much.\n"
            "Exit status 1 means that there is no such plan."),
        .examples = "qinghe optimise examples/apengjiang\n"
                    "qinghe optimise examples/apengjiang --objective equal-percent --margin 10%\n"
                    "qinghe optimise examples/apengjiang --trade QJ-GY-001\n"
                    "qinghe optimise examples/apengjiang --costs costs.csv -o examples/apengjiang/scenarios/plan.yaml",
        .exit_codes = "01234",
        .min_operands = 1,
        .max_operands = 1,
        .n_option = sizeof table / sizeof *table,
        .option = table,
    };
    size_t n_operand = 0;
    int code = qh_options_parse(app, &usage, argc, argv, &options.request.folder, &n_operand);
    if (code < 0) code = check_use(app, &options);
    if (code < 0) code = optimise(app, &options);
    qh_text_list_free(&options.request.set);
    return code;
}

const qh_command qh_command_optimise = {
    .name = "optimise",
    .arguments = "CASE [--objective NAME] [--costs FILE] [--margin MARGIN] [-o PLAN.yaml] [--json]",
    .summary = QH_N("find the cheapest, smallest or fairest cut by which all sections attain"),
    .order = 54,
    .main = optimise_main,
};
