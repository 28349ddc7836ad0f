/* Everything is read by name and checked against the dimensions before it is used; a file that is damaged is refused
 * with the name of what is wrong. */
#include "io/sweep_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/hdf5_util_internal.h"
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

typedef struct reader {
    qh_sweep_file *sweep;
    qh_arena *arena;
    hid_t at; /* group that names are looked up in */
    bool failed, no_memory;
    const char *name, *what; /* the first thing that is wrong; what is a catalogue key */
} reader;

static void bad(reader *r, const char *name, const char *what) {
    if (!r->failed) {
        r->name = name;
        r->what = what;
    }
    r->failed = true;
}

static void *room(reader *r, size_t count, size_t size) {
    void *memory = r->failed ? NULL : qh_arena_alloc(r->arena, count, size);
    if (!memory && !r->failed) r->failed = r->no_memory = true;
    return memory;
}

/* ---- text ---- */

/* A copy in which bytes that are not UTF-8 became question marks: it goes into tables and JSON. */
static const char *clean_copy(reader *r, const char *text) {
    char *copy = r->failed ? NULL : qh_arena_strdup(r->arena, text ? text : "");
    if (!copy) {
        if (!r->failed) r->failed = r->no_memory = true;
        return "";
    }
    size_t size = strlen(copy), at = 0;
    while ((at += qh_utf8_valid_until(copy + at, size - at)) < size)
        copy[at++] = '?';
    return copy;
}

static const char *read_text(reader *r, hid_t attribute, hid_t type) {
    if (H5Tis_variable_str(type) > 0) {
        const hid_t text = qh_h5_text_type();
        char *value = NULL;
        const char *copy = "";
        if (H5Aread(attribute, text, &value) >= 0 && value) {
            copy = clean_copy(r, value);
            H5free_memory(value);
        }
        H5Tclose(text);
        return copy;
    }
    const size_t size = H5Tget_size(type);
    if (size == 0 || size > 65536) return "";
    char *value = room(r, size + 1, 1);
    if (!value || H5Aread(attribute, type, value) < 0) return "";
    value[size] = '\0';
    return clean_copy(r, value);
}

/* "" when there is none. */
static const char *text_attribute(reader *r, hid_t object, const char *name) {
    if (r->failed || H5Aexists(object, name) <= 0) return "";
    const hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    const hid_t type = attribute >= 0 ? H5Aget_type(attribute) : -1;
    const hid_t space = attribute >= 0 ? H5Aget_space(attribute) : -1;
    const char *text = "";
    if (type >= 0 && space >= 0 && H5Tget_class(type) == H5T_STRING && H5Sget_simple_extent_npoints(space) == 1)
        text = read_text(r, attribute, type);
    if (space >= 0) H5Sclose(space);
    if (type >= 0) H5Tclose(type);
    if (attribute >= 0) H5Aclose(attribute);
    return text;
}

/* 0 when there is none. */
static int int_attribute(reader *r, const char *name) {
    int value = 0;
    if (r->failed || H5Aexists(r->at, name) <= 0) return 0;
    const hid_t attribute = H5Aopen(r->at, name, H5P_DEFAULT);
    const hid_t space = attribute >= 0 ? H5Aget_space(attribute) : -1;
    if (space < 0 || H5Sget_simple_extent_npoints(space) != 1 || H5Aread(attribute, H5T_NATIVE_INT, &value) < 0)
        bad(r, name, QH_N("is no integer attribute"));
    if (space >= 0) H5Sclose(space);
    if (attribute >= 0) H5Aclose(attribute);
    return value;
}

/* ---- variables ---- */

static bool exists(const reader *r, const char *name) {
    return H5Lexists(r->at, name, H5P_DEFAULT) > 0 && H5Oexists_by_name(r->at, name, H5P_DEFAULT) > 0;
}

