/* The response matrix on disk: one variable [constituent][load_constituent][source][section], zeros where one constituent
 * does not depend on another (`depends` tells), and the names that its rows and columns go by. */
#include "io/response_store.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/hdf5_util_internal.h"
#include "io/text_file.h"
#include "model/source.h"
#include "model/version.h"

enum { FORMAT = 1 };
static const char *const KIND = "qinghe response matrix"; /* attribute qinghe_content */

/* ---- writing ---- */

typedef struct writer {
    qh_h5 h;
    const qh_case *river_case;
    const qh_response *response;
    qh_h5_dim species, by, source, section;
} writer;

static void put_texts(writer *w, const qh_h5_dim *dim, const char *name, const char *const *values) {
    const qh_h5_variable variable = {.name = name, .rank = 1, .dim = {dim}};
    if (values && dim->size > 0) qh_h5_close(qh_h5_put_texts(&w->h, w->h.file, variable, values));
}

static void put_names(writer *w) {
    const qh_case *c = w->river_case;
    const size_t n_source = w->response->n_source;
    const char **constituent = qh_h5_scratch(&w->h, c->n_constituent, sizeof *constituent);
    const char **section = qh_h5_scratch(&w->h, 2 * c->n_section, sizeof *section);
    const char **source = qh_h5_scratch(&w->h, 3 * n_source, sizeof *source);
    if (!constituent || !section || !source) return;
    for (size_t i = 0; i < c->n_constituent; i++)
        constituent[i] = c->constituent[i].name;
    for (size_t i = 0; i < c->n_section; i++) {
        section[i] = c->section[i].code;
        section[c->n_section + i] = c->section[i].name;
    }
    static const char *const kind[] = {"headwater", "tributary", "outfall", "lateral"};
    for (size_t i = 0; i < n_source; i++) {
        const qh_source row = qh_source_get(c, i);
        source[i] = kind[row.kind];
        source[n_source + i] = row.code;
        source[2 * n_source + i] = row.name;
    }
    put_texts(w, &w->species, "constituent_name", constituent);
    put_texts(w, &w->section, "section_code", section);
    put_texts(w, &w->section, "section_name", section + c->n_section);
    put_texts(w, &w->source, "source_kind", source);
    put_texts(w, &w->source, "source_code", source + n_source);
    put_texts(w, &w->source, "source_name", source + 2 * n_source);
}

static void put_doubles(writer *w, const char *name, const char *units, const char *long_name, const qh_h5_dim *first,
                        const qh_h5_dim *second, const double *values) {
    if (first->size == 0 || second->size == 0) return;
    const qh_h5_variable variable = {
        .name = name, .units = units, .long_name = long_name, .rank = 2, .dim = {first, second}};
    qh_h5_close(qh_h5_put_doubles(&w->h, w->h.file, variable, values));
}

static void put_matrix(writer *w) {
    const qh_response *r = w->response;
    const size_t n = r->n_species, size = r->n_source * r->n_section;
    int *depends = qh_h5_scratch(&w->h, n * n, sizeof *depends);
    double *all = qh_h5_scratch(&w->h, n * n * size, sizeof *all);
    if (!depends || !all || size == 0) return;
    for (size_t i = 0; i < n * n; i++) {
        depends[i] = r->block[i] != NULL;
        if (r->block[i]) memcpy(all + i * size, r->block[i], size * sizeof *all);
    }
    qh_h5_close(qh_h5_put_ints(&w->h, w->h.file,
                               (qh_h5_variable){.name = "depends",
                                                .long_name = "1: the constituent depends on loads of the other one",
                                                .rank = 2,
                                                .dim = {&w->species, &w->by}},
                               depends));
    qh_h5_close(qh_h5_put_doubles(&w->h, w->h.file,
                                  (qh_h5_variable){.name = "response",
                                                   .units = "s m-3",
                                                   .long_name = "concentration at the section per load of the source",
                                                   .rank = 4,
                                                   .dim = {&w->species, &w->by, &w->source, &w->section}},
                                  all));
}

