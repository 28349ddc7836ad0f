#include "io/text_file.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

size_t qh_utf8_length(const char *text, size_t size) {
    const unsigned char *c = (const unsigned char *)text;
    if (size == 0) return 0;
    if (c[0] < 0x80) return 1;
    size_t length = 0;
    unsigned char low = 0x80,
                  high = 0xBF; /* of the second byte: no overlong forms, no surrogates, none past U+10FFFF */
    if (c[0] >= 0xC2 && c[0] <= 0xDF)
        length = 2;
    else if (c[0] >= 0xE0 && c[0] <= 0xEF)
        length = 3;
    else if (c[0] >= 0xF0 && c[0] <= 0xF4)
        length = 4;
    if (length == 0 || length > size) return 0;
    if (c[0] == 0xE0) low = 0xA0;
    if (c[0] == 0xED) high = 0x9F;
    if (c[0] == 0xF0) low = 0x90;
    if (c[0] == 0xF4) high = 0x8F;
    if (c[1] < low || c[1] > high) return 0;
    for (size_t i = 2; i < length; i++) {
        if (c[i] < 0x80 || c[i] > 0xBF) return 0;
    }
    return length;
}

size_t qh_utf8_valid_until(const char *text, size_t size) {
    size_t i = 0;
    while (i < size) {
        const size_t length = qh_utf8_length(text + i, size - i);
        if (length == 0) return i;
        i += length;
    }
    return size;
}

/* Line and column of bytes[offset]. Columns count characters, bytes where the text is not UTF-8. */
static qh_place place_at(const char *name, const char *bytes, size_t offset) {
    qh_place place = {name, 1, 1};
    for (size_t i = 0; i < offset; i++) {
        const unsigned char c = (unsigned char)bytes[i];
        if (c == '\n' || (c == '\r' && bytes[i + 1] != '\n')) {
            place.line++;
            place.column = 1;
        } else if ((c & 0xC0) != 0x80) {
            place.column++;
        }
    }
    return place;
}

/* GB18030 to UTF-8 into `arena`. `stop` is the offset of the byte that does not decode, `size` when all does. */
static qh_status gb18030_decode(qh_arena *arena, const char *bytes, size_t size, size_t *stop, char **text,
                                size_t *text_size) {
    const iconv_t converter = iconv_open("UTF-8", "GB18030");
    if (converter == (iconv_t)-1) { /* a system without its conversion tables */
        *stop = 0;
        return QH_OK;
    }
    /* One byte gives at most three (a two-byte character becomes at most three, a four-byte one at most four). */
    const size_t capacity = 3 * size + 1;
    char *buffer = qh_arena_alloc(arena, capacity, 1);
    if (!buffer) {
        (void)iconv_close(converter);
        return QH_E_NOMEM;
    }
    char *in = (char *)(uintptr_t)bytes; /* iconv's prototype lacks the const; it does not write there */
    char *out = buffer;
    size_t in_left = size;
    size_t out_left = capacity - 1;
    const size_t result = iconv(converter, &in, &in_left, &out, &out_left);
    (void)iconv_close(converter);
    *stop = size - in_left;
    if (result == (size_t)-1 && *stop == size) *stop = size - 1;
    *text = buffer;
    *text_size = (size_t)(out - buffer);
    return QH_OK;
}

/* CRLF and CR become LF, in place; the new size. */
static size_t unify_newlines(char *text, size_t size) {
    size_t to = 0;
    for (size_t from = 0; from < size; from++) {
        if (text[from] != '\r')
            text[to++] = text[from];
        else if (from + 1 == size || text[from + 1] != '\n')
            text[to++] = '\n';
    }
    text[to] = '\0';
    return to;
}

static bool is_control(unsigned char c) { return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F; }

static qh_status refuse_controls(const char *text, size_t size, const char *name, qh_diag *diag) {
    for (size_t i = 0; i < size; i++) {
        const unsigned char c = (unsigned char)text[i];
        QH_CHECK(!is_control(c), QH_E_INPUT, diag, place_at(name, text, i),
                 "control character U+%04X; a text file was expected", (unsigned)c);
    }
    return QH_OK;
}