static hid_t open_variable(reader *r, const char *name) {
    if (r->failed) return -1;
    if (!exists(r, name)) return bad(r, name, QH_N("is missing")), -1;
    const hid_t id = H5Dopen2(r->at, name, H5P_DEFAULT);
    if (id < 0) bad(r, name, QH_N("is no variable"));
    return id;
}

enum { MOST_RANK = 3 };

/* Rank of a variable and its extents [MOST_RANK]; -1 when it has more. */
static int extents(hid_t variable, hsize_t *extent) {
    const hid_t space = H5Dget_space(variable);
    int rank = -1;
    if (space >= 0 && H5Sis_simple(space) > 0 && H5Sget_simple_extent_ndims(space) <= MOST_RANK)
        rank = H5Sget_simple_extent_dims(space, extent, NULL);
    if (space >= 0) H5Sclose(space);
    return rank;
}

static H5T_class_t class_of(hid_t variable, size_t *size) {
    const hid_t type = H5Dget_type(variable);
    if (type < 0) return H5T_NO_CLASS;
    const H5T_class_t kind = H5Tget_class(type);
    *size = H5Tget_size(type);
    if (kind == H5T_STRING && H5Tis_variable_str(type) <= 0) *size = 0;
    H5Tclose(type);
    return kind;
}

/* Length of a dimension, 0 when the file has none of that name. */
static uint64_t dimension(reader *r, const char *name, uint64_t most) {
    if (r->failed || !exists(r, name)) return 0;
    hsize_t extent[MOST_RANK] = {0};
    const hid_t id = open_variable(r, name);
    if (id < 0) return 0;
    const int rank = extents(id, extent);
    H5Dclose(id);
    if (rank != 1 || extent[0] > most) return bad(r, name, QH_N("is no dimension")), 0;
    return extent[0];
}

/* Opens a variable [n] of a kind of type; negative on failure. */
static hid_t open_column(reader *r, const char *name, H5T_class_t kind, size_t n) {
    const hid_t id = open_variable(r, name);
    if (id < 0) return -1;
    hsize_t extent[MOST_RANK] = {0};
    size_t size = 0;
    const bool fits = extents(id, extent) == 1 && extent[0] == n;
    const bool right = class_of(id, &size) == kind && size > 0 && size <= 16;
    if (fits && right) return id;
    H5Dclose(id);
    bad(r, name, fits ? QH_N("has an unexpected type") : QH_N("does not fit its dimensions"));
    return -1;
}

/* [n]; NULL when n is 0 or it failed. */
static const char *const *texts(reader *r, const char *name, size_t n) {
    if (n == 0) return NULL;
    const hid_t id = open_column(r, name, H5T_STRING, n);
    if (id < 0) return NULL;
    char **raw = room(r, n, sizeof *raw);
    const char **text = room(r, n, sizeof *text);
    const hid_t type = qh_h5_text_type();
    if (raw && text && H5Dread(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw) >= 0) {
        for (size_t i = 0; i < n; i++)
            text[i] = clean_copy(r, raw[i]);
        const hid_t space = H5Dget_space(id);
        H5Dvlen_reclaim(type, space, H5P_DEFAULT, raw);
        H5Sclose(space);
    } else {
        bad(r, name, QH_N("cannot be read"));
    }
    H5Tclose(type);
    H5Dclose(id);
    return r->failed ? NULL : text;
}

static void *numbers(reader *r, const char *name, hid_t memory_type, size_t size, size_t n) {
    if (n == 0) return NULL;
    const hid_t id = open_column(r, name, H5Tget_class(memory_type), n);
    if (id < 0) return NULL;
    void *values = room(r, n, size);
    if (values && H5Dread(id, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0)
        bad(r, name, QH_N("cannot be read"));
    H5Dclose(id);
    return r->failed ? NULL : values;
}

/* ---- parts ---- */

/* Four numbers in hexadecimal, blanks between. */
static void read_identity(reader *r, qh_sweep_identity *id) {
    uint64_t *const part[] = {&id->plan, &id->river_case, &id->program, &id->layout};
    const char *text = text_attribute(r, r->at, "qinghe_identity");
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        char *end = NULL;
        *part[i] = strtoull(text, &end, 16);
        if (end == text) bad(r, "qinghe_identity", QH_N("is missing"));
        text = end;
    }
}