static void put_attributes(writer *w, const char *command) {
    const qh_case *c = w->river_case;
    const hid_t root = w->h.file;
    qh_h5_text_attribute(&w->h, root, "Conventions", "CF-1.11");
    qh_h5_string_attribute(&w->h, root, "title", *c->title ? c->title : c->name);
    qh_h5_string_attribute(&w->h, root, "comment", c->note);
    qh_h5_string_attribute(&w->h, root, "qinghe_content", KIND);
    qh_h5_int_attribute(&w->h, root, "qinghe_format", FORMAT);
    qh_h5_string_attribute(&w->h, root, "qinghe_case", c->name);
    qh_h5_string_attribute(&w->h, root, "qinghe_case_folder", c->folder);
    qh_h5_string_attribute(&w->h, root, "qinghe_scenario", c->scenario ? c->scenario->name : "");
    qh_h5_string_attribute(&w->h, root, "qinghe_command", command);
    qh_h5_string_attribute(&w->h, root, "qinghe_version", qh_version());
    qh_h5_double_attribute(&w->h, root, "error_bound", w->response->error_bound);
    qh_h5_double_attribute(&w->h, root, "sum_error", w->response->sum_error);
    qh_h5_int_attribute(&w->h, root, "first_tributary", (int)w->response->first_tributary);
    qh_h5_int_attribute(&w->h, root, "first_outfall", (int)w->response->first_outfall);
    qh_h5_int_attribute(&w->h, root, "first_lateral", (int)w->response->first_lateral);
}

static void put_all(writer *w, const char *command) {
    const qh_response *r = w->response;
    w->species = qh_h5_dimension(&w->h, w->h.file, "constituent", r->n_species, false);
    w->by = qh_h5_dimension(&w->h, w->h.file, "load_constituent", r->n_species, false);
    w->source = qh_h5_dimension(&w->h, w->h.file, "source", r->n_source, false);
    if (r->n_section > 0) w->section = qh_h5_dimension(&w->h, w->h.file, "section", r->n_section, false);
    put_attributes(w, command);
    put_names(w);
    put_matrix(w);
    put_doubles(w, "source_load", "g s-1", "load in the case", &w->species, &w->source, r->load);
    put_doubles(w, "background", "mg/L", "without any load", &w->species, &w->section, r->background);
    put_doubles(w, "whole", "mg/L", "with all loads of the case", &w->species, &w->section, r->whole);
    const qh_h5_dim *const dim[] = {&w->species, &w->by, &w->source, &w->section};
    for (size_t d = 0; d < sizeof dim / sizeof *dim; d++)
        qh_h5_close(dim[d]->id); /* an open object keeps the file open */
}

static qh_status cannot(const char *path, const char *reason, qh_diag *diag) {
    qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "cannot write %s: %s", path, reason);
    return QH_E_IO;
}

