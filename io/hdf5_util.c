#include "io/hdf5_util_internal.h"

#include <hdf5_hl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

qh_h5_quiet qh_h5_silence(void) {
    qh_h5_quiet quiet = {NULL, NULL};
    H5Eget_auto2(H5E_DEFAULT, &quiet.print, &quiet.data);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return quiet;
}

void qh_h5_restore(const qh_h5_quiet *quiet) { H5Eset_auto2(H5E_DEFAULT, quiet->print, quiet->data); }

static herr_t keep_first(unsigned depth, const H5E_error2_t *error, void *reason) {
    (void)depth;
    snprintf(reason, QH_H5_REASON_SIZE, "%s", error->desc ? error->desc : "");
    return 1; /* the first one is the deepest */
}

void qh_h5_reason(char *reason) {
    reason[0] = '\0';
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, reason);
}

bool qh_h5_fail(qh_h5 *h) {
    if (!h->failed) qh_h5_reason(h->reason);
    h->failed = true;
    return false;
}

static bool check(qh_h5 *h, bool good) { return good || qh_h5_fail(h); }

void *qh_h5_scratch(qh_h5 *h, size_t count, size_t size) {
    if (h->failed) return NULL;
    void *memory = qh_arena_alloc(h->scratch, count, size);
    if (!memory) h->failed = h->no_memory = true;
    return memory;
}

hid_t qh_h5_text_type(void) {
    const hid_t type = H5Tcopy(H5T_C_S1);
    if (type < 0) return type;
    if (H5Tset_size(type, H5T_VARIABLE) >= 0 && H5Tset_cset(type, H5T_CSET_UTF8) >= 0) return type;
    H5Tclose(type);
    return -1;
}

/* ---- attributes ---- */

static void attribute(qh_h5 *h, hid_t object, const char *name, hid_t file_type, hid_t memory_type, const void *value) {
    if (h->failed) return;
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t id = H5Acreate2(object, name, file_type, space, H5P_DEFAULT, H5P_DEFAULT);
    check(h, space >= 0 && id >= 0 && H5Awrite(id, memory_type, value) >= 0);
    if (id >= 0) H5Aclose(id);
    if (space >= 0) H5Sclose(space);
}

void qh_h5_text_attribute(qh_h5 *h, hid_t object, const char *name, const char *text) {
    enum { LONGEST = 32768 }; /* a header message of HDF5 ends at 64 kB */
    if (h->failed || !text || !*text) return;
    size_t length = strlen(text);
    if (length > LONGEST) {
        length = LONGEST;
        while (length > 0 && ((unsigned char)text[length] & 0xC0U) == 0x80U) {
            length--;
        }
    }
    const hid_t type = H5Tcopy(H5T_C_S1);
    if (check(h, type >= 0 && H5Tset_size(type, length) >= 0 && H5Tset_cset(type, H5T_CSET_UTF8) >= 0))
        attribute(h, object, name, type, type, text);
    if (type >= 0) H5Tclose(type);
}

void qh_h5_string_attribute(qh_h5 *h, hid_t object, const char *name, const char *text) {
    if (h->failed || !text || !*text) return;
    const hid_t type = qh_h5_text_type();
    attribute(h, object, name, type, type, &text);
    if (type >= 0) H5Tclose(type);
}

void qh_h5_int_attribute(qh_h5 *h, hid_t object, const char *name, int value) {
    attribute(h, object, name, H5T_STD_I32LE, H5T_NATIVE_INT, &value);
}

void qh_h5_double_attribute(qh_h5 *h, hid_t object, const char *name, double value) {
    attribute(h, object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value);
}

/* ---- dimensions and variables ---- */

/* Headers of what grows stay in HDF5's first version, without a checksum over the whole (store_driver.c tells why);
 * the others keep their attributes in the order in which they were made. */
