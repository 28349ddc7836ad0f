/* Properties of constituents that react with one another, on random networks: budgets close, nothing is negative, and a
 * constituent that reacts with none is what it is alone. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/random_network.h"
#include "tests/support/reacting.h"
#include "tests/support/solved.h"

enum { n_kind = 3 };

static case_builder *river_of(uint64_t seed, size_t most_reaches, double cell_length) {
    random_options options = random_options_of(seed);
    options.most_reaches = most_reaches;
    options.cell_length = cell_length;
    options.n_constituent = 3;
    options.most_peclet = 1e5;
    options.flags = RANDOM_EVERYTHING & ~RANDOM_DECAY;
    return random_network(&options);
}

static void check(const solved *s, uint64_t seed) {
    if (s->status != QH_OK || !(s->worst <= 1e-10) || !(s->lowest >= 0) || !isfinite(s->highest)) {
        fail_msg("seed %d: status %d, residual %g, lowest %g", (int)seed, s->status, s->worst, s->lowest);
    }
}

static void steady_budgets_close(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 90; seed++) {
        case_builder *b = river_of(seed, 20, 300);
        make_reacting(b, (reacting)(seed % n_kind));
        qh_case *c = case_end(b);
        solved *s = solve_case(c, "steady", 1, NULL);
        check(s, seed);
        solved_free(s);
        qh_case_destroy(c);
    }
}

static void unsteady_budgets_close(void **state) {
    (void)state;
    const double time[] = {0, 5000, 9000, 12000}, value[] = {0, 80, 3, 0};
    for (uint64_t seed = 1; seed <= 24; seed++) {
        case_builder *b = river_of(seed, 8, 500);
        make_reacting(b, (reacting)(seed % n_kind));
        case_unsteady(b, 6 * 3600, 3600, 1800);
        case_initial(b, 0, 0);
        case_initial(b, 1, 5);
        case_initial(b, 2, 8);
        const qh_series *series = case_series(b, seed % 2 ? QH_STEP : QH_LINEAR, 4, time, value);
        qh_case *c = case_end(b);
        case_give_series(c->headwater[0].input, 0, false, series);
        solved *s = solve_case(c, "general", 1, NULL);
        check(s, seed);
        solved_free(s);
        qh_case_destroy(c);
    }
}

/* A chain's first member does not know of the others: the same as with plain decay, where systems are solved one by
 * one. What it turns into makes up its loss. */
static void first_member_is_as_alone(void **state) {
    (void)state;
    double gained = 0; /* sections at headwaters see nothing of it */
    for (uint64_t seed = 1; seed <= 30; seed++) {
        case_builder *b = river_of(seed, 12, 300);
        make_reacting(b, REACTING_CHAIN);
        qh_case *c = case_end(b);
        solved *chain = solve_case(c, "steady", 1, NULL);
        for (size_t i = 0; i < 3; i++)
            case_constituent(b, i)->has_product = false;
        solved *alone = solve_case(c, "steady", 1, NULL);
        check(chain, seed);
        check(alone, seed);
        for (size_t k = 0; k < c->n_section; k++) {
            const double a = solved_section(chain, 0, k, 0), p = solved_section(alone, 0, k, 0);
            if (!(fabs(a - p) <= 1e-9 * alone->highest)) fail_msg("seed %d: %.12g, alone %.12g", (int)seed, a, p);
            const double more = solved_section(chain, 0, k, 1) - solved_section(alone, 0, k, 1);
            assert_true(more >= -1e-9 * alone->highest);
            gained += more;
        }
        solved_free(chain);
        solved_free(alone);
        qh_case_destroy(c);
    }
    assert_true(gained > 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steady_budgets_close),
        cmocka_unit_test(unsteady_budgets_close),
        cmocka_unit_test(first_member_is_as_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
