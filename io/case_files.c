/* The files of a case folder: where they are, and the record of those that were read. */
#include <string.h>

#include "io/case_internal.h"

const char *qh_case_path(qh_case_reader *reader, const char *name) {
    const size_t length = strlen(reader->folder);
    const char *gap = length > 0 && reader->folder[length - 1] == '/' ? "" : "/";
    return qh_arena_printf(reader->value.arena, "%s%s%s", reader->folder, gap, name);
}

bool qh_case_is_inside(const char *name) {
    if (name[0] == '/' || name[0] == '\\') return false;
    for (const char *p = name; *p;) {
        const size_t length = strcspn(p, "/\\");
        if (length == 2 && p[0] == '.' && p[1] == '.') return false;
        p += length + (p[length] != '\0');
    }
    return true;
}

qh_status qh_case_keep_file(qh_case_reader *reader, const qh_text_file *file) {
    for (size_t i = 0; i < reader->n_file; i++) {
        if (strcmp(reader->file[i].name, file->name) == 0) return QH_OK;
    }
    if (reader->n_file == reader->file_capacity) {
        const size_t capacity = reader->file_capacity ? 2 * reader->file_capacity : 32;
        qh_case_file *larger = qh_arena_alloc(reader->value.arena, capacity, sizeof *larger);
        if (!larger) return QH_E_NOMEM;
        if (reader->n_file > 0) memcpy(larger, reader->file, reader->n_file * sizeof *larger);
        reader->file = larger;
        reader->file_capacity = capacity;
    }
    reader->file[reader->n_file++] = (qh_case_file){.name = file->name, .text = file->text, .encoding = file->encoding};
    return QH_OK;
}

qh_status qh_case_read_file(qh_case_reader *reader, const char *name, qh_text_file *file) {
    const char *path = qh_case_path(reader, name);
    const char *copy = qh_arena_strdup(reader->value.arena, name);
    if (!path || !copy) return QH_E_NOMEM;
    qh_text_file read;
    QH_TRY(qh_text_file_read(reader->value.arena, path, copy, reader->diag, &read));
    QH_TRY(qh_case_keep_file(reader, &read));
    *file = read;
    return QH_OK;
}
