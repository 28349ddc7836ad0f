/* The mass budget: indices, residual, throughput, and a gate that closes. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/budget.h"
#include "tests/support/case_builder.h"

static qh_budget *budget_of(size_t n_reach, size_t n_species, size_t n_lane) {
    qh_budget *b = NULL;
    assert_int_equal(qh_budget_create(n_reach, n_species, n_lane, true, &b), QH_OK);
    return b;
}

static void set(qh_budget *b, size_t row, size_t species, qh_budget_term term, size_t lane, double value) {
    b->term[qh_budget_index(b, row, species, term, lane)] = value;
}

static void a_new_budget_is_zero_and_closed(void **state) {
    (void)state;
    qh_budget *b = budget_of(3, 2, 4);
    assert_int_equal(b->n_row, 4);
    assert_int_equal(b->n_species, 2);
    assert_int_equal(b->n_lane, 4);
    assert_true(b->steady);
    for (size_t i = 0; i < 4u * 2 * 4 * QH_BUDGET_TERMS; i++) {
        assert_true(b->term[i] == 0);
    }
    qh_budget_close(b);
    assert_true(qh_budget_worst(b) == 0);
    qh_budget_destroy(b);
    qh_budget_destroy(NULL);
}

static void every_term_has_a_place_of_its_own(void **state) {
    (void)state;
    qh_budget *b = budget_of(2, 3, 2);
    double next = 1;
    for (size_t row = 0; row < b->n_row; row++) {
        for (size_t species = 0; species < 3; species++) {
            for (int t = 0; t < QH_BUDGET_TERMS; t++) {
                for (size_t lane = 0; lane < 2; lane++) {
                    const size_t i = qh_budget_index(b, row, species, (qh_budget_term)t, lane);
                    assert_true(i < 3u * 3 * 2 * QH_BUDGET_TERMS);
                    assert_true(b->term[i] == 0); /* not taken by another */
                    b->term[i] = next++;
                }
            }
        }
    }
    qh_budget_destroy(b);
}

static void the_residual_has_every_term_with_its_sign(void **state) {
    (void)state;
    static const double sign[QH_BUDGET_TERMS] = {
        [QH_BUDGET_IN] = 1,     [QH_BUDGET_SOURCE] = 1,   [QH_BUDGET_LATERAL] = 1, [QH_BUDGET_OUT] = -1,
        [QH_BUDGET_TAKEN] = -1, [QH_BUDGET_REACTED] = -1, [QH_BUDGET_STORED] = -1,
    };
    for (int t = 0; t < QH_BUDGET_TERMS; t++) {
        qh_budget *b = budget_of(0, 1, 1);
        set(b, 0, 0, (qh_budget_term)t, 0, 3);
        qh_budget_close(b);
        assert_true(b->residual[0] == 3 * sign[t]);
        assert_true(b->throughput[0] == 3);
        qh_budget_destroy(b);
    }
}

static void throughput_is_the_larger_of_gains_and_losses(void **state) {
    (void)state;
    qh_budget *b = budget_of(0, 1, 1);
    set(b, 0, 0, QH_BUDGET_IN, 0, 10);
    set(b, 0, 0, QH_BUDGET_REACTED, 0, -2); /* a background that gives: a gain */
    set(b, 0, 0, QH_BUDGET_STORED, 0, -1);  /* water that grows cleaner gives up what it held: a gain */
    set(b, 0, 0, QH_BUDGET_OUT, 0, 12.5);
    qh_budget_close(b);
    assert_true(b->throughput[0] == 13);
    assert_true(b->residual[0] == 0.5);
    assert_true(qh_budget_worst(b) == 0.5 / 13);
    qh_budget_destroy(b);
}

static void small_residuals_of_large_terms_are_not_rounded_away(void **state) {
    (void)state;
    qh_budget *b = budget_of(0, 1, 1);
    set(b, 0, 0, QH_BUDGET_IN, 0, 1e16);
    set(b, 0, 0, QH_BUDGET_SOURCE, 0, 1);
    set(b, 0, 0, QH_BUDGET_OUT, 0, 1e16);
    qh_budget_close(b);
    assert_true(b->residual[0] == 1); /* a plain sum gives 0 */
    qh_budget_destroy(b);
}

static void rows_are_measured_against_the_network(void **state) {
    (void)state;
    qh_budget *b = budget_of(2, 1, 2);
    set(b, 0, 0, QH_BUDGET_IN, 1, 1e-6); /* a small reach that loses all of its little */
    set(b, 2, 0, QH_BUDGET_IN, 1, 100);
    set(b, 2, 0, QH_BUDGET_OUT, 1, 100);
    qh_budget_close(b);
    assert_true(fabs(qh_budget_worst(b) - 1e-8) < 1e-20);
    qh_budget_destroy(b);
}