static hid_t creation_list(bool grows) {
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    if (list < 0) return list;
    bool good = H5Pset_obj_track_times(list, false) >= 0;
    if (!grows)
        good = good && H5Pset_attr_creation_order(list, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) >= 0 &&
               H5Pset_attr_phase_change(list, 64, 32) >= 0;
    if (good) return list;
    H5Pclose(list);
    return -1;
}

qh_h5_dim qh_h5_dimension(qh_h5 *h, hid_t group, const char *name, hsize_t size, bool unlimited) {
    qh_h5_dim dim = {name, -1, size, unlimited};
    if (h->failed) return dim;
    const hsize_t current = unlimited ? 0 : size, most = unlimited ? H5S_UNLIMITED : size, chunk = 1024;
    const hid_t space = H5Screate_simple(1, &current, &most);
    const hid_t list = creation_list(unlimited);
    const bool good = space >= 0 && list >= 0 && (!unlimited || H5Pset_chunk(list, 1, &chunk) >= 0);
    if (good) dim.id = H5Dcreate2(group, name, H5T_IEEE_F32BE, space, H5P_DEFAULT, list, H5P_DEFAULT);
    /* The name by which netCDF knows a dimension that is no variable. */
    char label[80];
    snprintf(label, sizeof label, "This is a netCDF dimension but not a netCDF variable.%10llu",
             (unsigned long long)size);
    check(h, dim.id >= 0 && H5DSset_scale(dim.id, label) >= 0);
    if (list >= 0) H5Pclose(list);
    if (space >= 0) H5Sclose(space);
    return dim;
}

qh_h5_dim qh_h5_coordinate(qh_h5 *h, hid_t dataset, const char *name) {
    const qh_h5_dim dim = {name, dataset, 0, true};
    if (!h->failed) check(h, H5DSset_scale(dataset, name) >= 0);
    return dim;
}

static bool set_layout(const qh_h5_variable *variable, hid_t list, bool grows) {
    if (grows && H5Pset_chunk(list, (int)variable->rank, variable->chunk) < 0) return false;
    if (grows && variable->deflate > 0 &&
        (H5Pset_shuffle(list) < 0 || H5Pset_deflate(list, (unsigned)variable->deflate) < 0))
        return false;
    if (!grows && H5Pset_alloc_time(list, H5D_ALLOC_TIME_EARLY) < 0) return false;
    const double missing = (double)NAN;
    return !variable->fill_nan || H5Pset_fill_value(list, H5T_NATIVE_DOUBLE, &missing) >= 0;
}

hid_t qh_h5_create(qh_h5 *h, hid_t group, const qh_h5_variable *variable) {
    if (h->failed) return -1;
    hsize_t size[QH_H5_MAX_RANK], most[QH_H5_MAX_RANK];
    bool grows = false;
    for (size_t d = 0; d < variable->rank; d++) {
        const qh_h5_dim *dim = variable->dim[d];
        size[d] = dim ? dim->size : 0;
        most[d] = !dim || dim->unlimited ? H5S_UNLIMITED : dim->size;
        grows = grows || !dim || dim->unlimited;
    }
    const hid_t space = variable->rank ? H5Screate_simple((int)variable->rank, size, most) : H5Screate(H5S_SCALAR);
    const hid_t list = creation_list(grows);
    hid_t id = -1;
    if (space >= 0 && list >= 0 && set_layout(variable, list, grows))
        id = H5Dcreate2(group, variable->name, variable->type, space, H5P_DEFAULT, list, H5P_DEFAULT);
    check(h, id >= 0);
    for (size_t d = 0; d < variable->rank && !h->failed; d++) {
        if (variable->dim[d] && variable->dim[d]->id >= 0)
            check(h, H5DSattach_scale(id, variable->dim[d]->id, (unsigned)d) >= 0);
    }
    if (list >= 0) H5Pclose(list);
    if (space >= 0) H5Sclose(space);
    qh_h5_text_attribute(h, id, "long_name", variable->long_name);
    qh_h5_text_attribute(h, id, "standard_name", variable->standard_name);
    qh_h5_text_attribute(h, id, "units", variable->units);
    if (variable->fill_nan) qh_h5_double_attribute(h, id, "_FillValue", (double)NAN);
    return id;
}

