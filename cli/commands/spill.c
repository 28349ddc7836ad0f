/* qinghe spill: when a release arrives, peaks and has passed. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/analysis.h"
#include "cli/messages.h"
#include "cli/spill.h"
#include "io/quantity.h"
#include "viz/spill_plot.h"

extern const qh_command qh_command_spill;

typedef struct spill_options {
    qh_study_request study;
    const char *against, *flow_factor, *picture;
    qh_release_words words;
    bool json, csv, bom;
} spill_options;

/* Another flow to compare with: its spill, and what it is called. */
typedef struct comparison {
    qh_spill *spill;    /* NULL: none is asked for */
    double flow_factor; /* -, 0: not by this */
    char label[160];
} comparison;

static void show(const qh_shown_spill *shown, const spill_options *options) {
    if (options->json)
        qh_print_spill_json(shown);
    else if (options->csv)
        qh_print_spill_csv(shown, options->bom);
    else
        qh_print_spill(shown);
}

static bool exceeds(const qh_spill *spill) {
    qh_band over;
    for (size_t i = 0; i < spill->n_target; i++)
        if (qh_spill_over(spill, &spill->target[i], &over)) return true;
    return false;
}

static const double LEAST_FACTOR = 0.01, GREATEST_FACTOR = 100;

/* The same spill with the other flow. */
static qh_status compare(const qh_app *app, const spill_options *options, const qh_spill_options *asked, qh_diag *diag,
                         comparison *other) {
    qh_spill_options changed = *asked;
    if (options->against) {
        changed.study.scenario = options->against;
        (void)snprintf(other->label, sizeof other->label, qh_tr(app->lang, "scenario %s"), options->against);
    } else if (options->flow_factor) {
        if (!qh_quantity_read("--flow-factor", options->flow_factor, QH_DIM_NONE, LEAST_FACTOR, GREATEST_FACTOR, false,
                              diag, &changed.flow_factor))
            return QH_E_INPUT;
        other->flow_factor = changed.flow_factor;
        (void)snprintf(other->label, sizeof other->label, qh_tr(app->lang, "%.4g times the inflow"),
                       changed.flow_factor);
    } else {
        return QH_OK;
    }
    return qh_spill_open(&changed, diag, &other->spill);
}

static int spill(const qh_app *app, const spill_options *options) {
    qh_spill_options asked = {.flow_factor = 1, .words = options->words};
    const int wrong = qh_read_study_request(app, "spill", &options->study, &asked.study);
    if (wrong >= 0) return wrong;
    qh_diag *diag = qh_need(qh_diag_create(app->lang));
    qh_spill *made = NULL;
    comparison other = {.spill = NULL};
    qh_status status = qh_spill_open(&asked, diag, &made);
    if (status == QH_OK) status = compare(app, options, &asked, diag, &other);
    if (status == QH_OK && options->picture) status = qh_spill_plot(made, app->lang, options->picture, diag);
    free((void *)asked.study.setting);
    int code = 0;
    if (status == QH_OK) {
        qh_print_messages(diag);
        show(&(qh_shown_spill){app, made, other.spill, other.flow_factor, other.label}, options);
        code = exceeds(made);
    } else {
        code = qh_fail(app, diag, status);
    }
    qh_spill_destroy(other.spill);
    qh_spill_destroy(made);
    qh_diag_destroy(diag);
    return code;
}

/* Wrong use as a message, NULL: none. */
static const char *objection(const spill_options *o) {
    if (o->json && o->csv) return QH_N("choose one of --json and --csv");
    if (o->bom && !o->csv) return QH_N("--bom goes with --csv");
    if (o->against && o->flow_factor) return QH_N("choose one of --against and --flow-factor");
    if (o->csv && (o->against || o->flow_factor)) return QH_N("--csv has one row a place: compare flows with --json");
    return NULL;
}

