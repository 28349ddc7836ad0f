/* Flow records as they are written: headers, encodings, steps, and everything that can be wrong with a row. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/flow_record_reader.h"
#include "model/calendar.h"

static qh_arena *arena;
static qh_diag *diag;
static char path[512];

static int setup(void **state) {
    (void)state;
    const char *folder = getenv("TMPDIR");
    arena = qh_arena_create();
    diag = qh_diag_create(QH_EN);
    (void)snprintf(path, sizeof path, "%s/record.csv", folder ? folder : ".");
    return 0;
}

static int teardown(void **state) {
    (void)state;
    remove(path);
    qh_arena_destroy(arena);
    qh_diag_destroy(diag);
    return 0;
}

static qh_flow_record read_text(const char *text, const char *column, qh_status expected) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    qh_flow_record record = {.count = 77};
    const qh_status status = qh_flow_record_read(arena, path, column, diag, &record);
    if (status != expected)
        fail_msg("status %d, expected %d: %s", status, expected, qh_diag_size(diag) ? qh_diag_line(diag, 0) : "");
    if (status != QH_OK) assert_int_equal(record.count, 77); /* untouched */
    return record;
}

/* The messages without the path, one a line, to the letter. */
static void told(const char *const *expected, size_t n) {
    for (size_t i = 0; i < qh_diag_size(diag) && i < n; i++) {
        const char *line = qh_diag_line(diag, i), *place = strstr(line, "record.csv");
        if (!place || strcmp(place + strlen("record.csv"), expected[i]) != 0)
            fail_msg("message %zu is\n%s, expected\n...record.csv%s", i, line, expected[i]);
    }
    assert_int_equal(qh_diag_size(diag), n);
}
#define TOLD(...)                                                                                                      \
    do {                                                                                                               \
        const char *const lines[] = {__VA_ARGS__};                                                                     \
        told(lines, sizeof lines / sizeof *lines);                                                                     \
    } while (0)

static void daily_in_chinese_with_a_unit(void **state) {
    (void)state;
    const qh_flow_record r = read_text("日期,水位 [m],流量（万m3/d）\r\n2001-02-27,3,86.4\r\n2001-02-28,3,172.8\r\n"
                                       "2001-03-01T08:00,3,8.64\r\n",
                                       NULL, QH_OK);
    assert_true(r.step == QH_RECORD_DAILY && r.count == 3);
    assert_int_equal(r.first, qh_day_number((qh_date){2001, 2, 27}));
    assert_true(fabs(r.flow[0] - 10) < 1e-12 && fabs(r.flow[1] - 20) < 1e-12 && fabs(r.flow[2] - 1) < 1e-12);
    assert_int_equal(qh_diag_size(diag), 0);
}

static void gb18030_is_understood(void **state) {
    (void)state;
    /* 时间,流量 [m3/s] */
    const qh_flow_record r = read_text("\xca\xb1\xbc\xe4,\xc1\xf7\xc1\xbf [m3/s]\n2001-01,5\n2001-02,6\n", NULL, QH_OK);
    assert_true(r.step == QH_RECORD_MONTHLY && r.count == 2 && r.flow[1] == 6);
    assert_int_equal(r.first, qh_month_number(2001, 1));
}

static void dates_a_month_apart_are_months(void **state) {
    (void)state;
    const qh_flow_record r =
        read_text("time,flow [m3/s]\n2001-01-31,5\n2001-02-28,6\n2001-03-31,7\n2001-05-01,9\n", NULL, QH_OK);
    assert_true(r.step == QH_RECORD_MONTHLY && r.count == 5);
    assert_true(r.known[2] && !r.known[3] && r.known[4]);
    TOLD(":5:1: warning: no flow from 2001-04 to 2001-04; months missing: 1");
}

static void gaps_and_leap_days_are_told(void **state) {
    (void)state;
    const qh_flow_record r = read_text("time,flow [m3/s]\n2004-02-28,1\n2004-03-01,2\n2004-03-02,\n2004-03-03,\n"
                                       "2004-03-05,3\n2004-03-06,\n",
                                       NULL, QH_OK);
    assert_int_equal(r.count, 8);
    assert_true(r.known[0] && !r.known[1] && r.known[2] && !r.known[3] && !r.known[5] && r.known[6] && !r.known[7]);
    TOLD(": warning: 29 February is missing in leap years: 1 of them, the first 2004",
         ":4:1: warning: no flow from 2004-03-02 to 2004-03-04; days missing: 3",
         ":7:1: warning: no flow from 2004-03-06 to 2004-03-06; days missing: 1");
}

static void rows_are_put_in_order(void **state) {
    (void)state;
    const qh_flow_record r =
        read_text("time,flow [m3/s]\n2001-01-03,3\n2001-01-01,1\n2001-01-02,2\n2001-01-02,2\n", NULL, QH_OK);
    assert_int_equal(r.count, 3);
    for (int i = 0; i < 3; i++)
        assert_true(r.known[i] && r.flow[i] == i + 1);
    TOLD(":3:1: warning: 2001-01-01 is earlier than the row before; the rows were put in order (such places: 1)",
         ":5:1: warning: 2001-01-02 stands already in line 4 with the same flow; kept once");
}

