/* Everything is read by name and checked against the dimensions before it is used; a file that is damaged is refused
 * with the name of what is wrong. */
#include "io/sweep_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/hdf5_read_internal.h"
#include "io/sweep_internal.h"
#include "io/text_file.h"

enum { MOST_NAMES = 1 << 24, MOST_FIELDS = 1 << 16, LONGEST_NAME = 128 };

struct qh_sweep_file {
    qh_arena *arena;
    hid_t file;
    hid_t *field; /* [n_field], open datasets */
    qh_case river_case;
    qh_sweep_file_info info;
};

/* 0 when there is none. */
static int flag_attribute(qh_h5_reader *r, const char *name) {
    return !r->failed && H5Aexists(r->at, name) > 0 ? qh_h5_get_int_attribute(r, r->at, name) : 0;
}

static H5T_class_t class_of(hid_t variable, size_t *size) {
    const hid_t type = H5Dget_type(variable);
    if (type < 0) return H5T_NO_CLASS;
    const H5T_class_t kind = H5Tget_class(type);
    *size = H5Tget_size(type);
    H5Tclose(type);
    return kind;
}

/* [n]; NULL when n is 0, for which the file need not have the variable, or it failed. */
static const char *const *texts(qh_h5_reader *r, const char *name, size_t n) {
    return n == 0 ? NULL : qh_h5_get_texts(r, name, n);
}

static void *numbers(qh_h5_reader *r, const char *name, hid_t memory_type, size_t size, size_t n) {
    return n == 0 ? NULL : qh_h5_get_whole(r, name, H5Tget_class(memory_type), memory_type, size, 1, &n);
}

/* ---- parts ---- */

/* Four numbers in hexadecimal, blanks between. */
static void read_identity(qh_h5_reader *r, qh_sweep_identity *id) {
    uint64_t *const part[] = {&id->plan, &id->river_case, &id->program, &id->layout};
    const char *text = qh_h5_get_text_attribute(r, r->at, "qinghe_identity");
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        char *end = NULL;
        *part[i] = strtoull(text, &end, 16);
        if (end == text) qh_h5_bad(r, "qinghe_identity", QH_N("is missing"));
        text = end;
    }
}

static void read_head(qh_h5_reader *r, qh_sweep_file *sweep) {
    qh_sweep_file_info *info = &sweep->info;
    qh_sweep_layout *l = &info->layout;
    if (flag_attribute(r, "qinghe_format") != QH_SWEEP_FORMAT)
        qh_h5_bad(r, "qinghe_format", QH_N("is of another version"));
    info->complete = flag_attribute(r, "qinghe_complete") == 1;
    info->view = flag_attribute(r, "qinghe_view") == 1;
    l->title = qh_h5_get_text_attribute(r, r->at, "title");
    l->plan_name = qh_h5_get_text_attribute(r, r->at, "qinghe_plan");
    l->design = qh_h5_get_text_attribute(r, r->at, "qinghe_design");
    l->path = qh_h5_get_text_attribute(r, r->at, "qinghe_path");
    l->seed = strtoull(qh_h5_get_text_attribute(r, r->at, "qinghe_seed"), NULL, 10);
    info->version = qh_h5_get_text_attribute(r, r->at, "qinghe_version");
    qh_case *c = &sweep->river_case;
    c->name = qh_h5_get_text_attribute(r, r->at, "qinghe_case");
    c->title = qh_h5_get_text_attribute(r, r->at, "qinghe_case_title");
    c->note = qh_h5_get_text_attribute(r, r->at, "comment");
    c->standard = qh_h5_get_text_attribute(r, r->at, "qinghe_standard");
    l->river_case = c;
    read_identity(r, &l->identity);
}

static void read_dimensions(qh_h5_reader *r, qh_sweep_file *sweep) {
    qh_sweep_layout *l = &sweep->info.layout;
    l->n_scenario = qh_h5_get_length(r, "scenario", INT64_MAX);
    if (l->n_scenario == 0) qh_h5_bad(r, "scenario", QH_N("is missing"));
    sweep->river_case.n_section = qh_h5_get_length(r, "section", MOST_NAMES);
    sweep->river_case.n_constituent = qh_h5_get_length(r, "constituent", MOST_NAMES);
    l->n_variable = qh_h5_get_length(r, "variable", MOST_NAMES);
    l->n_sample = qh_h5_get_length(r, "sample", MOST_NAMES);
    l->n_frame = qh_h5_get_length(r, "frame", MOST_NAMES);
    l->n_point = qh_h5_get_length(r, "point", MOST_NAMES);
    l->n_field = qh_h5_get_length(r, "field", MOST_FIELDS);
    if (l->n_field == 0) qh_h5_bad(r, "field", QH_N("is missing"));
}

