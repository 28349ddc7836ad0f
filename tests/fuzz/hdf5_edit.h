/* Edits of a good HDF5 file, for fuzzers of readers: HDF5's own parser breaks on broken bytes and is not ours to mend.
 *
 * The input is read eight bytes at a time: what to do, which variable, where (2), value (4). */
#ifndef QH_TESTS_FUZZ_HDF5_EDIT_H
#define QH_TESTS_FUZZ_HDF5_EDIT_H

#include <hdf5.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HDF5_NAMES = 256, HDF5_NAME = 64 };

/* Variables in the root of a file. */
typedef struct hdf5_names {
    size_t count;
    char name[HDF5_NAMES][HDF5_NAME];
} hdf5_names;

static void expect(int holds) {
    if (!holds) abort();
}

static herr_t list_variable(hid_t group, const char *name, const H5L_info_t *info, void *data) {
    (void)group, (void)info;
    hdf5_names *names = data;
    if (names->count < HDF5_NAMES && strlen(name) < HDF5_NAME) strcpy(names->name[names->count++], name);
    return 0;
}

static void hdf5_names_of(const char *path, hdf5_names *names) {
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    expect(file >= 0 && H5Literate(file, H5_INDEX_NAME, H5_ITER_INC, NULL, list_variable, names) >= 0);
    H5Fclose(file);
}

static unsigned char *hdf5_bytes_of(const char *path, size_t *size) {
    FILE *stream = fopen(path, "rb");
    expect(stream && fseek(stream, 0, SEEK_END) == 0);
    *size = (size_t)ftell(stream);
    rewind(stream);
    unsigned char *bytes = malloc(*size);
    expect(bytes && fread(bytes, 1, *size, stream) == *size);
    fclose(stream);
    return bytes;
}

static void set_number(hid_t id, size_t at, int32_t value) {
    const hid_t type = H5Dget_type(id), space = H5Dget_space(id);
    const hssize_t n = H5Sget_simple_extent_npoints(space);
    if (n > 0 && n < 100000 && H5Tget_class(type) != H5T_STRING) {
        double *values = calloc((size_t)n, sizeof *values);
        expect(values != NULL);
        if (H5Dread(id, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0) {
            static const double odd[] = {-1.0, 0.0, 1e300, -1e-300, 2147483647.0, -2147483648.0, 1.0, 4294967296.0};
            values[at % (size_t)n] = value & 1 ? (double)value : odd[(unsigned)value / 2 % 8];
            if (value % 16 == 14) values[at % (size_t)n] = (double)NAN;
            H5Dwrite(id, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
        }
        free(values);
    }
    H5Sclose(space);
    H5Tclose(type);
}

static void edit_once(hid_t file, const hdf5_names *names, size_t n_attribute, const char *const *attribute,
                      const uint8_t *order) {
    const char *name = names->name[order[1] % names->count];
    const size_t at = (size_t)order[2] | (size_t)order[3] << 8;
    int32_t value;
    memcpy(&value, order + 4, sizeof value);
    if (order[0] % 8 == 0) {
        H5Ldelete(file, name, H5P_DEFAULT);
    } else if (order[0] % 8 == 1) {
        const hid_t id = H5Aopen(file, attribute[at % n_attribute], H5P_DEFAULT);
        const int number = value;
        if (id >= 0) H5Awrite(id, H5T_NATIVE_INT, &number);
        if (id >= 0) H5Aclose(id);
    } else {
        const hid_t id = H5Dopen2(file, name, H5P_DEFAULT);
        hsize_t extent[4] = {0};
        const hid_t space = id >= 0 ? H5Dget_space(id) : -1;
        const int rank = space >= 0 ? H5Sget_simple_extent_ndims(space) : -1;
        if (order[0] % 8 == 2 && rank >= 1 && rank <= 4 && H5Sget_simple_extent_dims(space, extent, NULL) == rank) {
            extent[0] = value < 0 ? (hsize_t)1 << (at % 40) : at % 50;
            H5Dset_extent(id, extent);
        } else if (id >= 0) {
            set_number(id, at, value);
        }
        if (space >= 0) H5Sclose(space);
        if (id >= 0) H5Dclose(id);
    }
}

/* Writes the good file to `path` and edits it as `data` [size] says. */
static void hdf5_edit(const char *path, const unsigned char *good, size_t good_size, const hdf5_names *names,
                      size_t n_attribute, const char *const *attribute, const uint8_t *data, size_t size) {
    FILE *stream = fopen(path, "wb");
    expect(stream && fwrite(good, 1, good_size, stream) == good_size && fclose(stream) == 0);
    const hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    expect(file >= 0);
    for (size_t i = 0; i + 8 <= size && i < 80; i += 8)
        edit_once(file, names, n_attribute, attribute, data + i);
    H5Fclose(file);
}

#endif
