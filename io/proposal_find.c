/* Which file a proposal stands in: by name, or by the code of the outfall that it asks for. */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "io/names_internal.h"
#include "io/proposal_reader.h"
#include "io/schema.h"
#include "io/value_internal.h"

static const char folder_name[] = "proposals";

static const char *path_of(qh_arena *arena, const qh_case *c, const char *file) {
    const size_t length = strlen(c->folder);
    const char *gap = length > 0 && c->folder[length - 1] == '/' ? "" : "/";
    return qh_arena_printf(arena, "%s%s%s/%s", c->folder, gap, folder_name, file);
}

static bool ends_in_yaml(const char *name) {
    const size_t length = strlen(name), end = strlen(".yaml");
    return length > end && strcmp(name + length - end, ".yaml") == 0;
}

/* The folder of proposals, NULL where there is none. */
static DIR *open_folder(qh_arena *arena, const qh_case *c) {
    const char *path = path_of(arena, c, "");
    return path ? opendir(path) : NULL;
}

qh_status qh_proposal_path(qh_arena *arena, const qh_case *river_case, const char *name, qh_diag *diag,
                           const char **path) {
    struct stat info;
    const bool is_path = strchr(name, '/') || ends_in_yaml(name);
    const char *file = qh_arena_printf(arena, "%s.yaml", name);
    const char *wanted = !file ? NULL : is_path ? name : path_of(arena, river_case, file);
    if (!wanted) return QH_E_NOMEM;
    if (is_path || stat(wanted, &info) == 0) {
        *path = wanted;
        return QH_OK;
    }
    qh_nearest nearest = qh_nearest_begin(name);
    DIR *folder = open_folder(arena, river_case);
    for (const struct dirent *e = folder ? readdir(folder) : NULL; e; e = readdir(folder)) {
        const char *known =
            ends_in_yaml(e->d_name) ? qh_arena_strndup(arena, e->d_name, strlen(e->d_name) - strlen(".yaml")) : NULL;
        if (known) qh_nearest_offer(&nearest, known);
    }
    if (folder) (void)closedir(folder);
    QH_CHECK(!nearest.best[0], QH_E_INPUT, diag, QH_NOWHERE, "there is no proposal '%s'; did you mean '%s'?", name,
             nearest.best);
    QH_CHECK(false, QH_E_INPUT, diag, QH_NOWHERE, "there is no proposal '%s': the case folder has no file %s/%s.yaml",
             name, folder_name, name);
}

/* Whether a file of the folder asks for that outfall; one that is no YAML does not. */
static qh_status asks_for(qh_arena *arena, const char *path, const char *code, bool *does) {
    qh_text_file text;
    qh_yaml *root = NULL;
    qh_status status = qh_text_file_read(arena, path, path, NULL, &text);
    if (status == QH_OK) status = qh_yaml_parse(arena, &text, NULL, NULL, &root);
    if (status != QH_OK) return status == QH_E_NOMEM ? status : QH_OK;
    const qh_yaml *outfall = qh_value_child(qh_schema_find_table("proposal"), root, "outfall");
    const qh_yaml *own = outfall ? qh_value_child(qh_schema_find_table("proposal.outfall"), outfall, "code") : NULL;
    *does = own && own->kind == QH_YAML_SCALAR && strcmp(own->text, code) == 0;
    return QH_OK;
}

qh_status qh_proposal_of_code(qh_arena *arena, const qh_case *river_case, const char *code, const char **path) {
    DIR *folder = open_folder(arena, river_case);
    const char *found = NULL;
    qh_status status = QH_OK;
    for (const struct dirent *e = folder ? readdir(folder) : NULL; e && status == QH_OK; e = readdir(folder)) {
        if (e->d_name[0] == '.' || !ends_in_yaml(e->d_name)) continue;
        const char *wanted = path_of(arena, river_case, e->d_name);
        bool does = false;
        status = wanted ? asks_for(arena, wanted, code, &does) : QH_E_NOMEM;
        /* The first by name, whatever order the folder is read in. */
        if (status == QH_OK && does && (!found || strcmp(wanted, found) < 0)) found = wanted;
    }
    if (folder) (void)closedir(folder);
    QH_TRY(status);
    *path = found;
    return QH_OK;
}