static void read_sections(qh_h5_reader *r, qh_case *c) {
    const char *const *code = texts(r, "section_code", c->n_section);
    const char *const *name = texts(r, "section_name", c->n_section);
    const int *target = numbers(r, "section_target_class", H5T_NATIVE_INT, sizeof *target, c->n_section);
    qh_section *section = qh_h5_room(r, c->n_section, sizeof *section);
    for (size_t s = 0; section && !r->failed && s < c->n_section; s++) {
        section[s].code = code[s];
        section[s].name = name[s];
        section[s].target_class = target[s];
    }
    c->section = section;
}

static void read_constituents(qh_h5_reader *r, qh_case *c) {
    const char *const *name = texts(r, "constituent_name", c->n_constituent);
    qh_constituent *constituent = qh_h5_room(r, c->n_constituent, sizeof *constituent);
    for (size_t i = 0; constituent && !r->failed && i < c->n_constituent; i++)
        constituent[i].name = name[i];
    c->constituent = constituent;
}

static void read_variables(qh_h5_reader *r, qh_sweep_layout *l) {
    const char *const *name = texts(r, "variable_name", l->n_variable);
    const char *const *units = texts(r, "variable_units", l->n_variable);
    const char *const *title = texts(r, "variable_title", l->n_variable);
    qh_sweep_variable *variable = qh_h5_room(r, l->n_variable, sizeof *variable);
    for (size_t v = 0; variable && !r->failed && v < l->n_variable; v++)
        variable[v] = (qh_sweep_variable){name[v], units[v], title[v]};
    l->variable = variable;
}

static const qh_case_file *read_files(qh_h5_reader *r, const char *group, size_t *n_file) {
    if (r->failed || !qh_h5_exists(r, group)) return NULL;
    const hid_t root = r->at;
    const hid_t id = H5Gopen2(root, group, H5P_DEFAULT);
    if (id < 0) return qh_h5_bad(r, group, QH_N("cannot be read")), NULL;
    r->at = id;
    const size_t n = qh_h5_get_length(r, "file", MOST_NAMES);
    const char *const *name = texts(r, "name", n), *const *text = texts(r, "text", n);
    const char *const *encoding = texts(r, "encoding", n);
    qh_case_file *file = qh_h5_room(r, n, sizeof *file);
    for (size_t i = 0; file && !r->failed && i < n; i++)
        file[i] = (qh_case_file){.name = name[i], .text = text[i], .encoding = encoding[i]};
    r->at = root;
    H5Gclose(id);
    *n_file = n;
    return file;
}

static void read_failures(qh_h5_reader *r, qh_sweep_file_info *info) {
    const size_t n = qh_h5_get_length(r, "failure", MOST_NAMES * (uint64_t)16);
    const int64_t *scenario = numbers(r, "failure_scenario", H5T_NATIVE_INT64, sizeof *scenario, n);
    const char *const *message = texts(r, "failure_message", n);
    qh_sweep_failure *failure = qh_h5_room(r, n, sizeof *failure);
    for (size_t i = 0; failure && !r->failed && i < n; i++) {
        if (scenario[i] < 0 || (uint64_t)scenario[i] >= info->layout.n_scenario)
            qh_h5_bad(r, "failure_scenario", QH_N("points to nothing"));
        failure[i] = (qh_sweep_failure){(uint64_t)scenario[i], QH_E_NUMERIC, message[i]};
    }
    info->n_failure = n;
    info->failure = failure;
}

/* ---- fields ---- */

static void describe(qh_h5_reader *r, const qh_sweep_layout *l, hid_t id, qh_sweep_field *field) {
    hsize_t extent[QH_H5_MAX_RANK] = {0};
    size_t size = 0;
    const int rank = qh_h5_extents(id, extent);
    const H5T_class_t kind = class_of(id, &size);
    const bool real = kind == H5T_FLOAT && size == sizeof(double), mark = kind == H5T_INTEGER && size == 1;
    if (rank < 1 || extent[rank - 1] != l->n_scenario) qh_h5_bad(r, field->name, QH_N("does not fit its dimensions"));
    if (!real && !mark) qh_h5_bad(r, field->name, QH_N("has an unexpected type"));
    if (r->failed) return;
    field->type = real ? QH_SWEEP_REAL : QH_SWEEP_MARK;
    field->units = qh_h5_get_text_attribute(r, id, "units");
    field->long_name = qh_h5_get_text_attribute(r, id, "long_name");
    field->constituent = qh_h5_get_text_attribute(r, id, "constituent");
    field->statistic = qh_h5_get_text_attribute(r, id, "statistic");
    field->meanings = mark ? qh_h5_get_text_attribute(r, id, "flag_meanings") : NULL;
    if (!*field->units) field->units = NULL;
    if (!*field->constituent) field->constituent = NULL;
    if (!*field->statistic) field->statistic = NULL;
    const char *axis = qh_h5_get_text_attribute(r, id, "axis_of_rows");
    field->axis = QH_SWEEP_ONE;
    static const qh_sweep_axis known[] = {QH_SWEEP_SECTIONS, QH_SWEEP_VARIABLES, QH_SWEEP_SERIES, QH_SWEEP_PROFILES};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(axis, qh_sweep_axis_name(known[i])) == 0) field->axis = known[i];
    size_t length[2] = {0, 0};
    const size_t n = qh_sweep_axes(l, field->axis, length);
    bool fits = (size_t)rank == n + 1;
    for (size_t d = 0; d < n && fits; d++)
        fits = extent[d] == length[d];
    if (!fits) qh_h5_bad(r, field->name, QH_N("does not fit its dimensions"));
}

