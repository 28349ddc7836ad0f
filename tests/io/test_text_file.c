/* Text files: encodings, byte order mark, line ends, what is refused and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/text_file.h"

typedef struct decoded {
    qh_arena *arena;
    qh_diag *diag;
    qh_text_file file;
    qh_status status;
} decoded;

static decoded decode(const char *bytes, size_t size) {
    decoded d = {.arena = qh_arena_create(), .diag = qh_diag_create(QH_EN)};
    d.status = qh_text_decode(d.arena, size, bytes, "t.csv", d.diag, &d.file);
    return d;
}

static void done(decoded *d) {
    qh_diag_destroy(d->diag);
    qh_arena_destroy(d->arena);
}

#define DECODE(literal) decode(literal, sizeof(literal) - 1)

static void check_text(decoded d, const char *text, const char *encoding) {
    assert_int_equal(d.status, QH_OK);
    assert_string_equal(d.file.text, text);
    assert_int_equal(d.file.size, strlen(text));
    assert_string_equal(d.file.encoding, encoding);
    assert_int_equal(qh_diag_size(d.diag), 0);
    done(&d);
}

static void check_refused(decoded d, const char *line) {
    assert_int_equal(d.status, QH_E_INPUT);
    assert_int_equal(qh_diag_size(d.diag), 1);
    assert_string_equal(qh_diag_line(d.diag, 0), line);
    done(&d);
}

static void utf8_is_taken_as_it_is(void **state) {
    (void)state;
    check_text(DECODE(""), "", "UTF-8");
    check_text(DECODE("阿蓬江,1\n"), "阿蓬江,1\n", "UTF-8");
    check_text(DECODE("\xEF\xBB\xBF阿"), "阿", "UTF-8");
    check_text(DECODE("𠮷"), "𠮷", "UTF-8"); /* four bytes */
}

static void gb18030_becomes_utf8(void **state) {
    (void)state;
    check_text(DECODE("\xB0\xA2\xC5\xEE\xBD\xAD,1\r\n"), "阿蓬江,1\n", "GB18030");
    check_text(DECODE("a\x95\x34\xB2\x35"), "a𠮷", "GB18030"); /* four bytes there too */
    check_text(DECODE("\xA2\xF3"), "Ⅲ", "GB18030");
}

static void every_line_end_is_one_newline(void **state) {
    (void)state;
    check_text(DECODE("a\r\nb\rc\nd\r\n\r\n"), "a\nb\nc\nd\n\n", "UTF-8");
    check_text(DECODE("\r"), "\n", "UTF-8");
}

static void what_is_no_text_is_refused_with_its_place(void **state) {
    (void)state;
    check_refused(DECODE("ab\ncd\0e"), "t.csv:2:3: error: a NUL byte (byte 6); a text file was expected");
    check_refused(DECODE("阿\x07"), "t.csv:1:2: error: control character U+0007; a text file was expected");
    check_refused(DECODE("\xFF\xFE\x61\x00"), "t.csv: error: the file is UTF-16; save it as UTF-8 or GB18030");
    check_refused(DECODE("ok\n\xFFx"), "t.csv:2:1: error: neither UTF-8 (until byte 4) nor GB18030 (until byte 4)");
    check_refused(DECODE("\xEF\xBB\xBFok\xD6\xD0"),
                  "t.csv:1:3: error: byte 6 is not UTF-8, which the file's byte order mark promises");
}

static void utf8_is_strict(void **state) {
    (void)state;
    static const char *const bad[] = {"\xC0\x80",         "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                                      "\xF0\x80\x80\x80", "\x80",         "\xC3",         "\xE9\x98",
                                      "\xF5\x80\x80\x80", "\xE9\x98\xFF"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(qh_utf8_length(bad[i], strlen(bad[i])), 0);
    assert_int_equal(qh_utf8_length("\xF4\x8F\xBF\xBF", 4), 4);
    assert_int_equal(qh_utf8_valid_until("阿x\xC3", 5), 4);
}

static void files_that_cannot_be_read_say_why(void **state) {
    (void)state;
    decoded d = {.arena = qh_arena_create(), .diag = qh_diag_create(QH_EN)};
    assert_int_equal(qh_text_file_read(d.arena, "/nowhere/x", "x", d.diag, &d.file), QH_E_IO);
    assert_int_equal(qh_text_file_read(d.arena, ".", "folder", d.diag, &d.file), QH_E_IO);
    assert_string_equal(qh_diag_line(d.diag, 0), "folder: error: cannot be read: it is a folder, a file was expected");
    assert_string_equal(qh_diag_line(d.diag, 1), "x: error: cannot be read: No such file or directory");
    done(&d);
}

static void a_sparse_giant_is_refused_unread(void **state) {
    (void)state;
    decoded d = {.arena = qh_arena_create(), .diag = qh_diag_create(QH_EN)};
    FILE *giant = tmpfile();
    assert_non_null(giant);
    assert_int_equal(fseek(giant, (long)QH_TEXT_FILE_LIMIT + 1, SEEK_SET), 0);
    assert_int_equal(fputc('x', giant), 'x');
    assert_int_equal(fflush(giant), 0);
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fileno(giant));
    assert_int_equal(qh_text_file_read(d.arena, path, "giant", d.diag, &d.file), QH_E_INPUT);
    assert_string_equal(qh_diag_line(d.diag, 0), "giant: error: larger than 512 MiB, the most an input file may have");
    (void)fclose(giant);
    done(&d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_is_taken_as_it_is),
        cmocka_unit_test(gb18030_becomes_utf8),
        cmocka_unit_test(every_line_end_is_one_newline),
        cmocka_unit_test(what_is_no_text_is_refused_with_its_place),
        cmocka_unit_test(utf8_is_strict),
        cmocka_unit_test(files_that_cannot_be_read_say_why),
        cmocka_unit_test(a_sparse_giant_is_refused_unread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