static void read_head(reader *r) {
    qh_sweep_file_info *info = &r->sweep->info;
    qh_sweep_layout *l = &info->layout;
    if (int_attribute(r, "qinghe_format") != QH_SWEEP_FORMAT) bad(r, "qinghe_format", QH_N("is of another version"));
    info->complete = int_attribute(r, "qinghe_complete") == 1;
    info->view = int_attribute(r, "qinghe_view") == 1;
    l->title = text_attribute(r, r->at, "title");
    l->plan_name = text_attribute(r, r->at, "qinghe_plan");
    l->design = text_attribute(r, r->at, "qinghe_design");
    l->path = text_attribute(r, r->at, "qinghe_path");
    l->seed = strtoull(text_attribute(r, r->at, "qinghe_seed"), NULL, 10);
    info->version = text_attribute(r, r->at, "qinghe_version");
    qh_case *c = &r->sweep->river_case;
    c->name = text_attribute(r, r->at, "qinghe_case");
    c->title = text_attribute(r, r->at, "qinghe_case_title");
    c->note = text_attribute(r, r->at, "comment");
    c->standard = text_attribute(r, r->at, "qinghe_standard");
    l->river_case = c;
    read_identity(r, &l->identity);
}

static void read_dimensions(reader *r) {
    qh_sweep_layout *l = &r->sweep->info.layout;
    l->n_scenario = dimension(r, "scenario", INT64_MAX);
    if (l->n_scenario == 0) bad(r, "scenario", QH_N("is missing"));
    r->sweep->river_case.n_section = (size_t)dimension(r, "section", MOST_NAMES);
    r->sweep->river_case.n_constituent = (size_t)dimension(r, "constituent", MOST_NAMES);
    l->n_variable = (size_t)dimension(r, "variable", MOST_NAMES);
    l->n_sample = (size_t)dimension(r, "sample", MOST_NAMES);
    l->n_frame = (size_t)dimension(r, "frame", MOST_NAMES);
    l->n_point = (size_t)dimension(r, "point", MOST_NAMES);
    l->n_field = (size_t)dimension(r, "field", MOST_FIELDS);
    if (l->n_field == 0) bad(r, "field", QH_N("is missing"));
}

static void read_sections(reader *r) {
    qh_case *c = &r->sweep->river_case;
    const char *const *code = texts(r, "section_code", c->n_section);
    const char *const *name = texts(r, "section_name", c->n_section);
    const int *target = numbers(r, "section_target_class", H5T_NATIVE_INT, sizeof *target, c->n_section);
    qh_section *section = room(r, c->n_section, sizeof *section);
    for (size_t s = 0; section && !r->failed && s < c->n_section; s++) {
        section[s].code = code[s];
        section[s].name = name[s];
        section[s].target_class = target[s];
    }
    c->section = section;
}

static void read_constituents(reader *r) {
    qh_case *c = &r->sweep->river_case;
    const char *const *name = texts(r, "constituent_name", c->n_constituent);
    qh_constituent *constituent = room(r, c->n_constituent, sizeof *constituent);
    for (size_t i = 0; constituent && !r->failed && i < c->n_constituent; i++)
        constituent[i].name = name[i];
    c->constituent = constituent;
}