static void read_fields(qh_h5_reader *r, qh_sweep_file *sweep) {
    qh_sweep_layout *l = &sweep->info.layout;
    const char *const *name = texts(r, "field_name", l->n_field);
    qh_sweep_field *field = qh_h5_room(r, l->n_field, sizeof *field);
    hid_t *id = qh_h5_room(r, l->n_field, sizeof *id);
    if (!name || !field || !id) return;
    for (size_t f = 0; f < l->n_field; f++)
        id[f] = -1;
    sweep->field = id;
    l->field = field;
    for (size_t f = 0; f < l->n_field && !r->failed; f++) {
        field[f].name = name[f];
        id[f] = qh_h5_open(r, name[f]);
        if (id[f] >= 0) describe(r, l, id[f], &field[f]);
    }
    if (!r->failed && (field[0].type != QH_SWEEP_MARK || field[0].axis != QH_SWEEP_ONE))
        qh_h5_bad(r, field[0].name, QH_N("has an unexpected type"));
}

static void read_places(qh_h5_reader *r, qh_sweep_layout *l) {
    if (l->n_sample > 0) l->sample_time = numbers(r, "sample_time", H5T_NATIVE_DOUBLE, sizeof(double), l->n_sample);
    if (l->n_frame > 0) l->frame_time = numbers(r, "frame_time", H5T_NATIVE_DOUBLE, sizeof(double), l->n_frame);
    if (l->n_point == 0) return;
    l->point_reach = texts(r, "point_reach", l->n_point);
    l->point_chainage = numbers(r, "point_chainage", H5T_NATIVE_DOUBLE, sizeof(double), l->n_point);
}

static void read_all(qh_h5_reader *r, qh_sweep_file *sweep) {
    qh_sweep_layout *l = &sweep->info.layout;
    qh_case *c = &sweep->river_case;
    read_head(r, sweep);
    read_dimensions(r, sweep);
    read_places(r, l);
    read_sections(r, c);
    read_constituents(r, c);
    read_variables(r, l);
    read_fields(r, sweep);
    read_failures(r, &sweep->info);
    l->plan_file = read_files(r, "plan", &l->n_plan_file);
    c->file = read_files(r, "case", &c->n_file);
}

/* ---- opening ---- */

static bool is_sweep(hid_t file) {
    qh_arena *arena = qh_arena_create();
    qh_h5_reader r = {.arena = arena, .at = file, .failed = !arena};
    const bool is = strcmp(qh_h5_get_text_attribute(&r, file, "qinghe_content"), QH_SWEEP_CONTENT) == 0;
    qh_arena_destroy(arena);
    return is;
}

bool qh_sweep_file_is(const char *path) {
    const qh_h5_quiet quiet = qh_h5_silence();
    const hid_t file = qh_sweep_unbroken(path) ? qh_h5_open_file(path) : -1;
    const bool is = file >= 0 && is_sweep(file);
    if (file >= 0) H5Fclose(file);
    qh_h5_restore(&quiet);
    return is;
}