static qh_status write_part(writer *w, const char *part, const char *path, const char *command, qh_diag *diag) {
    w->h.scratch = qh_arena_create();
    if (!w->h.scratch) return QH_E_NOMEM;
    w->h.file = H5Fcreate(part, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    if (w->h.file < 0)
        qh_h5_fail(&w->h);
    else
        put_all(w, command);
    if (w->h.file >= 0 && H5Fclose(w->h.file) < 0) qh_h5_fail(&w->h);
    qh_arena_destroy(w->h.scratch);
    if (w->h.no_memory) return QH_E_NOMEM;
    if (w->h.failed) return cannot(path, w->h.reason, diag);
    if (rename(part, path) == 0) return QH_OK;
    char text[128];
    return cannot(path, qh_errno_text(errno, diag, sizeof text, text), diag);
}

qh_status qh_response_write(const char *path, const qh_case *river_case, const qh_response *response,
                            const char *command, qh_diag *diag) {
    const qh_h5_dim none = {.id = -1};
    writer w = {
        .river_case = river_case, .response = response, .species = none, .by = none, .source = none, .section = none};
    const size_t size = strlen(path) + sizeof ".part";
    char *part = malloc(size);
    if (!part) return QH_E_NOMEM;
    (void)snprintf(part, size, "%s.part", path);
    const qh_h5_quiet quiet = qh_h5_silence();
    const qh_status status = write_part(&w, part, path, command, diag);
    qh_h5_restore(&quiet);
    if (status != QH_OK) (void)remove(part);
    free(part);
    return status;
}

/* ---- reading ---- */

typedef struct reader {
    hid_t file;
    qh_response *made;
    bool failed, no_memory;
} reader;

static int read_int(reader *r, const char *name) {
    int value = 0;
    const hid_t id = r->failed ? -1 : H5Aopen(r->file, name, H5P_DEFAULT);
    const hid_t space = id >= 0 ? H5Aget_space(id) : -1;
    if (space < 0 || H5Sget_simple_extent_npoints(space) != 1 || H5Aread(id, H5T_NATIVE_INT, &value) < 0 || value < 0)
        r->failed = true;
    if (space >= 0) H5Sclose(space);
    if (id >= 0) H5Aclose(id);
    return value;
}

static double read_double(reader *r, const char *name) {
    double value = 0;
    const hid_t id = r->failed ? -1 : H5Aopen(r->file, name, H5P_DEFAULT);
    const hid_t space = id >= 0 ? H5Aget_space(id) : -1;
    if (space < 0 || H5Sget_simple_extent_npoints(space) != 1 || H5Aread(id, H5T_NATIVE_DOUBLE, &value) < 0)
        r->failed = true;
    if (space >= 0) H5Sclose(space);
    if (id >= 0) H5Aclose(id);
    return value;
}

/* Size of a one-dimensional variable. */
static size_t length_of(reader *r, const char *name) {
    hsize_t size = 0;
    const hid_t id = r->failed ? -1 : H5Dopen2(r->file, name, H5P_DEFAULT);
    const hid_t space = id >= 0 ? H5Dget_space(id) : -1;
    if (space < 0 || H5Sget_simple_extent_ndims(space) != 1 || H5Sget_simple_extent_dims(space, &size, NULL) != 1)
        r->failed = true;
    if (space >= 0) H5Sclose(space);
    if (id >= 0) H5Dclose(id);
    return (size_t)size;
}

/* A variable of exactly `count` elements. */
static void *read_all(reader *r, const char *name, hid_t type, size_t size, size_t count) {
    void *values = r->failed ? NULL : qh_arena_alloc(r->made->arena, count, size);
    if (!values) {
        r->no_memory = r->no_memory || !r->failed;
        r->failed = true;
        return NULL;
    }
    const hid_t id = H5Dopen2(r->file, name, H5P_DEFAULT);
    const hid_t space = id >= 0 ? H5Dget_space(id) : -1;
    if (space < 0 || H5Sget_simple_extent_npoints(space) != (hssize_t)count ||
        H5Dread(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0)
        r->failed = true;
    if (space >= 0) H5Sclose(space);
    if (id >= 0) H5Dclose(id);
    return values;
}

static void read_matrix(reader *r) {
    qh_response *m = r->made;
    const size_t n = m->n_species, size = m->n_source * m->n_section;
    const int *depends = read_all(r, "depends", H5T_NATIVE_INT, sizeof *depends, n * n);
    const double *all = read_all(r, "response", H5T_NATIVE_DOUBLE, sizeof *all, n * n * size);
    const double **block = qh_arena_alloc(m->arena, n * n, sizeof *block);
    if (!block) r->failed = r->no_memory = true;
    if (r->failed || !depends || !all || !block) return;
    for (size_t i = 0; i < n * n; i++)
        block[i] = depends[i] ? all + i * size : NULL;
    m->block = block;
}

static void read_everything(reader *r) {
    qh_response *m = r->made;
    if (read_int(r, "qinghe_format") != FORMAT) r->failed = true;
    m->first_tributary = (size_t)read_int(r, "first_tributary");
    m->first_outfall = (size_t)read_int(r, "first_outfall");
    m->first_lateral = (size_t)read_int(r, "first_lateral");
    m->error_bound = read_double(r, "error_bound");
    m->sum_error = read_double(r, "sum_error");
    m->n_species = length_of(r, "constituent_name");
    m->n_source = length_of(r, "source_kind");
    m->n_section = length_of(r, "section_code");
    if (m->first_tributary > m->first_outfall || m->first_outfall > m->first_lateral || m->first_lateral > m->n_source)
        r->failed = true;
    read_matrix(r);
    m->load = read_all(r, "source_load", H5T_NATIVE_DOUBLE, sizeof(double), m->n_species * m->n_source);
    m->background = read_all(r, "background", H5T_NATIVE_DOUBLE, sizeof(double), m->n_species * m->n_section);
    m->whole = read_all(r, "whole", H5T_NATIVE_DOUBLE, sizeof(double), m->n_species * m->n_section);
}

qh_status qh_response_read(const char *path, qh_diag *diag, qh_response **response) {
    qh_arena *arena = qh_arena_create();
    qh_response *made = arena ? qh_arena_alloc(arena, 1, sizeof *made) : NULL;
    if (!made) {
        qh_arena_destroy(arena);
        return QH_E_NOMEM;
    }
    made->arena = arena;
    const qh_h5_quiet quiet = qh_h5_silence();
    reader r = {.file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT), .made = made};
    r.failed = r.file < 0;
    read_everything(&r);
    if (r.file >= 0) H5Fclose(r.file);
    qh_h5_restore(&quiet);
    if (r.failed) {
        qh_response_destroy(made);
        if (r.no_memory) return QH_E_NOMEM;
        qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "%s is no response matrix of qinghe", path);
        return QH_E_IO;
    }
    *response = made;
    return QH_OK;
}