/* Everything that is wrong is told in one run. */
static void wrong_rows_are_told_together(void **state) {
    (void)state;
    (void)read_text("time,flow [m3/s]\n2001-01-01,1\n2001-02-29,1\n2001-01-03,-9999\n,4\n2001-01-05,\"1,5\"\n"
                    "2001-01-06,x\n2001-01-01,2\n2001/01/07,1\n",
                    NULL, QH_E_INPUT);
    TOLD(":3:1: error: 'time' is '2001-02-29'; a date such as 2001-03-31, or a month such as 2001-03, was expected",
         ":4:12: error: 'flow' is -9999 m3/s; allowed is: from 0 to 1e+06 m3/s",
         ":5:1: error: 'time' is empty; a value is required",
         ":6:12: error: 'flow' is '1,5': numbers have no commas, and a point as decimal sign",
         ":7:12: error: 'flow' is 'x'; a number was expected",
         ":8:1: error: 2001-01-01 stands already in line 2 with another flow; a daily record has one mean flow a day",
         ":9:1: error: 'time' is '2001/01/07'; a date such as 2001-03-31, or a month such as 2001-03, was expected");
}

static void headers_are_checked(void **state) {
    (void)state;
    (void)read_text("when,flow\n2001-01-01,1\n", NULL, QH_E_INPUT);
    TOLD(":1:1: error: column 'time' is missing: ISO 8601 dates, such as 2001-03-31, or 2001-03 for a monthly record",
         ":1:6: error: column 'flow' has no unit; write 'flow [m3/s]' for a discharge in m3/s");
}

static void units_are_checked(void **state) {
    (void)state;
    (void)read_text("time,flow [mg/L]\n2001-01-01,1\n", NULL, QH_E_INPUT);
    assert_int_equal(qh_diag_count(diag, QH_ERROR), 1);
    assert_non_null(strstr(qh_diag_line(diag, 0), "a unit of concentration; a unit of discharge was expected"));
}

static void two_flows_need_a_choice(void **state) {
    (void)state;
    static const char text[] = "time,natural [m3/s],release [m3/s]\n2001-01-01,5,1\n2001-01-02,6,2\n";
    (void)read_text(text, NULL, QH_E_INPUT);
    TOLD(":1:21: error: 'natural' and 'release' both hold a discharge; choose one by --column");
    const qh_flow_record r = read_text(text, "release", QH_OK);
    assert_true(r.flow[1] == 2);
    (void)read_text(text, "relese", QH_E_INPUT);
    assert_non_null(strstr(qh_diag_line(diag, 0), "has no column 'relese'; did you mean 'release'?"));
}

static void months_and_days_do_not_mix(void **state) {
    (void)state;
    (void)read_text("time,flow [m3/s]\n2001-01,5\n2001-02,6\n2001-03-01,7\n", NULL, QH_E_INPUT);
    TOLD(":4:1: error: 'time' is '2001-03-01', but the rows before have months only");
}

static void empty_tables(void **state) {
    (void)state;
    (void)read_text("time,flow [m3/s]\n", NULL, QH_E_INPUT);
    (void)read_text("time,flow [m3/s]\n2001-01-01,\n2001-01-02,\n", NULL, QH_E_INPUT);
    assert_non_null(strstr(qh_diag_line(diag, qh_diag_size(diag) - 1), "days missing: 2"));
    assert_int_equal(qh_diag_count(diag, QH_ERROR), 2); /* no rows; no flow at all */
    assert_int_equal(qh_flow_record_read(arena, "/no such/record.csv", NULL, diag, &(qh_flow_record){0}), QH_E_IO);
}

/* A broken file is not told row by row for ever. */
static void many_errors_are_cut(void **state) {
    (void)state;
    enum { ROWS = 3000 };
    char *text = test_malloc(ROWS * 16 + 64);
    size_t used = (size_t)sprintf(text, "time,flow [m3/s]\n");
    for (int i = 0; i < ROWS; i++)
        used += (size_t)sprintf(text + used, "bad%d,1\n", i);
    (void)read_text(text, NULL, QH_E_INPUT);
    test_free(text);
    assert_int_equal(qh_diag_count(diag, QH_ERROR), 1001);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(daily_in_chinese_with_a_unit), TEST(gb18030_is_understood), TEST(dates_a_month_apart_are_months),
        TEST(gaps_and_leap_days_are_told),  TEST(rows_are_put_in_order), TEST(wrong_rows_are_told_together),
        TEST(headers_are_checked),          TEST(units_are_checked),     TEST(two_flows_need_a_choice),
        TEST(months_and_days_do_not_mix),   TEST(empty_tables),          TEST(many_errors_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
