/* Programmes whose answer is known by pencil: linear, with integers, infeasible, unbounded; prices. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scenarios/programme.h"

#define assert_near(value, expected) assert_true(fabs((value) - (expected)) <= 1e-8)

/* max 3 x + 5 y: x <= 4, 2 y <= 12, 3 x + 2 y <= 18: (2, 6), 36; prices 0, 3/2, 1 (Hillier & Lieberman's Wyndor). */
static void test_linear(void **state) {
    (void)state;
    const double cost[] = {-3, -5}, low[] = {0, 0}, high[] = {INFINITY, INFINITY};
    const double row_low[] = {-INFINITY, -INFINITY, -INFINITY}, row_high[] = {4, 12, 18};
    const double matrix[] = {1, 0, 0, 2, 3, 2};
    const qh_programme g = {2, 3, cost, low, high, NULL, row_low, row_high, matrix};
    qh_programme_state found = QH_INFEASIBLE;
    double x[2], price[3];
    assert_int_equal(qh_programme_solve(&g, &found, x, price), QH_OK);
    assert_int_equal(found, QH_OPTIMAL);
    assert_near(x[0], 2);
    assert_near(x[1], 6);
    assert_near(price[0], 0);
    assert_near(price[1], -1.5);
    assert_near(price[2], -1);
}

/* Knapsack: 5 a + 4 b + 3 c, 2 a + 3 b + c <= 5, each 0 or 1: a, b = 9 (relaxed 9 + too). With room 4: a, c = 8. */
static void test_integers(void **state) {
    (void)state;
    const double cost[] = {-5, -4, -3}, low[] = {0, 0, 0}, high[] = {1, 1, 1}, row_low[] = {-INFINITY};
    const double matrix[] = {2, 3, 1};
    const bool integer[] = {true, true, true};
    double row_high[] = {4}, x[3], price[1];
    const qh_programme g = {3, 1, cost, low, high, integer, row_low, row_high, matrix};
    qh_programme_state found = QH_INFEASIBLE;
    assert_int_equal(qh_programme_solve(&g, &found, x, price), QH_OK);
    assert_int_equal(found, QH_OPTIMAL);
    assert_near(x[0], 1);
    assert_near(x[1], 0);
    assert_near(x[2], 1);
    row_high[0] = -1;
    assert_int_equal(qh_programme_solve(&g, &found, x, price), QH_OK);
    assert_int_equal(found, QH_INFEASIBLE);
}

static void test_no_answer(void **state) {
    (void)state;
    const double cost[] = {-1}, low[] = {0}, high[] = {INFINITY}, matrix[] = {1};
    double row_low[] = {2}, row_high[] = {1}, x[1] = {7};
    qh_programme_state found = QH_OPTIMAL;
    const qh_programme impossible = {1, 1, cost, low, high, NULL, row_low, row_high, matrix};
    assert_int_equal(qh_programme_solve(&impossible, &found, x, NULL), QH_OK);
    assert_int_equal(found, QH_INFEASIBLE);
    row_high[0] = INFINITY;
    assert_int_equal(qh_programme_solve(&impossible, &found, x, NULL), QH_OK);
    assert_int_equal(found, QH_UNBOUNDED);
    assert_near(x[0], 7); /* untouched */
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_linear), cmocka_unit_test(test_integers),
                                       cmocka_unit_test(test_no_answer)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
