/* Engine "linear" takes shorter steps in parts of a large network (volumes_local.c): results must be as good as with one step
 * for all, which several lanes have, budgets must close, nothing may be negative, and a constant stays what it is. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/random_network.h"
#include "tests/support/reacting.h"
#include "tests/support/solved.h"

static const double relative = 1e-4;

/* Rivers that only meet, of some thousand cells; one outfall jumps at times that no sample falls on. The headwaters have series
 * that stay where they are, so that nothing counts as still. NULL without an outfall. */
static qh_case *river_of(uint64_t seed, unsigned without, bool uniform, bool chain, double tolerance) {
    static const double time[] = {0, 5000, 17000, 86400}, value[] = {1, 60, 5, 5}, same[] = {1, 1, 1, 1};
    random_options options = random_options_of(seed);
    options.least_peclet = 0.5;
    options.most_peclet = 30;
    options.least_reaches = 50;
    options.most_reaches = 80;
    options.cell_length = 10;
    options.flags = RANDOM_EVERYTHING & ~(unsigned)(RANDOM_BIFURCATIONS | RANDOM_STATIONS | without);
    case_builder *b = random_network(&options);
    if (uniform) make_uniform(b, 1);
    if (chain) make_reacting(b, REACTING_CHAIN);
    case_unsteady(b, 6 * 3600, 6 * 3600, 1800);
    const qh_series *wave = case_series(b, QH_STEP, 4, time, value);
    const qh_series *constant = case_series(b, QH_STEP, 4, time, same);
    qh_case *c = case_end(b);
    c->run.initial = QH_INITIAL_STEADY;
    c->solver.relative_tolerance = tolerance;
    c->solver.absolute_tolerance = tolerance;
    if (c->n_outfall == 0) {
        qh_case_destroy(c);
        return NULL;
    }
    for (size_t h = 0; h < c->n_headwater; h++)
        case_give_series(c->headwater[h].input, 0, false, constant);
    case_give_series(c->outfall[seed % c->n_outfall].input, 0, false, wave);
    return c;
}

static solved *run(qh_case *c, size_t n_lane, uint64_t seed) {
    solved *s = solve_case(c, "linear", n_lane, NULL);
    if (s->status != QH_OK || !(s->worst <= 1e-10))
        fail_msg("seed %d: status %d, residual %g", (int)seed, s->status, s->worst);
    if (!(s->lowest >= 0)) fail_msg("seed %d: %g g/m3", (int)seed, s->lowest);
    return s;
}

/* Largest difference of a run's first lane from the reference, over the largest value: of samples and of the last profile. */
static double error_of(const solved *s, const solved *reference) {
    double worst = 0;
    const size_t rows = s->water.grid->n_cell * s->n_species;
    for (size_t k = 0; k < rows; k++)
        worst = fmax(worst, fabs(s->cell[k * s->n_lane] - reference->cell[k * reference->n_lane]));
    const size_t sections = s->water.river_case->n_section * s->n_species;
    for (size_t k = 0; k < s->n_sample * sections; k++)
        worst = fmax(worst, fabs(s->sample[k * s->n_lane] - reference->sample[k * reference->n_lane]));
    return worst / reference->highest;
}

static void parts_are_as_good_as_one_step_for_all(void **state) {
    (void)state;
    size_t rivers = 0;
    for (uint64_t seed = 1; seed <= 7; seed++) {
        const bool chain = seed % 2 == 0;
        const unsigned without = chain ? RANDOM_DECAY : 0;
        qh_case *c = river_of(seed, without, false, chain, relative);
        qh_case *fine = river_of(seed, without, false, chain, relative / 1000);
        if (!c) continue;
        solved *parts = run(c, 1, seed), *common = run(c, 2, seed), *reference = run(fine, 2, seed);
        const double own = error_of(parts, reference), other = error_of(common, reference);
        print_message("seed %d: %zu cells, %.0f steps of parts, error %.2g, with one step for all %.2g\n", (int)seed,
                      parts->water.grid->n_cell, parts->steps_of_parts, own, other);
        assert_true(common->steps_of_parts == 0 && reference->n_sample == parts->n_sample);
        if (parts->steps_of_parts > 0) {
            rivers++;
            if (!(own <= 0.5 * relative)) fail_msg("seed %d: %g off", (int)seed, own);
        }
        solved_free(parts);
        solved_free(common);
        solved_free(reference);
        qh_case_destroy(c);
        qh_case_destroy(fine);
    }
    assert_true(rivers >= 6);
}

static void a_constant_stays_in_parts(void **state) {
    (void)state;
    size_t rivers = 0;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        qh_case *c = river_of(seed, 0, true, false, relative);
        if (!c) continue;
        solved *s = run(c, 1, seed);
        for (size_t i = 0; i < s->water.grid->n_cell; i++) {
            const double off = fabs(s->cell[2 * i + 1] - 1);
            if (!(off <= 1e-12)) fail_msg("seed %d: cell %zu is %g off", (int)seed, i, off);
        }
        rivers += s->steps_of_parts > 0;
        solved_free(s);
        qh_case_destroy(c);
    }
    assert_true(rivers >= 6);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(parts_are_as_good_as_one_step_for_all),
                                       cmocka_unit_test(a_constant_stays_in_parts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
