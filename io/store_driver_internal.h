/* The file driver under the store's writer: HDF5 decides what stands where, this decides when it reaches the disk. */
#ifndef QH_IO_STORE_DRIVER_INTERNAL_H
#define QH_IO_STORE_DRIVER_INTERNAL_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/status.h"

/* Sees every write to the disk just before it happens; answers 0, or an errno to fail it with. For tests. */
typedef struct qh_store_tap {
    void *self;
    int (*before_write)(void *self, uint64_t offset, size_t size);
} qh_store_tap;

typedef struct qh_store_driver qh_store_driver;

/* A driver for one new file, owned by the caller, who destroys it after the file is closed. `tap` is copied; NULL: none.
 * NULL when out of memory. */
qh_store_driver *qh_store_driver_create(const qh_store_tap *tap);
void qh_store_driver_destroy(qh_store_driver *driver);

/* Makes a file access list use the driver; negative on failure. */
herr_t qh_store_driver_select(qh_store_driver *driver, hid_t access);

/* Object headers at these addresses are brought up to date before all others. addresses [count], at most 4. */
void qh_store_driver_first(qh_store_driver *driver, size_t count, const haddr_t *addresses);

/* Puts all metadata that HDF5 has written since the last commit on the disk, in an order of which every beginning
 * leaves a file that opens and holds at least what it held before. Call after H5Fflush. False on failure. */
bool qh_store_driver_commit(qh_store_driver *driver);

/* From now on nothing reaches the disk: what stands there stays as it is. HDF5 may go on and close the file. */
void qh_store_driver_freeze(qh_store_driver *driver);

/* Whether closing the file also waits until it is on the medium. */
void qh_store_driver_sync_on_close(qh_store_driver *driver);

/* True when another process holds the file at `path` open for writing through this driver. */
bool qh_store_driver_is_held(const char *path);

int qh_store_driver_error(const qh_store_driver *driver);        /* errno of the first failure, 0: none */
size_t qh_store_driver_pending(const qh_store_driver *driver);   /* bytes of metadata that wait for a commit */
uint64_t qh_store_driver_written(const qh_store_driver *driver); /* bytes written to the disk so far */

#endif
