/* Where the numbers of a sweep lie in its files, and whole reads and writes there. */
#include <errno.h>
#include <unistd.h>

#include "io/sweep_internal.h"
#include "io/text_file.h"

bool qh_sweep_next_place(const qh_sweep_layout *layout, const uint64_t *offset, uint64_t first, uint64_t count,
                         qh_sweep_place *place) {
    if (place->n_byte > 0) {
        place->row++;
        if (place->row == qh_sweep_rows(layout, place->field)) {
            place->row = 0;
            place->field++;
        }
    }
    while (place->field < layout->n_field && qh_sweep_rows(layout, place->field) == 0)
        place->field++;
    if (place->field == layout->n_field) return false;
    const size_t size = qh_sweep_size(&layout->field[place->field]);
    place->offset = offset[place->field] + (place->row * layout->n_scenario + first) * size;
    place->n_byte = (size_t)count * size;
    return true;
}

bool qh_sweep_put(int descriptor, uint64_t offset, size_t n_byte, const void *bytes) {
    const char *from = bytes;
    while (n_byte > 0) {
        const ssize_t done = pwrite(descriptor, from, n_byte, (off_t)offset);
        if (done < 0 && errno == EINTR) continue;
        if (done == 0) errno = ENOSPC;
        if (done <= 0) return false;
        from += done;
        offset += (uint64_t)done;
        n_byte -= (size_t)done;
    }
    return true;
}

bool qh_sweep_get(int descriptor, uint64_t offset, size_t n_byte, void *bytes) {
    char *to = bytes;
    while (n_byte > 0) {
        const ssize_t done = pread(descriptor, to, n_byte, (off_t)offset);
        if (done < 0 && errno == EINTR) continue;
        if (done == 0) errno = ENODATA;
        if (done <= 0) return false;
        to += done;
        offset += (uint64_t)done;
        n_byte -= (size_t)done;
    }
    return true;
}

qh_status qh_sweep_cannot_write(const char *path, qh_diag *diag) {
    char text[128];
    qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "cannot write %s: %s", path, qh_errno_text(errno, diag, sizeof text, text));
    return QH_E_IO;
}

qh_status qh_sweep_cannot_read(const char *path, qh_diag *diag) {
    char text[128];
    qh_diag_add(diag, QH_ERROR, QH_NOWHERE, "cannot read %s: %s", path, qh_errno_text(errno, diag, sizeof text, text));
    return QH_E_IO;
}
