/* qinghe spill: when a release arrives, peaks and has passed. */
#include <stdlib.h>

#include "cli/analysis.h"
#include "cli/messages.h"
#include "cli/spill.h"
#include "viz/spill_plot.h"

extern const qh_command qh_command_spill;

typedef struct spill_options {
    const char *folder, *scenario, *standard, *picture;
    qh_release_words words;
    qh_text_list set;
    bool json, csv, bom;
} spill_options;

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

static int spill(const qh_app *app, const spill_options *options) {
    qh_setting *settings = NULL;
    const int wrong = qh_read_settings(app, "spill", &options->set, &settings);
    if (wrong >= 0) return wrong;
    qh_diag *diag = qh_need(qh_diag_create(app->lang));
    const qh_spill_options asked = {.folder = options->folder,
                                    .n_setting = options->set.count,
                                    .setting = settings,
                                    .scenario = options->scenario,
                                    .standard = options->standard,
                                    .words = options->words};
    qh_spill *made = NULL;
    qh_status status = qh_spill_open(&asked, diag, &made);
    free(settings);
    if (status == QH_OK && options->picture) status = qh_spill_plot(made, app->lang, options->picture, diag);
    int code = 0;
    if (status == QH_OK) {
        qh_print_messages(diag);
        show(&(qh_shown_spill){app, made}, options);
        code = exceeds(made);
    } else {
        code = qh_fail(app, diag, status);
    }
    qh_spill_destroy(made);
    qh_diag_destroy(diag);
    return code;
}

static int spill_main(const qh_app *app, int argc, char **argv) {
    spill_options options = {.words = {.edge = "0.01", .flow_band = "0"}};
    qh_release_words *w = &options.words;
    const qh_option table[] = {
        {0, "at", "REACH/KM", QH_N("place of the release: reach and chainage, such as 阿1/2.5km"), NULL, NULL, NULL,
         &w->at, NULL},
        {0, "outfall", "CODE", QH_N("or the place of this outfall of the case"), NULL, NULL, NULL, &w->outfall, NULL},
        {0, "mass", "MASS", QH_N("what is let go in all, such as 500kg or 2t"), NULL, NULL, NULL, &w->mass, NULL},
        {0, "over", "TIME", QH_N("evenly within this time, such as 30min; 1 min at least"), NULL, NULL, NULL, &w->over,
         NULL},
        {'c', "constituent", "NAME", QH_N("a constituent of the case, with its rates"), NULL, NULL, NULL,
         &w->constituent, NULL},
        {0, "substance", "NAME", QH_N("or any other substance, with --decay"), NULL, NULL, NULL, &w->substance, NULL},
        {0, "decay", "RATE", QH_N("first-order decay of the substance, such as \"0.3 1/d\""), NULL, NULL, NULL,
         &w->decay, NULL},
        {0, "limit", "CONC", QH_N("limit at all places, such as 0.005mg/L"),
         QH_N("of a constituent, that of each place's target class"), NULL, NULL, &w->limit, NULL},
        {0, "edge", "PART", QH_N("it has arrived, and has passed, at this part of the peak, 0.001 to 0.5"), "0.01",
         NULL, NULL, &w->edge, NULL},
        {0, "flow-band", "PART", QH_N("widens the band: what flows in may be off by this, such as 20%"), "0", NULL,
         NULL, &w->flow_band, NULL},
        {'o', "output", "FILE", QH_N("also draw how it passes each place: .png, .svg or .pdf"), NULL, NULL, NULL,
         &options.picture, NULL},
        QH_SCENARIO_OPTION(&options.scenario),
        QH_SET_OPTION(&options.set),
        QH_STANDARD_OPTION(&options.standard),
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
            "below, how high it peaks, when it has passed, and from when to when a limit is exceeded, with the band\n"
            "between the dispersion formulas in whose range the reaches lie, on the steady water of the case.\n"
            "Exit status 1 means that a limit may be exceeded."),
        .examples =
            "qinghe spill examples/apengjiang --at 阿1/2km --mass 500kg --over 30min --constituent NH3-N\n"
            "qinghe spill examples/apengjiang --outfall QJ-GY-001 --mass 20kg --over 2h --substance 苯 --decay '0 1/d' "
            "--limit 0.01mg/L --flow-band 20%\n"
            "qinghe spill examples/apengjiang --at 黔2/1km --mass 1t --over 1h -c COD --lang zh -o passing.png",
        .exit_codes = "01234",
        .min_operands = 1,
        .max_operands = 1,
        .n_option = sizeof table / sizeof *table,
        .option = table,
    };
    size_t n_operand = 0;
    int code = qh_options_parse(app, &usage, argc, argv, &options.folder, &n_operand);
    if (code < 0 && options.json && options.csv)
        code = qh_wrong_use(app, "spill", "%s", qh_tr(app->lang, "choose one of --json and --csv"));
    if (code < 0 && options.bom && !options.csv)
        code = qh_wrong_use(app, "spill", "%s", qh_tr(app->lang, "--bom goes with --csv"));
    if (code < 0) code = spill(app, &options);
    qh_text_list_free(&options.set);
    return code;
}

const qh_command qh_command_spill = {
    .name = "spill",
    .arguments = "CASE --at REACH/KM --mass MASS --over TIME --constituent NAME [-o FILE]",
    .summary = QH_N("tell when a spill arrives, peaks and has passed"),
    .order = 56,
    .main = spill_main,
};