static qh_status open_inner(qh_sweep_file *sweep, const char *path, qh_diag *diag) {
    struct stat status;
    if (stat(path, &status) != 0) return qh_sweep_cannot_read(path, diag);
    if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return qh_sweep_cannot_read(path, diag);
    }
    QH_CHECK(qh_sweep_unbroken(path), QH_E_IO, diag, QH_NOWHERE,
             "cannot read %s: it is damaged, or was changed by another program", path);
    sweep->file = qh_h5_open_file(path);
    if (sweep->file < 0) {
        char reason[QH_H5_REASON_SIZE];
        qh_h5_reason(reason);
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "cannot read %s: it is not an HDF5 file, or is damaged (HDF5: %s)",
                    path, reason);
        return QH_E_IO;
    }
    QH_CHECK(is_sweep(sweep->file), QH_E_IO, diag, QH_NOWHERE, "cannot read %s: it is not a sweep of qinghe", path);
    /* Members of a view lie in other files. */
    qh_h5_reader r = {.arena = sweep->arena, .at = sweep->file, .file_size = UINT64_MAX};
    sweep->info.path = qh_h5_clean_copy(&r, path);
    read_all(&r, sweep);
    if (r.no_memory) return QH_E_NOMEM;
    QH_CHECK(!r.failed, QH_E_IO, diag, QH_NOWHERE, "cannot read %s: the sweep in it is damaged: %s %s", path, r.name,
             qh_tr(qh_diag_lang(diag), r.what));
    return QH_OK;
}

qh_status qh_sweep_file_open(const char *path, qh_diag *diag, qh_sweep_file **file) {
    qh_arena *arena = qh_arena_create();
    qh_sweep_file *sweep = arena ? qh_arena_alloc(arena, 1, sizeof *sweep) : NULL;
    if (!sweep) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    sweep->arena = arena;
    sweep->file = -1;
    const qh_h5_quiet quiet = qh_h5_silence();
    const qh_status status = open_inner(sweep, path, diag);
    qh_h5_restore(&quiet);
    if (status == QH_OK)
        *file = sweep;
    else
        qh_sweep_file_close(sweep);
    return status;
}

void qh_sweep_file_close(qh_sweep_file *file) {
    if (!file) return;
    const qh_h5_quiet quiet = qh_h5_silence();
    for (size_t f = 0; file->field && f < file->info.layout.n_field; f++)
        qh_h5_close(file->field[f]);
    if (file->file >= 0) H5Fclose(file->file);
    qh_h5_restore(&quiet);
    qh_arena_destroy(file->arena);
}

const qh_sweep_file_info *qh_sweep_file_get_info(const qh_sweep_file *file) { return &file->info; }

/* ---- values ---- */

/* Row `row` of the axes before the scenario, of which there are `n_axis` with the lengths [2]. */
static bool read_row(hid_t id, size_t n_axis, const size_t *length, size_t row, uint64_t first, uint64_t count,
                     hid_t type, void *values) {
    hsize_t begin[QH_H5_MAX_RANK] = {0}, size[QH_H5_MAX_RANK] = {1, 1, 1};
    if (n_axis == 2) begin[0] = row / length[1];
    if (n_axis > 0) begin[n_axis - 1] = n_axis == 2 ? row % length[1] : row;
    begin[n_axis] = first;
    size[n_axis] = count;
    const hsize_t n = count;
    const hid_t space = H5Dget_space(id), memory = H5Screate_simple(1, &n, NULL);
    const bool good = space >= 0 && memory >= 0 &&
                      H5Sselect_hyperslab(space, H5S_SELECT_SET, begin, NULL, size, NULL) >= 0 &&
                      H5Dread(id, type, memory, space, H5P_DEFAULT, values) >= 0;
    if (memory >= 0) H5Sclose(memory);
    if (space >= 0) H5Sclose(space);
    return good;
}

qh_status qh_sweep_file_read(const qh_sweep_file *file, size_t field, size_t row, uint64_t first, uint64_t count,
                             double *values, int8_t *marks, qh_diag *diag) {
    const qh_sweep_layout *l = &file->info.layout;
    const qh_sweep_field *f = &l->field[field];
    const bool real = f->type == QH_SWEEP_REAL;
    if (field >= l->n_field || row >= qh_sweep_rows(l, field) || first > l->n_scenario ||
        count > l->n_scenario - first || (real ? (void *)values : (void *)marks) == NULL)
        return QH_E_USAGE;
    if (count == 0) return QH_OK;
    size_t length[2] = {1, 1};
    const size_t n_axis = qh_sweep_axes(l, f->axis, length);
    const qh_h5_quiet quiet = qh_h5_silence();
    const bool good = read_row(file->field[field], n_axis, length, row, first, count,
                               real ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT8, real ? (void *)values : (void *)marks);
    char reason[QH_H5_REASON_SIZE];
    if (!good) qh_h5_reason(reason);
    qh_h5_restore(&quiet);
    QH_CHECK(good, QH_E_IO, diag, QH_NOWHERE, "cannot read %s in %s: %s", f->name, file->info.path, reason);
    return QH_OK;
}

bool qh_sweep_find_field(const qh_sweep_layout *layout, const char *name, size_t *field) {
    for (size_t f = 0; f < layout->n_field; f++) {
        if (strcmp(layout->field[f].name, name) != 0) continue;
        *field = f;
        return true;
    }
    return false;
}
