/* Engine "linear" leaves out the waters that no change can reach (volumes_still.c): the others must not feel it, and these
 * must keep their steady state, and budgets close. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/random_network.h"
#include "tests/support/solved.h"

/* Rivers that only meet, one outfall of which varies; with `all` so do the headwaters, by series that stay where they
 * are, so that nothing counts as still. NULL where there is no outfall. */
static qh_case *river_of(uint64_t seed, double hours, bool all) {
    static const double time[] = {0, 5000, 9000, 86400}, value[] = {1, 400, 20, 20}, same[] = {3, 3, 3, 3};
    random_options options = random_options_of(seed);
    options.least_peclet = 0.1;
    options.most_peclet = 1e4;
    options.most_reaches = 14;
    options.cell_length = 300;
    options.flags = RANDOM_EVERYTHING & ~(unsigned)(RANDOM_BIFURCATIONS | RANDOM_STATIONS);
    case_builder *b = random_network(&options);
    case_unsteady(b, hours * 3600, hours * 3600, hours * 3600);
    const qh_series *wave = case_series(b, QH_STEP, 4, time, value);
    const qh_series *constant = case_series(b, QH_STEP, 4, time, same);
    qh_case *c = case_end(b);
    c->run.initial = QH_INITIAL_STEADY;
    if (c->n_outfall == 0) {
        qh_case_destroy(c);
        return NULL;
    }
    case_give_series(c->outfall[seed % c->n_outfall].input, 0, false, wave);
    for (size_t h = 0; h < c->n_headwater; h++) {
        if (all) {
            case_give_series(c->headwater[h].input, 0, false, constant);
        } else {
            case_give(c->headwater[h].input, 0, false, 3);
        }
    }
    return c;
}

static solved *run(uint64_t seed, double hours, bool all) {
    qh_case *c = river_of(seed, hours, all);
    if (!c) return NULL;
    solved *s = solve_case(c, "linear", 2, NULL);
    if (s->status != QH_OK || !(s->worst <= 1e-10))
        fail_msg("seed %d: status %d, residual %g", (int)seed, s->status, s->worst);
    qh_case_destroy(c);
    return s;
}

static void what_changes_does_not_feel_it(void **state) {
    (void)state;
    size_t still = 0, cells = 0, rivers = 0, equal = 0;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        solved *some = run(seed, 6, false), *all = run(seed, 6, true), *shorter = run(seed, 4, false);
        if (!some) continue;
        rivers++;
        const size_t n = some->water.grid->n_cell;
        double worst = 0;
        for (size_t k = 0; k < n * some->m; k++)
            worst = fmax(worst, fabs(some->cell[k] - all->cell[k]) / all->highest);
        if (!(worst <= 1e-5)) fail_msg("seed %d: %g off", (int)seed, worst);
        equal += worst < 1e-11;
        for (size_t i = 0; i < n; i++)
            still += some->cell[i * some->m] == shorter->cell[i * some->m];
        cells += n;
        solved_free(some);
        solved_free(all);
        solved_free(shorter);
    }
    /* the limiter's mending of cells at rest, where it is asked for everywhere, may differ */
    print_message("%zu rivers, %zu alike to round-off; %zu cells, %zu of them still\n", rivers, equal, cells, still);
    assert_true(rivers >= 40 && equal * 10 >= rivers * 9 && still * 4 > cells && still < cells);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_changes_does_not_feel_it)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
