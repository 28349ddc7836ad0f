/* qinghe run: solves a case and stores the result. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/effects.h"
#include "cli/messages.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/settings.h"
#include "cli/table.h"
#include "cli/typed.h"
#include "io/store.h"
#include "scenarios/calendar.h"
#include "scenarios/run.h"
#include "scenarios/study.h"

extern const qh_command qh_command_run;

typedef struct run_options {
    const char *folder, *output, *scenario;
    qh_text_list set;
    bool quiet;
} run_options;

/* CASE.h5 or CASE-SCENARIO.h5 in the current folder. */
static const char *default_output(const qh_case *river_case, qh_arena *arena) {
    const qh_scenario *scenario = river_case->scenario;
    char *path = qh_need(
        qh_arena_printf(arena, "%s%s%s.h5", river_case->name, scenario ? "-" : "", scenario ? scenario->name : ""));
    for (char *c = path; *c; c++)
        if (*c == '/') *c = '-';
    return path;
}

static void print_budget(const qh_app *app, const qh_store_info *info, qh_table *table) {
    for (size_t i = 0; i < info->n_budget_row; i++) {
        const qh_stored_budget_row *row = &info->budget_row[i];
        if (*row->reach_name) continue;
        const char *const unit = info->steady ? "g/s" : "g";
        qh_table_cell(table, "%s", qh_tr(app->lang, "budget"));
        qh_table_cell(table, qh_tr(app->lang, "%s: residual %.2g %s of %.4g %s (%.1e)"),
                      info->constituent[row->constituent].name, row->residual, unit, row->throughput, unit,
                      row->throughput > 0.0 ? row->residual / row->throughput : 0.0);
    }
}

/* What was done, for people, read back from the store: what is told is what is kept. */
static void print_summary(const qh_app *app, const qh_store_info *info, const qh_prepared *prepared, double seconds) {
    qh_table *table = qh_table_create(app);
    qh_table_column(table, QH_LEFT, NULL);
    qh_table_column(table, QH_WRAP, NULL);
    qh_table_cell(table, "%s", qh_tr(app->lang, "case"));
    qh_table_cell(table, "%s%s%s%s%s", info->case_name, *info->case_title ? "  " : "", info->case_title,
                  *info->case_note ? "  " : "", info->case_note);
    if (*info->scenario) {
        qh_table_cell(table, "%s", qh_tr(app->lang, "scenario"));
        qh_table_cell(table, "%s%s%s", info->scenario, *info->scenario_title ? "  " : "", info->scenario_title);
    }
    qh_table_cell(table, "%s", qh_tr(app->lang, "run"));
    if (info->steady)
        qh_table_cell(table, "%s", qh_tr(app->lang, "steady"));
    else
        qh_table_cell(table, qh_tr(app->lang, "unsteady: %zu profiles, %zu samples at sections"), info->n_frame,
                      info->n_sample);
    qh_table_cell(table, "%s", qh_tr(app->lang, "engine"));
    qh_table_cell(table, "%s", info->engine);
    qh_table_cell(table, "%s", qh_tr(app->lang, "network"));
    qh_table_cell(table, qh_tr(app->lang, "%zu reaches, %zu cells, %zu constituents, %zu sections"), info->n_reach,
                  prepared->grid->n_cell, info->n_constituent, info->n_section);
    print_budget(app, info, table);
    qh_table_cell(table, "%s", qh_tr(app->lang, "time"));
    qh_table_cell(table, qh_tr(app->lang, "%.2f s"), seconds);
    qh_table_cell(table, "%s", qh_tr(app->lang, "store"));
    qh_table_cell(table, "%s", info->path);
    qh_table_print(table, stdout);
    qh_table_destroy(table);
}

/* What is left of a run that did not finish: kept when a profile or a sample is in it, else removed. */
static void report_part(const qh_app *app, const char *path, bool interrupted, qh_arena *arena) {
    const char *part = qh_need(qh_arena_printf(arena, "%s.part", path));
    struct stat status;
    if (stat(part, &status) != 0) return;
    qh_store *store = NULL;
    size_t n = 0;
    double days = 0.0;
    if (qh_store_open(part, NULL, &store) == QH_OK) {
        const qh_store_info *info = qh_store_get_info(store);
        n = info->n_frame + info->n_sample;
        if (info->n_sample > 0) days = info->sample_time[info->n_sample - 1] / 86400.0;
        qh_store_close(store);
    }
    if (n == 0)
        remove(part);
    else if (interrupted)
        qh_tell(qh_tr(app->lang, "the first %.4g days are kept in %s; qinghe assess and plot read it"), days, part);
    else
        qh_tell(qh_tr(app->lang, "what was computed is kept in %s, to find out what went wrong; %s is not written"),
                part, path);
}