static qh_case *case_of_two(void) {
    case_builder *b = case_begin(2);
    case_reach(b, "上段", "A", "B", 1000, 10, 1);
    case_reach(b, "下段", "B", "C", 1000, 10, 1);
    case_headwater(b, "A", 1, 1);
    return case_end(b);
}

static void the_gate_names_reach_constituent_and_residual(void **state) {
    (void)state;
    qh_case *c = case_of_two();
    qh_budget *b = budget_of(2, 2, 1);
    for (size_t species = 0; species < 2; species++) {
        for (size_t row = 0; row < 3; row++) {
            set(b, row, species, QH_BUDGET_IN, 0, 100);
            set(b, row, species, QH_BUDGET_OUT, 0, 100);
        }
    }
    qh_budget_close(b);
    qh_diag *diag = qh_diag_create(QH_EN);
    assert_int_equal(qh_budget_check(b, c, 1e-10, diag), QH_OK);
    assert_int_equal(qh_diag_size(diag), 0);

    set(b, 1, 0, QH_BUDGET_OUT, 0, 99.75);
    set(b, 2, 1, QH_BUDGET_OUT, 0, 100.5);
    qh_budget_close(b);
    assert_int_equal(qh_budget_check(b, c, 1e-10, diag), QH_E_BALANCE);
    assert_int_equal(qh_diag_size(diag), 2);
    assert_string_equal(qh_diag_get(diag, 0)->text,
                        "the mass balance of C2 does not close over the network: -0.5 g/s are left over, 0.005 of the "
                        "100 g/s that pass it (tolerance 1e-10)");
    assert_string_equal(
        qh_diag_get(diag, 1)->text,
        "the mass balance of C1 does not close in reach 下段: 0.25 g/s are left over, 0.0025 of the 100 "
        "g/s that pass the network (tolerance 1e-10)");
    /* The same residuals pass a gate that is wide enough: it compares, it does not merely fire. */
    assert_int_equal(qh_budget_check(b, c, 0.01, NULL), QH_OK);
    qh_diag_destroy(diag);
    qh_budget_destroy(b);
    qh_case_destroy(c);
}

static void what_is_not_a_number_never_passes(void **state) {
    (void)state;
    qh_case *c = case_of_two();
    static const double wrong[] = {NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < 3; i++) {
        for (size_t row = 0; row < 3; row++) {
            qh_budget *b = budget_of(2, 2, 1);
            set(b, 2, 1, QH_BUDGET_IN, 0, 5);
            set(b, 2, 1, QH_BUDGET_OUT, 0, 5);
            set(b, row, 1, QH_BUDGET_TAKEN, 0, wrong[i]);
            qh_budget_close(b);
            assert_true(isinf(qh_budget_worst(b)));
            assert_int_equal(qh_budget_check(b, c, 1e300, NULL), QH_E_BALANCE);
            qh_budget_destroy(b);
        }
    }
    /* Mass in a reach of a network through which nothing passes. */
    qh_budget *b = budget_of(2, 2, 1);
    set(b, 0, 0, QH_BUDGET_IN, 0, 1e-30);
    qh_budget_close(b);
    assert_int_equal(qh_budget_check(b, c, 1e-10, NULL), QH_E_BALANCE);
    qh_budget_destroy(b);
    qh_case_destroy(c);
}

static void sizes_that_overflow_are_out_of_memory(void **state) {
    (void)state;
    qh_budget *b = (qh_budget *)&b;
    assert_int_equal(qh_budget_create(SIZE_MAX, 1, 1, true, &b), QH_E_NOMEM);
    assert_int_equal(qh_budget_create(1, SIZE_MAX, 1, true, &b), QH_E_NOMEM);
    assert_int_equal(qh_budget_create(1u << 20, 1u << 30, 1u << 20, true, &b), QH_E_NOMEM);
    assert_ptr_equal(b, &b); /* untouched */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_budget_is_zero_and_closed),
        cmocka_unit_test(every_term_has_a_place_of_its_own),
        cmocka_unit_test(the_residual_has_every_term_with_its_sign),
        cmocka_unit_test(throughput_is_the_larger_of_gains_and_losses),
        cmocka_unit_test(small_residuals_of_large_terms_are_not_rounded_away),
        cmocka_unit_test(rows_are_measured_against_the_network),
        cmocka_unit_test(the_gate_names_reach_constituent_and_residual),
        cmocka_unit_test(what_is_not_a_number_never_passes),
        cmocka_unit_test(sizes_that_overflow_are_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
