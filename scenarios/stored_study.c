/* The case of a stored run as a study: its files go to a temporary folder, from which the readers take them as ever. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/stored_case.h"
#include "io/text_file.h"
#include "scenarios/study.h"

enum { MOST_DEPTH = 16 }; /* of folders in the temporary one */

/* Removes a folder of ours with all that is in it. What cannot be removed stays, for the system to clean up. */
static void remove_folder(qh_arena *arena, const char *path, int depth) { /* NOLINT(misc-no-recursion): bounded */
    DIR *const folder = depth < MOST_DEPTH ? opendir(path) : NULL;
    for (struct dirent *e = folder ? readdir(folder) : NULL; e; e = readdir(folder)) {
        const char *const inner = qh_arena_printf(arena, "%s/%s", path, e->d_name);
        struct stat info;
        if (!inner || strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 || lstat(inner, &info) != 0) continue;
        if (S_ISDIR(info.st_mode))
            remove_folder(arena, inner, depth + 1);
        else
            (void)unlink(inner);
    }
    if (folder) (void)closedir(folder);
    (void)rmdir(path);
}

static qh_status open_from(const qh_store *store, const char *folder, qh_arena *arena, qh_diag *diag,
                           qh_study **study) {
    const qh_store_info *const info = qh_store_get_info(store);
    size_t count = 0;
    qh_setting *setting = NULL;
    QH_TRY(qh_stored_settings(store, arena, diag, &count, &setting));
    QH_TRY(qh_stored_case_write(store, folder, diag));
    return qh_study_open(folder, count, setting, *info->scenario ? info->scenario : NULL, diag, study);
}

qh_status qh_study_open_stored(const qh_store *store, qh_diag *diag, qh_study **study) {
    qh_arena *const arena = qh_arena_create();
    const char *const place = getenv("TMPDIR");
    char *const folder = arena ? qh_arena_printf(arena, "%s/qinghe-XXXXXX", place && *place ? place : "/tmp") : NULL;
    qh_status status = folder ? QH_OK : QH_E_NOMEM;
    if (folder && !mkdtemp(folder)) {
        char reason[128];
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "cannot write %s: %s", folder,
                    qh_errno_text(errno, diag, sizeof reason, reason));
        status = QH_E_IO;
    } else if (folder) {
        status = open_from(store, folder, arena, diag, study);
        remove_folder(arena, folder, 0);
    }
    if (arena) qh_arena_destroy(arena);
    return status;
}
