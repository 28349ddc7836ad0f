/* The exact solution at many complex rates side by side against one at a time, on random networks: with chains, storage
 * zones, distributed inflow, reaches without dispersion, and angles that vector code leaves to the C library. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "solvers/complex_internal.h"
#include "solvers/exact_complex_internal.h"
#include "tests/support/hydraulics.h"
#include "tests/support/random_network.h"

enum { N_RATE = EXACT_COMPLEX_RATES };

static qh_case *make_case(uint64_t seed) {
    random_options options = random_options_of(seed);
    options.most_reaches = 8;
    options.cell_length = 500;
    case_builder *b = random_network(&options);
    if (seed % 2) {
        qh_constituent *first = case_constituent(b, 0);
        first->has_product = true;
        first->product = 1;
        first->yield = 0.6;
    }
    return case_end(b);
}

/* Values at all points for loads that no lane and species shares. */
static void solve(exact_complex_core *core, size_t n_value, double complex *value) {
    for (size_t k = 0; k < n_value; k++)
        core->value[k] = CMPLX(1 + (double)(k % 7), (double)(k % 3));
    for (size_t k = 0; k < core->river->n_segment * core->n; k++)
        core->brought[k] = 1e-3 * (double)(1 + k % 5);
    core->gain_factor = 1 / core->now.rate;
    assert_int_equal(exact_complex_core_solve(core), QH_OK);
    memcpy(value, core->value, n_value * sizeof *value);
}

/* Returns how many rates were set together. */
static size_t check_network(uint64_t seed, double fastest) {
    qh_case *c = make_case(seed);
    hydraulics water = hydraulics_of(c);
    const size_t division = seed % 10 == 0 ? 64 : 2; /* of stretches with inflow */
    exact_river *river = NULL;
    exact_complex_core *core = NULL;
    assert_int_equal(exact_river_create(c, water.network, water.flow, NULL, division, NULL, &river), QH_OK);
    assert_int_equal(exact_complex_core_create(river, 1, &core), QH_OK);
    const size_t n_value = river->n * river->n_point, n_rate = core->n_rate;
    double complex rate[N_RATE], *together = calloc(N_RATE * n_value, sizeof *together);
    double complex *alone = calloc(n_value, sizeof *alone);
    assert_true(together && alone);
    for (size_t k = 0; k < N_RATE; k++)
        rate[k] = CMPLX(1e-6, fastest * pow(0.05, (double)k));
    assert_int_equal(exact_complex_core_set_rates(core, n_rate, rate), QH_OK);
    for (size_t k = 0; k < n_rate; k++) {
        exact_complex_core_take_rate(core, k);
        solve(core, n_value, together + k * n_value);
    }
    for (size_t k = 0; k < n_rate; k++) {
        assert_int_equal(exact_complex_core_set_rate(core, rate[k]), QH_OK);
        solve(core, n_value, alone);
        double largest = 0, change = 0;
        for (size_t i = 0; i < n_value; i++) {
            largest = fmax(largest, cabs(alone[i]));
            change = fmax(change, cabs(alone[i] - together[k * n_value + i]));
        }
        if (!(largest > 0 && change <= 1e-13 * largest)) fail_msg("seed %d, rate %d: %g", (int)seed, (int)k, change);
    }
    free(together);
    free(alone);
    exact_complex_core_destroy(core);
    exact_river_destroy(river);
    hydraulics_free(&water);
    qh_case_destroy(c);
    return n_rate;
}

static void side_by_side(void **state) {
    (void)state;
    size_t together = 0, alone = 0; /* large rivers */
    for (uint64_t seed = 1; seed <= 100; seed++)
        check_network(seed, 1e-2) == N_RATE ? together++ : alone++;
    assert_true(together > 50 && alone > 0);
}

/* A wave that turns more often in a reach than vector code takes: by the C library, without infinities. */
static void beyond_the_range(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++)
        (void)check_network(seed, 1e6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(side_by_side),
        cmocka_unit_test(beyond_the_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
