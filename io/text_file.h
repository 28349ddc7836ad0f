/* Reading a whole text file as UTF-8, whatever the spreadsheet that saved it chose. */
#ifndef QH_IO_TEXT_FILE_H
#define QH_IO_TEXT_FILE_H

#include <stdbool.h>

#include "model/arena.h"
#include "model/diag.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qh_text_file {
    const char *name;     /* for messages: relative to the case folder */
    const char *text;     /* [size + 1], valid UTF-8 without BOM, lines end with \n, the last byte is zero */
    size_t size;          /* bytes */
    const char *encoding; /* as found: "UTF-8" or "GB18030"; static */
} qh_text_file;

enum { QH_TEXT_FILE_LIMIT = 512 * 1024 * 1024 }; /* bytes; a larger file is refused */

/* Reads `path` into `arena`. A file is UTF-8 when it is valid UTF-8, else GB18030 when it strictly decodes as that, else
 * an error that tells where; NUL bytes and control characters are refused. QH_E_IO when it cannot be read, QH_E_INPUT
 * when it is no text. */
qh_status qh_text_file_read(qh_arena *arena, const char *path, const char *name, qh_diag *diag, qh_text_file *file);

/* The same for bytes that are already in memory. */
qh_status qh_text_decode(qh_arena *arena, size_t size, const char *bytes, const char *name, qh_diag *diag,
                         qh_text_file *file);

/* What the system says of an errno, in the language of `diag`; written to `buffer`. */
const char *qh_errno_text(int number, const qh_diag *diag, size_t size, char *buffer);

/* Offset of the first byte that is not UTF-8; `size` when all is. */
size_t qh_utf8_valid_until(const char *text, size_t size);

/* Length in bytes of the UTF-8 character at `text` (`size` bytes are left); 0 when there is no valid one. */
size_t qh_utf8_length(const char *text, size_t size);

#ifdef __cplusplus
}
#endif
#endif
