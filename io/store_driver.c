/* Why a file driver of our own: a run that is killed must leave a file that opens.
 *
 * HDF5 keeps its metadata (object headers, the B-trees that find the chunks, the superblock) in a cache and writes it
 * back in an order of its own, some when the cache is full and the rest at a flush; a process that dies between two of
 * those writes leaves a file whose parts contradict one another. Flushing often only makes that likelier.
 *
 * This driver lets raw data through at once and holds metadata back, in memory, until a commit. Raw data never harms:
 * a new chunk lies where nothing points to yet, and a chunk that is written again (they are not compressed then, so
 * they keep their place) gets the same bytes and some new ones. A commit puts the metadata on the disk in this order:
 *
 *   1. blocks that were never on the disk: nothing there points to them yet;
 *   2. the superblock, whose end-of-file mark must cover them before anything refers to them;
 *   3. B-tree nodes that are there already, upper levels first. A split moves the right part of a node to a new one: once
 *      the parent knows the new node, what the old one still holds of it is never looked at;
 *   4. object headers, which hold the extents: the times first, so that no value is without its time.
 *
 * Every beginning of this sequence is a consistent file. A single write could still be cut, since the kernel looks for
 * a kill signal between two memory pages; so a block is written in pieces that lie in one page each, the last one
 * first: nodes and heaps grow at their end and count at their beginning. A root that splits is written anew from end to
 * end, with the same address and another level, so that no order of pieces would do: B-tree nodes, which are smaller than
 * a page, never lie across two. Headers that change after the start are of HDF5's first version, which has no checksum
 * that would have to match across pages.
 *
 * Not promised: the state after a power failure, for which each step would have to wait for the medium. */
#include "io/store_driver_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAGE = 4096, MAX_FIRST = 4 };

typedef struct pending_block {
    haddr_t address;
    size_t size;
    H5FD_mem_t type;
    unsigned rank;
    unsigned char *bytes; /* [size] */
} pending_block;

struct qh_store_driver {
    H5FD_t public; /* HDF5's part; first */
    qh_store_tap tap;
    hid_t id;       /* of the driver in HDF5; negative: not registered */
    int descriptor; /* -1: not open */
    int error;      /* errno of the first failure */
    bool frozen, sync_on_close;
    haddr_t allocated; /* HDF5's end of allocation */
    haddr_t end;       /* of all that was written, pending blocks included */
    haddr_t on_disk;   /* length of the file */
    uint64_t written;

    size_t n_pending, pending_room, pending_bytes;
    pending_block *pending; /* [n_pending] */

    size_t n_known, known_room;
    haddr_t *known; /* [n_known], addresses of metadata on the disk, ascending */

    size_t n_first;
    haddr_t first[MAX_FIRST];
};

typedef struct driver_choice {
    qh_store_driver *driver;
} driver_choice;

static qh_store_driver *driver_of(H5FD_t *file) { return (qh_store_driver *)(void *)file; }
static const qh_store_driver *const_driver_of(const H5FD_t *file) {
    return (const qh_store_driver *)(const void *)file;
}

static bool fail(qh_store_driver *driver, int cause) {
    if (!driver->error) driver->error = cause ? cause : EIO;
    driver->frozen = true;
    return false;
}

/* ---- the disk ---- */

static bool put_piece(qh_store_driver *driver, haddr_t address, size_t size, const unsigned char *bytes) {
    if (driver->tap.before_write) {
        const int cause = driver->tap.before_write(driver->tap.self, address, size);
        if (cause) return fail(driver, cause);
    }
    while (size > 0) {
        const ssize_t done = pwrite(driver->descriptor, bytes, size, (off_t)address);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return fail(driver, done < 0 ? errno : ENOSPC);
        address += (haddr_t)done;
        bytes += done;
        size -= (size_t)done;
        driver->written += (uint64_t)done;
        if (driver->on_disk < address) driver->on_disk = address;
    }
    return true;
}

/* One memory page at a time, from the last to the first. */
static bool put_by_pages(qh_store_driver *driver, haddr_t address, size_t size, const unsigned char *bytes) {
    haddr_t end = address + size;
    while (end > address) {
        const haddr_t page = (end - 1) / PAGE * PAGE;
        const haddr_t begin = page > address ? page : address;
        if (!put_piece(driver, begin, (size_t)(end - begin), bytes + (begin - address))) return false;
        end = begin;
    }
    return true;
}