static int spill_main(const qh_app *app, int argc, char **argv) {
    spill_options options = {.words = {.edge = "0.01", .flow_band = "0"}};
    qh_release_words *w = &options.words;
    const qh_option table[] = {
        {0, "at", "REACH/KM", QH_N("place of the release: reach and chainage, such as 阿1/2.5km"), NULL, NULL, NULL,
         &w->at, NULL},
        {0, "outfall", "CODE", QH_N("or the place of this outfall of the case"), NULL, NULL, NULL, &w->outfall, NULL},
        {0, "when", "TIME",
         QH_N("when it begins, such as 2024-07-03T04:30: times are told as dates too, and a case with run.routing is\n"
              "followed on its moving water from then on"),
         NULL, NULL, NULL, &w->when, NULL},
        {0, "mass", "MASS", QH_N("what is let go in all, such as 500kg or 2t"), NULL, NULL, NULL, &w->mass, NULL},
        {0, "rate", "LOAD", QH_N("or how fast, such as 50g/s, during --over"), NULL, NULL, NULL, &w->rate, NULL},
        {0, "volume", "VOLUME", QH_N("or how much liquid, such as 8m3, with --concentration"), NULL, NULL, NULL,
         &w->volume, NULL},
        {0, "concentration", "CONC", QH_N("of the substance in that liquid, such as 30g/L"), NULL, NULL, NULL,
         &w->concentration, NULL},
        {0, "over", "TIME", QH_N("evenly within this time, such as 30min; 1 min at least"), NULL, NULL, NULL, &w->over,
         NULL},
        {'c', "constituent", "NAME", QH_N("a constituent of the case, with its rates"), NULL, NULL, NULL,
         &w->constituent, NULL},
        {0, "substance", "NAME", QH_N("or any other substance, with --decay"), NULL, NULL, NULL, &w->substance, NULL},
        {0, "decay", "RATE", QH_N("first-order decay of the substance, such as \"0.3 1/d\""), NULL, NULL, NULL,
         &w->decay, NULL},
        {0, "limit", "CONC", QH_N("limit at all places, such as 0.005mg/L"),
         QH_N("that of each place's target class, or for drinking-water sources"), NULL, NULL, &w->limit, NULL},
        {0, "edge", "PART", QH_N("it has arrived, and has passed, at this part of the peak, 0.001 to 0.5"), "0.01",
         NULL, NULL, &w->edge, NULL},
        {0, "flow-band", "PART", QH_N("widens the band: what flows in may be off by this, such as 20%"), "0", NULL,
         NULL, &w->flow_band, NULL},
        {0, "flow-factor", "FACTOR",
         QH_N("compare with this many times what flows in, such as 1.5: water let out of reservoirs above"), NULL, NULL,
         NULL, &options.flow_factor, NULL},
        {0, "against", "NAME", QH_N("compare with the scenario of the file scenarios/NAME.yaml"), NULL, NULL, NULL,
         &options.against, NULL},
        {'o', "output", "FILE", QH_N("also draw how it passes each place: .png, .svg or .pdf"), NULL, NULL, NULL,
         &options.picture, NULL},
        QH_SCENARIO_OPTION(&options.study.scenario),
        QH_SET_OPTION(&options.study.set),
        QH_STANDARD_OPTION(&options.study.standard),
        {0, "json", NULL, QH_N("print JSON, for programs; stable, see docs/spill.md"), NULL, NULL, &options.json, NULL,
         NULL},
        {0, "csv", NULL, QH_N("print CSV, one row a place"), NULL, NULL, &options.csv, NULL, NULL},
        {0, "bom", NULL, QH_N("with --csv: begin with a byte order mark, by which Excel knows UTF-8"), NULL, NULL,
         &options.bom, NULL, NULL},
    };
    const qh_usage usage = {
        .command = &qh_command_spill,
        .description = QH_N(
            "For an emergency call: tells when mass that is let go at one place arrives at each section and intake\n"
            "below, how high it peaks, when it has passed, from when to when a limit is exceeded, when intakes must "
            "be\n"
            "closed and may be opened, and where the cloud is at round hours, with the band between the dispersion\n"
            "formulas in whose range the reaches lie. The water is the steady one of the case, or with --when what "
            "its\n"
            "run.routing brings from that moment on. Reservoirs below are fully mixed.\n"
            "Limits without --limit: of each place's class by the standard; of substances that only GB 3838-2002,\n"
            "Tables 2 and 3, know, at drinking-water sources. Exit status 1 means that a limit may be exceeded."),
        .examples =
            "qinghe spill examples/apengjiang --at 阿1/2km --mass 500kg --over 30min --constituent NH3-N\n"
            "qinghe spill examples/apengjiang --outfall QJ-GY-001 --mass 20kg --over 2h --substance 苯 --decay '0 1/d' "
            "--flow-band 20%\n"
            "qinghe spill examples/apengjiang-year --when 2024-07-03T04:30 --at 阿1/2km --volume 8m3 --concentration "
            "30g/L --over 1h --substance CN- --decay '0 1/d'\n"
            "qinghe spill examples/apengjiang --at 阿1/2km --rate 50g/s --over 2h --substance phenol --decay '0.1 1/d' "
            "--flow-factor 1.5\n"
            "qinghe spill examples/apengjiang --at 黔2/1km --mass 1t --over 1h -c COD --lang zh -o passing.png",
        .exit_codes = "01234",
        .min_operands = 1,
        .max_operands = 1,
        .n_option = sizeof table / sizeof *table,
        .option = table,
    };
    size_t n_operand = 0;
    int code = qh_options_parse(app, &usage, argc, argv, &options.study.folder, &n_operand);
    const char *wrong = code < 0 ? objection(&options) : NULL;
    if (wrong) code = qh_wrong_use(app, "spill", "%s", qh_tr(app->lang, wrong));
    if (code < 0) code = spill(app, &options);
    qh_text_list_free(&options.study.set);
    return code;
}

const qh_command qh_command_spill = {
    .name = "spill",
    .arguments = "CASE --at REACH/KM --mass MASS --over TIME --constituent NAME [--when TIME] [-o FILE]",
    .summary = QH_N("tell when a spill arrives, peaks and has passed"),
    .order = 56,
    .main = spill_main,
};
