/* Tables that a plan names, in its folder: the plan keeps their texts, its variables take their columns. */
#include <string.h>

#include "io/plan_internal.h"

#define WRONG(r, place, ...) (qh_diag_add((r)->diag, QH_ERROR, (place), __VA_ARGS__), false)

const char *qh_plan_path(const qh_plan_reader *r, const char *name) {
    const char *slash = strrchr(r->plan->path, '/');
    if (name[0] == '/' || !slash) return name;
    return qh_arena_printf(r->scratch, "%.*s/%s", (int)(slash - r->plan->path), r->plan->path, name);
}

qh_status qh_plan_keep_file(qh_plan_reader *r, const qh_case_file *file) {
    for (size_t i = 0; i < r->plan->n_file; i++)
        if (strcmp(r->file[i].name, file->name) == 0) return QH_OK;
    if (r->plan->n_file == r->file_capacity) {
        const size_t capacity = 2 * r->file_capacity + 8;
        qh_case_file *larger = qh_arena_alloc(r->plan->arena, capacity, sizeof *larger);
        if (!larger) return QH_E_NOMEM;
        if (r->plan->n_file > 0) memcpy(larger, r->file, r->plan->n_file * sizeof *larger);
        r->file = larger;
        r->file_capacity = capacity;
    }
    r->file[r->plan->n_file++] = *file;
    return QH_OK;
}

qh_status qh_plan_keep_text(qh_plan_reader *r, const qh_text_file *text) {
    return qh_plan_keep_file(r, &(qh_case_file){text->name, text->text, text->encoding});
}

bool qh_plan_read_table(qh_plan_reader *r, const char *name, qh_place place, qh_csv *csv) {
    const char *path = qh_plan_path(r, name);
    const char *label = qh_arena_strdup(r->plan->arena, name);
    qh_text_file text;
    if (!path || !label) return qh_plan_lost(r);
    qh_status status = qh_text_file_read(r->plan->arena, path, label, r->diag, &text);
    if (status == QH_OK) status = qh_plan_keep_text(r, &text);
    if (status == QH_OK) status = qh_csv_parse(r->scratch, &text, r->diag, csv);
    if (status == QH_E_NOMEM) return qh_plan_lost(r);
    if (status != QH_OK) return false;
    if (csv->n_record < 2) return WRONG(r, place, "%s: the table is empty", name);
    return !csv->faulty;
}

/* ---- columns ---- */

/* Length of the name in a header "NAME [unit]"; `unit` is where the unit begins, NULL: none. */
static size_t name_length(const char *header, const char **unit) {
    const size_t length = strlen(header);
    *unit = NULL;
    if (length < 3 || header[length - 1] != ']') return length;
    const char *open = strrchr(header, '[');
    /* Without a blank before it the bracket is part of the name, as in load[QJ-SH-001]. */
    if (!open || open == header || open[-1] != ' ') return length;
    size_t end = (size_t)(open - header);
    while (end > 0 && header[end - 1] == ' ')
        end--;
    *unit = open + 1;
    return end;
}

bool qh_plan_find_column(const qh_csv *csv, const char *name, size_t *column) {
    const qh_csv_record *header = &csv->record[0];
    for (size_t c = 0; c < header->count; c++) {
        const char *unit = NULL, *text = header->cell[c].text;
        const size_t length = name_length(text, &unit);
        if (strlen(name) != length || memcmp(text, name, length) != 0) continue;
        *column = c;
        return true;
    }
    return false;
}

bool qh_plan_read_column(qh_plan_reader *r, const qh_csv *csv, size_t column, qh_plan_text **text) {
    const qh_csv_cell *header = &csv->record[0].cell[column];
    const char *unit = NULL;
    (void)name_length(header->text, &unit);
    const int length = unit ? (int)(strlen(unit) - 1) : 0;
    qh_plan_text *made = qh_arena_alloc(r->scratch, csv->n_record, sizeof *made);
    if (!made) return qh_plan_lost(r);
    bool good = true;
    for (size_t i = 1; i < csv->n_record; i++) {
        const qh_csv_record *record = &csv->record[i];
        if (column >= record->count || record->cell[column].text[0] == '\0') {
            const qh_csv_cell *near = &record->cell[column < record->count ? column : record->count - 1];
            good = WRONG(r, qh_csv_place(csv, near), "'%s' is empty; a value is required", header->text);
            continue;
        }
        const qh_csv_cell *cell = &record->cell[column];
        const char *whole = unit ? qh_arena_printf(r->scratch, "%s %.*s", cell->text, length, unit) : cell->text;
        if (!whole) return qh_plan_lost(r);
        made[i - 1] = (qh_plan_text){whole, qh_csv_place(csv, cell)};
    }
    *text = made;
    return good;
}
