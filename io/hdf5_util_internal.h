/* HDF5 in the dialect of netCDF-4: dimensions, variables and attributes as the netCDF library itself lays them out.
 *
 * Writing: calls are chained without looking at each; the first failure is kept, later calls do nothing, and the caller
 * looks once at the end. HDF5's own error stack never reaches stderr. */
#ifndef QH_IO_HDF5_UTIL_INTERNAL_H
#define QH_IO_HDF5_UTIL_INTERNAL_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

#include "model/arena.h"

enum { QH_H5_MAX_RANK = 4, QH_H5_REASON_SIZE = 200 };

/* HDF5 prints every failure unless told not to. Every entry of the store is between these two. */
typedef struct qh_h5_quiet {
    H5E_auto2_t print;
    void *data;
} qh_h5_quiet;

qh_h5_quiet qh_h5_silence(void);
void qh_h5_restore(const qh_h5_quiet *quiet);

/* The deepest entry of HDF5's error stack, the cause of all others: reason [QH_H5_REASON_SIZE]. "" when there is none. */
void qh_h5_reason(char *reason);

typedef struct qh_h5_dim {
    const char *name;
    hid_t id; /* of its dimension scale; negative: not there, as when its own coordinate is made */
    hsize_t size;
    bool unlimited; /* grows from 0 */
} qh_h5_dim;

typedef struct qh_h5 {
    hid_t file;
    qh_arena *scratch; /* for columns on their way; lives as long as the writer */
    bool failed, no_memory;
    char reason[QH_H5_REASON_SIZE];
} qh_h5;

/* Notes a failure with HDF5's reason (once). Returns false. */
bool qh_h5_fail(qh_h5 *h);

/* A variable to be made. Members that are NULL or 0 are left out. */
typedef struct qh_h5_variable {
    const char *name;
    const char *units, *standard_name, *long_name;
    hid_t type; /* of the file: H5T_IEEE_F64LE, H5T_STD_I32LE ... or a text type from qh_h5_text_type */
    size_t rank;
    const qh_h5_dim *dim[QH_H5_MAX_RANK];
    hsize_t chunk[QH_H5_MAX_RANK]; /* needed where a dimension is unlimited */
    int deflate;                   /* 0: not compressed */
    bool fill_nan;                 /* double: missing values are NaN, and _FillValue says so */
} qh_h5_variable;

/* Variable-length UTF-8; the caller closes it. */
hid_t qh_h5_text_type(void);

/* A dimension without a variable of its own. */
qh_h5_dim qh_h5_dimension(qh_h5 *h, hid_t group, const char *name, hsize_t size, bool unlimited);

/* Turns a one-dimensional variable into the coordinate of its own dimension. */
qh_h5_dim qh_h5_coordinate(qh_h5 *h, hid_t dataset, const char *name);

/* Makes a variable; negative on failure. The caller closes it. */
hid_t qh_h5_create(qh_h5 *h, hid_t group, const qh_h5_variable *variable);
void qh_h5_close(hid_t dataset);

/* Attributes of a variable or group. Text is fixed-length UTF-8, which netCDF knows as char: the UGRID readers of GIS
 * programs take no other. Empty text is left out; text over 32 kB is cut at a whole character. */
void qh_h5_text_attribute(qh_h5 *h, hid_t object, const char *name, const char *text);
/* The same as variable-length UTF-8, which Python's h5py gives as str: for the file's own attributes, which no GIS reads. */
void qh_h5_string_attribute(qh_h5 *h, hid_t object, const char *name, const char *text);
void qh_h5_int_attribute(qh_h5 *h, hid_t object, const char *name, int value);
void qh_h5_double_attribute(qh_h5 *h, hid_t object, const char *name, double value);

/* Whole variables at once: values are NULL for none yet (then fill values). They return the open dataset, or negative;
 * qh_h5_close it. */
hid_t qh_h5_put_doubles(qh_h5 *h, hid_t group, qh_h5_variable variable, const double *values);
hid_t qh_h5_put_ints(qh_h5 *h, hid_t group, qh_h5_variable variable, const int *values);
hid_t qh_h5_put_texts(qh_h5 *h, hid_t group, qh_h5_variable variable, const char *const *values);

/* Lengthens the first dimension of a variable to begin + count and writes [count][rest] there. */
void qh_h5_append(qh_h5 *h, hid_t dataset, hid_t memory_type, hsize_t begin, hsize_t count, const void *values);

/* A part of such a row: lengthens the first dimension to row + 1 and writes [1][count][rest] from `first` of the second. */
void qh_h5_append_part(qh_h5 *h, hid_t dataset, hid_t memory_type, hsize_t row, hsize_t first, hsize_t count,
                       const void *values);

/* `count` elements of scratch memory; on failure the handle is marked and NULL returned. */
void *qh_h5_scratch(qh_h5 *h, size_t count, size_t size);

#endif
