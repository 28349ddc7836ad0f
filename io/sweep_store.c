/* Fields are contiguous, placed when they are made and never filled: a fresh file of a million scenarios is a few
 * kilobytes and a hole. Creation does not depend on the clock or on the machine's paths, so equal sweeps give equal
 * bytes. */
#include "io/sweep_store.h"

#include <hdf5_hl.h>
#include <string.h>

#include "io/hdf5_util_internal.h"
#include "io/store_internal.h"
#include "io/sweep_internal.h"
#include "model/version.h"

typedef struct maker {
    qh_h5 h;
    const qh_sweep_layout *layout;
    const qh_sweep_store_options *options;
    qh_h5_dim scenario, section, variable, constituent, sample, frame, point;
    uint64_t *offset; /* [n_field]; untouched in a view */
} maker;

/* ---- names and texts ---- */

static void put_texts(maker *m, hid_t group, const qh_h5_dim *dim, const char *name, const char *long_name,
                      const char *const *values) {
    const qh_h5_variable variable = {.name = name, .long_name = long_name, .rank = 1, .dim = {dim}};
    if (values && dim->size > 0) qh_h5_close(qh_h5_put_texts(&m->h, group, variable, values));
}

static void put_sections(maker *m) {
    const qh_case *c = m->layout->river_case;
    const char **text = qh_h5_scratch(&m->h, 2 * c->n_section, sizeof *text);
    int *target = qh_h5_scratch(&m->h, c->n_section, sizeof *target);
    if (!text || !target || c->n_section == 0) return;
    for (size_t s = 0; s < c->n_section; s++) {
        text[s] = c->section[s].code;
        text[c->n_section + s] = c->section[s].name;
        target[s] = c->section[s].target_class;
    }
    put_texts(m, m->h.file, &m->section, "section_code", "code of the control section", text);
    put_texts(m, m->h.file, &m->section, "section_name", "name of the control section", text + c->n_section);
    const qh_h5_variable variable = {.name = "section_target_class",
                                     .long_name = "class that the section must meet; 1 is I",
                                     .rank = 1,
                                     .dim = {&m->section}};
    qh_h5_close(qh_h5_put_ints(&m->h, m->h.file, variable, target));
}

static void put_constituents(maker *m) {
    const qh_case *c = m->layout->river_case;
    const char **text = qh_h5_scratch(&m->h, c->n_constituent, sizeof *text);
    if (!text) return;
    for (size_t i = 0; i < c->n_constituent; i++)
        text[i] = c->constituent[i].name;
    put_texts(m, m->h.file, &m->constituent, "constituent_name", "name in the case", text);
}

static void put_variables(maker *m) {
    const size_t n = m->layout->n_variable;
    const char **text = qh_h5_scratch(&m->h, 3 * n, sizeof *text);
    if (!text || n == 0) return;
    for (size_t v = 0; v < n; v++) {
        text[v] = m->layout->variable[v].name;
        text[n + v] = m->layout->variable[v].units;
        text[2 * n + v] = m->layout->variable[v].title;
    }
    put_texts(m, m->h.file, &m->variable, "variable_name", "name in the plan", text);
    put_texts(m, m->h.file, &m->variable, "variable_units", "units of its values", text + n);
    put_texts(m, m->h.file, &m->variable, "variable_title", "what is varied", text + 2 * n);
}

static void put_doubles(maker *m, const qh_h5_dim *dim, const char *name, const char *units, const char *long_name,
                        const double *values) {
    const qh_h5_variable variable = {.name = name, .units = units, .long_name = long_name, .rank = 1, .dim = {dim}};
    if (values && dim->size > 0) qh_h5_close(qh_h5_put_doubles(&m->h, m->h.file, variable, values));
}