static void read_variables(reader *r) {
    qh_sweep_layout *l = &r->sweep->info.layout;
    const char *const *name = texts(r, "variable_name", l->n_variable);
    const char *const *units = texts(r, "variable_units", l->n_variable);
    const char *const *title = texts(r, "variable_title", l->n_variable);
    qh_sweep_variable *variable = room(r, l->n_variable, sizeof *variable);
    for (size_t v = 0; variable && !r->failed && v < l->n_variable; v++)
        variable[v] = (qh_sweep_variable){name[v], units[v], title[v]};
    l->variable = variable;
}

static const qh_case_file *read_files(reader *r, const char *group, size_t *n_file) {
    if (r->failed || !exists(r, group)) return NULL;
    const hid_t root = r->at;
    const hid_t id = H5Gopen2(root, group, H5P_DEFAULT);
    if (id < 0) return bad(r, group, QH_N("cannot be read")), NULL;
    r->at = id;
    const size_t n = (size_t)dimension(r, "file", MOST_NAMES);
    const char *const *name = texts(r, "name", n), *const *text = texts(r, "text", n);
    const char *const *encoding = texts(r, "encoding", n);
    qh_case_file *file = room(r, n, sizeof *file);
    for (size_t i = 0; file && !r->failed && i < n; i++)
        file[i] = (qh_case_file){.name = name[i], .text = text[i], .encoding = encoding[i]};
    r->at = root;
    H5Gclose(id);
    *n_file = n;
    return file;
}

static void read_failures(reader *r) {
    qh_sweep_file_info *info = &r->sweep->info;
    const size_t n = (size_t)dimension(r, "failure", MOST_NAMES * (uint64_t)16);
    const int64_t *scenario = numbers(r, "failure_scenario", H5T_NATIVE_INT64, sizeof *scenario, n);
    const char *const *message = texts(r, "failure_message", n);
    qh_sweep_failure *failure = room(r, n, sizeof *failure);
    for (size_t i = 0; failure && !r->failed && i < n; i++) {
        if (scenario[i] < 0 || (uint64_t)scenario[i] >= info->layout.n_scenario)
            bad(r, "failure_scenario", QH_N("points to nothing"));
        failure[i] = (qh_sweep_failure){(uint64_t)scenario[i], QH_E_NUMERIC, message[i]};
    }
    info->n_failure = n;
    info->failure = failure;
}

/* ---- fields ---- */

static void describe(reader *r, hid_t id, qh_sweep_field *field) {
    const qh_sweep_layout *l = &r->sweep->info.layout;
    hsize_t extent[MOST_RANK] = {0};
    size_t size = 0;
    const int rank = extents(id, extent);
    const H5T_class_t kind = class_of(id, &size);
    const bool real = kind == H5T_FLOAT && size == sizeof(double), mark = kind == H5T_INTEGER && size == 1;
    if (rank < 1 || extent[rank - 1] != l->n_scenario) bad(r, field->name, QH_N("does not fit its dimensions"));
    if (!real && !mark) bad(r, field->name, QH_N("has an unexpected type"));
    if (r->failed) return;
    field->type = real ? QH_SWEEP_REAL : QH_SWEEP_MARK;
    field->units = text_attribute(r, id, "units");
    field->long_name = text_attribute(r, id, "long_name");
    field->constituent = text_attribute(r, id, "constituent");
    field->statistic = text_attribute(r, id, "statistic");
    field->meanings = mark ? text_attribute(r, id, "flag_meanings") : NULL;
    if (!*field->units) field->units = NULL;
    if (!*field->constituent) field->constituent = NULL;
    if (!*field->statistic) field->statistic = NULL;
    const char *axis = text_attribute(r, id, "axis_of_rows");
    field->axis = QH_SWEEP_ONE;
    static const qh_sweep_axis known[] = {QH_SWEEP_SECTIONS, QH_SWEEP_VARIABLES, QH_SWEEP_SERIES, QH_SWEEP_PROFILES};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(axis, qh_sweep_axis_name(known[i])) == 0) field->axis = known[i];
    size_t length[2] = {0, 0};
    const size_t n = qh_sweep_axes(l, field->axis, length);
    bool fits = (size_t)rank == n + 1;
    for (size_t d = 0; d < n && fits; d++)
        fits = extent[d] == length[d];
    if (!fits) bad(r, field->name, QH_N("does not fit its dimensions"));
}

