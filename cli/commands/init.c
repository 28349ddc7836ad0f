/* qinghe init: a new case from the template that is compiled in. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/messages.h"
#include "cli/options.h"
#include "model/embedded.h"
#include "model/status.h"

extern const qh_command qh_command_init;

static int io_error(const qh_app *app, const char *path) {
    qh_tell(qh_tr(app->lang, "%s cannot be written: %s"), path, strerror(errno));
    return qh_status_exit_code(QH_E_IO);
}

/* -1 when the folder is absent or empty, else the exit code. */
static int check_empty(const qh_app *app, const char *folder) {
    struct stat info;
    if (stat(folder, &info) != 0) return errno == ENOENT ? -1 : io_error(app, folder);
    if (!S_ISDIR(info.st_mode)) return qh_wrong_use(app, "init", qh_tr(app->lang, "'%s' is a file"), folder);
    DIR *directory = opendir(folder);
    if (!directory) return io_error(app, folder);
    bool empty = true;
    for (const struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) empty = false;
    }
    (void)closedir(directory);
    if (empty) return -1;
    return qh_wrong_use(app, "init", qh_tr(app->lang, "the folder '%s' is not empty; nothing was written"), folder);
}

/* Makes every folder on the way to `path`, which is changed and put back. */
static bool make_parents(char *path) {
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        const bool made = mkdir(path, 0777) == 0 || errno == EEXIST;
        *slash = '/';
        if (!made) return false;
    }
    return true;
}

/* Never over a file that is there: between the look at the folder and now somebody may have put one. */
static bool write_file(const char *path, const qh_embedded *file) {
    FILE *out = fopen(path, "wxb");
    if (!out) return false;
    const bool written = fwrite(file->text, 1, file->size, out) == file->size;
    return fclose(out) == 0 && written;
}

/* -1 when it is written, else the exit code. */
static int put_file(const qh_app *app, const char *folder, const qh_embedded *file) {
    const size_t size = strlen(folder) + strlen(file->name) + 2;
    char *path = qh_need(malloc(size));
    (void)snprintf(path, size, "%s/%s", folder, file->name);
    const bool fine = make_parents(path) && write_file(path, file);
    const int code = fine ? -1 : io_error(app, path);
    if (fine) printf("%s\n", path);
    free(path);
    return code;
}

static bool is_among(const qh_embedded *files, const char *name) {
    while (files->name && strcmp(files->name, name) != 0)
        files++;
    return files->name != NULL;
}

static int init(const qh_app *app, const char *folder, bool full) {
    const int wrong = check_empty(app, folder);
    if (wrong >= 0) return wrong;
    for (const qh_embedded *file = qh_embedded_template; file->name; file++) {
        if (full && is_among(qh_embedded_template_full, file->name)) continue;
        const int code = put_file(app, folder, file);
        if (code >= 0) return code;
    }
    for (const qh_embedded *file = qh_embedded_template_full; full && file->name; file++) {
        const int code = put_file(app, folder, file);
        if (code >= 0) return code;
    }
    printf("\n");
    printf(qh_tr(app->lang, "Next: qinghe run %s -o run.h5 && qinghe assess run.h5\n"), folder);
    return 0;
}

static int init_main(const qh_app *app, int argc, char **argv) {
    const char *folder = NULL;
    bool full = false;
    const qh_option table[] = {
        {0, "full", NULL,
         QH_N("with flow that changes in time, a reservoir with weir, gate and rules of operation, a station with its "
              "ecological flow, withdrawals and a transfer by priority"),
         NULL, NULL, &full, NULL, NULL},
    };
    const qh_usage usage = {
        .command = &qh_command_init,
        .description =
            QH_N("Writes a small case that runs as it is, with comments, into a new or empty folder: a start for a\n"
                 "case of your own. `qinghe explain` tells of every key and column."),
        .examples = "qinghe init mycase\n"
                    "qinghe init --full mycase && qinghe run mycase -o year.h5",
        .exit_codes = "024",
        .min_operands = 1,
        .max_operands = 1,
        .n_option = sizeof table / sizeof *table,
        .option = table,
    };
    size_t n_operand = 0;
    const int code = qh_options_parse(app, &usage, argc, argv, &folder, &n_operand);
    return code < 0 ? init(app, folder, full) : code;
}

const qh_command qh_command_init = {
    .name = "init",
    .arguments = "DIR [--full]",
    .summary = QH_N("write a new case from a template"),
    .order = 10,
    .main = init_main,
};