static bool extend(qh_store_driver *driver, haddr_t size) {
    if (driver->on_disk >= size) return true;
    if (driver->tap.before_write) {
        const int cause = driver->tap.before_write(driver->tap.self, size, 0);
        if (cause) return fail(driver, cause);
    }
    if (ftruncate(driver->descriptor, (off_t)size) != 0) return fail(driver, errno);
    driver->on_disk = size;
    return true;
}

/* ---- metadata that waits ---- */

/* Brings the bytes of waiting blocks up to date where a new write overlaps them; `covered` tells whether one block takes
 * it whole, so that it need not be kept apart. Blocks that the new one covers whole are dropped. */
static bool patch_pending(qh_store_driver *driver, haddr_t address, size_t size, const unsigned char *bytes) {
    bool covered = false;
    size_t kept = 0;
    for (size_t i = 0; i < driver->n_pending; i++) {
        pending_block block = driver->pending[i];
        const haddr_t begin = block.address > address ? block.address : address;
        const haddr_t block_end = block.address + block.size;
        const haddr_t end = block_end < address + size ? block_end : address + size;
        if (begin < end) {
            memcpy(block.bytes + (begin - block.address), bytes + (begin - address), (size_t)(end - begin));
            const bool same = block.address == address && block.size == size;
            if (!same && begin == block.address && end == block_end) {
                driver->pending_bytes -= block.size;
                free(block.bytes);
                continue;
            }
            covered = covered || (begin == address && end == address + size);
        }
        driver->pending[kept++] = block;
    }
    driver->n_pending = kept;
    return covered;
}

static bool hold(qh_store_driver *driver, H5FD_mem_t type, haddr_t address, size_t size, const unsigned char *bytes) {
    if (patch_pending(driver, address, size, bytes)) return true;
    if (driver->n_pending == driver->pending_room) {
        const size_t room = driver->pending_room ? 2 * driver->pending_room : 64;
        pending_block *grown = realloc(driver->pending, room * sizeof *grown);
        if (!grown) return fail(driver, ENOMEM);
        driver->pending = grown;
        driver->pending_room = room;
    }
    pending_block *block = &driver->pending[driver->n_pending];
    *block = (pending_block){address, size, type, 0, malloc(size ? size : 1)};
    if (!block->bytes) return fail(driver, ENOMEM);
    memcpy(block->bytes, bytes, size);
    driver->n_pending++;
    driver->pending_bytes += size;
    return true;
}

static void forget_pending(qh_store_driver *driver) {
    for (size_t i = 0; i < driver->n_pending; i++) {
        free(driver->pending[i].bytes);
    }
    driver->n_pending = 0;
    driver->pending_bytes = 0;
}

/* ---- the commit ---- */

static int by_address(const void *a, const void *b) {
    const haddr_t x = *(const haddr_t *)a, y = *(const haddr_t *)b;
    return (x > y) - (x < y);
}

static bool is_known(const qh_store_driver *driver, haddr_t address) {
    return driver->n_known > 0 && bsearch(&address, driver->known, driver->n_known, sizeof address, by_address);
}

static bool remember(qh_store_driver *driver) {
    bool sorted = true;
    if (driver->n_known + driver->n_pending > driver->known_room) {
        const size_t room = 2 * (driver->n_known + driver->n_pending);
        haddr_t *grown = realloc(driver->known, room * sizeof *grown);
        if (!grown) return fail(driver, ENOMEM);
        driver->known = grown;
        driver->known_room = room;
    }
    const size_t before = driver->n_known;
    for (size_t i = 0; i < driver->n_pending; i++) {
        if (driver->pending[i].rank > 0) continue;
        const haddr_t address = driver->pending[i].address;
        sorted = sorted && (driver->n_known == 0 || driver->known[driver->n_known - 1] < address);
        driver->known[driver->n_known++] = address;
    }
    if (!sorted && driver->n_known > before) qsort(driver->known, driver->n_known, sizeof *driver->known, by_address);
    return true;
}

/* Place in the order above; 0 means: new on the disk. */
static unsigned rank_of(const qh_store_driver *driver, const pending_block *block) {
    enum { SUPERBLOCK = 1, TREE = 2, OTHER = TREE + 256, FIRST_HEADER, HEADER };
    if (block->type == H5FD_MEM_SUPER || block->address == 0) return SUPERBLOCK;
    if (!is_known(driver, block->address)) return 0;
    if (block->type == H5FD_MEM_BTREE) {
        const bool is_node = block->size > 5 && memcmp(block->bytes, "TREE", 4) == 0;
        return TREE + (is_node ? 255U - block->bytes[5] : 255U); /* byte 5 is the level, 0 for leaves */
    }
    if (block->type != H5FD_MEM_OHDR) return OTHER;
    for (size_t i = 0; i < driver->n_first; i++) {
        if (driver->first[i] == block->address) return FIRST_HEADER;
    }
    return HEADER;
}

