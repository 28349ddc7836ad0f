/* qinghe merge: makes one file of a sweep's shards. */
#include <stdio.h>
#include <string.h>

#include "cli/messages.h"
#include "cli/options.h"
#include "io/sweep_merge.h"
#include "io/sweep_reader.h"

extern const qh_command qh_command_merge;

typedef struct merge_options {
    const char *path;
    bool view, keep;
} merge_options;

/* What the shards are of is read from the first one that can be; `scan` then holds all of them to it. */
static qh_status open_shards(const char *path, qh_arena *arena, qh_diag *diag, qh_sweep_file **first,
                             qh_sweep_scan **scan) {
    const char *folder = qh_sweep_folder(arena, path), *name = NULL;
    if (!folder) return QH_E_NOMEM;
    QH_TRY(qh_sweep_first_shard(folder, arena, diag, &name));
    QH_TRY(qh_sweep_file_open(name, diag, first));
    return qh_sweep_scan_create(folder, &qh_sweep_file_get_info(*first)->layout, true, diag, scan);
}

static void tell(const qh_app *app, const merge_options *options, const qh_sweep_scan *scan, uint64_t n_scenario) {
    printf(qh_tr(app->lang, "%s: %llu of %llu scenarios from %zu shards, %zu failed\n"), options->path,
           (unsigned long long)scan->n_finished, (unsigned long long)n_scenario, scan->n_shard, scan->n_failure);
    if (scan->n_dropped > 0)
        qh_tell(qh_tr(app->lang, "%zu blocks that a killed run had left torn or damaged are not among them"),
                scan->n_dropped);
}

static int merge(const qh_app *app, const merge_options *options) {
    qh_diag *diag = qh_need(qh_diag_create(app->lang));
    qh_arena *arena = qh_need(qh_arena_create());
    qh_sweep_file *first = NULL;
    qh_sweep_scan *scan = NULL;
    qh_status status = open_shards(options->path, arena, diag, &first, &scan);
    if (status == QH_OK) {
        const qh_sweep_layout *layout = &qh_sweep_file_get_info(first)->layout;
        status = options->view ? qh_sweep_view(options->path, layout, scan, diag)
                               : qh_sweep_merge(options->path, layout, scan, options->keep, diag);
        if (status == QH_OK) tell(app, options, scan, layout->n_scenario);
    }
    const int code = status == QH_OK ? 0 : qh_fail(app, diag, status);
    qh_sweep_scan_destroy(scan);
    qh_sweep_file_close(first);
    qh_arena_destroy(arena);
    qh_diag_destroy(diag);
    return code;
}

static int merge_main(const qh_app *app, int argc, char **argv) {
    merge_options options = {0};
    const qh_option table[] = {
        {0, "view", NULL,
         QH_N("make FILE a view over the shards (HDF5 virtual datasets): nothing is copied, and it may be made while "
              "the "
              "sweep goes on"),
         NULL, NULL, &options.view, NULL, NULL},
        {0, "keep", NULL, QH_N("keep the shards; the numbers are then on the disk twice"), NULL, NULL, &options.keep,
         NULL, NULL},
    };
    const qh_usage usage = {
        .command = &qh_command_merge,
        .description = QH_N(
            "Makes FILE from its shards, the folder FILE.shards, in which each worker of a sweep keeps what it has\n"
            "computed. All scenarios must be finished, but for a view. The bytes of FILE do not depend on how many\n"
            "workers there were. A shard whose end is torn by a kill, or that is damaged, loses only the blocks\n"
            "concerned."),
        .examples = "qinghe merge sweep.h5\n"
                    "qinghe merge sweep.h5 --view",
        .exit_codes = "024",
        .min_operands = 1,
        .max_operands = 1,
        .n_option = sizeof table / sizeof *table,
        .option = table,
    };
    size_t n_operand = 0;
    int code = qh_options_parse(app, &usage, argc, argv, &options.path, &n_operand);
    if (code < 0 && options.view && options.keep)
        code = qh_wrong_use(app, "merge", qh_tr(app->lang, "choose one of --view and --keep; a view keeps the shards"));
    return code < 0 ? merge(app, &options) : code;
}

const qh_command qh_command_merge = {
    .name = "merge",
    .arguments = "FILE [--view|--keep]",
    .summary = QH_N("make one file of a sweep's shards"),
    .order = 57,
    .main = merge_main,
};
