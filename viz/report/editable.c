/* The report as files that can be edited: Markdown with a folder of pictures, or a Word file that pandoc makes of it.
 * Pandoc is run as a program of its own, like gnuplot: nothing of it is linked. */
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "viz/report/markdown_internal.h"

extern char **environ;

static qh_status cannot_write(const qh_report *report, const char *path) {
    qh_diag_add(report->diag, QH_ERROR, QH_NOWHERE, "cannot write %s: %s", path, strerror(errno));
    return QH_E_IO;
}

static qh_status write_markdown(qh_report *report, qh_json root, const char *path, const char *folder,
                                const char *link) {
    const char *const part = qh_arena_printf(report->arena, "%s.part", path);
    if (!part) return QH_E_NOMEM;
    FILE *const file = fopen(part, "wb");
    if (!file) return cannot_write(report, path);
    qh_status status = qh_report_markdown(report, root, folder, link, file);
    if (fclose(file) != 0 && status == QH_OK) status = cannot_write(report, path);
    if (status == QH_OK && rename(part, path) != 0) status = cannot_write(report, path);
    if (status != QH_OK) (void)remove(part);
    return status;
}

/* "a/name.md" with pictures in "a/name-files". */
static qh_status markdown_beside(qh_report *report, qh_json root) {
    const char *const path = report->request->output;
    const char *const slash = strrchr(path, '/');
    const char *const stem = qh_arena_strndup(report->arena, path, strlen(path) - strlen(".md"));
    const char *const folder = stem ? qh_arena_printf(report->arena, "%s-files", stem) : NULL;
    if (!folder) return QH_E_NOMEM;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) return cannot_write(report, folder);
    report->pictures = folder;
    QH_TRY(qh_report_document(report, root));
    return write_markdown(report, root, path, folder, slash ? folder + (slash - path) + 1 : folder);
}

static qh_status run_pandoc(const qh_report *report, char *const *arguments) {
    pid_t child = 0;
    const int failure = posix_spawnp(&child, "pandoc", NULL, NULL, arguments, environ);
    QH_CHECK(failure != ENOENT, QH_E_IO, report->diag, QH_NOWHERE,
             "pandoc makes the Word file and is not installed (Debian: pandoc)");
    QH_CHECK(failure == 0, QH_E_IO, report->diag, QH_NOWHERE, "pandoc: %s", strerror(failure));
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        QH_CHECK(errno == EINTR, QH_E_IO, report->diag, QH_NOWHERE, "pandoc: %s", strerror(errno));
    }
    QH_CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0, QH_E_IO, report->diag, QH_NOWHERE,
             "pandoc failed with status %d", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    return QH_OK;
}

static qh_status word_from(qh_report *report, qh_json root, const char *folder) {
    const char *const path = report->request->output;
    char *const text = qh_arena_printf(report->arena, "%s/report.md", folder);
    char *const part = qh_arena_printf(report->arena, "%s.part", path);
    char *const resources = qh_arena_printf(report->arena, "--resource-path=%s", folder);
    char program[] = "pandoc", quiet[] = "--quiet", from[] = "--from=gfm", to[] = "--to=docx", output[] = "--output";
    char chinese[] = "--metadata=lang:zh-CN", english[] = "--metadata=lang:en";
    if (!text || !part || !resources) return QH_E_NOMEM;
    report->pictures = folder;
    QH_TRY(qh_report_document(report, root));
    QH_TRY(write_markdown(report, root, text, folder, "."));
    char *const lang = report->request->lang == QH_ZH ? chinese : english;
    char *const arguments[] = {program, quiet, from, to, lang, resources, output, part, text, NULL};
    qh_status status = run_pandoc(report, arguments);
    if (status == QH_OK && rename(part, path) != 0) status = cannot_write(report, path);
    if (status != QH_OK) (void)remove(part);
    return status;
}

/* The text and its pictures, all that was written there. */
static void remove_files(qh_report *report, const char *folder) {
    static const char *const kinds[] = {"map", "profile", "series", "shares"};
    const size_t n = sizeof kinds / sizeof *kinds;
    const char *path = qh_arena_printf(report->arena, "%s/report.md", folder);
    if (path) (void)remove(path);
    for (size_t i = 0; i < report->n_run * n; i++) {
        path = qh_arena_printf(report->arena, "%s/%s-%zu.png", folder, kinds[i % n], i / n + 1);
        if (path) (void)remove(path);
    }
    (void)rmdir(folder);
}

qh_status qh_report_editable(qh_report *report, qh_json root) {
    const char *const path = report->request->output;
    if (strcmp(path + strlen(path) - 3, ".md") == 0) return markdown_beside(report, root);
    const char *const place = getenv("TMPDIR");
    char *const folder = qh_arena_printf(report->arena, "%s/qinghe-XXXXXX", place && *place ? place : "/tmp");
    if (!folder) return QH_E_NOMEM;
    if (!mkdtemp(folder)) return cannot_write(report, folder);
    const qh_status status = word_from(report, root, folder);
    remove_files(report, folder);
    return status;
}