static int by_rank(const void *a, const void *b) {
    const pending_block *x = a, *y = b;
    if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    return (x->address > y->address) - (x->address < y->address);
}

bool qh_store_driver_commit(qh_store_driver *driver) {
    if (driver->frozen || driver->descriptor < 0) return driver->error == 0;
    for (size_t i = 0; i < driver->n_pending; i++) {
        driver->pending[i].rank = rank_of(driver, &driver->pending[i]);
    }
    if (driver->n_pending > 0) qsort(driver->pending, driver->n_pending, sizeof *driver->pending, by_rank);
    if (!extend(driver, driver->allocated)) return false;
    for (size_t i = 0; i < driver->n_pending; i++) {
        const pending_block *block = &driver->pending[i];
        if (!put_by_pages(driver, block->address, block->size, block->bytes)) return false;
    }
    if (!remember(driver)) return false;
    forget_pending(driver);
    return true;
}

/* ---- what HDF5 calls ---- */

static H5FD_t *driver_open(const char *name, unsigned flags, hid_t access, haddr_t max_address) {
    (void)max_address;
    const driver_choice *choice = H5Pget_driver_info(access);
    if (!choice || !(flags & H5F_ACC_CREAT)) return NULL;
    qh_store_driver *driver = choice->driver;
    if (driver->descriptor >= 0) return NULL;
    const int descriptor = open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        fail(driver, errno);
        return NULL;
    }
    /* Readers may look while a run goes on (they use another kind of lock); a second writer may not. A file system
     * without locks is no reason to give up. */
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    (void)fcntl(descriptor, F_SETLK, &whole);
    driver->descriptor = descriptor;
    return &driver->public;
}

static herr_t driver_close(H5FD_t *file) {
    qh_store_driver *driver = driver_of(file);
    if (driver->descriptor < 0) return -1;
    if (!driver->frozen && qh_store_driver_commit(driver)) {
        if (ftruncate(driver->descriptor, (off_t)driver->allocated) != 0) fail(driver, errno);
        if (driver->sync_on_close && fsync(driver->descriptor) != 0) fail(driver, errno);
    }
    forget_pending(driver);
    if (close(driver->descriptor) != 0) fail(driver, errno);
    driver->descriptor = -1;
    return 0; /* a failure is kept in `error`; HDF5 must let go of the file either way */
}

static herr_t driver_query(const H5FD_t *file, unsigned long *flags) {
    (void)file;
    /* Without H5FD_FEAT_ACCUMULATE_METADATA: blocks must come one by one for the commit to order them. Without
     * H5FD_FEAT_AGGREGATE_METADATA: nodes of B-trees must be allocated here, not cut from a larger block. */
    *flags = H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DATA_SIEVE | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
    return 0;
}

static haddr_t driver_get_eoa(const H5FD_t *file, H5FD_mem_t type) {
    (void)type;
    return const_driver_of(file)->allocated;
}

static herr_t driver_set_eoa(H5FD_t *file, H5FD_mem_t type, haddr_t address) {
    (void)type;
    driver_of(file)->allocated = address;
    return 0;
}

/* At the end of what is allocated; a B-tree node that would lie across two pages begins on the next. */
static haddr_t driver_alloc(H5FD_t *file, H5FD_mem_t type, hid_t transfer, hsize_t size) {
    (void)transfer;
    qh_store_driver *driver = driver_of(file);
    haddr_t address = driver->allocated;
    const haddr_t left = PAGE - address % PAGE;
    if (type == H5FD_MEM_BTREE && size <= PAGE && size > left) address += left;
    driver->allocated = address + size;
    return address;
}

static haddr_t driver_get_eof(const H5FD_t *file, H5FD_mem_t type) {
    (void)type;
    return const_driver_of(file)->end;
}