void qh_h5_close(hid_t dataset) {
    if (dataset >= 0) H5Dclose(dataset);
}

static hid_t put(qh_h5 *h, hid_t group, const qh_h5_variable *variable, hid_t memory_type, const void *values) {
    const hid_t id = qh_h5_create(h, group, variable);
    if (!h->failed && values) check(h, H5Dwrite(id, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    return id;
}

hid_t qh_h5_put_doubles(qh_h5 *h, hid_t group, qh_h5_variable variable, const double *values) {
    variable.type = H5T_IEEE_F64LE;
    return put(h, group, &variable, H5T_NATIVE_DOUBLE, values);
}

hid_t qh_h5_put_ints(qh_h5 *h, hid_t group, qh_h5_variable variable, const int *values) {
    variable.type = H5T_STD_I32LE;
    return put(h, group, &variable, H5T_NATIVE_INT, values);
}

hid_t qh_h5_put_texts(qh_h5 *h, hid_t group, qh_h5_variable variable, const char *const *values) {
    variable.type = qh_h5_text_type();
    const hid_t id = put(h, group, &variable, variable.type, values);
    if (variable.type >= 0) H5Tclose(variable.type);
    return id;
}

/* Extents of a variable: size [QH_H5_MAX_RANK]; its rank, or 0 on failure. */
static int extents(qh_h5 *h, hid_t dataset, hsize_t *size) {
    const hid_t space = H5Dget_space(dataset);
    const int rank = space >= 0 ? H5Sget_simple_extent_ndims(space) : 0;
    const bool good = rank >= 1 && rank <= QH_H5_MAX_RANK && H5Sget_simple_extent_dims(space, size, NULL) == rank;
    if (space >= 0) H5Sclose(space);
    return check(h, good) ? rank : 0;
}

static void write_block(qh_h5 *h, hid_t dataset, hid_t memory_type, int rank, const hsize_t *first, const hsize_t *size,
                        const void *values) {
    const hid_t file_space = H5Dget_space(dataset), memory_space = H5Screate_simple(rank, size, NULL);
    check(h, file_space >= 0 && memory_space >= 0 &&
                 H5Sselect_hyperslab(file_space, H5S_SELECT_SET, first, NULL, size, NULL) >= 0 &&
                 H5Dwrite(dataset, memory_type, memory_space, file_space, H5P_DEFAULT, values) >= 0);
    if (memory_space >= 0) H5Sclose(memory_space);
    if (file_space >= 0) H5Sclose(file_space);
}

void qh_h5_append(qh_h5 *h, hid_t dataset, hid_t memory_type, hsize_t begin, hsize_t count, const void *values) {
    if (h->failed || count == 0) return;
    hsize_t size[QH_H5_MAX_RANK] = {0};
    const hsize_t first[QH_H5_MAX_RANK] = {begin};
    const int rank = extents(h, dataset, size);
    if (rank == 0) return;
    size[0] = begin + count;
    if (!check(h, H5Dset_extent(dataset, size) >= 0)) return;
    size[0] = count;
    write_block(h, dataset, memory_type, rank, first, size, values);
}

void qh_h5_append_part(qh_h5 *h, hid_t dataset, hid_t memory_type, hsize_t row, hsize_t first, hsize_t count,
                       const void *values) {
    if (h->failed || count == 0) return;
    hsize_t size[QH_H5_MAX_RANK] = {0};
    const hsize_t begin[QH_H5_MAX_RANK] = {row, first};
    const int rank = extents(h, dataset, size);
    if (rank == 0 || !check(h, rank >= 2 && first + count <= size[1])) return;
    size[0] = row + 1;
    if (!check(h, H5Dset_extent(dataset, size) >= 0)) return;
    size[0] = 1;
    size[1] = count;
    write_block(h, dataset, memory_type, rank, begin, size, values);
}