/* Times of series and profiles, and where the points of profiles lie. */
static void put_places(maker *m) {
    const qh_sweep_layout *l = m->layout;
    if (l->n_sample > 0) {
        m->sample = qh_h5_dimension(&m->h, m->h.file, "sample", l->n_sample, false);
        put_doubles(m, &m->sample, "sample_time", "s", "time of the samples since the start of the run",
                    l->sample_time);
    }
    if (l->n_frame == 0 || l->n_point == 0) return;
    m->frame = qh_h5_dimension(&m->h, m->h.file, "frame", l->n_frame, false);
    m->point = qh_h5_dimension(&m->h, m->h.file, "point", l->n_point, false);
    put_doubles(m, &m->frame, "frame_time", "s", "time of the profiles since the start of the run", l->frame_time);
    put_texts(m, m->h.file, &m->point, "point_reach", "reach on which the point lies", l->point_reach);
    put_doubles(m, &m->point, "point_chainage", "m", "distance from the reach's upstream end", l->point_chainage);
}

/* The files that a result can be computed again from. */
static void put_files(maker *m, const char *name, size_t n, const qh_case_file *file) {
    const char **text = qh_h5_scratch(&m->h, 3 * n, sizeof *text);
    if (!text || n == 0) return;
    for (size_t i = 0; i < n; i++) {
        text[i] = file[i].name;
        text[n + i] = file[i].text ? file[i].text : "";
        text[2 * n + i] = file[i].encoding ? file[i].encoding : "";
    }
    const hid_t list = H5Pcreate(H5P_GROUP_CREATE);
    H5Pset_obj_track_times(list, false);
    const hid_t group = H5Gcreate2(m->h.file, name, H5P_DEFAULT, list, H5P_DEFAULT);
    if (list >= 0) H5Pclose(list);
    if (group < 0) {
        qh_h5_fail(&m->h);
        return;
    }
    const qh_h5_dim dim = qh_h5_dimension(&m->h, group, "file", n, false);
    put_texts(m, group, &dim, "name", "name of the input file", text);
    put_texts(m, group, &dim, "text", "its text, in UTF-8", text + n);
    put_texts(m, group, &dim, "encoding", "encoding in which it was found", text + 2 * n);
    qh_h5_close(dim.id);
    H5Gclose(group);
}

/* Hashes by which a later run knows whether it may go on with this one. */
static void put_identity(maker *m) {
    const qh_sweep_identity *id = &m->layout->identity;
    const char *text =
        qh_arena_printf(m->h.scratch, QH_SWEEP_IDENTITY_FORMAT, id->plan, id->river_case, id->program, id->layout);
    qh_h5_string_attribute(&m->h, m->h.file, "qinghe_identity", text);
}

static void put_attributes(maker *m) {
    const qh_sweep_layout *l = m->layout;
    const hid_t root = m->h.file;
    qh_h5_text_attribute(&m->h, root, "Conventions", "CF-1.11");
    qh_h5_string_attribute(&m->h, root, "title", *l->title ? l->title : l->plan_name);
    qh_h5_string_attribute(&m->h, root, "comment", l->river_case->note);
    qh_h5_string_attribute(&m->h, root, "qinghe_content", QH_SWEEP_CONTENT);
    qh_h5_int_attribute(&m->h, root, "qinghe_format", QH_SWEEP_FORMAT);
    qh_h5_int_attribute(&m->h, root, "qinghe_complete", m->options->complete);
    qh_h5_string_attribute(&m->h, root, "qinghe_plan", l->plan_name);
    qh_h5_string_attribute(&m->h, root, "qinghe_design", l->design);
    qh_h5_string_attribute(&m->h, root, "qinghe_path", l->path);
    const char *seed = qh_arena_printf(m->h.scratch, "%llu", (unsigned long long)l->seed);
    qh_h5_string_attribute(&m->h, root, "qinghe_seed", seed);
    qh_h5_string_attribute(&m->h, root, "qinghe_case", l->river_case->name);
    qh_h5_string_attribute(&m->h, root, "qinghe_case_title", l->river_case->title);
    qh_h5_string_attribute(&m->h, root, "qinghe_standard", l->river_case->standard);
    qh_h5_string_attribute(&m->h, root, "qinghe_version", qh_version());
    qh_h5_string_attribute(&m->h, root, "qinghe_commit", qh_build_commit());
    if (m->options->n_piece > 0) qh_h5_int_attribute(&m->h, root, "qinghe_view", 1);
    put_identity(m);
}

