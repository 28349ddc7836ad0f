#include "io/stored_case.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "io/case_internal.h"
#include "io/text_file.h"

static qh_status cannot_write(const char *path, qh_diag *diag) {
    char reason[128];
    qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "cannot write %s: %s", path,
                qh_errno_text(errno, diag, sizeof reason, reason));
    return QH_E_IO;
}

/* Makes the folders on the way to a file, from byte `begin` of its path on, which is writable here. */
static qh_status make_folders(char *path, size_t begin, qh_diag *diag) {
    for (char *slash = strchr(path + begin, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        const bool made = mkdir(path, 0700) == 0 || errno == EEXIST;
        const qh_status status = made ? QH_OK : cannot_write(path, diag);
        *slash = '/';
        QH_TRY(status);
    }
    return QH_OK;
}

static qh_status write_file(const char *folder, const char *name, const char *text, qh_arena *arena, qh_diag *diag) {
    char *path = qh_arena_printf(arena, "%s/%s", folder, name);
    if (!path) return QH_E_NOMEM;
    QH_TRY(make_folders(path, strlen(folder) + 1, diag));
    FILE *file = fopen(path, "wb");
    if (!file) return cannot_write(path, diag);
    const size_t size = strlen(text);
    const bool written = fwrite(text, 1, size, file) == size;
    return fclose(file) == 0 && written ? QH_OK : cannot_write(path, diag);
}

qh_status qh_stored_case_write(const qh_store *store, const char *folder, qh_diag *diag) {
    const qh_store_info *info = qh_store_get_info(store);
    qh_arena *arena = qh_arena_create();
    qh_status status = arena ? QH_OK : QH_E_NOMEM;
    for (size_t i = 0; status == QH_OK && i < info->n_case_file; i++) {
        const char *name = info->case_file[i], *text = qh_store_case_file(store, name);
        if (strcmp(name, QH_SETTINGS_FILE) == 0) continue;
        if (!qh_case_is_inside(name) || !text) {
            qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "%s: the stored input file '%s' does not lie in a case folder",
                        info->path, name);
            status = QH_E_INPUT;
        } else {
            status = write_file(folder, name, text, arena, diag);
        }
    }
    if (arena) qh_arena_destroy(arena);
    return status;
}

qh_status qh_stored_settings(const qh_store *store, qh_arena *arena, qh_diag *diag, size_t *count,
                             qh_setting **setting) {
    const char *stored = qh_store_case_file(store, QH_SETTINGS_FILE);
    char *text = qh_arena_strdup(arena, stored ? stored : "");
    if (!text) return QH_E_NOMEM;
    size_t n_line = 0, n = 0;
    for (const char *c = text; *c; c++)
        n_line += *c == '\n';
    qh_setting *made = qh_arena_alloc(arena, n_line + 1, sizeof *made);
    if (!made) return QH_E_NOMEM;
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char *equals = strchr(line, '=');
        QH_CHECK(equals, QH_E_INPUT, diag, QH_NOWHERE, "%s: the stored setting '%s' is not of the form key=value",
                 qh_store_get_info(store)->path, line);
        *equals = '\0';
        made[n++] = (qh_setting){line, equals + 1};
    }
    *count = n;
    *setting = made;
    return QH_OK;
}