static int solve_and_store(const qh_app *app, const run_options *options, const qh_prepared *prepared, qh_diag *before,
                           qh_arena *arena) {
    const qh_case *river_case = prepared->river_case;
    const char *const path = options->output ? options->output : default_output(river_case, arena);
    qh_diag *diag = qh_need(qh_diag_create(app->lang));
    qh_store_writer *writer = NULL;
    const qh_store_provenance provenance = {qh_command_line(app, arena), "", before};
    qh_status status = qh_store_writer_create(path, &provenance, diag, &writer);
    double seconds = 0.0;
    if (status == QH_OK) {
        qh_bar bar;
        qh_bar_start(&bar, app, options->quiet, river_case->run.duration);
        const qh_progress progress = qh_bar_progress(&bar);
        const qh_sink sink = qh_store_writer_sink(writer);
        status = qh_run(prepared, &progress, &sink, diag);
        seconds = qh_bar_stop(&bar);
        /* A run that failed, its mass balance included, never gets the name that was asked for. */
        if (status == QH_OK) status = qh_calendar_keep(writer, diag);
        if (status == QH_OK) status = qh_store_writer_finish(writer, diag);
        qh_store_writer_destroy(writer);
    }

    int code = qh_status_exit_code(status);
    qh_store *store = NULL;
    if (status == QH_OK && (status = qh_store_open(path, diag, &store)) == QH_OK) {
        qh_print_messages(diag);
        if (!options->quiet) print_summary(app, qh_store_get_info(store), prepared, seconds);
        qh_store_close(store);
    } else {
        code = qh_fail(app, diag, status);
        report_part(app, path, status == QH_E_INTERRUPTED, arena);
    }
    qh_diag_destroy(diag);
    return code;
}

static int run(const qh_app *app, const run_options *options, qh_arena *arena) {
    qh_setting *setting = NULL;
    const int wrong = qh_read_settings(app, "run", &options->set, &setting);
    if (wrong >= 0) return wrong;

    qh_diag *diag = qh_need(qh_diag_create(app->lang));
    qh_study *study = NULL;
    qh_prepared *prepared = NULL;
    qh_status status = qh_study_open(options->folder, options->set.count, setting, options->scenario, diag, &study);
    if (status == QH_OK) status = qh_prepare(study->river_case, diag, &prepared);
    int code;
    if (status == QH_OK) {
        if (!options->quiet) {
            qh_print_messages(diag);
            qh_print_effects(app, study->river_case);
        }
        code = solve_and_store(app, options, prepared, diag, arena);
    } else {
        code = qh_fail(app, diag, status);
    }
    qh_prepared_destroy(prepared);
    qh_study_close(study);
    qh_diag_destroy(diag);
    free(setting);
    return code;
}

static int run_main(const qh_app *app, int argc, char **argv) {
    run_options options = {0};
    const qh_option table[] = {
        {'o', "output", "RUN.h5",
         QH_N("file to write; it appears only when the run is complete, until then it is RUN.h5.part"),
         QH_N("the names of case and scenario, in the current folder"), NULL, NULL, &options.output, NULL},
        QH_SCENARIO_OPTION(&options.scenario),
        QH_SET_OPTION(&options.set),
        {'q', "quiet", NULL, QH_N("no advice, no progress, no summary; errors are still told"), NULL, NULL,
         &options.quiet, NULL, NULL},
    };
    const qh_usage usage = {
        .command = &qh_command_run,
        .description = QH_N(
            "Reads and checks a case folder, gives advice on it, solves it and writes one HDF5 file that netCDF-4\n"
            "readers open. Nothing is written when the input has errors. Ctrl-C stops a long run and keeps what\n"
            "is finished. `qinghe explain` tells of every key that --set may change."),
        .examples = "qinghe run examples/apengjiang -o a.h5\n"
                    "qinghe run examples/apengjiang --scenario 提标 -o b.h5\n"
                    "qinghe run examples/apengjiang -o february.h5 --set run.month=2",
        .exit_codes = "0234i",
        .min_operands = 1,
        .max_operands = 1,
        .n_option = sizeof table / sizeof *table,
        .option = table,
    };
    size_t n_operand = 0;
    int code = qh_options_parse(app, &usage, argc, argv, &options.folder, &n_operand);
    if (code < 0) {
        qh_arena *arena = qh_need(qh_arena_create());
        code = run(app, &options, arena);
        qh_arena_destroy(arena);
    }
    qh_text_list_free(&options.set);
    return code;
}

const qh_command qh_command_run = {
    .name = "run",
    .arguments = "CASE [-o RUN.h5] [--scenario NAME] [--set KEY=VALUE]...",
    .summary = QH_N("solve a case and store the result"),
    .order = 30,
    .main = run_main,
};