/* ---- names of the fields, so that a reader need not guess which variables they are ---- */

static void put_field_names(maker *m) {
    const size_t n = m->layout->n_field;
    const char **text = qh_h5_scratch(&m->h, n, sizeof *text);
    if (!text) return;
    for (size_t f = 0; f < n; f++)
        text[f] = m->layout->field[f].name;
    const qh_h5_dim dim = qh_h5_dimension(&m->h, m->h.file, "field", n, false);
    put_texts(m, m->h.file, &dim, "field_name", "variables that hold a value a scenario", text);
    qh_h5_close(dim.id);
}

/* ---- failures ---- */

static void put_failures(maker *m) {
    const size_t n = m->options->n_failure;
    if (n == 0) return;
    qh_h5_dim dim = qh_h5_dimension(&m->h, m->h.file, "failure", n, false);
    int64_t *scenario = qh_h5_scratch(&m->h, n, sizeof *scenario);
    const char **text = qh_h5_scratch(&m->h, n, sizeof *text);
    if (!scenario || !text) return;
    for (size_t i = 0; i < n; i++) {
        scenario[i] = (int64_t)m->options->failure[i].scenario;
        text[i] = m->options->failure[i].message;
    }
    const qh_h5_variable variable = {.name = "failure_scenario",
                                     .long_name = "index of a scenario that failed",
                                     .type = H5T_STD_I64LE,
                                     .rank = 1,
                                     .dim = {&dim}};
    const hid_t id = qh_h5_create(&m->h, m->h.file, &variable);
    if (!m->h.failed && H5Dwrite(id, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, scenario) < 0) qh_h5_fail(&m->h);
    qh_h5_close(id);
    put_texts(m, m->h.file, &dim, "failure_message", "why it failed", text);
    qh_h5_close(dim.id);
}

/* ---- fields ---- */

/* Dimensions before the scenario: rows [2]; how many there are. */
static int row_dims(const maker *m, const qh_sweep_field *field, const qh_h5_dim **rows) {
    switch (field->axis) {
    case QH_SWEEP_SECTIONS: rows[0] = &m->section; return 1;
    case QH_SWEEP_VARIABLES: rows[0] = &m->variable; return 1;
    case QH_SWEEP_SERIES:
        rows[0] = &m->section;
        rows[1] = &m->sample;
        return 2;
    case QH_SWEEP_PROFILES:
        rows[0] = &m->frame;
        rows[1] = &m->point;
        return 2;
    case QH_SWEEP_ONE: break;
    }
    return 0;
}

enum { MOST_RANK = 3 };

/* A view: each piece is a column of another file's field. */
static bool map_pieces(maker *m, const qh_sweep_field *field, hid_t list, int rank, const hsize_t *size) {
    const hid_t space = H5Screate_simple(rank, size, NULL);
    bool good = space >= 0;
    for (size_t p = 0; p < m->options->n_piece && good; p++) {
        const qh_sweep_piece *piece = &m->options->piece[p];
        hsize_t first[MOST_RANK] = {0}, count[MOST_RANK];
        memcpy(count, size, sizeof count);
        first[rank - 1] = piece->first;
        count[rank - 1] = piece->count;
        good = H5Sselect_hyperslab(space, H5S_SELECT_SET, first, NULL, count, NULL) >= 0 &&
               H5Pset_virtual(list, space, piece->file, field->name, space) >= 0;
    }
    if (space >= 0) H5Sclose(space);
    return good;
}

