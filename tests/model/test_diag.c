/* Diagnostics: order, duplicates, places, languages, status; and the status list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "model/diag.h"

static qh_place at(const char *file, int line, int column) { return (qh_place){file, line, column}; }

static void lines_stand_in_order_of_place(void **state) {
    (void)state;
    qh_diag *d = qh_diag_create(QH_EN);
    qh_diag_add(d, QH_ERROR, at("reaches.csv", 12, 3), "third");
    qh_diag_add(d, QH_WARNING, at("reaches.csv", 2, 9), "second");
    qh_diag_add(d, QH_ADVICE, QH_NOWHERE, "b came first");
    qh_diag_add(d, QH_ERROR, at("case.yaml", 40, 1), "first of files");
    qh_diag_add(d, QH_ADVICE, QH_NOWHERE, "a came later");
    qh_diag_add(d, QH_ERROR, at("reaches.csv", 2, 1), "before column 9");
    qh_diag_add(d, QH_ERROR, at("reaches.csv", 2, 9), "after its neighbour");
    qh_diag_add(d, QH_ERROR, at("reaches.csv", 2, 0), "the line as a whole");
    static const char *const expected[] = {
        "advice: b came first",
        "advice: a came later",
        "case.yaml:40:1: error: first of files",
        "reaches.csv:2: error: the line as a whole",
        "reaches.csv:2:1: error: before column 9",
        "reaches.csv:2:9: warning: second",
        "reaches.csv:2:9: error: after its neighbour",
        "reaches.csv:12:3: error: third",
    };
    assert_int_equal(qh_diag_size(d), sizeof expected / sizeof *expected);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_string_equal(qh_diag_line(d, i), expected[i]);
    }
    assert_int_equal(qh_diag_count(d, QH_ERROR), 5);
    assert_int_equal(qh_diag_count(d, QH_WARNING), 1);
    assert_int_equal(qh_diag_count(d, QH_ADVICE), 2);
    qh_diag_destroy(d);
}

static void unknown_lines_and_columns_are_left_out(void **state) {
    (void)state;
    qh_diag *d = qh_diag_create(QH_EN);
    qh_diag_add(d, QH_ERROR, at("a.csv", 0, 0), "missing");
    qh_diag_add(d, QH_ERROR, at("b.csv", 0, 7), "column without line");
    qh_diag_add(d, QH_ERROR, at("c.csv", 3, 0), "line");
    assert_string_equal(qh_diag_line(d, 0), "a.csv: error: missing");
    assert_string_equal(qh_diag_line(d, 1), "b.csv: error: column without line");
    assert_string_equal(qh_diag_line(d, 2), "c.csv:3: error: line");
    qh_diag_destroy(d);
}

static void the_same_message_is_kept_once(void **state) {
    (void)state;
    qh_diag *d = qh_diag_create(QH_EN);
    for (int i = 0; i < 3; i++) {
        qh_diag_add(d, QH_ERROR, at("a.csv", 1, 1), "law %s needs %s", "trapezoid", "slope");
    }
    assert_int_equal(qh_diag_size(d), 1);
    qh_diag_add(d, QH_WARNING, at("a.csv", 1, 1), "law %s needs %s", "trapezoid", "slope"); /* another severity */
    qh_diag_add(d, QH_ERROR, at("a.csv", 1, 2), "law %s needs %s", "trapezoid", "slope");   /* another column */
    qh_diag_add(d, QH_ERROR, at("a.csv", 2, 1), "law %s needs %s", "trapezoid", "slope");   /* another line */
    qh_diag_add(d, QH_ERROR, at("b.csv", 1, 1), "law %s needs %s", "trapezoid", "slope");   /* another file */
    qh_diag_add(d, QH_ERROR, QH_NOWHERE, "law %s needs %s", "trapezoid", "slope");          /* no file */
    qh_diag_add(d, QH_ERROR, at("a.csv", 1, 1), "law %s needs %s", "trapezoid", "manning"); /* another text */
    assert_int_equal(qh_diag_size(d), 7);
    qh_diag_destroy(d);
}

