/* Transport on moving water: what must hold whatever the router does, and agreement with engine "linear" at rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs those above */
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/prescribed_water.h"
#include "tests/support/random_network.h"
#include "tests/support/solved.h"

static case_builder *random_case(uint64_t seed, unsigned flags) {
    random_options options = random_options_of(seed);
    options.flags = flags & ~(unsigned)RANDOM_STORAGE;
    options.most_reaches = 12;
    return random_network(&options);
}

/* Water that enters through any node from outside has `concentration` [g/m3] of everything. */
static void surround(qh_case *c, double concentration) {
    qh_held_level *held = qh_arena_alloc(c->arena, c->n_node, sizeof *held);
    qh_input *input = qh_arena_alloc(c->arena, c->n_constituent, sizeof *input);
    for (size_t k = 0; k < c->n_constituent; k++)
        input[k] = (qh_input){.value = {.constant = concentration}};
    for (size_t k = 0; k < c->n_node; k++)
        held[k] = (qh_held_level){.node = k, .input = input};
    c->held_level = held;
    c->n_held_level = c->n_node;
}

static void set_run(case_builder *b, double duration, double step) {
    case_unsteady(b, duration, duration / 4, duration / 8);
    case_end(b)->run.routing_step = step;
}

static void a_tracer_of_one_stays_one(void **state) {
    (void)state;
    double worst = 0, budget = 0;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        case_builder *b = random_case(seed, RANDOM_EVERYTHING);
        make_uniform(b, 1);
        surround(case_end(b), 1);
        set_run(b, 86400, 3600);
        prescribed_now = (prescribed){
            .hydrograph = 0.95, .swelling = seed % 2 ? 1.0 : 0.4, .period = 30000, .pond = seed % 3 ? 0 : 5e4};
        solved *s = solve_moving(case_end(b), &prescribed_router, 1);
        if (s->status != QH_OK) print_error("seed %llu\n", (unsigned long long)seed);
        assert_int_equal(s->status, QH_OK);
        worst = fmax(worst, fmax(fabs(s->lowest - 1), fabs(s->highest - 1)));
        budget = fmax(budget, s->worst);
        if (fmax(fabs(s->lowest - 1), fabs(s->highest - 1)) > 1e-12)
            print_error("seed %llu: %g\n", (unsigned long long)seed, fmax(fabs(s->lowest - 1), fabs(s->highest - 1)));
        solved_free(s);
        qh_case_destroy(case_end(b));
    }
    print_message("tracer of 1: off by %.2g, budget by %.2g\n", worst, budget);
    assert_true(worst <= 1e-12);
    assert_true(budget <= 1e-12);
}

static void nothing_is_negative_and_budgets_close(void **state) {
    (void)state;
    for (uint64_t seed = 101; seed <= 130; seed++) {
        case_builder *b = random_case(seed, RANDOM_EVERYTHING);
        surround(case_end(b), 3);
        set_run(b, 86400, 3600);
        case_initial(b, 0, 7);
        case_initial(b, 1, 0); /* fronts run through the whole river */
        prescribed_now = (prescribed){
            .hydrograph = 0.8, .swelling = seed % 2 ? 1.0 : 0.4, .period = 30000, .pond = seed % 3 ? 0 : 5e4};
        qh_case *c = case_end(b);
        c->solver.relative_tolerance = c->solver.absolute_tolerance = 1e-3;
        solved *s = solve_moving(c, &prescribed_router, 2);
        if (s->status != QH_OK || s->lowest < 0) print_error("seed %llu: %g\n", (unsigned long long)seed, s->lowest);
        assert_int_equal(s->status, QH_OK);
        assert_true(s->lowest >= 0);
        assert_true(s->worst <= 1e-12);
        solved_free(s);
        qh_case_destroy(c);
    }
}

static void steady_water_gives_what_linear_gives(void **state) {
    (void)state;
    double worst = 0;
    for (uint64_t seed = 201; seed <= 215; seed++) {
        case_builder *b =
            random_case(seed, RANDOM_EVERYTHING & ~RANDOM_SHORTAGE & ~RANDOM_WITHDRAWALS & ~RANDOM_STATIONS);
        set_run(b, 86400, 7200);
        prescribed_now = (prescribed){.period = 0};
        qh_case *c = case_end(b);
        solved *moving = solve_moving(c, &prescribed_router, 1), *linear = solve_case(c, "linear", 1, NULL);
        assert_int_equal(moving->status, QH_OK);
        assert_int_equal(linear->status, QH_OK);
        for (size_t k = 0; k < moving->water.grid->n_cell * moving->m; k++)
            worst = fmax(worst, fabs(moving->cell[k] - linear->cell[k]) / fmax(linear->highest, 1));
        solved_free(moving);
        solved_free(linear);
        qh_case_destroy(c);
    }
    print_message("steady water: at most %.2g from engine linear\n", worst);
    assert_true(worst <= 2e-4);
}

/* A tank of a river: uniform everywhere, so that far from its inlet only k20 theta^(T-20) acts. */
static void temperature_follows_its_series(void **state) {
    (void)state;
    case_builder *b = case_begin(1);
    case_reach(b, "r", "a", "o", 20000, 50, 1);
    case_headwater(b, "a", 1, 10); /* 0.02 m/s: a day's water stays in the upper tenth */
    case_section(b, "r", 15000);
    case_constituent(b, 0)->k20 = 1.0 / 86400;
    case_constituent(b, 0)->theta = 1.05;
    case_initial(b, 0, 10);
    case_unsteady(b, 86400, 86400, 43200);
    const double time[] = {0, 86400}, degrees[] = {5, 25};
    qh_case *c = case_end(b);
    c->run.routing_step = 600;
    c->run.temperature_series = case_series(b, QH_LINEAR, 2, time, degrees);
    prescribed_now = (prescribed){.period = 0};
    solved *s = solve_moving(c, &prescribed_router, 1);
    assert_int_equal(s->status, QH_OK);
    for (size_t k = 1; k < 3; k++) {
        const double days = (double)k / 2, lapse = 20 * log(1.05);
        const double integral = (exp(lapse * days) - 1) / lapse * pow(1.05, -15.0);
        print_message("%g %g\n", solved_section(s, k, 0, 0), 10 * exp(-integral));
        assert_true(fabs(solved_section(s, k, 0, 0) - 10 * exp(-integral)) <= 2e-5);
    }
    solved_free(s);
    qh_case_destroy(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tracer_of_one_stays_one),
        cmocka_unit_test(nothing_is_negative_and_budgets_close),
        cmocka_unit_test(steady_water_gives_what_linear_gives),
        cmocka_unit_test(temperature_follows_its_series),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