static herr_t driver_read(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, void *buffer) {
    (void)type, (void)transfer;
    const qh_store_driver *driver = const_driver_of(file);
    unsigned char *bytes = buffer;
    size_t done = 0;
    while (done < size) {
        const ssize_t got = pread(driver->descriptor, bytes + done, size - done, (off_t)(address + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -1;
        if (got == 0) break;
        done += (size_t)got;
    }
    memset(bytes + done, 0, size - done); /* allocated, not yet written */
    for (size_t i = 0; i < driver->n_pending; i++) {
        const pending_block *block = &driver->pending[i];
        const haddr_t begin = block->address > address ? block->address : address;
        const haddr_t block_end = block->address + block->size;
        const haddr_t end = block_end < address + size ? block_end : address + size;
        if (begin < end) memcpy(bytes + (begin - address), block->bytes + (begin - block->address), end - begin);
    }
    return 0;
}

static herr_t driver_write(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size,
                           const void *buffer) {
    (void)transfer;
    qh_store_driver *driver = driver_of(file);
    if (driver->end < address + size) driver->end = address + size;
    if (type != H5FD_MEM_DRAW) return hold(driver, type, address, size, buffer) ? 0 : -1;
    if (driver->frozen) return 0;
    if (patch_pending(driver, address, size, buffer)) return 0;
    /* HDF5 calls its heaps of strings raw data; an old one that has grown must not be cut between two pages. */
    const bool is_heap = size > 4 && memcmp(buffer, "GCOL", 4) == 0;
    const bool done = is_heap ? put_by_pages(driver, address, size, buffer) : put_piece(driver, address, size, buffer);
    return done ? 0 : -1;
}

static herr_t driver_truncate(H5FD_t *file, hid_t transfer, hbool_t closing) {
    (void)file, (void)transfer, (void)closing;
    return 0; /* a commit lengthens the file, the close cuts it */
}

static const H5FD_class_t driver_class = {
    .name = "qinghe_store",
    .maxaddr = (haddr_t)INT64_MAX,
    .fc_degree = H5F_CLOSE_STRONG,
    .fapl_size = sizeof(driver_choice),
    .open = driver_open,
    .close = driver_close,
    .query = driver_query,
    .alloc = driver_alloc,
    .get_eoa = driver_get_eoa,
    .set_eoa = driver_set_eoa,
    .get_eof = driver_get_eof,
    .read = driver_read,
    .write = driver_write,
    .truncate = driver_truncate,
    .fl_map = {[H5FD_MEM_DEFAULT] = H5FD_MEM_SUPER,
               [H5FD_MEM_SUPER] = H5FD_MEM_SUPER,
               [H5FD_MEM_BTREE] = H5FD_MEM_BTREE, /* no node in space that was another's */
               [H5FD_MEM_DRAW] = H5FD_MEM_DRAW,
               [H5FD_MEM_GHEAP] = H5FD_MEM_DRAW,
               [H5FD_MEM_LHEAP] = H5FD_MEM_SUPER,
               [H5FD_MEM_OHDR] = H5FD_MEM_SUPER},
};

/* ---- for the writer ---- */

qh_store_driver *qh_store_driver_create(const qh_store_tap *tap) {
    qh_store_driver *driver = calloc(1, sizeof *driver);
    if (!driver) return NULL;
    driver->descriptor = -1;
    driver->id = -1;
    if (tap) driver->tap = *tap;
    return driver;
}

void qh_store_driver_destroy(qh_store_driver *driver) {
    if (!driver) return;
    forget_pending(driver);
    if (driver->descriptor >= 0) close(driver->descriptor);
    if (driver->id >= 0) H5FDunregister(driver->id);
    free(driver->pending);
    free(driver->known);
    free(driver);
}

herr_t qh_store_driver_select(qh_store_driver *driver, hid_t access) {
    /* Held until the driver goes: HDF5 lets go of its own hold before the last call through it. */
    if (driver->id < 0) driver->id = H5FDregister(&driver_class);
    if (driver->id < 0) return -1;
    const driver_choice choice = {driver};
    return H5Pset_driver(access, driver->id, &choice);
}

void qh_store_driver_first(qh_store_driver *driver, size_t count, const haddr_t *addresses) {
    driver->n_first = count < MAX_FIRST ? count : MAX_FIRST;
    memcpy(driver->first, addresses, driver->n_first * sizeof *addresses);
}

void qh_store_driver_freeze(qh_store_driver *driver) { driver->frozen = true; }
void qh_store_driver_sync_on_close(qh_store_driver *driver) { driver->sync_on_close = true; }
int qh_store_driver_error(const qh_store_driver *driver) { return driver->error; }
size_t qh_store_driver_pending(const qh_store_driver *driver) { return driver->pending_bytes; }
uint64_t qh_store_driver_written(const qh_store_driver *driver) { return driver->written; }

bool qh_store_driver_is_held(const char *path) {
    const int descriptor = open(path, O_RDWR | O_CLOEXEC);
    if (descriptor < 0) return false;
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    const bool held = fcntl(descriptor, F_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
    close(descriptor);
    return held;
}