static void many_messages_are_kept_apart(void **state) {
    (void)state;
    enum { N = 20000 };
    qh_diag *d = qh_diag_create(QH_EN);
    for (int pass = 0; pass < 2; pass++) {
        for (int i = N; i > 0; i--) {
            qh_diag_add(d, QH_ERROR, at("big.csv", i, 1), "row %d", i);
        }
    }
    assert_int_equal(qh_diag_size(d), N);
    for (int i = 0; i < N; i++) {
        assert_int_equal(qh_diag_get(d, (size_t)i)->place.line, i + 1);
    }
    assert_null(qh_diag_get(d, N));
    qh_diag_destroy(d);
}

static void places_and_texts_are_copied(void **state) {
    (void)state;
    qh_diag *d = qh_diag_create(QH_EN);
    char file[] = "a.csv", argument[] = "slope";
    qh_diag_add(d, QH_ERROR, at(file, 1, 1), "needs %s", argument);
    memset(file, 'x', strlen(file));
    memset(argument, 'x', strlen(argument));
    const char *line = qh_diag_line(d, 0);
    const qh_message *message = qh_diag_get(d, 0);
    for (int i = 0; i < 100; i++) { /* what was handed out stays valid while more arrive */
        qh_diag_add(d, QH_ERROR, at("0.csv", i, 1), "more %d", i);
        (void)qh_diag_line(d, 0);
    }
    assert_string_equal(line, "a.csv:1:1: error: needs slope");
    assert_string_equal(message->place.file, "a.csv");
    assert_string_equal(message->text, "needs slope");
    qh_diag_destroy(d);
}

static void long_texts_are_not_cut(void **state) {
    (void)state;
    qh_diag *d = qh_diag_create(QH_EN);
    for (int length = 505; length < 520; length++) {
        qh_diag_add(d, QH_ERROR, at("a.csv", length, 1), "%0*d", length, 7);
    }
    qh_diag_add(d, QH_ERROR, at("a.csv", 600, 1), "%0*d", 100000, 7);
    for (int i = 0; i < 15; i++) {
        assert_int_equal(strlen(qh_diag_get(d, (size_t)i)->text), 505 + i);
    }
    assert_int_equal(strlen(qh_diag_get(d, 15)->text), 100000);
    qh_diag_destroy(d);
}

static void messages_are_translated_before_they_are_filled_in(void **state) {
    (void)state;
    qh_diag *d = qh_diag_create(QH_ZH);
    assert_int_equal(qh_diag_lang(d), QH_ZH);
    qh_diag_add(d, QH_ERROR, at("reaches.csv", 4, 1), "reach %s: law %s needs %s", "R1", "trapezoid", "slope");
    qh_diag_add(d, QH_WARNING, at("reaches.csv", 5, 1), "no translation for %s", "this");
    qh_diag_add(d, QH_ADVICE, at("reaches.csv", 6, 1), "no translation for %s", "this");
    assert_string_equal(qh_diag_line(d, 0), "reaches.csv:4:1: 错误: 河段 R1：水力计算法 trapezoid 缺少参数 slope");
    assert_string_equal(qh_diag_line(d, 1), "reaches.csv:5:1: 警告: no translation for this");
    assert_string_equal(qh_diag_line(d, 2), "reaches.csv:6:1: 提示: no translation for this");
    qh_diag_destroy(d);
}

static void the_status_follows_the_worst_message(void **state) {
    (void)state;
    qh_diag *d = qh_diag_create(QH_EN);
    assert_int_equal(qh_diag_status(d), QH_OK);
    qh_diag_add(d, QH_ADVICE, QH_NOWHERE, "advice");
    qh_diag_add(d, QH_WARNING, QH_NOWHERE, "warning");
    assert_int_equal(qh_diag_status(d), QH_OK);
    qh_diag_add(d, QH_ERROR, QH_NOWHERE, "error");
    assert_int_equal(qh_diag_status(d), QH_E_INPUT);
    qh_diag_destroy(d);
}