static bool set_place(maker *m, const qh_sweep_field *field, hid_t list, int rank, const hsize_t *size) {
    if (H5Pset_obj_track_times(list, false) < 0) return false;
    const double none = QH_SWEEP_NOT_COMPUTED_REAL;
    const int8_t no_mark = QH_SWEEP_NOT_COMPUTED;
    const bool real = field->type == QH_SWEEP_REAL;
    if (H5Pset_fill_value(list, real ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT8,
                          real ? (const void *)&none : (const void *)&no_mark) < 0)
        return false;
    if (m->options->n_piece > 0) return map_pieces(m, field, list, rank, size);
    return H5Pset_layout(list, H5D_CONTIGUOUS) >= 0 && H5Pset_alloc_time(list, H5D_ALLOC_TIME_EARLY) >= 0 &&
           H5Pset_fill_time(list, H5D_FILL_TIME_NEVER) >= 0;
}

static hid_t create_field(maker *m, const qh_sweep_field *field) {
    const qh_h5_dim *rows[2] = {NULL, NULL};
    const int n_row = row_dims(m, field, rows), rank = n_row + 1;
    hsize_t size[MOST_RANK] = {0};
    for (int d = 0; d < n_row; d++)
        size[d] = rows[d]->size;
    size[n_row] = m->layout->n_scenario;
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(rank, size, NULL);
    hid_t id = -1;
    if (list >= 0 && space >= 0 && set_place(m, field, list, rank, size))
        id = H5Dcreate2(m->h.file, field->name, field->type == QH_SWEEP_REAL ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT8,
                        space, H5P_DEFAULT, list, H5P_DEFAULT);
    if (id < 0) qh_h5_fail(&m->h);
    for (int d = 0; d < n_row && !m->h.failed; d++)
        if (H5DSattach_scale(id, rows[d]->id, (unsigned)d) < 0) qh_h5_fail(&m->h);
    if (!m->h.failed && H5DSattach_scale(id, m->scenario.id, (unsigned)n_row) < 0) qh_h5_fail(&m->h);
    if (space >= 0) H5Sclose(space);
    if (list >= 0) H5Pclose(list);
    return id;
}

/* Words and values of a mark, as CF has them: flag_values -1, 0, 1 ... */
static void put_meanings(maker *m, hid_t id, const char *meanings) {
    hsize_t n = 1;
    for (const char *p = meanings; *p; p++)
        n += *p == ' ';
    int8_t *value = qh_h5_scratch(&m->h, n, sizeof *value);
    if (!value) return;
    for (hsize_t i = 0; i < n; i++)
        value[i] = (int8_t)((int)i - 1);
    const hid_t space = H5Screate_simple(1, &n, NULL);
    const hid_t attribute =
        space >= 0 ? H5Acreate2(id, "flag_values", H5T_NATIVE_INT8, space, H5P_DEFAULT, H5P_DEFAULT) : -1;
    if (attribute < 0 || H5Awrite(attribute, H5T_NATIVE_INT8, value) < 0) qh_h5_fail(&m->h);
    if (attribute >= 0) H5Aclose(attribute);
    if (space >= 0) H5Sclose(space);
    qh_h5_text_attribute(&m->h, id, "flag_meanings", meanings);
}

static void put_field(maker *m, size_t f) {
    const qh_sweep_field *field = &m->layout->field[f];
    const hid_t id = create_field(m, field);
    qh_h5_text_attribute(&m->h, id, "long_name", field->long_name);
    qh_h5_text_attribute(&m->h, id, "units", field->units);
    qh_h5_text_attribute(&m->h, id, "constituent", field->constituent);
    qh_h5_text_attribute(&m->h, id, "statistic", field->statistic);
    qh_h5_text_attribute(&m->h, id, "axis_of_rows", qh_sweep_axis_name(field->axis));
    if (field->meanings && !m->h.failed) put_meanings(m, id, field->meanings);
    if (!m->h.failed && m->options->n_piece == 0) {
        const haddr_t place = H5Dget_offset(id);
        if (place == HADDR_UNDEF) qh_h5_fail(&m->h);
        m->offset[f] = place;
    }
    qh_h5_close(id);
}

