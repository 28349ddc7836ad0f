/* CSV: RFC 4180 and what spreadsheets make of it; every cell knows its line and character. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/csv.h"

typedef struct parsed {
    qh_arena *arena;
    qh_diag *diag;
    qh_csv csv;
    qh_status status;
} parsed;

static parsed parse(const char *text) {
    parsed p = {.arena = qh_arena_create(), .diag = qh_diag_create(QH_EN)};
    const qh_text_file file = {.name = "t.csv", .text = text, .size = strlen(text), .encoding = "UTF-8"};
    p.status = qh_csv_parse(p.arena, &file, p.diag, &p.csv);
    return p;
}

static void done(parsed *p) {
    qh_diag_destroy(p->diag);
    qh_arena_destroy(p->arena);
}

static void check_cell(const parsed *p, size_t record, size_t cell, const char *text, int line, int column) {
    assert_true(record < p->csv.n_record && cell < p->csv.record[record].count);
    const qh_csv_cell *c = &p->csv.record[record].cell[cell];
    assert_string_equal(c->text, text);
    assert_int_equal(c->line, line);
    assert_int_equal(c->column, column);
}

static void cells_know_their_place_in_characters(void **state) {
    (void)state;
    parsed p = parse("名称,流量 [m3/d]\n阿蓬江, 12 \n,\t7\n");
    assert_int_equal(p.status, QH_OK);
    assert_int_equal(p.csv.n_record, 3);
    check_cell(&p, 0, 1, "流量 [m3/d]", 1, 4);
    check_cell(&p, 1, 0, "阿蓬江", 2, 1);
    check_cell(&p, 1, 1, "12", 2, 6);
    check_cell(&p, 2, 0, "", 3, 1);
    check_cell(&p, 2, 1, "7", 3, 3);
    done(&p);
}

static void quotes_hold_separators_quotes_and_lines(void **state) {
    (void)state;
    parsed p = parse("a,b,c\n\"x, \"\"y\"\"\", \"一\n二\" ,z\nlast,1,2");
    assert_int_equal(p.status, QH_OK);
    check_cell(&p, 1, 0, "x, \"y\"", 2, 1);
    check_cell(&p, 1, 1, "一\n二", 2, 13);
    check_cell(&p, 1, 2, "z", 3, 5);
    check_cell(&p, 2, 0, "last", 4, 1);
    check_cell(&p, 2, 2, "2", 4, 8);
    done(&p);
}

static void the_header_tells_the_separator(void **state) {
    (void)state;
    static const struct {
        const char *text;
        char separator;
        size_t cells;
    } rows[] = {{"a;b;c\n1;2,5;3", ';', 3}, {"a\tb\n1,2\t3", '\t', 2},  {"a,b\n1,2", ',', 2},
                {"one\n1", ',', 1},         {"\"x;y\",b\n1,2", ',', 2}, {"\"x\ny;;;\",b\n", ',', 2}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        parsed p = parse(rows[i].text);
        assert_int_equal(p.status, QH_OK);
        assert_int_equal(p.csv.separator, rows[i].separator);
        assert_int_equal(p.csv.record[0].count, rows[i].cells);
        done(&p);
    }
}

static void empty_rows_are_left_out_and_blanks_trimmed(void **state) {
    (void)state;
    parsed p = parse("a,b\n\n,,\n  　 ,\xC2\xA0\n　x　,y\xC2\xA0\n");
    assert_int_equal(p.status, QH_OK);
    assert_int_equal(p.csv.n_record, 2);
    check_cell(&p, 1, 0, "x", 5, 2);
    check_cell(&p, 1, 1, "y", 5, 5);
    done(&p);
    p = parse("");
    assert_int_equal(p.status, QH_OK);
    assert_int_equal(p.csv.n_record, 0);
    done(&p);
}

static void faulty_records_go_and_sound_ones_stay(void **state) {
    (void)state;
    parsed p = parse("a,b\n1,\"x\"y\n2,z\n3,q\"q\n4,\"open\n5,6\n");
    assert_int_equal(p.status, QH_OK);
    assert_true(p.csv.faulty);
    assert_int_equal(p.csv.n_record, 2);
    check_cell(&p, 1, 1, "z", 3, 3);
    assert_int_equal(qh_diag_size(p.diag), 3);
    assert_string_equal(qh_diag_line(p.diag, 0),
                        "t.csv:2:6: error: text after a closing quote; a separator or the end of "
                        "the line was expected");
    assert_string_equal(qh_diag_line(p.diag, 1),
                        "t.csv:4:4: error: a quote inside a cell; put the whole cell in quotes and double this one");
    assert_string_equal(qh_diag_line(p.diag, 2), "t.csv:5:3: error: this quote is never closed");
    done(&p);
}

static void a_faulty_header_is_the_end(void **state) {
    (void)state;
    parsed p = parse("a,\"b\n1,2\n");
    assert_int_equal(p.status, QH_E_INPUT);
    assert_int_equal(qh_diag_count(p.diag, QH_ERROR), 1);
    done(&p);
}

/* A table of 200,000 rows must be read in well under the second it is given here. */
static void large_tables_are_read_whole(void **state) {
    (void)state;
    enum { ROWS = 200000 };
    char *text = malloc(ROWS * 16 + 16);
    assert_non_null(text);
    size_t used = (size_t)sprintf(text, "time [h],v\n");
    for (int i = 0; i < ROWS; i++)
        used += (size_t)sprintf(text + used, "%d,%d\n", i, i % 7);
    parsed p = parse(text);
    assert_int_equal(p.status, QH_OK);
    assert_int_equal(p.csv.n_record, ROWS + 1);
    check_cell(&p, ROWS, 0, "199999", ROWS + 1, 1);
    done(&p);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_know_their_place_in_characters),
        cmocka_unit_test(quotes_hold_separators_quotes_and_lines),
        cmocka_unit_test(the_header_tells_the_separator),
        cmocka_unit_test(empty_rows_are_left_out_and_blanks_trimmed),
        cmocka_unit_test(faulty_records_go_and_sound_ones_stay),
        cmocka_unit_test(a_faulty_header_is_the_end),
        cmocka_unit_test(large_tables_are_read_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
