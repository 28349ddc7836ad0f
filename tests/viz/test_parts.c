/* Parts of the pictures that have a contract of their own: spreading and placing of labels, colours, quoting. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "viz/figure_internal.h"
#include "viz/labels_internal.h"
#include "viz/palette_internal.h"

/* ---- spreading along a line ---- */

static double random_unit(uint32_t *seed) {
    *seed = *seed * 1664525U + 1013904223U;
    return *seed / 4294967296.0;
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void spread_keeps_order_gap_and_bounds(void **state) {
    (void)state;
    enum { MOST = 40 };
    uint32_t seed = 7;
    for (int round = 0; round < 500; round++) {
        double wanted[MOST], placed[MOST];
        const size_t count = 1 + (size_t)(random_unit(&seed) * MOST) % MOST;
        for (size_t i = 0; i < count; i++)
            wanted[i] = 1000 * random_unit(&seed);
        qsort(wanted, count, sizeof *wanted, ascending);
        qh_figure_spread(count, wanted, 22, 0, 1000, placed);
        for (size_t i = 0; i < count; i++) {
            assert_true(placed[i] >= -1e-9 && placed[i] <= 1000 + 1e-9);
            if (i > 0) assert_true(placed[i] - placed[i - 1] >= 22 - 1e-9);
        }
    }
}

static void spread_moves_nothing_that_has_room(void **state) {
    (void)state;
    const double wanted[] = {10, 50, 300, 310, 600};
    double placed[5];
    qh_figure_spread(5, wanted, 20, 0, 1000, placed);
    assert_true(fabs(placed[0] - 10) < 1e-9 && fabs(placed[1] - 50) < 1e-9 && fabs(placed[4] - 600) < 1e-9);
    /* Two that are too close give way by the same amount. */
    assert_true(fabs(placed[2] - 295) < 1e-9 && fabs(placed[3] - 315) < 1e-9);
}

static void spread_without_room_shares_what_there_is(void **state) {
    (void)state;
    const double wanted[] = {5, 5, 5, 5, 5};
    double placed[5];
    qh_figure_spread(5, wanted, 20, 0, 40, placed);
    for (size_t i = 0; i < 5; i++)
        assert_true(fabs(placed[i] - 10 * (double)i) < 1e-9);
}

/* ---- labels on a map ---- */

static void labels_do_not_overlap_while_there_is_room(void **state) {
    (void)state;
    enum { COUNT = 30 };
    qh_arena *arena = qh_arena_create();
    qh_labels *labels = qh_labels_create(arena, 0, 0, 1000, 1000, 4 * COUNT);
    uint32_t seed = 3;
    double x[COUNT], y[COUNT];
    size_t count = 0;
    for (size_t i = 0; i < COUNT; i++) {
        const double at_x = 100 + 800 * random_unit(&seed), at_y = 100 + 800 * random_unit(&seed);
        qh_labels_avoid(labels, at_x - 5, at_y - 5, at_x + 5, at_y + 5, 2);
        if (qh_labels_place(labels, at_x, at_y, 10, 80, 20, false, &x[count], &y[count])) count++;
    }
    assert_true(count > COUNT / 2);
    for (size_t i = 0; i < count; i++) {
        assert_true(x[i] >= 40 && x[i] <= 960 && y[i] >= 10 && y[i] <= 990);
        for (size_t k = 0; k < i; k++) {
            const double dx = fabs(x[i] - x[k]), dy = fabs(y[i] - y[k]);
            const double hidden = fmax(80 - dx, 0) * fmax(20 - dy, 0);
            assert_true(hidden <= 0.08 * 80 * 20 + 1e-9);
        }
    }
    qh_arena_destroy(arena);
}

static void a_label_that_must_be_there_is(void **state) {
    (void)state;
    qh_arena *arena = qh_arena_create();
    qh_labels *labels = qh_labels_create(arena, 0, 0, 100, 100, 8);
    qh_labels_avoid(labels, 0, 0, 100, 100, 2); /* no room at all */
    double x = -1, y = -1;
    assert_false(qh_labels_place(labels, 50, 50, 10, 40, 20, false, &x, &y));
    assert_true(x < 0 && y < 0);
    assert_true(qh_labels_place(labels, 50, 50, 10, 40, 20, true, &x, &y));
    assert_true(x >= 0 && y >= 0);
    qh_arena_destroy(arena);
}

/* ---- colours ---- */

static void classes_have_the_colours_of_their_grade(void **state) {
    (void)state;
    assert_ptr_equal(qh_palette_class(1, 5), qh_palette_class(2, 5)); /* both 优: blue */
    for (int c = 2; c <= 5; c++)
        assert_string_not_equal(qh_palette_class(c, 5)->strong, qh_palette_class(c + 1, 5)->strong);
    /* Another standard: from the same best colour to the same worst one, never backwards. */
    for (size_t n = 1; n <= QH_MAX_CLASSES; n++) {
        assert_ptr_equal(qh_palette_class(1, n), qh_palette_class(1, 5));
        assert_ptr_equal(qh_palette_class((int)n + 1, n), qh_palette_class(6, 5));
    }
    assert_ptr_equal(qh_palette_class(99, 5), qh_palette_class(6, 5));
    assert_ptr_equal(qh_palette_class(0, 5), qh_palette_class(1, 5));
}

static void lines_differ_in_more_than_colour(void **state) {
    (void)state;
    for (size_t i = 0; i < 10; i++) {
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(qh_palette_line(i)->color, qh_palette_line(k)->color);
            assert_string_not_equal(qh_palette_line(i)->dash, qh_palette_line(k)->dash);
            assert_int_not_equal(qh_palette_line(i)->mark, qh_palette_line(k)->mark);
        }
    }
}