/* ---- the whole ---- */

static void put_all(maker *m) {
    const qh_sweep_layout *l = m->layout;
    const hid_t root = m->h.file;
    put_attributes(m);
    m->scenario = qh_h5_dimension(&m->h, root, "scenario", l->n_scenario, false);
    m->constituent = qh_h5_dimension(&m->h, root, "constituent", l->river_case->n_constituent, false);
    if (l->river_case->n_section > 0)
        m->section = qh_h5_dimension(&m->h, root, "section", l->river_case->n_section, false);
    if (l->n_variable > 0) m->variable = qh_h5_dimension(&m->h, root, "variable", l->n_variable, false);
    put_sections(m);
    put_constituents(m);
    put_variables(m);
    put_places(m);
    put_field_names(m);
    for (size_t f = 0; f < l->n_field; f++)
        put_field(m, f);
    put_files(m, "plan", l->n_plan_file, l->plan_file);
    put_files(m, "case", l->river_case->n_file, l->river_case->file);
    put_failures(m);
    const qh_h5_dim *const dim[] = {&m->scenario, &m->section, &m->variable, &m->constituent,
                                    &m->sample,   &m->frame,   &m->point};
    for (size_t d = 0; d < sizeof dim / sizeof *dim; d++)
        qh_h5_close(dim[d]->id); /* an open object keeps the file open */
}

static hid_t create_file(const char *path) {
    const hid_t creation = H5Pcreate(H5P_FILE_CREATE);
    hid_t file = -1;
    if (creation >= 0 && H5Pset_obj_track_times(creation, false) >= 0)
        file = H5Fcreate(path, H5F_ACC_TRUNC, creation, H5P_DEFAULT);
    if (creation >= 0) H5Pclose(creation);
    return file;
}

static qh_status make(maker *m, const char *path, qh_diag *diag) {
    m->offset = qh_arena_alloc(m->h.scratch, m->layout->n_field, sizeof *m->offset);
    if (!m->offset) return QH_E_NOMEM;
    m->h.file = create_file(path);
    if (m->h.file < 0)
        qh_h5_fail(&m->h);
    else
        put_all(m);
    if (m->h.file >= 0 && H5Fclose(m->h.file) < 0) qh_h5_fail(&m->h);
    if (m->h.no_memory) return QH_E_NOMEM;
    QH_CHECK(!m->h.failed, QH_E_IO, diag, QH_NOWHERE, "cannot write %s: %s", path, m->h.reason);
    const bool view = m->options->n_piece > 0;
    qh_sweep_extent *extent = qh_arena_alloc(m->h.scratch, m->layout->n_field, sizeof *extent);
    if (!extent) return QH_E_NOMEM;
    if (!view) qh_sweep_extents(m->layout, m->offset, extent);
    return qh_sweep_seal(path, view ? 0 : m->layout->n_field, extent, diag);
}

qh_status qh_sweep_store_create(const char *path, const qh_sweep_layout *layout, const qh_sweep_store_options *options,
                                qh_diag *diag, uint64_t *offset) {
    const qh_h5_dim none = {.id = -1};
    maker m = {.layout = layout,
               .options = options,
               .scenario = none,
               .section = none,
               .variable = none,
               .constituent = none,
               .sample = none,
               .frame = none,
               .point = none};
    m.h.scratch = qh_arena_create();
    if (!m.h.scratch) return QH_E_NOMEM;
    const qh_h5_quiet quiet = qh_h5_silence();
    const qh_status status = make(&m, path, diag);
    qh_h5_restore(&quiet);
    if (status == QH_OK && offset && options->n_piece == 0) memcpy(offset, m.offset, layout->n_field * sizeof *offset);
    qh_arena_destroy(m.h.scratch);
    return status;
}
