/* Values below zero: those within their error are given as 0 and counted, those further below are an error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "solvers/forcing.h"
#include "solvers/oxygen_check.h"
#include "tests/support/case_builder.h"

/* Two constituents, one lane. */
static qh_case *small_river(void) {
    case_builder *b = case_begin(2);
    case_reach(b, "R", "A", "Z", 1000, 2, 1);
    case_headwater(b, "A", 1, 1);
    case_section(b, "R", 500);
    return case_end(b);
}

static void within_the_error(void **state) {
    (void)state;
    qh_case *c = small_river();
    qh_forcing *forcing = NULL;
    assert_int_equal(qh_forcing_create(c, 1, &forcing), QH_OK);
    const qh_problem problem = {.river_case = c, .forcing = forcing};
    double value[] = {1, -2e-9, -5e-9, 0}, raised = 1e-9;
    assert_int_equal(qh_judge_signs(&problem, 1e-8, value, 2, &raised, NULL), QH_OK);
    assert_true(value[0] == 1 && value[1] == 0 && value[2] == 0 && value[3] == 0);
    assert_true(raised == 5e-9);
    qh_forcing_destroy(forcing);
    qh_case_destroy(c);
}

static void beyond_the_error(void **state) {
    (void)state;
    qh_case *c = small_river();
    qh_forcing *forcing = NULL;
    assert_int_equal(qh_forcing_create(c, 1, &forcing), QH_OK);
    const qh_problem problem = {.river_case = c, .forcing = forcing};
    double value[] = {1, 1, 1, -2e-8}, raised = 0;
    assert_int_equal(qh_judge_signs(&problem, 1e-8, value, 2, &raised, NULL), QH_E_NUMERIC);
    assert_true(value[3] == -2e-8 && raised == 0);
    qh_forcing_destroy(forcing);
    qh_case_destroy(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(within_the_error), cmocka_unit_test(beyond_the_error)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