static void a_lost_message_is_remembered(void **state) {
    (void)state;
    qh_diag *d = qh_diag_create(QH_EN);
    qh_diag_add(d, QH_WARNING, QH_NOWHERE, "%ls", L"\x4e2d"); /* the C locale cannot write it: no text comes out */
    assert_int_equal(qh_diag_size(d), 0);
    assert_int_equal(qh_diag_status(d), QH_E_NOMEM);
    qh_diag_add(d, QH_ERROR, QH_NOWHERE, "an error");
    assert_int_equal(qh_diag_size(d), 1);
    assert_int_equal(qh_diag_status(d), QH_E_NOMEM); /* it comes first: the list is not complete */
    qh_diag_destroy(d);
}

static void no_collector_drops_the_message(void **state) {
    (void)state;
    qh_diag_add(NULL, QH_ERROR, QH_NOWHERE, "nobody listens to %d", 1);
    assert_int_equal(qh_diag_status(NULL), QH_OK);
    assert_int_equal(qh_diag_size(NULL), 0);
    assert_int_equal(qh_diag_count(NULL, QH_ERROR), 0);
    assert_int_equal(qh_diag_lang(NULL), QH_EN);
    assert_null(qh_diag_get(NULL, 0));
    assert_string_equal(qh_diag_line(NULL, 0), "");
    qh_diag_destroy(NULL);
}

static qh_status checked(double slope, qh_diag *d) {
    QH_CHECK(slope > 0, QH_E_INPUT, d, at("a.csv", 1, 1), "slope is %g", slope);
    return QH_OK;
}

static qh_status tried(double slope, qh_diag *d, int *reached) {
    QH_TRY(checked(slope, d));
    *reached = 1;
    return QH_OK;
}

static void the_macros_return_early(void **state) {
    (void)state;
    qh_diag *d = qh_diag_create(QH_EN);
    int reached = 0;
    assert_int_equal(tried(-1, d, &reached), QH_E_INPUT);
    assert_int_equal(reached, 0);
    assert_string_equal(qh_diag_line(d, 0), "a.csv:1:1: error: slope is -1");
    assert_int_equal(tried(1, d, &reached), QH_OK);
    assert_int_equal(reached, 1);
    assert_int_equal(qh_diag_size(d), 1);
    qh_diag_destroy(d);
}

static void every_status_has_a_text_and_an_exit_code(void **state) {
    (void)state;
#define QH_ASSERT_STATUS(code, exit_code, text)                                                                        \
    assert_int_equal(qh_status_exit_code(code), exit_code);                                                            \
    assert_string_equal(qh_status_text(code), text);
    QH_STATUS_LIST(QH_ASSERT_STATUS)
#undef QH_ASSERT_STATUS
    assert_int_equal(qh_status_exit_code((qh_status)999), 3); /* never success */
    assert_non_null(qh_status_text((qh_status)999));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_stand_in_order_of_place),
        cmocka_unit_test(unknown_lines_and_columns_are_left_out),
        cmocka_unit_test(the_same_message_is_kept_once),
        cmocka_unit_test(many_messages_are_kept_apart),
        cmocka_unit_test(places_and_texts_are_copied),
        cmocka_unit_test(long_texts_are_not_cut),
        cmocka_unit_test(messages_are_translated_before_they_are_filled_in),
        cmocka_unit_test(the_status_follows_the_worst_message),
        cmocka_unit_test(a_lost_message_is_remembered),
        cmocka_unit_test(no_collector_drops_the_message),
        cmocka_unit_test(the_macros_return_early),
        cmocka_unit_test(every_status_has_a_text_and_an_exit_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
