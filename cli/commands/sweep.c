/* qinghe sweep: computes the scenarios of a plan, and shows what came of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/messages.h"
#include "cli/sweep.h"
#include "cli/sweep_run.h"
#include "scenarios/jobs.h"

extern const qh_command qh_command_sweep;

typedef struct sweep_options {
    const char *operand, *output, *shard, *jobs;
    qh_text_list set;
    bool restart, dry_run, quiet, json, csv, bom;
} sweep_options;

/* ---- showing ---- */

static int show(const qh_app *app, const sweep_options *options, const char *path) {
    qh_diag *diag = qh_need(qh_diag_create(app->lang));
    qh_sweep_file *file = NULL;
    qh_sweep_summary *summary = NULL;
    qh_status status = qh_sweep_file_open(path, diag, &file);
    if (status == QH_OK) status = qh_sweep_summary_create(file, NULL, diag, &summary);
    if (status == QH_OK) {
        const qh_shown_sweep shown = {app, qh_sweep_file_get_info(file), summary};
        if (options->json)
            qh_print_sweep_json(&shown);
        else if (options->csv)
            qh_print_sweep_csv(&shown, options->bom);
        else
            qh_print_sweep(&shown);
    }
    const int code = status == QH_OK ? 0 : qh_fail(app, diag, status);
    qh_sweep_summary_destroy(summary);
    qh_sweep_file_close(file);
    qh_diag_destroy(diag);
    return code;
}

/* ---- computing ---- */

/* plans/负荷.yaml gives 负荷.h5 in the current folder. */
static const char *default_output(const char *plan, qh_arena *arena) {
    const char *slash = strrchr(plan, '/'), *name = slash ? slash + 1 : plan, *dot = strrchr(name, '.');
    return qh_need(
        qh_arena_printf(arena, "%.*s.h5", (int)(dot && dot > name ? (size_t)(dot - name) : strlen(name)), name));
}

/* "3/10"; -1, or the exit code. */
static int read_shard(const qh_app *app, const char *text, qh_sweep_request *request) {
    if (!text) return -1;
    char *end = NULL;
    const unsigned long i = strtoul(text, &end, 10);
    const unsigned long n = end > text && *end == '/' ? strtoul(end + 1, &end, 10) : 0;
    if (*text == '-' || *end || i < 1 || n < 1 || i > n || n > 1000000)
        return qh_wrong_use(app, "sweep",
                            qh_tr(app->lang, "--shard takes I/N, part I of N, such as 3/10; found \"%s\""), text);
    request->shard = i;
    request->n_shard = n;
    return -1;
}

static int read_jobs(const qh_app *app, const char *text, qh_sweep_request *request) {
    if (!text) return -1;
    char *end = NULL;
    const long n = strtol(text, &end, 10);
    if (end == text || *end || n < 1 || n > 4096)
        return qh_wrong_use(app, "sweep",
                            qh_tr(app->lang, "--jobs takes a number of processes from 1 to 4096; found \"%s\""), text);
    request->n_job = (size_t)n;
    return -1;
}

static int compute(const qh_app *app, const sweep_options *options, qh_arena *arena) {
    qh_sweep_request request = {.plan = options->operand,
                                .output = options->output ? options->output : default_output(options->operand, arena),
                                .restart = options->restart,
                                .dry_run = options->dry_run,
                                .quiet = options->quiet,
                                .json = options->json,
                                .n_setting = options->set.count};
    int code = read_shard(app, options->shard, &request);
    if (code < 0) code = read_jobs(app, options->jobs, &request);
    qh_setting *setting = NULL;
    if (code < 0) code = qh_read_settings(app, "sweep", &options->set, &setting);
    if (code >= 0) return code;
    request.setting = setting;
    bool made = false;
    code = qh_sweep_run(app, &request, &made);
    free(setting);
    return made && !options->quiet ? show(app, options, request.output) : code;
}

/* ---- the command ---- */

/* Options that make no sense for a file that is shown; -1, or the exit code. */
static int check_shown(const qh_app *app, const sweep_options *o) {
    if (o->output || o->shard || o->jobs || o->restart || o->dry_run || o->set.count > 0)
        return qh_wrong_use(app, "sweep",
                            qh_tr(app->lang,
                                  "%s is the file of a sweep, which is shown: -o, --shard, --jobs, --restart, "
                                  "--dry-run and --set go with a plan"),
                            o->operand);
    return -1;
}