qh_status qh_text_decode(qh_arena *arena, size_t size, const char *bytes, const char *name, qh_diag *diag,
                         qh_text_file *file) {
    const qh_place whole = {name, 0, 0};
    const unsigned char *head = (const unsigned char *)bytes;
    const bool utf16 = size >= 2 && ((head[0] == 0xFF && head[1] == 0xFE) || (head[0] == 0xFE && head[1] == 0xFF));
    QH_CHECK(!utf16, QH_E_INPUT, diag, whole, "the file is UTF-16; save it as UTF-8 or GB18030");
    const char *nul = size > 0 ? memchr(bytes, '\0', size) : NULL;
    QH_CHECK(!nul, QH_E_INPUT, diag, place_at(name, bytes, (size_t)(nul - bytes)),
             "a NUL byte (byte %zu); a text file was expected", (size_t)(nul - bytes) + 1);

    const bool bom = size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0;
    const char *body = bytes + (bom ? 3 : 0);
    const size_t body_size = size - (bom ? 3 : 0);
    const size_t valid = qh_utf8_valid_until(body, body_size);
    char *text = NULL;
    size_t text_size = body_size;
    const char *encoding = "UTF-8";
    if (valid == body_size) {
        text = qh_arena_strndup(arena, body, body_size);
        if (!text) return QH_E_NOMEM;
    } else {
        const qh_place bad = place_at(name, body, valid);
        QH_CHECK(!bom, QH_E_INPUT, diag, bad, "byte %zu is not UTF-8, which the file's byte order mark promises",
                 valid + 4);
        size_t stop = 0;
        QH_TRY(gb18030_decode(arena, body, body_size, &stop, &text, &text_size));
        QH_CHECK(stop == body_size, QH_E_INPUT, diag, bad,
                 "neither UTF-8 (until byte %zu) nor GB18030 (until byte %zu)", valid + 1, stop + 1);
        encoding = "GB18030";
    }
    text_size = unify_newlines(text, text_size);
    QH_TRY(refuse_controls(text, text_size, name, diag));
    *file = (qh_text_file){.name = name, .text = text, .size = text_size, .encoding = encoding};
    return QH_OK;
}

const char *qh_errno_text(int number, const qh_diag *diag, size_t size, char *buffer) {
    if (strerror_r(number, buffer, size) != 0) (void)snprintf(buffer, size, "errno %d", number);
    return qh_tr(qh_diag_lang(diag), buffer);
}

static qh_status cannot_read(qh_diag *diag, qh_place place) {
    char reason[128];
    qh_diag_add(diag, QH_ERROR, place, "cannot be read: %s", qh_errno_text(errno, diag, sizeof reason, reason));
    return QH_E_IO;
}

/* All bytes of an open file, malloc'ed. */
static qh_status read_all(FILE *stream, size_t expected, const char *name, qh_diag *diag, char **bytes, size_t *size) {
    const qh_place whole = {name, 0, 0};
    size_t capacity = expected + 1;
    size_t used = 0;
    char *buffer = malloc(capacity);
    while (buffer) {
        const size_t got = fread(buffer + used, 1, capacity - used, stream);
        used += got;
        if (used < capacity) break;
        if (used > QH_TEXT_FILE_LIMIT) break;
        capacity *= 2; /* it grew while it was read, or is a pipe */
        char *larger = realloc(buffer, capacity);
        if (!larger) free(buffer);
        buffer = larger;
    }
    if (!buffer) return QH_E_NOMEM;
    if (ferror(stream)) {
        free(buffer);
        return cannot_read(diag, whole);
    }
    if (used > QH_TEXT_FILE_LIMIT) {
        qh_diag_add(diag, QH_ERROR, whole, "larger than %d MiB, the most an input file may have",
                    QH_TEXT_FILE_LIMIT / (1024 * 1024));
        free(buffer);
        return QH_E_INPUT;
    }
    *bytes = buffer;
    *size = used;
    return QH_OK;
}

qh_status qh_text_file_read(qh_arena *arena, const char *path, const char *name, qh_diag *diag, qh_text_file *file) {
    const qh_place whole = {name, 0, 0};
    struct stat info;
    if (stat(path, &info) != 0) return cannot_read(diag, whole);
    QH_CHECK(!S_ISDIR(info.st_mode), QH_E_IO, diag, whole, "cannot be read: it is a folder, a file was expected");
    QH_CHECK(info.st_size <= QH_TEXT_FILE_LIMIT, QH_E_INPUT, diag, whole,
             "larger than %d MiB, the most an input file may have", QH_TEXT_FILE_LIMIT / (1024 * 1024));
    FILE *stream = fopen(path, "rb");
    if (!stream) return cannot_read(diag, whole);
    char *bytes = NULL;
    size_t size = 0;
    qh_status status = read_all(stream, (size_t)info.st_size, name, diag, &bytes, &size);
    (void)fclose(stream);
    if (status == QH_OK) status = qh_text_decode(arena, size, bytes, name, diag, file);
    free(bytes);
    return status;
}
