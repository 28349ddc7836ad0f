/* Reading an HDF5 file that is not trusted: every extent is checked against what the caller knows, every index against
 * what it points into, and nothing is allocated that is larger than the file itself. Calls are chained without looking at
 * each; the first problem is kept with the name of the variable in trouble, later calls do nothing, and the caller looks
 * once at the end. */
#ifndef QH_IO_HDF5_READ_INTERNAL_H
#define QH_IO_HDF5_READ_INTERNAL_H

#include <stdint.h>

#include "io/hdf5_util_internal.h"

typedef struct qh_h5_reader {
    qh_arena *arena;    /* of what is read */
    hid_t at;           /* file or group in which names are looked up */
    uint64_t file_size; /* bytes; UINT64_MAX where variables lie in other files or are compressed */
    bool failed, no_memory;
    char name[80];                  /* of the variable in trouble */
    const char *what;               /* is wrong with it, a catalogue key */
    char reason[QH_H5_REASON_SIZE]; /* HDF5's, "" for none */
} qh_h5_reader;

/* Opens a file to look at it; it never waits for nor hinders another program. Negative on failure. */
hid_t qh_h5_open_file(const char *path);

/* Notes a problem with a variable (the first one is kept). Returns false. */
bool qh_h5_bad(qh_h5_reader *r, const char *name, const char *what);

/* `count` zeroed elements of `size` bytes; NULL after a failure. */
void *qh_h5_room(qh_h5_reader *r, size_t count, size_t size);

/* A copy in which bytes that are not UTF-8 became question marks: it goes into tables and JSON. NULL counts as "". */
const char *qh_h5_clean_copy(qh_h5_reader *r, const char *text);

/* Part of a text as it stands; "" after a failure. */
const char *qh_h5_part_copy(qh_h5_reader *r, const char *text, size_t length);

/* "" when there is none. */
const char *qh_h5_get_text_attribute(qh_h5_reader *r, hid_t object, const char *name);

/* One that lacks is a problem. */
int qh_h5_get_int_attribute(qh_h5_reader *r, hid_t object, const char *name);

bool qh_h5_exists(const qh_h5_reader *r, const char *name);

/* Negative on failure; the caller closes it by qh_h5_close. */
hid_t qh_h5_open(qh_h5_reader *r, const char *name);

/* Extents [QH_H5_MAX_RANK] of a variable; its rank, or -1 when that is larger. */
int qh_h5_extents(hid_t variable, hsize_t *extent);

/* Length of a dimension, 0 when the file has none of that name; one above `most`, or above INT32_MAX, is a problem. */
size_t qh_h5_get_length(qh_h5_reader *r, const char *name, size_t most);
size_t qh_h5_get_dimension(qh_h5_reader *r, const char *name);

/* A whole variable of just these extents [rank] and kind of type, as `memory_type` of `size` bytes; NULL on failure. */
void *qh_h5_get_whole(qh_h5_reader *r, const char *name, H5T_class_t kind, hid_t memory_type, size_t size, size_t rank,
                      const size_t *shape);

/* [n]; NULL on failure. */
double *qh_h5_get_doubles(qh_h5_reader *r, const char *name, size_t n);
const int *qh_h5_get_ints(qh_h5_reader *r, const char *name, size_t n);
const char *const *qh_h5_get_texts(qh_h5_reader *r, const char *name, size_t n);

/* The first `n` values of a variable [n or more]; NULL on failure. */
const double *qh_h5_get_first_doubles(qh_h5_reader *r, const char *name, size_t n);

/* [n][m]; NULL on failure. */
double *qh_h5_get_rows(qh_h5_reader *r, const char *name, size_t n, size_t m);

/* Numbers of reaches, nodes or cells [n], each below `limit`; SIZE_MAX for -1 where `may_lack`. */
const size_t *qh_h5_get_indices(qh_h5_reader *r, const char *name, size_t n, size_t limit, bool may_lack);

/* NaN on failure. */
double qh_h5_get_scalar(qh_h5_reader *r, const char *name);

/* 0 on failure; a negative one is a problem. */
size_t qh_h5_get_counter(qh_h5_reader *r, const char *name);

#endif
