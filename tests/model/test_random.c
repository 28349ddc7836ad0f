/* Random numbers by counter, permutations, and Sobol's sequence: known answers and properties. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/random.h"
#include "model/sobol.h"

/* Known answers of the authors' own distribution (Random123, kat_vectors). */
static void test_philox(void **state) {
    (void)state;
    static const struct {
        uint32_t counter[4], key[2], word[4];
    } known[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
        uint32_t word[4];
        qh_philox(known[k].key, known[k].counter, word);
        assert_memory_equal(word, known[k].word, sizeof word);
    }
}

static void test_units(void **state) {
    (void)state;
    assert_true(qh_unit_of_bits(0) > 0);
    assert_true(qh_unit_of_bits(UINT64_MAX) < 1);
    /* Mean and variance of 1/2 and 1/12, in three streams, to four standard errors. */
    enum { N = 20000 };
    for (uint32_t stream = 0; stream < 3; stream++) {
        double sum = 0, square = 0;
        for (uint64_t i = 0; i < N; i++) {
            const double u = qh_random_unit(7, stream, i);
            sum += u;
            square += (u - 0.5) * (u - 0.5);
        }
        assert_true(fabs(sum / N - 0.5) < 4 * sqrt(1.0 / 12 / N));
        assert_true(fabs(square / N - 1.0 / 12) < 4 * sqrt(1.0 / 180 / N));
    }
    assert_true(qh_random_bits(7, 0, 5) != qh_random_bits(7, 1, 5));
    assert_true(qh_random_bits(7, 0, 5) != qh_random_bits(8, 0, 5));
    assert_true(qh_random_bits(7, 0, 5) != qh_random_bits(7, 0, 5ULL << 32));
}

static void test_permutations(void **state) {
    (void)state;
    unsigned char seen[1100];
    for (uint64_t count = 1; count <= sizeof seen; count += count < 70 ? 1 : 103) {
        for (uint64_t key = 0; key < 3; key++) {
            memset(seen, 0, sizeof seen);
            for (uint64_t i = 0; i < count; i++) {
                const uint64_t to = qh_permuted(key, count, i);
                assert_true(to < count && !seen[to]);
                seen[to] = 1;
            }
        }
    }
}

/* Over many keys each element goes to each place equally often: chi square of 10 x 10 cells with 81 degrees of freedom. */
static void test_permutations_are_even(void **state) {
    (void)state;
    enum { N = 10, KEYS = 5000 };
    double hits[N][N] = {{0}};
    for (uint64_t key = 0; key < KEYS; key++)
        for (uint64_t i = 0; i < N; i++)
            hits[i][qh_permuted(qh_random_bits(1, 0, key), N, i)] += 1;
    double chi = 0;
    for (size_t i = 0; i < N; i++)
        for (size_t k = 0; k < N; k++)
            chi += (hits[i][k] - KEYS / N) * (hits[i][k] - KEYS / N) / (KEYS / N);
    assert_true(chi > 81 - 5 * sqrt(2 * 81.0) && chi < 81 + 5 * sqrt(2 * 81.0));
}

/* The first points, as in Joe and Kuo's and Bratley and Fox's tables (Gray-code order). */
static void test_first_points(void **state) {
    (void)state;
    static const double known[8][4] = {{0, 0, 0, 0},
                                       {0.5, 0.5, 0.5, 0.5},
                                       {0.75, 0.25, 0.25, 0.25},
                                       {0.25, 0.75, 0.75, 0.75},
                                       {0.375, 0.375, 0.625, 0.875},
                                       {0.875, 0.875, 0.125, 0.375},
                                       {0.625, 0.125, 0.875, 0.625},
                                       {0.125, 0.625, 0.375, 0.125}};
    uint32_t direction[4][QH_SOBOL_BITS];
    qh_sobol_directions(4, direction[0]);
    for (uint64_t i = 0; i < 8; i++)
        for (size_t d = 0; d < 4; d++)
            assert_true(qh_sobol_point(direction[d], i) * 0x1p-32 == known[i][d]);
}

/* In every dimension 2^m points from a multiple of 2^m on hold one in each of 2^m equal cells. */
static void test_every_dimension_is_even(void **state) {
    (void)state;
    enum { M = 7, N = 1 << M };
    uint32_t *direction = malloc(sizeof(uint32_t) * QH_SOBOL_DIMENSIONS * QH_SOBOL_BITS);
    assert_non_null(direction);
    qh_sobol_directions(QH_SOBOL_DIMENSIONS, direction);
    for (size_t d = 0; d < QH_SOBOL_DIMENSIONS; d++) {
        for (uint64_t first = 0; first < 3 * N; first += N) {
            unsigned char seen[N] = {0};
            for (uint64_t i = first; i < first + N; i++) {
                const uint32_t cell = qh_sobol_point(direction + d * QH_SOBOL_BITS, i) >> (32 - M);
                assert_false(seen[cell]);
                seen[cell] = 1;
            }
        }
    }
    free(direction);
}

/* The first two dimensions are a (0, m, 2)-net: every box of area 2^-m with sides 2^-a, 2^-(m-a) holds one point. */
static void test_first_two_dimensions_are_a_net(void **state) {
    (void)state;
    enum { M = 8, N = 1 << M };
    uint32_t direction[2][QH_SOBOL_BITS];
    qh_sobol_directions(2, direction[0]);
    for (unsigned a = 0; a <= M; a++) {
        unsigned char seen[N] = {0};
        for (uint64_t i = 0; i < N; i++) {
            const uint64_t x = (uint64_t)qh_sobol_point(direction[0], i) >> (32 - a);
            const uint64_t y = (uint64_t)qh_sobol_point(direction[1], i) >> (32 - (M - a));
            const uint64_t box = x << (M - a) | y;
            assert_false(seen[box]);
            seen[box] = 1;
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_philox),
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_permutations),
        cmocka_unit_test(test_permutations_are_even),
        cmocka_unit_test(test_first_points),
        cmocka_unit_test(test_every_dimension_is_even),
        cmocka_unit_test(test_first_two_dimensions_are_a_net),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