/* ---- gnuplot ---- */

static void quoting_leaves_gnuplot_nothing_to_read(void **state) {
    (void)state;
    qh_gnuplot *script = NULL;
    assert_int_equal(qh_gnuplot_create(10, 10, "x.svg", NULL, &script), QH_OK);
    assert_string_equal(qh_gnuplot_quote(script, "a'b\"c\\n`d`"), "'a''b\"c\\n`d`'");
    assert_string_equal(qh_gnuplot_quote(script, "a\nb\tc\x7f"), "'a b c '");
    assert_string_equal(qh_gnuplot_quote(script, "断面"), "'断面'");
    assert_string_equal(qh_gnuplot_quote(script, ""), "''");
    qh_gnuplot_destroy(script);
    qh_gnuplot *untouched = NULL;
    for (size_t i = 0; i < 4; i++) {
        const char *const bad[] = {"x.gif", "x", ".png", ""};
        assert_int_equal(qh_gnuplot_create(10, 10, bad[i], NULL, &untouched), QH_E_USAGE);
        assert_null(untouched);
    }
}

static void wide_characters_take_twice_the_room(void **state) {
    (void)state;
    assert_true(fabs(qh_gnuplot_text_width("断面", 10) - 20) < 1e-9);
    assert_true(qh_gnuplot_text_width("ab", 10) < 14 && qh_gnuplot_text_width("ab", 10) > 8);
    assert_true(qh_gnuplot_text_width("", 10) < 1e-9);
    assert_true(qh_gnuplot_text_width("a\xff", 10) > 0); /* not UTF-8: no endless loop */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spread_keeps_order_gap_and_bounds),
        cmocka_unit_test(spread_moves_nothing_that_has_room),
        cmocka_unit_test(spread_without_room_shares_what_there_is),
        cmocka_unit_test(labels_do_not_overlap_while_there_is_room),
        cmocka_unit_test(a_label_that_must_be_there_is),
        cmocka_unit_test(classes_have_the_colours_of_their_grade),
        cmocka_unit_test(lines_differ_in_more_than_colour),
        cmocka_unit_test(quoting_leaves_gnuplot_nothing_to_read),
        cmocka_unit_test(wide_characters_take_twice_the_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