static int check_options(const qh_app *app, const sweep_options *o) {
    if (o->bom && !o->csv) return qh_wrong_use(app, "sweep", qh_tr(app->lang, "--bom goes with --csv"));
    if (o->json && o->csv) return qh_wrong_use(app, "sweep", qh_tr(app->lang, "choose one of --json and --csv"));
    if (o->csv && o->dry_run)
        return qh_wrong_use(app, "sweep", qh_tr(app->lang, "--dry-run prints a table, or JSON with --json"));
    return -1;
}

static int sweep_main(const qh_app *app, int argc, char **argv) {
    sweep_options options = {0};
    const qh_option table[] = {
        {'o', "output", "FILE.h5",
         QH_N("file to make; until all is computed each worker keeps its own in the folder FILE.h5.shards"),
         QH_N("the name of the plan, in the current folder"), NULL, NULL, &options.output, NULL},
        {'j', "jobs", "N", QH_N("processes on this machine; under MPI its own processes do the work"),
         QH_N("as many as this process may use processors"), NULL, NULL, &options.jobs, NULL},
        {0, "shard", "I/N", QH_N("compute part I of N alone, as one of a job array; qinghe merge then makes the file"),
         NULL, NULL, NULL, &options.shard, NULL},
        {0, "dry-run", NULL,
         QH_N("say how many scenarios there are, how much disk they take and how long, from some that are computed "
              "and thrown away; write nothing"),
         NULL, NULL, &options.dry_run, NULL, NULL},
        {0, "restart", NULL, QH_N("throw away what an earlier run had computed, and what else is called FILE.h5"), NULL,
         NULL, &options.restart, NULL, NULL},
        QH_SET_OPTION(&options.set),
        {0, "json", NULL, QH_N("print JSON; progress then goes to stderr as one JSON object a line, once a second"),
         NULL, NULL, &options.json, NULL, NULL},
        {0, "csv", NULL, QH_N("print CSV, a row a section and constituent"), NULL, NULL, &options.csv, NULL, NULL},
        {0, "bom", NULL, QH_N("with --csv: begin with a byte order mark, by which Excel knows UTF-8"), NULL, NULL,
         &options.bom, NULL, NULL},
        {'q', "quiet", NULL, QH_N("no advice, no progress, no summary; errors are still told"), NULL, NULL,
         &options.quiet, NULL, NULL},
    };
    const qh_usage usage = {
        .command = &qh_command_sweep,
        .description = QH_N(
            "Computes all scenarios of a plan and writes their statistics and verdicts to one HDF5 file; then, or "
            "when\n"
            "given such a file, prints how likely each section attains, how its concentrations are spread and, where\n"
            "the plan asks for it, Sobol's sensitivity indices. `qinghe explain plan` tells what a plan may say.\n"
            "Stopped or killed at any moment it keeps what is finished; the same command goes on from there, and the\n"
            "file is the same byte for byte, whoever computed what. A scenario that fails is recorded with its\n"
            "message and stops nothing."),
        .examples = "qinghe sweep examples/apengjiang/plans/不确定性.yaml -o sweep.h5\n"
                    "qinghe sweep sweep.h5 --csv --bom > sweep.csv\n"
                    "mpirun -n 8 qinghe sweep plan.yaml -o sweep.h5\n"
                    "srun --mpi=pmix qinghe sweep plan.yaml -o sweep.h5\n"
                    "qinghe sweep plan.yaml -o sweep.h5 --shard $SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT",
        .exit_codes = "0234i",
        .min_operands = 1,
        .max_operands = 1,
        .n_option = sizeof table / sizeof *table,
        .option = table,
    };
    size_t n_operand = 0;
    int code = qh_options_parse(app, &usage, argc, argv, &options.operand, &n_operand);
    if (code < 0) code = check_options(app, &options);
    if (code < 0) {
        const bool file = qh_sweep_file_is(options.operand);
        if (file) code = check_shown(app, &options);
        qh_arena *arena = qh_need(qh_arena_create());
        if (code < 0) code = file ? show(app, &options, options.operand) : compute(app, &options, arena);
        qh_arena_destroy(arena);
    }
    qh_text_list_free(&options.set);
    return code;
}

const qh_command qh_command_sweep = {
    .name = "sweep",
    .arguments = "PLAN.yaml|FILE.h5 [-o FILE.h5] [--jobs N] [--shard I/N] [--dry-run]",
    .summary = QH_N("compute the scenarios of a plan, and show what came of them"),
    .order = 56,
    .main = sweep_main,
};
