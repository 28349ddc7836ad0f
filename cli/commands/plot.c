/* qinghe plot: draws a stored run. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/messages.h"
#include "cli/options.h"
#include "io/standard_reader.h"
#include "model/arena.h"
#include "model/units.h"
#include "viz/plot.h"

extern const qh_command qh_command_plot;

enum { MOST_RUNS = 8 };

typedef struct plot_options {
    size_t n_run;
    const char *path[MOST_RUNS];
    const char *kind, *output, *constituent, *route, *section, *time, *standard;
} plot_options;

/* "36 h", "1.5d", "600 s", or a plain number of seconds. */
static bool read_time(const char *text, double *seconds) {
    char *end = NULL;
    errno = 0;
    const double value = strtod(text, &end);
    if (end == text || errno != 0 || !isfinite(value)) return false;
    while (*end == ' ')
        end++;
    double factor = 1.0;
    if (*end) {
        const qh_unit *unit = qh_unit_find(end, QH_DIM_TIME);
        if (!unit || unit->dimension != QH_DIM_TIME) return false;
        factor = unit->factor;
    }
    *seconds = value * factor;
    return true;
}

/* All kinds of the registry as "profile|series|map". */
static const char *all_kinds(qh_arena *arena) {
    const char *text = "";
    for (size_t i = 0; qh_registry_plot[i]; i++)
        text = qh_need(qh_arena_printf(arena, "%s%s%s", text, i ? "|" : "", qh_registry_plot[i]->name));
    return text;
}

static int draw(const qh_app *app, const plot_options *options, bool has_time, double time) {
    qh_diag *diag = qh_need(qh_diag_create(app->lang));
    qh_store *store[MOST_RUNS] = {NULL};
    qh_standard *standard = NULL;
    size_t n_open = 0;
    qh_status status = QH_OK;
    while (status == QH_OK && n_open < options->n_run) {
        status = qh_store_open(options->path[n_open], diag, &store[n_open]);
        if (status == QH_OK) n_open++;
    }
    if (status == QH_OK) {
        const char *code = options->standard ? options->standard : qh_store_get_info(store[0])->standard;
        status = qh_standard_read(code, diag, &standard);
    }
    if (status == QH_OK) {
        const qh_plot_request request = {.store = store[0],
                                         .n_other = options->n_run - 1,
                                         .other = store + 1,
                                         .standard = standard,
                                         .lang = app->lang,
                                         .output = options->output,
                                         .constituent = options->constituent,
                                         .route = options->route,
                                         .section = options->section,
                                         .time = time,
                                         .has_time = has_time};
        status = qh_plot_find(options->kind)->draw(&request, diag);
    }
    int code = 0;
    if (status == QH_OK) {
        qh_print_messages(diag);
        printf("%s\n", options->output);
    } else {
        code = qh_fail(app, diag, status);
        if (status == QH_E_IO && n_open < options->n_run) qh_tell_of_part(app, options->path[n_open]);
    }
    qh_standard_destroy(standard);
    for (size_t i = 0; i < options->n_run; i++)
        qh_store_close(store[i]);
    qh_diag_destroy(diag);
    return code;
}

static int plot(const qh_app *app, plot_options *options, int argc, char **argv, qh_arena *arena) {
    const char *const kinds = all_kinds(arena);
    const qh_option table[] = {
        {'k', "kind", kinds, QH_N("what to draw: see qinghe list plots"), "profile", kinds, NULL, &options->kind, NULL},
        {'o', "output", "FILE", QH_N("picture to write; .png, .svg or .pdf decides the format"), NULL, NULL, NULL,
         &options->output, NULL},
        {'c', "constituent", "NAME", QH_N("only this constituent"), QH_N("all, one panel each"), NULL, NULL,
         &options->constituent, NULL},
        {0, "route", "NAME", QH_N("way down the network, for a profile"),
         QH_N("the first of the case, else the longest"), NULL, NULL, &options->route, NULL},
        {0, "section", "CODE|NAME", QH_N("only this section, for a series; this reservoir, for levels"), QH_N("all"),
         NULL, NULL, &options->section, NULL},
        {0, "time", "TIME", QH_N("time since the start of an unsteady run, such as 36h or 1.5d"), QH_N("its end"), NULL,
         NULL, &options->time, NULL},
        {0, "standard", "CODE|FILE", QH_N("standard whose classes are drawn"), QH_N("the one that the case names"),
         NULL, NULL, &options->standard, NULL},
    };
    const qh_usage usage = {
        .command = &qh_command_plot,
        .description = QH_N(
            "Draws a stored run with gnuplot: a longitudinal profile along a route with class bands, outfalls and "
            "sections;\n"
            "a series at the sections, with the discharge above it (hydrograph); concentrations over time and distance "
            "(spacetime);\n"
            "levels of reservoirs (level); classes day by day (calendar); the network coloured by class. RUN.h5 may be "
            "the .part file of a stopped "
            "run.\n"
            "A profile of several runs draws them over one another; outfalls and marks are those of the first. A map "
            "of two\n"
            "runs shows the classes of the first around those of the second, and the verdicts of the second."),
        .examples = "qinghe plot a.h5 --kind profile -o profile.png\n"
                    "qinghe plot a.h5 b.h5 --kind profile -o both.png\n"
                    "qinghe plot a.h5 b.h5 --kind map -o changes.png\n"
                    "qinghe plot year.h5 --kind series --section 渔滩 --constituent NH3-N -o series.svg\n"
                    "qinghe plot year.h5 --kind calendar --section QJ-09 -o calendar.png\n"
                    "qinghe plot year.h5 --kind level -o level.png\n"
                    "qinghe plot a.h5 --kind map -o map.pdf",
        .exit_codes = "0234",
        .min_operands = 1,
        .max_operands = MOST_RUNS,
        .n_option = sizeof table / sizeof *table,
        .option = table,
    };
    const int code = qh_options_parse(app, &usage, argc, argv, options->path, &options->n_run);
    if (code >= 0) return code;
    const size_t most = qh_plot_find(options->kind)->most_runs;
    if (options->n_run > most)
        return qh_wrong_use(app, "plot", qh_tr(app->lang, "a %s shows at most %zu runs, not %zu"), options->kind, most,
                            options->n_run);
    if (!options->output)
        return qh_wrong_use(app, "plot", qh_tr(app->lang, "say where the picture goes: -o FILE.png, .svg or .pdf"));
    double time = 0.0;
    if (options->time && !read_time(options->time, &time))
        return qh_wrong_use(app, "plot", qh_tr(app->lang, "--time takes a time such as 36h or 1.5d, not '%s'"),
                            options->time);
    return draw(app, options, options->time != NULL, time);
}

static int plot_main(const qh_app *app, int argc, char **argv) {
    plot_options options = {.kind = "profile"};
    qh_arena *arena = qh_need(qh_arena_create());
    const int code = plot(app, &options, argc, argv, arena);
    qh_arena_destroy(arena);
    return code;
}

const qh_command qh_command_plot = {
    .name = "plot",
    .arguments = "RUN.h5... --kind KIND -o FILE.png|svg|pdf",
    .summary = QH_N("draw a stored run: profile, series or map"),
    .order = 50,
    .main = plot_main,
};