static void read_fields(reader *r) {
    qh_sweep_layout *l = &r->sweep->info.layout;
    const char *const *name = texts(r, "field_name", l->n_field);
    qh_sweep_field *field = room(r, l->n_field, sizeof *field);
    hid_t *id = room(r, l->n_field, sizeof *id);
    if (!name || !field || !id) return;
    for (size_t f = 0; f < l->n_field; f++)
        id[f] = -1;
    r->sweep->field = id;
    l->field = field;
    for (size_t f = 0; f < l->n_field && !r->failed; f++) {
        field[f].name = name[f];
        id[f] = open_variable(r, name[f]);
        if (id[f] >= 0) describe(r, id[f], &field[f]);
    }
    if (!r->failed && (field[0].type != QH_SWEEP_MARK || field[0].axis != QH_SWEEP_ONE))
        bad(r, field[0].name, QH_N("has an unexpected type"));
}

static void read_places(reader *r) {
    qh_sweep_layout *l = &r->sweep->info.layout;
    if (l->n_sample > 0) l->sample_time = numbers(r, "sample_time", H5T_NATIVE_DOUBLE, sizeof(double), l->n_sample);
    if (l->n_frame > 0) l->frame_time = numbers(r, "frame_time", H5T_NATIVE_DOUBLE, sizeof(double), l->n_frame);
    if (l->n_point == 0) return;
    l->point_reach = texts(r, "point_reach", l->n_point);
    l->point_chainage = numbers(r, "point_chainage", H5T_NATIVE_DOUBLE, sizeof(double), l->n_point);
}

static void read_all(reader *r) {
    read_head(r);
    read_dimensions(r);
    read_places(r);
    read_sections(r);
    read_constituents(r);
    read_variables(r);
    read_fields(r);
    read_failures(r);
    qh_sweep_layout *l = &r->sweep->info.layout;
    l->plan_file = read_files(r, "plan", &l->n_plan_file);
    r->sweep->river_case.file = read_files(r, "case", &r->sweep->river_case.n_file);
}

/* ---- opening ---- */

static hid_t open_file(const char *path) {
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (access < 0) return -1;
    H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
#if H5_VERSION_GE(1, 10, 7)
    H5Pset_file_locking(access, false, true); /* a look at a file never waits for nor hinders another program */
#endif
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
    H5Pclose(access);
    return file;
}

static bool is_sweep(hid_t file) {
    qh_arena *arena = qh_arena_create();
    reader r = {.arena = arena, .at = file, .failed = !arena};
    const bool is = strcmp(text_attribute(&r, file, "qinghe_content"), QH_SWEEP_CONTENT) == 0;
    qh_arena_destroy(arena);
    return is;
}

bool qh_sweep_file_is(const char *path) {
    const qh_h5_quiet quiet = qh_h5_silence();
    const hid_t file = qh_sweep_unbroken(path) ? open_file(path) : -1;
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
    sweep->file = open_file(path);
    if (sweep->file < 0) {
        char reason[QH_H5_REASON_SIZE];
        qh_h5_reason(reason);
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "cannot read %s: it is not an HDF5 file, or is damaged (HDF5: %s)",
                    path, reason);
        return QH_E_IO;
    }
    QH_CHECK(is_sweep(sweep->file), QH_E_IO, diag, QH_NOWHERE, "cannot read %s: it is not a sweep of qinghe", path);
    reader r = {.sweep = sweep, .arena = sweep->arena, .at = sweep->file};
    sweep->info.path = clean_copy(&r, path);
    read_all(&r);
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
    hsize_t begin[MOST_RANK] = {0}, size[MOST_RANK] = {1, 1, 1};
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
