#include "io/hdf5_read_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/text_file.h"
#include "model/lang.h"

hid_t qh_h5_open_file(const char *path) {
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

bool qh_h5_bad(qh_h5_reader *r, const char *name, const char *what) {
    if (!r->failed) {
        snprintf(r->name, sizeof r->name, "%s", name);
        r->what = what;
        qh_h5_reason(r->reason);
    }
    r->failed = true;
    return false;
}

void *qh_h5_room(qh_h5_reader *r, size_t count, size_t size) {
    if (r->failed) return NULL;
    void *memory = qh_arena_alloc(r->arena, count, size);
    if (!memory) r->failed = r->no_memory = true;
    return memory;
}

/* Whether `count` elements of `size` bytes can be in the file at all. */
static bool fits(qh_h5_reader *r, const char *name, size_t count, size_t size) {
    return count <= r->file_size / size || qh_h5_bad(r, name, QH_N("is larger than the file"));
}

/* ---- text ---- */

const char *qh_h5_clean_copy(qh_h5_reader *r, const char *text) {
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

const char *qh_h5_part_copy(qh_h5_reader *r, const char *text, size_t length) {
    char *copy = r->failed ? NULL : qh_arena_strndup(r->arena, text, length);
    if (copy) return copy;
    if (!r->failed) r->failed = r->no_memory = true;
    return "";
}

/* ---- attributes ---- */

static const char *read_text(qh_h5_reader *r, hid_t attribute, hid_t type) {
    if (H5Tis_variable_str(type) > 0) {
        const hid_t text = qh_h5_text_type();
        char *value = NULL;
        const char *copy = "";
        if (H5Aread(attribute, text, &value) >= 0 && value) {
            copy = qh_h5_clean_copy(r, value);
            H5free_memory(value);
        }
        H5Tclose(text);
        return copy;
    }
    const size_t size = H5Tget_size(type);
    if (size == 0 || size > 65536) return "";
    char *value = qh_h5_room(r, size + 1, 1);
    if (!value || H5Aread(attribute, type, value) < 0) return "";
    value[size] = '\0';
    return qh_h5_clean_copy(r, value);
}

const char *qh_h5_get_text_attribute(qh_h5_reader *r, hid_t object, const char *name) {
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

int qh_h5_get_int_attribute(qh_h5_reader *r, hid_t object, const char *name) {
    int value = 0;
    if (r->failed) return 0;
    if (H5Aexists(object, name) <= 0) return qh_h5_bad(r, name, QH_N("is missing")), 0;
    const hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    const hid_t space = attribute >= 0 ? H5Aget_space(attribute) : -1;
    if (space < 0 || H5Sget_simple_extent_npoints(space) != 1 || H5Aread(attribute, H5T_NATIVE_INT, &value) < 0)
        qh_h5_bad(r, name, QH_N("is no integer attribute"));
    if (space >= 0) H5Sclose(space);
    if (attribute >= 0) H5Aclose(attribute);
    return value;
}

/* ---- variables ---- */

bool qh_h5_exists(const qh_h5_reader *r, const char *name) {
    return H5Lexists(r->at, name, H5P_DEFAULT) > 0 && H5Oexists_by_name(r->at, name, H5P_DEFAULT) > 0;
}

hid_t qh_h5_open(qh_h5_reader *r, const char *name) {
    if (r->failed) return -1;
    if (!qh_h5_exists(r, name)) return qh_h5_bad(r, name, QH_N("is missing")), -1;
    const hid_t id = H5Dopen2(r->at, name, H5P_DEFAULT);
    if (id < 0) qh_h5_bad(r, name, QH_N("is no variable"));
    return id;
}

int qh_h5_extents(hid_t variable, hsize_t *extent) {
    const hid_t space = H5Dget_space(variable);
    int rank = -1;
    if (space >= 0 && H5Sis_simple(space) > 0 && H5Sget_simple_extent_ndims(space) <= QH_H5_MAX_RANK)
        rank = H5Sget_simple_extent_dims(space, extent, NULL);
    if (space >= 0) H5Sclose(space);
    return rank;
}

size_t qh_h5_get_length(qh_h5_reader *r, const char *name, size_t most) {
    if (r->failed || !qh_h5_exists(r, name)) return 0;
    hsize_t extent[QH_H5_MAX_RANK] = {0};
    const hid_t id = qh_h5_open(r, name);
    if (id < 0) return 0;
    const int rank = qh_h5_extents(id, extent);
    H5Dclose(id);
    if (rank != 1 || extent[0] > most) return qh_h5_bad(r, name, QH_N("is no dimension")), 0;
    return (size_t)extent[0];
}

size_t qh_h5_get_dimension(qh_h5_reader *r, const char *name) { return qh_h5_get_length(r, name, INT32_MAX); }

/* Opens a variable of just these extents and kind of type; negative on failure. */
static hid_t open_shaped(qh_h5_reader *r, const char *name, H5T_class_t kind, size_t rank, const size_t *shape) {
    const hid_t id = qh_h5_open(r, name);
    if (id < 0) return -1;
    hsize_t extent[QH_H5_MAX_RANK] = {0};
    bool same = qh_h5_extents(id, extent) == (int)rank;
    for (size_t d = 0; d < rank; d++) {
        same = same && extent[d] == shape[d];
    }
    const hid_t type = H5Dget_type(id);
    const bool right_type = type >= 0 && H5Tget_class(type) == kind &&
                            (kind != H5T_STRING || H5Tis_variable_str(type) > 0) && H5Tget_size(type) <= 16;
    if (type >= 0) H5Tclose(type);
    if (same && right_type) return id;
    H5Dclose(id);
    qh_h5_bad(r, name, same ? QH_N("has an unexpected type") : QH_N("does not fit its dimensions"));
    return -1;
}

void *qh_h5_get_whole(qh_h5_reader *r, const char *name, H5T_class_t kind, hid_t memory_type, size_t size, size_t rank,
                      const size_t *shape) {
    size_t count = 1;
    for (size_t d = 0; d < rank; d++) {
        if (shape[d] > 0 && count > SIZE_MAX / shape[d])
            return qh_h5_bad(r, name, QH_N("is larger than the file")), NULL;
        count *= shape[d];
    }
    if (!r->failed && !fits(r, name, count, 4)) return NULL;
    const hid_t id = open_shaped(r, name, kind, rank, shape);
    void *values = id >= 0 ? qh_h5_room(r, count, size) : NULL;
    if (values && count > 0 && H5Dread(id, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) {
        qh_h5_bad(r, name, QH_N("cannot be read"));
        values = NULL;
    }
    if (id >= 0) H5Dclose(id);
    return values;
}

double *qh_h5_get_doubles(qh_h5_reader *r, const char *name, size_t n) {
    const size_t shape[1] = {n};
    return qh_h5_get_whole(r, name, H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(double), 1, shape);
}

const double *qh_h5_get_first_doubles(qh_h5_reader *r, const char *name, size_t n) {
    if (r->failed || !fits(r, name, n, sizeof(double))) return NULL;
    const hid_t id = qh_h5_open(r, name);
    double *value = qh_h5_room(r, n, sizeof *value);
    const hsize_t first = 0, count = n;
    const hid_t space = id >= 0 ? H5Dget_space(id) : -1, memory = H5Screate_simple(1, &count, NULL);
    if (value && n > 0 &&
        (space < 0 || memory < 0 || H5Sselect_hyperslab(space, H5S_SELECT_SET, &first, NULL, &count, NULL) < 0 ||
         H5Dread(id, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, value) < 0))
        qh_h5_bad(r, name, QH_N("cannot be read"));
    if (memory >= 0) H5Sclose(memory);
    if (space >= 0) H5Sclose(space);
    if (id >= 0) H5Dclose(id);
    return r->failed ? NULL : value;
}

double *qh_h5_get_rows(qh_h5_reader *r, const char *name, size_t n, size_t m) {
    const size_t shape[2] = {n, m};
    return qh_h5_get_whole(r, name, H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(double), 2, shape);
}

const int *qh_h5_get_ints(qh_h5_reader *r, const char *name, size_t n) {
    const size_t shape[1] = {n};
    return qh_h5_get_whole(r, name, H5T_INTEGER, H5T_NATIVE_INT, sizeof(int), 1, shape);
}

const size_t *qh_h5_get_indices(qh_h5_reader *r, const char *name, size_t n, size_t limit, bool may_lack) {
    const int *raw = qh_h5_get_ints(r, name, n);
    size_t *index = qh_h5_room(r, n, sizeof *index);
    if (!raw || !index) return NULL;
    for (size_t i = 0; i < n; i++) {
        const bool lacks = may_lack && raw[i] == -1;
        if (!lacks && (raw[i] < 0 || (size_t)raw[i] >= limit))
            return qh_h5_bad(r, name, QH_N("has an index out of range")), NULL;
        index[i] = lacks ? SIZE_MAX : (size_t)raw[i];
    }
    return index;
}

const char *const *qh_h5_get_texts(qh_h5_reader *r, const char *name, size_t n) {
    const char **text = qh_h5_room(r, n, sizeof *text);
    if (!text || !fits(r, name, n, 16)) return NULL;
    const hid_t id = open_shaped(r, name, H5T_STRING, 1, &n), type = qh_h5_text_type();
    char **raw = id >= 0 && type >= 0 ? qh_h5_room(r, n, sizeof *raw) : NULL;
    if (raw && n > 0) {
        if (H5Dread(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw) < 0) qh_h5_bad(r, name, QH_N("cannot be read"));
        for (size_t i = 0; i < n; i++) {
            text[i] = qh_h5_clean_copy(r, raw[i]);
            if (raw[i]) H5free_memory(raw[i]);
        }
    }
    if (id >= 0) H5Dclose(id);
    if (type >= 0) H5Tclose(type);
    return r->failed ? NULL : text;
}

double qh_h5_get_scalar(qh_h5_reader *r, const char *name) {
    const double *value = qh_h5_get_whole(r, name, H5T_FLOAT, H5T_NATIVE_DOUBLE, sizeof(double), 0, NULL);
    return value ? *value : (double)NAN;
}

size_t qh_h5_get_counter(qh_h5_reader *r, const char *name) {
    const long long *value = qh_h5_get_whole(r, name, H5T_INTEGER, H5T_NATIVE_LLONG, sizeof(long long), 0, NULL);
    if (!value) return 0;
    if (*value < 0) return qh_h5_bad(r, name, QH_N("is negative")), 0;
    return (size_t)*value;
}
