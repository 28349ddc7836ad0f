/* A seal on everything in a sweep's file that is not a number: HDF5 crashes on files whose names, texts or tables are
 * damaged, so they are looked at before HDF5 is let near them. Numbers need none: any bits are a number.
 *
 * It stands behind HDF5's end of the file, which HDF5 and netCDF allow: places of the fields, how many, the hash of all
 * bytes beside them, a magic number. A file that another program has written anew has none, and is not checked. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/sweep_internal.h"

#define SEAL_MAGIC UINT64_C(0x314c414553575351) /* "QSWSEAL1" */
enum { PART = 1 << 16 };                        /* bytes at once */

typedef struct seal_end {
    uint64_t n_extent, hash, magic;
} seal_end;

static int by_begin(const void *a, const void *b) {
    const qh_sweep_extent *x = a, *y = b;
    return x->begin < y->begin ? -1 : x->begin > y->begin;
}

void qh_sweep_extents(const qh_sweep_layout *layout, const uint64_t *offset, qh_sweep_extent *extent) {
    for (size_t f = 0; f < layout->n_field; f++) {
        const uint64_t size = qh_sweep_rows(layout, f) * layout->n_scenario * qh_sweep_size(&layout->field[f]);
        extent[f] = (qh_sweep_extent){offset[f], offset[f] + size};
    }
    qsort(extent, layout->n_field, sizeof *extent, by_begin);
}

static bool hash_range(XXH3_state_t *state, int descriptor, uint64_t begin, uint64_t end) {
    unsigned char bytes[PART];
    while (begin < end) {
        const size_t part = end - begin < PART ? (size_t)(end - begin) : PART;
        if (!qh_sweep_get(descriptor, begin, part, bytes)) return false;
        (void)XXH3_64bits_update(state, bytes, part);
        begin += part;
    }
    return true;
}

/* Of the places of the fields and of all bytes before `size` that are in none of them. */
static bool hash_of(int descriptor, uint64_t size, size_t n, const qh_sweep_extent *extent, uint64_t *hash) {
    XXH3_state_t *state = XXH3_createState();
    if (!state) return false;
    (void)XXH3_64bits_reset(state);
    if (n > 0) (void)XXH3_64bits_update(state, extent, n * sizeof *extent);
    bool good = true;
    uint64_t at = 0;
    for (size_t i = 0; i < n && good; i++) {
        if (extent[i].begin > at) good = hash_range(state, descriptor, at, extent[i].begin);
        if (extent[i].end > at) at = extent[i].end;
    }
    good = good && hash_range(state, descriptor, at, size);
    *hash = XXH3_64bits_digest(state);
    (void)XXH3_freeState(state);
    return good;
}

static bool put_seal(int descriptor, size_t n, const qh_sweep_extent *extent) {
    struct stat status;
    seal_end end = {n, 0, SEAL_MAGIC};
    if (fstat(descriptor, &status) != 0) return false;
    const uint64_t size = (uint64_t)status.st_size;
    return hash_of(descriptor, size, n, extent, &end.hash) &&
           (n == 0 || qh_sweep_put(descriptor, size, n * sizeof *extent, extent)) &&
           qh_sweep_put(descriptor, size + n * sizeof *extent, sizeof end, &end);
}

qh_status qh_sweep_seal(const char *path, size_t n_extent, const qh_sweep_extent *extent, qh_diag *diag) {
    const int descriptor = open(path, O_RDWR | O_CLOEXEC);
    if (descriptor < 0) return qh_sweep_cannot_write(path, diag);
    const bool good = put_seal(descriptor, n_extent, extent);
    const qh_status status = good ? QH_OK : qh_sweep_cannot_write(path, diag);
    (void)close(descriptor);
    return status;
}

static bool unbroken(int descriptor) {
    struct stat status;
    seal_end end;
    if (fstat(descriptor, &status) != 0 || (size_t)status.st_size < sizeof end) return true;
    uint64_t size = (uint64_t)status.st_size - sizeof end;
    if (!qh_sweep_get(descriptor, size, sizeof end, &end) || end.magic != SEAL_MAGIC) return true; /* no seal */
    if (end.n_extent > size / sizeof(qh_sweep_extent)) return false;
    const size_t n_byte = (size_t)end.n_extent * sizeof(qh_sweep_extent);
    size -= n_byte;
    qh_sweep_extent *extent = malloc(n_byte + 1);
    uint64_t hash = 0;
    const bool good = extent && qh_sweep_get(descriptor, size, n_byte, extent) &&
                      hash_of(descriptor, size, (size_t)end.n_extent, extent, &hash) && hash == end.hash;
    free(extent);
    return good;
}

bool qh_sweep_unbroken(const char *path) {
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return true; /* whoever opens it next says why it cannot be */
    const bool good = unbroken(descriptor);
    (void)close(descriptor);
    return good;
}
